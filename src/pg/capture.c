/*
 * capture.c - the hooks: which statements are watched, from start to end.
 *
 * A statement without suspects costs a walk over its plan: no clock, no lock, no
 * write to shared memory. One with suspects finds its entry in the store at
 * ExecutorStart, where allocation is still allowed (and guarded), so that booking
 * needs nothing but atomics: it happens in ExecutorEnd or, for what ends by
 * error, cancel, timeout or ROLLBACK, in the reset callback of the executor's
 * memory context, in an aborted transaction.
 *
 * Nesting is counted as pg_stat_statements does it, so that its rows and ours
 * join on toplevel.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/planner.h"
#include "parser/scansup.h"
#include "tcop/utility.h"

#include "capture_internal.h"
#include "compat.h"
#include "normalise.h"
#include "scope.h"
#include "settings.h"
#include "statement.h"

/* Relations of a statement that its key tells apart; a partitioned table is one. */
#define KEY_RELATIONS 64

/* Normal form that identifies a statement without query id; longer texts are told apart by their beginning. */
#define KEY_TEXT_BYTES 4096

static planner_hook_type previous_planner;
static ExecutorStart_hook_type previous_start;
static ExecutorRun_hook_type previous_run;
static ExecutorFinish_hook_type previous_finish;
static ExecutorEnd_hook_type previous_end;
static ProcessUtility_hook_type previous_utility;

/* Statements around the current one. */
static int nesting_level;

/* What EXPLAIN runs is somebody's look at a statement, not the application's work. */
static bool in_explain;

/* Those with suspects that are running, innermost first, cursors included. */
static CapturedQuery *running;

static PlannedStmt *plan_statement(COMPAT_PLANNER_PARAMETERS);
static void start_statement(QueryDesc *desc, int flags);
static void run_statement(COMPAT_RUN_PARAMETERS);
static void finish_statement(QueryDesc *desc);
static void end_statement(QueryDesc *desc);
static void run_utility(PlannedStmt *plan, const char *source, bool read_only, ProcessUtilityContext context,
                        ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver,
                        QueryCompletion *completion);
static bool is_workers_part(void);
static bool is_to_be_watched(const QueryDesc *desc);
static void watch(QueryDesc *desc, bool suspect);
static void begin_watching(void *arg);
static void watch_leader(CapturedQuery *query);
static void forget(void *arg);
static void book(CapturedQuery *query, bool finished);
static void book_counts(CapturedQuery *query, bool finished);

void
capture_install(void)
{
    capture_guard_install();
    capture_logical_install();
    capture_parallel_install();
    previous_planner = planner_hook;
    planner_hook = plan_statement;
    previous_start = ExecutorStart_hook;
    ExecutorStart_hook = start_statement;
    previous_run = ExecutorRun_hook;
    ExecutorRun_hook = run_statement;
    previous_finish = ExecutorFinish_hook;
    ExecutorFinish_hook = finish_statement;
    previous_end = ExecutorEnd_hook;
    ExecutorEnd_hook = end_statement;
    previous_utility = ProcessUtility_hook;
    ProcessUtility_hook = run_utility;
}

static bool
is_on(void)
{
    return setting_enabled && !in_explain && setting_track != TRACK_NONE && !scope_in_own_call() &&
           store_is_attached();
}

/* ---- planner ---- */

/* Writing a tree costs a good part of planning, so only wanted ones are even copied, and no endless lists. */
static bool
wants_tree(const Query *query, const char *source)
{
    int length;

    if (query->queryId == 0 || !store_wants_tree((uint64)query->queryId) || !is_on() || IsInParallelMode())
        return false;
    (void)capture_statement_text(source, query->stmt_location, query->stmt_len, &length);
    return length <= setting_max_query_bytes;
}

typedef struct QueryCopy
{
    Query *query;
    MemoryContext context; /* of its own; NULL if there was no memory for it */
    Query *copy;
} QueryCopy;

/* Copying takes nothing but memory, so there is nothing to roll back. */
static void
copy_query(void *arg)
{
    QueryCopy *job = arg;

    job->context = AllocSetContextCreate(CurrentMemoryContext, "index_advisor tree", ALLOCSET_DEFAULT_SIZES);
    MemoryContextSwitchTo(job->context);
    job->copy = copyObject(job->query);
}

static PlannedStmt *
plan_nested(COMPAT_PLANNER_PARAMETERS)
{
    PlannedStmt *plan;

    nesting_level++;
    PG_TRY();
    {
        if (previous_planner)
            plan = previous_planner(COMPAT_PLANNER_ARGUMENTS);
        else
            plan = standard_planner(COMPAT_PLANNER_ARGUMENTS);
    }
    PG_FINALLY();
    {
        nesting_level--;
    }
    PG_END_TRY();
    return plan;
}

/* The planner scribbles on its input, but which relations a statement needs rights on is known after planning. */
static PlannedStmt *
plan_statement(COMPAT_PLANNER_PARAMETERS)
{
    QueryCopy job = {query, NULL, NULL};
    PlannedStmt *plan;
    HookTimer timer;

    if (!wants_tree(query, text))
        return plan_nested(COMPAT_PLANNER_ARGUMENTS);

    capture_timer_start(&timer);
    (void)capture_try(copy_query, &job);
    store_tree_copied();
    capture_timer_stop_rare(&timer);
    plan = plan_nested(COMPAT_PLANNER_ARGUMENTS);
    capture_timer_start(&timer);
    if (job.copy)
        capture_keep_tree(job.copy, plan, text, cursor_options);
    if (job.context)
        MemoryContextDelete(job.context);
    capture_timer_stop_rare(&timer);
    return plan;
}

/* ---- executor ---- */

static void
start_statement(QueryDesc *desc, int flags)
{
    bool suspect;
    bool repeated = false;

    if (previous_start)
        previous_start(desc, flags);
    else
        standard_ExecutorStart(desc, flags);

    if ((flags & EXEC_FLAG_EXPLAIN_ONLY) || !is_on() || (setting_track == TRACK_TOP && nesting_level > 0))
        return;
    if (nesting_level == 0 && !IsParallelWorker())
        repeated = capture_count_streak((uint64)desc->plannedstmt->queryId);
    if (desc->operation != CMD_SELECT)
        capture_updated_columns(desc->plannedstmt);
    suspect = capture_has_suspects(desc->plannedstmt);
    /* A worker without suspects leaves no trace either, not even when it ends. */
    if (suspect || !is_workers_part())
        capture_overhead_begin(!suspect);
    if (unlikely(suspect || repeated) && is_to_be_watched(desc))
        watch(desc, suspect);
}

/* The part of a parallel plan that runs in a worker, rather than a statement of a function that it calls. */
static bool
is_workers_part(void)
{
    return IsParallelWorker() && nesting_level == 0;
}

static bool
is_sampled(void)
{
    return setting_sample_rate >= 1.0 || pg_prng_double(&pg_global_prng_state) < setting_sample_rate;
}

static bool
is_to_be_watched(const QueryDesc *desc)
{
    /* A leader that instruments on behalf of somebody else gets the workers' counts, and books them. */
    if (is_workers_part())
        return desc->instrument_options == 0;
    if (is_sampled())
        return !capture_is_throttled(desc->plannedstmt);
    store_skip(SKIP_SAMPLED_OUT);
    return false;
}

typedef struct WatchJob
{
    QueryDesc *desc;
    bool measured;
    bool all;
} WatchJob;

static void
watch(QueryDesc *desc, bool suspect)
{
    WatchJob job = {desc, capture_is_measured(), !suspect};
    HookTimer timer;

    if (job.measured)
        capture_timer_start(&timer);
    if (!capture_looking_up(desc->plannedstmt, begin_watching, &job))
        store_skip(SKIP_NO_ENTRY);
    if (job.measured)
        capture_timer_stop(&timer);
}

/* Where this fails half way, nodes may be left counting for nobody, which harms nothing. */
static void
begin_watching(void *arg)
{
    const WatchJob *job = arg;
    QueryDesc *desc = job->desc;
    CapturedQuery *query;

    MemoryContextSwitchTo(desc->estate->es_query_cxt);
    query = palloc0(sizeof(CapturedQuery));
    query->desc = desc;
    query->worker = is_workers_part();
    query->measured = job->measured;
    query->all = job->all;
    capture_attach(query);
    if (query->n_counters == 0)
        return;
    if (query->worker)
        query->handle = capture_parallel_leader();
    else
    {
        watch_leader(query);
        capture_watch_writes(query);
    }
    capture_resolve_scans(query);
    query->callback.func = forget;
    query->callback.arg = query;
    query->next = running;
    running = query;
    MemoryContextRegisterResetCallback(desc->estate->es_query_cxt, &query->callback);
}

/* What may allocate or look into catalogs happens now, or a statement that always times out would stay dark. */
static void
watch_leader(CapturedQuery *query)
{
    const PlannedStmt *plan = query->desc->plannedstmt;
    int length;
    const char *text =
        capture_statement_text(query->desc->sourceText, plan->stmt_location, plan->stmt_len, &length);
    StatementKey key;
    bool has_id = capture_key(plan, text, length, &key);
    bool is_new, needs_tree, needs_statement;

    /* Whoever comes after us wants more than the time, and takes what is there. */
    if (compat_query_time(query->desc) == NULL)
        compat_query_time(query->desc) = compat_alloc_query_time();
    query->time = compat_query_time(query->desc);

    query->handle = store_statement(&key, text, length, &is_new);
    if (query->handle.position < 0)
    {
        store_skip(SKIP_NO_ENTRY);
        return;
    }
    capture_keep_streak(query->handle, &key, text, length);
    needs_tree = has_id && store_needs_tree(query->handle);
    needs_statement = store_needs_statement(query->handle);
    if ((needs_tree || needs_statement) && capture_is_lasting(plan))
    {
        if (needs_tree)
            store_want_tree(query->handle);
        if (needs_statement)
            capture_keep_statement(query);
    }
    capture_prepare_bind(query);
    if (is_new)
        capture_keep_bind(query, 0);
}

static CapturedQuery *
find_running(const QueryDesc *desc)
{
    CapturedQuery *query = running;

    while (query != NULL && query->desc != desc)
        query = query->next;
    return query;
}

static void
run_nested(COMPAT_RUN_PARAMETERS)
{
    nesting_level++;
    PG_TRY();
    {
        if (previous_run)
            previous_run(COMPAT_RUN_ARGUMENTS);
        else
            standard_ExecutorRun(COMPAT_RUN_ARGUMENTS);
    }
    PG_FINALLY();
    {
        nesting_level--;
    }
    PG_END_TRY();
}

/* Workers are started from here: they look up whose scans they run. */
static void
run_statement(COMPAT_RUN_PARAMETERS)
{
    CapturedQuery *query = NULL;
    StoreHandle outer;

    if (unlikely(desc->plannedstmt->parallelModeNeeded) && running != NULL && !IsInParallelMode())
        query = find_running(desc);
    if (query == NULL)
    {
        run_nested(COMPAT_RUN_ARGUMENTS);
        return;
    }
    outer = capture_parallel_offer(query->handle);
    PG_TRY();
    {
        run_nested(COMPAT_RUN_ARGUMENTS);
    }
    PG_FINALLY();
    {
        capture_parallel_offer(outer);
    }
    PG_END_TRY();
}

static void
next_finish(QueryDesc *desc)
{
    if (previous_finish)
        previous_finish(desc);
    else
        standard_ExecutorFinish(desc);
}

/* Statements run in here for triggers, and in WITH; where there are no triggers, there is neither. */
static void
finish_statement(QueryDesc *desc)
{
    if (desc->estate->es_top_eflags & EXEC_FLAG_SKIP_TRIGGERS)
    {
        next_finish(desc);
        return;
    }
    nesting_level++;
    PG_TRY();
    {
        next_finish(desc);
    }
    PG_FINALLY();
    {
        nesting_level--;
    }
    PG_END_TRY();
}

static void
end_statement(QueryDesc *desc)
{
    CapturedQuery *query = running == NULL ? NULL : find_running(desc);

    if (query != NULL && !query->done)
        book(query, true);
    if (previous_end)
        previous_end(desc);
    else
        standard_ExecutorEnd(desc);
}

/* The executor's memory goes, at the end or because of an error: atomics only from here. */
static void
forget(void *arg)
{
    CapturedQuery *query = arg;
    CapturedQuery **link = &running;

    while (*link != NULL && *link != query)
        link = &(*link)->next;
    if (*link != NULL)
        *link = query->next;
    if (!query->done)
        book(query, false);
}

/* With the part that still runs: what would add it can raise an error. */
static double
milliseconds(const Instrumentation *time)
{
    instr_time counter = compat_time_counter(time);

    if (!INSTR_TIME_IS_ZERO(time->starttime))
    {
        instr_time now;

        INSTR_TIME_SET_CURRENT(now);
        INSTR_TIME_ACCUM_DIFF(counter, now, time->starttime);
    }
    return (compat_time_of_loops(time) + INSTR_TIME_GET_DOUBLE(counter)) * 1000.0;
}

static void
book(CapturedQuery *query, bool finished)
{
    HookTimer timer;

    query->done = true;
    if (query->handle.position < 0)
        return;
    if (query->measured)
        capture_timer_start(&timer);
    book_counts(query, finished);
    if (query->measured)
        capture_timer_stop(&timer);
}

/* Also in an aborted transaction, unless it is finished: atomics only. */
static void
book_counts(CapturedQuery *query, bool finished)
{
    if (!query->worker)
    {
        StatementCounts counts = {.calls = 1, .unfinished = !finished, .generic = query->generic};

        counts.exec_ms = milliseconds(query->time);
        if (finished)
        {
            counts.rows = compat_rows_processed(query->desc->estate);
            capture_book_groups(query, &counts);
            capture_keep_bind(query, counts.exec_ms);
        }
        store_add(query->handle, &counts);
    }
    capture_book_scans(query);
}

/* ---- utility statements ---- */

/* EXECUTE is no level of its own: what it runs is the statement. */
static bool
is_level(const Node *statement)
{
    return !IsA(statement, ExecuteStmt) && !IsA(statement, PrepareStmt) && !IsA(statement, DeallocateStmt);
}

static void
next_utility(PlannedStmt *plan, const char *source, bool read_only, ProcessUtilityContext context,
             ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver,
             QueryCompletion *completion)
{
    if (previous_utility)
        previous_utility(plan, source, read_only, context, params, environment, receiver, completion);
    else
        standard_ProcessUtility(plan, source, read_only, context, params, environment, receiver, completion);
}

static void
run_utility(PlannedStmt *plan, const char *source, bool read_only, ProcessUtilityContext context,
            ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver,
            QueryCompletion *completion)
{
    bool outer_explain = in_explain;

    if (!is_level(plan->utilityStmt))
    {
        next_utility(plan, source, read_only, context, params, environment, receiver, completion);
        return;
    }
    nesting_level++;
    in_explain = in_explain || IsA(plan->utilityStmt, ExplainStmt);
    PG_TRY();
    {
        next_utility(plan, source, read_only, context, params, environment, receiver, completion);
    }
    PG_FINALLY();
    {
        in_explain = outer_explain;
        nesting_level--;
    }
    PG_END_TRY();
}

/* ---- what a statement is ---- */

/* The statement's own part of a source that may hold several; location -1 and length 0 mean not known, the rest. */
const char *
capture_statement_text(const char *source, int location, int length, int *slice_length)
{
    const char *text = source ? source : "";

    if (location > 0)
        text += location;
    if (location < 0 || length <= 0)
        length = strlen(text);
    while (length > 0 && scanner_isspace(text[0]))
    {
        text++;
        length--;
    }
    while (length > 0 && scanner_isspace(text[length - 1]))
        length--;
    *slice_length = length;
    return text;
}

/* Of the set of relations that the statement needs rights on, in any order. */
static uint32
hash_relations(const PlannedStmt *plan)
{
    Oid seen[KEY_RELATIONS];
    int n = 0;
    uint32 hash = 0;
    ListCell *cell;

    foreach (cell, compat_permission_entries(plan))
    {
        Oid relid = compat_permission_relation(lfirst(cell));
        int i = 0;

        while (i < n && seen[i] != relid)
            i++;
        if (!OidIsValid(relid) || i < n || n == KEY_RELATIONS)
            continue;
        seen[n++] = relid;
        hash += murmurhash32(relid);
    }
    return hash;
}

static uint64
hash_text(const char *text, int text_len)
{
    char form[KEY_TEXT_BYTES];
    bool had_list;
    int length = normalise_text(text, text_len, form, sizeof(form), &had_list);

    return hash_bytes_extended((unsigned char *)form, length, 0);
}

/* False where the server gave no query id: then its tree cannot be recognised when it is planned. */
bool
capture_key(const PlannedStmt *plan, const char *text, int text_len, StatementKey *key)
{
    bool has_id = plan->queryId != 0;

    memset(key, 0, sizeof(StatementKey));
    key->queryid = has_id ? (uint64)plan->queryId : hash_text(text, text_len);
    key->dbid = MyDatabaseId;
    key->userid = GetUserId();
    key->relations = hash_relations(plan);
    key->toplevel = nesting_level == 0;
    return has_id;
}
