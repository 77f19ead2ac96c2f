-- Scans that stop early at a LIMIT: where the rows that match come last, they do not.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
CREATE SCHEMA early;
SET search_path = early, public;
CREATE TABLE visits (id int, state text, at timestamptz, confirmed boolean, note text);
CREATE TABLE people (id int, last_name text COLLATE "en-x-icu", first_name text COLLATE "en-x-icu",
    left_at date, team int);
INSERT INTO visits SELECT i, CASE WHEN i > 190000 AND i % 10 = 0 THEN 'requested' WHEN i % 20 = 0 THEN 'noshow' ELSE 'done' END,
    timestamptz '2024-01-01 00:00+00' + i * interval '3 min', i % 20 > 0, md5(i::text) FROM generate_series(1, 200000) i;
INSERT INTO people SELECT i, (ARRAY['Smith', 'Miller', 'Oneil', 'Garcia', 'Nguyen'])[1 + (i % 1000 / 1000.0 * 5)::int % 5]
    || substr(md5(i::text), 1, 3), substr(md5(i::text), 5, 6), CASE WHEN i % 50 = 0 THEN '2024-01-01'::date END, i % 4 FROM generate_series(1, 50000) i;
ALTER TABLE visits ADD PRIMARY KEY (id);
CREATE TABLE labels (visit int, label int);
CREATE TABLE kinds (state text PRIMARY KEY, name text);
INSERT INTO labels SELECT i, (20 * (i * 7919 % 1000 / 1000.0) ^ 2)::int FROM generate_series(1, 200000, 2) i;
INSERT INTO kinds SELECT s, s FROM unnest(ARRAY['requested', 'noshow', 'done']) s;
VACUUM (ANALYZE) visits, people, labels, kinds;

CREATE FUNCTION decide(VARIADIC statements text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT definition FROM index_advisor.advise_for(statements) ORDER BY 1
$$;

\pset format unaligned
\pset tuples_only on
\echo a condition that can be in the index is
SELECT decide('SELECT * FROM visits WHERE state = ''requested'' ORDER BY at LIMIT 50');
\echo and where rows are locked, it is checked again, and always met
SELECT decide('SELECT * FROM visits WHERE state = ''noshow'' AND at < ''2024-05-01'' ORDER BY at LIMIT 1 FOR UPDATE');
\echo one that nearly all rows meet is met soon
SELECT decide('SELECT * FROM people WHERE team = 3 AND left_at IS NULL ORDER BY last_name LIMIT 3');
\echo one that cannot is checked row by row, perhaps to the end: no index for the order alone
SELECT decide('SELECT * FROM visits WHERE note LIKE ''%wheel%'' ORDER BY at LIMIT 50');
\echo but an index of those rows alone
SELECT decide('SELECT * FROM visits WHERE state NOT IN (''done'', ''noshow'') ORDER BY at LIMIT 50');
\echo unless most rows match
SELECT decide('SELECT * FROM visits WHERE confirmed ORDER BY at DESC LIMIT 10');
SELECT decide('SELECT * FROM visits WHERE state <> ''noshow'' ORDER BY at DESC LIMIT 10');
\echo a join that few rows pass is such a condition
SELECT decide('SELECT v.* FROM labels AS l JOIN visits AS v ON v.id = l.visit WHERE l.label = 8 ORDER BY v.at DESC LIMIT 20');
\echo unless all of them find a partner
SELECT decide('SELECT v.at, t.name FROM visits AS v JOIN kinds AS t ON t.state = v.state ORDER BY v.at DESC LIMIT 20');
\echo nor does the index for another statement count for it
SELECT definition, why LIKE '%more statement%' AS serves_both
    FROM index_advisor.advise_for(ARRAY['SELECT * FROM visits WHERE state NOT IN (''done'', ''noshow'') ORDER BY at LIMIT 50',
        'SELECT * FROM visits ORDER BY at LIMIT 20']);
\echo a beginning is no range where the collation does not order by character
SELECT definition, rule ~ 'which is a range; with text_pattern_ops' AS range_without_order, not_chosen ~ ('^' || replace(replace(definition, '(', '\('), ')', '\)') || ',') AS rejected_itself
    FROM index_advisor.advise_for(ARRAY['SELECT * FROM people WHERE last_name LIKE ''Ngu%'' ORDER BY last_name, first_name LIMIT 20']);
DROP SCHEMA early CASCADE;
