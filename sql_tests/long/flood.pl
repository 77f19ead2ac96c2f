# The smallest store under very many distinct statements: no error, the sums stay right, what weighs stays.
#
#   FLOOD=1000000 scripts/test-long tap     a million of them
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $statements = $ENV{FLOOD} // 60_000;
my $sessions = 4;
my $share = int($statements / $sessions);

my $node = start_server('flood', q{
index_advisor.memory = 8MB
index_advisor.save_interval = 1s
});
fill($node, 'heavy');
can_flood($node);

# In parts, so that each is one statement of the client and not the whole transaction's memory.
my $script = $node->basedir . '/flood.sql';
my $part = 500;
append_to_file($script, "\\set first :client_id * $share + :done\nSELECT flood(:first, :first + $part - 1);\n\\set done :done + $part\n");
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
$node->safe_psql('postgres', 'SELECT * FROM heavy WHERE a = 7') for 1 .. 10;

my ($out, $err);
my $load = IPC::Run::start([ 'pgbench', '-n', '-c', $sessions, '-t', int($share / $part), '-D', 'done=0', '-f', $script,
        '-h', $node->host, '-p', $node->port, 'postgres' ], '<', \undef, '>', \$out, '2>', \$err);
my $heavy_runs = 10;
while ($load->pumpable)
{
    $node->safe_psql('postgres', 'SELECT * FROM heavy WHERE a = 7; SELECT pg_sleep(0.2)');
    $heavy_runs++;
    $load->pump_nb;
}
$load->finish;
my $ran = $sessions * int($share / $part) * $part;
unlike($err, qr/ERROR|WARNING|aborted/, 'no error, no warning');
like($out, qr{actually processed: (\d+)/\1\b}, 'all of it ran');

my $counters = sub {
    return split /\|/, $node->safe_psql('postgres', q{
        SELECT statements, statements_max, statements_evicted, executions_with_suspects, executions_skipped, adds_lost,
            memory_bytes, blob_used_bytes <= blob_bytes
        FROM index_advisor.counters});
};
my ($held, $max, $evicted, $seen, $skipped, $lost, $bytes, $fits) = $counters->();
note("$ran statements; held $held of $max, evicted $evicted, seen $seen, skipped $skipped, lost $lost");
cmp_ok($held, '<=', $max, 'what is held fits');
cmp_ok($held, '>', $max / 2, 'and uses the room');
is("$bytes $fits", 8 * 1024 * 1024 . ' t', 'memory is what was allowed');
is($held + $evicted, $ran + 1, 'each statement is held, or was and made room') or diag("skipped $skipped");
# A statement that made room before it ended is lost, and its scan too.
cmp_ok($seen, '<=', $ran + $heavy_runs, 'no execution is counted twice');
cmp_ok($seen + $skipped + $lost, '>=', $ran + $heavy_runs, 'none is missing without being counted as that');
my $heavy = q{SELECT calls, source FROM index_advisor.statements WHERE query LIKE '%FROM heavy%'};
is($node->safe_psql('postgres', $heavy), "$heavy_runs|tree", 'the heavy one is counted to the last');
is(advised($node), 'public.heavy (a)', 'and there is advice');

my @before = $counters->();
$node->restart;
is_deeply([ $counters->() ], \@before, 'the full store comes back as it was');
is($node->safe_psql('postgres', $heavy), "$heavy_runs|tree", 'the heavy one, too');
unlike(slurp_file($node->logfile), qr/(ERROR|WARNING|PANIC):  |terminated by signal/, 'the log has no complaint');
$node->stop;
done_testing();
