-- case: the search engine's hits are fetched by their keys
-- kind: in_list, existing
-- calls: 3000/h literals
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON orders (id, status) | size: the primary key finds the ten rows
-- harmful: CREATE INDEX ON orders (status) | unused: nearly all orders have one of these
-- measured: without=0.020 with=0.018 ratio=0.9000 used=no
SELECT id, status, total FROM orders
WHERE id IN (17, 99123, 399999, 250000, 12, 1, 77777, 301, 4012, 88) AND status IN ('delivered', 'cancelled');
