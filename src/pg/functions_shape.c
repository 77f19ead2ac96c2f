/*
 * functions_shape.c - definitions as text: whether two are the same index or statistics, what an index has for
 * keys.
 *
 * Advice and pg_get_indexdef write the same index in different words: other
 * names, other parentheses, ASC or not, an operator class with its schema or
 * without, conjuncts and included columns in another order. So both are parsed,
 * without looking anything up (no locks, and nothing to fail on), and the raw
 * trees are compared after what says nothing was taken out of them.
 */
#include "functions.h"

#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/builtins.h"

#include "catalog.h"

PG_FUNCTION_INFO_V1(index_advisor_same_index);
PG_FUNCTION_INFO_V1(index_advisor_same_statistics);

static bool is_definition(const char *sql);
static IndexStmt *parse_index(const char *sql);
static bool same_set(const List *left, const List *right);
static List *conjuncts(Node *where);
static void plain_key(IndexElem *key);
static bool plain_names(Node *node, void *context);

Datum
index_advisor_same_index(PG_FUNCTION_ARGS)
{
    IndexStmt *there = parse_index(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    char *other = text_to_cstring(PG_GETARG_TEXT_PP(1));
    IndexStmt *wanted = parse_index(is_definition(other) ? psprintf("CREATE INDEX ON t %s", other) : other);

    PG_RETURN_BOOL(there && wanted && strcmp(there->accessMethod, wanted->accessMethod) == 0 &&
                   equal(there->indexParams, wanted->indexParams) &&
                   same_set(there->indexIncludingParams, wanted->indexIncludingParams) &&
                   same_set(conjuncts(there->whereClause), conjuncts(wanted->whereClause)));
}

/* Statistics are compared as trees of the catalog, which say which function or type a name means. */
Datum
index_advisor_same_statistics(PG_FUNCTION_ARGS)
{
    PG_RETURN_BOOL(catalog_same_statistics(PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

bool
functions_has_expression(const char *definition)
{
    const IndexStmt *index = parse_index(psprintf("CREATE INDEX ON t %s", definition));
    ListCell *cell;

    foreach (cell, index ? index->indexParams : NIL)
    {
        if (((const IndexElem *)lfirst(cell))->expr != NULL)
            return true;
    }
    return false;
}

/* From the key columns on, or from USING on. */
static bool
is_definition(const char *sql)
{
    return sql[0] == '(' || strncmp(sql, "USING ", strlen("USING ")) == 0;
}

/* NULL if it is anything else than one CREATE INDEX. */
static IndexStmt *
parse_index(const char *sql)
{
    List *statements = raw_parser(sql, RAW_PARSE_DEFAULT);
    IndexStmt *index;
    ListCell *cell;

    if (list_length(statements) != 1 || !IsA(linitial_node(RawStmt, statements)->stmt, IndexStmt))
        return NULL;
    index = (IndexStmt *)linitial_node(RawStmt, statements)->stmt;
    foreach (cell, index->indexParams)
        plain_key(lfirst(cell));
    foreach (cell, index->indexIncludingParams)
        plain_key(lfirst(cell));
    (void)plain_names(index->whereClause, NULL);
    return index;
}

/* Says the defaults, and drops what does not matter. */
static void
plain_key(IndexElem *key)
{
    if (key->ordering == SORTBY_DEFAULT)
        key->ordering = SORTBY_ASC;
    if (key->nulls_ordering == SORTBY_NULLS_DEFAULT)
        key->nulls_ordering = key->ordering == SORTBY_DESC ? SORTBY_NULLS_FIRST : SORTBY_NULLS_LAST;
    if (key->opclass)
        key->opclass = list_make1(llast(key->opclass));
    if (key->collation)
        key->collation = list_make1(llast(key->collation));
    key->indexcolname = NULL;
    (void)plain_names(key->expr, NULL);
}

/* Names of functions, types and operators are printed with their schema or without, by search_path. */
static bool
plain_names(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, FuncCall))
        ((FuncCall *)node)->funcname = list_make1(llast(((FuncCall *)node)->funcname));
    else if (IsA(node, A_Expr))
        ((A_Expr *)node)->name = list_make1(llast(((A_Expr *)node)->name));
    else if (IsA(node, TypeName) && ((TypeName *)node)->names)
        ((TypeName *)node)->names = list_make1(llast(((TypeName *)node)->names));
    else if (IsA(node, CollateClause))
        ((CollateClause *)node)->collname = list_make1(llast(((CollateClause *)node)->collname));
    return raw_expression_tree_walker(node, plain_names, context);
}

/* Each of one is in the other; the order says nothing. */
static bool
same_set(const List *left, const List *right)
{
    ListCell *cell;

    if (list_length(left) != list_length(right))
        return false;
    foreach (cell, left)
    {
        if (!list_member(right, lfirst(cell)))
            return false;
    }
    return true;
}

static List *
conjuncts(Node *where)
{
    List *flat = NIL;
    ListCell *cell;

    if (where == NULL)
        return NIL;
    if (!IsA(where, BoolExpr) || ((BoolExpr *)where)->boolop != AND_EXPR)
        return list_make1(where);
    foreach (cell, ((BoolExpr *)where)->args)
        flat = list_concat(flat, conjuncts(lfirst(cell)));
    return flat;
}
