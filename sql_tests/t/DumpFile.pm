# The file that the workload is saved in, and what a start makes of it.
package DumpFile;
use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

our @EXPORT = qw(dump_path saver_pid header_bytes read_bytes write_bytes altered load_alone);

# sizeof(DumpHeader), where the body begins: the header ends with the body's size and two numbers of four bytes.
sub header_bytes
{
    my ($bytes) = @_;
    for (my $size = 16; $size < length $bytes; $size += 8)
    {
        return $size if unpack('Q', substr($bytes, $size - 16, 8)) == length($bytes) - $size;
    }
    die 'no header found';
}

sub dump_path
{
    my ($node) = @_;
    return $node->data_dir . '/pg_stat/index_advisor.stat';
}

# The process that saves: it has no connection, so pg_stat_activity does not show it. Linux only.
sub saver_pid
{
    my ($node) = @_;
    my ($postmaster) = split /\n/, slurp_file($node->data_dir . '/postmaster.pid');
    for my $process (glob '/proc/[0-9]*')
    {
        my ($stat, $title) = map { my $bytes = eval { read_bytes("$process/$_") }; $bytes // '' } qw(stat cmdline);
        next unless $title =~ /index_advisor saver/;
        return $1 if $stat =~ /^(\d+) \(.*\) \S $postmaster /s;
    }
    return undef;
}

sub read_bytes
{
    my ($path) = @_;
    open my $handle, '<:raw', $path or die "$path: $!";
    local $/;
    return scalar <$handle>;
}

sub write_bytes
{
    my ($path, $bytes) = @_;
    open my $handle, '>:raw', $path or die "$path: $!";
    print $handle $bytes;
    close $handle or die "$path: $!";
    chmod 0600, $path;
}

# The bytes with those at `at` replaced.
sub altered
{
    my ($bytes, $at, $new) = @_;
    substr($bytes, $at, length $new) = $new;
    return $bytes;
}

# A start without any other process, which takes a tenth of a second: how it ended, what it loaded, what it logged.
# Then it runs the statement `more`, and saves.
sub load_alone
{
    my ($node, $more) = @_;
    my ($out, $log);
    my $command = [ 'postgres', '--single', '-D', $node->data_dir, '-c', 'log_statement=none', 'postgres' ];
    my $question = "SELECT count(*) AS held, coalesce(sum(calls), 0) AS calls FROM index_advisor.captured_statements()\n" . ($more // '');
    my $ended = eval { IPC::Run::run($command, '<', \$question, '>', \$out, '2>', \$log, IPC::Run::timeout(120)); 1 };
    my $status = $ended ? $? : 'no end';
    my ($held) = $out =~ /held = "(\d+)"/;
    my ($calls) = $out =~ /calls = "(\d+)"/;
    my @ours = grep { /index_advisor/ } split /\n/, $log;
    return ($status, $held, $calls, join("\n", @ours));
}

1;
