/*
 * capture_groups.c - how many groups a statement has.
 *
 * What groups by several columns is where the planner multiplies numbers of distinct values. It is counted in
 * statements that are watched anyway, in the one node that groups so; of two nobody could tell later which is
 * which. A count is kept where the node came to its end in its only loop: below a LIMIT, or in a cursor that was
 * not read to the end, it is none. Counting costs, for each group and to the last one, what it costs of the first
 * rows of a scan.
 */
#include "postgres.h"

#include "nodes/execnodes.h"

#include "capture_internal.h"

/* 0: it does not group, or not for good. */
static int
group_columns(const Plan *plan)
{
    switch (nodeTag(plan))
    {
        case T_Agg:
        {
            const Agg *agg = (const Agg *)plan;

            return agg->groupingSets == NIL && !DO_AGGSPLIT_SKIPFINAL(agg->aggsplit) ? agg->numCols : 0;
        }
        case T_Group:
            return ((const Group *)plan)->numCols;
        case T_Unique:
            return ((const Unique *)plan)->numCols;
        default:
            return 0;
    }
}

bool
capture_is_grouping(const Plan *plan)
{
    return group_columns(plan) > 1;
}

void
capture_count_groups(CapturedQuery *query, PlanState *state)
{
    if (query->groups != NULL)
    {
        query->several_groups = true;
        return;
    }
    query->groups = state;
    if (state->instrument == NULL)
        state->instrument = InstrAllocNode(INSTRUMENT_ROWS, state->async_capable);
}

static bool
is_at_end(const PlanState *state)
{
    switch (nodeTag(state))
    {
        case T_AggState:
            return ((const AggState *)state)->agg_done;
        case T_GroupState:
            return ((const GroupState *)state)->grp_done;
        default:
            return TupIsNull(state->ps_ResultTupleSlot);
    }
}

/* Those that HAVING removes are groups, too. */
void
capture_book_groups(const CapturedQuery *query, StatementCounts *counts)
{
    const NodeInstrumentation *counted = query->groups ? query->groups->instrument : NULL;

    if (counted == NULL || query->several_groups || counted->nloops + (counted->running ? 1 : 0) != 1 ||
        !is_at_end(query->groups))
        return;
    counts->grouped = 1;
    counts->groups = counted->ntuples + counted->tuplecount + counted->nfiltered1;
}
