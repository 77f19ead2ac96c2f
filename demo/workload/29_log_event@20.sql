\set n random(1, 15000)
INSERT INTO shop.events (at, kind, session, body) VALUES (now(), 'view', md5(:n::text)::uuid, '{}');
