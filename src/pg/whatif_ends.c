/*
 * whatif_ends.c - how far a column's values really go.
 *
 * Statistics end where the last ANALYZE ended, and a column that only grows has gone on since. Where a b-tree leads
 * with the column, the planner asks it for the first and the last value that are there; a hypothetical one cannot
 * be asked. So while it is there, the planner is handed statistics whose first and last bound are those of the rows
 * next to the ends of the table, if the column goes with the table's order, or of all rows where a sample would
 * read all of them. Of other columns the ends are unknown, and statistics stay as they are.
 *
 * It is done inside of our planner call, under its locks and as its role, as the planner's own look into an index
 * is.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_statistic.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "scope.h"
#include "settings.h"

/*
 * What a run knows of a column; corrected is NULL where the ends are unknown, or no others. The column may be of
 * another type by the next planner call, and values of this one would be read as if they were of that one.
 */
typedef struct KnownEnds
{
    Oid relid;
    AttrNumber attno;
    Oid type, collation;
    HeapTuple corrected;
} KnownEnds;

/* A histogram on its way to its true ends. */
typedef struct Histogram
{
    AttStatsSlot slot;
    FmgrInfo less;
    AttrNumber attno;
    Datum first, last;
    bool moved;
} Histogram;

static get_relation_stats_hook_type previous_relation_stats;
static bool asking_server;

static bool relation_statistics(PlannerInfo *root, RangeTblEntry *rte, AttrNumber attnum,
                                VariableStatData *vardata);
static int index_of_relation(PlannerInfo *root, const RangeTblEntry *rte);
static bool only_ours_could_be_asked(const RelOptInfo *rel, AttrNumber attnum);
static void ask_server(PlannerInfo *root, int rti, Oid relid, AttrNumber attnum, VariableStatData *vardata);
static KnownEnds *find_ends(Oid relid, AttrNumber attno);
static KnownEnds *learn_ends(Oid relid, AttrNumber attno, HeapTuple statistics);
static HeapTuple correct(Oid relid, AttrNumber attno, HeapTuple statistics);
static double correlation_of(HeapTuple statistics);
static void look_at(Histogram *histogram, const WhatifRows *rows);
static HeapTuple with_ends(HeapTuple statistics, const Histogram *histogram);

void
whatif_ends_install(void)
{
    previous_relation_stats = get_relation_stats_hook;
    get_relation_stats_hook = relation_statistics;
}

static void
keep(HeapTuple tuple)
{
}

static bool
relation_statistics(PlannerInfo *root, RangeTblEntry *rte, AttrNumber attnum, VariableStatData *vardata)
{
    bool can_have_ends = attnum > 0 && !asking_server && scope_at_own_level() && whatif_run_context() != NULL;
    int rti = can_have_ends ? index_of_relation(root, rte) : 0;
    KnownEnds *ends = NULL;
    VariableStatData known;

    if (rti > 0 && only_ours_could_be_asked(root->simple_rel_array[rti], attnum))
    {
        ends = find_ends(rte->relid, attnum);
        if (ends == NULL || ends->corrected)
        {
            ask_server(root, rti, rte->relid, attnum, &known);
            if (ends == NULL)
                ends = learn_ends(rte->relid, attnum, known.statsTuple);
            ReleaseVariableStats(known);
        }
    }
    if (ends == NULL || ends->corrected == NULL)
        return previous_relation_stats ? previous_relation_stats(root, rte, attnum, vardata) : false;
    vardata->statsTuple = ends->corrected;
    vardata->freefunc = keep;
    vardata->acl_ok = known.acl_ok;
    return true;
}

/* 0 if the rows of others belong to it. */
static int
index_of_relation(PlannerInfo *root, const RangeTblEntry *rte)
{
    if (rte->rtekind != RTE_RELATION || rte->inh)
        return 0;
    for (int i = 1; i < root->simple_rel_array_size; i++)
    {
        if (root->simple_rte_array[i] == rte && root->simple_rel_array[i] != NULL)
            return i;
    }
    return 0;
}

/* Of a real index the planner takes the ends by itself. */
static bool
only_ours_could_be_asked(const RelOptInfo *rel, AttrNumber attnum)
{
    bool ours = false;
    ListCell *cell;

    foreach (cell, rel->indexlist)
    {
        const IndexOptInfo *info = lfirst_node(IndexOptInfo, cell);

        if (info->relam != BTREE_AM_OID || info->indpred != NIL || info->indexkeys[0] != attnum)
            continue;
        if (whatif_index_at(info->indexoid) == NULL)
            return false;
        ours = true;
    }
    return ours;
}

/* What it would say without us, and whether the role may have functions look at it. */
static void
ask_server(PlannerInfo *root, int rti, Oid relid, AttrNumber attnum, VariableStatData *vardata)
{
    Oid type, collation;
    int32 typmod;

    get_atttypetypmodcoll(relid, attnum, &type, &typmod, &collation);
    asking_server = true;
    PG_TRY();
    {
        examine_variable(root, (Node *)makeVar(rti, attnum, type, typmod, collation, 0), 0, vardata);
    }
    PG_FINALLY();
    {
        asking_server = false;
    }
    PG_END_TRY();
}

static KnownEnds *
find_ends(Oid relid, AttrNumber attno)
{
    Oid type, collation;
    int32 typmod;
    ListCell *cell;

    get_atttypetypmodcoll(relid, attno, &type, &typmod, &collation);
    foreach (cell, whatif_run_ends())
    {
        KnownEnds *ends = lfirst(cell);

        if (ends->relid == relid && ends->attno == attno && ends->type == type && ends->collation == collation)
            return ends;
    }
    return NULL;
}

/* Found out once in a run. */
static KnownEnds *
learn_ends(Oid relid, AttrNumber attno, HeapTuple statistics)
{
    HeapTuple corrected = HeapTupleIsValid(statistics) ? correct(relid, attno, statistics) : NULL;
    MemoryContext caller = MemoryContextSwitchTo(whatif_run_context());
    KnownEnds *ends = palloc0(sizeof(KnownEnds));
    int32 typmod;

    ends->relid = relid;
    ends->attno = attno;
    get_atttypetypmodcoll(relid, attno, &ends->type, &typmod, &ends->collation);
    ends->corrected = corrected ? heap_copytuple(corrected) : NULL;
    whatif_run_add_ends(ends);
    MemoryContextSwitchTo(caller);
    return ends;
}

static HeapTuple
correct(Oid relid, AttrNumber attno, HeapTuple statistics)
{
    Histogram histogram = {.attno = attno};
    HeapTuple corrected = NULL;
    Relation relation;

    if (!get_attstatsslot(&histogram.slot, statistics, STATISTIC_KIND_HISTOGRAM, InvalidOid, ATTSTATSSLOT_VALUES))
        return NULL;
    fmgr_info(get_opcode(histogram.slot.staop), &histogram.less);
    histogram.first = histogram.slot.values[0];
    histogram.last = histogram.slot.values[histogram.slot.nvalues - 1];
    relation = table_open(relid, NoLock);
    if (fabs(correlation_of(statistics)) >= WHATIF_ORDERED)
    {
        look_at(&histogram, whatif_edge_rows(relation, false));
        look_at(&histogram, whatif_edge_rows(relation, true));
    }
    else if (RelationGetNumberOfBlocks(relation) <= (BlockNumber)setting_sample_blocks)
    {
        const WhatifRows *rows = whatif_rows(relation);

        /* Its time may have been up before. */
        if (rows->blocks_read == rows->n_blocks)
            look_at(&histogram, rows);
    }
    if (histogram.moved)
        corrected = with_ends(statistics, &histogram);
    table_close(relation, NoLock);
    free_attstatsslot(&histogram.slot);
    return corrected;
}

static double
correlation_of(HeapTuple statistics)
{
    AttStatsSlot slot;
    double correlation;

    if (!get_attstatsslot(&slot, statistics, STATISTIC_KIND_CORRELATION, InvalidOid, ATTSTATSSLOT_NUMBERS))
        return 0;
    correlation = slot.nnumbers > 0 ? slot.numbers[0] : 0;
    free_attstatsslot(&slot);
    return correlation;
}

/* Ends only go outwards: which rows of the past are gone the last ones do not tell. */
static void
look_at(Histogram *histogram, const WhatifRows *rows)
{
    Oid collation = histogram->slot.stacoll;

    for (int i = 0; i < rows->n; i++)
    {
        bool is_null;
        Datum value = heap_getattr(rows->rows[i], histogram->attno, rows->descriptor, &is_null);

        if (is_null)
            continue;
        if (DatumGetBool(FunctionCall2Coll(&histogram->less, collation, histogram->last, value)))
            histogram->last = value;
        else if (DatumGetBool(FunctionCall2Coll(&histogram->less, collation, value, histogram->first)))
            histogram->first = value;
        else
            continue;
        histogram->moved = true;
    }
}

static HeapTuple
with_ends(HeapTuple statistics, const Histogram *histogram)
{
    Relation catalog = table_open(StatisticRelationId, AccessShareLock);
    Form_pg_statistic form = (Form_pg_statistic)GETSTRUCT(statistics);
    Datum values[Natts_pg_statistic] = {0};
    bool nulls[Natts_pg_statistic] = {0};
    bool replaces[Natts_pg_statistic] = {0};
    int n = histogram->slot.nvalues;
    Datum *bounds = palloc(n * sizeof(Datum));
    const int16 *kinds = &form->stakind1;
    int16 length;
    bool by_value;
    char alignment;
    HeapTuple corrected;
    int k = 0;

    memcpy(bounds, histogram->slot.values, n * sizeof(Datum));
    bounds[0] = histogram->first;
    bounds[n - 1] = histogram->last;
    while (kinds[k] != STATISTIC_KIND_HISTOGRAM)
        k++;
    get_typlenbyvalalign(histogram->slot.valuetype, &length, &by_value, &alignment);
    values[Anum_pg_statistic_stavalues1 - 1 + k] =
        PointerGetDatum(construct_array(bounds, n, histogram->slot.valuetype, length, by_value, alignment));
    replaces[Anum_pg_statistic_stavalues1 - 1 + k] = true;
    corrected = heap_modify_tuple(statistics, RelationGetDescr(catalog), values, nulls, replaces);
    table_close(catalog, AccessShareLock);
    return corrected;
}
