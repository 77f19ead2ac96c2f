-- Prepared statements with generic plans: these are of the average tenant, and the slowest executions of the largest.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
CREATE SCHEMA generic;
SET search_path = generic, public;
CREATE TABLE tickets (id int PRIMARY KEY, tenant int, state text, changed_at timestamptz, deleted_at timestamptz, title text);
INSERT INTO tickets SELECT i, CASE WHEN i % 4 = 0 THEN 1 ELSE 2 + abs(hashint4(i)) % 4000 END, (ARRAY['open', 'closed', 'waiting'])[1 + i % 3],
    timestamptz '2024-01-01 00:00+00' + abs(hashint4(i + 1)) % 1000000 * interval '1 min',
    CASE WHEN i % 3 = 0 THEN timestamptz '2024-06-01 00:00+00' + i * interval '1 s' END, repeat('t', 60)
    FROM generate_series(1, 100000) i;
CREATE INDEX tickets_tenant ON tickets (tenant, id);
VACUUM (ANALYZE) tickets;
SELECT index_advisor.reset() IS NOT NULL AS reset \gset
SET plan_cache_mode = force_generic_plan;
PREPARE listed (int, text) AS SELECT id, title FROM tickets
    WHERE tenant = $1 AND state = $2 AND deleted_at IS NULL ORDER BY changed_at DESC LIMIT 20;
\o /dev/null
SELECT 'EXECUTE listed (' || CASE WHEN i % 2 = 0 THEN 1 ELSE 40 + i END || ', ''open'')' FROM generate_series(1, 20) i \gexec
\o
\pset format unaligned
\pset tuples_only on
\echo the order ends at the LIMIT for the largest tenant, whatever the average is worth
SELECT regexp_replace(ddl, '^.* ON generic\.', '') FROM index_advisor.advise() WHERE ddl LIKE '%changed_at%';
DROP SCHEMA generic CASCADE;
