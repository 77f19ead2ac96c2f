# time_limit ends a planner call that does not come back, and somebody's cancel is still a cancel.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = start_server('limit');
fill($node, 't', 'u');
# Planning evaluates it, in order to estimate: it sleeps for as long as test.sleep says, and may catch what wakes it.
$node->safe_psql('postgres', q{
CREATE FUNCTION sleepy_7() RETURNS int STABLE LANGUAGE plpgsql COST 1 SET search_path = public AS $$
BEGIN
    PERFORM pg_sleep(coalesce(nullif(current_setting('test.sleep', true), '')::float8, 0));
    RETURN 7;
END $$;
CREATE FUNCTION stubborn_7() RETURNS int STABLE LANGUAGE plpgsql COST 1 SET search_path = public AS $$
BEGIN
    BEGIN
        PERFORM pg_sleep(coalesce(nullif(current_setting('test.sleep', true), '')::float8, 0));
    EXCEPTION WHEN query_canceled THEN
        PERFORM pg_sleep(coalesce(nullif(current_setting('test.sleep', true), '')::float8, 0));
    END;
    RETURN 7;
END $$;
CREATE ROLE other;
GRANT SELECT ON t, u TO other;
SELECT index_advisor.reset()});
for (1 .. 3)
{
    $node->safe_psql('postgres', 'SET ROLE other; SELECT count(*) FROM t WHERE a = sleepy_7()');
    $node->safe_psql('postgres', 'SET ROLE other; SELECT count(*) FROM u WHERE a = 7 AND id > 0');
}
like(advised($node), qr/^public\.t \(a\).*\npublic\.u \(a/, 'nobody sleeps: both tables get an index');

my $session = $node->background_psql('postgres', on_error_stop => 0);
sub ask
{
    my ($sql) = @_;
    $session->{stderr} = '';
    return $session->query($sql);
}
my $state = q{SELECT current_user, current_setting('search_path'), current_setting('lock_timeout'), (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384 AND database > 0)};
ask('DO $$ BEGIN END $$; LOAD $$index_advisor$$; SET test.sleep = 0');
ask($state) for 1 .. 2;
my $before = ask($state);

# One statement sleeps for ever, the other is advised on.
my $start = time;
my $advice = ask(q{SET test.sleep = 600; SELECT relation, definition FROM index_advisor.advise(time_limit => '8 s')});
cmp_ok(time - $start, '<', 120, 'the one that sleeps is given up');
like($advice, qr/public\.u\|\(a/, 'and the other has its advice');
like(ask(q{SELECT next_step FROM index_advisor.scans WHERE query LIKE '%sleepy%'}), qr/time limit/, 'it is said why');
is(ask(q{SELECT DISTINCT verdict FROM index_advisor.scans WHERE query LIKE '%sleepy%'}), 'not_finished', 'as its verdict');
is(ask($state), $before, 'the session is as before');
is(ask('SELECT 1'), '1', 'and no cancel is left');

# The same for statements that are given: here nothing is left of the time for the second one, there is for it alone.
$start = time;
$advice = ask(q{SELECT relation, definition FROM index_advisor.advise_for(ARRAY['SELECT * FROM t WHERE a = sleepy_7()', 'SELECT * FROM u WHERE a = 7'], time_limit => '1 s')});
cmp_ok(time - $start, '<', 120, 'advise_for gives up, too');
is($advice, '', 'and does not begin with what comes too late');
like($session->{stderr}, qr/NOTICE:  2 of 2 statements .*the limit of time/, 'which it says');
$advice = ask(q{SELECT relation, definition FROM index_advisor.advise_for(ARRAY['SELECT * FROM t WHERE a = sleepy_7()', 'SELECT * FROM u WHERE a = 7'], time_limit => '8 s')});
like($advice, qr/^public\.u\|\(a/, 'the rest is advised on');
is(ask($state), $before, 'the session is as before');

# A function that catches our cancel is cancelled again.
ask('SET test.sleep = 0');
$start = time;
ask(q{SET test.sleep = 600; SELECT count(*) FROM index_advisor.advise_for(ARRAY['SELECT * FROM t WHERE a = stubborn_7()'], time_limit => '1 s')});
cmp_ok(time - $start, '<', 120, 'who catches the cancel is cancelled again');
is(ask($state), $before, 'the session is as before');

# Somebody else's cancels: by the statement's timeout and by a colleague, before our deadline.
ask(q{SET statement_timeout = '500ms'; SELECT count(*) FROM index_advisor.advise(time_limit => '1 h'); RESET statement_timeout});
like($session->{stderr}, qr/due to statement timeout/, 'a statement timeout is one');
is(ask($state), $before, 'the session is as before');
my $pid = ask('SELECT pg_backend_pid()');
$session->query_until(qr/begun/, "\\echo begun\nSELECT count(*) FROM index_advisor.advise(time_limit => '1 h');\n");
$node->poll_query_until('postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid");
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
is(ask($state), $before, 'a cancel by a colleague ends it');
# Cancelled when our own cancel is there already: whatever wins, advise() does not go on for long, and the session is as before.
for my $delay (0.9, 0.98, 1.0, 1.02, 1.1)
{
    ask("SET statement_timeout = '${\ int(1000 * $delay)}ms'; SELECT count(*) FROM index_advisor.advise(time_limit => '500 ms'); RESET statement_timeout");
    is(ask($state), $before, "both at about the same time ($delay s): the session is as before");
    is(ask('SELECT 1'), '1', 'and no cancel is left');
}
$session->quit;

is_alive($node);
$node->stop;
done_testing();
