\set n random(1000, 9999)
SELECT id, email FROM shop.customers WHERE email LIKE 'User' || :n || '%';
