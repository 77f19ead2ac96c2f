\set id random(1, 50000)
SELECT id, name FROM shop.customers WHERE lower(email) = 'user' || :id || '@example.com';
