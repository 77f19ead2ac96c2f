-- The loops and tables of bench/whatif. Variables: bare, ours (the modules).
\set ON_ERROR_STOP on
CREATE EXTENSION hypopg;
CREATE FUNCTION planning_bare(text, int) RETURNS float8 AS :'bare' LANGUAGE C STRICT;
CREATE FUNCTION planning_explain(text, int) RETURNS float8 AS :'bare' LANGUAGE C STRICT;
CREATE FUNCTION planning_processor() RETURNS float8 AS :'bare' LANGUAGE C STRICT;
CREATE FUNCTION planning_whatif(text, text[], int) RETURNS float8 AS :'ours' LANGUAGE C STRICT;
CREATE FUNCTION planning_advised(text, text[], int) RETURNS float8 AS :'ours' LANGUAGE C STRICT;
CREATE TABLE orders AS
    SELECT i AS id, i % 5000 AS customer, (ARRAY['new', 'paid', 'sent', 'done'])[1 + i % 4] AS status,
        '2026-01-01'::timestamptz + i * interval '1 minute' AS placed, i % 7777 AS total, repeat('x', 50) AS note
    FROM generate_series(1, 200000) i;
ALTER TABLE orders ADD PRIMARY KEY (id);
SELECT format('CREATE TABLE wide AS SELECT %s FROM generate_series(1, 20000) i',
    string_agg(format('i %% (%s * 7) AS c%s', n, n), ', ')) FROM generate_series(1, 60) n
\gexec
-- n indexes on wide: three on the column that is asked for, and combinations of others.
CREATE FUNCTION candidates(n int) RETURNS text[] LANGUAGE sql RETURN
    ARRAY['CREATE INDEX ON wide (c41)', 'CREATE INDEX ON wide (c41, c1)', 'CREATE INDEX ON wide (c41, c2)'] ||
    (SELECT array_agg(ddl) FROM (
        SELECT format('CREATE INDEX ON wide (c%s, c%s, c%s)', a, b, c) AS ddl
        FROM generate_series(1, 30) a, generate_series(1, 30) b, generate_series(31, 40) c
        WHERE a <> b ORDER BY a, b, c LIMIT n - 3) _);
VACUUM ANALYZE;
