-- Conditions that no index serves as they are written: each cause has its own verdict, and the rewrite where there is one.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/verdicts_preamble.sql'
\i :preamble
CREATE COLLATION backwards (provider = icu, locale = 'und-u-kf-upper');
CREATE DOMAIN number_of_order AS int;
CREATE TABLE parcels (id int, number number_of_order, owner int, code char(8), name text COLLATE "C", weight int, limit_weight int,
    sent timestamptz, noted timestamp, note text, labels int[], spot point, doc json, half boolean);
INSERT INTO parcels SELECT i, i, i % 5000, 'c' || i % 6000, 'n' || i, i % 1000, (i * 7) % 1000,
    timestamptz '2024-01-01 00:00+00' + i * interval '7 minutes',
    timestamp '2024-01-01 00:00' + i * interval '7 minutes', 'note of parcel ' || i, ARRAY[i % 700, i % 900],
    point(i, i), json_build_object('k', i), i % 2 = 0 FROM generate_series(1, 20000) i;
CREATE TABLE owners (id int, number numeric, name text);
INSERT INTO owners SELECT i, i, 'o' || i FROM generate_series(1, 5000) i;
CREATE TABLE slips (id int PRIMARY KEY, owner int, sent timestamptz, kept boolean, filler text);
INSERT INTO slips SELECT i, i % 4000, timestamptz '2024-01-01 00:00+00' + i * interval '7 minutes', i % 30 > 0, repeat('x', 300)
    FROM generate_series(1, 20000) i;
VACUUM (ANALYZE) parcels, owners, slips;

\echo === implicit_cast: numeric against int, also through a domain, a list and the other way round; text against char(n)
SELECT judge('SELECT * FROM parcels WHERE id = 77.0', 'it is integer, the value numeric). Write id = $::integer.');
SELECT judge('SELECT * FROM parcels WHERE 77.0 = number', 'Write number = $::integer.');
SELECT judge('SELECT * FROM parcels WHERE id IN (77.0, 78.0)', 'Write id = ANY ($::integer[]).');
SELECT judge('SELECT * FROM parcels WHERE id > 19900.0', 'Write id > $::integer.');
SELECT judge('SELECT * FROM parcels WHERE code = text ''c77''', 'Write code = $::bpchar.');
\echo of a join: where few rows of the other side are looked up, and not where all are
SELECT judge('SELECT * FROM parcels p JOIN owners o ON o.number = p.id WHERE o.name = ''o77''', 'Write o.number::integer, or ALTER TABLE verdicts.owners ALTER number TYPE integer');
SELECT judge('SELECT * FROM owners o LEFT JOIN parcels p ON p.id = o.number WHERE o.name = ''o77''', 'Write o.number::integer');
SELECT judge('SELECT * FROM parcels p JOIN owners o ON o.name = p.code WHERE o.id = 77', 'Write ALTER TABLE verdicts.parcels ALTER code TYPE text');
SELECT judge('SELECT * FROM parcels p JOIN owners o ON o.number = p.id');
SELECT judge('SELECT * FROM parcels p JOIN owners o ON o.id = p.owner WHERE o.name = ''o77''');
\echo not where the server compares across types: an index serves
SELECT judge('SELECT * FROM parcels WHERE id = bigint ''77''');
SELECT judge('SELECT * FROM parcels WHERE sent = timestamp ''2024-02-01 00:00''');
\echo a column that has a value for it is no obstacle
SELECT judge('SELECT * FROM parcels WHERE id = 77.0 AND owner = 77');
\echo === collation_mismatch
SELECT judge('SELECT * FROM parcels WHERE name = ''n77'' COLLATE "backwards"', 'backwards');
SELECT judge('SELECT * FROM parcels WHERE name COLLATE "backwards" = ''n77''', 'COLLATE backwards, the column');
SELECT judge('SELECT * FROM parcels WHERE note COLLATE "C" = ''note of parcel 77''', 'COLLATE "C", the column');
SELECT judge('SELECT * FROM parcels WHERE name = ''n77''');
\echo === where a condition could be written otherwise, an index that is read whole does not serve it, nor is it enough that a LIMIT ends the scan
SET enable_seqscan = off;
SELECT judge('SELECT id FROM slips WHERE id = 77.0', 'Write id = $::integer.', 'verdicts.slips');
RESET enable_seqscan;
SELECT judge('SELECT * FROM slips WHERE date(sent) = date ''2024-02-01'' AND kept LIMIT 20', 'Write sent >= $::date', 'verdicts.slips');
SELECT judge('SELECT * FROM slips WHERE date(sent) >= date ''2024-01-02'' AND kept LIMIT 20', '', 'verdicts.slips');
\echo === function_on_column: settings, and values that are not the column
SELECT judge('SELECT * FROM parcels WHERE sent::date = date ''2024-02-01''', 'Write sent >= $::date AND sent < $::date + 1, ');
SELECT judge('SELECT * FROM parcels WHERE date(sent) > date ''2024-04-05''', 'Write sent >= $::date + 1, ');
SELECT judge('SELECT * FROM parcels WHERE date_trunc(''day'', sent) = timestamptz ''2024-02-01 00:00+00''', 'Write sent >= $ AND sent < $ + interval ''1 day'', ');
SELECT judge('SELECT * FROM parcels WHERE to_char(sent, ''YYYY-MM-DD'') = ''2024-02-01''', 'Write sent >= $::date AND sent < $::date + 1, ');
SELECT judge('SELECT * FROM parcels WHERE extract(year FROM sent) = 2023', 'Write sent >= make_date($::integer, 1, 1) AND sent < make_date($::integer + 1, 1, 1), ');
SELECT judge('SELECT * FROM parcels WHERE sent + interval ''1 day'' < timestamptz ''2024-01-02 12:00+00''', 'Write sent < $ - $, ');
SELECT judge('SELECT * FROM parcels WHERE now() - sent > interval ''100 years''', 'Write sent < now() - $, ');
SELECT judge('SELECT * FROM parcels WHERE to_char(sent, ''DD'') = ''32''', 'compare the bare column');
SELECT judge('SELECT * FROM parcels WHERE note || ''a long constant'' = ''x''', 'bring the value to the other side');
\echo an immutable expression is a key
SELECT judge('SELECT * FROM parcels WHERE noted::date = date ''2024-02-01''', 'Or write noted >= $::date AND noted < $::date + 1, ');
SELECT judge('SELECT * FROM parcels WHERE lower(note) = ''note of parcel 77''');
\echo === leading_wildcard
SELECT judge('SELECT * FROM parcels WHERE note LIKE ''%77''', 'does not begin with fixed text');
\echo === negation, and what keeps nearly all rows
SELECT judge('SELECT * FROM parcels WHERE note NOT LIKE ''note of parcel 1%''', 'ask for the wanted values');
SELECT judge('SELECT * FROM parcels WHERE weight <> 3', 'reading all of it is the cheapest way');
SELECT judge('SELECT * FROM parcels WHERE weight NOT IN (1, 2, 3) AND name <> ''n77'' AND limit_weight <> 3 LIMIT 1 OFFSET 19900');
\echo === or_condition
SELECT judge('SELECT * FROM parcels WHERE id = 77 OR note LIKE ''%parcel 78''', 'one arm');
\echo === volatile_function
SELECT judge('SELECT * FROM parcels WHERE id = floor(random() * 100)::int', 'volatile');
\echo === no_operator_class
SELECT judge('SELECT * FROM parcels WHERE doc IS NULL', 'no operator class');
\echo === too_wide_key: of one row in fifty; the average tells nothing
ALTER TABLE parcels ADD body text;
UPDATE parcels SET body = CASE WHEN id % 50 = 0 THEN (SELECT string_agg(md5((id * 1000 + g)::text), '') FROM generate_series(1, 150) g) ELSE 'b' || id END;
VACUUM FULL ANALYZE parcels;
SELECT judge('SELECT * FROM parcels WHERE body LIKE ''b777%''', 'left(body, 100) text_pattern_ops');
SELECT judge('SELECT * FROM parcels ORDER BY body LIMIT 10', 'body is too wide a key');
SELECT judge('SELECT * FROM parcels WHERE owner = 77 AND body > ''b''');
\echo hash takes it
SELECT judge('SELECT * FROM parcels WHERE body = ''b77''', 'using hash (body)');
SELECT widest > 2704 FROM (SELECT max(pg_column_size(body)) AS widest FROM parcels) AS _;
\echo of a part of a value, for gin; and where the parts are digests
ALTER TABLE parcels ADD words text[];
UPDATE parcels SET words = ARRAY['w' || id, CASE WHEN id % 50 = 0 THEN body ELSE 'v' END];
VACUUM FULL ANALYZE parcels;
SELECT judge('SELECT * FROM parcels WHERE words @> ARRAY[''w77'']', 'using gin (words) might serve, but cannot be built: a part of a row''s value');
UPDATE parcels SET words = ARRAY[md5(words[1]), md5(words[2])];
VACUUM FULL ANALYZE parcels;
SELECT judge('SELECT * FROM parcels WHERE words @> ARRAY[md5(''w77'')]', 'using gin (words)');
\echo === array_member
SELECT judge('SELECT * FROM parcels WHERE 77 = ANY (labels)', 'Write labels @> ARRAY[$], for which a GIN index');
\echo === is_not_distinct
SELECT judge('SELECT * FROM parcels WHERE owner IS NOT DISTINCT FROM 77', 'IS NULL else');
\echo === same_row
SELECT judge('SELECT * FROM parcels WHERE weight <> limit_weight AND weight <> limit_weight + 1000', 'partial index');
\echo few rows meet it: that partial index
SELECT judge('SELECT * FROM parcels WHERE weight = limit_weight AND weight > limit_weight - 1');
\echo === subquery_per_row
SELECT judge('SELECT * FROM parcels p WHERE (SELECT max(o.id) FROM owners o WHERE o.id < 3 AND o.id < p.owner) + p.weight < 0', 'each row');
\echo === system_column
SELECT judge('SELECT * FROM parcels WHERE xmin::text = ''1''', 'system column');
\echo === not_a_comparison
SELECT judge('SELECT * FROM parcels WHERE half IS UNKNOWN', 'column, operator, value');
DROP SCHEMA verdicts CASCADE;
