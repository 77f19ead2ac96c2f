/*
 * whatif.c - other indexes, for one planner call.
 *
 * whatif_plan puts its indexes on its stack and lets scope_plan run the
 * planner; the relation hook looks there only while the planner call that asks
 * is our own. Functions that run during planning therefore plan their statements
 * without any of it, and would fail if they did not: they execute them.
 *
 * Each index injected gets an OID from the top of the OID space, which no
 * relation has. What these OIDs stand for is remembered until the next call, since
 * a plan is walked and printed after it was made.
 */
#include "whatif_internal.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/explain.h"
#include "miscadmin.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "compat.h"
#include "scope.h"

#define TOP_OID PG_UINT32_MAX
#define NO_INDEX (-1)

/* Slots below it are of what is known: the first, the second, ... */
#define FIRST_KNOWN (-2)

/* So few indexes are planned with sooner than looked at. */
#define FEW 8

/* More than any plan without disabled nodes costs. */
#define DISABLED_COST 1.0e10

typedef struct WhatifTree
{
    double tuples;
    int leaves;
} WhatifTree;

/* One whatif_plan in progress; lives on its stack. */
typedef struct WhatifCall
{
    WhatifIndex **indexes;
    int n;
    List *hidden;
    MemoryContext context;
    WhatifTree *trees;             /* the partition tree of each index; no leaves, and NULL, until asked for */
    const PlannerInfo *columns_of; /* whose relation number columns_rti has these columns; NULL: nobody's yet */
    Index columns_rti;
    WhatifColumns columns;
    Oid ancestors_of; /* the last partition whose ancestors were looked up */
    List *ancestors;
} WhatifCall;

static WhatifCall *current_call;

static int64 planner_calls = 0;

/* Slot i says which index of its call the OID TOP_OID - i is; NO_INDEX if that OID is a real relation's,
 * FIRST_KNOWN and below for statistics alone. */
static int *slots;
static int n_slots, max_slots;

/* Indexes whose names can be printed. */
static WhatifIndex **named_indexes;
static int n_named_indexes;

static compat_relation_hook_type previous_relation_hook;
static explain_get_index_name_hook_type previous_index_name;

static void change_indexes(COMPAT_RELATION_PARAMETERS);
static bool holds_rows(PlannerInfo *root, const RelOptInfo *rel);
static void hide_indexes(WhatifCall *call, RelOptInfo *rel);
static bool is_hidden(const WhatifCall *call, Oid indexoid);
static void inject_indexes(WhatifCall *call, PlannerInfo *root, Oid relid, RelOptInfo *rel);
static void inject_known(WhatifCall *call, PlannerInfo *root, Oid relid, RelOptInfo *rel);
static const WhatifColumns *columns_named(WhatifCall *call, PlannerInfo *root, Index rti, Oid *named);
static bool covers(WhatifCall *call, const WhatifIndex *index, PlannerInfo *root, Oid relid, RelOptInfo *rel);
static Oid climb(PlannerInfo *root, Oid relid, Index rti, Oid target);
static bool has_ancestor(WhatifCall *call, Oid relid, Oid target);
static WhatifPart part_of_index(WhatifCall *call, int position, Oid relid, const RelOptInfo *rel);
static WhatifTree count_tree(Oid root_relid);
static Oid take_oid(int position);
static int index_of_oid(Oid oid);
static const char *hypothetical_name(Oid indexoid);
static Bitmapset *used_indexes(const PlannedStmt *plan, int n);
static Bitmapset *add_used(Plan *plan, int n, Bitmapset *used);
static Bitmapset *add_used_list(List *plans, int n, Bitmapset *used);

void
whatif_install(void)
{
    previous_relation_hook = compat_relation_hook;
    compat_relation_hook = change_indexes;
    whatif_watch_catalogs();
    previous_index_name = explain_get_index_name_hook;
    explain_get_index_name_hook = hypothetical_name;
    whatif_stats_install();
    whatif_groups_install();
    whatif_ends_install();
    whatif_estimate_install();
}

PlannedStmt *
whatif_plan(Query *query, const char *text, int cursor_options, ParamListInfo params, WhatifIndex **indexes, int n,
            List *hidden, Bitmapset **used)
{
    WhatifCall call = {indexes, n, hidden, CurrentMemoryContext};
    WhatifCall *outer = current_call;
    PlannedStmt *plan;

    if (outer == NULL)
        n_slots = 0;

    planner_calls++;
    current_call = &call;
    PG_TRY();
    {
        /* To see whether a plan can run backwards the planner opens its indexes. */
        plan = scope_plan(query, text, cursor_options & ~CURSOR_OPT_SCROLL, params);
    }
    PG_FINALLY();
    {
        current_call = outer;
    }
    PG_END_TRY();

    if (used)
        *used = used_indexes(plan, n);
    return plan;
}

int64
whatif_planner_calls(void)
{
    return planner_calls;
}

double
whatif_cost(const PlannedStmt *plan)
{
    return plan->planTree->total_cost + compat_disabled_nodes(plan->planTree) * DISABLED_COST;
}

void
whatif_begin_names(WhatifIndex **indexes, int n)
{
    named_indexes = indexes;
    n_named_indexes = n;
}

void
whatif_end_names(void)
{
    named_indexes = NULL;
    n_named_indexes = 0;
}

static const char *
hypothetical_name(Oid indexoid)
{
    int position = n_named_indexes > 0 ? index_of_oid(indexoid) : NO_INDEX;

    if (position >= 0 && position < n_named_indexes)
        return whatif_index_name(named_indexes[position]);
    return previous_index_name ? previous_index_name(indexoid) : NULL;
}

static void
change_indexes(COMPAT_RELATION_PARAMETERS)
{
    WhatifCall *call = current_call;
    const RangeTblEntry *entry = planner_rt_fetch(rel->relid, root);

    if (previous_relation_hook)
        previous_relation_hook(COMPAT_RELATION_ARGUMENTS);
    if (call == NULL || !scope_at_own_level() || entry->rtekind != RTE_RELATION)
        return;
    if (call->hidden != NIL)
        hide_indexes(call, rel);
    if (entry->inh || !holds_rows(root, rel))
        return;
    inject_indexes(call, root, entry->relid, rel);
    inject_known(call, root, entry->relid, rel);
}

/*
 * A unique index goes on proving uniqueness: the constraint that it stands for
 * holds, and to lose it would change estimates and join removal as well.
 */
static void
hide_indexes(WhatifCall *call, RelOptInfo *rel)
{
    List *left = NIL;
    ListCell *cell;

    foreach (cell, rel->indexlist)
    {
        IndexOptInfo *info = lfirst_node(IndexOptInfo, cell);

        if (is_hidden(call, info->indexoid))
        {
            if (!info->unique)
                continue;
            info->amhasgettuple = false;
            info->amhasgetbitmap = false;
            /* Partial paths are added whatever the two above say. */
            info->amcanparallel = false;
        }
        left = lappend(left, info);
    }
    rel->indexlist = left;
}

/* Hiding the index of a partitioned table hides its parts. */
static bool
is_hidden(const WhatifCall *call, Oid indexoid)
{
    ListCell *cell;

    if (list_member_oid(call->hidden, indexoid))
        return true;
    if (!get_rel_relispartition(indexoid))
        return false;
    foreach (cell, get_partition_ancestors(indexoid))
    {
        if (list_member_oid(call->hidden, lfirst_oid(cell)))
            return true;
    }
    return false;
}

static bool
holds_rows(PlannerInfo *root, const RelOptInfo *rel)
{
    char relkind = root->simple_rte_array[rel->relid]->relkind;

    return relkind == RELKIND_RELATION || relkind == RELKIND_MATVIEW;
}

/* Put in front, as the planner has a table's latest index: that decides between equally good ones. */
static void
inject_indexes(WhatifCall *call, PlannerInfo *root, Oid relid, RelOptInfo *rel)
{
    Oid named = InvalidOid;
    const WhatifColumns *columns = call->n > FEW ? columns_named(call, root, rel->relid, &named) : NULL;

    for (int i = 0; i < call->n; i++)
    {
        WhatifIndex *index = call->indexes[i];
        WhatifPart part;

        if (columns != NULL && index->relid == named && !whatif_is_relevant(index, columns))
            continue;
        if (!covers(call, index, root, relid, rel))
            continue;
        part = part_of_index(call, i, relid, rel);
        rel->indexlist = lcons(whatif_build_index(rel, relid, index, part, take_oid(i)), rel->indexlist);
    }
}

/* Behind all others: the planner looks for the statistics of an expression among a table's indexes, used or not. */
static void
inject_known(WhatifCall *call, PlannerInfo *root, Oid relid, RelOptInfo *rel)
{
    int n = whatif_estimate_is_unlearnt() ? 0 : list_length(whatif_run_known());

    for (int i = 0; i < n; i++)
    {
        WhatifIndex *known = whatif_known_index(i);
        IndexOptInfo *info;

        if (known == NULL || !covers(call, known, root, relid, rel))
            continue;
        info = whatif_build_index(rel, relid, known, (WhatifPart){1.0, 1}, take_oid(FIRST_KNOWN - i));
        info->amhasgettuple = false;
        info->amhasgetbitmap = false;
        info->amcanparallel = false;
        rel->indexlist = lappend(rel->indexlist, info);
    }
}

/* Of the table that the statement names and rti is a leaf of, or is itself. NULL: it is an arm of a UNION ALL. */
static const WhatifColumns *
columns_named(WhatifCall *call, PlannerInfo *root, Index rti, Oid *named)
{
    while (root->append_rel_array != NULL && root->append_rel_array[rti] != NULL)
    {
        if (!OidIsValid(root->append_rel_array[rti]->parent_reloid))
            return NULL;
        rti = root->append_rel_array[rti]->parent_relid;
    }
    *named = root->simple_rte_array[rti]->relid;
    if (call->columns_of != root || call->columns_rti != rti)
    {
        whatif_asked_columns(root, rti, &call->columns);
        call->columns_of = root;
        call->columns_rti = rti;
    }
    return &call->columns;
}

/*
 * Is the relation the index's table, or a leaf of it? The way up is looked for in the query
 * first, then once in the catalog for what the query names itself.
 */
static bool
covers(WhatifCall *call, const WhatifIndex *index, PlannerInfo *root, Oid relid, RelOptInfo *rel)
{
    Oid named;

    if (index->relid == relid)
        return true;
    if (!get_rel_relispartition(relid) || get_rel_relkind(index->relid) != RELKIND_PARTITIONED_TABLE)
        return false;
    named = climb(root, relid, rel->relid, index->relid);
    return named == index->relid || has_ancestor(call, named, index->relid);
}

/* From a partition upwards to the target, or to the ancestor that the query names. */
static Oid
climb(PlannerInfo *root, Oid relid, Index rti, Oid target)
{
    while (relid != target && root->append_rel_array != NULL)
    {
        const AppendRelInfo *link = root->append_rel_array[rti];

        if (link == NULL || !OidIsValid(link->parent_reloid))
            break;
        relid = link->parent_reloid;
        rti = link->parent_relid;
    }
    return relid;
}

static bool
has_ancestor(WhatifCall *call, Oid relid, Oid target)
{
    if (call->ancestors_of != relid)
    {
        MemoryContext previous = MemoryContextSwitchTo(call->context);

        call->ancestors = get_rel_relispartition(relid) ? get_partition_ancestors(relid) : NIL;
        call->ancestors_of = relid;
        MemoryContextSwitchTo(previous);
    }
    return list_member_oid(call->ancestors, target);
}

/* An index of a partitioned table is shared out over the leaves by their rows. */
static WhatifPart
part_of_index(WhatifCall *call, int position, Oid relid, const RelOptInfo *rel)
{
    const WhatifIndex *index = call->indexes[position];
    WhatifTree *tree;

    if (index->relid == relid)
        return (WhatifPart){1.0, 1};
    if (call->trees == NULL)
        call->trees = MemoryContextAllocZero(call->context, call->n * sizeof(WhatifTree));
    tree = &call->trees[position];
    if (tree->leaves == 0)
        *tree = count_tree(index->relid);
    return (WhatifPart){rel->tuples < tree->tuples ? rel->tuples / tree->tuples : 1.0, tree->leaves};
}

static WhatifTree
count_tree(Oid root_relid)
{
    WhatifTree tree = {0};
    ListCell *cell;

    foreach (cell, find_all_inheritors(root_relid, NoLock, NULL))
    {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(cell)));
        Form_pg_class form;

        if (!HeapTupleIsValid(tuple))
            continue;
        form = (Form_pg_class)GETSTRUCT(tuple);
        if (form->relkind == RELKIND_RELATION)
        {
            tree.leaves++;
            tree.tuples += Max(form->reltuples, 0);
        }
        ReleaseSysCache(tuple);
    }
    return tree;
}

static Oid
take_oid(int position)
{
    for (;;)
    {
        Oid oid = TOP_OID - n_slots;
        bool taken = SearchSysCacheExists1(RELOID, ObjectIdGetDatum(oid));

        if (n_slots == max_slots)
        {
            int more = Max(64, 2 * max_slots);

            slots = slots ? repalloc(slots, more * sizeof(int))
                          : MemoryContextAlloc(TopMemoryContext, more * sizeof(int));
            max_slots = more;
        }
        slots[n_slots++] = taken ? NO_INDEX : position;
        if (!taken)
            return oid;
    }
}

static int
index_of_oid(Oid oid)
{
    uint32 slot = TOP_OID - oid;

    return slot < (uint32)n_slots ? slots[slot] : NO_INDEX;
}

const WhatifIndex *
whatif_index_at(Oid oid)
{
    int position = current_call ? index_of_oid(oid) : NO_INDEX;

    if (position <= FIRST_KNOWN)
        return whatif_known_index(FIRST_KNOWN - position);
    return position >= 0 && position < current_call->n ? current_call->indexes[position] : NULL;
}

int
whatif_position(const Plan *plan)
{
    return index_of_oid(whatif_scanned_index(plan));
}

static Bitmapset *
used_indexes(const PlannedStmt *plan, int n)
{
    return add_used_list(plan->subplans, n, add_used(plan->planTree, n, NULL));
}

static Bitmapset *
add_used(Plan *plan, int n, Bitmapset *used)
{
    int position;

    if (plan == NULL)
        return used;
    check_stack_depth();
    position = whatif_position(plan);
    if (position >= 0 && position < n)
        used = bms_add_member(used, position);
    used = add_used(plan->lefttree, n, used);
    used = add_used(plan->righttree, n, used);
    return add_used_list(whatif_child_plans(plan), n, used);
}

static Bitmapset *
add_used_list(List *plans, int n, Bitmapset *used)
{
    ListCell *cell;

    foreach (cell, plans)
        used = add_used(lfirst(cell), n, used);
    return used;
}

Oid
whatif_scanned_index(const Plan *plan)
{
    switch (nodeTag(plan))
    {
        case T_IndexScan:
            return ((const IndexScan *)plan)->indexid;
        case T_IndexOnlyScan:
            return ((const IndexOnlyScan *)plan)->indexid;
        case T_BitmapIndexScan:
            return ((const BitmapIndexScan *)plan)->indexid;
        default:
            return InvalidOid;
    }
}

List *
whatif_child_plans(Plan *plan)
{
    switch (nodeTag(plan))
    {
        case T_Append:
            return ((Append *)plan)->appendplans;
        case T_MergeAppend:
            return ((MergeAppend *)plan)->mergeplans;
        case T_BitmapAnd:
            return ((BitmapAnd *)plan)->bitmapplans;
        case T_BitmapOr:
            return ((BitmapOr *)plan)->bitmapplans;
        case T_SubqueryScan:
            return list_make1(((SubqueryScan *)plan)->subplan);
        case T_CustomScan:
            return ((CustomScan *)plan)->custom_plans;
        default:
            return NIL;
    }
}
