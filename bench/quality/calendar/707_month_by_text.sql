-- case: a month's appointments, the month as text
-- kind: expression, existing
-- calls: 120/h literals
-- expect: none
-- because: stable_function
-- harmful: CREATE INDEX ON appointments (starts_at, id) | unused: the condition is on the text
-- instead: SELECT count(*), min(title) FROM appointments WHERE starts_at >= '2023-05-01' AND starts_at < '2023-06-01'
-- measured: without=486.530 with=499.874 ratio=1.0274 used=no instead=40.380
SELECT count(*), min(title) FROM appointments WHERE to_char(starts_at, 'YYYY-MM') = '2023-05';
