-- Candidates on the tables of databases/kinds.sql: each kind of index, on each kind of column.
-- Variables: most, how many of a kind.
SET search_path = fidelity, public;

-- What is asked of a column, so that an index that begins with it serves.
CREATE TABLE asked (name text, condition text);
INSERT INTO asked VALUES ('id', 'id = 4711'), ('id', 'id BETWEEN 1000 AND 3000'), ('customer', 'customer = 77'), ('customer', 'customer IN (7, 8, 9)'),
    ('status', $$status = 'done'$$), ('placed', $$placed BETWEEN '2026-01-02' AND '2026-01-03'$$), ('total', 'total > 999'), ('total', 'total = 10.5'),
    ('name', $$name = 'customer 77'$$), ('token', $$token = 'x'$$), ('token', $$token > 'fff'$$), ('code', $$code < '01000000-0000-0000-0000-000000000000'$$),
    ('coupon', $$coupon = 'coupon 7'$$), ('coupon', 'coupon IS NOT NULL'), ('note', $$note = 'x'$$), ('city', $$city = 'City A7'$$),
    ('city', $$city < 'City B'$$), ('product', 'product = 5'), ('product', 'product > 19900'), ('referrer', 'referrer = 7'), ('due', $$due = '2024-07-01'$$),
    ('due', $$due > '2025-11-01'$$), ('weight', 'weight < 0.001'), ('urgent', 'urgent'), ('shop', 'shop = 3 AND customer = 77'), ('remark', $$remark = 'x'$$), ('letter', $$letter < '01'$$),
    ('tags', 'tags = ARRAY[7, 8, 9]'), ('doc', $$doc = '{}'$$);
CREATE VIEW keys AS SELECT DISTINCT name FROM asked;

CREATE TABLE proposal (kind text, method text DEFAULT 'btree', keys text, suffix text DEFAULT '', predicate text, condition text, relation text DEFAULT 'orders');
INSERT INTO proposal (kind, keys, condition)
    SELECT 'btree, one key', quote_ident(name), condition FROM asked
    UNION ALL SELECT 'btree, two keys', format('%I, %I DESC', a.name, b.name), condition FROM asked a, keys b WHERE a.name <> b.name
    UNION ALL SELECT 'btree, three keys', format('%I, %I, %I', a.name, b.name, c.name), condition FROM asked a, keys b, keys c
        WHERE a.name NOT IN (b.name, c.name) AND b.name <> c.name;
INSERT INTO proposal (kind, keys, suffix, condition)
    SELECT 'btree, INCLUDE', quote_ident(name), format('INCLUDE (%s)', i), condition FROM asked, unnest(ARRAY['total, status', 'name', 'placed, coupon']) i
        WHERE NOT name = ANY (string_to_array(i, ', ')) AND name <> 'urgent';
INSERT INTO proposal (kind, keys, predicate, condition)
    SELECT 'btree, partial', quote_ident(name), predicate, condition || ' AND ' || predicate
    FROM asked, unnest(ARRAY[$$status = 'done'$$, 'coupon IS NOT NULL', 'customer < 1000', 'urgent', $$placed > '2026-01-12'$$, 'product = 0',
        $$status IN ('new', 'sent')$$, 'referrer IS NULL', $$customer < 2000 AND status = 'paid'$$]) predicate
    WHERE position(name IN predicate) = 0;
INSERT INTO proposal (kind, keys, suffix, condition)
    SELECT 'btree, expression', e, s, c FROM (VALUES ('lower(name)', '', $$lower(name) = 'customer 77'$$), ('(doc ->> ''shop'')', '', $$doc ->> 'shop' = '7'$$),
        ('((doc ->> ''ref'')::int)', '', $$(doc ->> 'ref')::int = 77$$), ('((doc ->> ''ref'')::int)', '', $$(doc ->> 'ref')::int < 1000$$),
        ('date_trunc(''day'', placed AT TIME ZONE ''UTC'')', '', $$date_trunc('day', placed AT TIME ZONE 'UTC') = '2026-01-05'$$),
        ('substr(token, 1, 3)', '', $$substr(token, 1, 3) = 'abc'$$), ('(total::int)', '', 'total::int = 500'), ('(customer + product)', '', 'customer + product = 50'),
        ('lower(city)', '', $$lower(city) = 'city a7'$$), ('lower(name), total', '', $$lower(name) = 'customer 77' AND total > 500$$),
        ('status, lower(name)', '', $$status = 'done' AND lower(name) = 'customer 77'$$), ('upper(coupon)', '', $$upper(coupon) = 'COUPON 7'$$),
        ('lower(name)', 'INCLUDE (total)', $$lower(name) = 'customer 77'$$), ('md5(remark)', '', $$md5(remark) = 'x'$$), ('coalesce(referrer, 0)', '', 'coalesce(referrer, 0) = 0'),
        ('abs(product - 500)', '', 'abs(product - 500) < 3'), ('(total > 990)', '', '(total > 990) = true'), ('length(remark)', '', 'length(remark) > 740')) AS _(e, s, c);
INSERT INTO proposal (kind, keys, predicate, condition) VALUES
    ('btree, expression', 'lower(name)', 'urgent', $$lower(name) = 'customer 77' AND urgent$$),
    ('btree, partial expression', 'customer', $$lower(status) = 'done'$$, $$lower(status) = 'done' AND customer = 77$$),
    ('btree, partial expression', 'id', $$doc ->> 'shop' = '7'$$, $$doc ->> 'shop' = '7' AND id < 1000$$),
    ('btree, partial expression', 'placed', 'total * 2 > 1990', 'total * 2 > 1990'),
    ('btree, partial expression', 'total', $$substr(token, 1, 1) = 'a'$$, $$substr(token, 1, 1) = 'a' AND total > 990$$);
INSERT INTO proposal (relation, kind, keys, condition)
    SELECT 'parted', 'btree, partitions', k, c FROM (VALUES ('id', 'id = 4711'), ('customer', 'customer = 77'), ('customer, total', 'customer = 77 AND total > 500'),
        ('status', $$status = 'done'$$), ('placed', $$placed BETWEEN '2026-01-03' AND '2026-01-04'$$), ('status, placed', $$status = 'done' AND placed > '2026-01-12'$$),
        ('total', 'total > 999'), ('customer, status', $$customer IN (7, 8, 9) AND status = 'paid'$$)) AS _(k, c);
INSERT INTO proposal (kind, method, keys, suffix, condition)
    SELECT 'hash', 'hash', quote_ident(name), '', condition FROM asked WHERE condition LIKE '% = %'
    UNION ALL SELECT 'brin', 'brin', quote_ident(name), format('WITH (pages_per_range = %s)', n), condition FROM asked, unnest(ARRAY[8, 32, 128]) n
        WHERE name IN ('id', 'placed', 'customer', 'total', 'name', 'due', 'weight')
    UNION ALL SELECT 'brin', 'brin', d, '', 'id BETWEEN 1000 AND 3000' FROM unnest(ARRAY['id, placed', 'id int4_bloom_ops', 'id int4_minmax_multi_ops']) d
    UNION ALL SELECT 'bloom', 'bloom', d, '', c FROM (VALUES ('id', 'id = 4711'), ('id, name', $$name = 'customer 77'$$)) AS _(d, c);
INSERT INTO proposal (kind, method, keys, predicate, condition)
    SELECT CASE WHEN d LIKE '%)' THEN 'gin, expression' ELSE 'gin' END, 'gin', d, p, c FROM (VALUES ('tags', NULL, 'tags @> ARRAY[7]'), ('tags', NULL, 'tags && ARRAY[7, 8, 9]'), ('doc', NULL, $$doc @> '{"shop": 7}'$$),
        ('doc jsonb_path_ops', NULL, $$doc @> '{"shop": 7}'$$), ('doc', NULL, $$doc ? 'x'$$), ('words', NULL, $$words @@ 'w7'$$), ('words', NULL, $$words @@ 'w7 & w8'$$),
        ('words', NULL, $$words @@ 'w12:*'$$), ('name gin_trgm_ops', NULL, $$name LIKE '%r 777%'$$), ('token gin_trgm_ops', NULL, $$token LIKE '%abcd%'$$),
        ('city gin_trgm_ops', NULL, $$city ILIKE '%a77%'$$), ('coupon gin_trgm_ops', NULL, $$coupon LIKE '%77%'$$),
        ('tags', $$status = 'done'$$, $$tags @> ARRAY[7] AND status = 'done'$$), ('doc', 'urgent', $$doc @> '{"shop": 7}' AND urgent$$), ('tags, doc', NULL, 'tags @> ARRAY[7]'),
        ('to_tsvector(''simple'', name)', NULL, $$to_tsvector('simple', name) @@ '77'$$), ('to_tsvector(''simple'', note)', NULL, $$to_tsvector('simple', note) @@ '77'$$)) AS _(d, p, c)
    UNION ALL SELECT 'gist', 'gist', d, NULL, c FROM (VALUES ('place', $$place <@ box '((1,1),(20,20))'$$), ('area', $$area && box '((1,1),(2,2))'$$),
        ('span', 'span @> 4711::bigint'), ('words', $$words @@ 'w7'$$), ('address inet_ops', $$address << '10.7.0.0/16'$$), ('name gist_trgm_ops', $$name LIKE '%r 777%'$$),
        ('city gist_trgm_ops', $$city ILIKE '%a77%'$$), ('place, span', $$place <@ box '((1,1),(20,20))'$$)) AS _(d, c)
    UNION ALL SELECT 'spgist', 'spgist', d, NULL, c FROM (VALUES ('place', $$place <@ box '((1,1),(20,20))'$$), ('place kd_point_ops', $$place <@ box '((1,1),(20,20))'$$),
        ('area', $$area && box '((1,1),(2,2))'$$), ('span', 'span @> 4711::bigint'), ('address', $$address << '10.7.0.0/16'$$), ('token', $$token = 'x'$$),
        ('name', $$name ^@ 'customer 77'$$), ('city', $$city = 'City A7'$$)) AS _(d, c);

-- Of more than :most of a kind those that a hash chooses.
INSERT INTO candidate (kind, relation, method, keys, suffix, predicate)
    SELECT kind, relation, method, keys, suffix, predicate
    FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY md5(concat(keys, suffix, predicate))) AS place
          FROM (SELECT DISTINCT kind, relation, method, keys, suffix, predicate FROM proposal) AS once) AS hashed
    WHERE place <= :most ORDER BY kind, place;
INSERT INTO question
    SELECT c.id, p.condition, format('SELECT * FROM %s WHERE %s', p.relation, p.condition)
    FROM candidate AS c JOIN proposal AS p ON (p.kind, p.relation, p.method, p.keys, p.suffix) = (c.kind, c.relation, c.method, c.keys, c.suffix)
        AND p.predicate IS NOT DISTINCT FROM c.predicate;
