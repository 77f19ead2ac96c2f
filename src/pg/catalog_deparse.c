/*
 * catalog_deparse.c - trees as SQL that runs, and as words without constants.
 *
 * SQL is made under a search_path of pg_catalog alone, so that whatever is not
 * the server's own is qualified and the DDL runs in any session.
 *
 * Words are made from a tree from which every constant was taken away first, not
 * from text in which constants would have to be found again. Kinds of nodes that
 * are not known here to hold their constants in Const nodes are taken away as a
 * whole, so a new kind in a later release can show too little, never too much.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "catalog_internal.h"

/* Numbers of the parameters that stand for what was taken away. */
#define MARKER_VALUE 1
#define MARKER_QUERY 2

/* Ordinary roles make domains, which have checks, and arrays, rows and ranges of them. An enum runs nothing. */
static bool
is_harmful_type(Oid type)
{
    Oid element = get_element_type(type);
    char kind;

    if (OidIsValid(element))
        type = element;
    if (type < FirstNormalObjectId)
        return false;
    kind = get_typtype(type);
    return kind != TYPTYPE_BASE && kind != TYPTYPE_ENUM;
}

/* A superuser's code does what it likes anyway, and the table's owner made the table. */
static bool
is_trusted_owner(Oid owner, Oid relid)
{
    HeapTuple tuple;
    bool is_trusted = superuser_arg(owner);

    if (is_trusted)
        return true;
    tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    if (HeapTupleIsValid(tuple))
    {
        is_trusted = ((Form_pg_class)GETSTRUCT(tuple))->relowner == owner;
        ReleaseSysCache(tuple);
    }
    return is_trusted;
}

static bool
is_harmful_function(Oid function, void *relid)
{
    HeapTuple tuple;
    bool is_harmful = true;

    if (function < FirstNormalObjectId)
        return false;
    tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (HeapTupleIsValid(tuple))
    {
        is_harmful = !is_trusted_owner(((Form_pg_proc)GETSTRUCT(tuple))->proowner, *(Oid *)relid);
        ReleaseSysCache(tuple);
    }
    return is_harmful;
}

static bool
is_harmful(Node *node, void *relid)
{
    if (node == NULL)
        return false;
    switch (nodeTag(node))
    {
        case T_Const:
        case T_CoerceToDomain:
        case T_CoerceViaIO:
        case T_ArrayCoerceExpr:
            if (is_harmful_type(exprType(node)))
                return true;
            break;
        default:
            break;
    }
    return check_functions_in_node(node, is_harmful_function, relid) ||
           expression_tree_walker(node, is_harmful, relid);
}

bool
catalog_is_harmless(Oid relid, Node *expression)
{
    return !is_harmful(expression, &relid);
}

static Node *
make_marker(Node *node, int number)
{
    Param *marker = makeNode(Param);

    marker->paramkind = PARAM_EXTERN;
    marker->paramid = number;
    marker->paramtype = exprType(node);
    marker->paramtypmod = -1;
    marker->paramcollid = exprCollation(node);
    marker->location = -1;
    return (Node *)marker;
}

/* Does SQL spell this call with a keyword for its first argument: EXTRACT(year FROM x)? That word is no data. */
static bool
takes_field_word(const FuncExpr *call)
{
    if (call->funcformat != COERCE_SQL_SYNTAX)
        return false;
    switch (call->funcid)
    {
        case F_EXTRACT_TEXT_DATE:
        case F_EXTRACT_TEXT_TIME:
        case F_EXTRACT_TEXT_TIMETZ:
        case F_EXTRACT_TEXT_TIMESTAMP:
        case F_EXTRACT_TEXT_TIMESTAMPTZ:
        case F_EXTRACT_TEXT_INTERVAL:
            return true;
        default:
            return false;
    }
}

/* An array of nothing but values is one value: a list's length is no part of a statement's shape. */
static bool
is_value_list(Node *node)
{
    ListCell *cell;

    if (IsA(node, ArrayCoerceExpr))
        node = (Node *)((ArrayCoerceExpr *)node)->arg;
    if (!IsA(node, ArrayExpr))
        return IsA(node, Const) || IsA(node, Param);
    foreach (cell, ((ArrayExpr *)node)->elements)
    {
        if (!IsA(lfirst(cell), Const) && !IsA(lfirst(cell), Param))
            return false;
    }
    return true;
}

/* Nodes all of whose constants are Const nodes below them. */
static bool
is_transparent(const Node *node)
{
    switch (nodeTag(node))
    {
        case T_Var:
        case T_List:
        case T_FuncExpr:
        case T_OpExpr:
        case T_DistinctExpr:
        case T_NullIfExpr:
        case T_ScalarArrayOpExpr:
        case T_BoolExpr:
        case T_CoerceViaIO:
        case T_ArrayCoerceExpr:
        case T_ArrayExpr:
        case T_CollateExpr:
        case T_CaseExpr:
        case T_CaseWhen:
        case T_CaseTestExpr:
        case T_RowExpr:
        case T_RowCompareExpr:
        case T_CoalesceExpr:
        case T_MinMaxExpr:
        case T_NullTest:
        case T_BooleanTest:
        case T_SubscriptingRef:
        case T_FieldSelect:
        case T_CoerceToDomain:
            return true;
        default:
            return false;
    }
}

static Node *
hide_constants_mutator(Node *node, void *context)
{
    Node *result;

    if (node == NULL)
        return NULL;
    if (IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) || IsA(node, SubLink))
        return make_marker(node, MARKER_QUERY);
    /* Casts that do nothing: status::text = $ reads better without. */
    if (IsA(node, RelabelType))
        return hide_constants_mutator((Node *)((RelabelType *)node)->arg, context);
    if (!is_transparent(node) || is_value_list(node))
        return make_marker(node, MARKER_VALUE);

    result = expression_tree_mutator(node, hide_constants_mutator, context);
    if (IsA(node, FuncExpr))
    {
        FuncExpr *call = (FuncExpr *)result;

        if (takes_field_word(call))
            linitial(call->args) = linitial(((FuncExpr *)node)->args);
        else if (call->funcformat == COERCE_SQL_SYNTAX)
            call->funcformat = COERCE_EXPLICIT_CALL;
    }
    return result;
}

/*
 * $1 becomes $, $2 (subquery). An unquoted identifier never holds a $ here, since the
 * server quotes those that do, so only quotes have to be watched.
 */
static char *
name_markers(const char *text)
{
    StringInfoData words;
    bool quoted = false;

    initStringInfo(&words);
    for (const char *c = text; *c; c++)
    {
        if (*c == '"')
            quoted = !quoted;
        if (quoted || c[0] != '$' || c[1] < '0' || c[1] > '9')
        {
            appendStringInfoChar(&words, *c);
            continue;
        }
        appendStringInfoString(&words, c[1] == '0' + MARKER_QUERY ? "(subquery)" : "$");
        c++;
    }
    return words.data;
}

/* Position behind a quoted string or identifier that starts at text[i]. */
static int
skip_quoted(const char *text, int i)
{
    char quote = text[i++];

    while (text[i] && text[i] != quote)
        i++;
    return text[i] ? i + 1 : i;
}

/* Without the parentheses that enclose all of it, if they do. */
static char *
strip_parentheses(char *text)
{
    int depth = 0;
    int i = 0;

    if (text[0] != '(')
        return text;
    while (text[i])
    {
        if (text[i] == '\'' || text[i] == '"')
        {
            i = skip_quoted(text, i);
            continue;
        }
        if (text[i] == '(')
            depth++;
        else if (text[i] == ')' && --depth == 0)
            break;
        i++;
    }
    if (text[i] != ')' || text[i + 1] != '\0')
        return text;
    return pnstrdup(text + 1, i - 1);
}

static char *
deparse(Oid relid, Node *expression)
{
    return deparse_expression(expression, deparse_context_for(get_rel_name(relid), relid), false, false);
}

/*
 * Parameters and sub-queries have no text outside their plan, and the server's
 * deparser does not look before it leaps: it would read a plan that is not there.
 */
static bool
belongs_to_plan_walker(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, Param) || IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) || IsA(node, SubLink))
        return true;
    return expression_tree_walker(node, belongs_to_plan_walker, context);
}

/* A type that has no collation gets one from the type that it is taken for. */
static bool
says_collation(const RelabelType *relabel)
{
    Oid before = exprCollation((Node *)relabel->arg);

    return OidIsValid(relabel->resultcollid) &&
           relabel->resultcollid != (OidIsValid(before) ? before : get_typcollation(relabel->resulttype));
}

/* The planner makes a cast of COLLATE, and the server's deparser knows of casts only what type they are to. */
static Node *
spell_collations(Node *node, void *context)
{
    CollateExpr *collate;
    RelabelType *relabel;

    if (node == NULL)
        return NULL;
    node = expression_tree_mutator(node, spell_collations, context);
    relabel = (RelabelType *)node;
    if (!IsA(node, RelabelType) || !says_collation(relabel))
        return node;
    collate = makeNode(CollateExpr);
    collate->collOid = relabel->resultcollid;
    collate->location = -1;
    relabel->resultcollid = exprCollation((Node *)relabel->arg);
    collate->arg = relabel->resulttype == exprType((Node *)relabel->arg) ? relabel->arg : (Expr *)relabel;
    return (Node *)collate;
}

static char *
deparse_qualified(Oid relid, Node *expression)
{
    int nest_level;
    char *text;

    if (belongs_to_plan_walker(expression, NULL))
        elog(ERROR, "cannot deparse an expression that belongs to a plan");
    nest_level = NewGUCNestLevel();
    (void)set_config_option("search_path", "pg_catalog", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                            false);
    text = deparse(relid, spell_collations(expression, NULL));
    AtEOXact_GUC(true, nest_level);
    return text;
}

char *
catalog_deparse(Oid relid, Node *expression, bool words)
{
    if (words)
        return strip_parentheses(name_markers(deparse(relid, hide_constants_mutator(expression, NULL))));
    return strip_parentheses(deparse_qualified(relid, expression));
}

/* The grammar's func_expr: what CREATE INDEX takes without parentheses. */
static bool
is_function_call(const Node *node)
{
    switch (nodeTag(node))
    {
        case T_FuncExpr:
            return ((const FuncExpr *)node)->funcformat == COERCE_EXPLICIT_CALL ||
                   ((const FuncExpr *)node)->funcformat == COERCE_SQL_SYNTAX;
        case T_CoalesceExpr:
        case T_MinMaxExpr:
        case T_NullIfExpr:
            return true;
        default:
            return false;
    }
}

char *
catalog_deparse_key(Oid relid, Node *expression)
{
    char *text = deparse_qualified(relid, expression);

    return is_function_call(expression) ? text : psprintf("(%s)", text);
}

/* ---- names ---- */

typedef struct NameParts
{
    Oid relid;
    StringInfoData name;
} NameParts;

static void
add_part(NameParts *parts, const char *part)
{
    if (part == NULL)
        return;
    if (parts->name.len > 0)
        appendStringInfoChar(&parts->name, '_');
    appendStringInfoString(&parts->name, part);
}

/* A constant that looks like a word names something: the field of a document, the unit of a date. */
static void
add_constant_part(NameParts *parts, const Const *constant)
{
    char *word;

    if (constant->constisnull || constant->consttype != TEXTOID)
        return;
    word = TextDatumGetCString(constant->constvalue);
    if (word[0] != '\0' && strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(word))
        add_part(parts, word);
}

static bool
name_walker(Node *node, void *context)
{
    NameParts *parts = context;

    if (node == NULL)
        return false;
    if (IsA(node, Var))
        add_part(parts, get_attname(parts->relid, ((Var *)node)->varattno, true));
    else if (IsA(node, Const))
        add_constant_part(parts, (Const *)node);
    else if (IsA(node, FuncExpr) && ((FuncExpr *)node)->funcformat != COERCE_IMPLICIT_CAST &&
             ((FuncExpr *)node)->funcformat != COERCE_EXPLICIT_CAST)
        add_part(parts, get_func_name(((FuncExpr *)node)->funcid));
    return expression_tree_walker(node, name_walker, context);
}

char *
catalog_expression_name(Oid relid, Node *expression)
{
    NameParts parts = {.relid = relid};

    initStringInfo(&parts.name);
    (void)name_walker(expression, &parts);
    if (parts.name.len == 0)
        appendStringInfoString(&parts.name, "expression");
    return parts.name.data;
}
