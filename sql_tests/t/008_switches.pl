# The switches: off means that nothing is looked at, and on again that everything is.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('switches');
fill($node, 't');
$node->safe_psql('postgres', q{
CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t WHERE b = x; RETURN n; END $$;
SELECT index_advisor.reset()});
my $session = $node->background_psql('postgres');

# In a session that was there before, and in a new one.
sub work
{
    for my $query (sub { $session->query_safe(@_) }, sub { $node->safe_psql('postgres', @_) })
    {
        $query->('SELECT count(*) FROM t WHERE a = 7');
        $query->('SELECT f(7)');
    }
}

sub set
{
    my ($node, @assignments) = @_;
    $node->safe_psql('postgres', "ALTER SYSTEM SET $_") for @assignments;
    $node->reload;
    # The session takes it up with its next command.
    my ($name, $value) = $assignments[-1] =~ /^([\w.]+) = '?([^']*)'?$/;
    my $shown = "SELECT setting FROM pg_settings WHERE name = '$name'";
    $node->poll_query_until('postgres', $shown, $value) or die "no $name";
    for (1 .. 100)
    {
        last if $session->query_safe($shown) eq $value;
        select undef, undef, undef, 0.05;
    }
}

sub is_health
{
    my ($state, $what) = @_;
    is($node->safe_psql('postgres', q{SELECT state FROM index_advisor.health WHERE name = 'enabled'}), $state, "$what: health says $state");
}

my $counts = q{SELECT coalesce(sum(calls) FILTER (WHERE toplevel), 0), coalesce(sum(calls) FILTER (WHERE NOT toplevel), 0)
    FROM index_advisor.statements WHERE query LIKE '%FROM t WHERE%'};
my $all = q{SELECT md5(string_agg(s::text, ',' ORDER BY s::text)) FROM index_advisor.statements AS s};
my $raw = q{SELECT executions_with_suspects, executions_skipped, trees_written, binds_written FROM index_advisor.counters};

work();
is($node->safe_psql('postgres', $counts), '2|2', 'on: counted');
is_health('ok', 'on');

set($node, 'index_advisor.enabled = off');
is_health('off', 'off');
my $before = $node->safe_psql('postgres', "$all; $raw");
work() for 1 .. 3;
is($node->safe_psql('postgres', "$all; $raw"), $before, 'off: nothing moves, no counter either');
like(advised($node), qr/public\.t \(a\)/, 'off: what was gathered can be advised on');
is($node->safe_psql('postgres', $raw), (split /\n/, $before)[1], 'off: which counts nothing either');

set($node, 'index_advisor.enabled = on');
work();
is($node->safe_psql('postgres', $counts), '4|4', 'on again: counted, in old sessions as in new ones');

# In the middle of a statement: what was begun is counted to its end, what began unseen is not.
$session->query_safe('BEGIN; DECLARE c CURSOR FOR SELECT id FROM t WHERE a = 7; FETCH 1 FROM c');
set($node, 'index_advisor.enabled = off');
$session->query_safe('FETCH 1 FROM c; CLOSE c; DECLARE d CURSOR FOR SELECT id FROM t WHERE a = 7 AND id > 0; FETCH 1 FROM d');
set($node, 'index_advisor.enabled = on');
$session->query_safe('FETCH 1 FROM d; COMMIT');
is($node->safe_psql('postgres', q{SELECT query, calls FROM index_advisor.statements WHERE query LIKE '%CURSOR%' ORDER BY 1}) =~ /(\|.*)/ && $1, '|1', 'switched while cursors are open');

for my $case ([ "track = 'none'", '0|0', 'off' ], [ "track = 'top'", '2|0', 'warn' ], [ "track = 'all'", '2|2', 'ok' ],
    [ 'sample_rate = 0', '0|0', 'warn' ], [ 'sample_rate = 1', '2|2', 'ok' ])
{
    my ($assignment, $expected, $health) = @$case;
    set($node, "index_advisor.$assignment");
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
    work();
    is($node->safe_psql('postgres', $counts), $expected, $assignment);
    is_health($health, $assignment);
    next unless $assignment eq 'sample_rate = 0';
    cmp_ok($node->safe_psql('postgres', 'SELECT executions_skipped FROM index_advisor.counters'), '>=', 4, 'what is left out is counted');
    is($node->safe_psql('postgres', q{SELECT state FROM index_advisor.health WHERE name = 'seen'}), 'warn', 'and health says so');
}
set($node, "index_advisor.sample_rate = 0.5");
$node->safe_psql('postgres', q{SELECT index_advisor.reset(); DO $$ BEGIN FOR i IN 1..400 LOOP PERFORM count(*) FROM t WHERE a = 7; END LOOP; END $$});
my $seen = $node->safe_psql('postgres', q{SELECT calls FROM index_advisor.statements WHERE query LIKE '%FROM t WHERE%'});
cmp_ok(abs($seen - 200), '<', 70, 'sample_rate = 0.5: about half');
set($node, 'index_advisor.sample_rate = 1');

# An ordinary role cannot switch off the watching of its statements.
my ($status, $out, $err) = $node->psql('postgres', 'CREATE ROLE plain; SET ROLE plain; SET index_advisor.enabled = off');
like($err, qr/permission denied/, 'an ordinary role cannot switch it off');

# Short texts: a longer statement is counted, its text cut, and it is advised on, or said to be unplannable.
set($node, 'index_advisor.max_query_bytes = 256');
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
my $long = 'SELECT count(*) FROM t WHERE ' . join(' AND ', map { "length(filler) <> $_" } 1000 .. 1020) . ' AND a = 7';
$node->safe_psql('postgres', $long) for 1 .. 3;
$node->safe_psql('postgres', 'SELECT count(*) FROM t WHERE b = 7') for 1 .. 3;
is($node->safe_psql('postgres', q{SELECT calls, length(query) <= 256, source FROM index_advisor.statements WHERE query LIKE '%filler%'}), '3|t|none', 'max_query_bytes: counted, cut');
is(advised($node), 'public.t (b)', 'max_query_bytes: the others are advised on');
like(unplannable($node), qr/max_query_bytes/, 'max_query_bytes: unplannable, with the setting to change');
set($node, 'index_advisor.max_query_bytes = 16384');
$node->safe_psql('postgres', $long) for 1 .. 3;
is(advised($node), "public.t (a)\npublic.t (b)", 'max_query_bytes raised: advice');

$session->quit;
is_alive($node);
$node->stop;
done_testing();
