-- What bench/rows.cpp asks for, beside pgbench's own tables.
-- :rows is the size of the table that is scanned.
CREATE EXTENSION pg_prewarm;

CREATE TABLE big AS SELECT i AS id, i % 1000 AS a FROM generate_series(1, :rows) i;

CREATE TABLE few AS SELECT i AS c0, i AS c1, i AS c2, i AS c3 FROM generate_series(1, 100) i;

CREATE TABLE keyed AS SELECT i AS id, i AS c0, i AS c1, i AS c2, i AS c3 FROM generate_series(1, 10000) i;
ALTER TABLE keyed ADD PRIMARY KEY (id);

CREATE TABLE chain AS SELECT i AS id, 1 + i * 7 % 10000 AS next, i AS v FROM generate_series(1, 10000) i;
ALTER TABLE chain ADD PRIMARY KEY (id);

CREATE TABLE ten AS SELECT i AS a FROM generate_series(1, 10) i;

CREATE FUNCTION by_key(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..n LOOP
    PERFORM c0 FROM keyed WHERE id = 1 + i % 10000;
  END LOOP;
END $$;

CREATE FUNCTION by_filter(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..n LOOP
    PERFORM a FROM ten WHERE a = i;
  END LOOP;
END $$;

VACUUM (FREEZE, ANALYZE);
