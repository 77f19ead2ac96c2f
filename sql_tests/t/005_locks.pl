# advise() waits for nobody: not for another advise(), not for a lock on a table.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'time';

my $node = start_server('locks');
fill($node, 't', 'u', 'w');
$node->safe_psql('postgres', q{
CREATE TABLE p (LIKE t) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9000);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (9000) TO (20001);
INSERT INTO p SELECT * FROM t;
VACUUM ANALYZE p;
CREATE VIEW v AS SELECT * FROM w WHERE b = 3;
CREATE DATABASE elsewhere;
});

sub run_all
{
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
    $node->safe_psql('postgres', q{SELECT count(*) FROM t WHERE a = 7; SELECT count(*) FROM u WHERE a = 7; SELECT count(*) FROM v; SELECT count(*) FROM p WHERE a = 7})
      for 1 .. $_[0];
}

# Two at once, in one database.
run_all(2);
my $session = $node->background_psql('postgres');
my $pid = $session->query_safe('SELECT pg_backend_pid()');
$session->query_safe('BEGIN; SELECT count(*) FROM index_advisor.advise()');
my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET statement_timeout = '20s'; SELECT index_advisor.advise()");
like($err, qr/ERROR:  55P03: .*in process $pid\n/, 'the second gets 55P03 with the process id');
is($node->safe_psql('postgres', q{SELECT pid FROM index_advisor.runs WHERE state = 'running'}), $pid, 'runs shows the first');
$node->safe_psql('elsewhere', 'CREATE EXTENSION index_advisor; SELECT index_advisor.advise()');
pass('another database has its own');
$session->query_safe('COMMIT');
ok(advised($node), 'then it works');

# Somebody holds a lock: the rest is advised on at once. From trees, then from texts.
my %skipped = (
    t => 'public.p (a) public.u (a) public.w (b)',
    w => 'public.p (a) public.t (a) public.u (a)',
    v => 'public.p (a) public.t (a) public.u (a)',
    p => 'public.t (a) public.u (a) public.w (b)',
    p2 => 'public.t (a) public.u (a) public.w (b)');
for my $runs (3, 1)
{
    my $source = $runs == 1 ? 'text' : 'tree';
    run_all($runs);
    is($node->safe_psql('postgres', 'SELECT DISTINCT source FROM index_advisor.statements'), $source, "from its $source:");
    for my $table (sort keys %skipped)
    {
        $session->query_safe("BEGIN; LOCK TABLE $table IN ACCESS EXCLUSIVE MODE");
        my $began = time;
        my $advice = join ' ', split /\n/,
          $node->safe_psql('postgres', q{
            SET statement_timeout = '20s'; SELECT relation, definition FROM index_advisor.advise() ORDER BY relation},
            extra_params => [ '-F', ' ' ]);
        cmp_ok(time - $began, '<', 10, "$table locked: at once");
        is($advice, $skipped{$table}, "$table locked: advice on the rest");
        is($node->safe_psql('postgres', 'SELECT statements, skipped FROM index_advisor.runs ORDER BY id DESC LIMIT 1'), '4|1', "$table locked: counted");
        like(unplannable($node), qr/lock/, "$table locked: says why");
        # What one looks at in an incident waits as little.
        $node->safe_psql('postgres', qq{
            SET statement_timeout = '20s';
            SELECT * FROM index_advisor.health; SELECT * FROM index_advisor.scans; SELECT * FROM index_advisor.statements;
            SELECT * FROM index_advisor.tables; SELECT * FROM index_advisor.recommendations; SELECT index_advisor.report();
            SELECT index_advisor.script()});
        ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET statement_timeout = '20s'; SELECT index_advisor.explain('SELECT * FROM $table')");
        like($err, qr/ERROR:  55P03/, "$table locked: explain() says so");
        $session->query_safe('ROLLBACK');
    }
    is(scalar(split /\n/, advised($node)), 4, 'unlocked: advice on all');
}
$session->quit;

# The other way round: advise() does not stand in the way of changes after its transaction, nor in it of anything but those.
$session = $node->background_psql('postgres');
$session->query_safe('BEGIN; SELECT count(*) FROM index_advisor.advise()');
is($session->query_safe(q{SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN ('t'::regclass, 'u'::regclass, 'w'::regclass, 'p'::regclass, 'p1'::regclass)}),
    '0', 'no lock of a table is kept to the end of the transaction');
$node->safe_psql('postgres', q{SET lock_timeout = '5s'; ALTER TABLE t ADD z int; DROP TABLE u});
$session->query_safe('ROLLBACK');
$session->quit;

is_alive($node);
$node->stop;
done_testing();
