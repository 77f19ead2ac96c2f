/*
 * statement_parse.c - from a statement's text to its rewritten query.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "nodes/nodeFuncs.h"
#include "tcop/tcopprot.h"
#include "utils/syscache.h"

#include "statement_internal.h"

static RawStmt *parse_one(const char *text);
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
statement_named_relations(const char *text)
{
    List *relations = NIL;

    (void)find_names(parse_one(text)->stmt, &relations);
    return relations;
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

static bool
find_names(Node *node, void *context)
{
    List **relations = context;

    if (node == NULL)
        return false;
    if (IsA(node, RangeVar))
    {
        Oid relid = RangeVarGetRelid((RangeVar *)node, NoLock, true);

        if (OidIsValid(relid))
            *relations = list_append_unique_oid(*relations, relid);
        return false;
    }
    return raw_expression_tree_walker(node, find_names, context);
}
