# An orderly shutdown loses nothing: statements, scans and counters are the same to the last digit, however often, and
# sums to which whoever asks adds are not less.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('restart', q{
index_advisor.memory = 8MB
index_advisor.min_table_rows = 0
index_advisor.debug_overhead_interval = 10ms
});
fill($node, 'big', 'other');
can_flood($node);
$node->safe_psql('postgres', q{
CREATE ROLE clerk;
GRANT SELECT ON big TO clerk;
CREATE TABLE part (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (5000);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (5000) TO (10000);
INSERT INTO part SELECT i, i % 100 FROM generate_series(0, 9999) i;
ANALYZE part;
SELECT index_advisor.reset()});

# Everything that a record can hold: values, several scans, trees, roles, unfinished, nested, lists, skipped ones.
$node->safe_psql('postgres', q{
PREPARE p (int, text) AS SELECT * FROM big WHERE a = $1 AND c = $2;} . join('', map { "EXECUTE p ($_, 'c$_');" } 1 .. 12) . q{
SELECT count(*) FROM big JOIN other USING (id) WHERE big.a = 5 AND other.b = 7;
SELECT count(*) FROM part WHERE a = 7;
SELECT * FROM big WHERE a IN (1, 2, 3) AND b > 10 AND c LIKE 'c1%' OR filler IS NULL;
SET ROLE clerk;
SELECT * FROM big WHERE a = 7;
RESET ROLE;
DO $$ BEGIN FOR i IN 1..30 LOOP PERFORM * FROM other WHERE b = i; END LOOP; END $$;
UPDATE other SET filler = 'y' WHERE a = 3;
SET index_advisor.sample_rate = 0.5;
} . "SELECT * FROM other WHERE a = 9;\n" x 50);
$node->psql('postgres', 'SELECT 1 / (id - 9) FROM big WHERE a = 9');
# Watching seemed expensive for a while.
change_setting($node, 'debug_hook_us', 1000000);
change_setting($node, 'max_overhead', 1);
$node->safe_psql('postgres', q{DO $$ BEGIN FOR i IN 1 .. 100 LOOP PERFORM * FROM other WHERE a = 7 LIMIT 1; PERFORM pg_sleep(0.001); END LOOP; END $$});
change_setting($node, 'max_overhead', 0);
change_setting($node, 'debug_hook_us', -1);
ok($node->poll_query_until('postgres', q{SELECT bool_and(watched_share = 1) FROM index_advisor.health, index_advisor.counters}), 'it is throttled no more');
# More statements than there is room for.
$node->safe_psql('postgres', 'SELECT flood(1, 2500)');

sub content
{
    return $node->safe_psql('postgres', q{
        SELECT s FROM index_advisor.captured_statements() AS s ORDER BY s::text;
        SELECT s FROM index_advisor.captured_scans() AS s ORDER BY s::text});
}

# States of the moment, of watching and of the file, may be others; asking adds to sums over all statements and all time.
my @momentary = qw(last_save dump_bytes last_overhead watched_share);
my @growing = qw(hook_time session_time statements_without_suspects);

sub counters
{
    return $node->safe_psql('postgres',
        "SELECT to_jsonb(c) - '{${\ join(',', @momentary, @growing)}}'::text[] FROM index_advisor.counters AS c");
}

sub sums
{
    return map { $_ => $node->safe_psql('postgres', "SELECT $_ FROM index_advisor.counters") } @growing;
}

my ($content, $counters) = (content(), counters());
my %sums = sums();
cmp_ok($sums{$_}, '>', 0, "there is $_") for @growing;
like($counters, qr/"$_": [1-9]/, "there are $_") for qw(times_throttled executions_throttled executions_sampled_out);
my $evicted = $node->safe_psql('postgres', 'SELECT statements_evicted FROM index_advisor.counters');
cmp_ok($evicted, '>', 0, 'some statements made room');
cmp_ok($node->safe_psql('postgres', 'SELECT executions_skipped FROM index_advisor.counters'), '>', 0, 'some were not counted');

# Small differences (a nanosecond lost in a conversion) add up.
for my $mode (qw(fast smart fast))
{
    # Nothing but sums is new.
    $node->safe_psql('postgres', 'SELECT 1;' x 200);
    $node->poll_query_until('postgres', "SELECT statements_without_suspects >= 200 + $sums{statements_without_suspects} FROM index_advisor.counters");
    %sums = sums();
    $node->stop($mode);
    $node->start;
    ok(content() eq $content, "statements and scans are the same after a $mode shutdown");
    is(counters(), $counters, 'and so are the counters');
    my %now = sums();
    cmp_ok($now{$_}, '>=', $sums{$_}, "$_ goes on") for @growing;
    cmp_ok($now{statements_without_suspects}, '<', 1.5 * $sums{statements_without_suspects}, 'and is not added twice');
}
# Nothing of the past is held against the first interval after a start.
$node->safe_psql('postgres', 'SELECT * FROM other WHERE a = 9');
cmp_ok($node->safe_psql('postgres', 'SELECT last_overhead FROM index_advisor.counters'), '<', 100, 'an interval holds what was in it');

# What a shutdown ends is booked before it is saved.
my $session = $node->background_psql('postgres', on_error_stop => 0);
$session->query_until(qr/begun/, "\\echo begun\nSELECT count(pg_sleep(0.2)) FROM other WHERE b = 11;\n");
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.2)%' AND state = 'active' AND pid <> pg_backend_pid()});
$node->stop('fast');
$node->start;
is($node->safe_psql('postgres', q{SELECT calls, unfinished FROM index_advisor.statements WHERE query LIKE '%pg_sleep%'}),
    '1|1', 'a statement that the shutdown ended is counted');
eval { $session->quit };

$node->stop;
done_testing();
