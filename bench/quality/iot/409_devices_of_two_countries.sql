-- case: devices of two countries that share site and model; country, zone, language and region say the same, and the planner multiplies
-- kind: join, group
-- calls: 30/h literals
-- expect: none
-- because: missing_statistics
-- harmful: CREATE INDEX ON devices (country, timezone, language, region) | slow: the estimate stays at one row, and with it the nested loop
-- instead: CREATE STATISTICS devices_place (dependencies) ON country, timezone, language, region FROM devices; ANALYZE devices
-- measured: without=421.229 with=458.280 ratio=1.0880 used=yes instead=21.134
WITH here AS MATERIALIZED (
    SELECT id, site_id, model FROM devices
    WHERE country = 'C7' AND timezone = 'Zone/C7' AND language = 'lang-7' AND region = 'reg-7'
), there AS MATERIALIZED (
    SELECT id, site_id, model FROM devices
    WHERE country = 'C8' AND timezone = 'Zone/C8' AND language = 'lang-8' AND region = 'reg-8'
) SELECT here.site_id, count(*) FROM here JOIN there ON there.site_id = here.site_id AND there.model = here.model
GROUP BY here.site_id;
