# A file that is not what this server wrote: a line in the log, an empty start or the old workload, never a part of it.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use DumpFile;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('dump_file', 'index_advisor.save_interval = 1d');
fill($node, 'big');
$node->safe_psql('postgres', "SELECT * FROM big WHERE a = $_") for 1 .. 3;
$node->safe_psql('postgres', 'PREPARE p AS SELECT * FROM big WHERE c = $1; EXECUTE p (7); EXECUTE p (8)');
$node->stop;
my $file = dump_path($node);
my $good = read_bytes($file);
my $header = header_bytes($good);

my ($status, $held, $calls, $log) = load_alone($node);
is($status, 0, 'the whole file: the server starts');
cmp_ok($held, '>=', 2, 'and holds the statements');
is($log, '', 'without a word');
my $all = "$held $calls";
my $new = "SELECT count(*) FROM big WHERE b = 1\n"; # something to save

sub refused
{
    my ($what, $bytes, $reason) = @_;
    write_bytes($file, $bytes);
    my ($status, $held, $calls, $log) = load_alone($node);
    is("$status $held", '0 0', "$what: the server starts empty");
    like($log, qr/LOG: .*starts with an empty workload: .*$reason/, "$what: the log says so");
}

# Header: where things are is in store_file.h.
refused('another kind', altered($good, 0, 'X'), 'of another kind');
refused('another version', altered($good, 8, pack('L', 99)), 'another version');
refused('another catalog version', altered($good, 12, pack('L', 202001011)), 'another version');
refused('another major', altered($good, 16, pack('L', 14)), 'another version');
refused('another build', altered($good, 20, pack('L', 1)), 'another version');
refused('another cluster', altered($good, 24, pack('Q', 4711)), 'another cluster');
refused('more statements than there are', altered($good, $header - 8, pack('L', 99)), 'damaged');
refused('no statements', altered($good, $header - 8, pack('L', 0)), 'damaged');
refused('one byte changed', altered($good, length($good) - 100, ~substr($good, length($good) - 100, 1)), 'damaged');

# Cut off, and with something behind.
for my $size (0, 1, $header - 1, $header, $header + 1, int(length($good) / 2), length($good) - 1)
{
    refused("cut to $size bytes", substr($good, 0, $size), 'not complete');
}
refused('one byte more', "$good\0", 'not complete');
refused('twice', $good . $good, 'not complete');

# A size that nobody has memory for. The file has a hole, it takes no disk.
write_bytes($file, $good);
truncate $file, 1 << 40 or die $!;
($status, $held, $calls, $log) = load_alone($node);
is("$status $held", '0 0', 'a terabyte: the server starts empty');
like($log, qr/not complete/, 'a terabyte: the log says so');
unlink $file;

# Something else in its place. Reading a pipe would wait for a writer for ever.
mkdir $file;
refused_in_place('a directory', 'is no file');
rmdir $file;
system_or_bail('mkfifo', $file);
refused_in_place('a pipe', 'is no file');
unlink $file;
write_bytes($file, $good);
chmod 0, $file;
refused_in_place('no right to read', 'could not be opened: Permission denied');
unlink $file;

sub refused_in_place
{
    my ($what, $reason) = @_;
    my ($status, $held, $calls, $log) = load_alone($node);
    is("$status $held", '0 0', "$what: the server starts empty");
    like($log, qr/LOG: .*starts with an empty workload: .*$reason/, "$what: the log says so");
}

symlink "$file.nowhere", $file;
($status, $held) = load_alone($node);
is("$status $held", '0 0', 'a link to nowhere: the server starts empty');
unlink $file;
my $elsewhere = PostgreSQL::Test::Utils::tempdir() . '/elsewhere';
write_bytes($elsewhere, $good);
symlink $elsewhere, $file;
($status, $held, $calls) = load_alone($node, $new);
is("$status $held $calls", "0 $all", 'a link to the file: the old workload');
ok(!-l $file && read_bytes($elsewhere) eq $good, 'saving replaces the link and leaves the file that it led to');

# What is left over from a save that was interrupted is neither read nor in the way.
write_bytes($file, $good);
write_bytes("$file.tmp", 'half');
($status, $held, $calls, $log) = load_alone($node, $new);
is("$status $held $calls", "0 $all", 'half a file under the temporary name: the old workload');
ok(!-e "$file.tmp", 'and it is gone');

# A running server with a damaged file at start-up works, captures and saves.
write_bytes($file, altered($good, $header + 1000, 'damage'));
$node->start;
like(slurp_file($node->logfile), qr/empty workload: .*is damaged/, 'server: the log says so');
$node->safe_psql('postgres', 'SELECT * FROM big WHERE a = 5');
$node->restart;
is($node->safe_psql('postgres', 'SELECT sum(calls) FROM index_advisor.statements'), '1', 'server: what comes after is kept');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal/, 'nothing crashed');
$node->stop;
done_testing();
