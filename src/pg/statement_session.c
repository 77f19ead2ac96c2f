/*
 * statement_session.c - what a statement read of the session that ran it.
 *
 * A policy compares with current_setting('app.tenant'), and the planner computes that to estimate how many rows are
 * equal to it. In another session the setting is not there, and computing it is an error. So there the call becomes
 * a parameter without value, for which the planner takes an average. Who is shown the finished plan reads the call
 * again.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"

#include "statement_internal.h"

/* The parameter that stands for calls[position]. */
static Param *
unknown_param(const List *calls, int position)
{
    Param *unknown = makeNode(Param);

    unknown->paramkind = PARAM_EXTERN;
    unknown->paramid = STATEMENT_SETTING_PARAM + position;
    unknown->paramtype = TEXTOID;
    unknown->paramtypmod = -1;
    unknown->paramcollid = ((const FuncExpr *)list_nth(calls, position))->funccollid;
    unknown->location = -1;
    return unknown;
}

static bool
is_unknown_setting(const FuncExpr *call)
{
    const Const *name = linitial(call->args);
    const char *value;

    if (!IsA(name, Const) || name->constisnull || name->consttype != TEXTOID)
        return false;
    value = GetConfigOption(TextDatumGetCString(name->constvalue), true, false);
    return value == NULL || value[0] == '\0';
}

/* Equal calls, wherever they stand in the text, are one parameter. */
static Param *
param_for(FuncExpr *call, List **calls)
{
    int position = 0;

    while (position < list_length(*calls) && !equal(call, list_nth(*calls, position)))
        position++;
    if (position == list_length(*calls))
        *calls = lappend(*calls, call);
    return unknown_param(*calls, position);
}

static Node *
settle(Node *node, void *context)
{
    if (node == NULL)
        return NULL;
    if (IsA(node, FuncExpr))
    {
        FuncExpr *call = (FuncExpr *)node;

        if ((call->funcid == F_CURRENT_SETTING_TEXT || call->funcid == F_CURRENT_SETTING_TEXT_BOOL) &&
            is_unknown_setting(call))
            return (Node *)param_for(call, context);
    }
    if (IsA(node, Query))
        return (Node *)query_tree_mutator((Query *)node, settle, context, 0);
    return expression_tree_mutator(node, settle, context);
}

Query *
statement_settle(Query *query, List **calls)
{
    *calls = NIL;
    return (Query *)settle((Node *)query, calls);
}

static char *
replace_all(const char *text, const char *old, const char *new)
{
    StringInfoData result;
    const char *found;

    initStringInfo(&result);
    while ((found = strstr(text, old)) != NULL)
    {
        appendBinaryStringInfo(&result, text, found - text);
        appendStringInfoString(&result, new);
        text = found + strlen(old);
    }
    appendStringInfoString(&result, text);
    return result.data;
}

/*
 * There is no walker that changes finished plans. Written down as for parallel workers, a parameter reads the same
 * wherever it stands, and braces of constants are escaped.
 */
PlannedStmt *
statement_show_settings(PlannedStmt *plan, const List *calls)
{
    char *text;

    if (calls == NIL)
        return plan;
    text = nodeToString(plan);
    for (int i = 0; i < list_length(calls); i++)
        text = replace_all(text, nodeToString(unknown_param(calls, i)), nodeToString(list_nth(calls, i)));
    return stringToNode(text);
}
