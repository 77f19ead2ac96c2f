# 32 clients in four databases: calls and rows removed are to the last one what the clients did.
#
#   COUNT_SECONDS=60 scripts/test-long tap     for a minute
#
# Two of the databases are copies of a third, so that equal OIDs mean other tables; the fourth has a schema for each
# tenant, where on 18 the same statement has one query id for all of them. Each script works on a table of its own
# and removes a number of rows that is known beforehand; pgbench says how often it ran.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{COUNT_SECONDS} // 12;
my @shops = qw(shop shop_copy shop_second_copy);
my $tenants = 8;

my $node = start_server('counts', q{
max_connections = 60
max_parallel_workers = 4
index_advisor.save_interval = 1s
});

# Per transaction: executions and rows removed of the script's own table; 2,000 rows, 20 of each of 100 values.
my %scripts = (
    simple => { calls => 1, removed => 1980, sql => 'SELECT count(*) FROM simple WHERE a = :x;' },
    prepared => { calls => 1, removed => 1980, sql => 'SELECT count(*) FROM prepared WHERE a = :x;' },
    looped => { calls => 3, removed => 3 * 1980, sql => 'SELECT loop_it(:x);' },
    rolled_back => { calls => 1, removed => 1980, sql => "BEGIN;\nSELECT count(*) FROM rolled_back WHERE a = :x;\nROLLBACK;" },
    fetched => {
        calls => 1, removed => 999, unfinished => 1,
        sql => "BEGIN;\nDECLARE c NO SCROLL CURSOR FOR SELECT * FROM fetched WHERE id = 1000;\nFETCH 1 FROM c;\nROLLBACK;"
    },
    rescanned => {
        calls => 1, removed => 3 * 1980,
        sql => 'SELECT count(*) FROM (VALUES (1), (2), (:x)) AS v (a), LATERAL (SELECT * FROM rescanned AS r WHERE r.a = v.a OFFSET 0) AS s;'
    },
    failed => { calls => 1, removed => 495, unfinished => 1, sql => 'SELECT fail_it();' },
    parallel => { calls => 1, removed => 1980, sql => 'SELECT run_parallel(:x);' });

sub fill_shop
{
    for my $table (sort keys %scripts)
    {
        $node->safe_psql('shop', qq{
            CREATE TABLE $table (id int, a int, filler text);
            INSERT INTO $table SELECT i, i % 100, repeat('x', 100) FROM generate_series(1, 2000) i});
    }
    $node->safe_psql('shop', q{
        CREATE FUNCTION loop_it(x int) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN FOR i IN 1..3 LOOP PERFORM count(*) FROM looped WHERE a = x + i; END LOOP; END $$;
        CREATE FUNCTION fail_it() RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM 1 / (id - 500) FROM failed WHERE a = 0;
            EXCEPTION WHEN division_by_zero THEN NULL;
            END $$;
        CREATE FUNCTION run_parallel(x int) RETURNS void LANGUAGE plpgsql
            SET max_parallel_workers_per_gather = 2 SET parallel_setup_cost = 0 SET parallel_tuple_cost = 0
            SET min_parallel_table_scan_size = 0 AS $$
            BEGIN PERFORM count(*) FROM parallel WHERE a = x; END $$;
        VACUUM ANALYZE});
}

# Tenant n has 1,000 + 100 n rows, of which a hundredth has each value.
sub fill_tenants
{
    for my $n (1 .. $tenants)
    {
        $node->safe_psql('tenants', qq{
            CREATE SCHEMA tenant_$n;
            CREATE TABLE tenant_$n.item AS SELECT i AS id, i % 100 AS a, repeat('x', 100) AS filler
                FROM generate_series(1, 1000 + 100 * $n) i;
            VACUUM ANALYZE tenant_$n.item});
    }
}

sub script_file
{
    my ($name, $sql) = @_;
    my $file = $node->basedir . "/$name.sql";
    append_to_file($file, "\\set x random(0, 90)\n$sql\n");
    return $file;
}

my @loads;

sub start_load
{
    my ($database, $clients, $mode, @files) = @_;
    my %load = (database => $database, out => '', err => '');
    $load{run} = IPC::Run::start([ 'pgbench', '-n', '-c', $clients, '-T', $seconds, '-M', $mode, '--random-seed=1',
            (map { ('-f', $_) } @files), '-h', $node->host, '-p', $node->port, $database ],
        '<', \undef, '>', \$load{out}, '2>', \$load{err});
    push @loads, \%load;
}

# Transactions by database and script. With one script pgbench does not name it where it counts.
sub transactions
{
    my %done;
    for my $load (@loads)
    {
        $load->{run}->finish;
        is($load->{err} =~ /error|aborted/ ? $load->{err} : '', '', "$load->{database}: no client met an error");
        my $name;
        for my $line (split /\n/, $load->{out})
        {
            $name = $1 if $line =~ m{(?:SQL script \d+|transaction type): .*/(\w+)\.sql};
            $done{ $load->{database} }{$name} = $1 if $line =~ /^ - (\d+) transactions/;
            $done{ $load->{database} }{$name} = $1 if $line =~ /number of transactions actually processed: (\d+)/ && $load->{out} !~ /SQL script 2/;
        }
    }
    return \%done;
}

$node->safe_psql('postgres', 'CREATE DATABASE shop');
fill_shop();
$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE shop") for @shops[ 1, 2 ];
$node->safe_psql('postgres', 'CREATE DATABASE tenants');
fill_tenants();
$node->safe_psql($_, 'CREATE EXTENSION index_advisor') for (@shops, 'tenants');
is($node->safe_psql('shop', "SELECT 'simple'::regclass::oid"), $node->safe_psql('shop_copy', "SELECT 'simple'::regclass::oid"),
    'a copy has the same OIDs');
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');

my %files = map { $_ => script_file($_, $scripts{$_}{sql}) } keys %scripts;
my @tenant_files = map { script_file("tenant_$_", "SELECT count(*) FROM tenant_$_.item WHERE a = :x;") } 1 .. $tenants;
for my $shop (@shops)
{
    start_load($shop, 6, 'simple', map { $files{$_} } grep { $_ ne 'prepared' } sort keys %files);
    start_load($shop, 2, 'prepared', $files{prepared});
}
start_load('tenants', 8, 'simple', @tenant_files);
my $done = transactions();

# Of a relation: executions of the statement and of the scan, those unfinished, rows removed.
sub counted
{
    my ($database, $relation) = @_;
    return $node->safe_psql($database, qq{
        SELECT sum(s.calls), sum(c.calls), sum(s.unfinished), sum(c.rows_removed)
        FROM index_advisor.captured_scans() AS c
            JOIN index_advisor.captured_statements() AS s
                ON s.queryid = c.queryid AND s.toplevel = c.toplevel AND s.total_exec_time = c.total_exec_time
        WHERE c.relid = '$relation'::regclass AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())});
}

my $all = 0;
for my $shop (@shops)
{
    for my $name (sort keys %scripts)
    {
        my $n = $done->{$shop}{$name};
        my $script = $scripts{$name};
        my $calls = $n * $script->{calls};
        cmp_ok($n, '>', 0, "$shop, $name: ran $n times");
        is(counted($shop, $name), join('|', $calls, $calls, $n * ($script->{unfinished} // 0), $n * $script->{removed}),
            "$shop, $name: all is counted");
        $all += $calls;
    }
}
for my $n (1 .. $tenants)
{
    my $ran = $done->{tenants}{"tenant_$n"};
    my $rows = 1000 + 100 * $n;
    is(counted('tenants', "tenant_$n.item"), join('|', $ran, $ran, 0, $ran * ($rows - $rows / 100)), "tenant $n: all is counted");
    $all += $ran;
}
note("$all executions");
is($node->safe_psql('postgres', 'SELECT executions_with_suspects, executions_skipped, adds_lost, statements_evicted FROM index_advisor.counters'),
    "$all|0|0|0", 'and so is the sum of all, with nothing lost');
$node->restart;
is($node->safe_psql('postgres', 'SELECT executions_with_suspects FROM index_advisor.counters'), $all, 'also after a restart');
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC:|TRAP:/, 'no backend crashed');
$node->stop;
done_testing();
