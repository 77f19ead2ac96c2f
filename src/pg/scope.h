/*
 * scope.h - which planner call is ours.
 *
 * Floor 0. Planning runs functions, whose own statements are planned and even
 * executed inside our planner call. Those must see nothing of what we inject
 * and must not be captured. This room owns planner_hook's innermost question:
 * "is the planner call that runs right now one that index_advisor itself made?"
 */
#ifndef INDEX_ADVISOR_SCOPE_H
#define INDEX_ADVISOR_SCOPE_H

#include "postgres.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"

/* Chains planner_hook; once, from _PG_init. */
extern void scope_install(void);

/*
 * Plans `query` (scribbling on it) as a call of ours. Errors pass through, and
 * leave no trace of the call.
 */
extern PlannedStmt *scope_plan(Query *query, const char *text, int cursor_options, ParamListInfo params);

/* True anywhere below scope_plan, nested planner calls and executions included: capture looks away. */
extern bool scope_in_own_call(void);

/* True only in our own planner call itself, not in one nested in it: what-if injects, plan_reader reads. */
extern bool scope_at_own_level(void);

#endif
