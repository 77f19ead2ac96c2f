# Statements that never reach their end are in the evidence, with the rows that they threw away until then.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('unfinished');
fill($node, 't');
# Rows come in the order of id. Row 15,000 divides by zero; from row 10,000 on somebody may wait.
$node->safe_psql('postgres', q{
CREATE TABLE ready (id int);
CREATE FUNCTION wait_at(id int, place int) RETURNS boolean VOLATILE LANGUAGE plpgsql COST 100000 AS $$
BEGIN
    IF id = place THEN
        PERFORM pg_sleep(60);
    END IF;
    RETURN true;
END $$;
CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    SELECT count(*) INTO n FROM t WHERE b = x AND 1 / (id - 15000) < 5;
    RETURN n;
EXCEPTION WHEN division_by_zero THEN
    RETURN 0;
END $$});

# What the one statement on t has left: calls, unfinished, rows read where that is not an estimate, rows removed.
sub evidence
{
    return $node->safe_psql('postgres', q{
        SELECT t.calls, t.unfinished, CASE WHEN NOT s.rows_read_estimated THEN s.rows_read END, s.rows_removed FROM index_advisor.statements AS t
        JOIN index_advisor.scans AS s USING (userid, toplevel, queryid) WHERE s.relation = 'public.t' AND t.query LIKE '%FROM t %'});
}

sub unfinished
{
    my ($what, $expected, $run) = @_;
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
    $run->();
    is(evidence(), $expected, $what);
}

# In a session of its own; errors are part of it.
sub in_session
{
    my ($sql) = @_;
    $node->psql('postgres', $sql, on_error_stop => 0);
}

# Runs it in a session that others may end, which they do when it has come to the place where it waits.
sub while_it_waits
{
    my ($sql, $end) = @_;
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    $session->query_until(qr/started/, "\\echo started\n$sql;\n");
    my $waiting = q{FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND backend_type = 'client backend'};
    ok($node->poll_query_until('postgres', "SELECT EXISTS (SELECT $waiting)"), 'it waits');
    $node->safe_psql('postgres', "SELECT $end(pid) $waiting");
    ok($node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT $waiting)"), 'it waits no more');
    if ($end eq 'pg_cancel_backend')
    {
        $session->quit;
        return;
    }
    # What a backend leaves behind it books as it goes.
    $node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'client backend'});
    $session->{run}->kill_kill;
}

# b = 7 keeps 40 of 20,000 rows, 20 of the first 10,000: rows 7, 507, ... 9507. Row 10,007 is kept by b and waits.
my $waits = 'SELECT count(*) FROM t WHERE b = 7 AND wait_at(id, 10007)';
unfinished('finished', '1|0|20000|19960', sub { in_session('SELECT count(*) FROM t WHERE b = 7 AND id > 0') });
unfinished('statement_timeout', '1|1|10006|9986', sub { in_session("SET statement_timeout = '5s'; $waits") });
unfinished('statement_timeout in a cursor', '1|1|10006|9986',
    sub { in_session("BEGIN; DECLARE c CURSOR FOR $waits; SET statement_timeout = '5s'; FETCH ALL FROM c; COMMIT") });
unfinished('cancelled', '1|1|10006|9986', sub { while_it_waits($waits, 'pg_cancel_backend') });
unfinished('terminated', '1|1|10006|9986', sub { while_it_waits($waits, 'pg_terminate_backend') });
unfinished('division by zero', '1|1|14999|14999', sub { in_session('SELECT count(*) FROM t WHERE 1 / (id - 15000) > 7') });
unfinished('division by zero, twice', '2|2|29998|29998',
    sub { in_session('SELECT count(*) FROM t WHERE 1 / (id - 15000) > 7; SELECT count(*) FROM t WHERE 1 / (id - 15000) > 7') });
# Nobody counts that many rows kept; those removed are 7, 507, ... 14507.
unfinished('division by zero where most rows are kept', '1|1||30', sub { in_session('SELECT count(*) FROM t WHERE b <> 7 AND 1 / (id - 15000) < 5') });
# Rows 7, 507, 1007 are handed out.
unfinished('cursor open at ROLLBACK', '1|1|1007|1004', sub { in_session('BEGIN; DECLARE c CURSOR FOR SELECT * FROM t WHERE b = 7; FETCH 3 FROM c; ROLLBACK') });
unfinished('cursor open at an error', '1|1|1007|1004',
    sub { in_session('BEGIN; DECLARE c CURSOR FOR SELECT * FROM t WHERE b = 7; FETCH 3 FROM c; SELECT 1 / 0; COMMIT') });
unfinished('cursor of a subtransaction that is rolled back', '1|1|1007|1004',
    sub { in_session('BEGIN; SAVEPOINT s; DECLARE c CURSOR FOR SELECT * FROM t WHERE b = 7; FETCH 3 FROM c; ROLLBACK TO s; COMMIT') });
unfinished('cursor open at the end of the session', '1|1|1007|1004',
    sub { in_session('BEGIN; DECLARE c CURSOR FOR SELECT * FROM t WHERE b = 7; FETCH 3 FROM c') });
unfinished('cursor that is closed', '1|0|1007|1004', sub { in_session('BEGIN; DECLARE c CURSOR FOR SELECT * FROM t WHERE b = 7; FETCH 3 FROM c; CLOSE c; ROLLBACK') });
unfinished('cursor open at COMMIT', '1|0|1007|1004', sub { in_session('BEGIN; DECLARE c CURSOR FOR SELECT * FROM t WHERE b = 7; FETCH 3 FROM c; COMMIT') });
# b = 7 is asked first, so that no row divides by zero but those that b keeps: none. With b = 0 it is row 15,000.
unfinished('error caught in a function', '1|1|14999|14970', sub { in_session('SELECT f(0)') });
unfinished('constraint violated by a row', '1|1|5007|4996',
    sub { in_session('CREATE UNLOGGED TABLE few (id int CHECK (id < 5000)); INSERT INTO few SELECT id FROM t WHERE b = 7') });

# All of them lead to advice as anything else does.
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
in_session("SET statement_timeout = '5s'; $waits");
is(advised($node), 'public.t (b)', 'a statement that never ends is advised on');

is_alive($node);
$node->stop;
done_testing();
