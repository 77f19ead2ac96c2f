/*
 * functions_health.c - one row a check, cheap, and without preload too.
 */
#include "functions.h"

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "settings.h"
#include "store.h"

PG_FUNCTION_INFO_V1(index_advisor_health);

/* Share of executions not booked, and of memory in use, from which on it is worth a warning. */
#define SKIPPED_WARNING 0.01
#define FULL_WARNING 0.9

static void check(ReturnSetInfo *result, const char *name, const char *state, const char *detail, const char *hint);
static void check_version(ReturnSetInfo *result);
static void check_preloaded(ReturnSetInfo *result);
static void check_query_ids(ReturnSetInfo *result);
static void check_switches(ReturnSetInfo *result);
static void check_store(ReturnSetInfo *result, const StoreCounters *counters);
static void check_statements(ReturnSetInfo *result, const StoreCounters *counters);
static void check_overhead(ReturnSetInfo *result, const StoreCounters *counters);
static void check_saving(ReturnSetInfo *result, const StoreCounters *counters);
static char *ago(TimestampTz when);
static void review_throttle(void);

Datum
index_advisor_health(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *result = functions_begin_rows(fcinfo);

    check_version(result);
    check_preloaded(result);
    if (store_is_attached())
    {
        StoreCounters counters;

        check_query_ids(result);
        check_switches(result);
        review_throttle();
        store_read_counters(&counters);
        check_store(result, &counters);
        check_statements(result, &counters);
        check_overhead(result, &counters);
        check_saving(result, &counters);
    }
    return (Datum)0;
}

static void
check(ReturnSetInfo *result, const char *name, const char *state, const char *detail, const char *hint)
{
    Row *row = row_begin(result->setDesc);

    row_text(row, "name", name);
    row_text(row, "state", state);
    row_text(row, "detail", detail);
    row_text(row, "hint", hint);
    row_emit(row, result);
}

static void
check_version(ReturnSetInfo *result)
{
    char *version = functions_sql_version();
    bool same = version && strcmp(version, INDEX_ADVISOR_VERSION) == 0;

    check(result, "version", same ? "ok" : "warn",
          psprintf("library %s, SQL objects %s", INDEX_ADVISOR_VERSION, version ? version : "of no extension"),
          same ? NULL
               : "ALTER EXTENSION index_advisor UPDATE, or restart the server if the library is the older one");
}

static void
check_preloaded(ReturnSetInfo *result)
{
    bool preloaded = store_is_attached();

    check(result, "preloaded", preloaded ? "ok" : "off",
          preloaded ? "loaded when the server started" : "nothing is captured: not loaded when the server started",
          preloaded ? NULL : "add index_advisor to shared_preload_libraries and restart");
}

/* Preloaded, the library asks for query ids itself; compute_query_id = off overrules it. */
static void
check_query_ids(ReturnSetInfo *result)
{
    const char *value = GetConfigOption("compute_query_id", false, false);
    bool off = pg_strcasecmp(value, "off") == 0;

    check(result, "query_ids", off ? "off" : "ok", psprintf("compute_query_id = %s", value),
          off ? "without query ids nothing is captured: set compute_query_id to auto" : NULL);
}

static void
check_switches(ReturnSetInfo *result)
{
    if (!setting_enabled)
        check(result, "enabled", "off", "index_advisor.enabled = off",
              "ALTER SYSTEM SET index_advisor.enabled = on; SELECT pg_reload_conf();");
    else if (setting_track == TRACK_NONE)
        check(result, "enabled", "off", "index_advisor.track = none",
              "ALTER SYSTEM SET index_advisor.track = 'all'; SELECT pg_reload_conf();");
    else if (setting_sample_rate < 1.0 || setting_track == TRACK_TOP)
        check(result, "enabled", "warn",
              psprintf("sample_rate = %g, track = %s", setting_sample_rate,
                       setting_track == TRACK_TOP ? "top" : "all"),
              "not every statement is looked at; this is a choice, not an error");
    else
        check(result, "enabled", "ok", "every statement is looked at", NULL);
}

/* How full it is, and whether anything had to make room. */
static void
check_store(ReturnSetInfo *result, const StoreCounters *counters)
{
    uint64 evicted = counters->statements_evicted + counters->scans_evicted;
    bool full = counters->blob_used_bytes > FULL_WARNING * counters->blob_bytes || counters->blobs_refused > 0;

    check(result, "memory", evicted > 0 || full ? "warn" : "ok",
          psprintf(UINT64_FORMAT " of " UINT64_FORMAT " statements, " UINT64_FORMAT " of " UINT64_FORMAT
                                 " scans, " UINT64_FORMAT " of " UINT64_FORMAT
                                 " kB for texts; evicted " UINT64_FORMAT ", refused " UINT64_FORMAT,
                   counters->statements, counters->statements_max, counters->scans, counters->scans_max,
                   counters->blob_used_bytes / 1024, counters->blob_bytes / 1024, evicted, counters->blobs_refused),
          evicted > 0 || full ? "raise index_advisor.memory (restart), or reset()" : NULL);
}

/* What was seen, and what was not. */
static void
check_statements(ReturnSetInfo *result, const StoreCounters *counters)
{
    uint64 all = counters->executions_with_suspects + counters->executions_skipped;
    double skipped = all > 0 ? (double)counters->executions_skipped / all : 0;

    check(result, "observing", counters->executions_with_suspects > 0 ? "ok" : "warn",
          psprintf("for %s; " UINT64_FORMAT " executions that read many rows, %.0f s", ago(counters->since),
                   counters->executions_with_suspects, counters->suspect_ms / 1000),
          counters->executions_with_suspects > 0 ? NULL : "run your application for a while");
    check(result, "seen", skipped > SKIPPED_WARNING ? "warn" : "ok",
          psprintf("%.1f %% of these executions counted", 100 * (1 - skipped)),
          skipped > SKIPPED_WARNING ? "sampling, throttling, or too little memory: see index_advisor.counters"
                                    : NULL);
    check(result, "trees", counters->trees_failed > counters->trees_written ? "warn" : "ok",
          psprintf(UINT64_FORMAT " kept, " UINT64_FORMAT " could not be", counters->trees_written,
                   counters->trees_failed),
          counters->trees_failed > counters->trees_written
              ? "advice on these statements rests on their text: raise index_advisor.max_query_bytes or memory"
              : NULL);
}

/* Sessions do it where anything is watched; when they all went home, the throttle would stay for ever. */
static void
review_throttle(void)
{
    TimestampTz now = GetCurrentTimestamp();
    double share;

    if (store_throttle() > 0 && store_review_is_due(now))
        (void)store_review_overhead(now, &share);
}

/* What watching costs, and whether that was too much. */
static void
check_overhead(ReturnSetInfo *result, const StoreCounters *counters)
{
    double share = counters->session_ms > 0 ? 100 * counters->hook_ms / counters->session_ms : 0;

    check(result, "overhead", "ok",
          psprintf("watching took %.2f %% of execution time, %.0f ms; of late %.2f %%", Min(share, 100),
                   counters->hook_ms, counters->last_overhead),
          NULL);
    if (setting_max_overhead <= 0)
        check(result, "throttled", "off", "index_advisor.max_overhead = 0: never", NULL);
    else if (counters->watched_share < 1)
        check(result, "throttled", "warn",
              psprintf("one cheap execution in %.0f is watched; " UINT64_FORMAT " were passed over; limit %g %%",
                       1 / counters->watched_share, counters->executions_throttled, setting_max_overhead),
              "evidence on cheap statements is incomplete for a while; raise index_advisor.max_overhead, or track "
              "fewer statements");
    else
        check(result, "throttled", "ok", psprintf("no; the limit is %g %%", setting_max_overhead), NULL);
}

static void
check_saving(ReturnSetInfo *result, const StoreCounters *counters)
{
    if (!setting_save)
        check(result, "saving", "off", "index_advisor.save = off: a restart forgets the workload", NULL);
    else if (counters->last_save_failed)
        check(result, "saving", "warn", "the last attempt to save the workload failed", "see the server's log");
    else if (counters->last_save == 0)
        check(result, "saving", "ok", "not saved yet; saved at shutdown and every save_interval", NULL);
    else
        check(result, "saving", "ok",
              psprintf("saved %s ago, " UINT64_FORMAT " kB", ago(counters->last_save), counters->dump_bytes / 1024),
              NULL);
}

/* "3 h 10 min", for people. */
static char *
ago(TimestampTz when)
{
    int64 seconds = Max(GetCurrentTimestamp() - when, 0) / USECS_PER_SEC;

    if (seconds < 120)
        return psprintf(INT64_FORMAT " s", seconds);
    if (seconds < 7200)
        return psprintf(INT64_FORMAT " min", seconds / 60);
    if (seconds < INT64CONST(2) * SECS_PER_DAY)
        return psprintf(INT64_FORMAT " h " INT64_FORMAT " min", seconds / 3600, seconds / 60 % 60);
    return psprintf(INT64_FORMAT " days", seconds / SECS_PER_DAY);
}
