# shellcheck shell=bash
# lib.sh - what bench/quality/measure and bench/quality/score share, on top of bench/lib.sh: cases and their databases.

QUALITY=$ROOT/bench/quality

# header KEY FILE: its values, one a line.
header()
{
    sed -n "s/^-- $1: //p" "$2"
}

case_statement()
{
    grep -v '^--' "$1" | sed 's/;[[:space:]]*$//'
}

# chosen NAME...: the files of these schemas and cases, or all.
chosen()
{
    local name
    [ $# -gt 0 ] || set -- ''
    for name; do
        find "$QUALITY" -path "$QUALITY/*/[0-9][0-9][0-9]_*.sql" \
            \( -path "$QUALITY/${name:-*}/*" -o -name "$name.sql" -o -name "${name}_*" -o -path "*/${name:-none}" \)
    done | sort -u
}

# load SCHEMA: its database, where it is missing or schema.sql is another one by now.
load()
{
    local database=quality_$1 sum seconds=$SECONDS
    sum=$(md5sum <"$QUALITY/$1/schema.sql")
    if [ "$(sql postgres -c "SELECT shobj_description(oid, 'pg_database') FROM pg_database
        WHERE datname = '$database'")" = "$sum" ]; then
        drop_left_over "$database"
        return
    fi
    sql postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database TEMPLATE template0"
    sql "$database" <"$QUALITY/$1/schema.sql" >/dev/null
    sql "$database" -c 'CREATE SCHEMA quality' -c 'CREATE TABLE quality.indexes AS SELECT indexrelid FROM pg_index'
    sql postgres -c "COMMENT ON DATABASE $database IS '$sum'"
    say "$1 loaded in $((SECONDS - seconds)) s"
}

# What a run that was stopped has left in a server that is used again.
drop_left_over()
{
    sql "$1" -c "SELECT format('DROP INDEX %s;', indexrelid::regclass)
        FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid LEFT JOIN quality.indexes AS i USING (indexrelid)
        WHERE i.indexrelid IS NULL AND NOT relispartition AND relnamespace = 'public'::regnamespace" | sql "$1"
}
