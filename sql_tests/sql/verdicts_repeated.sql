-- One statement hundreds of times from one session (N+1): which runs are loops, and who asked.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/verdicts_preamble.sql'
\i :preamble
CREATE TABLE kinds (id int, name text);
INSERT INTO kinds SELECT i, 'kind' || i FROM generate_series(1, 1200) i;
CREATE TABLE parcels (id int PRIMARY KEY, owner int);
INSERT INTO parcels SELECT i, i % 5000 FROM generate_series(1, 20000) i;
VACUUM (ANALYZE) kinds, parcels;
CREATE FUNCTION loop(statement text, times int) RETURNS text LANGUAGE sql AS
    $$SELECT string_agg(format(statement, i), ';') FROM generate_series(1, times) i$$;
CREATE VIEW told AS SELECT regexp_replace(query, '^PREPARE.* AS ', '') AS query, calls, longest_streak, tags FROM index_advisor.statements
    WHERE toplevel AND (query LIKE '%kinds%' OR query LIKE '%parcels%WHERE%') ORDER BY 1;
SET index_advisor.min_table_rows = 2000;
SET application_name = 'shop';
\echo === told from 100 on, with the tags of the comment that name code, and no other
SELECT loop('SELECT name FROM kinds WHERE name = ''kind%s'' /*action=''show'',controller=''cart'',traceparent=''00-12'',user=''alice''*/', 99) AS too_few,
    loop('SELECT name FROM kinds WHERE name = ''kind%s'' /*action=''show'',controller=''cart'',traceparent=''00-12'',user=''alice'',action=''again'',controller=''cart''*/', 420) AS many \gset
SELECT index_advisor.reset() >= 0;
\o /dev/null
:too_few;
\o
SELECT judged('verdicts.kinds', '');
\o /dev/null
:many;
\o
SELECT judged('verdicts.kinds', 'It ran at least 420 times in a row, or in one transaction, of one session (application_name shop, action=show, controller=cart)');
SELECT * FROM told;
\echo a comment that is none of these, and constants that are not kept
SELECT loop('SELECT name FROM kinds WHERE name = ''kind%s'' /*action=''show''*/', 100) AS no_constants,
    loop('SELECT id FROM kinds WHERE name = ''kind%s'' /* action=''a b'',route=''x''y, action=''unfinished */', 399) AS other_comment \gset
SELECT index_advisor.reset() >= 0;
\o /dev/null
SET index_advisor.track_constants = off;
:no_constants;
SET index_advisor.track_constants = on;
:other_comment;
\o
SELECT query, longest_streak, tags FROM told;
\echo inside of a function they are of no client
SELECT index_advisor.reset() >= 0;
DO $$ BEGIN FOR i IN 1..150 LOOP PERFORM name FROM verdicts.kinds WHERE name = 'kind' || i; END LOOP; END $$;
SELECT calls, longest_streak FROM index_advisor.statements WHERE query LIKE '%kinds%' AND NOT toplevel;
\echo === by key, which is watched for nothing else: the 100th, the 200th, the 400th
PREPARE by_key (int) AS SELECT owner FROM parcels WHERE id = $1;
SELECT loop('SELECT id FROM parcels WHERE id = %s /*action=''index''*/', 99) AS too_few,
    loop('SELECT * FROM parcels WHERE id = %s /*action=''index''*/', 399) AS many, loop('EXECUTE by_key (%s)', 130) AS prepared,
    loop('UPDATE parcels SET owner = owner WHERE id = %s', 110) AS updates \gset
SELECT index_advisor.reset() >= 0;
\o /dev/null
:too_few;
:many;
:updates;
:prepared;
\o
SELECT * FROM told;
SELECT judged('verdicts.parcels', 'times in a row, or in one transaction, of one session (application_name shop');
\o /dev/null
:too_few;
\o
SELECT query, calls FROM told;
\echo === in one transaction whatever comes between; else nothing may
SELECT string_agg(format('SELECT id FROM parcels WHERE id = %1$s; SELECT owner FROM parcels WHERE id = %1$s', i), ';') AS pattern,
    string_agg(format('SELECT id, owner FROM parcels WHERE id = %1$s; SELECT owner, id FROM parcels WHERE id = %1$s', i), ';') AS other_pattern
    FROM generate_series(1, 120) i \gset
SELECT index_advisor.reset() >= 0;
\o /dev/null
BEGIN;
:pattern;
COMMIT;
:other_pattern;
\o
SELECT * FROM told;
\echo === outside of one: not in a session that does nothing else, nor where somebody asks again every now and then
SELECT loop('SELECT id FROM parcels WHERE id = %s', 50) AS some, loop('SELECT id FROM parcels WHERE id = %s', 100) AS lookups,
    loop('SELECT pg_sleep(0.055) FROM kinds WHERE name = ''kind7''', 100) AS sleeps \gset
SELECT index_advisor.reset() >= 0;
\c -
SET search_path = verdicts, public;
\o /dev/null
:lookups;
\o
\c -
SET search_path = verdicts, public;
SELECT query, longest_streak FROM told;
\o /dev/null
:some;
\! sleep 11
:some;
:lookups;
\o
SELECT query, longest_streak FROM told;
\o /dev/null
:lookups;
\o
SELECT query, longest_streak FROM told;
\echo but if each takes long by itself
\o /dev/null
:sleeps;
\o
SELECT query, longest_streak FROM told WHERE query LIKE '%pg_sleep%';
SET client_min_messages = warning;
DROP SCHEMA verdicts CASCADE;
