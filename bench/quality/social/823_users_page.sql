-- case: the operator pages through all users by OFFSET
-- kind: limit, existing
-- calls: 200/h literals
-- expect: none
-- because: deep_offset
-- harmful: CREATE INDEX ON users (id) INCLUDE (handle) | size: the rows passed by are still counted one by one
-- instead: SELECT id, handle, display_name FROM users WHERE id > 90000 ORDER BY id LIMIT 50
-- measured: without=39.372 with=42.960 ratio=1.0911 used=no instead=0.013
SELECT id, handle, display_name FROM users ORDER BY id LIMIT 50 OFFSET 90000;
