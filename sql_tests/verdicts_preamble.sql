-- What the tests of verdicts begin with. judge() runs a statement three times, asks for advice, and says what became of
-- its scans of one relation, judged() the same of what ran already: the verdict, and the next step where it does not
-- hold what it must say. Each check has to run.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SET max_parallel_workers_per_gather = 0;
SET index_advisor.write_weight = 0;
CREATE SCHEMA verdicts;
SET search_path = verdicts, public;
CREATE FUNCTION judged(relation text, says text, budget text DEFAULT NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    scan record;
    part text;
BEGIN
    PERFORM pg_stat_force_next_flush();
    PERFORM index_advisor.advise(budget);
    FOR scan IN SELECT DISTINCT s.verdict, s.next_step, s.check_sql, s.queryid FROM index_advisor.scans s
        WHERE s.relation = judged.relation ORDER BY s.verdict
    LOOP
        FOREACH part IN ARRAY string_to_array(trim(scan.check_sql, ';'), '; ') LOOP
            EXECUTE part;
        END LOOP;
        RETURN NEXT scan.verdict || CASE WHEN position(says IN scan.next_step) > 0 THEN '' ELSE ' SAYS ' || scan.next_step END;
    END LOOP;
END $$;
CREATE FUNCTION judge(statement text, says text DEFAULT '', relation text DEFAULT 'verdicts.parcels', budget text DEFAULT NULL)
RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_advisor.reset();
    FOR i IN 1..3 LOOP
        EXECUTE statement;
    END LOOP;
    RETURN QUERY SELECT judged(relation, says, budget);
END $$;
\pset format unaligned
\pset tuples_only on
