\set id random(1, 50000)
SELECT sum(total), count(*) FROM shop.orders WHERE customer_id = :id;
