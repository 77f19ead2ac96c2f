-- Bad input: each function, each kind, its SQLSTATE (docs/errors.md is the same as a table).
-- Codes, not messages: the words are the server's in many cases, and differ between majors.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;

CREATE FUNCTION code_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

CREATE TABLE errors_t (a int, b text, c numeric);
INSERT INTO errors_t SELECT g, g::text, g FROM generate_series(1, 2000) AS g;
CREATE INDEX errors_t_a_idx ON errors_t (a);
CREATE VIEW errors_v AS SELECT a FROM errors_t;
ANALYZE errors_t;

CREATE FUNCTION check_codes(statements text[]) RETURNS TABLE (code text, statement text)
LANGUAGE sql AS $$ SELECT code_of(s), s FROM unnest(statements) WITH ORDINALITY AS u(s, n) ORDER BY n $$;
\pset format unaligned
\pset tuples_only on
\pset fieldsep '  '

\echo == advise
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.advise(budget => ''much'')',
    'SELECT index_advisor.advise(budget => '''')',
    'SELECT index_advisor.advise(budget => ''0'')',
    'SELECT index_advisor.advise(budget => ''-5MB'')',
    'SELECT index_advisor.advise(budget => ''-5%'')',
    'SELECT index_advisor.advise(budget => ''10'')',
    'SELECT index_advisor.advise(max_indexes => 0)',
    'SELECT index_advisor.advise(max_indexes => -1)',
    'SELECT index_advisor.advise(time_limit => ''0'')',
    'SELECT index_advisor.advise(time_limit => ''-1 s'')',
    'SELECT index_advisor.advise(NULL, NULL, NULL)']);

\echo == advise_for
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.advise_for(NULL)',
    'SELECT index_advisor.advise_for(''{}'')',
    'SELECT index_advisor.advise_for(ARRAY[NULL])',
    'SELECT index_advisor.advise_for(ARRAY[''''])',
    'SELECT index_advisor.advise_for(ARRAY[''SELEC 1''])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT 1; SELECT 2''])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_nowhere''])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT nothing FROM errors_t''])',
    'SELECT index_advisor.advise_for(ARRAY[''VACUUM''])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], ARRAY[1, 2]::float8[])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], ARRAY[NULL]::float8[])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], ARRAY[0]::float8[])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], ARRAY[-1]::float8[])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], ARRAY[''NaN'']::float8[])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], ARRAY[''Infinity'']::float8[])',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], budget => ''much'')',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], max_indexes => 0)',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''], time_limit => ''0'')',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t WHERE a = $1''])']);

\echo == report, script, undo_script
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.report(''nothing'')',
    'SELECT index_advisor.report('''')',
    'SELECT index_advisor.script(ARRAY[''nothing''])',
    'SELECT index_advisor.script(ARRAY[NULL])',
    'SELECT index_advisor.script(''{}'')',
    'SELECT index_advisor.undo_script(ARRAY[''nothing''])',
    'SELECT index_advisor.undo_script(ARRAY[NULL])']);

\echo == dismiss, undismiss
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.dismiss(NULL)',
    'SELECT index_advisor.dismiss(''nothing'')',
    'SELECT index_advisor.dismiss(''nothing'', until => ''2000-01-01'')',
    'SELECT index_advisor.undismiss(NULL)',
    'SELECT index_advisor.undismiss(''nothing'')']);

\echo == explain
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.explain(NULL::text)',
    'SELECT index_advisor.explain('''')',
    'SELECT index_advisor.explain(''SELEC 1'')',
    'SELECT index_advisor.explain(''SELECT 1; SELECT 2'')',
    'SELECT index_advisor.explain(''SELECT * FROM errors_nowhere'')',
    'SELECT index_advisor.explain(''VACUUM'')',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[NULL])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE TABLE x ()''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE INDEX ON errors_nowhere (a)''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE INDEX ON errors_t (nothing)''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE INDEX ON errors_v (a)''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE INDEX ON errors_t USING gin (a)''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE INDEX ON errors_t (a nothing_ops)''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', ARRAY[''CREATE INDEX ON errors_t ((now()))''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', hide_indexes => ARRAY[''errors_nowhere'']::regclass[])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', hide_indexes => ARRAY[''errors_t'']::regclass[])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', hide_indexes => ARRAY[4000000000]::oid[]::regclass[])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', hide_indexes => ARRAY[NULL]::regclass[])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t WHERE a = $1'', params => ARRAY[''1'', ''2''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t WHERE a = $1'', params => ''{}'')',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t WHERE a = $1'', params => ARRAY[''x''])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t WHERE a = $1'', params => ARRAY[NULL])',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'', format => ''pdf'')',
    'SELECT index_advisor.explain(NULL::bigint)',
    'SELECT index_advisor.explain(1::bigint)',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t WHERE a = $1'')']);

-- Without constants there is no text, and the tree of a generic plan is gone once it is made.
SELECT index_advisor.reset() >= 0;
SET index_advisor.track_constants = off;
SET plan_cache_mode = force_generic_plan;
PREPARE errors_p (text) AS SELECT count(*) FROM errors_t WHERE b = $1;
EXECUTE errors_p ('7');
SELECT code_of(format('SELECT index_advisor.explain(%s)', queryid)) FROM index_advisor.statements WHERE query LIKE '%errors_t WHERE b = %';
DEALLOCATE errors_p;
RESET plan_cache_mode;
RESET index_advisor.track_constants;

\echo == check_index
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.check_index(NULL)',
    'SELECT index_advisor.check_index('''')',
    'SELECT index_advisor.check_index(''DROP TABLE errors_t'')',
    'SELECT index_advisor.check_index(''CREATE INDEX ON errors_t (a); CREATE INDEX ON errors_t (b)'')',
    'SELECT index_advisor.check_index(''CREATE INDEX ON errors_nowhere (a)'')',
    'SELECT index_advisor.check_index(''CREATE INDEX ON errors_t (nothing)'')',
    'SELECT index_advisor.check_index(''CREATE INDEX ON pg_catalog.pg_class USING hash (relname)'')',
    'SELECT index_advisor.check_index(''CREATE INDEX ON errors_t (a)'')']);

\echo == index_advisor: entries of errors
SELECT coalesce(array_length(errors, 1), 0), total_cost_before IS NULL
FROM unnest(ARRAY['', 'SELEC 1', 'SELECT 1; SELECT 2', 'SELECT * FROM errors_nowhere', 'VACUUM',
                  'SELECT * FROM errors_t WHERE a = $1']) WITH ORDINALITY AS u(q, n),
     index_advisor.index_advisor(q) ORDER BY n;
SELECT code_of('SELECT index_advisor.index_advisor(NULL)');

\echo == reset
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.reset(4000000000, 4000000000, -1)']);

\echo == rights
CREATE ROLE errors_nobody;
CREATE ROLE errors_monitor IN ROLE pg_read_all_stats;
SET ROLE errors_nobody;
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.advise()',
    'SELECT index_advisor.reset()',
    'SELECT index_advisor.dismiss(''nothing'')',
    'SELECT index_advisor.undismiss(''nothing'')',
    'SELECT * FROM index_advisor.recommendation',
    'SELECT * FROM index_advisor.run_verdict',
    'SELECT * FROM index_advisor.dismissal',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'')',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT * FROM errors_t''])',
    'SELECT index_advisor.check_index(''CREATE INDEX ON errors_t (a)'')',
    'SELECT * FROM index_advisor.summary',
    'SELECT * FROM index_advisor.recommendations',
    'SELECT * FROM index_advisor.scans',
    'SELECT * FROM index_advisor.statements',
    'SELECT * FROM index_advisor.tables',
    'SELECT * FROM index_advisor.runs',
    'SELECT * FROM index_advisor.health',
    'SELECT * FROM index_advisor.counters',
    'SELECT index_advisor.report()']);
SET ROLE errors_monitor;
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.advise()',
    'SELECT index_advisor.report()',
    'SELECT index_advisor.reset()',
    'SELECT * FROM index_advisor.recommendation']);
RESET ROLE;

\echo == versions
BEGIN;
UPDATE pg_catalog.pg_extension SET extversion = '0.9' WHERE extname = 'index_advisor';
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.advise()',
    'SELECT index_advisor.advise_for(ARRAY[''SELECT 1''])',
    'SELECT index_advisor.report()',
    'SELECT * FROM index_advisor.statements']);
SELECT state FROM index_advisor.health WHERE name = 'version';
ROLLBACK;

\echo == read only
BEGIN READ ONLY;
SELECT * FROM check_codes(ARRAY[
    'SELECT index_advisor.advise()',
    'SELECT index_advisor.report()',
    'SELECT index_advisor.explain(''SELECT * FROM errors_t'')',
    'SELECT index_advisor.dismiss(''nothing'')',
    'SELECT index_advisor.undismiss(''nothing'')']);
ROLLBACK;

DROP ROLE errors_nobody;
DROP ROLE errors_monitor;
DROP VIEW errors_v;
DROP TABLE errors_t;
DROP FUNCTION check_codes(text[]), code_of(text);
