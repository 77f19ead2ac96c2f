# Beside other extensions that watch or change plans, loaded before and after them: results are right, our counts are
# exact, and theirs are those of a server without us.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('company');
my $libdir = $node->config_data('--pkglibdir');
$libdir =~ s/.*\n//s;

# What each of them says of the workload.
my %theirs = (
    pg_stat_statements => q{SELECT query, toplevel, calls, rows, plans FROM pg_stat_statements WHERE query ~ 'FROM [tu] |UPDATE u' ORDER BY 1, 2},
    pg_qualstats => q{SELECT lrelid::regclass, lattnum, opno, sum(occurences), sum(execution_count), sum(nbfiltered) FROM pg_qualstats()
        WHERE lrelid IN ('t'::regclass, 'u'::regclass) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3},
    pg_stat_kcache => q{SELECT query, top FROM pg_stat_kcache_detail WHERE query ~ 'FROM [tu] |UPDATE u' ORDER BY 1, 2},
    hypopg => q{SET auto_explain.log_min_duration = -1; SELECT FROM hypopg_create_index('CREATE INDEX ON t (a)'); EXPLAIN SELECT * FROM t WHERE a = 7},
    pg_hint_plan => q{SET enable_seqscan = off; EXPLAIN /*+ SeqScan(k) */ SELECT * FROM k WHERE id = 7},
    auto_explain => undef);
my %reset = map { $_ => "SELECT ${_}_reset()" } qw(pg_stat_statements pg_qualstats pg_stat_kcache);
my @installed = grep { -e "$libdir/$_.so" } sort keys %theirs;

# 20,000 rows: a = 7 keeps 10, b = 7 keeps 40. In the parallel ones workers alone read, whoever counts them.
my %removed = (
    'SELECT count(*) FROM t WHERE a = 7' => 19990,
    'SELECT f(7)' => 19960,
    'SELECT count(*) FROM t JOIN u USING (id) WHERE t.a = 7 AND u.b < 250' => 19990 + 10000,
    'UPDATE u SET b = b WHERE a = 7' => 19990);
my $parallel = q{
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT count(*) FROM t WHERE a = 8;
SET auto_explain.log_analyze = off;
SELECT count(*) FROM t WHERE a = 8;
SET auto_explain.log_analyze = on; SET auto_explain.log_min_duration = -1;
SELECT count(*) FROM t WHERE a = 8};
my $workload = join(";\n", (sort keys %removed) x 3) . ";\n$parallel";
my $removed = 3 * 19990;
$removed += 3 * $_ for values %removed;

# A server with these libraries, and nothing counted yet.
sub preload
{
    my @libraries = @_;
    $node->adjust_conf('postgresql.conf', 'shared_preload_libraries', "'" . join(',', @libraries) . "'");
    $node->restart;
    for my $library (grep { $_ ne 'auto_explain' } @libraries)
    {
        $node->safe_psql('postgres', "CREATE EXTENSION IF NOT EXISTS $library");
    }
    $node->safe_psql('postgres', join ';', 'VACUUM u', grep { $_ } @reset{@libraries});
}

# Results of the workload, and what the others have counted and written down.
sub observed
{
    my @libraries = @_;
    my $from = -s $node->logfile;
    my $seen = $node->safe_psql('postgres', $workload);
    my $log = slurp_file($node->logfile, $from);
    $seen .= "\n" . $node->safe_psql('postgres', $_) for grep { $_ } @theirs{@libraries};
    return $seen unless grep { $_ eq 'auto_explain' } @libraries;
    return join "\n", $seen, grep { /"(Query Text|Node Type|Actual Rows|Actual Loops|Rows Removed by Filter)":/ } split /\n/, $log;
}

sub company
{
    my @others = @_;
    preload(@others);
    my $without = observed(@others);
    like($without, qr/"Rows Removed by Filter": 19990/, "@others: is at work") if grep { $_ eq 'auto_explain' } @others;
    for my $order ([ 'index_advisor', @others ], [ @others, 'index_advisor' ])
    {
        my $name = join ', ', @$order;
        preload(@$order);
        $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
        is(observed(@others), $without, "$name: results, and their counts");
        is($node->safe_psql('postgres', q{SELECT sum(rows_removed) FROM index_advisor.scans WHERE relation IN ('public.t', 'public.u')}), $removed,
            "$name: rows removed are exact");
        # What somebody runs to look at it is no part of the load.
        $node->safe_psql('postgres', 'EXPLAIN (ANALYZE, TIMING OFF) SELECT count(*) FROM t WHERE c = $$c7$$');
        is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.scans WHERE filter = 'c = $'}), 0, "$name: EXPLAIN ANALYZE does not count");
        beside_statements($name) if grep { $_ eq 'pg_stat_statements' } @others;
        our_plans_are_nobodys($name, @others);
        beside_hypopg($name) if grep { $_ eq 'hypopg' } @others;
    }
}

sub beside_statements
{
    my ($name) = @_;
    is($node->safe_psql('postgres', q{
        SELECT count(*), bool_and(s.calls = p.calls), bool_and(s.rows = p.rows)
        FROM index_advisor.statements AS s JOIN pg_stat_statements AS p USING (userid, dbid, toplevel, queryid)
        WHERE s.query ~ 'FROM [tu] |UPDATE u'}), '4|t|t', "$name: calls and rows are those of pg_stat_statements");
}

sub our_plans_are_nobodys
{
    my ($name, @others) = @_;
    my @counts = grep { $_ } map { $theirs{$_} } grep { /stat/ } @others;
    my @before = map { $node->safe_psql('postgres', $_) } @counts;
    my $from = -s $node->logfile;
    like(advised($node), qr/public\.t \(a\).*public\.t \(b\)\n.*public\.u \(a\)/s, "$name: advice");
    is_deeply([ map { $node->safe_psql('postgres', $_) } @counts ], \@before, "$name: advise() is not booked as planning");
    unlike(slurp_file($node->logfile, $from), qr/"Relation Name": "[tu]"/, "$name: nor explained");
}

# Each has its own hypothetical indexes. Those of hypopg have no name by the time that auto_explain would print it.
sub beside_hypopg
{
    my ($name) = @_;
    my $advice = advised($node);
    my $out = $node->safe_psql('postgres', q{
SET auto_explain.log_min_duration = -1;
SELECT count(*) FROM hypopg_create_index('CREATE INDEX ON t (a)');
EXPLAIN SELECT * FROM t WHERE a = 7;
SELECT 'ours', index_advisor.explain('SELECT * FROM t WHERE a = 7');
SELECT 'with', index_advisor.explain('SELECT * FROM t WHERE a = 7', ARRAY['CREATE INDEX mine ON t (a)']);
SELECT 'advice', relation, definition FROM index_advisor.advise() ORDER BY relation, definition;
EXPLAIN SELECT * FROM t WHERE a = 7});
    is(() = $out =~ /Index Scan on "?<\d+>btree_t_a/g, 2, "$name: hypopg explains with its index, before and after advise()");
    like($out, qr/ours\|Seq Scan/, "$name: our explain() is without");
    like($out, qr/with\|.*on mine/, "$name: or with what it was asked for");
    is(join("\n", map { s/^advice\|//r =~ s/\|/ /r } grep { /^advice/ } split /\n/, $out), $advice, "$name: the same advice");
}

$node->init;
configure($node, q{
compute_query_id = on
pg_stat_statements.track = all
pg_stat_statements.track_planning = on
pg_qualstats.sample_rate = 1
pg_stat_kcache.track = 'all'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_timing = on
auto_explain.log_nested_statements = on
auto_explain.log_format = json
});
$node->start;
fill($node, 't', 'u');
$node->safe_psql('postgres', q{
CREATE EXTENSION index_advisor;
CREATE TABLE k (id int PRIMARY KEY);
INSERT INTO k SELECT generate_series(1, 1000);
ANALYZE k;
CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t WHERE b = x; RETURN n; END $$});

for my $library (sort keys %theirs)
{
  SKIP:
    {
        skip("$library is not installed", 1) unless grep { $_ eq $library } @installed;
        # pg_stat_kcache extends pg_stat_statements, and comes after it.
        company($library eq 'pg_stat_kcache' ? ('pg_stat_statements', $library) : $library);
    }
}
company((grep { $_ ne 'pg_stat_kcache' } @installed), grep { $_ eq 'pg_stat_kcache' } @installed);

ok(!(grep { /was terminated by signal|PANIC:|TRAP:/ } split /\n/, slurp_file($node->logfile)), 'no backend crashed');
$node->stop;
done_testing();
