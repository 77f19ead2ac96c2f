-- What the tests of sizes begin with: by what share the estimate is off from the size of the index once it is built.
\set VERBOSITY terse
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor CASCADE;
CREATE EXTENSION index_advisor;
CREATE SCHEMA sizes;
SET search_path = sizes;
CREATE FUNCTION off_by(definition text, relation text DEFAULT 'entry') RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    estimate float8 := (SELECT size_bytes FROM index_advisor.check_index(format('CREATE INDEX ON %s %s', relation, definition)));
    built float8;
BEGIN
    EXECUTE format('CREATE INDEX built ON %s %s', relation, definition);
    built := (SELECT sum(pg_relation_size(part)) FROM (SELECT 'built'::regclass AS part UNION SELECT relid FROM pg_partition_tree('built')) AS parts);
    DROP INDEX built;
    RETURN abs(estimate / built - 1);
END $$;
