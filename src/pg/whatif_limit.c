/*
 * whatif_limit.c - scans that hope to stop early.
 *
 * Below a LIMIT the planner pays for the part of a scan that it expects to need,
 * and it expects the rows that match to be spread evenly. A scan in the order
 * asked for that has to check a condition row by row stops early only if that is
 * so: the oldest of the few open requests may be the last ones in the table. What
 * is known for sure is that no more rows than those that do not match come before
 * the first that does. An index is not built on luck, so this is what it is taken
 * to cost: the planner's figure, and of what that leaves out the share of rows
 * that do not match. A join on the way is such a condition, too, where few of the rows
 * find a partner. Where most rows match there is nothing to be lucky about, and
 * where the index finds its rows by a key there is little left out.
 */
#include "whatif_internal.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/float.h"
#include "utils/syscache.h"

/* A condition that this share of the rows meets is met soon enough. */
#define MOSTLY_MATCHING 0.5

/* What a chance is worth, and whose it is. */
typedef struct Luck
{
    WhatifIndex **indexes;
    int n;
    List *rtable;
    double cost;
    int lucky;     /* position in indexes; negative: nobody's */
    double joined; /* rows that leave the joins passed by, at least */
    double rows;   /* that match and find partners, of the scan found last, over all leaves of a partition tree */
} Luck;

static const Plan *early_scan_of_any(const Plan *append, const List *plans, Luck *luck);

/* Most rows have a value in that column, or most have none, as asked for. */
static bool
is_mostly_met(const Node *clause, Oid relid, Index rti)
{
    const NullTest *test = (const NullTest *)clause;
    const Var *column;
    HeapTuple statistics;
    double nulls;

    if (!IsA(clause, NullTest) || !IsA(test->arg, Var))
        return false;
    column = (const Var *)test->arg;
    if (column->varno != rti || column->varattno <= 0)
        return false;
    statistics = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum(column->varattno),
                                 BoolGetDatum(false));
    if (!HeapTupleIsValid(statistics))
        return false;
    nulls = ((Form_pg_statistic)GETSTRUCT(statistics))->stanullfrac;
    ReleaseSysCache(statistics);
    return (test->nulltesttype == IS_NULL ? nulls : 1.0 - nulls) >= MOSTLY_MATCHING;
}

/*
 * There is one that a good part of the index's rows may fail to meet. The index's own predicate is checked, too,
 * where rows are locked.
 */
static bool
has_condition(const Plan *plan, const Luck *luck)
{
    Index rti = ((const Scan *)plan)->scanrelid;
    WhatifIndex *index = luck->indexes[whatif_position(plan)];
    Oid relid = rt_fetch(rti, luck->rtable)->relid;
    List *predicate = index->predicate != NIL ? whatif_predicate(index, relid, rti) : NIL;
    ListCell *cell;

    foreach (cell, plan->qual)
    {
        if (!is_mostly_met(lfirst(cell), relid, rti) &&
            (predicate == NIL || !predicate_implied_by(list_make1(lfirst(cell)), predicate, false)))
            return true;
    }
    return false;
}

/*
 * The hypothetical scan with a condition left to check, or a join above it that drops rows, that delivers rows to
 * `plan` as they are found.
 */
static const Plan *
early_scan(const Plan *plan, Luck *luck)
{
    for (; plan != NULL; plan = plan->lefttree)
    {
        check_stack_depth();
        switch (nodeTag(plan))
        {
            case T_IndexScan:
            case T_IndexOnlyScan:
                luck->rows = Min(plan->plan_rows, luck->joined);
                if (whatif_position(plan) < 0 || whatif_position(plan) >= luck->n)
                    return NULL;
                return luck->joined < plan->plan_rows || has_condition(plan, luck) ? plan : NULL;
            case T_NestLoop:
            case T_MergeJoin:
            case T_HashJoin:
                luck->joined = Min(luck->joined, plan->plan_rows);
                break;
            case T_Append:
                return early_scan_of_any(plan, ((const Append *)plan)->appendplans, luck);
            case T_MergeAppend:
                return early_scan_of_any(plan, ((const MergeAppend *)plan)->mergeplans, luck);
            case T_SubqueryScan:
                return early_scan(((const SubqueryScan *)plan)->subplan, luck);
            case T_Sort:
            case T_Material:
                return NULL;
            case T_Agg:
                if (((const Agg *)plan)->aggstrategy != AGG_SORTED)
                    return NULL;
                break;
            default:
                break;
        }
    }
    return NULL;
}

static const Plan *
early_scan_of_any(const Plan *append, const List *plans, Luck *luck)
{
    ListCell *cell;

    foreach (cell, plans)
    {
        const Plan *scan = early_scan(lfirst(cell), luck);

        if (scan == NULL)
            continue;
        luck->rows = Min(append->plan_rows, luck->joined);
        return scan;
    }
    return NULL;
}

static void
add_chance(const Plan *limit, Luck *luck)
{
    double left_out = limit->lefttree->total_cost - limit->total_cost;
    const Plan *scan;
    double matching;

    luck->joined = get_float8_infinity();
    scan = early_scan(limit->lefttree, luck);
    if (scan == NULL || left_out <= 0)
        return;
    /* Of the index's entries. */
    matching = luck->rows / Max(luck->indexes[whatif_position(scan)]->size.tuples, 1.0);
    if (matching >= MOSTLY_MATCHING)
        return;
    luck->lucky = whatif_position(scan);
    luck->cost += (1.0 - matching) * left_out;
}

/* The LIMITs on the way down from here. */
static void
add_chances(const Plan *plan, Luck *luck)
{
    for (; plan != NULL; plan = plan->lefttree)
    {
        if (IsA(plan, Limit))
            add_chance(plan, luck);
        if (IsA(plan, SubqueryScan))
            add_chances(((const SubqueryScan *)plan)->subplan, luck);
    }
}

double
whatif_cost_without_luck(const PlannedStmt *plan, WhatifIndex **indexes, int n, int *lucky)
{
    Luck luck = {.indexes = indexes, .n = n, .rtable = plan->rtable, .lucky = -1};
    ListCell *cell;

    add_chances(plan->planTree, &luck);
    /* min() and max() are planned as sub-queries with a LIMIT. */
    foreach (cell, plan->subplans)
        add_chances(lfirst(cell), &luck);
    *lucky = luck.lucky;
    return whatif_cost(plan) + luck.cost;
}
