-- Rows removed, as the views show them, are those that EXPLAIN (ANALYZE) counts for the same execution.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA evidence;
SET search_path = evidence, public;
CREATE TABLE parent (id int PRIMARY KEY, kind int, pad text);
CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent (id), state text, amount int);
CREATE TABLE parted (id int, day int, note text) PARTITION BY RANGE (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 (note text, day int, id int);
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (10) TO (20);
INSERT INTO parent SELECT i, i % 10, repeat('x', 20) FROM generate_series(1, 5000) i;
INSERT INTO child SELECT i, 1 + i % 5000, CASE WHEN i % 50 = 0 THEN 'rare' ELSE 'usual' END, i FROM generate_series(1, 50000) i;
INSERT INTO parted SELECT i, i % 20, 'n' || i FROM generate_series(1, 20000) i;
CREATE INDEX child_parent ON child (parent_id);
ANALYZE parent, child, parted;

CREATE FUNCTION rows_removed_in(plan jsonb) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    total numeric := 0;
    child jsonb;
BEGIN
    IF plan ? 'Rows Removed by Filter' AND plan ? 'Relation Name' THEN
        total := (plan->>'Rows Removed by Filter')::numeric * (plan->>'Actual Loops')::numeric;
    END IF;
    FOR child IN SELECT * FROM jsonb_array_elements(coalesce(plan->'Plans', '[]')) LOOP
        total := total + rows_removed_in(child);
    END LOOP;
    RETURN total;
END $$;

-- Runs it, looks at what was captured, runs it under EXPLAIN (ANALYZE), compares.
CREATE FUNCTION compare(statement text, OUT same boolean, OUT captured numeric, OUT explained numeric, OUT loops numeric)
LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    slack numeric;
BEGIN
    PERFORM index_advisor.reset();
    EXECUTE statement;
    SELECT sum(s.rows_removed), max(s.loops) INTO captured, loops FROM index_advisor.scans s
        WHERE s.relation LIKE 'evidence.%';
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
    explained := rows_removed_in(plan->0->'Plan');
    -- EXPLAIN prints a rounded mean over the loops.
    slack := CASE WHEN loops > 1 THEN loops ELSE 0 END;
    same := abs(captured - explained) <= slack;
END $$;

\pset format unaligned
\pset tuples_only on
SET max_parallel_workers_per_gather = 0;
\echo plain scan
SELECT same, captured FROM compare('SELECT count(*) FROM child WHERE state = ''rare''');
SELECT same, captured FROM compare('SELECT count(*) FROM child WHERE state = ''usual'' AND amount % 2 = 0');
\echo LIMIT stops
SELECT same, captured FROM compare('SELECT * FROM child WHERE state = ''rare'' LIMIT 10');
\echo nested loop, rescanned
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SET enable_memoize = off;
SELECT same, loops FROM compare('SELECT count(*) FROM parent p JOIN child c ON c.parent_id = p.id WHERE p.kind = 3 AND c.state = ''rare''');
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;
SELECT same, loops FROM compare('SELECT count(*) FROM (SELECT * FROM parent WHERE id <= 3) p, LATERAL (SELECT * FROM child c WHERE c.amount < p.id + 10 OFFSET 0) x');
RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_indexonlyscan;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material; RESET enable_memoize;
\echo sub-selects, CTE referenced twice
SELECT same FROM compare('SELECT (SELECT count(*) FROM child WHERE amount < 100), (SELECT max(amount) FROM child WHERE state = ''rare'')');
SELECT same FROM compare('WITH x AS MATERIALIZED (SELECT * FROM child WHERE state = ''rare'') SELECT count(*) FROM x a JOIN x b USING (id)');
\echo partitions count for their root
SELECT same, captured FROM compare('SELECT count(*) FROM parted WHERE note = ''n77''');
SELECT relation, filter, rows_removed FROM index_advisor.scans WHERE relation LIKE 'evidence.%';
SELECT same, captured FROM compare('SELECT count(*) FROM parted WHERE day = 15 AND note = ''n77''');
\echo parallel
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT same, captured FROM compare('SELECT count(*) FROM child WHERE state = ''rare''');
\echo rows kept are counted whatever the planner expects, a third here
SELECT same, captured FROM compare('SELECT count(*) FROM child WHERE coalesce(amount, 0) < 100');
SELECT rows_read, rows_read_estimated FROM index_advisor.scans WHERE relation = 'evidence.child';
SET max_parallel_workers_per_gather = 0;
SELECT same, captured FROM compare('SELECT count(*) FROM child WHERE coalesce(amount, 0) < 100');
SELECT rows_read, rows_read_estimated FROM index_advisor.scans WHERE relation = 'evidence.child';
\echo many that are kept are an estimate, from the first of them, and never more than there are
SELECT same, captured FROM compare('SELECT count(*) FROM child WHERE coalesce(amount % 2, 0) < 1');
SELECT rows_read BETWEEN 26000 AND 50000, rows_read_estimated FROM index_advisor.scans WHERE relation = 'evidence.child';
\echo writes
SELECT same, captured FROM compare('UPDATE child SET amount = amount WHERE state = ''rare''');
SELECT same, captured FROM compare('DELETE FROM child WHERE state = ''none''');
\echo a cursor that is not read to the end
SELECT index_advisor.reset() >= 0;
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM child WHERE state = 'rare' AND amount > 0;
FETCH 5 FROM c;
CLOSE c;
COMMIT;
SELECT relation, calls, rows_read - rows_removed AS returned, rows_removed FROM index_advisor.scans WHERE relation = 'evidence.child';
\echo open at ROLLBACK, ended by timeout, ended by an error: unfinished, and in the evidence
SELECT index_advisor.reset() >= 0;
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM child WHERE state = 'rare' AND amount > 1;
FETCH 5 FROM c;
ROLLBACK;
SELECT count(*) FROM child WHERE state = 'rare' AND 1 / (amount - 40000) > 7;
SET statement_timeout = '300ms';
SELECT count(pg_sleep(0.01)) FROM child WHERE state = 'rare' AND amount > 2;
RESET statement_timeout;
SELECT unfinished, count(*), bool_and(s.rows_removed > 0) FROM index_advisor.statements t
    JOIN index_advisor.scans s USING (userid, toplevel, queryid) WHERE s.relation = 'evidence.child' GROUP BY 1;
\echo prepared statements, custom and generic, keep their values
SELECT index_advisor.reset() >= 0;
PREPARE p AS SELECT count(*) FROM child WHERE state = $1 AND amount < $2;
SET plan_cache_mode = force_custom_plan;
EXECUTE p ('rare', 100);
SET plan_cache_mode = force_generic_plan;
EXECUTE p ('usual', 200);
RESET plan_cache_mode;
SELECT calls, generic, binds FROM index_advisor.statements WHERE query LIKE '%amount < $2%';
\echo foreign key check
SELECT index_advisor.reset() >= 0;
DROP INDEX child_parent;
INSERT INTO parent VALUES (9999, 1, '');
DELETE FROM parent WHERE id = 9999;
SELECT relation, filter, toplevel, rows_removed FROM index_advisor.scans WHERE relation = 'evidence.child';
\echo PL/pgSQL, SQL functions, views, row security
SELECT index_advisor.reset() >= 0;
CREATE FUNCTION in_plpgsql(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM evidence.child WHERE state = wanted; RETURN n; END $$;
CREATE VIEW rare AS SELECT * FROM child WHERE state = 'rare';
SELECT in_plpgsql('rare'), (SELECT count(*) FROM rare WHERE amount > 10);
SELECT toplevel, filter, rows_removed FROM index_advisor.scans WHERE relation = 'evidence.child' ORDER BY 1, 2;
\echo temporary tables, catalogs: nothing
SELECT index_advisor.reset() >= 0;
CREATE TEMP TABLE fleeting AS SELECT i FROM generate_series(1, 10000) i;
SELECT count(*) FROM fleeting WHERE i = 5;
SELECT count(*) >= 0 FROM pg_class WHERE relname LIKE '%nothing%';
SELECT count(*) FROM index_advisor.scans WHERE relation !~ '^evidence';
\echo nor what is of the extension itself, in a schema made again in the same session too
DROP EXTENSION index_advisor;
DROP SCHEMA index_advisor;
CREATE EXTENSION index_advisor;
SELECT index_advisor.reset() >= 0;
SELECT count(*) FROM index_advisor.run WHERE state = 'nothing';
SELECT count(*) FROM index_advisor.statements WHERE query LIKE '%index_advisor.run WHERE%';
DROP SCHEMA evidence CASCADE;
