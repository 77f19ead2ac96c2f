-- Trees of tables: a leaf with an index of its own, beside statements on the leaf itself.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
CREATE SCHEMA trees;
SET search_path = trees, public;
SET index_advisor.write_weight = 0;
CREATE TABLE parted (id int, day int, a int, b int) PARTITION BY RANGE (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
CREATE TABLE parent (id int, a int, b int);
CREATE TABLE heir () INHERITS (parent);
INSERT INTO parted SELECT i, i % 20, i % 5000, i % 3000 FROM generate_series(1, 60000) i;
INSERT INTO parent SELECT i, i % 5000, i % 3000 FROM generate_series(1, 30000) i;
INSERT INTO heir SELECT i, i % 5000, i % 3000 FROM generate_series(1, 30000) i;
CREATE INDEX parted_1_a ON parted_1 (a);
CREATE INDEX heir_a ON heir (a);
ANALYZE parted, parted_1, parted_2, parent, heir;   -- not vacuumed: whether INCLUDE pays is measured in time

SELECT index_advisor.reset() >= 0 AS reset;
DO $$
BEGIN
    FOR i IN 1..20 LOOP
        PERFORM count(*) FROM parted WHERE a = i AND b <> 3;
        PERFORM count(*) FROM parent WHERE a = i AND b <> 3;
    END LOOP;
    FOR i IN 1..200 LOOP    -- heavier, so that the leaves are known when the trees are looked at
        PERFORM count(*) FROM parted_1 WHERE a = i AND b <> 3;
        PERFORM count(*) FROM parted_1 WHERE b = i;
        PERFORM count(*) FROM heir WHERE a = i AND b <> 3;
        PERFORM count(*) FROM heir WHERE b = i;
    END LOOP;
END $$;
SELECT relation, definition FROM index_advisor.advise(budget => '1GB') ORDER BY relation, definition;
\echo a scan of a leaf is shown as one of its tree, with the verdict on the leaf
SELECT query, relation, filter, verdict FROM index_advisor.scans WHERE query LIKE '%parted_1%' ORDER BY 1, 2, 3;
SELECT definition, why LIKE '%throws away%' AS measured FROM index_advisor.recommendations WHERE relation = 'trees.parted_1' AND status = 'open';
\echo tables that inherit have indexes of their own: each gets its part of what a statement on the tree needs
SELECT index_advisor.reset() >= 0 AS reset;
CREATE TABLE elder (id int, k int);
CREATE TABLE younger () INHERITS (elder);
CREATE TABLE youngest (more int) INHERITS (younger);
INSERT INTO elder SELECT i, i % 9000 FROM generate_series(1, 5000) i;
INSERT INTO younger SELECT i, i % 9000 FROM generate_series(1, 40000) i;
INSERT INTO youngest SELECT i, i % 9000, 1 FROM generate_series(1, 40000) i;
ANALYZE elder, younger, youngest;
DO $$
BEGIN
    FOR i IN 1..20 LOOP
        PERFORM id FROM elder WHERE k = i;
        PERFORM sum(id) FROM elder;
    END LOOP;
END $$;
SELECT relation, definition FROM index_advisor.advise(budget => '1GB') ORDER BY relation, definition;
SELECT query, relation, verdict FROM index_advisor.scans WHERE query LIKE '%elder%' ORDER BY 1, 2;
SELECT relation, columns FROM (SELECT ddl FROM index_advisor.advise_for(ARRAY['UPDATE elder SET id = 0 WHERE k = 5'])) a,
    substring(ddl FROM 'trees\.(\w+)') relation, substring(ddl FROM '\(.*\)') columns ORDER BY 1;
DROP SCHEMA trees CASCADE;
