# shellcheck shell=bash
# soak - SOAK_SECONDS (60) of mixed load with changes of schema, cancels, kills and restarts at random (SOAK_SEED). What
# must hold: no crash, the server always comes back, a session's memory stays what it is, and in the end every count is exact.

SOAK_SECONDS=${SOAK_SECONDS:-60}
SOAK_SEED=${SOAK_SEED:-1}

long_soak()
{
    local crashes
    if ! soak_cluster; then
        tally "soak: start" 0 1 1
        return
    fi
    soak_sql -f "$TREE/scripts/long/soak.sql" >"$WORK/soak_sql.log"
    soak_run
    soak_restart
    soak_memory
    soak_counts
    stop_cluster soak
    crashes=$(grep -cE 'PANIC|TRAP|terminated by signal ([0-8]|9[0-9])' "$WORK/soak_server.log" || true)
    say "soak: $SOAK_SECONDS s, $(sort "$WORK/soak_done" | uniq -c | tr -s ' \n' ' ')"
    tally "soak: no crash" $((crashes == 0)) "$crashes" 0
}

soak_cluster()
{
    start_cluster soak "shared_preload_libraries = 'index_advisor'" 'index_advisor.save_interval = 1' 'index_advisor.max_overhead = 0' &&
        soak_restart
}

soak_restart()
{
    stop_cluster soak
    CLUSTERS+=(soak)
    as_unprivileged "$BIN/pg_ctl" -D "$WORK/cluster_soak" -l "$WORK/soak_server.log" -s -w -t 180 start
}

soak_sql()
{
    as_unprivileged "$BIN/psql" -X -A -t -q -h "$SOCKETS/soak" -U postgres "$@" 2>>"$WORK/soak_errors.log"
}

# Until the time is over. A server that is down for a moment, and what was killed, are no news.
soak_run()
{
    local end=$((SECONDS + SOAK_SECONDS)) load
    RANDOM=$SOAK_SEED
    : >"$WORK/soak_done"
    while [ $SECONDS -lt $end ]; do
        as_unprivileged "$BIN/pgbench" -n -h "$SOCKETS/soak" -U postgres -c 4 -T $((end - SECONDS)) \
            -f "$TREE/scripts/long/soak_load.sql" postgres >>"$WORK/soak_load.log" 2>&1 || sleep 1
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
    local dice=$((RANDOM % 40)) what
    case $dice in
        0) what=restart && soak_restart ;;
        1) what='kill' && soak_kill "SELECT pid $clients ORDER BY random() LIMIT 1" ;;
        [2-5]) what=cancel && soak_sql -c "SELECT count(pg_cancel_backend(pid)) $clients" ;;
        [6-7]) what=terminate && soak_sql -c "SELECT count(pg_terminate_backend(pid)) $clients" ;;
        [89] | 1[0-9]) what=schema && soak_sql -c "CALL change_schema($dice)" ;;
        2[0-9]) what=advise && soak_sql -c "SELECT count(*) FROM index_advisor.advise(time_limit => '5 s')" ;;
        *) what=look && soak_sql -c 'CALL look()' ;;
    esac >/dev/null || true
    echo "$what" >>"$WORK/soak_done"
}

soak_kill()
{
    local pid
    pid=$(soak_sql -c "$1")
    [ -z "$pid" ] || { kill -9 "$pid" && sleep 2; }
}

# One session, again and again the same: what it holds after 20 rounds it holds after 100.
soak_memory()
{
    local first last
    read -r first last <<<"$(soak_sql -c 'CALL hold(20)' -c 'SELECT held()' -c 'CALL hold(80)' -c 'SELECT held()' | tr '\n' ' ')"
    say "soak: a session holds $first kB after 20 rounds, $last kB after 100"
    tally "soak: memory of a session" $((last < first + first / 10)) $((last >= first + first / 10)) 0
}

soak_counts()
{
    local counted
    soak_sql -c 'SELECT index_advisor.reset()' >/dev/null
    as_unprivileged "$BIN/pgbench" -n -h "$SOCKETS/soak" -U postgres -c 4 -t 250 -f "$TREE/scripts/long/soak_count.sql" postgres \
        >>"$WORK/soak_load.log" 2>&1
    counted=$(soak_sql -c "SELECT calls FROM index_advisor.statements WHERE query LIKE '%counted%'")
    say "soak: $counted of 1000 executions counted"
    tally "soak: exact counts" $((counted == 1000)) $((counted != 1000)) 0
}
