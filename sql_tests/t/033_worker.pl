# advise() by itself: in which databases, with what rights, and how it begins, ends and goes on.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use DumpFile;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# Once it is switched on, a round follows a second after the other.
my $fast = 'index_advisor.worker_interval = 1s';
my $processes = q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'index_advisor %'};

# Without the one that is running.
my $finished = q{FROM index_advisor.runs WHERE state <> 'running'};

sub runs
{
    my ($node, $database) = @_;
    return $node->safe_psql($database // 'postgres', "SELECT count(*) $finished");
}

my ($node, $log_end);

# Until there are so many more runs than now.
sub wait_for_runs
{
    my ($node, $more, $database) = @_;
    my $wanted = runs($node, $database) + $more;
    return $node->poll_query_until($database // 'postgres', "SELECT count(*) >= $wanted $finished");
}

sub switch
{
    my ($node, $value) = @_;
    $node->append_conf('postgresql.conf', "index_advisor.worker = $value");
    $node->reload;
}

sub wait_for_log_line
{
    my ($line) = @_;
    for (1 .. 300)
    {
        return 1 if slurp_file($node->logfile, $log_end) =~ $line;
        select undef, undef, undef, 0.2;
    }
    return 0;
}

sub wait_for_quiet
{
    my ($node) = @_;
    return $node->poll_query_until('postgres', $processes, '0');
}

$node = PostgreSQL::Test::Cluster->new('worker');
$node->init(allows_streaming => 1);
configure($node, "$fast\nrestart_after_crash = on");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION index_advisor');
fill($node, 't', 'u');
$node->safe_psql('postgres', 'SELECT count(*) FROM t WHERE a = 7') for 1 .. 3;

# Off, as it is at first.
is($node->safe_psql('postgres', $processes), '0', 'off: no process');
is(runs($node), '0', 'off: no run');

# On.
switch($node, 'on');
ok(wait_for_runs($node, 2), 'on: it runs again and again');
is($node->safe_psql('postgres', q{SELECT relation, definition FROM index_advisor.recommendations WHERE status = 'open'}), 'public.t|(a)', 'with advice');
is($node->safe_psql('postgres', qq{SELECT DISTINCT userid = (SELECT extowner FROM pg_extension WHERE extname = 'index_advisor'), state, stopped_by IS NOT NULL $finished}),
    't|done|t', 'as the owner of the extension');
is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.statements WHERE query LIKE '%index_advisor.run%' AND query NOT LIKE '%runs%'}), '0', 'what it runs is no workload');

# Off again.
switch($node, 'off');
ok(wait_for_quiet($node), 'off again: no process');
my $stopped = runs($node);
$node->safe_psql('postgres', 'SELECT pg_sleep(2.5)');
is(runs($node), $stopped, 'and no run');

# A database without the extension, one that is gone, one that nobody may connect to, and one with nothing captured.
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(bare gone closed idle second);
$node->safe_psql($_, 'CREATE EXTENSION index_advisor') for qw(gone closed idle second);
for my $database (qw(bare gone closed second))
{
    $node->safe_psql($database, 'CREATE TABLE t AS SELECT i AS a, i % 1000 AS b FROM generate_series(1, 50000) i; ANALYZE t');
    $node->safe_psql($database, 'SELECT count(*) FROM t WHERE a = 7') for 1 .. 3;
}
$node->safe_psql('postgres', 'DROP DATABASE gone; ALTER DATABASE closed ALLOW_CONNECTIONS false');
$log_end = -s $node->logfile;
switch($node, 'on');
ok(wait_for_runs($node, 2), 'many databases: the first one');
ok(wait_for_runs($node, 2, 'second'), 'and another');
is($node->safe_psql('second', q{SELECT relation, definition FROM index_advisor.recommendations WHERE status = 'open'}), 'public.t|(a)', 'with its own advice');
is(runs($node, 'idle'), '0', 'no run where nothing was captured');
unlike(slurp_file($node->logfile, $log_end), qr/ERROR|FATAL/, 'and nothing in the log');

# One database alone.
$node->append_conf('postgresql.conf', q{index_advisor.worker_database = 'second'});
$node->reload;
ok(wait_for_runs($node, 1, 'second'), 'one database: it has runs');
my $others = runs($node);
ok(wait_for_runs($node, 2, 'second'), 'and more');
is(runs($node), $others, 'no other has');

# Dropped while it is at work there: the round goes on with the others.
$node->append_conf('postgresql.conf', q{index_advisor.worker_database = ''});
$node->safe_psql('second', q{
    CREATE FUNCTION nap(int) RETURNS int STABLE LANGUAGE plpgsql SET search_path = public AS $$
    BEGIN
        IF (SELECT backend_type = 'index_advisor worker' FROM pg_stat_activity WHERE pid = pg_backend_pid()) THEN
            PERFORM pg_sleep(600);
        END IF;
        RETURN $1;
    END $$});
$node->safe_psql('second', 'SELECT count(*) FROM t WHERE b = nap(7)') for 1 .. 3;
$node->reload;
my $asleep = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = 'second' AND backend_type = 'index_advisor worker' AND wait_event = 'PgSleep'};
ok($node->poll_query_until('postgres', $asleep), 'it sleeps in a database');
my ($status, undef, $err) = $node->psql('postgres', 'DROP DATABASE second');
is($status, 0, 'which can be dropped all the same') or diag($err);
ok(wait_for_runs($node, 2), 'and the others are advised on');

# A run that fails: another advise() holds the lock.
# As long as the worker's own holds it, ask again.
my $session = $node->background_psql('postgres', on_error_stop => 0);
for (1 .. 600)
{
    last if $session->query('BEGIN; SELECT count(*) FROM index_advisor.advise()') =~ /^\d+$/m;
    $session->query('ROLLBACK');
}
$log_end = -s $node->logfile;
wait_for_log_line(qr/another advise\(\) is running/);
like(slurp_file($node->logfile, $log_end), qr/ERROR:  another advise\(\) is running in this database.*\n.*HINT.*\n.*CONTEXT:  index_advisor worker in database "postgres"/,
    'is in the log, with the database');
$session->query('COMMIT');
$session->quit;
ok(wait_for_runs($node, 1), 'the next one does not');

# A full disk: the table that a run is stored in cannot grow, its pages are full, and no other file is as long.
SKIP:
{
    skip 'needs prlimit', 3 if system('prlimit --version >/dev/null 2>&1') != 0;
    my $fill = q{INSERT INTO index_advisor.run_verdict (run, queryid, userid, verdict) SELECT 1000000, i, 10, 'dismissed' FROM generate_series(1, %d) i};
    switch($node, 'off');
    ok(wait_for_quiet($node), 'off for a while');
    $node->safe_psql('postgres', 'TRUNCATE index_advisor.run_verdict; ' . sprintf $fill, 1000);
    my $in_a_page = $node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.run_verdict WHERE (ctid::text::point)[0] = 0});
    $node->safe_psql('postgres', sprintf $fill, 3000 * $in_a_page - 1000);
    my ($postmaster) = split /\n/, slurp_file($node->data_dir . '/postmaster.pid');
    system_or_bail('prlimit', "--pid=$postmaster", "--fsize=${\ (3000 * 8192)}:");
    $log_end = -s $node->logfile;
    switch($node, 'on');
    ok(wait_for_log_line(qr/ERROR:  could not extend file .*File too large.*\n(?:.*\n)*?.*CONTEXT:.*index_advisor worker in database "postgres"/s), 'a full disk is in the log');
    system_or_bail('prlimit', "--pid=$postmaster", '--fsize=unlimited:');
    ok(wait_for_runs($node, 1), 'and when there is room again, it goes on');
    $node->safe_psql('postgres', 'DELETE FROM index_advisor.run_verdict WHERE run = 1000000');
}

# ALTER DATABASE SET is for sessions of that database.
$node->safe_psql('postgres', q{
    ALTER DATABASE postgres SET search_path = 'nowhere';
    ALTER DATABASE postgres SET default_transaction_read_only = on;
    ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'});
ok(wait_for_runs($node, 2), 'it stores what it finds in a database that is read-only by default');
$node->safe_psql('postgres', q{SET default_transaction_read_only = off; ALTER DATABASE postgres RESET ALL});

# Killed, by the right means, and in the hard way.
is($node->safe_psql('postgres', q{SELECT count(pg_terminate_backend(pid)) >= 0 FROM pg_stat_activity WHERE backend_type LIKE 'index_advisor round'}), 't', 'a round is ended');
ok(wait_for_runs($node, 1), 'another one begins');
$node->restart;
my $before = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'});
kill 9, saver_pid($node);
ok($node->poll_query_until('postgres', qq{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'checkpointer' AND pid <> $before}), 'the server comes back');
ok(wait_for_runs($node, 1), 'and so does the worker');

# A standby waits for its promotion.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
$standby->safe_psql('postgres', 'SELECT count(*) FROM u WHERE b = 8') for 1 .. 3;
is($standby->safe_psql('postgres', $processes), '0', 'standby: no process');
switch($node, 'off');
ok(wait_for_quiet($node), 'off on the primary');
$node->wait_for_catchup($standby);
$stopped = runs($standby);
$standby->safe_psql('postgres', 'SELECT pg_sleep(2.5)');
is(runs($standby), $stopped, 'standby: no run');
$standby->promote;
ok(wait_for_runs($standby, 1), 'promoted: it runs');
like($standby->safe_psql('postgres', q{SELECT relation, definition FROM index_advisor.recommendations WHERE status = 'open'}), qr/public\.u\|\(b\)/, 'on what the standby captured');
$standby->stop;

# A database where the last run is young is passed over.
$node->append_conf('postgresql.conf', "index_advisor.worker_interval = 1d");
$node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.advise()');
$stopped = runs($node);
switch($node, 'on');
ok($node->poll_query_until('postgres', "SHOW index_advisor.worker", 'on'), 'on, daily');
$node->safe_psql('postgres', 'SELECT pg_sleep(2)');
ok(wait_for_quiet($node), 'the round is over');
is(runs($node), $stopped, 'a day is not over: no run');
$node->restart;
ok(wait_for_quiet($node), 'started again');
is(runs($node), $stopped, 'nor is it after a restart');
$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|TRAP:/, 'nothing crashed');
done_testing();
