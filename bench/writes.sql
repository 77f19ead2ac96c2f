-- What an inserted row costs under one index of each kind: milliseconds and bytes of WAL beyond the table without.
-- psql -f bench/writes.sql, on a server with nothing else to do. The least of three rounds of 20,000 rows counts.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET synchronous_commit = off;
DROP SCHEMA IF EXISTS bench_writes CASCADE;
CREATE SCHEMA bench_writes;
SET search_path = bench_writes, public;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE fresh AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS token, abs(hashint4(i)) AS number,
    '2026-01-01'::timestamptz + i * interval '1 second' AS at, jsonb_build_object('a', abs(hashint4(i)) % 10000, 'b', 'v' || i % 100,
    'c', i % 7) AS doc, ARRAY[abs(hashint4(i)) % 5000, abs(hashint4(i + 1)) % 5000, i % 100] AS tags, int4range(abs(hashint4(i)) % 1000000, abs(hashint4(i)) % 1000000 + 50) AS span,
    'word' || abs(hashint4(i)) % 5000 || ' title ' || i AS title FROM generate_series(1, 260000) AS i;
CREATE TABLE target (LIKE fresh);
CREATE TABLE measured (round int, index text, ms float8, wal float8, keys float8);
CREATE PROCEDURE measure(round int, name text, definition text, keys float8) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz;
    lsn pg_lsn;
BEGIN
    TRUNCATE target;
    IF definition <> '' THEN
        EXECUTE 'CREATE INDEX one ON target ' || definition;
    END IF;
    INSERT INTO target SELECT * FROM fresh WHERE id <= 200000;
    COMMIT;
    CHECKPOINT;
    /* The first change of each page after a checkpoint is logged whole: not what is asked for here. */
    INSERT INTO target SELECT * FROM fresh WHERE id > 200000 AND id <= 240000;
    COMMIT;
    IF definition LIKE 'USING gin %' THEN
        PERFORM gin_clean_pending_list('one');
        COMMIT;
    END IF;
    started := clock_timestamp();
    lsn := pg_current_wal_insert_lsn();
    INSERT INTO target SELECT * FROM fresh WHERE id > 240000;
    COMMIT;
    /* gin puts new keys on a list first. */
    IF definition LIKE 'USING gin %' THEN
        PERFORM gin_clean_pending_list('one');
        COMMIT;
    END IF;
    INSERT INTO measured VALUES (round, name, 1000 * extract(epoch FROM clock_timestamp() - started), pg_current_wal_insert_lsn() - lsn, keys);
    DROP INDEX IF EXISTS one;
    COMMIT;
END $$;
SELECT format('CALL measure(%s, %L, %L, %s)', round, name, definition, keys)
FROM generate_series(1, 3) AS round, (VALUES ('none', '', 0), ('btree (number)', '(number)', 1), ('btree (token)', '(token)', 1),
    ('hash (token)', 'USING hash (token)', 1), ('brin (at)', 'USING brin (at)', 1), ('gin (tags)', 'USING gin (tags)', 3),
    ('gin (doc)', 'USING gin (doc)', 6), ('gin (doc jsonb_path_ops)', 'USING gin (doc jsonb_path_ops)', 3),
    ('gin (title gin_trgm_ops)', 'USING gin (title gin_trgm_ops)', 26),
    ('gist (span)', 'USING gist (span)', 1), ('spgist (span)', 'USING spgist (span)', 1),
    ('gist (title gist_trgm_ops)', 'USING gist (title gist_trgm_ops)', 1)) AS kind(name, definition, keys)
\gexec
SELECT index, keys AS "keys a row", round((min(ms) - (SELECT min(ms) FROM measured WHERE index = 'none'))::numeric / 20, 1) AS "us a row",
    round((min(wal) - (SELECT min(wal) FROM measured WHERE index = 'none'))::numeric / 20000) AS "WAL bytes a row"
FROM measured WHERE index <> 'none' GROUP BY index, keys ORDER BY min(ms);
DROP SCHEMA bench_writes CASCADE;
