# Functions that planning runs have statements of their own: these see no index that is not there, and no cached plan,
# made before, during or after, keeps one.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('nested');
fill($node, 't', 'u');
# A superuser's own functions would be run under another search_path, and what they have cached be planned anew for it.
my @as_app = (extra_params => [ '-U', 'app' ]);
# Planning a statement folds low() and high(), and evaluates each of them again for every estimate; each plans and runs
# a statement on the tables for which indexes are supposed meanwhile: cached, dynamic, in a cursor, in SQL, nested.
$node->safe_psql('postgres', q{
CREATE SEQUENCE runs;
CREATE FUNCTION sql_count(x int) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM t WHERE a = x';
CREATE FUNCTION low(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    n int;
    c CURSOR (y int) FOR SELECT id FROM t WHERE a = y AND b < 500;
BEGIN
    PERFORM nextval('runs');
    SELECT count(*) INTO n FROM t WHERE a = x;
    PERFORM FROM t JOIN u USING (id) WHERE t.a = x AND u.b = x;
    EXECUTE 'SELECT count(*) FROM t WHERE a = $1 AND c > $2' INTO n USING x, 'c';
    OPEN c (x);
    FETCH c INTO n;
    CLOSE c;
    PERFORM sql_count(x);
    RETURN x;
END $$;
CREATE FUNCTION high(x int) RETURNS int STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN low(x) + (SELECT count(*) FROM u WHERE b = x AND a < 0); END $$;
CREATE FUNCTION replans() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t WHERE a = 7; RETURN n; END $$;
CREATE ROLE app LOGIN;
GRANT pg_read_all_stats TO app;
GRANT SELECT ON t, u TO app;
GRANT USAGE ON runs TO app;
SELECT index_advisor.reset()});
# The last ones are planned alone: run, a stable function would be run for each row.
my @statements = ('SELECT count(*) FROM t WHERE a = low(7)', 'SELECT count(*) FROM t JOIN u USING (id) WHERE t.a = low(9) AND u.b > low(490)',
    'SELECT count(*) FROM u WHERE b = high(8) AND a < 1500', 'SELECT count(*) FROM t JOIN u USING (id) WHERE t.a = high(9)');
$node->safe_psql('postgres', join(';', (@statements[ 0, 1 ]) x 3), @as_app);
my $queryids = q{SELECT queryid FROM index_advisor.statements WHERE toplevel AND query LIKE '%(%$%)%' AND query LIKE 'SELECT%FROM%low%'};
my $runs = 'SELECT last_value FROM runs';

# Each of them runs the functions, for indexes that are supposed.
my %calls = (
    advise => 'SELECT relation, definition FROM index_advisor.advise() ORDER BY 1, 2',
    advise_for => 'SELECT relation, definition FROM index_advisor.advise_for(ARRAY[' . join(',', map { "'$_'" } @statements) . ']) ORDER BY 1, 2',
    explain_captured => "SELECT e FROM ($queryids LIMIT 1) AS q, index_advisor.explain(q.queryid) AS e",
    explain_given => "SELECT index_advisor.explain('$statements[0]', ARRAY['CREATE INDEX supposed ON t (a)'])",
    check_index => q{SELECT improvement > 0.1 FROM index_advisor.check_index('CREATE INDEX ON t (a)')},
    index_advisor => "SELECT index_statements, errors FROM index_advisor.index_advisor('$statements[0]')");
my %answer = (
    advise => qr/public\.t\|\(a\b/,
    advise_for => qr/public\.t\|\(a\b/,
    explain_captured => qr/-- with .*Index/s,
    explain_given => qr/\bsupposed\b/,
    check_index => qr/^t$/,
    index_advisor => qr/CREATE INDEX ON public\.t USING btree \(a\).*\{\}$/);

# Whatever is cached is run and shown; a plan with an index that is not there could not be run.
my $cached = join ";\n", 'SELECT low(7), high(8), replans(), sql_count(7)', 'EXECUTE p', 'EXECUTE q (7)', 'EXPLAIN (COSTS OFF) EXECUTE p', 'EXPLAIN (COSTS OFF) EXECUTE q (7)',
    map { "EXPLAIN (COSTS OFF) $_" } @statements;
my $prepare = q{SET plan_cache_mode = force_generic_plan; PREPARE p AS SELECT count(*) FROM t WHERE a = low(7); PREPARE q (int) AS SELECT count(*) FROM t WHERE a = $1};

for my $kind (sort keys %calls)
{
    # Nothing is cached before: the functions are planned for the first time in our planner call.
    my $session = $node->background_psql('postgres', @as_app);
    my $before = $node->safe_psql('postgres', $runs);
    like($session->query_safe($calls{$kind}), $answer{$kind}, "$kind: answers");
    cmp_ok($node->safe_psql('postgres', $runs), '>', $before, "$kind: planning ran the functions");
    $session->query_safe($prepare);
    my $after = $session->query_safe($cached);
    unlike($after, qr/Index/, "$kind: nothing cached during it has an index");

    # Cached before it, and again after other things were invalidated.
    like($session->query_safe($calls{$kind}), $answer{$kind}, "$kind: answers again");
    is($session->query_safe($cached), $after, "$kind: what was cached before it is as it was");
    $node->safe_psql('postgres', 'ANALYZE t, u');
    like($session->query_safe($calls{$kind}), $answer{$kind}, "$kind: answers after an invalidation");
    is($session->query_safe($cached), $after, "$kind: what is planned anew during it has no index");
    $session->quit;
}

# The statements of the functions were run on nobody's behalf.
my $calls = q{SELECT sum(calls) FROM index_advisor.statements WHERE NOT toplevel};
my $before = $node->safe_psql('postgres', $calls);
advised($node, params => $as_app[1]);
is($node->safe_psql('postgres', $calls), $before, 'what planning runs for us is not captured');

is_alive($node);
$node->stop;
done_testing();
