# A server that preloads index_advisor, tables to read from end to end, and the questions that most tests ask.
package AdvisorServer;
use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(configure start_server change_setting fill can_flood advised explained unplannable is_alive);

# Most tests count: nothing may be passed over on a machine that is slow today.
my $settings = q{
shared_preload_libraries = 'index_advisor'
autovacuum = off
max_parallel_workers_per_gather = 0
index_advisor.budget = '1GB'
index_advisor.max_overhead = 0
};

my %started;

sub configure
{
    my ($node, $more) = @_;
    $node->append_conf('postgresql.conf', $settings . ($more // ''));
}

sub start_server
{
    my ($name, $more) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init;
    configure($node, $more);
    $node->start;
    $node->safe_psql('postgres', 'CREATE EXTENSION index_advisor');
    $started{$name} = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');
    return $node;
}

# One that takes effect with a reload.
sub change_setting
{
    my ($node, $name, $value) = @_;
    $node->append_conf('postgresql.conf', "index_advisor.$name = $value");
    $node->reload;
    $node->poll_query_until('postgres', "SELECT current_setting('index_advisor.$name') = '$value'") or die "$name is not $value";
}

# 20,000 rows: a has 2,000 values, b has 500, c is text.
sub fill
{
    my ($node, @tables) = @_;
    for my $table (@tables)
    {
        $node->safe_psql('postgres', qq{
            CREATE TABLE $table (id int, a int, b int, c text, filler text);
            INSERT INTO $table SELECT i, i % 2000, i % 500, 'c' || i % 1000, repeat('x', 100) FROM generate_series(1, 20000) i;
            VACUUM ANALYZE $table});
    }
}

# flood(first, last) runs as many distinct statements with a suspect scan that finds nothing. The bits of n decide
# which operators a statement has, so that each is another one, of some hundred bytes.
sub can_flood
{
    my ($node, $database) = @_;
    $node->safe_psql($database // 'postgres', q{
        CREATE TABLE light AS SELECT i AS a, i AS b FROM generate_series(1, 20) i;
        CREATE FUNCTION flood(first int, last int) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            condition text;
        BEGIN
            FOR n IN first..last LOOP
                SELECT string_agg(CASE WHEN n >> bit & 1 = 1 THEN 'b >= a' ELSE 'b <> a + 5' END, ' AND ' ORDER BY bit) INTO condition
                    FROM generate_series(0, 19) AS bit;
                EXECUTE 'SELECT count(*) FROM light WHERE a = -1 AND ' || condition;
            END LOOP;
        END $$;
        ANALYZE light});
}

# What advise() proposes, "relation definition" a line.
sub advised
{
    my ($node, %options) = @_;
    return $node->safe_psql('postgres',
        'SELECT relation, definition FROM index_advisor.advise() ORDER BY relation, definition',
        extra_params => [ '-F', ' ', @{ $options{params} // [] } ]);
}

# The plan of the captured statement whose text matches.
sub explained
{
    my ($node, $like) = @_;
    return $node->safe_psql('postgres', qq{
        SELECT e FROM index_advisor.statements AS s, index_advisor.explain(s.queryid) AS e WHERE s.query LIKE '$like'});
}

# Statements that the last advise() skipped, and why.
sub unplannable
{
    my ($node) = @_;
    return $node->safe_psql('postgres', 'SELECT unplannable FROM index_advisor.statements WHERE unplannable IS NOT NULL');
}

# No backend crashed, or all of them would have been started again.
sub is_alive
{
    my ($node) = @_;
    my $name = $node->name;
    my $crashes = grep { /was terminated by signal|PANIC:|TRAP:/ } split /\n/, slurp_file($node->logfile);
    is($crashes, 0, 'no backend crashed');
    is($node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'), $started{$name}, 'the server still runs');
}

1;
