/*
 * plan_predicates.c - conjuncts, judged by what an index could do with them.
 *
 * Operators are judged by membership in operator families, not by name: a btree
 * serves what is in the default family of the key's type, under the key's own
 * collation. What no btree serves keeps the reason why, since that reason is the
 * next step that the user is told.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/restrictinfo.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "plan_internal.h"

static void judge(const PlanSubject *subject, Node *clause, PlanPredicate *predicate);
static void judge_or(const PlanSubject *subject, BoolExpr *clause, PlanPredicate *predicate);
static void judge_operator(const PlanSubject *subject, OpExpr *clause, PlanPredicate *predicate);
static void judge_array(const PlanSubject *subject, ScalarArrayOpExpr *clause, PlanPredicate *predicate);
static void judge_row(const PlanSubject *subject, RowCompareExpr *clause, PlanPredicate *predicate);
static void judge_function(const PlanSubject *subject, FuncExpr *clause, PlanPredicate *predicate);
static void judge_boolean(const PlanSubject *subject, Node *side, PredicateKind kind, PlanPredicate *predicate);
static void judge_pattern(const PlanSubject *subject, Oid op, Node *side, Node *pattern, PlanPredicate *predicate);

static void
set_other(PlanPredicate *predicate, PredicateObstacle obstacle)
{
    predicate->kind = PREDICATE_OTHER;
    predicate->obstacle = obstacle;
}

static void
set_key(PlanPredicate *predicate, PredicateKind kind, const PlanKey *key)
{
    predicate->kind = kind;
    predicate->obstacle = OBSTACLE_NONE;
    predicate->attno = key->attno;
    predicate->key = key->node;
}

/* What the key is compared with: a literal, or something that only the execution knows. */
static void
set_value(PlanPredicate *predicate, Node *value)
{
    while (IsA(value, RelabelType))
        value = (Node *)((RelabelType *)value)->arg;
    predicate->constant = IsA(value, Const);
    predicate->parameter = !predicate->constant;
}

/*
 * PREDICATE_OTHER that concerns one column alone is said to be about that column, and columns of a row that are
 * compared with each other about the first.
 */
static void
name_single_column(PlanPredicate *predicate)
{
    List *vars = pull_var_clause(predicate->clause,
                                 PVC_RECURSE_AGGREGATES | PVC_RECURSE_WINDOWFUNCS | PVC_RECURSE_PLACEHOLDERS);
    Var *first = vars ? linitial(vars) : NULL;
    ListCell *cell;

    if (first == NULL || first->varattno <= 0)
        return;
    foreach (cell, vars)
    {
        if (((Var *)lfirst(cell))->varattno <= 0 ||
            (((Var *)lfirst(cell))->varattno != first->varattno && predicate->obstacle != OBSTACLE_SAME_ROW))
            return;
    }
    predicate->attno = first->varattno;
    predicate->key = (Node *)first;
}

PlanPredicate *
plan_conjunct(const PlanSubject *subject, Node *clause)
{
    PlanPredicate *predicate = palloc0(sizeof(PlanPredicate));

    predicate->clause = clause;
    if (contain_volatile_functions(clause))
        set_other(predicate, OBSTACLE_VOLATILE);
    else
    {
        judge(subject, clause, predicate);
        if (predicate->obstacle != OBSTACLE_IMPLICIT_CAST)
            predicate->searches = plan_searches(subject, clause);
    }
    if (predicate->kind == PREDICATE_OTHER)
    {
        predicate->extension = predicate->searches == NIL ? plan_missing_extension(predicate) : NULL;
        name_single_column(predicate);
    }
    predicate->selectivity = plan_selectivity(subject, clause);
    return predicate;
}

static bool
is_leaking(Oid function, void *context)
{
    return !get_func_leakproof(function);
}

static bool
find_leaking(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (check_functions_in_node(node, is_leaking, NULL))
    {
        *(Node **)context = node;
        return true;
    }
    return expression_tree_walker(node, find_leaking, context);
}

const char *
plan_leaking_function(Node *clause)
{
    Node *node = NULL;
    Oid function = InvalidOid;

    (void)find_leaking(clause, &node);
    if (node && IsA(node, FuncExpr))
        function = ((FuncExpr *)node)->funcid;
    else if (node && IsA(node, OpExpr))
        function = get_opcode(((OpExpr *)node)->opno);
    else if (node && IsA(node, ScalarArrayOpExpr))
        function = get_opcode(((ScalarArrayOpExpr *)node)->opno);
    return OidIsValid(function) ? psprintf("%s is not leakproof", format_procedure(function)) : NULL;
}

/*
 * A conjunct that the planner must not run before a security barrier's own cannot
 * be an index condition, whatever it looks like.
 */
static PlanPredicate *
make_conjunct(const PlanSubject *subject, RestrictInfo *conjunct)
{
    PlanPredicate *predicate = plan_conjunct(subject, (Node *)conjunct->clause);

    if (!restriction_is_securely_promotable(conjunct, subject->rel))
    {
        predicate->searches = NIL;
        if (predicate->kind != PREDICATE_OTHER)
        {
            set_other(predicate, OBSTACLE_ROW_SECURITY);
            predicate->detail = plan_leaking_function(predicate->clause);
            name_single_column(predicate);
        }
    }
    return predicate;
}

/* The conjuncts of one arm of an OR. */
static List *
arm_conjuncts(Node *arm)
{
    return is_andclause(arm) ? ((BoolExpr *)arm)->args : list_make1(arm);
}

/* The OR's predicates, arm by arm; NIL if one arm gives an index nothing to search for. */
static List *
or_predicates(const PlanSubject *subject, RestrictInfo *conjunct, int group)
{
    List *predicates = NIL;
    int arm = 0;
    ListCell *arm_cell, *cell;

    foreach (arm_cell, ((BoolExpr *)conjunct->orclause)->args)
    {
        bool sargable = false;

        foreach (cell, arm_conjuncts(lfirst(arm_cell)))
        {
            PlanPredicate *predicate = make_conjunct(subject, lfirst_node(RestrictInfo, cell));

            predicate->or_group = group;
            predicate->or_arm = arm;
            sargable |= predicate->kind != PREDICATE_OTHER || predicate->searches != NIL;
            predicates = lappend(predicates, predicate);
        }
        if (!sargable)
            return NIL;
        arm++;
    }
    return predicates;
}

List *
plan_predicates(const PlanSubject *subject)
{
    List *predicates = NIL;
    int or_groups = 0;
    ListCell *cell;

    foreach (cell, subject->rel->baserestrictinfo)
    {
        RestrictInfo *conjunct = lfirst_node(RestrictInfo, cell);
        List *arms = NIL;

        if (conjunct->pseudoconstant)
            continue;
        if (conjunct->orclause)
            arms = or_predicates(subject, conjunct, or_groups + 1);
        if (arms != NIL)
        {
            or_groups++;
            predicates = list_concat(predicates, arms);
        }
        else
            predicates = lappend(predicates, make_conjunct(subject, conjunct));
    }
    return predicates;
}

/* ---- one conjunct ---- */

static void
judge_null_test(const PlanSubject *subject, NullTest *test, PlanPredicate *predicate)
{
    PlanKey key;
    PredicateObstacle obstacle = plan_key(subject, (Node *)test->arg, &key);

    if (obstacle != OBSTACLE_NONE)
        set_other(predicate, obstacle);
    else if (test->argisrow || !OidIsValid(key.opfamily))
        set_other(predicate, OBSTACLE_NO_OPCLASS);
    else
        set_key(predicate, test->nulltesttype == IS_NULL ? PREDICATE_IS_NULL : PREDICATE_IS_NOT_NULL, &key);
}

static void
judge_boolean_test(const PlanSubject *subject, BooleanTest *test, PlanPredicate *predicate)
{
    switch (test->booltesttype)
    {
        case IS_TRUE:
            judge_boolean(subject, (Node *)test->arg, PREDICATE_TRUE, predicate);
            break;
        case IS_FALSE:
            judge_boolean(subject, (Node *)test->arg, PREDICATE_FALSE, predicate);
            break;
        case IS_NOT_TRUE:
        case IS_NOT_FALSE:
        case IS_NOT_UNKNOWN:
            set_other(predicate, OBSTACLE_NEGATION);
            break;
        case IS_UNKNOWN:
            set_other(predicate, OBSTACLE_COMPLEX);
            break;
    }
}

static void
judge_not(const PlanSubject *subject, Node *argument, PlanPredicate *predicate)
{
    if (IsA(argument, Var) || IsA(argument, FuncExpr))
        judge_boolean(subject, argument, PREDICATE_FALSE, predicate);
    else
        /* IS NOT DISTINCT FROM wants the few, not the rest; only the planner cannot use an index for it. */
        set_other(predicate, IsA(argument, DistinctExpr) ? OBSTACLE_NOT_DISTINCT : OBSTACLE_NEGATION);
}

/*
 * An OR with an arm that no index serves. One that is not about the relation at all is a switch: $1 IS NULL OR a =
 * $1.
 */
static void
judge_or(const PlanSubject *subject, BoolExpr *clause, PlanPredicate *predicate)
{
    ListCell *cell;

    set_other(predicate, is_orclause(clause) ? OBSTACLE_OR_ARM : OBSTACLE_COMPLEX);
    foreach (cell, clause->args)
    {
        if (is_orclause(clause) && !plan_mentions(subject, lfirst(cell)))
            set_other(predicate, OBSTACLE_OPTIONAL);
    }
}

/* column = coalesce($1, column) */
static bool
is_optional(Node *side, Node *other)
{
    return IsA(other, CoalesceExpr) && list_length(((CoalesceExpr *)other)->args) == 2 &&
           equal(side, lsecond(((CoalesceExpr *)other)->args));
}

static void
judge(const PlanSubject *subject, Node *clause, PlanPredicate *predicate)
{
    switch (nodeTag(clause))
    {
        case T_OpExpr:
            judge_operator(subject, (OpExpr *)clause, predicate);
            break;
        case T_ScalarArrayOpExpr:
            judge_array(subject, (ScalarArrayOpExpr *)clause, predicate);
            break;
        case T_RowCompareExpr:
            judge_row(subject, (RowCompareExpr *)clause, predicate);
            break;
        case T_NullTest:
            judge_null_test(subject, (NullTest *)clause, predicate);
            break;
        case T_BooleanTest:
            judge_boolean_test(subject, (BooleanTest *)clause, predicate);
            break;
        case T_FuncExpr:
            judge_function(subject, (FuncExpr *)clause, predicate);
            break;
        case T_DistinctExpr:
            set_other(predicate, OBSTACLE_NEGATION);
            break;
        case T_BoolExpr:
            if (is_notclause(clause))
                judge_not(subject, (Node *)get_notclausearg((Expr *)clause), predicate);
            else
                judge_or(subject, (BoolExpr *)clause, predicate);
            break;
        default:
            judge_boolean(subject, clause, PREDICATE_TRUE, predicate);
    }
}

/* <> and NOT LIKE: what is asked for is everything but. */
static bool
is_negation(Oid op)
{
    Oid negator = get_negator(op);
    Oid left, right;

    if (!OidIsValid(negator))
        return false;
    if (plan_is_pattern_operator(negator))
        return true;
    op_input_types(negator, &left, &right);
    return op_mergejoinable(negator, left);
}

/* An operator that some GIN, GiST or SP-GiST operator class searches for, and no btree. */
static bool
is_container_operator(Oid op)
{
    CatCList *list = SearchSysCacheList1(AMOPOPID, ObjectIdGetDatum(op));
    bool searched = false;
    bool sorted = false;

    for (int i = 0; i < list->n_members; i++)
    {
        Form_pg_amop member = (Form_pg_amop)GETSTRUCT(&list->members[i]->tuple);

        if (member->amoppurpose != AMOP_SEARCH)
            continue;
        sorted |= member->amopmethod == BTREE_AM_OID;
        searched |= member->amopmethod == GIN_AM_OID || member->amopmethod == GIST_AM_OID ||
                    member->amopmethod == SPGIST_AM_OID;
    }
    ReleaseSysCacheList(list);
    return searched && !sorted;
}

/* The key is one, and its default operator family does not search it with this operator under this collation. */
static void
judge_no_strategy(const PlanKey *key, Oid op, Oid collation, PlanPredicate *predicate)
{
    if (is_container_operator(op))
        set_other(predicate, OBSTACLE_CONTAINER);
    else if (plan_key_strategy(key, op, key->collation) == 0)
        set_other(predicate, OBSTACLE_NO_OPCLASS);
    else
    {
        set_other(predicate, OBSTACLE_COLLATION);
        if (OidIsValid(collation))
            predicate->detail =
                psprintf("COLLATE %s, the column's is %s; an index on that key would have to say COLLATE %s",
                         generate_collation_name(collation), generate_collation_name(key->collation),
                         generate_collation_name(collation));
    }
}

/*
 * A column whose type has an order of its own (citext) is taken for one of another type, since the value is of
 * that, and compared as such.
 */
static bool
is_relabelled_column(Node *side, Oid op)
{
    const RelabelType *relabel = (const RelabelType *)side;
    Oid opclass;

    if (!IsA(side, RelabelType) || relabel->relabelformat != COERCE_IMPLICIT_CAST || !IsA(relabel->arg, Var))
        return false;
    /* What COLLATE becomes when planned looks alike, but leaves the type as it is. */
    if (relabel->resulttype == exprType((Node *)relabel->arg))
        return false;
    opclass = GetDefaultOpClass(relabel->resulttype, BTREE_AM_OID);
    return OidIsValid(opclass) && get_op_opfamily_strategy(op, get_opclass_family(opclass)) != 0;
}

/* `side op value`, value being free of this relation's columns. */
static void
judge_comparison(const PlanSubject *subject, Oid op, Oid collation, Node *side, Node *value,
                 PlanPredicate *predicate)
{
    PlanKey key;
    PredicateObstacle obstacle = plan_key(subject, side, &key);
    int strategy;

    predicate->op = op;
    set_value(predicate, value);
    if (obstacle != OBSTACLE_NONE)
        set_other(predicate, obstacle);
    if (obstacle != OBSTACLE_NONE || key.attno == 0)
        plan_rewrite(subject, predicate, side, value);
    if (obstacle != OBSTACLE_NONE)
        return;
    strategy = plan_key_strategy(&key, op, collation);
    if (strategy == 0 && is_relabelled_column(side, op))
    {
        set_other(predicate, OBSTACLE_IMPLICIT_CAST);
        plan_rewrite(subject, predicate, side, value);
    }
    else if (strategy == BTEqualStrategyNumber)
        set_key(predicate, PREDICATE_EQUAL, &key);
    else if (strategy != 0)
        set_key(predicate, PREDICATE_RANGE, &key);
    else
        judge_no_strategy(&key, op, collation, predicate);
}

static void
judge_operator(const PlanSubject *subject, OpExpr *clause, PlanPredicate *predicate)
{
    Node *left, *right;
    bool mentions_left, mentions_right;

    predicate->op = clause->opno;
    if (list_length(clause->args) != 2)
    {
        set_other(predicate, OBSTACLE_COMPLEX);
        return;
    }
    left = linitial(clause->args);
    right = lsecond(clause->args);
    mentions_left = plan_mentions(subject, left);
    mentions_right = plan_mentions(subject, right);
    if (is_negation(clause->opno) && mentions_left != mentions_right)
    {
        set_other(predicate, OBSTACLE_NEGATION);
        set_value(predicate, mentions_left ? right : left);
    }
    else if (mentions_left && mentions_right)
        set_other(predicate,
                  is_optional(left, right) || is_optional(right, left) ? OBSTACLE_OPTIONAL : OBSTACLE_SAME_ROW);
    else if (!mentions_left && !mentions_right)
        set_other(predicate, OBSTACLE_COMPLEX);
    else if (mentions_right)
        judge_comparison(subject, get_commutator(clause->opno), clause->inputcollid, right, left, predicate);
    else if (plan_is_pattern_operator(clause->opno))
        judge_pattern(subject, clause->opno, left, right, predicate);
    else
        judge_comparison(subject, clause->opno, clause->inputcollid, left, right, predicate);
}

static void
judge_pattern(const PlanSubject *subject, Oid op, Node *side, Node *pattern, PlanPredicate *predicate)
{
    PlanKey key;
    PredicateObstacle obstacle = plan_key(subject, side, &key);

    set_value(predicate, pattern);
    if (obstacle != OBSTACLE_NONE)
        set_other(predicate, obstacle);
    else if (IsA(pattern, Const) && plan_pattern_has_prefix(op, (Const *)pattern))
        set_key(predicate, PREDICATE_PREFIX, &key);
    else
        set_other(predicate, OBSTACLE_LEADING_WILDCARD);
}

static void
judge_member(const PlanSubject *subject, Node *value, Node *array, PlanPredicate *predicate)
{
    set_other(predicate, plan_mentions(subject, value) ? OBSTACLE_SAME_ROW : OBSTACLE_ARRAY_MEMBER);
    if (predicate->obstacle == OBSTACLE_SAME_ROW || !IsA(array, Var))
        return;
    predicate->rewrite = "%k @> ARRAY[%v]";
    predicate->rewrite_parts[0] = array;
    predicate->rewrite_parts[1] = value;
}

/* key = ANY (array), key <> ALL (array), and a value searched for in an array column. */
static void
judge_array(const PlanSubject *subject, ScalarArrayOpExpr *clause, PlanPredicate *predicate)
{
    Node *side = linitial(clause->args);
    Node *array = lsecond(clause->args);

    predicate->op = clause->opno;
    if (!clause->useOr)
    {
        set_other(predicate, is_negation(clause->opno) ? OBSTACLE_NEGATION : OBSTACLE_COMPLEX);
        set_value(predicate, array);
    }
    else if (plan_mentions(subject, array))
        judge_member(subject, side, array, predicate);
    else if (is_negation(clause->opno))
        set_other(predicate, OBSTACLE_NEGATION);
    else if (plan_is_pattern_operator(clause->opno))
        set_other(predicate, OBSTACLE_LEADING_WILDCARD);
    else
    {
        judge_comparison(subject, clause->opno, clause->inputcollid, side, array, predicate);
        if (predicate->kind == PREDICATE_EQUAL)
            predicate->kind = PREDICATE_EQUAL_ANY;
    }
}

/*
 * (a, b) < (x, y): a range on a. That b comes next in an index is said by the
 * statement's ORDER BY, without which nobody pages through a table.
 */
static void
judge_row(const PlanSubject *subject, RowCompareExpr *clause, PlanPredicate *predicate)
{
    Node *left = linitial(clause->largs);
    Node *right = linitial(clause->rargs);
    bool mentions_left = plan_mentions(subject, (Node *)clause->largs);
    bool mentions_right = plan_mentions(subject, (Node *)clause->rargs);
    Oid op = linitial_oid(clause->opnos);
    Oid collation = linitial_oid(clause->inputcollids);

    predicate->op = op;
    if (mentions_left == mentions_right)
        set_other(predicate, mentions_left ? OBSTACLE_SAME_ROW : OBSTACLE_COMPLEX);
    else if (mentions_left)
        judge_comparison(subject, op, collation, left, right, predicate);
    else
        judge_comparison(subject, get_commutator(op), collation, right, left, predicate);
}

static void
judge_function(const PlanSubject *subject, FuncExpr *clause, PlanPredicate *predicate)
{
    if (clause->funcid == F_STARTS_WITH && !plan_mentions(subject, lsecond(clause->args)))
        judge_pattern(subject, PLAN_PREFIX_OPERATOR, linitial(clause->args), lsecond(clause->args), predicate);
    else
        judge_boolean(subject, (Node *)clause, PREDICATE_TRUE, predicate);
}

static void
judge_boolean(const PlanSubject *subject, Node *side, PredicateKind kind, PlanPredicate *predicate)
{
    PlanKey key;
    PredicateObstacle obstacle = plan_key(subject, side, &key);

    if (obstacle == OBSTACLE_NONE)
        set_key(predicate, kind, &key);
    else
        set_other(predicate, obstacle);
}
