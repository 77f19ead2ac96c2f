\set n random(1, 290000)
SELECT count(*) FROM shop.events WHERE kind = 'error' AND at > timestamptz '2025-01-01 00:00+00' + :n * interval '2 seconds' AND at < timestamptz '2025-01-01 01:00+00' + :n * interval '2 seconds';
