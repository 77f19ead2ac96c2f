-- Hypothetical indexes against the same indexes built: size, cost and shape of the plan; for bench/fidelity.
-- Variables: rows.
\set QUIET on
\set ON_ERROR_STOP on
\pset pager off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE EXTENSION IF NOT EXISTS index_advisor;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SELECT count(*) > 0 AS hypopg FROM pg_available_extensions WHERE name = 'hypopg' \gset
\if :hypopg
CREATE EXTENSION IF NOT EXISTS hypopg;
\endif
DROP SCHEMA IF EXISTS fidelity CASCADE;
CREATE SCHEMA fidelity;
SET search_path = fidelity, public;
SELECT setseed(0.5) \gset
CREATE TABLE orders AS
    SELECT i AS id, (random() * :rows / 20)::bigint AS customer, (ARRAY['new', 'paid', 'sent', 'done'])[1 + (random() * random() * 4)::int % 4] AS status,
        '2026-01-01'::timestamptz + i * interval '7 seconds' AS placed, round((random() * 1000)::numeric, 2) AS total,
        'customer ' || (random() * :rows / 20)::int AS name, md5(i::text) COLLATE "C" AS token, gen_random_uuid() AS code,
        CASE WHEN random() < 0.03 THEN 'coupon ' || (random() * 100)::int END AS coupon, repeat('wide ', 10) || i AS note,
        ARRAY[(random() * 50)::int, (random() * random() * 5000)::int, (random() * :rows)::int] AS tags,
        jsonb_build_object('channel', (random() * 5)::int, 'ref', (random() * :rows)::int, 'shop', (random() * 300)::int) AS doc,
        to_tsvector('simple', 'w' || (random() * 200)::int || ' w' || (random() * random() * 5000)::int || ' w' || i) AS words,
        point(random() * 1000, random() * 1000) AS place, box(point(random() * 1000, random() * 1000), point(random() * 1000, random() * 1000)) AS area,
        int8range(i, i + (random() * 100)::int) AS span, ('10.' || (random() * 255)::int || '.' || (random() * 255)::int || '.1')::inet AS address
    FROM generate_series(1, :rows) i;
SET default_statistics_target = 10000;
VACUUM ANALYZE orders;

-- What is asked of a column, so that an index that begins with it serves.
CREATE TABLE asked (name text, condition text);
INSERT INTO asked VALUES ('id', 'id = 4711'), ('id', 'id BETWEEN 1000 AND 3000'), ('customer', 'customer = 77'), ('customer', 'customer IN (7, 8, 9)'),
    ('status', $$status = 'done'$$), ('placed', $$placed BETWEEN '2026-01-02' AND '2026-01-03'$$), ('total', 'total > 999'), ('total', 'total = 10.5'),
    ('name', $$name = 'customer 77'$$), ('token', $$token = 'x'$$), ('token', $$token > 'fff'$$), ('code', $$code < '01000000-0000-0000-0000-000000000000'$$),
    ('coupon', $$coupon = 'coupon 7'$$), ('note', $$note = 'x'$$);
CREATE TABLE candidates (n int GENERATED ALWAYS AS IDENTITY, kind text, definition text, condition text);
CREATE VIEW keys AS SELECT DISTINCT name FROM asked;
INSERT INTO candidates (kind, definition, condition)
    SELECT 'btree, one key', format('(%I)', name), condition FROM asked
    UNION ALL SELECT 'btree, two keys', format('(%I, %I DESC)', a.name, b.name), condition FROM asked a, keys b WHERE a.name <> b.name
    UNION ALL SELECT 'btree, three keys', format('(%I, %I, placed)', a.name, b.name), condition FROM asked a, keys b
        WHERE a.name IN ('customer', 'status', 'coupon', 'name') AND b.name IN ('status', 'customer', 'total') AND a.name <> b.name
    UNION ALL SELECT 'btree, INCLUDE', format('(%I) INCLUDE (total, status)', name), condition FROM asked WHERE name NOT IN ('total', 'status')
    UNION ALL SELECT 'btree, partial', format('(%I) WHERE %s', name, predicate), condition || ' AND ' || predicate
        FROM asked, (VALUES ($$status = 'done'$$), ('coupon IS NOT NULL'), ('customer < 1000')) AS p(predicate) WHERE position(name IN predicate) = 0
    UNION ALL SELECT 'hash', format('USING hash (%I)', name), condition FROM asked WHERE condition LIKE '% = %'
    UNION ALL SELECT 'brin', format('USING brin (%I) WITH (pages_per_range = %s)', name, n), condition FROM asked, (VALUES (8), (128)) AS p(n) WHERE name IN ('id', 'placed', 'customer', 'total', 'name')
    UNION ALL SELECT 'brin', format('USING brin (%s)', d), 'id BETWEEN 1000 AND 3000' FROM unnest(ARRAY['id, placed', 'id int4_bloom_ops', 'id int4_minmax_multi_ops']) d
    UNION ALL SELECT 'gin', 'USING gin ' || d, c FROM (VALUES ('(tags)', 'tags @> ARRAY[7]'), ('(tags)', 'tags && ARRAY[7, 8, 9]'), ('(doc)', $$doc @> '{"shop": 7}'$$),
        ('(doc jsonb_path_ops)', $$doc @> '{"shop": 7}'$$), ('(doc)', $$doc ? 'x'$$), ('(words)', $$words @@ 'w7'$$), ('(words)', $$words @@ 'w7 & w8'$$), ('(words)', $$words @@ 'w12:*'$$),
        ('(name gin_trgm_ops)', $$name LIKE '%r 777%'$$), ('(token gin_trgm_ops)', $$token LIKE '%abcd%'$$), ('(tags) WHERE status = ''done''', $$tags @> ARRAY[7] AND status = 'done'$$),
        ('(to_tsvector(''simple'', name))', $$to_tsvector('simple', name) @@ '77'$$)) AS _(d, c)
    UNION ALL SELECT 'gist', 'USING gist ' || d, c FROM (VALUES ('(place)', $$place <@ box '((1,1),(20,20))'$$), ('(area)', $$area && box '((1,1),(2,2))'$$), ('(span)', 'span @> 4711::bigint'),
        ('(words)', $$words @@ 'w7'$$), ('(address inet_ops)', $$address << '10.7.0.0/16'$$), ('(name gist_trgm_ops)', $$name LIKE '%r 777%'$$)) AS _(d, c)
    UNION ALL SELECT 'spgist', 'USING spgist ' || d, c FROM (VALUES ('(place)', $$place <@ box '((1,1),(20,20))'$$), ('(place kd_point_ops)', $$place <@ box '((1,1),(20,20))'$$),
        ('(area)', $$area && box '((1,1),(2,2))'$$), ('(span)', 'span @> 4711::bigint'), ('(address)', $$address << '10.7.0.0/16'$$), ('(token)', $$token = 'x'$$), ('(name)', $$name ^@ 'customer 77'$$)) AS _(d, c);

CREATE TABLE measured (n int, source text, bytes float8, cost float8, shape jsonb);
CREATE FUNCTION note(n int, source text, bytes float8, plan jsonb) RETURNS void LANGUAGE sql AS
    $$INSERT INTO measured VALUES (n, source, bytes, (plan #>> '{0,Plan,Total Cost}')::float8, jsonb_path_query_array(plan, 'strict $.**."Node Type"'))$$;
CREATE FUNCTION hypopg_estimate(ddl text, query text, OUT bytes float8, OUT plan json) LANGUAGE plpgsql AS $$
BEGIN
    SELECT hypopg_relation_size(indexrelid) INTO bytes FROM hypopg_create_index(ddl);
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    PERFORM hypopg_reset();
EXCEPTION WHEN others THEN
    PERFORM hypopg_reset();
END $$;
CREATE FUNCTION measure(n int, ddl text, query text, hypopg boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    hypothetical record;
    plan json;
BEGIN
    PERFORM note(n, 'index_advisor', (SELECT size_bytes FROM index_advisor.check_index(ddl)),
        (SELECT string_agg(line, E'\n')::jsonb FROM index_advisor.explain(query, ARRAY[ddl], format => 'json') line));
    IF hypopg THEN
        hypothetical := hypopg_estimate(ddl, query);
        PERFORM note(n, 'HypoPG', hypothetical.bytes, hypothetical.plan::jsonb);
    END IF;
    EXECUTE regexp_replace(ddl, '^CREATE INDEX', 'CREATE INDEX built');
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    PERFORM note(n, 'built', pg_relation_size('built'), plan::jsonb);
    DROP INDEX built;
END $$;
SELECT format('SELECT measure(%s, %L, %L, %L)', n, 'CREATE INDEX ON orders ' || definition, 'SELECT * FROM orders WHERE ' || condition, :'hypopg') FROM candidates ORDER BY n
\o /dev/null
\gexec
\o

CREATE VIEW errors AS
    SELECT e.source, c.kind, c.definition, c.condition, abs(e.bytes / b.bytes - 1) AS size, CASE WHEN b.shape::text LIKE '%Index%' THEN abs(e.cost / b.cost - 1) END AS cost, e.shape = b.shape AS same
    FROM candidates c JOIN measured b ON b.n = c.n AND b.source = 'built' JOIN measured e ON e.n = c.n AND e.source <> 'built';
CREATE FUNCTION percent(share float8) RETURNS text LANGUAGE sql RETURN to_char(100 * share, 'FM99990.0');
\echo Per cent by which an estimate is off: median, 95th percentile, worst. Costs where the index that was built is used.
SELECT source, CASE WHEN grouping(kind) = 1 THEN 'all' ELSE kind END AS kind, count(*) AS n, count(size) AS sizes, count(cost) AS used,
    percent(percentile_cont(0.5) WITHIN GROUP (ORDER BY size)) || ', ' || percent(percentile_cont(0.95) WITHIN GROUP (ORDER BY size)) || ', ' || percent(max(size)) AS size,
    percent(percentile_cont(0.5) WITHIN GROUP (ORDER BY cost)) || ', ' || percent(percentile_cont(0.95) WITHIN GROUP (ORDER BY cost)) || ', ' || percent(max(cost)) AS cost,
    percent(avg(same::int)) AS "same shape"
FROM errors GROUP BY source, ROLLUP (kind) ORDER BY source DESC, grouping(kind), kind;
\echo The worst of index_advisor by size, by cost:
(SELECT definition, condition, percent(size) AS size, percent(cost) AS cost FROM errors WHERE source = 'index_advisor' ORDER BY errors.size DESC NULLS LAST LIMIT 8)
UNION ALL (SELECT definition, condition, percent(size), percent(cost) FROM errors WHERE source = 'index_advisor' ORDER BY errors.cost DESC NULLS LAST LIMIT 8);
