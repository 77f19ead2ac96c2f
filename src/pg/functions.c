/*
 * functions.c - what all SQL-callable functions share: guards and rows.
 */
#include "functions.h"

#include <math.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "store.h"
#include "whatif.h"

/* ---- guards ---- */

void
functions_check_version(void)
{
    char *version = functions_sql_version();

    /* NULL: somebody made the functions by hand, and knows what they do. */
    if (version == NULL || strcmp(version, INDEX_ADVISOR_VERSION) == 0)
        return;
    ereport(
        ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
        errmsg("the library of index_advisor is version %s, but its SQL objects are version %s",
               INDEX_ADVISOR_VERSION, version),
        errhint(
            "Run ALTER EXTENSION index_advisor UPDATE, or restart the server if the library is the older one."));
}

void
functions_check_preloaded(void)
{
    functions_check_version();
    if (store_is_attached())
        return;
    ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
            errmsg("index_advisor has captured nothing, because it was not loaded when the server started"),
            errhint("Add index_advisor to shared_preload_libraries and restart. Without it you can use "
                    "index_advisor.advise_for(), explain(), check_index() and index_advisor() on statements that "
                    "you give them."));
}

char *
functions_sql_version(void)
{
    Oid extension = get_extension_oid("index_advisor", true);
    Relation relation;
    ScanKeyData key;
    SysScanDesc scan;
    HeapTuple tuple;
    char *version = NULL;

    if (!OidIsValid(extension))
        return NULL;
    relation = table_open(ExtensionRelationId, AccessShareLock);
    ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(extension));
    scan = systable_beginscan(relation, ExtensionOidIndexId, true, NULL, 1, &key);
    tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple))
    {
        bool isnull;
        Datum value = heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(relation), &isnull);

        version = TextDatumGetCString(value);
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return version;
}

bool
functions_sees_all(void)
{
    return has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
}

/* ---- rows ---- */

Row *
row_begin(TupleDesc desc)
{
    Row *row = palloc(sizeof(Row));

    row->desc = desc;
    row->values = palloc0(desc->natts * sizeof(Datum));
    row->nulls = palloc(desc->natts * sizeof(bool));
    memset(row->nulls, true, desc->natts * sizeof(bool));
    return row;
}

static int
column_number(const Row *row, const char *column)
{
    for (int i = 0; i < row->desc->natts; i++)
    {
        if (namestrcmp(&TupleDescAttr(row->desc, i)->attname, column) == 0)
            return i;
    }
    return -1;
}

void
row_datum(Row *row, const char *column, Datum value)
{
    int i = column_number(row, column);

    if (i < 0)
        return;
    row->values[i] = value;
    row->nulls[i] = false;
}

void
row_text(Row *row, const char *column, const char *value)
{
    if (value)
        row_datum(row, column, CStringGetTextDatum(value));
}

void
row_bool(Row *row, const char *column, bool value)
{
    row_datum(row, column, BoolGetDatum(value));
}

void
row_oid(Row *row, const char *column, Oid value)
{
    if (OidIsValid(value))
        row_datum(row, column, ObjectIdGetDatum(value));
}

void
row_time(Row *row, const char *column, TimestampTz value)
{
    if (value != 0)
        row_datum(row, column, TimestampTzGetDatum(value));
}

void
row_number(Row *row, const char *column, double value)
{
    int i = column_number(row, column);

    if (i < 0 || value < 0 || isnan(value))
        return;
    switch (TupleDescAttr(row->desc, i)->atttypid)
    {
        case INT4OID:
            row_datum(row, column, Int32GetDatum((int32)Min(rint(value), (double)PG_INT32_MAX)));
            break;
        case INT8OID:
            /* The largest double below 2^63. */
            row_datum(row, column, Int64GetDatum((int64)Min(rint(value), 9223372036854774784.0)));
            break;
        case FLOAT8OID:
            row_datum(row, column, Float8GetDatum(value));
            break;
        default:
            elog(ERROR, "column \"%s\" is no number", column);
    }
}

void
row_queryid(Row *row, const char *column, int64 value)
{
    row_datum(row, column, Int64GetDatum(value));
}

void
row_input(Row *row, const char *column, char *value)
{
    int i = column_number(row, column);
    Oid function, parameter;

    if (i < 0)
        return;
    getTypeInputInfo(TupleDescAttr(row->desc, i)->atttypid, &function, &parameter);
    row_datum(row, column, OidInputFunctionCall(function, value, parameter, -1));
}

void
row_emit(Row *row, ReturnSetInfo *result)
{
    tuplestore_putvalues(result->setResult, result->setDesc, row->values, row->nulls);
}

/* The context of the call would do as well, were it not for cursors: theirs lives until the next FETCH. */
Datum
functions_in_run(PGFunction function, FunctionCallInfo fcinfo)
{
    MemoryContext run = whatif_begin_run();
    Datum result;

    PG_TRY();
    {
        result = function(fcinfo);
    }
    PG_FINALLY();
    {
        if (run != NULL)
            MemoryContextDelete(run);
    }
    PG_END_TRY();
    return result;
}

ReturnSetInfo *
functions_begin_rows(FunctionCallInfo fcinfo)
{
    InitMaterializedSRF(fcinfo, 0);
    return (ReturnSetInfo *)fcinfo->resultinfo;
}

/* ---- arrays ---- */

Datum
functions_text_array(char **texts, int n)
{
    Datum *elements = palloc((n + 1) * sizeof(Datum));

    for (int i = 0; i < n; i++)
        elements[i] = CStringGetTextDatum(texts[i]);
    return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum
functions_queryid_array(const int64 *queryids, int n)
{
    Datum *elements = palloc((n + 1) * sizeof(Datum));

    for (int i = 0; i < n; i++)
        elements[i] = Int64GetDatum(queryids[i]);
    return PointerGetDatum(construct_array(elements, n, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

char **
functions_texts(Datum array, int *n, const char *argument)
{
    Datum *elements;
    bool *nulls;
    char **texts;

    deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
    texts = palloc((*n + 1) * sizeof(char *));
    for (int i = 0; i < *n; i++)
    {
        if (nulls[i])
            ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("element %d of %s is null", i + 1, argument));
        texts[i] = TextDatumGetCString(elements[i]);
    }
    return texts;
}
