-- What statistics do not know comes from a sample of rows: expressions, partial indexes.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA samples;
SET search_path = samples, public;
-- Both ANALYZE and the sample read all of these tables, so that what they say is the same.
SET default_statistics_target = 1000;
SET index_advisor.sample_blocks = 30000;
SET index_advisor.sample_time = '10min';
CREATE TABLE person (id int, email text, doc jsonb, at timestamptz, kind int, twin int, body text);
INSERT INTO person SELECT i, 'User' || i % 5000 || '@Example.org', jsonb_build_object('k', nullif(i % 300, 7)),
    '2026-01-01'::timestamptz + i * interval '1 minute', i % 10, i % 10, 'word' || i % 40 || ' common word' || i % 9
    FROM generate_series(1, 60000) i;
CREATE TABLE purchase (buyer text, total int);
INSERT INTO purchase SELECT 'user' || i % 5000 || '@example.org', i FROM generate_series(1, 20000) i;
VACUUM (ANALYZE) person, purchase;
\pset format unaligned
\pset tuples_only on

-- Rows and cost by the planner: with the hypothetical index, and with the real one once it is built and analysed.
CREATE FUNCTION plan_of(query text, ddl text, is_real boolean, OUT estimate float8, OUT cost float8) LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    IF is_real THEN
        EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    ELSE
        SELECT string_agg(line, '') FROM index_advisor.explain(query, ARRAY[ddl], format => 'json') line INTO plan;
    END IF;
    estimate := plan->0->'Plan'->>'Plan Rows';
    cost := plan->0->'Plan'->>'Total Cost';
END $$;
CREATE FUNCTION compare(query text, ddl text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE guess record; size float8; truth record; real_size float8;
BEGIN
    guess := plan_of(query, ddl, false);
    SELECT size_bytes INTO size FROM index_advisor.check_index(ddl);
    EXECUTE replace(ddl, 'INDEX ON', 'INDEX built ON');
    ANALYZE person;
    truth := plan_of(query, ddl, true);
    real_size := pg_relation_size('built');
    DROP INDEX built;
    RETURN concat_ws(' ', 'rows', CASE WHEN guess.estimate = truth.estimate THEN 'equal' ELSE guess.estimate || ' not ' || truth.estimate END,
        'cost', CASE WHEN abs(guess.cost / truth.cost - 1) < 0.02 THEN 'equal' ELSE guess.cost || ' not ' || truth.cost END,
        'size', CASE WHEN abs(size / real_size - 1) < 0.15 THEN 'equal' ELSE size || ' not ' || real_size END);
END $$;

\echo === an expression: as the real index is, once it is analysed
SELECT compare('SELECT * FROM person WHERE lower(email) = ''user7@example.org''', 'CREATE INDEX ON person (lower(email))');
SELECT compare('SELECT * FROM person WHERE doc->>''k'' = ''8''', 'CREATE INDEX ON person ((doc->>''k''))');
SELECT compare('SELECT * FROM person WHERE doc->>''k'' IS NULL', 'CREATE INDEX ON person ((doc->>''k''))');
SELECT compare('SELECT * FROM person WHERE date_trunc(''day'', at AT TIME ZONE ''UTC'') > ''2026-02-09''', 'CREATE INDEX ON person (date_trunc(''day'', at AT TIME ZONE ''UTC''))');
SELECT split_part(compare('SELECT * FROM person WHERE kind = 3 AND lower(email) < ''user2''', 'CREATE INDEX ON person (kind, lower(email))'), ' size', 1);
\echo === statistics of a partial index are of its rows, and say nothing of the table
SELECT compare('SELECT * FROM person WHERE lower(email) = ''user3@example.org'' AND kind = 3', 'CREATE INDEX ON person (lower(email)) WHERE kind = 3');
\echo === containers, too
SELECT split_part(compare('SELECT * FROM person WHERE at AT TIME ZONE ''UTC'' < ''2026-01-02''', 'CREATE INDEX ON person USING brin ((at AT TIME ZONE ''UTC''))'), ' size', 1);
SELECT split_part(compare('SELECT * FROM person WHERE id + kind < 50', 'CREATE INDEX ON person USING brin ((id + kind)) WITH (pages_per_range = 4)'), ' size', 1);
SELECT split_part(compare('SELECT * FROM person WHERE to_tsvector(''simple'', body) @@ ''word7''', 'CREATE INDEX ON person USING gin (to_tsvector(''simple'', body))'), ' size', 1);
\echo === a word and an element that a small sample did not meet are as rare as those that it met once
SET index_advisor.sample_blocks = 30;
SELECT estimate <= 3 AS rare FROM plan_of($$SELECT * FROM person WHERE to_tsvector('simple', body || ' row' || id::text) @@ 'row77777'$$, $$CREATE INDEX ON person USING gin (to_tsvector('simple', body || ' row' || id::text))$$, false);
SELECT estimate <= 3 AS rare FROM plan_of('SELECT * FROM person WHERE ARRAY[kind, 100 + id] @> ARRAY[77777]', 'CREATE INDEX ON person USING gin ((ARRAY[kind, 100 + id]))', false);
SELECT estimate BETWEEN 6000 AND 10000 AS frequent FROM plan_of($$SELECT * FROM person WHERE to_tsvector('simple', body || ' row' || id::text) @@ 'word7'$$, $$CREATE INDEX ON person USING gin (to_tsvector('simple', body || ' row' || id::text))$$, false);
SET index_advisor.sample_blocks = 30000;
\echo === what a partial index holds, where columns go together or an expression decides
SELECT compare('SELECT * FROM person WHERE kind = 3 AND twin = 3 AND id < 500', 'CREATE INDEX ON person (id) WHERE kind = 3 AND twin = 3');
SELECT compare('SELECT * FROM person WHERE id % 6 = 0 AND id < 500', 'CREATE INDEX ON person (id) WHERE id % 6 = 0');

\echo === of no more rows than ANALYZE would take, 300 times the target: for statistics, for the size, and to time the build
CREATE SEQUENCE weighed;
CREATE FUNCTION weigh(int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN nextval(''samples.weighed''); END';
SET default_statistics_target = 20;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON person (weigh(id))');
SELECT last_value FROM weighed;
SET default_statistics_target = 1000;

\echo === before and after are of the same rows, those of a join among them
CREATE TABLE built_cost AS SELECT * FROM plan_of('SELECT 1', '', true) WHERE false;
CREATE INDEX built ON person (lower(email));
ANALYZE person;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
INSERT INTO built_cost SELECT * FROM plan_of('SELECT * FROM purchase JOIN person ON total = id WHERE lower(email) < ''user2'' ORDER BY total', '', true);
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET enable_indexonlyscan;
DROP INDEX built;
SELECT abs((total_cost_before->>0)::float8 / cost - 1) < 0.001, index_statements, errors FROM built_cost,
    index_advisor.index_advisor('SELECT * FROM purchase JOIN person ON total = id WHERE lower(email) < ''user2'' ORDER BY total');
SET index_advisor.sample_blocks = 0;
SELECT abs((total_cost_before->>0)::float8 / cost - 1) < 0.001, errors FROM built_cost,
    index_advisor.index_advisor('SELECT * FROM purchase JOIN person ON total = id WHERE lower(email) < ''user2'' ORDER BY total');
SET index_advisor.sample_blocks = 30000;

\echo === two conditions of a partial index of our own, which hold of the same rows
CREATE TABLE task (id int, state text, paid boolean, due timestamptz, filler text);
INSERT INTO task SELECT i, CASE WHEN i % 50 = 0 THEN 'open' ELSE 'done' || i % 9 END, i % 50 <> 0, '2026-01-01'::timestamptz + i * 7919 % 120000 * interval '1 minute', repeat('x', 40) FROM generate_series(1, 120000) i;
VACUUM (ANALYZE) task;
CREATE FUNCTION advised_size(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE advised record; real_size float8;
BEGIN
    SELECT ddl, size_bytes INTO STRICT advised FROM index_advisor.advise_for(ARRAY[query]);
    EXECUTE regexp_replace(advised.ddl, 'CONCURRENTLY \S+', 'built');
    real_size := pg_relation_size('built');
    DROP INDEX built;
    RETURN CASE WHEN abs(advised.size_bytes / real_size - 1) < 0.15 THEN 'equal' ELSE advised.ddl || ' ' || advised.size_bytes || ' not ' || real_size END;
END $$;
SELECT advised_size('SELECT id FROM task WHERE state = ''open'' AND NOT paid AND due < ''2026-01-20''');
SELECT advised_size('SELECT * FROM task WHERE state = ''open'' AND NOT paid');

\echo === a small part of a large table, in blocks and rows that repeat themselves
SET index_advisor.sample_blocks = 120;
SELECT relpages > 500 FROM pg_class WHERE oid = 'person'::regclass;
SELECT estimate BETWEEN 10 AND 14 FROM plan_of('SELECT * FROM person WHERE lower(email) = ''user7@example.org''', 'CREATE INDEX ON person (lower(email))', false);
SELECT size_bytes / 8192 BETWEEN 17 AND 21 FROM index_advisor.check_index('CREATE INDEX ON person (id) WHERE kind = 3 AND twin = 3');
\echo === a rare value that statistics know and the sample hardly met
UPDATE person SET kind = 77 WHERE id % 20000 = 0;
VACUUM (ANALYZE) person;
SELECT size_bytes / 8192 BETWEEN 2 AND 3 FROM index_advisor.check_index('CREATE INDEX ON person (id) WHERE kind = 77');
SET index_advisor.sample_blocks = 30000;

\echo === rows that came after the last ANALYZE: where a real index would be asked how far they go
CREATE TABLE log (id int, at timestamptz, shuffled int, filler text) WITH (autovacuum_enabled = off);
INSERT INTO log SELECT i, '2026-01-01'::timestamptz + i * interval '1 minute', (i::bigint * 7919 % 1000003)::int, repeat('x', 60) FROM generate_series(1, 60000) i;
VACUUM (ANALYZE) log;
INSERT INTO log SELECT i, '2026-01-01'::timestamptz + i * interval '1 minute', i * 100, repeat('x', 60) FROM generate_series(60001, 66000) i;
INSERT INTO log SELECT -i, '2025-01-01', 0, repeat('x', 60) FROM generate_series(1, 3) i;
CREATE FUNCTION compare_ends(query text, ddl text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE guess record; truth record; before float8;
BEGIN
    before := (plan_of(query, ddl, true)).estimate;
    guess := plan_of(query, ddl, false);
    EXECUTE replace(ddl, 'INDEX ON', 'INDEX built ON');
    truth := plan_of(query, ddl, true);
    DROP INDEX built;
    RETURN concat_ws(' ', 'before', CASE WHEN before < truth.estimate / 3 THEN 'far' ELSE 'near' END,
        'rows', CASE WHEN abs(guess.estimate / truth.estimate - 1) < 0.03 THEN 'equal' ELSE guess.estimate || ' not ' || truth.estimate END,
        'cost', CASE WHEN abs(guess.cost / truth.cost - 1) < 0.03 THEN 'equal' ELSE guess.cost || ' not ' || truth.cost END);
END $$;
SELECT compare_ends('SELECT * FROM log WHERE at > ''2026-02-13''', 'CREATE INDEX ON log (at)');
SELECT compare_ends('SELECT * FROM log WHERE id > 61000', 'CREATE INDEX ON log (id, at)');
SELECT compare_ends('SELECT * FROM log WHERE shuffled > 2000000', 'CREATE INDEX ON log (shuffled)');
SET index_advisor.sample_blocks = 0;
SELECT compare_ends('SELECT * FROM log WHERE at > ''2026-02-13''', 'CREATE INDEX ON log (at)') LIKE '%rows equal%';
SET index_advisor.sample_blocks = 30000;
SELECT compare_ends('SELECT * FROM log WHERE at > ''2026-02-13''', 'CREATE INDEX ON log (id, at)');

\echo === partitions: statistics of the largest, for each of them
CREATE TABLE part (id int, name text) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (20000);
CREATE TABLE part_2 (name text, id int);
ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES FROM (20000) TO (50000);
INSERT INTO part SELECT i, 'Name' || i % 100 FROM generate_series(1, 49999) i;
VACUUM (ANALYZE) part;
SELECT estimate BETWEEN 450 AND 550 FROM plan_of('SELECT * FROM part WHERE upper(name) = ''NAME7''', 'CREATE INDEX ON part (upper(name))', false);

\echo === an expression that fails on some row
\set VERBOSITY terse
SELECT index_advisor.check_index('CREATE INDEX ON person ((1 / (id - 777)))');
SELECT * FROM index_advisor.explain('SELECT * FROM person WHERE id = 1', ARRAY['CREATE INDEX ON person (id) WHERE 1 / (id - 777) = 0']);
\set VERBOSITY default
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM person WHERE 1 / (id - 777) = 5']);
SELECT count(*) FROM index_advisor.reset();
SELECT count(*) FROM person WHERE id > 1000 AND 1 / (id - 777) = 5;
SELECT count(*) FROM index_advisor.advise();
SELECT verdict, next_step FROM index_advisor.scans WHERE relation = 'samples.person';
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM person WHERE 1 / (id + 777) = 5']);

\echo === whose code a superuser runs
CREATE ROLE samples_owner;
GRANT CREATE, USAGE ON SCHEMA samples TO samples_owner;
SET ROLE samples_owner;
CREATE SEQUENCE seen;
CREATE SEQUENCE caught;
CREATE TABLE bait (id int, word text);
INSERT INTO bait SELECT i, 'word' || i % 100 FROM generate_series(1, 20000) i;
CREATE FUNCTION spy(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval(CASE WHEN current_user = 'samples_owner' THEN 'samples.seen' ELSE 'samples.caught' END);
    RETURN $1;
END $$;
ANALYZE bait;
RESET ROLE;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON bait (spy(word))');
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM bait WHERE spy(word) = ''word7''']);
SELECT seen.is_called, caught.is_called FROM seen, caught;

\echo === nor does code of somebody who may not read a table get to see its rows
SET ROLE samples_owner;
CREATE SEQUENCE shown;
CREATE FUNCTION difference(float8, float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''samples.shown''); RETURN $1 - $2; END';
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = difference);
RESET ROLE;
CREATE TABLE secret AS SELECT span(i, i + 1) AS lasts FROM generate_series(1, 2000) i;
ANALYZE secret;
ALTER SEQUENCE shown RESTART;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON secret ((lasts * lasts))');
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON secret USING gist ((lasts * lasts))');
SELECT is_called FROM shown;

\echo === rows that somebody may not see are not looked at
CREATE ROLE samples_reader;
GRANT USAGE ON SCHEMA samples, index_advisor TO samples_reader;
GRANT SELECT ON person TO samples_reader;
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON person USING (kind >= 0);
CREATE SEQUENCE watched;
GRANT USAGE ON SEQUENCE watched TO samples_reader;
CREATE FUNCTION watch(int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 + 0 * nextval(''samples.watched''); END';
CREATE FUNCTION reads_for(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE before bigint := pg_stat_get_xact_blocks_fetched('person'::regclass);
BEGIN
    PERFORM index_advisor.advise_for(ARRAY[query]);
    RETURN pg_stat_get_xact_blocks_fetched('person'::regclass) - before > 500;
END $$;
SET ROLE samples_reader;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON person ((1 / (id - 777)))');
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM person WHERE watch(id) = 5', 'SELECT * FROM person ORDER BY watch(id) LIMIT 5']);
SELECT reads_for('SELECT body FROM person WHERE kind = 77 AND twin IS NULL');
RESET ROLE;
SELECT is_called FROM watched;
ALTER TABLE person DISABLE ROW LEVEL SECURITY;
SET ROLE samples_reader;
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM person WHERE watch(id) = 5', 'SELECT * FROM person ORDER BY watch(id) LIMIT 5']);
SELECT reads_for('SELECT body FROM person WHERE kind = 77 AND twin IS NULL');
RESET ROLE;
SELECT is_called FROM watched;

\echo === how far a column goes is forgotten with its type
CREATE TABLE retyped (code int);
INSERT INTO retyped SELECT CASE WHEN i % 3 = 0 THEN 5 ELSE i END FROM generate_series(1, 10000) i;
ANALYZE retyped;
INSERT INTO retyped SELECT generate_series(10001, 12000);
CREATE FUNCTION look(query text) RETURNS bigint LANGUAGE sql AS
    $$ SELECT count(*) FROM index_advisor.explain(query, ARRAY['CREATE INDEX ON samples.retyped (code)']) $$;
CREATE FUNCTION retype() RETURNS void LANGUAGE plpgsql SET search_path = samples AS
    $$ BEGIN ALTER TABLE samples.retyped ALTER code TYPE text; ANALYZE samples.retyped; END $$;
CREATE FUNCTION meanwhile() RETURNS int IMMUTABLE LANGUAGE plpgsql SET search_path = samples AS $$
BEGIN
    PERFORM samples.look('SELECT * FROM samples.retyped WHERE code > 9900');
    PERFORM samples.retype();
    PERFORM samples.look('SELECT * FROM samples.retyped WHERE code = ''none''');
    RETURN 1;
END $$;
SELECT count(*) > 0 FROM index_advisor.explain('SELECT * FROM purchase WHERE total = meanwhile()', ARRAY['CREATE INDEX ON purchase (total)']);

\echo === what changes between two uses of a hypothetical index by one planner call: the second sub-select changes the table
CREATE TABLE changing (id int, a int, b int, spare int, words text);
INSERT INTO changing SELECT i, i % 100, i % 77, i, 'w' || i FROM generate_series(1, 20000) i;
ANALYZE changing;
CREATE TABLE one AS SELECT 1 AS n;
CREATE FUNCTION change(ddl text) RETURNS void LANGUAGE plpgsql SET search_path = samples AS $$ BEGIN EXECUTE ddl; END $$;
CREATE FUNCTION changed(ddl text) RETURNS int IMMUTABLE LANGUAGE plpgsql SET search_path = samples AS $$ BEGIN PERFORM samples.change(ddl); RETURN 7; END $$;
CREATE FUNCTION used_after(ddl text, index text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FILTER (WHERE line LIKE '%changing_%idx%') FROM index_advisor.explain(
        format('SELECT id FROM samples.changing WHERE a = (SELECT min(id) FROM samples.changing WHERE a = 5) AND b = (SELECT n FROM samples.one WHERE n = samples.changed(%L))', ddl),
        ARRAY['CREATE INDEX ON samples.changing ' || index]) AS line);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE OPERATOR CLASS samples.odd_ops FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
SELECT used_after('SELECT 1', '(a, b)') AS nothing, used_after('ALTER TABLE samples.changing ADD more int', '(a, b)') AS added, used_after('ALTER TABLE samples.changing ALTER spare TYPE text', '(a, spare)') AS retyped,
    used_after('ALTER TABLE samples.changing DROP spare', '(a, b, spare)') AS dropped_key, used_after('ALTER TABLE samples.changing DROP words', '(a) INCLUDE (words)') AS dropped_include,
    used_after('ALTER TABLE samples.changing DROP words', '(a, lower(words))') AS dropped_expression, used_after('ALTER TABLE samples.changing DROP words', '(a) WHERE words IS NOT NULL') AS dropped_predicate,
    used_after('DROP OPERATOR FAMILY samples.odd_ops USING btree', '(a samples.odd_ops)') AS dropped_class, used_after('SELECT 1', '(a samples.odd_ops)') AS class_still_there;
DROP OPERATOR FAMILY odd_ops USING btree;

\echo === samples are forgotten when the call ends, though a cursor on it stays open
BEGIN;
CREATE TABLE stored (id int, body text);
ALTER TABLE stored ALTER body SET STORAGE external;
INSERT INTO stored SELECT i, repeat(md5(i::text), 100) FROM generate_series(1, 500) i;
ANALYZE stored;
DECLARE unfinished CURSOR FOR SELECT * FROM index_advisor.explain('SELECT * FROM stored WHERE id = 7', ARRAY['CREATE INDEX ON stored (substr(body, 1, 100))']);
MOVE 1 IN unfinished;
TRUNCATE stored;
INSERT INTO stored SELECT i, repeat(md5(i::text), 100) FROM generate_series(1, 500) i;
ANALYZE stored;
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON stored (substr(body, 2, 100))');
COMMIT;

\echo === a range past the end that statistics know, of a column whose end nothing tells
CREATE TABLE reading (id int, level int, filler text, seen timestamptz);
INSERT INTO reading SELECT i, (i::bigint * 7919 % 60007)::int, repeat('filler ', 20), '2020-01-01'::timestamptz + (i::bigint * 7919 % 60007) * interval '1 second' FROM generate_series(1, 60000) i;
ANALYZE reading;
CREATE FUNCTION end_is_unknown(condition text) RETURNS boolean LANGUAGE sql AS $$
    SELECT bool_or(reason LIKE '%End of range unknown%') FROM index_advisor.advise_for(ARRAY['SELECT filler FROM samples.reading WHERE ' || condition]) $$;
SET index_advisor.sample_blocks = 100;
SELECT end_is_unknown('level > 60100') AS past, end_is_unknown('60100 < level') AS turned, end_is_unknown('level < -5') AS before,
    end_is_unknown('level > 59990') AS within, end_is_unknown('level < 20') AS within_too, end_is_unknown('id > 60100') AS in_order;
SELECT end_is_unknown('seen > now() - interval ''1 hour''') AS past, end_is_unknown('now() - interval ''1 hour'' < seen') AS turned,
    end_is_unknown('seen > now() - (now() - timestamptz ''2020-01-01 16:39:00'')') AS within, end_is_unknown('level > id + 60100') AS another_column;
SET index_advisor.sample_blocks = 30000;
SELECT end_is_unknown('level > 60100') AS read_whole;

\echo === samples that made room for others are read again, and are the same
CREATE FUNCTION advised() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s %s', ddl, size_bytes), ',' ORDER BY ddl) FROM index_advisor.advise_for(ARRAY[
        'SELECT filler FROM samples.reading WHERE level = 7 AND id > 50000', 'SELECT id FROM samples.stored WHERE substr(body, 1, 9) = ''a''',
        'SELECT id FROM samples.reading WHERE substr(filler, 2, 9) = ''b''', 'SELECT id FROM samples.reading WHERE level = 9 AND seen > ''2020-01-01 10:00''']) $$;
SELECT advised() AS with_room \gset
SET maintenance_work_mem = '1MB';
SELECT advised() = :'with_room' AS the_same, :'with_room' LIKE '%reading%' AS told;
-- Nobody uses a sample any more after an error.
CREATE SEQUENCE most_kept;
CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql IMMUTABLE SET search_path = samples AS $$
BEGIN
    PERFORM setval('samples.most_kept', greatest(last_value, (SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'sampled rows')))
        FROM samples.most_kept;
    RAISE EXCEPTION 'not this one';
END $$;
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM samples.person WHERE samples.fails(id) = 1',
    'SELECT * FROM samples.reading WHERE samples.fails(id) = 1', 'SELECT * FROM samples.stored WHERE samples.fails(id) = 1']);
SELECT is_called, last_value FROM most_kept;
RESET maintenance_work_mem;
\echo === nothing was left behind
SELECT count(*) FROM pg_index WHERE indrelid = 'person'::regclass;
SET client_min_messages = error;
DROP SCHEMA samples CASCADE;
DROP OWNED BY samples_owner, samples_reader;
DROP ROLE samples_owner, samples_reader;
