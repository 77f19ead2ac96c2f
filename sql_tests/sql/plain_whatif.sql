-- Without preload: what does not read the captured workload works from the first call on.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA plain;
SET search_path = plain, public;
CREATE TABLE book (id int PRIMARY KEY, title text, author_id int, price numeric, body text);
INSERT INTO book SELECT i, 'title ' || i, i % 1000, i % 77, repeat('b', 80) FROM generate_series(1, 50000) i;
VACUUM (ANALYZE) book;
\pset format unaligned
\pset tuples_only on
\echo === advise_for
SELECT action, relation, ddl, status, saved_ms_per_hour FROM index_advisor.advise_for(ARRAY['SELECT * FROM book WHERE author_id = $1']);
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT body FROM book WHERE author_id = 7 ORDER BY price DESC LIMIT 3', 'SELECT id FROM book WHERE lower(title) = $1'],
    weights => ARRAY[10, 1]) ORDER BY 1;
\echo === nothing to advise, and why
SET client_min_messages = notice;
SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT * FROM book WHERE id = 5']);
SET client_min_messages = warning;
\echo === as users of the other extension of this name call it
SET search_path = plain, index_advisor, public;
SELECT index_statements, errors, total_cost_before::text::float8 > total_cost_after::text::float8 AS cheaper FROM index_advisor('SELECT body FROM book WHERE author_id = $1');
SELECT index_statements, cardinality(errors) FROM index_advisor('SELECT nonsense FROM nowhere');
\echo === on empty tables, as their documentation shows it
CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE tome (id int PRIMARY KEY, author_id int NOT NULL REFERENCES author (id), title text NOT NULL, meta jsonb);
SELECT index_statements, errors, startup_cost_before, startup_cost_after < total_cost_before, total_cost_after < total_cost_before
    FROM index_advisor('select tome.id from tome where title = $1');
SELECT index_statements, errors FROM index_advisor('select tome.id, tome.title from tome join author on tome.author_id = author.id where author.name = $1');
SET search_path = plain, public;
\echo === explain
CREATE FUNCTION shows(plan_line text, VARIADIC call text[]) RETURNS boolean LANGUAGE sql RETURN
    EXISTS (SELECT FROM index_advisor.explain(call[1], ARRAY[call[2]]) line WHERE line LIKE '%' || plan_line || '%');
SELECT shows('book_author_id_price_idx', 'SELECT body FROM book WHERE author_id = 7 ORDER BY price LIMIT 1', 'CREATE INDEX ON book (author_id, price)');
SELECT shows('my_own', 'SELECT body FROM book WHERE author_id = 7', 'CREATE INDEX my_own ON book (author_id)');
SELECT count(*) > 0 FROM index_advisor.explain('SELECT * FROM book WHERE id = 7', hide_indexes => ARRAY['book_pkey'::regclass]) line WHERE line LIKE '%Seq Scan%';
SELECT count(*) FROM index_advisor.explain('SELECT * FROM book WHERE author_id = $1', ARRAY['CREATE INDEX ON book (author_id)'], params => ARRAY['77'], format => 'json');
\echo === an ordinary plan has no trace of it
EXPLAIN (COSTS OFF) SELECT body FROM book WHERE author_id = 7;
\echo === check_index
SELECT size_bytes BETWEEN 300000 AND 600000, cost_before, queryids_helped, reason FROM index_advisor.check_index('CREATE INDEX ON book (author_id)');
\echo === what reads the workload says that it cannot
SELECT count(*) FROM index_advisor.statements;
SELECT * FROM index_advisor.advise();
SELECT name, state FROM index_advisor.health WHERE name = 'preloaded';
DROP SCHEMA plain CASCADE;
