\set n random(0, 49)
SELECT id, total FROM shop.orders WHERE coupon = 'SPRING' || :n;
