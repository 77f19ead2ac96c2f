/*
 * plan_reader.c - what a statement asks of its relations: the hook and the list.
 *
 * The planner calls the hook once per relation and query level, when a
 * relation's conjuncts are distributed, its equivalence classes are closed, its
 * order wishes are known and its row count is estimated: nothing has to be
 * derived here a second time. Work is done in the planner's memory; only what is
 * handed out is copied into the reader's context.
 */
#include "plan_reader.h"

#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "plan_internal.h"
#include "scope.h"

static set_rel_pathlist_hook_type previous_hook = NULL;

/* NULL while nobody reads. */
static MemoryContext reader_context = NULL;
static List *reader_requests = NIL;

static void read_relation(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte);

void
plan_reader_install(void)
{
    previous_hook = set_rel_pathlist_hook;
    set_rel_pathlist_hook = read_relation;
}

void
plan_reader_start(MemoryContext context)
{
    reader_context = context;
    reader_requests = NIL;
}

List *
plan_reader_stop(void)
{
    List *requests = reader_requests;

    reader_context = NULL;
    reader_requests = NIL;
    return requests;
}

/* A tree of tables that inherit, of which each has indexes of its own; partitions share those of their root. */
static bool
is_inheritance_root(const RangeTblEntry *rte)
{
    return rte->inh && rte->relkind != RELKIND_PARTITIONED_TABLE;
}

/* A member of a UNION ALL that was flattened into its level has no parent. */
bool
plan_shares_indexes(Oid parent)
{
    return OidIsValid(parent) && get_rel_relkind(parent) == RELKIND_PARTITIONED_TABLE;
}

static bool
stands_for_itself(PlannerInfo *root, const RelOptInfo *rel)
{
    if (rel->reloptkind == RELOPT_OTHER_MEMBER_REL)
        return !plan_shares_indexes(root->append_rel_array[rel->relid]->parent_reloid);
    return rel->reloptkind == RELOPT_BASEREL;
}

/* What indexes can be for: no partition, which is left to its root, no tree, which is left to its tables, no
 * sample. */
static bool
is_indexed_relation(PlannerInfo *root, RelOptInfo *rel, const RangeTblEntry *rte)
{
    return rte->rtekind == RTE_RELATION && rte->tablesample == NULL && !IS_DUMMY_REL(rel) &&
           !is_inheritance_root(rte) && stands_for_itself(root, rel);
}

static Node *
strip_placeholders_mutator(Node *node, void *context)
{
    if (node == NULL)
        return NULL;
    if (IsA(node, PlaceHolderVar))
        return strip_placeholders_mutator((Node *)((PlaceHolderVar *)node)->phexpr, context);
    return expression_tree_mutator(node, strip_placeholders_mutator, context);
}

Node *
plan_copy_out(const PlanSubject *subject, Node *node)
{
    Node *copy;

    if (node == NULL)
        return NULL;
    copy = strip_placeholders_mutator(copyObject(node), NULL);
    ChangeVarNodes(copy, subject->rel->relid, 1, 0);
    return copy;
}

/* New items in a new list, each as it was, to be completed by whoever knows what it points to. */
static List *
copy_items(List *items, Size size)
{
    List *copies = NIL;
    ListCell *cell;

    foreach (cell, items)
        copies = lappend(copies, memcpy(palloc(size), lfirst(cell), size));
    return copies;
}

static List *
copy_searches(const PlanSubject *subject, List *searches)
{
    List *copies = copy_items(searches, sizeof(PlanSearch));
    ListCell *cell;

    foreach (cell, copies)
    {
        PlanSearch *copy = lfirst(cell);

        copy->key = plan_copy_out(subject, copy->key);
    }
    return copies;
}

static List *
copy_predicates(const PlanSubject *subject, List *predicates)
{
    List *copies = copy_items(predicates, sizeof(PlanPredicate));
    ListCell *cell;

    foreach (cell, copies)
    {
        PlanPredicate *copy = lfirst(cell);

        copy->key = plan_copy_out(subject, copy->key);
        copy->clause = plan_copy_out(subject, copy->clause);
        for (int i = 0; i < lengthof(copy->rewrite_parts); i++)
            copy->rewrite_parts[i] = plan_copy_out(subject, copy->rewrite_parts[i]);
        if (copy->rewrite)
            copy->rewrite = pstrdup(copy->rewrite);
        if (copy->detail)
            copy->detail = pstrdup(copy->detail);
        copy->searches = copy_searches(subject, copy->searches);
    }
    return copies;
}

static List *
copy_orders(const PlanSubject *subject, List *orders)
{
    List *copies = copy_items(orders, sizeof(PlanOrder));
    ListCell *cell;

    foreach (cell, copies)
    {
        PlanOrder *copy = lfirst(cell);

        copy->key = plan_copy_out(subject, copy->key);
    }
    return copies;
}

static bool
same_predicates(List *some, List *others)
{
    ListCell *cell, *other_cell;

    if (list_length(some) != list_length(others))
        return false;
    forboth(cell, some, other_cell, others)
    {
        const PlanPredicate *one = lfirst(cell);
        const PlanPredicate *other = lfirst(other_cell);

        if (one->kind != other->kind || !equal(one->key, other->key) || !equal(one->clause, other->clause))
            return false;
    }
    return true;
}

static bool
same_orders(List *some, List *others)
{
    ListCell *cell, *other_cell;

    if (list_length(some) != list_length(others))
        return false;
    forboth(cell, some, other_cell, others)
    {
        const PlanOrder *one = lfirst(cell);
        const PlanOrder *other = lfirst(other_cell);

        if (!equal(one->key, other->key) || one->descending != other->descending)
            return false;
    }
    return true;
}

/* min(x) is tried with NULLS FIRST and with NULLS LAST; the first trial is the index's natural order. */
static bool
is_known_request(const PlanRequest *request)
{
    ListCell *cell;

    foreach (cell, reader_requests)
    {
        const PlanRequest *known = &((ReadRequest *)lfirst(cell))->request;

        if (known->relid == request->relid && known->rt_index == request->rt_index &&
            known->has_limit == request->has_limit && bms_equal(known->needed, request->needed) &&
            same_predicates(known->predicates, request->predicates) && same_orders(known->orders, request->orders))
            return true;
    }
    return false;
}

static void
hand_out(const PlanSubject *subject, const PlanRequest *request)
{
    MemoryContext planner = MemoryContextSwitchTo(reader_context);
    ReadRequest *read = palloc0(sizeof(ReadRequest));

    read->request = *request;
    read->eref = subject->rte->eref;
    read->request.predicates = copy_predicates(subject, request->predicates);
    read->request.orders = copy_orders(subject, request->orders);
    read->request.distances = copy_searches(subject, request->distances);
    read->request.needed = bms_copy(request->needed);
    if (!is_known_request(&read->request))
        reader_requests = lappend(reader_requests, read);
    MemoryContextSwitchTo(planner);
}

/* LIMIT with nothing between it and the scans and joins that has to see all rows first. */
static bool
limit_stops_scan(const PlannerInfo *root)
{
    const Query *parse = root->parse;

    if (parse->limitCount == NULL || (IsA(parse->limitCount, Const) && ((Const *)parse->limitCount)->constisnull))
        return false;
    return !parse->hasAggs && parse->groupClause == NIL && parse->groupingSets == NIL &&
           parse->distinctClause == NIL && !parse->hasWindowFuncs && parse->setOperations == NULL;
}

/* OFFSET of a level whose LIMIT stops it. */
static double
offset_rows(const PlannerInfo *root)
{
    Node *offset = root->parse->limitOffset;
    const Const *constant = (const Const *)offset;

    if (offset == NULL)
        return 0;
    if (!IsA(offset, Const))
        return UNKNOWN;
    return constant->constisnull ? 0 : (double)DatumGetInt64(constant->constvalue);
}

/* The hook. */
static void
read_relation(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
    PlanSubject subject = {.root = root, .rel = rel, .rte = rte};
    PlanRequest request = {0};

    if (previous_hook)
        previous_hook(root, rel, rti, rte);
    if (reader_context == NULL || !scope_at_own_level())
        return;
    if (rte->rtekind == RTE_SUBQUERY || rte->rtekind == RTE_CTE)
        plan_outside(root, rel, rte, reader_requests, reader_context);
    if (!is_indexed_relation(root, rel, rte))
        return;

    plan_measure(&subject);
    request.relid = rte->relid;
    request.rt_index = rti;
    request.tuples = subject.tuples;
    request.selectivity = subject.tuples > 0 ? Min(1.0, rel->rows / subject.tuples) : 1.0;
    request.predicates = list_concat(plan_predicates(&subject), plan_join_predicates(&subject));
    request.distances = plan_distances(&subject);
    /* Sorted by its distance from one value, an index would serve that value alone. */
    if (request.distances == NIL)
        plan_orders(&subject, &request);
    plan_needed(&subject, &request);
    request.has_limit = limit_stops_scan(root);
    request.offset_rows = request.has_limit ? offset_rows(root) : 0;
    hand_out(&subject, &request);
}
