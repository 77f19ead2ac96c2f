# A statement without suspects takes no lock, reads no clock, allocates nothing, and writes no memory of the store: proven
# by counting the calls that leave the library, and by taking away the right to write (calls.c).
use strict;
use warnings;
use Config;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'only for Linux on x86-64' unless $Config{archname} =~ /^x86_64-linux/;

my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
chomp(my $include = `$pg_config --includedir-server`);
my $module = PostgreSQL::Test::Utils::tempdir() . '/calls.so';
is(system("cc -D_GNU_SOURCE -O1 -Wall -shared -fPIC -I$include -o $module $FindBin::RealBin/calls.c"), 0, 'what counts is built') or BAIL_OUT('no compiler');

my $node = start_server('no_trace', "huge_pages = off\nindex_advisor.save = off");
fill($node, 't');
$node->safe_psql('postgres', qq{
ALTER TABLE t ADD PRIMARY KEY (id);
CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t);
INSERT INTO child SELECT i, i FROM generate_series(1, 5000) i;
ANALYZE t, child;
CREATE FUNCTION calls_count() RETURNS int AS '$module' LANGUAGE C;
CREATE FUNCTION calls_made() RETURNS text AS '$module' LANGUAGE C;
CREATE FUNCTION store_guard(name text, size int8) RETURNS void AS '$module' LANGUAGE C STRICT;
CREATE FUNCTION store_touched() RETURNS text AS '$module' LANGUAGE C;
CREATE FUNCTION nested(n int) RETURNS int LANGUAGE plpgsql AS \$\$
DECLARE x int; BEGIN FOR i IN 1 .. n LOOP SELECT a INTO x FROM t WHERE id = i; UPDATE child SET t = i WHERE id = i; END LOOP; RETURN x; END \$\$});

# Of all kinds, without a scan that filters or reads much.
my @plain = (
    'SELECT 1', 'SELECT * FROM t WHERE id = 7', 'SELECT * FROM t JOIN child ON t.id = child.t WHERE child.id = 7',
    'UPDATE t SET filler = filler WHERE id = 7', 'INSERT INTO child VALUES (-1, 7)', 'DELETE FROM child WHERE id = -1',
    'SELECT count(*) FROM generate_series(1, 1000) g WHERE g % 2 = 0', 'VALUES (1), (2)',
    q{SELECT count(*) FROM pg_class WHERE relname LIKE 'x%'}, 'SELECT nested(100)',
    'PREPARE p AS SELECT * FROM t WHERE id = $1', ('EXECUTE p (7)') x 8, 'DEALLOCATE p',
    'EXPLAIN SELECT * FROM t WHERE a = 7', 'SET search_path = public', 'SHOW work_mem',
    "BEGIN\\; SAVEPOINT s\\; SELECT * FROM t WHERE id = 9\\; ROLLBACK TO s\\; COMMIT",
    "BEGIN\\; DECLARE c CURSOR FOR SELECT * FROM t WHERE id = 9\\; FETCH c\\; ROLLBACK",
    "DO \$\$ BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END \$\$",
    'COPY (SELECT * FROM t WHERE id = 3) TO STDOUT', 'MERGE INTO child USING (SELECT 5 AS id) AS s ON child.id = s.id WHEN MATCHED THEN UPDATE SET t = 5');

# PostgreSQL itself writes to the ends of the pages: until nobody did, the first and the last were open.
my $session = $node->background_psql('postgres');
sub quietly
{
    my (@statements) = @_;
    my $touched;
    for (1 .. 10)
    {
        $session->query_safe('SELECT calls_count()');
        $session->query_safe('SELECT store_touched()');
        $session->query_safe($_) for @statements;
        $touched = $session->query_safe('SELECT store_touched()');
        last if $touched =~ / 0$/ || $touched !~ /^0 /;
    }
    return ($touched, $session->query_safe('SELECT calls_made()'));
}

$session->query_safe($_) for @plain;
cmp_ok($session->query_safe('SELECT calls_count()'), '>', 100, 'the functions that the library calls are known');
$session->query_safe(q{SELECT count(store_guard(name, size)) FROM pg_shmem_allocations WHERE name LIKE 'index_advisor%'});

my ($touched, $calls) = quietly((@plain) x 3);
is($touched, '0 0', 'without suspects: no page of the store is written to');
# __sigsetjmp: PG_TRY. pg_re_throw: the division by zero. bms_next_member: which columns an UPDATE sets.
my %harmless = map { $_ => 1 } qw(standard_planner standard_ExecutorStart standard_ExecutorRun standard_ExecutorFinish
    standard_ExecutorEnd standard_ProcessUtility __sigsetjmp __sigsetjmp_chk pg_re_throw GetUserId
    GetCurrentStatementStartTimestamp GetCurrentTransactionStartTimestamp bms_next_member __stack_chk_fail);
my @others = grep { !$harmless{$_} } split ' ', $calls;
is("@others", '', 'and nothing is called but what would have run without us');
note("called: $calls");

# The same eyes see what a statement with suspects does, so they are open.
($touched, $calls) = quietly('SELECT * FROM t WHERE b = 7');
unlike($touched, qr/^0 /, 'with suspects, at first: the store is written to');
like($calls, qr/\bLWLockAcquire\b/, 'under a lock');
like($calls, qr/\bBeginInternalSubTransaction\b/, 'its text is written down');
quietly('SELECT * FROM t WHERE b = 7') for 1 .. 3;
($touched, $calls) = quietly(('SELECT * FROM t WHERE b = 7') x 3);
unlike($touched, qr/^0 /, 'with suspects, known: the store is written to');
unlike($calls, qr/Lock|SubTransaction|copyObjectImpl/, 'without a lock, and nothing is written down');
# Its scans made t a table whose writes count: an update says which columns it sets, but only once.
($touched, $calls) = quietly('UPDATE t SET filler = filler WHERE id = 7');
unlike($touched, qr/^0 /, 'a column that no update set before: the store is written to');
($touched, $calls) = quietly(('UPDATE t SET filler = filler WHERE id = 7', @plain) x 3);
is($touched, '0 0', 'and never again for this column');
unlike($calls, qr/Lock/, 'and without a lock');
$session->query_safe('SET index_advisor.enabled = off');
($touched, $calls) = quietly(('SELECT * FROM t WHERE b = 7') x 3);
is($touched, '0 0', 'switched off: the store is not written to');
$session->quit;

is_alive($node);
$node->stop;
done_testing();
