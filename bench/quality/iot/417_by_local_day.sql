-- case: readings of a day, by date_trunc in the session's zone; a BRIN on the column would do for a range
-- kind: expression
-- calls: 20/h literals
-- writes: readings INSERT 200000/h
-- expect: none
-- because: stable_function
-- harmful: CREATE INDEX ON readings USING brin (at) | unused: the condition is on the function's value
-- instead: CREATE INDEX ON readings USING brin (at); SELECT device_id, avg(value) FROM readings WHERE at >= '2024-02-01' AND at < '2024-02-02' GROUP BY device_id
-- measured: without=358.161 with=436.770 ratio=1.2195 used=no instead=13.057
SELECT device_id, avg(value) FROM readings WHERE date_trunc('day', at) = '2024-02-01' GROUP BY device_id;
