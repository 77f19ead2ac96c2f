/*
 * advise_remedy.c - which extended statistics would have told the planner what executions counted.
 *
 * The counted rows of a statement's scans are the evidence. A sample of rows says which statistics would have told
 * the planner, and the planner what it would have done then.
 */
#include "advise_remedy.h"

#include "core/advisor.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "catalog.h"
#include "settings.h"

/* Planner calls that weighing a statement's estimates takes. */
#define WEIGHING_CALLS 3

/* With fewer joins two plans of the same ways differ in which side is which. */
#define MANY_JOINS 3

/* In a definition, behind the kinds. */
#define BEFORE_COLUMNS ") ON "

static void find_remedy(Session *session, Remedy *remedy);
static bool choose(Remedy *remedy);
static List *add_expression_remedy(Session *session, List *remedies, const Remedy *of);
static void find_group_remedy(Session *session, Remedy *remedy);
static char *definition_of(const Remedy *remedy);
static bool is_dismissed(const Session *session, const Remedy *remedy);
static void weigh_remedies(Session *session, List *remedies);

List *
remedies_find(Session *session, int statement)
{
    const StatementFact fact = gather_facts(session->gathered)->statements[statement];
    List *remedies = NIL;

    for (int i = 0; i < fact.n_requests && !session_is_late(session); i++)
    {
        Remedy *remedy = palloc0(sizeof(Remedy));

        CHECK_FOR_INTERRUPTS();
        remedy->statement = statement;
        remedy->request = fact.first_request + i;
        find_remedy(session, remedy);
        remedies = lappend(remedies, remedy);
        if (remedy->use == USE_UNKNOWN)
            remedies = add_expression_remedy(session, remedies, remedy);
    }
    if (!session_is_late(session))
    {
        Remedy *remedy = palloc0(sizeof(Remedy));

        remedy->statement = statement;
        find_group_remedy(session, remedy);
        if (remedy->use == USE_CREATE)
            remedies = lappend(remedies, remedy);
    }
    weigh_remedies(session, remedies);
    return remedies;
}

/* ---- what helps ---- */

Bitmapset *
remedy_columns_of(const WhatifIndex *index, uint32 chosen)
{
    Bitmapset *columns = NULL;

    for (int i = 0; i < index->n_includes; i++)
    {
        if (chosen >> i & 1)
            columns = bms_add_member(columns, index->includes[i]);
    }
    return columns;
}

/* By what is there already. */
static CatalogCover
cover_of(const Remedy *remedy)
{
    CatalogSubject subject = {remedy->choice.kind, remedy->columns, remedy->found.expression};

    return catalog_statistics_cover(remedy->found.index.relid, &subject);
}

/* What cannot be tried stays unknown. */
static void
find_remedy(Session *session, Remedy *remedy)
{
    const WhatifIndex *index = &remedy->found.index;
    CatalogCover cover;

    if (!gather_statistics(session->gathered, remedy->request, &remedy->found) ||
        !advisor_statistics_wanted(&remedy->found.facts) ||
        get_rel_relkind(index->relid) == RELKIND_PARTITIONED_TABLE)
        return;
    remedy->found.facts.target = catalog_statistics_target(index->relid, remedy_columns_of(index, PG_UINT32_MAX));
    if (remedy->found.facts.target < 1 || !gather_statistics_rows(&remedy->found))
        return;
    remedy->use = USE_NONE;
    if (!choose(remedy))
        return;
    cover = cover_of(remedy);
    if (cover == COVER_EMPTY)
        remedy->use = USE_ANALYZE;
    else if (cover == COVER_NONE && !is_dismissed(session, remedy))
        remedy->use = USE_CREATE;
}

static bool
choose(Remedy *remedy)
{
    AdvisorStatus status = advisor_statistics(&remedy->found.facts, &remedy->choice);

    if (status != ADVISOR_OK)
        advise_core_failed(status, status == ADVISOR_NO_MEMORY, "extended statistics");
    remedy->columns = remedy_columns_of(&remedy->found.index, remedy->choice.columns);
    remedy->definition = definition_of(remedy);
    return remedy->choice.kind != STATISTICS_NONE;
}

static List *
add_expression_remedy(Session *session, List *remedies, const Remedy *of)
{
    Remedy *remedy = palloc0(sizeof(Remedy));

    remedy->statement = of->statement;
    remedy->request = of->request;
    remedy_of_expression(session, remedy);
    if (remedy->choice.kind == STATISTICS_NONE)
        return remedies;
    remedy->definition = definition_of(remedy);
    if (cover_of(remedy) != COVER_NONE || is_dismissed(session, remedy))
        return remedies;
    remedy->use = USE_CREATE;
    return lappend(remedies, remedy);
}

/* Statistics that are there, and empty, are none that a verdict could tell of. */
static void
find_group_remedy(Session *session, Remedy *remedy)
{
    remedy_of_groups(session, remedy->statement, remedy);
    if (remedy->choice.kind == STATISTICS_NONE)
        return;
    remedy->definition = definition_of(remedy);
    if (cover_of(remedy) == COVER_NONE && !is_dismissed(session, remedy))
        remedy->use = USE_CREATE;
}

static bool
is_of_groups(const char *definition)
{
    return strncmp(definition, "(ndistinct)", strlen("(ndistinct)")) == 0;
}

static bool
is_dismissed(const Session *session, const Remedy *remedy)
{
    const char *relation = catalog_relation_name(remedy->found.index.relid);
    const char *columns = strstr(remedy->definition, BEFORE_COLUMNS);
    bool of_expression = remedy->choice.kind == STATISTICS_EXPRESSION;
    ListCell *cell;

    foreach (cell, session->dismissed)
    {
        const DismissedIndex *dismissed = lfirst(cell);
        const char *others = strstr(dismissed->definition, BEFORE_COLUMNS);

        if (of_expression && strcmp(dismissed->relation, relation) == 0 &&
            strcmp(dismissed->definition, remedy->definition) == 0)
            return true;
        if (!of_expression && strcmp(dismissed->relation, relation) == 0 && dismissed->definition[0] == '(' &&
            others != NULL && strcmp(others, columns) == 0 &&
            is_of_groups(dismissed->definition) == is_of_groups(remedy->definition))
            return true;
    }
    return false;
}

static WhatifEstimate
estimate_of(const Remedy *remedy)
{
    const GatheredStatistics *found = &remedy->found;
    WhatifEstimate estimate = {.relid = found->index.relid, .share = remedy->choice.estimate};

    if (remedy->choice.kind == STATISTICS_NDISTINCT)
    {
        estimate.columns = remedy->columns;
        estimate.distinct = remedy->distinct;
    }
    for (int i = 0; i < found->facts.n_conditions; i++)
    {
        const StatisticsCondition *condition = &found->facts.conditions[i];

        if ((remedy->choice.columns >> condition->column & 1) != 0 &&
            (condition->equality || remedy->choice.kind == STATISTICS_MCV))
            estimate.clauses = lappend(estimate.clauses, found->index.keys[i].expression);
    }
    return estimate;
}

static bool
is_same_object(const Remedy *left, const Remedy *right)
{
    return left->use == USE_CREATE && right->use == USE_CREATE &&
           left->found.index.relid == right->found.index.relid && strcmp(left->definition, right->definition) == 0;
}

/*
 * Statistics that change no plan change nothing. Where both plans scan and join in the same ways what is gained is
 * not known: a statement of many joins gets another order of them.
 */
static bool
is_gain(const Session *session, const Remedy *remedy)
{
    const WeighedEstimate *weighed = &remedy->weighed;
    double gain = weighed->cost_before > 0 ? 1 - weighed->cost_after / weighed->cost_before : 0;

    if (!weighed->changes)
        return false;
    if (gain <= 0)
        return weighed->joins >= MANY_JOINS;
    return gain >= setting_min_improvement &&
           advise_is_worth_time(
               session, gain * advise_ms_per_hour(&gather_facts(session->gathered)->statements[remedy->statement]));
}

static bool
weigh(Session *session, const WhatifEstimate *estimates, int n, Remedy *remedy)
{
    const GatheredStatement *statement = gather_statement_at(session->gathered, remedy->statement);

    if (remedy->choice.kind == STATISTICS_EXPRESSION)
        return advise_weigh_learnt(session, statement, &remedy->weighed);
    return advise_weigh_estimates(session, statement, estimates, n, &remedy->weighed);
}

/* On several columns: what is useless there need not be waited for by an index on them. */
static bool
is_of_conditions(const Remedy *remedy)
{
    return remedy->choice.kind == STATISTICS_DEPENDENCIES || remedy->choice.kind == STATISTICS_MCV;
}

/* A table that is read twice has both estimates put right at once: a join of two that are too low looks cheap until
 * both are known. */
static void
weigh_remedies(Session *session, List *remedies)
{
    ListCell *cell, *other_cell;

    foreach (cell, remedies)
    {
        Remedy *remedy = lfirst(cell);
        WhatifEstimate *estimates = palloc(list_length(remedies) * sizeof(WhatifEstimate));
        int n = 0;

        if (remedy->use != USE_CREATE)
            continue;
        foreach (other_cell, remedies)
        {
            if (is_same_object(remedy, lfirst(other_cell)))
                estimates[n++] = estimate_of(lfirst(other_cell));
        }
        if (!session_may_plan(session, WEIGHING_CALLS) || !weigh(session, estimates, n, remedy))
            remedy->use = USE_UNKNOWN;
        else if (!is_gain(session, remedy))
            remedy->use = is_of_conditions(remedy) ? USE_NONE : USE_UNKNOWN;
    }
}

/* ---- in words ---- */

const char *
remedy_kind_name(StatisticsKind kind)
{
    switch (kind)
    {
        case STATISTICS_MCV:
            return "mcv";
        case STATISTICS_NDISTINCT:
            return "ndistinct";
        case STATISTICS_EXPRESSION:
            return "expression";
        default:
            return "dependencies";
    }
}

char *
remedy_columns(Oid relid, const Bitmapset *columns)
{
    StringInfoData list;
    int column = -1;

    initStringInfo(&list);
    while ((column = bms_next_member(columns, column)) >= 0)
        appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
                         quote_identifier(get_attname(relid, column, false)));
    return list.data;
}

char *
remedy_subject(const Remedy *remedy)
{
    Oid relid = remedy->found.index.relid;

    return remedy->choice.kind == STATISTICS_EXPRESSION ? catalog_deparse(relid, remedy->found.expression, false)
                                                        : remedy_columns(relid, remedy->columns);
}

/* Of an expression alone no kind can be named. */
static char *
definition_of(const Remedy *remedy)
{
    if (remedy->choice.kind == STATISTICS_EXPRESSION)
        return catalog_statistics_on(remedy->found.index.relid, remedy->found.expression);
    return psprintf("(%s%s%s", remedy_kind_name(remedy->choice.kind), BEFORE_COLUMNS,
                    remedy_columns(remedy->found.index.relid, remedy->columns));
}

/* ---- what matters ---- */

double
advise_ms_per_hour(const StatementFact *statement)
{
    return statement->total_ms / statement->hours;
}

/* Of all statements of the run. */
double
advise_load(const Session *session)
{
    const Facts *facts = gather_facts(session->gathered);
    double load = 0;

    for (int i = 0; i < facts->n_statements; i++)
        load += advise_ms_per_hour(&facts->statements[i]);
    return load;
}

bool
advise_is_worth_time(const Session *session, double saved)
{
    return saved >= LEAST_SHARE_OF_LOAD * Min(advise_load(session), MS_PER_HOUR);
}
