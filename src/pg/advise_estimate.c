/*
 * advise_estimate.c - what a better estimate is worth to a statement.
 *
 * A plan's cost says nothing of what it costs if the estimate is wrong. So two plans are compared that both know
 * better: the best there is, and the best among those that scan and join in no other ways than the plan of now. The
 * latter is no dearer than the plan of now would be found to be: what is gained is that much at least.
 */
#include "advise_internal.h"

#include "miscadmin.h"
#include "utils/guc.h"

/* A cost from here on has a forbidden scan or join in it. */
#define FORBIDDEN 1e9

/* Ways to scan, to join, to sort and to group, as settings switch them. */
typedef struct PlanWay
{
    NodeTag tag, same; /* the second: another node of that way */
    bool scans, joins;
    const char *setting;
} PlanWay;

static const PlanWay ways[] = {
    {T_SeqScan, T_SeqScan, true, false, "enable_seqscan"},
    {T_IndexScan, T_IndexOnlyScan, true, false, "enable_indexscan"}, /* which takes both away */
    {T_BitmapHeapScan, T_BitmapIndexScan, true, false, "enable_bitmapscan"},
    {T_NestLoop, T_NestLoop, false, true, "enable_nestloop"},
    {T_HashJoin, T_HashJoin, false, true, "enable_hashjoin"},
    {T_MergeJoin, T_MergeJoin, false, true, "enable_mergejoin"},
    {T_Sort, T_IncrementalSort, false, false, "enable_sort"},
    {T_Agg, T_SetOp, false, false, "enable_hashagg"},
};

typedef struct EstimateJob
{
    const GatheredStatement *statement;
    const WhatifEstimate *estimates;
    int n;
    bool learnt; /* now is without what was learnt of expressions */
    WeighedEstimate *weighed;
} EstimateJob;

/* What a plan does, in its order. */
typedef struct PlanShape
{
    StringInfoData nodes;
    Bitmapset *ways;
    int joins;
} PlanShape;

static void weigh_body(StatementContext *run, void *arg);
static PlanShape shape_of(const PlannedStmt *plan);
static void add_node(PlanShape *shape, Plan *plan);
static void add_nodes(PlanShape *shape, List *plans);

bool
advise_weigh_estimates(Session *session, const GatheredStatement *statement, const WhatifEstimate *estimates, int n,
                       WeighedEstimate *weighed)
{
    EstimateJob job = {statement, estimates, n, false, weighed};
    StatementFailure failure;

    memset(weighed, 0, sizeof(*weighed));
    return session_run(session, statement->captured, weigh_body, &job, &failure);
}

bool
advise_weigh_learnt(Session *session, const GatheredStatement *statement, WeighedEstimate *weighed)
{
    EstimateJob job = {statement, NULL, 0, true, weighed};
    StatementFailure failure;

    memset(weighed, 0, sizeof(*weighed));
    return session_run(session, statement->captured, weigh_body, &job, &failure);
}

/* As it is planned without; what is weighed as learnt, as the server does that learnt nothing. */
static PlannedStmt *
plan_now(const EstimateJob *job, const StatementContext *run)
{
    const CapturedStatement *captured = job->statement->captured;
    ParamListInfo params = job->statement->binds[0];
    Query *query = statement_copy_to_plan(run->query, params);

    return job->learnt ? whatif_plan_unlearnt(query, captured->text, captured->cursor_options, params, NULL)
                       : whatif_plan_expecting(query, captured->text, captured->cursor_options, params, NULL, 0);
}

static PlannedStmt *
plan_then(const EstimateJob *job, const StatementContext *run)
{
    const CapturedStatement *captured = job->statement->captured;
    ParamListInfo params = job->statement->binds[0];

    return whatif_plan_expecting(statement_copy_to_plan(run->query, params), captured->text,
                                 captured->cursor_options, params, job->estimates, job->n);
}

static void
weigh_body(StatementContext *run, void *arg)
{
    const EstimateJob *job = arg;
    PlanShape now = shape_of(plan_now(job, run));
    PlannedStmt *then = plan_then(job, run);
    int level;

    job->weighed->joins = now.joins;
    job->weighed->changes = strcmp(shape_of(then).nodes.data, now.nodes.data) != 0;
    job->weighed->cost_before = job->weighed->cost_after = whatif_cost(then);
    if (!job->weighed->changes)
        return;
    level = NewGUCNestLevel();
    for (int i = 0; i < lengthof(ways); i++)
    {
        if (!bms_is_member(i, now.ways))
            (void)set_config_option(ways[i].setting, "off", PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                                    false);
    }
    job->weighed->cost_before = whatif_cost(plan_then(job, run));
    AtEOXact_GUC(true, level);
    if (job->weighed->cost_before >= FORBIDDEN)
        job->weighed->cost_before = job->weighed->cost_after;
}

/* ---- shapes ---- */

static PlanShape
shape_of(const PlannedStmt *plan)
{
    PlanShape shape = {.ways = NULL};

    initStringInfo(&shape.nodes);
    add_node(&shape, plan->planTree);
    add_nodes(&shape, plan->subplans);
    return shape;
}

static bool
goes(const PlanWay *way, const Plan *plan)
{
    if (nodeTag(plan) != way->tag && nodeTag(plan) != way->same)
        return false;
    if (IsA(plan, SetOp))
        return ((const SetOp *)plan)->strategy == SETOP_HASHED;
    return !IsA(plan, Agg) || ((const Agg *)plan)->aggstrategy == AGG_HASHED ||
           ((const Agg *)plan)->aggstrategy == AGG_MIXED;
}

static void
add_node(PlanShape *shape, Plan *plan)
{
    if (plan == NULL)
        return;
    check_stack_depth();
    appendStringInfo(&shape->nodes, "(%d", (int)nodeTag(plan));
    if (IsA(plan, Agg))
        appendStringInfo(&shape->nodes, " %d", (int)((const Agg *)plan)->aggstrategy);
    if (IsA(plan, SetOp))
        appendStringInfo(&shape->nodes, " %d", (int)((const SetOp *)plan)->strategy);
    for (int i = 0; i < lengthof(ways); i++)
    {
        if (!goes(&ways[i], plan))
            continue;
        shape->ways = bms_add_member(shape->ways, i);
        shape->joins += ways[i].joins;
        if (ways[i].scans)
            appendStringInfo(&shape->nodes, " %u %u", ((const Scan *)plan)->scanrelid, whatif_scanned_index(plan));
    }
    add_node(shape, plan->lefttree);
    add_node(shape, plan->righttree);
    add_nodes(shape, whatif_child_plans(plan));
    appendStringInfoChar(&shape->nodes, ')');
}

static void
add_nodes(PlanShape *shape, List *plans)
{
    ListCell *cell;

    foreach (cell, plans)
        add_node(shape, lfirst(cell));
}
