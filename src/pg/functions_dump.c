/*
 * functions_dump.c - dump_run(): what a run knew and was answered, as text, so that it can be run again elsewhere.
 *
 * Each run takes the place of the one before: a dump is as long as the workload is, and of use while its run is
 * remembered.
 */
#include "functions.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

/* A line that says what a name stands for. */
#define CONSTANT_LINE "constant "

PG_FUNCTION_INFO_V1(index_advisor_dump_run);

static char *read_dump(bool last, int64 id);
static void emit_dump_lines(ReturnSetInfo *result, char *dump, bool constants);

Datum
index_advisor_dump_run(PG_FUNCTION_ARGS)
{
    bool last = PG_ARGISNULL(0);
    int64 id = last ? 0 : PG_GETARG_INT64(0);
    bool constants = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    char *dump;

    functions_check_version();
    InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
    dump = read_dump(last, id);
    if (dump == NULL && last)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("no run is kept"),
                errhint("The next advise() leaves one."));
    if (dump == NULL)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("run " INT64_FORMAT " is not kept", id),
                errhint("Only the last run can be dumped."));
    emit_dump_lines((ReturnSetInfo *)fcinfo->resultinfo, dump, constants);
    return (Datum)0;
}

static char *
read_dump(bool last, int64 id)
{
    MemoryContext caller = CurrentMemoryContext;
    OwnTables own;
    Oid types[] = {BOOLOID, INT8OID};
    Datum values[] = {BoolGetDatum(last), Int64GetDatum(id)};
    char *dump = NULL;

    tables_enter(&own);
    if (tables_execute("SELECT dump FROM index_advisor.run_dump WHERE $1 OR run = $2 ORDER BY run DESC LIMIT 1", 2,
                       types, values, NULL) > 0)
    {
        MemoryContext spi = MemoryContextSwitchTo(caller);

        dump = tables_text(0, 1);
        MemoryContextSwitchTo(spi);
    }
    tables_leave(&own);
    return dump;
}

static void
emit_dump_lines(ReturnSetInfo *result, char *dump, bool constants)
{
    char *position = dump;
    char *line;

    while ((line = strsep(&position, "\n")) != NULL)
    {
        Datum value;
        bool isnull = false;

        if (*line == '\0' || (!constants && strncmp(line, CONSTANT_LINE, strlen(CONSTANT_LINE)) == 0))
            continue;
        value = CStringGetTextDatum(line);
        tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
        pfree(DatumGetPointer(value));
    }
}
