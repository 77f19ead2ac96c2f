\set id random(1, 1000000)
UPDATE shop.orders SET paid = true WHERE id = :id;
