/*
 * functions_publish.c - a finished run becomes history, and its advice the published set.
 *
 * Runs of one database come here one after another: advise() holds its lock to
 * the end of the transaction. What a run of a role that sees only its own
 * statements finds out says nothing about advice that rests on others', so
 * that stays as it is.
 */
#include "functions.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "functions_prefer.h"

/* How much history is kept. */
#define RUNS_KEPT 1000
#define VERDICT_RUNS_KEPT 10

/* Bytes of a run's dump: a longer one is not kept. */
#define LONGEST_DUMP ((size_t)32 * 1024 * 1024)

static int64 next_run(void);
static void insert_run(const AdviseRun *run, int64 number, TimestampTz at, Oid caller);
static void publish_advice(const AdviseRun *run, int64 number, const Preference *preference);
static TimestampTz forget(const char *id);
static void publish_leftovers(const AdviseRun *run, int64 number);
static void unpublish_others(int64 number, bool own_only, Oid caller);
static void insert_verdicts(const AdviseRun *run, int64 number, const Preference *preference);
static void keep_dump(const AdviseRun *run, int64 number);
static void prune(int64 number);

void
publish_run(const AdviseRun *run, TimestampTz at, bool own_only)
{
    Preference preference = prefer_published(run, own_only);
    OwnTables own;
    int64 number;

    tables_enter(&own);
    number = next_run();
    insert_run(run, number, at, own.caller);
    publish_advice(run, number, &preference);
    publish_leftovers(run, number);
    unpublish_others(number, own_only, own.caller);
    insert_verdicts(run, number, &preference);
    keep_dump(run, number);
    prune(number);
    tables_leave(&own);
}

static int64
next_run(void)
{
    tables_execute("SELECT nextval('index_advisor.run_id_seq')", 0, NULL, NULL, NULL);
    return DatumGetInt64(tables_value(0, 1));
}

static void
insert_run(const AdviseRun *run, int64 number, TimestampTz at, Oid caller)
{
    Row *row = tables_row("run");
    Interval *elapsed = palloc0(sizeof(Interval));

    elapsed->time = (TimeOffset)(run->elapsed_ms * 1000.0);
    row_number(row, "id", number);
    row_time(row, "at", at);
    row_number(row, "pid", MyProcPid);
    row_oid(row, "userid", caller);
    row_text(row, "state", "done");
    row_number(row, "statements", run->n_weighed + run->n_skipped);
    row_number(row, "skipped", run->n_skipped);
    row_number(row, "planner_calls", run->planner_calls);
    row_number(row, "avoided_by_relevance", run->avoided_by_relevance);
    row_number(row, "avoided_by_cache", run->avoided_by_cache);
    row_number(row, "avoided_by_used_set", run->avoided_by_used_set);
    row_number(row, "avoided_by_bounds", run->avoided_by_bounds);
    row_datum(row, "elapsed", PointerGetDatum(elapsed));
    row_number(row, "budget_bytes", run->budget_bytes);
    row_number(row, "used_bytes", run->used_bytes);
    row_number(row, "cost_before", run->cost_before);
    row_number(row, "cost_after", run->cost_after);
    row_number(row, "load_before", run->load_before);
    row_number(row, "load_after", run->load_after);
    row_number(row, "lower_bound", run->lower_bound);
    if (run->lower_bound >= 0)
        row_number(row, "gap", run->load_after > 0 ? 1 - run->lower_bound / run->load_after : 0);
    row_text(row, "bound_kind", run->bound_kind);
    row_text(row, "stopped_by", run->stopped_by);
    row_text(row, "nothing_because", run->nothing_because);
    tables_insert("run", row);
}

static void
publish_advice(const AdviseRun *run, int64 number, const Preference *preference)
{
    ListCell *cell;

    for (int i = 0; i < advice_count(run); i++)
    {
        Row *row;

        if (bms_is_member(i, preference->not_taken))
            continue;
        row = tables_row("recommendation");
        advice_fill(row, run, i);
        row_number(row, "run", number);
        row_bool(row, "published", true);
        row_time(row, "first_seen", forget(advice_id_of(advice_at(run, i))));
        tables_insert("recommendation", row);
    }
    foreach (cell, preference->kept)
    {
        Oid types[] = {TEXTOID, INT8OID};
        Datum values[] = {CStringGetTextDatum(((KeptAdvice *)lfirst(cell))->id), Int64GetDatum(number)};

        tables_execute("UPDATE index_advisor.recommendation SET run = $2, published = true, last_seen = now()"
                       " WHERE id = $1",
                       2, types, values, NULL);
    }
}

/* Takes a recommendation out of the table, to be put back with new figures; returns when it was first seen, or 0.
 */
static TimestampTz
forget(const char *id)
{
    Oid types[] = {TEXTOID};
    Datum values[] = {CStringGetTextDatum(id)};

    if (tables_execute("DELETE FROM index_advisor.recommendation WHERE id = $1 RETURNING first_seen", 1, types,
                       values, NULL) == 0)
        return 0;
    return DatumGetTimestampTz(tables_value(0, 1));
}

/* Invalid indexes are everybody's business: they rest on no statement. */
static void
publish_leftovers(const AdviseRun *run, int64 number)
{
    Oid types[] = {INT8OID, INT4OID};
    Datum values[] = {Int64GetDatum(number), Int32GetDatum(advice_count(run))};

    tables_execute(
        "INSERT INTO index_advisor.recommendation AS r (id, run, rank, published, action, relid, relation,"
        " partitioned, index_oid, index_name, kind, ddl, size_bytes, queryids, userids, why, rule, price, evidence,"
        " first_seen, last_seen)"
        " SELECT left(md5('reindex ' || l.drop_ddl), 8), $1, $2 + row_number() OVER (ORDER BY l.drop_ddl), true,"
        " CASE WHEN l.has_twin THEN 'drop' ELSE 'reindex' END, l.relid, l.relation, false, l.index_oid,"
        " l.index_name, l.kind,"
        " CASE WHEN l.has_twin THEN l.drop_ddl ELSE l.drop_ddl || '; ' || l.create_ddl END,"
        " l.size_bytes, '{}', '{}',"
        " 'The index is invalid, as a failed CREATE INDEX CONCURRENTLY leaves it: no query uses it, and every write"
        " keeps it up.',"
        " CASE WHEN l.has_twin THEN 'A valid index of the same shape is there, so dropping is enough.'"
        " ELSE 'Drop it and build it again.' END,"
        " pg_size_pretty(l.size_bytes) || ' on disk now.', '[]', now(), now()"
        " FROM index_advisor.leftovers AS l"
        " ON CONFLICT (id) DO UPDATE SET run = excluded.run, rank = excluded.rank, published = true,"
        " action = excluded.action, index_oid = excluded.index_oid, ddl = excluded.ddl, rule = excluded.rule,"
        " size_bytes = excluded.size_bytes, price = excluded.price, last_seen = excluded.last_seen",
        2, types, values, NULL);
}

static void
unpublish_others(int64 number, bool own_only, Oid caller)
{
    Oid types[] = {INT8OID, BOOLOID, OIDOID};
    Datum values[] = {Int64GetDatum(number), BoolGetDatum(own_only), ObjectIdGetDatum(caller)};

    tables_execute("UPDATE index_advisor.recommendation SET published = false"
                   " WHERE published AND run <> $1 AND (NOT $2 OR userids <@ ARRAY[$3])",
                   3, types, values, NULL);
}

static void
insert_verdicts(const AdviseRun *run, int64 number, const Preference *preference)
{
    ListCell *cell;

    foreach (cell, run->verdicts)
    {
        const AdvisedVerdict *verdict = lfirst(cell);
        const KeptAdvice *kept = verdict->advice < 0 ? NULL : prefer_kept(run, preference, verdict->advice);
        const char *advice = kept                  ? kept->id
                             : verdict->advice < 0 ? NULL
                                                   : advice_id_of(advice_at(run, verdict->advice));
        const char *next_step = verdict->next_step;
        Row *row = tables_row("run_verdict");

        if (kept)
            next_step =
                psprintf("%s What was advised before, %s, is as good to within 2 %% and stays: create that one.",
                         next_step, kept->id);
        row_number(row, "run", number);
        row_queryid(row, "queryid", verdict->queryid);
        row_oid(row, "userid", verdict->userid);
        row_oid(row, "relid", verdict->relid);
        row_text(row, "relation", verdict->relation);
        row_text(row, "filter", verdict->filter);
        row_text(row, "query", verdict->query);
        row_input(row, "verdict", verdict->verdict);
        row_text(row, "next_step", next_step);
        row_text(row, "check_sql", verdict->check_sql);
        row_text(row, "advice", advice);
        row_number(row, "total_exec_time", verdict->total_ms);
        row_number(row, "cost_before", verdict->cost_before);
        row_number(row, "cost_after", verdict->cost_after);
        tables_insert("run_verdict", row);
    }
}

static void
keep_dump(const AdviseRun *run, int64 number)
{
    Row *row;

    tables_execute("DELETE FROM index_advisor.run_dump", 0, NULL, NULL, NULL);
    if (run->dump == NULL || strlen(run->dump) > LONGEST_DUMP)
        return;
    row = tables_row("run_dump");
    row_number(row, "run", number);
    row_text(row, "dump", run->dump);
    tables_insert("run_dump", row);
}

static void
prune(int64 number)
{
    Oid types[] = {INT8OID};
    Datum values[] = {Int64GetDatum(number - RUNS_KEPT)};

    tables_execute("DELETE FROM index_advisor.run WHERE id <= $1", 1, types, values, NULL);
    values[0] = Int64GetDatum(number - VERDICT_RUNS_KEPT);
    tables_execute("DELETE FROM index_advisor.run_verdict WHERE run <= $1", 1, types, values, NULL);
}
