# Code of an ordinary role, mallory, in the way of a planner or a parser, and what came of it.
package HostileCode;
use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(hostile_role hostile_functions hostile_tables hostile_statements victims);

# Roles, a schema of mallory's, and a table that is none of mallory's business. There has to be a table public.safe.
sub hostile_role
{
    return q{
CREATE ROLE mallory LOGIN; CREATE ROLE backup IN ROLE pg_read_all_data;
CREATE TABLE vault (secret text);
CREATE SCHEMA m AUTHORIZATION mallory;
GRANT USAGE ON SCHEMA m TO PUBLIC;
GRANT CREATE ON SCHEMA public TO mallory;
GRANT SELECT ON safe TO mallory;
};
}

# Functions, to be made as mallory in a schema m. Each comes to m.spring(), which says as whom it runs where the
# condition $springs holds, and where $tries holds tries what the session behind that role could do.
sub hostile_functions
{
    my ($springs, $tries) = @_;
    return qq{
CREATE FUNCTION m.try(what text) RETURNS void VOLATILE LANGUAGE plpgsql AS \$\$
BEGIN
    EXECUTE what;
    RAISE LOG 'escaped by %', what;
EXCEPTION WHEN OTHERS THEN
END \$\$;
CREATE FUNCTION m.spring() RETURNS int VOLATILE LANGUAGE plpgsql AS \$\$
BEGIN
    IF $springs THEN
        RAISE LOG 'sprung as %', current_user;
        IF $tries THEN
            PERFORM m.try('INSERT INTO public.vault VALUES (''x'')');
            PERFORM m.try('SELECT count(*) FROM public.vault');
            PERFORM m.try('SELECT pg_read_file(''PG_VERSION'')');
            PERFORM m.try('SET SESSION AUTHORIZATION DEFAULT');
            PERFORM m.try('RESET ROLE');
            PERFORM m.try('SET ROLE ' || session_user);
            PERFORM m.try('CREATE TEMP TABLE planted (a int)');
            PERFORM m.try('LISTEN planted');
        END IF;
    END IF;
    RETURN 0;
END \$\$;
CREATE FUNCTION m.trap(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN x + m.spring(); END';
CREATE FUNCTION m.check(x int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN m.spring() = 0; END';
CREATE FUNCTION m.equal(x int, y int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN x = y + m.spring(); END';
CREATE OPERATOR m.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = m.equal, RESTRICT = eqsel, COMMUTATOR = OPERATOR(m.===));
CREATE DOMAIN m.dom AS int CHECK (m.check(value));
};
}

# Tables of mallory's, most of them with code that planning runs, and functions of a superuser: one that a planted one
# fits better, and one that calls what it should not.
sub hostile_tables
{
    return q{
CREATE FUNCTION helper(x bigint) RETURNS int STABLE LANGUAGE sql AS 'SELECT x::int';
CREATE FUNCTION clean(x int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN helper(x); END';
CREATE FUNCTION trusting(x int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN x + m.spring(); END';
SET ROLE mallory;
CREATE FUNCTION public.helper(x int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN x + m.spring(); END';
CREATE TABLE m.indexed AS SELECT * FROM public.safe; CREATE INDEX ON m.indexed ((id + m.trap(1)));
CREATE TABLE m.partial AS SELECT * FROM public.safe; CREATE INDEX ON m.partial (id) WHERE b > m.trap(1);
CREATE TABLE m.checked AS SELECT * FROM public.safe; ALTER TABLE m.checked ADD CHECK (id > m.trap(0));
CREATE TABLE m.bare AS SELECT * FROM public.safe;
CREATE TABLE m.secured AS SELECT * FROM public.safe;
ALTER TABLE m.secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON m.secured USING (b <> m.trap(9));
RESET ROLE;
};
}

# By what is in the way.
sub hostile_statements
{
    return (
        'function' => 'SELECT * FROM safe WHERE a = m.trap(7)',
        'operator' => 'SELECT * FROM safe WHERE a = 7 AND b OPERATOR(m.===) 9',
        'literal of domains' => q{SELECT * FROM safe WHERE a = ANY ('{7}'::m.dom[])},
        'planted in the search path' => 'SELECT * FROM safe WHERE a = clean(7)',
        'table alone' => 'SELECT * FROM m.bare WHERE a = trusting(7)',
        'index expression' => 'SELECT * FROM m.indexed WHERE a = 7',
        'index predicate' => 'SELECT * FROM m.partial WHERE a = 7',
        'check constraint' => 'SET constraint_exclusion = on; SELECT * FROM m.checked WHERE a = 7',
        'row security' => 'SELECT * FROM m.secured WHERE a = 7');
}

# Since that place of the log: roles that a trap ran as, but for its owner, and what it could do.
sub victims
{
    my ($node, $from) = @_;
    my $log = slurp_file($node->logfile, $from);
    my %roles = map { $_ => 1 } grep { $_ ne 'mallory' } $log =~ /sprung as (\w+)/g;
    $roles{"escaped by $_"} = 1 for $log =~ /LOG:  escaped by (.*)/g;
    return join ' ', sort keys %roles;
}

1;
