-- case: alarms by device for a country; country, zone, language and region say the same, and the planner multiplies
-- kind: join, group
-- calls: 10/h literals
-- expect: none
-- because: missing_statistics
-- harmful: CREATE INDEX ON devices (country, timezone, language, region) | slow: the estimate stays wrong, and with it the join
-- instead: CREATE STATISTICS devices_place (dependencies) ON country, timezone, language, region FROM devices; ANALYZE devices
-- measured: without=227.688 with=293.665 ratio=1.2898 used=yes instead=267.926
SELECT d.id, d.serial, a.n FROM devices AS d
JOIN (SELECT device_id, count(*) AS n, max(severity) AS worst FROM alarms GROUP BY device_id) AS a ON a.device_id = d.id
WHERE d.country = 'C7' AND d.timezone = 'Zone/C7' AND d.language = 'lang-7' AND d.region = 'reg-7';
