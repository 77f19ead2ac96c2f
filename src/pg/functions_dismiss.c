/*
 * functions_dismiss.c - dismiss() and undismiss().
 */
#include "functions.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(index_advisor_dismiss);
PG_FUNCTION_INFO_V1(index_advisor_undismiss);

static void store_dismissal(const StoredAdvice *advice, char *reason, TimestampTz until);

Datum
index_advisor_dismiss(PG_FUNCTION_ARGS)
{
    char *id;
    List *advice;
    char *reason = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
    TimestampTz until = PG_ARGISNULL(2) ? 0 : PG_GETARG_TIMESTAMPTZ(2);

    functions_check_version();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("id is null"));
    if (!PG_ARGISNULL(2) && until <= GetCurrentTimestamp())
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("until is in the past"),
                errhint("NULL means for ever."));
    PreventCommandIfReadOnly("index_advisor.dismiss()");
    id = text_to_cstring(PG_GETARG_TEXT_PP(0));
    advice = advice_read(&id, 1, false); /* ERROR if there is none, or none that the caller may see */
    store_dismissal(linitial(advice), reason, until);
    PG_RETURN_VOID();
}

static void
store_dismissal(const StoredAdvice *advice, char *reason, TimestampTz until)
{
    OwnTables own;
    Oid types[] = {TEXTOID};
    Datum values[] = {CStringGetTextDatum(advice->id)};
    Row *row;

    tables_enter(&own);
    tables_execute("DELETE FROM index_advisor.dismissal WHERE id = $1", 1, types, values, NULL);
    row = tables_row("dismissal");
    row_text(row, "id", advice->id);
    row_text(row, "relation", advice->relation);
    row_text(row, "definition", advice->definition);
    row_text(row, "reason", reason);
    row_time(row, "until", until);
    row_text(row, "by", GetUserNameFromId(own.caller, false));
    row_time(row, "at", GetCurrentTimestamp());
    tables_insert("dismissal", row);
    tables_leave(&own);
}

Datum
index_advisor_undismiss(PG_FUNCTION_ARGS)
{
    OwnTables own;
    Oid types[] = {TEXTOID};
    Datum values[1];
    uint64 n;

    functions_check_version();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("id is null"));
    PreventCommandIfReadOnly("index_advisor.undismiss()");
    values[0] = PG_GETARG_DATUM(0);
    tables_enter(&own);
    n = tables_execute("DELETE FROM index_advisor.dismissal WHERE id = $1", 1, types, values, NULL);
    tables_leave(&own);
    if (n == 0)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
                errmsg("recommendation \"%s\" is not dismissed", text_to_cstring(PG_GETARG_TEXT_PP(0))));
    PG_RETURN_VOID();
}

List *
dismissals_read(void)
{
    MemoryContext caller = CurrentMemoryContext;
    List *dismissals = NIL;
    OwnTables own;
    uint64 n;

    tables_enter(&own);
    n = tables_execute("SELECT relation, definition FROM index_advisor.dismissal"
                       " WHERE definition IS NOT NULL AND (until IS NULL OR until > now()) ORDER BY id",
                       0, NULL, NULL, NULL);
    for (uint64 i = 0; i < n; i++)
    {
        MemoryContext spi = MemoryContextSwitchTo(caller);
        DismissedIndex *dismissed = palloc(sizeof(DismissedIndex));

        dismissed->relation = tables_text(i, 1);
        dismissed->definition = tables_text(i, 2);
        dismissals = lappend(dismissals, dismissed);
        MemoryContextSwitchTo(spi);
    }
    tables_leave(&own);
    return dismissals;
}
