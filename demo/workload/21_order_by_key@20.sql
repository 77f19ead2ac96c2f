\set id random(1, 1000000)
SELECT status, total FROM shop.orders WHERE id = :id;
