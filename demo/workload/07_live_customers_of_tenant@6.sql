\set id random(1, 200)
SELECT id, name FROM shop.customers WHERE tenant_id = :id AND deleted_at IS NULL ORDER BY name LIMIT 50;
