-- Reading a literal of a domain's array runs the domain's check. Such a literal never gets into DDL, which a superuser
-- would read: neither advise() nor explain() nor script() runs anything of an ordinary role as somebody else.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;
SELECT index_advisor.reset() >= 0 AS reset;

CREATE ROLE hostile_role;
CREATE SCHEMA hostile AUTHORIZATION hostile_role;
SET ROLE hostile_role;
CREATE FUNCTION hostile.check_value(int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'hostile_role' THEN
        RAISE EXCEPTION 'run as %', current_user;
    END IF;
    RETURN true;
END $$;
CREATE DOMAIN hostile.trap AS int CHECK (hostile.check_value(value));
CREATE TABLE hostile.t (a hostile.trap[], b int, c text);
INSERT INTO hostile.t SELECT CASE WHEN i % 100 = 0 THEN '{1}'::int[] ELSE '{2}' END, i % 5000, repeat('x', 50)
FROM generate_series(1, 20000) AS i;
ANALYZE hostile.t;
SELECT count(c) FROM hostile.t WHERE a = '{1}'::hostile.trap[] AND b = 100;
SELECT count(c) FROM hostile.t WHERE a = '{1}'::hostile.trap[] AND b = 200;
SELECT count(c) FROM hostile.t WHERE a = '{1}'::hostile.trap[] AND b = 300;
RESET ROLE;

-- As the superuser: something is advised, without that literal, and nothing is run as him.
SELECT count(*) > 0 AS advised, bool_or(ddl LIKE '%trap%') AS has_literal
FROM index_advisor.advise() WHERE relation = 'hostile.t';
SELECT bool_or(statement LIKE '%trap%') AS has_literal FROM index_advisor.script();
SELECT count(*) > 0 AS explained
FROM (SELECT DISTINCT queryid FROM index_advisor.scans WHERE relation = 'hostile.t') AS s,
     index_advisor.explain(s.queryid);
-- Published advice is compared with new one, which reads the DDL of both.
SELECT count(c) FROM hostile.t WHERE b = 100;
SELECT count(c) FROM hostile.t WHERE b = 200;
SELECT count(*) > 0 AS advised FROM index_advisor.advise() WHERE relation = 'hostile.t';
SELECT count(*) AS unplannable FROM index_advisor.statements WHERE unplannable IS NOT NULL AND query LIKE '%hostile.t%';

SET client_min_messages = error;
DROP SCHEMA hostile CASCADE;
DROP ROLE hostile_role;
