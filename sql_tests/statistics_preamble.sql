-- What the tests of CREATE STATISTICS share: the extension, and advice on a statement. The schema is :schema, kinds of actions :actions.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
CREATE SCHEMA :schema;
SET search_path = :schema, public;
SELECT set_config('statistics_test.actions', :'actions', false);

-- Runs it as an application would, and advises.
CREATE FUNCTION advised(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..3 LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM pg_stat_force_next_flush();
    RETURN QUERY SELECT a.action || ': ' || a.relation || ' ' || a.definition FROM index_advisor.advise() AS a
        WHERE a.action LIKE current_setting('statistics_test.actions') ORDER BY 1;
END $$;

CREATE FUNCTION plan_of(statement text, OUT cost float8, OUT nodes text, OUT plan text) LANGUAGE plpgsql AS $$
DECLARE
    tree json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || statement INTO tree;
    plan := tree;
    cost := tree -> 0 -> 'Plan' ->> 'Total Cost';
    SELECT string_agg(m[1] || coalesce(' ' || m[2], ''), ', ') INTO nodes
    FROM regexp_matches(plan, '"Node Type": "([^"]*)",(?:\s*"Strategy": "([^"]*)")?', 'g') AS m;
END $$;
