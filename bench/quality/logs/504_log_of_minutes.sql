-- case: the log around an incident, five minutes of it
-- kind: range, existing
-- calls: 200/h prepared
-- writes: app_logs INSERT 5000/h
-- params: '2024-03-03 10:00+00', '2024-03-03 10:05+00'
-- params: '2024-03-05 11:00+00', '2024-03-05 11:05+00'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON app_logs (level, at) | unused: the minutes are narrow enough
SELECT at, level, message FROM app_logs WHERE at BETWEEN $1 AND $2 AND level <> 'DEBUG' ORDER BY at;
