/*
 * gather_request.c - what one statement asks of one relation, as facts.
 */
#include "gather_internal.h"

#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "catalog.h"
#include "constant.h"

/* A column of more distinct values than this is no enumeration: its constants may be personal, and stay out of DDL.
 */
#define MAX_ENUMERATION 100

/* A column with values in no more than this share of the rows is mostly NULL. */
#define MOSTLY_NULL 0.5

static void add_probe(const Gathered *gathered, const RequestProbe *probe, const StoredStatement *stored,
                      RequestFact *fact);
static void add_predicates(Gathered *gathered, const PlanRequest *request, int relation,
                           const StoredStatement *stored, RequestFact *fact);
static void describe_predicate(Gathered *gathered, const PlanRequest *request, const PlanPredicate *predicate,
                               int relation, const StoredStatement *stored);
static PredicateObstacle expression_obstacle(Oid relid, Node *key);
static const char *rewrite_words(Oid relid, const PlanPredicate *predicate);
static void add_searches(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact);
static void add_implied(Gathered *gathered, const PlanRequest *request, const PlanPredicate *predicate,
                        int relation, int first);
static bool is_nameless(const PlanPredicate *predicate);
static bool is_of_enumeration(const Gathered *gathered, const PlanPredicate *predicate, const PredicateFact *fact);
static bool is_flag(Node *clause);
static const char *partial_sql(const Gathered *gathered, Oid relid, const PlanPredicate *predicate,
                               const PredicateFact *fact);
static void add_orders(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact);
static void add_needed(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact);

void
gather_request(Gathered *gathered, const PlanRequest *request, const RequestProbe *probe,
               const StoredStatement *stored)
{
    int relation = gather_relation(gathered, request->relid);
    RelationFact *table = AT(gathered, RELATIONS, RelationFact, relation);
    RequestFact fact = {0};

    if (gathered->assume_statistics && (!table->analysed || table->rows <= 0))
    {
        table->analysed = true;
        table->rows = Max(table->rows, request->tuples);
    }
    fact.relation = relation;
    fact.order_kind = request->order_kind;
    fact.order_complete = request->order_complete;
    fact.has_limit = request->has_limit;
    fact.index_only_possible = request->index_only_possible;
    fact.sequential = request->sequential;
    fact.served_by = gather_index(gathered, request->served_by);
    fact.selectivity = request->selectivity;
    fact.offset_rows = request->offset_rows;
    if (request->outside)
    {
        fact.outside = catalog_deparse(request->relid, request->outside->clause, true);
        fact.outside_why = request->outside_why;
        fact.outside_selectivity = request->outside->selectivity;
    }
    add_probe(gathered, probe, stored, &fact);
    add_predicates(gathered, request, relation, stored, &fact);
    add_orders(gathered, request, relation, &fact);
    add_needed(gathered, request, relation, &fact);
    gather_evidence(gathered, request, probe, stored, &fact);
    *ADD(gathered, REQUESTS, RequestFact) = fact;
}

static void
add_probe(const Gathered *gathered, const RequestProbe *probe, const StoredStatement *stored, RequestFact *fact)
{
    fact->idle_index = gather_index(gathered, probe->idle);
    fact->idle_cost = probe->idle_cost;
    fact->random_page_cost = random_page_cost;
    fact->cheap_random_cost = probe->cheap_random_cost;
    fact->large_cache_cost = probe->large_cache_cost;
    fact->custom_index = gather_index(gathered, probe->custom);
    fact->custom_cost = probe->custom_cost;
    if (stored && stored->counts.calls > 0)
        fact->generic_share = Min(1.0, (double)stored->counts.generic / (double)stored->counts.calls);
}

static void
add_predicates(Gathered *gathered, const PlanRequest *request, int relation, const StoredStatement *stored,
               RequestFact *fact)
{
    ListCell *cell;

    fact->first_predicate = COUNT(gathered, PREDICATES);
    foreach (cell, request->predicates)
        describe_predicate(gathered, request, lfirst(cell), relation, stored);
    foreach (cell, request->predicates)
        add_implied(gathered, request, lfirst(cell), relation, fact->first_predicate);
    fact->n_predicates = COUNT(gathered, PREDICATES) - fact->first_predicate;
    add_searches(gathered, request, relation, fact);
}

/* The predicates of the list came first, in its order. */
static void
add_searches(Gathered *gathered, const PlanRequest *request, int relation, RequestFact *fact)
{
    int predicate = fact->first_predicate;
    ListCell *cell;

    fact->first_search = COUNT(gathered, SEARCHES);
    foreach (cell, request->predicates)
    {
        if (AT(gathered, PREDICATES, PredicateFact, predicate)->obstacle != OBSTACLE_INDEX_ON_COLUMN)
            gather_searches(gathered, relation, predicate, ((PlanPredicate *)lfirst(cell))->searches);
        predicate++;
    }
    gather_searches(gathered, relation, NONE, request->distances);
    fact->n_searches = COUNT(gathered, SEARCHES) - fact->first_search;
}

static void
describe_predicate(Gathered *gathered, const PlanRequest *request, const PlanPredicate *predicate, int relation,
                   const StoredStatement *stored)
{
    PredicateFact fact = {0};
    Oid relid = request->relid;
    bool usable =
        predicate->attno > 0 || (predicate->key && gather_can_be_key(relid, predicate->attno, predicate->key));

    fact.kind = usable ? predicate->kind : PREDICATE_OTHER;
    fact.obstacle = predicate->obstacle;
    if (fact.kind == PREDICATE_OTHER && fact.obstacle == OBSTACLE_NONE)
        fact.obstacle = expression_obstacle(relid, predicate->key);
    fact.attribute = usable ? gather_attribute(gathered, relation, predicate->attno, predicate->key) : NONE;
    fact.or_group = predicate->or_group;
    fact.or_arm = predicate->or_arm;
    fact.rewrite = rewrite_words(relid, predicate);
    if (fact.kind != PREDICATE_OTHER && fact.rewrite &&
        gather_has_index_on(gathered, relation, predicate->rewrite_parts[0]))
    {
        fact.kind = PREDICATE_OTHER;
        fact.obstacle = OBSTACLE_INDEX_ON_COLUMN;
        fact.attribute = NONE;
    }
    fact.selectivity = predicate->selectivity;
    fact.constant_share = gather_constant_share(stored, relid, predicate);
    fact.past_known_end = fact.kind == PREDICATE_RANGE && predicate->attno > 0 &&
                          gather_past_known_end(gathered, relation, &fact, predicate);
    if (predicate->clause)
        fact.words = catalog_deparse(relid, predicate->clause, true);
    else if (usable)
        fact.words = psprintf("%s = (join)", AT(gathered, ATTRIBUTES, AttributeFact, fact.attribute)->sql);
    else
        fact.words = predicate->obstacle == OBSTACLE_OR_RELATIONS ? "(OR with another table)" : "join";
    fact.extension = predicate->extension;
    fact.detail = predicate->detail;
    fact.partial_sql = partial_sql(gathered, relid, predicate, &fact);
    fact.updated = predicate->clause && gather_is_updated(gathered, relation, predicate->clause);
    *ADD(gathered, PREDICATES, PredicateFact) = fact;
    ADD(gathered, PREDICATE_ORIGINS, PredicateOrigin)->clause = predicate->clause;
}

/* Why an expression that the planner could search by is no key here. */
static PredicateObstacle
expression_obstacle(Oid relid, Node *key)
{
    if (key == NULL)
        return OBSTACLE_COMPLEX;
    if (gather_fails(relid, key))
        return OBSTACLE_FAILS;
    if (catalog_is_distance(key, NULL))
        return OBSTACLE_COMPLEX;
    return catalog_can_be_searched(relid, key) ? OBSTACLE_NO_OPCLASS : OBSTACLE_UNTRUSTED;
}

/* The pattern with its parts in words; NULL without one. */
static const char *
rewrite_words(Oid relid, const PlanPredicate *predicate)
{
    StringInfoData words;

    if (predicate->rewrite == NULL)
        return NULL;
    initStringInfo(&words);
    for (const char *at = predicate->rewrite; *at != '\0'; at++)
    {
        const char *letter = *at == '%' && at[1] != '\0' ? strchr(PLAN_REWRITE_PARTS, at[1]) : NULL;
        int part = letter ? (int)(letter - PLAN_REWRITE_PARTS) : -1;

        /* A type's name may hold such letters, too. */
        if (part < 0 || predicate->rewrite_parts[part] == NULL)
            appendStringInfoChar(&words, *at);
        else
        {
            appendStringInfoString(&words, catalog_deparse(relid, predicate->rewrite_parts[part], true));
            at++;
        }
    }
    return words.data;
}

/*
 * What a strict comparison says of a column that is mostly NULL: that it is not. So an index of the few rows that
 * have a value serves it, whatever the value.
 */
static void
add_implied(Gathered *gathered, const PlanRequest *request, const PlanPredicate *predicate, int relation, int first)
{
    PredicateFact fact = {.kind = PREDICATE_IS_NOT_NULL, .constant_share = 1.0, .implied = true};
    NullTest *test;

    if (predicate->attno <= 0 || predicate->or_group > 0 ||
        (predicate->kind != PREDICATE_EQUAL && predicate->kind != PREDICATE_EQUAL_ANY &&
         predicate->kind != PREDICATE_RANGE && predicate->kind != PREDICATE_PREFIX))
        return;
    fact.attribute = gather_attribute(gathered, relation, predicate->attno, predicate->key);
    fact.selectivity = 1.0 - AT(gathered, ATTRIBUTES, AttributeFact, fact.attribute)->null_fraction;
    /* Nor where it has none at all: the index would be empty until it has. */
    if (fact.selectivity > MOSTLY_NULL ||
        fact.selectivity * AT(gathered, RELATIONS, RelationFact, relation)->rows < 0.5)
        return;
    for (int i = first; i < COUNT(gathered, PREDICATES); i++)
    {
        const PredicateFact *known = AT(gathered, PREDICATES, PredicateFact, i);

        if (known->kind == PREDICATE_IS_NOT_NULL && known->attribute == fact.attribute)
            return;
    }
    test = makeNode(NullTest);
    test->arg = (Expr *)copyObject(predicate->key);
    test->nulltesttype = IS_NOT_NULL;
    test->location = -1;
    fact.words = fact.partial_sql = catalog_deparse(request->relid, (Node *)test, false);
    fact.updated = gather_is_updated(gathered, relation, (Node *)test);
    *ADD(gathered, PREDICATES, PredicateFact) = fact;
    ADD(gathered, PREDICATE_ORIGINS, PredicateOrigin)->clause = (Node *)test;
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
    if (predicate->clause == NULL || fact->attribute == NONE || predicate->or_group > 0 ||
        !(is_nameless(predicate) || is_of_enumeration(gathered, predicate, fact)) ||
        contain_mutable_functions(predicate->clause) || contain_subplans(predicate->clause) ||
        !catalog_is_harmless(relid, predicate->clause))
        return "";
    return catalog_deparse(relid, predicate->clause, false);
}

/* Holds no value of the statement's. */
static bool
is_nameless(const PlanPredicate *predicate)
{
    return predicate->kind == PREDICATE_IS_NULL || predicate->kind == PREDICATE_IS_NOT_NULL ||
           predicate->kind == PREDICATE_TRUE || predicate->kind == PREDICATE_FALSE ||
           (predicate->obstacle == OBSTACLE_SAME_ROW && constant_hash_all(predicate->clause) == 0);
}

/*
 * A constant that is told apart from few others. One that the table does not hold may be anything, and would make
 * an empty index: what is asked for has to be there, and what is excluded, too.
 */
static bool
is_of_enumeration(const Gathered *gathered, const PlanPredicate *predicate, const PredicateFact *fact)
{
    const AttributeFact *column = AT(gathered, ATTRIBUTES, AttributeFact, fact->attribute);
    double rows = AT(gathered, RELATIONS, RelationFact, column->relation)->rows;
    bool negated = predicate->obstacle == OBSTACLE_NEGATION;

    if (!predicate->constant || column->n_distinct < 0 || column->n_distinct > MAX_ENUMERATION)
        return false;
    if (negated && gather_is_about_expression(predicate))
        return is_flag(predicate->clause);
    return (negated || predicate->kind == PREDICATE_EQUAL || predicate->kind == PREDICATE_EQUAL_ANY ||
            (predicate->kind == PREDICATE_RANGE && predicate->attno > 0)) &&
           predicate->selectivity * rows >= 0.5 && (!negated || (1.0 - predicate->selectivity) * rows >= 0.5);
}

/* An expression of one column, not equal to a number: flags & 4 <> 0. */
static bool
is_flag(Node *clause)
{
    List *args = IsA(clause, OpExpr) ? ((OpExpr *)clause)->args : NIL;
    Oid type = list_length(args) == 2 ? exprType(linitial(args)) : InvalidOid;

    return type == INT2OID || type == INT4OID || type == INT8OID;
}

static bool
is_plain_column(const Node *node)
{
    return IsA(plan_strip_relabel(node), Var);
}

bool
gather_is_about_expression(const PlanPredicate *predicate)
{
    List *args = NIL;

    if (predicate->clause && IsA(predicate->clause, OpExpr))
        args = ((OpExpr *)predicate->clause)->args;
    else if (predicate->clause && IsA(predicate->clause, ScalarArrayOpExpr))
        args = ((ScalarArrayOpExpr *)predicate->clause)->args;
    return predicate->kind == PREDICATE_OTHER && list_length(args) == 2 && !is_plain_column(linitial(args)) &&
           !is_plain_column(lsecond(args));
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

        if (order->attno <= 0 && !gather_can_be_key(request->relid, order->attno, order->key))
        {
            fact->order_complete = false;
            break;
        }
        attribute = gather_attribute(gathered, relation, order->attno, order->key);
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
        int attribute = gather_attribute(gathered, relation, attno, NULL);

        *ADD(gathered, NEEDED, int32_t) = attribute;
    }
    fact->n_needed = COUNT(gathered, NEEDED) - fact->first_needed;
}

char *
gather_filter_words(const Facts *facts, const RequestFact *request)
{
    StringInfoData words;
    int group = 0;

    initStringInfo(&words);
    for (int i = 0; i < request->n_predicates; i++)
    {
        const PredicateFact *predicate = &facts->predicates[request->first_predicate + i];
        bool next_arm;

        if (predicate->implied)
            continue;
        next_arm =
            predicate->or_group > 0 && predicate->or_group == group && predicate->or_arm != predicate[-1].or_arm;

        if (words.len > 0)
            appendStringInfoString(&words, next_arm ? " OR " : " AND ");
        appendStringInfoString(&words, predicate->words);
        group = predicate->or_group;
    }
    return words.data;
}
