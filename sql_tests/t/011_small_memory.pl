# The smallest memory under 20,000 distinct statements: no error, light ones make way and are counted, heavy ones stay.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('small', q{
index_advisor.memory = 8MB
index_advisor.debug_suspect_all = on
index_advisor.save_interval = 1s
});
fill($node, 'heavy');
can_flood($node);
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
$node->safe_psql('postgres', 'SELECT * FROM heavy WHERE a = 7') for 1 .. 10;
my $heavy = q{SELECT calls, source FROM index_advisor.statements WHERE query LIKE '%FROM heavy%'};
is($node->safe_psql('postgres', $heavy), '10|tree', 'the heavy one is there');

# Two sessions at once.
my @sessions = map { $node->background_psql('postgres') } 1 .. 2;
$sessions[0]->query_until(qr/begun/, "\\echo begun\nSELECT flood(0, 9999);\n");
$sessions[1]->query_until(qr/begun/, "\\echo begun\nSELECT flood(10000, 19999);\n");
for my $session (@sessions)
{
    $session->query('SELECT 1');
    is($session->{stderr}, '', 'no error, no warning');
    $session->quit;
}

my ($held, $max, $evicted, $seen, $skipped) = split /\|/,
  $node->safe_psql('postgres', 'SELECT statements, statements_max, statements_evicted, executions_with_suspects, executions_skipped FROM index_advisor.counters');
cmp_ok($max, '<', 20000, 'there is no room for all');
cmp_ok($held, '<=', $max, 'what is held fits');
cmp_ok($held, '>', $max / 2, 'and uses the room');
cmp_ok($held + $evicted, '>=', 20000 - $skipped, 'each is held, or counted as evicted or skipped');
cmp_ok($seen + $skipped, '>=', 20000, 'no execution is lost from the sums');
is($node->safe_psql('postgres', $heavy), '10|tree', 'the heavy one stays');
is($node->safe_psql('postgres', q{SELECT state FROM index_advisor.health WHERE name = 'memory'}), 'warn', 'health warns');
is(advised($node), 'public.heavy (a)', 'and there is advice');
cmp_ok($node->safe_psql('postgres', 'SELECT memory_bytes FROM index_advisor.counters'), '<=', 8 * 1024 * 1024, 'memory is what was allowed');

# A full store is saved and loaded, into a larger one too.
$node->restart;
is($node->safe_psql('postgres', $heavy), '10|tree', 'restart: the heavy one is still there');
$node->append_conf('postgresql.conf', 'index_advisor.memory = 16MB');
$node->restart;
is($node->safe_psql('postgres', $heavy), '10|tree', 'more memory: the heavy one is still there');
$node->safe_psql('postgres', 'SELECT flood(20000, 21000)');
$node->append_conf('postgresql.conf', 'index_advisor.memory = 8MB');
$node->restart;
is($node->safe_psql('postgres', $heavy), '10|tree', 'less again: the heavy one is still there');

unlike(slurp_file($node->logfile), qr/(ERROR|WARNING|PANIC):  /, 'the log has no complaint');
$node->stop;
done_testing();
