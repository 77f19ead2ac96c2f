/*
 * whatif_pace.c - how long the steps of building an index take, timed on the sampled rows.
 *
 * The same functions run as in CREATE INDEX: rows are formed, values fetched and compressed as index tuples hold
 * them, and entries of a b-tree are sorted in the table's order by the server's own sort, whose time depends on how
 * the rows happen to lie.
 */
#include "whatif_internal.h"

#include <float.h>
#include <math.h>

#include "access/gist.h"
#include "access/itup.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "commands/defrem.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplesort.h"

/* Integers that are sorted to know the machine: some hundred microseconds. */
#define REFERENCE_VALUES 4096

/* What the index would hold of a row. */
typedef struct Entry
{
    ItemPointerData address;
    IndexTuple tuple;
} Entry;

typedef struct Entries
{
    TupleDesc descriptor;
    MemoryContext context;
    Entry *entries;
    int n, max;
} Entries;

typedef struct SortKeys
{
    AttrNumber numbers[MAX_INDEX_KEYS];
    Oid operators[MAX_INDEX_KEYS], collations[MAX_INDEX_KEYS];
    bool nulls_first[MAX_INDEX_KEYS];
} SortKeys;

static void form_entries(const WhatifIndex *index, Oid relid, Entries *entries, BuildPace *pace);
static TupleDesc describe_entries(const WhatifIndex *index, const WhatifScan *scan);
static void add_entry(Entries *entries, ItemPointer address, Datum *values, bool *nulls);
static void time_sort(const WhatifIndex *index, Entries *entries, BuildPace *pace);
static void describe_order(const WhatifIndex *index, const Entries *entries, SortKeys *keys);
static void put_entries(Tuplesortstate *sort, const Entries *entries, TupleTableSlot *slot);
static bool sorts(const WhatifIndex *index, const Entries *entries);
static double comparisons(double n);
static double reference_comparison(void);

static double
seconds_since(double *start)
{
    double seconds = whatif_processor_seconds() - *start;

    *start += seconds;
    return seconds;
}

BuildPace
whatif_pace(const WhatifIndex *index, Oid relid)
{
    BuildPace pace = {.block = UNKNOWN};
    Entries entries = {
        .context = AllocSetContextCreate(CurrentMemoryContext, "index_advisor build", ALLOCSET_DEFAULT_SIZES)};
    MemoryContext caller = MemoryContextSwitchTo(entries.context);

    form_entries(index, relid, &entries, &pace);
    if (index->kind == METHOD_BTREE && entries.n > 1)
        time_sort(index, &entries, &pace);
    pace.reference = reference_comparison();
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(entries.context);
    return pace;
}

static void
form_entries(const WhatifIndex *index, Oid relid, Entries *entries, BuildPace *pace)
{
    WhatifScan *scan = whatif_scan_begin(index, relid);
    Datum values[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    bool nulls[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    ItemPointer address;
    WhatifShare share;
    WhatifGrowth *growth = NULL;
    double start = 0;

    entries->descriptor = describe_entries(index, scan);
    pace->sorts = index->kind == METHOD_GIST && sorts(index, entries);
    if (index->kind == METHOD_GIST && !pace->sorts)
        growth = whatif_growth_begin(index, TupleDescAttr(entries->descriptor, 0)->atttypid,
                                     TupleDescAttr(entries->descriptor, 0)->attcollation);
    pace->block = whatif_scan_seconds_per_block(scan);
    (void)seconds_since(&start);
    while ((address = whatif_scan_next(scan, values, nulls)) != NULL)
    {
        if (index->kind == METHOD_BTREE)
            add_entry(entries, address, values, nulls);
        else if (growth && !nulls[0])
            whatif_growth_add(growth, address, values[0]);
    }
    pace->row = seconds_since(&start);
    share = whatif_scan_end(scan);
    pace->row /= Max(1.0, share.rows_read);
    if (share.rows_read <= 0)
        pace->block = UNKNOWN;
    if (growth)
        whatif_growth_finish(growth, pace);
}

static TupleDesc
describe_entries(const WhatifIndex *index, const WhatifScan *scan)
{
    int n = index->n_keys + index->n_includes;
    TupleDesc descriptor = CreateTemplateTupleDesc(n);

    for (int i = 0; i < n; i++)
    {
        Oid type, collation;
        int32 typmod;

        whatif_scan_type(scan, i, &type, &typmod, &collation);
        if (i < index->n_keys && OidIsValid(index->keys[i].collation))
            collation = index->keys[i].collation;
        TupleDescInitEntry(descriptor, i + 1, NULL, type, typmod, 0);
        TupleDescInitEntryCollation(descriptor, i + 1, collation);
    }
    return descriptor;
}

static void
add_entry(Entries *entries, ItemPointer address, Datum *values, bool *nulls)
{
    MemoryContext caller = MemoryContextSwitchTo(entries->context);

    if (entries->n == entries->max)
    {
        entries->max = Max(1024, 2 * entries->max);
        entries->entries = entries->entries ? repalloc_huge(entries->entries, entries->max * sizeof(Entry))
                                            : palloc(entries->max * sizeof(Entry));
    }
    entries->entries[entries->n++] = (Entry){*address, index_form_tuple(entries->descriptor, values, nulls)};
    MemoryContextSwitchTo(caller);
}

/* ---- sorting ---- */

static int
compare_addresses(const void *left, const void *right)
{
    return ItemPointerCompare((ItemPointer) & ((const Entry *)left)->address,
                              (ItemPointer) & ((const Entry *)right)->address);
}

static void
time_sort(const WhatifIndex *index, Entries *entries, BuildPace *pace)
{
    TupleTableSlot *slot = MakeSingleTupleTableSlot(entries->descriptor, &TTSOpsVirtual);
    TupleTableSlot *sorted = MakeSingleTupleTableSlot(entries->descriptor, &TTSOpsMinimalTuple);
    Tuplesortstate *sort;
    SortKeys keys;
    double start = 0;

    qsort(entries->entries, entries->n, sizeof(Entry), compare_addresses);
    describe_order(index, entries, &keys);
    sort = tuplesort_begin_heap(entries->descriptor, index->n_keys, keys.numbers, keys.operators, keys.collations,
                                keys.nulls_first, maintenance_work_mem, NULL, TUPLESORT_NONE);
    (void)seconds_since(&start);
    put_entries(sort, entries, slot);
    pace->entry = seconds_since(&start);
    tuplesort_performsort(sort);
    pace->comparison = seconds_since(&start) / comparisons(entries->n);
    while (tuplesort_gettupleslot(sort, true, false, sorted, NULL))
        ;
    pace->entry = (pace->entry + seconds_since(&start)) / entries->n;
    tuplesort_end(sort);
    ExecDropSingleTupleTableSlot(slot);
    ExecDropSingleTupleTableSlot(sorted);
}

static Oid
key_opclass(const WhatifIndex *index, const Entries *entries, int i)
{
    Oid method = OidIsValid(index->method) ? index->method : BTREE_AM_OID;

    return OidIsValid(index->keys[i].opclass)
               ? index->keys[i].opclass
               : GetDefaultOpClass(TupleDescAttr(entries->descriptor, i)->atttypid, method);
}

static void
describe_order(const WhatifIndex *index, const Entries *entries, SortKeys *keys)
{
    for (int i = 0; i < index->n_keys; i++)
    {
        const WhatifKey *key = &index->keys[i];
        Oid opclass = key_opclass(index, entries, i);
        Oid type = get_opclass_input_type(opclass);

        keys->numbers[i] = i + 1;
        keys->operators[i] = get_opfamily_member(get_opclass_family(opclass), type, type,
                                                 key->descending ? BTGreaterStrategyNumber : BTLessStrategyNumber);
        keys->collations[i] = TupleDescAttr(entries->descriptor, i)->attcollation;
        keys->nulls_first[i] = key->nulls_first;
    }
}

static void
put_entries(Tuplesortstate *sort, const Entries *entries, TupleTableSlot *slot)
{
    for (int i = 0; i < entries->n; i++)
    {
        CHECK_FOR_INTERRUPTS();
        ExecClearTuple(slot);
        index_deform_tuple(entries->entries[i].tuple, entries->descriptor, slot->tts_values, slot->tts_isnull);
        ExecStoreVirtualTuple(slot);
        tuplesort_puttupleslot(sort, slot);
    }
}

static bool
sorts(const WhatifIndex *index, const Entries *entries)
{
    for (int i = 0; i < index->n_keys; i++)
    {
        Oid opclass = key_opclass(index, entries, i);
        Oid type = get_opclass_input_type(opclass);

        if (!OidIsValid(get_opfamily_proc(get_opclass_family(opclass), type, type, GIST_SORTSUPPORT_PROC)))
            return false;
    }
    return true;
}

static double
comparisons(double n)
{
    return n * log2(Max(2.0, n));
}

static int
compare_integers(const void *left, const void *right)
{
    uint32 a = *(const uint32 *)left, b = *(const uint32 *)right;

    return a < b ? -1 : a > b;
}

/* The least of three: what the machine can, not what it was doing beside. */
static double
reference_comparison(void)
{
    uint32 *values = palloc(REFERENCE_VALUES * sizeof(uint32));
    double least = DBL_MAX;

    for (int round = 0; round < 3; round++)
    {
        double start = 0, seconds;

        for (uint32 i = 0; i < REFERENCE_VALUES; i++)
            values[i] = murmurhash32(i);
        (void)seconds_since(&start);
        qsort(values, REFERENCE_VALUES, sizeof(uint32), compare_integers);
        seconds = seconds_since(&start);
        least = Min(least, seconds);
    }
    return least / comparisons(REFERENCE_VALUES);
}
