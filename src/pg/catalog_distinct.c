/*
 * catalog_distinct.c - extended statistics: distinct combinations of several columns' values.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "statistics/extended_stats_internal.h"
#include "statistics/statistics.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "catalog_internal.h"

/* NULL if nothing was counted yet: CREATE STATISTICS without ANALYZE. */
static MVNDistinct *
counted(Oid statistics, bool inherited)
{
    HeapTuple tuple = SearchSysCache2(STATEXTDATASTXOID, ObjectIdGetDatum(statistics), BoolGetDatum(inherited));
    MVNDistinct *result = NULL;
    Datum data;
    bool is_null;

    if (!HeapTupleIsValid(tuple))
        return NULL;
    data = SysCacheGetAttr(STATEXTDATASTXOID, tuple, Anum_pg_statistic_ext_data_stxdndistinct, &is_null);
    if (!is_null)
        result = statext_ndistinct_deserialize(DatumGetByteaPP(data));
    ReleaseSysCache(tuple);
    return result;
}

/* NULL if one of the columns is an expression, or there are too many. */
static CatalogDistinct *
of_columns(const MVNDistinctItem *item)
{
    CatalogDistinct *distinct;

    if (item->nattributes > MAX_INDEX_KEYS)
        return NULL;
    distinct = palloc0(sizeof(CatalogDistinct));
    distinct->n_columns = item->nattributes;
    distinct->n_distinct = item->ndistinct;
    for (int i = 0; i < item->nattributes; i++)
    {
        distinct->columns[i] = item->attributes[i];
        if (item->attributes[i] <= 0)
            return NULL;
    }
    return distinct;
}

List *
catalog_distincts(Oid relid)
{
    Relation relation = catalog_try_open(relid);
    bool inherited = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
    List *distincts = NIL;
    ListCell *cell;

    if (relation == NULL)
        return NIL;
    foreach (cell, RelationGetStatExtList(relation))
    {
        MVNDistinct *all = counted(lfirst_oid(cell), inherited);

        for (uint32 i = 0; all && i < all->nitems; i++)
        {
            CatalogDistinct *distinct = of_columns(&all->items[i]);

            if (distinct)
                distincts = lappend(distincts, distinct);
        }
    }
    relation_close(relation, AccessShareLock);
    return distincts;
}
