# One role fills the memory with statements heavier than everybody else's: it gets half of it, no more.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('hostile_flood', q{
index_advisor.memory = 8MB
index_advisor.debug_suspect_all = on
index_advisor.save = off
});
# The bits of n decide which operators a statement has, so that each is another one; it is as long as `repeats` says.
$node->safe_psql('postgres', q{
CREATE ROLE mallory; CREATE ROLE alice;
CREATE TABLE many AS SELECT i AS a, i AS b FROM generate_series(1, 5000) i;
CREATE TABLE few AS SELECT i AS a, i AS b FROM generate_series(1, 20) i;
GRANT SELECT ON many, few TO mallory, alice;
CREATE FUNCTION flood(relation text, first int, last int, repeats int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    condition text;
BEGIN
    FOR n IN first..last LOOP
        SELECT string_agg(CASE WHEN n >> (bit % 14) & 1 = 1 THEN 'b >= a' ELSE 'b <> a + 5' END, ' AND ' ORDER BY bit) INTO condition
            FROM generate_series(0, 14 * repeats - 1) AS bit;
        FOR i IN 1..2 LOOP
            EXECUTE format('SELECT count(*) FROM %I WHERE a = -1 AND ', relation) || condition;
        END LOOP;
    END LOOP;
END $$;
ANALYZE many, few});

sub forget
{
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
}

sub flood
{
    my ($role, @arguments) = @_;
    $node->safe_psql('postgres', sprintf("SET ROLE %s; SELECT flood('%s', %d, %d, %d)", $role, @arguments));
}

sub held
{
    my ($role, $condition) = @_;
    return $node->safe_psql('postgres',
        "SELECT count(*) FROM index_advisor.statements WHERE userid = '$role'::regrole AND query LIKE '%count%' AND " . ($condition // 'true'));
}

my $max = $node->safe_psql('postgres', 'SELECT statements_max FROM index_advisor.counters');
my $evicted = 'SELECT statements_evicted FROM index_advisor.counters';
cmp_ok($max, '<', 8000, 'there is less room than what comes');

forget();
flood('alice', 'few', 1, 300, 1);
is(held('alice'), '300', 'light statements of one');
flood('mallory', 'many', 1, $max + 500, 1);
cmp_ok($node->safe_psql('postgres', $evicted), '>', 0, 'heavy ones of another, more than there is room for');
# All but some 20 to 40, by chance of the ids, which lost their place in a full bucket of the index by id.
cmp_ok(held('alice'), '>=', 200, 'the light ones are still there');
cmp_ok(held('mallory'), '>', $max / 4, 'and the rest is used');

forget();
flood('mallory', 'many', 1, $max + 100, 1);
flood('alice', 'few', 1, 300, 1);
cmp_ok(held('alice'), '>=', 200, 'who comes late finds room, too');

# Long texts and trees.
forget();
flood('mallory', 'many', 1, 400, 20);
my ($bytes, $used) = split /\|/, $node->safe_psql('postgres', 'SELECT blob_bytes, blob_used_bytes FROM index_advisor.counters');
cmp_ok($used, '>', $bytes * 0.9, 'long statements take all bytes');
flood('alice', 'few', 1, 60, 1);
cmp_ok(held('alice', q{source = 'tree'}), '>=', 55, 'who comes late finds bytes, too');
flood('mallory', 'many', 401, 800, 20);
cmp_ok(held('alice', q{source = 'tree'}), '>=', 55, 'and keeps them');

# A role alone has all of it, the heaviest stay.
forget();
$node->safe_psql('postgres', 'SET ROLE alice; SELECT count(*), pg_sleep(0.05) FROM many WHERE a = 5');
flood('alice', 'few', 1, $max + 500, 1);
cmp_ok(held('alice'), '>', $max * 0.6, 'a role alone uses more than half');
is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.statements WHERE query LIKE '%pg_sleep%'}), '1', 'and the heaviest stays');

is_alive($node);
$node->stop;
done_testing();
