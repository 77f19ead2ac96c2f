-- What bench/selection measures with: sets of indexes, what the planner thinks of them, and what they cost once they are
-- there. Stands on fidelity_measure.sql and fidelity_candidates.sql, which know the statements and their columns.
\set QUIET on
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS selection CASCADE;
CREATE SCHEMA selection;
SET search_path = selection, public;

CREATE TABLE candidate (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, relation text, definition text, first_key text, bytes float8,
    UNIQUE (relation, definition));
-- Which statements may want it: those that compare its first key; without one, those that read its table.
CREATE TABLE relevance (candidate int, name text);
-- The oracle's memory: what a statement costs with these candidates and no others. A row is a planner call.
CREATE TABLE cell (name text, ids int[], cost float8, PRIMARY KEY (name, ids));
-- The same of indexes that were built.
CREATE TABLE truth (ids int[] PRIMARY KEY, cost float8, bytes float8);
CREATE TABLE answer (budget text, method text, ids int[], planner_calls int, seconds float8, gap float8);

CREATE FUNCTION ddl(c candidate) RETURNS text LANGUAGE sql STABLE RETURN format('CREATE INDEX selection_%s ON %s %s', c.id, c.relation, c.definition);

CREATE FUNCTION add_candidate(of_relation text, its_definition text, its_first_key text DEFAULT NULL) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    c candidate;
BEGIN
    SELECT * INTO c FROM candidate WHERE (relation, definition) = (of_relation, its_definition);
    IF NOT FOUND THEN
        INSERT INTO candidate (relation, definition, first_key) VALUES (of_relation, its_definition, its_first_key) RETURNING * INTO c;
        UPDATE candidate SET bytes = (SELECT size_bytes FROM index_advisor.check_index(ddl(c))) WHERE id = c.id;
        INSERT INTO relevance SELECT DISTINCT c.id, name FROM fidelity.used
            WHERE relid = of_relation::regclass AND (key = its_first_key OR its_first_key IS NULL);
    END IF;
    RETURN c.id;
END $$;

CREATE FUNCTION cost_of(statement fidelity.statement, ids int[]) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    wanted int[] := ARRAY(SELECT candidate FROM relevance WHERE name = statement.name AND candidate = ANY (ids) ORDER BY 1);
    known float8 := (SELECT cost FROM cell WHERE (cell.name, cell.ids) = (statement.name, wanted));
BEGIN
    IF known IS NULL THEN
        SELECT string_agg(line, E'\n')::jsonb #>> '{0,Plan,Total Cost}' INTO known
            FROM index_advisor.explain(statement.query, ARRAY(SELECT ddl(c) FROM candidate AS c WHERE id = ANY (wanted)), format => 'json') AS line;
        INSERT INTO cell VALUES (statement.name, wanted, known);
    END IF;
    RETURN known;
END $$;

-- What the candidate saves beside these.
CREATE FUNCTION gain(wanted int, ids int[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum(cost_of(s, ids) - cost_of(s, ids || wanted)) FROM relevance JOIN fidelity.statement AS s USING (name) WHERE candidate = wanted
$$;

-- Always the candidate that saves the most per byte beside what is chosen; what one saved earlier is asked again only when it is first.
CREATE FUNCTION ratio_greedy(pool int[], budget float8) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    ids int[] := '{}';
    room float8 := budget;
    best record;
BEGIN
    CREATE TEMP TABLE greedy_heap ON COMMIT DROP AS SELECT id, bytes, gain(id, '{}') / bytes AS ratio, 0 AS asked FROM candidate WHERE id = ANY (pool);
    LOOP
        SELECT * INTO best FROM greedy_heap WHERE bytes <= room AND ratio > 0 ORDER BY ratio DESC, id LIMIT 1;
        EXIT WHEN NOT FOUND;
        IF best.asked = cardinality(ids) THEN
            ids := ids || best.id;
            room := room - best.bytes;
            DELETE FROM greedy_heap WHERE id = best.id;
        ELSE
            UPDATE greedy_heap SET ratio = gain(id, ids) / bytes, asked = cardinality(ids) WHERE id = best.id;
        END IF;
    END LOOP;
    DROP TABLE greedy_heap;
    RETURN ids;
END $$;

-- The best of all subsets of these that keep the budget, each costed exactly.
CREATE FUNCTION exhaustive(pool int[], budget float8) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    best int;
BEGIN
    CREATE TEMP TABLE subset_bit ON COMMIT DROP AS SELECT id, bytes, 1 << (n::int - 1) AS mask FROM unnest(pool) WITH ORDINALITY AS _(id, n) JOIN candidate USING (id);
    CREATE TEMP TABLE subset_reach ON COMMIT DROP AS SELECT name, coalesce(bit_or(mask), 0) AS mask
        FROM fidelity.statement LEFT JOIN relevance USING (name) LEFT JOIN subset_bit ON id = candidate GROUP BY name;
    CREATE TEMP TABLE subset_cost ON COMMIT DROP AS
        SELECT r.name, m AS mask, cost_of(s, ARRAY(SELECT id FROM subset_bit WHERE subset_bit.mask & m <> 0)) AS cost
        FROM subset_reach AS r JOIN fidelity.statement AS s USING (name), generate_series(0, (1 << cardinality(pool)) - 1) AS m WHERE m & ~r.mask = 0;
    SELECT m INTO best
        FROM generate_series(0, (1 << cardinality(pool)) - 1) AS m, subset_reach AS r JOIN subset_cost USING (name)
        WHERE subset_cost.mask = m & r.mask AND (SELECT coalesce(sum(bytes), 0) FROM subset_bit WHERE subset_bit.mask & m <> 0) <= budget
        GROUP BY m ORDER BY sum(cost), m LIMIT 1;
    pool := ARRAY(SELECT id FROM subset_bit WHERE mask & best <> 0 ORDER BY id);
    DROP TABLE subset_bit, subset_reach, subset_cost;
    RETURN pool;
END $$;

CREATE FUNCTION note_answer(of_budget text, of_method text, question text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
    ids int[];
    calls bigint;
BEGIN
    EXECUTE question INTO ids;
    SELECT count(*) INTO calls FROM cell;
    INSERT INTO answer SELECT of_budget, of_method, ids, calls, extract(epoch FROM clock_timestamp() - began);
END $$;

-- Limits that would come before the budget are out of the way.
CREATE FUNCTION index_advisor(budget float8) RETURNS int[]
SET index_advisor.max_indexes = 100 SET index_advisor.max_indexes_per_table = 100 SET index_advisor.min_improvement = 0
LANGUAGE sql AS $$
    SELECT array_agg(add_candidate(r.relid::regclass::text, r.definition) ORDER BY r.rank)
    FROM index_advisor.advise_for(ARRAY(SELECT query FROM fidelity.statement ORDER BY name), budget => round(budget / 1024) || 'kB', time_limit => '10 min') AS r
    WHERE r.action = 'create'
$$;

-- The set is built, the statements are planned, and it is gone again.
CREATE FUNCTION find_truth(wanted int[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c candidate;
    statement fidelity.statement;
    plan json;
    cost float8 := 0;
BEGIN
    FOR c IN SELECT * FROM candidate WHERE id = ANY (wanted) LOOP
        EXECUTE ddl(c);
    END LOOP;
    PERFORM fidelity.analyze_expressions(indrelid) FROM (SELECT DISTINCT indrelid FROM pg_index JOIN pg_class ON oid = indexrelid
        WHERE relname LIKE 'selection\_%' AND 0 = ANY (indkey)) AS _;
    FOR statement IN SELECT * FROM fidelity.statement LOOP
        EXECUTE 'EXPLAIN (FORMAT json) ' || statement.query INTO plan;
        cost := cost + (plan #>> '{0,Plan,Total Cost}')::float8;
    END LOOP;
    INSERT INTO truth SELECT wanted, cost, coalesce(sum(pg_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'i' AND relname LIKE 'selection\_%';
    FOR c IN SELECT * FROM candidate WHERE id = ANY (wanted) LOOP
        EXECUTE format('DROP INDEX %s', (SELECT indexrelid::regclass FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = 'selection_' || c.id));
    END LOOP;
END $$;
