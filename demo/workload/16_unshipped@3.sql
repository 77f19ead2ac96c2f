\set t random(1, 200)
SELECT count(*) FROM shop.orders WHERE shipped_at IS NULL AND tenant_id = :t AND status = 'pending';
