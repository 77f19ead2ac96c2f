-- How long CREATE INDEX takes, and its WAL, against what check_index() says before: a table in markdown.
--
--   psql -f bench/builds.sql DATABASE        made by bench/databases/kinds.sql; three minutes
--
-- Each index is built three times, and the least time of the backend's processor counts, which what else the machine does is hardly in
-- (Linux: from /proc). No parallel workers. Ratios are estimate to truth.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS index_advisor;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TEMP TABLE build (id int GENERATED ALWAYS AS IDENTITY, definition text, seconds float8, wal float8, estimated_seconds float8, estimated_wal float8);
INSERT INTO build (definition) VALUES ('(id)'), ('(customer)'), ('(status)'), ('(placed)'), ('(total)'), ('(name)'), ('(token)'), ('(code)'), ('(city)'), ('(note)'),
    ('(remark)'), ('(letter)'), ('(customer, status)'), ('(status, placed DESC)'), ('(city, total)'), ('(name) INCLUDE (total, status)'),
    ('(customer) WHERE status = ''done'''), ('(lower(name))'), ('((doc ->> ''shop''))'), ('(md5(remark))'), ('(coupon)'), ('USING hash (token)'),
    ('USING hash (customer)'), ('USING brin (placed)'), ('USING brin (id int4_minmax_multi_ops)'), ('USING bloom (product)'), ('USING gin (tags)'), ('USING gin (doc)'),
    ('USING gin (doc jsonb_path_ops)'), ('USING gin (words)'), ('USING gin (name gin_trgm_ops)'), ('USING gin (city gin_trgm_ops)'), ('USING gist (place)'),
    ('USING gist (area)'), ('USING gist (span)'), ('USING gist (int8range(customer, customer + 10))'), ('USING gist (address inet_ops)'), ('USING gist (words)'),
    ('USING gist (name gist_trgm_ops)'), ('USING gist (customer)'), ('USING gist (place, area)'), ('USING spgist (place)'), ('USING spgist (area)'), ('USING spgist (span)'),
    ('USING spgist (address)'), ('USING spgist (city)'), ('USING spgist (token)');

SET max_parallel_maintenance_workers = 0;
CREATE FUNCTION pg_temp.processor_seconds() RETURNS float8 LANGUAGE sql VOLATILE AS
    $$SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e9$$;
CREATE PROCEDURE pg_temp.measure() LANGUAGE plpgsql AS $$
DECLARE
    b build;
    started float8;
    before pg_lsn;
    times float8[];
BEGIN
    FOR b IN SELECT * FROM build ORDER BY id LOOP
        UPDATE build SET estimated_seconds = build_seconds, estimated_wal = build_wal_bytes
            FROM index_advisor.check_index('CREATE INDEX ON orders ' || b.definition) WHERE id = b.id;
        times := '{}';
        FOR round IN 1..3 LOOP
            before := pg_current_wal_insert_lsn();
            started := pg_temp.processor_seconds();
            EXECUTE 'CREATE INDEX built ON orders ' || b.definition;
            times := times || pg_temp.processor_seconds() - started;
            UPDATE build SET wal = pg_current_wal_insert_lsn() - before WHERE id = b.id;
            DROP INDEX built;
        END LOOP;
        UPDATE build SET seconds = (SELECT min(t) FROM unnest(times) AS t) WHERE id = b.id;
    END LOOP;
END $$;
SELECT count(*) FROM orders \gset
CALL pg_temp.measure();
\pset format unaligned
\pset tuples_only on
\echo '| index | s | estimated | ratio | WAL kB | estimated | ratio |\n|---|---|---|---|---|---|---|'
SELECT format('| `%s` | %s | %s | %s | %s | %s | %s |', definition, round(seconds::numeric, 2), coalesce(round(estimated_seconds::numeric, 2)::text, '–'),
    coalesce(round((estimated_seconds / seconds)::numeric, 2)::text, '–'), round(wal / 1024), round(estimated_wal / 1024), round((estimated_wal / wal)::numeric, 2))
FROM build ORDER BY id;
SELECT format('%s of %s builds: time off by a factor of %s in the median, %s in the 95th percentile, %s at worst', count(estimated_seconds), count(*),
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY factor))::numeric, 2), round((percentile_cont(0.95) WITHIN GROUP (ORDER BY factor))::numeric, 2), round(max(factor)::numeric, 2))
FROM build, LATERAL (SELECT exp(abs(ln(estimated_seconds / seconds))) AS factor) AS _;
