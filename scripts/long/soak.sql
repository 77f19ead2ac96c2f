-- What the soak works on, and what it does there.
CREATE EXTENSION index_advisor;
CREATE TABLE busy AS SELECT i AS id, i % 2000 AS a, i % 500 AS b, 'c' || i % 1000 AS c, jsonb_build_object('k', i % 100) AS doc
FROM generate_series(1, 20000) AS i;
CREATE TABLE counted AS SELECT i AS id, i % 2000 AS a FROM generate_series(1, 20000) AS i;
CREATE TABLE parts (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10000);
CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (10000) TO (20000);
INSERT INTO parts SELECT i, i % 300 FROM generate_series(0, 19999) AS i;
CREATE FUNCTION loops(n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found bigint := 0;
BEGIN
    FOR i IN 1..n LOOP
        found := found + (SELECT count(*) FROM busy WHERE b = i AND c <> 'c1');
    END LOOP;
    RETURN found;
END $$;
CREATE PROCEDURE change_schema(dice int) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL lock_timeout = '2s';
    CASE dice % 6
        WHEN 0 THEN CREATE INDEX IF NOT EXISTS busy_a ON busy (a);
        WHEN 1 THEN DROP INDEX IF EXISTS busy_a;
        WHEN 2 THEN ALTER TABLE busy ADD COLUMN IF NOT EXISTS extra int DEFAULT 7;
        WHEN 3 THEN ALTER TABLE busy DROP COLUMN IF EXISTS extra;
        WHEN 4 THEN ALTER TABLE parts DETACH PARTITION part_2; ALTER TABLE parts ATTACH PARTITION part_2 FOR VALUES FROM (10000) TO (20000);
        ELSE ANALYZE busy; ANALYZE parts;
    END CASE;
END $$;
CREATE PROCEDURE look() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count(*) FROM index_advisor.scans;
    PERFORM count(*) FROM index_advisor.summary;
    PERFORM count(*) FROM index_advisor.report();
    PERFORM count(*) FROM index_advisor.statements AS s, index_advisor.explain(s.queryid) WHERE s.unplannable IS NULL;
    PERFORM count(*) FROM index_advisor.check_index('CREATE INDEX ON busy (b, c)');
    PERFORM count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM busy WHERE doc @> ''{"k": 7}''', 'SELECT * FROM parts WHERE a = 7']);
END $$;
CREATE PROCEDURE hold(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..n LOOP
        PERFORM count(*) FROM busy WHERE a = i;
        PERFORM count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM busy WHERE a = 7 AND b = 8']);
        PERFORM count(*) FROM index_advisor.scans;
        COMMIT;
    END LOOP;
END $$;
CREATE FUNCTION held() RETURNS int LANGUAGE sql AS $$SELECT substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+(\d+)')::int$$;
CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql AS $$
    SELECT calls FROM index_advisor.statements WHERE query LIKE '%FROM counted%'$$;
ANALYZE;
