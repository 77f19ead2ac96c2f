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
settle(PlannedStmt *statement, PartitionPruneInfo *pruning, ParamListInfo params)
{
    ListCell *cell, *below;

    foreach (cell, pruning->prune_infos)
    {
        foreach (below, lfirst_node(List, cell))
        {
            PartitionedRelPruneInfo *relation = lfirst(below);

            if (!has_unknown((Node *)relation->initial_pruning_steps, params))
                continue;
            relation->initial_pruning_steps = NIL;
            compat_keep_partitions(statement, relation);
        }
    }
}

static void settle_list(PlannedStmt *statement, List *plans, ParamListInfo params);

static void
settle_plan(PlannedStmt *statement, Plan *plan, ParamListInfo params)
{
    PartitionPruneInfo *pruning;

    if (plan == NULL)
        return;
    check_stack_depth();
    pruning = compat_pruning_of(plan);
    if (pruning != NULL)
        settle(statement, pruning, params);
    settle_plan(statement, plan->lefttree, params);
    settle_plan(statement, plan->righttree, params);
    settle_list(statement, whatif_child_plans(plan), params);
}

static void
settle_list(PlannedStmt *statement, List *plans, ParamListInfo params)
{
    ListCell *cell;

    foreach (cell, plans)
        settle_plan(statement, lfirst(cell), params);
}

void
explain_settle_pruning(PlannedStmt *statement, ParamListInfo params)
{
    ListCell *cell;

    foreach (cell, compat_prunings(statement))
        settle(statement, lfirst(cell), params);
    settle_plan(statement, statement->planTree, params);
    settle_list(statement, statement->subplans, params);
}
