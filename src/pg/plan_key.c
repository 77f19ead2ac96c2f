/*
 * plan_key.c - what can be the key of an index, and which operators search it.
 *
 * A key is a plain column or an immutable expression over columns of one
 * relation. An expression's own constants end up in DDL that people paste into
 * tickets, so an expression is only taken as a key when its constants are part
 * of its shape (a JSON field name, a unit of date_trunc, a number), not data.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "plan_internal.h"

/* A string of so few bytes ('-', '@', '') separates or pads, and tells nothing about anybody. */
#define MAX_HARMLESS_STRING 3

bool
plan_mentions(const PlanSubject *subject, Node *node)
{
    return bms_is_member(subject->rel->relid, pull_varnos(subject->root, node));
}

Node *
plan_strip_relabel(const Node *node)
{
    while (node && IsA(node, RelabelType))
        node = (const Node *)((const RelabelType *)node)->arg;
    return unconstify(Node *, node);
}

/* The column is converted to the value's type before it is compared. */
static bool
is_implicit_cast(Node *node)
{
    Node *argument;

    if (IsA(node, FuncExpr) && ((FuncExpr *)node)->funcformat == COERCE_IMPLICIT_CAST)
        argument = linitial(((FuncExpr *)node)->args);
    else if (IsA(node, CoerceViaIO) && ((CoerceViaIO *)node)->coerceformat == COERCE_IMPLICIT_CAST)
        argument = (Node *)((CoerceViaIO *)node)->arg;
    else
        return false;
    argument = plan_strip_relabel(argument);
    return argument && IsA(argument, Var);
}

/* Was this constant a parameter before the planner folded it? Then the expression changes from call to call. */
static bool
was_parameter(const PlanSubject *subject, const Const *constant)
{
    ParamListInfo params = subject->root->glob->boundParams;

    if (params == NULL || params->paramFetch)
        return params != NULL;
    for (int i = 0; i < params->numParams; i++)
    {
        const ParamExternData *param = &params->params[i];

        if (param->ptype == constant->consttype && !param->isnull &&
            datumIsEqual(param->value, constant->constvalue, constant->constbyval, constant->constlen))
            return true;
    }
    return false;
}

static bool
is_harmless_constant(const Const *constant)
{
    if (constant->constisnull || constant->constlen > 0 || constant->consttype == NUMERICOID)
        return true;
    return constant->constlen == -1 &&
           VARSIZE_ANY_EXHDR(PG_DETOAST_DATUM_PACKED(constant->constvalue)) <= MAX_HARMLESS_STRING;
}

/* Functions whose string arguments name a part of the column's value: part of the expression's shape. */
static bool
takes_names(Oid function)
{
    switch (function)
    {
        case F_JSON_OBJECT_FIELD:
        case F_JSON_OBJECT_FIELD_TEXT:
        case F_JSON_EXTRACT_PATH:
        case F_JSON_EXTRACT_PATH_TEXT:
        case F_JSONB_OBJECT_FIELD:
        case F_JSONB_OBJECT_FIELD_TEXT:
        case F_JSONB_EXTRACT_PATH:
        case F_JSONB_EXTRACT_PATH_TEXT:
        case F_DATE_TRUNC_TEXT_TIMESTAMP:
        case F_DATE_TRUNC_TEXT_TIMESTAMPTZ_TEXT:
        case F_DATE_PART_TEXT_DATE:
        case F_DATE_PART_TEXT_TIMESTAMP:
        case F_EXTRACT_TEXT_DATE:
        case F_EXTRACT_TEXT_TIMESTAMP:
        case F_EXTRACT_TEXT_TIMESTAMPTZ:
        case F_TIMEZONE_TEXT_TIMESTAMP:
        case F_TIMEZONE_TEXT_TIMESTAMPTZ:
            return true;
        default:
            return false;
    }
}

typedef struct KeySearch
{
    const PlanSubject *subject;
    bool names_allowed; /* directly below a function that takes names */
} KeySearch;

/* True as soon as something is found that an index key must not hold. */
static bool
unfit_walker(Node *node, void *context)
{
    KeySearch *search = context;
    KeySearch below = {search->subject, false};

    if (node == NULL)
        return false;
    if (IsA(node, Const))
        return was_parameter(search->subject, (Const *)node) ||
               !(search->names_allowed || is_harmless_constant((Const *)node));
    if (IsA(node, Param) || IsA(node, PlaceHolderVar))
        return true;
    if (IsA(node, Var))
        return ((Var *)node)->varattno <= 0;
    if (IsA(node, List))
        return expression_tree_walker(node, unfit_walker, context);
    if (IsA(node, FuncExpr))
        below.names_allowed = takes_names(((FuncExpr *)node)->funcid);
    else if (IsA(node, OpExpr))
    {
        set_opfuncid((OpExpr *)node);
        below.names_allowed = takes_names(((OpExpr *)node)->opfuncid);
    }
    return expression_tree_walker(node, unfit_walker, &below);
}

static bool
has_system_column(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, Var))
        return ((Var *)node)->varattno <= 0;
    return expression_tree_walker(node, has_system_column, context);
}

static PredicateObstacle
expression_obstacle(const PlanSubject *subject, Node *node)
{
    KeySearch search = {subject, false};

    if (contain_volatile_functions(node))
        return OBSTACLE_VOLATILE;
    if (is_implicit_cast(node))
        return OBSTACLE_IMPLICIT_CAST;
    if (contain_subplans(node))
        return OBSTACLE_SUBQUERY;
    if (has_system_column(node, NULL))
        return OBSTACLE_SYSTEM_COLUMN;
    if (contain_mutable_functions(node))
        return OBSTACLE_STABLE_EXPRESSION;
    return unfit_walker(node, &search) ? OBSTACLE_VALUE_INSIDE : OBSTACLE_NONE;
}

PredicateObstacle
plan_key(const PlanSubject *subject, Node *side, PlanKey *key)
{
    Node *node = plan_strip_relabel(side);

    key->attno = 0;
    if (IsA(node, Var))
    {
        if (((Var *)node)->varattno <= 0)
            return OBSTACLE_SYSTEM_COLUMN;
        key->attno = ((Var *)node)->varattno;
    }
    else
    {
        PredicateObstacle obstacle = expression_obstacle(subject, node);

        if (obstacle != OBSTACLE_NONE)
            return obstacle;
    }
    key->node = node;
    key->collation = exprCollation(node);
    key->opfamily = lookup_type_cache(exprType(node), TYPECACHE_BTREE_OPFAMILY)->btree_opf;
    return OBSTACLE_NONE;
}

int
plan_key_strategy(const PlanKey *key, Oid op, Oid collation)
{
    if (!OidIsValid(key->opfamily) || !OidIsValid(op))
        return 0;
    /* An index sorted by one collation does not answer a comparison by another. */
    if (OidIsValid(key->collation) && key->collation != collation)
        return 0;
    return get_op_opfamily_strategy(op, key->opfamily);
}

bool
plan_is_pattern_operator(Oid op)
{
    switch (op)
    {
        case OID_NAME_LIKE_OP:
        case OID_TEXT_LIKE_OP:
        case OID_BPCHAR_LIKE_OP:
        case OID_BYTEA_LIKE_OP:
        case OID_NAME_ICLIKE_OP:
        case OID_TEXT_ICLIKE_OP:
        case OID_BPCHAR_ICLIKE_OP:
        case OID_NAME_REGEXEQ_OP:
        case OID_TEXT_REGEXEQ_OP:
        case OID_BPCHAR_REGEXEQ_OP:
        case OID_NAME_ICREGEXEQ_OP:
        case OID_TEXT_ICREGEXEQ_OP:
        case OID_BPCHAR_ICREGEXEQ_OP:
        case PLAN_PREFIX_OPERATOR:
            return true;
        default:
            return false;
    }
}

static bool
ignores_case(Oid op)
{
    return op == OID_NAME_ICLIKE_OP || op == OID_TEXT_ICLIKE_OP || op == OID_BPCHAR_ICLIKE_OP ||
           op == OID_NAME_ICREGEXEQ_OP || op == OID_TEXT_ICREGEXEQ_OP || op == OID_BPCHAR_ICREGEXEQ_OP;
}

static bool
is_like(Oid op)
{
    return op == OID_NAME_LIKE_OP || op == OID_TEXT_LIKE_OP || op == OID_BPCHAR_LIKE_OP ||
           op == OID_BYTEA_LIKE_OP || op == OID_NAME_ICLIKE_OP || op == OID_TEXT_ICLIKE_OP ||
           op == OID_BPCHAR_ICLIKE_OP;
}

/* A character that stands for itself whatever its case. */
static bool
is_fixed(unsigned char c, bool any_case)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IS_HIGHBIT_SET(c);

    return !(any_case && letter);
}

/* ^ and then one plain character that is not optional; alternatives could start otherwise. */
static bool
regex_has_prefix(const char *pattern, int length, bool any_case)
{
    if (length < 2 || pattern[0] != '^' || memchr(pattern, '|', length) != NULL)
        return false;
    if (strchr("\\.[](){}*+?$^", pattern[1]) != NULL || !is_fixed(pattern[1], any_case))
        return false;
    return length == 2 || strchr("*?{", pattern[2]) == NULL;
}

bool
plan_pattern_has_prefix(Oid op, const Const *pattern)
{
    struct varlena *value;
    const char *bytes;
    int length;
    bool any_case = ignores_case(op);

    if (pattern->constisnull || pattern->constlen != -1)
        return false;
    value = PG_DETOAST_DATUM_PACKED(pattern->constvalue);
    bytes = VARDATA_ANY(value);
    length = VARSIZE_ANY_EXHDR(value);
    if (op == PLAN_PREFIX_OPERATOR)
        return length > 0;
    if (!is_like(op))
        return regex_has_prefix(bytes, length, any_case);
    if (length > 1 && bytes[0] == '\\')
        return is_fixed(bytes[1], any_case);
    return length > 0 && bytes[0] != '%' && bytes[0] != '_' && is_fixed(bytes[0], any_case);
}
