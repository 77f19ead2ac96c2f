-- Scans that the plan has and the execution never began count for nothing; parallel ones without a filter count once.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA unstarted;
SET search_path = unstarted, public;
CREATE TABLE t (id int PRIMARY KEY, state text, amount int);
INSERT INTO t SELECT i, CASE WHEN i % 50 = 0 THEN 'rare' ELSE 'usual' END, i % 100 FROM generate_series(1, 50000) i;
CREATE INDEX t_amount ON t (amount);
ANALYZE t;

-- Executions, scans begun and rows read of the table, as captured.
CREATE FUNCTION captured(statement text, OUT calls numeric, OUT loops numeric, OUT rows_read numeric, OUT rows_removed numeric)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    EXECUTE statement;
    SELECT coalesce(sum(s.calls), 0), coalesce(sum(s.loops), 0), coalesce(sum(s.rows_read), 0), coalesce(sum(s.rows_removed), 0)
        INTO calls, loops, rows_read, rows_removed FROM index_advisor.scans s WHERE s.relation = 'unstarted.t';
END $$;
CREATE TABLE switch AS SELECT false AS is_on;
ANALYZE switch;

\pset format unaligned
\pset tuples_only on
SET max_parallel_workers_per_gather = 0;
\echo never started: no filter, a selective one, one that keeps most, index, index only, bitmap
SELECT * FROM captured('SELECT count(*) FROM t WHERE (SELECT is_on FROM switch)');
SELECT * FROM captured('SELECT count(*) FROM t WHERE state = ''rare'' AND (SELECT is_on FROM switch)');
SELECT * FROM captured('SELECT count(*) FROM t WHERE state = ''usual'' AND (SELECT is_on FROM switch)');
SET enable_seqscan = off; SET enable_bitmapscan = off;
SELECT * FROM captured('SELECT count(state) FROM t WHERE amount < 90 AND state = ''usual'' AND (SELECT is_on FROM switch)');
SELECT * FROM captured('SELECT count(amount) FROM t WHERE amount < 90 AND amount <> 5 AND (SELECT is_on FROM switch)');
SET enable_bitmapscan = on; SET enable_indexscan = off; SET enable_indexonlyscan = off;
SELECT * FROM captured('SELECT count(state) FROM t WHERE amount < 90 AND state = ''usual'' AND (SELECT is_on FROM switch)');
RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_indexscan; RESET enable_indexonlyscan;
\echo the same, started
UPDATE switch SET is_on = true;
SELECT * FROM captured('SELECT count(*) FROM t WHERE (SELECT is_on FROM switch)');
SELECT * FROM captured('SELECT count(*) FROM t WHERE state = ''rare'' AND (SELECT is_on FROM switch)');
SELECT calls, loops, rows_removed FROM captured('SELECT count(*) FROM t WHERE state = ''usual'' AND (SELECT is_on FROM switch)');
SET enable_seqscan = off; SET enable_bitmapscan = off;
SELECT calls, loops, rows_removed FROM captured('SELECT count(state) FROM t WHERE amount < 90 AND state = ''usual'' AND (SELECT is_on FROM switch)');
SET enable_bitmapscan = on; SET enable_indexscan = off; SET enable_indexonlyscan = off;
SELECT calls, loops, rows_removed FROM captured('SELECT count(state) FROM t WHERE amount < 90 AND state = ''usual'' AND (SELECT is_on FROM switch)');
RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_indexscan; RESET enable_indexonlyscan;

\echo parallel
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT calls, rows_read, rows_removed FROM captured('SELECT count(*) FROM t');
SELECT calls, rows_removed FROM captured('SELECT count(*) FROM t WHERE state = ''usual''');
SELECT calls, rows_removed FROM captured('SELECT count(*) FROM t WHERE state = ''rare''');
\echo parallel, the leader only gathers
SET parallel_leader_participation = off;
SELECT calls, rows_read, rows_removed FROM captured('SELECT count(*) FROM t');
SELECT calls, rows_removed FROM captured('SELECT count(*) FROM t WHERE state = ''usual''');
SELECT calls, rows_removed FROM captured('SELECT count(*) FROM t WHERE state = ''rare''');
\echo parallel, never started
UPDATE switch SET is_on = false;
SELECT * FROM captured('SELECT * FROM (SELECT count(*) FROM t OFFSET 0) AS s WHERE (SELECT is_on FROM switch)');
SELECT * FROM captured('SELECT * FROM (SELECT count(*) FROM t WHERE state = ''usual'' OFFSET 0) AS s WHERE (SELECT is_on FROM switch)');
SELECT * FROM captured('SELECT * FROM (SELECT count(*) FROM t WHERE state = ''rare'' OFFSET 0) AS s WHERE (SELECT is_on FROM switch)');

SET search_path = public;
DROP SCHEMA unstarted CASCADE;
