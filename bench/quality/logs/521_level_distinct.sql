-- case: which levels and services there are, of all lines
-- kind: distinct
-- calls: 2/h report
-- writes: app_logs INSERT 5000/h
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON app_logs (context) | unused: helps nothing here
SELECT DISTINCT level, service_id FROM app_logs WHERE message IS NOT NULL;
