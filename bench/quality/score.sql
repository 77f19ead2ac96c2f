-- What bench/quality/score asks in a schema's database: the advice for a case, and what it is worth.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA IF NOT EXISTS quality;
DROP TABLE IF EXISTS quality.cases CASCADE;
CREATE TABLE quality.cases (
    name text PRIMARY KEY, kinds text[], calls float8, writes text, types text, statement text, heldout date,
    params text[], setup text[], expect text[], accept text[], harmful text[],
    advised text[], verdict text DEFAULT 'failed', decided_by text, note text);
-- What undoes an index once all is known that it was made for. Variables keep their values.
CREATE OR REPLACE PROCEDURE quality.undo() LANGUAGE plpgsql AS $$
BEGIN RAISE SQLSTATE 'QA000'; END $$;

CREATE OR REPLACE FUNCTION quality.table_of(ddl text) RETURNS text LANGUAGE sql AS $$
    SELECT substring(ddl FROM '\mON (?:ONLY )?((?:\w+\.)?\w+)') $$;

-- What the server made of a definition, without the table's rows: two spellings of the same index are equal. Keys whose
-- directions are all reversed are the same, and so is INCLUDE in another order.
CREATE OR REPLACE FUNCTION quality.shape(ddl text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := quality.table_of(ddl);
    plain text := split_part(name, '.', -1);
    shape text;
BEGIN
    BEGIN
        EXECUTE format('CREATE TEMP TABLE %s (LIKE %s)', plain, CASE WHEN name = plain THEN 'public.' || name ELSE name END);
        EXECUTE replace(replace(ddl, 'CONCURRENTLY ', ''), ' ' || name || ' ', ' pg_temp.' || plain || ' ');
        SELECT concat_ws(' ', plain, amname, least(k.keys, k.reversed), 'INCLUDE',
                (SELECT string_agg(pg_get_indexdef(indexrelid, n, false), ',' ORDER BY pg_get_indexdef(indexrelid, n, false))
                 FROM generate_series(indnkeyatts + 1, indnatts) AS n), 'WHERE', pg_get_expr(indpred, indrelid))
        INTO STRICT shape
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam,
            LATERAL (SELECT string_agg(key || indoption[n - 1], ',' ORDER BY n) AS keys,
                    string_agg(key || CASE amname WHEN 'btree' THEN indoption[n - 1]::int # 3 ELSE 0 END, ',' ORDER BY n) AS reversed
                FROM generate_series(1, indnkeyatts) AS n, LATERAL (
                    SELECT format('%s %s %s ', pg_get_indexdef(indexrelid, n, false), indclass[n - 1], indcollation[n - 1]) AS key)
                    AS _) AS k
        WHERE indrelid = ('pg_temp.' || plain)::regclass;
        CALL quality.undo();
    EXCEPTION WHEN SQLSTATE 'QA000' THEN NULL;
    END;
    RETURN shape;
END $$;

CREATE OR REPLACE FUNCTION quality.shapes(ddls text[]) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT quality.shape(ddl)), '{}') FROM unnest(ddls) AS ddl WHERE ddl <> '' $$;

CREATE OR REPLACE PROCEDURE quality.set_up(c quality.cases) LANGUAGE plpgsql AS $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY c.setup LOOP EXECUTE command; END LOOP;
END $$;

-- The least of three executions, each of which leaves nothing behind.
CREATE OR REPLACE FUNCTION quality.execution_ms(call text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    least_ms float8;
    plan json;
BEGIN
    FOR i IN 1..3 LOOP
        BEGIN
            EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || call INTO plan;
            least_ms := least(least_ms, (plan -> 0 ->> 'Execution Time')::float8);
            CALL quality.undo();
        EXCEPTION WHEN SQLSTATE 'QA000' THEN NULL;
        END;
    END LOOP;
    RETURN least_ms;
END $$;

-- What the planner says, and how long it takes, if it is to be `executed`: the means of the bind sets.
CREATE OR REPLACE FUNCTION quality.planned(c quality.cases, executed bool, OUT cost float8, OUT ms float8) LANGUAGE plpgsql
SET jit = off SET max_parallel_workers_per_gather = 0 SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    calls text[] := ARRAY[c.statement];
    call text;
    plan json;
BEGIN
    cost := 0;
    ms := 0;
    IF cardinality(c.params) > 0 THEN
        EXECUTE format('PREPARE q%s AS %s', '(' || nullif(c.types, '') || ')', c.statement);
        calls := ARRAY(SELECT format('EXECUTE q(%s)', p) FROM unnest(c.params) AS p);
    END IF;
    FOREACH call IN ARRAY calls LOOP
        EXECUTE 'EXPLAIN (FORMAT JSON) ' || call INTO plan;
        cost := cost + (plan -> 0 -> 'Plan' ->> 'Total Cost')::float8 / cardinality(calls);
        IF executed THEN ms := ms + quality.execution_ms(call) / cardinality(calls); END IF;
    END LOOP;
    IF cardinality(c.params) > 0 THEN DEALLOCATE q; END IF;
END $$;

-- The statement's cost and time with these indexes built, and their size.
CREATE OR REPLACE FUNCTION quality.built(c quality.cases, ddls text[], OUT cost float8, OUT ms float8, OUT bytes float8) LANGUAGE plpgsql AS $$
DECLARE
    last oid := (SELECT max(oid::int8) FROM pg_class);
    ddl text;
BEGIN
    BEGIN
        FOREACH ddl IN ARRAY ddls LOOP
            EXECUTE replace(ddl, 'CONCURRENTLY ', '');
            IF EXISTS (SELECT FROM pg_index WHERE indexrelid::int8 > last::int8 AND indexprs IS NOT NULL) THEN
                EXECUTE 'ANALYZE ' || quality.table_of(ddl);
            END IF;
        END LOOP;
        bytes := (SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'i' AND oid::int8 > last::int8
            AND relnamespace = 'public'::regnamespace);
        CALL quality.set_up(c);
        SELECT p.cost, p.ms INTO cost, ms FROM quality.planned(c, true) AS p;
        CALL quality.undo();
    EXCEPTION WHEN SQLSTATE 'QA000' THEN NULL;
    END;
END $$;

-- As a client with its own role and settings.
CREATE OR REPLACE FUNCTION quality.advice(c quality.cases) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    advice text[];
BEGIN
    BEGIN
        CALL quality.set_up(c);
        advice := ARRAY(SELECT ddl FROM index_advisor.advise_for(ARRAY[c.statement], ARRAY[c.calls]));
        CALL quality.undo();
    EXCEPTION WHEN SQLSTATE 'QA000' THEN NULL;
    END;
    RETURN advice;
END $$;

-- What was executed is known to the server.
CREATE OR REPLACE FUNCTION quality.advice() RETURNS text[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT ddl FROM index_advisor.advise() WHERE action = 'create') $$;

-- Another advisor's word on what was executed; it says some things several times.
CREATE OR REPLACE FUNCTION quality.advice_of_pg_qualstats() RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT json_array_elements_text(pg_qualstats_index_advisor() -> 'indexes'));
END $$;

-- Of these what lowers the planner's cost, says HypoPG.
CREATE OR REPLACE FUNCTION quality.believed_by_hypopg(c quality.cases, ddls text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    advice text[] := '{}';
    least_cost float8;
    cost float8;
    hypothetical oid;
    ddl text;
BEGIN
    BEGIN
        PERFORM hypopg_reset();
        CALL quality.set_up(c);
        least_cost := (quality.planned(c, false)).cost;
        FOREACH ddl IN ARRAY ddls LOOP
            RESET ROLE;
            BEGIN
                SELECT indexrelid INTO hypothetical FROM hypopg_create_index(ddl);
            EXCEPTION WHEN OTHERS THEN CONTINUE; -- of methods that it does not know
            END;
            CALL quality.set_up(c);
            cost := (quality.planned(c, false)).cost;
            IF cost < least_cost THEN
                least_cost := cost;
                advice := advice || ddl;
            ELSE
                PERFORM hypopg_drop_index(hypothetical);
            END IF;
        END LOOP;
        CALL quality.undo();
    EXCEPTION WHEN SQLSTATE 'QA000' THEN NULL;
    END;
    RETURN advice;
END $$;

-- Rows with the values that they have already, to be rolled back: `share` of what the case's tables see in an hour, those
-- that are watched. No constraint, trigger or scan is to have a part in it.
CREATE OR REPLACE PROCEDURE quality.write(which text, share float8) LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE
    write text[];
    columns text[];
    these text;
    left_over int8;
    done int8;
BEGIN
    FOR write IN SELECT regexp_matches(writes, '([\w.]+) (INSERT|UPDATE|DELETE) (\d+)/h(?: \(([^)]*)\))?', 'g')
        FROM quality.cases WHERE name = which LOOP
        left_over := ceil(write[3]::float8 * share);
        WHILE left_over > 0 LOOP
            these := format('%s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s LIMIT %s))', '%s', write[1], left_over);
            columns := ARRAY(SELECT quote_ident(attname) FROM pg_attribute
                WHERE attrelid = write[1]::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped ORDER BY attnum);
            CASE write[2]
                WHEN 'DELETE' THEN EXECUTE format(these, 'DELETE FROM ' || write[1]);
                WHEN 'UPDATE' THEN EXECUTE format(these, format('UPDATE %s SET %s', write[1],
                    (SELECT string_agg(c || ' = ' || c, ', ')
                     FROM unnest(coalesce(string_to_array(write[4], ', '), columns[cardinality(columns):])) AS c)));
                ELSE EXECUTE format('WITH gone AS (%s RETURNING %s) INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE TABLE gone',
                    format(these, 'DELETE FROM ' || write[1]), array_to_string(columns, ', '), write[1], array_to_string(columns, ', '));
            END CASE;
            GET DIAGNOSTICS done = ROW_COUNT;
            left_over := CASE done WHEN 0 THEN 0 ELSE left_over - done END;
        END LOOP;
    END LOOP;
END $$;

-- Where an index is expected and the advice is another one: times, costs and sizes decide. That it is as good is for the planner to
-- say, whose costs repeat; how much is saved is for the clock, since it misjudges brin, and does not see a trigger.
CREATE OR REPLACE FUNCTION quality.compare(c quality.cases) RETURNS quality.cases LANGUAGE plpgsql AS $$
DECLARE
    without record := quality.built(c, '{}');
    want record := quality.built(c, c.expect);
    got record := quality.built(c, c.advised);
    saved float8 := (without.ms - got.ms) / nullif(without.ms - want.ms, 0);
BEGIN
    c.note := format('%s ms and cost %s, expected %s and %s, advised %s and %s; %s and %s kB', round(without.ms::numeric, 3),
        round(without.cost::numeric, 1), round(want.ms::numeric, 3), round(want.cost::numeric, 1), round(got.ms::numeric, 3),
        round(got.cost::numeric, 1), round(want.bytes / 1024), round(got.bytes / 1024));
    c.decided_by := 'measure';
    c.verdict := CASE
        WHEN saved >= 0.9 AND got.cost <= 1.1 * want.cost AND got.bytes <= 1.5 * want.bytes THEN 'right'
        WHEN saved >= 0.5 THEN 'harmless'
        ELSE 'missed' END;
    RETURN c;
END $$;

-- Where none is expected: small and never written is harmless.
CREATE OR REPLACE FUNCTION quality.weigh_surplus(c quality.cases) RETURNS quality.cases LANGUAGE plpgsql AS $$
DECLARE
    bytes float8 := (quality.built(c, c.advised)).bytes;
    written bool := EXISTS (SELECT FROM unnest(c.advised) AS ddl
        WHERE c.writes ~ format('\m%s\M', split_part(quality.table_of(ddl), '.', -1)));
BEGIN
    c.note := format('%s kB%s', round(bytes / 1024), CASE WHEN written THEN ', written' ELSE '' END);
    c.decided_by := 'measure';
    c.verdict := CASE WHEN bytes < 1048576 AND NOT written THEN 'harmless' ELSE 'harmful' END;
    RETURN c;
END $$;

CREATE OR REPLACE FUNCTION quality.judge(c quality.cases) RETURNS quality.cases LANGUAGE plpgsql AS $$
DECLARE
    shapes text[] := quality.shapes(c.advised);
    none bool := c.expect = '{none}';
BEGIN
    c.decided_by := 'definition';
    c.verdict := CASE
        WHEN c.advised = '{}' THEN CASE WHEN none THEN 'right' ELSE 'missed' END
        WHEN NOT none AND shapes = quality.shapes(c.expect) THEN 'right'
        WHEN EXISTS (SELECT FROM unnest(c.accept) AS a WHERE shapes = quality.shapes(string_to_array(a, ';'))) THEN 'right'
        WHEN shapes && quality.shapes(c.harmful) THEN 'harmful' END;
    IF c.verdict IS NULL AND none THEN
        RETURN quality.weigh_surplus(c);
    ELSIF c.verdict IS NULL THEN
        RETURN quality.compare(c);
    END IF;
    RETURN c;
END $$;

CREATE OR REPLACE PROCEDURE quality.score(which text, asked text) LANGUAGE plpgsql AS $$
DECLARE
    c quality.cases;
BEGIN
    SELECT * INTO STRICT c FROM quality.cases WHERE name = which;
    c.advised := CASE asked
        WHEN 'advise_for' THEN quality.advice(c)
        WHEN 'advise' THEN quality.advice()
        WHEN 'pg_qualstats' THEN quality.advice_of_pg_qualstats()
        ELSE quality.believed_by_hypopg(c, quality.advice_of_pg_qualstats()) END;
    c := quality.judge(c);
    UPDATE quality.cases SET (advised, verdict, decided_by, note) = (c.advised, c.verdict, c.decided_by, c.note) WHERE name = which;
END $$;
GRANT USAGE ON SCHEMA quality TO PUBLIC;
