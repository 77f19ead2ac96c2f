-- What a backend does with the library, once: see valgrind.sh. Small, since each step takes thirty times as long.
CREATE EXTENSION index_advisor;
SET index_advisor.min_table_rows = 100;
SET index_advisor.min_rows_removed = 100;
SET client_min_messages = error;
CREATE TABLE v_t (id int PRIMARY KEY, a int, b text, c numeric, d timestamptz);
INSERT INTO v_t SELECT g, g / 5, 'b' || g % 300, g / 7.0, '2026-01-01'::timestamptz + g * interval '1 minute'
FROM generate_series(1, 5000) AS g;
CREATE TABLE v_p (id int, k int) PARTITION BY RANGE (id);
CREATE TABLE v_p1 PARTITION OF v_p FOR VALUES FROM (0) TO (1500);
CREATE TABLE v_p2 PARTITION OF v_p FOR VALUES FROM (1500) TO (3001);
INSERT INTO v_p SELECT g, g / 3 FROM generate_series(1, 3000) AS g;
ANALYZE v_t, v_p;
CREATE FUNCTION v_run() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR i IN 1..4 LOOP
        FOR r IN SELECT * FROM v_t WHERE a = i LOOP END LOOP;
        FOR r IN SELECT * FROM v_t WHERE b = 'b' || i ORDER BY d LIMIT 3 LOOP END LOOP;
        FOR r IN SELECT * FROM v_p WHERE k = i LOOP END LOOP;
        FOR r IN SELECT * FROM v_t JOIN v_p ON v_p.k = v_t.a WHERE v_t.c = i LOOP END LOOP;
        UPDATE v_t SET c = c + 1 WHERE a = i AND lower(b) = 'b1';
    END LOOP;
END $$;
SELECT v_run();
SELECT v_run();
PREPARE v_a(int, text) AS SELECT count(*) FROM v_t WHERE a = $1 OR b = $2;
EXECUTE v_a(1, 'b1');
EXECUTE v_a(2, 'b2');
SELECT count(*) FROM v_t WHERE a IN (1, 2, 3) AND b LIKE 'b1%' \; SELECT count(*) FROM v_t WHERE a IN (1, 2);
SELECT count(*) FROM v_t WHERE a IN (1, 2, 3) AND b LIKE 'b1%' \; SELECT count(*) FROM v_t WHERE a IN (1, 2);
BEGIN;
DECLARE v_c CURSOR FOR SELECT * FROM v_t WHERE a > 900;
FETCH 3 FROM v_c;
ROLLBACK;
\set ON_ERROR_STOP off
SELECT 1 / (a - a) FROM v_t WHERE b = 'b7';
\set ON_ERROR_STOP on
SET index_advisor.budget = '100MB';
SELECT count(*) FROM index_advisor.advise();
SELECT count(*) FROM index_advisor.index_advisor('SELECT * FROM v_t WHERE c = 3 ORDER BY d');
SELECT count(*) FROM index_advisor.explain('SELECT * FROM v_t WHERE a = 3', ARRAY['CREATE INDEX ON v_t (a)']);
SELECT count(e) FROM index_advisor.statements AS s, index_advisor.explain(s.queryid) AS e
WHERE s.query LIKE '%v_t where a%' OR s.query LIKE '%v_p where%';
SELECT count(*) FROM index_advisor.report();
SELECT count(*) FROM index_advisor.script();
SELECT count(*) FROM index_advisor.undo_script();
-- All views, all columns of theirs.
SELECT format('SELECT count(v::text) FROM index_advisor.%I AS v', relname) FROM pg_class
WHERE relnamespace = 'index_advisor'::regnamespace AND relkind = 'v' \gexec
SELECT pg_sleep(3);
