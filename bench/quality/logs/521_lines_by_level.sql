-- case: how many lines there are by level and service, with and without context
-- kind: group
-- calls: 2/h report
-- writes: app_logs INSERT 5000/h
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON app_logs (level, service_id) | unused: all rows are wanted, and context is not in it
SELECT level, service_id, count(*), count(context) FROM app_logs GROUP BY level, service_id;
