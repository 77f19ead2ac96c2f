/*
 * plan_note.c - how a finished plan reads the relations that were asked about.
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/partition.h"
#include "miscadmin.h"
#include "nodes/pathnodes.h"
#include "utils/lsyscache.h"

#include "plan_internal.h"

typedef struct NoteJob
{
    const PlannedStmt *plan;
    List *requests;
} NoteJob;

static void note_node(const NoteJob *job, const Plan *node);

/* The range table entry that stands for a whole partition tree, seen from one of its leaves. */
static Index
root_entry(const PlannedStmt *plan, Index entry)
{
    bool climbed = true;

    while (climbed)
    {
        ListCell *cell;

        climbed = false;
        foreach (cell, plan->appendRelations)
        {
            AppendRelInfo *step = lfirst(cell);

            if (step->child_relid == entry && plan_shares_indexes(step->parent_reloid))
            {
                entry = step->parent_relid;
                climbed = true;
                break;
            }
        }
    }
    return entry;
}

static PlanRequest *
find_request(const NoteJob *job, Index entry)
{
    RangeTblEntry *rte = list_nth(job->plan->rtable, root_entry(job->plan, entry) - 1);
    ListCell *cell;

    foreach (cell, job->requests)
    {
        ReadRequest *read = lfirst(cell);

        if (read->eref == rte->eref && read->request.relid == rte->relid)
            return &read->request;
    }
    return NULL;
}

/* The index of the whole tree that a leaf's index is a part of, or none: a leaf may have an index of its own. */
static Oid
index_of(Oid relid, Oid index)
{
    List *ancestors = get_rel_relispartition(index) ? get_partition_ancestors(index) : NIL;

    if (ancestors != NIL)
        index = llast_oid(ancestors);
    return IndexGetRelation(index, true) == relid ? index : InvalidOid;
}

static void
note_scan(const NoteJob *job, Index entry, Oid index, const List *conditions)
{
    PlanRequest *request = find_request(job, entry);

    if (request == NULL)
        return;
    if (!OidIsValid(index))
        request->sequential = true;
    else if (!OidIsValid(request->served_by))
        request->served_by = index_of(request->relid, index);
    if (OidIsValid(index) && conditions != NIL && !OidIsValid(request->searched_by))
        request->searched_by = index_of(request->relid, index);
}

static void
note_list(const NoteJob *job, List *nodes)
{
    ListCell *cell;

    foreach (cell, nodes)
        note_node(job, lfirst(cell));
}

static void
note_node(const NoteJob *job, const Plan *node)
{
    if (node == NULL)
        return;
    check_stack_depth();
    switch (nodeTag(node))
    {
        case T_SeqScan:
            note_scan(job, ((const Scan *)node)->scanrelid, InvalidOid, NIL);
            break;
        case T_IndexScan:
            note_scan(job, ((const Scan *)node)->scanrelid, ((const IndexScan *)node)->indexid,
                      ((const IndexScan *)node)->indexqual);
            break;
        case T_IndexOnlyScan:
            note_scan(job, ((const Scan *)node)->scanrelid, ((const IndexOnlyScan *)node)->indexid,
                      ((const IndexOnlyScan *)node)->indexqual);
            break;
        case T_BitmapIndexScan:
            note_scan(job, ((const Scan *)node)->scanrelid, ((const BitmapIndexScan *)node)->indexid,
                      ((const BitmapIndexScan *)node)->indexqual);
            break;
        case T_Append:
            note_list(job, ((const Append *)node)->appendplans);
            break;
        case T_MergeAppend:
            note_list(job, ((const MergeAppend *)node)->mergeplans);
            break;
        case T_BitmapAnd:
            note_list(job, ((const BitmapAnd *)node)->bitmapplans);
            break;
        case T_BitmapOr:
            note_list(job, ((const BitmapOr *)node)->bitmapplans);
            break;
        case T_SubqueryScan:
            note_node(job, ((const SubqueryScan *)node)->subplan);
            break;
        case T_CustomScan:
            note_list(job, ((const CustomScan *)node)->custom_plans);
            break;
        default:
            break;
    }
    note_node(job, node->lefttree);
    note_node(job, node->righttree);
}

static bool
is_noted(const PlanRequest *request)
{
    return request->sequential || OidIsValid(request->served_by);
}

/*
 * max(x) is also planned as ORDER BY x LIMIT 1, and some sub-queries both ways round.
 * A way that was not taken is read as the way that was.
 */
static void
note_untaken(const NoteJob *job, PlanRequest *untaken)
{
    ListCell *cell;

    foreach (cell, job->requests)
    {
        const PlanRequest *taken = &((ReadRequest *)lfirst(cell))->request;

        if (taken->relid == untaken->relid && taken->rt_index == untaken->rt_index && is_noted(taken))
        {
            untaken->sequential = taken->sequential;
            untaken->served_by = taken->served_by;
            return;
        }
    }
}

void
plan_reader_note_plan(List *requests, const PlannedStmt *plan)
{
    NoteJob job = {plan, requests};
    ListCell *cell;

    note_node(&job, plan->planTree);
    note_list(&job, plan->subplans);
    foreach (cell, requests)
    {
        PlanRequest *request = lfirst(cell);

        if (!is_noted(request))
            note_untaken(&job, request);
    }
}
