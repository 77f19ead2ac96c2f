/*
 * statement_session.c - what a statement read of the session that ran it.
 *
 * A policy compares with current_setting('app.tenant'), and the planner computes that to estimate how many rows are
 * equal to it. In another session the setting is not there, and computing it is an error. So there the call becomes
 * a parameter without value, for which the planner takes an average.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"

#include "statement_internal.h"

/* No protocol's parameter has such a number. */
#define UNKNOWN_PARAM (PG_UINT16_MAX + 1)

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

static Node *
settle(Node *node, void *context)
{
    if (node == NULL)
        return NULL;
    if (IsA(node, FuncExpr))
    {
        const FuncExpr *call = (FuncExpr *)node;

        if ((call->funcid == F_CURRENT_SETTING_TEXT || call->funcid == F_CURRENT_SETTING_TEXT_BOOL) &&
            is_unknown_setting(call))
        {
            Param *unknown = makeNode(Param);

            unknown->paramkind = PARAM_EXTERN;
            unknown->paramid = UNKNOWN_PARAM;
            unknown->paramtype = TEXTOID;
            unknown->paramtypmod = -1;
            unknown->paramcollid = call->funccollid;
            unknown->location = -1;
            return (Node *)unknown;
        }
    }
    if (IsA(node, Query))
        return (Node *)query_tree_mutator((Query *)node, settle, context, 0);
    return expression_tree_mutator(node, settle, context);
}

Query *
statement_settle(Query *query)
{
    return (Query *)settle((Node *)query, NULL);
}
