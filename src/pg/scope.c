/*
 * scope.c - which planner call is ours.
 *
 * Every planner call below scope_plan goes through the planner hook, which
 * counts how deep it is. Only the outermost one that plans our own query is
 * "own level". Depth alone would not do: an extension whose hook runs before
 * ours may plan queries of its own (to look up hints, say) ahead of ours, at the
 * same depth. So the call is recognised by its query, or, should a hook have
 * passed a copy on, by its text's address.
 */
#include "scope.h"

#include "optimizer/optimizer.h"
#include "optimizer/planner.h"

#include "compat.h"

/* One scope_plan in progress; lives on its stack. */
typedef struct OwnCall
{
    const Query *query;
    const char *text;
    int depth;         /* planner calls running inside, ours included */
    bool at_own_level; /* the outermost of them is ours */
} OwnCall;

static OwnCall *own_call;
static planner_hook_type previous_planner;

static PlannedStmt *count_planner_call(COMPAT_PLANNER_PARAMETERS);
static PlannedStmt *next_planner(COMPAT_PLANNER_PARAMETERS);

void
scope_install(void)
{
    previous_planner = planner_hook;
    planner_hook = count_planner_call;
}

PlannedStmt *
scope_plan(Query *query, const char *text, int cursor_options, ParamListInfo params)
{
    OwnCall call = {.query = query, .text = text ? text : ""};
    OwnCall *outer = own_call;
    PlannedStmt *plan;

    /* Without an id nobody who counts planning by query books ours. */
    query->queryId = 0;
    own_call = &call;
    PG_TRY();
    {
        plan = planner(query, call.text, cursor_options, params, NULL);
    }
    PG_FINALLY();
    {
        own_call = outer;
    }
    PG_END_TRY();
    return plan;
}

bool
scope_in_own_call(void)
{
    return own_call != NULL;
}

bool
scope_at_own_level(void)
{
    return own_call != NULL && own_call->depth == 1 && own_call->at_own_level;
}

static PlannedStmt *
count_planner_call(COMPAT_PLANNER_PARAMETERS)
{
    OwnCall *call = own_call;
    PlannedStmt *plan;

    if (call == NULL)
        return next_planner(COMPAT_PLANNER_ARGUMENTS);

    if (call->depth++ == 0)
        call->at_own_level = query == call->query || text == call->text;
    PG_TRY();
    {
        plan = next_planner(COMPAT_PLANNER_ARGUMENTS);
    }
    PG_FINALLY();
    {
        call->depth--;
    }
    PG_END_TRY();
    return plan;
}

static PlannedStmt *
next_planner(COMPAT_PLANNER_PARAMETERS)
{
    if (previous_planner)
        return previous_planner(COMPAT_PLANNER_ARGUMENTS);
    return standard_planner(COMPAT_PLANNER_ARGUMENTS);
}
