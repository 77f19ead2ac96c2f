/*
 * planning_ours.c - how long planning with hypothetical indexes takes, for bench/whatif.
 *
 * Linked with all objects of the library, whose functions are not visible from outside: what advise() calls is
 * called here, in a loop in the backend.
 */
#include "postgres.h"

#include <time.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "advise_internal.h"
#include "planning.h"

PG_FUNCTION_INFO_V1(planning_whatif);
PG_FUNCTION_INFO_V1(planning_advised);

static WhatifIndex **
read_indexes(ArrayType *array, int *n)
{
    Datum *ddl;
    bool *nulls;
    WhatifIndex **indexes;

    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &ddl, &nulls, n);
    indexes = palloc((*n + 1) * sizeof(WhatifIndex *));
    for (int i = 0; i < *n; i++)
        indexes[i] = advise_hypothetical(TextDatumGetCString(ddl[i]));
    return indexes;
}

/* Seconds of the processor that a copy of the statement's tree and planning it with these indexes take, times n. */
Datum
planning_whatif(PG_FUNCTION_ARGS)
{
    char *statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
    int n_indexes;
    WhatifIndex **indexes = read_indexes(PG_GETARG_ARRAYTYPE_P(1), &n_indexes);
    Query *query = analysed(statement);
    MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "planning", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context);
    double start;

    start = seconds();
    for (int i = 0; i < PG_GETARG_INT32(2); i++)
    {
        Bitmapset *used;

        (void)whatif_plan(copyObject(query), statement, CURSOR_OPT_PARALLEL_OK, NULL, indexes, n_indexes, NIL,
                          &used);
        MemoryContextReset(context);
    }
    MemoryContextSwitchTo(caller);
    PG_RETURN_FLOAT8(seconds() - start);
}

/* Seconds of the processor that one question of advise() about a captured statement takes with these indexes, times
 * n. */
Datum
planning_advised(PG_FUNCTION_ARGS)
{
    char *statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
    int n_indexes;
    WhatifIndex **indexes = read_indexes(PG_GETARG_ARRAYTYPE_P(1), &n_indexes);
    AdviseOptions options = {0};
    Session *session = session_begin(&options);
    Size size;
    char *blob = statement_write(analysed(statement), statement, strlen(statement), GetUserId(),
                                 CURSOR_OPT_PARALLEL_OK, NULL, &size);
    StatementFailure failure;
    MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "planning", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller;
    double start;

    if (!gather_statement(session->gathered, statement_read(blob, size), NULL, 1.0, &failure))
        elog(ERROR, "%s", failure.message);
    caller = MemoryContextSwitchTo(context);
    start = seconds();
    for (int i = 0; i < PG_GETARG_INT32(2); i++)
    {
        PricedPlan priced;

        if (!session_price(session, 0, indexes, n_indexes, &priced))
            elog(ERROR, "%s", priced.failure.message);
        MemoryContextReset(context);
    }
    MemoryContextSwitchTo(caller);
    PG_RETURN_FLOAT8(seconds() - start);
}
