-- case: a technician scans a label
-- kind: equality
-- calls: 900/h prepared
-- params: 'SN' || upper(substr(md5('4711'), 1, 12))
-- params: 'SN0'
-- expect: CREATE INDEX ON devices (serial)
-- accept: CREATE INDEX ON devices USING hash (serial)
-- harmful: CREATE INDEX ON devices (model) | unused: no condition on it
-- measured: without=2.125 with=0.004 ratio=0.0019 used=yes
SELECT id, model, site_id FROM devices WHERE serial = $1;
