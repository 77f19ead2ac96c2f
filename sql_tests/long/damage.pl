# Single bits flipped, the file cut off, parts of it overwritten, at random places: never a crash, never a part of it.
#
#   FLIPS=2000 SEED=2 scripts/test-long tap     as many, from another beginning of the random numbers
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use DumpFile;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $flips = $ENV{FLIPS} // 300;
srand($ENV{SEED} // 1);

my $node = start_server('damage', 'index_advisor.save_interval = 1d');
fill($node, 'big');
$node->safe_psql('postgres', "PREPARE p AS SELECT * FROM big WHERE c = \$1 AND a > \$2; EXECUTE p ('c$_', $_)") for 1 .. 3;
$node->safe_psql('postgres', 'SELECT count(*) FROM big WHERE b = 3 AND filler IS NULL');
$node->stop;
my $file = dump_path($node);
my $good = read_bytes($file);
my $header = header_bytes($good);
my ($status, $all) = load_alone($node);
cmp_ok($all, '>=', 2, 'the whole file is loaded');

sub refused
{
    my ($what, $bytes) = @_;
    write_bytes($file, $bytes);
    my ($status, $held, $calls, $log) = load_alone($node);
    my $said = $log =~ /LOG:  index_advisor starts with an empty workload: file "[^"]*" (is |was |belongs )/;
    return 1 if $status eq '0' && $held == 0 && $said;
    diag("$what: status $status, holds $held, $log");
    return 0;
}

# The header is short and every field of it is checked in another way, so it gets a third.
sub place
{
    return rand(3) < 1 ? int rand $header : $header + int rand(length($good) - $header);
}

my %refused = (bit => 0, cut => 0, block => 0);
for my $n (1 .. $flips)
{
    my $at = place();
    my $bit = int rand 8;
    $refused{bit} += refused("bit $bit of byte $at", altered($good, $at, chr(ord(substr($good, $at, 1)) ^ 1 << $bit)));
}
is($refused{bit}, $flips, "$flips single bits flipped: all refused");
for my $n (1 .. $flips / 4)
{
    my $at = place();
    my $length = 1 + int rand(length($good) - $at);
    $refused{cut} += refused("cut at $at", substr($good, 0, $at));
    my $zeroed = altered($good, $at, "\0" x $length);
    $refused{block} += $zeroed eq $good ? 1 : refused("$length zeroes at $at", $zeroed);
}
is($refused{cut}, int($flips / 4), 'cut off: all refused');
is($refused{block}, int($flips / 4), 'overwritten with zeroes, as a disk may do: all refused');

write_bytes($file, $good);
my ($ended, $held) = load_alone($node);
is("$ended $held", "0 $all", 'and the whole file is still loaded');
done_testing();
