-- case: a dashboard counts who was seen lately; each request writes that column
-- kind: range, group
-- calls: 12/h literals
-- writes: users UPDATE 400000/h (last_seen_at)
-- price: UPDATE users SET last_seen_at = last_seen_at + interval '1 s' WHERE id % 20 = 0
-- expect: none
-- because: writes_too_dear
-- harmful: CREATE INDEX ON users (last_seen_at) | writes: no update of the column would be HOT any more
-- measured: without=11.792 with=0.753 ratio=0.0639 used=yes write_without=6.84 write_with=29.43
SELECT count(*) FROM users WHERE last_seen_at > '2024-06-29';
