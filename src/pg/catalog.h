/*
 * catalog.h - relations as facts.
 *
 * Floor 1. Statistics, widths and existing indexes, read without
 * waiting for locks (the caller holds at least AccessShareLock) and without
 * evaluating anything: index expressions are read unfolded, since folding them
 * would run their owner's functions with our rights. Strings are palloc'd in
 * the current context and quoted as facts.h wants them.
 */
#ifndef INDEX_ADVISOR_CATALOG_H
#define INDEX_ADVISOR_CATALOG_H

#include "postgres.h"
#include "access/attnum.h"
#include "access/htup.h"
#include "nodes/bitmapset.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

#include "core/facts.h"

/* The root of the partition tree that relid belongs to, or relid itself. */
extern Oid catalog_logical_relation(Oid relid);

/* False if the relation is gone or not a plain, permanent user table, materialized view or partitioned table. */
extern bool catalog_is_advisable(Oid relid);

/* The same of a relation that is open, at the cost of a few comparisons. */
extern bool catalog_is_advisable_open(Relation relation);

/* Heap of all permanent user tables of this database as of their last VACUUM or ANALYZE: what a budget in per cent is of. */
extern double catalog_heap_bytes(void);

/* The relations that hold rows for relid: itself, or the tables among its partitions. Takes no locks. */
extern List *catalog_leaves(Oid relid);

/* With its schema, quoted where it has to be; palloc'd. An error if it is gone. */
extern char *catalog_relation_name(Oid relid);

/* Sums over leaves for a partitioned table. How often it is written to is left to the caller. */
extern void catalog_relation(Oid relid, RelationFact *fact);

/* When it was analysed last, and what was written since, of all its leaves, as far as the server's counters know. */
extern void catalog_age(Oid relid, RelationFact *fact);

/*
 * How long the counters of this database have been counting: since they were
 * reset, or else since all statistics of the server were last lost (initdb, crash,
 * recovery), which the counters of the server as a whole remember; two of them are asked,
 * since either can be reset by hand.
 */
extern double catalog_statistics_seconds(void);

/* Column attno, or expression `key` (varno 1) where attno is 0. fact->relation is left to the caller. */
extern void catalog_attribute(Oid relid, AttrNumber attno, Node *key, AttributeFact *fact);

/* Deduplication needs equal keys to be equal bytes; a b-tree's operator class has a function that says so. */
extern bool catalog_has_equal_image(Oid opclass, Oid collation);

/* A row as in pg_statistic, of an attribute of relid: into the fields of *fact that statistics are known by. */
extern void catalog_describe_statistics(HeapTuple statistics, Oid relid, AttributeFact *fact);

/* Of an expression, if an index has it as a key and was analysed since; palloc'd. NULL: no. */
extern HeapTuple catalog_expression_statistics(Oid relid, Node *key);

/* Are there statistics of the column, in a partitioned table of all its leaves together? */
extern bool catalog_is_analysed(Oid relid, AttrNumber attno);

/*
 * The role in effect may read all rows of relid by itself, so that functions with its rights may see them. False if
 * the relation is gone.
 */
extern bool catalog_may_sample(Oid relid);

/* The leaf of a partitioned table with the most rows, InvalidOid if it has none; of any other relation itself. */
extern Oid catalog_sampled_leaf(Oid relid);

/* Distinct combinations of columns' values, as extended statistics counted them. */
typedef struct CatalogDistinct
{
    int n_columns;
    AttrNumber columns[MAX_INDEX_KEYS]; /* ascending */
    double n_distinct;
} CatalogDistinct;

extern List *catalog_distincts(Oid relid);

/* What extended statistics of a relation say of some columns. */
typedef enum CatalogCover
{
    COVER_NONE,
    COVER_EMPTY,               /* an object is there, and was not computed: CREATE STATISTICS without ANALYZE */
    COVER_COMPUTED
} CatalogCover;

/* What statistics are about: columns, or an expression (varno 1). */
typedef struct CatalogSubject
{
    StatisticsKind kind;
    const Bitmapset *columns;
    Node *expression;          /* NULL: columns */
} CatalogSubject;

/* Of that kind, or of one that the planner asks instead. A relation that is gone or locked counts as covered. */
extern CatalogCover catalog_statistics_cover(Oid relid, const CatalogSubject *subject);

/* Of statistics on an expression (varno 1) alone, what follows their name in DDL. */
extern char *catalog_statistics_on(Oid relid, Node *expression);

/* They have the expression of such a definition, however it was written. */
extern bool catalog_same_statistics(Oid statistics, const char *definition);

/* A name for statistics of these columns, or of an expression (NULL), unquoted, that neither its schema nor `taken` (List of String) has. */
extern char *catalog_statistics_name(Oid relid, const Bitmapset *columns, List *taken);

/* Most common values that ANALYZE would keep of them at most; 0: it keeps none of one of them. */
extern int catalog_statistics_target(Oid relid, const Bitmapset *columns);

/* Immutable, harmless, of a type with a btree operator class, and no distance from a constant: can be an index key. */
extern bool catalog_can_be_key(Oid relid, AttrNumber attno, Node *key);

/* The only column that the expression (varno 1) is made of; InvalidAttrNumber: none, several or a system column. */
extern AttrNumber catalog_only_column(Node *expression);

typedef struct GeneratedColumn
{
    AttrNumber attno;
    Node *expression;
} GeneratedColumn;

/* GeneratedColumn, of those that are stored; NIL where the relation is gone or locked by somebody else. */
extern List *catalog_generated(Oid relid);

/* It holds the distance from a constant: of use for that constant alone. A walker: context is NULL. */
extern bool catalog_is_distance(Node *node, void *context);

/* The same of an expression as the key of an index of another method, whatever its type. */
extern bool catalog_can_be_searched(Oid relid, Node *key);

/* An operator class as SQL: qualified where it is no class of the server's own. */
extern const char *catalog_opclass_sql(Oid opclass);

/*
 * All that an index with it would run, and all that reading its literals back runs, is built in, a superuser's or
 * that of the owner of relid (InvalidOid: of no other). Only then may it become DDL: whoever executes or parses that, a superuser perhaps, runs
 * what is in the literals, and the table's owner runs the functions with each VACUUM and ANALYZE.
 */
extern bool catalog_is_harmless(Oid relid, Node *expression);

/* An expression on relid as SQL, columns unqualified. With constants replaced by $ if words. */
extern char *catalog_deparse(Oid relid, Node *expression, bool words);

/* An existing index, keys as (attno, or expression with varno 1). */
typedef struct CatalogIndex
{
    Oid oid;
    int n_keys, n_includes;
    AttrNumber key_attnos[MAX_INDEX_KEYS];      /* 0: expression */
    Node *key_expressions[MAX_INDEX_KEYS];
    bool descending[MAX_INDEX_KEYS], nulls_first[MAX_INDEX_KEYS];
    bool pattern[MAX_INDEX_KEYS];
    Oid method;
    const char *opclass[MAX_INDEX_KEYS];        /* SQL; NULL: the default, or a btree's */
    AttrNumber includes[MAX_INDEX_INCLUDES];
    List *predicate;           /* implicit AND, varno 1 */
    ExistingIndexFact fact;    /* name, sizes, flags; definition's attributes are left to the caller */
} CatalogIndex;

extern List *catalog_indexes(Oid relid);

#endif
