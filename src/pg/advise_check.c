/*
 * advise_check.c - what one index that the user has in mind would do.
 *
 * No search here: the index is given. Its size comes from the core, its effect
 * from planning every captured statement that touches its table with and
 * without it.
 */
#include "advise_internal.h"

#include <math.h>

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "settings.h"
#include "whatif.h"

/* A predicate that so many rows of the sample should pass, and none did, may still be as rare as it was thought. */
#define UNMET_ROWS 3.0

typedef struct ShareJob
{
    double rows;
} ShareJob;

/* Sums over the statements of one check. */
typedef struct CheckSums
{
    double before, after, saved_ms_per_hour;
    int touched;
} CheckSums;

static void weigh_statement(Session *session, int statement, WhatifIndex *index, CheckedIndex *checked,
                            CheckSums *sums);
static bool touches(const Session *session, int statement, Oid relid);
static void share_body(StatementContext *run, void *arg);
static char *reason_words(const Session *session, const WhatifIndex *index, const CheckedIndex *checked,
                          const CheckSums *sums);

/*
 * Statistics are of more rows than the sample, and know a rare value that it may not have met. So where the sample
 * does not contradict them they are right; where it does, they assume something of columns or of an expression.
 */
static double
reconcile(double planned, const WhatifShare *sampled)
{
    double doubt;

    if (sampled->whole)
        return sampled->share;
    if (sampled->rows_read <= 0)
        return planned;
    doubt = Max(2 * sampled->error, UNMET_ROWS / sampled->rows_read);
    return fabs(planned - sampled->share) <= doubt ? planned : sampled->share;
}

double
advise_predicate_share(const WhatifIndex *index, const WhatifShare *sampled)
{
    RelationFact relation = {0};
    ShareJob job = {0};
    StatementFailure failure;
    Node *predicate = (Node *)make_ands_explicit(copyObject(index->predicate));
    char *text;

    if (index->predicate == NIL)
        return 1.0;
    catalog_relation(index->relid, &relation);
    text = psprintf("SELECT 1 FROM %s%s WHERE %s", relation.partitions > 0 ? "" : "ONLY ", relation.name,
                    catalog_deparse(index->relid, predicate, false));
    if (relation.rows <= 0 || !statement_run(statement_from_text(text), share_body, &job, &failure))
        return sampled->rows_read > 0 ? sampled->share : 1.0;
    return reconcile(Min(1.0, job.rows / relation.rows), sampled);
}

static void
share_body(StatementContext *run, void *arg)
{
    PlannedStmt *plan = whatif_plan(run->query, NULL, 0, NULL, NULL, 0, NIL, NULL);

    ((ShareJob *)arg)->rows = plan->planTree->plan_rows;
}

WhatifIndex *
advise_parse(const char *ddl)
{
    WhatifIndex *index;
    Oid caller;
    int security;

    GetUserIdAndSecContext(&caller, &security);
    SetUserIdAndSecContext(statement_parsing_role(caller, ddl), security | SECURITY_RESTRICTED_OPERATION);
    index = whatif_parse(ddl);
    SetUserIdAndSecContext(caller, security);
    return index;
}

static double
share_held(const WhatifIndex *index)
{
    RelationFact relation = {0};

    catalog_relation(index->relid, &relation);
    return relation.rows > 0 ? Min(1.0, index->size.tuples / relation.rows) : 1.0;
}

CheckedIndex *
advise_check(const char *ddl, bool own_only)
{
    AdviseOptions options = {.own_only = own_only};
    WhatifIndex *index = advise_hypothetical(ddl);
    Session *session = session_begin(&options);
    CheckedIndex *checked = palloc0(sizeof(CheckedIndex));
    CheckSums sums = {0};
    WritePrice price = advise_write_price(index, share_held(index));
    IndexBuild build;
    int n_statements;

    checked->size_bytes = index->size.bytes;
    build = advise_build(index);
    checked->build_seconds = build.seconds;
    checked->build_wal_bytes = build.wal_bytes;
    checked->build_temp_bytes = build.temp_bytes;
    checked->writes_per_hour = price.entries;
    checked->wal_bytes_per_hour = price.entries < 0 ? UNKNOWN : price.wal_bytes + price.wal_page_bytes;
    checked->hot_lost_per_hour = price.hot_lost;

    if (store_is_attached())
        session_gather_captured(session, own_only);
    n_statements = gather_facts(session->gathered)->n_statements;
    checked->helped = palloc0((n_statements + 1) * sizeof(int64));
    checked->hurt = palloc0((n_statements + 1) * sizeof(int64));
    for (int i = 0; i < n_statements; i++)
    {
        if (touches(session, i, index->relid))
            weigh_statement(session, i, index, checked, &sums);
    }
    checked->cost_before = sums.touched > 0 ? sums.before : UNKNOWN;
    checked->cost_after = sums.touched > 0 ? sums.after : UNKNOWN;
    checked->improvement = sums.before > 0 ? 1.0 - sums.after / sums.before : UNKNOWN;
    checked->saved_ms_per_hour = sums.touched > 0 ? sums.saved_ms_per_hour : UNKNOWN;
    checked->reason = reason_words(session, index, checked, &sums);
    if (index->order_words && index->order_words[0] != '\0')
        checked->reason = psprintf("%s. %s", checked->reason, index->order_words);
    return checked;
}

/* Costs are weighted by calls per hour, so that before and after are those of an hour of this workload. */
static void
weigh_statement(Session *session, int statement, WhatifIndex *index, CheckedIndex *checked, CheckSums *sums)
{
    const StatementFact *fact = &gather_facts(session->gathered)->statements[statement];
    PricedPlan before, after;
    double calls_per_hour = fact->calls / fact->hours;

    CHECK_FOR_INTERRUPTS();
    if (!session_price(session, statement, NULL, 0, false, &before) ||
        !session_price(session, statement, &index, 1, false, &after))
        return;
    sums->touched++;
    sums->before += before.mean_cost * calls_per_hour;
    sums->after += after.mean_cost * calls_per_hour;
    if (before.mean_cost > 0)
        sums->saved_ms_per_hour += fact->total_ms / fact->hours * (1.0 - after.mean_cost / before.mean_cost);
    if (after.mean_cost <= before.mean_cost * (1.0 - setting_min_improvement))
        checked->helped[checked->n_helped++] = fact->id;
    else if (after.mean_cost > before.mean_cost * (1.0 + setting_max_regression))
        checked->hurt[checked->n_hurt++] = fact->id;
}

static bool
touches(const Session *session, int statement, Oid relid)
{
    const Facts *facts = gather_facts(session->gathered);
    const StatementFact *fact = &facts->statements[statement];

    for (int i = 0; i < fact->n_requests; i++)
    {
        if (gather_relation_oid(session->gathered, facts->requests[fact->first_request + i].relation) == relid)
            return true;
    }
    return false;
}

static char *
reason_words(const Session *session, const WhatifIndex *index, const CheckedIndex *checked, const CheckSums *sums)
{
    if (session->n_captured == 0)
        return "no statement was captured in this database, so only the size is known";
    if (sums->touched == 0)
        return psprintf("none of the %d captured statements reads this table with conditions", session->n_captured);
    if (checked->n_helped == 0)
        return psprintf("none of the %d captured statements on this table gets better by %.0f %% or more with it",
                        sums->touched, setting_min_improvement * 100);
    return psprintf("%d of %d captured statements on this table get better by %.0f %% or more, %d get worse",
                    checked->n_helped, sums->touched, setting_min_improvement * 100, checked->n_hurt);
}
