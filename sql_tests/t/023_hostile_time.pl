# A role whose statements sleep while they are planned: advise() leaves them for the end, and advises on everybody else's.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('hostile_time');
fill($node, 'safe', 'other');
$node->safe_psql('postgres', q{
CREATE ROLE mallory;
GRANT SELECT ON safe, other TO mallory;
CREATE SCHEMA m AUTHORIZATION mallory;
SET ROLE mallory;
CREATE FUNCTION m.nap(x int) RETURNS int STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('m.tired', true) = 'on' THEN
        BEGIN
            PERFORM pg_sleep(600);
        EXCEPTION WHEN query_canceled THEN
            PERFORM pg_sleep(600);
        END;
    END IF;
    RETURN x;
END $$;
CREATE TABLE m.bed AS SELECT i AS id, i % 2000 AS a, i % 500 AS b FROM generate_series(1, 20000) i;
ANALYZE m.bed});

# The sleeper's statements are the heaviest: they come first.
sub capture
{
    my ($table, $column) = @_;
    $node->safe_psql('postgres', "SET ROLE mallory; SELECT count(*) FROM $table CROSS JOIN generate_series(1, 20) WHERE a = m.nap(7) AND $_ > -1") for qw(id a b a+b);
    $node->safe_psql('postgres', "SELECT * FROM safe WHERE $column = 7;" x 3);
}

sub advise_in_time
{
    my (undef, $advice) = $node->psql('postgres', q{SET m.tired = on;
        SELECT relation, definition FROM index_advisor.advise(time_limit => '10 s')}, timeout => 100, timed_out => \my $timed_out);
    ok(!$timed_out, 'advise() ends in time');
    return $advice;
}

$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
capture('m.bed', 'a');
is($node->safe_psql('postgres', 'SELECT count(*) FROM index_advisor.statements WHERE userid = $$mallory$$::regrole'), 4, 'four statements sleep');
like(advise_in_time(), qr/^public\.safe\|\(a\)/m, 'with advice on the statements of others');
is($node->safe_psql('postgres', q{SELECT DISTINCT userid::regrole, verdict FROM index_advisor.scans WHERE relation = 'm.bed'}), 'mallory|not_finished', 'those of the sleeper wait');
like(advised($node), qr/^m\.bed \(a/m, 'awake, they are advised on');

# Now they read the table of others' advice, and are asked once more whether new advice is much better than the old.
$node->safe_psql('postgres', 'SELECT index_advisor.reset()');
capture('safe', 'b');
like(advise_in_time(), qr/^public\.safe\|\(b\)/m, 'new advice in place of the old');

is_alive($node);
$node->stop;
done_testing();
