# What was captured is no longer true: planned anew from its text and right, or skipped and counted.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('changed');
$node->safe_psql('postgres', q{
CREATE ROLE tenant;
GRANT CREATE ON SCHEMA public TO tenant});

# Each case alone in the store. Its tree must be there before the change, or nothing is tried.
sub change
{
    my ($what, %case) = @_;
    my $statement = $case{statement};
    my $as = $case{role} ? "SET ROLE $case{role};" : '';

    $node->safe_psql('postgres', 'DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO PUBLIC');
    fill($node, 'shop.t');
    $node->safe_psql('postgres', $case{before}) if $case{before};
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
    $node->safe_psql('postgres', "$as $statement") for 1 .. 3;
    is($node->safe_psql('postgres', 'SELECT source, calls FROM index_advisor.statements'), 'tree|3', "$what: captured as a tree");
    is(advised($node), $case{first}, "$what: advised on before") if defined $case{first};
    $node->safe_psql('postgres', "SET index_advisor.enabled = off; $case{after}");

    is(advised($node), $case{advice}, "$what: advice");
    like(unplannable($node), $case{unplannable}, "$what: " . ($case{skipped} ? 'skipped, and says why' : 'not skipped'));
    is($node->safe_psql('postgres', 'SELECT statements, skipped FROM index_advisor.runs ORDER BY id DESC LIMIT 1'),
        '1|' . ($case{skipped} // 0), "$what: counted");
    return if $case{skipped} || !$case{plan};
    like(explained($node, '%'), $case{plan}, "$what: planned as it would run now");
}

my $planned = qr/^$/;
my $simple = 'SELECT * FROM shop.t WHERE a = 7';

change('type that the text still fits',
    before => 'ALTER TABLE shop.t ALTER a TYPE text',
    statement => "SELECT * FROM shop.t WHERE a = '7'",
    after => 'ALTER TABLE shop.t ALTER a TYPE int USING a::int; ANALYZE shop.t',
    advice => 'shop.t (a)', unplannable => $planned, plan => qr/Filter: \(a = \$\)/);
change('type that the text does not fit',
    statement => $simple,
    after => 'ALTER TABLE shop.t ALTER a TYPE text; ANALYZE shop.t',
    advice => '', unplannable => qr/operator does not exist: text = integer/, skipped => 1);
change('type of another column',
    statement => $simple,
    after => 'ALTER TABLE shop.t ALTER b TYPE text; ANALYZE shop.t',
    advice => 'shop.t (a)', unplannable => $planned);
change('type under a parameter',
    statement => 'PREPARE p (int) AS SELECT * FROM shop.t WHERE a = $1; EXECUTE p(7)',
    after => 'ALTER TABLE shop.t ALTER a TYPE bigint; ANALYZE shop.t',
    advice => 'shop.t (a)', unplannable => $planned);
change('type that a parameter does not fit',
    statement => 'PREPARE p (int) AS SELECT * FROM shop.t WHERE a = $1; EXECUTE p(7)',
    after => 'ALTER TABLE shop.t ALTER a TYPE text; ANALYZE shop.t',
    advice => '', unplannable => qr/operator does not exist: text = integer/, skipped => 1);
change('column dropped',
    statement => $simple, after => 'ALTER TABLE shop.t DROP a',
    advice => '', unplannable => qr/column "a" does not exist/, skipped => 1);
change('another column dropped',
    statement => $simple, after => 'ALTER TABLE shop.t DROP b',
    advice => 'shop.t (a)', unplannable => $planned);
change('column dropped and added',
    statement => $simple,
    after => 'ALTER TABLE shop.t DROP a; ALTER TABLE shop.t ADD a int; UPDATE shop.t SET a = id; VACUUM ANALYZE shop.t',
    advice => 'shop.t (a)', unplannable => $planned);
change('column added',
    statement => $simple,
    after => "ALTER TABLE shop.t ADD z int DEFAULT 5; ANALYZE shop.t",
    first => 'shop.t (a)', advice => 'shop.t (a)', unplannable => $planned);
change('table dropped',
    statement => $simple, after => 'DROP TABLE shop.t',
    advice => '', unplannable => qr/relation "shop.t" does not exist/, skipped => 1);
change('table dropped and created',
    statement => $simple,
    after => 'CREATE TABLE shop.u (filler text, a bigint, b text); INSERT INTO shop.u SELECT filler, a, b FROM shop.t;
        DROP TABLE shop.t; ALTER TABLE shop.u RENAME TO t; VACUUM ANALYZE shop.t',
    advice => 'shop.t (a)', unplannable => $planned);
change('table dropped, a view created',
    statement => $simple,
    after => 'ALTER TABLE shop.t RENAME TO t2; CREATE TABLE shop.u AS TABLE shop.t2; ANALYZE shop.u; DROP TABLE shop.t2;
        CREATE VIEW shop.t AS SELECT * FROM shop.u WHERE b = 3',
    advice => 'shop.u (a, b)', unplannable => $planned);
change('policy dropped',
    before => 'ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.t USING (b = 3); GRANT SELECT ON shop.t TO tenant',
    role => 'tenant', statement => "SELECT * FROM shop.t WHERE c = 'c7'",
    after => 'DROP POLICY p ON shop.t; CREATE POLICY q ON shop.t USING (id > 0)',
    advice => 'shop.t (c)', unplannable => $planned, plan => qr/^(?!.*b = ).*id > /s);
change('row security off',
    before => 'ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.t USING (b = 3); GRANT SELECT ON shop.t TO tenant',
    role => 'tenant', statement => "SELECT * FROM shop.t WHERE c = 'c7'",
    after => 'DROP POLICY p ON shop.t; ALTER TABLE shop.t DISABLE ROW LEVEL SECURITY',
    advice => 'shop.t (c)', unplannable => $planned, plan => qr/^(?!.*b = )/s);
change('view replaced',
    before => 'CREATE VIEW shop.v AS SELECT * FROM shop.t WHERE b = 3',
    statement => 'SELECT * FROM shop.v',
    after => 'CREATE OR REPLACE VIEW shop.v AS SELECT * FROM shop.t WHERE a = 4',
    first => 'shop.t (b)', advice => 'shop.t (a)', unplannable => $planned, plan => qr/a = \$/);
change('view dropped',
    before => 'CREATE VIEW shop.v AS SELECT * FROM shop.t WHERE b = 3',
    statement => 'SELECT * FROM shop.v', after => 'DROP VIEW shop.v',
    advice => '', unplannable => qr/relation "shop.v" does not exist/, skipped => 1);
change('function dropped',
    before => "CREATE FUNCTION shop.f(int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN \$1; END'",
    statement => 'SELECT * FROM shop.t WHERE a = shop.f(7)', after => 'DROP FUNCTION shop.f(int)',
    advice => '', unplannable => qr/function shop.f\(integer\) does not exist/, skipped => 1);
change('function dropped and created',
    before => "CREATE FUNCTION shop.f(int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN \$1; END'",
    statement => 'SELECT * FROM shop.t WHERE a = shop.f(7)',
    after => "DROP FUNCTION shop.f(int); CREATE FUNCTION shop.f(int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN \$1 + 1; END'",
    advice => 'shop.t (a)', unplannable => $planned);
change('domain dropped',
    before => 'CREATE DOMAIN shop.d AS int',
    statement => 'SELECT * FROM shop.t WHERE a = 7::shop.d', after => 'DROP DOMAIN shop.d',
    advice => '', unplannable => qr/type "shop.d" does not exist/, skipped => 1);
change('role dropped',
    before => 'CREATE ROLE short; GRANT SELECT ON shop.t TO short',
    role => 'short', statement => $simple, after => 'REVOKE ALL ON shop.t FROM short; REVOKE USAGE ON SCHEMA shop FROM short; DROP ROLE short',
    advice => '', unplannable => qr/role that ran the statement is gone/, skipped => 1);
change('right revoked',
    before => 'GRANT SELECT ON shop.t TO tenant',
    role => 'tenant', statement => $simple, after => 'REVOKE SELECT ON shop.t FROM tenant',
    advice => 'shop.t (a)', unplannable => $planned);
change('partition attached and detached',
    before => 'CREATE TABLE shop.p (LIKE shop.t) PARTITION BY RANGE (id); CREATE TABLE shop.p1 PARTITION OF shop.p FOR VALUES FROM (0) TO (9000);
        CREATE TABLE shop.p2 PARTITION OF shop.p FOR VALUES FROM (9000) TO (20001); INSERT INTO shop.p SELECT * FROM shop.t; VACUUM ANALYZE shop.p',
    statement => 'SELECT * FROM shop.p WHERE a = 7',
    after => 'ALTER TABLE shop.p DETACH PARTITION shop.p1; CREATE TABLE shop.p3 PARTITION OF shop.p DEFAULT; ANALYZE shop.p',
    first => 'shop.p (a)', advice => 'shop.p (a)', unplannable => $planned);
change('another table in its place by search_path',
    before => 'ALTER ROLE tenant SET search_path = shop; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO tenant',
    statement => 'SET search_path = shop, public; SELECT * FROM t WHERE a = 7',
    after => 'ALTER TABLE shop.t DROP b',
    advice => 'shop.t (a)', unplannable => $planned);

is_alive($node);
$node->stop;
done_testing();
