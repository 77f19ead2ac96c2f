/*
 * plan_mismatch.c - joins of columns whose types differ.
 *
 * Where an integer is compared with a numeric, a char(n) with a text, the planner casts the one to
 * the type of the other, and an index on the column that is cast is searched for nothing. That is
 * told where few rows of the other side would be looked up: else all rows are wanted, and the
 * cast is no obstacle to anything.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "plan_internal.h"

/* Look-ups that find more than this share of the rows had better read all of them. */
#define FEW_ROWS 0.1

/* The column below an implicit cast, as plan_key judged it. */
static Var *
cast_column(Node *side)
{
    side = plan_strip_relabel(side);
    return (Var *)plan_strip_relabel(IsA(side, CoerceViaIO) ? (Node *)((CoerceViaIO *)side)->arg
                                                            : (Node *)linitial(((FuncExpr *)side)->args));
}

static const char *
table_name(Oid relid)
{
    return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* As a step: which column to give another type. char(n) pads, and other types are narrower for a reason. */
static void
set_remedy(const PlanSubject *subject, PlanPredicate *predicate, const Var *column, Node *other)
{
    const char *own = format_type_with_typemod(getBaseType(column->vartype), -1);
    const char *theirs = format_type_be(exprType(other));
    const char *name = quote_identifier(get_attname(subject->rte->relid, column->varattno, false));
    const RangeTblEntry *rte = IsA(other, Var) ? planner_rt_fetch(((Var *)other)->varno, subject->root) : NULL;

    if (column->vartype == BPCHAROID)
        predicate->rewrite = psprintf("ALTER TABLE %s ALTER %s TYPE %s, for both sides to be of one type",
                                      table_name(subject->rte->relid), name, theirs);
    else if (rte && rte->rtekind == RTE_RELATION && ((Var *)other)->varattno > 0)
    {
        const char *their_name = quote_identifier(get_attname(rte->relid, ((Var *)other)->varattno, false));

        predicate->rewrite = psprintf("%s.%s::%s, or ALTER TABLE %s ALTER %s TYPE %s, if its values are such",
                                      quote_identifier(rte->eref->aliasname), their_name, own,
                                      table_name(rte->relid), their_name, own);
    }
    else
        predicate->rewrite = psprintf("the other side as %s", own);
    predicate->detail = psprintf("it is %s, the other side %s", own, theirs);
}

static Node *
unequal_side(const PlanSubject *subject, Node *side)
{
    PlanKey key;

    return plan_key(subject, side, &key) == OBSTACLE_IMPLICIT_CAST ? side : NULL;
}

/* Rows that the other side looks up; negative: it is not one relation. */
static double
rows_of(const PlanSubject *subject, Relids relids)
{
    int member;

    if (!bms_get_singleton_member(relids, &member) || member == subject->rel->relid ||
        subject->root->simple_rel_array[member] == NULL)
        return UNKNOWN;
    return subject->root->simple_rel_array[member]->rows;
}

static List *
add_mismatch(const PlanSubject *subject, List *joins, Node *side, Node *other, double rows)
{
    Var *column = cast_column(side);
    PlanKey key = {.attno = column->varattno, .node = (Node *)column};
    double found = rows * plan_equality_selectivity(subject, &key);
    PlanPredicate *predicate;

    if (rows < 0 || found > FEW_ROWS)
        return joins;
    predicate = palloc0(sizeof(PlanPredicate));
    predicate->kind = PREDICATE_OTHER;
    predicate->obstacle = OBSTACLE_IMPLICIT_CAST;
    predicate->attno = key.attno;
    predicate->key = key.node;
    predicate->selectivity = 1.0;
    set_remedy(subject, predicate, column, plan_strip_relabel(other));
    return lappend(joins, predicate);
}

static List *
class_mismatches(const PlanSubject *subject, List *joins, const EquivalenceClass *class)
{
    ListCell *cell, *other_cell;

    foreach (cell, class->ec_members)
    {
        EquivalenceMember *member = lfirst(cell);
        Node *side;

        if (member->em_is_child || member->em_is_const || !bms_equal(member->em_relids, subject->rel->relids) ||
            (side = unequal_side(subject, (Node *)member->em_expr)) == NULL)
            continue;
        foreach (other_cell, class->ec_members)
        {
            EquivalenceMember *other = lfirst(other_cell);

            if (!other->em_is_child && !other->em_is_const)
                joins =
                    add_mismatch(subject, joins, side, (Node *)other->em_expr, rows_of(subject, other->em_relids));
        }
    }
    return joins;
}

/* Of outer joins, and of operators that sort nothing. */
static List *
clause_mismatch(const PlanSubject *subject, List *joins, const RestrictInfo *clause)
{
    OpExpr *comparison = (OpExpr *)clause->clause;
    Node *left, *right;

    if (!IsA(comparison, OpExpr) || list_length(comparison->args) != 2)
        return joins;
    left = linitial(comparison->args);
    right = lsecond(comparison->args);
    if (!op_mergejoinable(comparison->opno, exprType(left)))
        return joins;
    if (bms_equal(clause->left_relids, subject->rel->relids) && unequal_side(subject, left))
        return add_mismatch(subject, joins, left, right, rows_of(subject, clause->right_relids));
    if (bms_equal(clause->right_relids, subject->rel->relids) && unequal_side(subject, right))
        return add_mismatch(subject, joins, right, left, rows_of(subject, clause->left_relids));
    return joins;
}

List *
plan_mismatched_joins(const PlanSubject *subject)
{
    List *joins = NIL;
    ListCell *cell;

    foreach (cell, subject->root->eq_classes)
    {
        EquivalenceClass *class = lfirst(cell);

        if (!class->ec_has_const && !class->ec_has_volatile && !class->ec_merged &&
            bms_is_member(subject->rel->relid, class->ec_relids))
            joins = class_mismatches(subject, joins, class);
    }
    foreach (cell, subject->rel->joininfo)
        joins = clause_mismatch(subject, joins, lfirst_node(RestrictInfo, cell));
    return joins;
}
