-- Sizes of hypothetical b-trees against the same indexes built: composite keys, texts of different lengths, skew, NULL.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/sizes_preamble.sql'
\i :preamble
CREATE FUNCTION mixed(i bigint, k bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$SELECT (i * i % 1000003 * (k * 7919 + 13) + i * 31) % 1000003$$;
CREATE TABLE entry AS
    SELECT i::int AS id, (mixed(i, 1) % 3000)::int AS customer, (mixed(i, 2) % 4)::int AS four,
        lpad(i::text, (8 + mixed(i, 3) % 60)::int, 'x') AS txt, floor(12000 * power(mixed(i, 4) / 1000003.0::float8, 3))::int AS skew,
        (i / 4)::int AS grp, (i % 4)::int AS line, CASE WHEN mixed(i, 5) % 2 = 0 THEN (mixed(i, 6) % 1000)::int END AS half,
        (mixed(i, 7) % 100000) / 100.0 AS price, repeat('filler ', 10) AS filler
    FROM generate_series(0, 59999) i;
SET default_statistics_target = 1000;
VACUUM ANALYZE entry;

SELECT definition, off_by(definition) <= most AS close
FROM (VALUES ('(customer)', 0.05), ('(customer, four)', 0.1), ('(four, customer)', 0.1), ('(grp, line)', 0.02), ('(grp, customer)', 0.02),
    ('(txt)', 0.03), ('(four, txt)', 0.03), ('(customer) INCLUDE (txt)', 0.03), ('(skew)', 0.15), ('(skew, four)', 0.15),
    ('(customer, half)', 0.1), ('(half)', 0.05), ('(price, four)', 0.05), ('(upper(txt), four)', 0.05),
    ('(customer, txt) WHERE half IS NULL', 0.05), ('(customer) WHERE customer < 300', 0.1), ('(half) WHERE half IS NOT NULL', 0.1),
    ('(half) WHERE half IS NULL', 0.1), ('(customer, four) WHERE customer BETWEEN 1000 AND 1500', 0.1)) AS _(definition, most);

\echo === partitions of different sizes
CREATE TABLE parts (LIKE entry) PARTITION BY RANGE (id);
CREATE TABLE parts_small PARTITION OF parts FOR VALUES FROM (MINVALUE) TO (3000);
CREATE TABLE parts_large PARTITION OF parts FOR VALUES FROM (3000) TO (50000);
CREATE TABLE parts_medium PARTITION OF parts FOR VALUES FROM (50000) TO (60000);
CREATE TABLE parts_empty PARTITION OF parts FOR VALUES FROM (60000) TO (MAXVALUE);
INSERT INTO parts SELECT * FROM entry;
VACUUM ANALYZE parts;
SELECT definition, off_by(definition, 'parts') <= most AS close
FROM (VALUES ('(customer)', 0.17), ('(skew)', 0.15), ('(id)', 0.05)) AS _(definition, most);

\echo === WAL and temporary files of a build
CREATE FUNCTION wal_off_by(definition text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    estimate float8 := (SELECT build_wal_bytes FROM index_advisor.check_index('CREATE INDEX ON sizes.entry ' || definition));
    started pg_lsn := pg_current_wal_insert_lsn();
    written float8;
BEGIN
    EXECUTE 'CREATE INDEX built ON sizes.entry ' || definition;
    written := pg_current_wal_insert_lsn() - started;
    DROP INDEX built;
    RETURN abs(estimate / written - 1);
END $$;
SELECT definition, wal_off_by(definition) <= 0.25 AS close FROM unnest(ARRAY['(txt)', '(id)', 'USING hash (id)']) AS definition;
SET maintenance_work_mem = '1MB';
SELECT build_temp_bytes FROM index_advisor.check_index('CREATE INDEX ON sizes.entry (id)');
SET maintenance_work_mem = '64MB';
SELECT build_temp_bytes FROM index_advisor.check_index('CREATE INDEX ON sizes.entry (id)');

\echo === how long a build takes is timed on the sample
SELECT definition, build_seconds > 0 AS known
FROM unnest(ARRAY['(txt)', '(upper(txt), id) WHERE four = 1', 'USING hash (id)', 'USING gin (string_to_array(txt, ''x''))', 'USING brin (id)', 'USING spgist (txt)', 'USING gist (int4range(id, id + 9))', 'USING gist (int4range(id, id + 9)) WHERE id < 0'])
    AS definition, index_advisor.check_index('CREATE INDEX ON sizes.entry ' || definition);
SELECT build_seconds > 0 AS known FROM index_advisor.advise_for(ARRAY['SELECT filler FROM sizes.entry WHERE id = 7']);
CREATE ROLE sizes_reader;
GRANT USAGE ON SCHEMA sizes, index_advisor TO sizes_reader;
GRANT SELECT ON entry TO sizes_reader;
ALTER TABLE entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON entry USING (four = 1);
SET ROLE sizes_reader;
SELECT build_seconds IS NULL AS not_timed, size_bytes > 0 AS sized FROM index_advisor.check_index('CREATE INDEX ON sizes.entry (id)');
RESET ROLE;
ALTER TABLE entry DISABLE ROW LEVEL SECURITY;
DROP OWNED BY sizes_reader;
DROP ROLE sizes_reader;

\echo === counted combinations are believed
CREATE STATISTICS of_group (ndistinct) ON grp, four FROM entry;
UPDATE entry SET four = grp % 4;
VACUUM FULL ANALYZE entry;
SELECT off_by('(grp, four)') <= 0.03;

\echo === keys whose order is not the one that the planner makes of the first column
SELECT definition, reason LIKE '%than predicted%' AS said
FROM unnest(ARRAY['(id, customer)', '(customer, id)', '(four, customer)', '(id)']) AS definition, index_advisor.check_index('CREATE INDEX ON sizes.entry ' || definition);
SET enable_seqscan = off;
SELECT format, count(line) FILTER (WHERE line LIKE '-- entry_id_customer_idx:%than predicted%') AS said, count(line) FILTER (WHERE line LIKE '--%') AS words
FROM unnest(ARRAY['text', 'json', 'yaml']) AS format,
    index_advisor.explain('SELECT filler FROM sizes.entry WHERE id < 3000', ARRAY['CREATE INDEX ON sizes.entry (id, customer)', 'CREATE INDEX ON sizes.entry (grp, customer)'], format => format) AS line
GROUP BY format ORDER BY format;
SELECT count(*) FILTER (WHERE line LIKE '--%') AS words_of_unused FROM index_advisor.explain('SELECT filler FROM sizes.entry WHERE line = 3', ARRAY['CREATE INDEX ON sizes.entry (id, customer)']) AS line;
RESET enable_seqscan;

\echo === without a sample, statistics of single columns
SET index_advisor.sample_blocks = 0;
SELECT off_by('(id)') <= 0.01;
SELECT build_seconds IS NULL AS not_timed FROM index_advisor.check_index('CREATE INDEX ON sizes.entry (id)');
RESET index_advisor.sample_blocks;

\echo === one row too wide
CREATE TABLE wide AS SELECT i AS id, i::text AS txt FROM generate_series(1, 2000) i;
INSERT INTO wide SELECT 0, string_agg(md5(i::text), '') FROM generate_series(1, 200) i;
VACUUM ANALYZE wide;
SELECT size_bytes FROM index_advisor.check_index('CREATE INDEX ON sizes.wide (txt)');
CREATE INDEX ON wide (txt);
SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON sizes.wide (id)');
DROP SCHEMA sizes CASCADE;
