-- What bench/fidelity asks, and how, in a schema of its own. Each candidate is asked for three times: of index_advisor,
-- of HypoPG where it is installed, and of the server once the index is built.
\set QUIET on
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS index_advisor;
SELECT count(*) > 0 AS hypopg FROM pg_available_extensions
WHERE name = 'hypopg' AND (installed_version IS NOT NULL OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)) \gset
\if :hypopg
CREATE EXTENSION IF NOT EXISTS hypopg;
\endif
DROP SCHEMA IF EXISTS fidelity CASCADE;
CREATE SCHEMA fidelity;
SET search_path = fidelity, public;

CREATE TABLE statement (name text PRIMARY KEY, query text);
-- keys: none where the whole definition is in the suffix.
CREATE TABLE candidate (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text, relation text, method text DEFAULT 'btree', keys text,
    suffix text DEFAULT '', predicate text);
CREATE TABLE question (candidate int, name text, query text);
CREATE TABLE sized (candidate int, source text, bytes float8, descent float8, seconds float8);
CREATE TABLE planned (candidate int, name text, source text, cost float8, shape text, used boolean);
CREATE TABLE refused (candidate int, source text, message text);

CREATE FUNCTION definition(c candidate) RETURNS text LANGUAGE sql STABLE RETURN concat_ws(' ', 'USING ' || c.method, '(' || c.keys || ')',
    nullif(c.suffix, ''), 'WHERE ' || c.predicate);

-- The candidate goes by many names: what EXPLAIN calls it here is in `names`, HypoPG puts its number before.
CREATE FUNCTION note_plan(candidate int, name text, source text, plan jsonb, names text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO planned
    SELECT candidate, name, source, (plan #>> '{0,Plan,Total Cost}')::float8, string_agg(concat_ws(' ', node ->> 'Node Type', node ->> 'Join Type',
            node ->> 'Alias', CASE WHEN ours THEN 'candidate' ELSE node ->> 'Index Name' END), ', '), bool_or(coalesce(ours, false))
    FROM jsonb_path_query(plan, 'strict $.** ? (exists (@."Node Type"))') AS node,
        LATERAL (SELECT node ->> 'Index Name' = ANY (names) OR node ->> 'Index Name' LIKE '<%' AS ours) AS _
$$;

CREATE FUNCTION plan_of(source text, ddl text, query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    IF source = 'index_advisor' THEN
        RETURN (SELECT string_agg(line, E'\n') FROM index_advisor.explain(query, ARRAY[ddl], format => 'json') AS line)::jsonb;
    END IF;
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan::jsonb;
END $$;

-- What a scan in the index's order costs before its first row: 50 operators for each level of a b-tree, and a few for
-- its number of entries. So the difference of two such costs tells how many levels one tree is higher.
CREATE FUNCTION descent(source text, ddl text, c candidate) RETURNS float8
SET cpu_operator_cost = 1 SET enable_seqscan = off SET enable_sort = off SET enable_incremental_sort = off SET enable_bitmapscan = off
LANGUAGE plpgsql AS $$
BEGIN
    IF c.method <> 'btree' OR c.keys IS NULL OR c.keys LIKE '%\_ops%' OR EXISTS (SELECT FROM pg_class WHERE oid = c.relation::regclass AND relkind = 'p') THEN
        RETURN NULL;
    END IF;
    RETURN plan_of(source, ddl, concat_ws(' ', 'SELECT FROM', c.relation, 'WHERE ' || c.predicate, 'ORDER BY', c.keys)) #>> '{0,Plan,Startup Cost}';
END $$;

CREATE FUNCTION ask(source text, ddl text, c candidate, bytes float8, seconds float8, names text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sized VALUES (c.id, source, bytes, descent(source, ddl, c), seconds);
    SELECT note_plan(c.id, name, source, plan_of(source, ddl, query), names) FROM question WHERE candidate = c.id
$$;

CREATE FUNCTION ask_index_advisor(ddl text, c candidate) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    checked record;
BEGIN
    SELECT * INTO checked FROM index_advisor.check_index(ddl);
    PERFORM ask('index_advisor', ddl, c, checked.size_bytes, checked.build_seconds, '{fidelity_candidate}');
EXCEPTION WHEN others THEN
    INSERT INTO refused VALUES (c.id, 'index_advisor', SQLERRM);
END $$;

CREATE FUNCTION ask_hypopg(ddl text, c candidate) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask('HypoPG', ddl, c, (SELECT hypopg_relation_size(indexrelid) FROM hypopg_create_index(ddl)), NULL, '{}');
    PERFORM hypopg_reset();
EXCEPTION WHEN others THEN
    PERFORM hypopg_reset();
END $$;

-- ANALYZE of the expressions of indexes alone: columns whose target is 0 keep the statistics that they have.
CREATE FUNCTION analyze_expressions(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    targets record;
BEGIN
    SELECT string_agg(format('ALTER %I SET STATISTICS 0', attname), ', ') AS none,
            string_agg(format('ALTER %I SET STATISTICS %s', attname, coalesce(attstattarget, -1)), ', ') AS before
        INTO targets FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('ALTER TABLE %s %s', relation, targets.none);
    EXECUTE format('ANALYZE %s', relation);
    EXECUTE format('ALTER TABLE %s %s', relation, targets.before);
END $$;

-- Of this process, which the load of the machine is hardly in (Linux; its files are for superusers alone), or by the clock.
CREATE FUNCTION now_seconds() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
    RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e9;
EXCEPTION WHEN others THEN
    RETURN extract(epoch FROM clock_timestamp());
END $$;

CREATE FUNCTION ask_built(ddl text, c candidate) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    built oid;
    bytes float8;
    started float8 := now_seconds();
    seconds float8;
    names text[];
BEGIN
    EXECUTE ddl;
    seconds := now_seconds() - started;
    SELECT indexrelid INTO built FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = c.relation::regclass AND relname = 'fidelity_candidate';
    IF (SELECT 0 = ANY (indkey) FROM pg_index WHERE indexrelid = built) THEN
        PERFORM analyze_expressions(c.relation);
    END IF;
    SELECT sum(pg_relation_size(part)), array_agg(relname::text) INTO bytes, names
        FROM (SELECT built AS part UNION SELECT relid FROM pg_partition_tree(built)) AS parts JOIN pg_class ON oid = part;
    PERFORM ask('built', ddl, c, bytes, seconds, names);
    EXECUTE 'DROP INDEX ' || built::regclass;
EXCEPTION WHEN others THEN
    INSERT INTO refused VALUES (c.id, 'built', SQLERRM);
END $$;

CREATE FUNCTION measure(wanted int, hypopg boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c candidate := (SELECT candidate FROM candidate WHERE id = wanted);
    ddl text := format('CREATE INDEX fidelity_candidate ON %s %s', c.relation, definition(c));
BEGIN
    PERFORM ask_index_advisor(ddl, c);
    IF hypopg THEN
        PERFORM ask_hypopg(ddl, c);
    END IF;
    PERFORM ask_built(ddl, c);
END $$;

-- Errors: relative, levels in whole ones, times as the factor by which they are off. Plans count where the index is used, be it in truth or in the estimate alone.
CREATE VIEW size_errors AS
    SELECT e.source, c.kind, c.relation || ' ' || definition(c) AS definition, e.bytes / b.bytes - 1 AS error, round((e.descent - b.descent) / 50) AS levels,
        b.seconds, exp(abs(ln(e.seconds / nullif(b.seconds, 0)))) AS factor
    FROM candidate AS c JOIN sized AS b ON b.candidate = c.id AND b.source = 'built' JOIN sized AS e ON e.candidate = c.id AND e.source <> 'built';
CREATE VIEW plan_errors AS
    SELECT e.source, c.kind, c.relation || ' ' || definition(c) AS definition, e.name, e.cost / b.cost - 1 AS error, e.shape = b.shape AS same
    FROM candidate AS c JOIN planned AS b ON b.candidate = c.id AND b.source = 'built'
        JOIN planned AS e ON e.candidate = c.id AND e.name = b.name AND e.source <> 'built'
    WHERE b.used OR e.used;
CREATE VIEW refusals AS
    SELECT r.source, c.kind, c.relation || ' ' || definition(c) AS definition, r.message
    FROM refused AS r JOIN candidate AS c ON c.id = r.candidate
    WHERE (SELECT count(*) FROM refused WHERE candidate = c.id) = 1;
