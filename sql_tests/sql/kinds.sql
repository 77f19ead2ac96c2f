-- Which kind of index is proposed: another method than btree only where it serves what a b-tree cannot, or does so at a fraction of its size.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA kinds;
SET search_path = kinds, public;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE doc (id int PRIMARY KEY, token text, agent text, body text, data jsonb, tags int[], words tsvector, n int, state text, price numeric, hash_me uuid, draft boolean);
INSERT INTO doc SELECT i, md5(i::text) || md5((-i)::text), 'Mozilla/5.0 (some browser, version ' || i % 20 || ') and so on and on',
    'word' || abs(hashint4(i)) % 5000 || ' and text' || abs(hashint4(i + 1)) % 300,
    jsonb_build_object('customer', abs(hashint4(i + 2)) % 5000, 'kind', 'v' || i % 77, 'x' || i % 50, i % 3),
    ARRAY[abs(hashint4(i + 3)) % 5000, abs(hashint4(i + 4)) % 5000],
    to_tsvector('simple', 'w' || abs(hashint4(i + 5)) % 5000 || ' v' || i % 40), abs(hashint4(i + 6)) % 200,
    CASE WHEN i % 1000 = 0 THEN 'open' ELSE 'done' END, i, md5(i::text)::uuid, i % 20 = 0 FROM generate_series(1, 60000) i;
VACUUM (ANALYZE) doc;

-- Advice on statements; each is then built, and the planner must use one of them for each statement that it serves.
CREATE FUNCTION advised(VARIADIC statements text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    advice record;
    statement text;
    plan json;
    used boolean;
    made text[] := '{}';
BEGIN
    FOR advice IN SELECT * FROM index_advisor.advise_for(statements) a ORDER BY a.ddl LOOP
        RETURN NEXT regexp_replace(advice.ddl, '^CREATE INDEX (CONCURRENTLY )?\S+ ON kinds\.', '') || ': ' || advice.kind;
        EXECUTE replace(advice.ddl, 'CONCURRENTLY ', '');
        made := made || trim(both '"' from advice.index_name);
    END LOOP;
    IF made = '{}' THEN
        RETURN NEXT 'none';
    END IF;
    FOREACH statement IN ARRAY statements LOOP
        CONTINUE WHEN made = '{}';
        EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
        SELECT bool_or(plan::text LIKE '%"' || name || '"%') INTO used FROM unnest(made) AS name;
        IF NOT used THEN
            RETURN NEXT 'but the plan does not use it: ' || statement;
        END IF;
    END LOOP;
    FOREACH statement IN ARRAY made LOOP
        EXECUTE format('DROP INDEX kinds.%I', statement);
    END LOOP;
END $$;

-- The verdict on one statement: run six times, then asked.
CREATE FUNCTION verdict(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..6 LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM index_advisor.advise();
    RETURN QUERY SELECT DISTINCT s.verdict || ': ' || s.next_step FROM index_advisor.scans s WHERE s.relation LIKE '%doc';
END $$;
\pset format unaligned
\pset tuples_only on

\echo === hash: equality on a wide key of many values, and nothing else of it
SELECT advised('SELECT * FROM doc WHERE token = ''x''');
SELECT advised('SELECT * FROM doc WHERE token IN (''x'', ''y'')');
\echo === a range, an order or a prefix of it: btree
SELECT advised('SELECT * FROM doc WHERE token = ''x''', 'SELECT * FROM doc WHERE token >= ''x'' AND token < ''xa''');
SELECT advised('SELECT * FROM doc WHERE token = ''x''', 'SELECT id FROM doc ORDER BY token LIMIT 5');
\echo === narrow keys, and wide ones of few values: btree or nothing
SELECT advised('SELECT * FROM doc WHERE n = 5');
SELECT advised('SELECT * FROM doc WHERE hash_me = ''00000000-0000-0000-0000-000000000000''');
SELECT advised('SELECT * FROM doc WHERE agent = ''x''');
\echo === gin on jsonb: the class that keeps less, where containment is all that is asked
SELECT advised('SELECT * FROM doc WHERE data @> ''{"customer": 5}''');
SELECT advised('SELECT * FROM doc WHERE data @? ''$.customer ? (@ == 5)''');
SELECT advised('SELECT * FROM doc WHERE data ? ''x5''', 'SELECT * FROM doc WHERE data @> ''{"customer": 5}''');
\echo === one key compared: btree on the expression
SELECT advised('SELECT * FROM doc WHERE data ->> ''customer'' = ''5''');
\echo === what is in nearly every row is no reason for an index
SELECT advised('SELECT * FROM doc WHERE data ? ''kind''');
\echo === arrays and words
SELECT advised('SELECT * FROM doc WHERE tags @> ARRAY[5]', 'SELECT * FROM doc WHERE tags && ARRAY[7, 8]');
SELECT advised('SELECT * FROM doc WHERE words @@ to_tsquery(''simple'', ''w5'')');
SELECT advised('SELECT * FROM doc WHERE to_tsvector(''simple'', body) @@ to_tsquery(''simple'', ''word5'')');
\echo === with the rows that are wanted alone
SELECT advised('SELECT * FROM doc WHERE tags @> ARRAY[5] AND draft');
\echo === either side of an OR
SELECT advised('SELECT * FROM doc WHERE tags @> ARRAY[5] OR data @> ''{"customer": 5}''');
SELECT advised('SELECT * FROM doc WHERE tags @> ARRAY[5] OR token = ''x''');
\echo === an index that is there is not proposed again
CREATE INDEX there ON doc USING gin (tags);
SELECT advised('SELECT * FROM doc WHERE tags @> ARRAY[5]');
DROP INDEX there;
\echo === verdicts
SELECT verdict('SELECT count(*) FROM doc WHERE 5 = ANY (tags)');
SELECT verdict('SELECT count(*) FROM doc WHERE tags @> ARRAY[5]');
SELECT verdict('SELECT count(*) FROM doc WHERE data ? ''kind''');
\echo === what it is for, what it costs, and how it is made
SELECT verdict('SELECT count(*) FROM doc WHERE data @> ''{"customer": 5}''');
SELECT kind, reason LIKE '%A gin index keeps every part of a value%', reason LIKE '%data with jsonb_path_ops is searched for%'
    FROM index_advisor.recommendations WHERE status <> 'superseded';
SELECT count(*) FROM index_advisor.report() AS line WHERE line LIKE '%USING gin (data jsonb_path_ops)%';
SELECT statement FROM index_advisor.script();
SELECT statement FROM index_advisor.undo_script();
\echo === made, it is applied; another class is another index
CREATE INDEX other_name ON doc USING gin (data);
SELECT kind, status FROM index_advisor.recommendations WHERE status <> 'superseded';
CREATE INDEX same_index ON doc USING gin (data jsonb_path_ops);
SELECT kind, status FROM index_advisor.recommendations WHERE status <> 'superseded';
DROP INDEX other_name, same_index;
\echo === of rows that the caller may not read no sample is taken
CREATE ROLE kinds_reader;
GRANT USAGE ON SCHEMA kinds, index_advisor TO kinds_reader;
GRANT SELECT (id, tags) ON doc TO kinds_reader;
SET ROLE kinds_reader;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT id FROM kinds.doc WHERE tags @> ARRAY[5]']);
RESET ROLE;
GRANT SELECT ON doc TO kinds_reader;
SET ROLE kinds_reader;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT id FROM kinds.doc WHERE tags @> ARRAY[5]']);
RESET ROLE;
DROP OWNED BY kinds_reader;
DROP ROLE kinds_reader;
\echo === without samples there is no such index
SET index_advisor.sample_blocks = 0;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT id FROM kinds.doc WHERE tags @> ARRAY[5]']);
RESET index_advisor.sample_blocks;
\echo === values too long for such an index: it is left out
CREATE TABLE long (id int, parts text[], filler text);
INSERT INTO long SELECT i, ARRAY[(SELECT string_agg(md5((i * j)::text), '') FROM generate_series(1, 100) j)], 'x' FROM generate_series(1, 3000) i;
VACUUM (ANALYZE) long;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT id FROM kinds.long WHERE parts @> ARRAY[''x'']']);
SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT id FROM kinds.long WHERE id = 5']);
SET client_min_messages = error;
DROP SCHEMA kinds CASCADE;
