# shellcheck shell=bash disable=SC2034 # it sets variables for those who source it
# lib.sh - what bench/fidelity, bench/selection, bench/scaling and bench/quality share, on top of scripts/lib.sh: a server of ours or a connection to
# one of yours, databases, statements from files, and tables in docs/benchmarks.md.

unset MAKEFLAGS MAKELEVEL MFLAGS PGHOST PGPORT PGUSER PGDATABASE PGDATA PGSERVICE PGOPTIONS
export LC_ALL=C.UTF-8
BENCH=$ROOT/bench
CONNECTION=

usage()
{
    sed -n '2,/^set -eu/{ s/^# \{0,1\}//p }' "$0"
}

# start_server NAME [LINE...]: a server of ours with the extension and these settings, working in build/NAME-MAJOR.
start_server()
{
    local name=$1
    shift
    SERVER=
    need_packages g++ make
    choose_server
    # shellcheck disable=SC2046 # names without spaces
    need_packages $(company_packages | grep hypopg)
    make_work "$name-$MAJOR"
    private_server
    copy_sources "$WORK/tree"
    give_away "$WORK/tree"
    build_and_install "$WORK/tree"
    start_cluster server 'shared_buffers = 512MB' 'maintenance_work_mem = 256MB' 'max_wal_size = 4GB' 'wal_level = minimal' \
        'max_wal_senders = 0' 'jit = off' "$@"
}

# sql DATABASE [psql's ARGUMENT...]: on the server of ours, on that which SERVER says, or in your database as whoever called.
sql()
{
    local database=$1
    shift
    if [ -n "$CONNECTION" ]; then
        env -C "$WORK" psql -X -q -At -v ON_ERROR_STOP=1 -d "$CONNECTION" "$@"
    elif [ -n "${SERVER:-}" ]; then
        ${PSQL:-psql} -X -q -At -v ON_ERROR_STOP=1 "$@" "$SERVER dbname=$database"
    else
        as_unprivileged env -C "$WORK" "$BIN/psql" -X -q -At -v ON_ERROR_STOP=1 -h "$SOCKETS/server" -U postgres -d "$database" "$@"
    fi
}

# statement FILE: its text without the semicolon, and with a value for each of pgbench's variables.
statement()
{
    awk '/^\\set/ { if (match($0, /random[a-z_]*\(/)) { split(substr($0, RSTART + RLENGTH), range, /[,)]/); value[$2] = int((range[1] + range[2]) / 2) } next }
        { text = text $0 "\n" }
        END {
            while (match(text, /(^|[^:]):[a-z_]+/)) {
                start = substr(text, RSTART, 1) == ":" ? RSTART : RSTART + 1
                name = substr(text, start + 1, RSTART + RLENGTH - start - 1)
                done = done substr(text, 1, start - 1) (name in value ? value[name] : ":" name)
                text = substr(text, RSTART + RLENGTH)
            }
            sub(/;[ \n]*$/, "", text)
            printf "%s", done text
        }' "$1"
}

# note_statements DATABASE FOLDER
note_statements()
{
    local file name
    for file in "$2"/*.sql; do
        name=$(basename "$file" .sql)
        printf "INSERT INTO fidelity.statement VALUES (\$name\$%s\$name\$, \$query\$%s\$query\$);\n" "${name%@*}" "$(statement "$file")"
    done >"$WORK/$1_statements.sql"
    sql "$1" -f - <"$WORK/$1_statements.sql"
}

# make_database NAME FILE TARGET [psql's ARGUMENT...]: TARGET is default_statistics_target there.
make_database()
{
    local name=$1 file=$2 target=$3
    shift 3
    sql postgres -c "CREATE DATABASE \"$name\"" -c "ALTER DATABASE \"$name\" SET default_statistics_target = $target"
    sql "$name" "$@" -f - <"$file" >/dev/null
}

# write_report NAME: what $WORK/report.md has goes into docs/benchmarks.md, between two comments.
write_report()
{
    local page=$ROOT/docs/benchmarks.md
    awk -v new="$WORK/report.md" -v start="<!-- bench/$1 -->" '
        index($0, start) == 1 { print; print ""; while ((getline line < new) > 0) print line; print ""; skip = 1 }
        /^<!-- end -->/ { skip = 0 } !skip' "$page" >"$WORK/benchmarks.md"
    cat "$WORK/benchmarks.md" >"$page"
}
