\set id random(2000000, 2000000000)
\set c random(1, 50000)
INSERT INTO shop.orders VALUES (:id, :c, 1, 'pending', now(), NULL, 9.99, NULL, true, 'new') ON CONFLICT DO NOTHING;
