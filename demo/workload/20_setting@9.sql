\set n random(1, 150)
SELECT value FROM shop.settings WHERE name = 'name' || :n;
