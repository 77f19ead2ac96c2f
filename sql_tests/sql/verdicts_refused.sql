-- An index would help, and is not proposed: what was held against it.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.write_weight = 0;
CREATE SCHEMA refused;
SET search_path = refused, public;
CREATE TABLE parcels (id int, owner int, weight int) WITH (autovacuum_enabled = false);
INSERT INTO parcels SELECT i, i * 7919 % 5000, i FROM generate_series(1, 20000) i;
VACUUM (ANALYZE) parcels;

-- Runs it, asks for advice within that budget, shows the verdict; its check can be run.
CREATE FUNCTION judge(statement text, says text, budget text DEFAULT NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    scan record;
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..3 LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM index_advisor.advise(budget);
    FOR scan IN SELECT * FROM index_advisor.scans WHERE relation = 'refused.parcels' LOOP
        EXECUTE scan.check_sql;
        RETURN NEXT scan.verdict || CASE WHEN position(says IN scan.next_step) > 0 THEN '' ELSE ' SAYS ' || scan.next_step END;
    END LOOP;
END $$;

\pset format unaligned
\pset tuples_only on
\echo === over_budget
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'budget', '100kB');
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'Create the index', '10MB');
\echo === below_min_improvement
SET index_advisor.min_improvement = 0.9;
SELECT judge('SELECT * FROM parcels WHERE owner < 300', 'min_improvement');
RESET index_advisor.min_improvement;
SELECT judge('SELECT * FROM parcels WHERE owner < 300', 'Create the index');
\echo === not_finished
SET index_advisor.max_planner_calls = 1;
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'time');
RESET index_advisor.max_planner_calls;
DROP SCHEMA refused CASCADE;
