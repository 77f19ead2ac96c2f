/*
 * capture_scan.c - suspects, and counting their rows.
 *
 * A suspect is a plain scan that may read much in vain: one with a filter, or a
 * large one without. Only scans are counted, since their rows are the input of
 * all joins, sorts and aggregates above. What was attached is kept in a list and
 * read from there: a second walk over the plan would meet hashed sub-plans twice.
 *
 * Counting costs some nanoseconds for each row that a scan returns and nothing for
 * those that it removes: the executor counts those by itself once an Instrumentation
 * is there. So where a scan is expected to keep much of its table, the wrapper that
 * counts the rows returned is taken off after the first of them. The expectation may
 * be wrong, above all of expressions, and then it is never needed.
 *
 * Parallel plans: sequential scans are counted in the leader and in every worker,
 * each adding its own to the store. Other scans are counted in the leader alone:
 * on 18 they have shared instrumentation, which a worker must not have by itself.
 */
#include "postgres.h"

#include <math.h>

#include "access/transam.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"

#include "capture_internal.h"
#include "catalog.h"
#include "settings.h"

/* A scan that keeps at most this part of its table has its returned rows counted. */
#define COUNT_KEPT_FRACTION 0.1

/* Rows returned that are counted where more are expected; or as many as a scan of that part would return. */
#define COUNT_FIRST_ROWS 1000

/* Beyond this part, rows removed say nothing about how many were kept. */
#define ESTIMATE_KEPT_FRACTION 0.95

/* An index scan at so much, and at so many random pages a row, reads in vain. */
#define WIDE_SEARCH_COST 1000
#define WIDE_SEARCH_TIMES 4

typedef struct ScanFinder
{
    CapturedQuery *query;
    Bitmapset *met; /* plan_node_ids */
    bool gathered;  /* below a Gather: what groups here does so for its own process alone */
} ScanFinder;

static bool plan_has_suspects(const Plan *plan, const List *range_table);
static bool find_scans(PlanState *state, ScanFinder *finder);
static void count_scan(ScanState *state, CapturedQuery *query);
static int find_total(CapturedQuery *query, const ScanShape *shape);

/*
 * An index is searched for by a column that it does not begin with, or the like: the planner expects it to read
 * much more than the rows that it returns, and none of that is counted as removed.
 */
static bool
is_wide_search(const Plan *plan)
{
    return plan->total_cost - plan->startup_cost >= WIDE_SEARCH_COST &&
           plan->total_cost - plan->startup_cost >= WIDE_SEARCH_TIMES * random_page_cost * plan->plan_rows;
}

/* all: every plain scan does. */
static bool
may_remove_many(const Plan *plan, bool all)
{
    return plan->qual != NIL || plan->plan_rows >= setting_min_table_rows || all || setting_debug_suspect_all;
}

static bool
is_suspect(const Plan *plan, bool all)
{
    switch (nodeTag(plan))
    {
        case T_IndexScan:
        case T_IndexOnlyScan:
            return is_wide_search(plan) || may_remove_many(plan, all);
        case T_SeqScan:
        case T_BitmapHeapScan:
            return may_remove_many(plan, all);
        default:
            return false;
    }
}

/* Catalogs aside; other relations that nobody wants advice on are sorted out when they are found open. */
static bool
scans_user_relation(const Plan *plan, const List *range_table)
{
    return rt_fetch(((const Scan *)plan)->scanrelid, range_table)->relid >= FirstNormalObjectId;
}

static bool
any_has_suspects(const List *plans, const List *range_table)
{
    ListCell *cell;

    foreach (cell, plans)
    {
        if (plan_has_suspects(lfirst(cell), range_table))
            return true;
    }
    return false;
}

static bool
plan_has_suspects(const Plan *plan, const List *range_table)
{
    for (; plan != NULL; plan = plan->lefttree)
    {
        if (is_suspect(plan, false) && scans_user_relation(plan, range_table))
            return true;
        if (plan->righttree != NULL && plan_has_suspects(plan->righttree, range_table))
            return true;
        if (IsA(plan, Append))
            return any_has_suspects(((const Append *)plan)->appendplans, range_table);
        if (IsA(plan, MergeAppend))
            return any_has_suspects(((const MergeAppend *)plan)->mergeplans, range_table);
        if (IsA(plan, SubqueryScan))
            return plan_has_suspects(((const SubqueryScan *)plan)->subplan, range_table);
        if (IsA(plan, CustomScan))
            return any_has_suspects(((const CustomScan *)plan)->custom_plans, range_table);
    }
    return false;
}

/* Runs for every statement: a few nanoseconds for each node. */
bool
capture_has_suspects(const PlannedStmt *plan)
{
    return plan_has_suspects(plan->planTree, plan->rtable) || any_has_suspects(plan->subplans, plan->rtable);
}

void
capture_attach(CapturedQuery *query)
{
    ScanFinder finder = {query, NULL, false};

    (void)find_scans(query->desc->planstate, &finder);
    bms_free(finder.met);
}

static bool
find_below_gather(PlanState *state, ScanFinder *finder)
{
    bool outer = finder->gathered;

    finder->gathered = true;
    (void)planstate_tree_walker(state, find_scans, finder);
    finder->gathered = outer;
    return false;
}

static bool
find_scans(PlanState *state, ScanFinder *finder)
{
    if (state == NULL)
        return false;
    if (IsA(state->plan, Gather) || IsA(state->plan, GatherMerge))
        return find_below_gather(state, finder);
    if (capture_is_grouping(state->plan) && !finder->query->worker && !finder->gathered &&
        !bms_is_member(state->plan->plan_node_id, finder->met))
    {
        finder->met = bms_add_member(finder->met, state->plan->plan_node_id);
        capture_count_groups(finder->query, state);
    }
    if (is_suspect(state->plan, finder->query->all) &&
        catalog_is_advisable_open(((ScanState *)state)->ss_currentRelation) &&
        (!finder->query->worker || IsA(state->plan, SeqScan)) &&
        !bms_is_member(state->plan->plan_node_id, finder->met))
    {
        finder->met = bms_add_member(finder->met, state->plan->plan_node_id);
        count_scan((ScanState *)state, finder->query);
    }
    return planstate_tree_walker(state, find_scans, finder);
}

/*
 * Parallel-aware nodes are planned with the rows of one process; the widest plan is assumed, and the leader speaks
 * for all processes: nobody knows beforehand how many there will be.
 */
static void
expect_rows(const ScanState *state, bool worker, ScanCounter *counter)
{
    double rows = state->ps.plan->plan_rows;

    counter->plan_rows = rows;
    counter->table_rows = Max(state->ss_currentRelation->rd_rel->reltuples, 0);
    if (state->ps.plan->parallel_aware)
    {
        rows *= max_parallel_workers_per_gather + 1;
        counter->plan_rows = worker ? 0 : Min(rows, Max(counter->table_rows, counter->plan_rows));
    }
    counter->kept = rows / Max(counter->table_rows, 1);
}

static CountMode
choose_mode(const Plan *plan, const ScanCounter *counter)
{
    if (setting_debug_suspect_all)
        return COUNT_ALL;
    if (plan->qual == NIL)
        return COUNT_NONE;
    return counter->kept <= COUNT_KEPT_FRACTION ? COUNT_ALL : COUNT_FIRST;
}

static TupleTableSlot *
return_first_rows(PlanState *state)
{
    FirstRows *first = (FirstRows *)state->instrument;
    TupleTableSlot *slot;

    InstrStartNode(&first->counted);
    slot = state->ExecProcNodeReal(state);
    InstrStopNode(&first->counted, TupIsNull(slot) ? 0 : 1);
    if (first->counted.ntuples + first->counted.tuplecount >= first->most)
    {
        first->over = true;
        state->ExecProcNode = state->ExecProcNodeReal;
    }
    return slot;
}

static NodeInstrumentation *
attach_first_rows(PlanState *state, double table_rows)
{
    FirstRows *first = palloc0(sizeof(FirstRows));

    first->counted.async_mode = state->async_capable;
    first->most = table_rows > 0 ? Min(COUNT_FIRST_ROWS, COUNT_KEPT_FRACTION * table_rows) : COUNT_FIRST_ROWS;
    state->ExecProcNode = return_first_rows;
    return &first->counted;
}

static const NodeInstrumentation *
attach(PlanState *state, const ScanCounter *counter)
{
    if (counter->mode == COUNT_ALL)
        state->instrument = InstrAllocNode(INSTRUMENT_ROWS, state->async_capable);
    else if (counter->mode == COUNT_FIRST)
        state->instrument = attach_first_rows(state, counter->table_rows);
    return state->instrument;
}

static void
count_scan(ScanState *state, CapturedQuery *query)
{
    ScanCounter *counter;
    ScanShape shape;

    if (query->n_counters == query->max_counters)
    {
        query->max_counters = Max(4, query->max_counters * 2);
        query->counters = query->counters == NULL
                              ? palloc(sizeof(ScanCounter) * query->max_counters)
                              : repalloc(query->counters, sizeof(ScanCounter) * query->max_counters);
    }
    capture_shape(state, query->desc->params, &shape, &query->generic);
    counter = &query->counters[query->n_counters++];
    expect_rows(state, query->worker, counter);
    counter->total = find_total(query, &shape);
    counter->state = &state->ps;
    if (state->ps.instrument != NULL)
    {
        /* Somebody else counts: workers' rows, which he collects, come with it. */
        counter->mode = COUNT_ALL;
        counter->instrument = state->ps.instrument;
        return;
    }
    counter->mode = choose_mode(state->ps.plan, counter);
    counter->instrument = attach(&state->ps, counter);
}

/* As the store tells scans apart: constants do not count. */
static bool
is_same_shape(const ScanShape *a, const ScanShape *b)
{
    if (a->relid != b->relid || a->node != b->node || a->n_clauses != b->n_clauses)
        return false;
    for (int i = 0; i < a->n_clauses; i++)
    {
        if (a->clauses[i].kind != b->clauses[i].kind || a->clauses[i].attno != b->clauses[i].attno ||
            a->clauses[i].op != b->clauses[i].op || a->clauses[i].func != b->clauses[i].func)
            return false;
    }
    return true;
}

/* The last first: leaves of a partition tree follow each other. */
static int
find_total(CapturedQuery *query, const ScanShape *shape)
{
    for (int i = query->n_totals - 1; i >= 0; i--)
    {
        if (is_same_shape(&query->totals[i].shape, shape))
            return i;
    }
    if (query->n_totals == query->max_totals)
    {
        query->max_totals = Max(4, query->max_totals * 2);
        query->totals = query->totals == NULL ? palloc(sizeof(ScanTotal) * query->max_totals)
                                              : repalloc(query->totals, sizeof(ScanTotal) * query->max_totals);
    }
    query->totals[query->n_totals] = (ScanTotal){.shape = *shape, .scan = -1};
    return query->n_totals++;
}

/* The leader's constants are compared, its workers' are the same ones. */
void
capture_resolve_scans(CapturedQuery *query)
{
    for (int i = 0; i < query->n_totals; i++)
    {
        ScanTotal *total = &query->totals[i];

        for (int c = 0; query->worker && c < total->shape.n_clauses; c++)
            total->shape.clauses[c].constant = 0;
        total->scan = store_scan(query->handle, &total->shape);
    }
}

/*
 * Loops end when the node is scanned again; the one that runs is added by hand.
 * One that was stopped before its first row is only seen by what it removed.
 */
static void
add_counted(const NodeInstrumentation *instrument, ScanTotal *total)
{
    double loops = instrument->nloops + (instrument->running ? 1 : 0);

    if (loops == 0 && instrument->nfiltered1 > 0)
        loops = 1;
    total->executed = total->executed || loops > 0;
    total->counts.loops += loops;
    total->counts.returned += instrument->ntuples + instrument->tuplecount;
}

/*
 * Where rows removed are known, those returned are in the proportion that the
 * planner expects: that also follows scans that stop early or are repeated. But
 * they are at least those that were counted, and at most what the table has besides.
 */
static void
add_estimated(const ScanCounter *counter, double removed, ScanTotal *total)
{
    const NodeInstrumentation *counted = counter->instrument;
    double loops = 1;
    double returned = counter->plan_rows;

    if (counted && counted->nloops > 0)
        loops = counted->nloops + (counted->running ? 1 : 0);
    if (counted && counter->kept < ESTIMATE_KEPT_FRACTION)
    {
        returned = removed * counter->kept / (1 - counter->kept);
        /* After the first rows nobody sees where a loop ends. */
        if (counted->nloops > 0)
            loops = Max(loops, rint(removed / (counter->table_rows * (1 - counter->kept))));
    }
    if (counted)
    {
        if (counter->table_rows > 0)
            returned = Min(returned, loops * counter->table_rows - removed);
        returned = Max(returned, counted->ntuples + counted->tuplecount);
    }
    total->executed = true;
    total->counts.loops += loops;
    total->counts.returned += returned;
    total->counts.returned_estimated = true;
}

/* A scan opens its relation's scan when it is first asked for a row, or by Gather for all processes. */
static bool
is_started(const PlanState *state)
{
    switch (nodeTag(state))
    {
        case T_SeqScanState:
            return ((const ScanState *)state)->ss_currentScanDesc != NULL;
        case T_IndexScanState:
            return ((const IndexScanState *)state)->iss_ScanDesc != NULL;
        case T_IndexOnlyScanState:
            return ((const IndexOnlyScanState *)state)->ioss_ScanDesc != NULL;
        case T_BitmapHeapScanState:
            return ((const BitmapHeapScanState *)state)->initialized;
        default:
            return true;
    }
}

static void
add_counter(const ScanCounter *counter, ScanTotal *total)
{
    const NodeInstrumentation *counted = counter->instrument;
    double removed = counted ? counted->nfiltered1 : 0;

    if (counted != NULL && (counter->mode == COUNT_ALL || !((const FirstRows *)counted)->over))
    {
        add_counted(counted, total);
        /* Of a parallel scan all of the rows may have gone to others. */
        total->executed = total->executed || is_started(counter->state);
    }
    else if (is_started(counter->state))
        add_estimated(counter, removed, total);
    total->counts.removed += removed;
}

/* Also in an aborted transaction: atomics only. */
void
capture_book_scans(CapturedQuery *query)
{
    for (int i = 0; i < query->n_counters; i++)
        add_counter(&query->counters[i], &query->totals[query->counters[i].total]);
    for (int i = 0; i < query->n_totals; i++)
    {
        ScanTotal *total = &query->totals[i];

        total->counts.first = !query->worker;
        if (total->executed && total->scan >= 0)
            store_add_scan(query->handle, total->scan, &total->counts);
    }
}
