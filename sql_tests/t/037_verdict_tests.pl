# Each verdict is explained in docs/verdicts.md, and has a test that shows it: the enum, the document and the tests, without a server.
use strict;
use warnings;
use FindBin;
use Test::More;

my $root = "$FindBin::RealBin/../..";

sub text
{
    my ($path) = @_;
    open(my $file, '<', "$root/$path") or die "$path: $!";
    local $/;
    return scalar <$file>;
}

# What a regression test printed: its expected result without its own lines and what they echo.
sub printed
{
    my ($name) = @_;
    my %own;
    for my $line (split /\n/, text("sql_tests/sql/$name.sql"))
    {
        $own{$line} = 1;
        $own{$1} = 1 if $line =~ /^\\echo (.*)/;
    }
    return join "\n", grep { !$own{$_} } split /\n/, text("expected/$name.out");
}

# What would make the test fail if the verdict were another one.
sub asserted
{
    my ($test) = @_;
    return printed($1) if $test =~ m{^sql_tests/sql/(\w+)\.sql$};
    return join "\n", grep { /EXPECT_EQ|'\w+', '/ } split /\n/, text($test);
}

my ($enum) = text('sql/index_advisor--1.0.sql') =~ /CREATE TYPE index_advisor\.verdict AS ENUM \((.*?)\);/s;
my @verdicts = $enum =~ /'(\w+)'/g;
my $document = text('docs/verdicts.md');
my ($explained, $tested) = split /^## Where each is tested$/m, $document;
my %test_of = $tested =~ /^\| (\w+) \| (\S+) \|$/mg;
delete $test_of{verdict};

is_deeply([sort keys %test_of], [sort @verdicts], 'each verdict has a test, and no other word has one');
for my $verdict (@verdicts)
{
    like($explained, qr/^\| `?$verdict`? \|/m, "$verdict is explained");
    like(asserted($test_of{$verdict} // ''), qr/\b(?:$verdict|VERDICT_\U$verdict\E)\b/, "$verdict is shown by its test")
        if defined $test_of{$verdict};
}
done_testing();
