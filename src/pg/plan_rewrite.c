/*
 * plan_rewrite.c - how to write a condition so that an index on the column serves it.
 *
 * What is shown finds the same rows, or says where it does not. The
 * result is a pattern with places for trees, since putting trees into words is the
 * business of another room: %k is the column, %v and %w are values.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "plan_internal.h"

static void rewrite_cast(PlanPredicate *predicate, Node *side, Node *value);
static void rewrite_call(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy);
static void rewrite_day(PlanPredicate *predicate, Node *column, Node *value, const char *cast, int strategy);
static void rewrite_truncation(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy);
static void rewrite_format(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy);
static void rewrite_year(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy);
static void rewrite_sum(const PlanSubject *subject, PlanPredicate *predicate, OpExpr *sum, Node *value);

static void
set_rewrite(PlanPredicate *predicate, const char *pattern, Node *key, Node *value, Node *other)
{
    predicate->rewrite = pattern;
    predicate->rewrite_parts[0] = key;
    predicate->rewrite_parts[1] = value;
    predicate->rewrite_parts[2] = other;
}

static bool
is_column(Node *node)
{
    node = plan_strip_relabel(node);
    return node && IsA(node, Var) && ((Var *)node)->varattno > 0;
}

/* The strategy of a comparison among values of the type of its left side, 0 if it is none. */
static int
btree_strategy(Oid op, Oid type)
{
    TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);

    return OidIsValid(entry->btree_opf) ? get_op_opfamily_strategy(op, entry->btree_opf) : 0;
}

/* `side op value`, value being free of the relation's columns. */
void
plan_rewrite(const PlanSubject *subject, PlanPredicate *predicate, Node *side, Node *value)
{
    Node *cast = side;
    int strategy;

    side = plan_strip_relabel(side);
    if (!OidIsValid(predicate->op))
        return;
    strategy = btree_strategy(predicate->op, exprType(side));
    if (predicate->obstacle == OBSTACLE_IMPLICIT_CAST)
        rewrite_cast(predicate, IsA(side, Var) ? cast : side, value);
    else if (strategy == 0 || IsA(predicate->clause, ScalarArrayOpExpr))
        return;
    else if (IsA(side, FuncExpr))
        rewrite_call(predicate, (const FuncExpr *)side, value, strategy);
    else if (IsA(side, OpExpr) && list_length(((OpExpr *)side)->args) == 2)
        rewrite_sum(subject, predicate, (OpExpr *)side, value);
}

/* The operator's name is kept: of the column's type with itself, the parser finds the one that an index knows. */
static void
rewrite_cast(PlanPredicate *predicate, Node *side, Node *value)
{
    Node *column = plan_strip_relabel(IsA(side, FuncExpr)      ? (Node *)linitial(((FuncExpr *)side)->args)
                                      : IsA(side, CoerceViaIO) ? (Node *)((CoerceViaIO *)side)->arg
                                                               : side);
    /* Not as "character", which is one of a single byte. */
    const char *own = format_type_with_typemod(getBaseType(exprType(column)), -1);
    const char *other = format_type_be(exprType(side));
    const char *name = get_opname(predicate->op);

    if (name == NULL)
        return;
    predicate->detail = psprintf("it is %s, the value %s", own, other);
    if (IsA(predicate->clause, ScalarArrayOpExpr))
        set_rewrite(predicate, psprintf("%%k %s ANY (%%v::%s[])", name, own), column, value, NULL);
    else
        set_rewrite(predicate, psprintf("%%k %s %%v::%s", name, own), column, value, NULL);
}

static void
rewrite_call(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy)
{
    switch (call->funcid)
    {
        case F_DATE_TIMESTAMPTZ:
        case F_DATE_TIMESTAMP:
            rewrite_day(predicate, linitial(call->args), value, "::date", strategy);
            break;
        case F_DATE_TRUNC_TEXT_TIMESTAMPTZ:
        case F_DATE_TRUNC_TEXT_TIMESTAMP:
            rewrite_truncation(predicate, call, value, strategy);
            break;
        case F_TO_CHAR_TIMESTAMPTZ_TEXT:
        case F_TO_CHAR_TIMESTAMP_TEXT:
            rewrite_format(predicate, call, value, strategy);
            break;
        case F_EXTRACT_TEXT_TIMESTAMPTZ:
        case F_EXTRACT_TEXT_TIMESTAMP:
        case F_EXTRACT_TEXT_DATE:
        case F_DATE_PART_TEXT_TIMESTAMPTZ:
        case F_DATE_PART_TEXT_TIMESTAMP:
        case F_DATE_PART_TEXT_DATE:
            rewrite_year(predicate, call, value, strategy);
            break;
        default:
            break;
    }
}

/* What is cut off belongs to the day: < and >= are about its beginning, the others about its end. */
static void
rewrite_day(PlanPredicate *predicate, Node *column, Node *value, const char *cast, int strategy)
{
    const char *pattern = NULL;

    if (!is_column(column))
        return;
    switch (strategy)
    {
        case BTLessStrategyNumber:
            pattern = psprintf("%%k < %%v%s", cast);
            break;
        case BTLessEqualStrategyNumber:
            pattern = psprintf("%%k < %%v%s + 1", cast);
            break;
        case BTEqualStrategyNumber:
            pattern = psprintf("%%k >= %%v%s AND %%k < %%v%s + 1", cast, cast);
            break;
        case BTGreaterEqualStrategyNumber:
            pattern = psprintf("%%k >= %%v%s", cast);
            break;
        case BTGreaterStrategyNumber:
            pattern = psprintf("%%k >= %%v%s + 1", cast);
            break;
        default:
            return;
    }
    set_rewrite(predicate, pattern, column, value, NULL);
}

static char *
constant_text(Node *node)
{
    const Const *constant = (const Const *)node;

    if (!IsA(node, Const) || constant->constisnull || constant->consttype != TEXTOID)
        return NULL;
    return TextDatumGetCString(constant->constvalue);
}

/* Only where the value is the beginning of a unit itself, as the other side of such a comparison is. */
static void
rewrite_truncation(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy)
{
    static const char *const units[] = {"hour", "day", "week", "month", "quarter", "year"};
    const char *unit = constant_text(linitial(call->args));
    Node *column = lsecond(call->args);

    if (unit == NULL || !is_column(column) || strategy != BTEqualStrategyNumber)
        return;
    for (int i = 0; i < lengthof(units); i++)
    {
        if (pg_strcasecmp(unit, units[i]) != 0)
            continue;
        set_rewrite(predicate,
                    psprintf("%%k >= %%v AND %%k < %%v + interval '%s'",
                             strcmp(units[i], "quarter") == 0 ? "3 months" : psprintf("1 %s", units[i])),
                    column, value, NULL);
        predicate->detail =
            psprintf("while the value is the beginning of the %s, as it must be to find anything", units[i]);
    }
}

/* The one format that sorts as the days do. */
static void
rewrite_format(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy)
{
    const char *format = constant_text(lsecond(call->args));

    if (format && pg_strcasecmp(format, "YYYY-MM-DD") == 0 && strategy == BTEqualStrategyNumber)
        rewrite_day(predicate, linitial(call->args), value, "::date", strategy);
}

static void
rewrite_year(PlanPredicate *predicate, const FuncExpr *call, Node *value, int strategy)
{
    const char *field = constant_text(linitial(call->args));
    Node *column = lsecond(call->args);

    if (field == NULL || pg_strcasecmp(field, "year") != 0 || !is_column(column) ||
        strategy != BTEqualStrategyNumber)
        return;
    set_rewrite(predicate, "%k >= make_date(%v::integer, 1, 1) AND %k < make_date(%v::integer + 1, 1, 1)", column,
                value, NULL);
}

/* Sums of these do not round. */
static bool
is_exact_sum(Node *column, Node *other)
{
    switch (exprType(column))
    {
        case INT2OID:
        case INT4OID:
        case INT8OID:
            return exprType(other) == INT2OID || exprType(other) == INT4OID || exprType(other) == INT8OID;
        case NUMERICOID:
            return exprType(other) == NUMERICOID;
        case DATEOID:
            return exprType(other) == INT4OID;
        case TIMESTAMPOID:
        case TIMESTAMPTZOID:
            return exprType(other) == INTERVALOID || exprType(other) == exprType(column);
        default:
            return false;
    }
}

/* column + a < v: column < v - a; a - column < v: column > a - v. */
static void
rewrite_sum(const PlanSubject *subject, PlanPredicate *predicate, OpExpr *sum, Node *value)
{
    const char *name = get_opname(sum->opno);
    bool plus = name && strcmp(name, "+") == 0;
    Node *left = plan_strip_relabel(linitial(sum->args));
    Node *right = plan_strip_relabel(lsecond(sum->args));
    bool column_first = is_column(left) && !plan_mentions(subject, right);
    Node *column = column_first ? left : right;
    Node *other = column_first ? right : left;
    Oid op = plus || column_first ? predicate->op : get_commutator(predicate->op);

    if (name == NULL || (!plus && strcmp(name, "-") != 0) || !OidIsValid(op) || !is_column(column) ||
        plan_mentions(subject, other) || !is_exact_sum(column, other) || get_opname(op) == NULL)
        return;
    if (plus)
        set_rewrite(predicate, psprintf("%%k %s %%v - %%w", get_opname(op)), column, value, other);
    else if (column_first)
        set_rewrite(predicate, psprintf("%%k %s %%v + %%w", get_opname(op)), column, value, other);
    else
        set_rewrite(predicate, psprintf("%%k %s %%w - %%v", get_opname(op)), column, value, other);
    if (exprType(column) == TIMESTAMPOID || exprType(column) == TIMESTAMPTZOID)
        predicate->detail = "the same but for months of different length and for changes of the clock";
}
