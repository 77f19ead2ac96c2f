-- What an ordinary role's objects get into: DDL, reports, the search path.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SELECT index_advisor.reset() >= 0 AS reset;
SET index_advisor.write_weight = 0;

CREATE ROLE hostile_role;
CREATE SCHEMA hostile AUTHORIZATION hostile_role;
CREATE TABLE honest (id int, a int, note text);
INSERT INTO honest SELECT i, i % 2000, repeat('x', 50) FROM generate_series(1, 20000) AS i;
ANALYZE honest;
GRANT SELECT ON honest TO hostile_role;

-- A function of an ordinary role gets into no index of somebody else's table, which would run it as that table's owner
-- ever after; into that of its owner's own table it does.
SET ROLE hostile_role;
CREATE FUNCTION hostile.f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE DOMAIN hostile.positive AS int CHECK (hostile.f(value) > 0);
CREATE OPERATOR hostile.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE TABLE hostile.own AS SELECT * FROM public.honest;
ANALYZE hostile.own;
SELECT count(note) FROM honest WHERE hostile.f(a) = 5;
SELECT count(note) FROM honest WHERE hostile.f(a) = 6;
SELECT count(note) FROM honest WHERE (a + 1)::hostile.positive = 5;
SELECT count(note) FROM honest WHERE (a + 1)::hostile.positive = 5;
SELECT count(note) FROM hostile.own WHERE hostile.f(a) = 5;
SELECT count(note) FROM hostile.own WHERE hostile.f(a) = 6;
RESET ROLE;
SELECT relation, definition FROM index_advisor.advise() ORDER BY relation;
SELECT relation, filter, verdict FROM index_advisor.scans WHERE filter LIKE 'f(%' OR filter LIKE 'hostile.f(%' ORDER BY relation;
SELECT index_statements FROM index_advisor.index_advisor('SELECT note FROM honest WHERE hostile.f(a) = 5');
SELECT index_statements FROM index_advisor.index_advisor('SELECT note FROM honest WHERE (a::text::hostile.positive + 0) = 5');
SELECT index_advisor.reset() > 0 AS reset;
DELETE FROM index_advisor.recommendation;

-- Names that want to be more than names: quotes, line breaks, what psql, format() and a shell would read.
CREATE TABLE hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é" (
    id int,
    "a"" int); DROP TABLE honest; --" int,
    "b
  DDL      DROP TABLE honest;" int,
    "é23456789012345678901234567890123456789012345678901234567890ß" int,
    note text);
INSERT INTO hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é"
SELECT i, i % 2000, i % 2001, i % 1999, repeat('x', 50) FROM generate_series(1, 20000) AS i;
ANALYZE hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é";
SELECT count(note) FROM hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é" WHERE "a"" int); DROP TABLE honest; --" = 5;
SELECT count(note) FROM hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é" WHERE "b
  DDL      DROP TABLE honest;" = 5;
SELECT count(note) FROM hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é" WHERE "é23456789012345678901234567890123456789012345678901234567890ß" = 5;
SELECT count(note) FROM hostile."t"";
\! touch /tmp/x
DROP TABLE honest; --%s $1 \gexec 'é" WHERE length(note) < 50 AND abs(id) + id < random();
SELECT count(*) AS proposed FROM index_advisor.advise();
SELECT count(*) AS built FROM index_advisor.recommendations WHERE status = 'applied';
SELECT statement FROM index_advisor.script() ORDER BY statement COLLATE "C" \gexec
SELECT count(*) AS built FROM index_advisor.recommendations WHERE status = 'applied';
SELECT statement FROM index_advisor.undo_script() ORDER BY statement COLLATE "C" \gexec
SELECT count(*) AS left_over FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid WHERE c.relnamespace = 'hostile'::regnamespace;
SELECT count(*) AS honest_rows FROM honest;
-- A line of the report is a line of ours: none begins with what a name says.
SELECT count(*) AS lines FROM index_advisor.report() AS line WHERE line ~ E'[\\n\\r\\t]' AND line !~ '^  DDL|^         ';
SELECT line FROM index_advisor.report() AS line WHERE line ~ '^(  DDL      )?DROP TABLE|^\\!';
SELECT count(c.size_bytes) AS checked
FROM pg_class AS t, pg_attribute AS a, index_advisor.check_index(format('CREATE INDEX ON %s (%I)', t.oid::regclass, attname)) AS c
WHERE t.relname LIKE 't"%' AND t.relkind = 'r' AND attrelid = t.oid AND attnum > 0;

SET client_min_messages = error;
DROP SCHEMA hostile CASCADE;
DROP TABLE honest;
DROP ROLE hostile_role;
