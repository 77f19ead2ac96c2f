-- The tables of bench/fidelity in markdown, from size_errors.tsv, plan_errors.tsv and refusals.tsv in the current folder.
\set QUIET on
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
\pset null '–'
CREATE TEMP TABLE size_error (part text, source text, kind text, definition text, error float8, levels float8, seconds float8, factor float8);
CREATE TEMP TABLE plan_error (part text, source text, kind text, definition text, name text, error float8, same boolean);
CREATE TEMP TABLE refusal (part text, source text, kind text, definition text, message text);
\copy size_error FROM size_errors.tsv
\copy plan_error FROM plan_errors.tsv
\copy refusal FROM refusals.tsv
CREATE FUNCTION pg_temp.percent(share float8) RETURNS text LANGUAGE sql RETURN to_char(100 * share, 'FM99999990.0');
CREATE FUNCTION pg_temp.spread(shares float8[]) RETURNS text LANGUAGE sql RETURN (
    SELECT concat_ws(', ', pg_temp.percent(percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(share))),
        pg_temp.percent(percentile_cont(0.95) WITHIN GROUP (ORDER BY abs(share))), pg_temp.percent(max(abs(share))))
    FROM unnest(shares) AS share HAVING count(share) > 0);

-- Each kind of each part, and sums of kinds over all parts. Statistics of expressions exist once the index is built and analysed.
CREATE TEMP VIEW grouped AS
    SELECT part, kind, 1 AS rank FROM (SELECT part, kind FROM size_error UNION SELECT part, kind FROM plan_error) AS _;
CREATE TEMP VIEW line AS
    SELECT part, kind, rank, part AS of_part, kind AS of_kind FROM grouped
    UNION ALL SELECT 'all', 'b-trees on columns', 2, part, kind FROM grouped WHERE kind LIKE 'btree%' AND kind NOT LIKE '%expression%'
    UNION ALL SELECT 'all', 'with expressions', 3, part, kind FROM grouped WHERE kind LIKE '%expression%'
    UNION ALL SELECT 'all', 'other methods on columns', 4, part, kind FROM grouped WHERE kind NOT LIKE 'btree%' AND kind NOT LIKE '%expression%'
    UNION ALL SELECT 'all', 'all on columns', 5, part, kind FROM grouped WHERE kind NOT LIKE '%expression%';
CREATE TEMP VIEW size_line AS
    SELECT l.part, l.kind, l.rank, s.source, count(*) AS n, pg_temp.spread(array_agg(error)) AS size,
        CASE WHEN count(levels) > 0 THEN count(*) FILTER (WHERE levels <> 0) || ' of ' || count(levels) END AS height
    FROM line AS l JOIN size_error AS s ON (s.part, s.kind) = (l.of_part, l.of_kind) GROUP BY l.part, l.kind, l.rank, s.source;
CREATE TEMP VIEW plan_line AS
    SELECT l.part, l.kind, p.source, count(*) AS n, pg_temp.spread(array_agg(error)) AS cost, pg_temp.percent(avg(same::int)) AS same
    FROM line AS l JOIN plan_error AS p ON (p.part, p.kind) = (l.of_part, l.of_kind) GROUP BY l.part, l.kind, p.source;

\echo '| database | kind | indexes | size | height off | plans | cost | same plan | HypoPG: size | height off | cost | same plan |'
\echo '|---|---|---|---|---|---|---|---|---|---|---|---|'
SELECT '| ' || s.part, s.kind, s.n, s.size, coalesce(s.height, '–'), coalesce(p.n, 0), coalesce(p.cost, '–'), coalesce(p.same, '–'), coalesce(h.size, '–'),
    coalesce(h.height, '–'), coalesce(q.cost, '–'), coalesce(q.same, '–') || ' |'
FROM size_line AS s LEFT JOIN plan_line AS p USING (part, kind, source)
    LEFT JOIN size_line AS h ON (h.part, h.kind, h.source) = (s.part, s.kind, 'HypoPG') LEFT JOIN plan_line AS q ON (q.part, q.kind, q.source) = (s.part, s.kind, 'HypoPG')
WHERE s.source = 'index_advisor' ORDER BY s.rank, s.part, s.kind;

-- What is built in no time is made of other things than the index.
\echo
\echo 'How long builds take that take 0.05 s or more: by which factor the estimate is off.'
\echo
\echo '| method | builds | not known | median, 95th percentile, worst | the worst |'
\echo '|---|---|---|---|---|'
CREATE TEMP VIEW timed AS SELECT split_part(kind, ',', 1) AS method, * FROM size_error WHERE source = 'index_advisor' AND seconds >= 0.05;
SELECT '| ' || method, count(*), count(*) FILTER (WHERE factor IS NULL), concat_ws(', ', round((percentile_cont(0.5) WITHIN GROUP (ORDER BY factor))::numeric, 2),
        round((percentile_cont(0.95) WITHIN GROUP (ORDER BY factor))::numeric, 2), round(max(factor)::numeric, 2)),
    (array_agg(format('%s: `%s`, %s s', part, replace(definition, '|', '\|'), round(seconds::numeric, 2)) ORDER BY factor DESC NULLS LAST))[1] || ' |'
FROM (SELECT 1 AS rank, * FROM timed UNION ALL SELECT 2, 'all', part, source, kind, definition, error, levels, seconds, factor FROM timed) AS _
GROUP BY rank, method ORDER BY rank, method;

-- Those with expressions apart, so that they do not hide the others.
CREATE TEMP VIEW shown AS SELECT definition, '`' || replace(CASE WHEN length(definition) > 100 THEN left(definition, 100) || ' ...' ELSE definition END, '|', '\|') || '`' AS index
    FROM (SELECT DISTINCT definition FROM size_error) AS _;
\echo
\echo 'The worst by size, and those with expressions:'
\echo
\echo '| database | index | size |'
\echo '|---|---|---|'
SELECT '| ' || part, index, to_char(100 * error, 'SFM9999990.0') || ' |'
FROM (SELECT *, row_number() OVER (PARTITION BY kind LIKE '%expression%' ORDER BY abs(error) DESC, definition) AS place
      FROM size_error WHERE source = 'index_advisor') AS worst JOIN shown USING (definition)
WHERE place <= CASE WHEN kind LIKE '%expression%' THEN 6 ELSE 14 END ORDER BY kind LIKE '%expression%', place;
\echo
\echo 'The worst by cost, and those with expressions:'
\echo
\echo '| database | index | statement | cost | same plan |'
\echo '|---|---|---|---|---|'
SELECT '| ' || part, index, replace(left(name, 60), '|', '\|'), to_char(100 * error, 'SFM9999990.0'), CASE WHEN same THEN 'yes' ELSE 'no' END || ' |'
FROM (SELECT *, row_number() OVER (PARTITION BY kind LIKE '%expression%' ORDER BY abs(error) DESC, definition, name) AS place
      FROM plan_error WHERE source = 'index_advisor') AS worst JOIN shown USING (definition)
WHERE place <= CASE WHEN kind LIKE '%expression%' THEN 6 ELSE 14 END AND (abs(error) > 0.0005 OR NOT same) ORDER BY kind LIKE '%expression%', place;
SELECT format(E'\nCould be %s, but not %s (%s): %s', CASE source WHEN 'built' THEN 'estimated' ELSE 'built' END,
    CASE source WHEN 'built' THEN 'built' ELSE 'estimated' END, message, string_agg(format('%s: `%s`', part, definition), ', '))
FROM refusal GROUP BY source, message;
