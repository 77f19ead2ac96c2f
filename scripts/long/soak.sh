# shellcheck shell=bash
# soak - SOAK_SECONDS (60) of mixed load with changes of schema, cancels, kills and restarts at random (SOAK_SEED), the
# worker always at it. What must hold: no crash, the server always comes back, memory of sessions, of the postmaster and of the
# worker stays what it is, the store gives back what it takes, and every count is exact where nothing is killed meanwhile.
#
# SOAK_SANITIZER=1: the library, and it alone, under address and undefined behaviour sanitizers (gcc's).

SOAK_SECONDS=${SOAK_SECONDS:-60}
SOAK_SEED=${SOAK_SEED:-1}
SOAK_SANITIZER=${SOAK_SANITIZER:-}

long_soak()
{
    if ! soak_cluster; then
        tally "soak: start" 0 1 1
        return
    fi
    soak_sql -f "$TREE/scripts/long/soak.sql" >"$WORK/soak_sql.log"
    soak_run
    soak_restart
    soak_session
    soak_exact 1000
    soak_store
    stop_cluster soak
    say "soak: $SOAK_SECONDS s, $(sort "$WORK/soak_done" | uniq -c | tr -s ' \n' ' ')"
    soak_judge
    [ -z "$SOAK_SANITIZER" ] || build_and_install "$TREE"
}

# --- server ---------------------------------------------------------------

soak_cluster()
{
    SOAK_PROGRAM=$BIN/postgres
    start_cluster soak "shared_preload_libraries = 'index_advisor'" 'index_advisor.save_interval = 1' 'index_advisor.max_overhead = 0' \
        'index_advisor.worker = on' 'index_advisor.worker_interval = 5' || return 1
    stop_cluster soak
    [ -z "$SOAK_SANITIZER" ] || soak_sanitize || return 1
    soak_restart
}

soak_restart()
{
    stop_cluster soak
    CLUSTERS+=(soak)
    as_unprivileged "$BIN/pg_ctl" -D "$WORK/cluster_soak" -l "$WORK/soak_server.log" -p "$SOAK_PROGRAM" -s -w -t 180 start
}

# The library is made again, with sanitizers. Their runtime has to be the first library of the process, and postgres
# is not linked with it.
#
# With it preloaded gcc 12's library lets Debian 12's postgres wait in bindtextdomain() for a lock that nobody holds. So
# that is left out: messages are in English.
soak_sanitize()
{
    local copy=$WORK/tree_sanitizer flags='-fsanitize=address,undefined -fno-sanitize-recover=undefined -O1' runtime
    runtime=$(g++ -print-file-name=libasan.so)
    SOAK_PROGRAM=$WORK/postgres_sanitizer
    copy_sources "$copy"
    give_away "$copy"
    run_logged "$WORK/sanitizer_build.log" as_unprivileged make -C "$copy" -j"$(nproc)" install DESTDIR="$WORK/inst" \
        with_llvm=no CC="gcc $flags" CXX="g++ $flags" || return 1
    echo 'char *bindtextdomain(const char *domain, char *folder) { return folder; }' |
        gcc -x c -shared -fPIC -fno-builtin -o "$WORK/no_translation.so" - || return 1
    cat >"$SOAK_PROGRAM" <<END
#!/bin/sh
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:quarantine_size_mb=8:log_path=$WORK/sanitizer_report
export UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1:log_path=$WORK/sanitizer_report
LD_PRELOAD='$runtime $WORK/no_translation.so' exec $BIN/postgres "\$@"
END
    chmod 755 "$SOAK_PROGRAM"
}

soak_sql()
{
    as_unprivileged "$BIN/psql" -X -A -t -q -h "$SOCKETS/soak" -U postgres "$@" 2>>"$WORK/soak_errors.log"
}

soak_bench()
{
    as_unprivileged "$BIN/pgbench" -n -h "$SOCKETS/soak" -U postgres -c 4 "$@" postgres >>"$WORK/soak_load.log" 2>&1
}

# --- what happens ---------------------------------------------------------

# Until the time is over. A server that is down for a moment, and what was killed, are no news.
soak_run()
{
    local end=$((SECONDS + SOAK_SECONDS)) load
    RANDOM=$SOAK_SEED
    : >"$WORK/soak_done"
    : >"$WORK/soak_memory"
    : >"$WORK/soak_counted"
    while [ $SECONDS -lt $end ]; do
        soak_bench -T $((end - SECONDS)) -f "$TREE/scripts/long/soak_load.sql" || sleep 1
    done &
    load=$!
    while [ $SECONDS -lt $end ]; do
        soak_event
    done
    wait $load || true
}

soak_event()
{
    local clients="FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    local dice=$((RANDOM % 42)) what
    case $dice in
        0) what=restart && soak_restart ;;
        1) what='kill' && soak_kill "SELECT pid $clients ORDER BY random() LIMIT 1" ;;
        [2-5]) what=cancel && soak_sql -c "SELECT count(pg_cancel_backend(pid)) $clients" ;;
        [6-7]) what=terminate && soak_sql -c "SELECT count(pg_terminate_backend(pid)) $clients" ;;
        [89] | 1[0-9]) what=schema && soak_sql -c "CALL change_schema($dice)" ;;
        2[0-9]) what=advise && soak_sql -c "SELECT count(*) FROM index_advisor.advise(time_limit => '5 s')" ;;
        3[0-9]) what=look && soak_look ;;
        *) what=count && soak_exact 100 ;;
    esac >/dev/null || true
    echo "$what" >>"$WORK/soak_done"
}

soak_look()
{
    soak_weigh >>"$WORK/soak_memory"
    soak_sql -c 'CALL look()'
}

# In kB: the server's shared memory that is given out, and what each of its processes has for itself.
soak_weigh()
{
    local postmaster pid title
    echo "shared_memory $(soak_sql -c 'SELECT (sum(allocated_size) / 1024)::int FROM pg_shmem_allocations WHERE name IS NOT NULL')"
    postmaster=$(head -n 1 "$WORK/cluster_soak/postmaster.pid")
    echo "postmaster $(soak_private "$postmaster")"
    ps -o pid=,args= --ppid "$postmaster" | while read -r pid title; do
        case $title in
            'postgres: index_advisor '*) echo "$(cut -d' ' -f3 <<<"$title") $(soak_private "$pid")" ;;
            'postgres: postgres '*) echo "session $(soak_private "$pid")" ;;
        esac
    done
}

soak_private()
{
    sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null || true
}

soak_kill()
{
    local pid
    pid=$(soak_sql -c "$1")
    [ -z "$pid" ] || { kill -9 "$pid" && sleep 2; }
}

# soak_exact N: N executions beside everything else, and by how many the counters went up.
soak_exact()
{
    local before after
    soak_bench -t 25 -f "$TREE/scripts/long/soak_count.sql" || return 1
    before=$(soak_sql -c "SELECT counted()") && soak_bench -t $(($1 / 4)) -f "$TREE/scripts/long/soak_count.sql" &&
        after=$(soak_sql -c "SELECT counted()") || return 1
    echo "$1 $((after - before))" >>"$WORK/soak_counted"
}

# One session, again and again the same: what it holds after 20 rounds it holds after 100.
soak_session()
{
    local first last
    read -r first last <<<"$(soak_sql -c 'CALL hold(20)' -c 'SELECT held()' -c 'CALL hold(80)' -c 'SELECT held()' | tr '\n' ' ')"
    say "soak: a session holds $first kB after 20 rounds, $last kB after 100"
    tally "soak: memory of a session" $((last < first + first / 10)) $((last >= first + first / 10)) 0
}

# Nothing of what came and went is left in shared memory.
soak_store()
{
    local left
    soak_sql -c 'ALTER SYSTEM SET index_advisor.track = none' -c 'SELECT pg_reload_conf()' -c 'SELECT pg_sleep(1)' >/dev/null
    left=$(soak_sql -c 'SELECT index_advisor.reset()' -c 'SELECT statements + scans + blob_used_bytes FROM index_advisor.counters' | tail -n 1)
    say "soak: ${left:-?} bytes and entries in the store after reset()"
    tally "soak: the store is empty" $((${left:-1} == 0)) $((${left:-1} != 0)) 0
}

# --- what came of it ------------------------------------------------------

soak_judge()
{
    local crashes reports inexact
    crashes=$(grep -cE 'PANIC|TRAP|terminated by signal ([0-8]|9[0-9])' "$WORK/soak_server.log" || true)
    tally "soak: no crash" $((crashes == 0)) "$crashes" 0
    reports=$(find "$WORK" -maxdepth 1 -name 'sanitizer_report.*' | wc -l)
    [ -z "$SOAK_SANITIZER" ] || tally "soak: no report of a sanitizer" $((reports == 0)) "$reports" 0
    inexact=$(awk '$1 != $2' "$WORK/soak_counted" | wc -l)
    say "soak: counted $(wc -l <"$WORK/soak_counted") times, $inexact of them not exactly"
    tally "soak: exact counts" $(($(wc -l <"$WORK/soak_counted") - inexact)) "$inexact" 0
    soak_growth
}

# The peaks of the first half and of the second, for each kind of process that was seen at least ten times.
soak_growth()
{
    local kind first last
    while read -r kind first last; do
        say "soak: $kind: at most $first kB in the first half, $last kB in the second"
        tally "soak: memory, $kind" $((last <= first + first / 4 + 1024)) $((last > first + first / 4 + 1024)) 0
    done < <(awk 'NF == 2 { held[$1, ++seen[$1]] = $2 }
        END {
            for (kind in seen) {
                peak[1] = peak[2] = 0
                for (i = 1; i <= seen[kind]; i++) {
                    half = i <= seen[kind] / 2 ? 1 : 2
                    if (held[kind, i] > peak[half])
                        peak[half] = held[kind, i]
                }
                if (seen[kind] >= 10)
                    print kind, peak[1], peak[2]
            }
        }' "$WORK/soak_memory")
}
