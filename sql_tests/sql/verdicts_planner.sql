-- An index is there and the plan reads the table all the same: what is to blame. The planner is asked what it would do
-- otherwise, so each case here is one where it does.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/verdicts_preamble.sql'
\i :preamble

-- Four rows a page: what costs is pages.
CREATE TABLE parcels (id int PRIMARY KEY, k int, other int, filler text)
    WITH (autovacuum_enabled = false);
ALTER TABLE parcels ALTER filler SET STORAGE PLAIN;
INSERT INTO parcels SELECT i, abs(hashint4(i)) % 20000, abs(hashint4(i)) % 20000, repeat('x', 1900) FROM generate_series(1, 10000) i;
CREATE INDEX parcels_k ON parcels (k);
CREATE TABLE scans (id int, parcel int) WITH (autovacuum_enabled = false);
INSERT INTO scans SELECT i, abs(hashint4(i)) % 10000 FROM generate_series(1, 1200) i;
SELECT pg_stat_force_next_flush();
ANALYZE parcels, scans;

\echo === low_selectivity
SELECT judge('SELECT * FROM parcels WHERE k < 9000', 'verdicts.parcels_k could be searched', 'verdicts.parcels');
\echo === low_correlation
SELECT judge('SELECT * FROM parcels WHERE k < 6500', 'CLUSTER verdicts.parcels', 'verdicts.parcels');
\echo === cost_settings: random pages
SELECT judge('SELECT * FROM scans s JOIN parcels p ON p.id = s.parcel', 'instead of 4 it would search the index', 'verdicts.parcels');
SET random_page_cost = 1.1;
SELECT judge('SELECT * FROM scans s JOIN parcels p ON p.id = s.parcel', '', 'verdicts.parcels');
RESET random_page_cost;
\echo === nearly_all_rows beats the rest
SELECT judge('SELECT * FROM parcels WHERE k < 19000', '95 %', 'verdicts.parcels');
\echo === planner calls are counted, those that ask for the cause as well: an immutable call is computed once in each
CREATE SEQUENCE plannings;
CREATE FUNCTION planned(k int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('verdicts.plannings'); RETURN k; END $$;
SELECT index_advisor.reset() >= 0;
SELECT max(other) < 0 FROM parcels WHERE k < planned(9000);
SELECT max(other) < 0 FROM parcels WHERE k < planned(9000);
SELECT setval('plannings', 1, false);
SELECT count(*) FROM index_advisor.advise();
SELECT r.planner_calls = p.last_value, r.planner_calls > 3 FROM index_advisor.runs r, plannings p ORDER BY r.at DESC LIMIT 1;
\echo === generic_plan, and with values that nothing is wrong with
PREPARE parcels_below (int) AS SELECT * FROM parcels WHERE k < $1;
SET plan_cache_mode = force_generic_plan;
SELECT judge('EXECUTE parcels_below (5)', 'would search verdicts.parcels_k', 'verdicts.parcels');
SELECT judge('EXECUTE parcels_below (9000)', '', 'verdicts.parcels');
RESET plan_cache_mode;
DEALLOCATE parcels_below;
\echo === misestimated: fresh statistics, conditions that exclude each other
SELECT judge('SELECT * FROM parcels WHERE k < 9000 AND other > 11000', 'ANALYZE would not help', 'verdicts.parcels');
\echo === stale_statistics: almost half was below when it was analysed, next to nothing is
UPDATE parcels SET k = 20000 + k WHERE id % 1000 <> 0;
SELECT pg_stat_force_next_flush();
SELECT judge('SELECT * FROM parcels WHERE k < 9000', 'run ANALYZE verdicts.parcels', 'verdicts.parcels');
ANALYZE parcels;
SELECT judge('SELECT * FROM parcels WHERE k < 9000', '', 'verdicts.parcels');
\echo === not_analysed: a column that is newer than the statistics
ALTER TABLE parcels ADD late int DEFAULT 7;
VACUUM FULL parcels;
CREATE INDEX parcels_late ON parcels (late);
SELECT judge('SELECT * FROM parcels WHERE late < 5', 'run ANALYZE', 'verdicts.parcels');
\echo but not where all of it is wanted
SELECT judge('SELECT * FROM parcels WHERE late < 50', '', 'verdicts.parcels');
ANALYZE parcels;
\echo === an index that is invalid serves nobody, and is not blamed on anybody
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'parcels_k'::regclass;
SELECT judge('SELECT * FROM parcels WHERE k < 9000', '', 'verdicts.parcels');
DROP SCHEMA verdicts CASCADE;
