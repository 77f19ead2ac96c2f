# Whatever an ordinary role puts in the way of a planner or a parser: when a superuser, or who else is powerful, asks the
# advisor, it runs with the rights of its owner or not at all.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use HostileCode;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('hostile_code');
fill($node, 'safe');
# They spring once they are run, and try what they could do when the advisor is asked.
$node->safe_psql('postgres', hostile_role() . q{CREATE ROLE alice; CREATE SCHEMA a AUTHORIZATION alice; GRANT USAGE ON SCHEMA a TO PUBLIC});
$node->safe_psql('postgres', 'SET ROLE mallory;' . hostile_functions('true',
    q{current_user = 'mallory' AND session_user <> 'mallory' AND current_setting('m.asked', true) = 'on'}) . q{
CREATE FUNCTION m.distance(x int, y int) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN x - y + m.spring(); END';
CREATE OPERATOR m.!== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ne, RESTRICT = neqsel, NEGATOR = OPERATOR(m.===));
CREATE TYPE m.span AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = m.distance);
CREATE TYPE m.colour AS ENUM ('red');
CREATE FUNCTION m.paint(m.colour) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 7 + m.spring(); END';
CREATE CAST (m.colour AS int) WITH FUNCTION m.paint(m.colour) AS IMPLICIT;
RESET ROLE;
CREATE TABLE m.listed (a m.dom[], b int, s m.span, filler text);
INSERT INTO m.listed SELECT CASE WHEN i % 100 = 0 THEN '{1}'::int[] ELSE '{2}' END, i % 5000, m.span(i, i + 10), repeat('x', 50)
FROM generate_series(1, 20000) i;
CREATE TABLE holds AS SELECT a, b, filler FROM m.listed;
ALTER TABLE m.listed OWNER TO mallory;
CREATE TABLE parent (id int, a int, filler text) PARTITION BY RANGE (id);
CREATE TABLE m.part PARTITION OF parent FOR VALUES FROM (0) TO (100000);
ALTER TABLE m.part OWNER TO mallory;
INSERT INTO parent SELECT i, i % 2000, repeat('x', 50) FROM generate_series(1, 20000) i;
CREATE DOMAIN wrapped AS m.dom;
CREATE TABLE a.t AS SELECT * FROM safe; ALTER TABLE a.t OWNER TO alice;
}
. hostile_tables() . q{
SET ROLE mallory;
CREATE TABLE m.sink (id int, x int DEFAULT m.trap(5));
CREATE TABLE m.made (a int, b int GENERATED ALWAYS AS (m.trap(a)) STORED);
CREATE TABLE m.bait AS SELECT * FROM public.safe;
CREATE VIEW m.view AS SELECT *, m.trap(1) AS one FROM m.bait;
CREATE TABLE m.ruled AS SELECT * FROM public.safe;
CREATE RULE also AS ON UPDATE TO m.ruled DO ALSO DELETE FROM m.sink WHERE id = m.trap(3);
CREATE INDEX ON m.part ((a + m.trap(1)));
CREATE TABLE m.known AS SELECT * FROM public.safe; CREATE STATISTICS m.st ON (id + m.trap(1)), a FROM m.known;
RESET ROLE;
CREATE VIEW invoker WITH (security_invoker) AS SELECT * FROM m.indexed;
GRANT ALL ON ALL TABLES IN SCHEMA m TO backup;
ANALYZE});

my %statements = (
    hostile_statements(),
    'statistics expression' => 'SELECT * FROM m.known WHERE a = 7',
    'default' => 'INSERT INTO m.sink (id) SELECT id FROM safe WHERE a = 7',
    'generated column' => 'INSERT INTO m.made (a) SELECT id FROM safe WHERE a = 7',
    'negator of an operator' => 'SELECT * FROM safe WHERE a = 7 AND b OPERATOR(m.!==) 9',
    'cast' => q{SELECT * FROM safe WHERE a = 'red'::m.colour},
    'literal of a column of domains' => q{SELECT * FROM m.listed WHERE b = 7 AND a = '{1}'},
    'literal of a table of the superuser' => q{SELECT * FROM holds WHERE b = 7 AND a = '{1}'},
    'row of a table of the superuser' => q{SELECT * FROM safe WHERE a = ('({1},7,x)'::holds).b},
    'domain over a domain' => q{SELECT * FROM safe WHERE a = ANY ('{7}'::wrapped[])},
    'range' => q{SELECT * FROM m.listed WHERE b = 7 AND s && '[5,900)'::m.span},
    'view' => 'SELECT * FROM m.view WHERE a = 7',
    'view of the invoker' => 'SELECT * FROM invoker WHERE a = 7',
    'rule' => 'UPDATE m.ruled SET b = 1 WHERE a = 7',
    'partition' => 'SELECT * FROM parent WHERE a = 7',
    'table of somebody else' => 'SELECT i.id FROM m.indexed AS i JOIN a.t USING (id) WHERE t.a = 7 AND length(i.filler) > 5',
    'table of somebody else, two traps' => 'SELECT i.id FROM m.indexed AS i JOIN a.trapped AS t USING (id) WHERE t.a = 7',
    'table of somebody else, trap in its statistics' => 'SELECT i.id FROM m.indexed AS i JOIN a.known AS t USING (id) WHERE t.a = 7',
    'table of somebody else, trap in its constraint' =>
        'SET constraint_exclusion = on; SELECT i.id FROM m.indexed AS i JOIN a.checked AS t USING (id) WHERE t.a = 7',
    'table of somebody else, trap in its partition key' => 'SELECT i.id FROM m.indexed AS i JOIN a.split AS t USING (id) WHERE t.a = 7',
    'domain lent' => q{SELECT * FROM safe WHERE a = ANY (('{' || 7 || '}')::lent[])},
    'negator lent' => 'SELECT * FROM safe WHERE a = 7 AND b ### 9',
    'range lent' => q{SELECT * FROM spans WHERE b = 7 AND s && '[5,900)'::lent_span});

$node->safe_psql('postgres', q{
CREATE DOMAIN lent AS int CHECK (m.check(value));
CREATE OPERATOR m.=#= (LEFTARG = int, RIGHTARG = int, FUNCTION = m.equal, RESTRICT = eqsel);
ALTER OPERATOR m.=#= (int, int) OWNER TO mallory;
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ne, RESTRICT = neqsel, NEGATOR = OPERATOR(m.=#=));
CREATE TYPE lent_span AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = m.distance);
CREATE TABLE spans AS SELECT i % 5000 AS b, lent_span(i, i + 10) AS s, repeat('x', 50) AS filler FROM generate_series(1, 20000) i;
GRANT SELECT ON spans TO mallory;
GRANT SELECT ON safe TO alice;
CREATE TABLE a.trapped AS SELECT * FROM safe; ALTER TABLE a.trapped OWNER TO alice;
SET ROLE alice;
CREATE FUNCTION a.trap(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RAISE LOG 'alice''s as %', current_user; RETURN x; END$$;
CREATE INDEX ON a.trapped ((a + a.trap(1)));
CREATE TABLE a.known AS SELECT * FROM safe; CREATE STATISTICS a.st ON (id + a.trap(1)), a FROM a.known;
CREATE TABLE a.checked AS SELECT * FROM safe; ALTER TABLE a.checked ADD CHECK (id > a.trap(0));
CREATE TABLE a.split (LIKE safe) PARTITION BY RANGE ((id + a.trap(1)));
CREATE TABLE a.half PARTITION OF a.split FOR VALUES FROM (0) TO (100000);
INSERT INTO a.split SELECT * FROM safe;
RESET ROLE;
ANALYZE});

# Everything that plans or parses, asked by a superuser.
sub ask
{
    my ($text) = @_;
    my $calls = q{SET m.asked = on; SELECT * FROM index_advisor.advise(); SELECT * FROM index_advisor.advise();
        SELECT index_advisor.report(); SELECT * FROM index_advisor.scans; SELECT index_advisor.script();
        SELECT index_advisor.undo_script(); SELECT * FROM index_advisor.tables;};
    my @tries;
    for my $id (split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT queryid FROM index_advisor.statements'))
    {
        push @tries, "explain($id)";
    }
    $text =~ s/.*; //;
    push @tries, map { "check_index('CREATE INDEX ON $_ (a)')" } qw(safe holds m.indexed m.part m.listed);
    push @tries, "explain(\$q\$$text\$q\$)", "advise_for(ARRAY[\$q\$$text\$q\$])", "index_advisor(\$q\$$text\$q\$)";
    $node->psql('postgres', $calls . join ' ', map { "SELECT index_advisor.$_;" } @tries);
}

# The same for alice's trap.
sub victims_of_both
{
    my ($from) = @_;
    my %roles = map { ("alice's as $_" => 1) } grep { $_ ne 'alice' } slurp_file($node->logfile, $from) =~ /LOG:  alice's as (\w+)/g;
    return join ' ', grep { $_ ne '' } victims($node, $from), sort keys %roles;
}

my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
for my $role ($superuser, 'backup', 'mallory')
{
    for my $name (sort keys %statements)
    {
        next if $role ne $superuser && $name =~ /default|generated|rule|somebody/;
        next if $role eq 'mallory' && $name =~ /superuser|partition|invoker/;
        for my $times (1, 3)
        {
            my $from = -s $node->logfile;
            $node->safe_psql('postgres', 'SELECT index_advisor.reset(); DELETE FROM index_advisor.recommendation');
            $node->safe_psql('postgres', "SET ROLE $role; " . "$statements{$name}; " x $times);
            like(slurp_file($node->logfile, $from), qr/sprung as $role/, "$role, $name: a trap")
                if $times == 1 && ($name ne 'row security' || $role eq 'backup');
            isnt($node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements'), '0', "$role, $name, $times: captured");
            $from = -s $node->logfile;
            ask($statements{$name});
            is(victims_of_both($from), '', "$role, $name, $times: runs as its owner or not at all");
        }
    }
}

# What a superuser gives by hand.
my $from = -s $node->logfile;
for my $call (
    q{check_index('CREATE INDEX ON m.listed (b) WHERE a = ''{1}''')},
    q{check_index('CREATE INDEX ON holds (b) WHERE a = ''{1}''')},
    q{check_index('CREATE INDEX ON safe (a) WHERE b = ANY (''{7}''::m.dom[])')},
    q{check_index('CREATE INDEX ON safe (m.trap(a))')},
    q{explain('SELECT * FROM m.listed WHERE a = $1', params => ARRAY['{1}'])},
    q{explain('SELECT * FROM holds WHERE a = $1', params => ARRAY['{1}'])},
    q{explain('SELECT * FROM holds WHERE b = 7', ARRAY['CREATE INDEX ON holds (b) WHERE a = ''{1}'''])},
    q{explain('SELECT * FROM safe WHERE a = 7', ARRAY['CREATE INDEX ON safe ((a + m.trap(b)))'])})
{
    $node->psql('postgres', "SET m.asked = on; SELECT index_advisor.$call");
    is(victims_of_both($from), '', "$call: runs as its owner or not at all");
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM vault'), '0', 'nothing was written');

# A domain of the superuser alone, whose check is not: what was seen once is parsed again.
$node->safe_psql('postgres', 'CREATE DATABASE lending');
$node->safe_psql('lending', q{
CREATE EXTENSION index_advisor;
CREATE SCHEMA m AUTHORIZATION mallory;
CREATE TABLE safe AS SELECT i % 2000 AS a FROM generate_series(1, 20000) i;
ANALYZE safe;
SET ROLE mallory;
CREATE FUNCTION m.check(x int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RAISE LOG 'sprung as %', current_user; RETURN true; END$$;
RESET ROLE;
CREATE DOMAIN lent AS int CHECK (m.check(value))});
$node->safe_psql('lending', q{SELECT * FROM safe WHERE a = ANY ('{7}'::lent[])});
isnt($node->safe_psql('lending', q{SELECT count(*) FROM index_advisor.statements WHERE query LIKE '%lent%'}), '0', 'a statement with a domain lent is captured');
$from = -s $node->logfile;
$node->safe_psql('lending', 'SELECT * FROM index_advisor.advise()');
is(victims($node, $from), '', 'a domain lent: its check runs as its owner or not at all');

is_alive($node);
$node->stop;
done_testing();
