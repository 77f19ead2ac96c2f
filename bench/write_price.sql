-- What check_index() says that writers pay, beside what they paid once the index was there: WAL of the index alone, by
-- pg_walinspect. psql -f bench/write_price.sql, on a server of its own that preloads index_advisor and has
-- checkpoint_timeout = 30s, wal_keep_size = 1GB, autovacuum = off. Two minutes.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench_price CASCADE;
CREATE SCHEMA bench_price;
SET search_path = bench_price, public;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pg_walinspect;
CREATE EXTENSION IF NOT EXISTS index_advisor;
CREATE TABLE fresh AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS token, abs(hashint4(i)) AS number, i % 20 AS few, 0 AS touched,
    '2026-01-01'::timestamptz + i * interval '1 second' AS at, ARRAY[abs(hashint4(i)) % 5000, abs(hashint4(i + 1)) % 5000, i % 100] AS tags,
    jsonb_build_object('a', abs(hashint4(i)) % 10000, 'b', 'v' || i % 100, 'c', i % 7) AS doc,
    int4range(abs(hashint4(i)) % 1000000, abs(hashint4(i)) % 1000000 + 50) AS span,
    'word' || abs(hashint4(i)) % 5000 || ' title ' || i AS title FROM generate_series(1, 220000) AS i;
CREATE TABLE target (LIKE fresh) WITH (fillfactor = 80);
CREATE TABLE asked (number serial, definition text, entries float8, wal float8, hot float8);
CREATE TABLE paid (definition text, wal float8);
CREATE INDEX ON fresh (id);

CREATE PROCEDURE prepare(definition text) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE target;
    DROP INDEX IF EXISTS one;
    CREATE INDEX IF NOT EXISTS target_id ON target (id);
    EXECUTE coalesce('CREATE INDEX one ON target ' || definition, '');
    INSERT INTO target SELECT * FROM fresh WHERE id <= 200000;
    COMMIT;
    ANALYZE target;
    COMMIT;
END $$;
/* 20,000 rows that are new, and 10,000 that are updated. */
CREATE PROCEDURE write() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO target SELECT * FROM fresh WHERE id > 200000;
    UPDATE target SET touched = touched + 1 WHERE id <= 200000 AND id % 20 = 0;
    COMMIT;
END $$;
CREATE PROCEDURE pay(asked_definition text) LANGUAGE plpgsql AS $$
DECLARE
    lsn pg_lsn;
BEGIN
    CALL prepare(asked_definition);
    CHECKPOINT;
    lsn := pg_current_wal_flush_lsn();
    CALL write();
    INSERT INTO paid SELECT asked_definition, coalesce(sum(record_size + fpi_size), 0)
        FROM pg_get_wal_stats(lsn, pg_current_wal_flush_lsn(), true)
        WHERE "resource_manager/record_type" ~ '^(Btree|Hash|Gin|Gist|SPGist|BRIN)/';
    COMMIT;
END $$;

CALL prepare(NULL);
SELECT index_advisor.reset() >= 0 AS reset \gset
SELECT count(*) AS watched FROM target WHERE number = 7 \gset
/* Counting begins twelve seconds after the first scan; then it goes on for as long as from one checkpoint to the next. */
SELECT pg_sleep(14) \gset
CALL write();
SELECT pg_stat_force_next_flush() \gset
SELECT pg_sleep(28) \gset
INSERT INTO asked (definition, entries, wal, hot)
SELECT d, c.writes_per_hour, c.wal_bytes_per_hour, c.hot_lost_per_hour
FROM unnest(ARRAY['(id, number)', '(number)', '(token)', '(few)', '(number, touched)', '(number) WHERE touched = 0', '(number) INCLUDE (title)',
    'USING hash (token)', 'USING brin (at)', 'USING gin (tags)', 'USING gin (doc)', 'USING gin (title gin_trgm_ops)', 'USING gist (span)',
    'USING spgist (span)']) AS d, index_advisor.check_index('CREATE INDEX ON target ' || d) AS c;
CALL pay(NULL);
SELECT format('CALL pay(%L)', definition) FROM asked ORDER BY number
\gexec
/* Rates become the writes of one round by the inserts, which were 20,000. */
SELECT a.definition AS index, round((a.wal * round_hours / 1024)::numeric) AS "WAL kB, estimated",
    round(((p.wal - n.wal) / 1024)::numeric) AS "measured", round((a.hot * round_hours)::numeric) AS "HOT lost, at most"
FROM asked AS a JOIN paid AS p USING (definition), paid AS n,
    (SELECT 20000 / min(entries) AS round_hours FROM asked) AS r
WHERE n.definition IS NULL ORDER BY a.number;
DROP SCHEMA bench_price CASCADE;
