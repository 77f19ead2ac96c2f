# Processes killed at random points while the store changes: the server comes back, the store can be read, and what
# was saved is there.
#
#   KILLS=100 SEED=2 scripts/test-long tap     as often, from another beginning of the random numbers
#
# The smallest store under distinct statements makes and evicts entries all the time, so that a kill finds capture at
# work. A statement that runs before each round, and is saved before the kill, is counted to the last execution.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use DumpFile;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $kills = $ENV{KILLS} // 20;
my $save_interval = 1;
srand($ENV{SEED} // 1);

my $node = start_server('kill', qq{
index_advisor.memory = 8MB
index_advisor.save_interval = ${save_interval}s
restart_after_crash = on
});
fill($node, 'heavy');
can_flood($node);
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');

my $script = $node->basedir . '/flood.sql';
append_to_file($script, "\\set n random(0, 1000000)\nSELECT flood(:n, :n + 50);\nSELECT count(*) FROM heavy WHERE b = :n;\n");
my $heavy = q{SELECT calls FROM index_advisor.statements WHERE query LIKE '%FROM heavy WHERE a =%'};
my ($runs, %done) = (0);

sub start_load
{
    my ($out, $err);
    return IPC::Run::start([ 'pgbench', '-n', '-c', 4, '-T', 600, '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres' ],
        '<', \undef, '>', \$out, '2>', \$err);
}

# Not a child of ours: whom the server started.
sub victim
{
    my ($kind) = @_;
    return saver_pid($node) if $kind eq 'saver';
    return (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[0] if $kind eq 'postmaster';
    my @backends = split /\n/, $node->safe_psql('postgres', q{
        SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid});
    return $backends[ rand @backends ];
}

# The names and sizes of what the saver writes.
sub files
{
    return join ' ', map { $_ . ' ' . ((-s $_) // '') . ' ' . ((stat $_)[1] // '') } sort glob($node->data_dir . '/pg_stat/index_advisor*');
}

# Until it writes, and then some of the milliseconds that this takes.
sub wait_for_save
{
    my $before = files();
    for (1 .. 10_000)
    {
        last if files() ne $before;
        usleep(200);
    }
    usleep(rand 10_000);
}

# Returns when it happened.
sub strike
{
    my ($kind) = @_;
    my $pid = victim($kind);
    if ($kind eq 'saver') { wait_for_save() }
    else { usleep(rand 400_000) }
    my $at = time;
    if ($kind eq 'immediate')
    {
        $node->stop('immediate');
    }
    elsif ($kind eq 'postmaster')
    {
        $node->kill9;
    }
    else
    {
        kill 'KILL', $pid;
    }
    return $at;
}

sub come_back
{
    my ($kind) = @_;
    # Orphans of a killed postmaster hold the shared memory for a moment.
    if ($kind eq 'immediate' || $kind eq 'postmaster')
    {
        my $tries = 0;
        until ($node->start(fail_ok => 1))
        {
            return 0 if ++$tries > 100;
            $node->{_pid} = undef; # a failed start takes the dead one's from its file
            usleep(200_000);
        }
    }
    return $node->poll_query_until('postgres', 'SELECT 1', '1');
}

# Everything in the store is read; texts are those of statements that ran.
sub is_readable
{
    my ($round) = @_;
    my ($status, $out, $err) = $node->psql('postgres', q{
        SELECT count(*) FROM index_advisor.captured_statements() WHERE calls < 0 OR query !~ '^(SELECT|UPDATE|INSERT|VACUUM)';
        SELECT count(*) FROM index_advisor.captured_scans() WHERE calls < 0;
        SELECT count(*) FROM index_advisor.scans});
    is($err, '', "$round: the store is readable");
    like($out, qr/^0\n0\n\d+$/, "$round: nothing in it is garbage");
}

for my $n (1 .. $kills)
{
    my $kind = (qw(backend immediate saver postmaster))[ $n % 4 ];
    my $round = "$n, $kind";
    $done{$kind}++;
    my $load = start_load();
    $node->safe_psql('postgres', 'SELECT count(*) FROM heavy WHERE a = 7') for 1 .. 3;
    $runs += 3;
    ok($node->poll_query_until('postgres', sprintf("SELECT last_save > '%s' FROM index_advisor.counters", $node->safe_psql('postgres', 'SELECT now()'))),
        "$round: it is saved");
    my $pid = victim('postmaster');
    my $struck = strike($kind);
    $load->finish;
    # Clients lose their connections when a killed process is missed: now the server starts again.
    ok(come_back($kind), "$round: the server comes back");
    is($node->safe_psql('postgres', $heavy), $runs, "$round: what was saved is there");
    my $age = $struck - $node->safe_psql('postgres', "SELECT extract(epoch FROM last_save) FROM index_advisor.counters");
    # Saving itself takes a while on a busy machine.
    cmp_ok($age, '<', $save_interval + 10, "$round: not more than save_interval is lost");
    is_readable($round);
}

like($node->safe_psql('postgres', 'SELECT relation FROM index_advisor.advise()'), qr/heavy/, 'there is advice');
my $log = slurp_file($node->logfile);
unlike($log, qr/PANIC|TRAP:|signal 11|signal 6|starts with an empty workload/, 'nothing but what was killed ended, and the file was always whole');
note(join(', ', map { "$_ $done{$_}" } sort keys %done));
$node->stop;
done_testing();
