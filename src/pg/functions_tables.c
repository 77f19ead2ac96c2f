/*
 * functions_tables.c - the extension's own tables, written and read as their owner.
 *
 * A member of pg_read_all_stats may call advise() without any right on the
 * tables behind it. So the statements on them run as the tables' owner, mostly
 * a superuser, which is safe as long as nothing in them comes from the caller
 * but parameters: the statements are constants, and search_path holds
 * pg_catalog alone, so that no operator of the caller's is ever found.
 */
#include "functions.h"

#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static void set_locally(const char *name, const char *value);
static Oid table_oid(const char *table);

void
tables_enter(OwnTables *own)
{
    tables_enter_views(own);
    SetUserIdAndSecContext(tables_owner(), own->security | SECURITY_LOCAL_USERID_CHANGE);
}

void
tables_enter_views(OwnTables *own)
{
    SPI_connect();
    GetUserIdAndSecContext(&own->caller, &own->security);
    own->guc_level = NewGUCNestLevel();
    set_locally("search_path", "pg_catalog, pg_temp");
    /* What we do for ourselves is no workload of the user's. */
    set_locally("index_advisor.enabled", "off");
}

static void
set_locally(const char *name, const char *value)
{
    (void)set_config_option(name, value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

void
tables_leave(OwnTables *own)
{
    AtEOXact_GUC(false, own->guc_level);
    SetUserIdAndSecContext(own->caller, own->security);
    SPI_finish();
}

bool
tables_are_writable(void)
{
    return !RecoveryInProgress() && !XactReadOnly;
}

uint64
tables_execute(const char *sql, int n, const Oid *types, const Datum *values, const char *nulls)
{
    int result = SPI_execute_with_args(sql, n, (Oid *)types, (Datum *)values, nulls, !tables_are_writable(), 0);

    if (result < 0)
        elog(ERROR, "%s failed: %s", sql, SPI_result_code_string(result));
    return SPI_processed;
}

char *
tables_text(uint64 row, int column)
{
    return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

Datum
tables_value(uint64 row, int column)
{
    bool isnull;
    Datum value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

    return isnull ? (Datum)0 : value;
}

Row *
tables_row(const char *table)
{
    Relation relation = table_open(table_oid(table), AccessShareLock);
    Row *row = row_begin(CreateTupleDescCopy(RelationGetDescr(relation)));

    table_close(relation, NoLock);
    return row;
}

/* The row is one parameter of the table's own type: no list of columns to keep in step. */
void
tables_insert(const char *table, Row *row)
{
    HeapTuple tuple = heap_form_tuple(BlessTupleDesc(row->desc), row->values, row->nulls);
    Oid type = get_rel_type_id(table_oid(table));
    Datum value = HeapTupleGetDatum(tuple);

    tables_execute(psprintf("INSERT INTO index_advisor.%s OVERRIDING SYSTEM VALUE SELECT ($1).*", table), 1, &type,
                   &value, NULL);
}

static Oid
table_oid(const char *table)
{
    return get_relname_relid(table, get_namespace_oid("index_advisor", false));
}

Oid
tables_owner(void)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table_oid("recommendation")));
    Oid owner;

    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "the tables of index_advisor are not there");
    owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
    ReleaseSysCache(tuple);
    return owner;
}
