# Writes are a rate over the time in which a table was watched: what was loaded before is none, what comes then is.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use Test::More;

my $node = start_server('writes');
my $writes = q{SELECT r.writes_per_hour FROM index_advisor.advise() AS r WHERE relation = 'public.loaded'};

fill($node, 'loaded');
$node->safe_psql('postgres', 'SELECT * FROM loaded WHERE a = 7');
is($node->safe_psql('postgres', $writes), '', 'just loaded, just watched: nobody knows');
like($node->safe_psql('postgres', 'SELECT price FROM index_advisor.recommendations'), qr/not known yet/, 'and the price says so');
is($node->safe_psql('postgres', q{SELECT writes_per_hour IS NULL FROM index_advisor.check_index('CREATE INDEX ON loaded (a)')}),
    't', 'nor does check_index()');

# The counters are read when every session must have reported what it did before; a rate needs some seconds more.
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM ($writes) AS w WHERE writes_per_hour IS NOT NULL"),
    'then it is known');
is($node->safe_psql('postgres', $writes), '0', 'and the load is not in it');

$node->safe_psql('postgres',
    'INSERT INTO loaded SELECT i, i, i FROM generate_series(1, 500) i; SELECT pg_stat_force_next_flush()');
my $rate = $node->safe_psql('postgres', "SET index_advisor.write_weight = 0; $writes");
cmp_ok($rate, '>', 0, 'what is written from then on is');
cmp_ok($rate, '<=', 500 * 3600 / 10, 'and no more');

# So are rows of COPY: an index that they make dearer than what it saves is not proposed, unless writers do not count.
my $file = $node->data_dir . '/rows';
$node->safe_psql('postgres', "COPY (SELECT i, i % 2000, i % 500, 'c', 'x' FROM generate_series(1, 100000) i) TO '$file';
    COPY loaded FROM '$file'; SELECT pg_stat_force_next_flush()");
is($node->safe_psql('postgres', $writes), '', 'a bulk load is writes: too dear');
is($node->safe_psql('postgres', q{SELECT verdict FROM index_advisor.scans WHERE relation = 'public.loaded'}), 'writes_outweigh', 'and the verdict says so');
cmp_ok($node->safe_psql('postgres', "SET index_advisor.write_weight = 0; $writes"), '>', $rate, 'counted, but not weighed with write_weight = 0');

# Updates that set none of an index's columns stay HOT: but what they set may be in what a column is generated from, and is in the row.
$node->safe_psql('postgres', q{
    CREATE TABLE derived (a int, b int, doubled int GENERATED ALWAYS AS (2 * a) STORED, halved int GENERATED ALWAYS AS (b / 2) STORED)
        WITH (fillfactor = 50, autovacuum_enabled = off);
    INSERT INTO derived SELECT i, i FROM generate_series(1, 5000) i;
    ANALYZE derived;
    SELECT * FROM derived WHERE b = 7});
my $hot_lost = sub { my ($index) = @_; return "SELECT hot_lost_per_hour > 0 FROM index_advisor.check_index('CREATE INDEX ON derived $index')" };
ok($node->poll_query_until('postgres', $hot_lost->('(b)'), 'f'), 'watched');
$node->safe_psql('postgres', 'UPDATE derived SET a = a + 1 WHERE b < 500; SELECT pg_stat_force_next_flush()');
is($node->safe_psql('postgres', $hot_lost->($_->[0])), $_->[1], "HOT updates lost by an index on $_->[0]")
    for (['(a)', 't'], ['(b)', 'f'], ['(doubled)', 't'], ['(halved)', 'f'], ['(b) INCLUDE (doubled)', 't'], ['((doubled + 1))', 't'],
    ['(b) WHERE doubled > 3', 't'], ['(b) WHERE derived.* IS NOT NULL', 't'], ['((derived.* IS NULL))', 't']);

# Whichever table of a tree an update names.
$node->safe_psql('postgres', q{
    CREATE TABLE tree (id int, a int, b int, c int) PARTITION BY RANGE (id);
    CREATE TABLE leaf (gone int, c int, b int, a int, id int) WITH (fillfactor = 50, autovacuum_enabled = off);
    ALTER TABLE leaf DROP gone;
    ALTER TABLE tree ATTACH PARTITION leaf FOR VALUES FROM (0) TO (10000);
    INSERT INTO tree SELECT i, i, i, i FROM generate_series(1, 5000) i;
    ANALYZE tree;
    SELECT * FROM tree WHERE b = 7});
my $lost_of = sub { my ($key) = @_; return "SELECT hot_lost_per_hour > 0 FROM index_advisor.check_index('CREATE INDEX ON $key')" };
ok($node->poll_query_until('postgres', $lost_of->('leaf (b)'), 'f'), 'the tree is watched');
$node->safe_psql('postgres', 'UPDATE tree SET c = c + 1 WHERE id < 500; UPDATE leaf SET a = a + 1 WHERE id < 500; SELECT pg_stat_force_next_flush()');
is($node->safe_psql('postgres', $lost_of->($_->[0])), $_->[1], "HOT updates lost by an index on $_->[0]")
    for (['tree (a)', 't'], ['tree (b)', 'f'], ['tree (c)', 't'], ['leaf (a)', 't'], ['leaf (b)', 'f'], ['leaf (c)', 't']);

# Reset counters are smaller than those that were read: it starts again.
$node->safe_psql('postgres', 'SELECT pg_stat_reset()');
is($node->safe_psql('postgres', $writes), '', 'counters that were reset: not known any more');

# A workload that is reset is watched anew.
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
$node->safe_psql('postgres', 'INSERT INTO loaded SELECT i, i, i FROM generate_series(1, 500) i');
$node->safe_psql('postgres', 'SELECT * FROM loaded WHERE a = 7');
is($node->safe_psql('postgres', $writes), '', 'after reset(): not known');

is_alive($node);
$node->stop;
done_testing();
