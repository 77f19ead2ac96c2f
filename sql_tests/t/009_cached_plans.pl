# Statements whose plans were made before we looked, and those that only their function understands.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_server('cached');
fill($node, 't', 'u');
$node->safe_psql('postgres', q{
CREATE SCHEMA hidden;
CREATE TABLE hidden.h AS SELECT * FROM t;
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int, parent int REFERENCES parent);
INSERT INTO parent SELECT generate_series(1, 1000);
INSERT INTO child SELECT i, 1 + i % 500 FROM generate_series(1, 20000) i;
CREATE TABLE log (n bigint);
VACUUM ANALYZE hidden.h, parent, child});

my $session;

# Runs it often enough for a generic plan, forgets, runs it twice more: advice must come from what is left, or from
# what the next sessions bring where that alone means nothing.
sub cached
{
    my ($what, %case) = @_;
    $session = $node->background_psql('postgres');
    $node->safe_psql('postgres', 'DELETE FROM index_advisor.recommendation') unless $case{published};
    $session->query_safe($case{before}) if $case{before};
    $session->query_safe($case{run}) for 1 .. 7;
    $node->safe_psql('postgres', 'SELECT index_advisor.reset()');
    $session->query_safe($case{run}) for 1 .. 2;
    $node->safe_psql('postgres', $case{run}) for 1 .. ($case{elsewhere} // 0);
    my $like = $case{like} // 'FROM';
    is($node->safe_psql('postgres', "SELECT calls FROM index_advisor.statements WHERE query LIKE '%$like%' AND query NOT LIKE '%reset%'"),
        $case{calls} // 2, "$what: counted");
    like($node->safe_psql('postgres', "SELECT source FROM index_advisor.statements WHERE query LIKE '%$like%' AND query NOT LIKE '%reset%'"),
        $case{source} // qr/^(tree|text)$/, "$what: kept");
    is(advised($node), $case{advice}, "$what: advice");
    is(unplannable($node), '', "$what: planned") unless $case{unplannable};
    like(unplannable($node), $case{unplannable}, "$what: unplannable") if $case{unplannable};
    $session->quit;
}

cached('prepared, generic plan',
    before => 'SET plan_cache_mode = force_generic_plan; PREPARE p (int) AS SELECT * FROM t WHERE a = $1',
    run => 'EXECUTE p (7)', advice => 'public.t (a)');
cached('prepared, after other advice was published', published => 1,
    before => 'SET plan_cache_mode = force_generic_plan; PREPARE p AS SELECT * FROM t WHERE c = $1',
    run => q{EXECUTE p ('c7')}, advice => 'public.t (c)');
cached('prepared, another search_path and role later',
    before => 'SET plan_cache_mode = force_generic_plan; SET search_path = hidden; PREPARE p AS SELECT * FROM h WHERE a = $1',
    run => 'EXECUTE p (7)', advice => 'hidden.h (a)');
cached('prepared among other statements',
    before => q{SET plan_cache_mode = force_generic_plan\; PREPARE p AS SELECT * FROM t WHERE b = $1\; SELECT 5},
    run => 'EXECUTE p (7)', advice => 'public.t (b)');
cached('prepared, no parameters',
    before => 'PREPARE p AS SELECT * FROM t WHERE a = 7', run => 'EXECUTE p', advice => 'public.t (a)');
cached('prepared UPDATE',
    before => 'SET plan_cache_mode = force_generic_plan; PREPARE p AS UPDATE t SET c = c WHERE b = $1',
    run => 'EXECUTE p (7)', advice => 'public.t (b)', like => 'UPDATE');
cached('prepared, too long to keep',
    before => 'SET plan_cache_mode = force_generic_plan; PREPARE p AS SELECT * FROM t WHERE a = $1 AND c NOT IN (' . join(', ', map { "'never_$_'" } 1 .. 2000) . ')',
    run => 'EXECUTE p (7)', advice => '', source => qr/^none$/, unplannable => qr/max_query_bytes/);

# PL/pgSQL: variables, records, loops, assignments, conditions, RETURN QUERY, EXECUTE.
sub in_function
{
    my ($what, $body, %case) = @_;
    $node->safe_psql('postgres', qq{CREATE OR REPLACE FUNCTION f(x int, y text) RETURNS bigint LANGUAGE plpgsql AS \$\$
        DECLARE n bigint := 0; r record; w t%ROWTYPE; k int; BEGIN $body RETURN n; END \$\$});
    cached("PL/pgSQL $what", run => q{SELECT f(7, 'c7')}, %case);
}
in_function('INTO', 'SELECT count(*) INTO n FROM t WHERE a = x;', advice => 'public.t (a)');
in_function('two variables', 'SELECT count(*) INTO n FROM t WHERE a = x AND c = y;', advice => 'public.t (a, c)');
in_function('PERFORM', 'PERFORM * FROM t WHERE c = y;', advice => 'public.t (c)');
in_function('field of a record', 'SELECT x AS q INTO r; SELECT count(*) INTO n FROM t WHERE a = r.q;', advice => 'public.t (a)');
in_function('field of a row', 'w.b := 7; SELECT count(*) INTO n FROM t WHERE b = w.b;', advice => 'public.t (b)');
in_function('qualified by the function', 'SELECT count(*) INTO n FROM t WHERE a = f.x;', advice => 'public.t (a)');
# A loop hands its variables on without their names: a tree it must be.
in_function('loop', 'FOR r IN SELECT * FROM t WHERE a = x LOOP n := n + 1; END LOOP;', advice => '', unplannable => qr/column "x" does not exist/);
in_function('loop, later', 'FOR r IN SELECT * FROM t WHERE a = x LOOP n := n + 1; END LOOP;', advice => 'public.t (a)', elsewhere => 2, calls => 4);
in_function('assignment', 'n := (SELECT count(*) FROM t WHERE a = x);', advice => 'public.t (a)');
in_function('assignment of a query', 'n := count(*) FROM t WHERE a = x;', advice => 'public.t (a)');
in_function('IF', 'IF EXISTS (SELECT FROM t WHERE a = x AND c LIKE $q$%never$q$) THEN n := 1; END IF;', advice => 'public.t (a)');
in_function('loop over EXECUTE', 'FOR r IN EXECUTE $q$SELECT * FROM t WHERE a = $1$q$ USING x LOOP n := n + 1; END LOOP;', advice => 'public.t (a)');
in_function('EXECUTE USING', 'EXECUTE $q$SELECT count(*) FROM t WHERE a = $1 AND c = $2$q$ INTO n USING x, y;', advice => 'public.t (a, c)');
in_function('UPDATE', 'UPDATE t SET filler = filler WHERE b = x;', like => 'UPDATE', advice => 'public.t (b)');
in_function('INSERT SELECT', 'INSERT INTO log SELECT length(filler) FROM t WHERE a = x;', advice => 'public.t (a)');
in_function('constant', 'PERFORM * FROM t WHERE a = 7;', advice => 'public.t (a)');

$node->safe_psql('postgres', q{
CREATE FUNCTION g(x int) RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT length(filler) FROM t WHERE a = x; END $$;
CREATE FUNCTION s(x int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t WHERE b = $1';
CREATE FUNCTION named(x int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t WHERE b = x';
CREATE FUNCTION s2(int) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t WHERE b = $1; END;
CREATE TABLE trigger_me (k int);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log SELECT length(filler) FROM t WHERE a = NEW.k; RETURN NEW; END $$;
CREATE TRIGGER tr AFTER INSERT ON trigger_me FOR EACH ROW EXECUTE FUNCTION tf()});
cached('PL/pgSQL RETURN QUERY', run => 'SELECT count(*) FROM g(7)', advice => 'public.t (a)', like => 'FROM t');
cached('SQL function', run => 'SELECT s(7)', advice => 'public.t (b)');
cached('SQL function, parameters by name', run => 'SELECT named(7)', advice => 'public.t (b)', elsewhere => 2, calls => 4);
cached('SQL function, parsed at definition', run => 'SELECT s2(7)', advice => '', like => '', source => qr/^none$/, unplannable => qr/BEGIN ATOMIC/);
cached('trigger', run => 'INSERT INTO trigger_me VALUES (7)', advice => 'public.t (a)', like => 'INSERT INTO log');
cached('foreign key check', before => 'CREATE SEQUENCE gone START 501',
    run => q{DELETE FROM parent WHERE id = (SELECT nextval('gone'))}, advice => 'public.child (parent)', like => 'ONLY');

is_alive($node);
$node->stop;
done_testing();
