-- What a condition asks for that is no search of a column: a partial index, a rewrite, or nothing. Decisions alone.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE EXTENSION citext;
CREATE SCHEMA kind;
SET search_path = kind, public;
CREATE TABLE tickets (id int PRIMARY KEY, tenant int, state text, code int, flags int, due_on date, paid_on date, stock int,
    level int, lat float8, lon float8, first_ip int, last_ip int, address citext, title text, filler text);
INSERT INTO tickets SELECT i, abs(hashint4(i)) % 5000,
    CASE WHEN i % 100 = 0 THEN 'open' WHEN i % 101 = 0 THEN 'waiting' ELSE 'done' END,
    CASE WHEN i % 200 = 0 THEN 500 + i % 3 ELSE 200 + i % 5 END, CASE WHEN i % 500 = 0 THEN 4 ELSE i % 4 END,
    date '2020-01-01' + abs(hashint4(i + 1)) % 1500, date '2020-01-01' + abs(hashint4(i + 4)) % 1500,
    CASE WHEN i % 300 = 0 THEN 0 ELSE 10 + i % 1000 END, 2 + i % 3,
    abs(hashint4(i + 2)) % 180000 / 1000.0, abs(hashint4(i + 3)) % 360000 / 1000.0, i * 10, i * 10 + 9,
    'user' || i || '@example.com', 'title ' || i, repeat('x', 40)
    FROM generate_series(1, 100000) i;
CREATE INDEX tickets_due_on ON tickets (due_on);
CREATE INDEX tickets_tenant ON tickets (tenant);
CREATE INDEX tickets_address ON tickets (address);
CREATE INDEX tickets_ips ON tickets (first_ip, last_ip);
CREATE TABLE tenants (id int PRIMARY KEY, name text);
INSERT INTO tenants SELECT i, 'tenant ' || i FROM generate_series(0, 4999) i;
VACUUM (ANALYZE) tickets, tenants;

CREATE FUNCTION decide(VARIADIC statements text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT regexp_replace(ddl, '^.* ON kind\.', '') FROM index_advisor.advise_for(statements) ORDER BY 1 $$;

\pset format unaligned
\pset tuples_only on
\echo partial: what is not excluded, few rows
SELECT decide('SELECT id, title FROM tickets WHERE state <> ''done'' ORDER BY title LIMIT 20');
SELECT decide('SELECT id, title FROM tickets WHERE state NOT IN (''done'', ''waiting'') ORDER BY title LIMIT 20');
\echo what excludes hardly anything is no reason, nor what the table does not hold, nor a parameter
SELECT decide('SELECT * FROM tickets WHERE state <> ''open''');
SELECT decide('SELECT id, title FROM tickets WHERE state <> ''secret'' AND state <> ''waiting''');
SELECT decide('SELECT id, title FROM tickets WHERE state <> $1');
\echo partial: a range of an enumeration
SELECT decide('SELECT id, title FROM tickets WHERE code >= 500 ORDER BY title LIMIT 20');
\echo of a column of many values no constant gets into DDL
SELECT decide('SELECT id, title FROM tickets WHERE stock < 1 ORDER BY title LIMIT 20') LIKE '%WHERE%' AS partial;
\echo partial: two columns of a row
SELECT decide('SELECT id, stock FROM tickets WHERE stock < level ORDER BY id');
SELECT decide('SELECT id, stock FROM tickets WHERE stock > level ORDER BY id');
\echo partial: a bit
SELECT decide('SELECT id, title FROM tickets WHERE flags & 4 <> 0 AND paid_on > ''2023-06-01''');
\echo an index on the column is there: the rewrite is free
SELECT decide('SELECT id FROM tickets WHERE due_on + 14 < ''2020-01-20''');
\echo it is not: the expression
SELECT decide('SELECT id FROM tickets WHERE paid_on + 14 < ''2020-01-20''');
\echo the column is compared as another type than its own
SELECT decide('SELECT id FROM tickets WHERE address = text ''user7@example.com''');
\echo an OR over two tables
SELECT decide('SELECT k.id, k.title FROM tickets k JOIN tenants t ON t.id = k.tenant WHERE k.id = 7 OR t.name = ''tenant 7''');
\echo two ranges, of which each keeps little; and two of which each keeps half, of an index that is there
SELECT regexp_replace(decide('SELECT id FROM tickets WHERE lat BETWEEN 10 AND 12 AND lon BETWEEN 20 AND 24'), ' INCLUDE.*', '') IN ('tickets (lat, lon)', 'tickets (lon, lat)');
SELECT decide('SELECT title FROM tickets WHERE first_ip <= 600000 AND last_ip >= 600000');
\echo fourteen rows are found by an index already
SELECT decide('SELECT count(*), max(title) FROM tickets WHERE tenant = 22 AND state = ''done''');
DROP SCHEMA kind CASCADE;
DROP EXTENSION citext;
