\set id random(1, 50000)
SELECT name, email FROM shop.customers WHERE id = :id;
