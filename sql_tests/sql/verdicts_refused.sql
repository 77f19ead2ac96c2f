-- An index would help, and is not proposed: what was held against it.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/verdicts_preamble.sql'
\i :preamble
CREATE TABLE parcels (id int, owner int, weight int) WITH (autovacuum_enabled = false);
INSERT INTO parcels SELECT i, i * 7919 % 5000, i FROM generate_series(1, 20000) i;
VACUUM (ANALYZE) parcels;

\echo === over_budget
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'budget', budget => '100kB');
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'Create the index', budget => '10MB');
\echo === below_min_improvement
SET index_advisor.min_improvement = 0.9;
SELECT judge('SELECT * FROM parcels WHERE owner < 300', 'min_improvement');
RESET index_advisor.min_improvement;
SELECT judge('SELECT * FROM parcels WHERE owner < 300', 'Create the index');
\echo === not_finished: neither planned as it is, nor with an index
SET index_advisor.max_planner_calls = 1;
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'planner calls was reached before its turn');
SET index_advisor.max_planner_calls = 2;
SELECT judge('SELECT * FROM parcels WHERE owner = 7', 'Time or calls ran out before this was weighed');
RESET index_advisor.max_planner_calls;
DROP SCHEMA verdicts CASCADE;
