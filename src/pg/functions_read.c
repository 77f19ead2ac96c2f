/*
 * functions_read.c - stored advice, as its reader may see it.
 */
#include "functions.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#define COLUMNS                                                                                                    \
    "r.id, r.action, r.status, r.relid, r.index_oid, r.relation, r.index_name, r.definition, r.ddl, r.note,"       \
    " r.why, r.rule, r.gain, r.price, r.not_chosen, index_advisor.duration(1000 * r.build_seconds)"

static List *rows_of_last(uint64 n, MemoryContext context);

List *
advice_read(char **ids, int n_ids, bool with_applied)
{
    MemoryContext context = CurrentMemoryContext;
    Datum wanted = functions_text_array(ids, n_ids);
    Oid types[] = {TEXTARRAYOID};
    List *advice;
    OwnTables own;
    uint64 n;

    tables_enter_views(&own);
    if (ids)
        n = tables_execute("SELECT " COLUMNS " FROM unnest($1) WITH ORDINALITY AS w(id, place)"
                           " JOIN index_advisor.recommendations AS r ON r.id = w.id ORDER BY w.place",
                           1, types, &wanted, NULL);
    else if (with_applied)
        n = tables_execute("SELECT " COLUMNS " FROM index_advisor.recommendations AS r"
                           " WHERE r.status IN ('open', 'applied') ORDER BY r.run DESC, r.rank",
                           0, NULL, NULL, NULL);
    else
        n = tables_execute("SELECT " COLUMNS " FROM index_advisor.recommendations AS r"
                           " WHERE r.status = 'open' ORDER BY r.run DESC, r.rank",
                           0, NULL, NULL, NULL);
    advice = rows_of_last(n, context);
    tables_leave(&own);

    for (int i = 0; i < n_ids; i++)
    {
        const StoredAdvice *found = i < list_length(advice) ? list_nth(advice, i) : NULL;

        if (found == NULL || strcmp(found->id, ids[i]) != 0)
            ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no recommendation \"%s\"", ids[i]),
                    errhint("SELECT id, status FROM index_advisor.recommendations lists those that there are."));
    }
    return advice;
}

static List *
rows_of_last(uint64 n, MemoryContext context)
{
    MemoryContext previous = MemoryContextSwitchTo(context);
    List *rows = NIL;

    for (uint64 i = 0; i < n; i++)
    {
        StoredAdvice *advice = palloc0(sizeof(StoredAdvice));
        int column = 1;

        advice->id = tables_text(i, column++);
        advice->action = tables_text(i, column++);
        advice->status = tables_text(i, column++);
        advice->relid = DatumGetObjectId(tables_value(i, column++));
        advice->index_oid = DatumGetObjectId(tables_value(i, column++));
        advice->relation = tables_text(i, column++);
        advice->index_name = tables_text(i, column++);
        advice->definition = tables_text(i, column++);
        advice->ddl = tables_text(i, column++);
        advice->note = tables_text(i, column++);
        advice->why = tables_text(i, column++);
        advice->rule = tables_text(i, column++);
        advice->gain = tables_text(i, column++);
        advice->price = tables_text(i, column++);
        advice->not_chosen = tables_text(i, column++);
        advice->build_time = tables_text(i, column++);
        rows = lappend(rows, advice);
    }
    MemoryContextSwitchTo(previous);
    return rows;
}
