# Every function that plans on somebody's behalf, ended at random points by statement_timeout and pg_cancel_backend(), in
# a statement of its own, under a savepoint and under an exception handler: afterwards the session is as it was.
#
# CANCEL_POINTS=n for more or fewer points, CANCEL_SEED=n for others.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'time';

my $points = $ENV{CANCEL_POINTS} // 300;
my $seed = $ENV{CANCEL_SEED} // 3;
srand($seed);
note("$points points, seed $seed");

my $node = start_server('cancelled');
fill($node, map { "t$_" } 1 .. 4);
$node->safe_psql('postgres', q{
CREATE ROLE other;
CREATE TABLE parts (LIKE t1) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (9000);
CREATE TABLE part2 PARTITION OF parts DEFAULT;
INSERT INTO parts SELECT * FROM t1;
CREATE FUNCTION seven(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql SET search_path = public AS $$ BEGIN PERFORM FROM public.t1 LIMIT 1; RETURN 7; END $$;
VACUUM ANALYZE parts;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO other;
SELECT index_advisor.reset()});
my @statements = map {
    ("SELECT count(*) FROM t$_ WHERE a = 7", "SELECT count(*) FROM t$_ WHERE b = 7 AND a < 1000",
        "SELECT * FROM t$_ WHERE c = 'c7' ORDER BY id LIMIT 5", "SELECT count(*) FROM t$_ JOIN parts USING (id) WHERE t$_.a = 7 AND parts.b = seven(1)",
        "UPDATE t$_ SET filler = filler WHERE a = 8 AND b = 8")
} 1 .. 4;
# Some as trees, some as texts, some with another role's settings.
$node->safe_psql('postgres', join ';', "SET work_mem = '1MB'", @statements, 'SET enable_nestloop = off', @statements[ 0 .. 9 ], @statements[ 0 .. 9 ],
    'SET ROLE other', grep { !/^UPDATE/ } @statements);
my $queryid = $node->safe_psql('postgres', q{SELECT queryid FROM index_advisor.statements WHERE query LIKE '%t2 JOIN parts%' LIMIT 1});
my %calls = (
    advise => 'SELECT count(*) FROM index_advisor.advise()',
    advise_for => 'SELECT count(*) FROM index_advisor.advise_for(ARRAY[' . join(',', map { "\$q\$$_\$q\$" } @statements[ 0 .. 9 ]) . '])',
    explain => "SELECT count(*) FROM index_advisor.explain($queryid)",
    check_index => q{SELECT count(*) FROM index_advisor.check_index('CREATE INDEX ON t2 (a, b)')},
    index_advisor => "SELECT count(*) FROM index_advisor.index_advisor(\$q\$$statements[3]\$q\$)");
my @kinds = ('advise', 'advise', 'advise', sort keys %calls);

my $session = $node->background_psql('postgres', on_error_stop => 0);
my $other = $node->background_psql('postgres');
my $pid = $session->query('SELECT pg_backend_pid()');

# The answer, and what was said on stderr.
sub ask
{
    my ($sql) = @_;
    my $out = $session->query($sql);
    my $err = $session->{stderr};
    $session->{stderr} = '';
    return ($out, $err);
}

# Counts of memory contexts: those of caches come and go with what they are about.
my $state = q{
SELECT current_user, session_user, current_setting('search_path');
SELECT md5(string_agg(name || setting || source, ',' ORDER BY name)) FROM pg_settings WHERE name <> 'statement_timeout';
SELECT locktype, relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'transactionid')
    AND relation IS DISTINCT FROM 'pg_locks'::regclass AND mode = 'AccessExclusiveLock' ORDER BY 1, 2, 3;
SELECT name, count(*) FROM pg_backend_memory_contexts WHERE name ~* 'advis|what-?if|SPI|CurTransaction|TransactionAbort|Portal|ExecutorState' GROUP BY name ORDER BY name;
SELECT count(*) FROM pg_cursors WHERE statement !~ 'pg_cursors';
EXPLAIN SELECT * FROM t2 WHERE a = 7 AND b = 7;
EXPLAIN SELECT count(*) FROM t2 JOIN parts USING (id) WHERE t2.a = 7 AND parts.b = 7;
SELECT index_advisor.explain('SELECT count(*) FROM t2 JOIN parts USING (id) WHERE t2.a = 7 AND parts.b = 7 AND t2.c IS NULL');
};
# From outside: no snapshot, no transaction, no lock, no run.
my $outside = qq{
SELECT state, backend_xid, backend_xmin FROM pg_stat_activity WHERE pid = $pid;
SELECT count(*) FROM pg_locks WHERE pid = $pid;
SELECT count(*) FROM index_advisor.runs WHERE state = 'running';
};

# How the call is made, what follows it, and whether the error is caught in a block.
my %ways = (
    alone => [ '', '', 0 ],
    savepoint => [ 'BEGIN; SAVEPOINT s;', 'ROLLBACK TO s; COMMIT', 0 ],
    caught => [ 'BEGIN;', 'COMMIT', 1 ]);

sub call
{
    my ($kind, $way) = @_;
    return $calls{$kind} unless $ways{$way}[2];
    return 'DO $do$ BEGIN PERFORM (' . $calls{$kind} . q{); EXCEPTION WHEN query_canceled THEN RAISE NOTICE '%', SQLERRM; END $do$};
}

# Everything has been loaded and cached before the first point.
my %takes;
for my $kind (sort keys %calls)
{
    for my $way (sort keys %ways)
    {
        ask("$ways{$way}[0] " . call($kind, $way) . "; $ways{$way}[1]") for 1 .. 2;
    }
    my $began = time;
    my ($out, $err) = ask($calls{$kind});
    is($err, '', "$kind() works");
    $takes{$kind} = time - $began;
    note(sprintf('%s takes %.0f ms', $kind, 1000 * $takes{$kind}));
}
ask($state) for 1 .. 2;
my ($before) = ask($state);
my $before_outside = $other->query($outside);
like($before, qr/Seq Scan on t2/, 'an ordinary plan has no index');
like($before_outside, qr/^idle\|\|\n0\n0$/, 'and the session nothing open');

my ($cancelled, $wrong) = (0, 0);
for my $point (1 .. $points)
{
    my $kind = $kinds[ rand @kinds ];
    my $way = (sort keys %ways)[ rand keys %ways ];
    my $after = rand(1.1) * $takes{$kind};
    my $by = rand() < 0.5 ? 'statement_timeout' : 'pg_cancel_backend';
    my $call = call($kind, $way);
    my $errors = '';

    ask($ways{$way}[0]) if $ways{$way}[0];
    if ($by eq 'statement_timeout')
    {
        my $limit = 1 + int(1000 * $after);
        (undef, my $err) = ask("SET statement_timeout = $limit;\n$call;");
        $errors .= $err;
    }
    else
    {
        $session->query_until(qr/started/, "\\echo started\n$call;\n");
        $other->query("SELECT pg_sleep($after), pg_cancel_backend($pid)");
    }
    for my $end (grep { $_ } 'SELECT', $ways{$way}[1], 'RESET statement_timeout')
    {
        (undef, my $err) = ask($end);
        $errors .= $err;
    }
    $cancelled++ if $errors =~ /canceling statement/;
    my ($now) = ask($state);
    my $now_outside = $other->query($outside);
    next if $now eq $before && $now_outside eq $before_outside && $errors !~ /WARNING|FATAL|PANIC/;
    $wrong++;
    is("$now\n$now_outside", "$before\n$before_outside", sprintf('point %d, %s, %s, %s after %.1f ms', $point, $kind, $way, $by, 1000 * $after));
    unlike($errors, qr/WARNING|FATAL|PANIC/, "point $point");
    last if $wrong > 5;
}
is($wrong, 0, "$points points: the session is as before");
cmp_ok($cancelled, '>', $points / 2, "$cancelled of them hit");

# Memory that is not in a context of its own would add up.
my $used = q{SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE name IN ('TopMemoryContext', 'TopTransactionContext', 'MessageContext', 'CacheMemoryContext')};
my ($first) = ask($used);
for (1 .. 20)
{
    ask("SET statement_timeout = " . (1 + int(700 * $takes{advise})) . ";\n$calls{advise};");
    ask('RESET statement_timeout');
}
my ($last) = ask($used);
cmp_ok($last - $first, '<', 20 * 2048, 'twenty more do not use up memory');

# It still works, and nothing of ours is left switched off.
($before) = ask('SELECT count(*) > 0 FROM index_advisor.advise()');
is($before, 't', 'advise() works');
ask('SELECT index_advisor.reset(); SELECT count(*) FROM t3 WHERE b = 77 AND c > $$c$$');
is($node->safe_psql('postgres', q{SELECT toplevel, calls FROM index_advisor.statements WHERE query LIKE '%FROM t3%'}), 't|1', 'its statements are watched');
$session->quit;
$other->quit;

is_alive($node);
$node->stop;
done_testing();
