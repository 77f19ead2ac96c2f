-- CREATE EXTENSION makes every object of the contract, described, in one schema,
-- and DROP EXTENSION leaves nothing behind.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS index_advisor;
CREATE EXTENSION index_advisor;

-- What is promised and missing: nothing.
SELECT missing FROM (VALUES
    ('index_advisor.advise(text, integer, interval)'),
    ('index_advisor.advise_for(text[], double precision[], text, integer, interval)'),
    ('index_advisor.report(text)'),
    ('index_advisor.script(text[], boolean)'),
    ('index_advisor.undo_script(text[], boolean)'),
    ('index_advisor.index_advisor(text)'),
    ('index_advisor.explain(text, text[], regclass[], text[], text)'),
    ('index_advisor.explain(bigint, text[])'),
    ('index_advisor.check_index(text)'),
    ('index_advisor.dismiss(text, text, timestamp with time zone)'),
    ('index_advisor.undismiss(text)'),
    ('index_advisor.reset(oid, oid, bigint)')) AS promised (missing)
WHERE to_regprocedure(missing) IS NULL;

SELECT missing FROM (VALUES
    ('summary'), ('recommendations'), ('scans'), ('statements'), ('tables'), ('runs'), ('health'), ('counters'))
    AS promised (missing)
WHERE NOT EXISTS (SELECT FROM pg_class
                  WHERE relnamespace = 'index_advisor'::regnamespace AND relkind = 'v' AND relname = missing);

-- Every column of the wide face that is promised.
SELECT missing FROM unnest(ARRAY['id', 'action', 'relation', 'index_name', 'kind', 'ddl', 'undo', 'cost_before',
    'cost_after', 'improvement', 'saved_ms_per_hour', 'share_of_load', 'size_bytes', 'build_seconds',
    'writes_per_hour', 'wal_bytes_per_hour', 'hot_lost_per_hour', 'helped_binds', 'total_binds', 'queryids',
    'reason', 'evidence', 'status', 'first_seen', 'last_seen']) AS missing
WHERE NOT EXISTS (SELECT FROM pg_attribute
                  WHERE attrelid = 'index_advisor.recommendations'::regclass AND attname = missing);

-- Objects and columns of views without a description (sequences,
-- row types and array types belong to others).
SELECT pg_describe_object(classid, objid, objsubid) AS undescribed
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'index_advisor')
  AND obj_description(objid, classid::regclass::text) IS NULL
  AND NOT EXISTS (SELECT FROM pg_class WHERE classid = 'pg_class'::regclass AND oid = objid AND relkind = 'S')
  AND NOT EXISTS (SELECT FROM pg_type
                  WHERE classid = 'pg_type'::regclass AND oid = objid AND (typrelid <> 0 OR typelem <> 0))
UNION ALL
SELECT attrelid::regclass || '.' || attname
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'index_advisor'::regnamespace AND relkind = 'v' AND attnum > 0
  AND col_description(attrelid, attnum) IS NULL
ORDER BY 1;

-- The library answers, and is of the version of these objects.
SELECT name, state FROM index_advisor.health WHERE name IN ('version', 'preloaded') ORDER BY name;
SELECT count(*) > 0 AS settings_are_there FROM pg_settings WHERE name LIKE 'index_advisor.%';

-- Nothing is left in the schema, and it can be made again.
DROP EXTENSION index_advisor;
SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) AS relations_left,
       (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid) AS functions_left,
       (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid) AS types_left
FROM pg_namespace AS n WHERE nspname = 'index_advisor';
CREATE EXTENSION index_advisor;
