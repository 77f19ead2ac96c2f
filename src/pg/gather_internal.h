/*
 * gather_internal.h - between the files of the gather room.
 *
 * gather.c keeps the piles and takes in statements, gather_request.c what they
 * ask, gather_search.c which other methods than btree have an answer to it,
 * gather_relation.c the relations with their attributes and indexes, gather_learn.c
 * what is to be learnt of the rows; gather_sample.c takes a sample of them to the core,
 * gather_values.c makes ranks and widths of it; gather_statistics.c has conditions tried on such rows.
 */
#ifndef INDEX_ADVISOR_GATHER_INTERNAL_H
#define INDEX_ADVISOR_GATHER_INTERNAL_H

#include "gather.h"
#include "plan_reader.h"

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
    int first_attribute; /* chain through AttributeOrigin.next, NONE at the end */
    uint64 updated_columns;
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

typedef struct SearchOrigin
{
    Oid method, opclass;
} SearchOrigin;

enum
{
    RELATIONS,
    RELATION_ORIGINS,
    ATTRIBUTES,
    ATTRIBUTE_ORIGINS,
    PREDICATES,
    PREDICATE_ORIGINS,
    SEARCHES,
    SEARCH_ORIGINS,
    ORDERS,
    NEEDED,
    REQUESTS,
    STATEMENTS,
    STATEMENT_ORIGINS,
    INDEXES,
    INDEX_ORIGINS,
    DISMISSED,
    SAMPLED,
    DISTINCTS,
    CONJUNCTIONS,
    N_PILES
};

struct Gathered
{
    MemoryContext context;
    bool assume_statistics;
    Pile piles[N_PILES];
    Facts facts;
};

extern void *gather_at(const Gathered *gathered, int which, int position);

/* A new zeroed item on top of that pile. */
extern void *gather_add(Gathered *gathered, int which);

#define COUNT(gathered, which) ((gathered)->piles[which].n)
#define AT(gathered, which, type, position) ((type *)gather_at(gathered, which, position))
#define ADD(gathered, which, type) ((type *)gather_add(gathered, which))

/* What the plan would do of a request if something were different. Costs are of the statement, UNKNOWN: it would not. */
typedef struct RequestProbe
{
    Oid idle;                  /* index that it would search without sequential scans, InvalidOid */
    double idle_cost, cheap_random_cost, large_cache_cost;
    Oid custom;                /* index that it would search if it knew the parameters */
    double custom_cost;
    double least_selectivity, most_selectivity;    /* of its parameter sets; one alone where that is not far from what was counted */
} RequestProbe;

/* gather_probe.c: one for each request, inside of statement_run, of a query that nobody planned yet. */
extern RequestProbe *gather_probe(Query *query, const GatheredStatement *statement,
                                  const StoredStatement *stored, List *requests);

/* gather_evidence.c: what was counted, into a fact that has the rest. */
extern void gather_evidence(Gathered *gathered, const PlanRequest *request, const RequestProbe *probe,
                            const StoredStatement *stored, RequestFact *fact);

/* The planner's estimate is several times what was kept, or a fraction of it. */
extern bool gather_is_far_off(const PlanRequest *request, const StoredStatement *stored);

/*
 * Share of the statement's executions whose constant in this conjunct was the one that it is planned with; 0 if
 * that is not the usual one, or if there were too few to tell.
 */
extern double gather_constant_share(const StoredStatement *stored, Oid relid, const PlanPredicate *predicate);

/* gather_request.c: what the statement asks of one relation. */
extern void gather_request(Gathered *gathered, const PlanRequest *request, const RequestProbe *probe,
                           const StoredStatement *stored);

/* What is no search is told to be about a column, while it compares an expression on it: flags & 4 <> 0. */
extern bool gather_is_about_expression(const PlanPredicate *predicate);

/*
 * gather_learn.c: has the attributes from first_attribute on sampled that are expressions without statistics, as the
 * statement's role. True if that tells what facts or plans did not know.
 */
extern bool gather_learn(const Gathered *gathered, int first_attribute, const CapturedStatement *captured);

/* What was learnt of an expression, into a fact that has no statistics. */
extern void gather_describe_learnt(Oid relid, Node *key, AttributeFact *fact);

/* An expression that raised an error on one of the rows that were sampled. */
extern bool gather_fails(Oid relid, Node *key);

/* As catalog_can_be_key, and does not fail on the rows that were sampled. */
extern bool gather_can_be_key(Oid relid, AttrNumber attno, Node *key);

/* gather_search.c: what other methods than btree could do for a predicate (NONE: for the order). */
extern void gather_searches(Gathered *gathered, int relation, int predicate, List *searches);

/* Operator class and method behind a key of a definition; both InvalidOid where it has the default of btree. */
extern SearchOrigin gather_search_origin(const Gathered *gathered, const IndexDefinition *definition, int key);

/* gather_ends.c: does a range on a column begin where its statistics end, with nothing that tells how far it goes by now? */
extern bool gather_past_known_end(const Gathered *gathered, int relation, const PredicateFact *fact,
                                  const PlanPredicate *predicate);

/* gather_writes.c: STORE_WRITES_COLUMN of columns that statements set, and of those generated from them. */
extern uint64 gather_updated_columns(Oid relid);

/* The expression is made of one of these columns, or of the whole row. */
extern bool gather_holds_any(Node *expression, uint64 columns);

/* gather_relation.c: positions of what may be known already; found or added. */
extern int gather_relation(Gathered *gathered, Oid relid);
extern int gather_attribute(Gathered *gathered, int relation, AttrNumber attno, Node *key);

/* Is one of the columns in this expression set by statements that were seen? */
extern bool gather_is_updated(const Gathered *gathered, int relation, Node *node);

/* A full b-tree that begins with this column, and is there. */
extern bool gather_has_index_on(const Gathered *gathered, int relation, const Node *column);
extern int gather_index(const Gathered *gathered, Oid oid); /* NONE if not among the gathered relations' */

/* gather_values.c: as many columns as an index may have. So many rows are enough. */
#define GATHER_MAX_COLUMNS (MAX_INDEX_KEYS + MAX_INDEX_INCLUDES)
#define GATHER_MAX_ROWS 10000

/* Values live in the current context, which is to outlive the last row. gather_values_add is a WhatifReadRow. */
typedef struct GatheredValues GatheredValues;
extern GatheredValues *gather_values_begin(const WhatifColumnTypes *types, int n_columns);
extern bool gather_values_add(void *values, ItemPointer address, const Datum *row, const bool *nulls);

/* Fills all but `attribute`, one for each column, palloc'd. */
extern void gather_values_finish(const GatheredValues *values, SampledColumnFact *columns);

#endif
