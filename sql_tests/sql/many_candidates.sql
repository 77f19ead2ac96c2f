-- Of many hypothetical indexes the planner is told of those that a statement could use: no plan may be lost by that.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA many;
SET search_path = many, public;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE t (a int, b int, c int, d text, e int, f int, filler text);
INSERT INTO t SELECT i, i % 5000, i % 300, 'd' || i % 1000, i % 20, i % 7, repeat('x', 100) FROM generate_series(1, 20000) i;
CREATE TABLE p (LIKE t) PARTITION BY RANGE (a);
CREATE TABLE p_one PARTITION OF p FOR VALUES FROM (0) TO (10000);
CREATE TABLE p_two (filler text, f int, e int, d text, c int, b int, a int);
ALTER TABLE p ATTACH PARTITION p_two FOR VALUES FROM (10000) TO (20001);
INSERT INTO p SELECT * FROM t;
VACUUM ANALYZE;
CREATE ROLE many_reader;
GRANT USAGE ON SCHEMA many, index_advisor TO many_reader;
GRANT SELECT ON t TO many_reader;
CREATE POLICY own ON t USING (b = 77);
CREATE TABLE candidate (ddl text);
INSERT INTO candidate SELECT format('CREATE INDEX ON %s %s', r, d) FROM unnest(ARRAY['t', 'p']) r, unnest(ARRAY['(a)', '(b)', '(c)', '(d)', '(e)', '(f)', '(b, c)', '(c, b)', '(e, f)', '(f, e)', '(d, a)', '(a DESC)',
    '(lower(d))', '((b + c))', '(f) INCLUDE (e)', '(e) INCLUDE (b, c)', '(a) WHERE b = 77', '(e) WHERE f = 3', '(c) WHERE d IS NULL', '(a) WHERE 1 = 1', '(f) WHERE lower(d) = ''d7''']) d;
GRANT SELECT ON candidate TO many_reader;
CREATE FUNCTION cost(query text, candidates text[]) RETURNS float8 LANGUAGE sql RETURN
    (SELECT line::json #>> '{0,Plan,Total Cost}' FROM index_advisor.explain(query, candidates, format => 'json') line)::float8;
-- With all of them nothing costs more than with the best one alone, which is less than without.
CREATE FUNCTION judged(query text) RETURNS text LANGUAGE sql RETURN
    (SELECT CASE WHEN cost(query, array_agg(ddl)) <= min(cost(query, ARRAY[ddl])) * 1.0001 THEN 'nothing lost' ELSE 'LOST' END || CASE WHEN min(cost(query, ARRAY[ddl])) < cost(query, '{}') THEN ', cheaper' ELSE '' END
        FROM candidate WHERE query LIKE '% ' || substring(ddl FROM ' ON (\w+)') || '%');
\pset format unaligned
\pset tuples_only on
\pset fieldsep ': '
SELECT q, judged(q) FROM unnest(ARRAY[
    'SELECT * FROM t WHERE b = 5', 'SELECT * FROM t WHERE b = 5 AND c = 5', 'SELECT * FROM t WHERE c BETWEEN 3 AND 4 OR b = 9', 'SELECT * FROM t WHERE lower(d) = ''d7''', 'SELECT * FROM t WHERE b + c = 9',
    'SELECT * FROM t ORDER BY a LIMIT 5', 'SELECT * FROM t ORDER BY a DESC LIMIT 5', 'SELECT max(b) FROM t', 'SELECT count(*) FROM t', 'SELECT e, count(*) FROM t GROUP BY e', 'SELECT DISTINCT e, f FROM t',
    'SELECT e FROM t', 'SELECT sum(f) FROM t', 'SELECT * FROM t WHERE f = 3 AND e = 1', 'SELECT b FROM t UNION SELECT c FROM t', 'SELECT b FROM t WHERE a = 1 UNION ALL SELECT c FROM t WHERE b = 2',
    'SELECT rank() OVER (ORDER BY b) FROM t LIMIT 1', 'SELECT * FROM t WHERE a IN (SELECT b FROM t WHERE c = 7)', 'SELECT * FROM t x JOIN t y ON x.a = y.b WHERE x.d = ''d5''',
    'SELECT * FROM t x WHERE EXISTS (SELECT FROM t y WHERE y.b = x.a AND y.c = 8)', 'SELECT * FROM t x, LATERAL (SELECT * FROM t y WHERE y.b = x.a LIMIT 1) z WHERE x.c = 9',
    'UPDATE t SET e = 0 WHERE b = 3', 'DELETE FROM t WHERE d = ''d8''', 'WITH w AS MATERIALIZED (SELECT * FROM t WHERE b = 5) SELECT * FROM w', 'SELECT a FROM t WHERE b = 77', 'SELECT filler FROM t WHERE f = 99',
    'SELECT (SELECT min(y.a) FROM t y WHERE y.b = x.b) FROM t x WHERE x.c = 4', 'SELECT e FROM t GROUP BY e HAVING count(*) > 3', 'SELECT count(*) FROM t WHERE t IS NOT NULL', 'SELECT * FROM t WHERE b = 77 ORDER BY a LIMIT 1',
    'SELECT * FROM p WHERE b = 5', 'SELECT * FROM p WHERE a = 5', 'SELECT * FROM p ORDER BY a LIMIT 5', 'SELECT max(b) FROM p', 'SELECT * FROM p WHERE b = 77 ORDER BY a LIMIT 1', 'SELECT * FROM p_two WHERE b = 5',
    'SELECT * FROM (SELECT * FROM p UNION ALL SELECT * FROM p) u WHERE b = 5', 'UPDATE p SET e = 0 WHERE b = 3', 'SELECT e FROM p']) q;
\echo === row security is a condition, too
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
SET ROLE many_reader;
SELECT judged('SELECT filler FROM t');
RESET ROLE;
DROP OWNED BY many_reader;
DROP ROLE many_reader;
DROP SCHEMA many CASCADE;
