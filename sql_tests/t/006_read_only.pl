# Where nothing can be written: a standby, a read-only transaction. And over restarts, also after a crash.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
configure($primary, 'index_advisor.save_interval = 1s');
$primary->start;
$primary->safe_psql('postgres', 'CREATE EXTENSION index_advisor');
fill($primary, 't', 'u');
$primary->safe_psql('postgres', 'SELECT index_advisor.reset()');
$primary->safe_psql('postgres', 'SELECT count(*) FROM t WHERE a = 7') for 1 .. 3;
is(advised($primary), 'public.t (a)', 'advice on the primary');

my @views = qw(summary recommendations scans statements tables runs health counters);
my $stored = 'SELECT (SELECT count(*) FROM index_advisor.run), (SELECT count(*) FROM index_advisor.recommendation), (SELECT count(*) FROM index_advisor.run_verdict)';

sub nothing_is_written
{
    my ($node, $what, $begin) = @_;
    my $before = $node->safe_psql('postgres', $stored);
    my ($status, $out, $err) = $node->psql('postgres',
        "$begin SELECT relation, definition, ddl IS NOT NULL, reason IS NOT NULL, status FROM index_advisor.advise() ORDER BY relation");
    is($status, 0, "$what: advise() works");
    like($out, qr/public\.u\|\(b\)\|t\|t\|open/, "$what: and returns rows");
    like($err, qr/NOTICE:  nothing was stored/, "$what: and says that it stores nothing");
    is($node->safe_psql('postgres', $stored), $before, "$what: nothing was stored");
    for my $view (@views)
    {
        ($status, $out, $err) = $node->psql('postgres', "$begin SELECT * FROM index_advisor.$view");
        is($status . $err, '0', "$what: view $view");
    }
    like($node->safe_psql('postgres', "$begin SELECT index_advisor.explain('SELECT * FROM t WHERE b = 5', ARRAY['CREATE INDEX ON t (b)'])"),
        qr/t_b_idx/, "$what: explain()");
    like($node->safe_psql('postgres', "$begin SELECT index_advisor.explain(queryid) FROM index_advisor.scans WHERE relation = 'public.u' LIMIT 20"),
        qr/Filter: \(b = /, "$what: explain(queryid)");
    like($node->safe_psql('postgres', "$begin SELECT index_advisor.report()"), qr/public\.t/, "$what: report()");
    like($node->safe_psql('postgres', "$begin SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT * FROM t WHERE b = 5'])"),
        qr/\(b\)/, "$what: advise_for()");
    like($node->safe_psql('postgres', "$begin SELECT statement FROM index_advisor.script()"), qr/ON public\.t/, "$what: script()");
    like($node->safe_psql('postgres', "$begin SELECT reason FROM index_advisor.check_index('CREATE INDEX ON u (b)')"),
        qr/./, "$what: check_index()");
    for my $call ("dismiss('x')", "undismiss('x')")
    {
        ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$begin SELECT index_advisor.$call");
        like($err, qr/ERROR:  25006/, "$what: $call is refused");
    }
}

$primary->safe_psql('postgres', 'SELECT count(*) FROM u WHERE b = 7') for 1 .. 3;
nothing_is_written($primary, 'read-only transaction', 'SET default_transaction_read_only = on;');

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);
$standby->safe_psql('postgres', 'SELECT index_advisor.reset()');
# It watches what it runs itself, trees included.
$standby->safe_psql('postgres', 'SELECT count(*) FROM u WHERE b = 8') for 1 .. 3;
is($standby->safe_psql('postgres', q{SELECT calls, source FROM index_advisor.statements WHERE query LIKE '%FROM u%'}), '3|tree', 'the standby watches its own statements');
nothing_is_written($standby, 'standby', '');
$standby->promote;
like(advised($standby), qr/public\.u \(b\)/, 'promoted: advice');
is($standby->safe_psql('postgres', 'SELECT statements FROM index_advisor.runs ORDER BY id DESC LIMIT 1'), '1', 'and it is stored');
$standby->stop;

# Restarts.
my $calls = q{SELECT query, calls, source FROM index_advisor.statements WHERE query LIKE '%FROM u WHERE%'};
my $scans = q{SELECT filter, calls, loops, rows_read, rows_removed, max_rows_removed FROM index_advisor.scans WHERE relation = 'public.u' ORDER BY 1};
my $known = $primary->safe_psql('postgres', "$calls; $scans");
$primary->restart;
is($primary->safe_psql('postgres', "$calls; $scans"), $known, 'restart: the workload is still there');
is(advised($primary), "public.t (a)\npublic.u (b)", 'and gives the same advice');
my $now = $primary->safe_psql('postgres', 'SELECT clock_timestamp()');
$primary->safe_psql('postgres', 'SELECT count(*) FROM t WHERE a = 8');
ok($primary->poll_query_until('postgres', "SELECT last_save > '$now' FROM index_advisor.counters"), 'saved by itself');
$primary->stop('immediate');
$primary->start;
is($primary->safe_psql('postgres', "$calls; $scans"), $known, 'crash: what was saved is still there');
$primary->stop;
done_testing();
