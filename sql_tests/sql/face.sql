-- The way of a recommendation: captured, advised, carried out, applied, undone; dismissed; replaced; and who sees it.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SELECT index_advisor.reset() >= 0 AS was_reset;
-- Room is not what is tested here.
SET index_advisor.budget = '200%';

CREATE TABLE face_t (id int, a int, b int, filler text);
INSERT INTO face_t SELECT g, g / 10, g % 1000, repeat('x', 200) FROM generate_series(1, 30000) AS g;
CREATE TABLE face_p (id int, k int, filler text) PARTITION BY RANGE (id);
CREATE TABLE face_p1 PARTITION OF face_p FOR VALUES FROM (0) TO (20000) PARTITION BY RANGE (id);
CREATE TABLE "Face P1a" PARTITION OF face_p1 FOR VALUES FROM (0) TO (10000);
CREATE TABLE face_p1b PARTITION OF face_p1 FOR VALUES FROM (10000) TO (20000);
CREATE TABLE face_p2 PARTITION OF face_p FOR VALUES FROM (20000) TO (30001);
INSERT INTO face_p SELECT g, g / 3, repeat('x', 200) FROM generate_series(1, 30000) AS g;
VACUUM ANALYZE face_t, face_p;

CREATE FUNCTION face_run() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR i IN 1..5 LOOP
        FOR r IN SELECT * FROM face_t WHERE a = i LOOP END LOOP;
        FOR r IN SELECT * FROM face_p WHERE k = i LOOP END LOOP;
    END LOOP;
END $$;
SELECT face_run();
SELECT relation, filter, calls, rows_read, rows_removed, verdict, next_step
FROM index_advisor.scans WHERE relation LIKE 'public.face%' ORDER BY relation;

-- Advised, stored, shown.
SELECT relation, action, kind, definition, ddl, undo, status, note FROM index_advisor.advise() ORDER BY relation;
SELECT relation, verdict, s.advice = r.id AS same_id
FROM index_advisor.scans AS s JOIN index_advisor.recommendations AS r USING (relation) ORDER BY relation;
SELECT target, saves IS NOT NULL AS saves, per_call LIKE '% ms -> % ms' AS per_call FROM index_advisor.summary
ORDER BY target;
SELECT state, statements, skipped, stopped_by, nothing_because FROM index_advisor.runs ORDER BY id DESC LIMIT 1;
SELECT avoided_by_relevance + avoided_by_cache + avoided_by_used_set + avoided_by_bounds > 0 AS avoided, bound_kind,
       lower_bound BETWEEN 0 AND load_after AS below, load_after < load_before AS better,
       abs(gap - (load_after - lower_bound) / load_after) < 1e-9 AS gap
FROM index_advisor.runs ORDER BY id DESC LIMIT 1;
SELECT count(*) > 10 AS has_lines, max(length(line)) <= 98 AS fits, bool_or(line LIKE '%  DDL    CREATE INDEX%') AS ddl,
       bool_or(line LIKE '%  Why    %') AS why, bool_or(line LIKE '%  Price  %') AS price
FROM index_advisor.report() AS line;

-- The id is that of the definition by names.
SELECT id = left(md5(relation || ' ' || definition), 8) AS by_names FROM index_advisor.recommendations;

-- Dismissed and back.
SELECT index_advisor.dismiss(id, 'not now', now() + interval '1 day')
FROM index_advisor.recommendations WHERE relation = 'public.face_t';
SELECT relation, status FROM index_advisor.recommendations ORDER BY relation;
SELECT relation FROM index_advisor.advise();
SELECT index_advisor.undismiss(id) FROM index_advisor.recommendations WHERE status = 'dismissed';
SELECT relation FROM index_advisor.advise() ORDER BY relation;

-- Carried out: a leaf has the index already, one statement of the script is run twice.
CREATE INDEX "Mine" ON face_p1b (k);
SELECT regexp_replace(statement, '[0-9a-f]{8}_idx', 'ID_idx', 'g') AS statement, note IS NOT NULL AS note
FROM index_advisor.script((SELECT array_agg(id ORDER BY relation) FROM index_advisor.recommendations)) ORDER BY step;
SELECT array_agg(id ORDER BY relation) AS ids FROM index_advisor.recommendations \gset
SELECT statement FROM index_advisor.script(:'ids', true) WHERE statement LIKE '%ON ONLY%face_p1%' \gexec
SELECT statement FROM index_advisor.script(:'ids', true) ORDER BY step \gexec
SELECT relation, status FROM index_advisor.recommendations ORDER BY relation;
SELECT bool_or(plan LIKE '%Mine%') AS attached FROM index_advisor.explain('SELECT * FROM face_p WHERE k = 5') AS e(plan);
SELECT count(*) AS open FROM index_advisor.summary;

-- Another name, and it is applied still; but nothing of ours to drop.
ALTER INDEX face_t_a_idx RENAME TO "Other name";
SELECT relation, status FROM index_advisor.recommendations ORDER BY relation;
SELECT statement FROM index_advisor.undo_script() ORDER BY step;
SELECT statement FROM index_advisor.undo_script() ORDER BY step \gexec
SELECT count(*) AS to_undo FROM index_advisor.undo_script();
DROP INDEX "Other name";
SELECT relation, status FROM index_advisor.recommendations ORDER BY relation;

-- An invalid leftover is everybody's business, with its own steps; with a valid twin, dropping is enough.
\set VERBOSITY terse
CREATE UNIQUE INDEX CONCURRENTLY face_left ON face_t (b);
\set VERBOSITY default
SELECT action, index_name, ddl, queryids FROM index_advisor.advise() WHERE action <> 'create';
SELECT regexp_replace(statement, ' USING.*', '') AS statement
FROM index_advisor.script((SELECT array_agg(id) FROM index_advisor.recommendations WHERE action = 'reindex'))
ORDER BY step;
CREATE INDEX face_twin_left ON face_t (b, a);
CREATE INDEX face_twin ON face_t (b, a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'face_twin_left'::regclass;
SELECT action, index_name, ddl FROM index_advisor.advise() WHERE action = 'drop';
DROP INDEX face_left, face_twin_left, face_twin;
SELECT action, index_name, status FROM index_advisor.recommendations WHERE action <> 'create' ORDER BY index_name;

-- Published advice stays unless the new is better by more than 2 %: the made-up (a DESC) stays, (b) does not.
UPDATE index_advisor.recommendation SET id = 'feedface', definition = '(a DESC)', rank = 1,
    ddl = 'CREATE INDEX CONCURRENTLY face_made_up ON public.face_t (a DESC)', size_bytes = 1000
WHERE relation = 'public.face_t' AND action = 'create';
SELECT id, definition FROM index_advisor.advise() WHERE relation = 'public.face_t';
SELECT advice, next_step FROM index_advisor.scans WHERE relation = 'public.face_t';
-- Of two that stay, each scan gets the one that begins like what the run would have it served by.
DO $$ DECLARE r record; BEGIN FOR i IN 1..5 LOOP FOR r IN SELECT * FROM face_t WHERE b = i LOOP END LOOP; END LOOP; END $$;
SELECT definition FROM index_advisor.advise() WHERE relation = 'public.face_t' ORDER BY definition;
UPDATE index_advisor.recommendation SET id = 'beefface', definition = '(b DESC)', rank = 0,
    ddl = 'CREATE INDEX CONCURRENTLY face_made_up_too ON public.face_t (b DESC)', size_bytes = 1000
WHERE relation = 'public.face_t' AND definition = '(b)';
UPDATE index_advisor.recommendation SET id = 'feedfac2', definition = '(a DESC)', rank = 1,
    ddl = 'CREATE INDEX CONCURRENTLY face_made_up ON public.face_t (a DESC)', size_bytes = 1000
WHERE relation = 'public.face_t' AND definition = '(a)';
SELECT id, definition FROM index_advisor.advise() WHERE relation = 'public.face_t' ORDER BY id;
SELECT filter, advice, next_step FROM index_advisor.scans WHERE relation = 'public.face_t' ORDER BY filter;
SELECT index_advisor.reset(queryid => (SELECT queryid FROM index_advisor.scans WHERE relation = 'public.face_t' AND filter LIKE 'b%'));
DELETE FROM index_advisor.recommendation WHERE id = 'beefface';
UPDATE index_advisor.recommendation SET id = 'badface1', definition = '(b)',
    ddl = 'CREATE INDEX CONCURRENTLY face_made_up ON public.face_t (b)'
WHERE id = 'feedfac2';
SELECT definition FROM index_advisor.advise() WHERE relation = 'public.face_t';
SELECT id, status FROM index_advisor.recommendations WHERE id = 'badface1';

-- Who sees what: own statements and what rests on them alone, unless in pg_read_all_stats.
CREATE ROLE face_one;
CREATE ROLE face_two;
CREATE ROLE face_stats IN ROLE pg_read_all_stats;
GRANT SELECT ON face_t, face_p TO face_one, face_two;
SELECT index_advisor.reset() > 0 AS was_reset;
SET ROLE face_one;
SELECT count(*) FROM face_t WHERE a = 7;
SELECT count(*) FROM face_t WHERE a = 8;
SET ROLE face_two;
SELECT count(*) FROM face_t WHERE a = 9 AND filler <> 'Secret One';
SELECT count(*) FROM face_t WHERE a = 9 AND filler <> 'Secret Two';
SELECT count(*) FROM face_p WHERE k = 9;
SET ROLE face_stats;
SELECT relation, definition FROM index_advisor.advise() WHERE relation LIKE 'public.face%' ORDER BY relation;
SELECT count(DISTINCT userid) AS users FROM index_advisor.scans WHERE relation LIKE 'public.face%';
SET ROLE face_one;
SELECT relation, filter FROM index_advisor.scans WHERE relation LIKE 'public.face%' ORDER BY relation;
SELECT relation, cardinality(queryids) AS queryids, jsonb_array_length(evidence) AS evidence, why IS NULL AS no_why
FROM index_advisor.recommendations WHERE status = 'open' ORDER BY relation;
SET ROLE face_two;
SELECT relation, cardinality(queryids) AS queryids, jsonb_array_length(evidence) AS evidence, why IS NULL AS no_why
FROM index_advisor.recommendations WHERE status = 'open' ORDER BY relation;
RESET ROLE;

-- No constant anywhere, captured plans included.
SELECT count(*) AS leaks FROM (
    SELECT r::text FROM index_advisor.recommendations AS r UNION ALL
    SELECT s::text FROM index_advisor.scans AS s UNION ALL
    SELECT s::text FROM index_advisor.statements AS s UNION ALL
    SELECT v::text FROM index_advisor.run_verdict AS v UNION ALL
    SELECT plan FROM index_advisor.scans AS s, index_advisor.explain(s.queryid) AS e(plan)
    WHERE s.relation LIKE 'public.face%' UNION ALL
    SELECT index_advisor.report()) AS seen(line)
WHERE line LIKE '%Secret One%' OR line LIKE '%Secret Two%';
SELECT plan FROM (SELECT queryid FROM index_advisor.scans WHERE query LIKE '%filler <>%' LIMIT 1) AS s,
    index_advisor.explain(s.queryid) AS e(plan)
WHERE plan LIKE '--%as%' OR plan LIKE '%Filter%' LIMIT 2;

-- A table that is gone.
DROP TABLE face_t, face_p;
SELECT DISTINCT status FROM index_advisor.recommendations;
SELECT index_advisor.reset() > 0 AS was_reset;
DROP ROLE face_one;
DROP ROLE face_two;
DROP ROLE face_stats;
DROP FUNCTION face_run();
