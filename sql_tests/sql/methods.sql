-- Hypothetical indexes of other access methods than btree: they are used where the real ones would be, and what cannot be built is refused.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA methods;
SET search_path = methods, public;
CREATE TABLE book (id int, isbn text, tags int[], doc jsonb, pages int4range, at timestamptz, title text, rest int);
INSERT INTO book SELECT i, md5(i::text), ARRAY[i % 1000, i % 7], jsonb_build_object('k', i % 500), int4range(i, i + 10),
    '2026-01-01'::timestamptz + i * interval '1 minute', 'title ' || i, nullif(i % 5, 0) FROM generate_series(1, 50000) i;
CREATE TABLE fresh (id int);
INSERT INTO fresh VALUES (1);
CREATE TABLE nothing (tags int[], id int);
CREATE TABLE wide (body text);
INSERT INTO wide SELECT string_agg(md5((i * j)::text), '') FROM generate_series(1, 50) i, generate_series(1, 2000) j GROUP BY i;
VACUUM (ANALYZE) book, nothing, wide;
CREATE FUNCTION uses(query text, ddl text) RETURNS boolean LANGUAGE sql RETURN
    EXISTS (SELECT FROM index_advisor.explain(query, ARRAY[ddl]) line WHERE line LIKE '%book_%_idx%');
\pset format unaligned
\pset tuples_only on
\echo === the planner uses each for what it serves
SELECT uses('SELECT * FROM book WHERE isbn = ''x''', 'CREATE INDEX ON book USING hash (isbn)'),
    uses('SELECT * FROM book WHERE isbn > ''x''', 'CREATE INDEX ON book USING hash (isbn)');
SELECT uses('SELECT * FROM book WHERE id BETWEEN 100 AND 200', 'CREATE INDEX ON book USING brin (id) WITH (pages_per_range = 8)');
SELECT uses('SELECT * FROM book WHERE tags @> ARRAY[5]', 'CREATE INDEX ON book USING gin (tags)'),
    uses('SELECT * FROM book WHERE doc @> ''{"k": 5}''', 'CREATE INDEX ON book USING gin (doc jsonb_path_ops)'),
    uses('SELECT * FROM book WHERE doc @> ANY (ARRAY[''{"k": 5}'', ''{"k": 6}'']::jsonb[])', 'CREATE INDEX ON book USING gin (doc)');
SELECT uses('SELECT * FROM book WHERE pages && ''[5,7]''', 'CREATE INDEX ON book USING gist (pages)'),
    uses('SELECT * FROM book WHERE pages && ''[5,7]''', 'CREATE INDEX ON book USING spgist (pages)');
\echo === sizes
SELECT method, size_bytes BETWEEN low * 8192 AND high * 8192 FROM (VALUES ('hash (isbn)', 180, 260), ('brin (id)', 3, 3), ('gin (tags)', 30, 120), ('gist (pages)', 200, 500), ('spgist (pages)', 200, 700))
    AS _(method, low, high), index_advisor.check_index('CREATE INDEX ON book USING ' || method);
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON nothing USING gin (tags)');
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON nothing USING brin (id)');
\echo === what cannot be
\set VERBOSITY sqlstate
SELECT index_advisor.check_index('CREATE INDEX ON book USING gin (id)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING gist (title no_such_ops)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING no_such_method (title)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING hash (id, rest)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING gin (tags DESC)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING gin (tags) INCLUDE (id)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING brin (id) WITH (pages_per_range = 0)');
SELECT index_advisor.check_index('CREATE INDEX ON book USING hash ((1 / (id - 7)))');
SELECT index_advisor.check_index('CREATE INDEX ON wide USING gin ((ARRAY[body]))');
SELECT index_advisor.check_index('CREATE INDEX ON fresh USING hash (id)');
SELECT index_advisor.check_index('CREATE INDEX ON fresh (id)');
\echo === a method without known size
CREATE ACCESS METHOD strange TYPE INDEX HANDLER bthandler;
SELECT index_advisor.check_index('CREATE INDEX ON book USING strange (id)');
DROP ACCESS METHOD strange;
\set VERBOSITY default
\echo === an expression that fails says on what table
SELECT index_advisor.check_index('CREATE INDEX ON book USING hash ((1 / (id - 7)))');
\echo === no more blocks are read than one may, and no more rows weighed when the time is up
CREATE SEQUENCE weighed;
CREATE FUNCTION weigh(int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 + 0 * nextval(''methods.weighed''); END';
SET index_advisor.sample_blocks = 1;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON book USING hash (weigh(id))');
SELECT last_value BETWEEN 2 AND 500 FROM weighed;
ALTER SEQUENCE weighed RESTART;
SET index_advisor.sample_blocks = 0;
SELECT index_advisor.check_index('CREATE INDEX ON book USING gin (tags)');
RESET index_advisor.sample_blocks;
SET index_advisor.sample_time = 0;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON book USING hash (weigh(id))');
SELECT last_value FROM weighed;
RESET index_advisor.sample_time;
DROP FUNCTION weigh;
\echo === a function that takes 20 ms is not called a thousand times
CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN $1; END';
SET statement_timeout = '15s';
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON book (slow(id))');
RESET statement_timeout;
DROP FUNCTION slow;
\echo === rows that nobody may see are not sampled
CREATE ROLE methods_reader;
GRANT USAGE ON SCHEMA methods, index_advisor TO methods_reader;
GRANT SELECT ON book TO methods_reader;
ALTER TABLE book ENABLE ROW LEVEL SECURITY;
SET ROLE methods_reader;
SELECT index_advisor.check_index('CREATE INDEX ON book USING hash ((1 / (id - 7)))');
RESET ROLE;
\echo === nothing is left behind
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation::regclass::text IN ('book', 'wide', 'fresh');
SELECT count(*) FROM pg_class WHERE relnamespace = 'methods'::regnamespace AND relkind = 'i';
DROP OWNED BY methods_reader;
DROP ROLE methods_reader;
DROP SCHEMA methods CASCADE;
