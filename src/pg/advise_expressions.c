/*
 * advise_expressions.c - statistics of an expression that a condition is about.
 *
 * Of an expression that no index has as a key the planner knows nothing, and takes a fixed share for what a
 * condition keeps. Within a run it knows what a sample says of it, as if an index were there: so what the server
 * expects is asked of a plan without that, and what it would do then is the plan that all others of the run are
 * compared with.
 */
#include "advise_remedy.h"

#include "core/advisor.h"

#include "catalog/pg_class.h"
#include "utils/lsyscache.h"

#include "catalog.h"

typedef struct UnlearntJob
{
    const GatheredStatement *statement;
    WhatifEstimate *heard;
} UnlearntJob;

static bool expected_unlearnt(Session *session, int statement, WhatifEstimate *heard);
static void unlearnt_body(StatementContext *run, void *arg);

void
remedy_of_expression(Session *session, Remedy *remedy)
{
    GatheredStatistics *found = &remedy->found;
    const RequestFact *request = &gather_facts(session->gathered)->requests[remedy->request];
    double planned = request->planned_selectivity >= 0 ? request->planned_selectivity : request->selectivity;
    WhatifEstimate heard;

    if (!(request->rows_removed > 0) || !request->sequential ||
        !gather_statistics_of_expression(session->gathered, remedy->request, found) ||
        get_rel_relkind(found->index.relid) != RELKIND_RELATION || !session_may_plan(session, 1))
        return;
    heard = (WhatifEstimate){.relid = found->index.relid, .clauses = found->clauses};
    if (!expected_unlearnt(session, remedy->statement, &heard))
        return;
    found->facts.planned = Min(1.0, heard.share);
    if (!advisor_statistics_wanted(&found->facts) || !advisor_statistics_nearer(&found->facts, planned))
        return;
    remedy->choice = (StatisticsChoice){STATISTICS_EXPRESSION, 0, planned};
}

/* False where it could not be planned, or these conditions are in no plan. */
static bool
expected_unlearnt(Session *session, int statement, WhatifEstimate *heard)
{
    UnlearntJob job = {gather_statement_at(session->gathered, statement), heard};
    StatementFailure failure;

    heard->share = -1;
    return session_run(session, job.statement->captured, unlearnt_body, &job, &failure) && heard->share >= 0;
}

static void
unlearnt_body(StatementContext *run, void *arg)
{
    UnlearntJob *job = arg;
    const CapturedStatement *captured = job->statement->captured;
    ParamListInfo params = job->statement->binds[0];

    (void)whatif_plan_unlearnt(statement_copy_to_plan(run->query, params), captured->text, captured->cursor_options,
                               params, job->heard);
}
