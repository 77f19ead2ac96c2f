# What a run on the server dumps is replayed without it, and the same set is chosen; with and without the constants.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

# The core's objects of the build that is tested.
my $root = "$FindBin::RealBin/../..";
my @objects = glob "$root/src/core/*.o";
plan skip_all => 'the core was not built here' unless @objects;
my $folder = PostgreSQL::Test::Utils::tempdir();
is(system("g++ -std=c++20 -I$root/src -o $folder/replay $root/core_tests/replay.cpp @objects"), 0, 'what replays is built') or BAIL_OUT('no compiler');

my $node = start_server('dump_run');
fill($node, 't', 'u');
$node->safe_psql('postgres', q{
    ALTER TABLE t ADD state text, ADD doc jsonb;
    UPDATE t SET state = CASE WHEN id % 500 = 0 THEN 'Geheim' ELSE 'closed' END, doc = jsonb_build_object('k', id);
    CREATE INDEX ON u (b) WHERE c = 'Tresor';
    CREATE STATISTICS u_ab (ndistinct) ON a, b FROM u;
    VACUUM ANALYZE;
    CREATE ROLE reader LOGIN;
    CREATE ROLE watcher LOGIN IN ROLE pg_read_all_stats});
for my $i (1 .. 6)
{
    $node->safe_psql('postgres', $_) for "SELECT * FROM t WHERE a = $i AND b = $i", "SELECT id FROM u WHERE c = 'c$i' ORDER BY b LIMIT 3",
        "SELECT count(*) FROM t WHERE state = 'Geheim' AND id > $i", "SELECT * FROM t JOIN u USING (id) WHERE t.a = $i",
        "SELECT id FROM t WHERE doc \@> '{\"k\": $i}'", "SELECT id FROM u WHERE a < $i";
}

sub dump_to
{
    my ($name, $arguments) = @_;
    append_to_file("$folder/$name", $node->safe_psql('postgres', "SELECT * FROM index_advisor.dump_run($arguments)") . "\n");
    return slurp_file("$folder/$name");
}

sub replayed
{
    my ($name) = @_;
    my @lines = split /\n/, `$folder/replay $folder/$name 2>&1`;
    return ($?, @lines);
}

my ($code, $out, $err) = $node->psql('postgres', 'SELECT index_advisor.dump_run()');
like($err, qr/no run is kept/, 'nothing ran yet');
for my $budget ('1GB', '600kB')
{
    my $chosen = $node->safe_psql('postgres', "SELECT count(*) FROM index_advisor.advise('$budget')");
    cmp_ok($chosen, '>', 0, "something is chosen for $budget");
    my $dump = dump_to("bare_$budget", '');
    unlike($dump, qr/Geheim|Tresor/, 'no constant of a condition is in it');
    like(dump_to("full_$budget", 'NULL, true'), qr/^constant .*Geheim/m, 'unless it is asked for');
    for my $name ("bare_$budget", "full_$budget")
    {
        my ($status, @lines) = replayed($name);
        is($status, 0, "$name is replayed as it was") or diag(@lines);
        is(scalar(@lines), $chosen + 1, 'as many indexes');
    }
    my ($status, @lines) = replayed("full_$budget");
    my $last = pop @lines;
    my @definitions = split /\n/, $node->safe_psql('postgres', q{SELECT relation || ' ' || (regexp_match(ddl, ' ON \S+ (.*)$'))[1]
        FROM index_advisor.recommendations WHERE status = 'open' AND action = 'create'});
    my %named = slurp_file("$folder/full_$budget") =~ /^constant name="(\w+)" is="(.*)"$/mg;
    for (@lines) { s/\b(condition_\d+)\b/$named{$1}/g }
    is_deeply([sort map { s/[()]//gr } @lines], [sort map { s/[()]//gr } @definitions], 'the same indexes');
}

# A replay that could not come to something else would prove nothing.
my $dump = slurp_file("$folder/bare_600kB");
ok($dump =~ s/^(plan statement=\d+ candidates=.* cost=)\d+/${1}9/mg, 'the answers are others now');
append_to_file("$folder/other", $dump);
my ($status) = replayed('other');
isnt($status, 0, 'and so is what comes of them');

like(($node->psql('postgres', 'SELECT index_advisor.dump_run(4711)'))[2], qr/run 4711 is not kept/, 'another run');
for (['reader', qr/permission denied/], ['watcher', qr/^$/])
{
    my ($role, $answer) = @$_;
    ($code, $out, $err) = $node->psql('postgres', 'SELECT count(*) > 10 FROM index_advisor.dump_run()', extra_params => [ '-U', $role ]);
    like($err, $answer, $role);
}
($code, $out, $err) = $node->psql('postgres', 'SET ROLE reader; SELECT * FROM index_advisor.run_dump');
like($err, qr/permission denied/, 'the table is closed');

$node->stop;
done_testing();
