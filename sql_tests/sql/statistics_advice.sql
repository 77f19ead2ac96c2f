-- CREATE STATISTICS as an action of its own: columns that depend on each other, misjudged in executed plans.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/statistics_preamble.sql'
\set schema dependent
\set actions statistics
\i :preamble

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
\echo dismissed: the statement gets the next best, and back
SELECT index_advisor.dismiss(id, 'not now') FROM index_advisor.recommendations;
SELECT action, definition FROM index_advisor.advise();
SELECT action, status FROM index_advisor.recommendations ORDER BY action;
SELECT index_advisor.undismiss(id) FROM index_advisor.recommendations WHERE status = 'dismissed';
SELECT action, definition FROM index_advisor.advise();
SELECT action, status FROM index_advisor.recommendations ORDER BY action;
DELETE FROM index_advisor.recommendation WHERE action <> 'statistics';
\echo carried out: the estimate is right then, and nothing is left to propose
CREATE TABLE foretold AS SELECT replace(substring(rule FROM 'would expect ([0-9,]+) row'), ',', '')::float8 AS rows, gain
FROM index_advisor.recommendations;
SELECT statement FROM index_advisor.script() \gexec
SELECT substring(p.plan FROM '"Relation Name": "addresses".*?"Plan Rows": (\d+),')::float8 / f.rows BETWEEN 0.7 AND 1.4 AS rows, p.cost / replace(substring(gain FROM 'at a cost of ([0-9,]+) per call'), ',', '')::float8 BETWEEN 0.7 AND 1.4 AS cost
FROM foretold AS f CROSS JOIN plan_of($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$) AS p;
\echo and what joining as before costs with these rows was foretold as well
SET enable_hashjoin = off; SET enable_mergejoin = off;
SELECT p.cost / replace(substring(gain FROM 'it is ([0-9,]+) at least'), ',', '')::float8 BETWEEN 0.7 AND 1.4 AS cost_before
FROM foretold AS f CROSS JOIN plan_of($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$) AS p;
RESET enable_hashjoin; RESET enable_mergejoin;
SELECT status FROM index_advisor.recommendations;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT status FROM index_advisor.recommendations;
SELECT verdict FROM index_advisor.scans WHERE relation = 'dependent.addresses';
SELECT step, statement, regexp_replace(note, '^\w+: ', '') FROM index_advisor.undo_script(NULL, true);
\echo and taken back
SELECT statement FROM index_advisor.undo_script() \gexec
SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = 'addresses'::regclass;

-- What it says of the addresses.
CREATE FUNCTION judged() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT DISTINCT verdict || CASE WHEN next_step LIKE '%nor would CREATE STATISTICS%' THEN ': no statistics'
        WHEN next_step LIKE '%run ANALYZE%' THEN ': ANALYZE'
        WHEN next_step LIKE '%CREATE STATISTICS%' THEN ': statistics' ELSE '' END
    FROM index_advisor.scans WHERE relation = 'dependent.addresses' ORDER BY 1;
$$;
ALTER TABLE addresses ADD also int, ADD low int, ADD high int;
UPDATE addresses SET also = zip, low = street, high = 96 - street;
DROP INDEX IF EXISTS addresses_zip_city_idx;
VACUUM FULL addresses;
SELECT pg_stat_force_next_flush();
ANALYZE addresses;
\echo === columns that have nothing to do with each other
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.street = 3 AND a.zip = 13$$);
SELECT judged();
\echo === one that the conditions do not need
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a."From" < 9 AND a.city = 'city 3' AND a.zip = 13 AND a.also = 13$$);
SELECT judged();
\echo and with a name that has to be quoted
ALTER TABLE addresses RENAME also TO "Also";
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a."Also" = 13$$);
SELECT statement FROM index_advisor.script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'open' AND action = 'statistics')) \gexec
SELECT status FROM index_advisor.recommendations WHERE definition LIKE '%"Also"';
DROP STATISTICS "addresses_city_Also_stat";
ALTER TABLE addresses RENAME "Also" TO also;
\echo === a name that is taken
CREATE STATISTICS addresses_city_zip_stat ON low, high FROM addresses;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT judged();
DROP STATISTICS addresses_city_zip_stat;
\echo === there already, but not computed: ANALYZE is what is missing
CREATE STATISTICS there (dependencies) ON city, street, zip FROM addresses;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT judged();
\echo === and computed
ANALYZE addresses;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT judged();
DROP STATISTICS there;
\echo === ranges: dependencies say nothing of them
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.low >= 96 AND a.high <= 0$$);
SELECT judged();
\echo === none of a column is wanted
ALTER TABLE addresses ALTER zip SET STATISTICS 0;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT judged();
ALTER TABLE addresses ALTER zip SET STATISTICS -1;
\echo === the plan would stay what it is: no statistics, and the index is not kept waiting for them
SELECT advised('SELECT max(street) FROM addresses WHERE city = ''city 3'' AND zip = 13');
SELECT judged();
\echo === twice in a statement, with other values
SELECT advised($$WITH here AS MATERIALIZED (SELECT street, "From" FROM addresses WHERE city = 'city 3' AND zip = 13 AND also = 13),
    there AS MATERIALIZED (SELECT street, "From" FROM addresses WHERE city = 'city 4' AND zip = 17 AND also = 17)
    SELECT count(*) FROM here JOIN there ON here.street = there.street AND here."From" = there."From"$$);
SELECT judged();
\echo === one object for statements that ask for parts of it
SELECT index_advisor.reset() >= 0;
SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13;
SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13 AND a.also = 13;
SELECT definition, cardinality(queryids), jsonb_array_length(evidence) FROM index_advisor.advise() WHERE action = 'statistics';
\echo === values as parameters, known to the plan and not
SET plan_cache_mode = force_custom_plan;
PREPARE of_zip (text, int) AS SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = $1 AND a.zip = $2;
SELECT advised('EXECUTE of_zip (''city 3'', 13)');
SET plan_cache_mode = force_generic_plan;
SELECT advised('EXECUTE of_zip (''city 3'', 13)');
RESET plan_cache_mode;
\echo === no sample, no statistics
SET index_advisor.sample_blocks = 0;
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT judged();
RESET index_advisor.sample_blocks;
\echo === stale: ANALYZE comes first
UPDATE addresses SET street = street WHERE id % 5 = 0;
SELECT pg_stat_force_next_flush();
SELECT advised($$SELECT count(*) FROM addresses AS a JOIN orders AS o ON o.address = a.id WHERE a.city = 'city 3' AND a.zip = 13$$);
SELECT judged();
DROP SCHEMA dependent CASCADE;
