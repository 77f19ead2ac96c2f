-- Sizes of hypothetical gin, gist and spgist indexes against the same indexes built: rare and unique keys, NULL, order, prefixes.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/sizes_preamble.sql'
\i :preamble
-- Numbers that look drawn at random: 0 to 1, the same each time.
CREATE FUNCTION draw(i bigint, k bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$SELECT (hashint8extended(i, k) & 1048575) / 1048576.0::float8$$;
CREATE TABLE entry AS
    SELECT i AS id, ARRAY[(draw(i, 1) * 50)::int, (draw(i, 2) * draw(i, 3) * 3000)::int, (draw(i, 4) * 60000)::int] AS tags,
        jsonb_build_object('id', i, 'customer', (draw(i, 5) * 3000)::int, 'kind', (draw(i, 6) * 9)::int) AS doc,
        array_to_tsvector(ARRAY(SELECT DISTINCT 'w' || floor(exp(draw(i * 16 + n, 7) * ln(30000.0))) FROM generate_series(0, 9) n)) AS words,
        CASE WHEN i % 40 = 0 THEN ARRAY['tag ' || i % 300] WHEN i % 2 = 0 THEN '{}' END AS sparse,
        int8range(i, i + 5) AS span, int8range(i, i + (draw(i, 12) * 100)::int) AS loose, int8range((draw(i, 8) * 1000000)::bigint, (draw(i, 8) * 1000000)::bigint + 50) AS drawn,
        point(draw(i, 9), draw(i, 10)) AS place, box(point(draw(i, 9), draw(i, 10)), point(draw(i, 9), draw(i, 10))) AS area,
        'customer ' || (draw(i, 11) * 3000)::int AS name, (ARRAY['pending', 'shipped', 'returned'])[1 + i % 3] AS status, md5(i::text) AS token,
        repeat('filler ', 20) AS filler
    FROM generate_series(1, 60000) i;
VACUUM ANALYZE entry;
SET index_advisor.sample_time = '1min';

-- From 18 on ranges are sorted for gist, and how full pages become then depends on more than their order.
SELECT amprocnum IS NOT NULL AS ranges_are_sorted
FROM pg_opfamily AS f LEFT JOIN pg_amproc ON amprocfamily = f.oid AND amprocnum = 11
WHERE opfname = 'range_ops' AND opfmethod = (SELECT oid FROM pg_am WHERE amname = 'gist') \gset
SELECT definition, off_by('USING ' || definition) <= most AS close
FROM (VALUES ('gin (tags)', 0.2), ('gin (doc jsonb_path_ops)', 0.15), ('gin (words)', 0.2), ('gin (sparse)', 0.15), ('gin (tags, words)', 0.2), ('gin ((string_to_array(name, '' '')))', 0.1),
    ('gist (span)', 0.25), ('gist (drawn)', 0.2), ('gist (words)', 0.2), ('gist (area)', 0.25),
    ('gist (loose)', CASE WHEN :'ranges_are_sorted' THEN 0.3 ELSE 0.12 END), ('spgist (loose)', 0.2), ('spgist (span)', 0.35), ('spgist (place)', 0.2), ('spgist (area)', 0.2), ('spgist (name)', 0.15), ('spgist (status)', 0.15), ('spgist (token)', 0.15))
    AS _(definition, most);
\echo === a build in many passes leaves fuller pages, unless it sorts in parallel
SET max_parallel_maintenance_workers = 0;
SET maintenance_work_mem = '2MB';
SELECT definition, off_by('USING ' || definition) <= 0.3 AS close FROM unnest(ARRAY['gin (tags)', 'gin (words)']) AS definition;
RESET maintenance_work_mem;
\echo === inserting keys in order takes spgist as many steps as it has pages, and gist what the functions of its class take
SELECT ordered.build_seconds > 3 * drawn.build_seconds AS longer
FROM index_advisor.check_index('CREATE INDEX ON sizes.entry USING spgist (loose)') AS ordered, index_advisor.check_index('CREATE INDEX ON sizes.entry USING spgist (drawn)') AS drawn;
SELECT words.build_seconds > boxes.build_seconds AS longer
FROM index_advisor.check_index('CREATE INDEX ON sizes.entry USING gist (words)') AS words, index_advisor.check_index('CREATE INDEX ON sizes.entry USING gist (area)') AS boxes;
DROP SCHEMA sizes CASCADE;
