\set t random(1, 200)
SELECT c.name, o.total FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id WHERE c.tenant_id = :t AND o.status = 'pending' LIMIT 100;
