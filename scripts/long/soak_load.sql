\set a random(1, 2000)
SELECT count(*) FROM busy WHERE a = :a;
SELECT * FROM busy WHERE b = :a AND c = 'c7' ORDER BY id DESC LIMIT 3;
UPDATE busy SET b = b + 1 WHERE id = :a;
SELECT loops(3);
SELECT count(*) FROM parts JOIN busy USING (id) WHERE parts.a = :a % 300;
SELECT count(*) FROM busy WHERE doc @> '{"k": 7}';
