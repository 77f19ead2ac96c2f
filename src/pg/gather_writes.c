/*
 * gather_writes.c - how often a relation is written to, and what decides what that costs.
 */
#include "gather_internal.h"

#include "access/amapi.h"
#include "access/xlog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "postmaster/bgwriter.h"
#include "utils/lsyscache.h"

#include "catalog.h"
#include "compat.h"

/* From this on, what was watched is better than an average over the server's own statistics, however old. */
#define WATCHED_LONG_S 600.0

/* Statistics that are younger say more about how the table was loaded than about how it is used. */
#define STATISTICS_OLD_S 86400.0

/* Writes of one table, and the seconds in which they happened; 0: nobody knows. */
static double
known_writes(Oid relid, WriteCounts *counts)
{
    double watched = store_writes_watched(MyDatabaseId, relid, counts);
    double seconds = catalog_statistics_seconds();

    if (watched >= WATCHED_LONG_S || (watched > 0 && seconds < STATISTICS_OLD_S))
        return watched;
    if (seconds < STATISTICS_OLD_S)
        return 0;
    store_writes_total(MyDatabaseId, relid, counts);
    return seconds;
}

/* Checkpoints that come earlier, because much is written, are not foreseen. */
static void
describe_server(Oid relid, RelationFact *fact)
{
    fact->checkpoint_hours = fullPageWrites ? CheckPointTimeout / 3600.0 : 0;
    fact->logged = get_rel_persistence(relid) == RELPERSISTENCE_PERMANENT;
    fact->brin_keeps_hot = compat_keeps_hot(GetIndexAmRoutineByAmId(BRIN_AM_OID, false));
}

void
gather_writes(Oid relid, RelationFact *fact)
{
    ListCell *cell;

    describe_server(relid, fact);

    fact->inserts_per_hour = fact->updates_per_hour = fact->hot_updates_per_hour = UNKNOWN;
    fact->deletes_per_hour = fact->write_hours = UNKNOWN;
    foreach (cell, catalog_leaves(relid))
    {
        WriteCounts counts;
        double hours = known_writes(lfirst_oid(cell), &counts) / 3600.0;

        /* For the next time: a partition that nobody scanned yet is written to all the same. */
        store_writes_watch(MyDatabaseId, lfirst_oid(cell));
        if (hours <= 0)
            continue;
        fact->inserts_per_hour = Max(fact->inserts_per_hour, 0) + counts.inserted / hours;
        fact->updates_per_hour = Max(fact->updates_per_hour, 0) + counts.updated / hours;
        fact->hot_updates_per_hour = Max(fact->hot_updates_per_hour, 0) + counts.hot_updated / hours;
        fact->deletes_per_hour = Max(fact->deletes_per_hour, 0) + counts.deleted / hours;
        fact->write_hours = Max(fact->write_hours, hours);
    }
}

bool
gather_holds_any(Node *expression, uint64 columns)
{
    ListCell *cell;

    foreach (cell, pull_var_clause(expression, PVC_RECURSE_PLACEHOLDERS))
    {
        AttrNumber attno = ((Var *)lfirst(cell))->varattno;

        /* The whole row is another one, whatever was set. */
        if (attno == InvalidAttrNumber ? columns != 0 : attno > 0 && (columns & STORE_WRITES_COLUMN(attno)) != 0)
            return true;
    }
    return false;
}

/* What statements set that name another table of the tree. */
static uint64
set_through(Oid named, Oid relid)
{
    uint64 columns = store_writes_columns(MyDatabaseId, named), here = 0;
    char *name;

    if (named == relid || columns == 0)
        return columns;
    for (AttrNumber i = 1; (name = get_attname(named, i, true)) != NULL; i++)
    {
        AttrNumber attno = columns & STORE_WRITES_COLUMN(i) ? get_attnum(relid, name) : InvalidAttrNumber;

        here |= attno > 0 ? STORE_WRITES_COLUMN(attno) : 0;
    }
    return here;
}

/* Those that are generated are set as well. */
uint64
gather_updated_columns(Oid relid)
{
    uint64 columns = set_through(relid, relid) | set_through(catalog_logical_relation(relid), relid), generated = 0;
    ListCell *cell;

    foreach (cell, catalog_leaves(relid))
        columns |= set_through(lfirst_oid(cell), relid);
    foreach (cell, columns != 0 ? catalog_generated(relid) : NIL)
    {
        const GeneratedColumn *column = lfirst(cell);

        if (gather_holds_any(column->expression, columns))
            generated |= STORE_WRITES_COLUMN(column->attno);
    }
    return columns | generated;
}
