/*
 * advise_workload.c - the workload of one advise(), gathered and priced.
 */
#include "advise_internal.h"

#include "catalog/pg_authid.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "catalog.h"
#include "normalise.h"
#include "settings.h"
#include "store.h"
#include "whatif.h"

/* Of any page: what ten rows cost (the server's manual: both settings below those of the processor, where all is
 * cached). */
#define PAGE_COST_IN_MEMORY "0.1"

/* A planner call may take so long even where the time limit is near or over: the last questions need answers. */
#define LEAST_MS 1000

/* More planner calls than anybody makes. */
#define NO_LIMIT 1e15

typedef struct PriceJob
{
    const GatheredStatement *statement;
    WhatifIndex **indexes;
    int n;
    bool in_memory;
    PricedPlan *priced;
} PriceJob;

static void gather_stored(Session *session, const StoredStatement *stored);
static bool gathers_too_long(const Session *session);
static TimestampTz deadline_of(const Session *session, double share);
static void note_slow_role(Session *session, const CapturedStatement *captured, const StatementFailure *failure);
static bool gather_one(Session *session, CapturedStatement *captured, const StoredStatement *stored, double weight);
static void gather_checks(Session *session, const char *text, double weight);
static void note_failure(Session *session, const StoredStatement *stored, const char *text,
                         const StatementFailure *failure);
static void price_body(StatementContext *run, void *arg);

static const StatementFailure too_late = {ERRCODE_QUERY_CANCELED,
                                          "the limit of time or planner calls was reached before its turn"};

Session *
session_begin(const AdviseOptions *options)
{
    Session *session = palloc0(sizeof(Session));

    session->context = CurrentMemoryContext;
    session->gathered = gather_begin(CurrentMemoryContext, options->small_tables);
    session->planner_calls_before = whatif_planner_calls();
    session->started = GetCurrentTimestamp();
    session->time_limit_ms = options->time_limit_ms;
    session->dismissed = options->dismissed;
    return session;
}

double
session_elapsed_ms(const Session *session)
{
    return (GetCurrentTimestamp() - session->started) / 1000.0;
}

int64
session_planner_calls(const Session *session)
{
    return whatif_planner_calls() - session->planner_calls_before;
}

bool
session_is_late(const Session *session)
{
    return session->time_limit_ms > 0 && session_elapsed_ms(session) > (double)session->time_limit_ms;
}

double
session_planner_calls_left(const Session *session)
{
    int64 calls = session_planner_calls(session);

    for (int i = 0; i < gather_facts(session->gathered)->n_statements; i++)
    {
        const GatheredStatement *statement = gather_statement_at(session->gathered, i);

        calls += statement->stored ? 0 : Max(statement->n_binds, 1);
    }
    return setting_max_planner_calls > 0 ? Max(setting_max_planner_calls - calls, 0) : NO_LIMIT;
}

/* What it asks by the way must leave the search its half. */
bool
session_may_plan(const Session *session, int calls)
{
    return setting_max_planner_calls == 0 ||
           session_planner_calls(session) + calls <= setting_max_planner_calls / 2;
}

/* The heaviest first. Once a statement was interrupted, the others of its role come after everybody else's. */
void
session_gather_captured(Session *session, bool own_only)
{
    List *statements = store_read(MyDatabaseId, true);
    List *postponed = NIL;
    ListCell *cell;

    foreach (cell, statements)
    {
        const StoredStatement *stored = lfirst(cell);

        if (own_only && stored->key.userid != GetUserId())
            continue;
        session->n_captured++;
        session->measured_ms += stored->counts.exec_ms;
        if (list_member_oid(session->slow_roles, stored->key.userid))
            postponed = lappend(postponed, lfirst(cell));
        else
            gather_stored(session, stored);
    }
    foreach (cell, postponed)
        gather_stored(session, lfirst(cell));
}

static void
gather_stored(Session *session, const StoredStatement *stored)
{
    /* A function's body that was parsed when it was defined has no text, nor a query id to know its tree by. */
    StatementFailure missing = {
        ERRCODE_NO_DATA_FOUND,
        stored->query[0] == '\0'
            ? "it is in the body of an SQL function that was parsed when it was defined (BEGIN ATOMIC)"
            : "neither its tree nor its text could be kept (see max_query_bytes and memory)"};
    CapturedStatement *captured;

    CHECK_FOR_INTERRUPTS();
    /* The lightest statements are left for the next run. */
    if (gathers_too_long(session))
    {
        note_failure(session, stored, stored->query, &too_late);
        return;
    }
    captured = stored->blob ? statement_read(stored->blob, stored->blob_size) : NULL;
    if (captured)
        (void)gather_one(session, captured, stored, 1.0);
    else
        note_failure(session, stored, stored->query, &missing);
}

void
session_sample_relations(Session *session)
{
    int n = gather_facts(session->gathered)->n_relations;

    for (int i = 0; i < n && !session_is_late(session); i++)
    {
        CHECK_FOR_INTERRUPTS();
        gather_sample(session->gathered, i);
    }
}

void
session_gather_given(Session *session, char **texts, const double *weights, int n)
{
    for (int i = 0; i < n; i++)
    {
        CapturedStatement *given = statement_from_text(texts[i]);

        CHECK_FOR_INTERRUPTS();
        if (gathers_too_long(session))
            note_failure(session, NULL, given->text, &too_late);
        else if (gather_one(session, given, NULL, weights ? weights[i] : 1.0))
            gather_checks(session, texts[i], weights ? weights[i] : 1.0);
    }
}

/* As often as the statement: of how many rows nobody knows. Nobody gave them: what cannot be planned is left out.
 */
static void
gather_checks(Session *session, const char *text, double weight)
{
    ListCell *cell;

    foreach (cell, advise_foreign_key_checks(text))
    {
        CapturedStatement *check = statement_from_text(lfirst(cell));
        StatementFailure failure = {0};

        check->deadline = deadline_of(session, 0.5);
        (void)gather_statement(session->gathered, check, NULL, weight, &failure);
    }
}

/* Gathering may take the first half of the time, and of the planner calls. */
static bool
gathers_too_long(const Session *session)
{
    if (setting_max_planner_calls > 0 && session_planner_calls(session) >= setting_max_planner_calls / 2)
        return true;
    return session->time_limit_ms > 0 && session_elapsed_ms(session) > session->time_limit_ms / 2.0;
}

/* Of one planner call: half of the time until `share` of all is over: others want to be heard, too. 0: never. */
static TimestampTz
deadline_of(const Session *session, double share)
{
    double left = session->time_limit_ms * share - session_elapsed_ms(session);

    if (session->time_limit_ms <= 0)
        return 0;
    return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), (int64)Max(left / 2.0, LEAST_MS));
}

/* Whoever makes planning slow takes the time of everybody, with as many statements as he likes. */
static void
note_slow_role(Session *session, const CapturedStatement *captured, const StatementFailure *failure)
{
    MemoryContext previous = MemoryContextSwitchTo(session->context);

    if (failure->late && !captured->given)
        session->slow_roles = list_append_unique_oid(session->slow_roles, captured->userid);
    MemoryContextSwitchTo(previous);
}

static bool
gather_one(Session *session, CapturedStatement *captured, const StoredStatement *stored, double weight)
{
    StatementFailure failure = {0};

    captured->deadline = deadline_of(session, 0.5);
    if (gather_statement(session->gathered, captured, stored, weight, &failure))
        return true;
    note_slow_role(session, captured, &failure);
    note_failure(session, stored, stored && stored->query[0] ? stored->query : captured->text, &failure);
    return false;
}

static void
note_failure(Session *session, const StoredStatement *stored, const char *text, const StatementFailure *failure)
{
    AdvisedStatement *statement = palloc0(sizeof(AdvisedStatement));
    AdvisedVerdict *verdict = palloc0(sizeof(AdvisedVerdict));
    int length = strlen(text);
    char *query = palloc(2 * length + 16);
    bool had_list;

    normalise_text(text, length, query, 2 * length + 16, &had_list);
    statement->queryid = stored ? (int64)stored->key.queryid : 0;
    statement->query = query;
    statement->startup_before = statement->startup_after = UNKNOWN;
    statement->total_before = statement->total_after = UNKNOWN;
    statement->error = failure->message;
    statement->sqlerrcode = failure->sqlerrcode;
    session->failed = lappend(session->failed, statement);

    verdict->queryid = statement->queryid;
    verdict->userid = stored ? stored->key.userid : GetUserId();
    verdict->query = query;
    verdict->filter = "";
    verdict->relation = "";
    verdict->verdict = failure->sqlerrcode == ERRCODE_QUERY_CANCELED ? "not_finished" : "unplannable";
    verdict->next_step = psprintf("could not be planned again: %s", failure->message);
    verdict->check_sql = advise_proof(&(ProofSubject){.queryid = verdict->queryid}, "unplannable");
    verdict->request = verdict->advice = verdict->statistics = -1;
    verdict->total_ms = stored ? stored->counts.exec_ms : 0;
    verdict->cost_before = verdict->cost_after = UNKNOWN;
    session->unplannable = lappend(session->unplannable, verdict);
}

bool
session_price(Session *session, int statement, WhatifIndex **indexes, int n, bool in_memory, PricedPlan *priced)
{
    const GatheredStatement *gathered = gather_statement_at(session->gathered, statement);
    PriceJob job = {gathered, indexes, n, in_memory, priced};

    memset(priced, 0, sizeof(PricedPlan));
    return session_run(session, gathered->captured, price_body, &job, &priced->failure);
}

/* When the time is over, who was interrupted before does not get a second for each of his statements. */
bool
session_run(Session *session, CapturedStatement *captured, StatementBody body, void *arg, StatementFailure *failure)
{
    if (session_is_late(session) && !captured->given && list_member_oid(session->slow_roles, captured->userid))
    {
        *failure = too_late;
        return false;
    }
    captured->deadline = deadline_of(session, 1.0);
    if (statement_run(captured, body, arg, failure))
        return true;
    note_slow_role(session, captured, failure);
    return false;
}

bool
advise_run_statement(const AdviseRun *run, CapturedStatement *captured, StatementBody body, void *arg,
                     StatementFailure *failure)
{
    return session_run(run->session, captured, body, arg, failure);
}

/* The best of one parameter set's plans so far. */
typedef struct BestPlan
{
    double startup_cost, total_cost, cost;
    Bitmapset *used; /* positions in the job's indexes */
} BestPlan;

static void
note_plan(BestPlan *best, const PlannedStmt *plan, double cost, Bitmapset *used, const int *positions)
{
    int member = -1;

    if (best->cost >= 0 && best->cost <= cost)
        return;
    best->startup_cost = plan->planTree->startup_cost;
    best->total_cost = whatif_cost(plan);
    best->cost = cost;
    best->used = NULL;
    while ((member = bms_next_member(used, member)) >= 0)
        best->used = bms_add_member(best->used, positions[member]);
}

/*
 * The planner takes a chance where that looks cheap. So an index of which a plan
 * makes use by luck is taken away, and the planner is asked again: what it comes to
 * without is what the other indexes are worth to the statement.
 */
static BestPlan
price_bind(const PriceJob *job, const StatementContext *run, ParamListInfo params)
{
    CapturedStatement *captured = job->statement->captured;
    WhatifIndex **indexes = palloc((job->n + 1) * sizeof(WhatifIndex *));
    int *positions = palloc((job->n + 1) * sizeof(int));
    BestPlan best = {.cost = UNKNOWN};
    int n = job->n;
    int lucky;

    for (int i = 0; i < n; i++)
    {
        indexes[i] = job->indexes[i];
        positions[i] = i;
    }
    do
    {
        Query *query = statement_copy_to_plan(run->query, params);
        Bitmapset *used = NULL;
        PlannedStmt *plan;
        double cost;

        plan = whatif_plan(query, captured->text, captured->cursor_options, params, indexes, n, NIL, &used);
        cost = whatif_cost_without_luck(plan, indexes, n, &lucky) - whatif_brin_surplus(plan, indexes, n);
        note_plan(&best, plan, cost, used, positions);
        if (lucky >= 0)
        {
            n--;
            memmove(&indexes[lucky], &indexes[lucky + 1], (n - lucky) * sizeof(indexes[0]));
            memmove(&positions[lucky], &positions[lucky + 1], (n - lucky) * sizeof(positions[0]));
        }
    } while (lucky >= 0);
    return best;
}

/* Until the subtransaction ends that the statement is run in. */
static void
take_memory_costs(void)
{
    static const char *const settings[] = {"seq_page_cost", "random_page_cost"};

    for (int i = 0; i < lengthof(settings); i++)
        (void)set_config_option(settings[i], PAGE_COST_IN_MEMORY, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true,
                                0, false);
}

static void
price_body(StatementContext *run, void *arg)
{
    PriceJob *job = arg;
    const GatheredStatement *statement = job->statement;
    PricedPlan *priced = job->priced;
    double sum = 0;

    if (job->in_memory)
        take_memory_costs();
    priced->n_binds = statement->n_binds;
    priced->bind_costs = MemoryContextAlloc(run->result_context, statement->n_binds * sizeof(double));
    for (int i = 0; i < statement->n_binds; i++)
    {
        BestPlan best = price_bind(job, run, statement->binds[i]);
        MemoryContext previous = MemoryContextSwitchTo(run->result_context);

        if (i == 0)
        {
            priced->startup_cost = best.startup_cost;
            priced->total_cost = best.total_cost;
        }
        sum += best.cost;
        priced->bind_costs[i] = best.cost;
        priced->used = bms_add_members(priced->used, best.used);
        MemoryContextSwitchTo(previous);
    }
    priced->mean_cost = sum / statement->n_binds;
}

double
session_heap_bytes(const Session *session)
{
    const Facts *facts = gather_facts(session->gathered);
    double bytes = 0;

    /* Tables that nobody vacuumed or analysed yet have no size in pg_class. */
    for (int i = 0; i < facts->n_relations; i++)
        bytes += Max(0.0, facts->relations[i].pages) * BLCKSZ;
    return Max(bytes, catalog_heap_bytes());
}

CapturedStatement *
advise_find_captured(int64 queryid, bool own_only, ParamListInfo *params)
{
    ListCell *cell;
    List *statements = store_read(MyDatabaseId, true);
    bool is_known = false;

    *params = NULL;
    foreach (cell, statements)
    {
        StoredStatement *stored = lfirst(cell);
        CapturedStatement *captured;

        if ((int64)stored->key.queryid != queryid || (own_only && stored->key.userid != GetUserId()))
            continue;
        is_known = true;
        captured = stored->blob != NULL ? statement_read(stored->blob, stored->blob_size) : NULL;
        if (captured == NULL)
            continue;
        if (stored->n_binds > 0 && stored->counts.generic * 2 <= stored->counts.calls)
            *params = statement_read_params(stored->binds[0].blob, stored->binds[0].size);
        return captured;
    }
    if (is_known)
        ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("neither the tree nor the text of the statement with query id " INT64_FORMAT " was kept",
                       queryid),
                errhint("Its tree is kept when it is planned again, at the latest in another session; "
                        "its text within index_advisor.max_query_bytes, unless track_constants is off."));
    return NULL;
}
