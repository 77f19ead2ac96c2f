/*
 * advise_statistics.c - extended statistics where executions kept far from what the planner expects.
 *
 * One object is proposed for all statements that it helps. Which those are advise_remedy.c finds out.
 */
#include "advise_internal.h"

#include "core/advisor.h"

#include "miscadmin.h"
#include "nodes/value.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "advise_remedy.h"
#include "catalog.h"

/* What all of it may take of the time limit; where there is none, milliseconds. */
#define SHARE_OF_TIME 0.1
#define MOST_MS 10000.0

/* A statement and what the object is worth to it. */
typedef struct HelpedStatement
{
    int statement;
    WeighedEstimate weighed;
} HelpedStatement;

/* One object, for all requests that ask for it. */
typedef struct Proposal
{
    Oid relid;
    const char *relation;
    Bitmapset *columns;
    Node *expression; /* as in GatheredStatistics, whose gathered outlives it */
    char *definition;
    StatisticsStory story;
    List *helped;   /* HelpedStatement */
    List *requests; /* numbers */
} Proposal;

static void add_remedy(Session *session, const Remedy *remedy);
static List *without_parts(List *proposals);
static AdvisedIndex *advised_from(const Session *session, Proposal *proposal, List **names);
static char *words_of(const StatisticsStory *story, StatisticsParagraph paragraph);
static void link_verdicts(AdviseRun *run, const Proposal *proposal, int position);

/* The heaviest statements first. */
void
advise_find_statistics(Session *session)
{
    MemoryContext one =
        AllocSetContextCreate(CurrentMemoryContext, "index_advisor statistics", ALLOCSET_DEFAULT_SIZES);
    double since = session_elapsed_ms(session);
    double most = session->time_limit_ms > 0 ? session->time_limit_ms * SHARE_OF_TIME : MOST_MS;

    for (int s = 0; s < gather_facts(session->gathered)->n_statements; s++)
    {
        MemoryContext caller = MemoryContextSwitchTo(one);
        List *remedies = NIL;
        ListCell *cell;

        if (session_is_late(session) || session_elapsed_ms(session) - since > most)
            break;
        if (advise_is_worth_time(session, advise_ms_per_hour(&gather_facts(session->gathered)->statements[s])))
            remedies = remedies_find(session, s);
        MemoryContextSwitchTo(caller);
        foreach (cell, remedies)
            add_remedy(session, lfirst(cell));
        MemoryContextReset(one);
    }
    MemoryContextDelete(one);
}

static bool
has_index_on(const AdviseRun *run, Oid relid, const Node *expression)
{
    ListCell *cell;

    foreach (cell, run->indexes)
    {
        const AdvisedIndex *index = lfirst(cell);

        if (index->relid == relid && list_member(index->expressions, expression))
            return true;
    }
    return false;
}

static bool
has_index_for(const AdviseRun *run, Oid relid, int64 queryid)
{
    ListCell *cell;

    foreach (cell, run->indexes)
    {
        const AdvisedIndex *index = lfirst(cell);

        for (int i = 0; i < index->n_statements && index->relid == relid; i++)
        {
            if (index->queryids[i] == queryid)
                return true;
        }
    }
    return false;
}

static bool
has_indexes_for_all(const Session *session, const AdviseRun *run, const Proposal *proposal)
{
    const StatementFact *statements = gather_facts(session->gathered)->statements;
    ListCell *cell;

    foreach (cell, proposal->helped)
    {
        const HelpedStatement *helped = lfirst(cell);

        if (!has_index_for(run, proposal->relid, statements[helped->statement].id))
            return false;
    }
    return true;
}

/*
 * An index on the expression brings its statistics with it. What groups of the table are worth to a statement was
 * asked of a plan without the index that it is to get there: it may give them in order. Once the index is there,
 * and counts are of plans with it, it is asked again.
 */
static bool
gives_way(const Session *session, const AdviseRun *run, const Proposal *proposal)
{
    switch (proposal->story.choice.kind)
    {
        case STATISTICS_EXPRESSION:
            return has_index_on(run, proposal->relid, proposal->expression);
        case STATISTICS_NDISTINCT:
            return has_indexes_for_all(session, run, proposal);
        default:
            return false;
    }
}

void
advise_add_statistics(const Session *session, AdviseRun *run)
{
    List *proposals = without_parts(session->statistics);
    List *names = NIL;
    ListCell *cell;

    foreach (cell, proposals)
    {
        Proposal *proposal = lfirst(cell);

        if (gives_way(session, run, proposal))
            continue;
        link_verdicts(run, proposal, list_length(run->indexes) + list_length(run->statistics));
        run->statistics = lappend(run->statistics, advised_from(session, proposal, &names));
    }
    foreach (cell, session->empty_statistics)
        link_verdicts(run, lfirst(cell), -1);
}

/* ---- what is proposed ---- */

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
begin_proposal(const Session *session, const Remedy *remedy)
{
    const Facts *facts = gather_facts(session->gathered);
    const RequestFact *request = &facts->requests[remedy->request];
    Proposal *proposal = palloc0(sizeof(Proposal));

    proposal->relid = remedy->found.index.relid;
    proposal->relation = facts->relations[request->relation].name;
    proposal->columns = bms_copy(remedy->columns);
    proposal->expression = remedy->found.expression;
    proposal->definition = pstrdup(remedy->definition);
    proposal->story.relation = proposal->relation;
    proposal->story.columns = remedy_subject(remedy);
    proposal->story.filter = remedy->choice.kind == STATISTICS_NDISTINCT
                                 ? remedy_columns(proposal->relid, remedy->grouped)
                                 : gather_filter_words(facts, request);
    proposal->story.facts = remedy->found.facts;
    proposal->story.choice = remedy->choice;
    proposal->story.cost_before = remedy->weighed.cost_before;
    proposal->story.cost_after = remedy->weighed.cost_after;
    return proposal;
}

/* A statement that reads a table twice is helped as a whole once. */
static void
add_helped(Proposal *proposal, const HelpedStatement *helped)
{
    ListCell *cell;

    foreach (cell, proposal->helped)
    {
        if (((const HelpedStatement *)lfirst(cell))->statement == helped->statement)
            return;
    }
    proposal->helped = lappend(proposal->helped, memcpy(palloc(sizeof(*helped)), helped, sizeof(*helped)));
}

static void
add_remedy(Session *session, const Remedy *remedy)
{
    List **proposals = remedy->use == USE_CREATE ? &session->statistics : &session->empty_statistics;
    Proposal *proposal;

    if (remedy->use == USE_NONE)
        gather_statistics_useless(session->gathered, remedy->request);
    if (remedy->use != USE_CREATE && remedy->use != USE_ANALYZE)
        return;
    proposal = find_proposal(*proposals, remedy->found.index.relid, remedy->definition);
    if (proposal == NULL)
    {
        proposal = begin_proposal(session, remedy);
        *proposals = lappend(*proposals, proposal);
    }
    add_helped(proposal, &(HelpedStatement){remedy->statement, remedy->weighed});
    proposal->requests = list_append_unique_int(proposal->requests, remedy->request);
}

/* Dependencies of more columns hold those of fewer. */
static bool
is_part_of(const Proposal *part, const Proposal *whole)
{
    return part != whole && part->relid == whole->relid && part->story.choice.kind == STATISTICS_DEPENDENCIES &&
           whole->story.choice.kind == STATISTICS_DEPENDENCIES && bms_is_subset(part->columns, whole->columns);
}

static void
take_over(Proposal *whole, const Proposal *part)
{
    ListCell *cell;

    foreach (cell, part->helped)
        add_helped(whole, lfirst(cell));
    whole->requests = list_concat_unique_int(whole->requests, part->requests);
}

/* One object does for statements that ask for parts of it. */
static List *
without_parts(List *proposals)
{
    List *left = NIL;
    ListCell *cell, *other_cell;

    foreach (cell, proposals)
    {
        Proposal *whole = NULL;

        foreach (other_cell, proposals)
        {
            Proposal *other = lfirst(other_cell);

            if (is_part_of(lfirst(cell), other) &&
                (whole == NULL || bms_num_members(other->columns) > bms_num_members(whole->columns)))
                whole = other;
        }
        if (whole)
            take_over(whole, lfirst(cell));
        else
            left = lappend(left, lfirst(cell));
    }
    return left;
}

/* ---- in the caller's terms ---- */

static void
fill_figures(const Session *session, const Proposal *proposal, AdvisedIndex *advised)
{
    double load = advise_load(session);
    double ms_before = 0, ms_after = 0, calls = 0;
    ListCell *cell;

    foreach (cell, proposal->helped)
    {
        const HelpedStatement *helped = lfirst(cell);
        const WeighedEstimate *weighed = &helped->weighed;
        const StatementFact *statement = &gather_facts(session->gathered)->statements[helped->statement];
        double per_hour = statement->calls / statement->hours;
        double left = weighed->cost_before > 0 ? Min(1.0, weighed->cost_after / weighed->cost_before) : 1.0;

        advised->cost_before += weighed->cost_before * per_hour;
        advised->cost_after += weighed->cost_after * per_hour;
        ms_before += advise_ms_per_hour(statement);
        ms_after += advise_ms_per_hour(statement) * left;
        calls += per_hour;
    }
    advised->improvement = advised->cost_before > 0 ? 1 - advised->cost_after / advised->cost_before : UNKNOWN;
    advised->saved_ms_per_hour = ms_before - ms_after;
    advised->share_of_load = load > 0 ? advised->saved_ms_per_hour / load : UNKNOWN;
    advised->ms_per_call_before = ms_before / calls;
    advised->ms_per_call_after = ms_after / calls;
    advised->size_bytes = advised->build_seconds = UNKNOWN;
    advised->writes_per_hour = advised->wal_bytes_per_hour = advised->hot_lost_per_hour = UNKNOWN;
    advised->helped_binds = advised->total_binds = -1;
}

static void
fill_statements(const Session *session, const Proposal *proposal, AdvisedIndex *advised)
{
    ListCell *cell;

    advised->queryids = palloc0(list_length(proposal->helped) * sizeof(int64));
    advised->userids = palloc0(list_length(proposal->helped) * sizeof(Oid));
    foreach (cell, proposal->helped)
    {
        const GatheredStatement *statement =
            gather_statement_at(session->gathered, ((const HelpedStatement *)lfirst(cell))->statement);

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
    proposal->story.statements = list_length(proposal->helped);
    fill_figures(session, proposal, advised);
    advised->action = "statistics";
    advised->relid = proposal->relid;
    advised->relation = pstrdup(proposal->relation);
    advised->index_name = pstrdup(quote_identifier(name));
    advised->kind = pstrdup(remedy_kind_name(proposal->story.choice.kind));
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
        if (proposal->story.choice.kind == STATISTICS_NDISTINCT)
        {
            if (verdict->statistics < 0)
                verdict->statistics = position;
            continue;
        }
        verdict->statistics = position;
        if (strcmp(verdict->verdict, advisor_verdict_name(VERDICT_MISESTIMATED)) != 0)
            continue;
        verdict->advice = position;
        verdict->next_step = words_of(&proposal->story, position >= 0 ? STATISTICS_NEXT : STATISTICS_EMPTY);
    }
}
