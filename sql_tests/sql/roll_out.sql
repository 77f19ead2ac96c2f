-- Advice is executable as printed, whatever the names; what was built is known under any name.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SELECT index_advisor.reset() >= 0 AS reset;
CREATE SCHEMA "Größe & Maß";
CREATE TABLE "Größe & Maß"."Bestellungen""neu" ("Id" int, "Kunde ""A""" int, "größe" text, "select" int, rest text);
INSERT INTO "Größe & Maß"."Bestellungen""neu" SELECT i, i % 1000, 'g' || i, i % 500, repeat('r', 60) FROM generate_series(1, 50000) i;
CREATE TABLE measures (id int, day date, sensor int, value float8) PARTITION BY RANGE (day);
CREATE TABLE measures_1 PARTITION OF measures FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE measures_2 PARTITION OF measures FOR VALUES FROM ('2024-07-01') TO ('2025-01-01') PARTITION BY LIST (sensor);
CREATE TABLE measures_2a PARTITION OF measures_2 DEFAULT;
INSERT INTO measures SELECT i, date '2024-01-01' + i % 360, i % 1000, i FROM generate_series(1, 60000) i;
VACUUM (ANALYZE) "Größe & Maß"."Bestellungen""neu";
ANALYZE measures;
DO $$ BEGIN
    FOR i IN 1..3 LOOP
        EXECUTE format('SELECT "Id" FROM "Größe & Maß"."Bestellungen""neu" WHERE "Kunde ""A""" = %s ORDER BY "größe" DESC', i);
        EXECUTE format('SELECT * FROM "Größe & Maß"."Bestellungen""neu" WHERE lower("größe") = %L', 'g' || i);
        EXECUTE format('SELECT * FROM measures WHERE sensor = %s', i);
    END LOOP;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT ddl FROM index_advisor.advise() ORDER BY ddl;
SELECT status, count(*) FROM index_advisor.recommendations GROUP BY 1;
\echo the steps, run as they are printed
SELECT statement FROM index_advisor.script() WHERE statement ~ 'Bestell' ORDER BY statement \gexec
SELECT statement FROM index_advisor.script() WHERE statement ~ 'measures' ORDER BY step \gexec
SELECT statement FROM index_advisor.script();
\echo all there and valid
SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid
    WHERE indrelid::regclass::text ~ 'Bestell|measures' ORDER BY 1;
\echo applied, and gone from summary
SELECT status, count(*) FROM index_advisor.recommendations GROUP BY 1;
SELECT count(*) FROM index_advisor.summary;
\echo under another name, too
ALTER INDEX "Größe & Maß"."Bestellungen""neu_Kunde ""A""_größe_idx" RENAME TO other;
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = '"Größe & Maß"."Bestellungen""neu"'::regclass ORDER BY 1;
SELECT status, count(*) FROM index_advisor.recommendations GROUP BY 1;
\echo undone
SELECT statement FROM index_advisor.undo_script() ORDER BY statement \gexec
SELECT status, count(*) FROM index_advisor.recommendations GROUP BY 1;
\echo a leftover of CREATE INDEX CONCURRENTLY is advice of its own
CREATE TABLE doubles (id int);
INSERT INTO doubles VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY doubles_id ON doubles (id);
SELECT action, ddl FROM index_advisor.advise() WHERE action <> 'create';
SELECT statement FROM index_advisor.script() WHERE statement ~ 'doubles';
\echo dismissed
SELECT index_advisor.dismiss(id, 'monthly') FROM index_advisor.summary WHERE target ~ 'doubles';
SELECT status, count(*) FROM index_advisor.recommendations WHERE relation ~ 'doubles' GROUP BY 1;
DROP TABLE doubles, measures;
\echo the table is gone: stale
SELECT status FROM index_advisor.recommendations WHERE relation ~ 'measures';
DROP SCHEMA "Größe & Maß" CASCADE;
