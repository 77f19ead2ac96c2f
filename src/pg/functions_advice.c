/*
 * functions_advice.c - advise(), advise_for(), check_index(), index_advisor(query).
 */
#include "functions.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/rls.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(index_advisor_advise);
PG_FUNCTION_INFO_V1(index_advisor_advise_for);
PG_FUNCTION_INFO_V1(index_advisor_index_advisor);
PG_FUNCTION_INFO_V1(index_advisor_check_index);

static Datum run_advise(PG_FUNCTION_ARGS);
static Datum run_advise_for(PG_FUNCTION_ARGS);
static Datum run_index_advisor(PG_FUNCTION_ARGS);
static Datum run_check_index(PG_FUNCTION_ARGS);
static AdviseOptions read_options(FunctionCallInfo fcinfo, int first);
static void emit_open(ReturnSetInfo *result);
static void emit_run(ReturnSetInfo *result, const AdviseRun *run);
static void forget_times(AdviseRun *run);
static void hide_statistics(AdviseRun *run);
static double *read_weights(Datum array, int expected);
static void refuse_failures(const AdviseRun *run);
static void emit_one(ReturnSetInfo *result, const AdviseRun *run);
static Datum cost_json(double cost);

/* ---- the captured workload ---- */

Datum
index_advisor_advise(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_advise, fcinfo);
}

static Datum
run_advise(PG_FUNCTION_ARGS)
{
    AdviseOptions options;
    ReturnSetInfo *result;
    AdviseRun *run;

    functions_check_preloaded();
    options = read_options(fcinfo, 0);
    result = functions_begin_rows(fcinfo);
    run = advise_and_publish(&options);
    if (run->nothing_because)
        ereport(
            NOTICE, errmsg("no index is recommended: %s", run->nothing_because),
            errhint("SELECT index_advisor.report() tells more; index_advisor.scans has a verdict for each scan."));
    if (tables_are_writable())
        emit_open(result);
    else
    {
        ereport(NOTICE, errmsg("nothing was stored, because nothing can be written here"));
        emit_run(result, run);
    }
    return (Datum)0;
}

AdviseRun *
advise_and_publish(AdviseOptions *options)
{
    TimestampTz at = GetCurrentTimestamp();
    AdviseRun *run;

    options->own_only = !functions_sees_all();
    options->dismissed = dismissals_read();
    run = advise_captured(options);
    if (tables_are_writable())
        publish_run(run, at, options->own_only);
    return run;
}

/* Arguments budget, max_indexes and time_limit, from argument number `first` on. */
static AdviseOptions
read_options(FunctionCallInfo fcinfo, int first)
{
    AdviseOptions options = {0};

    if (!PG_ARGISNULL(first))
        options.budget = text_to_cstring(PG_GETARG_TEXT_PP(first));
    if (!PG_ARGISNULL(first + 1))
    {
        options.max_indexes = PG_GETARG_INT32(first + 1);
        if (options.max_indexes <= 0)
            ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("max_indexes must be positive, not %d", options.max_indexes),
                    errhint("NULL means the setting index_advisor.max_indexes."));
    }
    if (!PG_ARGISNULL(first + 2))
        options.time_limit_ms = functions_milliseconds(PG_GETARG_INTERVAL_P(first + 2));
    return options;
}

int64
functions_milliseconds(const Interval *interval)
{
    double ms = interval->time / 1000.0 + interval->day * 86400000.0 + interval->month * 30.0 * 86400000.0;

    if (ms < 1.0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("time_limit must be at least a millisecond"), errhint("NULL means no limit."));
    return (int64)Min(ms, 1e15);
}

/* What holds now, after this run: through the view, with the caller's eyes. */
static void
emit_open(ReturnSetInfo *result)
{
    OwnTables own;
    uint64 n;

    tables_enter_views(&own);
    n = tables_execute("SELECT * FROM index_advisor.recommendations WHERE status = 'open' ORDER BY run DESC, rank",
                       0, NULL, NULL, NULL);
    for (uint64 i = 0; i < n; i++)
        tuplestore_puttuple(result->setResult, SPI_tuptable->vals[i]);
    tables_leave(&own);
}

static void
emit_run(ReturnSetInfo *result, const AdviseRun *run)
{
    for (int i = 0; i < advice_count(run); i++)
    {
        Row *row = row_begin(result->setDesc);

        advice_fill(row, run, i);
        row_emit(row, result);
    }
}

/* ---- given statements ---- */

Datum
index_advisor_advise_for(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_advise_for, fcinfo);
}

static Datum
run_advise_for(PG_FUNCTION_ARGS)
{
    AdviseOptions options;
    ReturnSetInfo *result;
    AdviseRun *run;
    char **queries;
    double *weights;
    int n;

    functions_check_version();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("queries is null"));
    queries = functions_texts(PG_GETARG_DATUM(0), &n, "queries");
    if (n == 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("queries is empty"),
                errhint("Give at least one statement: ARRAY['SELECT ...']."));
    weights = PG_ARGISNULL(1) ? NULL : read_weights(PG_GETARG_DATUM(1), n);
    options = read_options(fcinfo, 2);
    result = functions_begin_rows(fcinfo);
    run = advise_given(queries, weights, n, &options);
    refuse_failures(run);
    ereport(DEBUG1, errmsg_internal("%d statements were weighed with " INT64_FORMAT
                                    " planner calls in %.0f ms; load %g, lower bound %g",
                                    run->n_weighed, run->planner_calls, run->elapsed_ms, run->load_after,
                                    run->lower_bound));
    if (run->nothing_because)
        ereport(NOTICE, errmsg("no index is recommended: %s", run->nothing_because));
    forget_times(run);
    if (!functions_sees_all())
        hide_statistics(run);
    emit_run(result, run);
    return (Datum)0;
}

/* Nothing was measured: weights and costs are of no unit of time. */
static void
forget_times(AdviseRun *run)
{
    ListCell *cell;

    foreach (cell, run->indexes)
    {
        AdvisedIndex *index = lfirst(cell);

        index->saved_ms_per_hour = index->ms_per_call_before = index->ms_per_call_after = UNKNOWN;
    }
}

/* As pg_stats does where row security keeps rows from the caller: the rule counts values of all of them. */
static void
hide_statistics(AdviseRun *run)
{
    ListCell *cell;

    foreach (cell, run->indexes)
    {
        AdvisedIndex *index = lfirst(cell);

        if (check_enable_rls(index->relid, InvalidOid, true) != RLS_ENABLED)
            continue;
        index->rule = "The rule is not shown: it counts rows that you may not see.";
        index->not_chosen = NULL;
    }
}

static double *
read_weights(Datum array, int expected)
{
    Datum *elements;
    bool *nulls;
    double *weights;
    int n;

    deconstruct_array(DatumGetArrayTypeP(array), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
                      &elements, &nulls, &n);
    if (n != expected)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("there are %d weights for %d queries", n, expected));
    weights = palloc(n * sizeof(double));
    for (int i = 0; i < n; i++)
    {
        if (nulls[i])
            ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("element %d of weights is null", i + 1));
        weights[i] = DatumGetFloat8(elements[i]);
        if (!(weights[i] > 0) || isinf(weights[i]))
            ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("element %d of weights is %g", i + 1, weights[i]),
                    errhint("A weight is a positive number: how often the query runs, relative to the others."));
    }
    return weights;
}

/* What the caller gave must be right, other than what was captured once; that time ran out is not his mistake. */
static void
refuse_failures(const AdviseRun *run)
{
    int late = 0;
    ListCell *cell;

    foreach (cell, run->statements)
    {
        const AdvisedStatement *statement = lfirst(cell);

        if (statement->error && statement->sqlerrcode == ERRCODE_QUERY_CANCELED)
            late++;
        else if (statement->error)
            ereport(ERROR, errcode(statement->sqlerrcode), errmsg_internal("%s", statement->error),
                    errcontext("index_advisor statement: %s", statement->query));
    }
    if (late > 0)
        ereport(NOTICE, errmsg("%d of %d statements were left out: the limit of time or planner calls was reached",
                               late, list_length(run->statements)));
}

/* ---- one statement, in the form of the other extension of this name ---- */

Datum
index_advisor_index_advisor(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_index_advisor, fcinfo);
}

static Datum
run_index_advisor(PG_FUNCTION_ARGS)
{
    AdviseOptions options = {.small_tables = true};
    ReturnSetInfo *result;
    AdviseRun *run;
    char *query;

    functions_check_version();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("query is null"));
    query = text_to_cstring(PG_GETARG_TEXT_PP(0));
    result = functions_begin_rows(fcinfo);
    run = advise_given(&query, NULL, 1, &options);
    emit_one(result, run);
    if (run->nothing_because && ((AdvisedStatement *)linitial(run->statements))->error == NULL)
        ereport(NOTICE, errmsg("no index is recommended: %s", run->nothing_because));
    return (Datum)0;
}

static void
emit_one(ReturnSetInfo *result, const AdviseRun *run)
{
    const AdvisedStatement *statement = linitial(run->statements);
    Row *row = row_begin(result->setDesc);
    char **ddl = palloc((list_length(run->indexes) + 1) * sizeof(char *));
    int n = 0;
    ListCell *cell;

    foreach (cell, run->indexes)
    {
        const AdvisedIndex *index = lfirst(cell);

        ddl[n++] = psprintf("CREATE INDEX ON %s %s%s", index->relation,
                            index->definition[0] == '(' ? "USING btree " : "", index->definition);
    }
    row_datum(row, "index_statements", functions_text_array(ddl, n));
    row_datum(row, "errors", functions_text_array((char **)&statement->error, statement->error ? 1 : 0));
    if (statement->error == NULL)
    {
        row_datum(row, "startup_cost_before", cost_json(statement->startup_before));
        row_datum(row, "startup_cost_after", cost_json(statement->startup_after));
        row_datum(row, "total_cost_before", cost_json(statement->total_before));
        row_datum(row, "total_cost_after", cost_json(statement->total_after));
    }
    row_emit(row, result);
}

static Datum
cost_json(double cost)
{
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(psprintf("%.2f", cost)));
}

/* ---- an index of the user's ---- */

Datum
index_advisor_check_index(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_check_index, fcinfo);
}

static Datum
run_check_index(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *result;
    CheckedIndex *checked;
    Row *row;

    functions_check_version();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("ddl is null"));
    result = functions_begin_rows(fcinfo);
    checked = advise_check(text_to_cstring(PG_GETARG_TEXT_PP(0)), !functions_sees_all());
    row = row_begin(result->setDesc);
    row_number(row, "size_bytes", checked->size_bytes);
    row_number(row, "build_seconds", checked->build_seconds);
    row_number(row, "build_wal_bytes", checked->build_wal_bytes);
    row_number(row, "build_temp_bytes", checked->build_temp_bytes);
    row_number(row, "writes_per_hour", checked->writes_per_hour);
    row_number(row, "wal_bytes_per_hour", checked->wal_bytes_per_hour);
    row_number(row, "hot_lost_per_hour", checked->hot_lost_per_hour);
    row_number(row, "cost_before", checked->cost_before);
    row_number(row, "cost_after", checked->cost_after);
    /* An index can make things worse: these two may be negative where they are known. */
    if (checked->cost_before > 0)
    {
        row_datum(row, "improvement", Float8GetDatum(checked->improvement));
        row_datum(row, "saved_ms_per_hour", Float8GetDatum(checked->saved_ms_per_hour));
    }
    row_datum(row, "queryids_helped", functions_queryid_array(checked->helped, checked->n_helped));
    row_datum(row, "queryids_hurt", functions_queryid_array(checked->hurt, checked->n_hurt));
    row_text(row, "reason", checked->reason);
    row_emit(row, result);
    return (Datum)0;
}
