# shellcheck shell=bash
# valgrind - a server under memcheck that captures, advises, explains, shows all views,
# saves, and loads what it saved.
#
# Debian's server is built without its hooks for valgrind, so that palloc'ed memory is
# seen in the blocks that malloc gave, and the server's own code is not of interest: what
# counts is a report with one of our sources in its stack, and inside of what a hook of
# ours goes on with (15 itself compiles regular expressions by overlapping memcpy).

VALGRIND=(valgrind --tool=memcheck --trace-children=yes --leak-check=no --error-limit=no --num-callers=40 --quiet)

long_valgrind()
{
    local reports=$WORK/valgrind shown
    need_packages valgrind libc6-dbg
    as_unprivileged mkdir -p "$reports"
    valgrind_cluster || { tally "start under valgrind" 0 1 1 && return; }
    valgrind_workload || tally "workload under valgrind" 0 1 1
    valgrind_restart && valgrind_sql -c 'SELECT 1 / (count(*) > 0)::int FROM index_advisor.statements' ||
        tally "restart under valgrind" 0 1 1
    stop_cluster valgrind
    shown=$(valgrind_ours "$reports"/*)
    [ -z "$shown" ] || say "$shown"
    tally "valgrind, $(find "$reports" -type f | wc -l) processes" $((${#shown} == 0)) $((${#shown} != 0)) 0
}

# A program in the place of postgres, for pg_ctl to start.
valgrind_cluster()
{
    local program=$WORK/postgres_valgrind
    printf '#!/bin/sh\nexec %s --fullpath-after=%s/ --log-file=%s/%%p %s/postgres "$@"\n' \
        "${VALGRIND[*]}" "$TREE" "$WORK/valgrind" "$BIN" >"$program"
    chmod 755 "$program"
    start_cluster valgrind "shared_preload_libraries = 'index_advisor'" 'index_advisor.save_interval = 1' \
        'max_parallel_workers_per_gather = 0' 'jit = off' || return 1
    stop_cluster valgrind
    valgrind_restart
}

valgrind_restart()
{
    stop_cluster valgrind
    CLUSTERS+=(valgrind)
    as_unprivileged "$BIN/pg_ctl" -D "$WORK/cluster_valgrind" -l "$WORK/server_valgrind.log" -p "$WORK/postgres_valgrind" \
        -s -w -t 180 start
}

valgrind_sql()
{
    run_logged "$WORK/valgrind_sql.log" as_unprivileged "$BIN/psql" -X -h "$SOCKETS/valgrind" -U postgres \
        -v ON_ERROR_STOP=1 "$@"
}

valgrind_workload()
{
    valgrind_sql -f "$TREE/scripts/long/valgrind.sql"
}

# Reports are paragraphs of lines that begin with ==pid==. --fullpath-after cut our paths to src/.
valgrind_ours()
{
    cat "$@" | sed -E 's/^==[0-9]+== ?//' | awk 'BEGIN { RS = ""; FS = "\n" }
        {
            ours = inside = 0
            for (i = 1; i <= NF; i++) {
                if ($i !~ /^ +(at|by) 0x/)
                    inside = 1
                else if ($i ~ /: standard_(planner|Executor|ProcessUtility)/)
                    inside = 0
                else if (inside && $i ~ /\(src\/(pg|core)\/|index_advisor\.so/)
                    ours = 1
            }
        }
        ours { print $0 "\n" }'
}
