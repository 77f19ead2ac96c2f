/*
 * whatif.h - plans as they would be with other indexes.
 *
 * Floor 1. Hypothetical indexes enter through get_relation_info_hook for
 * exactly one planner call, existing ones can be hidden from it, and both
 * vanish on every exit. Works without preload and on a standby; nothing is
 * written anywhere.
 */
#ifndef INDEX_ADVISOR_WHATIF_H
#define INDEX_ADVISOR_WHATIF_H

#include "postgres.h"
#include "access/htup.h"
#include "nodes/bitmapset.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "portability/instr_time.h"
#include "utils/relcache.h"

#include "core/facts.h"

typedef struct WhatifKey
{
    AttrNumber attno;          /* 0: expression */
    Node *expression;          /* varno 1, unfolded */
    Oid opclass;               /* InvalidOid: the type's default */
    Oid collation;             /* InvalidOid: the column's or expression's */
    bool descending, nulls_first;
    Datum options;             /* of the operator class, text[] as in pg_attribute.attoptions; 0: its defaults */
} WhatifKey;

/* relid may be a partitioned table: injected into each of its leaves. Each palloc'd on its own, and not changed once planned with. */
typedef struct WhatifIndex
{
    Oid relid;
    uint64 key_columns, all_columns; /* what-if's own; 0 at first */
    Oid method;                /* access method; InvalidOid: btree */
    IndexMethod kind;
    int pages_per_range;       /* brin */
    int fill_factor;           /* per cent; 0: the method's default */
    bool keeps_duplicates;     /* btree: deduplicate_items is off */
    int entry_bytes;           /* bloom */
    bool concurrently;         /* how it is to be built */
    Oid tablespace;            /* InvalidOid: the default of its table */
    int n_keys;
    WhatifKey keys[MAX_INDEX_KEYS];
    int n_includes;
    AttrNumber includes[MAX_INDEX_INCLUDES];
    List *predicate;           /* implicit AND, varno 1; NIL: full */
    IndexSize size;            /* whole index; shared out over leaves by their rows */
    char *order_words;         /* advisor_order_words; NULL: not asked */
    const char *name;          /* shown in plans; NULL: made from relation and columns */
    struct WhatifPrepared *prepared; /* what-if's own; NULL at first */
} WhatifIndex;

/* Chains get_relation_info_hook and explain_get_index_name_hook; once, from _PG_init. */
extern void whatif_install(void);

/*
 * Plans as scope_plan does, with indexes[0..n) there and the indexes of hidden
 * (OIDs, NIL for none) not there. *used, if not NULL, gets the positions of the indexes
 * that the plan uses (palloc'd Bitmapset).
 */
extern PlannedStmt *whatif_plan(Query *query, const char *text, int cursor_options, ParamListInfo params,
                                WhatifIndex **indexes, int n, List *hidden, Bitmapset **used);

/*
 * Conditions on a relation, and the share that all of its conditions are to be expected to keep; or columns by which a level
 * of the query groups, and how many combinations of their values the table is to be expected to have.
 */
typedef struct WhatifEstimate
{
    Oid relid;
    List *clauses;             /* varno 1; the relation of the query that has them all */
    double share;
    Bitmapset *columns;        /* NULL: it is about conditions */
    double distinct;
} WhatifEstimate;

/* As whatif_plan, of the indexes that are there, as extended statistics would have it planned that say so. */
extern PlannedStmt *whatif_plan_expecting(Query *query, const char *text, int cursor_options, ParamListInfo params,
                                          const WhatifEstimate *estimates, int n);

/*
 * As whatif_plan, of the indexes that are there, without what the run learnt of expressions: as the server plans. The share that is
 * expected of the relation that has the clauses of *heard is filled, if there is one.
 */
extern PlannedStmt *whatif_plan_unlearnt(Query *query, const char *text, int cursor_options, ParamListInfo params,
                                         WhatifEstimate *heard);

/* How a query groups. */
typedef struct WhatifGrouping
{
    Oid relid;                 /* the table that has all columns; InvalidOid: they are of several, or no plain columns */
    Bitmapset *columns;        /* attribute numbers */
    double groups;             /* as the planner expects, before HAVING */
} WhatifGrouping;

/* Plans likewise, for the only level of the query that groups by several expressions. False: there is none, or others as well. */
extern bool whatif_grouping(Query *query, const char *text, int cursor_options, ParamListInfo params,
                            const WhatifEstimate *estimates, int n, WhatifGrouping *grouping);

/* Of whatif_plan, by this process until now. */
extern int64 whatif_planner_calls(void);

/* Between begin and end, names of hypothetical indexes can be printed by EXPLAIN of such a plan. end also after errors. */
extern void whatif_begin_names(WhatifIndex **indexes, int n);
extern void whatif_end_names(void);

/* The name that CREATE INDEX would choose, were it free; index->name if there is one. */
extern const char *whatif_index_name(const WhatifIndex *index);

/*
 * The index that a CREATE INDEX statement would make, checked as CREATE INDEX
 * itself checks it (relation, columns, operator classes, immutability), locking
 * its table in access share mode without waiting; reading it must be allowed. size is left
 * zero. ERROR with the server's own words where the DDL is wrong; FEATURE_NOT_SUPPORTED for
 * a method that cannot be costed, UNIQUE, and ONLY a partitioned table.
 */
extern WhatifIndex *whatif_parse(const char *ddl);

/*
 * From now until the context that is returned is deleted, what is read of tables is kept and shared: a run. Within a
 * run it does nothing and returns NULL.
 */
extern MemoryContext whatif_begin_run(void);

/* Rows of a relation: at most sample_blocks, spread evenly over it, and all that is made of them within sample_time. */
typedef struct WhatifRows
{
    TupleDesc descriptor;
    HeapTuple *rows;           /* with their addresses, in the order of reading: the first n are spread evenly, too */
    int n, capacity;
    BlockNumber n_blocks, blocks_read;
    MemoryContext context;
    int users;                 /* between whatif_rows_use() and whatif_rows_used() */
    SubTransactionId used_in;  /* by the first of them */
    instr_time since;
    double spent_ms;
    double block_ms;           /* to read one, usually */
} WhatifRows;

/*
 * Read at the first call of a run, and again where they had to make room: all of them together take no more than
 * maintenance_work_mem, but for those in use. The caller holds the relation's lock, has an active snapshot, and answers for it that
 * he may see all rows. Empty where sample_blocks is 0, and for a table whose access method knows no row addresses.
 */
extern WhatifRows *whatif_rows(Relation relation);

/* Of a column with such a correlation, the first and the last rows have the first and the last values. */
#define WHATIF_ORDERED 0.9

/* Rows of the last blocks, or the first; not kept. */
extern WhatifRows *whatif_edge_rows(Relation relation, bool at_end);

/* Around work on rows: late means that the time is up, but for the few rows that are looked at if that does not take long. */
extern void whatif_rows_use(WhatifRows *rows);
extern bool whatif_rows_late(const WhatifRows *rows, int n_seen);
extern void whatif_rows_used(WhatifRows *rows);

/* Of the sampled rows, what a predicate lets pass. */
typedef struct WhatifShare
{
    double rows_read, rows_passed;
    double share, error;       /* 0..1, and its standard error */
    bool whole;                /* all of the table was read */
} WhatifShare;

/* A row's address and its values of an index's keys, then of its included columns. False: enough. */
typedef bool (*WhatifReadRow)(void *arg, ItemPointer address, const Datum *values, const bool *nulls);

/*
 * Calls read_row for the sampled rows of relid, the index's table or a partition of it, that the predicate lets pass, in
 * a memory context that is reset after each; fills types and collations of the values first. Errors as whatif_sample.
 */
typedef struct WhatifColumnTypes
{
    Oid types[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    Oid collations[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
} WhatifColumnTypes;

extern WhatifShare whatif_read_rows(const WhatifIndex *index, Oid relid, WhatifColumnTypes *types,
                                    WhatifReadRow read_row, void *arg);

/*
 * Learns of the sampled rows of relid, the index's table or a partition of it, what ANALYZE would know of the index's
 * expressions; all plans of the run then know it. Runs what whatif_sample runs, under the same condition. Returns what
 * its predicate lets pass.
 */
extern WhatifShare whatif_learn(const WhatifIndex *index, Oid relid);

/* For the rest of the run key has these statistics (a row of pg_statistic, copied), or fails on some row: NULL. */
extern void whatif_know(const WhatifIndex *index, int key, HeapTuple statistics);
extern bool whatif_is_known(const WhatifIndex *index, int key);

/* What is known of key among the rows that the index holds; NULL: nothing. */
extern HeapTuple whatif_statistics(const WhatifIndex *index, int key);

/*
 * What the index would hold of the sampled rows of relid, its table or a partition of it:
 * fills rows_read to entry_bytes, pages_per_range, fill_factor and keys, palloc'd, and learns as whatif_learn. Runs the
 * index's expressions, its predicate
 * and the functions of its operator classes, whose errors pass through: only with the rights of somebody who may.
 */
extern void whatif_sample(const WhatifIndex *index, Oid relid, IndexSample *sample);

/*
 * Times the steps of a build on the sampled rows of relid, the index's table or a partition of it. Runs what
 * whatif_sample runs, under the same condition.
 */
extern BuildPace whatif_pace(const WhatifIndex *index, Oid relid);

/*
 * As whatif_cost, but a hypothetical index of indexes[0..n) gets no credit for stopping early at a LIMIT by luck:
 * see whatif_limit.c. *lucky is the position of such an index, or negative. To be asked before the next whatif_plan.
 */
extern double whatif_cost_without_luck(const PlannedStmt *plan, WhatifIndex **indexes, int n, int *lucky);

/*
 * whatif_brin.c: what the planner charges too much for scans of hypothetical brin indexes. Rows that a bitmap leads to
 * are taken to lie anywhere in the table, while those of brin are whole ranges of neighbouring pages.
 */
extern double whatif_brin_surplus(const PlannedStmt *plan, WhatifIndex **indexes, int n);

/* The index that the node itself scans, or InvalidOid. */
extern Oid whatif_scanned_index(const Plan *plan);

/* Plans below a node that are not its left and right one. */
extern List *whatif_child_plans(Plan *plan);

/* Total plan cost to compare plans by: disabled nodes first, then cost (on 18 they no longer add 1e10). */
extern double whatif_cost(const PlannedStmt *plan);

#endif
