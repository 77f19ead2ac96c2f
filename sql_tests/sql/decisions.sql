-- The decisions that it must get right, on generated data with real statistics.
-- decide() runs statements (":i" stands for a number that differs from run to
-- run, ":s" for a status, ":l" for a letter), asks for advice, builds what was advised and looks whether the planner
-- then uses it for each of them. Refusals show their verdicts instead.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
CREATE SCHEMA shop;
SET search_path = shop, public;

CREATE TABLE customers (id int PRIMARY KEY, email text COLLATE "en-x-icu" NOT NULL, region int NOT NULL, name text);
CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL, customer_id int NOT NULL, status text NOT NULL,
    state5 text NOT NULL, created_at timestamptz NOT NULL, total numeric NOT NULL, active boolean NOT NULL,
    score int NOT NULL, deleted5 timestamptz, deleted95 timestamptz, coupon text, filler text NOT NULL);
CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL, run_at timestamptz NOT NULL, payload text NOT NULL);
CREATE TABLE settings (id int PRIMARY KEY, name text, value text);
CREATE TABLE invoices (id int PRIMARY KEY, order_id int REFERENCES orders (id), amount int);

INSERT INTO customers SELECT i, 'user' || abs(hashint4(i)) || '@example.com', abs(hashint4(i + 7)) % 500, 'n' || i
    FROM generate_series(1, 50000) i;
INSERT INTO orders SELECT i, 1 + abs(hashint4(i)) % 50000, 1 + abs(hashint4(i + 1)) % 50000,
    CASE abs(hashint4(i + 2)) % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'cancelled' ELSE
        (ARRAY['paid', 'shipped', 'delivered'])[1 + abs(hashint4(i + 3)) % 3] END,
    (ARRAY['a', 'b', 'c', 'd', 'e'])[1 + abs(hashint4(i + 4)) % 5],
    timestamptz '2024-01-01 00:00+00' + (abs(hashint4(i + 5)) % 31536000) * interval '1 second',
    (abs(hashint4(i + 6)) % 100000) / 100.0, abs(hashint4(i + 8)) % 100 < 95, abs(hashint4(i + 9)) % 1000,
    CASE WHEN abs(hashint4(i + 10)) % 100 < 5 THEN timestamptz '2024-06-01 00:00+00' END,
    CASE WHEN abs(hashint4(i + 11)) % 100 < 95 THEN timestamptz '2024-06-01 00:00+00' END,
    CASE WHEN i % 1000 = 0 THEN 'SPRING' || abs(hashint4(i)) % 900 END, repeat('x', 60)
    FROM generate_series(1, 1000000) i;
INSERT INTO jobs SELECT i, CASE WHEN i % 1000 = 0 THEN 'ready' ELSE 'done' END,
    timestamptz '2024-01-01 00:00+00' + (abs(hashint4(i)) % 31536000) * interval '1 second', repeat('p', 50)
    FROM generate_series(1, 300000) i;
INSERT INTO settings SELECT i, 'name' || i, 'value' || i FROM generate_series(1, 200) i;
INSERT INTO invoices SELECT i, 1 + abs(hashint4(i)) % 1000000, i FROM generate_series(1, 300000) i;
VACUUM (ANALYZE) customers, orders, jobs, settings, invoices;

-- Does the plan use an index of that name?
CREATE FUNCTION plan_uses(statement text, index_names text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    RETURN EXISTS (SELECT FROM unnest(index_names) n WHERE plan::text LIKE '%"' || n || '"%');
END $$;

CREATE FUNCTION filled_in(statement text, run int) RETURNS text LANGUAGE sql RETURN
    replace(replace(replace(statement, ':i', (1 + run * 137)::text),
        ':s', (ARRAY['cancelled', 'pending', 'paid'])[1 + run % 3]), ':l', (ARRAY['a', 'b', 'c', 'd'])[1 + run % 4]);

CREATE FUNCTION decide(VARIADIC statements text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    statement text;
    advice record;
    names text[] := '{}';
    found boolean := false;
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..6 LOOP
        FOREACH statement IN ARRAY statements LOOP
            EXECUTE filled_in(statement, i);
        END LOOP;
    END LOOP;
    FOR advice IN SELECT r.relation, r.ddl, r.index_name FROM index_advisor.advise() r ORDER BY r.ddl LOOP
        found := true;
        RETURN NEXT regexp_replace(advice.ddl, '^CREATE INDEX (CONCURRENTLY )?\S+ ON shop\.', '');
        EXECUTE replace(advice.ddl, 'CONCURRENTLY ', '');
        names := names || trim(both '"' from advice.index_name);
    END LOOP;
    IF found THEN
        FOREACH statement IN ARRAY statements LOOP
            IF statement !~* '^delete' AND NOT plan_uses(filled_in(statement, 7), names) THEN
                RETURN NEXT 'NOT USED by ' || statement;
            END IF;
        END LOOP;
        FOREACH statement IN ARRAY names LOOP
            EXECUTE format('DROP INDEX shop.%I', statement);
        END LOOP;
    ELSE
        RETURN QUERY SELECT DISTINCT 'refused: ' || s.verdict::text FROM index_advisor.scans s
            WHERE s.relation LIKE 'shop.%';
    END IF;
END $$;

\pset format unaligned
\pset tuples_only on
\echo === the queue of pending orders, newest first
SELECT decide('SELECT * FROM orders WHERE user_id = :i AND status = ''pending'' ORDER BY created_at DESC');
\echo === with LIMIT
SELECT decide('SELECT * FROM orders WHERE user_id = :i AND status = ''pending'' ORDER BY created_at DESC LIMIT 10');
\echo === equality before range
SELECT decide('SELECT id FROM orders WHERE status = '':s'' AND created_at > timestamptz ''2024-12-20 00:00+00'' + :i * interval ''1 second''');
\echo === the more selective first
SELECT decide('SELECT * FROM orders WHERE state5 = '':l'' AND user_id = :i');
\echo === one index for a prefix and its extension
SELECT decide('SELECT * FROM orders WHERE customer_id = :i', 'SELECT * FROM orders WHERE customer_id = :i AND status = '':s''');
\echo === leftmost prefix: one index for A; A,B; A,B,C
SELECT decide('SELECT * FROM orders WHERE user_id = :i AND score = 77 AND state5 = '':l''',
    'SELECT * FROM orders WHERE user_id = :i', 'SELECT * FROM orders WHERE user_id = :i AND score = 77');
\echo === covering, all visible
SELECT decide(VARIADIC array_fill('SELECT total, created_at FROM orders WHERE score = :i'::text, ARRAY[10]));
\echo === twenty rows are fetched as fast from the table
SELECT decide('SELECT total, created_at FROM orders WHERE customer_id = :i');
\echo === expression
SELECT decide('SELECT * FROM customers WHERE lower(email) = ''user'' || :i || ''@example.com''');
\echo === soft delete, 5 % deleted
SELECT decide('SELECT * FROM orders WHERE deleted5 IS NULL AND customer_id = :i');
\echo === soft delete, 95 % deleted
SELECT decide('SELECT * FROM orders WHERE deleted95 IS NULL AND customer_id = :i');
\echo === a value of a mostly NULL column: the few rows that have one
SELECT decide('SELECT * FROM orders WHERE coupon = ''SPRING:i''');
\echo === jobs queue
SELECT decide('SELECT * FROM jobs WHERE state = ''ready'' ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED');
\echo === newest first
SELECT decide('SELECT * FROM orders ORDER BY created_at DESC, id DESC LIMIT 50');
\echo === keyset
SELECT decide('SELECT * FROM orders WHERE (created_at, id) < (timestamptz ''2024-06-01 00:00+00'' + :i * interval ''1 minute'', 5000) ORDER BY created_at DESC, id DESC LIMIT 50');
\echo === mixed directions
SELECT decide('SELECT * FROM orders ORDER BY score DESC, created_at ASC LIMIT 20');
\echo === join
SELECT decide('SELECT o.* FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id = :i');
SELECT decide('SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.name = ''n'' || :i');
\echo === OR: one index each
SELECT decide('SELECT * FROM orders WHERE user_id = :i OR customer_id = :i');
\echo === LIKE prefix
SELECT decide('SELECT * FROM customers WHERE email LIKE ''user1:i23%''');
\echo === three per mille is proposed
SELECT decide('SELECT * FROM orders WHERE score BETWEEN 500 AND 502');
\echo === thirty per cent is not
SELECT decide('SELECT * FROM orders WHERE score BETWEEN 500 AND 800');
\echo === five even states
SELECT decide('SELECT * FROM orders WHERE state5 = '':l''');
\echo === nearly all rows
SELECT decide('SELECT * FROM orders WHERE active');
\echo === small table
SELECT decide('SELECT * FROM settings WHERE name = ''name:i''');
\echo === foreign key check of a DELETE
INSERT INTO orders SELECT 10000000 + 1 + i * 137, 1, 1, 'paid', 'a', now(), 1, true, 1, NULL, NULL, NULL, '' FROM generate_series(1, 7) i;
SELECT decide('DELETE FROM orders WHERE id = 10000000 + :i');
\echo === literal that PostgreSQL resolves well
SELECT decide('SELECT * FROM orders WHERE user_id = '':i''');
\echo === lists of any length are one statement
SELECT decide('SELECT * FROM orders WHERE user_id IN (:i)', 'SELECT * FROM orders WHERE user_id IN (:i, 2)',
    'SELECT * FROM orders WHERE user_id IN (:i, 2, 3, 4, 5)');
SELECT count(*), min(query) FROM index_advisor.statements WHERE query LIKE '%user_id IN%';
\echo === served by an existing index, also as a prefix
CREATE INDEX present ON orders (customer_id, created_at);
SELECT decide('SELECT * FROM orders WHERE customer_id = :i', 'SELECT * FROM orders WHERE customer_id = :i AND total > 10');
DROP INDEX present;
\echo === covering where a fifth of the pages is visible: plain
UPDATE orders SET score = score WHERE id % 10 < 8;
ANALYZE orders;
SELECT decide('SELECT total, created_at FROM orders WHERE customer_id = :i');
DROP SCHEMA shop CASCADE;
