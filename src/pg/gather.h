/*
 * gather.h - statements and relations become Facts.
 *
 * Floor 2. Plans each statement once as it is, reads what it asks of its
 * relations, describes those relations, and remembers what each fact came
 * from, so that a definition the core thinks of (numbers) can become a
 * hypothetical index (trees and OIDs) again.
 */
#ifndef INDEX_ADVISOR_GATHER_H
#define INDEX_ADVISOR_GATHER_H

#include "postgres.h"
#include "nodes/params.h"

#include "core/facts.h"
#include "statement.h"
#include "store.h"
#include "whatif.h"

/* Plans per question: the slowest observed parameter sets. */
#define GATHER_BINDS 4

typedef struct GatheredStatement
{
    CapturedStatement *captured;
    const StoredStatement *stored;       /* NULL for a given statement */
    int n_binds;                         /* at least 1 */
    ParamListInfo binds[GATHER_BINDS];   /* NULL: planned without values */
    double startup_cost, total_cost;     /* of the first parameter set, as things are */
} GatheredStatement;

/* What an attribute is. */
typedef struct GatheredAttribute
{
    Oid relid;
    AttrNumber attno;
    Node *key;
} GatheredAttribute;

typedef struct Gathered Gathered;

/* assume_statistics: relations that are empty or were never analysed count as analysed, with as many rows as the planner assumes. */
extern Gathered *gather_begin(MemoryContext context, bool assume_statistics);

/* Adds a statement and all that it touches; false, and nothing added, with the failure. */
extern bool gather_statement(Gathered *gathered, CapturedStatement *captured, const StoredStatement *stored,
                             double weight, StatementFailure *failure);

/*
 * Adds one relation alone with the attributes of an index, for its size. A partial one holds predicate_share of
 * the rows. The caller holds the relation's lock.
 */
extern IndexDefinition gather_definition(Gathered *gathered, const WhatifIndex *index, double predicate_share);

/*
 * Adds a sample of a relation's rows and what extended statistics counted, where they say more than statistics of
 * single columns. Nothing where the caller may not read it. To be called once the relation's attributes are known.
 */
extern void gather_sample(Gathered *gathered, int relation);

/* A statement that runs what the index runs, but for its operator classes, which a superuser made; palloc'd. */
extern char *gather_index_statement(const WhatifIndex *index);

/*
 * The same of the rows and the columns of an index that gather_definition added. False, with the failure, where the index
 * could not be built on its table's rows, or the caller may not read them.
 */
extern bool gather_sample_index(Gathered *gathered, const IndexDefinition *definition, const WhatifIndex *index,
                                StatementFailure *failure);

/* Conditions of a request that were misjudged together. */
typedef struct GatheredStatistics
{
    StatisticsFacts facts;
    WhatifIndex index;         /* the conditions as its keys, the columns that they are on as those that it includes */
    int attributes[MAX_STATISTICS_COLUMNS];
    Node *expression;          /* varno 1; NULL: it is about columns */
    List *clauses;             /* then all conditions of the request on its table that stand alone */
} GatheredStatistics;

/* False where they are not on two columns that extended statistics could speak of. The sample and target are not filled. */
extern bool gather_statistics(Gathered *gathered, int request, GatheredStatistics *found);

/*
 * The same of groups by columns of the request's relation, as a sample without conditions. False where they are not two that
 * ndistinct statistics speak of; planned, counted, the sample and target are not filled.
 */
extern bool gather_statistics_of_groups(Gathered *gathered, int request, const Bitmapset *columns,
                                        GatheredStatistics *found);

/* The same of conditions on the one expression of the request that a sample says more of, where a scan was counted. The sample, target
 * and planned are not filled. */
extern bool gather_statistics_of_expression(Gathered *gathered, int request, GatheredStatistics *found);

/* No extended statistics would bring its statement another plan. */
extern void gather_statistics_useless(Gathered *gathered, int request);

/* Tries them on a sample. False where the caller may not read the rows. */
extern bool gather_statistics_rows(GatheredStatistics *found);

/* How often a relation is written to, over its partitions. */
extern void gather_writes(Oid relid, RelationFact *fact);

/* An index that nobody wants: names and SQL as facts.h has them. */
extern void gather_dismissed(Gathered *gathered, const char *relation, const char *definition);

/* Two predicates, by position, and the share of rows that they keep together. */
extern void gather_conjunction(Gathered *gathered, int first, int second, double share);

/* What a sample says that one keeps. Requests that were not measured follow. */
extern void gather_predicate_share(Gathered *gathered, int predicate, double share);

/* The facts so far; valid until the next call that adds. */
extern const Facts *gather_facts(Gathered *gathered);

extern const GatheredStatement *gather_statement_at(const Gathered *gathered, int statement);
extern Oid gather_relation_oid(const Gathered *gathered, int relation);

/* A core's definition as a hypothetical index, in the current context. */
extern WhatifIndex *gather_whatif(const Gathered *gathered, const IndexDefinition *definition,
                                  const IndexSize *size);

/* Its keys that are no columns (varno 1), as long as gathered lives; the list is palloc'd. */
extern List *gather_key_expressions(const Gathered *gathered, const IndexDefinition *definition);

/* The request's conjuncts in words, palloc'd. */
extern char *gather_filter_words(const Facts *facts, const RequestFact *request);

#endif
