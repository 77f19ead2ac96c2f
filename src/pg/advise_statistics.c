/*
 * advise_statistics.c - extended statistics where executions kept far from what the planner expects.
 *
 * The counted rows of a run's statements are the evidence; a sample of rows says which statistics would have told
 * the planner. One object is proposed for all statements that it helps.
 */
#include "advise_internal.h"

#include "core/advisor.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalog.h"

/* What statistics would do for one request. */
typedef struct Remedy
{
    int statement, request;
    GatheredStatistics found;
    StatisticsChoice choice;
    Bitmapset *columns;
    WeighedEstimate weighed;
} Remedy;

/* One object, for all requests that ask for it. */
typedef struct Proposal
{
    Oid relid;
    const RelationFact *relation;
    Bitmapset *columns;
    char *definition;
    StatisticsStory story;
    List *statements, *requests;       /* numbers */
    double cost_before, cost_after;    /* of the statements, per hour */
    double ms_before, ms_after, calls; /* per hour */
} Proposal;

static List *find_remedies(Session *session, const AdviseOptions *options, const AdviseRun *run);
static bool find_remedy(Session *session, Remedy *remedy);
static bool choose(Remedy *remedy);
static bool pays(const Session *session, const AdviseRun *run, Remedy *remedy);
static List *add_remedy(List *proposals, const Session *session, const AdviseOptions *options,
                        const Remedy *remedy);
static AdvisedIndex *advised_from(const Session *session, Proposal *proposal, List **names);
static char *words_of(const StatisticsStory *story, StatisticsParagraph paragraph);
static void link_verdicts(AdviseRun *run, const Proposal *proposal, int position);

void
advise_statistics(Session *session, const AdviseOptions *options, AdviseRun *run)
{
    List *names = NIL;
    ListCell *cell;

    foreach (cell, find_remedies(session, options, run))
    {
        Proposal *proposal = lfirst(cell);

        link_verdicts(run, proposal, list_length(run->indexes) + list_length(run->statistics));
        run->statistics = lappend(run->statistics, advised_from(session, proposal, &names));
    }
}

/* The heaviest statements first. */
static List *
find_remedies(Session *session, const AdviseOptions *options, const AdviseRun *run)
{
    MemoryContext one =
        AllocSetContextCreate(CurrentMemoryContext, "index_advisor statistics", ALLOCSET_DEFAULT_SIZES);
    const Facts *facts = gather_facts(session->gathered);
    List *proposals = NIL;

    for (int s = 0; s < facts->n_statements; s++)
    {
        const StatementFact *statement = &facts->statements[s];

        for (int r = 0; r < statement->n_requests && !session_is_late(session); r++)
        {
            Remedy remedy = {.statement = s, .request = statement->first_request + r};
            MemoryContext caller = MemoryContextSwitchTo(one);
            bool found = find_remedy(session, &remedy) && pays(session, run, &remedy);

            MemoryContextSwitchTo(caller);
            if (found)
                proposals = add_remedy(proposals, session, options, &remedy);
            MemoryContextReset(one);
        }
    }
    MemoryContextDelete(one);
    return proposals;
}

/* ---- what helps ---- */

static Bitmapset *
columns_of(const WhatifIndex *index, uint32 chosen)
{
    Bitmapset *columns = NULL;

    for (int i = 0; i < index->n_includes; i++)
    {
        if (chosen >> i & 1)
            columns = bms_add_member(columns, index->includes[i]);
    }
    return columns;
}

static bool
find_remedy(Session *session, Remedy *remedy)
{
    const WhatifIndex *index = &remedy->found.index;

    CHECK_FOR_INTERRUPTS();
    if (!gather_statistics(session->gathered, remedy->request, &remedy->found) ||
        !advisor_statistics_wanted(&remedy->found.facts) ||
        get_rel_relkind(index->relid) == RELKIND_PARTITIONED_TABLE)
        return false;
    remedy->found.facts.target = catalog_statistics_target(index->relid, columns_of(index, PG_UINT32_MAX));
    return remedy->found.facts.target > 0 && gather_statistics_rows(&remedy->found) && choose(remedy) &&
           catalog_statistics_cover(index->relid, remedy->choice.kind, remedy->columns) == COVER_NONE;
}

static bool
choose(Remedy *remedy)
{
    AdvisorStatus status = advisor_statistics(&remedy->found.facts, &remedy->choice);

    if (status != ADVISOR_OK)
        advise_core_failed(status, status == ADVISOR_NO_MEMORY, "extended statistics");
    remedy->columns = columns_of(&remedy->found.index, remedy->choice.columns);
    return remedy->choice.kind != STATISTICS_NONE;
}

/*
 * Statistics that change no plan change nothing. Where both plans scan and join in the same ways what is gained is
 * not known, but then it is a statement of many joins, which gets another order of them.
 */
static bool
pays(const Session *session, const AdviseRun *run, Remedy *remedy)
{
    const GatheredStatistics *found = &remedy->found;
    WhatifEstimate estimate = {.relid = found->index.relid, .share = remedy->choice.estimate};

    for (int i = 0; i < found->facts.n_conditions; i++)
    {
        const StatisticsCondition *condition = &found->facts.conditions[i];

        if ((remedy->choice.columns >> condition->column & 1) != 0 &&
            (condition->equality || remedy->choice.kind == STATISTICS_MCV))
            estimate.clauses = lappend(estimate.clauses, found->index.keys[i].expression);
    }
    return advise_weigh_estimate(run, gather_statement_at(session->gathered, remedy->statement), &estimate,
                                 &remedy->weighed) &&
           remedy->weighed.changes;
}

/* ---- what is proposed ---- */

static const char *
kind_name(StatisticsKind kind)
{
    return kind == STATISTICS_MCV ? "mcv" : "dependencies";
}

/* As pg_get_statisticsobjdef_columns has them. */
static char *
column_list(Oid relid, const Bitmapset *columns)
{
    StringInfoData list;
    int column = -1;

    initStringInfo(&list);
    while ((column = bms_next_member(columns, column)) >= 0)
        appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
                         quote_identifier(get_attname(relid, column, false)));
    return list.data;
}

static bool
is_dismissed(const AdviseOptions *options, const char *relation, const char *definition)
{
    ListCell *cell;

    foreach (cell, options->dismissed)
    {
        const DismissedIndex *dismissed = lfirst(cell);

        if (strcmp(dismissed->relation, relation) == 0 && strcmp(dismissed->definition, definition) == 0)
            return true;
    }
    return false;
}

static Proposal *
find_proposal(List *proposals, Oid relid, const char *definition)
{
    ListCell *cell;

    foreach (cell, proposals)
    {
        Proposal *proposal = lfirst(cell);

        if (proposal->relid == relid && strcmp(proposal->definition, definition) == 0)
            return proposal;
    }
    return NULL;
}

/* The story is that of the first, which is the heaviest. */
static Proposal *
begin_proposal(const Session *session, const Remedy *remedy, char *definition)
{
    const Facts *facts = gather_facts(session->gathered);
    const RequestFact *request = &facts->requests[remedy->request];
    Proposal *proposal = palloc0(sizeof(Proposal));

    proposal->relid = remedy->found.index.relid;
    proposal->relation = &facts->relations[request->relation];
    proposal->columns = bms_copy(remedy->columns);
    proposal->definition = definition;
    proposal->story.relation = proposal->relation->name;
    proposal->story.columns = column_list(proposal->relid, remedy->columns);
    proposal->story.filter = gather_filter_words(facts, request);
    proposal->story.facts = remedy->found.facts;
    proposal->story.choice = remedy->choice;
    proposal->story.cost_before = remedy->weighed.cost_before;
    proposal->story.cost_after = remedy->weighed.cost_after;
    return proposal;
}

/* A statement that reads a table twice is helped as a whole once. */
static void
add_statement(Proposal *proposal, const StatementFact *statement, const Remedy *remedy)
{
    const WeighedEstimate *weighed = &remedy->weighed;
    double per_hour = statement->calls / statement->hours;
    double left = weighed->cost_before > 0 ? Min(1.0, weighed->cost_after / weighed->cost_before) : 1.0;

    if (list_member_int(proposal->statements, remedy->statement))
        return;
    proposal->statements = lappend_int(proposal->statements, remedy->statement);
    proposal->cost_before += weighed->cost_before * per_hour;
    proposal->cost_after += weighed->cost_after * per_hour;
    proposal->ms_before += statement->total_ms / statement->hours;
    proposal->ms_after += statement->total_ms / statement->hours * left;
    proposal->calls += per_hour;
}

static List *
add_remedy(List *proposals, const Session *session, const AdviseOptions *options, const Remedy *remedy)
{
    Oid relid = remedy->found.index.relid;
    char *definition = psprintf("(%s) ON %s", kind_name(remedy->choice.kind), column_list(relid, remedy->columns));
    Proposal *proposal = find_proposal(proposals, relid, definition);

    if (is_dismissed(options, catalog_relation_name(relid), definition))
        return proposals;
    if (proposal == NULL)
    {
        proposal = begin_proposal(session, remedy, definition);
        proposals = lappend(proposals, proposal);
    }
    add_statement(proposal, &gather_facts(session->gathered)->statements[remedy->statement], remedy);
    proposal->requests = list_append_unique_int(proposal->requests, remedy->request);
    return proposals;
}

/* ---- in the caller's terms ---- */

/* Of all statements of the run. */
static double
load_of(const Session *session)
{
    const Facts *facts = gather_facts(session->gathered);
    double load = 0;

    for (int i = 0; i < facts->n_statements; i++)
        load += facts->statements[i].total_ms / facts->statements[i].hours;
    return load;
}

static void
fill_figures(const Session *session, const Proposal *proposal, AdvisedIndex *advised)
{
    double load = load_of(session);

    advised->cost_before = proposal->cost_before;
    advised->cost_after = proposal->cost_after;
    advised->improvement = proposal->cost_before > 0 ? 1 - proposal->cost_after / proposal->cost_before : UNKNOWN;
    advised->saved_ms_per_hour = proposal->ms_before - proposal->ms_after;
    advised->share_of_load = load > 0 ? advised->saved_ms_per_hour / load : UNKNOWN;
    advised->ms_per_call_before = proposal->ms_before / proposal->calls;
    advised->ms_per_call_after = proposal->ms_after / proposal->calls;
    advised->size_bytes = advised->build_seconds = UNKNOWN;
    advised->writes_per_hour = advised->wal_bytes_per_hour = advised->hot_lost_per_hour = UNKNOWN;
    advised->helped_binds = advised->total_binds = -1;
}

static void
fill_statements(const Session *session, const Proposal *proposal, AdvisedIndex *advised)
{
    ListCell *cell;

    advised->queryids = palloc0(list_length(proposal->statements) * sizeof(int64));
    advised->userids = palloc0(list_length(proposal->statements) * sizeof(Oid));
    foreach (cell, proposal->statements)
    {
        const GatheredStatement *statement = gather_statement_at(session->gathered, lfirst_int(cell));

        advised->queryids[advised->n_statements] = statement->stored ? (int64)statement->stored->key.queryid : 0;
        advised->userids[advised->n_statements++] = statement->stored ? statement->stored->key.userid : GetUserId();
    }
}

static AdvisedIndex *
advised_from(const Session *session, Proposal *proposal, List **names)
{
    AdvisedIndex *advised = palloc0(sizeof(AdvisedIndex));
    char *name = catalog_statistics_name(proposal->relid, proposal->columns, *names);
    const char *schema = quote_identifier(get_namespace_name(get_rel_namespace(proposal->relid)));

    *names = lappend(*names, makeString(name));
    proposal->story.statements = list_length(proposal->statements);
    fill_figures(session, proposal, advised);
    advised->action = "statistics";
    advised->relid = proposal->relid;
    advised->relation = pstrdup(proposal->relation->name);
    advised->index_name = pstrdup(quote_identifier(name));
    advised->kind = pstrdup(kind_name(proposal->story.choice.kind));
    advised->definition = proposal->definition;
    advised->ddl = psprintf("CREATE STATISTICS %s.%s %s FROM %s", schema, advised->index_name, advised->definition,
                            advised->relation);
    advised->undo = psprintf("DROP STATISTICS %s.%s", schema, advised->index_name);
    advised->why = words_of(&proposal->story, STATISTICS_WHY);
    advised->rule = words_of(&proposal->story, STATISTICS_RULE);
    advised->gain = words_of(&proposal->story, STATISTICS_GAIN);
    advised->price = words_of(&proposal->story, STATISTICS_PRICE);
    advised->not_chosen = "";
    fill_statements(session, proposal, advised);
    return advised;
}

static char *
words_of(const StatisticsStory *story, StatisticsParagraph paragraph)
{
    size_t length = advisor_statistics_words(story, paragraph, NULL, 0);
    char *words = palloc(length + 1);

    (void)advisor_statistics_words(story, paragraph, words, length + 1);
    return words;
}

/* Scans whose verdict is another one are served otherwise, or will be: they are evidence all the same. */
static void
link_verdicts(AdviseRun *run, const Proposal *proposal, int position)
{
    ListCell *cell;

    foreach (cell, run->verdicts)
    {
        AdvisedVerdict *verdict = lfirst(cell);

        if (!list_member_int(proposal->requests, verdict->request))
            continue;
        verdict->statistics = position;
        if (strcmp(verdict->verdict, advisor_verdict_name(VERDICT_MISESTIMATED)) != 0)
            continue;
        verdict->advice = position;
        verdict->next_step = words_of(&proposal->story, STATISTICS_NEXT);
    }
}
