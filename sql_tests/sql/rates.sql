-- How often a statement runs: over the time that was observed, not over its own age.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.write_weight = 0;
CREATE SCHEMA rates;
SET search_path = rates, public;
CREATE TABLE daily (id int, a int, b int);
INSERT INTO daily SELECT i, i % 20000, i % 30000 FROM generate_series(1, 60000) i;
VACUUM (ANALYZE) daily;


\echo some executions by hand beside the daily load: their share of the load is their share of the time
SELECT index_advisor.reset() >= 0 AS reset;
DO $$ BEGIN FOR i IN 1..40 LOOP PERFORM count(*) FROM rates.daily WHERE a = i; END LOOP; END $$;
SELECT pg_sleep(2);
DO $$ BEGIN FOR i IN 77..79 LOOP PERFORM count(*) FROM rates.daily WHERE b = i; END LOOP; END $$;
SELECT definition, share_of_load BETWEEN 0.8 * took.share AND took.share AS as_measured
FROM index_advisor.advise() r, LATERAL (
    SELECT sum(total_exec_time) FILTER (WHERE queryid = ANY (r.queryids)) / sum(total_exec_time)
    FROM index_advisor.statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND query LIKE '%daily%') took (share)
ORDER BY definition;
\echo three executions in less than five minutes are 36 an hour
SELECT definition, r.saved_ms_per_hour / s.total_exec_time BETWEEN 11 AND 12.01 AS as_of_five_minutes, why LIKE '%runs 36 times an hour%' AS said
FROM index_advisor.recommendations r JOIN index_advisor.statements s ON s.queryid = ANY (r.queryids)
WHERE definition LIKE '(b%' AND r.status = 'open';
\echo two say nothing of how often: they are two an hour
SELECT index_advisor.reset() >= 0 AS reset;
DO $$ BEGIN FOR i IN 77..78 LOOP PERFORM count(*) FROM rates.daily WHERE b = i; END LOOP; END $$;
SELECT definition, r.saved_ms_per_hour / s.total_exec_time BETWEEN 0.9 AND 1.01 AS as_of_an_hour, why LIKE '%runs 2 times an hour%' AS said
FROM index_advisor.advise() r JOIN index_advisor.statements s ON s.queryid = ANY (r.queryids);
DROP SCHEMA rates CASCADE;
