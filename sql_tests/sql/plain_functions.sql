-- Not preloaded: what reads the captured workload says so, everything else works.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;

CREATE FUNCTION plain_code_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION plain_hint_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    words text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS words = PG_EXCEPTION_HINT;
    RETURN words;
END $$;

SELECT code, statement FROM unnest(ARRAY[
    'SELECT * FROM index_advisor.statements',
    'SELECT * FROM index_advisor.scans',
    'SELECT * FROM index_advisor.counters',
    'SELECT index_advisor.advise()',
    'SELECT index_advisor.reset()',
    'SELECT index_advisor.explain(1::bigint)',
    'SELECT * FROM index_advisor.health',
    'SELECT * FROM index_advisor.summary',
    'SELECT * FROM index_advisor.recommendations',
    'SELECT * FROM index_advisor.runs',
    'SELECT * FROM index_advisor.tables',
    'SELECT index_advisor.report()',
    'SELECT index_advisor.script()',
    'SELECT index_advisor.undo_script()',
    'SELECT index_advisor.explain(''SELECT 1'')']) WITH ORDINALITY AS u(statement, n),
    plain_code_of(statement) AS code
ORDER BY n;
SELECT plain_hint_of('SELECT index_advisor.advise()') LIKE '%shared_preload_libraries%advise_for()%' AS says_how;
SELECT name, state FROM index_advisor.health ORDER BY name;

CREATE TABLE plain_t (a int, b int, c text);
INSERT INTO plain_t SELECT g, g % 7, repeat('x', 200) FROM generate_series(1, 50000) AS g;
VACUUM ANALYZE plain_t;

-- Advice on given statements: the index, and then none because it is there.
SELECT action, relation, index_name, ddl, undo, saved_ms_per_hour, queryids, status, run
FROM index_advisor.advise_for(ARRAY['SELECT * FROM plain_t WHERE a = $1']);
SELECT index_statements[1] LIKE 'CREATE INDEX ON public.plain_t USING btree (a)%' AS as_known, errors,
       total_cost_before::text::float8 > total_cost_after::text::float8 AS cheaper
FROM index_advisor.index_advisor('SELECT * FROM plain_t WHERE a = $1');
SELECT size_bytes > 0 AS has_size, cost_before, queryids_helped, reason
FROM index_advisor.check_index('CREATE INDEX ON plain_t (a)');

-- Plans: as things are, with an index that is not there, and without one that is.
SELECT bool_or(plan LIKE '%Seq Scan%') AS seq_scan
FROM index_advisor.explain('SELECT * FROM plain_t WHERE a = $1') AS e(plan);
SELECT bool_or(plan LIKE '%plain_t_a_idx%') AS with_index
FROM index_advisor.explain('SELECT * FROM plain_t WHERE a = $1', ARRAY['CREATE INDEX ON plain_t (a)']) AS e(plan);
CREATE INDEX plain_t_real ON plain_t (a);
SELECT bool_or(plan LIKE '%plain_t_real%') AS uses_it
FROM index_advisor.explain('SELECT * FROM plain_t WHERE a = $1', params => ARRAY['7']) AS e(plan);
SELECT bool_or(plan LIKE '%plain_t_real%') AS uses_it
FROM index_advisor.explain('SELECT * FROM plain_t WHERE a = $1', hide_indexes => ARRAY['plain_t_real']::regclass[])
     AS e(plan);
SELECT "QUERY PLAN" LIKE '[%' AS json
FROM index_advisor.explain('SELECT 1', format => 'JSON') LIMIT 1;
SELECT count(*) AS advised FROM index_advisor.advise_for(ARRAY['SELECT * FROM plain_t WHERE a = $1']);

-- What makes two definitions the same index.
SELECT index_advisor.same_index(ddl, definition) AS same, ddl, definition FROM (VALUES
    ('CREATE INDEX x ON s.t USING btree (a, b DESC)', '(a, b DESC NULLS FIRST)'),
    ('CREATE INDEX x ON s.t USING btree (a, b DESC)', '(a, b)'),
    ('CREATE INDEX x ON s.t USING btree (a, b)', '(b, a)'),
    ('CREATE UNIQUE INDEX x ON ONLY s.t USING btree (a)', '(a)'),
    ('CREATE INDEX x ON t USING hash (a)', '(a)'),
    ('CREATE INDEX x ON t USING btree (a) INCLUDE (b, c)', '(a) INCLUDE (c, b)'),
    ('CREATE INDEX x ON t USING btree (a) INCLUDE (b, c)', '(a) INCLUDE (b)'),
    ('CREATE INDEX x ON t USING btree (a text_pattern_ops)', '(a pg_catalog.text_pattern_ops)'),
    ('CREATE INDEX x ON t USING btree (a text_pattern_ops)', '(a)'),
    ('CREATE INDEX x ON t USING btree (lower(a))', '((lower(a)))'),
    ('CREATE INDEX x ON t USING btree (s.f(a))', '(f(a))'),
    ('CREATE INDEX x ON t USING btree (a) WHERE ((b IS NULL) AND (c = ''x''::text))',
     '(a) WHERE c = ''x''::text AND b IS NULL'),
    ('CREATE INDEX x ON t USING btree (a) WHERE (c = ''x''::text)', '(a) WHERE c = ''y''::text'),
    ('CREATE INDEX x ON t USING btree (a) WHERE (c = ''x''::text)', '(a)'),
    ('CREATE INDEX x ON t USING btree (a) WITH (fillfactor=''70'')', 'CREATE INDEX ON t (a)')) AS v(ddl, definition);

DROP TABLE plain_t;
DROP FUNCTION plain_code_of(text), plain_hint_of(text);
