-- Objects planted where CREATE EXTENSION, the views and the functions could find them, and what PUBLIC may.
SET client_min_messages = warning;
\set VERBOSITY terse
DROP EXTENSION IF EXISTS index_advisor;
DROP SCHEMA IF EXISTS index_advisor;
CREATE ROLE hostile_role;

-- A schema that is not a superuser's alone is refused.
CREATE SCHEMA index_advisor AUTHORIZATION hostile_role;
CREATE EXTENSION index_advisor;
ALTER SCHEMA index_advisor OWNER TO CURRENT_USER;
GRANT CREATE ON SCHEMA index_advisor TO hostile_role;
CREATE EXTENSION index_advisor;
REVOKE CREATE ON SCHEMA index_advisor FROM hostile_role;
GRANT CREATE, USAGE ON SCHEMA index_advisor TO PUBLIC;
CREATE EXTENSION index_advisor;
SET ROLE hostile_role;
CREATE FUNCTION index_advisor.joined(text, interval) RETURNS text IMMUTABLE LANGUAGE plpgsql
AS $$BEGIN RAISE EXCEPTION 'run as %', current_user; END$$;
CREATE OPERATOR index_advisor.|| (LEFTARG = text, RIGHTARG = interval, FUNCTION = index_advisor.joined);
RESET ROLE;
REVOKE CREATE ON SCHEMA index_advisor FROM PUBLIC;
CREATE EXTENSION index_advisor;
SELECT count(*) AS objects FROM pg_proc WHERE pronamespace = 'index_advisor'::regnamespace;
DROP OPERATOR index_advisor.|| (text, interval);
DROP FUNCTION index_advisor.joined;

-- One that is, is not; and public before pg_catalog does no harm.
CREATE SCHEMA planted AUTHORIZATION hostile_role;
GRANT USAGE ON SCHEMA planted TO PUBLIC;
SET ROLE hostile_role;
DO $do$
DECLARE
    signature text;
    operands text[];
BEGIN
    FOREACH signature IN ARRAY ARRAY['now() RETURNS timestamptz', 'length(text) RETURNS int', 'round(numeric, int) RETURNS numeric',
        'format(text, text, text) RETURNS text', 'quote_ident(text) RETURNS text', 'quote_ident(name) RETURNS text',
        'pg_has_role(name, name, text) RETURNS boolean', 'pg_has_role(name, text, text) RETURNS boolean',
        'has_function_privilege(text, text) RETURNS boolean', 'date_trunc(text, interval) RETURNS interval',
        'current_setting(text) RETURNS text', 'clock_timestamp() RETURNS timestamptz', 'pg_backend_pid() RETURNS int',
        'left(text, int) RETURNS text', 'md5(text) RETURNS text', 'regexp_replace(text, text, text) RETURNS text',
        'pg_size_pretty(bigint) RETURNS text', 'to_char(timestamptz, text) RETURNS text', 'nextval(regclass) RETURNS bigint',
        'jsonb_array_elements(jsonb) RETURNS SETOF jsonb', 'pg_get_indexdef(oid) RETURNS text', 'cardinality(int2[]) RETURNS int']
    LOOP
        EXECUTE format('CREATE FUNCTION planted.%s IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION ''run as %%'', current_user; END$$', signature);
    END LOOP;
    FOREACH operands SLICE 1 IN ARRAY ARRAY[['=', 'oid', 'oid'], ['=', 'name', 'name'], ['=', 'name', 'text'], ['=', 'text', 'text'],
        ['=', 'int8', 'int8'], ['=', 'bool', 'bool'], ['>', 'timestamptz', 'timestamptz'], ['-', 'timestamptz', 'timestamptz'],
        ['->>', 'jsonb', 'text'], ['<@', 'oid[]', 'oid[]'], ['=', 'char', 'char'], ['>=', 'float8', 'int'], ['>=', 'bool', 'bool'],
        ['||', 'text', 'text'], ['||', 'text', 'interval'], ['||', 'text', 'int'], ['||', 'name', 'text'], ['*', 'int8', 'int8']]
    LOOP
        EXECUTE format('CREATE FUNCTION planted.%I(%s, %s) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION ''run as %%'', current_user; END$$',
            'f' || md5(operands::text), operands[2], operands[3]);
        EXECUTE format('CREATE OPERATOR planted.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = planted.%I)',
            operands[1], operands[2], operands[3], 'f' || md5(operands::text));
    END LOOP;
END $do$;
CREATE DOMAIN planted.text AS pg_catalog.text CHECK (planted.length(value) > 0);
CREATE TABLE planted.pg_class (oid oid);
CREATE TABLE planted.recommendations (id int);
RESET ROLE;
CREATE TABLE scanned (a int, note text);
INSERT INTO scanned SELECT i % 2000, repeat('x', 50) FROM generate_series(1, 20000) AS i;
ANALYZE scanned;
SET search_path = planted, pg_catalog, public;
SELECT now();
CREATE EXTENSION index_advisor;
SELECT note FROM public.scanned WHERE a OPERATOR(pg_catalog.=) 5 LIMIT 1 OFFSET 100;
SELECT definition FROM index_advisor.advise();
SELECT count(*) OPERATOR(pg_catalog.>) 0 AS reported FROM index_advisor.report();
SET search_path = planted, pg_catalog;
\o /dev/null
SELECT * FROM index_advisor.summary; SELECT * FROM index_advisor.recommendations; SELECT * FROM index_advisor.scans;
SELECT * FROM index_advisor.statements; SELECT * FROM index_advisor.tables; SELECT * FROM index_advisor.runs;
SELECT * FROM index_advisor.health; SELECT * FROM index_advisor.counters; SELECT * FROM index_advisor.leftovers;
SELECT index_advisor.report(); SELECT index_advisor.script(); SELECT index_advisor.undo_script();
SELECT index_advisor.duration(5);
SELECT * FROM index_advisor.check_index('CREATE INDEX ON public.scanned (a)');
SELECT * FROM index_advisor.advise_for(ARRAY['SELECT note FROM public.scanned WHERE a OPERATOR(pg_catalog.=) 5']);
SELECT index_advisor.explain('SELECT note FROM public.scanned WHERE a OPERATOR(pg_catalog.=) 5', ARRAY['CREATE INDEX ON public.scanned (a)']);
\o
RESET search_path;

-- Nothing of the extension depends on what was planted.
SELECT count(*) AS depends
FROM pg_depend AS d
WHERE d.refobjid IN (SELECT oid FROM pg_proc WHERE proowner = 'hostile_role'::regrole
                     UNION ALL SELECT oid FROM pg_operator WHERE oprowner = 'hostile_role'::regrole
                     UNION ALL SELECT oid FROM pg_type WHERE typowner = 'hostile_role'::regrole)
  AND NOT EXISTS (SELECT FROM pg_proc WHERE oid = d.objid AND proowner = 'hostile_role'::regrole)
  AND NOT EXISTS (SELECT FROM pg_operator WHERE oid = d.objid AND oprowner = 'hostile_role'::regrole)
  AND NOT EXISTS (SELECT FROM pg_type WHERE oid = d.objid AND typowner = 'hostile_role'::regrole)
  AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_class'::regclass, 'pg_attrdef'::regclass)
  AND d.deptype = 'n' AND NOT EXISTS (SELECT FROM pg_class WHERE oid = d.objid AND relowner = 'hostile_role'::regrole);

-- All that PUBLIC may: functions that read, and SELECT on views.
SELECT p.oid::regprocedure AS function, p.prosecdef AS as_owner
FROM pg_proc AS p JOIN pg_depend AS d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'index_advisor') AND has_function_privilege('hostile_role', p.oid, 'EXECUTE')
ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT c.relname, c.relkind, string_agg(privilege, ', ') AS may
FROM pg_class AS c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
WHERE c.relnamespace = 'index_advisor'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
  AND has_table_privilege('hostile_role', c.oid, privilege)
GROUP BY c.relname, c.relkind ORDER BY c.relname COLLATE "C";
SELECT count(*) AS sequences FROM pg_class AS c
WHERE c.relnamespace = 'index_advisor'::regnamespace
  AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege('hostile_role', c.oid, 'SELECT, USAGE, UPDATE') END;
SELECT has_schema_privilege('hostile_role', 'index_advisor', 'CREATE') AS may_create, count(*) AS as_owner
FROM pg_proc WHERE pronamespace = 'index_advisor'::regnamespace AND prosecdef;
SELECT superuser, trusted FROM pg_available_extension_versions WHERE name = 'index_advisor';
SET ROLE hostile_role;
SELECT index_advisor.advise();
SELECT index_advisor.dismiss('x');
SELECT index_advisor.undismiss('x');
SELECT index_advisor.reset();
SET index_advisor.enabled = off;
SET index_advisor.track_constants = on;
SET index_advisor.sample_rate = 0;
SELECT pg_try_advisory_lock(1), pg_try_advisory_lock(0, 1);
RESET ROLE;
SELECT count(*) AS not_blocked FROM (SELECT 1 FROM (SELECT 1) AS one LEFT JOIN index_advisor.advise() ON true LIMIT 1) AS ran;
SELECT pg_advisory_unlock_all();

SET client_min_messages = error;
DROP TABLE scanned;
DROP SCHEMA planted CASCADE;
DROP ROLE hostile_role;
