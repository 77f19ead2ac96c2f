# Preloaded, the library harms nobody who did not ask for it: no extension, another version of it, template databases.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('bystander', 'index_advisor.debug_suspect_all = on');

# A database without the extension: statements of every kind work, and are watched.
$node->safe_psql('postgres', 'CREATE DATABASE without');
$node->safe_psql('without', q{
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TABLE child (t int REFERENCES t);
INSERT INTO t SELECT i, i % 100 FROM generate_series(1, 20000) i;
INSERT INTO child SELECT id FROM t;
ANALYZE t, child;
BEGIN; SAVEPOINT s; SELECT count(*) FROM t WHERE a = 1; ROLLBACK TO s; DELETE FROM child WHERE t = 5; DELETE FROM t WHERE id = 5; COMMIT;
CREATE VIEW v AS SELECT * FROM t WHERE a = 3;
CREATE MATERIALIZED VIEW m AS SELECT * FROM v;
REFRESH MATERIALIZED VIEW m;
COPY (SELECT * FROM t WHERE a = 4) TO '/dev/null';
EXPLAIN ANALYZE UPDATE t SET a = a WHERE a = 6;
VACUUM t;
});
is($node->safe_psql('without', "SELECT count(*) FROM pg_namespace WHERE nspname = 'index_advisor'"), '0', 'nothing appeared by itself');
my ($status, $out, $err) = $node->psql('without', 'SELECT index_advisor.report()');
like($err, qr/schema "index_advisor" does not exist/, 'the server says what is missing');
is($node->safe_psql('postgres', q{SELECT count(*) > 3 FROM index_advisor.statements AS s JOIN pg_database AS d ON d.oid = s.dbid
    WHERE d.datname = 'without'}), 't', 'its statements were watched');
is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.scans WHERE query LIKE '%child%'}), '0', 'and show in no other database');
$node->safe_psql('without', 'CREATE EXTENSION index_advisor');
is($node->safe_psql('without', q{SELECT count(*) > 0 FROM index_advisor.scans WHERE query LIKE '%child%'}), 't', 'but there, once asked');
$node->safe_psql('without', 'DROP EXTENSION index_advisor; SELECT count(*) FROM t WHERE a = 7');
$node->safe_psql('postgres', 'DROP DATABASE without');
is(advised($node), '', 'advice elsewhere goes on');

# Functions of an older script: other columns, and a version that says so.
$node->safe_psql('postgres', q{
ALTER EXTENSION index_advisor DROP VIEW index_advisor.counters;
ALTER EXTENSION index_advisor DROP FUNCTION index_advisor.store_counters();
DROP VIEW index_advisor.counters;
DROP FUNCTION index_advisor.store_counters;
CREATE FUNCTION index_advisor.store_counters(OUT statements text, OUT of_old int)
    RETURNS SETOF record AS '$libdir/index_advisor', 'index_advisor_counters' LANGUAGE C;
CREATE FUNCTION index_advisor.old_checks(OUT name text, OUT of_old int) RETURNS SETOF record
    AS '$libdir/index_advisor', 'index_advisor_health' LANGUAGE C STRICT;
UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'index_advisor'});
for my $call ('SELECT index_advisor.advise()', 'SELECT index_advisor.report()', 'SELECT * FROM index_advisor.statements',
    q{SELECT index_advisor.explain('SELECT 1')}, 'SELECT * FROM index_advisor.store_counters()', q{SELECT index_advisor.index_advisor('SELECT 1')},
    'SELECT index_advisor.reset()', q{SELECT index_advisor.check_index('CREATE INDEX ON pg_class (relname)')},
    'SELECT index_advisor.script()', q{SELECT index_advisor.dismiss('x')})
{
    ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$call");
    like($err, qr/ERROR:  55000: .*0\.9.*HINT:  .*ALTER EXTENSION index_advisor UPDATE/s, "an old script: $call");
}
is($node->safe_psql('postgres', q{SELECT state FROM index_advisor.health WHERE name = 'version'}), 'warn', 'health says it, too');
like($node->safe_psql('postgres', 'SELECT string_agg(name, $$ $$) FROM index_advisor.old_checks()'), qr/version preloaded/, 'through fewer columns as well');

is_alive($node);
$node->stop;
done_testing();
