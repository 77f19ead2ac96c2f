# What a role must not learn: others' texts, values and ids, through whatever shows anything; statistics of tables that it
# may not read; and what is in the file.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('hostile_eyes', q{
index_advisor.save_interval = 1s
log_min_messages = debug1
log_statement = none
log_min_error_statement = panic
});
fill($node, 'own', 'shared');
$node->safe_psql('postgres', q{
CREATE ROLE alice; CREATE ROLE eve; CREATE ROLE monitor IN ROLE pg_read_all_stats;
CREATE TABLE veiled AS SELECT i AS id, i % 2003 AS a, i % 7 AS few, repeat('x', 100) AS filler, CASE WHEN i % 2 = 0 THEN 'eve' ELSE 'alice' END AS who
    FROM generate_series(1, 20000) i;
CREATE VIEW porthole AS SELECT a, few, filler FROM veiled;
ALTER TABLE veiled ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON veiled USING (who = current_user);
CREATE TABLE locked AS TABLE veiled;
CREATE VIEW pane AS SELECT a, few, filler FROM locked;
GRANT SELECT ON own TO eve; GRANT SELECT ON shared, veiled TO alice, eve; GRANT SELECT ON porthole, pane TO eve;
CREATE SCHEMA hidden; GRANT USAGE ON SCHEMA hidden TO alice;
CREATE TABLE hidden.tresor AS TABLE own;
GRANT SELECT ON hidden.tresor TO alice;
ANALYZE});

my $secret = 'Sesam4711oeffne';
$node->safe_psql('postgres', "SET ROLE alice; $_") for (
    "SELECT count(*) FROM hidden.tresor AS geheimer_alias WHERE c = '$secret'",
    "SELECT count(*) FROM hidden.tresor AS geheimer_alias WHERE c = '$secret'",
    "PREPARE p AS SELECT count(*) FROM shared AS geheimer_alias WHERE c = \$1; EXECUTE p ('$secret'); EXECUTE p ('$secret'); EXECUTE p ('$secret')",
    "SELECT count(*) FROM shared AS geheimer_alias WHERE a = 7 AND c <> '$secret'",
    "SELECT count(*) FROM shared AS geheimer_alias WHERE c::text = '$secret'::name::text AND length(filler) > 5");
$node->safe_psql('postgres', 'SET ROLE eve; ' . "SELECT count(filler) FROM $_ WHERE a = 7;" x 3 . "SELECT count(filler) FROM $_ WHERE few = 3;" x 3) for qw(veiled porthole pane);
$node->safe_psql('postgres', 'SET ROLE eve; ' . 'SELECT count(*) FROM own WHERE a = 7;' x 3);
my $foreign = $node->safe_psql('postgres', q{SELECT string_agg(queryid::text, '|') FROM index_advisor.statements WHERE userid = 'alice'::regrole});
like($foreign, qr/\|/, 'there is something to hide');
$node->safe_psql('postgres', 'SELECT * FROM index_advisor.advise()');
my $ids = $node->safe_psql('postgres', q{SELECT string_agg(id, '|') FROM index_advisor.recommendations WHERE relation = 'hidden.tresor'});

# Everything that a role may call or read, errors with all their fields.
sub everything
{
    my ($role) = @_;
    my $shown = '';
    my @calls = map { "SELECT * FROM index_advisor.$_" } qw(summary recommendations scans statements tables runs health counters run recommendation run_verdict
        dismissal leftovers report() script() undo_script() captured_statements() captured_scans() store_counters() health_checks());
    push @calls, map { "SELECT index_advisor.explain($_)" } split /\|/, $foreign;
    push @calls, map { ("SELECT index_advisor.report('$_')", "SELECT index_advisor.script(ARRAY['$_'])") } split /\|/, $ids;
    push @calls, "SELECT index_advisor.check_index('CREATE INDEX ON $_ (a)')", "SELECT index_advisor.advise_for(ARRAY['SELECT a FROM $_ WHERE a = 7'])",
        "SELECT index_advisor.index_advisor('SELECT a FROM $_ WHERE a = 7')", "SELECT index_advisor.explain('SELECT a FROM $_ WHERE a = 7')"
        for qw(shared own hidden.tresor locked);
    for my $call (@calls)
    {
        my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET ROLE $role; $call");
        $err =~ s/LINE \d+:.*//sg;
        $shown .= "$out\n$err\n";
    }
    return $shown;
}

my $from = -s $node->logfile;
my $seen = everything('eve');
like($seen, qr/FROM own/, 'a role sees its own');
unlike($seen, qr/geheimer_alias/, 'but no text of others');
# An error repeats what was asked for.
$seen =~ s/^.*(?:no statement with query id|there is no recommendation).*$//mg;
unlike($seen, qr/$foreign/, 'nor their ids');
unlike($seen, qr/$ids/, 'nor advice that rests on theirs');
unlike($seen, qr/Sesam4711/, 'nor values');
unlike(everything($_), qr/Sesam4711/, "no value for $_") for qw(monitor alice);
unlike(slurp_file($node->logfile, $from) =~ s/^.*(?:statement|STATEMENT|parameters):.*$//mgr, qr/Sesam4711/, 'nor in the log');

# Statistics: as pg_stats.
is($node->safe_psql('postgres', q{SET ROLE eve; SELECT count(*) FROM pg_stats WHERE tablename IN ('veiled', 'locked')}), '0', 'pg_stats shows nothing');
my $words = q{SELECT concat_ws(' ', reason, rule, not_chosen) FROM index_advisor.recommendations WHERE relation ~ 'veiled|locked';
    SELECT next_step FROM index_advisor.scans WHERE relation ~ 'veiled|locked';
    SELECT line FROM index_advisor.report() AS line WHERE line ~ 'has \d+ values';
    SELECT index_advisor.report(id) FROM index_advisor.recommendations WHERE relation ~ 'veiled|locked';};
my $given = q{SELECT * FROM index_advisor.advise_for(ARRAY['SELECT filler FROM veiled WHERE a = 7 AND few = 3']);};
like($node->safe_psql('postgres', "SET ROLE monitor; $words"), qr/2,?0\d\d distinct/, 'a monitor reads numbers of values');
like($node->safe_psql('postgres', "SET ROLE monitor; $words"), qr/few has 7 values.*few has 7 values/s, 'of a column of few as well');
unlike($node->safe_psql('postgres', "SET ROLE eve; $words"), qr/distinct values|has 7 values/, 'who may not read pg_stats does not');
unlike($node->safe_psql('postgres', "SET ROLE eve; $given"), qr/distinct values|has 7 values/, 'nor for statements that it gives');
like($node->safe_psql('postgres', $given), qr/distinct values/, 'a superuser does');
like($node->safe_psql('postgres', q{SET ROLE eve; SELECT rule FROM index_advisor.recommendations WHERE relation = 'public.own'}), qr/distinct values/, 'and who may');

$node->stop;
my $file = $node->data_dir . '/pg_stat/index_advisor.stat';
is((stat $file)[2] & 07777, 0600, 'the file is for the server alone');
unlike(slurp_file($file), qr/Sesam4711|geheimer/, 'and not for the naked eye');
done_testing();
