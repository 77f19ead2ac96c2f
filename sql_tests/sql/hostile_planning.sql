-- What statements may do to advise() while they are planned, and what their failures may tell.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS index_advisor;
SELECT index_advisor.reset() >= 0 AS reset;

CREATE SCHEMA odd;
CREATE TABLE odd.t (id int, o oid, code text, note text);
INSERT INTO odd.t SELECT i, i % 20000, 'c' || i, repeat('x', 50) FROM generate_series(1, 40000) AS i;
ANALYZE odd.t;

-- An oid that is no relation's is a value as any other, captured or given.
SELECT count(note) FROM odd.t WHERE o = '5'::oid;
SELECT count(note) FROM odd.t WHERE o = '6'::oid;
SELECT count(note) FROM odd.t WHERE o = '5'::oid;
SELECT definition FROM index_advisor.advise() WHERE relation = 'odd.t';
SELECT source, unplannable FROM index_advisor.statements WHERE query LIKE '%odd.t%';
SELECT definition FROM index_advisor.advise_for(ARRAY['SELECT note FROM odd.t WHERE o = ''4294967295''::oid']);

-- Why a statement cannot be planned any more is told without its constants.
SELECT count(note) FROM odd.t WHERE code = 'Sesam4711';
SELECT count(note) FROM odd.t WHERE code = 'Sesam4711';
SELECT count(note) FROM odd.t WHERE code = 'Sesam4711';
SET index_advisor.enabled = off;
ALTER TABLE odd.t ALTER code TYPE int USING id;
ANALYZE odd.t;
SELECT count(*) AS advised FROM index_advisor.advise() WHERE definition LIKE '%code%';
SELECT unplannable FROM index_advisor.statements WHERE query LIKE '%code%';
SELECT index_advisor.explain(queryid) FROM index_advisor.statements WHERE query LIKE '%code%';
RESET index_advisor.enabled;

-- A function that planning runs cannot end everybody's advise() by claiming that the user cancelled it.
CREATE FUNCTION odd.cancels(int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('odd.cancel', true) = 'on' THEN
        RAISE EXCEPTION 'cancelled, allegedly' USING ERRCODE = 'query_canceled';
    END IF;
    RETURN $1;
END $$;
SELECT count(note) FROM odd.t WHERE id = odd.cancels(7);
SELECT count(note) FROM odd.t WHERE id = odd.cancels(7);
SELECT count(note) FROM odd.t WHERE id = odd.cancels(7);
SET odd.cancel = 'on';
SELECT definition FROM index_advisor.advise() WHERE relation = 'odd.t' ORDER BY definition;
RESET odd.cancel;

-- What a superuser's function leaves unqualified is found in schemas of superusers alone, where nobody else may create
-- or owns anything.
CREATE SCHEMA helpers;
CREATE FUNCTION helpers.inner_part(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 10000';
SET search_path = helpers, odd;
CREATE FUNCTION helpers.part(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT inner_part($1)';
CREATE ROLE regress_helper;
CREATE FUNCTION pg_temp.advised() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(definition, ', ') FROM index_advisor.advise_for(ARRAY['SELECT note FROM t WHERE helpers.part(id) = 5']));
EXCEPTION WHEN undefined_function THEN
    RETURN 'not found';
END $$;
SELECT pg_temp.advised();
GRANT CREATE ON SCHEMA helpers TO PUBLIC;
SELECT pg_temp.advised();
REVOKE CREATE ON SCHEMA helpers FROM PUBLIC;
GRANT CREATE ON SCHEMA helpers TO regress_helper;
SELECT pg_temp.advised();
CREATE TYPE helpers.left_behind AS ENUM ('a');
ALTER TYPE helpers.left_behind OWNER TO regress_helper;
REVOKE CREATE ON SCHEMA helpers FROM regress_helper;
SELECT pg_temp.advised();
DROP TYPE helpers.left_behind;
SELECT pg_temp.advised();
ALTER SCHEMA helpers OWNER TO regress_helper;
SELECT pg_temp.advised();
-- A schema of superusers with the name that stands for another one in every path.
CREATE FUNCTION odd.part(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT inner_part($1)';
SELECT current_user AS me \gset
ALTER SCHEMA helpers RENAME TO :"me";
CREATE SCHEMA "$user";
SET search_path = "$user", odd;
SELECT index_advisor.advise_for(ARRAY['SELECT note FROM t WHERE odd.part(id) = 5']);
RESET search_path;

SET client_min_messages = error;
DROP SCHEMA odd, :"me", "$user" CASCADE;
DROP ROLE regress_helper;
