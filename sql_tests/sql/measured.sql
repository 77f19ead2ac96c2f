-- Where the planner expects something else than what was measured, the measured share counts.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.write_weight = 0;
CREATE SCHEMA measured;
SET search_path = measured, public;
CREATE TABLE people (id int, email text, name text, died date);
INSERT INTO people SELECT i, 'Person' || i || '@example.com', 'name' || i, CASE WHEN i % 100 = 0 THEN date '2025-01-01' END
    FROM generate_series(1, 40000) i;
VACUUM (ANALYZE) people;
SELECT index_advisor.reset() >= 0 AS reset;
SELECT count(*) FROM people WHERE coalesce(died, '9999-01-01') < '2029-06-01';
SELECT count(name) FROM people WHERE id % 2 = 0;
SELECT id, name FROM people WHERE lower(email) = 'person7@example.com';
-- As the planner sees it that knows nothing of expressions.
SET index_advisor.sample_blocks = 0;
\echo one row, not the 200 of a default: nothing to include
SELECT definition FROM index_advisor.advise();
\echo a share far from the default, and the verdict says both
SELECT rows_read, rows_removed, verdict FROM index_advisor.scans WHERE query LIKE '%coalesce%';
SELECT rows_removed, verdict, next_step LIKE '%keeps 50 % of the table, as measured (the planner expects 0.5 \%)%' AS says_both
FROM index_advisor.scans WHERE query LIKE '%count(name)%';
\echo a sample tells before anything is measured
RESET index_advisor.sample_blocks;
SELECT definition FROM index_advisor.advise();
SELECT rows_removed, verdict FROM index_advisor.scans WHERE query LIKE '%count(name)%';
DROP SCHEMA measured CASCADE;
