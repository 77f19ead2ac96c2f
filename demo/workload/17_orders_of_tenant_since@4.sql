\set t random(1, 200)
\set n random(900000, 1000000)
SELECT count(*), sum(total) FROM shop.orders WHERE tenant_id = :t AND created_at > timestamptz '2024-01-01 00:00+00' + :n * interval '30 seconds';
