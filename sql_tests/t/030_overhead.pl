# What watching costs is measured, shown, and kept below max_overhead: executions that are passed over are counted.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('overhead', q{
index_advisor.max_overhead = 1
index_advisor.save = off
});
fill($node, 't');

sub counter
{
    return $node->safe_psql('postgres', "SELECT $_[0] FROM index_advisor.counters");
}

sub throttled
{
    return $node->safe_psql('postgres', q{SELECT state FROM index_advisor.health WHERE name = 'throttled'});
}

# Executions of a cheap statement with a suspect, in one session, which then ends.
sub execute
{
    my ($times) = @_;
    $node->safe_psql('postgres', qq{DO \$\$ BEGIN FOR i IN 1 .. $times LOOP PERFORM * FROM t WHERE a = 7 LIMIT 1; END LOOP; END \$\$});
}

# Nothing is counted before it runs, each is counted once.
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
execute(5000);
$node->safe_psql('postgres', 'SELECT 1') for 1 .. 3;
ok($node->poll_query_until('postgres', 'SELECT statements_without_suspects >= 3 FROM index_advisor.counters'),
    'sessions that ended have said how many statements had no suspects');
is(counter('executions_with_suspects'), 5000, 'all are watched');
ok(counter('hook_time > 0 AND hook_time < session_time'), 'watching took some of the time');

# Measured one by one, at a known price: 5,000 times 100 microseconds, and what they really took.
change_setting($node, 'max_overhead', 0);
change_setting($node, 'debug_hook_us', 100);
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
execute(5000);
$node->poll_query_until('postgres', 'SELECT hook_time >= 500 FROM index_advisor.counters');
my $time = counter('hook_time');
cmp_ok($time, '>=', 2 * 5000 * 0.1, 'start and end of each execution are measured');
is(counter('executions_with_suspects'), 5000, 'with max_overhead = 0 nothing is passed over');
is(throttled(), 'off', 'and health says so');

# Each execution seems to take 2 ms of watching: far above one per cent.
$node->safe_psql('postgres', q{
CREATE FUNCTION execute_for(seconds float8) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint := 0;
BEGIN
    WHILE clock_timestamp() < now() + make_interval(secs => seconds) LOOP
        PERFORM * FROM t WHERE a = 7 LIMIT 1;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$});
change_setting($node, 'debug_overhead_interval', '1s');
change_setting($node, 'debug_hook_us', 1000);
change_setting($node, 'max_overhead', 1);
is(throttled(), 'ok', 'not throttled yet');
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
my $n = $node->safe_psql('postgres', 'SELECT execute_for(3)');
is(throttled(), 'warn', 'throttled');
$node->poll_query_until('postgres', "SELECT executions_with_suspects + executions_throttled = $n FROM index_advisor.counters");
is(counter('executions_with_suspects + executions_throttled'), $n, 'each execution is counted, as watched or as passed over');
cmp_ok(counter('executions_throttled'), '>', 0, 'some are passed over');
cmp_ok(counter('executions_with_suspects'), '>', 0, 'some are watched');
is(counter('executions_skipped = executions_throttled'), 't', 'they are skipped ones');
cmp_ok(counter('times_throttled'), '>=', 1, 'and it is counted');
is($node->safe_psql('postgres', q{SELECT state FROM index_advisor.health WHERE name = 'seen'}), 'warn', 'health says that not all was seen');

# What the planner thinks expensive is watched all the same.
my $before = counter('executions_with_suspects');
$node->safe_psql('postgres', 'SELECT count(*) FROM t AS x, t AS y WHERE x.a = 7 AND y.b = 7 AND x.filler <> y.c') for 1 .. 20;
is($node->safe_psql('postgres', q{SELECT calls FROM index_advisor.statements WHERE query LIKE '%x.filler%'}), '20', 'expensive ones are not passed over');

# Cheap again: it recovers, also when nobody runs anything.
change_setting($node, 'debug_hook_us', -1);
change_setting($node, 'debug_overhead_interval', '50ms');
ok($node->poll_query_until('postgres', q{SELECT state = 'ok' FROM index_advisor.health WHERE name = 'throttled'}), 'it recovers');
is(counter('watched_share'), 1, 'everything is watched again');
my @lines = slurp_file($node->logfile) =~ /LOG:  .*index_advisor watches one cheap execution/g;
cmp_ok(scalar(@lines), '>=', 1, 'it was logged');
cmp_ok(scalar(@lines), '<', 20, 'not for each statement');
unlike(slurp_file($node->logfile), qr/watches one cheap.*\n.*STATEMENT|CONTEXT:  SQL statement "SELECT \* FROM t/, 'and without anybody\'s statement');

# An ordinary load, measured as it is. How much it takes depends on the machine, on one that is busy above all: so the
# limit is one that no machine comes to.
change_setting($node, 'debug_overhead_interval', '1s');
change_setting($node, 'max_overhead', 50);
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
$node->safe_psql('postgres', q{DO $$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM count(*) FROM t WHERE c = 'c7'; END LOOP; END $$});
is(throttled(), 'ok', 'an ordinary load is not throttled');
is(counter('executions_with_suspects'), 1000, 'and all of it was watched');
is(counter('times_throttled'), 0, 'all the time');
cmp_ok(counter('hook_time'), '>', 0, 'what it takes is measured');

is_alive($node);
$node->stop;
done_testing();
