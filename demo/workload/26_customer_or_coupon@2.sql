\set id random(1, 50000)
\set n random(0, 49)
SELECT id FROM shop.orders WHERE customer_id = :id OR coupon = 'SPRING' || :n;
