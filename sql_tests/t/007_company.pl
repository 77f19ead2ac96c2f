# Beside other extensions that watch plans, loaded before or after: every count stays exact, theirs and ours.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @others = qw(pg_stat_statements auto_explain);

sub company
{
    my ($name, @preload) = @_;
    my $has_hypopg = grep { $_ eq 'hypopg' } @preload;
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init;
    configure($node, "shared_preload_libraries = '" . join(',', @preload) . q{'
pg_stat_statements.track = all
pg_stat_statements.track_planning = on
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_nested_statements = on
auto_explain.log_format = json
});
    $node->start;
    $node->safe_psql('postgres', "CREATE EXTENSION $_") for grep { $_ ne 'auto_explain' } @preload;
    fill($node, 't', 'u');
    $node->safe_psql('postgres', q{
CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t WHERE b = x; RETURN n; END $$;
SELECT index_advisor.reset(), pg_stat_statements_reset();
});

    # 20,000 rows: a = 7 keeps 10, b = 7 keeps 40.
    my %removed = (
        'SELECT count(*) FROM t WHERE a = 7' => 19990,
        'SELECT f(7)' => 19960,
        'SELECT count(*) FROM t JOIN u USING (id) WHERE t.a = 7 AND u.b < 250' => 19990 + 10000,
        'UPDATE u SET b = b WHERE a = 7' => 19990);
    my $from = -s $node->logfile;
    my $expected = 0;
    for my $statement (sort keys %removed)
    {
        $node->safe_psql('postgres', $statement) for 1 .. 3;
        $expected += 3 * $removed{$statement};
    }
    # The rows are read by workers alone, whoever counts them: auto_explain through the leader, or we.
    $node->safe_psql('postgres', q{
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT count(*) FROM t WHERE a = 8;
SET auto_explain.log_analyze = off;
SELECT count(*) FROM t WHERE a = 8;
SET auto_explain.log_analyze = on; SET auto_explain.log_min_duration = -1;
SELECT count(*) FROM t WHERE a = 8;
EXPLAIN ANALYZE SELECT count(*) FROM t WHERE a = 8});
    $expected += 4 * 19990;
    is($node->safe_psql('postgres', q{SELECT sum(rows_removed) FROM index_advisor.scans WHERE relation IN ('public.t', 'public.u')}), $expected,
        "$name: rows removed are exact");
    like(slurp_file($node->logfile, $from), qr/"Rows Removed by Filter": 19990/, "$name: auto_explain has its own");
    is($node->safe_psql('postgres', q{
        SELECT count(*), bool_and(s.calls = p.calls), bool_and(s.rows = p.rows)
        FROM index_advisor.statements AS s JOIN pg_stat_statements AS p USING (userid, dbid, toplevel, queryid)
        WHERE s.query ~ 'FROM [tu] |UPDATE u'}), '5|t|t', "$name: calls and rows are those of pg_stat_statements");

    # Our planner calls are nobody's plans.
    my $plans = q{SELECT sum(plans), count(*) FROM pg_stat_statements WHERE query ~ 'FROM [tu] |UPDATE u'};
    my $before = $node->safe_psql('postgres', $plans);
    $from = -s $node->logfile;
    my $advice = advised($node);
    like($advice, qr/public\.t \(a\).*public\.t \(b\)\npublic\.u \(a\)/s, "$name: advice");
    is($node->safe_psql('postgres', $plans), $before, "$name: advise() is not booked as planning");
    unlike(slurp_file($node->logfile, $from), qr/"Relation Name": "[tu]"/, "$name: nor explained");

    beside_hypopg($node, $name) if $has_hypopg;
    $node->stop;
}

# Each has its own hypothetical indexes. Those of hypopg have no name by the time that auto_explain would print it.
sub beside_hypopg
{
    my ($node, $name) = @_;
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

my $node = PostgreSQL::Test::Cluster->new('probe');
my $libdir = $node->config_data('--pkglibdir');
$libdir =~ s/.*\n//s;
push @others, 'hypopg' if -e "$libdir/hypopg.so";
note("beside @others");
company('before', 'index_advisor', @others);
company('after', @others, 'index_advisor');
done_testing();
