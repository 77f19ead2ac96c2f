# A tree is copied by one planning of its statement, and not by each where it is not kept: more of them than room,
# plannings that are not the one that is wanted, statements that are evicted again and again.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('trees', q{
index_advisor.memory = 8MB
index_advisor.debug_suspect_all = on
index_advisor.save = off
});

# The bits of n decide which operators a statement has, so that each is another one.
$node->safe_psql('postgres', q{
CREATE TABLE light AS SELECT i AS a, i AS b FROM generate_series(1, 20) i;
ANALYZE light;
CREATE FUNCTION statement(n int) RETURNS text LANGUAGE sql AS $$
    SELECT 'SELECT count(*) FROM light WHERE a = -1 AND ' ||
        string_agg(CASE WHEN n >> bit & 1 = 1 THEN 'b >= a' ELSE 'b <> a + 5' END, ' AND ' ORDER BY bit)
        FROM generate_series(0, 14) AS bit $$;
CREATE TABLE statements AS SELECT n, statement(n) AS text FROM generate_series(0, 4999) AS n;
CREATE FUNCTION run(first int, last int, times int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    command text;
BEGIN
    FOR command IN SELECT text FROM statements WHERE n BETWEEN first AND last ORDER BY n LOOP
        FOR i IN 1 .. times LOOP
            EXECUTE command;
        END LOOP;
    END LOOP;
END $$});

sub run
{
    my ($first, $last, $times) = @_;
    $node->safe_psql('postgres', "SELECT run($first, $last, $times)");
}

sub counters
{
    return split /\|/, $node->safe_psql('postgres', 'SELECT ' . join(', ', @_) . ' FROM index_advisor.counters');
}

sub reset_all
{
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
}

# Room for all: one copy each, at the second planning, and no other.
reset_all();
run(0, 99, 10);
my ($copied, $written, $evicted) = counters('trees_copied', 'trees_written', 'statements_evicted');
is($evicted, 0, 'there is room for a hundred');
is($copied, $written, 'room for all: each copy is kept');
cmp_ok($written, '>=', 100, 'of each statement');
cmp_ok($copied, '<=', 105, 'and made once');
run(0, 99, 10);
is((counters('trees_copied - trees_written'))[0], 0, 'room for all: still');
cmp_ok((counters('trees_copied'))[0], '<=', 105, 'no planning copies it again');

# More statements than entries, each run once and met again when it is long gone: 15,000 plannings.
reset_all();
run(0, 4999, 1) for 1 .. 3;
my $postponed;
($copied, $written, $evicted, $postponed) = counters('trees_copied', 'trees_written', 'statements_evicted', 'trees_postponed');
note("once in a while: copied $copied, written $written, evicted $evicted, postponed $postponed");
cmp_ok($evicted, '>', 5000, 'once in a while: they are evicted again and again');
cmp_ok($copied, '<', 1500, 'and not copied at each planning');

# The same with several executions in a row, so that there is a planning that could copy: 60,000 plannings.
reset_all();
run(0, 4999, 4) for 1 .. 3;
($copied, $written, $evicted, $postponed) = counters('trees_copied', 'trees_written', 'statements_evicted', 'trees_postponed');
note("in a row: copied $copied, written $written, evicted $evicted, postponed $postponed");
cmp_ok($evicted, '>', 5000, 'in a row: they are evicted again and again');
cmp_ok($copied, '<', 3000, 'and not copied at each visit');
cmp_ok($postponed, '>', 1000, 'since their trees are not asked for');
# What is heavy gets its tree all the same.
$node->safe_psql('postgres', 'SELECT count(*) FROM statements AS x, light WHERE x.n = light.a AND x.text <> $$$$') for 1 .. 30;
is($node->safe_psql('postgres', q{SELECT source FROM index_advisor.statements WHERE query LIKE '%FROM statements AS x%'}),
    'tree', 'a statement that weighs more has its tree');

# A statement that is planned once and executed all the time wants its tree; another role's, and another schema's,
# plannings of the same text must not pay for that.
$node->safe_psql('postgres', q{
CREATE SCHEMA s1; CREATE TABLE s1.p AS SELECT * FROM light;
CREATE SCHEMA s2; CREATE TABLE s2.p AS SELECT * FROM light;
ANALYZE s1.p, s2.p});
reset_all();
my $cached = $node->background_psql('postgres');
my $planned = $node->background_psql('postgres');
$cached->query_safe('SET search_path = s1; PREPARE q AS SELECT * FROM p WHERE a = 1; EXECUTE q');
reset_all();
$planned->query_safe('SET search_path = s2');
$planned->query_safe('SELECT * FROM p WHERE a = 1') for 1 .. 3;
for (1 .. 40)
{
    $cached->query_safe('EXECUTE q');
    $planned->query_safe('SELECT * FROM p WHERE a = 1');
}
cmp_ok((counters('trees_copied'))[0], '<', 15, 'a planning that is not the wanted one is seldom copied');
$_->quit for $cached, $planned;

is_alive($node);
$node->stop;
done_testing();
