\set id random(1, 50000)
SELECT * FROM shop.orders WHERE customer_id = :id AND status = 'pending' ORDER BY created_at DESC;
