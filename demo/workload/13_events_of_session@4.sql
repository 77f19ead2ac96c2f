\set n random(1, 15000)
SELECT at, kind FROM shop.events WHERE session = md5(:n::text)::uuid ORDER BY at;
