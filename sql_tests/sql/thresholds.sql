-- What counts as high: a sequential scan that throws away less than either threshold asks for no index by itself.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.write_weight = 0;
CREATE SCHEMA thresholds;
SET search_path = thresholds, public;
CREATE TABLE parcels (id int, owner int, weight int);
INSERT INTO parcels SELECT i, i % 5000, i FROM generate_series(1, 20000) i;
VACUUM (ANALYZE) parcels;

-- Runs it, asks for advice under the settings of the moment, shows what became of it.
CREATE FUNCTION decide(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..3 LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM index_advisor.advise();
    RETURN QUERY SELECT s.verdict::text || coalesce(': ' || r.definition, '') FROM index_advisor.scans s
        LEFT JOIN index_advisor.recommendations r ON r.id = s.advice WHERE s.relation = 'thresholds.parcels';
END $$;

\pset format unaligned
\pset tuples_only on
\echo 19,996 of 20,000 rows are thrown away
SELECT decide('SELECT * FROM parcels WHERE owner = 7');
SET index_advisor.min_rows_removed = 19997;
SELECT decide('SELECT * FROM parcels WHERE owner = 7');
SELECT next_step FROM index_advisor.scans WHERE relation = 'thresholds.parcels';
SET index_advisor.min_rows_removed = 19996;
SELECT decide('SELECT * FROM parcels WHERE owner = 7');
RESET index_advisor.min_rows_removed;
SET index_advisor.min_removed_fraction = 0.9999;
SELECT decide('SELECT * FROM parcels WHERE owner = 7');
RESET index_advisor.min_removed_fraction;
\echo an order is a reason of its own, and so is a statement that nobody measured
SET index_advisor.min_rows_removed = 1000000;
SELECT decide('SELECT * FROM parcels WHERE weight > 10 ORDER BY weight LIMIT 5');
SELECT definition FROM index_advisor.advise_for(ARRAY['SELECT * FROM parcels WHERE owner = 7']);
DROP SCHEMA thresholds CASCADE;
