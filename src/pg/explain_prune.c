/*
 * explain_prune.c - partitions that only a value could tell apart.
 *
 * The executor prunes partitions as it starts, for EXPLAIN too, and computes for that what they are compared with:
 * a parameter without value is an error. Where one is in the steps these are not taken, and all partitions that the
 * planner left are shown, as EXPLAIN (GENERIC_PLAN) does.
 */
#include "explain.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"

static bool
has_unknown(Node *node, void *context)
{
    ParamListInfo params = context;

    if (node == NULL)
        return false;
    if (IsA(node, Param) && ((const Param *)node)->paramkind == PARAM_EXTERN)
    {
        int number = ((const Param *)node)->paramid;

        return params == NULL || number <= 0 || number > params->numParams ||
               (params->paramFetch == NULL && !OidIsValid(params->params[number - 1].ptype));
    }
    return expression_tree_walker(node, has_unknown, context);
}

static void
settle(PartitionPruneInfo *pruning, ParamListInfo params)
{
    ListCell *cell, *below;

    foreach (cell, pruning->prune_infos)
    {
        foreach (below, lfirst_node(List, cell))
        {
            PartitionedRelPruneInfo *relation = lfirst(below);

            if (has_unknown((Node *)relation->initial_pruning_steps, params))
                relation->initial_pruning_steps = NIL;
        }
    }
}

static void settle_list(List *plans, ParamListInfo params);

static void
settle_plan(Plan *plan, ParamListInfo params)
{
    PartitionPruneInfo *pruning;

    if (plan == NULL)
        return;
    check_stack_depth();
    pruning = compat_pruning_of(plan);
    if (pruning != NULL)
        settle(pruning, params);
    settle_plan(plan->lefttree, params);
    settle_plan(plan->righttree, params);
    settle_list(whatif_child_plans(plan), params);
}

static void
settle_list(List *plans, ParamListInfo params)
{
    ListCell *cell;

    foreach (cell, plans)
        settle_plan(lfirst(cell), params);
}

void
explain_settle_pruning(PlannedStmt *plan, ParamListInfo params)
{
    ListCell *cell;

    foreach (cell, compat_prunings(plan))
        settle(lfirst(cell), params);
    settle_plan(plan->planTree, params);
    settle_list(plan->subplans, params);
}
