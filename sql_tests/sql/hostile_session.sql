-- What somebody leaves in a session for functions of others: a temporary view, and types that were found under his path.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE ROLE regress_mallory IN ROLE pg_read_all_stats;
CREATE ROLE regress_alice;
CREATE SCHEMA trusting;
GRANT USAGE, CREATE ON SCHEMA trusting TO PUBLIC;
CREATE SCHEMA planted AUTHORIZATION regress_mallory;
CREATE SCHEMA waiting AUTHORIZATION regress_mallory;
GRANT USAGE ON SCHEMA planted TO PUBLIC;
SET search_path = trusting;
CREATE TABLE orders (id int, state int, note text) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT i, i % 2000, repeat('x', 50) FROM generate_series(1, 20000) AS i;
CREATE TABLE settings AS SELECT 0 AS least;
GRANT SELECT ON orders, settings TO PUBLIC;
ANALYZE orders, settings;
CREATE DOMAIN number AS int;
CREATE FUNCTION with_table(int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 + (SELECT least FROM settings); END';
CREATE FUNCTION with_type(int) RETURNS int STABLE LANGUAGE plpgsql AS 'DECLARE v number := $1; BEGIN RETURN v; END';
CREATE FUNCTION nested(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT trusting.with_type($1)';
CREATE FUNCTION careful(int) RETURNS int STABLE LANGUAGE plpgsql SET search_path = trusting AS 'DECLARE v number := $1; BEGIN RETURN v; END';
SET ROLE regress_mallory;
-- Counts whom it ran as, if not as its owner; that is not rolled back.
CREATE SEQUENCE planted.sprung;
GRANT ALL ON SEQUENCE planted.sprung TO PUBLIC;
CREATE FUNCTION planted.trap(int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'regress_mallory' THEN
        PERFORM nextval('planted.sprung');
    END IF;
    RETURN true;
END $$;
CREATE DOMAIN planted.number AS int CHECK (planted.trap(value));
CREATE FUNCTION planted.first(int) RETURNS int STABLE LANGUAGE plpgsql SET search_path = planted AS 'BEGIN RETURN trusting.with_type($1); END';
CREATE TABLE planted.bait AS SELECT * FROM trusting.orders;
RESET ROLE;
ANALYZE planted.bait;

CREATE FUNCTION planted.counted(OUT times bigint) LANGUAGE sql AS 'SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM planted.sprung';
CREATE VIEW planted.seen AS
    SELECT s.query, s.unplannable IS NULL AS planned FROM index_advisor.statements s
    WHERE query LIKE 'SELECT%orders%' OR query LIKE 'SELECT%bait%';
GRANT SELECT ON planted.seen TO PUBLIC;
\pset format unaligned
\pset tuples_only on

\echo === a session of somebody else, who has temporary views
SELECT index_advisor.reset() >= 0;
SELECT count(*) FROM orders WHERE state = with_table(7);
SELECT count(*) FROM orders WHERE state = with_table(7);
SET SESSION AUTHORIZATION regress_alice;
SELECT count(*) FROM orders WHERE state = with_table(8) AND id > 0;
SELECT count(*) FROM orders WHERE state = with_table(8) AND id > 0;
-- Of what was seen once the text is parsed again.
SELECT count(*) FROM orders WHERE state = ANY ('{9}'::number[]);
\c - -
SET client_min_messages = warning;
SET SESSION AUTHORIZATION regress_mallory;
CREATE TEMPORARY VIEW settings AS SELECT 0 AS least WHERE planted.trap(1);
CREATE DOMAIN pg_temp.number AS int CHECK (planted.trap(value));
GRANT ALL ON settings TO PUBLIC;
SELECT count(*) >= 0 FROM index_advisor.advise();
SELECT query, planned FROM planted.seen ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT planted.counted();
\c - -
SET client_min_messages = warning;
SET search_path = trusting;

\echo === a session in which he called the function first
SELECT index_advisor.reset() >= 0;
SELECT count(*) FROM orders WHERE state = with_type(7);
SELECT count(*) FROM orders WHERE state = with_type(7);
SELECT count(*) FROM orders WHERE state = nested(8) AND id > 0;
SELECT count(*) FROM orders WHERE state = nested(8) AND id > 0;
SELECT count(*) FROM orders WHERE state = careful(9) AND id > 1;
SELECT count(*) FROM orders WHERE state = careful(9) AND id > 1;
\c - -
SET client_min_messages = warning;
SET SESSION AUTHORIZATION regress_mallory;
SELECT planted.first(1);
SELECT count(*) >= 0 FROM index_advisor.advise();
SELECT query, planned FROM planted.seen ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT planted.counted();

\echo === one of a superuser, in which his statement is planned first
SET search_path = trusting;
SET SESSION AUTHORIZATION regress_mallory;
SELECT count(*) FROM planted.bait WHERE state = planted.first(7) AND id > 0 AND note > 'a';
SELECT count(*) FROM planted.bait WHERE state = planted.first(7) AND id > 0 AND note > 'a';
\c - -
SET client_min_messages = warning;
SELECT count(*) >= 0 FROM index_advisor.advise();
SELECT count(*) >= 0 FROM index_advisor.advise();
SELECT query, planned FROM planted.seen ORDER BY 1;
SELECT planted.counted();

\echo === a function that reads whatever is in a schema
SELECT index_advisor.reset() >= 0;
SET search_path = trusting;
SELECT count(*) FROM orders WHERE id < 50 AND note = schema_to_xml('waiting', false, false, '')::text;
SELECT count(*) FROM orders WHERE id < 50 AND note = schema_to_xml('waiting', false, false, '')::text;
CREATE VIEW waiting.view AS SELECT 1 AS one WHERE planted.trap(1);
ALTER VIEW waiting.view OWNER TO regress_mallory;
SELECT count(*) >= 0 FROM index_advisor.advise();
SELECT query, planned FROM planted.seen ORDER BY 1;
SELECT planted.counted();

DROP SCHEMA trusting, planted, waiting CASCADE;
DROP ROLE regress_mallory, regress_alice;
