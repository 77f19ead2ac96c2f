# Whatever a statement was made of is changed behind its tree: it is planned as it would run now, or skipped and counted.
#
# What is right is asked of the server: EXPLAIN of the same statement, by the same role, after the change. explain() of
# what was captured before has to show that plan, and where EXPLAIN fails the statement has to be skipped.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('stale');
my $major = $node->safe_psql('postgres', q{SELECT current_setting('server_version_num')::int / 10000});
my @views = split /\n/, $node->safe_psql('postgres', q{
    SELECT oid::regclass FROM pg_class WHERE relkind = 'v' AND relnamespace = 'index_advisor'::regnamespace});
$node->safe_psql('postgres', q{
CREATE ROLE tenant; CREATE ROLE owner; CREATE ROLE group_of_few;
GRANT pg_read_all_stats TO owner;
CREATE FUNCTION explained() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT e FROM index_advisor.statements AS s, index_advisor.explain(s.queryid) AS e;
EXCEPTION WHEN OTHERS THEN
    RETURN NEXT 'failed: ' || SQLERRM;
END $$});

# Plans with all that is a constant or its type left out; explain() shows no constants.
sub shape
{
    my ($plan) = @_;
    $plan =~ s/^-- as things are\n//;
    $plan =~ s/\n-- (with|no recommendation) .*//s;
    for ($plan)
    {
        s/::("?[a-z_.]+"?( varying| precision)?)(\[\])?//g;
        s/(:.*)/my $c = $1; $c =~ s{'[^']*'|\b\d+(\.\d+)?\b|\$\d*}{?}gr/ge;
        s/\(\?\)/?/g;
    }
    return $plan;
}

sub change
{
    my ($what, %case) = @_;
    my $statement = $case{statement} // 'SELECT * FROM shop.t WHERE a = 7';
    my $as = $case{role} ? "SET ROLE $case{role};" : '';
    my $prepare = $case{prepare} ? "$case{prepare};" : '';

    $node->safe_psql('postgres', q{
DROP SCHEMA IF EXISTS shop, shop2 CASCADE; CREATE SCHEMA shop; GRANT ALL ON SCHEMA shop TO PUBLIC;
CREATE TABLE shop.t (id int, a int, b int, c text, filler text);
INSERT INTO shop.t SELECT i, i % 1000, i % 250, 'c' || i % 500, repeat('x', 100) FROM generate_series(1, 5000) i;
VACUUM ANALYZE shop.t;
GRANT ALL ON shop.t TO PUBLIC});
    $node->safe_psql('postgres', $case{before}) if $case{before};
    my $source = $node->safe_psql('postgres', join ';', 'SELECT index_advisor.reset()',
        'SET index_advisor.min_rows_removed = 100', "$as $prepare $statement", $statement, $statement,
        'RESET ROLE; SELECT string_agg(source || calls, $$,$$) FROM index_advisor.statements');
    like($source, qr/\btree3$/, "$what: captured as a tree");
    $node->safe_psql('postgres', "SET index_advisor.enabled = off; $case{after}");

    my ($status, $now, $error) = $node->psql('postgres', "SET index_advisor.enabled = off; $as $prepare EXPLAIN $statement");
    my ($skipped) = $status == 0 ? () : $error =~ /ERROR: *(.*)/;
    my ($planned, $runs) = split /\nruns\|/, $node->safe_psql('postgres', join ';', 'SELECT FROM index_advisor.advise()',
        'DELETE FROM index_advisor.recommendation', 'SELECT explained()', "SELECT 'runs', statements, skipped FROM index_advisor.runs ORDER BY id DESC LIMIT 1",
        map { "CREATE TEMP TABLE void AS TABLE $_; DROP TABLE void" } @views);
    if (defined $skipped)
    {
        like($planned, qr/^(\n)*failed: /, "$what: fails ($skipped)");
        is($runs, '1|1', "$what: skipped and counted");
    }
    else
    {
        $planned =~ s/^\n*//;
        is(shape($planned), shape($now), "$what: planned as it would run now");
        is($runs, '1|0', "$what: not skipped");
    }
    like($skipped // 'planned', $case{outcome}, "$what: as expected") if $case{outcome};
}

my $fails = qr/^(?!planned)/;

# Columns and tables.
change('column dropped and added with another type',
    after => 'ALTER TABLE shop.t DROP a; ALTER TABLE shop.t ADD a text', outcome => $fails);
change('types of two columns exchanged',
    statement => q{SELECT * FROM shop.t WHERE a = '7' AND c > '7'}, before => q{UPDATE shop.t SET c = a; VACUUM ANALYZE shop.t},
    after => 'ALTER TABLE shop.t ALTER c TYPE int USING c::int, ALTER a TYPE text; ANALYZE shop.t', outcome => qr/planned/);
change('collation of a column',
    statement => q{SELECT * FROM shop.t WHERE c = 'c7' ORDER BY c}, after => 'ALTER TABLE shop.t ALTER c TYPE text COLLATE "C"; ANALYZE shop.t');
change('length of a column',
    before => 'ALTER TABLE shop.t ALTER c TYPE varchar(100)', statement => q{SELECT * FROM shop.t WHERE c = 'c7'},
    after => 'ALTER TABLE shop.t ALTER c TYPE varchar(200); ANALYZE shop.t');
change('column renamed', after => 'ALTER TABLE shop.t RENAME a TO z', outcome => $fails);
change('names of two columns exchanged',
    after => 'ALTER TABLE shop.t RENAME a TO z; ALTER TABLE shop.t RENAME b TO a', outcome => qr/planned/);
change('table renamed', after => 'ALTER TABLE shop.t RENAME TO old', outcome => $fails);
change('table renamed, another one in its place',
    after => 'ALTER TABLE shop.t RENAME TO old; CREATE TABLE shop.t AS SELECT * FROM shop.old WHERE id < 500; ANALYZE shop.t', outcome => qr/planned/);
change('table moved to another schema', after => 'CREATE SCHEMA shop2; ALTER TABLE shop.t SET SCHEMA shop2', outcome => $fails);
change('table moved, found by search_path', role => 'tenant', prepare => 'SET search_path = shop, shop2', statement => 'SELECT * FROM t WHERE a = 7',
    after => 'CREATE SCHEMA shop2; ALTER TABLE shop.t SET SCHEMA shop2; GRANT USAGE ON SCHEMA shop2 TO PUBLIC', outcome => qr/planned/);
change('schema dropped', after => 'DROP SCHEMA shop CASCADE', outcome => $fails);
change('schema renamed', after => 'ALTER SCHEMA shop RENAME TO shop2', outcome => $fails);
change('schema renamed, another one in its place',
    after => 'ALTER SCHEMA shop RENAME TO shop2; CREATE SCHEMA shop; CREATE TABLE shop.t AS SELECT * FROM shop2.t WHERE id < 500; ANALYZE shop.t', outcome => qr/planned/);
change('table made partitioned',
    after => q{ALTER TABLE shop.t RENAME TO part; CREATE TABLE shop.t (LIKE shop.part) PARTITION BY RANGE (id);
        ALTER TABLE shop.t ATTACH PARTITION shop.part FOR VALUES FROM (0) TO (100000); CREATE TABLE shop.rest PARTITION OF shop.t DEFAULT; ANALYZE shop.t},
    outcome => qr/planned/);
change('partition made a table',
    before => 'CREATE TABLE shop.p (LIKE shop.t) PARTITION BY RANGE (id); ALTER TABLE shop.p ATTACH PARTITION shop.t FOR VALUES FROM (0) TO (100000)',
    after => 'ALTER TABLE shop.p DETACH PARTITION shop.t; DROP TABLE shop.p', outcome => qr/planned/);
change('child added', after => 'CREATE TABLE shop.child () INHERITS (shop.t); INSERT INTO shop.child SELECT * FROM shop.t; ANALYZE shop.child', outcome => qr/planned/);
change('child no longer one',
    before => 'CREATE TABLE shop.child () INHERITS (shop.t); INSERT INTO shop.child SELECT * FROM shop.t; ANALYZE shop.child',
    after => 'ALTER TABLE shop.child NO INHERIT shop.t', outcome => qr/planned/);
change('index with an expression replaced',
    before => 'CREATE INDEX i ON shop.t ((b + 1)); ANALYZE shop.t', statement => 'SELECT * FROM shop.t WHERE a = 7 AND b - 1 = 3',
    after => 'DROP INDEX shop.i; CREATE INDEX i ON shop.t ((b - 1)); ANALYZE shop.t', outcome => qr/planned/);
change('materialized view refreshed',
    before => 'CREATE MATERIALIZED VIEW shop.m AS SELECT * FROM shop.t; ANALYZE shop.m', statement => 'SELECT * FROM shop.m WHERE a = 7',
    after => 'DELETE FROM shop.t WHERE id > 4000; REFRESH MATERIALIZED VIEW shop.m; ANALYZE shop.m', outcome => qr/planned/);
change('materialized view recreated',
    before => 'CREATE MATERIALIZED VIEW shop.m AS SELECT * FROM shop.t; ANALYZE shop.m', statement => 'SELECT * FROM shop.m WHERE a = 7',
    after => 'DROP MATERIALIZED VIEW shop.m; CREATE MATERIALIZED VIEW shop.m AS SELECT c, b AS a, id FROM shop.t; ANALYZE shop.m', outcome => qr/planned/);
change('primary key under GROUP BY dropped',
    before => 'ALTER TABLE shop.t ADD CONSTRAINT k PRIMARY KEY (id)', statement => 'SELECT id, c, count(*) FROM shop.t WHERE a = 7 GROUP BY id',
    after => 'ALTER TABLE shop.t DROP CONSTRAINT k', outcome => qr/must appear in the GROUP BY/);
change('unique index of ON CONFLICT dropped',
    before => 'CREATE TABLE shop.log (n int); CREATE UNIQUE INDEX i ON shop.log (n)',
    statement => 'INSERT INTO shop.log SELECT id FROM shop.t WHERE a = 7 ON CONFLICT (n) DO NOTHING', after => 'DROP INDEX shop.i', outcome => $fails);
change('sequence of a default dropped',
    before => 'CREATE SEQUENCE shop.s; CREATE TABLE shop.log (n int, k int)', statement => q{INSERT INTO shop.log SELECT id, nextval('shop.s') FROM shop.t WHERE a = 7},
    after => 'DROP SEQUENCE shop.s', outcome => $fails);
change('generated column',
    before => 'ALTER TABLE shop.t ADD g int GENERATED ALWAYS AS (a + 1) STORED; ANALYZE shop.t', statement => 'SELECT * FROM shop.t WHERE g = 7',
    after => 'ALTER TABLE shop.t DROP g; ALTER TABLE shop.t ADD g text GENERATED ALWAYS AS (c) STORED; ANALYZE shop.t', outcome => $fails);
change('virtual column',
    before => 'ALTER TABLE shop.t ADD g int GENERATED ALWAYS AS (a + 1) VIRTUAL', statement => 'SELECT * FROM shop.t WHERE g = 7',
    after => 'ALTER TABLE shop.t ALTER g SET EXPRESSION AS (b * 2); ANALYZE shop.t', outcome => qr/planned/) if $major >= 18;

# Views, rules and row security.
my $view = 'CREATE VIEW shop.v AS SELECT * FROM shop.t WHERE a < 500; GRANT SELECT ON shop.v TO PUBLIC';
change('column added to a view', before => $view, statement => 'SELECT * FROM shop.v WHERE a = 7',
    after => 'CREATE OR REPLACE VIEW shop.v AS SELECT *, 5 AS five FROM shop.t WHERE b < 100', outcome => qr/planned/);
change('view under a view replaced', before => "$view; CREATE VIEW shop.w AS SELECT * FROM shop.v", statement => 'SELECT * FROM shop.w WHERE a = 7',
    after => 'CREATE OR REPLACE VIEW shop.v AS SELECT * FROM shop.t WHERE b < 100', outcome => qr/planned/);
change('table under a view renamed', before => $view, statement => 'SELECT * FROM shop.v WHERE a = 7',
    after => 'ALTER TABLE shop.t RENAME TO old; ALTER TABLE shop.old RENAME a TO z', outcome => qr/planned/);
change('view made a barrier', before => "$view; CREATE FUNCTION shop.leaky(int) RETURNS boolean LANGUAGE plpgsql COST 0.01 AS 'BEGIN RETURN true; END'",
    statement => 'SELECT * FROM shop.v WHERE b = 7 AND shop.leaky(b)', after => 'ALTER VIEW shop.v SET (security_barrier)', outcome => qr/planned/);
my $policies = 'ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.t TO tenant USING (b = 3)';
change('view made its invoker\'s', before => "$view; ALTER TABLE shop.t OWNER TO owner; ALTER VIEW shop.v OWNER TO owner; $policies", role => 'tenant',
    statement => 'SELECT * FROM shop.v WHERE a = 7', after => 'ALTER VIEW shop.v SET (security_invoker)', outcome => qr/planned/);
change('policy altered', before => $policies, role => 'tenant', after => 'ALTER POLICY p ON shop.t USING (id > 3)', outcome => qr/planned/);
change('policy added', before => $policies, role => 'tenant', after => 'CREATE POLICY q ON shop.t AS RESTRICTIVE USING (id > 3)', outcome => qr/planned/);
change('policies gone, row security left on', before => $policies, role => 'tenant', after => 'DROP POLICY p ON shop.t', outcome => qr/planned/);
change('policies gone, and no condition besides', before => $policies, role => 'tenant', statement => 'SELECT * FROM shop.t', after => 'DROP POLICY p ON shop.t',
    outcome => qr/planned/);
change('row security enabled', role => 'tenant', after => $policies, outcome => qr/planned/);
change('row security disabled', before => $policies, role => 'tenant', after => 'ALTER TABLE shop.t DISABLE ROW LEVEL SECURITY', outcome => qr/planned/);
change('row security forced', before => "ALTER TABLE shop.t OWNER TO tenant; $policies", role => 'tenant', after => 'ALTER TABLE shop.t FORCE ROW LEVEL SECURITY', outcome => qr/planned/);
change('role gets past row security', before => $policies, role => 'tenant', after => 'ALTER ROLE tenant BYPASSRLS', outcome => qr/planned/);
$node->safe_psql('postgres', 'ALTER ROLE tenant NOBYPASSRLS');
change('role joins a group that has a policy', before => "$policies; CREATE POLICY q ON shop.t TO group_of_few USING (id < 1000)", role => 'tenant',
    after => 'GRANT group_of_few TO tenant', outcome => qr/planned/);
$node->safe_psql('postgres', 'REVOKE group_of_few FROM tenant');
change('rule added', before => 'CREATE TABLE shop.log (n int); CREATE TABLE shop.log2 (n int)', statement => 'INSERT INTO shop.log SELECT id FROM shop.t WHERE a = 7',
    after => 'CREATE RULE r AS ON INSERT TO shop.log DO INSTEAD INSERT INTO shop.log2 SELECT b FROM shop.t WHERE b = 8', outcome => qr/planned/);

# Functions and operators.
my $f = 'CREATE FUNCTION shop.f(int) RETURNS int IMMUTABLE LANGUAGE sql AS $$SELECT $1 + 1$$';
change('function replaced', before => $f, statement => 'SELECT * FROM shop.t WHERE shop.f(a) = 7',
    after => 'CREATE OR REPLACE FUNCTION shop.f(int) RETURNS int VOLATILE LANGUAGE plpgsql AS $$BEGIN RETURN $1; END$$', outcome => qr/planned/);
change('function dropped, one for another type there', before => $f, statement => 'SELECT * FROM shop.t WHERE shop.f(a) = 7',
    after => 'DROP FUNCTION shop.f(int); CREATE FUNCTION shop.f(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$SELECT $1 - 1$$', outcome => qr/planned/);
change('default of an argument changed', before => 'CREATE FUNCTION shop.f(int, int DEFAULT 1) RETURNS int IMMUTABLE LANGUAGE sql AS $$SELECT $1 + $2$$',
    statement => 'SELECT * FROM shop.t WHERE shop.f(a) = 7',
    after => 'CREATE OR REPLACE FUNCTION shop.f(int, int DEFAULT length($$five$$)) RETURNS int IMMUTABLE LANGUAGE sql AS $$SELECT $1 * $2$$', outcome => qr/planned/);
change('aggregate dropped', before => 'CREATE AGGREGATE shop.total(int) (sfunc = int4pl, stype = int)', statement => 'SELECT shop.total(b) FROM shop.t WHERE a = 7',
    after => 'DROP AGGREGATE shop.total(int)', outcome => $fails);
my $rows = 'CREATE FUNCTION shop.rows() RETURNS SETOF shop.t STABLE LANGUAGE sql AS $$SELECT * FROM shop.t WHERE b = 3$$';
change('function in FROM replaced', before => $rows, statement => 'SELECT * FROM shop.rows() WHERE a = 7',
    after => 'CREATE OR REPLACE FUNCTION shop.rows() RETURNS SETOF shop.t STABLE LANGUAGE sql AS $$SELECT * FROM shop.t WHERE id > 3$$', outcome => qr/planned/);
change('column of what a function in FROM returns dropped', before => 'CREATE TABLE shop.shape (x int, a int, k text); INSERT INTO shop.shape VALUES (1, 7, $$$$);
    CREATE FUNCTION shop.rows() RETURNS SETOF shop.shape STABLE LANGUAGE sql AS $$SELECT * FROM shop.shape$$',
    statement => 'SELECT * FROM shop.rows() AS r JOIN shop.t USING (a) WHERE t.b = 7', after => 'ALTER TABLE shop.shape DROP x', outcome => qr/planned/);
change('type of what a function in FROM returns', before => 'CREATE TABLE shop.shape (x int, a int);
    CREATE FUNCTION shop.rows() RETURNS SETOF shop.shape STABLE LANGUAGE plpgsql AS $$BEGIN RETURN QUERY VALUES (1, 7); END$$',
    statement => 'SELECT * FROM shop.rows() AS r JOIN shop.t USING (a) WHERE t.b = 7', after => 'ALTER TABLE shop.shape ALTER a TYPE text', outcome => $fails);
change('table function dropped and created', before => 'CREATE FUNCTION shop.rows(OUT a int, OUT k text) RETURNS SETOF record STABLE LANGUAGE sql AS $$VALUES (7, $s$k$s$)$$',
    statement => 'SELECT * FROM shop.rows() AS r JOIN shop.t USING (a) WHERE t.b = 7',
    after => 'DROP FUNCTION shop.rows(); CREATE FUNCTION shop.rows(OUT k text, OUT a int) RETURNS SETOF record STABLE LANGUAGE sql AS $$VALUES ($s$k$s$, 8)$$', outcome => qr/planned/);
my $operator = 'CREATE FUNCTION shop.same(int, int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN $1 = $2; END$$;
    CREATE OPERATOR shop.=== (FUNCTION = shop.same, LEFTARG = int, RIGHTARG = int)';
my $odd = 'SELECT * FROM shop.t WHERE a OPERATOR(shop.===) 7';
change('operator dropped', before => $operator, statement => $odd, after => 'DROP OPERATOR shop.=== (int, int)', outcome => $fails);
change('operator dropped and created', before => $operator, statement => $odd,
    after => 'DROP OPERATOR shop.=== (int, int); CREATE OPERATOR shop.=== (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, RESTRICT = eqsel)', outcome => qr/planned/);
change('operator altered', before => $operator, statement => $odd, after => 'ALTER OPERATOR shop.=== (int, int) SET (RESTRICT = eqsel)', outcome => qr/planned/);
change('operator over an array dropped', before => $operator, statement => 'SELECT * FROM shop.t WHERE a OPERATOR(shop.===) ANY (ARRAY[7, 8])',
    after => 'DROP OPERATOR shop.=== (int, int)', outcome => $fails);
change('collation dropped and created', before => 'CREATE COLLATION shop.coll FROM "C"', statement => 'SELECT * FROM shop.t WHERE c COLLATE shop.coll = $$c7$$',
    after => 'DROP COLLATION shop.coll; CREATE COLLATION shop.coll FROM "POSIX"', outcome => qr/planned/);
change('collation dropped', before => 'CREATE COLLATION shop.coll FROM "C"', statement => 'SELECT * FROM shop.t WHERE c COLLATE shop.coll < $$c1$$',
    after => 'DROP COLLATION shop.coll', outcome => $fails);

# Types.
my $mood = 'CREATE TYPE shop.mood AS ENUM ($$sad$$, $$glad$$)';
my $moody = "$mood; ALTER TABLE shop.t ADD m shop.mood; UPDATE shop.t SET m = CASE WHEN id % 500 = 0 THEN 'sad' ELSE 'glad' END::shop.mood; VACUUM ANALYZE shop.t";
my $sad = 'SELECT * FROM shop.t WHERE m = $$sad$$';
change('value added to an enum', before => $moody, statement => $sad, after => 'ALTER TYPE shop.mood ADD VALUE $$so so$$ BEFORE $$glad$$', outcome => qr/planned/);
change('enum dropped with its column and created', before => $moody, statement => $sad,
    after => "DROP TYPE shop.mood CASCADE; $mood; ALTER TABLE shop.t ADD m shop.mood DEFAULT 'sad'; ANALYZE shop.t", outcome => qr/planned/);
change('enum of a parameter dropped and created', before => $moody, prepare => 'PREPARE p (shop.mood) AS SELECT * FROM shop.t WHERE m = $1', statement => 'EXECUTE p ($$sad$$)',
    after => "DROP TYPE shop.mood CASCADE; $mood; ALTER TABLE shop.t ADD m shop.mood DEFAULT 'sad'; ANALYZE shop.t");
my $pair = 'CREATE TYPE shop.pair AS (x int, y int)';
my $pairs = 'SELECT * FROM shop.t WHERE a = 7 AND $$(1,2)$$::shop.pair = $$(1,2)$$::shop.pair';
change('attribute of a composite constant to text', before => $pair, statement => $pairs, after => 'ALTER TYPE shop.pair ALTER ATTRIBUTE y TYPE text', outcome => qr/planned/);
change('attribute of a composite constant dropped', before => $pair, statement => $pairs, after => 'ALTER TYPE shop.pair DROP ATTRIBUTE y', outcome => $fails);
change('attribute added to a composite constant', before => $pair, statement => $pairs, after => 'ALTER TYPE shop.pair ADD ATTRIBUTE z int', outcome => $fails);
change('attribute of an array of composites to text', before => $pair,
    statement => 'SELECT * FROM shop.t WHERE a = 7 AND $$(1,2)$$::shop.pair = ANY ($${"(1,2)"}$$::shop.pair[])', after => 'ALTER TYPE shop.pair ALTER ATTRIBUTE y TYPE text', outcome => qr/planned/);
change('attribute of a row to text', before => $pair, statement => 'SELECT * FROM shop.t WHERE (ROW(a, 2)::shop.pair).x = 7 AND (ROW(3, b)::shop.pair).y < 9',
    after => 'ALTER TYPE shop.pair ALTER ATTRIBUTE y TYPE text', outcome => $fails);
change('attribute of a row dropped', before => $pair, statement => 'SELECT * FROM shop.t WHERE ROW(a, 2)::shop.pair = ROW(7, 2)::shop.pair',
    after => 'ALTER TYPE shop.pair DROP ATTRIBUTE y', outcome => $fails);
change('composite dropped and created', before => $pair, statement => $pairs, after => 'DROP TYPE shop.pair; CREATE TYPE shop.pair AS (y text, x text)', outcome => qr/planned/);
change('row of another table', before => 'CREATE TABLE shop.shape (x int, y int)', statement => 'SELECT * FROM shop.t WHERE a = 7 AND $$(1,2)$$::shop.shape = $$(1,2)$$::shop.shape',
    after => 'ALTER TABLE shop.shape ALTER y TYPE text', outcome => qr/planned/);
change('row of the table itself', statement => 'SELECT * FROM shop.t AS r WHERE r.a = 7 AND r <> $$(1,2,3,4,5)$$::shop.t',
    after => 'ALTER TABLE shop.t ALTER id TYPE text, DROP b; ANALYZE shop.t', outcome => $fails);
my $domain = 'CREATE DOMAIN shop.small AS int CHECK (VALUE < 100)';
my $small = 'SELECT * FROM shop.t WHERE a = 50::shop.small';
change('constraint added to a domain', before => $domain, statement => $small, after => 'ALTER DOMAIN shop.small ADD CHECK (VALUE > 60)');
change('constraints of a domain dropped', before => $domain, statement => $small, after => 'ALTER DOMAIN shop.small DROP CONSTRAINT small_check', outcome => qr/planned/);
change('domain on something else', before => $domain, statement => $small, after => 'DROP DOMAIN shop.small; CREATE DOMAIN shop.small AS bigint', outcome => qr/planned/);
change('range type dropped and created', before => 'CREATE TYPE shop.span AS RANGE (subtype = int)', statement => 'SELECT * FROM shop.t WHERE a <@ $$[7,8)$$::shop.span AND b < 100',
    after => 'DROP TYPE shop.span; CREATE TYPE shop.span AS RANGE (subtype = bigint)');

# Roles.
change('role became a superuser', role => 'tenant', after => 'ALTER ROLE tenant SUPERUSER', outcome => qr/planned/);
$node->safe_psql('postgres', 'ALTER ROLE tenant NOSUPERUSER');
change('table got another owner', role => 'tenant', before => "$policies; ALTER TABLE shop.t OWNER TO tenant", after => 'ALTER TABLE shop.t OWNER TO owner', outcome => qr/planned/);

# What a statement reads is what it would read now: a text names nothing beforehand, and a tree may name tables of old.
for my $runs (1, 3)
{
    $node->safe_psql('postgres', q{
DROP SCHEMA shop CASCADE; CREATE SCHEMA shop;
CREATE TABLE shop.t AS SELECT i AS id, i % 1000 AS a, repeat('x', 100) AS filler FROM generate_series(1, 20000) i; ANALYZE shop.t;
SELECT index_advisor.reset()});
    $node->safe_psql('postgres', 'SELECT count(*) FROM shop.t WHERE a = 7') for 1 .. $runs;
    $node->safe_psql('postgres', 'ALTER TABLE shop.t RENAME TO old; CREATE TABLE shop.t AS TABLE shop.old; ANALYZE shop.t');
    is(advised($node), 'shop.t (a)', "captured $runs times, table replaced: advice on the new one");
    like(explained($node, '%shop.t WHERE%'), qr/\n-- with [0-9a-f]{8}\n/, "captured $runs times: explain() shows that advice");
}

is_alive($node);
$node->stop;
done_testing();
