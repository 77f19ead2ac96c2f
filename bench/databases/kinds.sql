-- Tables with a column of each kind that makes an index's size or cost a question of its own; for bench/fidelity.
--
--   psql -v rows=200000 -f kinds.sql DATABASE
\set ON_ERROR_STOP on
\if :{?rows} \else \set rows 200000 \endif
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS bloom;
SELECT setseed(0.5) \gset
SELECT coalesce(max(collname), 'C') AS collation FROM pg_collation WHERE collname = 'und-x-icu' \gset

CREATE TABLE orders AS
    SELECT i AS id, (random() * :rows / 20)::bigint AS customer, (ARRAY['new', 'paid', 'sent', 'done'])[1 + (random() * random() * 4)::int % 4] AS status,
        '2026-01-01'::timestamptz + i * interval '7 seconds' AS placed, round((random() * 1000)::numeric, 2) AS total,
        'customer ' || (random() * :rows / 20)::int AS name, md5(i::text) COLLATE "C" AS token, md5('code' || i)::uuid AS code,
        CASE WHEN random() < 0.03 THEN 'coupon ' || (random() * 100)::int END AS coupon, repeat('wide ', 10) || i AS note,
        ('City ' || chr(65 + (random() * 25)::int) || (random() * random() * 2000)::int) COLLATE :"collation" AS city,
        (:rows / 10 * random() ^ 4)::int AS product, CASE WHEN random() < 0.5 THEN (random() * 1000)::int END AS referrer,
        date '2024-01-01' + (random() * 700)::int AS due, random() AS weight, random() < 0.02 AS urgent, (i % 7)::smallint AS shop,
        -- Wide, and only one of them can be compressed.
        left(repeat(md5(i::text) || md5('x' || i), 12), 50 + (random() * 700)::int) AS remark,
        left((SELECT string_agg(md5(i::text || n), '') FROM generate_series(1, 40) n), 20 + (random() * random() * 1200)::int) AS letter,
        ARRAY[(random() * 50)::int, (random() * random() * 5000)::int, (random() * :rows)::int] AS tags,
        jsonb_build_object('channel', (random() * 5)::int, 'ref', (random() * :rows)::int, 'shop', (random() * 300)::int) AS doc,
        to_tsvector('simple', 'w' || (random() * 200)::int || ' w' || (random() * random() * 5000)::int || ' w' || i) AS words,
        point(random() * 1000, random() * 1000) AS place, box(point(random() * 1000, random() * 1000), point(random() * 1000, random() * 1000)) AS area,
        int8range(i, i + (random() * 100)::int) AS span, ('10.' || (random() * 255)::int || '.' || (random() * 255)::int || '.1')::inet AS address
    FROM generate_series(1, :rows) i;

-- Partitions of different sizes, one of them empty.
CREATE TABLE parted (id int, customer int, status text, placed timestamptz, total numeric) PARTITION BY RANGE (placed);
CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2026-01-02');
CREATE TABLE parted_now PARTITION OF parted FOR VALUES FROM ('2026-01-02') TO ('2026-01-10');
CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('2026-01-10') TO ('2027-01-01');
CREATE TABLE parted_next PARTITION OF parted FOR VALUES FROM ('2027-01-01') TO (MAXVALUE);
INSERT INTO parted SELECT id, customer, status, placed, total FROM orders;
VACUUM (ANALYZE);
