-- Candidates for any database: from the columns that the plans of its statements compare, join, sort and group by.
-- Variables: most, how many of a kind.
SET client_min_messages = warning;
SET search_path = fidelity, public;

CREATE TABLE plan (name text, node jsonb);
CREATE FUNCTION keep_plan(name text, query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (VERBOSE, FORMAT json) ' || query INTO plan;
    INSERT INTO plan SELECT name, jsonb_path_query(plan::jsonb, 'strict $.** ? (exists (@."Node Type"))');
EXCEPTION WHEN others THEN
    RAISE WARNING 'statement % is left out: %', name, SQLERRM;
END $$;
SELECT count(keep_plan(name, query)) AS n FROM statement \gset

-- Scans of tables that are worth an index, with the alias by which plans name their columns; of a partition, its root's.
CREATE VIEW scan AS
    SELECT name, quote_ident(node ->> 'Alias') AS alias, coalesce(top.oid, c.oid) AS relid, node ->> 'Filter' AS filter
    FROM plan JOIN pg_class AS c ON c.oid = format('%I.%I', node ->> 'Schema', node ->> 'Relation Name')::regclass
        LEFT JOIN LATERAL (SELECT relid AS oid FROM pg_partition_ancestors(c.oid) WHERE c.relispartition ORDER BY relid::oid <> c.oid, relid LIMIT 1) AS top ON true
    WHERE node ? 'Relation Name' AND c.reltuples >= 1000 AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p') AND node ->> 'Schema' NOT IN ('pg_catalog', 'fidelity');
CREATE TABLE condition AS
    SELECT name, string_agg(value #>> '{}', ' ') AS text FROM plan, jsonb_each(node) WHERE key ~ '(Cond|Filter|Key)$' GROUP BY name;
CREATE TABLE used AS
    SELECT DISTINCT name, relid, quote_ident(attname) AS key, atttypid AS type
    FROM scan JOIN condition USING (name) JOIN pg_attribute ON attrelid = relid AND attnum > 0 AND NOT attisdropped
    WHERE text ~ format('\m%s\.%s\M', alias, quote_ident(attname));

CREATE TABLE proposal (kind text, relid oid, method text DEFAULT 'btree', first_key text, keys text, suffix text DEFAULT '', predicate text);
INSERT INTO proposal (kind, relid, first_key, keys)
    SELECT 'btree, one key', relid, key, key FROM used
    UNION SELECT 'btree, two keys', relid, a.key, format('%s, %s', a.key, b.key) FROM used a JOIN used b USING (name, relid) WHERE a.key <> b.key
    UNION SELECT 'btree, three keys', relid, a.key, format('%s, %s, %s', a.key, b.key, c.key)
        FROM used a JOIN used b USING (name, relid) JOIN used c USING (name, relid) WHERE a.key NOT IN (b.key, c.key) AND b.key <> c.key;
INSERT INTO proposal (kind, relid, first_key, keys, suffix)
    SELECT DISTINCT 'btree, INCLUDE', relid, a.key, a.key, format('INCLUDE (%s)', b.key) FROM used a JOIN used b USING (name, relid) WHERE a.key <> b.key;
INSERT INTO proposal (kind, relid, first_key, keys, predicate)
    SELECT DISTINCT 'btree, partial', relid, key, key, replace(filter, alias || '.', '') FROM scan JOIN used USING (name, relid)
    WHERE filter !~ '\$|SubPlan|now\(\)|CURRENT_' AND length(filter) < 200;
-- Operator classes that a method takes a type with unless told otherwise; for an array, those for arrays. Hash indexes of few
-- values take their build the square of the rows.
INSERT INTO proposal (kind, relid, method, first_key, keys)
    SELECT DISTINCT amname, relid, amname, key, key
    FROM used JOIN pg_type AS t ON t.oid = type JOIN pg_opclass ON opcdefault AND opcintype IN (type, CASE WHEN typelem <> 0 AND typlen = -1 THEN 'anyarray'::regtype END,
        CASE type WHEN 'varchar'::regtype THEN 'text'::regtype END) JOIN pg_am ON pg_am.oid = opcmethod
    WHERE amname IN ('brin', 'gin', 'gist', 'spgist')
        OR amname = 'hash' AND EXISTS (SELECT FROM pg_stats AS s WHERE format('%I.%I', schemaname, tablename)::regclass = relid AND quote_ident(s.attname) = key
            AND NOT n_distinct BETWEEN 0 AND 1000);

-- And what index_advisor makes of each statement by itself: expressions, covering and partial indexes.
CREATE FUNCTION advised(query text) RETURNS SETOF index_advisor.recommendations LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT * FROM index_advisor.advise_for(ARRAY[query], budget => '100GB') AS r WHERE r.action = 'create';
EXCEPTION WHEN others THEN
    RAISE WARNING 'no advice: %', SQLERRM;
END $$;
INSERT INTO proposal (kind, relid, first_key, suffix)
    SELECT DISTINCT ON (r.relid, r.definition) CASE WHEN r.kind LIKE '%expression%' THEN 'btree, expression' ELSE 'btree, advised' END, r.relid, s.name, r.definition
    FROM statement AS s, LATERAL advised(s.query) AS r ORDER BY r.relid, r.definition, s.name;

INSERT INTO candidate (kind, relation, method, keys, suffix, predicate)
    SELECT kind, relid::regclass::text, CASE WHEN keys IS NOT NULL THEN method END, keys, suffix, predicate
    FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY md5(concat(relid::regclass, keys, suffix, predicate))) AS place FROM proposal) AS hashed
    WHERE place <= :most * CASE kind WHEN 'btree, one key' THEN 1 WHEN 'btree, two keys' THEN 1 WHEN 'btree, three keys' THEN 0.5 WHEN 'btree, INCLUDE' THEN 0.5 ELSE 0.3 END
    ORDER BY kind, place;
-- A statement is asked where it may be served: the index begins with what the statement compares.
INSERT INTO question
    SELECT c.id, s.name, s.query
    FROM candidate AS c JOIN proposal AS p ON p.relid = c.relation::regclass AND (p.kind, p.suffix) = (c.kind, c.suffix)
            AND p.keys IS NOT DISTINCT FROM c.keys AND p.predicate IS NOT DISTINCT FROM c.predicate
        JOIN statement AS s ON s.name = p.first_key OR EXISTS (SELECT FROM used WHERE used.name = s.name AND used.relid = p.relid AND used.key = p.first_key);
