/*
 * advise_groups.c - statistics that would have told the planner how many groups a statement has.
 *
 * Executions counted the groups of the one node that groups by several columns; the planner says what it expects of
 * the one level of the query that does, a sample how many combinations there are, and the planner again what it
 * would expect then: how conditions thin groups out, and what it does not believe, is its own affair.
 */
#include "advise_remedy.h"

#include "core/advisor.h"

#include <math.h>

#include "nodes/bitmapset.h"

#include "catalog.h"

/* How it groups now, and with statistics. */
#define GROUPING_CALLS 2

typedef struct GroupsJob
{
    const GatheredStatement *statement;
    const WhatifEstimate *estimates;
    int n;
    bool found;
    WhatifGrouping grouping;
} GroupsJob;

static bool ask_grouping(Session *session, GroupsJob *job);
static void ask_body(StatementContext *run, void *arg);
static int find_request(const Session *session, int statement, Oid relid);

void
remedy_of_groups(Session *session, int statement, Remedy *remedy)
{
    GroupsJob job = {.statement = gather_statement_at(session->gathered, statement)};
    const StoredStatement *stored = job.statement->stored;
    StatisticsFacts *facts = &remedy->found.facts;
    WhatifEstimate estimate = {0};
    AdvisorStatus status;

    if (stored == NULL || stored->counts.grouped == 0 || !session_may_plan(session, GROUPING_CALLS) ||
        !ask_grouping(session, &job))
        return;
    remedy->request = find_request(session, statement, job.grouping.relid);
    if (remedy->request < 0 ||
        !gather_statistics_of_groups(session->gathered, remedy->request, job.grouping.columns, &remedy->found))
        return;
    facts->planned = Min(1.0, job.grouping.groups / facts->rows);
    facts->counted = Min(1.0, (double)stored->counts.groups / (double)stored->counts.grouped / facts->rows);
    facts->target = catalog_statistics_target(job.grouping.relid, job.grouping.columns);
    if (!advisor_statistics_wanted(facts) || facts->target < 1 || !gather_statistics_rows(&remedy->found))
        return;
    status = advisor_statistics_groups(facts, &remedy->choice);
    if (status != ADVISOR_OK)
        advise_core_failed(status, status == ADVISOR_NO_MEMORY, "extended statistics");
    if (remedy->choice.kind == STATISTICS_NONE)
        return;
    remedy->grouped = bms_copy(job.grouping.columns);
    remedy->columns = remedy_columns_of(&remedy->found.index, remedy->choice.columns);
    remedy->distinct = rint(remedy->choice.estimate * facts->rows);
    estimate.relid = job.grouping.relid;
    estimate.columns = remedy->columns;
    estimate.distinct = remedy->distinct;
    job.estimates = &estimate;
    job.n = 1;
    if (ask_grouping(session, &job))
        remedy->choice.estimate = Min(1.0, job.grouping.groups / facts->rows);
    if (!job.found || !advisor_statistics_nearer(facts, remedy->choice.estimate))
        remedy->choice.kind = STATISTICS_NONE;
}

/* ---- by what it groups ---- */

static bool
ask_grouping(Session *session, GroupsJob *job)
{
    StatementFailure failure;

    job->found = false;
    (void)session_run(session, job->statement->captured, ask_body, job, &failure);
    return job->found;
}

static void
ask_body(StatementContext *run, void *arg)
{
    GroupsJob *job = arg;
    const CapturedStatement *captured = job->statement->captured;
    ParamListInfo params = job->statement->binds[0];

    job->found = whatif_grouping(statement_copy_to_plan(run->query, params), captured->text,
                                 captured->cursor_options, params, job->estimates, job->n, &job->grouping);
    MemoryContextSwitchTo(run->result_context);
    job->grouping.columns = bms_copy(job->grouping.columns);
}

/* Of the statement's, one on that table; negative: none. */
static int
find_request(const Session *session, int statement, Oid relid)
{
    const Facts *facts = gather_facts(session->gathered);
    const StatementFact *fact = &facts->statements[statement];

    for (int i = fact->first_request; i < fact->first_request + fact->n_requests; i++)
    {
        if (gather_relation_oid(session->gathered, facts->requests[i].relation) == relid)
            return i;
    }
    return -1;
}
