-- Indexes that cannot be, and tables of which little is known: a clear answer with its code, and nothing left behind.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA refused;
SET search_path = refused, public;
-- What check_index() and explain() say to an index; and the locks that are left once it was refused.
CREATE FUNCTION answer(ddl text) RETURNS TABLE (code text, words text, hint text, locks bigint) LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM index_advisor.check_index(ddl);
        code := 'fine';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, words = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    END;
    BEGIN
        PERFORM index_advisor.explain('SELECT 1', ARRAY[ddl]);
        code := code || ', fine';
    EXCEPTION WHEN OTHERS THEN
        code := code || CASE WHEN SQLERRM = words THEN '' ELSE ', but explain says ' || SQLERRM END;
    END;
    SELECT count(*) INTO locks FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'refused'::regnamespace);
    RETURN NEXT;
END $$;
CREATE TABLE book (id int, title text, tags int[], price numeric, words tsvector, pages int4range);
INSERT INTO book SELECT i, 'title ' || i, ARRAY[i % 100], i % 77, to_tsvector('simple', 'w' || i), int4range(i, i + 3) FROM generate_series(1, 20000) i;
CREATE VIEW shown AS SELECT * FROM book;
CREATE SEQUENCE numbers;
CREATE TYPE pair AS (x int, y int);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE away (id int) SERVER elsewhere;
VACUUM ANALYZE book;
SELECT reltoastrelid::regclass AS toast FROM pg_class WHERE oid = 'book'::regclass \gset
\pset format unaligned
\pset tuples_only on
\pset fieldsep '  '
\echo === operator classes
SELECT a.* FROM unnest(ARRAY['(id no_such_ops)', '(id text_ops)', '(title gin_trgm_no_ops)', '(id inet_ops)', 'USING gin (tags int4_ops)', 'USING hash (tags jsonb_path_ops)', 'USING gist (id)',
    '(pages) INCLUDE (id int4_ops)', '(words no_schema.tsvector_ops)']) d, answer('CREATE INDEX ON book ' || d) a;
\echo === one without a function that a build needs
CREATE OPERATOR CLASS half_ops FOR TYPE anyrange USING gist AS OPERATOR 3 && (anyrange, anyrange), FUNCTION 1 range_gist_consistent (internal, anyrange, int2, oid, internal);
SELECT size_bytes > 0, build_seconds IS NULL FROM index_advisor.check_index('CREATE INDEX ON book USING gist (pages half_ops)');
\echo === their options, and those of the method
SELECT a.* FROM unnest(ARRAY['(id int4_ops (siglen = 4))', 'USING gist (words tsvector_ops (siglen = 0))', 'USING gist (words tsvector_ops (nonsense = 1))', 'USING gist (words tsvector_ops (siglen = many))',
    '(id) WITH (fillfactor = 5)', '(id) WITH (fillfactor = much)', '(id) WITH (nonsense = 1)', '(id) WITH (fillfactor = 70, fillfactor = 80)', '(id) WITH (toast.fillfactor = 70)',
    '(id) WITH (pages_per_range = 4)', '(id) WITH (deduplicate_items = perhaps)', 'USING brin (id) WITH (pages_per_range = 0)', 'USING gin (tags) WITH (fillfactor = 70)', 'USING hash (id) WITH (fillfactor = 101)'])
    d, answer('CREATE INDEX ON book ' || d) a;
\echo === tablespaces, uniqueness, methods
SELECT a.* FROM unnest(ARRAY['(id) TABLESPACE nowhere', '(id) TABLESPACE pg_global', '(id) TABLESPACE pg_default']) d, answer('CREATE INDEX ON book ' || d) a;
SELECT a.* FROM answer('CREATE UNIQUE INDEX ON book (id)') a;
SELECT a.* FROM answer('CREATE INDEX ON book USING heap (id)') a;
SELECT a.* FROM answer('CREATE INDEX ON book USING no_such_method (id)') a;
\echo === relations that have no indexes, or not from here
SELECT a.* FROM unnest(ARRAY['shown', 'numbers', 'pair', 'away', 'pg_class', 'information_schema.tables']) d, answer('CREATE INDEX ON ' || d || ' (id)') a;
SELECT a.code, a.hint, a.locks FROM answer('CREATE INDEX ON ' || :'toast' || ' (chunk_id)') a;
\echo === an expression that fails on some row, and a predicate that does
SELECT a.* FROM unnest(ARRAY['USING hash ((1 / (id - 7)))', 'USING brin (id) WHERE 1 / (id - 7) > 0']) d, answer('CREATE INDEX ON book ' || d) a;
\echo === empty: analysed, never analysed, truncated, all rows deleted
CREATE TABLE empty (id int, tags int[]);
SELECT a.* FROM unnest(ARRAY['(id)', 'USING gin (tags)', 'USING brin (id)', 'USING hash (id)']) d, answer('CREATE INDEX ON empty ' || d) a;
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON empty (id)');
ANALYZE empty;
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON empty (id)');
INSERT INTO empty SELECT i, ARRAY[i] FROM generate_series(1, 5000) i;
ANALYZE empty;
BEGIN;
TRUNCATE empty;
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON empty (id)');
INSERT INTO empty SELECT i, ARRAY[i] FROM generate_series(1, 5000) i;
SELECT a.code, a.words, a.hint FROM answer('CREATE INDEX ON empty (id)') a;
ROLLBACK;
DELETE FROM empty;
ANALYZE empty;
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON empty (id)');
\echo === never analysed, and analysed before it grew (the file grows ahead of its rows since 16)
CREATE TABLE fresh AS SELECT i AS id, i % 100 AS a FROM generate_series(1, 5000) i;
SELECT a.* FROM unnest(ARRAY['(id)', 'USING hash (id)']) d, answer('CREATE INDEX ON fresh ' || d) a;
ANALYZE fresh;
INSERT INTO fresh SELECT i, i % 100 FROM generate_series(5001, 50000) i;
SELECT size_bytes / 8192 BETWEEN 80 AND 190 FROM index_advisor.check_index('CREATE INDEX ON fresh (id)');
\echo === nobody is told to analyse what was analysed
CREATE TABLE parts (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE parts_one PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE never AS SELECT i AS id, i % 100 AS a FROM generate_series(1, 5000) i;
SET client_min_messages = notice;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT * FROM empty WHERE id = 5']);
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT * FROM parts WHERE a = 5']);
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT * FROM never WHERE a = 5']);
SET client_min_messages = warning;
\echo === existing indexes of methods that nobody knows
CREATE ACCESS METHOD strange TYPE INDEX HANDLER gisthandler;
CREATE OPERATOR CLASS strange_ops DEFAULT FOR TYPE anyrange USING strange AS OPERATOR 3 && (anyrange, anyrange), OPERATOR 7 @> (anyrange, anyrange),
    FUNCTION 1 range_gist_consistent (internal, anyrange, int2, oid, internal), FUNCTION 2 range_gist_union (internal, internal),
    FUNCTION 5 range_gist_penalty (internal, internal, internal), FUNCTION 6 range_gist_picksplit (internal, internal), FUNCTION 7 range_gist_same (anyrange, anyrange, internal);
CREATE INDEX book_strange ON book USING strange (pages);
SELECT a.* FROM answer('CREATE INDEX ON book USING strange (pages)') a;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT id FROM book WHERE pages && int4range(5, 6) AND title = ''x''', 'SELECT price FROM book WHERE id = 5']) ORDER BY 1;
SELECT index_statements, errors FROM index_advisor.index_advisor('SELECT price FROM book WHERE id = 5');
SELECT count(*) FROM index_advisor.explain('SELECT * FROM book WHERE pages && int4range(5, 6)') line WHERE line LIKE '%book_strange%';
SELECT count(*) FROM index_advisor.explain('SELECT * FROM book WHERE pages && int4range(5, 6)', hide_indexes => ARRAY['book_strange'::regclass]) line WHERE line LIKE '%book_strange%';
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON book (id)');
DROP ACCESS METHOD strange CASCADE;
\echo === nothing is left behind
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'refused'::regnamespace);
SELECT count(*) FROM pg_class WHERE relnamespace = 'refused'::regnamespace AND relkind = 'i';
DROP SCHEMA refused CASCADE;
