\set n random(1, 900000)
SELECT id, total FROM shop.orders WHERE (created_at, id) < (timestamptz '2024-01-01 00:00+00' + :n * interval '30 seconds', :n) ORDER BY created_at DESC, id DESC LIMIT 50;
