/*
 * plan_relation.c - joins, orders, needed columns and estimates of one relation.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/pg_statistic.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "compat.h"
#include "plan_internal.h"

/* ---- estimates ---- */

static bool
is_descendant(PlannerInfo *root, Index child, Index ancestor)
{
    while (root->append_rel_array && root->append_rel_array[child])
    {
        child = root->append_rel_array[child]->parent_relid;
        if (child == ancestor)
            return true;
    }
    return false;
}

/* ANALYZE of the root itself was run: autovacuum never does it for partitioned tables. */
static bool
has_inherited_statistics(Oid relid, int natts)
{
    for (int attno = 1; attno <= natts; attno++)
    {
        if (SearchSysCacheExists3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum((AttrNumber)attno),
                                  BoolGetDatum(true)))
            return true;
    }
    return false;
}

/*
 * Rows of a tree are those of its live leaves: up to 16 the planner gives a root
 * its rows after the filter as its size. Without statistics of its own a root is
 * estimated through its largest leaf, as its index would be built leaf by leaf.
 */
void
plan_measure(PlanSubject *subject)
{
    PlannerInfo *root = subject->root;
    RelOptInfo *largest = NULL;
    double tuples = 0;

    if (!subject->rte->inh)
    {
        subject->tuples = subject->rel->tuples;
        return;
    }
    for (Index i = 1; i < root->simple_rel_array_size; i++)
    {
        RelOptInfo *rel = root->simple_rel_array[i];

        if (rel == NULL || root->simple_rte_array[i]->inh || IS_DUMMY_REL(rel) ||
            !is_descendant(root, i, subject->rel->relid))
            continue;
        tuples += Max(rel->tuples, 0);
        if (largest == NULL || rel->tuples > largest->tuples)
            largest = rel;
    }
    subject->tuples = tuples;
    if (!has_inherited_statistics(subject->rte->relid, subject->rel->max_attr))
        subject->leaf = largest;
}

/* A clause of the root in terms of its representative leaf. */
static Node *
translate_to_leaf(const PlanSubject *subject, Node *clause)
{
    PlannerInfo *root = subject->root;
    List *steps = NIL;
    ListCell *cell;

    for (Index child = subject->leaf->relid; child != subject->rel->relid;
         child = root->append_rel_array[child]->parent_relid)
        steps = lcons(root->append_rel_array[child], steps);
    foreach (cell, steps)
    {
        AppendRelInfo *step = lfirst(cell);

        clause = adjust_appendrel_attrs(root, clause, 1, &step);
    }
    return clause;
}

double
plan_selectivity(const PlanSubject *subject, Node *clause)
{
    if (subject->leaf)
        clause = translate_to_leaf(subject, clause);
    return clause_selectivity(subject->root, clause, 0, JOIN_INNER, NULL);
}

/* One over the number of distinct values: what one row of the other side finds here on average. */
double
plan_equality_selectivity(const PlanSubject *subject, const PlanKey *key)
{
    Node *node = subject->leaf ? translate_to_leaf(subject, key->node) : key->node;
    VariableStatData statistics;
    bool is_default;
    double n_distinct;

    examine_variable(subject->root, node, 0, &statistics);
    n_distinct = get_variable_numdistinct(&statistics, &is_default);
    ReleaseVariableStats(statistics);
    return 1.0 / Max(n_distinct, 1.0);
}

/* ---- joins ---- */

static bool
is_known_join(List *joins, const PlanKey *key)
{
    ListCell *cell;

    foreach (cell, joins)
    {
        PlanPredicate *join = lfirst(cell);

        if (join->attno == key->attno && equal(join->key, key->node))
            return true;
    }
    return false;
}

static List *
add_join(const PlanSubject *subject, List *joins, const PlanKey *key, Oid op)
{
    PlanPredicate *join;

    if (is_known_join(joins, key))
        return joins;
    join = palloc0(sizeof(PlanPredicate));
    join->kind = PREDICATE_JOIN;
    join->attno = key->attno;
    join->key = key->node;
    join->op = op;
    join->selectivity = plan_equality_selectivity(subject, key);
    return lappend(joins, join);
}

/* Members of the class that are this relation's alone, as btree keys that sort and compare as the class does. */
static List *
class_keys(const PlanSubject *subject, const EquivalenceClass *class)
{
    List *keys = NIL;
    ListCell *cell;

    foreach (cell, class->ec_members)
    {
        EquivalenceMember *member = lfirst(cell);
        PlanKey *key = palloc(sizeof(PlanKey));

        if (!member->em_is_child && !member->em_is_const && bms_equal(member->em_relids, subject->rel->relids) &&
            plan_key(subject, (Node *)member->em_expr, key) == OBSTACLE_NONE &&
            list_member_oid(class->ec_opfamilies, key->opfamily) && key->collation == class->ec_collation)
            keys = lappend(keys, key);
    }
    return keys;
}

static bool
has_member_elsewhere(const PlanSubject *subject, const EquivalenceClass *class)
{
    ListCell *cell;

    foreach (cell, class->ec_members)
    {
        EquivalenceMember *member = lfirst(cell);

        if (!member->em_is_child && !bms_is_empty(member->em_relids) &&
            !bms_is_member(subject->rel->relid, member->em_relids))
            return true;
    }
    return false;
}

static List *
class_joins(const PlanSubject *subject, List *joins)
{
    ListCell *class_cell, *cell;

    foreach (class_cell, subject->root->eq_classes)
    {
        EquivalenceClass *class = lfirst(class_cell);

        if (class->ec_has_const || class->ec_has_volatile || class->ec_merged ||
            !bms_is_member(subject->rel->relid, class->ec_relids) || !has_member_elsewhere(subject, class))
            continue;
        foreach (cell, class_keys(subject, class))
            joins = add_join(subject, joins, lfirst(cell), InvalidOid);
    }
    return joins;
}

static bool
is_other_side(const PlanSubject *subject, Relids relids)
{
    return !bms_is_empty(relids) && !bms_is_member(subject->rel->relid, relids);
}

/* The relation's side of a comparison with another relation, and the operator seen from it; NULL if it has none. */
static Node *
join_side(const PlanSubject *subject, const RestrictInfo *clause, Oid *op)
{
    OpExpr *comparison = (OpExpr *)clause->clause;

    if (!IsA(comparison, OpExpr) || list_length(comparison->args) != 2)
        return NULL;
    if (bms_equal(clause->left_relids, subject->rel->relids) && is_other_side(subject, clause->right_relids))
    {
        *op = comparison->opno;
        return linitial(comparison->args);
    }
    if (bms_equal(clause->right_relids, subject->rel->relids) && is_other_side(subject, clause->left_relids))
    {
        *op = get_commutator(comparison->opno);
        return lsecond(comparison->args);
    }
    return NULL;
}

/* Outer joins and operators without equivalence class stay clauses. */
static List *
clause_joins(const PlanSubject *subject, List *joins)
{
    ListCell *cell;

    foreach (cell, subject->rel->joininfo)
    {
        RestrictInfo *clause = lfirst_node(RestrictInfo, cell);
        Oid op;
        Node *side = join_side(subject, clause, &op);
        PlanKey key;

        if (side && plan_key(subject, side, &key) == OBSTACLE_NONE &&
            plan_key_strategy(&key, op, ((OpExpr *)clause->clause)->inputcollid) == BTEqualStrategyNumber)
            joins = add_join(subject, joins, &key, op);
    }
    return joins;
}

/*
 * An OR that is partly about this relation and partly about others settles nothing here. Without a clause: that
 * would hold columns of the others.
 */
static List *
ors_across(const PlanSubject *subject, List *joins)
{
    ListCell *cell;

    foreach (cell, subject->rel->joininfo)
    {
        const RestrictInfo *clause = lfirst_node(RestrictInfo, cell);
        PlanPredicate *predicate;

        if (clause->orclause == NULL)
            continue;
        predicate = palloc0(sizeof(PlanPredicate));
        predicate->kind = PREDICATE_OTHER;
        predicate->obstacle = OBSTACLE_OR_RELATIONS;
        predicate->selectivity = 1.0;
        joins = lappend(joins, predicate);
    }
    return joins;
}

List *
plan_join_predicates(const PlanSubject *subject)
{
    return list_concat(ors_across(subject, clause_joins(subject, class_joins(subject, NIL))),
                       plan_mismatched_joins(subject));
}

/* ---- orders ---- */

static PlanOrder *
path_key_order(const PlanSubject *subject, const PathKey *path_key)
{
    EquivalenceClass *class = path_key->pk_eclass;
    ListCell *cell;

    while (class->ec_merged)
        class = class->ec_merged;
    if (class->ec_has_volatile)
        return NULL;
    foreach (cell, class_keys(subject, class))
    {
        PlanKey *key = lfirst(cell);
        PlanOrder *order;

        if (key->opfamily != path_key->pk_opfamily)
            continue;
        order = palloc(sizeof(PlanOrder));
        order->attno = key->attno;
        order->key = key->node;
        order->descending = pathkey_is_descending(path_key);
        order->nulls_first = path_key->pk_nulls_first;
        return order;
    }
    return NULL;
}

/*
 * Directions matter for ORDER BY, also where a grouping below it serves it, for
 * windows, and where aggregates want their input sorted. A mere grouping is
 * served by any order of its columns.
 */
static OrderKind
order_kind(PlannerInfo *root)
{
    List *wanted = root->query_pathkeys;

    if (wanted == root->window_pathkeys ||
        (root->sort_pathkeys && pathkeys_contained_in(root->sort_pathkeys, wanted)))
        return ORDER_SORT;
    if (wanted == root->group_pathkeys && list_length(wanted) > grouping_path_keys(root))
        return ORDER_SORT;
    return ORDER_GROUP;
}

/* What the planner wants to come out of scans and joins, as far as this relation can give it. */
void
plan_orders(const PlanSubject *subject, PlanRequest *request)
{
    List *wanted = subject->root->query_pathkeys;
    ListCell *cell;

    foreach (cell, wanted)
    {
        PlanOrder *order = path_key_order(subject, lfirst(cell));

        if (order == NULL)
            break;
        request->orders = lappend(request->orders, order);
    }
    if (request->orders == NIL)
        return;
    request->order_complete = list_length(request->orders) == list_length(wanted);
    request->order_kind = order_kind(subject->root);
}

/* ---- needed columns ---- */

static bool
is_locked(const PlanSubject *subject)
{
    ListCell *cell;

    foreach (cell, subject->root->rowMarks)
    {
        if (((PlanRowMark *)lfirst(cell))->rti == subject->rel->relid)
            return true;
    }
    return false;
}

/* An index has no system columns (tableoid is known without the row) and no whole rows. */
static bool
needs_the_row(const PlanSubject *subject)
{
    const RelOptInfo *rel = subject->rel;

    for (AttrNumber attno = rel->min_attr; attno <= 0; attno++)
    {
        if (attno != TableOidAttributeNumber && !bms_is_empty(rel->attr_needed[attno - rel->min_attr]))
            return true;
    }
    return false;
}

/*
 * What the levels above and the joins want, which members of a UNION ALL have only
 * in their target, and what the relation's own conjuncts read.
 */
void
plan_needed(const PlanSubject *subject, PlanRequest *request)
{
    const RelOptInfo *rel = subject->rel;
    Bitmapset *read = NULL;
    int member = -1;
    ListCell *cell;

    pull_varattnos((Node *)rel->reltarget->exprs, rel->relid, &read);
    foreach (cell, rel->baserestrictinfo)
        pull_varattnos((Node *)lfirst_node(RestrictInfo, cell)->clause, rel->relid, &read);
    request->index_only_possible = !needs_the_row(subject) && !is_locked(subject) &&
                                   !bms_is_member(rel->relid, subject->root->all_result_relids);
    while ((member = bms_next_member(read, member)) >= 0)
    {
        AttrNumber attno = member + FirstLowInvalidHeapAttributeNumber;

        if (attno > 0)
            request->needed = bms_add_member(request->needed, attno);
        else if (attno != TableOidAttributeNumber)
            request->index_only_possible = false;
    }
    for (AttrNumber attno = 1; attno <= rel->max_attr; attno++)
    {
        if (!bms_is_empty(rel->attr_needed[attno - rel->min_attr]))
            request->needed = bms_add_member(request->needed, attno);
    }
}
