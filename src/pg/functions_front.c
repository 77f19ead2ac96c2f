/*
 * functions_front.c - front(): what several budgets buy.
 */
#include "functions.h"

#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(index_advisor_front);

static Datum run_front(PG_FUNCTION_ARGS);
static void emit_point(ReturnSetInfo *result, const AdvisedFront *point);

Datum
index_advisor_front(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_front, fcinfo);
}

static Datum
run_front(PG_FUNCTION_ARGS)
{
    AdviseOptions options = {0};
    ReturnSetInfo *result;
    AdvisedFront *points;
    char **budgets;
    int n;

    functions_check_preloaded();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("budgets is null"));
    budgets = functions_texts(PG_GETARG_DATUM(0), &n, "budgets");
    if (n == 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("budgets is empty"),
                errhint("Give at least one: ARRAY['10%%', '1GB']."));
    if (!PG_ARGISNULL(1))
        options.time_limit_ms = functions_milliseconds(PG_GETARG_INTERVAL_P(1));
    points = palloc0(n * sizeof(AdvisedFront));
    for (int i = 0; i < n; i++)
        points[i].budget = budgets[i];
    result = functions_begin_rows(fcinfo);
    options.own_only = !functions_sees_all();
    options.dismissed = dismissals_read();
    advise_front(points, n, &options);
    for (int i = 0; i < n; i++)
        emit_point(result, &points[i]);
    return (Datum)0;
}

static void
emit_point(ReturnSetInfo *result, const AdvisedFront *point)
{
    Row *row = row_begin(result->setDesc);

    row_text(row, "budget", point->budget);
    row_number(row, "budget_bytes", point->budget_bytes);
    row_number(row, "used_bytes", point->used_bytes);
    row_number(row, "indexes", point->n_indexes);
    row_number(row, "load_before", point->load_before);
    row_number(row, "load_after", point->load_after);
    row_number(row, "lower_bound", point->lower_bound);
    if (point->lower_bound >= 0)
        row_number(row, "gap", point->load_after > 0 ? 1 - point->lower_bound / point->load_after : 0);
    row_number(row, "planner_calls", point->planner_calls);
    row_emit(row, result);
}
