-- Conditions that PostgreSQL may not push into a sub-select, a view or a CTE: what stays outside is named with its reason,
-- what gets in is not.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/verdicts_preamble.sql'
\i :preamble
CREATE TABLE parcels (id int, owner int, weight int, note text, sent timestamptz);
INSERT INTO parcels SELECT i, i % 5000, i % 1000, 'note of parcel ' || i, timestamptz '2024-01-01 00:00+00' + i * interval '7 minutes'
    FROM generate_series(1, 20000) i;
CREATE TABLE lost AS SELECT id FROM parcels WHERE id % 7 = 0;
VACUUM (ANALYZE) parcels, lost;
CREATE VIEW heavy WITH (security_barrier) AS SELECT * FROM parcels WHERE weight >= 0;
CREATE VIEW numbered AS SELECT *, row_number() OVER (PARTITION BY owner ORDER BY sent) AS nth FROM parcels;

\echo === a CTE: materialized, referenced twice, recursive
SELECT judge('WITH x AS MATERIALIZED (SELECT * FROM parcels) SELECT * FROM x WHERE id = 77', 'id = $, which 0.005 % of verdicts.parcels meet, is applied to what was read: the CTE x is MATERIALIZED');
SELECT judge('WITH x AS (SELECT * FROM parcels) SELECT * FROM x a JOIN x b USING (owner) WHERE a.id = 77 AND b.id = 5077', 'the CTE x is referenced 2 times');
SELECT judge('WITH RECURSIVE x AS (SELECT id, owner FROM parcels UNION ALL SELECT id + 100000, owner FROM x WHERE id < 0) SELECT * FROM x WHERE owner = 77', 'owner = $, which 0.02 % of verdicts.parcels meet, is applied to what was read: the CTE x is recursive; put the condition into its first SELECT');
SELECT judge('WITH RECURSIVE x AS (SELECT id, owner FROM parcels WHERE id = 77 UNION ALL SELECT p.id, p.owner FROM x JOIN parcels p ON p.id = x.owner WHERE p.id < 3) SELECT * FROM x WHERE owner = 77');
SELECT judge('WITH RECURSIVE x AS (SELECT 1 AS id UNION ALL SELECT l.id FROM x, lost l WHERE x.id < 2) SELECT * FROM x WHERE id = 77', '', 'verdicts.lost');
SELECT judge('WITH x AS (SELECT * FROM parcels) SELECT * FROM x WHERE id = 77');
\echo === LIMIT, windows, DISTINCT ON
SELECT judge('SELECT * FROM (SELECT * FROM parcels LIMIT 15000) x WHERE id = 77', 'x has a LIMIT');
SELECT judge('SELECT * FROM numbered WHERE id = 77', 'window functions');
SELECT judge('SELECT * FROM numbered WHERE owner = 77');
SELECT judge('SELECT * FROM numbered WHERE weight + nth = 1');
SELECT judge('SELECT * FROM (SELECT DISTINCT ON (owner) * FROM parcels ORDER BY owner, sent) x WHERE id = 77', 'DISTINCT ON of x');
SELECT judge('SELECT * FROM (SELECT DISTINCT ON (owner) * FROM parcels ORDER BY owner, sent) x WHERE owner = 77');
\echo === aggregates: by groups it gets in, on the result it belongs outside
SELECT judge('SELECT * FROM (SELECT owner, count(*) AS n FROM parcels GROUP BY owner) x WHERE owner = 77');
SELECT judge('SELECT * FROM (SELECT owner, count(*) AS n FROM parcels GROUP BY owner) x WHERE n > 77');
\echo === a security barrier: only what tells nothing gets in
SELECT judge('SELECT * FROM heavy WHERE lower(note) = ''note of parcel 77''', 'heavy is a security barrier, and lower(text) is not leakproof');
SELECT judge('SELECT * FROM heavy WHERE id = 77');
\echo === UNION and the like: what gets into each arm, and what stays outside of all
-- From 17 on the arms of a UNION may be wanted in order, which an index gives.
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT judge('SELECT * FROM (SELECT id, owner FROM parcels UNION SELECT id, owner FROM parcels WHERE weight = 3) x WHERE id = 77');
SELECT judge('SELECT * FROM (SELECT id, owner FROM parcels UNION ALL SELECT owner, id FROM parcels) x WHERE id = 77');
SELECT judge('SELECT * FROM (SELECT id FROM parcels UNION SELECT owner FROM parcels LIMIT 15000) x WHERE id = 77', 'x has a LIMIT');
SELECT judge('SELECT * FROM (SELECT id, owner FROM parcels UNION ALL SELECT owner, id FROM parcels OFFSET 0) x WHERE id = 77', 'id = $, which 0.005 % of verdicts.parcels meet');
SELECT judge('SELECT * FROM (SELECT 0 AS id UNION ALL SELECT id FROM parcels OFFSET 0) x WHERE id = 77', 'x has a LIMIT');
SELECT judge('WITH x AS MATERIALIZED (SELECT id FROM parcels INTERSECT (SELECT owner FROM parcels UNION SELECT id FROM parcels)) SELECT * FROM x WHERE id = 77', 'the CTE x is MATERIALIZED');
SELECT judge('SELECT * FROM (SELECT id, owner FROM parcels EXCEPT SELECT id, 0 FROM lost) x WHERE owner = 77', 'conditions do not get into the EXCEPT of x');
SELECT judge('SELECT * FROM (SELECT id FROM parcels INTERSECT (SELECT id FROM parcels EXCEPT SELECT id FROM lost)) x WHERE id = 77', 'EXCEPT of x');
SELECT judge('SELECT * FROM (SELECT id FROM parcels UNION SELECT id FROM lost LIMIT 3) x WHERE id = 77', '', 'verdicts.lost');
\echo not where the arms have other types than the whole
SELECT judge('SELECT * FROM (SELECT id FROM parcels UNION SELECT id::bigint FROM lost LIMIT 3) x WHERE id = 77');
SELECT judge('SELECT * FROM (SELECT sum(id) AS n FROM parcels UNION SELECT 7 LIMIT 3) x WHERE n = 77');
RESET enable_indexscan;
RESET enable_indexonlyscan;
\echo === two levels down; and a condition that no index could be searched for, or that many rows meet
SELECT judge('WITH x AS MATERIALIZED (SELECT * FROM (SELECT * FROM parcels OFFSET 0) y) SELECT * FROM x WHERE id = 77', 'the CTE x is MATERIALIZED');
SELECT judge('WITH x AS MATERIALIZED (SELECT * FROM parcels) SELECT * FROM x WHERE note LIKE ''%parcel 77''');
SELECT judge('WITH x AS MATERIALIZED (SELECT * FROM parcels) SELECT * FROM x WHERE weight > 500');
DROP SCHEMA verdicts CASCADE;
