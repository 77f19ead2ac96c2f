-- CREATE STATISTICS on an expression: the planner's default share against the rows that executions kept.
\getenv folder PG_ABS_SRCDIR
\set preamble :folder '/statistics_preamble.sql'
\set schema expressed
\set actions '%'
\i :preamble

-- A quarter of the events are of one kind; the planner takes one in two hundred for an expression that is equal to something.
CREATE TABLE events (id int, kind varchar(20), code int, visitor int, note text) WITH (autovacuum_enabled = false);
CREATE TABLE visitors (id int PRIMARY KEY, name text) WITH (autovacuum_enabled = false);
INSERT INTO events
    SELECT i, (ARRAY['Click', 'Move', 'Scroll', 'Leave'])[1 + abs(hashint4(i)) % 4], abs(hashint4(i + 3)) % 1000000, abs(hashint4(-i)) % 60000, repeat('x', 60)
    FROM generate_series(1, 60000) AS i;
INSERT INTO visitors SELECT i, 'visitor ' || i FROM generate_series(0, 59999) AS i;
SELECT pg_stat_force_next_flush();
ANALYZE events, visitors;

\pset format unaligned
\pset tuples_only on
\echo === many rows where few are expected: they are looked up one by one
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind) = 'click'$$);
SELECT r.action, r.relation, r.index_name, r.kind, r.definition, r.ddl, r.undo, r.status, r.note,
       r.cost_after < r.cost_before, r.improvement > 0.1, cardinality(r.queryids), jsonb_array_length(r.evidence)
FROM index_advisor.recommendations r;
SELECT regexp_replace(why, 'kept [0-9,]+ rows', 'kept (n) rows'), regexp_replace(rule, '[0-9,]+ rows', '(n) rows') FROM index_advisor.recommendations;
SELECT verdict FROM index_advisor.scans WHERE relation = 'expressed.events';
SELECT target FROM index_advisor.summary;
SELECT step, statement, regexp_replace(note, '^\w+: ', '') FROM index_advisor.script();
\echo dismissed, and back
SELECT index_advisor.dismiss(id, 'not now') FROM index_advisor.recommendations;
SELECT count(*) FROM index_advisor.advise();
SELECT status FROM index_advisor.recommendations;
SELECT index_advisor.undismiss(id) FROM index_advisor.recommendations;
SELECT action, definition FROM index_advisor.advise();
\echo carried out: the cost is the one that was foretold, and nothing is left to propose
CREATE TABLE foretold AS SELECT gain FROM index_advisor.recommendations;
SELECT statement FROM index_advisor.script() \gexec
SELECT (plan_of($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind) = 'click'$$)).cost
       / replace(substring(gain FROM 'at a cost of ([0-9,]+) per call'), ',', '')::float8 BETWEEN 0.9 AND 1.1
FROM foretold;
SELECT status FROM index_advisor.recommendations;
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind) = 'click'$$);
SELECT statement FROM index_advisor.undo_script() \gexec
SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = 'events'::regclass;
\echo === an operator
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 2 = 1$$);
SELECT statement FROM index_advisor.script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'open')) \gexec
SELECT status FROM index_advisor.recommendations WHERE definition LIKE '%code%';
SELECT statement FROM index_advisor.undo_script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'applied')) \gexec
\echo === there already, but not computed; then again
CREATE STATISTICS there ON (code % 2), kind FROM events;
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 2 = 1$$);
DROP STATISTICS there;
SELECT action, definition FROM index_advisor.advise();
\echo === without a sample nothing is known
SET index_advisor.sample_blocks = 0;
SELECT count(*) FROM index_advisor.advise() WHERE action = 'statistics';
RESET index_advisor.sample_blocks;
\echo === few rows, as expected: an index on the expression is what helps, and brings its statistics
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE abs(e.code) = 77$$);
\echo and then it does for other statements as well
SELECT index_advisor.reset() >= 0;
SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind) = 'click';
SELECT action, definition FROM index_advisor.advise();
SELECT count(note) FROM events AS e WHERE lower(e.kind) = 'none';
SELECT count(note) FROM events AS e WHERE lower(e.kind) = 'none';
SELECT action, definition FROM index_advisor.advise();
\echo === COLLATE is part of the expression: of statistics, and of an index, which would serve nobody without
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind COLLATE "POSIX") = 'click'$$);
SELECT (plan_of($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind COLLATE "POSIX") = 'click'$$)).cost AS before \gset
SELECT statement FROM index_advisor.script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'open')) \gexec
SELECT (plan_of($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE lower(e.kind COLLATE "POSIX") = 'click'$$)).cost <> :before;
SELECT status FROM index_advisor.recommendations WHERE definition LIKE '%POSIX%';
SELECT statement FROM index_advisor.undo_script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'applied')) \gexec
SELECT replace(ddl, 'CONCURRENTLY ', '') AS ddl FROM index_advisor.advise_for(ARRAY[$$SELECT note FROM expressed.events WHERE lower(note COLLATE "POSIX") = 'none'$$]) \gset
\echo :ddl
:ddl;
SELECT (plan_of($$SELECT note FROM events WHERE lower(note COLLATE "POSIX") = 'none'$$)).cost < 1000;
DROP INDEX events_lower_note_idx;
\echo === as the server has it, however it is written, and whoever looks
CREATE FUNCTION shape(code int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN code % 2; END';
SET index_advisor.budget = '8kB';
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE shape(e.code) = 1$$);
SELECT statement FROM index_advisor.script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'open')) \gexec
SELECT status FROM index_advisor.recommendations WHERE definition LIKE '%shape%';
SET search_path = public;
SELECT status FROM index_advisor.recommendations WHERE definition LIKE '%shape%';
SET search_path = expressed, public;
SELECT statement FROM index_advisor.undo_script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE status = 'applied')) \gexec
\echo constants are folded
CREATE STATISTICS there ON (code % (1 + 1)) FROM events;
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % (1 + 1) = 1$$);
DROP STATISTICS there;
\echo another expression, were it not for parentheses
CREATE STATISTICS there ON ((code + (visitor * 7)) % 2) FROM events;
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE ((e.code + e.visitor) * 7) % 2 = 1$$);
SELECT status FROM index_advisor.recommendations WHERE definition LIKE '%visitor%';
DROP STATISTICS there;
\echo === a table that is there twice: the estimate is that of the scan that was counted
SELECT advised($$SELECT count(v.name) FROM events AS f, events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 2 = 1 AND f.code % 2 = 1 AND f.id = 5$$);
RESET index_advisor.budget;
\echo === an index on another expression brings no statistics of this one
SELECT index_advisor.reset() >= 0;
SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 2 = 1;
SELECT count(note) FROM events AS e WHERE e.code % 2000000 = 77;
SELECT count(note) FROM events AS e WHERE e.code % 2000000 = 77;
SELECT action, definition FROM index_advisor.advise();
\echo === with a set operation above, which is hashed
SELECT nodes LIKE '%SetOp Hashed%' FROM plan_of($$SELECT v.id FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 2 = 1 EXCEPT ALL SELECT id FROM visitors WHERE id < 50000$$);
SELECT advised($$SELECT v.id FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 2 = 1 EXCEPT ALL SELECT id FROM visitors WHERE id < 50000$$);
\echo === the plan would stay what it is
SELECT advised($$SELECT count(note) FROM events AS e WHERE lower(e.kind) = 'click'$$);
\echo === as many as expected
SELECT advised($$SELECT count(v.name) FROM events AS e JOIN visitors AS v ON v.id = e.visitor WHERE e.code % 200 = 1$$);
DROP SCHEMA expressed CASCADE;
