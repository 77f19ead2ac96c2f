/*
 * compat.h - the one place that knows which major version it is compiled for.
 *
 * The code is written against the newest API; each block below gives an older
 * server that API, with the release that changed it. Nothing else in the
 * project may look at PG_VERSION_NUM (make check-floors).
 */
#ifndef INDEX_ADVISOR_COMPAT_H
#define INDEX_ADVISOR_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 200000
#error "index_advisor supports PostgreSQL 15 to 19"
#endif

/* 16: the header that declares EnableQueryId moved. */
#if PG_VERSION_NUM < 160000
#include "utils/queryjumble.h"
#else
#include "nodes/queryjumble.h"
#endif

/* 16: build_attrmap_by_name can pass over columns that are missing on one side; nobody here wants that. */
#if PG_VERSION_NUM < 160000
#define build_attrmap_by_name(indesc, outdesc, missing_ok) (build_attrmap_by_name)(indesc, outdesc)
#endif

/* 16: an index that only summarises ranges of pages keeps no update of its columns from being HOT. */
#if PG_VERSION_NUM < 160000
#define compat_keeps_hot(routine) false
#else
#define compat_keeps_hot(routine) ((routine)->amsummarizing)
#endif

/* 17: EXPLAIN (MEMORY) gave ExplainOnePlan the planner's memory counters. */
#if PG_VERSION_NUM < 170000
#define ExplainOnePlan(plan, into, es, text, params, env, duration, buffers, memory)                               \
    (ExplainOnePlan)(plan, into, es, text, params, env, duration, buffers)
#endif

/* 18: explain.h was split; what it held is now in three headers. */
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif

/* 18: a plan counts its disabled nodes; before, each of them added 1e10 to the cost. */
#if PG_VERSION_NUM >= 180000
#define compat_disabled_nodes(plan) ((plan)->disabled_nodes)
#else
#define compat_disabled_nodes(plan) 0
#endif

/* 18: how partitions are pruned stands at the statement; before, at its nodes. */
#if PG_VERSION_NUM < 180000
#define compat_prunings(statement) NIL
#define compat_keep_partitions(statement, relation) ((void)0)
#define compat_pruning_of(plan)                                                                                    \
    (IsA(plan, Append)        ? ((Append *)(plan))->part_prune_info                                                \
     : IsA(plan, MergeAppend) ? ((MergeAppend *)(plan))->part_prune_info                                           \
                              : NULL)
#else
#define compat_prunings(statement) ((statement)->partPruneInfos)
#define compat_pruning_of(plan) NULL

/* Leaves that no step prunes as the executor starts have to be said to be there. */
static inline void
compat_keep_partitions(PlannedStmt *statement, const PartitionedRelPruneInfo *relation)
{
    for (int i = 0; i < relation->nparts; i++)
    {
        if (relation->leafpart_rti_map[i] > 0)
            statement->unprunableRelids = bms_add_member(statement->unprunableRelids, relation->leafpart_rti_map[i]);
    }
}
#endif

/* 18: generated columns can be virtual, and then they cannot be indexed. */
#if PG_VERSION_NUM < 180000
#define ATTRIBUTE_GENERATED_VIRTUAL 'v'
#endif

/* 18: a path key says CompareType where it said btree strategy, so that other access methods can order. */
#if PG_VERSION_NUM >= 180000
#define pathkey_is_descending(path_key) ((path_key)->pk_cmptype == COMPARE_GT)
#else
#define pathkey_is_descending(path_key) ((path_key)->pk_strategy == BTGreaterStrategyNumber)
#endif

/* 16: group_pathkeys may go on, behind the grouping itself, with the ORDER BY of aggregates. */
#if PG_VERSION_NUM < 160000
#define grouping_path_keys(root) list_length((root)->group_pathkeys)
#else
#define grouping_path_keys(root) ((root)->num_groupby_pathkeys)
#endif

/* 16: gin's cost function charges for CPU, not only for pages. */
#if PG_VERSION_NUM < 160000
#define COMPAT_GIN_CHARGES_CPU false
#else
#define COMPAT_GIN_CHARGES_CPU true
#endif

/* From 18 on several processes build a gin index: keys are sorted as a whole before they are written. */
#if PG_VERSION_NUM < 180000
#define COMPAT_GIN_SORTS_IN_PARALLEL false
#else
#define COMPAT_GIN_SORTS_IN_PARALLEL true
#endif

/* 17: the length of an array is estimated from statistics, too. */
#if PG_VERSION_NUM < 170000
#define compat_array_length(root, array) estimate_array_length(array)
#else
#define compat_array_length(root, array) estimate_array_length(root, array)
#endif

/* 17: the server brought a collation provider of its own. */
#if PG_VERSION_NUM < 170000
#define COLLPROVIDER_BUILTIN 'b'
#endif

/* 16: what a statement needs permission for became a list beside the range table. */
#if PG_VERSION_NUM < 160000
#define compat_check_permissions(query) ((void)ExecCheckRTPerms((query)->rtable, true))
#define compat_permission_entries(plan) ((plan)->rtable)
#define compat_permission_relation(entry)                                                                          \
    (((RangeTblEntry *)(entry))->requiredPerms != 0 ? ((RangeTblEntry *)(entry))->relid : InvalidOid)
#define compat_permission_updated(entry) (((RangeTblEntry *)(entry))->updatedCols)
#else
#define compat_check_permissions(query) ((void)ExecCheckPermissions((query)->rtable, (query)->rteperminfos, true))
#define compat_permission_entries(plan) ((plan)->permInfos)
#define compat_permission_relation(entry) (((RTEPermissionInfo *)(entry))->relid)
#define compat_permission_updated(entry) (((RTEPermissionInfo *)(entry))->updatedCols)
#endif

/* 16: whose rights a relation is read with stands there, not in the range table. InvalidOid: the current user's. */
#if PG_VERSION_NUM < 160000
#define compat_checked_user(root, rel) ((root)->simple_rte_array[(rel)->relid]->checkAsUser)
#else
#define compat_checked_user(root, rel) ((rel)->userid)
#endif

/* 16: counters of a table got other names. */
#if PG_VERSION_NUM < 160000
#define compat_modified_rows(counters) ((counters)->changes_since_analyze)
#define compat_last_analyze(counters) (Max((counters)->analyze_timestamp, (counters)->autovac_analyze_timestamp))
#else
#define compat_modified_rows(counters) ((counters)->mod_since_analyze)
#define compat_last_analyze(counters) (Max((counters)->last_analyze_time, (counters)->last_autoanalyze_time))
#endif

/* 17: ANALYZE tells a type's function the target alone, not all of a column. */
#if PG_VERSION_NUM < 170000
#define compat_default_statistics_target(stats)                                                                    \
    ((stats)->attr = palloc0(sizeof(FormData_pg_attribute)), (stats)->attr->attstattarget = -1)
#else
#define compat_default_statistics_target(stats) ((stats)->attstattarget = -1)
#endif

/* 16: rows are also counted over all fetches of a cursor. */
#if PG_VERSION_NUM < 160000
#define compat_rows_processed(estate) ((estate)->es_processed)
#else
#define compat_rows_processed(estate) ((estate)->es_total_processed)
#endif

/* 16: what the planner leaves of the columns to group by is beside the statement. */
#if PG_VERSION_NUM < 160000
#define compat_group_clause(root) ((root)->parse->groupClause)
#define compat_distinct_clause(root) ((root)->parse->distinctClause)
#else
#define compat_group_clause(root) ((root)->processed_groupClause)
#define compat_distinct_clause(root) ((root)->processed_distinctClause)
#endif

/* 18: ExecutorRun lost execute_once. */
#if PG_VERSION_NUM < 180000
#define COMPAT_RUN_PARAMETERS QueryDesc *desc, ScanDirection direction, uint64 count, bool execute_once
#define COMPAT_RUN_ARGUMENTS desc, direction, count, execute_once
#else
#define COMPAT_RUN_PARAMETERS QueryDesc *desc, ScanDirection direction, uint64 count
#define COMPAT_RUN_ARGUMENTS desc, direction, count
#endif

/* 19: an EXPLAIN that planning works for is told to the planner. */
#if PG_VERSION_NUM < 190000
#define COMPAT_PLANNER_PARAMETERS Query *query, const char *text, int cursor_options, ParamListInfo params
#define COMPAT_PLANNER_ARGUMENTS query, text, cursor_options, params
#define planner(query, text, cursor_options, params, explain) (planner)(query, text, cursor_options, params)
#else
#define COMPAT_PLANNER_PARAMETERS                                                                                  \
    Query *query, const char *text, int cursor_options, ParamListInfo params, ExplainState *explain
#define COMPAT_PLANNER_ARGUMENTS query, text, cursor_options, params, explain
#endif

/* 19: the hook where a relation's indexes can be changed is called for everything that can stand in FROM. */
#if PG_VERSION_NUM < 190000
#include "optimizer/plancat.h"
typedef get_relation_info_hook_type compat_relation_hook_type;
#define compat_relation_hook get_relation_info_hook
#define COMPAT_RELATION_PARAMETERS PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel
#define COMPAT_RELATION_ARGUMENTS root, relid, inhparent, rel
#else
#include "optimizer/pathnode.h"
typedef build_simple_rel_hook_type compat_relation_hook_type;
#define compat_relation_hook build_simple_rel_hook
#define COMPAT_RELATION_PARAMETERS PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte
#define COMPAT_RELATION_ARGUMENTS root, rel, rte
#endif

/* 19: what is measured of a node is another struct than what is measured of a statement. */
#if PG_VERSION_NUM < 190000
#include "executor/instrument.h"
typedef Instrumentation NodeInstrumentation;
#define InstrAllocNode(options, is_async) InstrAlloc(1, options, is_async)
#define compat_query_time(desc) ((desc)->totaltime)
#define compat_alloc_query_time() InstrAlloc(1, INSTRUMENT_ALL, false)
#define compat_time_of_loops(time) ((time)->total)
#define compat_time_counter(time) ((time)->counter)
#else
#define compat_query_time(desc) ((desc)->query_instr)
#define compat_alloc_query_time() InstrAlloc(INSTRUMENT_ALL)
#define compat_time_of_loops(time) 0.0
#define compat_time_counter(time) ((time)->total)
#endif

/* 19: options of a scan can be given. */
#if PG_VERSION_NUM < 190000
#define table_beginscan_tidrange(relation, snapshot, first, last, options)                                         \
    (table_beginscan_tidrange)(relation, snapshot, first, last)
#endif

/* 19: counters may be a copy for the caller. */
#if PG_VERSION_NUM < 190000
#define pgstat_fetch_entry(kind, dbid, objid, may_free) ((void)(may_free), (pgstat_fetch_entry)(kind, dbid, objid))
#endif

/* 19: a signal's handler is told who sent it. */
#if PG_VERSION_NUM < 190000
#define COMPAT_SIGNAL_ARGUMENTS postgres_signal_arg
#else
#define COMPAT_SIGNAL_ARGUMENTS postgres_signal_arg, pg_siginfo
#endif

/* 19: a backslash in a plain string is a backslash; before, a setting. */
#if PG_VERSION_NUM >= 190000
#define standard_conforming_strings true
#endif

#endif
