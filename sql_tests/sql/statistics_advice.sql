-- CREATE STATISTICS as an action of its own: columns that depend on each other, misjudged in executed plans.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
CREATE SCHEMA dependent;
SET search_path = dependent, public;

-- Twenty zips a city, a zip in one city alone; the planner takes them for independent. Orders come by address.
CREATE TABLE addresses (id int PRIMARY KEY, city text, zip int, street int, "From" int) WITH (autovacuum_enabled = false);
CREATE TABLE orders (id int, address int, total int) WITH (autovacuum_enabled = false);
INSERT INTO addresses
    SELECT i, 'city ' || abs(hashint4(i)) % 100 / 4, abs(hashint4(i)) % 100, abs(hashint4(i + 7)) % 97, i % 11
    FROM generate_series(1, 60000) AS i;
INSERT INTO orders SELECT i, abs(hashint4(-i)) % 60000, i % 1000 FROM generate_series(1, 120000) AS i;
CREATE INDEX ON orders (address);
SELECT pg_stat_force_next_flush();
ANALYZE addresses, orders;

-- Runs it as an application would, and advises.
CREATE FUNCTION advised(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..3 LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM pg_stat_force_next_flush();
    RETURN QUERY SELECT a.action || ': ' || a.relation || ' ' || a.definition FROM index_advisor.advise() AS a
        WHERE a.action = 'statistics' ORDER BY 1;
END $$;

CREATE FUNCTION plan_of(statement text, OUT cost float8, OUT rows float8) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || statement INTO plan;
    cost := plan -> 0 -> 'Plan' ->> 'Total Cost';
    SELECT substring(plan::text FROM '"Relation Name": "addresses".*?"Plan Rows": (\d+),') INTO rows;
END $$;

\pset format unaligned
\pset tuples_only on
\echo === one follows from the other
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT r.action, r.relation, r.index_name, r.kind, r.definition, r.ddl, r.undo, r.status, r.note, r.rank,
       r.size_bytes IS NULL,
       r.cost_after < r.cost_before, r.improvement > 0.1, r.ms_per_call_after < r.ms_per_call_before, cardinality(r.queryids), jsonb_array_length(r.evidence), r.why LIKE '%expects % rows%kept % each.'
FROM index_advisor.recommendations r;
SELECT target FROM index_advisor.summary;
SELECT s.verdict, s.advice = r.id, s.next_step LIKE '%CREATE STATISTICS on city, zip%'
FROM index_advisor.scans s CROSS JOIN index_advisor.recommendations r WHERE s.relation = 'dependent.addresses';
SELECT step, statement, regexp_replace(note, '^\w+: ', '') FROM index_advisor.script();
SELECT step, statement FROM index_advisor.script(NULL, true);
SELECT count(*) FROM index_advisor.undo_script();
\echo dismissed, and back
SELECT index_advisor.dismiss(id, 'not now') FROM index_advisor.recommendations;
SELECT status FROM index_advisor.recommendations;
SELECT count(*) FROM index_advisor.advise() WHERE action = 'statistics';
SELECT index_advisor.undismiss(id) FROM index_advisor.recommendations;
SELECT count(*) FROM index_advisor.advise() WHERE action = 'statistics';
\echo carried out: the estimate is right then, and nothing is left to propose
CREATE TABLE foretold AS SELECT replace(substring(rule FROM 'would expect ([0-9,]+) row'), ',', '')::float8 AS rows, gain
FROM index_advisor.recommendations;
SELECT statement FROM index_advisor.script() \gexec
SELECT p.rows / f.rows BETWEEN 0.7 AND 1.4 AS rows, p.cost / replace(substring(gain FROM 'at a cost of ([0-9,]+) per call'), ',', '')::float8 BETWEEN 0.9 AND 1.1 AS cost
FROM foretold AS f CROSS JOIN plan_of($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$) AS p;
SELECT status FROM index_advisor.recommendations;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT status FROM index_advisor.recommendations;
SELECT verdict FROM index_advisor.scans WHERE relation = 'dependent.addresses';
SELECT step, statement, regexp_replace(note, '^\w+: ', '') FROM index_advisor.undo_script(NULL, true);
\echo and taken back
SELECT statement FROM index_advisor.undo_script() \gexec
SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = 'addresses'::regclass;
DROP SCHEMA dependent CASCADE;
