/*
 * whatif_internal.h - between the files of what-if.
 *
 * whatif.c decides for one planner call which relations get which indexes;
 * whatif_index.c describes one of them to the planner; whatif_ddl.c reads one
 * from a CREATE INDEX statement, and whatif_options.c its options; whatif_relevance.c says which matter to a statement; whatif_limit.c judges plans that hope to stop early.
 * whatif_method.c knows the access methods, whatif_brin.c and whatif_gin.c what theirs cost;
 * whatif_estimate.c plans with other estimates; whatif_rows.c reads rows, whatif_sample.c forms what an index would hold of them, and
 * whatif_entry.c measures that, with whatif_tree.c for gist and spgist; whatif_stats.c and whatif_ends.c make of them what statistics do not know.
 */
#ifndef INDEX_ADVISOR_WHATIF_INTERNAL_H
#define INDEX_ADVISOR_WHATIF_INTERNAL_H

#include "whatif.h"

#include "access/attmap.h"
#include "nodes/pathnodes.h"
#include "utils/rel.h"

/* Position of the hypothetical index that the node scans; negative if it scans none. Until the next whatif_plan. */
extern int whatif_position(const Plan *plan);

/* How much of an index is on one relation. */
typedef struct WhatifPart
{
    double share; /* 0..1, by rows */
    int parts;    /* that the index has; 1: it is not on a partitioned table */
} WhatifPart;

/*
 * The index on relid, which is rel in the running planner call: the index's own
 * table or one of its leaves, then with that part of the whole index. To be
 * called from get_relation_info_hook; palloc'd for the planner.
 */
extern IndexOptInfo *whatif_build_index(RelOptInfo *rel, Oid relid, WhatifIndex *index, WhatifPart part, Oid oid);

/* The predicate of the index on relid (its table or a leaf) as the planner sees it there, under varno rti; palloc'd. */
extern List *whatif_predicate(WhatifIndex *index, Oid relid, Index rti);

/* Columns of a relation that a statement names, a bit for each number modulo 64. */
typedef struct WhatifColumns
{
    uint64 asked; /* in conditions, orders, groups and aggregates */
    uint64 read;  /* these, and all that is delivered */
} WhatifColumns;

/* From get_relation_info_hook. */
extern void whatif_asked_columns(struct PlannerInfo *root, Index rti, WhatifColumns *columns);

/* False: the index, which is on that very relation, cannot make any difference. */
extern bool whatif_is_relevant(WhatifIndex *index, const WhatifColumns *columns);

/* From then on changes in the catalogs are noticed; once, from whatif_install. */
extern void whatif_watch_catalogs(void);

/* What the planner holds of a hypothetical index, and behind it what its cost function would find in a real one. */
typedef struct WhatifIndexInfo
{
    IndexOptInfo info;
    IndexSize size; /* of the index on this relation */
    int pages_per_range;
} WhatifIndexInfo;

/* WITH and TABLESPACE of a statement whose method and kind are known. ERROR where the method refuses them. */
extern void whatif_read_storage(const IndexStmt *statement, WhatifIndex *index);

/* The options in parentheses behind a key's operator class, checked; 0: none are given. */
extern Datum whatif_read_class_options(const IndexElem *element, Oid method, Oid opclass);

/* Options of an operator class as its functions read them, defaults filled in; NULL: it has none. */
extern bytea *whatif_class_options(Oid method, Oid family, Oid type, Datum options);

/* The value given to one of these options, as text; NULL: none is given. */
extern const char *whatif_option(Datum options, const char *name);

/* whatif_method.c: ERROR where the method's indexes cannot be costed. */
extern IndexMethod whatif_method_kind(Oid method, const char *name);
extern const char *whatif_method_name(Oid method);

/* Can an index-only scan return column i? Operator families and types are filled. */
extern bool whatif_method_returns(const IndexOptInfo *info, IndexMethod kind, int i, Oid key_type);

/* The access method's cost functions for indexes that it cannot look into: amcostestimate. */
extern void whatif_gin_cost(struct PlannerInfo *root, struct IndexPath *path, double loop_count,
                            Cost *startup_cost, Cost *total_cost, Selectivity *selectivity, double *correlation,
                            double *pages);
extern void whatif_brin_cost(struct PlannerInfo *root, struct IndexPath *path, double loop_count,
                             Cost *startup_cost, Cost *total_cost, Selectivity *selectivity, double *correlation,
                             double *pages);

/* Columns of the index's table -> columns of that leaf of it; NULL if it is the table itself. */
extern AttrMap *whatif_map_columns(const WhatifIndex *index, Relation leaf);

/* A copy of an expression on the index's table as one on the leaf, still under varno 1. map may be NULL. */
extern Node *whatif_map_expression(const AttrMap *map, Node *expression);

/* Where what is kept for the run is kept; NULL between runs. */
extern MemoryContext whatif_run_context(void);

/* What whatif_stats.c knows in this run, none between runs. Adding: in the run's context. */
extern List *whatif_run_known(void);
extern void whatif_run_add_known(void *known);

/* The same of whatif_ends.c. */
extern List *whatif_run_ends(void);
extern void whatif_run_add_ends(void *ends);

/* Chain set_rel_pathlist_hook; create_upper_paths_hook and, before whatif_ends.c does, get_relation_stats_hook. */
extern void whatif_estimate_install(void);
extern void whatif_groups_install(void);

/* Is nothing to be known of expressions in the running planner call? */
extern bool whatif_estimate_is_unlearnt(void);

/* Those of the running planner call at its own level; NULL and *n 0: none. */
extern const WhatifEstimate *whatif_estimates_now(int *n);

/* Chain get_index_stats_hook and get_relation_stats_hook. */
extern void whatif_stats_install(void);
extern void whatif_ends_install(void);

/* The index of the running planner call that has this OID, be it for its statistics alone; NULL: none of ours. */
extern const WhatifIndex *whatif_index_at(Oid oid);

/* The i-th that is known, as an index on it alone; NULL if it tells nothing of the table: it fails, or is of a part. */
extern WhatifIndex *whatif_known_index(int i);

/* A pass over the sampled rows, forming what the index would hold of each; whatif_rows as of relid, a leaf perhaps. */
typedef struct WhatifScan WhatifScan;
extern WhatifScan *whatif_scan_begin(const WhatifIndex *index, Oid relid);

/* The next row that the predicate lets pass, its values until the next call; NULL: none, or time is up. */
extern ItemPointer whatif_scan_next(WhatifScan *scan, Datum *values, bool *nulls);
extern void whatif_scan_type(const WhatifScan *scan, int column, Oid *type, int32 *typmod, Oid *collation);

/* What reading a block of the sample took. */
extern double whatif_scan_seconds_per_block(const WhatifScan *scan);

/* What share of the rows passed. */
extern WhatifShare whatif_scan_end(WhatifScan *scan);

/* The values of keys that are expressions and not known yet, on their way to be known. */
typedef struct WhatifCollector WhatifCollector;
extern WhatifCollector *whatif_collect_begin(const WhatifIndex *index, Oid relid, const WhatifScan *scan);

/* False: enough. */
extern bool whatif_collect(WhatifCollector *collector, ItemPointer address, const Datum *values, const bool *nulls);
extern void whatif_collect_end(WhatifCollector *collector, const WhatifShare *share);

/* What an index would hold of rows: types and collations of its columns as in the table; values come in that order. */
typedef struct WhatifEntries WhatifEntries;
extern WhatifEntries *whatif_entries_begin(const WhatifIndex *index, const Oid *types, const Oid *collations);

/* A row that the predicate lets pass. False: enough rows were seen. */
extern bool whatif_entries_add(WhatifEntries *entries, ItemPointer address, const Datum *values, const bool *nulls);

/* Fills rows_passed to entry_bytes, fill_factor and keys. */
extern void whatif_entries_finish(WhatifEntries *entries, IndexSample *sample);

/* whatif_tree.c: what tells how full the pages of gist and spgist become, of first keys in the order of rows; not NULL. */
typedef struct WhatifTree WhatifTree;
extern WhatifTree *whatif_tree_begin(TreeKind kind, Oid type, Oid collation);
extern void whatif_tree_add(WhatifTree *tree, BlockNumber block, Datum value);

/* Fills tree, rising and texts. */
extern void whatif_tree_finish(WhatifTree *tree, IndexSample *sample);

/* Of the processor, since some moment: whoever else wants it now may be gone when the index is built. */
extern double whatif_processor_seconds(void);

/* The type of an index's column for keys of that type. */
extern Oid whatif_stored_type(Oid opclass, Oid type);

/* whatif_growth.c: what inserting first keys of an index that is gist takes, in the table's order. */
typedef struct WhatifGrowth WhatifGrowth;
extern WhatifGrowth *whatif_growth_begin(const WhatifIndex *index, Oid type, Oid collation);
extern void whatif_growth_add(WhatifGrowth *growth, ItemPointer address, Datum value);

/* Fills passing and splitting. */
extern void whatif_growth_finish(WhatifGrowth *growth, BuildPace *pace);

#endif
