/*
 * functions_workload.c - the captured workload as rows: statements, scans, counters, reset.
 */
#include "functions.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "store.h"

PG_FUNCTION_INFO_V1(index_advisor_statements);
PG_FUNCTION_INFO_V1(index_advisor_scans);
PG_FUNCTION_INFO_V1(index_advisor_counters);
PG_FUNCTION_INFO_V1(index_advisor_reset);

static void emit_statement(ReturnSetInfo *result, const StoredStatement *statement);
static void emit_scan(ReturnSetInfo *result, const StoredStatement *statement, const StoredScan *scan);
static const char *node_name(uint8 node);
static char *relation_name(Oid relid);
static char *filter_words(const ScanShape *shape);
static char *clause_words(Oid relid, const ClauseShape *clause);

/* ---- statements ---- */

Datum
index_advisor_statements(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *result;
    bool sees_all = functions_sees_all();
    ListCell *cell;

    functions_check_preloaded();
    result = functions_begin_rows(fcinfo);
    foreach (cell, store_read(InvalidOid, false))
    {
        const StoredStatement *statement = lfirst(cell);

        if (sees_all || statement->key.userid == GetUserId())
            emit_statement(result, statement);
    }
    return (Datum)0;
}

static void
emit_statement(ReturnSetInfo *result, const StoredStatement *statement)
{
    const StatementCounts *counts = &statement->counts;
    Row *row = row_begin(result->setDesc);

    row_oid(row, "userid", statement->key.userid);
    row_oid(row, "dbid", statement->key.dbid);
    row_bool(row, "toplevel", statement->key.toplevel);
    row_queryid(row, "queryid", (int64)statement->key.queryid);
    row_text(row, "query", statement->query);
    row_number(row, "calls", counts->calls);
    row_number(row, "unfinished", counts->unfinished);
    row_number(row, "generic", counts->generic);
    row_number(row, "rows", counts->rows);
    row_number(row, "total_exec_time", counts->exec_ms);
    row_number(row, "mean_exec_time", counts->calls > 0 ? counts->exec_ms / counts->calls : UNKNOWN);
    row_number(row, "max_exec_time", statement->max_exec_ms);
    row_number(row, "binds", statement->n_binds);
    row_text(row, "source", statement->has_tree ? "tree" : statement->blob_size > 0 ? "text" : "none");
    row_time(row, "stats_since", statement->stats_since);
    row_time(row, "last_seen", statement->last_seen);
    row_text(row, "application_name", statement->application_name);
    row_number(row, "longest_streak", statement->streak);
    row_text(row, "tags", statement->tags[0] != '\0' ? statement->tags : NULL);
    row_emit(row, result);
}

/* ---- scans ---- */

Datum
index_advisor_scans(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *result;
    bool sees_all = functions_sees_all();
    Oid own = get_namespace_oid("index_advisor", true);
    ListCell *cell;

    functions_check_preloaded();
    result = functions_begin_rows(fcinfo);
    foreach (cell, store_read(MyDatabaseId, false))
    {
        const StoredStatement *statement = lfirst(cell);

        if (!sees_all && statement->key.userid != GetUserId())
            continue;
        for (int i = 0; i < statement->n_scans; i++)
        {
            /* Reading our own views is not what anybody wants to see here. */
            if (get_rel_namespace(statement->scans[i].shape.relid) != own)
                emit_scan(result, statement, &statement->scans[i]);
        }
    }
    return (Datum)0;
}

static void
emit_scan(ReturnSetInfo *result, const StoredStatement *statement, const StoredScan *scan)
{
    Row *row = row_begin(result->setDesc);
    double read = (double)scan->removed + (double)scan->returned;

    row_oid(row, "userid", statement->key.userid);
    row_bool(row, "toplevel", statement->key.toplevel);
    row_queryid(row, "queryid", (int64)statement->key.queryid);
    row_text(row, "query", statement->query);
    row_oid(row, "relid", scan->shape.relid);
    row_text(row, "relation", relation_name(scan->shape.relid));
    row_text(row, "node", node_name(scan->shape.node));
    row_text(row, "filter", filter_words(&scan->shape));
    row_number(row, "calls", scan->calls);
    row_number(row, "loops", scan->loops);
    row_number(row, "rows_read", read);
    row_bool(row, "rows_read_estimated", scan->returned_estimated);
    row_number(row, "rows_removed", scan->removed);
    row_number(row, "removed_fraction", read > 0 ? scan->removed / read : UNKNOWN);
    row_number(row, "max_rows_removed", scan->max_removed);
    row_number(row, "total_exec_time", statement->counts.exec_ms);
    row_emit(row, result);
}

static const char *
node_name(uint8 node)
{
    switch ((ScanNode)node)
    {
        case SCAN_SEQUENTIAL:
            return "sequential";
        case SCAN_INDEX:
            return "index";
        case SCAN_INDEX_ONLY:
            return "index_only";
        case SCAN_BITMAP:
            return "bitmap";
        case SCAN_OTHER:
            break;
    }
    return "other";
}

/* Qualified and quoted; NULL if it was dropped. */
static char *
relation_name(Oid relid)
{
    char *name = get_rel_name(relid);
    char *schema = name ? get_namespace_name(get_rel_namespace(relid)) : NULL;

    return schema ? quote_qualified_identifier(schema, name) : NULL;
}

static char *
filter_words(const ScanShape *shape)
{
    StringInfoData words;

    if (shape->n_clauses == 0)
        return NULL;
    initStringInfo(&words);
    for (int i = 0; i < shape->n_clauses; i++)
        appendStringInfo(&words, "%s%s", i > 0 ? " AND " : "", clause_words(shape->relid, &shape->clauses[i]));
    return words.data;
}

/* A conjunct as it would be written, its constant a $. The store keeps shapes, no trees: an expression has no
 * words. */
static char *
clause_words(Oid relid, const ClauseShape *clause)
{
    char *column = clause->attno != 0 ? get_attname(relid, clause->attno, true) : NULL;
    char *function = OidIsValid(clause->func) ? get_func_name(clause->func) : NULL;
    char *op = OidIsValid(clause->op) ? get_opname(clause->op) : NULL;
    char *key = column ? (char *)quote_identifier(column) : pstrdup("(expression)");

    if (function)
        key = psprintf("%s(%s)", quote_identifier(function), column ? key : "...");
    switch ((ClauseKind)clause->kind)
    {
        case CLAUSE_OPERATOR:
            return psprintf("%s %s $", key, op ? op : "?");
        case CLAUSE_ANY:
            return psprintf("%s %s ANY ($)", key, op ? op : "?");
        case CLAUSE_IS_NULL:
            return psprintf("%s IS NULL", key);
        case CLAUSE_IS_NOT_NULL:
            return psprintf("%s IS NOT NULL", key);
        case CLAUSE_TRUE:
            return key;
        case CLAUSE_FALSE:
            return psprintf("NOT %s", key);
        case CLAUSE_OR:
            return pstrdup("(... OR ...)");
        case CLAUSE_OTHER:
            break;
    }
    return column || function ? psprintf("condition on %s", key) : pstrdup("condition");
}

/* ---- counters and reset ---- */

Datum
index_advisor_counters(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *result;
    StoreCounters counters;
    Row *row;

    functions_check_preloaded();
    result = functions_begin_rows(fcinfo);
    store_read_counters(&counters);
    row = row_begin(result->setDesc);
    row_time(row, "since", counters.since);
    row_time(row, "last_save", counters.last_save);
    row_bool(row, "last_save_failed", counters.last_save_failed);
    row_number(row, "memory_bytes", counters.memory_bytes);
    row_number(row, "blob_bytes", counters.blob_bytes);
    row_number(row, "blob_used_bytes", counters.blob_used_bytes);
    row_number(row, "statements", counters.statements);
    row_number(row, "statements_max", counters.statements_max);
    row_number(row, "scans", counters.scans);
    row_number(row, "scans_max", counters.scans_max);
    row_number(row, "executions_with_suspects", counters.executions_with_suspects);
    row_number(row, "executions_skipped", counters.executions_skipped);
    row_number(row, "statements_evicted", counters.statements_evicted);
    row_number(row, "scans_evicted", counters.scans_evicted);
    row_number(row, "blobs_refused", counters.blobs_refused);
    row_number(row, "adds_lost", counters.adds_lost);
    row_number(row, "trees_wanted", counters.trees_wanted);
    row_number(row, "trees_written", counters.trees_written);
    row_number(row, "trees_failed", counters.trees_failed);
    row_number(row, "binds_written", counters.binds_written);
    row_number(row, "suspect_exec_time", counters.suspect_ms);
    row_number(row, "memory_used_bytes", counters.memory_used_bytes);
    row_number(row, "dump_bytes", counters.dump_bytes);
    row_number(row, "executions_sampled_out", counters.executions_sampled_out);
    row_number(row, "executions_throttled", counters.executions_throttled);
    row_number(row, "statements_without_suspects", counters.statements_without_suspects);
    row_number(row, "trees_copied", counters.trees_copied);
    row_number(row, "trees_refused", counters.trees_refused);
    row_number(row, "trees_postponed", counters.trees_postponed);
    row_number(row, "hook_time", counters.hook_ms);
    row_number(row, "session_time", counters.session_ms);
    row_number(row, "last_overhead", counters.last_overhead);
    row_number(row, "watched_share", counters.watched_share);
    row_number(row, "times_throttled", counters.times_throttled);
    row_emit(row, result);
    return (Datum)0;
}

Datum
index_advisor_reset(PG_FUNCTION_ARGS)
{
    Oid userid = PG_GETARG_OID(0);
    Oid dbid = PG_GETARG_OID(1);
    int64 queryid = PG_GETARG_INT64(2);

    functions_check_preloaded();
    PG_RETURN_INT64((int64)store_reset(userid, dbid, (uint64)queryid));
}
