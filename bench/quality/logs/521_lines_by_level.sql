-- case: how many lines there are by level and service, with and without context
-- kind: group
-- calls: 2/h report
-- writes: app_logs INSERT 5000/h
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON app_logs (level, service_id) | unused: all rows are wanted, and context is not in it
-- measured: without=457.515 with=425.939 ratio=0.9310 used=no
SELECT level, service_id, count(*), count(context) FROM app_logs GROUP BY level, service_id;
