# Every allocation that the hooks make fails, one after the other: the user's statement does what it does without us.
#
#   FAULTS=all scripts/test-long tap     each statement also in sessions that have looked nothing up yet
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../t";
use AdvisorServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'needs PG_CONFIG' unless defined $ENV{PG_CONFIG};

# See memory_fault.c: one copy goes before the library, one after it.
sub build
{
    my ($name, @flags) = @_;
    my $library = PostgreSQL::Test::Utils::tempdir() . "/$name.so";
    my ($headers) = run_command([ $ENV{PG_CONFIG}, '--includedir-server' ]);
    system_or_bail('cc', '-O1', '-fPIC', '-shared', '-D_GNU_SOURCE', @flags, "-I$headers", '-o', $library,
        "$FindBin::RealBin/memory_fault.c");
    return $library;
}

my ($inner, $outer) = (build('memory_fault_inner'), build('memory_fault_outer', '-DFAULT_OUTER'));
my $node = start_server('out_of_memory', qq{
shared_preload_libraries = '$inner,index_advisor,$outer'
});
fill($node, 'big', 'other');
$node->safe_psql('postgres', q{
CREATE INDEX ON big (b);
CREATE TABLE part (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (5000);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (5000) TO (10000);
INSERT INTO part SELECT i, i % 100 FROM generate_series(0, 9999) i;
CREATE FUNCTION looped() RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE n bigint := 0;
    BEGIN
        FOR i IN 1..2 LOOP SELECT n + count(*) INTO n FROM other WHERE a = i; END LOOP;
        RETURN n;
    END $$;
ANALYZE});

my %statements = (
    filter => q{SELECT count(*) FROM big WHERE a = 7},
    join => q{SELECT count(*) FROM big JOIN other USING (id) WHERE big.b = 5 AND other.c LIKE 'c1%' OR other.a IS NULL},
    partitions => q{SELECT count(*) FROM part WHERE a = 7},
    looped => q{SELECT looped()},
    prepared => q{PREPARE p (int, text) AS SELECT count(*) FROM big WHERE a = $1 AND c = $2; EXECUTE p (7, 'c7'); DEALLOCATE p},
    update => q{UPDATE other SET filler = filler WHERE a = 9},
    failing => q{SELECT count(1 / (id - 100)) FROM big WHERE a = 100});
my %fresh_too = map { $_ => 1 } ($ENV{FAULTS} // '') eq 'all' ? keys %statements : qw(filter partitions);
my $part = 40;
my $most = 1000;

# The statement under so many faults from `first` on: what it did, and how many allocations failed. Twice in a session,
# so that the second meets an entry that is there, and is planned with its tree wanted.
sub some_outcomes
{
    my ($statement, $lasting, $fresh, $first) = @_;
    my $script = "SET memory_fault.lasting = $lasting;\n$statement;\n$statement;\n";
    for my $nth ($first .. $first + $part - 1)
    {
        $script .= "SELECT index_advisor.reset() \\g /dev/null\n";
        $script .= "\\c -\nSET memory_fault.lasting = $lasting;\n" if $fresh;
        $script .= "SET memory_fault.nth = $nth;\n\\echo begin\n$statement;\n\\echo state :SQLSTATE\n$statement;\n\\echo state :SQLSTATE\nSET memory_fault.nth = 0;\nSHOW memory_fault.failed;\n";
    }
    my ($status, $out) = $node->psql('postgres', $script, on_error_stop => 0);
    my (undef, @runs) = split /^begin\n/m, "\n$out";
    return map { [ /(.*)^(\d+)$/ms ] } @runs;
}

# Until none is left to fail. fresh: in sessions that have looked nothing up yet.
sub outcomes
{
    my ($statement, $lasting, $fresh) = @_;
    my @all;
    while (@all < $most)
    {
        my @some = some_outcomes($statement, $lasting, $fresh, @all + 1);
        push @all, @some;
        last if @some != $part || $some[-1][1] == 0;
    }
    return @all;
}

for my $name (sort keys %statements)
{
    for my $fresh ($fresh_too{$name} ? (0, 1) : 0)
    {
        for my $lasting ('off', 'on')
        {
            my @all = outcomes($statements{$name}, $lasting, $fresh);
            my @faulty = grep { $_->[1] > 0 } @all;
            my $expected = $all[-1][0];
            my @others = grep { $_->[0] ne $expected } @faulty;
            my $what = "$name, " . ($fresh ? 'fresh session' : 'known session') . ($lasting eq 'on' ? ', lasting' : '');
            cmp_ok(scalar @faulty, '>', 5, "$what: " . @faulty . ' allocations failed');
            is(scalar @others, 0, "$what: the statement does what it does without") or diag("$others[0][0] instead of $expected");
            is($all[-1][1], 0, "$what: each had its turn");
        }
    }
}

$node->safe_psql('postgres', 'SELECT index_advisor.reset(); SELECT count(*) FROM big WHERE a = 11');
is($node->safe_psql('postgres', 'SELECT query, calls FROM index_advisor.statements'), 'SELECT count(*) FROM big WHERE a = $|1', 'afterwards all is as ever');
my $log = slurp_file($node->logfile);
unlike($log, qr/WARNING:  |TRAP:|PANIC:/, 'no leak was warned of');
is_alive($node);
$node->stop;
done_testing();
