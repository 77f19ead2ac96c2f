-- CREATE STATISTICS (ndistinct): the planner's number of groups against those that were executed.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/statistics_preamble.sql'
\set schema grouped
\set actions statistics
\i :preamble
-- Groups that are too many for it are sorted.
SET work_mem = '128kB';
SET hash_mem_multiplier = 1;

-- A shop lies in one town, a town in one region: a thousand combinations, and not a thousand times five hundred.
CREATE TABLE sales (id int, shop int, town int, region int, article int, open boolean, note text) WITH (autovacuum_enabled = false);
CREATE TABLE shops (shop int, name text) WITH (autovacuum_enabled = false);
INSERT INTO sales
    SELECT i, s, s / 2, s / 50, abs(hashint4(i + 7)) % 900, s % 2 = 0, repeat('x', 40)
    FROM generate_series(1, 200000) AS i, LATERAL (SELECT abs(hashint4(i)) % 1000) AS t (s);
INSERT INTO shops SELECT i, 'shop ' || i FROM generate_series(1, 200000) AS i;
CREATE INDEX ON shops (shop);
SELECT pg_stat_force_next_flush();
ANALYZE sales, shops;

\pset format unaligned
\pset tuples_only on
\echo === far fewer groups than the product: they would fit into a hash table
SELECT nodes LIKE '%Sorted%' FROM plan_of('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
SELECT r.action, r.relation, r.index_name, r.kind, r.definition, r.ddl, r.undo, r.status, r.note,
       r.size_bytes IS NULL, r.cost_after < r.cost_before, r.improvement > 0.1, cardinality(r.queryids), jsonb_array_length(r.evidence)
FROM index_advisor.recommendations r;
SELECT regexp_replace(why, '[0-9]{2},[0-9]{3} groups', '(many) groups'), regexp_replace(rule, '[0-9,]+ rows', '(n) rows') FROM index_advisor.recommendations;
SELECT target FROM index_advisor.summary;
SELECT step, statement, regexp_replace(note, '^\w+: ', '') FROM index_advisor.script();
\echo dismissed, and back
SELECT index_advisor.dismiss(id, 'not now') FROM index_advisor.recommendations;
SELECT count(*) FROM index_advisor.advise();
SELECT status FROM index_advisor.recommendations;
SELECT index_advisor.undismiss(id) FROM index_advisor.recommendations;
SELECT action, definition FROM index_advisor.advise();
\echo carried out: the plan is the one that was foretold, and so is the cost of sorting with as many groups
CREATE TABLE foretold AS SELECT gain FROM index_advisor.recommendations;
SELECT statement FROM index_advisor.script() \gexec
SELECT p.nodes LIKE '%Hashed%', p.cost / replace(substring(gain FROM 'at a cost of ([0-9,]+) per call'), ',', '')::float8 BETWEEN 0.9 AND 1.1
FROM foretold CROSS JOIN plan_of('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3') AS p;
SET enable_hashagg = off;
SELECT p.cost / replace(substring(gain FROM 'it is ([0-9,]+) at least'), ',', '')::float8 BETWEEN 0.9 AND 1.1
FROM foretold CROSS JOIN plan_of('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3') AS p;
RESET enable_hashagg;
SELECT status FROM index_advisor.recommendations;
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
SELECT advised('SELECT shop, town, count(*) FROM sales GROUP BY shop, town ORDER BY 1, 2');
SELECT statement FROM index_advisor.undo_script() \gexec
SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = 'sales'::regclass;
\echo === what HAVING removes was a group, and a condition leaves fewer
SELECT advised('SELECT shop, town, region, count(*) FROM sales WHERE id > 5000 GROUP BY shop, town, region HAVING count(*) > 1000000 ORDER BY 1, 2, 3');
SELECT why LIKE '% had 1,000 groups each.' FROM index_advisor.recommendations WHERE status = 'open';
\echo === a join above the groups
SELECT advised('SELECT count(name) FROM (SELECT town, region, count(*) FROM sales GROUP BY town, region) AS g JOIN shops ON shops.shop = g.town');
\echo and above distinct rows, hashed and sorted
SELECT advised('SELECT count(name) FROM (SELECT DISTINCT town, region FROM sales) AS g JOIN shops ON shops.shop = g.town');
SET enable_hashagg = off;
CREATE INDEX sorted ON sales (shop, town, region);
VACUUM sales;
SELECT nodes LIKE '%Unique%' FROM plan_of('SELECT count(name) FROM (SELECT DISTINCT shop, town, region FROM sales) AS g JOIN shops ON shops.shop = g.shop * 200');
SELECT advised('SELECT count(name) FROM (SELECT DISTINCT shop, town, region FROM sales) AS g JOIN shops ON shops.shop = g.shop * 200');
DROP INDEX sorted;
RESET enable_hashagg;
\echo === a column that has nothing to do with the others stays out, as does what is no more than yes or no
CREATE TABLE kinds AS SELECT *, id % 3 AS three FROM sales;
SELECT pg_stat_force_next_flush();
ANALYZE kinds;
SET hash_mem_multiplier = 2;
SELECT advised('SELECT three, open, shop, town, region, count(*) FROM kinds GROUP BY three, open, shop, town, region ORDER BY 1, 2, 3, 4, 5');
SET hash_mem_multiplier = 1;
\echo === the groups that are spoken of are those of all columns
SET index_advisor.budget = '8kB';
SELECT advised('SELECT open, shop, town, region, count(*) FROM sales GROUP BY open, shop, town, region ORDER BY 1, 2, 3, 4');
SELECT substring(why FROM 'grouped by [a-z, ]+, the planner') FROM index_advisor.recommendations WHERE status = 'open';
\echo === statistics on some of the columns do not stand in for those on all
CREATE STATISTICS smaller (ndistinct) ON town, region FROM sales;
ANALYZE sales;
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
CREATE TABLE foretold_beside AS SELECT gain, undo FROM index_advisor.recommendations WHERE status = 'open';
SELECT statement FROM index_advisor.script() \gexec
SELECT p.nodes LIKE '%Hashed%', p.cost / replace(substring(gain FROM 'at a cost of ([0-9,]+) per call'), ',', '')::float8 BETWEEN 0.9 AND 1.1
FROM foretold_beside CROSS JOIN plan_of('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3') AS p;
SELECT undo FROM foretold_beside \gexec
DROP STATISTICS smaller;
RESET index_advisor.budget;
\echo === columns that are independent: as many groups as the planner expects, or nearly
SELECT advised('SELECT shop, article, count(*) FROM sales GROUP BY shop, article ORDER BY 1, 2');
\echo === the plan would stay what it is
SET work_mem = '64MB';
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
SET work_mem = '128kB';
\echo nor does it change for what another level groups by one of the columns
CREATE TABLE few AS
    SELECT s AS shop, s / 2 AS town, s / 150 AS region
    FROM generate_series(1, 40000) AS i, LATERAL (SELECT abs(hashint4(i)) % 300) AS t (s);
CREATE TABLE towns AS SELECT i AS town, repeat('x', 30) AS name FROM generate_series(0, 30000) AS i;
CREATE INDEX ON towns (town);
SELECT pg_stat_force_next_flush();
ANALYZE few, towns;
SET work_mem = '64MB';
SELECT advised('SELECT count(name) FROM (SELECT town, count(*) FROM few GROUP BY town) AS h JOIN towns USING (town), (SELECT count(*) AS n FROM (SELECT shop, town, region, count(*) FROM few GROUP BY shop, town, region) AS g) AS c WHERE c.n > 0');
SET work_mem = '128kB';
\echo === there already, but not computed
CREATE STATISTICS there (ndistinct) ON shop, town, region FROM sales;
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
DROP STATISTICS there;
\echo === not to the end; twice; of two tables; of an expression; several sets: nobody counted, or nobody knows what
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3 LIMIT 700');
SELECT advised('SELECT count(*) FROM (SELECT DISTINCT shop, town FROM sales) AS a, (SELECT DISTINCT town, region FROM sales) AS b WHERE a.town = b.town');
SELECT advised('SELECT s.shop, s.town, p.name FROM sales AS s JOIN shops AS p ON p.shop = s.shop GROUP BY s.shop, s.town, p.name');
SELECT advised('SELECT shop, region, abs(town) FROM sales GROUP BY shop, region, abs(town) ORDER BY 1, 2, 3');
SELECT advised('SELECT shop, town FROM sales GROUP BY GROUPING SETS ((shop, town), (shop))');
\echo === parallel: the groups of each process are not those of the statement
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT nodes LIKE '%Gather%Aggregate%' FROM plan_of('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
-- With an index to come the statistics wait for it.
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
SET index_advisor.budget = '8kB';
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
RESET index_advisor.budget;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
SET max_parallel_workers_per_gather = 0;
\echo === and stale: ANALYZE comes first
UPDATE sales SET note = 'y' WHERE id % 5 = 0;
SELECT pg_stat_force_next_flush();
SELECT advised('SELECT shop, town, region, count(*) FROM sales GROUP BY shop, town, region ORDER BY 1, 2, 3');
DROP SCHEMA grouped CASCADE;
