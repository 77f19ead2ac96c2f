-- case: the operator's page counts who is active; each request writes that column
-- kind: range, group
-- calls: 60/h literals
-- writes: users UPDATE 600000/h (last_active_at)
-- price: UPDATE users SET last_active_at = last_active_at + interval '1 s' WHERE id % 30 = 7
-- expect: none
-- because: writes_too_dear
-- harmful: CREATE INDEX ON users (last_active_at) | writes: no update of the column would be HOT any more
-- measured: without=26.861 with=0.437 ratio=0.0163 used=yes write_without=16.30 write_with=77.90
SELECT count(*) FROM users WHERE last_active_at > '2024-05-31 23:55+00';
