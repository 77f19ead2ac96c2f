/*
 * functions_report.c - report(): advice as lines, to read and to paste into a ticket.
 *
 * Never silent: where there is nothing to recommend it says why, and what to do.
 */
#include "functions_report.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "store.h"

PG_FUNCTION_INFO_V1(index_advisor_report);

/* A report younger than this does not advise anew. */
#define FRESH_MINUTES "10"

/* How many scans without recommendation are shown. */
#define NOT_PROPOSED 10

static void report_all(Report *report);
static void refresh(Report *report);
static bool wants_refresh(int *running);
static void report_head(Report *report, int n_open);
static void report_advice(Report *report, const StoredAdvice *advice);
static void report_not_proposed(Report *report);
static void report_not_proposed_row(Report *report, uint64 row);

Datum
index_advisor_report(PG_FUNCTION_ARGS)
{
    Report report = {0};

    functions_check_version();
    InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
    report.result = (ReturnSetInfo *)fcinfo->resultinfo;
    if (PG_ARGISNULL(0))
        report_all(&report);
    else
    {
        char *id = text_to_cstring(PG_GETARG_TEXT_PP(0));

        report_advice(&report, linitial(advice_read(&id, 1, false)));
    }
    return (Datum)0;
}

static void
report_all(Report *report)
{
    List *open;
    ListCell *cell;

    if (store_is_attached())
        refresh(report);
    else
    {
        report_line(report,
                    "index_advisor has captured nothing, because it was not loaded when the server started.");
        report_line(report,
                    "Add index_advisor to shared_preload_libraries and restart the server. Without a restart:");
        report_line(report, "  SELECT * FROM index_advisor.advise_for(ARRAY['SELECT ...']);");
    }
    open = advice_read(NULL, 0, false);
    report_head(report, list_length(open));
    foreach (cell, open)
    {
        report_line(report, "");
        report_advice(report, lfirst(cell));
    }
    report_not_proposed(report);
}

/* ---- the run that the report rests on ---- */

static void
refresh(Report *report)
{
    AdviseOptions options = {.time_limit_ms = 30000};
    int running = 0;

    if (wants_refresh(&running))
        (void)advise_and_publish(&options);
    else if (running != 0)
        report_line(report, psprintf("advise() is running now, in process %d.", running));
}

/* The last run is old or saw nothing, none is under way, and the caller may start one. */
static bool
wants_refresh(int *running)
{
    OwnTables own;
    bool wants;

    if (!tables_are_writable())
        return false;
    tables_enter_views(&own);
    tables_execute(
        "SELECT (SELECT r.pid FROM index_advisor.runs AS r"
        "        WHERE r.state = 'running' AND r.pid <> pg_backend_pid() LIMIT 1),"
        " has_function_privilege('index_advisor.advise(text, int, interval)', 'EXECUTE')"
        " AND NOT EXISTS (SELECT FROM index_advisor.runs AS r WHERE r.state = 'done' AND r.statements > 0"
        "                 AND r.at > clock_timestamp() - interval '" FRESH_MINUTES " minutes')",
        0, NULL, NULL, NULL);
    *running = DatumGetInt32(tables_value(0, 1));
    wants = DatumGetBool(tables_value(0, 2)) && *running == 0;
    tables_leave(&own);
    return wants;
}

static void
report_head(Report *report, int n_open)
{
    OwnTables own;
    uint64 n;

    tables_enter_views(&own);
    n = tables_execute(
        "SELECT to_char(r.at, 'YYYY-MM-DD HH24:MI'), r.statements, r.skipped, r.planner_calls,"
        " index_advisor.duration(1000 * extract(epoch FROM r.elapsed)::float8), r.stopped_by, r.nothing_because"
        " FROM index_advisor.runs AS r WHERE r.state = 'done' ORDER BY r.id DESC LIMIT 1",
        0, NULL, NULL, NULL);
    if (n == 0 && store_is_attached())
        report_text(report, "",
                    "No advise() has run in this database yet. It takes a member of pg_read_all_stats: "
                    "SELECT * FROM index_advisor.advise();");
    if (n > 0)
    {
        char *cause = tables_text(0, 7);

        report_text(
            report, "",
            psprintf(
                "%d recommendation%s open. Last run %s: statements %s (skipped %s), planner calls %s, time %s%s%s.",
                n_open, n_open == 1 ? " is" : "s are", tables_text(0, 1), tables_text(0, 2), tables_text(0, 3),
                tables_text(0, 4), tables_text(0, 5),
                strcmp(tables_text(0, 6), "time") == 0 ? ", stopped by its time limit" : "",
                n_open == 0 && cause ? psprintf("; %s", cause) : ""));
        if (n_open == 0 && strcmp(tables_text(0, 2), "0") == 0)
            report_text(report, "",
                        "Let your application run for a while; SELECT * FROM index_advisor.health shows what "
                        "is being seen.");
    }
    tables_leave(&own);
}

/* ---- one recommendation ---- */

static void
report_advice(Report *report, const StoredAdvice *advice)
{
    report_line(report, psprintf("%s  %s  %s", advice->id, advice->status, report_one_line(advice->relation)));
    report_sql(report, "DDL", psprintf("%s;", advice->ddl));
    report_text(report, "Note", advice->note);
    report_text(report, "Why", advice->why);
    report_text(report, "Rule", advice->rule);
    report_text(report, "Gain", advice->gain);
    report_text(report, "Price",
                advice->build_time ? psprintf("%s Building it takes about %s.", advice->price, advice->build_time)
                                   : advice->price);
    report_text(report, "Not", advice->not_chosen);
}

/* ---- what is not recommended ---- */

static void
report_not_proposed(Report *report)
{
    bool sees_all = functions_sees_all();
    OwnTables own;
    uint64 n;

    tables_enter(&own);
    {
        Oid types[] = {BOOLOID, OIDOID, INT4OID};
        Datum values[] = {BoolGetDatum(sees_all), ObjectIdGetDatum(own.caller), Int32GetDatum(NOT_PROPOSED)};

        n = tables_execute(
            "SELECT v.verdict::text, coalesce(v.relation, ''), coalesce(v.filter, ''),"
            " CASE WHEN $1 OR v.verdict NOT IN ('low_cardinality', 'low_correlation')"
            "           OR (has_table_privilege($2, v.relid, 'SELECT') AND NOT c.relrowsecurity)"
            "      THEN coalesce(v.next_step, '')"
            "      ELSE 'nothing for you: it says what statistics hold of a table that you may not read' END,"
            " v.query, (count(*) OVER ())::text"
            " FROM index_advisor.run_verdict AS v LEFT JOIN pg_class AS c ON c.oid = v.relid"
            " WHERE ($1 OR v.userid = $2) AND v.advice IS NULL"
            " AND v.run = (SELECT max(l.run) FROM index_advisor.run_verdict AS l"
            "              WHERE $1 OR l.userid = $2)"
            " ORDER BY v.total_exec_time DESC NULLS LAST, v.queryid, v.relation, v.filter LIMIT $3",
            3, types, values, NULL);
    }
    if (n > 0)
    {
        report_line(report, "");
        report_line(report, psprintf("Not recommended: " UINT64_FORMAT " of %s scans, heaviest first%s", n,
                                     tables_text(0, 6),
                                     n == NOT_PROPOSED ? "; all: SELECT * FROM index_advisor.scans" : ""));
    }
    for (uint64 i = 0; i < n; i++)
        report_not_proposed_row(report, i);
    tables_leave(&own);
}

static void
report_not_proposed_row(Report *report, uint64 row)
{
    char *filter = tables_text(row, 3);

    report_line(report, "");
    report_text(report, "",
                report_one_line(psprintf("%s  %s%s%s", tables_text(row, 1), tables_text(row, 2),
                                         filter[0] != '\0' ? ": " : "", filter)));
    report_text(report, "Query", report_clip(tables_text(row, 5)));
    report_text(report, "Next", tables_text(row, 4));
}
