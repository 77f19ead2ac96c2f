# What 020 to 023 try on a superuser who calls advise(), tried on the worker, which nobody watches: code of others runs
# as its owner or not at all, a database of a hostile owner brings in nothing, and one that sleeps holds up nobody.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use HostileCode;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('hostile_worker', q{
index_advisor.worker_interval = 1s
index_advisor.debug_worker_patience = 20s
});
fill($node, 'safe');
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

# A trap springs once the worker runs it, which is some ten thousand times, so mostly in vain as its owner.
my $in_worker = q{
CREATE FUNCTION public.in_worker() RETURNS boolean VOLATILE SECURITY DEFINER LANGUAGE sql AS
    'SELECT backend_type = ''index_advisor worker'' FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()';
};
my $functions = hostile_functions(q{(current_user <> 'mallory' OR random() < 0.01) AND public.in_worker()}, 'true');

$node->safe_psql('postgres', hostile_role() . "$in_worker SET ROLE mallory; $functions RESET ROLE;" . hostile_tables() . q{
SET ROLE mallory;
CREATE TABLE m.tagged AS SELECT id, a, ARRAY[a, b] AS tags FROM public.safe; CREATE INDEX ON m.tagged ((id + m.trap(1)));
RESET ROLE;
GRANT ALL ON ALL TABLES IN SCHEMA m TO backup;
ANALYZE});

my %hostile = hostile_statements();
my @statements = (@hostile{sort keys %hostile}, 'SELECT * FROM m.tagged WHERE tags @> ARRAY[7]', 'SELECT * FROM safe WHERE a = 8');

# Without the one that is running.
my $finished = q{FROM index_advisor.runs WHERE state <> 'running'};

# Until there are so many more runs.
sub wait_for_runs
{
    my ($database, $more) = @_;
    my $wanted = $more + $node->safe_psql($database, "SELECT count(*) $finished");
    return $node->poll_query_until($database, "SELECT count(*) >= $wanted $finished");
}

sub switch
{
    my ($value) = @_;
    $node->append_conf('postgresql.conf', "index_advisor.worker = $value");
    $node->reload;
    $node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type ~ '^index_advisor (round|worker)'}) if $value eq 'off';
}

# Traps in what roles ran, as a superuser, as a powerful one, and as their owner.
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
for my $role ($superuser, 'backup', 'mallory')
{
    $node->safe_psql('postgres', "SET ROLE $role; $_;" x 3) for @statements;
    # What was seen once is parsed again.
    $node->safe_psql('postgres', "SET ROLE $role; SELECT id FROM safe WHERE a = ANY ('{9}'::m.dom[])");
}
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements'), '>=', 20, 'statements with traps are captured');
my $from = -s $node->logfile;
switch('on');
ok(wait_for_runs('postgres', 2), 'the worker runs on them');
switch('off');
like(slurp_file($node->logfile, $from), qr/sprung as mallory/, 'traps spring, as their owner');
is(victims($node, $from), '', 'and as nobody else, nor do they get anywhere');
is($node->safe_psql('postgres', 'SELECT count(*) FROM vault'), '0', 'nothing was written');
is($node->safe_psql('postgres', q{SELECT definition FROM index_advisor.recommendations WHERE relation = 'public.safe' AND status = 'open'}), '(a)', 'there is advice for all that');

# Row security: what the worker stored shows a role no more than what it may see.
is($node->safe_psql('postgres', q{SET ROLE mallory; SELECT count(*) FROM index_advisor.recommendations WHERE why IS NOT NULL OR gain IS NOT NULL}), '0', 'words about statements of others are kept from a role');
is($node->psql('postgres', 'SET ROLE mallory; SELECT * FROM index_advisor.run'), 3, 'and so are the tables');

# A database that is somebody's own: a schema of our name, functions of our names, and settings for all its sessions.
$node->safe_psql('postgres', 'CREATE DATABASE lair OWNER mallory');
$node->safe_psql('lair', qq{
$in_worker
SET SESSION AUTHORIZATION mallory;
CREATE SCHEMA m; CREATE SCHEMA index_advisor;
$functions
CREATE FUNCTION index_advisor.advise(budget text DEFAULT NULL, max_indexes int DEFAULT NULL, time_limit interval DEFAULT '30 s')
    RETURNS SETOF int LANGUAGE plpgsql AS 'BEGIN PERFORM m.spring(); END';
CREATE TABLE index_advisor.run (id int, at timestamptz DEFAULT to_timestamp(m.spring()));
CREATE TABLE index_advisor.recommendation (id int);
CREATE FUNCTION m.max(timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN PERFORM m.spring(); RETURN NULL; END';
CREATE TABLE t AS SELECT i AS a FROM generate_series(1, 20000) i;
ANALYZE t;
ALTER DATABASE lair SET search_path = m, index_advisor, pg_catalog;
ALTER DATABASE lair SET role = 'mallory'});
$node->safe_psql('lair', 'SELECT count(*) FROM public.t WHERE a = 7') for 1 .. 3;
$from = -s $node->logfile;
switch('on');
ok(wait_for_runs('postgres', 3), 'rounds with a database of a hostile owner');
is(victims($node, $from), '', 'call nothing of his');
switch('off');

# The same with the extension there, made by a superuser.
$node->safe_psql('lair', 'SET ROLE mallory; DROP SCHEMA index_advisor CASCADE');
$node->safe_psql('lair', qq{SET role = 'none'; SET search_path = public; CREATE EXTENSION index_advisor});
$from = -s $node->logfile;
switch('on');
ok($node->poll_query_until('lair', "SET role = 'none'; SELECT count(*) >= 2 $finished", "SET\nt"), 'with the extension it runs there, too');
is(victims($node, $from), '', 'and still calls nothing of his');
is($node->safe_psql('lair', "SELECT DISTINCT userid::regrole $finished"), $superuser, 'as the owner of the extension, whatever ALTER DATABASE SET says');

# A sleeper that catches every cancel holds up its database for a while, others not at all.
switch('off');
$node->safe_psql('lair', q{
SET role = 'none'; SET search_path = public;
SELECT index_advisor.reset(dbid => (SELECT oid FROM pg_database WHERE datname = current_database()));
CREATE FUNCTION m.nap(x int) RETURNS int STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF public.in_worker() THEN
        LOOP
            BEGIN
                PERFORM pg_sleep(600);
            EXCEPTION WHEN query_canceled THEN
            END;
        END LOOP;
    END IF;
    RETURN x;
END $$;
SET SESSION AUTHORIZATION mallory});
$node->safe_psql('lair', q{SET SESSION AUTHORIZATION mallory; SELECT count(*) FROM public.t WHERE a = m.nap(7)}) for 1 .. 3;
$from = -s $node->logfile;
switch('on');
my $asleep = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = 'lair' AND backend_type = 'index_advisor worker' AND wait_event = 'PgSleep'};
ok($node->poll_query_until('postgres', $asleep), 'it sleeps in a database');
ok(wait_for_runs('postgres', 2), 'the others have their runs');
like(slurp_file($node->logfile, $from), qr/index_advisor ends advise\(\) in the database with OID \d+: it takes too long/, 'because the sleeper was ended');

# The setting ends it at once.
ok($node->poll_query_until('postgres', $asleep), 'asleep again');
switch('off');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ '^index_advisor (round|worker)'}), '0', 'off: all are gone');

# Nobody but superusers switches it, or ends it.
for my $statement ('SET index_advisor.worker = on', q{ALTER DATABASE lair SET index_advisor.worker_interval = '1s'}, 'ALTER ROLE mallory SET index_advisor.worker_database = lair')
{
    isnt($node->psql('lair', "SET SESSION AUTHORIZATION mallory; $statement"), 0, "refused: $statement");
}

is_alive($node);
$node->stop;
done_testing();
