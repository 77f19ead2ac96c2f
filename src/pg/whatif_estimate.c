/*
 * whatif_estimate.c - planning with another estimate of what a relation's conditions keep.
 *
 * Extended statistics that are not there cannot be shown to the planner: it looks for them in the catalog by OID.
 * What it makes of them can be put in their place. When it comes to the paths of a query level's first relation the
 * sizes of all are estimated, and nothing rests on them but the paths of that one: the sizes that are known better
 * are put right then, and its paths are made anew. What an index is searched for is estimated again, by its access
 * method, so that is told as well, where a search has all of the conditions; of less the statistics say nothing. As
 * they say nothing where a join's condition is among them, of a parameterised path.
 */
#include "whatif_internal.h"

#include "access/amapi.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "rewrite/rewriteManip.h"

#include "compat.h"
#include "scope.h"

/* One estimate of one relation of a query level. */
typedef struct RightEstimate
{
    const RelOptInfo *rel;
    List *conditions; /* RestrictInfo */
    double share;     /* that they keep together */
} RightEstimate;

/* One whatif_plan_expecting in progress; lives on its stack. */
typedef struct EstimateCall
{
    const WhatifEstimate *estimates;
    int n;
    List *roots; /* PlannerInfo of levels that are put right */
    List *right; /* RightEstimate */
    bool unlearnt;
    WhatifEstimate *heard; /* its share is asked for; NULL: none is */
    int others;            /* conditions that the relation has besides where it was heard */
} EstimateCall;

static EstimateCall *current_call;

static set_rel_pathlist_hook_type previous_hook;

static void put_right(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte);
static PlannedStmt *plan_call(Query *query, const char *text, int cursor_options, ParamListInfo params,
                              EstimateCall *call);
static void hear(EstimateCall *call, const PlannerInfo *root);
static bool put_level_right(EstimateCall *call, PlannerInfo *root);
static bool put_relation_right(EstimateCall *call, PlannerInfo *root, RelOptInfo *rel,
                               const WhatifEstimate *estimate);
static void make_paths_anew(PlannerInfo *root, RelOptInfo *rel, const RangeTblEntry *rte);
static void search_cost(PlannerInfo *root, IndexPath *path, double loop_count, Cost *startup_cost, Cost *total_cost,
                        Selectivity *selectivity, double *correlation, double *pages);

void
whatif_estimate_install(void)
{
    previous_hook = set_rel_pathlist_hook;
    set_rel_pathlist_hook = put_right;
}

PlannedStmt *
whatif_plan_expecting(Query *query, const char *text, int cursor_options, ParamListInfo params,
                      const WhatifEstimate *estimates, int n)
{
    EstimateCall call = {estimates, n};

    return plan_call(query, text, cursor_options, params, &call);
}

PlannedStmt *
whatif_plan_unlearnt(Query *query, const char *text, int cursor_options, ParamListInfo params,
                     WhatifEstimate *heard)
{
    EstimateCall call = {.unlearnt = true, .heard = heard, .others = INT_MAX};

    return plan_call(query, text, cursor_options, params, &call);
}

static PlannedStmt *
plan_call(Query *query, const char *text, int cursor_options, ParamListInfo params, EstimateCall *call)
{
    EstimateCall *outer = current_call;
    PlannedStmt *plan;

    current_call = call;
    PG_TRY();
    {
        plan = whatif_plan(query, text, cursor_options, params, NULL, 0, NIL, NULL);
    }
    PG_FINALLY();
    {
        current_call = outer;
    }
    PG_END_TRY();
    return plan;
}

bool
whatif_estimate_is_unlearnt(void)
{
    return current_call != NULL && current_call->unlearnt && scope_at_own_level();
}

const WhatifEstimate *
whatif_estimates_now(int *n)
{
    bool any = current_call != NULL && scope_at_own_level();

    *n = any ? current_call->n : 0;
    return any ? current_call->estimates : NULL;
}

/* The hook. */
static void
put_right(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
    EstimateCall *call = current_call;

    if (call != NULL && scope_at_own_level() && !list_member_ptr(call->roots, root))
    {
        call->roots = lappend(call->roots, root);
        hear(call, root);
        if (put_level_right(call, root))
            make_paths_anew(root, rel, rte);
    }
    if (previous_hook)
        previous_hook(root, rel, rti, rte);
}

static bool
put_level_right(EstimateCall *call, PlannerInfo *root)
{
    bool any = false;

    for (int rti = 1; rti < root->simple_rel_array_size; rti++)
    {
        RelOptInfo *rel = root->simple_rel_array[rti];

        if (rel == NULL || rel->reloptkind != RELOPT_BASEREL || rel->rtekind != RTE_RELATION || IS_DUMMY_REL(rel))
            continue;
        for (int i = 0; i < call->n; i++)
        {
            if (call->estimates[i].columns == NULL &&
                call->estimates[i].relid == root->simple_rte_array[rti]->relid)
                any |= put_relation_right(call, root, rel, &call->estimates[i]);
        }
    }
    return any;
}

/* The conjunct of the relation that says this; NULL: none. */
static RestrictInfo *
find_condition(const RelOptInfo *rel, Node *clause)
{
    ListCell *cell;

    foreach (cell, rel->baserestrictinfo)
    {
        RestrictInfo *condition = lfirst_node(RestrictInfo, cell);
        Node *copy = copyObject((Node *)condition->clause);

        ChangeVarNodes(copy, rel->relid, 1, 0);
        if (equal(copy, clause))
            return condition;
    }
    return NULL;
}

static bool
has_conditions(const RelOptInfo *rel, const WhatifEstimate *estimate)
{
    ListCell *cell;

    foreach (cell, estimate->clauses)
    {
        if (find_condition(rel, lfirst(cell)) == NULL)
            return false;
    }
    return true;
}

/* Of a table that is there twice, the one that has the fewest conditions besides. */
static void
hear(EstimateCall *call, const PlannerInfo *root)
{
    for (int rti = 1; call->heard != NULL && rti < root->simple_rel_array_size; rti++)
    {
        const RelOptInfo *rel = root->simple_rel_array[rti];
        int others = rel ? list_length(rel->baserestrictinfo) - list_length(call->heard->clauses) : INT_MAX;

        if (others < call->others && rel->reloptkind == RELOPT_BASEREL && rel->rtekind == RTE_RELATION &&
            rel->tuples > 0 && call->heard->relid == root->simple_rte_array[rti]->relid &&
            has_conditions(rel, call->heard))
        {
            call->heard->share = rel->rows / rel->tuples;
            call->others = others;
        }
    }
}

static bool
put_relation_right(EstimateCall *call, PlannerInfo *root, RelOptInfo *rel, const WhatifEstimate *estimate)
{
    RightEstimate *right = palloc0(sizeof(RightEstimate));
    double others;
    ListCell *cell;

    right->rel = rel;
    foreach (cell, estimate->clauses)
    {
        RestrictInfo *condition = find_condition(rel, lfirst(cell));

        if (condition == NULL)
            return false;
        right->conditions = list_append_unique_ptr(right->conditions, condition);
    }
    others = clauselist_selectivity(root, list_difference_ptr(rel->baserestrictinfo, right->conditions), 0,
                                    JOIN_INNER, NULL);
    right->share = others > 0 ? Min(1.0, estimate->share / others) : 1.0;
    call->right = lappend(call->right, right);
    rel->rows = clamp_row_est(rel->tuples * estimate->share);
    foreach (cell, rel->indexlist)
        lfirst_node(IndexOptInfo, cell)->amcostestimate = search_cost;
    return true;
}

/* As the planner makes them of a table. */
static void
make_paths_anew(PlannerInfo *root, RelOptInfo *rel, const RangeTblEntry *rte)
{
    Relids outer = rel->lateral_relids;
    int workers;

    if (rel->rtekind != RTE_RELATION || rte->inh || rte->tablesample != NULL || IS_DUMMY_REL(rel) ||
        (rte->relkind != RELKIND_RELATION && rte->relkind != RELKIND_MATVIEW))
        return;
    rel->pathlist = rel->partial_pathlist = rel->ppilist = NIL;
    add_path(rel, create_seqscan_path(root, rel, outer, 0));
    if (rel->consider_parallel && outer == NULL)
    {
        workers = compute_parallel_worker(rel, rel->pages, -1, max_parallel_workers_per_gather);
        if (workers > 0)
            add_partial_path(rel, create_seqscan_path(root, rel, NULL, workers));
    }
    create_index_paths(root, rel);
    (void)create_tidscan_paths(root, rel);
}

/* ---- searches of an index ---- */

static const RightEstimate *
right_estimate(const RelOptInfo *rel)
{
    ListCell *cell;

    foreach (cell, current_call ? current_call->right : NIL)
    {
        const RightEstimate *right = lfirst(cell);

        if (right->rel == rel)
            return right;
    }
    return NULL;
}

/* Of those that the relation's estimate is about, how many the path searches for, and nothing of a join. */
static bool
searches_all(const IndexPath *path, const RightEstimate *right)
{
    List *searched = NIL;
    ListCell *cell;

    foreach (cell, path->indexclauses)
    {
        RestrictInfo *condition = lfirst_node(IndexClause, cell)->rinfo;

        if (bms_membership(condition->clause_relids) != BMS_SINGLETON)
            return false;
        searched = lappend(searched, condition);
    }
    return list_difference_ptr(right->conditions, searched) == NIL;
}

/* For as long as the method asks, the first keeps what all keep, and the others nothing back. */
static void
search_cost(PlannerInfo *root, IndexPath *path, double loop_count, Cost *startup_cost, Cost *total_cost,
            Selectivity *selectivity, double *correlation, double *pages)
{
    const RightEstimate *right = right_estimate(path->indexinfo->rel);
    amcostestimate_function estimate = GetIndexAmRoutineByAmId(path->indexinfo->relam, false)->amcostestimate;
    bool searches = right != NULL && searches_all(path, right);
    Selectivity kept[INDEX_MAX_KEYS];
    int n = 0;
    ListCell *cell;

    foreach (cell, searches ? right->conditions : NIL)
    {
        RestrictInfo *condition = lfirst(cell);

        kept[n] = condition->norm_selec;
        condition->norm_selec = n++ == 0 ? right->share : 1.0;
    }
    estimate(root, path, loop_count, startup_cost, total_cost, selectivity, correlation, pages);
    n = 0;
    foreach (cell, searches ? right->conditions : NIL)
        ((RestrictInfo *)lfirst(cell))->norm_selec = kept[n++];
}
