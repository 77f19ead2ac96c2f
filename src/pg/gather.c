/*
 * gather.c - statements and relations become Facts.
 *
 * Everything that lasts is allocated in the Gathered's own context, while the
 * catalogs are read and the statement is planned inside the subtransaction of
 * statement_run, which holds the locks. A statement that fails half way is
 * forgotten by cutting every pile back to the height that it had before.
 */
#include "gather_internal.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "catalog.h"
#include "normalise.h"

/*
 * Of a shorter time nobody can tell what an hour would bring: three executions in a second are not thousands an
 * hour. What has come once or twice has no interval to be seen in these minutes: it may be a report of the hour, or
 * of the month, and is taken for the former, so that a promise a dozen times too large does not pay for writes that
 * are real.
 */
#define LEAST_OBSERVED_S 300.0
#define LEAST_CALLS_OF_A_RATE 3
#define LEAST_OBSERVED_S_OF_FEW 3600.0

/* What the body of statement_run needs. */
typedef struct GatherJob
{
    Gathered *gathered;
    GatheredStatement *statement;
    const StoredStatement *stored;
} GatherJob;

static bool run_job(GatherJob *job, StatementFailure *failure);
static void cut_back(Gathered *gathered, const int *heights);
static void gather_body(StatementContext *run, void *arg);
static void forget_attributes(Gathered *gathered, int n_relations, int n_attributes);
static void choose_binds(GatheredStatement *statement, const StoredStatement *stored);
static void add_statement_fact(Gathered *gathered, const GatheredStatement *statement, double weight,
                               int first_request);
static char *normal_text(const char *text);

/* ---- piles ---- */

static void
pile_init(Pile *pile, Size item_size)
{
    pile->items = NULL;
    pile->n = pile->capacity = 0;
    pile->item_size = item_size;
}

void *
gather_at(const Gathered *gathered, int which, int position)
{
    const Pile *pile = &gathered->piles[which];

    Assert(position >= 0 && position < pile->n);
    return pile->items + position * pile->item_size;
}

void *
gather_add(Gathered *gathered, int which)
{
    Pile *pile = &gathered->piles[which];
    void *item;

    if (pile->n == pile->capacity)
    {
        int capacity = Max(16, pile->capacity * 2);
        char *items = MemoryContextAllocHuge(gathered->context, capacity * pile->item_size);

        if (pile->n > 0)
            memcpy(items, pile->items, pile->n * pile->item_size);
        pile->items = items;
        pile->capacity = capacity;
    }
    pile->n++;
    item = gather_at(gathered, which, pile->n - 1);
    memset(item, 0, pile->item_size);
    return item;
}

Gathered *
gather_begin(MemoryContext context, bool assume_statistics)
{
    static const Size sizes[N_PILES] = {
        [RELATIONS] = sizeof(RelationFact),
        [RELATION_ORIGINS] = sizeof(RelationOrigin),
        [ATTRIBUTES] = sizeof(AttributeFact),
        [ATTRIBUTE_ORIGINS] = sizeof(AttributeOrigin),
        [PREDICATES] = sizeof(PredicateFact),
        [PREDICATE_ORIGINS] = sizeof(PredicateOrigin),
        [SEARCHES] = sizeof(SearchFact),
        [SEARCH_ORIGINS] = sizeof(SearchOrigin),
        [ORDERS] = sizeof(OrderFact),
        [NEEDED] = sizeof(int32_t),
        [REQUESTS] = sizeof(RequestFact),
        [STATEMENTS] = sizeof(StatementFact),
        [STATEMENT_ORIGINS] = sizeof(GatheredStatement),
        [INDEXES] = sizeof(ExistingIndexFact),
        [INDEX_ORIGINS] = sizeof(IndexOrigin),
        [DISMISSED] = sizeof(DismissedFact),
        [SAMPLED] = sizeof(SampledColumnFact),
        [DISTINCTS] = sizeof(DistinctFact),
        [CONJUNCTIONS] = sizeof(ConjunctionFact),
    };
    Gathered *gathered = MemoryContextAllocZero(context, sizeof(Gathered));

    gathered->context = context;
    gathered->assume_statistics = assume_statistics;
    for (int i = 0; i < N_PILES; i++)
        pile_init(&gathered->piles[i], sizes[i]);
    return gathered;
}

/* ---- statements ---- */

bool
gather_statement(Gathered *gathered, CapturedStatement *captured, const StoredStatement *stored, double weight,
                 StatementFailure *failure)
{
    MemoryContext caller = MemoryContextSwitchTo(gathered->context);
    GatheredStatement statement = {.captured = captured, .stored = stored};
    GatherJob job = {gathered, &statement, stored};
    int heights[N_PILES];
    int first_request = COUNT(gathered, REQUESTS);
    bool done;

    for (int i = 0; i < N_PILES; i++)
        heights[i] = COUNT(gathered, i);
    choose_binds(&statement, stored);
    done = run_job(&job, failure);
    if (done && gather_learn(gathered, heights[ATTRIBUTES], captured))
    {
        cut_back(gathered, heights);
        done = run_job(&job, failure);
    }
    if (done)
        add_statement_fact(gathered, &statement, weight, first_request);
    else
        cut_back(gathered, heights);
    MemoryContextSwitchTo(caller);
    return done;
}

static bool
run_job(GatherJob *job, StatementFailure *failure)
{
    bool done;

    plan_reader_start(job->gathered->context);
    PG_TRY();
    {
        done = statement_run(job->statement->captured, gather_body, job, failure);
    }
    PG_FINALLY();
    {
        /* A cancel is thrown on: left listening, the reader would write into memory that goes with it. */
        (void)plan_reader_stop();
    }
    PG_END_TRY();
    return done;
}

static void
cut_back(Gathered *gathered, const int *heights)
{
    for (int i = 0; i < N_PILES; i++)
        gathered->piles[i].n = heights[i];
    forget_attributes(gathered, heights[RELATIONS], heights[ATTRIBUTE_ORIGINS]);
}

/* Chains of the relations that stay may point above the cut pile: they start with the newest attribute. */
static void
forget_attributes(Gathered *gathered, int n_relations, int n_attributes)
{
    const AttributeOrigin *origins = (const AttributeOrigin *)gathered->piles[ATTRIBUTE_ORIGINS].items;

    for (int i = 0; i < n_relations; i++)
    {
        RelationOrigin *relation = AT(gathered, RELATION_ORIGINS, RelationOrigin, i);

        while (relation->first_attribute >= n_attributes)
            relation->first_attribute = origins[relation->first_attribute].next;
    }
}

/* Inside statement_run: plan as things are, then describe what was asked. */
static void
gather_body(StatementContext *run, void *arg)
{
    GatherJob *job = arg;
    CapturedStatement *captured = job->statement->captured;
    PlannedStmt *plan;
    List *requests;
    RequestProbe *probes;
    MemoryContext previous;
    Query *untouched = copyObject(run->query); /* the planner scribbles on its input */

    statement_fit_params(run->query, job->statement->binds[0]);
    plan = whatif_plan(run->query, captured->text, captured->cursor_options, job->statement->binds[0], NULL, 0, NIL,
                       NULL);
    requests = plan_reader_stop();
    plan_reader_note_plan(requests, plan);
    job->statement->startup_cost = plan->planTree->startup_cost;
    job->statement->total_cost = whatif_cost(plan);

    probes = gather_probe(untouched, job->statement, job->stored, requests);

    previous = MemoryContextSwitchTo(job->gathered->context);
    for (int i = 0; i < list_length(requests); i++)
    {
        PlanRequest *request = list_nth(requests, i);

        if (catalog_is_advisable(request->relid))
            gather_request(job->gathered, request, &probes[i], job->stored);
    }
    MemoryContextSwitchTo(previous);
}

/*
 * The parameter sets that questions are averaged over: the slowest observed. A statement that mostly runs generic
 * plans is planned without values first, as there. But that plan is of the average tenant, and the slowest are
 * none: what an index is worth to them is asked as well.
 */
static void
choose_binds(GatheredStatement *statement, const StoredStatement *stored)
{
    /* binds[0] is NULL: without values. */
    statement->n_binds = stored && stored->counts.generic * 2 <= stored->counts.calls ? 0 : 1;
    for (int i = 0; stored && i < stored->n_binds && statement->n_binds < GATHER_BINDS; i++)
    {
        ParamListInfo params = statement_read_params(stored->binds[i].blob, stored->binds[i].size);

        if (params)
            statement->binds[statement->n_binds++] = params;
    }
    statement->n_binds = Max(statement->n_binds, 1);
}

/* Whose executions in a row they are, as far as anybody said; NULL: nobody did. */
static const char *
origin_of(const StoredStatement *stored)
{
    if (stored->tags[0] == '\0' && stored->application_name[0] == '\0')
        return NULL;
    if (stored->tags[0] == '\0')
        return psprintf("application_name %s", stored->application_name);
    if (stored->application_name[0] == '\0')
        return stored->tags;
    return psprintf("application_name %s, %s", stored->application_name, stored->tags);
}

static double
hours_observed(const StoredStatement *stored)
{
    double seconds = (GetCurrentTimestamp() - stored->observed_since) / (double)USECS_PER_SEC;
    double least = stored->counts.calls < LEAST_CALLS_OF_A_RATE ? LEAST_OBSERVED_S_OF_FEW : LEAST_OBSERVED_S;

    return Max(seconds, least) / SECS_PER_HOUR;
}

static void
add_statement_fact(Gathered *gathered, const GatheredStatement *statement, double weight, int first_request)
{
    const StoredStatement *stored = statement->stored;
    StatementFact *fact = ADD(gathered, STATEMENTS, StatementFact);

    *ADD(gathered, STATEMENT_ORIGINS, GatheredStatement) = *statement;
    fact->binds = statement->n_binds;
    fact->first_request = first_request;
    fact->n_requests = COUNT(gathered, REQUESTS) - first_request;
    if (stored)
    {
        fact->id = (int64)stored->key.queryid;
        fact->query = stored->query[0] ? stored->query : normal_text(statement->captured->text);
        fact->calls = (double)Max(stored->counts.calls, 1);
        fact->total_ms = stored->counts.exec_ms;
        fact->measured = true;
        fact->streak = (double)stored->streak;
        fact->origin = origin_of(stored);
        fact->hours = hours_observed(stored);
    }
    else
    {
        fact->id = COUNT(gathered, STATEMENTS);
        fact->query = normal_text(statement->captured->text);
        fact->calls = weight;
        fact->total_ms = weight * statement->total_cost;
        fact->measured = false;
        fact->hours = 1.0;
    }
}

static char *
normal_text(const char *text)
{
    int length = text ? strlen(text) : 0;
    char *normal = palloc(length * 2 + 16);
    bool had_list;

    normalise_text(text ? text : "", length, normal, length * 2 + 16, &had_list);
    return normal;
}

/* ---- what the bridge takes out ---- */

const Facts *
gather_facts(Gathered *gathered)
{
    Facts *facts = &gathered->facts;

#define HAND_OUT(field, which)                                                                                     \
    do                                                                                                             \
    {                                                                                                              \
        facts->field = (const void *)gathered->piles[which].items;                                                 \
        facts->n_##field = gathered->piles[which].n;                                                               \
    } while (0)
    HAND_OUT(relations, RELATIONS);
    HAND_OUT(attributes, ATTRIBUTES);
    HAND_OUT(predicates, PREDICATES);
    HAND_OUT(searches, SEARCHES);
    HAND_OUT(orders, ORDERS);
    HAND_OUT(needed, NEEDED);
    HAND_OUT(requests, REQUESTS);
    HAND_OUT(statements, STATEMENTS);
    HAND_OUT(indexes, INDEXES);
    HAND_OUT(dismissed, DISMISSED);
    HAND_OUT(sampled, SAMPLED);
    HAND_OUT(distincts, DISTINCTS);
    HAND_OUT(conjunctions, CONJUNCTIONS);
#undef HAND_OUT
    return facts;
}

void
gather_dismissed(Gathered *gathered, const char *relation, const char *definition)
{
    *ADD(gathered, DISMISSED, DismissedFact) = (DismissedFact){MemoryContextStrdup(gathered->context, relation),
                                                               MemoryContextStrdup(gathered->context, definition)};
}

void
gather_conjunction(Gathered *gathered, int first, int second, double share)
{
    *ADD(gathered, CONJUNCTIONS, ConjunctionFact) = (ConjunctionFact){first, second, share};
}

void
gather_predicate_share(Gathered *gathered, int predicate, double share)
{
    PredicateFact *fact = AT(gathered, PREDICATES, PredicateFact, predicate);

    for (int i = 0; i < COUNT(gathered, REQUESTS); i++)
    {
        RequestFact *request = AT(gathered, REQUESTS, RequestFact, i);

        /* What was measured stays. */
        if (predicate >= request->first_predicate && predicate < request->first_predicate + request->n_predicates &&
            request->planned_selectivity < 0 && fact->selectivity > 0 && share >= 0)
            request->selectivity = Min(1.0, request->selectivity * share / fact->selectivity);
    }
    fact->selectivity = share;
}

const GatheredStatement *
gather_statement_at(const Gathered *gathered, int statement)
{
    return AT(gathered, STATEMENT_ORIGINS, GatheredStatement, statement);
}

Oid
gather_relation_oid(const Gathered *gathered, int relation)
{
    return AT(gathered, RELATION_ORIGINS, RelationOrigin, relation)->relid;
}
