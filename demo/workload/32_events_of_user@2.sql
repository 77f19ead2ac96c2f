\set u random(1, 50000)
SELECT at, kind FROM shop.events WHERE (body->>'user')::int = :u;
