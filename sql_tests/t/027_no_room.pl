# No disk for the file, no memory for the store: it is said, and nothing else suffers.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use DumpFile;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'needs prlimit' if system('prlimit --version >/dev/null 2>&1') != 0;

# Lowers (and raises again) a soft limit of a process of ours.
sub limit
{
    my ($pid, $what, $value) = @_;
    system_or_bail('prlimit', "--pid=$pid", "--$what=$value:");
}

sub limit_bytes
{
    return 400_000;
}

my $node = start_server('no_room', 'index_advisor.save_interval = 1s');
fill($node, 'big');
can_flood($node);
$node->safe_psql('postgres', 'SELECT flood(1, 1500)');
my $saved = q{SELECT state FROM index_advisor.health WHERE name = 'saving'};
my $file = dump_path($node);
# A save may have come in the middle of the flood: the one after it is waited for.
$node->poll_query_until('postgres', 'SELECT dump_bytes > ' . 2 * limit_bytes() . ' FROM index_advisor.counters');
ok(-s $file, 'there is a file');
my $held = $node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements');

# The process that saves cannot write more than a part of it. The log, which falls under the limit too, is shorter.
cmp_ok(-s $file, '>', 2 * limit_bytes(), 'it is long');
my $saver = saver_pid($node);
limit($saver, 'fsize', limit_bytes());
my $before = read_bytes($file);
$node->safe_psql('postgres', 'SELECT * FROM big WHERE a = 7 AND b = 8');
ok($node->poll_query_until('postgres', $saved, 'warn'), 'health warns');
like(slurp_file($node->logfile), qr/LOG: .*could not write file "pg_stat\/index_advisor.stat.tmp": File too large/, 'the log says why');
ok(read_bytes($file) eq $before, 'the old file is untouched');
ok(!-e "$file.tmp", 'nothing half done takes up room');
is($node->safe_psql('postgres', q{SELECT sum(calls) FROM index_advisor.statements WHERE query LIKE '%a = $% AND b = $%'}), '1', 'statements run and are counted');
limit($saver, 'fsize', 'unlimited');
ok($node->poll_query_until('postgres', $saved, 'ok'), 'with room again it is saved again');
$held = $node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements');

# No room at shutdown: it ends in order, and the next start has the last file.
$node->safe_psql('postgres', q{ALTER SYSTEM SET index_advisor.save_interval = '1d'; SELECT pg_reload_conf()});
my $postmaster = (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[0];
$node->safe_psql('postgres', 'SELECT * FROM big WHERE b = 9');
$before = read_bytes($file);
limit($postmaster, 'fsize', limit_bytes());
$node->stop('fast');
ok(read_bytes($file) eq $before, 'shutdown: the old file is untouched');
ok(!-e "$file.tmp", 'shutdown: nothing half done');
$node->start;
is($node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements'), $held, 'start: with what the file holds');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal/, 'nothing crashed');

# The folder cannot be written to.
my $folder = $node->data_dir . '/pg_stat';
chmod 0500, $folder;
$node->safe_psql('postgres', q{SELECT * FROM big WHERE b = 10; ALTER SYSTEM SET index_advisor.save_interval = '1s'; SELECT pg_reload_conf()});
ok($node->poll_query_until('postgres', $saved, 'warn'), 'no right to write: health warns');
chmod 0700, $folder;
ok($node->poll_query_until('postgres', $saved, 'ok'), 'and then not any more');
$node->stop;

# More memory than there is: the server says so and does not start, instead of failing later.
my $log_end = -s $node->logfile;
$node->append_conf('postgresql.conf', 'index_advisor.memory = 4GB');
limit($$, 'as', 2 * 1024**3);
is($node->start(fail_ok => 1), 0, 'too much memory: no start');
limit($$, 'as', 'unlimited');
like(substr(slurp_file($node->logfile), $log_end), qr/FATAL:  could not map anonymous shared memory: Cannot allocate memory/, 'with a clear error');

# A value out of range is told by the server, which goes on with the default, and the workload is still there.
$node->append_conf('postgresql.conf', 'index_advisor.memory = 7MB');
$node->start;
is($node->safe_psql('postgres', 'SHOW index_advisor.memory'), '32MB', 'less than the least: the default');
like(slurp_file($node->logfile), qr/is outside the valid range for parameter "index_advisor.memory"/, 'and the log says so');
is($node->safe_psql('postgres', q{SELECT sum(calls) FROM index_advisor.statements WHERE query LIKE '%WHERE b = $%'}), '1', 'the workload is still there');
$node->stop;
done_testing();
