-- What advise() never exceeds, whatever it would gain.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SELECT index_advisor.reset() >= 0 AS empty;
SET index_advisor.write_weight = 0;

CREATE TABLE guard_a AS SELECT i AS id, i % 4999 AS x, i % 3001 AS y, i % 2003 AS z, repeat('x', 60) AS note FROM generate_series(1, 30000) AS i;
CREATE TABLE guard_b AS SELECT id, x, y, z, note FROM guard_a;
VACUUM ANALYZE guard_a, guard_b;
DO $$
BEGIN
    FOR i IN 1 .. 5 LOOP
        PERFORM note FROM guard_a WHERE x = i;
        PERFORM note FROM guard_a WHERE y = i;
        PERFORM note FROM guard_a WHERE z = i;
        PERFORM note FROM guard_b WHERE x = i;
        PERFORM note FROM guard_b WHERE y = i;
    END LOOP;
END $$;

-- The last run (it still counts as running in its own transaction, without a number): how many indexes, of which table most, and whether they keep to its budget.
CREATE FUNCTION guarded(budget text DEFAULT NULL, max_indexes int DEFAULT NULL) RETURNS TABLE (indexes bigint, few_of_one_table bool, fits bool, stopped_by text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.advise(budget, max_indexes);
    RETURN QUERY SELECT (SELECT count(*) FROM index_advisor.recommendations WHERE status = 'open'),
        (SELECT max(n) <= current_setting('index_advisor.max_indexes_per_table')::int FROM (SELECT count(*) AS n FROM index_advisor.recommendations WHERE status = 'open' GROUP BY relation) AS _),
        used_bytes <= budget_bytes, r.stopped_by FROM index_advisor.runs AS r ORDER BY id DESC NULLS LAST LIMIT 1;
END $$;

SELECT * FROM guarded();

-- Bytes, and per cent of the tables, 64 MB at least.
SELECT * FROM guarded('700kB');
SELECT budget_bytes = 700 * 1024 AS as_said FROM index_advisor.runs ORDER BY id DESC NULLS LAST LIMIT 1;
SELECT * FROM guarded('1%');
SELECT budget_bytes = 64 * 1024 * 1024 AS at_least FROM index_advisor.runs ORDER BY id DESC NULLS LAST LIMIT 1;
SELECT * FROM guarded('1000000%');
SELECT budget_bytes >= 10000 * (pg_relation_size('guard_a') + pg_relation_size('guard_b')) AS of_the_tables FROM index_advisor.runs ORDER BY id DESC NULLS LAST LIMIT 1;

-- Numbers, in all and of one table.
SELECT * FROM guarded(max_indexes => 2);
SET index_advisor.max_indexes = 3;
SELECT * FROM guarded();
RESET index_advisor.max_indexes;
SET index_advisor.max_indexes_per_table = 1;
SELECT * FROM guarded();
RESET index_advisor.max_indexes_per_table;

-- A gain that is too little.
SET index_advisor.min_improvement = 1;
SELECT * FROM guarded();
RESET index_advisor.min_improvement;

-- Planner calls: the best set by then stands.
CREATE FUNCTION with_calls(calls int) RETURNS TABLE (within bool, stopped_by text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('index_advisor.max_planner_calls', calls::text, true);
    PERFORM index_advisor.advise();
    RETURN QUERY SELECT r.planner_calls <= calls, r.stopped_by FROM index_advisor.runs AS r ORDER BY id DESC NULLS LAST LIMIT 1;
END $$;
SELECT calls, t.* FROM (VALUES (1), (10), (1000)) AS _ (calls), with_calls(calls) AS t ORDER BY calls;
SET index_advisor.max_planner_calls = 1;
SELECT definition FROM index_advisor.advise_for(ARRAY['SELECT * FROM guard_a WHERE x = 1']);
SELECT count(*) FROM index_advisor.advise();
SET index_advisor.max_planner_calls = 1000000;
SELECT * FROM guarded();
SET index_advisor.max_planner_calls = -1;
DROP FUNCTION guarded, with_calls;
DROP TABLE guard_a, guard_b;
