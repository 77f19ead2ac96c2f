-- case: the orders of a day, by a cast that depends on the time zone
-- kind: expression, existing
-- calls: 60/h literals
-- expect: none
-- because: stable_function
-- harmful: CREATE INDEX ON orders (placed_at, id) | unused: the condition is on the cast
-- instead: SELECT count(*), sum(total) FROM orders WHERE placed_at >= '2023-05-05' AND placed_at < '2023-05-06'
-- measured: without=69.782 with=92.001 ratio=1.3184 used=no instead=0.065
SELECT count(*), sum(total) FROM orders WHERE placed_at::date = '2023-05-05';
