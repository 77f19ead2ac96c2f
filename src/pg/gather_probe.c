/*
 * gather_probe.c - why an index that is there is left aside: the planner is asked again.
 *
 * No rule of ours says that settings, scattered rows or a generic plan are to blame. The
 * statement is planned once more with one thing changed, and what the plan does then is
 * the answer: without sequential scans, with random pages as cheap as solid state disks
 * have them, with a cache no smaller than shared_buffers, with the parameters' values.
 * Only statements that read a table with indexes sequentially are asked about. And where it expects far from what
 * was counted, it is asked what it expects of the other parameter sets.
 */
#include "gather_internal.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "catalog.h"

/* What random pages cost beside sequential ones where there is no arm to move. */
#define CHEAP_RANDOM 1.1

/* A cost from here on has a forbidden scan in it. */
#define FORBIDDEN 1e9

typedef struct ProbeJob
{
    Query *query; /* stays as it is */
    const GatheredStatement *statement;
    List *requests;
    RequestProbe *probes;
} ProbeJob;

typedef void (*ProbeAnswer)(const PlanRequest *before, const PlanRequest *after, double cost, RequestProbe *probe);

static void ask(const ProbeJob *job, const char *setting, const char *value, ParamListInfo params,
                ProbeAnswer answer);

static bool
has_index(Oid relid)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    bool has = false;

    if (HeapTupleIsValid(tuple))
    {
        has = ((Form_pg_class)GETSTRUCT(tuple))->relhasindex;
        ReleaseSysCache(tuple);
    }
    return has;
}

static bool
is_asked_about(const PlanRequest *request)
{
    return request->sequential && request->predicates != NIL && has_index(request->relid);
}

static void
answer_idle(const PlanRequest *before, const PlanRequest *after, double cost, RequestProbe *probe)
{
    if (!is_asked_about(before) || !OidIsValid(after->searched_by))
        return;
    probe->idle = after->searched_by;
    probe->idle_cost = cost < FORBIDDEN ? cost : UNKNOWN;
}

/* Without sequential scans it may prefer to walk through an index in order, and find the one to search only here.
 */
static bool
searches_idle(const PlanRequest *before, const PlanRequest *after, RequestProbe *probe)
{
    if (!is_asked_about(before) || !OidIsValid(after->searched_by) || after->sequential)
        return false;
    if (!OidIsValid(probe->idle))
        probe->idle = after->searched_by;
    return after->searched_by == probe->idle;
}

static void
answer_cheap_random(const PlanRequest *before, const PlanRequest *after, double cost, RequestProbe *probe)
{
    if (searches_idle(before, after, probe))
        probe->cheap_random_cost = cost;
}

static void
answer_large_cache(const PlanRequest *before, const PlanRequest *after, double cost, RequestProbe *probe)
{
    if (searches_idle(before, after, probe))
        probe->large_cache_cost = cost;
}

static void
answer_custom(const PlanRequest *before, const PlanRequest *after, double cost, RequestProbe *probe)
{
    if (!is_asked_about(before) || !OidIsValid(after->searched_by) || after->sequential)
        return;
    probe->custom = after->searched_by;
    probe->custom_cost = cost;
}

static void
answer_selectivity(const PlanRequest *before, const PlanRequest *after, double cost, RequestProbe *probe)
{
    probe->least_selectivity = Min(probe->least_selectivity, after->selectivity);
    probe->most_selectivity = Max(probe->most_selectivity, after->selectivity);
}

static bool
any_is_far_off(const List *requests, const StoredStatement *stored)
{
    ListCell *cell;

    foreach (cell, requests)
    {
        if (gather_is_far_off(lfirst(cell), stored))
            return true;
    }
    return false;
}

static bool
any_asked_about(const List *requests)
{
    ListCell *cell;

    foreach (cell, requests)
    {
        if (is_asked_about(lfirst(cell)))
            return true;
    }
    return false;
}

/* The values of the slowest observed execution of a statement that is planned without any; NULL: it is not. */
static ParamListInfo
unused_params(const StoredStatement *stored, const GatheredStatement *statement)
{
    if (stored == NULL || statement->binds[0] != NULL || stored->n_binds == 0)
        return NULL;
    return statement_read_params(stored->binds[0].blob, stored->binds[0].size);
}

RequestProbe *
gather_probe(Query *query, const GatheredStatement *statement, const StoredStatement *stored, List *requests)
{
    ProbeJob job = {query, statement, requests, palloc0((list_length(requests) + 1) * sizeof(RequestProbe))};
    ParamListInfo params = unused_params(stored, statement);

    for (int i = 0; i < list_length(requests); i++)
    {
        job.probes[i].idle_cost = job.probes[i].cheap_random_cost = job.probes[i].large_cache_cost =
            job.probes[i].custom_cost = UNKNOWN;
        job.probes[i].least_selectivity = job.probes[i].most_selectivity =
            ((const PlanRequest *)list_nth(requests, i))->selectivity;
    }
    if (statement->n_binds > 1 && any_is_far_off(requests, stored))
        for (int i = 1; i < statement->n_binds; i++)
            ask(&job, NULL, NULL, statement->binds[i], answer_selectivity);
    if (!any_asked_about(requests))
        return job.probes;
    if (params)
        ask(&job, NULL, NULL, params, answer_custom);
    ask(&job, "enable_seqscan", "off", statement->binds[0], answer_idle);
    if (random_page_cost > CHEAP_RANDOM * seq_page_cost)
        ask(&job, "random_page_cost", psprintf("%.17g", CHEAP_RANDOM * seq_page_cost), statement->binds[0],
            answer_cheap_random);
    if (effective_cache_size < NBuffers)
        ask(&job, "effective_cache_size", psprintf("%d", NBuffers), statement->binds[0], answer_large_cache);
    return job.probes;
}

/*
 * Requests come in the same order whatever the settings, since the planner looks at relations before it makes
 * paths; where values make it see other relations, there is nothing to compare.
 */
static void
ask(const ProbeJob *job, const char *setting, const char *value, ParamListInfo params, ProbeAnswer answer)
{
    Query *query = statement_copy_to_plan(job->query, params);
    int level = NewGUCNestLevel();
    PlannedStmt *plan;
    List *requests;
    double cost;

    if (setting)
        (void)set_config_option(setting, value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    plan_reader_start(CurrentMemoryContext);
    plan = whatif_plan(query, job->statement->captured->text, job->statement->captured->cursor_options, params,
                       NULL, 0, NIL, NULL);
    requests = plan_reader_stop();
    plan_reader_note_plan(requests, plan);
    AtEOXact_GUC(true, level);
    cost = whatif_cost(plan);
    for (int i = 0; i < list_length(requests) && list_length(requests) == list_length(job->requests); i++)
    {
        const PlanRequest *before = list_nth(job->requests, i);
        const PlanRequest *after = list_nth(requests, i);

        if (before->relid == after->relid && before->rt_index == after->rt_index)
            answer(before, after, cost, &job->probes[i]);
    }
}
