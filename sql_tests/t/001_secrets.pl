# A secret in a statement reaches no view, function, log or file as raw text.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('secrets');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'index_advisor'
index_advisor.save_interval = 1s
max_parallel_workers_per_gather = 0
});
$node->start;
$node->safe_psql('postgres', q{
CREATE EXTENSION index_advisor;
CREATE TABLE account (id int, token text, state text, at timestamptz);
INSERT INTO account SELECT i, md5(i::text), CASE WHEN i % 100 = 0 THEN 'open' ELSE 'shut' END, now() FROM generate_series(1, 50000) i;
VACUUM ANALYZE account;
});

# In a literal, a dollar quote, a comment, an expression, a list, a bound parameter, an identifier's neighbour.
my $secret = 'Sesam4711oeffne';
my @statements = (
    "SELECT * FROM account WHERE token = '$secret'",
    "SELECT * FROM account WHERE token = \$q\$$secret\$q\$ /* $secret */ AND state = 'open' -- $secret",
    "SELECT * FROM account WHERE token || '$secret' = '$secret'",
    "SELECT id, '$secret' AS note FROM account WHERE token IN ('$secret', '1$secret', E'x\\'$secret') ORDER BY at",
    "SELECT * FROM account WHERE state = 'open' AND token LIKE '$secret%' LIMIT 5",
    "UPDATE account SET state = '$secret' WHERE token = '$secret'");
for my $statement (@statements)
{
    $node->safe_psql('postgres', "$statement\n;\n" x 3);
}
$node->safe_psql('postgres', "PREPARE p AS SELECT * FROM account WHERE token = \$1;" . "EXECUTE p ('$secret');" x 7);
$node->safe_psql('postgres', "DO \$\$ DECLARE s text := '$secret'; BEGIN FOR i IN 1..7 LOOP PERFORM * FROM account WHERE token = s; END LOOP; END \$\$");
$node->psql('postgres', "SELECT * FROM account WHERE token = '$secret' AND 1 / (id - 10) > 5");

my $advice = $node->safe_psql('postgres', 'SELECT ddl FROM index_advisor.advise()');
like($advice, qr/account/, 'something is advised');

# Every view, table and function that shows anything.
my $shown = '';
for my $what (split /\n/, $node->safe_psql('postgres', q{
    SELECT format('SELECT * FROM index_advisor.%I', relname) FROM pg_class
    WHERE relnamespace = 'index_advisor'::regnamespace AND relkind IN ('r', 'v')}))
{
    $shown .= $node->safe_psql('postgres', $what);
}
$shown .= $node->safe_psql('postgres', "SELECT index_advisor.report(); SELECT index_advisor.script(); SELECT * FROM index_advisor.check_index('CREATE INDEX ON account (token)')");
like($shown, qr/account/, 'the views show the workload');
unlike($shown, qr/Sesam4711/, 'no view or function shows the secret');

# The statement that failed is in the log by the server itself; what we log is in lines of ours.
my @ours = grep { /index_advisor|advis/ && !/STATEMENT|statement:/ } split /\n/, slurp_file($node->logfile);
is(scalar(grep { /Sesam4711/ } @ours), 0, 'no line of ours in the log');

$node->stop;
my $file = $node->data_dir . '/pg_stat/index_advisor.stat';
ok(-s $file, 'the workload was saved');
unlike(slurp_file($file), qr/Sesam4711/, 'the file does not hold the secret as raw text');
is((stat $file)[2] & 07777, 0600, 'and belongs to the server alone');

$node->start;
is($node->safe_psql('postgres', q{SELECT count(*) > 5 FROM index_advisor.statements}), 't', 'the workload is still there after a restart');
like($node->safe_psql('postgres', 'SELECT ddl FROM index_advisor.advise()'), qr/account/, 'and can be advised on');

# A damaged file: a line in the log, an empty start.
$node->stop;
open my $handle, '+<', $file or die $!;
seek $handle, 5000, 0;
print $handle 'damage';
close $handle;
$node->start;
is($node->safe_psql('postgres', q{SELECT count(*) FROM index_advisor.statements WHERE query LIKE '%account%'}), '0', 'nothing is read from a damaged file');
like(slurp_file($node->logfile), qr/index_advisor.*damaged/, 'and the log says so');
$node->stop;
done_testing();
