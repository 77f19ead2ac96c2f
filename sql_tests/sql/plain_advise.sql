-- Without preload: what needs no workload works, what needs it says so.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SELECT name, state FROM index_advisor.health WHERE name = 'preloaded';

CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL, filler text NOT NULL);
INSERT INTO orders
    SELECT i, 1 + abs(hashint4(i)) % 5000, (ARRAY['paid', 'shipped'])[1 + i % 2], repeat('x', 60)
    FROM generate_series(1, 100000) AS i;
VACUUM ANALYZE orders;

SELECT action, relation, ddl, saved_ms_per_hour
    FROM index_advisor.advise_for(ARRAY['SELECT * FROM orders WHERE customer_id = $1']);
SELECT index_statements, errors
    FROM index_advisor.index_advisor('SELECT * FROM orders WHERE customer_id = 42');
SELECT cost_after < cost_before AS cheaper FROM index_advisor.advise_for(ARRAY['SELECT * FROM orders WHERE customer_id = 42']);
SELECT count(*) AS mentions
    FROM index_advisor.explain('SELECT * FROM orders WHERE customer_id = 42',
                               ARRAY['CREATE INDEX would_be ON orders (customer_id)']) AS line
    WHERE line LIKE '%would_be%';
SELECT size_bytes BETWEEN 500000 AND 3000000 AS plausible_size
    FROM index_advisor.check_index('CREATE INDEX ON orders (customer_id)');

-- A DELETE makes the server search what refers to its table, of which no plan tells; who may not read that is not told.
CREATE TABLE lines (order_id int REFERENCES orders ON DELETE CASCADE, amount int);
CREATE TABLE notes (order_id int REFERENCES orders, day date, PRIMARY KEY (order_id, day));
INSERT INTO lines SELECT i, i FROM generate_series(1, 100000) AS i;
INSERT INTO notes SELECT i, '2024-01-01' FROM generate_series(1, 100000) AS i;
VACUUM ANALYZE lines, notes;
SELECT relation, definition FROM index_advisor.advise_for(ARRAY['DELETE FROM orders WHERE id = $1']);
CREATE ROLE regress_deletes;
GRANT SELECT, DELETE ON orders TO regress_deletes;
SET ROLE regress_deletes;
SELECT relation, definition FROM index_advisor.advise_for(ARRAY['DELETE FROM orders WHERE id = $1']);
RESET ROLE;
DROP OWNED BY regress_deletes;
DROP ROLE regress_deletes;
DROP TABLE lines, notes;

-- Nothing was built.
SELECT count(*) AS indexes FROM pg_index WHERE indrelid = 'orders'::regclass;

\set VERBOSITY sqlstate
SELECT * FROM index_advisor.advise();
SELECT * FROM index_advisor.statements;
SELECT * FROM index_advisor.scans;
