# What a database goes through in years: dump and restore, a copy, updates, the extension dropped under those who use it,
# logical replication, and a crash in the middle of advise().
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('life');
$node->init(allows_streaming => 'logical');
configure($node, 'restart_after_crash = on');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION index_advisor');
fill($node, 't', 'u');

sub capture
{
    my ($database, $times) = @_;
    for (1 .. $times // 3)
    {
        $node->safe_psql($database, 'SELECT count(*) FROM t WHERE a = 7; SELECT count(*) FROM u WHERE b = 7');
    }
}

my $open = q{SELECT relation, definition FROM index_advisor.recommendations WHERE status = 'open' ORDER BY 1};
my $dismissed = q{SELECT id, reason FROM index_advisor.dismissal};

# pg_dump and restore: what was dismissed stays so, ids are the same; runs are of the server that made them.
capture('postgres');
is(advised($node), "public.t (a)\npublic.u (b)", 'advice on two tables');
$node->safe_psql('postgres', q{SELECT index_advisor.dismiss(id, 'we know better') FROM index_advisor.recommendations WHERE relation = 'public.u'});
my $kept = $node->safe_psql('postgres', $dismissed);
like($kept, qr/^[0-9a-f]{8}\|we know better$/, 'one is dismissed');
for my $format (qw(plain custom))
{
    my $file = $node->basedir . "/dump_$format";
    $node->safe_psql('postgres', "CREATE DATABASE restored_$format");
    $node->command_ok([ 'pg_dump', '-F', $format, '-f', $file, 'postgres' ], "$format: pg_dump");
    $node->command_ok($format eq 'plain' ? [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', "restored_$format", '-f', $file ]
        : [ 'pg_restore', '--exit-on-error', '-d', "restored_$format", $file ], "$format: restored");
    is($node->safe_psql("restored_$format", $dismissed), $kept, "$format: what was dismissed still is");
    is($node->safe_psql("restored_$format", 'SELECT count(*) FROM index_advisor.run'), '0', "$format: runs stay behind");
    $node->safe_psql("restored_$format", 'ANALYZE');
    capture("restored_$format");
    $node->safe_psql("restored_$format", 'SELECT count(*) FROM index_advisor.advise()');
    is($node->safe_psql("restored_$format", $open), 'public.t|(a)', "$format: the same advice, without what was dismissed");
    is($node->safe_psql("restored_$format", 'SELECT count(*) FROM index_advisor.runs'), '1', "$format: and the first run is stored");
}
is($node->safe_psql('postgres', $open), 'public.t|(a)', 'the first database has its own');

# A copy of a database has equal OIDs, and still its own workload.
$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE restored_plain');
is($node->safe_psql('copied', 'SELECT count(*) FROM index_advisor.statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())'), '0', 'a copy begins with no workload');
is($node->safe_psql('copied', $dismissed), $kept, 'but with what was dismissed');

# ALTER EXTENSION UPDATE. A later version's script is found by its name, and then the library has to be of that version.
is($node->psql('postgres', 'ALTER EXTENSION index_advisor UPDATE'), 0, 'ALTER EXTENSION UPDATE');
is($node->psql('postgres', q{ALTER EXTENSION index_advisor UPDATE TO '1.0'}), 0, 'to the same version');
isnt($node->psql('postgres', q{ALTER EXTENSION index_advisor UPDATE TO '99.0'}), 0, 'there is no path to a version that is not installed');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_extension_update_paths('index_advisor') WHERE path IS NOT NULL}), '0', 'nor any other, this being the first version');
is($node->safe_psql('postgres', $dismissed), $kept, 'nothing is lost');
$node->safe_psql('copied', q{UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'index_advisor'});
my (undef, undef, $err) = $node->psql('copied', 'SELECT * FROM index_advisor.advise()');
like($err, qr/library of index_advisor is version 1\.0, but its SQL objects are version 0\.9.*\n.*HINT:  Run ALTER EXTENSION index_advisor UPDATE/, 'another version of the SQL objects is told, with the way out');
is($node->safe_psql('copied', q{SELECT state FROM index_advisor.health WHERE name = 'version'}), 'warn', 'in health, too');
is($node->safe_psql('copied', 'SELECT count(*) FROM t WHERE a = 7'), '10', 'and statements run');

# Every member of the extension goes with it, and comes back.
my $members = q{SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'index_advisor')};
my $count = $node->safe_psql('postgres', $members);
$node->safe_psql('restored_plain', 'DROP EXTENSION index_advisor');
is($node->safe_psql('restored_plain', q{SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid), (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid),
    (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid) FROM pg_namespace AS n WHERE nspname = 'index_advisor'}), '0|0|0', 'dropped: an empty schema is left');
$node->safe_psql('restored_plain', 'CREATE EXTENSION index_advisor');
is($node->safe_psql('restored_plain', $members), $count, 'made again: all is there');

# Dropped and made again and again while others run statements, advise and look.
$node->append_conf('postgresql.conf', 'index_advisor.min_rows_removed = 0');
$node->reload;
my ($host, $port) = ($node->host, $node->port);
my @sessions;
for my $script ('SELECT count(*) FROM t WHERE a = 7;', 'SELECT count(*) FROM index_advisor.advise();', 'SELECT count(*) FROM index_advisor.scans;')
{
    my $file = $node->basedir . '/script' . @sessions;
    append_to_file($file, $script . "\n");
    push @sessions, IPC::Run::start([ 'bash', '-c', 'for i in $(seq 40); do psql -X -q -h "$1" -p "$2" -d restored_plain -f "$0"; done', $file, $host, $port ],
        '<', \undef, '>', \my $out, '2>', \my $errors);
}
$node->psql('restored_plain', 'DROP EXTENSION index_advisor; CREATE EXTENSION index_advisor') for 1 .. 10;
$_->finish for @sessions;
$node->psql('restored_plain', 'CREATE EXTENSION IF NOT EXISTS index_advisor');
is($node->safe_psql('restored_plain', $members), $count, 'dropped and made under load: all is there');
cmp_ok($node->safe_psql('restored_plain', q{SELECT sum(calls) FROM index_advisor.statements WHERE query = 'SELECT count(*) FROM t WHERE a = $'
    AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())}), '>=', 40, 'statements were captured meanwhile');
is($node->psql('restored_plain', 'SELECT * FROM index_advisor.advise()'), 0, 'and advice goes on');

# Logical replication: what the apply worker does to find rows is seen, and nothing stands in its way.
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
configure($subscriber);
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE EXTENSION index_advisor; CREATE TABLE r (id int, a int); CREATE TABLE log (id int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.log SELECT id FROM public.r WHERE a = new.a; RETURN new; END$$;
    CREATE TRIGGER n AFTER UPDATE ON r FOR EACH ROW EXECUTE FUNCTION note(); ALTER TABLE r ENABLE ALWAYS TRIGGER n');
$node->safe_psql('postgres', 'CREATE TABLE r AS SELECT i AS id, i AS a FROM generate_series(1, 20000) i; ALTER TABLE r REPLICA IDENTITY FULL; CREATE PUBLICATION p FOR TABLE r');
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION '${\ $node->connstr} dbname=postgres' PUBLICATION p");
$subscriber->wait_for_subscription_sync($node, 's');
$subscriber->safe_psql('postgres', 'ANALYZE r; SELECT index_advisor.reset()');
$node->safe_psql('postgres', "UPDATE r SET a = a + 100000 WHERE id = $_") for 1 .. 5;
$node->safe_psql('postgres', 'DELETE FROM r WHERE id = 6; INSERT INTO r VALUES (0, 0)');
$node->wait_for_catchup('s');
is($subscriber->safe_psql('postgres', 'SELECT count(*), sum(id), max(a) FROM r'), $node->safe_psql('postgres', 'SELECT count(*), sum(id), max(a) FROM r'), 'a subscriber has what the publisher has');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM log'), '5', 'its triggers ran');
is($subscriber->safe_psql('postgres', q{SELECT sum(calls) FROM index_advisor.scans WHERE relation = 'public.r' AND filter LIKE '%a = %'}), '5', 'their statements are seen in the apply worker');
is(advised($subscriber), 'public.r (a)', 'with advice on them');
my $seen = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'});
is($seen, '1', 'and replication goes on');
unlike(slurp_file($subscriber->logfile), qr/ERROR|PANIC|TRAP/, 'without an error');
$subscriber->stop;

# A backend is killed in the middle of advise(): all come back, and nothing is left of it.
$node->safe_psql('postgres', q{
    CREATE FUNCTION nap(int) RETURNS int STABLE LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('life.tired', true) = 'on' THEN PERFORM pg_sleep(600); END IF;
        RETURN $1;
    END $$;
    SELECT index_advisor.reset()});
capture('postgres');
$node->safe_psql('postgres', 'SELECT count(*) FROM t WHERE b = nap(7)') for 1 .. 3;
$node->restart;
my $before = $node->safe_psql('postgres', "SELECT count(*) FROM index_advisor.run; SELECT count(*) FROM index_advisor.run_verdict; $open; SELECT calls FROM index_advisor.statements ORDER BY queryid");
my $victim = $node->background_psql('postgres', on_error_stop => 0);
$victim->query_until(qr/begun/, "\\echo begun\nSET life.tired = on; SELECT count(*) FROM index_advisor.advise(time_limit => NULL);\n");
my $sleeping = q{FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%advise(%' AND pid <> pg_backend_pid()};
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 $sleeping"), 'advise() is at work');
my $checkpointer = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'});
kill 9, $node->safe_psql('postgres', "SELECT pid $sleeping");
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'checkpointer' AND pid <> $checkpointer"), 'killed: the server comes back');
eval { $victim->quit };
is($node->safe_psql('postgres', "SELECT count(*) FROM index_advisor.run; SELECT count(*) FROM index_advisor.run_verdict; $open; SELECT calls FROM index_advisor.statements ORDER BY queryid"), $before, 'with the same runs, advice and workload');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0', 'and no lock');
like(advised($node), qr/^public\.t \(a\)/m, 'and advises again');
$node->stop;
done_testing();
