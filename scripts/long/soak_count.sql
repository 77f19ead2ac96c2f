\set a random(1, 2000)
SELECT count(*) FROM counted WHERE a = :a;
