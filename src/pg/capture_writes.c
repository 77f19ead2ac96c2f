/*
 * capture_writes.c - which tables are worth watching for writes, and which of their columns updates set.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "capture_internal.h"
#include "compat.h"

/* Each partition has counters of its own; an UPDATE names the columns of the root. */
void
capture_watch_writes(const CapturedQuery *query)
{
    for (int i = 0; i < query->n_counters; i++)
    {
        const ScanCounter *counter = &query->counters[i];
        const ScanState *state = (const ScanState *)counter->state;
        Oid logical = query->totals[counter->total].shape.relid;
        Oid physical = RelationGetRelid(state->ss_currentRelation);

        store_writes_watch(MyDatabaseId, physical);
        if (logical != physical)
            store_writes_watch(MyDatabaseId, logical);
    }
}

static uint64
column_set(const Bitmapset *updated)
{
    uint64 columns = 0;
    int member = -1;

    while ((member = bms_next_member(updated, member)) >= 0)
    {
        if (member + FirstLowInvalidHeapAttributeNumber > 0)
            columns |= STORE_WRITES_COLUMN(member + FirstLowInvalidHeapAttributeNumber);
    }
    return columns;
}

/* Runs for every statement that writes: for a table that nobody watches it costs one probe. */
void
capture_updated_columns(const PlannedStmt *plan)
{
    ListCell *cell;

    foreach (cell, compat_permission_entries(plan))
    {
        const Bitmapset *updated = compat_permission_updated(lfirst(cell));
        Oid relid = compat_permission_relation(lfirst(cell));

        if (updated != NULL && store_writes_is_watched(MyDatabaseId, relid))
            store_writes_updated(MyDatabaseId, relid, column_set(updated));
    }
}
