-- What bench/scaling measures with: tables of 16 columns, and as many different statements on them as one likes.
\set QUIET on
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS scaling CASCADE;
CREATE SCHEMA scaling;

-- All alike: what differs from one size to the next is the number alone.
CREATE PROCEDURE scaling.make_tables(n int) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'CREATE TABLE scaling.model AS SELECT i AS id, '
        || (SELECT string_agg(format('i %% %s AS c%s', c * 97 + 3, c), ', ') FROM generate_series(1, 16) AS c)
        || ', repeat(''x'', 40) AS note FROM generate_series(1, 3000) AS i';
    FOR i IN 1 .. n LOOP
        EXECUTE format('CREATE TABLE scaling.t%s AS TABLE scaling.model', i);
        EXECUTE format('ANALYZE scaling.t%s', i);
        IF i % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;

-- What an application asks: one row of few, the newest of somebody's, a range, a join with another table. The n-th statement is
-- on the columns of the n-th combination, so that indexes of one serve some of the others.
CREATE FUNCTION scaling.statement(n int, tables int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    t int := n % tables + 1;
    k int := n / tables;
    a int := k % 16 + 1;
    b int := (k + 1 + k / 16 % 15) % 16 + 1;
    c int := (a * 7 + b * 3 + k / 240) % 16 + 1;
BEGIN
    RETURN CASE n % 5
        WHEN 0 THEN format('SELECT note FROM scaling.t%s WHERE c%s = $1 AND c%s = $2 AND c%s > $3', t, a, b, c)
        WHEN 1 THEN format('SELECT * FROM scaling.t%s WHERE c%s = $1 ORDER BY c%s DESC, id LIMIT 10', t, a, b)
        WHEN 2 THEN format('SELECT count(*) FROM scaling.t%s WHERE c%s BETWEEN $1 AND $1 + 3 AND c%s = $2 AND c%s <> %s', t, a, b, c, k)
        WHEN 3 THEN format('SELECT x.note, y.note FROM scaling.t%s AS x JOIN scaling.t%s AS y ON y.c%s = x.id WHERE x.c%s = $1 AND y.c%s <> %s',
            t, (t % tables) + 1, a, b, c, k)
        ELSE format('UPDATE scaling.t%s SET note = $1 WHERE c%s = $2 AND c%s = $3 AND c%s <> %s', t, a, c, b, k)
    END;
END $$;

CREATE FUNCTION scaling.statements(n int, tables int) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(scaling.statement(i, tables) ORDER BY i) FROM generate_series(0, n - 1) AS i
$$;

-- What the kernel says of this backend, by Linux's /proc: kB that are its own, now and at most so far; seconds of processor.
CREATE FUNCTION scaling.session(OUT own_memory int, OUT peak int, OUT processor numeric) LANGUAGE sql AS $$
    SELECT substring(status FROM 'RssAnon:\s+(\d+)')::int,
        substring(status FROM 'VmHWM:\s+(\d+)')::int - substring(status FROM 'RssShmem:\s+(\d+)')::int
            - substring(status FROM 'RssFile:\s+(\d+)')::int,
        (split_part(stat, ' ', 14)::numeric + split_part(stat, ' ', 15)::numeric) / 100
    FROM pg_read_file('/proc/self/status') AS status, pg_read_file('/proc/self/stat') AS stat
$$;
