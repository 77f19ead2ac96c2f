-- Decisions between indexes that all would do: what to carry along, what a constant is worth, what is dismissed.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.budget = '200%';
CREATE SCHEMA fine;
SET search_path = fine, public;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL, total int NOT NULL,
    created_at timestamptz NOT NULL, note text NOT NULL);
CREATE TABLE members (team_id int NOT NULL, person_id int NOT NULL, left_at timestamptz, place point NOT NULL);
CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL, run_at timestamptz NOT NULL, payload text NOT NULL);
INSERT INTO orders SELECT i, abs(hashint4(i)) % 5000, (ARRAY['paid', 'shipped', 'new'])[1 + abs(hashint4(i + 1)) % 3],
    abs(hashint4(i + 2)) % 100000, timestamptz '2024-01-01 00:00+00' + (abs(hashint4(i + 3)) % 31536000) * interval '1 second',
    repeat('n', 100) FROM generate_series(1, 200000) i;
INSERT INTO jobs SELECT i, CASE WHEN i % 1000 = 0 THEN 'ready' ELSE 'done' END,
    timestamptz '2024-01-01 00:00+00' + (abs(hashint4(i)) % 31536000) * interval '1 second', repeat('p', 50)
    FROM generate_series(1, 100000) i;
INSERT INTO members SELECT abs(hashint4(i)) % 5000, i, NULL, point(i % 500, i / 500) FROM generate_series(1, 200000) i;
VACUUM (ANALYZE) orders, jobs, members;

-- Runs a statement so many times, then what is advised.
CREATE FUNCTION advised(times int, VARIADIC statements text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..times LOOP
        FOR s IN 1..cardinality(statements) LOOP
            EXECUTE replace(statements[s], ':i', (i * 7)::text);
        END LOOP;
    END LOOP;
    RETURN QUERY SELECT regexp_replace(a.relation, '^fine\.', '') || ' ' || a.definition FROM index_advisor.advise() AS a
        WHERE a.relation LIKE 'fine.%' ORDER BY 1;
END $$;

\set forget 'DROP EXTENSION index_advisor; CREATE EXTENSION index_advisor; SELECT index_advisor.reset() >= 0;'
\pset tuples_only on
\echo === a constant seen twice is chance, seen six times it is a rule
:forget
SELECT advised(2, 'SELECT * FROM jobs WHERE state = ''ready'' ORDER BY run_at LIMIT 1');
:forget
SELECT advised(6, 'SELECT * FROM jobs WHERE state = ''ready'' ORDER BY run_at LIMIT 1');
\echo === where there are parameters a literal was meant
:forget
PREPARE next_job (int) AS SELECT * FROM jobs WHERE state = 'ready' AND id > $1 ORDER BY run_at LIMIT 1;
EXECUTE next_job (5);
EXECUTE next_job (6);
SELECT advised(0, VARIADIC '{}');
\echo === all columns of some thousand rows, no LIMIT: carried along
:forget
SELECT advised(6, 'SELECT total, status FROM orders WHERE customer_id BETWEEN 10 AND 90');
\echo === those of forty rows, whose pages were in memory: not
:forget
SELECT advised(6, 'SELECT total, status FROM orders WHERE customer_id = :i');
\echo === all columns of a narrow table for a few rows, a second table: not
:forget
SELECT advised(6, 'SELECT person_id, place FROM members WHERE team_id = :i');
\echo === a column that has no value at all: an index of nothing would be none
:forget
SELECT advised(6, 'SELECT * FROM members WHERE left_at < ''2024-03-01''');
\echo === nor is the distance from one place a key
:forget
SELECT advised(6, 'SELECT * FROM members WHERE place <-> point ''(3,3)'' < 2');
\echo === the scan stops at the LIMIT: not
:forget
SELECT advised(6, 'SELECT total, status FROM orders WHERE customer_id = :i ORDER BY created_at DESC LIMIT 20');
\echo === a column that is updated: not
:forget
SELECT count(*) FROM orders WHERE customer_id = 5;
UPDATE orders SET status = 'paid' WHERE id = 5;
VACUUM orders;
SELECT advised(6, 'SELECT total, status FROM orders WHERE customer_id = :i');
\echo === dismissed: the next best, and when that is dismissed too the verdict says so
:forget
SELECT advised(6, 'SELECT note FROM orders WHERE total = :i AND customer_id < 2500');
SELECT index_advisor.dismiss(id) FROM index_advisor.recommendations WHERE relation = 'fine.orders' AND status = 'open';
SELECT advised(1, 'SELECT note FROM orders WHERE total = :i AND customer_id < 2500');
SELECT index_advisor.dismiss(id) FROM index_advisor.recommendations WHERE relation = 'fine.orders' AND status = 'open';
SELECT advised(1, 'SELECT note FROM orders WHERE total = :i AND customer_id < 2500');
SELECT DISTINCT verdict FROM index_advisor.scans WHERE relation = 'fine.orders';
SELECT index_advisor.undismiss(id) FROM index_advisor.recommendations WHERE status = 'dismissed';
SELECT advised(1, 'SELECT note FROM orders WHERE total = :i AND customer_id < 2500');
\echo === what a policy reads of the session that ran the statement, nobody else has
:forget
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON members USING (team_id = current_setting('fine.team')::int);
DROP ROLE IF EXISTS regress_fine_member;
CREATE ROLE regress_fine_member;
GRANT USAGE ON SCHEMA fine TO regress_fine_member;
GRANT SELECT ON members TO regress_fine_member;
SET fine.team = '77';
SET ROLE regress_fine_member;
SELECT count(*) > 0 FROM members;
RESET ROLE;
RESET fine.team;
SELECT advised(0, VARIADIC '{}');
DROP OWNED BY regress_fine_member;
DROP ROLE regress_fine_member;
\echo === script() as a file: each statement ends by itself
SELECT bool_and(statement ~ '[^;];$') FROM index_advisor.script();
\echo === explain() does not need what a statement read of its session to choose among partitions
:forget
CREATE TABLE shares (id int, tenant text, a int) PARTITION BY LIST (tenant);
CREATE TABLE shares_1 PARTITION OF shares FOR VALUES IN ('tenant1');
CREATE TABLE shares_2 PARTITION OF shares DEFAULT;
INSERT INTO shares SELECT i, 'tenant' || i % 2, i % 700 FROM generate_series(1, 20000) i;
ANALYZE shares;
SET fine.team = 'tenant1';
SELECT count(*) FROM shares WHERE tenant = current_setting('fine.team') AND a = 7;
RESET fine.team;
SELECT count(*) FROM index_advisor.statements s, LATERAL index_advisor.explain(s.queryid) AS line WHERE line ~ 'Scan on shares_';
\echo === and it shows what was read, each setting under its own name
SELECT count(*) FILTER (WHERE line LIKE '%tenant = current_setting($%'), count(*) FILTER (WHERE line ~ '[$]\d{3}')
FROM index_advisor.statements s, LATERAL index_advisor.explain(s.queryid) AS line;
SELECT position('tenant = current_setting(''fine.team''::text)' IN filter) > 0, position('current_setting(''fine.other''::text, true)' IN filter) > 0,
    position('$65536' IN filter) > 0, position('$65537' IN filter) = 0, position('a = 7' IN filter) > 0
FROM (SELECT string_agg(line, E'\n')::jsonb #>> '{0,Plan,Filter}' AS filter FROM index_advisor.explain(
    $$SELECT * FROM shares_1 WHERE tenant = current_setting('fine.team') AND id::text <> current_setting('fine.other', true) AND tenant <> '$65536' AND a = $1$$, params => '{7}',
    format => 'json') AS line) AS explained;
\echo === nor does it for a generic plan
:forget
SET plan_cache_mode = force_generic_plan;
PREPARE shares_of (text) AS SELECT count(*) FROM shares WHERE tenant = $1 AND a = 7;
EXECUTE shares_of ('tenant1');
EXECUTE shares_of ('tenant0');
RESET plan_cache_mode;
SELECT count(*) FROM index_advisor.statements s, LATERAL index_advisor.explain(s.queryid) AS line WHERE line ~ 'Scan on shares_';
\echo === an index that is searched by its second column is read from end to end, though nothing is removed: watched; a search by the first is not
SET max_parallel_workers_per_gather = 0;
CREATE TABLE ledger (account int, booked int, filler text);
INSERT INTO ledger SELECT i, abs(hashint4(i)) % 20000, repeat('x', 300) FROM generate_series(1, 60000) i;
CREATE INDEX ledger_account ON ledger (account, booked);
VACUUM (ANALYZE) ledger;
:forget
SELECT count(*) FROM ledger WHERE booked = 7;
SELECT count(*) FROM ledger WHERE account = 7;
SELECT relation, calls, rows_removed FROM index_advisor.scans;
SELECT definition FROM index_advisor.advise();
\pset tuples_only off
DROP SCHEMA fine CASCADE;
