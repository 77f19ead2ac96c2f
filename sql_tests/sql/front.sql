-- What several budgets would buy, from one run.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SELECT index_advisor.reset() >= 0 AS empty;

CREATE TABLE front_order AS SELECT i AS id, i % 5000 AS customer, i % 700 AS product, i % 3000 AS shop, repeat('x', 60) AS note
    FROM generate_series(1, 40000) AS i;
VACUUM ANALYZE front_order;
DO $$
BEGIN
    FOR i IN 1 .. 5 LOOP
        PERFORM note FROM front_order WHERE customer = i;
        PERFORM note FROM front_order WHERE product = i AND shop = i;
        PERFORM note FROM front_order WHERE id = i;
    END LOOP;
END $$;

-- The smallest first; more room never leaves more, and no set is below its bound.
CREATE TEMP TABLE point AS SELECT row_number() OVER () AS n, * FROM index_advisor.front('{100MB, 8kB, 700kB, 1500kB}');
SELECT budget, indexes, used_bytes <= budget_bytes AS fits, lower_bound <= load_after * 1.000001 AND gap BETWEEN -0.000001 AND 1 AS bounded,
    load_after < load_before AS gains, load_after < lag(load_after) OVER (ORDER BY n) AS better FROM point ORDER BY n;
SELECT bool_and(lower_bound <= lag) AS bounds_fall FROM (SELECT lower_bound, lag(lower_bound, 1, lower_bound) OVER (ORDER BY n) FROM point) AS _;

-- Each asks only what the smaller ones did not: together they need much less than one by one.
SELECT sum(planner_calls) < 0.6 * (SELECT sum(planner_calls) FROM unnest('{100MB, 8kB, 700kB, 1500kB}'::text[]) AS one, index_advisor.front(ARRAY[one])) AS shared
    FROM point;

-- Nothing is stored, and with the same budget advise() comes to the same.
SELECT count(*) FROM index_advisor.runs;
SELECT count(*) FROM index_advisor.advise('100MB');
SELECT abs(r.load_after / p.load_after - 1) < 0.01 AS same FROM index_advisor.runs AS r, point AS p WHERE p.budget = '100MB';

-- Mistakes.
CREATE FUNCTION front_code_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE ROLE front_reader;
SELECT arguments, front_code_of(format('SELECT index_advisor.front(%s)', arguments)) FROM unnest(ARRAY['NULL', '''{}''', '''{1MB, NULL}''', '''{1MB, some}''',
    '''{-1MB}''', '''{1MB}'', ''0 s''', '''{1MB}'', NULL']) AS arguments;
SET ROLE front_reader;
SELECT index_advisor.front('{1MB}');
RESET ROLE;
DROP ROLE front_reader;
DROP TABLE front_order;
DROP FUNCTION front_code_of;
