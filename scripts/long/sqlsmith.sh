# shellcheck shell=bash
# sqlsmith - random statements on the regression database, all of them captured, and
# index_advisor(query) on each. SMITH_STATEMENTS and SMITH_SEED say how many and which.
#
# sqlsmith runs them as an ordinary role, so that none of them ends the server by right.

SMITH_STATEMENTS=${SMITH_STATEMENTS:-2000}
SMITH_SEED=${SMITH_SEED:-20261120}

smith_psql()
{
    as_unprivileged "$BIN/psql" -h "$SOCKETS/smith" -X -q -At -v ON_ERROR_STOP=1 -d regress "$@"
}

# PostgreSQL's own regression suite leaves a database of all kinds of objects behind.
smith_database()
{
    run_suite regress smith "$WORK/out_smith" --schedule="$SOURCE/src/test/regress/parallel_schedule"
    smith_psql -U postgres -c 'CREATE EXTENSION index_advisor' -c "CREATE ROLE smith LOGIN IN ROLE pg_read_all_data,
        pg_write_all_data, pg_read_all_stats" -c 'GRANT CREATE ON SCHEMA public TO smith'
}

# They are run as they are made, and written down.
smith_run()
{
    as_unprivileged timeout 3000 sqlsmith --seed="$SMITH_SEED" --max-queries="$SMITH_STATEMENTS" --dump-all-queries \
        --exclude-catalog --target="host=$SOCKETS/smith user=smith dbname=regress options='-c statement_timeout=2s'" \
        >"$WORK/smith.out" 2>"$WORK/smith.err"
}

# Statements end with a semicolon at the end of a line, and none contains $smith$.
smith_advise_script()
{
    cat <<'END'
SET statement_timeout = '10s';
SET client_min_messages = error;
\set leftovers 'SELECT ''leaked'', locktype, relation::regclass FROM pg_locks WHERE pid = pg_backend_pid() AND locktype <> ''virtualxid'' AND relation IS DISTINCT FROM ''pg_locks''::regclass'
END
    awk '{ statement = statement $0 "\n" }
        /;$/ {
            sub(/;\n$/, "", statement)
            print "SELECT coalesce(errors[1], \"advised\") FROM index_advisor.index_advisor($smith$" statement "$smith$);"
            print ":leftovers;"
            statement = ""
        }' "$WORK/smith.out" | sed "s/\"advised\"/'advised'/"
    echo "SELECT 'leaked context', name FROM pg_backend_memory_contexts WHERE name LIKE 'index_advisor%' AND level > 1;"
}

# smith_count PATTERN: lines of the answers.
smith_count()
{
    grep -cE "$1" "$WORK/smith_advice.out" || true
}

# What the server says of resources that nobody gave back is a WARNING.
smith_leaks()
{
    cat "$WORK/smith_advice.out" "$WORK/server_smith.log" | grep -aE '^leaked|WARNING: .*(leak|not closed|still active|non-empty SPI)' |
        tee "$WORK/smith_leaks" | wc -l
}

long_sqlsmith()
{
    local made answers internal leaks advised=1
    need_packages sqlsmith dpkg-dev
    # shellcheck source-path=SCRIPTDIR/..
    . "$ROOT/scripts/source.sh"
    run_logged "$WORK/source.log" fetch_source && run_logged "$WORK/modules.log" build_suite_modules || return 1
    start_cluster smith "shared_preload_libraries = 'index_advisor'" 'index_advisor.debug_suspect_all = on' \
        'index_advisor.min_rows_removed = 0' 'index_advisor.max_overhead = 0' 'max_prepared_transactions = 4' \
        'autovacuum = on' || return 1
    smith_database
    smith_run || tail -n 5 "$WORK/smith.err"
    smith_advise_script >"$WORK/smith_advice.sql"
    smith_psql -U smith -v ON_ERROR_STOP=0 -f "$WORK/smith_advice.sql" >"$WORK/smith_advice.out" 2>"$WORK/smith_advice.err" || true
    run_logged "$WORK/smith_advise.log" smith_psql -U postgres \
        -c "SELECT count(*) FROM index_advisor.advise(time_limit => '60s')" || advised=0
    made=$(grep -c ';$' "$WORK/smith.out" || true)
    answers=$(smith_count '.')
    internal=$(grep -acE 'XX000|server closed|connection to server' "$WORK/smith_advice.err" || true)
    leaks=$(smith_leaks)
    say "sqlsmith: $made statements, $answers answers, $(smith_count '^advised') without an error, $internal internal errors, $leaks leaks"
    tally "sqlsmith: made and answered" "$((made >= SMITH_STATEMENTS && answers >= made))" "$((made < SMITH_STATEMENTS || answers < made))" 0
    tally "sqlsmith: internal errors" "$((internal == 0))" "$internal" 0
    tally "sqlsmith: leaks" "$((leaks == 0))" "$leaks" 0
    tally "sqlsmith: advise()" $advised $((1 - advised)) 0
}
