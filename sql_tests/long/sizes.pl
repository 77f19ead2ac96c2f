# Sizes that few servers have: what advise() and the views take there, in time and memory, and what is refused.
# SIZE_TABLES, SIZE_STATEMENTS, SIZE_DATABASES: how many. Figures are printed; limits are wide, for slow machines.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $tables = $ENV{SIZE_TABLES} // 50_000;
my $statements = $ENV{SIZE_STATEMENTS} // 5_000;
my $databases = $ENV{SIZE_DATABASES} // 50;
my @views = qw(summary recommendations scans statements tables runs health counters);

my $node = start_server('sizes', q{
index_advisor.memory = 64MB
index_advisor.max_indexes = 50
max_locks_per_transaction = 1000
max_wal_size = 8GB
});

# Runs it in a session of its own: its answer; the seconds and the session's peak memory are printed.
sub timed
{
    my ($what, $sql, $most_s, $database) = @_;
    my $from = time;
    my ($status, $out, $err) = $node->psql($database // 'postgres',
        "SET client_min_messages = error;\n$sql;\nSELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s+(\\d+)')", timeout => 600);
    my $seconds = time - $from;
    my ($memory) = $out =~ s/(?:^|\n)(\d+)$// ? $1 / 1024 : 0;
    diag(sprintf('%-60s %7.2f s %6.0f MB', $what, $seconds, $memory));
    is($status, 0, $what) or diag($err);
    cmp_ok($seconds, '<', $most_s, "$what: in time");
    return $out;
}

sub show_run
{
    diag('run: ' . $node->safe_psql('postgres',
        'SELECT statements, skipped, planner_calls, stopped_by, elapsed FROM index_advisor.runs ORDER BY id DESC LIMIT 1'));
}

sub forget
{
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
}

# Many tables.
$node->safe_psql('postgres', qq{
    CREATE PROCEDURE make(n int) LANGUAGE plpgsql AS \$\$
    BEGIN
        FOR i IN 1..n LOOP
            EXECUTE format('CREATE TABLE many_%s (id int, a int)', i);
            IF i % 1000 = 0 THEN COMMIT; END IF;
        END LOOP;
    END \$\$;
    CALL make($tables)}, timeout => 1200);
fill($node, 't');
$node->safe_psql('postgres', 'ANALYZE pg_class; ANALYZE pg_attribute; ANALYZE pg_index');
forget();
$node->safe_psql('postgres', 'SELECT count(*) FROM t WHERE a = 7; SELECT count(*) FROM many_7 WHERE a = 7') for 1 .. 3;
is(timed("advise(), $tables tables", 'SELECT relation, definition FROM index_advisor.advise()', 10), 'public.t|(a)', 'its advice');
timed("view $_, $tables tables", "SELECT count(*) FROM index_advisor.$_", 10) for @views;
timed("report(), $tables tables", 'SELECT count(*) FROM index_advisor.report()', 10);
timed("check_index(), $tables tables", q{SELECT size_bytes > 0 FROM index_advisor.check_index('CREATE INDEX ON t (b)')}, 10);

# As many columns as a table may have, and statements on many of them.
forget();
$node->safe_psql('postgres', join ';', map {
    my $table = $_;
    "CREATE TABLE $table AS SELECT " . join(', ', map { "i % ($_ + 2) AS c$_" } 1 .. 1600 / ($table eq 'wide' ? 1 : 4)) . ' FROM generate_series(1, 2000) i' } qw(wide narrow));
$node->safe_psql('postgres', 'ANALYZE wide; ANALYZE narrow');
$node->safe_psql('postgres', 'SELECT count(*) FROM wide JOIN narrow USING (c9) WHERE wide.c1200 = 7 AND narrow.c200 = 5') for 1 .. 3;
$node->safe_psql('postgres', 'SELECT count(*) FROM wide WHERE ' . join ' AND ', map { "c$_ >= 0" } 1 .. 1600) for 1 .. 3;
timed('advise(), 2,000 columns', 'SELECT count(*) FROM index_advisor.advise()', 60);
is($node->safe_psql('postgres', q{SELECT count(*) > 0 FROM index_advisor.scans WHERE relation = 'public.wide'}), 't', 'scans of it are there');
timed('view scans, 2,000 columns', 'SELECT count(*) FROM index_advisor.scans', 10);

# A statement of a megabyte.
forget();
my $long = 'SELECT count(*) FROM t WHERE a = 7 AND b IN (' . join(',', map { 1_000_000 + $_ } 1 .. 131_000) . ')';
cmp_ok(length $long, '>', 1_000_000, 'a statement of a megabyte');
timed('executed three times, 1 MB of text', "$long;$long;$long", 60);
my $kept = $node->safe_psql('postgres', 'SELECT length(query), calls, source FROM index_advisor.statements');
diag("kept: $kept (bytes of text, calls, source)");
like($kept, qr/\|3\|/, 'it is captured');
timed('advise(), 1 MB of text', 'SELECT relation, definition FROM index_advisor.advise()', 60);
timed('advise_for(), 1 MB of text', "SELECT relation, definition FROM index_advisor.advise_for(ARRAY['$long'])", 60);
my $texts = 'SELECT count(*) FROM t WHERE a = 7 AND (' . join(' OR ', map { "c = 'value number $_'" } 1 .. 30_000) . ')';
is(timed('advise_for(), an OR of 30,000 arms, 0.9 MB', 'SELECT count(*) FROM index_advisor.advise_for(ARRAY[$q$' . $texts . q{$q$], time_limit => '2 min')}, 120),
    '1', 'its advice');

# Partitions.
forget();
$node->safe_psql('postgres', q{
    CREATE TABLE parts (id int, a int, b int) PARTITION BY RANGE (id);
    DO $$ BEGIN FOR i IN 0..499 LOOP EXECUTE format('CREATE TABLE part_%s PARTITION OF parts FOR VALUES FROM (%s) TO (%s)', i, i * 2000, i * 2000 + 2000); END LOOP; END $$;
    INSERT INTO parts SELECT i, i % 2000, i % 500 FROM generate_series(0, 999999) i;
    ANALYZE parts});
$node->safe_psql('postgres', 'SELECT count(*) FROM parts WHERE a = 7; SELECT count(*) FROM parts WHERE b = 7 AND id < 500000') for 1 .. 3;
like(timed('advise(), 500 partitions, 1,000,000 rows', 'SELECT relation, definition FROM index_advisor.advise()', 60), qr/^public\.parts\|/m, 'one decision for all of them');
timed('script(), 500 partitions', 'SELECT count(*) FROM index_advisor.script()', 10);
timed('view scans, 500 partitions', 'SELECT count(*) FROM index_advisor.scans', 10);

# Distinct statements.
forget();
$node->safe_psql('postgres', 'CREATE TABLE many AS SELECT ' . join(', ', map { "i % ($_ * 37 + 11) AS c$_" } 1 .. 34) . ' FROM generate_series(1, 3000) i; ANALYZE many');
$node->safe_psql('postgres', qq{DO \$\$
    DECLARE
        n int := 0;
    BEGIN
        FOR i IN 1..32 LOOP FOR j IN i + 1..33 LOOP FOR k IN j + 1..34 LOOP
            n := n + 1;
            CONTINUE WHEN n > $statements;
            FOR times IN 1..2 LOOP
                EXECUTE format('SELECT count(*) FROM many WHERE c%s = 5 AND c%s = 6 AND c%s = 7', i, j, k);
            END LOOP;
        END LOOP; END LOOP; END LOOP;
    END \$\$}, timeout => 600);
diag('held: ' . $node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements') . ' statements');
timed("advise(), $statements statements", 'SELECT count(*) FROM index_advisor.advise()', 120);
show_run();
timed("view $_, $statements statements", "SELECT count(*) FROM index_advisor.$_", 10) for qw(summary recommendations scans statements);

# A join of many tables.
forget();
$node->safe_psql('postgres', join ';', map { "CREATE TABLE j$_ AS SELECT i AS id, i AS a FROM generate_series(1, 2000) i; ANALYZE j$_" } 1 .. 200);
my $join = 'SELECT count(*) FROM j1 ' . join(' ', map { "JOIN j$_ USING (id)" } 2 .. 200) . ' WHERE j1.a = 7 AND j200.a = 7';
timed('executed three times, a join of 200', "$join;$join;$join", 120);
timed('advise(), a join of 200', 'SELECT count(*) FROM index_advisor.advise()', 120);
show_run();

# Databases.
forget();
$node->safe_psql('postgres', 'CREATE DATABASE model');
$node->safe_psql('model', 'CREATE EXTENSION index_advisor; CREATE TABLE t AS SELECT i AS a, i AS b FROM generate_series(1, 5000) i; ANALYZE t');
$node->safe_psql('postgres', "CREATE DATABASE d$_ TEMPLATE model") for 1 .. $databases;
$node->safe_psql("d$_", 'SELECT count(*) FROM t WHERE a = 7; SELECT count(*) FROM t WHERE a = 7') for 1 .. $databases;
is($node->safe_psql('postgres', 'SELECT count(DISTINCT dbid) FROM index_advisor.statements'), $databases, 'each database has its own entries');
is(timed("advise(), one of $databases databases", 'SELECT relation, definition FROM index_advisor.advise()', 10, 'd1'), 'public.t|(a)', 'its advice');
my $from = time;
change_setting($node, 'worker', 'on');
ok($node->poll_query_until("d$databases", 'SELECT count(*) = 1 FROM index_advisor.run'), 'the worker reaches the last one');
diag(sprintf('%-60s %7.2f s', "a round of the worker, $databases databases", time - $from));
change_setting($node, 'worker', 'off');
is_alive($node);
$node->stop;
done_testing();
