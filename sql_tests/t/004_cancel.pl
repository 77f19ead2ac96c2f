# advise() that is cancelled or times out, wherever it is: the session is as before.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('cancel');
fill($node, 't', 'u');
# Planning evaluates it: it halts at the evaluation that halt_at names, and takes each seconds.
$node->safe_psql('postgres', q{
CREATE SEQUENCE evaluations;
CREATE FUNCTION slow_7() RETURNS int STABLE LANGUAGE plpgsql COST 1 AS $$
BEGIN
    IF nextval('public.evaluations') = current_setting('test.halt_at', true)::int THEN
        PERFORM pg_sleep(60);
    END IF;
    PERFORM pg_sleep(coalesce(nullif(current_setting('test.each', true), '')::float8, 0));
    RETURN 7;
END $$;
CREATE ROLE other;
GRANT SELECT ON t, u TO other;
GRANT USAGE ON SEQUENCE evaluations TO other;
SELECT index_advisor.reset();
SET enable_nestloop = off; SET search_path = public, pg_catalog; SET work_mem = '1MB';
SET ROLE other;
SELECT count(*) FROM t WHERE a = (SELECT slow_7()) OR a = 7;
SELECT count(*) FROM u JOIN t USING (id) WHERE u.a = 8 AND t.b = 3;
});
for (1 .. 3)
{
    $node->safe_psql('postgres', 'SET ROLE other; SET enable_nestloop = off; SELECT count(*) FROM t WHERE a = slow_7() AND id > 0 AND b < 100000');
}
$node->safe_psql('postgres', "SELECT setval('evaluations', 1)");
like(advised($node), qr/t \(a/, 'undisturbed it proposes');
my $evaluations = $node->safe_psql('postgres', 'SELECT last_value FROM evaluations');
cmp_ok($evaluations, '>', 10, 'and plans many times');

# A sequence is locked to the end of the transaction by whoever first takes a number from it.
my $state = q{
SELECT current_user, session_user, current_setting('search_path');
SELECT md5(string_agg(name || setting || source, ',' ORDER BY name)) FROM pg_settings WHERE name NOT LIKE 'test.%' AND name <> 'statement_timeout';
SELECT locktype, relation::regclass, mode, objsubid FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'transactionid')
    AND relation IS DISTINCT FROM 'pg_locks'::regclass AND relation IS DISTINCT FROM 'evaluations'::regclass ORDER BY 1, 2, 3;
EXPLAIN SELECT * FROM t WHERE a = 7;
};
my $session = $node->background_psql('postgres', on_error_stop => 0);
sub ask
{
    my ($sql) = @_;
    my $out = $session->query($sql);
    my $err = $session->{stderr};
    $session->{stderr} = '';
    return wantarray ? ($out, $err) : $out;
}
# PL/pgSQL brings settings of its own when it is loaded.
ask('SET enable_material = off; SET search_path = public; SET ROLE other; RESET ROLE; DO $$ BEGIN END $$');
ask($state) for 1 .. 2;
my $before = ask($state);
like($before, qr/Seq Scan on t/, 'an ordinary plan has no index');

# Timeouts from the first planner call to the last ones: gathering, pricing, verifying.
my $timeouts = 0;
for my $halt_at (1, 2, 3, 5, 8, 13, int($evaluations / 2), $evaluations - 2)
{
    $node->safe_psql('postgres', "SELECT setval('evaluations', 1, false)");
    my ($out, $err) = ask("SET test.halt_at = $halt_at; SET statement_timeout = '400ms'; SELECT * FROM index_advisor.advise()");
    $timeouts++ if $err =~ /canceling statement due to statement timeout/;
    ask('RESET statement_timeout; RESET test.halt_at');
    is(scalar ask($state), $before, "timeout at evaluation $halt_at: the session is as before");
}
cmp_ok($timeouts, '>=', 6, 'it did time out');

# Ended while it gathered: nobody goes on gathering into its memory, which other statements use by now.
$node->safe_psql('postgres', "SELECT setval('evaluations', 1, false)");
ask("SET test.halt_at = 1; SET statement_timeout = '400ms'; SELECT * FROM index_advisor.advise()");
ask('RESET statement_timeout; RESET test.halt_at');
for (1 .. 30)
{
    ask(q{SELECT count(*) FROM index_advisor.explain($$SELECT * FROM t JOIN u USING (id) WHERE t.a = 7 AND u.b < 5 AND t.c = 'x'$$);
SELECT count(*) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid JOIN pg_type AS y ON y.oid = a.atttypid WHERE c.relname ~ 'x'});
}
is(scalar ask($state), $before, 'timeout while gathering: explain() plans as before');

# Caught in a block of the same transaction: role, settings and locks are as before already inside.
$node->safe_psql('postgres', "SELECT setval('evaluations', 1, false)");
ask('BEGIN; SET LOCAL enable_sort = off');
ask($state) for 1 .. 2;
my $inside = ask($state);
my ($out, $err) = ask(q{
SET LOCAL test.halt_at = 10; SET LOCAL statement_timeout = '400ms';
DO $$ BEGIN PERFORM index_advisor.advise(); EXCEPTION WHEN query_canceled THEN RAISE NOTICE 'caught'; END $$;
SET LOCAL statement_timeout = 0});
like($err, qr/caught/, 'timeout caught in a block');
is(scalar ask($state), $inside, 'the transaction is as before');
like(ask('SELECT relation FROM index_advisor.advise()'), qr/public\.t/, 'and can advise now');
ask('COMMIT');

# A time limit is no error: what is known by then is the answer.
my $asked = q{SELECT planner_calls FROM index_advisor.runs ORDER BY id DESC LIMIT 1};
advised($node);
my $unlimited = $node->safe_psql('postgres', $asked);
is($node->safe_psql('postgres', q{SELECT stopped_by FROM index_advisor.runs ORDER BY id DESC LIMIT 1}), 'done', 'no limit: done');
ask(q{SET test.each = 0.2; SELECT * FROM index_advisor.advise(time_limit => '500 ms'); RESET test.each});
cmp_ok($node->safe_psql('postgres', $asked), '<', $unlimited, 'time_limit: fewer planner calls');
isnt($node->safe_psql('postgres', q{SELECT stopped_by || skipped FROM index_advisor.runs ORDER BY id DESC LIMIT 1}), 'done0', 'time_limit: and says so');
is(scalar ask($state), $before, 'time_limit: the session is as before');

# Cancelled by somebody else, who sees it running.
$node->safe_psql('postgres', "SELECT setval('evaluations', 1, false)");
ask('SET test.halt_at = 10');
$session->query_until(qr/started/, "\\echo started\nSELECT * FROM index_advisor.advise();\n");
ok($node->poll_query_until('postgres', q{
    SELECT EXISTS (SELECT FROM index_advisor.runs AS r JOIN pg_stat_activity AS a USING (pid)
                   WHERE r.state = 'running' AND a.wait_event = 'PgSleep')}), 'others see it running');
is($node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM index_advisor.runs WHERE state = 'running'}), 't', 'cancel');
($out, $err) = ask('RESET test.halt_at');
like($err, qr/canceling statement due to user request/, 'it is cancelled');
is(scalar ask($state), $before, 'the session is as before');
is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.runs WHERE state = 'running'}), '0', 'nothing runs any more');

# Nothing of ours is left on in this session: its statements are watched, at their level, and advise() works.
ask('SELECT index_advisor.reset(); SELECT count(*) FROM u WHERE b = 77 AND c > $$c$$');
is($node->safe_psql('postgres', q{SELECT toplevel, calls FROM index_advisor.statements WHERE query LIKE '%FROM u%'}), 't|1', 'its statements are watched');
like(ask('SELECT relation FROM index_advisor.advise()'), qr/public\.u/, 'and advised on');
$session->quit;

# The connection goes away in the middle.
$node->safe_psql('postgres', "SELECT setval('evaluations', 1, false)");
$node->safe_psql('postgres', 'SET ROLE other; SELECT count(*) FROM t WHERE a = slow_7() AND id > 0 AND b < 100000');
$session = $node->background_psql('postgres', on_error_stop => 0);
ask("SELECT setval('evaluations', 1, false); SET test.halt_at = 3");
$session->query_until(qr/started/, "\\echo started\nSELECT * FROM index_advisor.advise();\n");
my $sleeping = q{SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'};
ok($node->poll_query_until('postgres', "SELECT EXISTS ($sleeping)"), 'it runs');
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM ($sleeping) AS s");
ok($node->poll_query_until('postgres', "SELECT NOT EXISTS ($sleeping)"), 'its process is gone');
is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.runs WHERE state = 'running'}), '0', 'with its lock');
$session->{run}->kill_kill;

is_alive($node);
$node->stop;
done_testing();
