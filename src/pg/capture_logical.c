/*
 * capture_logical.c - a partition's columns as its root knows them.
 *
 * Looked up in syscaches alone, since the root of a partition that a statement
 * names directly is not locked, and remembered per backend. Any change of a
 * relation on the way from a leaf to its root forgets everything.
 */
#include "postgres.h"

#include "catalog/partition.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "capture_internal.h"

/* Leaves and what they mean; ancestors is the set of relations that the answers depend on. */
static MemoryContext context;
static HTAB *leaves;
static HTAB *ancestors;
static bool is_stale;

static void
invalidate(Datum arg, Oid relid)
{
    if (ancestors != NULL && !is_stale)
        is_stale = !OidIsValid(relid) || hash_search(ancestors, &relid, HASH_FIND, NULL) != NULL;
}

void
capture_logical_install(void)
{
    CacheRegisterRelcacheCallback(invalidate, (Datum)0);
}

static HTAB *
make_table(const char *name, Size entry_size)
{
    HASHCTL control = {.keysize = sizeof(Oid), .entrysize = entry_size, .hcxt = context};

    return hash_create(name, 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* leaves comes last: as long as it is NULL, this is tried again. */
static void
start_afresh(void)
{
    MemoryContext old = context;

    leaves = ancestors = NULL;
    context = NULL;
    if (old != NULL)
        MemoryContextDelete(old);
    context = AllocSetContextCreate(TopMemoryContext, "index_advisor partitions", ALLOCSET_SMALL_SIZES);
    ancestors = make_table("index_advisor ancestors", sizeof(Oid));
    leaves = make_table("index_advisor leaves", sizeof(LogicalRelation));
    is_stale = false;
}

/* By name; a column that the root does not have was dropped. */
static AttrNumber *
map_columns(Relation relation, Oid root)
{
    TupleDesc columns = RelationGetDescr(relation);
    AttrNumber *map = MemoryContextAllocZero(context, sizeof(AttrNumber) * Max(columns->natts, 1));

    for (int i = 0; i < columns->natts; i++)
    {
        if (!TupleDescAttr(columns, i)->attisdropped)
            map[i] = get_attnum(root, NameStr(TupleDescAttr(columns, i)->attname));
    }
    return map;
}

/* Prepares everything before it enters the tables, so that an error half way leaves nothing wrong in them. */
static const LogicalRelation *
remember(Relation relation)
{
    Oid relid = RelationGetRelid(relation);
    List *path = get_partition_ancestors(relid);
    Oid root = path == NIL ? relid : llast_oid(path);
    AttrNumber *columns = path == NIL ? NULL : map_columns(relation, root);
    LogicalRelation *leaf;
    ListCell *cell;

    foreach (cell, path)
        (void)hash_search(ancestors, &lfirst_oid(cell), HASH_ENTER, NULL);
    (void)hash_search(ancestors, &relid, HASH_ENTER, NULL);
    leaf = hash_search(leaves, &relid, HASH_ENTER, NULL);
    leaf->logical = root;
    leaf->columns = columns;
    leaf->n_columns = RelationGetNumberOfAttributes(relation);
    list_free(path);
    return leaf;
}

const LogicalRelation *
capture_logical(Relation relation)
{
    static LogicalRelation itself;
    Oid relid = RelationGetRelid(relation);
    const LogicalRelation *leaf;

    if (!relation->rd_rel->relispartition)
    {
        itself = (LogicalRelation){relid, relid, RelationGetNumberOfAttributes(relation), NULL};
        return &itself;
    }
    if (leaves == NULL || is_stale)
        start_afresh();
    leaf = hash_search(leaves, &relid, HASH_FIND, NULL);
    return leaf ? leaf : remember(relation);
}
