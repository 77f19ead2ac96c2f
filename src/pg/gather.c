/*
 * gather.c - statements and relations become Facts.
 *
 * Everything that lasts is allocated in the Gathered's own context, while the
 * catalogs are read and the statement is planned inside the subtransaction of
 * statement_run, which holds the locks. A statement that fails half way is
 * forgotten by cutting every pile back to the height that it had before.
 */
#include "gather.h"

#include "access/attnum.h"
#include "catalog/pg_am.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "catalog.h"
#include "normalise.h"
#include "plan_reader.h"

/* A column of more distinct values than this is no enumeration: its constants may be personal, and stay out of DDL. */
#define MAX_ENUMERATION 100

/* An array that grows; items move, so nobody keeps pointers into it. */
typedef struct Pile
{
    char *items;
    int n, capacity;
    Size item_size;
} Pile;

typedef struct RelationOrigin
{
    Oid relid;
    int first_attribute;       /* chain through AttributeOrigin.next, NONE at the end */
} RelationOrigin;

typedef struct AttributeOrigin
{
    GatheredAttribute attribute;
    int next;
} AttributeOrigin;

typedef struct IndexOrigin
{
    Oid oid;
} IndexOrigin;

typedef struct PredicateOrigin
{
    Node *clause;
} PredicateOrigin;

enum
{
    RELATIONS,
    RELATION_ORIGINS,
    ATTRIBUTES,
    ATTRIBUTE_ORIGINS,
    PREDICATES,
    PREDICATE_ORIGINS,
    ORDERS,
    NEEDED,
    REQUESTS,
    STATEMENTS,
    STATEMENT_ORIGINS,
    INDEXES,
    INDEX_ORIGINS,
    N_PILES
};

struct Gathered
{
    MemoryContext context;
    Pile piles[N_PILES];
    Facts facts;
};

/* What the body of statement_run needs. */
typedef struct GatherJob
{
    Gathered *gathered;
    GatheredStatement *statement;
    const StoredStatement *stored;
} GatherJob;

static void gather_body(StatementContext *run, void *arg);
static void add_request(Gathered *gathered, const PlanRequest *request, const StoredStatement *stored);
static void add_predicates(Gathered *gathered, const PlanRequest *request, int relation,
                           const StoredStatement *stored, RequestFact *fact);
static void describe_predicate(Gathered *gathered, const PlanRequest *request, const PlanPredicate *predicate,
                               int relation, const StoredStatement *stored);
static const char *partial_sql(const Gathered *gathered, Oid relid, const PlanPredicate *predicate,
                               const PredicateFact *fact);
static double constant_share(const StoredStatement *stored, Oid relid, const PlanPredicate *predicate);
static bool same_clause(const ClauseShape *shape, const PlanPredicate *predicate);
static void add_orders(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact);
static void add_needed(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact);
static void add_evidence(const PlanRequest *request, const StoredStatement *stored, RequestFact *fact);
static int shared_clauses(const StoredScan *scan, const PlanRequest *request);
static void add_statement_fact(Gathered *gathered, const GatheredStatement *statement, double weight,
                               int first_request);
static char *normal_text(const char *text);
static int find_relation(Gathered *gathered, Oid relid);
static void add_indexes(Gathered *gathered, Oid relid, int relation);
static int find_index(const Gathered *gathered, Oid oid);
static int find_attribute(Gathered *gathered, int relation, AttrNumber attno, Node *key);
static void choose_binds(GatheredStatement *statement, const StoredStatement *stored);

/* ---- piles ---- */

static void
pile_init(Pile *pile, Size item_size)
{
    pile->items = NULL;
    pile->n = pile->capacity = 0;
    pile->item_size = item_size;
}

static void *
pile_at(const Pile *pile, int position)
{
    Assert(position >= 0 && position < pile->n);
    return pile->items + position * pile->item_size;
}

/* A new zeroed item on top. */
static void *
pile_add(Gathered *gathered, int which)
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
    item = pile_at(pile, pile->n - 1);
    memset(item, 0, pile->item_size);
    return item;
}

#define COUNT(gathered, which) ((gathered)->piles[which].n)
#define AT(gathered, which, type, position) ((type *) pile_at(&(gathered)->piles[which], position))
#define ADD(gathered, which, type) ((type *) pile_add(gathered, which))

Gathered *
gather_begin(MemoryContext context)
{
    static const Size sizes[N_PILES] = {
        [RELATIONS] = sizeof(RelationFact),
        [RELATION_ORIGINS] = sizeof(RelationOrigin),
        [ATTRIBUTES] = sizeof(AttributeFact),
        [ATTRIBUTE_ORIGINS] = sizeof(AttributeOrigin),
        [PREDICATES] = sizeof(PredicateFact),
        [PREDICATE_ORIGINS] = sizeof(PredicateOrigin),
        [ORDERS] = sizeof(OrderFact),
        [NEEDED] = sizeof(int32_t),
        [REQUESTS] = sizeof(RequestFact),
        [STATEMENTS] = sizeof(StatementFact),
        [STATEMENT_ORIGINS] = sizeof(GatheredStatement),
        [INDEXES] = sizeof(ExistingIndexFact),
        [INDEX_ORIGINS] = sizeof(IndexOrigin),
    };
    Gathered *gathered = MemoryContextAllocZero(context, sizeof(Gathered));

    gathered->context = context;
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
    int first_relation = COUNT(gathered, RELATIONS);
    bool done;

    for (int i = 0; i < N_PILES; i++)
        heights[i] = COUNT(gathered, i);
    choose_binds(&statement, stored);

    plan_reader_start(gathered->context);
    done = statement_run(captured, gather_body, &job, failure);
    (void) plan_reader_stop();

    if (done)
        add_statement_fact(gathered, &statement, weight, first_request);
    else
    {
        for (int i = 0; i < N_PILES; i++)
            gathered->piles[i].n = heights[i];
        /* Chains of attributes may now point above the pile: cut them at relations that stay. */
        for (int i = 0; i < first_relation; i++)
        {
            RelationOrigin *origin = AT(gathered, RELATION_ORIGINS, RelationOrigin, i);

            while (origin->first_attribute >= heights[ATTRIBUTE_ORIGINS])
                origin->first_attribute =
                    ((AttributeOrigin *) (gathered->piles[ATTRIBUTE_ORIGINS].items +
                                          origin->first_attribute * sizeof(AttributeOrigin)))
                        ->next;
        }
    }
    MemoryContextSwitchTo(caller);
    return done;
}

/* Inside statement_run: plan as things are, then describe what was asked. */
static void
gather_body(StatementContext *run, void *arg)
{
    GatherJob *job = arg;
    CapturedStatement *captured = job->statement->captured;
    PlannedStmt *plan;
    List *requests;
    ListCell *cell;
    MemoryContext previous;

    plan = whatif_plan(run->query, captured->text, captured->cursor_options, job->statement->binds[0], NULL, 0, NIL,
                       NULL);
    requests = plan_reader_stop();
    plan_reader_note_plan(requests, plan);
    job->statement->startup_cost = plan->planTree->startup_cost;
    job->statement->total_cost = whatif_cost(plan);

    previous = MemoryContextSwitchTo(job->gathered->context);
    foreach (cell, requests)
    {
        PlanRequest *request = lfirst(cell);

        if (catalog_is_advisable(request->relid))
            add_request(job->gathered, request, job->stored);
    }
    MemoryContextSwitchTo(previous);
}

/*
 * The parameter sets that questions are averaged over: the slowest observed. A
 * statement that mostly runs generic plans is planned without values, as there.
 */
static void
choose_binds(GatheredStatement *statement, const StoredStatement *stored)
{
    statement->n_binds = 0;
    if (stored && stored->counts.generic * 2 <= stored->counts.calls)
    {
        for (int i = 0; i < stored->n_binds && statement->n_binds < GATHER_BINDS; i++)
        {
            ParamListInfo params = statement_read_params(stored->binds[i].blob, stored->binds[i].size);

            if (params)
                statement->binds[statement->n_binds++] = params;
        }
    }
    if (statement->n_binds == 0)
        statement->n_binds = 1;            /* binds[0] is NULL: without values */
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
        double seconds = (GetCurrentTimestamp() - stored->stats_since) / (double) USECS_PER_SEC;

        fact->id = (int64) stored->key.queryid;
        fact->query = stored->query[0] ? stored->query : normal_text(statement->captured->text);
        fact->calls = (double) Max(stored->counts.calls, 1);
        fact->total_ms = stored->counts.exec_ms;
        fact->measured = true;
        fact->hours = Max(seconds, 1.0) / 3600.0;
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

/* ---- requests ---- */

static void
add_request(Gathered *gathered, const PlanRequest *request, const StoredStatement *stored)
{
    int relation = find_relation(gathered, request->relid);
    RequestFact fact = {0};

    fact.relation = relation;
    fact.order_kind = request->order_kind;
    fact.order_complete = request->order_complete;
    fact.has_limit = request->has_limit;
    fact.index_only_possible = request->index_only_possible;
    fact.sequential = request->sequential;
    fact.served_by = find_index(gathered, request->served_by);
    fact.selectivity = request->selectivity;
    add_predicates(gathered, request, relation, stored, &fact);
    add_orders(gathered, request, relation, &fact);
    add_needed(gathered, request, relation, &fact);
    add_evidence(request, stored, &fact);
    *ADD(gathered, REQUESTS, RequestFact) = fact;
}

static void
add_predicates(Gathered *gathered, const PlanRequest *request, int relation, const StoredStatement *stored,
               RequestFact *fact)
{
    ListCell *cell;

    fact->first_predicate = COUNT(gathered, PREDICATES);
    foreach (cell, request->predicates)
        describe_predicate(gathered, request, lfirst(cell), relation, stored);
    fact->n_predicates = COUNT(gathered, PREDICATES) - fact->first_predicate;
}

static void
describe_predicate(Gathered *gathered, const PlanRequest *request, const PlanPredicate *predicate, int relation,
                   const StoredStatement *stored)
{
    PredicateFact fact = {0};
    Oid relid = request->relid;
    bool usable = predicate->attno > 0 ||
                  (predicate->key && catalog_can_be_key(relid, predicate->attno, predicate->key));

    fact.kind = usable ? predicate->kind : PREDICATE_OTHER;
    fact.obstacle = predicate->obstacle;
    if (fact.kind == PREDICATE_OTHER && fact.obstacle == OBSTACLE_NONE)
        fact.obstacle = OBSTACLE_COMPLEX;
    fact.attribute = usable ? find_attribute(gathered, relation, predicate->attno, predicate->key) : NONE;
    fact.or_group = predicate->or_group;
    fact.or_arm = predicate->or_arm;
    fact.selectivity = predicate->selectivity;
    fact.constant_share = constant_share(stored, relid, predicate);
    if (predicate->clause)
        fact.words = catalog_deparse(relid, predicate->clause, true);
    else if (usable)
        fact.words = psprintf("%s = (join)", AT(gathered, ATTRIBUTES, AttributeFact, fact.attribute)->sql);
    else
        fact.words = "join";
    fact.partial_sql = partial_sql(gathered, relid, predicate, &fact);
    *ADD(gathered, PREDICATES, PredicateFact) = fact;
    ADD(gathered, PREDICATE_ORIGINS, PredicateOrigin)->clause = predicate->clause;
}

/*
 * The conjunct as an index predicate, "" if it cannot or must not be one. A
 * constant gets into DDL only from a column of few values (an enumeration such
 * as status): that of any other column may be somebody's secret, and would
 * make a poor partial index anyway.
 */
static const char *
partial_sql(const Gathered *gathered, Oid relid, const PlanPredicate *predicate, const PredicateFact *fact)
{
    bool holds_constant = predicate->kind == PREDICATE_EQUAL || predicate->kind == PREDICATE_EQUAL_ANY;
    bool nameless = predicate->kind == PREDICATE_IS_NULL || predicate->kind == PREDICATE_IS_NOT_NULL ||
                    predicate->kind == PREDICATE_TRUE || predicate->kind == PREDICATE_FALSE;

    if (predicate->clause == NULL || fact->attribute == NONE || predicate->or_group > 0 ||
        !(nameless || (holds_constant && predicate->constant)))
        return "";
    if (holds_constant)
    {
        double n_distinct = AT(gathered, ATTRIBUTES, AttributeFact, fact->attribute)->n_distinct;

        if (n_distinct < 0 || n_distinct > MAX_ENUMERATION)
            return "";
    }
    if (contain_mutable_functions(predicate->clause) || contain_subplans(predicate->clause))
        return "";
    return catalog_deparse(relid, predicate->clause, false);
}

/* Share of the statement's executions whose constant in this conjunct was the usual one. */
static double
constant_share(const StoredStatement *stored, Oid relid, const PlanPredicate *predicate)
{
    if (predicate->clause == NULL || predicate->parameter)
        return 0.0;
    if (!predicate->constant)
        return predicate->kind == PREDICATE_OTHER ? 0.0 : 1.0;
    if (stored == NULL)
        return 1.0;
    for (int i = 0; i < stored->n_scans; i++)
    {
        const StoredScan *scan = &stored->scans[i];

        if (scan->shape.relid != relid || scan->calls == 0)
            continue;
        for (int c = 0; c < scan->shape.n_clauses; c++)
        {
            if (same_clause(&scan->shape.clauses[c], predicate))
                return Min(1.0, (double) scan->constant_same[c] / (double) scan->calls);
        }
    }
    return 0.0;
}

static bool
same_clause(const ClauseShape *shape, const PlanPredicate *predicate)
{
    if (shape->attno != predicate->attno)
        return false;
    switch (predicate->kind)
    {
        case PREDICATE_IS_NULL:
            return shape->kind == CLAUSE_IS_NULL;
        case PREDICATE_IS_NOT_NULL:
            return shape->kind == CLAUSE_IS_NOT_NULL;
        case PREDICATE_TRUE:
            return shape->kind == CLAUSE_TRUE;
        case PREDICATE_FALSE:
            return shape->kind == CLAUSE_FALSE;
        case PREDICATE_EQUAL_ANY:
            return shape->kind == CLAUSE_ANY && shape->op == predicate->op;
        default:
            return shape->kind == CLAUSE_OPERATOR && shape->op == predicate->op;
    }
}

static void
add_orders(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact)
{
    ListCell *cell;

    fact->first_order = COUNT(gathered, ORDERS);
    foreach (cell, request->orders)
    {
        PlanOrder *order = lfirst(cell);
        int attribute;

        if (order->attno <= 0 && !catalog_can_be_key(request->relid, order->attno, order->key))
        {
            fact->order_complete = false;
            break;
        }
        attribute = find_attribute(gathered, relation, order->attno, order->key);
        *ADD(gathered, ORDERS, OrderFact) = (OrderFact){attribute, order->descending, order->nulls_first};
    }
    fact->n_orders = COUNT(gathered, ORDERS) - fact->first_order;
    if (fact->n_orders == 0)
        fact->order_kind = ORDER_NONE;
}

static void
add_needed(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact)
{
    int attno = -1;

    fact->first_needed = COUNT(gathered, NEEDED);
    while ((attno = bms_next_member(request->needed, attno)) >= 0)
    {
        int attribute = find_attribute(gathered, relation, attno, NULL);

        *ADD(gathered, NEEDED, int32_t) = attribute;
    }
    fact->n_needed = COUNT(gathered, NEEDED) - fact->first_needed;
}

/* Measured rows of the scan that looks most like this request. */
static void
add_evidence(const PlanRequest *request, const StoredStatement *stored, RequestFact *fact)
{
    const StoredScan *best = NULL;
    int best_shared = -1;

    fact->rows_read = fact->rows_removed = UNKNOWN;
    for (int i = 0; stored && i < stored->n_scans; i++)
    {
        const StoredScan *scan = &stored->scans[i];
        int shared;

        if (scan->shape.relid != request->relid || scan->calls == 0)
            continue;
        shared = shared_clauses(scan, request);
        if (best == NULL || shared > best_shared ||
            (shared == best_shared && scan->removed / scan->calls > best->removed / best->calls))
        {
            best = scan;
            best_shared = shared;
        }
    }
    if (best)
    {
        fact->rows_removed = (double) best->removed / best->calls;
        fact->rows_read = (double) (best->removed + best->returned) / best->calls;
    }
}

static int
shared_clauses(const StoredScan *scan, const PlanRequest *request)
{
    int shared = 0;
    ListCell *cell;

    foreach (cell, request->predicates)
    {
        for (int c = 0; c < scan->shape.n_clauses; c++)
        {
            if (same_clause(&scan->shape.clauses[c], lfirst(cell)))
            {
                shared++;
                break;
            }
        }
    }
    return shared;
}

/* ---- relations, attributes, existing indexes ---- */

static int
find_relation(Gathered *gathered, Oid relid)
{
    RelationFact fact = {0};
    int relation;

    for (int i = 0; i < COUNT(gathered, RELATION_ORIGINS); i++)
    {
        if (AT(gathered, RELATION_ORIGINS, RelationOrigin, i)->relid == relid)
            return i;
    }
    catalog_relation(relid, &fact);
    relation = COUNT(gathered, RELATIONS);
    *ADD(gathered, RELATIONS, RelationFact) = fact;
    *ADD(gathered, RELATION_ORIGINS, RelationOrigin) = (RelationOrigin){relid, NONE};
    add_indexes(gathered, relid, relation);
    return relation;
}

static void
add_indexes(Gathered *gathered, Oid relid, int relation)
{
    ListCell *cell;

    foreach (cell, catalog_indexes(relid))
    {
        CatalogIndex *index = lfirst(cell);
        ExistingIndexFact fact = index->fact;
        IndexDefinition *definition = &fact.definition;

        definition->relation = relation;
        definition->n_keys = index->n_keys;
        definition->n_includes = index->n_includes;
        for (int k = 0; k < index->n_keys; k++)
        {
            definition->keys[k].attribute =
                find_attribute(gathered, relation, index->key_attnos[k], index->key_expressions[k]);
            definition->keys[k].descending = index->descending[k];
            definition->keys[k].nulls_first = index->nulls_first[k];
            definition->keys[k].pattern = index->pattern[k];
        }
        for (int k = 0; k < index->n_includes; k++)
            definition->includes[k] = find_attribute(gathered, relation, index->includes[k], NULL);
        *ADD(gathered, INDEXES, ExistingIndexFact) = fact;
        ADD(gathered, INDEX_ORIGINS, IndexOrigin)->oid = index->oid;
    }
}

static int
find_index(const Gathered *gathered, Oid oid)
{
    for (int i = 0; OidIsValid(oid) && i < COUNT(gathered, INDEX_ORIGINS); i++)
    {
        if (AT(gathered, INDEX_ORIGINS, IndexOrigin, i)->oid == oid)
            return i;
    }
    return NONE;
}

static int
find_attribute(Gathered *gathered, int relation, AttrNumber attno, Node *key)
{
    RelationOrigin *origin = AT(gathered, RELATION_ORIGINS, RelationOrigin, relation);
    AttributeFact fact = {0};
    int attribute;

    for (int i = origin->first_attribute; i != NONE; i = AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->next)
    {
        const GatheredAttribute *known = &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->attribute;

        if (known->attno == attno && (attno != 0 || equal(known->key, key)))
            return i;
    }
    catalog_attribute(origin->relid, attno, key, &fact);
    fact.relation = relation;
    attribute = COUNT(gathered, ATTRIBUTES);
    *ADD(gathered, ATTRIBUTES, AttributeFact) = fact;
    *ADD(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin) =
        (AttributeOrigin){{origin->relid, attno, attno == 0 ? copyObject(key) : NULL}, origin->first_attribute};
    origin->first_attribute = attribute;
    return attribute;
}

/* ---- what the bridge takes out ---- */

const Facts *
gather_facts(Gathered *gathered)
{
    Facts *facts = &gathered->facts;

#define HAND_OUT(field, which)                                                                                        \
    do                                                                                                                \
    {                                                                                                                 \
        facts->field = (const void *) gathered->piles[which].items;                                                   \
        facts->n_##field = gathered->piles[which].n;                                                                  \
    } while (0)
    HAND_OUT(relations, RELATIONS);
    HAND_OUT(attributes, ATTRIBUTES);
    HAND_OUT(predicates, PREDICATES);
    HAND_OUT(orders, ORDERS);
    HAND_OUT(needed, NEEDED);
    HAND_OUT(requests, REQUESTS);
    HAND_OUT(statements, STATEMENTS);
    HAND_OUT(indexes, INDEXES);
#undef HAND_OUT
    return facts;
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

IndexDefinition
gather_definition(Gathered *gathered, const WhatifIndex *index, double predicate_share)
{
    MemoryContext caller = MemoryContextSwitchTo(gathered->context);
    IndexDefinition definition = {0};

    definition.relation = find_relation(gathered, index->relid);
    definition.n_keys = index->n_keys;
    definition.n_includes = index->n_includes;
    for (int i = 0; i < index->n_keys; i++)
    {
        const WhatifKey *key = &index->keys[i];

        definition.keys[i].attribute =
            find_attribute(gathered, definition.relation, key->attno, key->expression);
        definition.keys[i].descending = key->descending;
        definition.keys[i].nulls_first = key->nulls_first;
    }
    for (int i = 0; i < index->n_includes; i++)
        definition.includes[i] = find_attribute(gathered, definition.relation, index->includes[i], NULL);
    if (index->predicate != NIL)
    {
        PredicateFact fact = {.attribute = NONE, .kind = PREDICATE_OTHER, .obstacle = OBSTACLE_COMPLEX};
        Node *clause = (Node *) make_ands_explicit(index->predicate);

        fact.selectivity = predicate_share;
        fact.constant_share = 1.0;
        fact.partial_sql = catalog_deparse(index->relid, clause, false);
        fact.words = catalog_deparse(index->relid, clause, true);
        definition.predicates[definition.n_predicates++] = COUNT(gathered, PREDICATES);
        *ADD(gathered, PREDICATES, PredicateFact) = fact;
        ADD(gathered, PREDICATE_ORIGINS, PredicateOrigin)->clause = clause;
    }
    MemoryContextSwitchTo(caller);
    return definition;
}

WhatifIndex *
gather_whatif(const Gathered *gathered, const IndexDefinition *definition, const IndexSize *size)
{
    WhatifIndex *index = palloc0(sizeof(WhatifIndex));

    index->relid = gather_relation_oid(gathered, definition->relation);
    index->n_keys = definition->n_keys;
    index->n_includes = definition->n_includes;
    index->size = *size;
    for (int i = 0; i < definition->n_keys; i++)
    {
        const IndexKey *key = &definition->keys[i];
        const GatheredAttribute *origin =
            &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, key->attribute)->attribute;

        index->keys[i].attno = origin->attno;
        index->keys[i].expression = copyObject(origin->key);
        index->keys[i].descending = key->descending;
        index->keys[i].nulls_first = key->nulls_first;
        if (key->pattern)
        {
            const char *opclass = AT(gathered, ATTRIBUTES, AttributeFact, key->attribute)->pattern_opclass;
            List *name = list_make2(makeString("pg_catalog"), makeString(pstrdup(opclass)));

            index->keys[i].opclass = get_opclass_oid(BTREE_AM_OID, name, false);
        }
    }
    for (int i = 0; i < definition->n_includes; i++)
        index->includes[i] =
            AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, definition->includes[i])->attribute.attno;
    for (int i = 0; i < definition->n_predicates; i++)
    {
        Node *clause = AT(gathered, PREDICATE_ORIGINS, PredicateOrigin, definition->predicates[i])->clause;

        index->predicate = lappend(index->predicate, copyObject(clause));
    }
    return index;
}
