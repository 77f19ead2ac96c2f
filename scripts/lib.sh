# shellcheck shell=bash disable=SC2034 # it sets variables for those who source it
# lib.sh - what the scripts share: packages, an unprivileged user, throw-away
# clusters, counting. Sourced by bash scripts that run under `set -eu`.
#
# Nothing here touches a server that is already on the machine. The extension is
# not installed beside it either: private_server makes a copy of the server's
# folders under build/ (programs copied, the rest linked), which PostgreSQL finds
# by itself, relative to where its program file lies.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CLUSTERS=()

say()
{
    printf '%s\n' "$*"
}

die()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# --- packages -------------------------------------------------------------

as_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "need root or sudo for: $*"
    fi
}

package_installed()
{
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# need_packages NAME...: installs the Debian packages that are missing, and says
# so first. Elsewhere the user sees to it; what is missing will show in the build.
need_packages()
{
    local missing=() name
    command -v dpkg-query >/dev/null || return 0
    for name; do
        package_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing missing Debian packages: ${missing[*]}"
    as_root apt-get update -q
    without_main_cluster \
        env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# Debian's server package makes a cluster of its own and starts it; not for us.
without_main_cluster()
{
    local conf=/etc/postgresql-common/createcluster.d/index_advisor_tests.conf status=0
    as_root mkdir -p "${conf%/*}"
    echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
    as_root "$@" || status=$?
    as_root rm -f "$conf"
    return $status
}

# --- which server ---------------------------------------------------------

# A pg_config of a server that can run and be built for (libpq-dev alone has one, too).
pg_config_usable()
{
    local pgxs bindir
    pgxs=$("$1" --pgxs 2>/dev/null) && bindir=$("$1" --bindir 2>/dev/null) || return 1
    [ -f "$pgxs" ] && [ -x "$bindir/postgres" ]
}

find_pg_config()
{
    local candidate
    for candidate in pg_config /usr/lib/postgresql/{19,18,17,16,15}/bin/pg_config; do
        if pg_config_usable "$candidate"; then
            PG_CONFIG=$candidate
            return 0
        fi
    done
    return 1
}

# Sets PG_CONFIG and MAJOR; a server is installed where there is none.
choose_server()
{
    local major
    if [ -n "${PG_CONFIG:-}" ]; then
        pg_config_usable "$PG_CONFIG" || die "PG_CONFIG=$PG_CONFIG belongs to no server with headers"
    elif ! find_pg_config; then
        command -v apt-get >/dev/null || die "no pg_config of a PostgreSQL server found: set PG_CONFIG"
        [ -n "$(apt-cache pkgnames postgresql-server-dev-1)" ] || as_root apt-get update -q
        major=$(apt-cache pkgnames postgresql-server-dev-1 | sed 's/.*-//' | sort -n | tail -n 1)
        [ -n "$major" ] || die "no PostgreSQL server package found: set PG_CONFIG"
        need_packages "postgresql-$major" "postgresql-server-dev-$major"
        PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
    fi
    # A name would mean the private copy, which has no headers, to tests that come upon it first in PATH.
    PG_CONFIG=$(command -v "$PG_CONFIG")
    export PG_CONFIG
    MAJOR=$("$PG_CONFIG" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
    PGXS_DIR=$(cd "$(dirname "$("$PG_CONFIG" --pgxs)")/../.." && pwd)
}

# Prints Debian's packages of extensions beside which the tests run; what this release does not have they skip.
company_packages()
{
    local name
    [ "$("$PG_CONFIG" --bindir)" = "/usr/lib/postgresql/$MAJOR/bin" ] && command -v apt-cache >/dev/null || return 0
    for name in hypopg pg-hint-plan pg-qualstats pg-stat-kcache; do
        apt-cache pkgnames "postgresql-$MAJOR-$name" | grep -x "postgresql-$MAJOR-$name" || true
    done
}

# --- who and where --------------------------------------------------------

# PostgreSQL refuses to run as root. nobody owns no cluster that we could harm.
as_unprivileged()
{
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups \
            env HOME="$WORK" USER=nobody LOGNAME=nobody "$@"
    else
        "$@"
    fi
}

# make_work NAME: an empty folder WORK for this run, build/NAME where the
# unprivileged user can reach it, and SOCKETS (short: a socket's path has at most
# 107 bytes).
make_work()
{
    WORK=$ROOT/build/$1
    rm -rf "$WORK"
    mkdir -p "$WORK"
    give_away "$WORK"
    if ! as_unprivileged test -w "$WORK"; then
        WORK=$(mktemp -d "/var/tmp/index_advisor_$1.XXXXXX")
        give_away "$WORK"
        say "$ROOT/build cannot be reached by an unprivileged user: working in $WORK"
    fi
    SOCKETS=$(mktemp -d /tmp/index_advisor.XXXXXX)
    give_away "$SOCKETS"
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

give_away()
{
    [ "$(id -u)" != 0 ] || chown -R nobody: "$1"
}

# Logs stay; clusters only where something failed.
clean_up()
{
    local status=$?
    trap - EXIT
    stop_clusters
    rm -rf "$SOCKETS"
    [ $status != 0 ] || rm -rf "$WORK"/cluster_* "$WORK/tmp_check" "$WORK/inst"
    exit $status
}

# copy_sources TO: the tree without what was built in it.
copy_sources()
{
    mkdir -p "$1"
    tar -C "$ROOT" --exclude=./build --exclude=./.git --exclude='*.o' --exclude='*.d' --exclude='*.so' \
        --exclude='*.bc' -cf - . | tar -C "$1" --no-same-owner -xf -
}

# run_logged LOG COMMAND...: the end of the log is shown where the command fails.
run_logged()
{
    local log=$1 status=0
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ $status = 0 ] || { say "--- $* failed ($status); the end of $log:" && tail -n 40 "$log"; }
    return $status
}

# --- server and clusters --------------------------------------------------

# Sets BIN: programs of a server of our own under WORK.
private_server()
{
    local inst=$WORK/inst dir
    BIN=$inst$("$PG_CONFIG" --bindir)
    mkdir -p "$BIN"
    cp -a "$("$PG_CONFIG" --bindir)/." "$BIN"
    for dir in "$("$PG_CONFIG" --pkglibdir)" "$("$PG_CONFIG" --sharedir)"; do
        mkdir -p "$inst$dir"
        cp -rs "$dir/." "$inst$dir"
        find "$inst$dir" -name 'index_advisor*' -prune -exec rm -rf {} +
    done
    give_away "$inst"
}

# build_and_install TREE: builds TREE and installs it into the private server.
build_and_install()
{
    run_logged "$WORK/build.log" as_unprivileged make -C "$1" -j"$(nproc)" &&
        run_logged "$WORK/install.log" as_unprivileged make -C "$1" install DESTDIR="$WORK/inst"
}

# start_cluster NAME [LINE...]: a cluster with these lines in postgresql.conf;
# connect with host=$SOCKETS/NAME user=postgres. C.UTF-8 is everywhere, sorts the same
# everywhere, and still is no C locale to the planner.
start_cluster()
{
    local name=$1 data=$WORK/cluster_$1 socket=$SOCKETS/$1
    shift
    run_logged "$WORK/initdb_$name.log" as_unprivileged "$BIN/initdb" -D "$data" -U postgres -A trust \
        --locale=C.UTF-8 --encoding=UTF8 --no-sync || return 1
    as_unprivileged mkdir -m 700 "$socket"
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$socket'" 'fsync = off' \
        'autovacuum = off' 'max_connections = 50' "$@" >>"$data/postgresql.conf"
    [ -w /dev/shm ] || echo 'dynamic_shared_memory_type = mmap' >>"$data/postgresql.conf"
    CLUSTERS+=("$name")
    as_unprivileged "$BIN/pg_ctl" -D "$data" -l "$WORK/server_$name.log" -s -w -t 120 start ||
        { tail -n 40 "$WORK/server_$name.log" && return 1; }
}

stop_cluster()
{
    local data=$WORK/cluster_$1
    [ ! -f "$data/postmaster.pid" ] || as_unprivileged "$BIN/pg_ctl" -D "$data" -s -m fast -w -t 60 stop ||
        as_unprivileged "$BIN/pg_ctl" -D "$data" -s -m immediate stop || true
}

stop_clusters()
{
    local name
    for name in ${CLUSTERS[@]+"${CLUSTERS[@]}"}; do
        stop_cluster "$name"
    done
    CLUSTERS=()
}

# --- counting -------------------------------------------------------------

PASSED=0
FAILED=0

# tally WHAT PASSED FAILED STATUS: a command that failed has at least one failure,
# and a suite that ran nothing has not passed.
tally()
{
    local what=$1 passed=$2 failed=$3 status=$4
    if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
        failed=1
    fi
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + failed))
    printf '%-28s %5d passed %5d failed\n' "$what" "$passed" "$failed"
}

# sum_matches SED-SCRIPT FILE: the sum of the numbers that the script prints.
sum_matches()
{
    sed -n "$1" "$2" | awk '{ sum += $1 } END { print sum + 0 }'
}

# tap WHAT FOLDER [FILE...]: the TAP tests in sql_tests/FOLDER, or these of them.
tap()
{
    local what=$1 folder=$TREE/sql_tests/$2 log=$WORK/tap_$2.log status=0
    shift 2
    [ $# -gt 0 ] || set -- "$folder"/*.pl
    [ -f "$1" ] || return 0
    run_logged "$log" as_unprivileged env -C "$WORK" PATH="$BIN:$PATH" TESTDIR="$WORK" \
        TESTLOGDIR="$WORK/tmp_check/log" TESTDATADIR="$WORK/tmp_check" \
        PG_REGRESS="$PGXS_DIR/src/test/regress/pg_regress" \
        prove -I "$PGXS_DIR/src/test/perl" -I "$TREE/sql_tests/t" "$@" || status=$?
    count_tap "$what" "$log" $status
}

count_tap()
{
    local what=$1 log=$2 status=$3 total failed
    total=$(sum_matches 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$log")
    failed=$(sum_matches 's/^ *Failed \([0-9]*\)\/[0-9]* subtests.*/\1/p' "$log")
    [ "$failed" -le "$total" ] || total=$failed
    tally "$what" $((total - failed)) "$failed" "$status"
}

# A server that crashed and came back would go unnoticed in a test that expects an error.
server_logs()
{
    local log status=0
    for log in "$WORK"/server_*.log; do
        [ -f "$log" ] || continue
        ! grep -HE 'PANIC|TRAP:|was terminated by signal' "$log" || status=1
    done
    tally "servers did not crash" $((1 - status)) $status $status
}

# The last line of every test script, and its exit status.
sum_up()
{
    say "$PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ]
}
