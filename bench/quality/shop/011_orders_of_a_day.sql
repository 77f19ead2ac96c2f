-- case: the orders of a day, by a cast that depends on the time zone
-- kind: expression, existing
-- calls: 60/h literals
-- expect: none
-- because: stable_function
-- harmful: CREATE INDEX ON orders (placed_at, id) | unused: the condition is on the cast
-- instead: SELECT count(*), sum(total) FROM orders WHERE placed_at >= '2023-05-05' AND placed_at < '2023-05-06'
-- measured: without=61.997 with=32.140 ratio=0.5184 used=no instead=0.054
SELECT count(*), sum(total) FROM orders WHERE placed_at::date = '2023-05-05';
