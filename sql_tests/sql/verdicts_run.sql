-- Verdicts on how a statement is run: page by page, to its LIMIT, for any value, behind a policy.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/verdicts_preamble.sql'
\i :preamble
CREATE TABLE parcels (id int PRIMARY KEY, owner int, weight int, sent timestamptz, note text, tenant text);
INSERT INTO parcels SELECT i, i % 5000, i % 1000, timestamptz '2024-01-01 00:00+00' + i * interval '7 minutes',
    'note of parcel ' || i, 'tenant' || i % 3 FROM generate_series(1, 20000) i;
CREATE INDEX parcels_sent ON parcels (sent, id);
CREATE TABLE kinds (id int, name text);
INSERT INTO kinds SELECT i, 'kind' || i FROM generate_series(1, 1200) i;
CREATE TABLE owners (id int, name text);
INSERT INTO owners SELECT i, 'o' || i FROM generate_series(1, 5000) i;
VACUUM (ANALYZE) parcels, kinds, owners;

\echo === deep_offset, with the keyset spelt out; a first page is none
SELECT judge('SELECT * FROM parcels ORDER BY sent DESC, id DESC LIMIT 10 OFFSET 15000', 'WHERE (sent, id) < ($, $) instead of OFFSET');
SELECT judge('SELECT * FROM parcels ORDER BY sent, id LIMIT 10 OFFSET 1000', 'WHERE (sent, id) > ($, $) instead of OFFSET');
SELECT judge('SELECT * FROM parcels WHERE weight > 1 ORDER BY weight, note DESC LIMIT 10 OFFSET 15000', 'WHERE (weight > $ OR weight = $ AND note < $) instead of OFFSET');
\echo === limit_stops_early
SELECT judge('SELECT * FROM parcels WHERE weight > 700 AND weight + owner > 1 LIMIT 600', 'the scan ends at its LIMIT');
\echo === or_condition: over tables
SELECT judge('SELECT p.id FROM parcels p JOIN owners o ON o.id = p.owner WHERE p.note = ''note of parcel 7'' OR o.name = ''o8''', 'several tables');
\echo === optional_parameter, unless the values are known
PREPARE any_parcel (int) AS SELECT * FROM parcels WHERE $1 IS NULL OR owner = $1;
PREPARE some_parcel (int) AS SELECT * FROM parcels WHERE owner = coalesce($1, owner);
SET plan_cache_mode = force_generic_plan;
SELECT judge('EXECUTE any_parcel (77)', 'depends on a parameter');
SELECT judge('EXECUTE some_parcel (77)', 'depends on a parameter');
SET plan_cache_mode = force_custom_plan;
SELECT judge('EXECUTE any_parcel (77)');
RESET plan_cache_mode;
\echo === row_security: a function that may tell of hidden rows; not one that does not
CREATE ROLE regress_verdicts_tenant;
GRANT USAGE ON SCHEMA verdicts, index_advisor TO regress_verdicts_tenant;
GRANT SELECT ON parcels TO regress_verdicts_tenant;
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON parcels USING (tenant = 'tenant1');
SELECT index_advisor.reset() >= 0;
SET ROLE regress_verdicts_tenant;
SELECT count(*) FROM parcels WHERE lower(note) = 'note of parcel 77';
SELECT count(*) FROM parcels WHERE lower(note) = 'note of parcel 77';
SELECT count(*) FROM parcels WHERE lower(note) = 'note of parcel 77';
RESET ROLE;
SELECT judged('verdicts.parcels', 'lower(text) is not leakproof');
SELECT index_advisor.reset() >= 0;
SET ROLE regress_verdicts_tenant;
SELECT count(*) FROM parcels WHERE owner = 77;
SELECT count(*) FROM parcels WHERE owner = 77;
SELECT count(*) FROM parcels WHERE owner = 77;
RESET ROLE;
SELECT judged('verdicts.parcels', '');
DROP OWNED BY regress_verdicts_tenant;
DROP ROLE regress_verdicts_tenant;
ALTER TABLE parcels DISABLE ROW LEVEL SECURITY;
DROP SCHEMA verdicts CASCADE;
