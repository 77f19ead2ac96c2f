-- Ranges, places, networks, patterns and physical order: gist, spgist, trigrams and brin, and where a b-tree or nothing is right.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
DROP EXTENSION IF EXISTS pg_trgm, btree_gin, btree_gist;
CREATE EXTENSION index_advisor;
CREATE SCHEMA space;
SET search_path = space, public;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE visit (id int PRIMARY KEY, during tsrange, place point, net inet, title text, tags int[], room int);
INSERT INTO visit SELECT i, tsrange('2026-01-01'::timestamp + (abs(hashint4(i)) % 500000) * interval '1 minute',
        '2026-01-01'::timestamp + (abs(hashint4(i)) % 500000 + 30) * interval '1 minute'),
    point(abs(hashint4(i + 1)) % 1000, abs(hashint4(i + 2)) % 1000), ('10.' || i % 200 || '.' || i % 7 || '.' || i % 250)::inet,
    md5(i::text) || ' ' || md5((-i)::text), ARRAY[abs(hashint4(i + 3)) % 3000, abs(hashint4(i + 4)) % 3000], abs(hashint4(i + 5)) % 20
    FROM generate_series(1, 40000) AS i;
CREATE TABLE event (id int, at timestamptz, shuffled int, value float8, filler text);
INSERT INTO event SELECT i, '2026-01-01'::timestamptz + i * interval '1 second', abs(hashint4(i)), i, repeat('x', 200)
    FROM generate_series(1, 300000) AS i;
VACUUM (ANALYZE) visit, event;
-- Advice, which is then built: the planner must use it for each of the statements.
CREATE FUNCTION advised(VARIADIC statements text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    advice record;
    statement text;
    plan json;
    used boolean;
    made text[] := '{}';
BEGIN
    FOR advice IN SELECT * FROM index_advisor.advise_for(statements) AS a ORDER BY a.ddl LOOP
        RETURN NEXT regexp_replace(advice.ddl, '^CREATE INDEX (CONCURRENTLY )?\S+ ON space\.', '');
        EXECUTE replace(advice.ddl, 'CONCURRENTLY ', '');
        made := made || trim(both '"' from advice.index_name);
    END LOOP;
    IF made = '{}' THEN
        RETURN NEXT 'none';
        RETURN;
    END IF;
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
        SELECT bool_or(plan::text LIKE '%"' || name || '"%') INTO used FROM unnest(made) AS name;
        IF NOT used THEN
            RETURN NEXT 'but the plan does not use it: ' || statement;
        END IF;
    END LOOP;
    FOREACH statement IN ARRAY made LOOP
        EXECUTE format('DROP INDEX space.%I', statement);
    END LOOP;
END $$;
CREATE FUNCTION verdict(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..6 LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM index_advisor.advise();
    RETURN QUERY SELECT DISTINCT s.verdict || ': ' || s.next_step FROM index_advisor.scans s WHERE s.relation LIKE '%visit';
END $$;
\pset format unaligned
\pset tuples_only on
\echo === ranges
SELECT advised('SELECT * FROM visit WHERE during && tsrange(''2026-02-01'', ''2026-02-01 01:00'')');
SELECT advised('SELECT * FROM visit WHERE during @> ''2026-02-01''::timestamp');
SELECT advised('SELECT * FROM visit WHERE during && tsrange(''2025-02-01'', ''2027-02-01 01:00'')');
\echo === places, the nearest first only below a LIMIT
SELECT advised('SELECT * FROM visit WHERE place <@ box ''((10,10),(20,20))''');
SELECT advised('SELECT * FROM visit ORDER BY place <-> point ''(10,10)'' LIMIT 5');
SELECT advised('SELECT * FROM visit ORDER BY place <-> point ''(10,10)''');
\echo === networks
SELECT replace(advised('SELECT * FROM visit WHERE net <<= inet ''10.5.0.0/16'''), ' inet_ops', ''); -- the default from 19 on
\echo === patterns: the extension first
SELECT verdict('SELECT count(*) FROM visit WHERE title LIKE ''%abcdef%''');
CREATE EXTENSION pg_trgm;
SELECT advised('SELECT * FROM visit WHERE title LIKE ''%abcdef%''');
SELECT advised('SELECT * FROM visit WHERE title ILIKE ''%abcdef%'' OR title ~ ''defabc''');
SELECT advised('SELECT * FROM visit WHERE title LIKE ''%abcdef%''', 'SELECT * FROM visit WHERE title LIKE ''abcdef%''');
SELECT advised('SELECT * FROM visit ORDER BY title <-> ''abcdef'' LIMIT 3');
SELECT advised('SELECT * FROM visit WHERE title NOT LIKE ''%abcdef%''');
\echo === with a scalar beside it: apart, until the extension is there
SELECT advised('SELECT * FROM visit WHERE room = 5 AND tags @> ARRAY[1]', 'SELECT * FROM visit WHERE tags @> ARRAY[1]');
CREATE EXTENSION btree_gin;
CREATE EXTENSION btree_gist;
SELECT advised('SELECT * FROM visit WHERE room = 5 AND tags @> ARRAY[1]', 'SELECT * FROM visit WHERE tags @> ARRAY[1]');
SELECT advised('SELECT * FROM visit WHERE room = 5 AND during && tsrange(''2026-02-01'', ''2026-02-08'')');
SELECT advised('SELECT * FROM visit WHERE room = 5');
SELECT advised('SELECT * FROM visit WHERE room BETWEEN 5 AND 7');
\echo === its classes are timed, though they ask of which index an entry is
SELECT build_seconds > 0 AS timed FROM index_advisor.check_index('CREATE INDEX ON space.visit USING gist (room, during)');
\echo === two that both save nearly everything are told apart by what they leave
SELECT kind, not_chosen ~ 'instead of', not_chosen ~ 'saves ([0-9.,]+) [^\n]* instead of \1 ' AS same
    FROM index_advisor.advise_for(ARRAY['SELECT id FROM space.visit ORDER BY place <-> point(5, 7) LIMIT 5']);
\echo === beside an index that finds the nearest in order, one that passes by a hundred rows less is not worth its space
CREATE TABLE stop (id int PRIMARY KEY, line int, spot point);
INSERT INTO stop SELECT i, i % 30, point(i::bigint * 7919 % 40009, i::bigint * 104729 % 40009) FROM generate_series(1, 40000) AS i;
CREATE INDEX stop_spot_idx ON stop USING gist (spot);
VACUUM ANALYZE stop;
SELECT advised('SELECT * FROM stop WHERE line = 7 ORDER BY spot <-> point(5000, 7000) LIMIT 5');
\echo === brin: a large table in the order of its pages, where there is no room for the b-tree that is read faster
SELECT regexp_replace(ddl, '^.* ON space.', '') FROM index_advisor.advise_for(
    ARRAY['SELECT * FROM space.event WHERE at BETWEEN ''2026-01-02'' AND ''2026-01-02 12:00'''], budget => '1MB');
SELECT reason LIKE '%at is searched for at >= $ AND at <= $, about 4_,000 rows per search%' AS both_ends FROM index_advisor.advise_for(
    ARRAY['SELECT * FROM space.event WHERE at BETWEEN ''2026-01-02'' AND ''2026-01-02 12:00'''], budget => '1MB');
SELECT regexp_replace(ddl, '^.* ON space.', '') FROM index_advisor.advise_for(
    ARRAY['SELECT * FROM space.event WHERE shuffled BETWEEN 5 AND 5000'], budget => '1MB');
\echo === with room for it, too: the b-tree would be a hundred times as large, and spare a hundredth of what the scan takes
SELECT advised('SELECT * FROM event WHERE at BETWEEN ''2026-01-02'' AND ''2026-01-02 12:00''');
SELECT advised('SELECT sum(value) FROM event WHERE shuffled BETWEEN 5 AND 5000');
SET client_min_messages = error;
DROP SCHEMA space CASCADE;
