/*
 * whatif_stats.c - statistics of expressions, as ANALYZE would keep them once an index has them for keys.
 *
 * The type's own ANALYZE function makes them of the sampled rows; what it says becomes a row as
 * in pg_statistic, which the planner is handed wherever it asks for the statistics of one of our indexes. They
 * are known for the rest of the run, with or without the index: a comparison of two plans that differ in what they
 * think of the rows would compare nothing.
 *
 * As with a real index, those of a partial one are of its rows alone, and say nothing of others.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "commands/vacuum.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "compat.h"
#include "scope.h"

/* Values beyond it are left out. */
#define MAX_VALUE_BYTES ((Size)64 * 1024 * 1024)

/* Met so many times in a sample, an element says how rare the others are. */
#define SELDOM 3

/* An expression, as the only key of an index that is not there; statistics is NULL where it fails on some row. */
typedef struct Known
{
    WhatifIndex index;
    HeapTuple statistics;
} Known;

/* One value of a sampled row. */
typedef struct Collected
{
    ItemPointerData address;
    Datum value;
    bool is_null;
} Collected;

/* The values of one key. */
typedef struct CollectedKey
{
    Oid type, collation;
    int32 typmod;
    int16 length;
    bool by_value;
    Collected *values;
} CollectedKey;

struct WhatifCollector
{
    const WhatifIndex *index;
    Oid relid;
    MemoryContext context;
    int n, capacity;
    bool wanted[MAX_INDEX_KEYS];
    CollectedKey keys[MAX_INDEX_KEYS];
};

static get_index_stats_hook_type previous_index_stats;

static bool index_statistics(PlannerInfo *root, Oid indexoid, AttrNumber attnum, VariableStatData *vardata);
static RelOptInfo *relation_of(PlannerInfo *root, const VariableStatData *vardata);
static bool may_see(PlannerInfo *root, RelOptInfo *rel, Oid relid);
static Known *find_known(Oid relid, const WhatifKey *key, const List *predicate);
static HeapTuple analyse(const CollectedKey *key, int n, double total_rows);
static int compare_addresses(const void *left, const void *right);
static VacAttrStats *describe_for_analyze(const CollectedKey *key);
static Datum fetch_value(VacAttrStats *stats, int row, bool *is_null);
static void forget_lone_elements(VacAttrStats *stats, int k, double rows, double share);
static HeapTuple form_statistics(const VacAttrStats *stats);

void
whatif_stats_install(void)
{
    previous_index_stats = get_index_stats_hook;
    get_index_stats_hook = index_statistics;
}

/* ---- for the planner ---- */

static void
keep(HeapTuple tuple)
{
}

/*
 * Of a partial index the server uses them for the index's own cost alone, never for the table's rows; then it does
 * not say of which relation.
 */
static bool
index_statistics(PlannerInfo *root, Oid indexoid, AttrNumber attnum, VariableStatData *vardata)
{
    const WhatifIndex *index = scope_at_own_level() ? whatif_index_at(indexoid) : NULL;
    HeapTuple statistics = NULL;

    if (index != NULL && attnum <= index->n_keys && index->keys[attnum - 1].attno == 0 &&
        (index->predicate == NIL || relation_of(root, vardata) == NULL))
        statistics = whatif_statistics(index, attnum - 1);
    if (statistics == NULL)
        return previous_index_stats ? previous_index_stats(root, indexoid, attnum, vardata) : false;
    vardata->statsTuple = statistics;
    vardata->freefunc = keep;
    vardata->acl_ok = may_see(root, relation_of(root, vardata), index->relid);
    return true;
}

/* NULL if none is said: cost functions do not fill that in, and brin's leaves there whatever was on the stack. */
static RelOptInfo *
relation_of(PlannerInfo *root, const VariableStatData *vardata)
{
    for (int i = 1; i < root->simple_rel_array_size; i++)
    {
        if (root->simple_rel_array[i] != NULL && root->simple_rel_array[i] == vardata->rel)
            return vardata->rel;
    }
    return NULL;
}

/* As of a real index: who may read all of the table may have functions of his look at its statistics. */
static bool
may_see(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
    Oid userid;

    if (rel == NULL)
        return false;
    userid = compat_checked_user(root, rel);
    return root->simple_rte_array[rel->relid]->securityQuals == NIL &&
           pg_class_aclcheck(relid, OidIsValid(userid) ? userid : GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/* ---- what is known in this run ---- */

static Known *
find_known(Oid relid, const WhatifKey *key, const List *predicate)
{
    ListCell *cell;

    foreach (cell, whatif_run_known())
    {
        Known *known = lfirst(cell);

        if (known->index.relid == relid && known->index.keys[0].collation == key->collation &&
            equal(known->index.keys[0].expression, key->expression) && equal(known->index.predicate, predicate))
            return known;
    }
    return NULL;
}

HeapTuple
whatif_statistics(const WhatifIndex *index, int key)
{
    const Known *known = find_known(index->relid, &index->keys[key], index->predicate);

    return known ? known->statistics : NULL;
}

bool
whatif_is_known(const WhatifIndex *index, int key)
{
    return find_known(index->relid, &index->keys[key], index->predicate) != NULL;
}

WhatifIndex *
whatif_known_index(int i)
{
    Known *known = list_nth(whatif_run_known(), i);

    return known->statistics && known->index.predicate == NIL ? &known->index : NULL;
}

void
whatif_know(const WhatifIndex *index, int key, HeapTuple statistics)
{
    MemoryContext context = whatif_run_context();
    MemoryContext caller;
    Known *known;

    if (context == NULL || whatif_is_known(index, key))
        return;
    caller = MemoryContextSwitchTo(context);
    known = palloc0(sizeof(Known));
    known->index.relid = index->relid;
    known->index.method = index->method;
    known->index.kind = index->kind;
    known->index.pages_per_range = index->pages_per_range;
    known->index.n_keys = 1;
    known->index.keys[0] = index->keys[key];
    known->index.keys[0].expression = copyObject(index->keys[key].expression);
    known->index.keys[0].options = (Datum)0;
    known->index.predicate = copyObject(index->predicate);
    known->index.size.pages = 1;
    known->statistics = statistics ? heap_copytuple(statistics) : NULL;
    whatif_run_add_known(known);
    MemoryContextSwitchTo(caller);
}

/* ---- from the sampled rows ---- */

WhatifShare
whatif_learn(const WhatifIndex *index, Oid relid)
{
    WhatifScan *scan = whatif_scan_begin(index, relid);
    WhatifCollector *collector = whatif_collect_begin(index, relid, scan);
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    ItemPointer address;
    WhatifShare share;

    while ((address = whatif_scan_next(scan, values, nulls)))
    {
        if (!whatif_collect(collector, address, values, nulls))
            break;
    }
    share = whatif_scan_end(scan);
    whatif_collect_end(collector, &share);
    return share;
}

WhatifCollector *
whatif_collect_begin(const WhatifIndex *index, Oid relid, const WhatifScan *scan)
{
    WhatifCollector *collector = palloc0(sizeof(WhatifCollector));

    collector->index = index;
    collector->relid = relid;
    collector->context = AllocSetContextCreate(CurrentMemoryContext, "sampled values", ALLOCSET_DEFAULT_SIZES);
    for (int i = 0; i < index->n_keys; i++)
    {
        CollectedKey *key = &collector->keys[i];

        collector->wanted[i] = index->keys[i].attno == 0 && !whatif_is_known(index, i);
        whatif_scan_type(scan, i, &key->type, &key->typmod, &key->collation);
        if (OidIsValid(index->keys[i].collation))
            key->collation = index->keys[i].collation;
        get_typlenbyval(key->type, &key->length, &key->by_value);
    }
    return collector;
}

bool
whatif_collect(WhatifCollector *collector, ItemPointer address, const Datum *values, const bool *nulls)
{
    MemoryContext caller = MemoryContextSwitchTo(collector->context);
    bool grows = collector->n == collector->capacity;

    if (grows)
        collector->capacity = Max(1024, 2 * collector->capacity);
    for (int i = 0; i < collector->index->n_keys; i++)
    {
        CollectedKey *key = &collector->keys[i];

        if (!collector->wanted[i])
            continue;
        if (grows && key->values)
            key->values = repalloc_huge(key->values, collector->capacity * sizeof(Collected));
        else if (grows)
            key->values = palloc(collector->capacity * sizeof(Collected));
        key->values[collector->n] =
            (Collected){*address, nulls[i] ? (Datum)0 : datumCopy(values[i], key->by_value, key->length), nulls[i]};
    }
    collector->n++;
    MemoryContextSwitchTo(caller);
    return MemoryContextMemAllocated(collector->context, false) < MAX_VALUE_BYTES;
}

static double
table_rows(Oid relid, const WhatifShare *share)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    double rows = -1;

    if (HeapTupleIsValid(tuple))
    {
        rows = ((Form_pg_class)GETSTRUCT(tuple))->reltuples;
        ReleaseSysCache(tuple);
    }
    return Max(rows, share->rows_read);
}

void
whatif_collect_end(WhatifCollector *collector, const WhatifShare *share)
{
    MemoryContext caller = MemoryContextSwitchTo(collector->context);

    for (int i = 0; i < collector->index->n_keys && collector->n > 0; i++)
    {
        double rows = ceil(table_rows(collector->relid, share) * share->share);

        if (collector->wanted[i])
            whatif_know(collector->index, i, analyse(&collector->keys[i], collector->n, rows));
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(collector->context);
}

/* ---- as ANALYZE does it ---- */

/* In the order of the table, which the correlation is told by. */
static HeapTuple
analyse(const CollectedKey *key, int n, double total_rows)
{
    VacAttrStats *stats = describe_for_analyze(key);
    bool ready = OidIsValid(stats->attrtype->typanalyze)
                     ? DatumGetBool(OidFunctionCall1(stats->attrtype->typanalyze, PointerGetDatum(stats)))
                     : std_typanalyze(stats);

    if (!ready)
        return NULL;
    qsort(key->values, n, sizeof(Collected), compare_addresses);
    stats->exprvals = palloc_extended(n * sizeof(Datum), MCXT_ALLOC_HUGE);
    stats->exprnulls = palloc(n * sizeof(bool));
    for (int i = 0; i < n; i++)
    {
        stats->exprvals[i] = key->values[i].value;
        stats->exprnulls[i] = key->values[i].is_null;
    }
    stats->compute_stats(stats, fetch_value, n, total_rows);
    for (int k = 0; k < STATISTIC_NUM_SLOTS; k++)
    {
        if (stats->stakind[k] == STATISTIC_KIND_MCELEM)
            forget_lone_elements(stats, k, n * (1 - stats->stanullfrac), Min(1.0, n / Max(1.0, total_rows)));
    }
    return stats->stats_valid ? form_statistics(stats) : NULL;
}

static int
compare_addresses(const void *left, const void *right)
{
    ItemPointerData first = ((const Collected *)left)->address;
    ItemPointerData second = ((const Collected *)right)->address;

    return ItemPointerCompare(&first, &second);
}

static VacAttrStats *
describe_for_analyze(const CollectedKey *key)
{
    VacAttrStats *stats = palloc0(sizeof(VacAttrStats));
    HeapTuple type = SearchSysCacheCopy1(TYPEOID, ObjectIdGetDatum(key->type));

    if (!HeapTupleIsValid(type))
        elog(ERROR, "cache lookup failed for type %u", key->type);
    compat_default_statistics_target(stats);
    stats->attrtypid = key->type;
    stats->attrtypmod = key->typmod;
    stats->attrtype = (Form_pg_type)GETSTRUCT(type);
    stats->attrcollid = key->collation;
    stats->anl_context = CurrentMemoryContext;
    stats->rowstride = 1;
    for (int k = 0; k < STATISTIC_NUM_SLOTS; k++)
    {
        stats->statypid[k] = key->type;
        stats->statyplen[k] = stats->attrtype->typlen;
        stats->statypbyval[k] = stats->attrtype->typbyval;
        stats->statypalign[k] = stats->attrtype->typalign;
    }
    return stats;
}

static Datum
fetch_value(VacAttrStats *stats, int row, bool *is_null)
{
    *is_null = stats->exprnulls[row];
    return stats->exprvals[row];
}

static Datum
number_array(const VacAttrStats *stats, int k)
{
    Datum *numbers = palloc(stats->numnumbers[k] * sizeof(Datum));

    for (int i = 0; i < stats->numnumbers[k]; i++)
        numbers[i] = Float4GetDatum(stats->stanumbers[k][i]);
    return PointerGetDatum(
        construct_array(numbers, stats->numnumbers[k], FLOAT4OID, sizeof(float4), true, TYPALIGN_INT));
}

/*
 * Of a small sample's words and elements most were met once, each of which would count as one in so many rows
 * as there are in the sample. How many of them there are in all is estimated as ANALYZE estimates distinct
 * values, of the seldom ones, and their rows are shared out. The planner takes half of the least frequency, the
 * first number behind the elements', for one that it does not find; ANALYZE itself knows none below one in the rows
 * that it reads. rows: of the sample, without NULL; share: of the table's.
 */
static void
forget_lone_elements(VacAttrStats *stats, int k, double rows, double share)
{
    int n = stats->numvalues[k], others = stats->numnumbers[k] - n, kept = 0;
    float4 *frequencies = stats->stanumbers[k];
    double met = 0, seldom = 0, lone = 0;

    for (int i = 0; i < n; i++)
    {
        double times = rint(frequencies[i] * rows);

        met += times <= SELDOM ? times : 0;
        seldom += times <= SELDOM;
        lone += times <= 1;
    }
    if (lone <= 0 || others <= 0 || share >= 1)
        return;
    for (int i = 0; i < n; i++)
    {
        /* A slot without values would be an error. */
        if (rint(frequencies[i] * rows) <= 1 && (kept > 0 || i < n - 1))
            continue;
        stats->stavalues[k][kept] = stats->stavalues[k][i];
        frequencies[kept++] = frequencies[i];
    }
    memmove(frequencies + kept, frequencies + n, others * sizeof(float4));
    frequencies[kept] = Max(2 * met / rows * (1 - lone / met * (1 - share)) / seldom,
                            1 / Min((double)stats->minrows, rows / share));
    stats->numvalues[k] = kept;
    stats->numnumbers[k] = kept + others;
}

static HeapTuple
form_statistics(const VacAttrStats *stats)
{
    Datum values[Natts_pg_statistic] = {0};
    bool nulls[Natts_pg_statistic] = {0};
    Relation catalog = table_open(StatisticRelationId, AccessShareLock);
    HeapTuple tuple;

    values[Anum_pg_statistic_stanullfrac - 1] = Float4GetDatum(stats->stanullfrac);
    values[Anum_pg_statistic_stawidth - 1] = Int32GetDatum(stats->stawidth);
    values[Anum_pg_statistic_stadistinct - 1] = Float4GetDatum(stats->stadistinct);
    for (int k = 0; k < STATISTIC_NUM_SLOTS; k++)
    {
        values[Anum_pg_statistic_stakind1 - 1 + k] = Int16GetDatum(stats->stakind[k]);
        values[Anum_pg_statistic_staop1 - 1 + k] = ObjectIdGetDatum(stats->staop[k]);
        values[Anum_pg_statistic_stacoll1 - 1 + k] = ObjectIdGetDatum(stats->stacoll[k]);
        nulls[Anum_pg_statistic_stanumbers1 - 1 + k] = stats->numnumbers[k] == 0;
        if (stats->numnumbers[k] > 0)
            values[Anum_pg_statistic_stanumbers1 - 1 + k] = number_array(stats, k);
        nulls[Anum_pg_statistic_stavalues1 - 1 + k] = stats->numvalues[k] == 0;
        if (stats->numvalues[k] > 0)
            values[Anum_pg_statistic_stavalues1 - 1 + k] =
                PointerGetDatum(construct_array(stats->stavalues[k], stats->numvalues[k], stats->statypid[k],
                                                stats->statyplen[k], stats->statypbyval[k], stats->statypalign[k]));
    }
    tuple = heap_form_tuple(RelationGetDescr(catalog), values, nulls);
    table_close(catalog, AccessShareLock);
    return tuple;
}
