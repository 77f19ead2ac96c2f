/*
 * catalog.c - relations as facts: size, visibility, statistics.
 *
 * Nothing here waits. The caller holds a lock on the relation that it asks
 * about; leaves and indexes are locked only if that can be had at once, one at a
 * time, and are left out of the sums otherwise.
 */
#include "catalog.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic.h"
#include "miscadmin.h"
#include "optimizer/plancat.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "catalog_internal.h"
#include "compat.h"

/* The extension's own schema, as its control file names it: nobody wants advice on the advisor's tables. */
#define OWN_SCHEMA "index_advisor"

/* Schemas made, renamed or dropped, as far as this backend has heard. */
static uint64 schema_changes = 1;

static bool holds_nothing(Relation leaf);
static double add_leaf(Relation leaf, bool is_empty, RelationFact *fact);
static double indexes_bytes(Relation relation);
static bool has_statistics(Oid relid);

Oid
catalog_logical_relation(Oid relid)
{
    List *ancestors = get_rel_relispartition(relid) ? get_partition_ancestors(relid) : NIL;

    /* While a partition is being detached concurrently it is one, and has no ancestors. */
    return ancestors == NIL ? relid : llast_oid(ancestors);
}

static void
note_schema_change(Datum arg, int cache, uint32 hash)
{
    schema_changes++;
}

/* Every scan of a watched statement asks, and a look-up by name is dear; InvalidOid if there is none. */
static Oid
own_schema(void)
{
    static Oid schema;
    static uint64 known_at = 0;

    if (unlikely(known_at != schema_changes))
    {
        uint64 changes = schema_changes;

        if (known_at == 0)
            CacheRegisterSyscacheCallback(NAMESPACEOID, note_schema_change, (Datum)0);
        known_at = UINT64_MAX;
        schema = get_namespace_oid(OWN_SCHEMA, true);
        known_at = changes;
    }
    return schema;
}

static bool
is_advisable(Oid relid, const FormData_pg_class *form)
{
    return relid >= FirstNormalObjectId &&
           (form->relkind == RELKIND_RELATION || form->relkind == RELKIND_MATVIEW ||
            form->relkind == RELKIND_PARTITIONED_TABLE) &&
           form->relpersistence != RELPERSISTENCE_TEMP && form->relnamespace != own_schema();
}

bool
catalog_is_advisable(Oid relid)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    bool advisable;

    if (!HeapTupleIsValid(tuple))
        return false;
    advisable = is_advisable(relid, (Form_pg_class)GETSTRUCT(tuple));
    ReleaseSysCache(tuple);
    return advisable;
}

bool
catalog_is_advisable_open(Relation relation)
{
    return is_advisable(RelationGetRelid(relation), relation->rd_rel);
}

double
catalog_heap_bytes(void)
{
    Relation classes = table_open(RelationRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(classes, InvalidOid, false, NULL, 0, NULL);
    HeapTuple tuple;
    double pages = 0;

    while (HeapTupleIsValid(tuple = systable_getnext(scan)))
    {
        Form_pg_class form = (Form_pg_class)GETSTRUCT(tuple);

        if (form->oid >= FirstNormalObjectId && form->relpersistence != RELPERSISTENCE_TEMP &&
            (form->relkind == RELKIND_RELATION || form->relkind == RELKIND_MATVIEW))
            pages += form->relpages;
    }
    systable_endscan(scan);
    table_close(classes, AccessShareLock);
    return pages * BLCKSZ;
}

char *
catalog_relation_name(Oid relid)
{
    const char *name = get_rel_name(relid);

    if (name == NULL)
        elog(ERROR, "cache lookup failed for relation %u", relid);
    return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

void
catalog_relation(Oid relid, RelationFact *fact)
{
    bool partitioned = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
    List *leaves = catalog_leaves(relid);
    bool is_empty = true;
    double squares = 0;
    ListCell *cell;

    memset(fact, 0, sizeof(*fact));
    fact->name = catalog_relation_name(relid);
    fact->short_name = get_rel_name(relid);
    fact->rows = UNKNOWN;
    fact->analysed = has_statistics(relid);
    fact->partitions = partitioned ? list_length(leaves) : 0;
    foreach (cell, leaves)
    {
        Relation leaf = catalog_try_open(lfirst_oid(cell));
        bool leaf_is_empty;
        double rows;

        if (leaf == NULL)
            continue;
        leaf_is_empty = holds_nothing(leaf);
        rows = add_leaf(leaf, leaf_is_empty, fact);
        squares += rows * rows;
        is_empty &= leaf_is_empty;
        table_close(leaf, AccessShareLock);
    }
    if (partitioned && squares > 0)
        fact->even_partitions = fact->rows * fact->rows / squares;
    /* Of no rows no statistics are ever kept, and none are missing. */
    fact->analysed |= is_empty;
    /* Pages were counted so far: facts.h wants the fraction. */
    fact->all_visible = fact->pages > 0 ? Min(1.0, fact->all_visible / fact->pages) : 0.0;
}

/* No block, or counted since the last block was added and nothing found. */
static bool
holds_nothing(Relation leaf)
{
    BlockNumber pages = RelationGetNumberOfBlocks(leaf);

    return pages == 0 || (leaf->rd_rel->reltuples == 0 && (BlockNumber)leaf->rd_rel->relpages == pages);
}

/* Size as the planner sees it now: the density of the last count times the present pages. Returns the rows, 0 where
 * they were never counted. */
static double
add_leaf(Relation leaf, bool is_empty, RelationFact *fact)
{
    BlockNumber assumed_pages;
    double pages = RelationGetNumberOfBlocks(leaf);
    double tuples, all_visible, rows;

    /* A table that was never counted is assumed to have some pages: take the real ones. */
    estimate_rel_size(leaf, NULL, &assumed_pages, &tuples, &all_visible);
    fact->pages += pages;
    fact->all_visible += all_visible * pages;
    fact->index_bytes += indexes_bytes(leaf);
    fact->analysed |= has_statistics(RelationGetRelid(leaf));
    if (!is_empty && leaf->rd_rel->reltuples < 0)
        return 0;
    rows = is_empty ? 0 : tuples;
    fact->rows = Max(fact->rows, 0.0) + rows;
    return rows;
}

List *
catalog_leaves(Oid relid)
{
    List *leaves = NIL;
    ListCell *cell;

    if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
        return list_make1_oid(relid);
    foreach (cell, find_all_inheritors(relid, NoLock, NULL))
    {
        if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_RELATION)
            leaves = lappend_oid(leaves, lfirst_oid(cell));
    }
    return leaves;
}

Relation
catalog_try_open(Oid relid)
{
    Relation relation;

    if (!ConditionalLockRelationOid(relid, AccessShareLock))
        return NULL;
    relation = RelationIdGetRelation(relid);
    if (relation == NULL)
        UnlockRelationOid(relid, AccessShareLock);
    return relation;
}

static double
counted_rows(Oid relid)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    double rows = UNKNOWN;

    if (HeapTupleIsValid(tuple))
    {
        rows = ((Form_pg_class)GETSTRUCT(tuple))->reltuples;
        ReleaseSysCache(tuple);
    }
    return rows;
}

/* The planner, too, takes a table to have grown as its file has. */
static double
present_rows(Relation leaf)
{
    BlockNumber pages;
    double tuples, all_visible;

    estimate_rel_size(leaf, NULL, &pages, &tuples, &all_visible);
    return tuples;
}

double
catalog_counted_rows(Oid relid)
{
    double rows = UNKNOWN;
    ListCell *cell;

    foreach (cell, catalog_leaves(relid))
    {
        Relation leaf = catalog_try_open(lfirst_oid(cell));

        if (leaf == NULL)
            continue;
        if (leaf->rd_rel->reltuples >= 0)
            rows = Max(rows, 0.0) + present_rows(leaf);
        table_close(leaf, AccessShareLock);
    }
    return rows;
}

Oid
catalog_largest_leaf(Oid relid)
{
    Oid largest = InvalidOid;
    double most = -1;
    ListCell *cell;

    if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
        return InvalidOid;
    foreach (cell, catalog_leaves(relid))
    {
        double rows = counted_rows(lfirst_oid(cell));

        if (rows > most)
        {
            most = rows;
            largest = lfirst_oid(cell);
        }
    }
    return largest;
}

bool
catalog_may_sample(Oid relid)
{
    bool gone = false;

    return pg_class_aclcheck_ext(relid, GetUserId(), ACL_SELECT, &gone) == ACLCHECK_OK && !gone &&
           check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED;
}

Oid
catalog_sampled_leaf(Oid relid)
{
    return get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ? catalog_largest_leaf(relid) : relid;
}

bool
catalog_is_analysed(Oid relid, AttrNumber attno)
{
    bool partitioned = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;

    return SearchSysCacheExists3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum(attno),
                                 BoolGetDatum(partitioned));
}

static int
column_count(Oid relid)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    int count = 0;

    if (HeapTupleIsValid(tuple))
    {
        count = ((Form_pg_class)GETSTRUCT(tuple))->relnatts;
        ReleaseSysCache(tuple);
    }
    return count;
}

static bool
has_statistics(Oid relid)
{
    int natts = column_count(relid);

    for (int attno = 1; attno <= natts; attno++)
    {
        for (int inherited = 0; inherited <= 1; inherited++)
        {
            if (SearchSysCacheExists3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum((AttrNumber)attno),
                                      BoolGetDatum(inherited != 0)))
                return true;
        }
    }
    return false;
}

void
catalog_age(Oid relid, RelationFact *fact)
{
    ListCell *cell;

    fact->analysed_hours = fact->modified_rows = UNKNOWN;
    foreach (cell, catalog_leaves(relid))
    {
        PgStat_StatTabEntry *counters = pgstat_fetch_stat_tabentry(lfirst_oid(cell));
        double hours;

        if (counters == NULL)
            continue;
        fact->modified_rows = Max(fact->modified_rows, 0.0) + (double)compat_modified_rows(counters);
        if (compat_last_analyze(counters) == 0)
            continue;
        hours = (double)(GetCurrentTimestamp() - compat_last_analyze(counters)) / (double)USECS_PER_HOUR;
        fact->analysed_hours = Max(fact->analysed_hours, Max(hours, 0.0));
    }
}

static double
indexes_bytes(Relation relation)
{
    double bytes = 0;
    ListCell *cell;

    foreach (cell, RelationGetIndexList(relation))
        bytes += Max(0.0, catalog_index_bytes(lfirst_oid(cell)));
    return bytes;
}

double
catalog_index_bytes(Oid index)
{
    Relation relation = catalog_try_open(index);
    double bytes = UNKNOWN;

    if (relation == NULL)
        return UNKNOWN;
    if (relation->rd_rel->relkind == RELKIND_INDEX)
        bytes = (double)RelationGetNumberOfBlocks(relation) * BLCKSZ;
    index_close(relation, AccessShareLock);
    return bytes;
}

double
catalog_statistics_seconds(void)
{
    PgStat_StatDBEntry *database = pgstat_fetch_stat_dbentry(MyDatabaseId);
    TimestampTz since =
        Min(pgstat_fetch_stat_archiver()->stat_reset_timestamp, pgstat_fetch_stat_bgwriter()->stat_reset_timestamp);

    if (database && database->stat_reset_timestamp > since)
        since = database->stat_reset_timestamp;
    return (GetCurrentTimestamp() - since) / (double)USECS_PER_SEC;
}
