# What the planner is told of a hypothetical index is what it is told of the same index once it is there: the index is
# described first, then built, and both descriptions are compared field by field (index_fields.c). What its cost
# function would read in the index itself shows in the cost.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use AdvisorServer;
use PostgreSQL::Test::Utils;
use Test::More;

my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
chomp(my $include = `$pg_config --includedir-server`);
my $module = PostgreSQL::Test::Utils::tempdir() . '/index_fields.so';
is(system("cc -O1 -Wall -shared -fPIC -I$include -o $module $FindBin::RealBin/index_fields.c"), 0, 'what writes them down is built')
    or BAIL_OUT('no compiler');

my $node = start_server('index_fields', "index_advisor.enabled = off\nstatement_timeout = '300s'");
$node->safe_psql('postgres', qq{
CREATE FUNCTION index_fields() RETURNS text AS '$module' LANGUAGE C;
CREATE FUNCTION fill(name regclass) RETURNS void LANGUAGE plpgsql AS \$\$ BEGIN
    EXECUTE 'INSERT INTO ' || name || \$q\$ SELECT i, i % 2000, CASE WHEN i % 10 > 0 THEN i % 37 END, 'c' || i % 1000, i, 'x' || md5(i::text),
        '2026-01-01'::timestamptz + i * interval '1 minute', '[1,2]', ARRAY[i % 100, i % 7], jsonb_build_object('k', i % 50)
        FROM generate_series(1, 20000) i\$q\$; END \$\$;
CREATE TABLE plain (id int, a int, b int, c text, d bigint, e text COLLATE "C", at timestamptz, r int4range, tags int[], doc jsonb);
CREATE UNLOGGED TABLE unlogged (LIKE plain);
CREATE TABLE parted (LIKE plain) PARTITION BY RANGE (id);
CREATE TABLE part_one PARTITION OF parted FOR VALUES FROM (0) TO (10000);
CREATE TABLE part_two (d bigint, dropped int, tags int[], c text, id int, b int, a int, e text COLLATE "C", doc jsonb, at timestamptz, r int4range);
ALTER TABLE part_two DROP COLUMN dropped;
ALTER TABLE parted ATTACH PARTITION part_two FOR VALUES FROM (10000) TO (20001);
CREATE TABLE shrunk (gone int, LIKE plain);
ALTER TABLE shrunk DROP COLUMN gone;
CREATE TABLE heir (more int) INHERITS (plain);
CREATE TABLE deep (LIKE plain) PARTITION BY RANGE (id);
CREATE TABLE deep_low (LIKE part_two) PARTITION BY LIST (a);
ALTER TABLE deep_low DROP COLUMN b;
ALTER TABLE deep_low ADD COLUMN b int;
ALTER TABLE deep ATTACH PARTITION deep_low FOR VALUES FROM (0) TO (15000);
CREATE TABLE deep_high PARTITION OF deep FOR VALUES FROM (15000) TO (20001);
CREATE TABLE deep_low_some (LIKE plain);
ALTER TABLE deep_low ATTACH PARTITION deep_low_some FOR VALUES IN (1, 2, 3, 4, 5);
CREATE TABLE deep_low_rest (LIKE deep_high, gone text);
ALTER TABLE deep_low_rest DROP COLUMN gone, DROP COLUMN b;
ALTER TABLE deep_low_rest ADD COLUMN b int;
ALTER TABLE deep_low ATTACH PARTITION deep_low_rest DEFAULT;
SELECT fill('plain'), fill('unlogged'), fill('parted'), fill('shrunk'), fill('deep'), fill('heir');
CREATE MATERIALIZED VIEW seen AS SELECT * FROM ONLY plain;
CREATE TABLE empty (LIKE plain);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN word AS text COLLATE "C";
CREATE DOMAIN numbers AS int[];
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (x int, y text);
CREATE TABLE kinds (p positive, w word, ns numbers, m mood, ms mood[], ws word[], mr int4multirange, pr pair, n numeric, u uuid, i interval,
    bytes bytea, ch char(20), vc varchar(20), nm name, ip inet, flag boolean, bits varbit(16), real float4, day date, o oid, tid bigint GENERATED ALWAYS AS (p * 2) STORED);
INSERT INTO kinds SELECT i, 'w' || i, ARRAY[i % 50, 1], (ARRAY['sad', 'ok', 'happy']::mood[])[1 + i % 3], ARRAY['sad', 'ok']::mood[], ARRAY['a', 'b' || i % 7]::word[],
    int4multirange(int4range(i, i + 5)), ROW(i % 100, 'y')::pair, i / 7.0, md5(i::text)::uuid, i * interval '1 minute', decode(md5(i::text), 'hex'), 'ch' || i % 500, 'vc' || i % 500,
    'nm' || i % 400, ('10.0.' || i % 200 || '.1')::inet, i % 5 = 0, (i % 4)::bit(8)::varbit, i, '2026-01-01'::date + i % 365, i FROM generate_series(1, 20000) i;
VACUUM ANALYZE});

# Written before and after CREATE INDEX, of each relation that the index is on.
sub fields
{
    my ($output, $hypothetical) = @_;
    my %fields;
    for my $paragraph (grep { s/\A.*?(?=^relation )//ms } split /\n\n/, $output)
    {
        my %field = $paragraph =~ /^(\w+) ?(.*)$/mg;
        s/ :location -?\d+//g for values %field;
        $fields{ $field{relation} } = \%field if $field{hypothetical} == $hypothetical;
    }
    return \%fields;
}

# What differs, and by how much it may; of other fields nothing.
my %tolerance = (hypothetical => 1, pages => 0.08, tuples => 0.01);

# Nothing is known of the values of an expression.
my %of_expressions = (hypothetical => 1, pages => 10, tuples => 0.1, tree_height => 10);

# Of other methods pages rest on a sample; gin and brin have cost functions of ours.
my %of_methods = (hypothetical => 1, pages => 0.6, tuples => 0.05, amcostestimate => 1e9);

# Leaves that differ much share an index out by their rows.
my %of_uneven = (hypothetical => 1, pages => 2, tuples => 1.1, tree_height => 1, amcostestimate => 1e9);

sub is_same_field
{
    my ($there, $estimated, $tolerance) = @_;
    return $there eq $estimated || ($tolerance // 0) > 1e6 || $tolerance && abs($estimated - $there) <= $there * $tolerance + 1;
}

sub is_like_the_real_one
{
    my ($table, $definition, %more) = @_;
    my $ddl = "CREATE INDEX ON $table $definition";
    my $session = ($more{before} // '') . "LOAD '$module';";
    my $query = 'SELECT * FROM ' . ($more{read} // $table);
    my $allowed = $table =~ /^deep/ ? \%of_uneven : $definition =~ /^USING/ ? \%of_methods : $definition =~ /^\(\((?!\()|doc/ ? \%of_expressions : $table eq 'kinds' ? \%of_methods : \%tolerance;
    my $text = $ddl =~ s/'/''/gr;
    my $described = fields($node->safe_psql('postgres', "$session SELECT count(*) FROM index_advisor.explain('$query', ARRAY['$text'])\\; SELECT index_fields()"), 1);
    my $real = fields($node->safe_psql('postgres', "$session SET client_min_messages = error; BEGIN; $ddl; EXPLAIN $query; SELECT index_fields(); ROLLBACK"), 0);
    my @different;
    is(join(' ', sort keys %$described), join(' ', sort keys %$real), "$ddl: on the same relations");
    for my $relation (sort keys %$real)
    {
        push @different, map { "$relation.$_: $described->{$relation}{$_} instead of $real->{$relation}{$_}" }
            grep { !is_same_field($real->{$relation}{$_}, $described->{$relation}{$_} // 'nothing', $allowed->{$_}) } sort keys %{ $real->{$relation} };
    }
    is(join("\n", @different), '', "$ddl: the same fields") if %$real;
    return;
}

for my $table (qw(plain unlogged parted shrunk seen empty heir deep))
{
    is_like_the_real_one($table, $_) for
        '(id)',
        '(a, id)',
        '(c)',
        '(a DESC, b ASC NULLS FIRST, c DESC NULLS LAST)',
        '(a) INCLUDE (b, d)',
        '(b) WHERE b = 5',
        '((a + b), lower(c))',
        '(e text_pattern_ops, at)',
        '(c COLLATE "C")';
}
is_like_the_real_one('plain', $_) for
    '(b) WHERE b IS NULL',
    '(at) WHERE id > 15000 AND 1 + 1 = 2',
    '((a * 2)) WHERE a + 0 > 5 OR b IS NOT NULL',
    '(r)',
    '(tags)',
    '(doc)',
    '(((c)))',
    '((lower(c)) COLLATE "C" DESC)';
for my $table (qw(plain parted shrunk seen deep))
{
    is_like_the_real_one($table, "USING $_") for
        'hash (a)',
        'brin (id, c) WITH (pages_per_range = 4)',
        'gin (tags, doc) WHERE b = 5',
        'gist (r) INCLUDE (a)',
        'spgist (r)';
}
is_like_the_real_one('plain', "USING $_") for
    'hash (lower(c))',
    'hash (b)',
    'brin (at timestamptz_minmax_multi_ops, r)',
    'gin (to_tsvector(\'simple\', c))',
    'gin (doc jsonb_path_ops)',
    'gist (to_tsvector(\'simple\', e))',
    'gist (point(a, b)) WHERE b IS NOT NULL',
    'spgist (e text_ops)',
    'spgist (point(a, id)) INCLUDE (d)';
SKIP:
{
    skip 'bloom is not there', 1 if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'bloom'}) eq '0';
    $node->safe_psql('postgres', 'CREATE EXTENSION bloom');
    is_like_the_real_one('plain', "USING $_") for 'bloom (a, b)', 'bloom (a, c) WITH (length = 200, col1 = 3)';

    # One that is there is no stranger to advice.
    $node->safe_psql('postgres', q{CREATE TABLE petals AS SELECT i AS a, i % 100 AS b, repeat('x', 100) AS c FROM generate_series(1, 20000) i;
        CREATE INDEX petals_bloom ON petals USING bloom (a, b)});
    $node->safe_psql('postgres', 'VACUUM ANALYZE petals');
    my $advised = q{SELECT ddl FROM index_advisor.advise_for(ARRAY['SELECT c FROM petals WHERE a = 5'])};
    is($node->safe_psql('postgres', $advised), 'CREATE INDEX CONCURRENTLY petals_a_idx ON public.petals (a)', 'a b-tree beside bloom');
    for ([q{'{}'}, 1], [q{ARRAY['petals_bloom'::regclass]}, 0])
    {
        my ($hidden, $shown) = @$_;
        is($node->safe_psql('postgres', "SELECT count(*) FROM index_advisor.explain('SELECT c FROM petals WHERE a = 5 AND b = 5', hide_indexes => $hidden) AS line
            WHERE line LIKE '%petals_bloom%'"), $shown, "bloom in the plan, hidden: $hidden");
    }
}

# Of a temporary table, in the session that it belongs to; of a sub-partition or leaf, seen from the root.
my $temporary = q{CREATE TEMPORARY TABLE passing (LIKE plain); SELECT fill('passing'); ANALYZE passing;};
is_like_the_real_one('passing', $_, before => $temporary) for '(a DESC, c) INCLUDE (b)', '(b) WHERE b = 5', 'USING gin (tags)';
for my $part (qw(deep_low deep_low_rest deep_high))
{
    is_like_the_real_one($part, $_, read => 'deep') for '(c, id DESC)', '((a + b)) WHERE b IS NOT NULL', 'USING brin (id)';
}
is_like_the_real_one('ONLY heir', '(a)', read => 'plain');

# What WITH and operator classes say, tablespaces.
is_like_the_real_one('plain', $_) for
    '(id) WITH (fillfactor = 50)',
    '(a) WITH (deduplicate_items = off, fillfactor = 100)',
    '(id) TABLESPACE pg_default',
    'USING hash (a) WITH (fillfactor = 40)',
    q{USING gist (to_tsvector('simple', c) tsvector_ops (siglen = 20)) WITH (fillfactor = 60, buffering = off)},
    'USING gin (tags) WITH (fastupdate = off, gin_pending_list_limit = 128)',
    'USING brin (id int4_minmax_multi_ops (values_per_range = 16), c text_bloom_ops (n_distinct_per_range = 50)) WITH (pages_per_range = 2, autosummarize = on)';
my $place = PostgreSQL::Test::Utils::tempdir();
chmod 0700, $place;
$node->safe_psql('postgres', "CREATE TABLESPACE elsewhere LOCATION '$place'");
is_like_the_real_one('plain', '(id) TABLESPACE elsewhere');
is_like_the_real_one('parted', '(id) TABLESPACE elsewhere');
is_like_the_real_one('plain', '(a)', before => 'SET default_tablespace = elsewhere;');
is_like_the_real_one('passing', '(a)', before => $temporary . 'SET temp_tablespaces = elsewhere;');

# Types whose operator classes are those of another type, or of many.
is_like_the_real_one('kinds', $_) for
    '(p, w)', '(w COLLATE "POSIX")', '(ns)', '(m, ms)', '(ws)', '(mr)', '(pr)', '(n, u, i DESC NULLS LAST)', '(bytes)', '(ch bpchar_pattern_ops)', '(vc)',
    '(vc varchar_ops)', '(vc text_pattern_ops)', '(nm)', '(ip, flag, bits)', '(real, day) INCLUDE (o, tid)', '(tid)', '((p + 1), (w || vc))', '((m)) WHERE flag',
    '((ns[1]))', '((vc::text) text_pattern_ops)',
    'USING hash (p)', 'USING hash (vc)', 'USING hash (m)', 'USING hash (ms)', 'USING gin (ns)', 'USING gin (ms)', 'USING gin (ws)', 'USING gist (mr)', 'USING gist (ip inet_ops)',
    'USING spgist (ip)', 'USING spgist (w)', 'USING spgist (vc)', 'USING brin (p, u, vc)', 'USING brin (ip inet_inclusion_ops, n numeric_minmax_multi_ops)', 'USING brin (ip)';
SKIP:
{
    skip 'no ICU', 1 if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collname = 'de-x-icu'}) eq '0';
    $node->safe_psql('postgres', q{CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)});
    is_like_the_real_one('plain', $_) for '(e, c COLLATE "de-x-icu")', '((lower(c)) COLLATE "de-x-icu")', '(c COLLATE loose)', 'USING hash (c COLLATE loose)', 'USING brin (c COLLATE "de-x-icu")';
}

# Of thousands the planner is told of those that a statement could use.
sub told_of
{
    my ($query, @definitions) = @_;
    my $ddl = join(', ', map { "'CREATE INDEX ON plain $_'" } @definitions);
    my $output = $node->safe_psql('postgres', "LOAD '$module'; SELECT count(*) FROM index_advisor.explain('$query', ARRAY[$ddl])\\; SELECT index_fields()");
    return scalar(() = $output =~ /^relation plain$/mg);
}

my @pairs = map { my $first = $_; map { "($first, $_)" } grep { $_ ne $first } qw(id a b c d e at r tags doc) } qw(id a b c d e at r tags doc);
is(told_of('SELECT * FROM ONLY plain WHERE a = 5', @pairs), 18, 'of 90 pairs of columns those that have the one asked for');
is(told_of('SELECT * FROM ONLY plain', @pairs), 0, 'none where nothing is asked');
is(told_of('SELECT id FROM ONLY plain', @pairs), 18, 'those that have all that is read');
is(told_of('SELECT * FROM ONLY plain ORDER BY at DESC LIMIT 5', @pairs, '(at) WHERE a = 1', '(id) WHERE at IS NOT NULL'), 19, 'what is ordered by is asked for, also by a predicate');

# The cost functions that look into a real index: what the scan of the hypothetical one costs.
sub costs_as_the_real_one
{
    my ($definition, $condition, $tolerance) = @_;
    my $query = "SELECT * FROM plain WHERE $condition";
    my $ddl = "CREATE INDEX ON plain USING $definition";
    my ($there, $estimated) = (
        $node->safe_psql('postgres', "BEGIN; $ddl; ANALYZE plain; SET LOCAL enable_seqscan = off; EXPLAIN $query; ROLLBACK"),
        $node->safe_psql('postgres', "SET enable_seqscan = off; SELECT index_advisor.explain(\$q\$$query\$q\$, ARRAY[\$d\$$ddl\$d\$])"));
    my ($cost_there) = $there =~ /Bitmap Index Scan.*cost=\S+?\.\.(\S+)/;
    my ($cost_estimated) = $estimated =~ /Bitmap Index Scan.*cost=\S+?\.\.(\S+)/;
    ok($cost_there && $cost_estimated && abs($cost_estimated / $cost_there - 1) <= $tolerance, "$ddl for $condition")
        or diag("real: $there\nhypothetical: $estimated");
    return;
}

costs_as_the_real_one(@$_) for
    [ 'brin (id) WITH (pages_per_range = 2)', 'id BETWEEN 100 AND 300', 0.001 ],
    [ 'brin (id)', 'id < 5000', 0.001 ],
    [ 'brin (id, a) WITH (pages_per_range = 1)', 'a = 7', 0.001 ],
    [ 'gin (tags)', 'tags @> ARRAY[5]', 0.05 ],
    [ 'gin (tags)', 'tags && ARRAY[5, 3, 12]', 0.05 ],
    [ 'gin (tags)', 'tags <@ ARRAY[5, 3, 12]', 0.2 ],
    [ 'gin (doc)', q{doc ? 'k' AND doc @> '{"k": 5}'}, 0.05 ],
    [ 'gin (doc)', q{doc @> ANY (ARRAY['{"k": 5}', '{"k": 6}']::jsonb[])}, 0.05 ],
    [ q{gin (to_tsvector('simple', c))}, q{to_tsvector('simple', c) @@ 'c1:*'}, 0.2 ];
done_testing();
