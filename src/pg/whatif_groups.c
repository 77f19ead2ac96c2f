/*
 * whatif_groups.c - by what a query groups, and planning it with another number of groups.
 *
 * The planner multiplies the numbers of distinct values of the columns of one table, or takes the number of their
 * combinations from extended statistics, which it looks for in the catalog. Those are put in place of one column's
 * values instead, and one in place of those of the others: the product is the same. It is asked for the groups when
 * all that is joined is planned, and from there on the columns say so; before that they say what they did, since
 * conditions and joins are judged by them, too.
 */
#include "whatif_internal.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "compat.h"
#include "scope.h"

/* One whatif_grouping in progress; lives on its stack. */
typedef struct GroupingCall
{
    List *roots; /* PlannerInfo of levels that group by several expressions */
    WhatifGrouping *grouping;
} GroupingCall;

static GroupingCall *current_call;

static create_upper_paths_hook_type previous_upper_paths;
static get_relation_stats_hook_type previous_relation_stats;

static void note_grouping(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, RelOptInfo *output_rel,
                          void *extra);
static bool relation_statistics(PlannerInfo *root, RangeTblEntry *rte, AttrNumber attnum,
                                VariableStatData *vardata);
static const WhatifEstimate *find_estimate(PlannerInfo *root, const RangeTblEntry *rte, AttrNumber attnum);

void
whatif_groups_install(void)
{
    previous_upper_paths = create_upper_paths_hook;
    create_upper_paths_hook = note_grouping;
    previous_relation_stats = get_relation_stats_hook;
    get_relation_stats_hook = relation_statistics;
}

/* ---- by what it groups ---- */

bool
whatif_grouping(Query *query, const char *text, int cursor_options, ParamListInfo params,
                const WhatifEstimate *estimates, int n, WhatifGrouping *grouping)
{
    GroupingCall call = {NIL, grouping};
    GroupingCall *outer = current_call;

    memset(grouping, 0, sizeof(*grouping));
    current_call = &call;
    PG_TRY();
    {
        (void)whatif_plan_expecting(query, text, cursor_options, params, estimates, n);
    }
    PG_FINALLY();
    {
        current_call = outer;
    }
    PG_END_TRY();
    return list_length(call.roots) == 1 && OidIsValid(grouping->relid);
}

/* NIL: the level does not group at this stage. */
static List *
group_expressions(PlannerInfo *root, UpperRelationKind stage)
{
    const Query *query = root->parse;
    bool grouped = query->groupClause || query->groupingSets || query->hasAggs || root->hasHavingQual;

    if (stage == UPPERREL_GROUP_AGG)
        return get_sortgrouplist_exprs(compat_group_clause(root), query->targetList);
    /* What was grouped before is taken to be distinct. */
    if (stage == UPPERREL_DISTINCT && !grouped)
        return get_sortgrouplist_exprs(compat_distinct_clause(root), query->targetList);
    return NIL;
}

/* Plain columns of one table. */
static void
describe_grouping(PlannerInfo *root, List *expressions, WhatifGrouping *grouping)
{
    int rti = 0;
    ListCell *cell;

    foreach (cell, expressions)
    {
        Node *expression = lfirst(cell);
        const Var *var;

        while (IsA(expression, RelabelType))
            expression = (Node *)((RelabelType *)expression)->arg;
        var = (const Var *)expression;
        if (!IsA(expression, Var) || var->varlevelsup > 0 || var->varattno <= 0 || (rti != 0 && var->varno != rti))
            return;
        rti = var->varno;
        grouping->columns = bms_add_member(grouping->columns, var->varattno);
    }
    if (root->simple_rte_array[rti]->rtekind == RTE_RELATION && !root->simple_rte_array[rti]->inh &&
        root->parse->groupingSets == NIL)
        grouping->relid = root->simple_rte_array[rti]->relid;
}

/* A level is planned several times where it groups partition by partition. */
static void
note_grouping(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, RelOptInfo *output_rel,
              void *extra)
{
    GroupingCall *call = current_call;
    List *expressions = call != NULL && scope_at_own_level() ? group_expressions(root, stage) : NIL;

    if (list_length(expressions) > 1 && !list_member_ptr(call->roots, root))
    {
        call->roots = lappend(call->roots, root);
        describe_grouping(root, expressions, call->grouping);
        call->grouping->groups =
            estimate_num_groups(root, expressions, input_rel->cheapest_total_path->rows, NULL, NULL);
    }
    if (previous_upper_paths)
        previous_upper_paths(root, stage, input_rel, output_rel, extra);
}

/* ---- with another number of groups ---- */

/* Where the catalog has statistics on some of the columns, those on all of them are asked instead. */
static void
take_away_parts(PlannerInfo *root, const RangeTblEntry *rte, const Bitmapset *columns)
{
    for (int rti = 1; rti < root->simple_rel_array_size; rti++)
    {
        RelOptInfo *rel = root->simple_rte_array[rti] == rte ? root->simple_rel_array[rti] : NULL;
        ListCell *cell;

        foreach (cell, rel ? rel->statlist : NIL)
        {
            const StatisticExtInfo *there = lfirst(cell);

            if (there->kind == STATS_EXT_NDISTINCT && there->exprs == NIL && bms_is_subset(there->keys, columns))
                rel->statlist = foreach_delete_current(rel->statlist, cell);
        }
    }
}

/* The rest of the planning looks at the same statistics: they are a copy. */
static bool
relation_statistics(PlannerInfo *root, RangeTblEntry *rte, AttrNumber attnum, VariableStatData *vardata)
{
    const WhatifEstimate *estimate = find_estimate(root, rte, attnum);
    HeapTuple statistics;

    if (estimate == NULL)
        return previous_relation_stats ? previous_relation_stats(root, rte, attnum, vardata) : false;
    statistics = SearchSysCacheCopy3(STATRELATTINH, ObjectIdGetDatum(rte->relid), Int16GetDatum(attnum),
                                     BoolGetDatum(rte->inh));
    if (!HeapTupleIsValid(statistics))
        return false;
    take_away_parts(root, rte, estimate->columns);
    ((Form_pg_statistic)GETSTRUCT(statistics))->stadistinct =
        attnum == bms_next_member(estimate->columns, -1) ? (float4)estimate->distinct : 1;
    vardata->statsTuple = statistics;
    vardata->freefunc = heap_freetuple;
    vardata->acl_ok = false;
    return true;
}

/* Another level may group by one of the columns, whose values are then what they were. */
static bool
groups_by_several(PlannerInfo *root)
{
    return list_length(group_expressions(root, UPPERREL_GROUP_AGG)) > 1 ||
           list_length(group_expressions(root, UPPERREL_DISTINCT)) > 1;
}

static bool
is_joined(const PlannerInfo *root)
{
    return root->upper_rels[UPPERREL_GROUP_AGG] != NIL || root->upper_rels[UPPERREL_DISTINCT] != NIL ||
           root->upper_rels[UPPERREL_PARTIAL_GROUP_AGG] != NIL ||
           root->upper_rels[UPPERREL_PARTIAL_DISTINCT] != NIL;
}

static const WhatifEstimate *
find_estimate(PlannerInfo *root, const RangeTblEntry *rte, AttrNumber attnum)
{
    int n;
    const WhatifEstimate *estimates = whatif_estimates_now(&n);

    for (int i = 0; i < n; i++)
    {
        if (rte->rtekind == RTE_RELATION && estimates[i].relid == rte->relid && is_joined(root) &&
            bms_is_member(attnum, estimates[i].columns) && groups_by_several(root))
            return &estimates[i];
    }
    return NULL;
}
