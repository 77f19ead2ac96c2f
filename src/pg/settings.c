/*
 * settings.c - the settings and what each is for.
 */
#include "postgres.h"

#include <limits.h>

#include "datatype/timestamp.h"
#include "utils/guc.h"

#include "settings.h"

/* Beyond this a number is a slip, and sums with it are no longer exact. */
#define SETTING_BUDGET_MAX 1e15

/* Below this disk is nobody's concern, and a share of a small database would refuse its only useful index. */
#define SETTING_BUDGET_FLOOR (64.0 * 1024 * 1024)

bool setting_enabled = true;
int setting_track = TRACK_ALL;
double setting_sample_rate = 1.0;
int setting_min_rows_removed = 1000;
double setting_min_removed_fraction = 0.3;
int setting_memory_mb = 32;
int setting_max_query_bytes = 16384;
int setting_binds = SETTING_BINDS_MAX;
bool setting_track_constants = true;
bool setting_save = true;
int setting_save_interval_s = 300;
char *setting_budget = NULL;
int setting_max_indexes = 20;
int setting_max_indexes_per_table = 5;
double setting_min_improvement = 0.1;
double setting_max_regression = 0.05;
double setting_write_weight = 1.0;
int setting_min_table_rows = 1000;
int setting_max_planner_calls = 0;
int setting_sample_blocks = 300;
int setting_sample_time_ms = 200;
double setting_max_overhead = 1.0;
bool setting_worker = false;
int setting_worker_interval_s = SECS_PER_DAY;
char *setting_worker_database = NULL;
bool setting_debug_suspect_all = false;
int setting_debug_hook_us = -1;
int setting_debug_overhead_interval_ms = 10000;
int setting_debug_worker_patience_ms = 300000;

static const struct config_enum_entry track_levels[] = {
    {"none", TRACK_NONE, false}, {"top", TRACK_TOP, false}, {"all", TRACK_ALL, false}, {NULL, 0, false}};

/* Plain digits with at most one point, on purpose not strtod: no signs, exponents, infinities. */
static const char *
budget_number(const char *text, double *number)
{
    const char *start = text;
    double scale = 1;

    *number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        *number = *number * 10 + (*text - '0');
    if (text == start)
        return NULL;
    if (*text != '.')
        return text;
    for (text++; *text >= '0' && *text <= '9'; text++)
    {
        scale /= 10;
        *number += (*text - '0') * scale;
    }
    return text;
}

/* Bytes in one unit, or what 1 % stands for; negative if the unit is none. */
static double
budget_unit(const char *unit, int length, double heap_bytes)
{
    static const char *const names[] = {"B", "kB", "MB", "GB", "TB"};
    double bytes = 1;

    if (length == 1 && *unit == '%')
        return Max(heap_bytes, 0) / 100;
    for (int i = 0; i < lengthof(names); i++, bytes *= 1024)
    {
        if (strlen(names[i]) == (size_t)length && pg_strncasecmp(unit, names[i], length) == 0)
            return bytes;
    }
    return -1;
}

bool
settings_parse_budget(const char *text, double heap_bytes, double *bytes)
{
    double number, unit;
    int length;

    if (text == NULL)
        return false;
    text += strspn(text, " \t");
    text = budget_number(text, &number);
    if (text == NULL || number <= 0 || number > SETTING_BUDGET_MAX)
        return false;
    text += strspn(text, " \t");
    length = strcspn(text, " \t");
    unit = budget_unit(text, length, heap_bytes);
    if (unit < 0 || text[length + strspn(text + length, " \t")] != '\0')
        return false;
    *bytes = number * unit;
    if (text[0] == '%')
        *bytes = Max(*bytes, SETTING_BUDGET_FLOOR);
    return true;
}

static bool
settings_check_budget(char **value, void **extra, GucSource source)
{
    double bytes;

    if (settings_parse_budget(*value, 0, &bytes))
        return true;
    GUC_check_errdetail("A budget is a number above 0 with a unit.");
    GUC_check_errhint("Units are %% (of the size of the tables), B, kB, MB, GB and TB: 500MB, 25%%.");
    return false;
}

/* What is watched. */
static void
settings_define_capture(void)
{
    DefineCustomBoolVariable(
        "index_advisor.enabled", "Watches the plans of executed statements.",
        "The switch that needs no restart: off, and after a reload nothing is looked at and nothing is counted "
        "any more. What was gathered stays and can be advised on. Without effect unless the library is in "
        "shared_preload_libraries.",
        &setting_enabled, true, PGC_SUSET, 0, NULL, NULL, NULL);
    DefineCustomEnumVariable(
        "index_advisor.track", "Which statements are watched: all, top (sent by clients), none.",
        "Statements inside functions and procedures, and the look-ups behind foreign keys, are seen with all "
        "only; they are often the ones that lack an index. Use top where functions run enormous numbers of "
        "tiny statements and their evidence does not interest you.",
        &setting_track, TRACK_ALL, track_levels, PGC_SUSET, 0, NULL, NULL, NULL);
    DefineCustomRealVariable(
        "index_advisor.sample_rate", "Share of executions that is watched, from 0 to 1.",
        "Decided for each execution before any work is done for it. Lower it on a very busy server: what is "
        "slow runs often enough to be met anyway, but calls and times are then those of the sample.",
        &setting_sample_rate, 1.0, 0.0, 1.0, PGC_SUSET, 0, NULL, NULL, NULL);
    DefineCustomRealVariable(
        "index_advisor.max_overhead", "Share of execution time that watching may take, in per cent.",
        "Watching measures itself. Where it takes more than this over some seconds, only a part of the cheap "
        "executions is watched, until it takes less again; index_advisor.health says so. Statements that the "
        "planner thinks expensive are always watched. With 0 every execution is, whatever it costs.",
        &setting_max_overhead, 1.0, 0.0, 100.0, PGC_SIGHUP, 0, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.min_rows_removed",
        "Rows that a sequential scan must throw away in one execution to ask for an index by itself.",
        "Rows read and then removed by a filter are the evidence that an index is missing; rescans of a nested "
        "loop are summed up first. Raise it to get advice on the worst scans alone, lower it for small "
        "databases. Orders, joins and statements that were not measured are not bound by it.",
        &setting_min_rows_removed, 1000, 0, INT_MAX, PGC_SUSET, 0, NULL, NULL, NULL);
    DefineCustomRealVariable(
        "index_advisor.min_removed_fraction",
        "Share of the rows read that a sequential scan must throw away to ask for an index by itself, from 0 to 1.",
        "A scan that keeps most of what it reads is not made faster by an index. Both this and "
        "index_advisor.min_rows_removed must be reached.",
        &setting_min_removed_fraction, 0.3, 0.0, 1.0, PGC_SUSET, 0, NULL, NULL, NULL);
}

/* What is kept of it, and where. */
static void
settings_define_store(bool preloaded)
{
    /* Without preload there is no such memory, but the line in postgresql.conf must not be an error. */
    DefineCustomIntVariable(
        "index_advisor.memory", "Shared memory for the workload.",
        "All that is gathered lives in this much memory, taken when the server starts and never more: "
        "statements, their scans, their text or tree, and parameter values. The lightest statements make way "
        "when it is full. Whether it suffices shows in index_advisor.health.",
        &setting_memory_mb, 32, 8, 65536, preloaded ? PGC_POSTMASTER : PGC_SIGHUP, GUC_UNIT_MB, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.max_query_bytes", "Longest statement text that is kept.",
        "Normalised text beyond it is cut off. Raise it if your statements are generated and long, and their "
        "interesting part comes late.",
        &setting_max_query_bytes, 16384, 256, 1024 * 1024, PGC_SIGHUP, GUC_UNIT_BYTE, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.binds", "Parameter sets that are kept per statement.",
        "An index is judged with values that your application really sent, those of slow executions first. "
        "More of them make the advice fit skewed data better and make it take longer; 0 keeps none.",
        &setting_binds, SETTING_BINDS_MAX, 0, SETTING_BINDS_MAX, PGC_SIGHUP, 0, NULL, NULL, NULL);
    DefineCustomBoolVariable(
        "index_advisor.track_constants", "Keeps constants of statements and parameter values.",
        "They are needed to plan a statement again as it was run, and they show in no view, reason or log, but "
        "they are in shared memory and, with index_advisor.save, in a file that only the server can read. Turn "
        "it off where that is not acceptable: advice then rests on averages.",
        &setting_track_constants, true, PGC_SUSET, 0, NULL, NULL, NULL);
    DefineCustomBoolVariable(
        "index_advisor.save", "Keeps the workload over restarts.",
        "It is written to pg_stat/index_advisor.stat at shutdown and now and then, and read at the next start. "
        "Off: the file is neither written nor read.",
        &setting_save, true, PGC_SIGHUP, 0, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.save_interval", "Time between two savings of the workload.",
        "A crash loses at most what was gathered in this time. Nothing is written while nothing changes.",
        &setting_save_interval_s, 300, 1, 86400, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
}

/* What is worth proposing: limits. */
static void
settings_define_limits(void)
{
    DefineCustomStringVariable("index_advisor.budget", "Room that new indexes may take together.",
                               "A share of the size of all tables of the database, as 25% (64MB at least), or a "
                               "size, as 500MB. Used where advise() "
                               "is called without a budget of its own.",
                               &setting_budget, "25%", PGC_USERSET, 0, settings_check_budget, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.max_indexes", "Most indexes proposed by one call of advise().",
        "A short list gets read. What was left out comes up again once the first ones are there.",
        &setting_max_indexes, 20, 1, 1000, PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.max_indexes_per_table", "Most new indexes proposed for one table.",
        "Each index of a table makes its writes slower and may cost heap-only updates. Raise it for tables "
        "that are loaded once and read in many ways.",
        &setting_max_indexes_per_table, 5, 1, 100, PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.min_table_rows", "Smallest table, in rows, that indexes are proposed for.",
        "Reading a small table as a whole costs next to nothing. Lower it only for tables that are small "
        "today and will not stay so.",
        &setting_min_table_rows, 1000, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.max_planner_calls", "Most calls of the planner that one call of advise() makes.",
        "Beside the time limit, which stops at another point each time: with the same facts and this many calls "
        "the advice is the same. The heaviest statements come first, and the best set found by then is verified "
        "and stands. A search that is not cut short takes some ten calls for each statement. 0: no limit.",
        &setting_max_planner_calls, 0, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
}

/* What may be read of tables. */
static void
settings_define_samples(void)
{
    DefineCustomIntVariable("index_advisor.sample_blocks",
                            "Most blocks that are read of one table to learn what statistics do not know.",
                            "Of expressions, of what a partial index holds, of containers such as jsonb, and of "
                            "the ends of columns that "
                            "only grow. Raise it where sizes and costs must be better than that; 0 reads nothing.",
                            &setting_sample_blocks, 300, 0, 30000, PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomIntVariable("index_advisor.sample_time",
                            "Most time that reading and weighing the sample of one table takes.",
                            "What is weighed when the time is up makes do with 1000 rows, or half a second.",
                            &setting_sample_time_ms, 200, 0, 600000, PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);
}

/* What is worth proposing: gains and losses. */
static void
settings_define_gains(void)
{
    DefineCustomRealVariable(
        "index_advisor.min_improvement", "Least share of a statement's cost that an index must save it.",
        "From 0 to 1. With 0.1 an index that makes a statement a twentieth cheaper does not count as serving "
        "it. Raise it to see only indexes that make a plain difference.",
        &setting_min_improvement, 0.1, 0.0, 1.0, PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomRealVariable(
        "index_advisor.max_regression", "Most by which a statement's cost may grow through new indexes.",
        "From 0 to 1. The planner may choose a worse plan when it has more to choose from; an index that "
        "does this to a statement is not proposed.",
        &setting_max_regression, 0.05, 0.0, 1.0, PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomRealVariable(
        "index_advisor.write_weight", "How much the cost of an index for writers counts.",
        "1 takes it as it is estimated. Above 1 leans to few indexes and fast writes, below 1 to fast reads; "
        "0 leaves writers out of account, as on a database that is loaded by night and read by day.",
        &setting_write_weight, 1.0, 0.0, 100.0, PGC_USERSET, 0, NULL, NULL, NULL);
}

/* What happens by itself. */
static void
settings_define_worker(void)
{
    DefineCustomBoolVariable(
        "index_advisor.worker", "Runs advise() by itself now and then, in each database.",
        "For databases that nobody looks at until something is slow: the advice is there then. A background "
        "worker goes through the databases in which something was captured and that have the extension, one at a "
        "time, for 30 seconds each. What it finds is in index_advisor.runs and summary; nothing is ever created. "
        "It "
        "takes two of max_worker_processes while it works, and waits for the end of recovery on a standby.",
        &setting_worker, false, PGC_SIGHUP, 0, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.worker_interval", "Time between two rounds of the worker.",
        "From the end of one round to the beginning of the next; the first one begins when the worker is switched "
        "on. A database in which advise() ran less than half that time ago is passed over.",
        &setting_worker_interval_s, SECS_PER_DAY, 1, 30 * SECS_PER_DAY, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
    DefineCustomStringVariable("index_advisor.worker_database", "The one database that the worker works in.",
                               "Empty: all of them.", &setting_worker_database, "", PGC_SIGHUP, 0, NULL, NULL,
                               NULL);
}

/* For tests of the library alone. */
static void
settings_define_debug(void)
{
    const int flags = GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE;

    DefineCustomBoolVariable("index_advisor.debug_suspect_all",
                             "Treats every plain scan as a suspect, whatever it reads.",
                             "For tests of the library alone: it makes capture do its work for every statement.",
                             &setting_debug_suspect_all, false, PGC_SUSET, flags, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.debug_hook_us", "Measures every execution, and takes it for so much dearer.",
        "For tests of the library alone: it makes watching seem expensive. -1 measures samples, as they are.",
        &setting_debug_hook_us, -1, -1, 1000000, PGC_SIGHUP, flags, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.debug_overhead_interval", "Time over which watching is measured before it is judged.",
        "For tests of the library alone, which cannot wait that long.", &setting_debug_overhead_interval_ms, 10000,
        10, 3600000, PGC_SIGHUP, flags | GUC_UNIT_MS, NULL, NULL, NULL);
    DefineCustomIntVariable(
        "index_advisor.debug_worker_patience", "Time after which the worker leaves a database, whatever holds it.",
        "For tests of the library alone, which cannot wait that long.", &setting_debug_worker_patience_ms, 300000,
        10, 3600000, PGC_SIGHUP, flags | GUC_UNIT_MS, NULL, NULL, NULL);
}

void
settings_define(bool preloaded)
{
    settings_define_capture();
    settings_define_store(preloaded);
    settings_define_limits();
    settings_define_samples();
    settings_define_gains();
    settings_define_worker();
    settings_define_debug();
    MarkGUCPrefixReserved("index_advisor");
}
