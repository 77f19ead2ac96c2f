/*
 * statement_parse.c - from a statement's text to its rewritten query.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "nodes/nodeFuncs.h"
#include "tcop/tcopprot.h"
#include "utils/syscache.h"

#include "statement_internal.h"

/* What a raw tree names. */
typedef struct Names
{
    List *relations;
    bool reads_parts;
} Names;

static RawStmt *parse_one(const char *text);
static void report_position(void *text);
static bool find_names_of_index(IndexStmt *index, Names *names);
static Node *plannable_part(Node *node);
static void drop_into(SelectStmt *select);
static bool find_names(Node *node, void *context);

Query *
statement_parse(const CapturedStatement *statement)
{
    RawStmt *raw = parse_one(statement->text);
    int n = statement->n_params;
    Oid *types = palloc0(sizeof(Oid) * (n + 1));
    List *queries;
    ListCell *cell;

    /* Types that are not known are inferred, and so are those that are gone. */
    for (int i = 0; i < n; i++)
    {
        if (SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(statement->param_types[i])))
            types[i] = statement->param_types[i];
    }
    queries = pg_analyze_and_rewrite_varparams(raw, statement->text, &types, &n, NULL);
    foreach (cell, queries)
    {
        Query *query = lfirst(cell);

        if (query->commandType != CMD_UTILITY && query->commandType != CMD_NOTHING)
            return query;
    }
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("rules leave nothing of the statement to plan"));
}

List *
statement_named_relations(const char *text, bool *reads_parts)
{
    ErrorContextCallback callback = {.callback = report_position, .arg = (void *)text};
    Names names = {NIL, false};
    ListCell *cell;

    callback.previous = error_context_stack;
    error_context_stack = &callback;
    foreach (cell, pg_parse_query(text))
    {
        Node *node = lfirst_node(RawStmt, cell)->stmt;

        if (IsA(node, IndexStmt))
            (void)find_names_of_index((IndexStmt *)node, &names);
        else
            (void)find_names(plannable_part(node), &names);
    }
    error_context_stack = callback.previous;
    if (reads_parts)
        *reads_parts = names.reads_parts;
    return names.relations;
}

/* Positions are in this text, not in what the client sent. */
static void
report_position(void *text)
{
    int position = geterrposition();

    if (position > 0)
    {
        errposition(0);
        internalerrposition(position);
        internalerrquery(text);
    }
}

static bool
find_names_of_index(IndexStmt *index, Names *names)
{
    return find_names((Node *)index->relation, names) || find_names((Node *)index->indexParams, names) ||
           find_names(index->whereClause, names);
}

static RawStmt *
parse_one(const char *text)
{
    List *statements = pg_parse_query(text);
    RawStmt *raw;

    if (list_length(statements) != 1)
        ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
                errmsg("expected one statement, not %d", list_length(statements)));
    raw = linitial_node(RawStmt, statements);
    raw->stmt = plannable_part(raw->stmt);
    if (raw->stmt == NULL)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("only SELECT, INSERT, UPDATE, DELETE and MERGE can be planned"));
    return raw;
}

/* The query inside EXPLAIN, PREPARE and the like; NULL if there is none. */
static Node *
plannable_part(Node *node)
{
    for (;;)
    {
        switch (node == NULL ? T_Invalid : nodeTag(node))
        {
            case T_SelectStmt:
                drop_into((SelectStmt *)node);
                return node;
            case T_InsertStmt:
            case T_UpdateStmt:
            case T_DeleteStmt:
            case T_MergeStmt:
                return node;
            case T_ExplainStmt:
                node = ((ExplainStmt *)node)->query;
                break;
            case T_PrepareStmt:
                node = ((PrepareStmt *)node)->query;
                break;
            case T_DeclareCursorStmt:
                node = ((DeclareCursorStmt *)node)->query;
                break;
            case T_CreateTableAsStmt:
                node = ((CreateTableAsStmt *)node)->query;
                break;
            case T_CopyStmt:
                node = ((CopyStmt *)node)->query;
                break;
            default:
                return NULL;
        }
    }
}

/* SELECT INTO is planned as the SELECT. INTO sits in the first arm of a set operation. */
static void
drop_into(SelectStmt *select)
{
    while (select->op != SETOP_NONE)
        select = select->larg;
    select->intoClause = NULL;
}

/* The text form of an array, a row or a range starts with a bracket; that of an empty range has no part. */
static bool
has_parts(const A_Const *constant)
{
    const char *text;

    if (constant->isnull || !IsA(&constant->val, String))
        return false;
    text = constant->val.sval.sval;
    text += strspn(text, " \t\n\r\v\f");
    return *text == '{' || *text == '(' || *text == '[';
}

static bool
find_names(Node *node, void *context)
{
    Names *names = context;

    if (node == NULL)
        return false;
    if (IsA(node, A_Const))
        names->reads_parts |= has_parts((A_Const *)node);
    if (IsA(node, RangeVar))
    {
        Oid relid = RangeVarGetRelid((RangeVar *)node, NoLock, true);

        if (OidIsValid(relid))
            names->relations = list_append_unique_oid(names->relations, relid);
        return false;
    }
    return raw_expression_tree_walker(node, find_names, context);
}
