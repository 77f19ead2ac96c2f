\set id random(1, 50000)
SELECT id, status, total FROM shop.orders WHERE customer_id = :id ORDER BY created_at DESC LIMIT 20;
