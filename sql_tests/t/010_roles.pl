# Whose statement, whose rights: row security, what an ordinary role sees, and as whom advise() plans.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('roles');
fill($node, 't', 'u');
$node->safe_psql('postgres', q{
CREATE ROLE by_a; CREATE ROLE by_b; CREATE ROLE mallory; CREATE ROLE monitor IN ROLE pg_read_all_stats;
GRANT SELECT ON t, u TO by_a, by_b;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p_a ON t TO by_a USING (a = 7);
CREATE POLICY p_b ON t TO by_b USING (b = 7);
GRANT CREATE ON SCHEMA public TO mallory});

sub forget
{
    $node->safe_psql('postgres', 'SELECT index_advisor.reset(); DELETE FROM index_advisor.recommendation');
}

# ---- row security: the same text, two policies ----
forget();
for my $role (qw(by_a by_b))
{
    $node->safe_psql('postgres', "SET ROLE $role; SELECT * FROM t WHERE length(filler) > 5") for 1 .. 3;
}
my $entries = q{SELECT userid::regrole, calls, source FROM index_advisor.statements WHERE query LIKE '%filler%' ORDER BY 1};
is($node->safe_psql('postgres', $entries), "by_a|3|tree\nby_b|3|tree", 'two roles under row security: two entries');
is($node->safe_psql('postgres', 'SELECT userid::regrole, filter FROM index_advisor.scans WHERE relation = $$public.t$$ ORDER BY 1'),
    "by_a|a = \$ AND length(...) > \$\nby_b|b = \$ AND length(...) > \$", 'each with its policy');
is(advised($node), "public.t (a)\npublic.t (b)", 'advice for both policies');

# From the text it is the policy of its role, too: the superuser who advises has none.
forget();
$node->safe_psql('postgres', "SET ROLE $_; SELECT * FROM t WHERE length(filler) > 5") for qw(by_a by_b);
is($node->safe_psql('postgres', $entries), "by_a|1|text\nby_b|1|text", 'and once, as texts');
is(advised($node), "public.t (a)\npublic.t (b)", 'which are planned as their roles');
forget();
$node->safe_psql('postgres', 'SELECT * FROM t WHERE length(filler) > 5');
is(advised($node), '', 'the owner is subject to none');

# ---- what a role sees ----
forget();
$node->safe_psql('postgres', 'SET ROLE by_a; SELECT * FROM u WHERE a = 7; SELECT * FROM t WHERE c = $$c1$$');
$node->safe_psql('postgres', 'SET ROLE by_b; SELECT * FROM u WHERE b = 7');
advised($node);
for my $view (qw(statements scans))
{
    my $seen = "SELECT string_agg(DISTINCT userid::regrole::text, ',' ORDER BY userid::regrole::text) FROM index_advisor.$view WHERE query LIKE '%FROM _ WHERE%'";
    is($node->safe_psql('postgres', "SET ROLE by_a; $seen"), 'by_a', "$view: an ordinary role sees its own");
    is($node->safe_psql('postgres', "SET ROLE mallory; $seen"), '', "$view: or nothing");
    is($node->safe_psql('postgres', "SET ROLE monitor; $seen"), 'by_a,by_b', "$view: pg_read_all_stats sees all");
    is($node->safe_psql('postgres', $seen), 'by_a,by_b', "$view: a superuser as well");
}
my $advice = q{SELECT relation || ' ' || definition FROM index_advisor.recommendations WHERE status = 'open' ORDER BY 1};
is($node->safe_psql('postgres', "SET ROLE by_b; $advice"), 'public.u (b)', 'advice on its own statements');
is($node->safe_psql('postgres', "SET ROLE mallory; $advice"), '', 'or none');
my $of_b = $node->safe_psql('postgres', q{SELECT queryid FROM index_advisor.statements WHERE userid = 'by_b'::regrole});
my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET ROLE by_a; SELECT index_advisor.explain($of_b)");
like($err, qr/ERROR:  42704/, 'explain() of another role\'s statement');

# Someone who is allowed to advise, but not to see all, advises on its own statements.
$node->safe_psql('postgres', 'GRANT EXECUTE ON FUNCTION index_advisor.advise TO by_a');
forget();
$node->safe_psql('postgres', 'SET ROLE by_a; SELECT * FROM u WHERE a = 7');
$node->safe_psql('postgres', 'SET ROLE by_b; SELECT * FROM u WHERE b = 7');
is($node->safe_psql('postgres', q{SET ROLE by_a; SELECT relation, definition FROM index_advisor.advise()}), 'public.u|(a)', 'advise() of an ordinary role: its own statements');
is($node->safe_psql('postgres', 'SELECT statements FROM index_advisor.runs ORDER BY id DESC LIMIT 1'), '1', 'and nothing else is looked at');

# ---- a trap: planning runs it, and it tells the log who it is ----
$node->safe_psql('postgres', q{
SET ROLE mallory;
CREATE FUNCTION trap(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN RAISE LOG 'sprung as %', current_user; RETURN x; END $$;
CREATE FUNCTION stable_trap(x int) RETURNS int STABLE LANGUAGE plpgsql AS $$
BEGIN RAISE LOG 'sprung as %', current_user; RETURN x; END $$;
CREATE TABLE bait (id int, a int, filler text);
INSERT INTO bait SELECT i, i % 2000, repeat('x', 100) FROM generate_series(1, 20000) i;
CREATE TABLE indexed AS TABLE bait; CREATE TABLE partial AS TABLE bait; CREATE TABLE checked AS TABLE bait; CREATE TABLE known AS TABLE bait;
CREATE INDEX ON indexed ((id + trap(1)));
CREATE INDEX ON partial (id) WHERE filler > trap(1)::text;
ALTER TABLE checked ADD CHECK (id > trap(0));
CREATE STATISTICS s ON (id + trap(1)), a FROM known;
RESET ROLE;
ANALYZE bait, indexed, partial, checked, known;
GRANT SELECT ON u TO mallory;
CREATE VIEW v AS SELECT * FROM u WHERE b = trap(7)});

my %traps = (
    'index expression' => [ 'SELECT * FROM indexed WHERE a = 7', 'public.indexed (a)', 'mallory' ],
    'index predicate' => [ 'SELECT * FROM partial WHERE a = 7', 'public.partial (a)', 'mallory' ],
    'check constraint' => [ 'SELECT * FROM checked WHERE a = 7', 'public.checked (a)', 'mallory' ],
    'statistics expression' => [ 'SELECT * FROM known WHERE a = 7', 'public.known (a)', 'mallory' ],
    'function of the statement' => [ 'SELECT * FROM bait WHERE a = trap(7)', 'public.bait (a)', 'mallory' ],
    'stable function of the statement' => [ 'SELECT * FROM bait WHERE a = stable_trap(7) AND id < 100', undef, 'mallory' ],
    'function on a table of the superuser' => [ 'SELECT * FROM u WHERE b = trap(7)', 'public.u (b)', 'mallory' ],
    'function in a view of the superuser' => [ 'SELECT * FROM v', '', undef ]);
for my $trap (sort keys %traps)
{
    my ($statement, $expected, $role) = @{ $traps{$trap} };
    for my $runs (3, 1)
    {
        my $source = $runs == 1 ? 'text' : 'tree';
        forget();
        $node->safe_psql('postgres', $statement) for 1 .. $runs;
        is($node->safe_psql('postgres', q{SELECT DISTINCT source FROM index_advisor.statements WHERE query NOT LIKE '%index_advisor%'}), $source, "$trap: captured, a $source");
        my $from = -s $node->logfile;
        my $advice = advised($node);
        $node->safe_psql('postgres', q{SELECT index_advisor.report(); SELECT * FROM index_advisor.scans; SELECT index_advisor.script();
            SELECT * FROM index_advisor.tables; SELECT * FROM index_advisor.health});
        explained($node, '%') if $role;
        my $log = slurp_file($node->logfile, $from);
        my @superusers = $log =~ /(sprung as (?!mallory).*)/g;
        is("@superusers", '', "$trap: not run with other rights, $source");
        # Planning looks at check constraints where constraint_exclusion says so.
        like($log, qr/sprung as mallory/, "$trap: but as its owner, $source") if $role && $trap ne 'check constraint';
        is($advice, $expected, "$trap: advice, $source") if defined $expected;
        like(unplannable($node), qr/permission denied for view v/, "$trap: unplannable and why, $source") unless $role;
    }
}

# Given by a superuser: the same.
my $from = -s $node->logfile;
for my $call (
    q{advise_for(ARRAY['SELECT * FROM indexed WHERE a = 7'])}, q{index_advisor('SELECT * FROM indexed WHERE a = 7')},
    q{explain('SELECT * FROM indexed WHERE a = 7')}, q{explain('SELECT * FROM bait WHERE a = trap(7)')},
    q{check_index('CREATE INDEX ON indexed (a)')}, q{check_index('CREATE INDEX ON bait (trap(a))')},
    q{check_index('CREATE INDEX ON bait (a) WHERE id > trap(5)')},
    q{explain('SELECT * FROM bait WHERE a = 7', ARRAY['CREATE INDEX ON bait (a) WHERE id > trap(5)'])})
{
    $node->psql('postgres', "SELECT index_advisor.$call");
}
my @sprung = slurp_file($node->logfile, $from) =~ /(sprung as .*)/g;
is(scalar(grep { !/mallory/ } @sprung), 0, 'nor for what a superuser asks about');
cmp_ok(scalar(@sprung), '>', 0, 'though it was run, as its owner');

is_alive($node);
$node->stop;
done_testing();
