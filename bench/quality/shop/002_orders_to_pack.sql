-- case: the packing station takes the oldest paid orders; the status is always the same, and few orders have it
-- kind: partial, sort, limit
-- calls: 1200/h literals
-- writes: orders INSERT 40/h, orders UPDATE 160/h (status)
-- expect: CREATE INDEX ON orders (placed_at) WHERE status = 'paid'
-- accept: CREATE INDEX ON orders (status, placed_at)
-- harmful: CREATE INDEX ON orders (total) | unused: does not serve the condition
-- measured: without=49.595 with=0.035 ratio=0.0007 used=yes
SELECT id, customer_id, total, note FROM orders WHERE status = 'paid' ORDER BY placed_at LIMIT 200;
