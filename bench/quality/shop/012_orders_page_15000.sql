-- case: an export pages through all orders by OFFSET
-- kind: existing, limit
-- calls: 500/h literals
-- expect: none
-- because: deep_offset
-- harmful: CREATE INDEX ON orders (id DESC) | size: the primary key is read backwards just as well
-- instead: SELECT id, status, total FROM orders WHERE id < 100001 ORDER BY id DESC LIMIT 20
-- measured: without=43.227 with=52.720 ratio=1.2196 used=yes instead=0.006
SELECT id, status, total FROM orders ORDER BY id DESC LIMIT 20 OFFSET 300000;
