\set a random(1, 50000)
\set b random(1, 50000)
\set c random(1, 50000)
SELECT id, total FROM shop.orders WHERE customer_id IN (:a, :b, :c);
