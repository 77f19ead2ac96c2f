# track_constants = off: no constant is kept, not even in memory, and advice still comes.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

# The server itself keeps the running statement for pg_stat_activity, where anybody with its rights may read it.
my $node = start_server('constants', q{
index_advisor.memory = 8MB
shared_buffers = 8MB
shared_memory_type = sysv
track_activities = off
});
fill($node, 't', 'u');

# All of the server's shared memory.
sub memory
{
    my ($key) = (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[6] =~ /(\d+)\s*$/;
    my $size = $node->safe_psql('postgres', 'SELECT sum(allocated_size) FROM pg_shmem_allocations');
    my $bytes = '';
    shmread($key, $bytes, 0, $size) or die "shmread: $!";
    return $bytes;
}

# As it was written, or byte by byte in decimal, as trees hold it; in halves, for the store cuts what it keeps into chunks.
my @halves = qw(Geheim Tresor);
my $secret = join '', @halves;
my $written = join '|', @halves;
my $decimal = join '|', map { join ' ', map { ord } split // } @halves;
sub occurrences
{
    my ($pattern) = @_;
    return scalar(() = memory() =~ /$pattern/g);
}

sub work
{
    $node->safe_psql('postgres', "SELECT * FROM t WHERE c = '$secret'") for 1 .. 3;
    $node->safe_psql('postgres', "SELECT *, '$secret' AS note FROM t WHERE a = 7 AND c <> '$secret'");
    $node->safe_psql('postgres', "PREPARE p AS SELECT * FROM u WHERE c = \$1 AND a = \$2;" . "EXECUTE p ('$secret', 7);" x 7);
    $node->safe_psql('postgres', "DO \$\$ DECLARE s text := '$secret'; BEGIN FOR i IN 1..7 LOOP PERFORM * FROM u WHERE c = s; END LOOP; END \$\$");
    $node->safe_psql('postgres', "SELECT * FROM u WHERE b IN (8, 9) AND c IN ('$secret', 'b$secret') /* $secret */");
    $node->safe_psql('postgres', "UPDATE t SET c = '$secret' WHERE c = '$secret'");
}

# On, it is there, or the search below would find nothing by mistake.
work();
cmp_ok(occurrences($written), '>', 0, 'on: constants are in memory, in texts and values');
cmp_ok(occurrences($decimal), '>', 0, 'on: and in trees');
cmp_ok($node->safe_psql('postgres', 'SELECT max(binds) FROM index_advisor.statements'), '>', 0, 'on: and parameter values');

$node->append_conf('postgresql.conf', "index_advisor.track_constants = off");
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
$node->stop;
unlink $node->data_dir . '/pg_stat/index_advisor.stat';
$node->start;
work();
is(occurrences("$written|$decimal"), 0, 'off: no constant in memory');
is($node->safe_psql('postgres', 'SELECT max(binds) FROM index_advisor.statements'), '0', 'off: no parameter values');
my $advice = advised($node);
for my $index ('public.t (c)', 'public.t (a)', 'public.u (c')
{
    like($advice, qr/^\Q$index/m, "off: $index is advised");
}
is(unplannable($node), '', 'off: all can be planned');
like(explained($node, '%FROM t WHERE c =%'), qr/c = \$/, 'off: and explained');

# Both kinds of source: the tree and what could be parsed at first sight.
is($node->safe_psql('postgres', q{SELECT DISTINCT source FROM index_advisor.statements WHERE query LIKE '%FROM%' AND query NOT LIKE '%index_advisor%'}), 'tree', 'off: kept as trees alone');

$node->restart;
is(occurrences("$written|$decimal"), 0, 'off: nor after a restart');
like(advised($node), qr/^public\.t \(c\)/m, 'off: and advised on still');
$node->stop;
done_testing();
