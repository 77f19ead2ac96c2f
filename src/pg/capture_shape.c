/*
 * capture_shape.c - what a scan filters on, without its constants.
 *
 * Read from the finished plan: conjuncts of the filter and of the index
 * conditions alike, columns as the partition root numbers them. A constant leaves
 * a hash of its value, by which the store sees whether it is always the same.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_node.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "capture_internal.h"
#include "constant.h"

typedef struct ShapeReader
{
    const LogicalRelation *logical;
    const List *index_columns; /* what INDEX_VAR stands for; NIL but for index-only scans */
    ParamListInfo params;
    bool *generic;
    ScanShape *shape;
} ShapeReader;

/* One side of a clause. */
typedef struct Operand
{
    bool has_column;
    AttrNumber attno; /* 0: an expression */
    Oid func;         /* its outermost function */
    uint32 constant;  /* of an expression: of the constants in it */
} Operand;

static void read_clauses(ShapeReader *reader, const List *clauses);
static void read_clause(ShapeReader *reader, Node *clause, ClauseShape *shape);

void
capture_shape(ScanState *state, ParamListInfo params, ScanShape *shape, bool *generic)
{
    const Plan *plan = state->ps.plan;
    ShapeReader reader = {.logical = capture_logical(state->ss_currentRelation),
                          .params = params,
                          .generic = generic,
                          .shape = shape};

    memset(shape, 0, sizeof(ScanShape));
    shape->relid = reader.logical->logical;
    switch (nodeTag(plan))
    {
        case T_SeqScan:
            shape->node = SCAN_SEQUENTIAL;
            break;
        case T_IndexScan:
            shape->node = SCAN_INDEX;
            read_clauses(&reader, ((const IndexScan *)plan)->indexqualorig);
            break;
        case T_IndexOnlyScan:
            shape->node = SCAN_INDEX_ONLY;
            reader.index_columns = ((const IndexOnlyScan *)plan)->indextlist;
            read_clauses(&reader, ((const IndexOnlyScan *)plan)->recheckqual);
            break;
        case T_BitmapHeapScan:
            shape->node = SCAN_BITMAP;
            read_clauses(&reader, ((const BitmapHeapScan *)plan)->bitmapqualorig);
            break;
        default:
            shape->node = SCAN_OTHER;
            break;
    }
    read_clauses(&reader, plan->qual);
}

static void
read_clauses(ShapeReader *reader, const List *clauses)
{
    ListCell *cell;

    foreach (cell, clauses)
    {
        if (reader->shape->n_clauses == STORE_CLAUSES)
            return;
        read_clause(reader, lfirst(cell), &reader->shape->clauses[reader->shape->n_clauses++]);
    }
}

/* ---- constants ---- */

static uint32
hash_param(ShapeReader *reader, const Param *param)
{
    ParamListInfo params = reader->params;
    ParamExternData workspace;
    ParamExternData *value;

    if (param->paramkind != PARAM_EXTERN)
        return 0;
    *reader->generic = true;
    if (params == NULL || param->paramid < 1 || param->paramid > params->numParams)
        return 0;
    value = params->paramFetch ? params->paramFetch(params, param->paramid, true, &workspace)
                               : &params->params[param->paramid - 1];
    return value->ptype == param->paramtype ? constant_hash(value->ptype, value->value, value->isnull) : 0;
}

static bool
holds_parameter(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, Param))
        return ((Param *)node)->paramkind == PARAM_EXTERN;
    return expression_tree_walker(node, holds_parameter, context);
}

/* ---- operands ---- */

static Node *
strip_relabel(Node *node)
{
    while (node != NULL && IsA(node, RelabelType))
        node = (Node *)((RelabelType *)node)->arg;
    return node;
}

static Oid
outermost_function(const Node *node)
{
    if (IsA(node, FuncExpr))
        return ((const FuncExpr *)node)->funcid;
    if (IsA(node, OpExpr))
        return ((const OpExpr *)node)->opfuncid;
    return InvalidOid;
}

/* Whole-row and system columns count as expressions. */
static AttrNumber
logical_column(const ShapeReader *reader, AttrNumber attno)
{
    if (attno <= 0 || attno > reader->logical->n_columns)
        return 0;
    return reader->logical->columns ? reader->logical->columns[attno - 1] : attno;
}

/* What a column of the index stands for in the table. */
static Node *
resolve_index_column(const ShapeReader *reader, Node *node)
{
    if (IsA(node, Var) && ((Var *)node)->varno == INDEX_VAR)
    {
        TargetEntry *entry = get_tle_by_resno((List *)reader->index_columns, ((Var *)node)->varattno);

        return entry ? strip_relabel((Node *)entry->expr) : node;
    }
    return node;
}

static Operand
read_operand(ShapeReader *reader, Node *node)
{
    Operand operand = {0};

    node = strip_relabel(node);
    if (node == NULL)
        return operand;
    if (IsA(node, Const))
    {
        const Const *value = (const Const *)node;

        operand.constant = constant_hash(value->consttype, value->constvalue, value->constisnull);
        return operand;
    }
    if (IsA(node, Param))
    {
        operand.constant = hash_param(reader, (const Param *)node);
        return operand;
    }
    if (holds_parameter(node, NULL))
        *reader->generic = true;
    node = resolve_index_column(reader, node);
    if (IsA(node, Var))
    {
        operand.has_column = true;
        operand.attno = logical_column(reader, ((Var *)node)->varattno);
    }
    else if (contain_var_clause(node))
    {
        operand.has_column = true;
        operand.func = outermost_function(node);
        operand.constant = constant_hash_all(node);
    }
    return operand;
}

/* ---- clauses ---- */

static void
set_key(ClauseShape *shape, ClauseKind kind, Oid op, const Operand *key, uint32 constant)
{
    shape->kind = kind;
    shape->op = op;
    shape->attno = key->attno;
    shape->func = key->func;
    shape->constant = constant_hash_combine(key->constant, constant);
}

static void
read_comparison(ShapeReader *reader, const OpExpr *clause, ClauseShape *shape)
{
    Operand left = read_operand(reader, linitial(clause->args));
    Operand right;
    Oid commutator;

    if (list_length(clause->args) != 2)
    {
        shape->op = clause->opno;
        return;
    }
    right = read_operand(reader, lsecond(clause->args));
    if (left.has_column && !right.has_column)
    {
        set_key(shape, CLAUSE_OPERATOR, clause->opno, &left, right.constant);
        return;
    }
    commutator = right.has_column && !left.has_column ? get_commutator(clause->opno) : InvalidOid;
    if (OidIsValid(commutator))
        set_key(shape, CLAUSE_OPERATOR, commutator, &right, left.constant);
    else
        shape->op = clause->opno;
}

/* x = ANY (array); NOT IN is an ALL and nothing for an index. */
static void
read_any(ShapeReader *reader, const ScalarArrayOpExpr *clause, ClauseShape *shape)
{
    Operand key = read_operand(reader, linitial(clause->args));
    Operand array = read_operand(reader, lsecond(clause->args));

    if (key.has_column && !array.has_column)
        set_key(shape, clause->useOr ? CLAUSE_ANY : CLAUSE_OTHER, clause->opno, &key, array.constant);
    else
        shape->op = clause->opno;
}

static void
read_row_comparison(ShapeReader *reader, const RowCompareExpr *clause, ClauseShape *shape)
{
    Operand leading = read_operand(reader, linitial(clause->largs));
    Operand value = read_operand(reader, linitial(clause->rargs));

    if (leading.has_column && !value.has_column)
        set_key(shape, CLAUSE_OPERATOR, linitial_oid(clause->opnos), &leading, value.constant);
}

static void
read_test(ShapeReader *reader, Expr *argument, ClauseKind kind, ClauseShape *shape)
{
    Operand key = read_operand(reader, (Node *)argument);

    if (key.has_column)
        set_key(shape, kind, InvalidOid, &key, 0);
}

static ClauseKind
boolean_kind(BoolTestType test)
{
    return test == IS_TRUE ? CLAUSE_TRUE : test == IS_FALSE ? CLAUSE_FALSE : CLAUSE_OTHER;
}

/* A function of several columns, a sub-plan and the like: what it is about is kept where that is one thing. */
static void
read_other(ShapeReader *reader, Node *clause, ClauseShape *shape)
{
    if (holds_parameter(clause, NULL))
        *reader->generic = true;
    shape->func = outermost_function(clause);
}

static void
read_clause(ShapeReader *reader, Node *clause, ClauseShape *shape)
{
    shape->kind = CLAUSE_OTHER;
    switch (nodeTag(clause))
    {
        case T_OpExpr:
            read_comparison(reader, (const OpExpr *)clause, shape);
            break;
        case T_ScalarArrayOpExpr:
            read_any(reader, (const ScalarArrayOpExpr *)clause, shape);
            break;
        case T_RowCompareExpr:
            read_row_comparison(reader, (const RowCompareExpr *)clause, shape);
            break;
        case T_NullTest:
            read_test(reader, ((const NullTest *)clause)->arg,
                      ((const NullTest *)clause)->nulltesttype == IS_NULL ? CLAUSE_IS_NULL : CLAUSE_IS_NOT_NULL,
                      shape);
            break;
        case T_BooleanTest:
            read_test(reader, ((const BooleanTest *)clause)->arg,
                      boolean_kind(((const BooleanTest *)clause)->booltesttype), shape);
            break;
        case T_Var:
            read_test(reader, (Expr *)clause, CLAUSE_TRUE, shape);
            break;
        case T_BoolExpr:
            if (((const BoolExpr *)clause)->boolop == NOT_EXPR &&
                IsA(linitial(((const BoolExpr *)clause)->args), Var))
                read_test(reader, linitial(((const BoolExpr *)clause)->args), CLAUSE_FALSE, shape);
            else
            {
                read_other(reader, clause, shape);
                if (((const BoolExpr *)clause)->boolop == OR_EXPR)
                    shape->kind = CLAUSE_OR;
            }
            break;
        default:
            read_other(reader, clause, shape);
            break;
    }
}
