/*
 * planning_bare.c - how long planning takes, for bench/whatif: without anybody's help, and as EXPLAIN asks for it.
 *
 * Both loop in the backend, so that neither client nor network counts.
 */
#include "postgres.h"

#include <time.h>

#include "executor/spi.h"
#include "fmgr.h"
#include "optimizer/optimizer.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "planning.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(planning_bare);
PG_FUNCTION_INFO_V1(planning_explain);
PG_FUNCTION_INFO_V1(planning_processor);

/* Seconds of the processor that a copy of the statement's tree and planning it take, times n. */
Datum
planning_bare(PG_FUNCTION_ARGS)
{
    char *statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
    Query *query = analysed(statement);
    MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "planning", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context);
    double start;

    start = seconds();
    for (int i = 0; i < PG_GETARG_INT32(1); i++)
    {
        (void)planner(copyObject(query), statement, CURSOR_OPT_PARALLEL_OK, NULL);
        MemoryContextReset(context);
    }
    MemoryContextSwitchTo(caller);
    PG_RETURN_FLOAT8(seconds() - start);
}

/* Seconds of the processor that EXPLAIN of the statement takes, times n. */
Datum
planning_explain(PG_FUNCTION_ARGS)
{
    char *statement = psprintf("EXPLAIN %s", text_to_cstring(PG_GETARG_TEXT_PP(0)));
    double start, end;

    SPI_connect();
    start = seconds();
    for (int i = 0; i < PG_GETARG_INT32(1); i++)
    {
        if (SPI_execute(statement, false, 0) != SPI_OK_UTILITY)
            elog(ERROR, "EXPLAIN failed");
        SPI_freetuptable(SPI_tuptable);
    }
    end = seconds();
    SPI_finish();
    PG_RETURN_FLOAT8(end - start);
}

/* For loops outside: seconds of the processor so far. */
Datum
planning_processor(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(seconds());
}
