-- Verdicts on how a statement is run: again and again, page by page, to its LIMIT, for any value, behind a policy.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.write_weight = 0;
CREATE SCHEMA verdicts;
SET search_path = verdicts, public;
CREATE TABLE parcels (id int PRIMARY KEY, owner int, weight int, sent timestamptz, note text, tenant text);
INSERT INTO parcels SELECT i, i % 5000, i % 1000, timestamptz '2024-01-01 00:00+00' + i * interval '7 minutes',
    'note of parcel ' || i, 'tenant' || i % 3 FROM generate_series(1, 20000) i;
CREATE INDEX parcels_sent ON parcels (sent, id);
CREATE TABLE kinds (id int, name text);
INSERT INTO kinds SELECT i, 'kind' || i FROM generate_series(1, 1200) i;
CREATE TABLE owners (id int, name text);
INSERT INTO owners SELECT i, 'o' || i FROM generate_series(1, 5000) i;
VACUUM (ANALYZE) parcels, kinds, owners;

CREATE FUNCTION judged(relation text, says text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    scan record;
BEGIN
    PERFORM index_advisor.advise();
    FOR scan IN SELECT DISTINCT s.verdict, s.next_step, s.check_sql, s.queryid FROM index_advisor.scans s
        WHERE s.relation = judged.relation ORDER BY s.verdict
    LOOP
        EXECUTE scan.check_sql;
        RETURN NEXT scan.verdict || CASE WHEN position(says IN scan.next_step) > 0 THEN '' ELSE ' SAYS ' || scan.next_step END;
    END LOOP;
END $$;

CREATE FUNCTION judge(statement text, says text DEFAULT '', relation text DEFAULT 'verdicts.parcels')
RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..3 LOOP
        EXECUTE statement;
    END LOOP;
    RETURN QUERY SELECT judged(relation, says);
END $$;

\pset format unaligned
\pset tuples_only on
\echo === deep_offset, with the keyset spelt out; a first page is none
SELECT judge('SELECT * FROM parcels ORDER BY sent DESC, id DESC LIMIT 10 OFFSET 15000', 'WHERE (sent, id) < ($, $) instead of OFFSET');
SELECT judge('SELECT * FROM parcels ORDER BY sent, id LIMIT 10 OFFSET 1000', 'WHERE (sent, id) > ($, $) instead of OFFSET');
SELECT judge('SELECT * FROM parcels WHERE weight > 1 ORDER BY weight, note DESC LIMIT 10 OFFSET 15000', 'WHERE weight > $ OR weight = $ AND note < $ instead of OFFSET');
\echo === limit_stops_early
SELECT judge('SELECT * FROM parcels WHERE weight > 700 AND weight + owner > 1 LIMIT 600', 'the scan ends at its LIMIT');
\echo === or_condition: over tables
SELECT judge('SELECT p.id FROM parcels p JOIN owners o ON o.id = p.owner WHERE p.note = ''note of parcel 7'' OR o.name = ''o8''', 'several tables');
\echo === optional_parameter, unless the values are known
PREPARE any_parcel (int) AS SELECT * FROM parcels WHERE $1 IS NULL OR owner = $1;
PREPARE some_parcel (int) AS SELECT * FROM parcels WHERE owner = coalesce($1, owner);
SET plan_cache_mode = force_generic_plan;
SELECT judge('EXECUTE any_parcel (77)', 'depends on a parameter');
SELECT judge('EXECUTE some_parcel (77)', 'depends on a parameter');
SET plan_cache_mode = force_custom_plan;
SELECT judge('EXECUTE any_parcel (77)');
RESET plan_cache_mode;
\echo === row_security: a function that may tell of hidden rows; not one that does not
CREATE ROLE regress_verdicts_tenant;
GRANT USAGE ON SCHEMA verdicts, index_advisor TO regress_verdicts_tenant;
GRANT SELECT ON parcels TO regress_verdicts_tenant;
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON parcels USING (tenant = 'tenant1');
SELECT index_advisor.reset() >= 0;
SET ROLE regress_verdicts_tenant;
SELECT count(*) FROM parcels WHERE lower(note) = 'note of parcel 77';
SELECT count(*) FROM parcels WHERE lower(note) = 'note of parcel 77';
SELECT count(*) FROM parcels WHERE lower(note) = 'note of parcel 77';
RESET ROLE;
SELECT judged('verdicts.parcels', 'lower(text) is not leakproof');
SELECT index_advisor.reset() >= 0;
SET ROLE regress_verdicts_tenant;
SELECT count(*) FROM parcels WHERE owner = 77;
SELECT count(*) FROM parcels WHERE owner = 77;
SELECT count(*) FROM parcels WHERE owner = 77;
RESET ROLE;
SELECT judged('verdicts.parcels', '');
DROP OWNED BY regress_verdicts_tenant;
DROP ROLE regress_verdicts_tenant;
ALTER TABLE parcels DISABLE ROW LEVEL SECURITY;
\echo === repeated_in_a_row: told at 100 and whenever it has doubled, with the tags of the comment that name code, and no other
SELECT index_advisor.reset() >= 0;
SET index_advisor.min_table_rows = 2000;
SET application_name = 'shop';
\set ECHO none
\o /dev/null
SELECT 'SELECT name FROM kinds WHERE name = ''kind' || i || ''' /*action=''show'',controller=''cart'',traceparent=''00-12'',user=''alice''*/'
FROM generate_series(1, 99) i \gexec
\o
\set ECHO all
SELECT judged('verdicts.kinds', '');
\set ECHO none
\o /dev/null
SELECT 'SELECT name FROM kinds WHERE name = ''kind' || i || ''' /*action=''show'',controller=''cart'',traceparent=''00-12'',user=''alice'',action=''again'',controller=''cart''*/'
FROM generate_series(1, 420) i \gexec
\o
\set ECHO all
SELECT judged('verdicts.kinds', 'It ran at least 400 times in a row in one session (application_name shop, action=show, controller=cart)');
SELECT longest_streak, tags FROM index_advisor.statements WHERE query LIKE '%kinds%' AND toplevel;
\echo a comment that is none of these, and constants that are not kept
SELECT index_advisor.reset() >= 0;
SET index_advisor.track_constants = off;
\set ECHO none
\o /dev/null
SELECT 'SELECT name FROM kinds WHERE name = ''kind' || i || ''' /*action=''show''*/' FROM generate_series(1, 100) i \gexec
SET index_advisor.track_constants = on;
SELECT 'SELECT id FROM kinds WHERE name = ''kind' || i || ''' /* action=''a b'',route=''x''y, action=''unfinished */' FROM generate_series(1, 399) i \gexec
\o
\set ECHO all
SELECT query, longest_streak, tags FROM index_advisor.statements WHERE query LIKE '%kinds%' AND toplevel ORDER BY query;
\echo inside of a function they are of no client
SELECT index_advisor.reset() >= 0;
DO $$ BEGIN FOR i IN 1..150 LOOP PERFORM name FROM verdicts.kinds WHERE name = 'kind' || i; END LOOP; END $$;
SELECT calls, longest_streak FROM index_advisor.statements WHERE query LIKE '%kinds%' AND NOT toplevel;
DROP SCHEMA verdicts CASCADE;
