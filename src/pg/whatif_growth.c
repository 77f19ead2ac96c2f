/*
 * whatif_growth.c - what inserting into a gist index takes, timed on a miniature of one.
 *
 * Where the operator class cannot sort, CREATE INDEX inserts entry by entry: each goes down to where its penalty is
 * least, and a page that is full is split. Both are functions of the class, of which one takes a hundred
 * nanoseconds and another a millisecond. So sampled keys go into a tree of a root and leaves, in the table's order.
 * A leaf holds what a page does; the root takes what comes, since what is wanted of it is the time for each of its
 * entries.
 */
#include "whatif_internal.h"

#include <math.h>
#include <time.h>

#include "access/gist.h"
#include "access/gist_private.h"
#include "access/itup.h"
#include "catalog/pg_collation.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "storage/bufpage.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Of the processor, inserting and looking each; it is looked at once in so many keys. */
#define MOST_SECONDS 0.05
#define KEYS_PER_CLOCK 16

/* A key as the index stores it, and where its row lies. */
typedef struct Key
{
    ItemPointerData address;
    IndexTuple tuple;
} Key;

typedef struct Leaf
{
    IndexTuple bound;
    int n, max;
    IndexTuple *keys;
    Size bytes;
} Leaf;

struct WhatifGrowth
{
    MemoryContext kept, work; /* work: of one insertion */
    Oid collation;
    TupleDesc descriptor; /* of the first column as it is stored */
    FmgrInfo functions[GISTNProcs + 1];
    RelationData relation; /* stand-ins, for functions that ask where an entry is: btree_gist's for the number of */
    Page leaf_page, root_page; /* columns, others for leaves */
    Key *keys;
    int n_keys, max_keys;
    Leaf **leaves;
    int n_leaves, max_leaves;
    double passed; /* entries of the root, summed up over insertions */
    double split_seconds;
    int n_splits;
    bool take_later; /* of equal penalties; the server draws lots */
};

static Page make_page(uint16 flags);
static void find_function(WhatifGrowth *growth, const WhatifIndex *index, Oid opclass, int number);
static Datum store(WhatifGrowth *growth, Datum value, bool is_leaf);
static IndexTuple keep(WhatifGrowth *growth, Datum stored);
static GISTENTRY *stored_entry(WhatifGrowth *growth, IndexTuple tuple, bool is_leaf);
static double time_step(WhatifGrowth *growth, void (*step)(WhatifGrowth *, IndexTuple), int *n);
static void insert(WhatifGrowth *growth, IndexTuple key);
static void look(WhatifGrowth *growth, IndexTuple key);
static int choose(WhatifGrowth *growth, GISTENTRY *entry);
static float penalty_of(WhatifGrowth *growth, IndexTuple bound, GISTENTRY *entry);
static void widen(WhatifGrowth *growth, Leaf *leaf, GISTENTRY *entry);
static Leaf *add_leaf(WhatifGrowth *growth);
static void put(WhatifGrowth *growth, Leaf *leaf, IndexTuple key);
static void split(WhatifGrowth *growth, Leaf *full);
static void pick(WhatifGrowth *growth, const Leaf *full, GIST_SPLITVEC *sides);
static void move(WhatifGrowth *growth, const Leaf *from, const OffsetNumber *picked, int n, Datum bound, Leaf *to);

double
whatif_processor_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + now.tv_nsec / 1e9;
}

WhatifGrowth *
whatif_growth_begin(const WhatifIndex *index, Oid type, Oid collation)
{
    WhatifGrowth *growth = palloc0(sizeof(WhatifGrowth));
    Oid opclass =
        OidIsValid(index->keys[0].opclass) ? index->keys[0].opclass : GetDefaultOpClass(type, index->method);
    static const int functions[] = {GIST_UNION_PROC,   GIST_COMPRESS_PROC,  GIST_DECOMPRESS_PROC,
                                    GIST_PENALTY_PROC, GIST_PICKSPLIT_PROC, GIST_EQUAL_PROC};

    growth->kept = CurrentMemoryContext;
    growth->work = AllocSetContextCreate(CurrentMemoryContext, "gist insertion", ALLOCSET_DEFAULT_SIZES);
    growth->collation = OidIsValid(collation) ? collation : DEFAULT_COLLATION_OID;
    growth->descriptor = CreateTemplateTupleDesc(1);
    TupleDescInitEntry(growth->descriptor, 1, NULL, whatif_stored_type(opclass, type), -1, 0);
    for (int i = 0; i < (int)lengthof(functions); i++)
        find_function(growth, index, opclass, functions[i]);
    growth->relation.rd_att = CreateTemplateTupleDesc(index->n_keys + index->n_includes);
    growth->relation.rd_rel = palloc0(sizeof(FormData_pg_class));
    growth->leaf_page = make_page(F_LEAF);
    growth->root_page = make_page(0);
    return growth;
}

static Page
make_page(uint16 flags)
{
    Page page = palloc0(BLCKSZ);

    PageInit(page, BLCKSZ, sizeof(GISTPageOpaqueData));
    GistPageGetOpaque(page)->flags = flags;
    return page;
}

/* Of one that is optional and not there fn_oid stays invalid. */
static void
find_function(WhatifGrowth *growth, const WhatifIndex *index, Oid opclass, int number)
{
    Oid family = get_opclass_family(opclass), type = get_opclass_input_type(opclass);
    Oid function = get_opfamily_proc(family, type, type, number);

    if (!OidIsValid(function) && (number == GIST_COMPRESS_PROC || number == GIST_DECOMPRESS_PROC))
        return;
    if (!OidIsValid(function))
        elog(ERROR, "operator class %u has no support function %d", opclass, number);
    fmgr_info(function, &growth->functions[number]);
    set_fn_opclass_options(&growth->functions[number],
                           whatif_class_options(index->method, family, type, index->keys[0].options));
}

void
whatif_growth_add(WhatifGrowth *growth, ItemPointer address, Datum value)
{
    MemoryContext caller = MemoryContextSwitchTo(growth->work);
    Datum stored = store(growth, value, true);

    MemoryContextSwitchTo(growth->kept);
    if (growth->n_keys == growth->max_keys)
    {
        growth->max_keys = Max(1024, 2 * growth->max_keys);
        growth->keys = growth->keys ? repalloc_huge(growth->keys, growth->max_keys * sizeof(Key))
                                    : palloc(growth->max_keys * sizeof(Key));
    }
    growth->keys[growth->n_keys++] = (Key){*address, keep(growth, stored)};
    MemoryContextSwitchTo(caller);
    MemoryContextReset(growth->work);
}

static int
compare_addresses(const void *left, const void *right)
{
    return ItemPointerCompare((ItemPointer) & ((const Key *)left)->address,
                              (ItemPointer) & ((const Key *)right)->address);
}

void
whatif_growth_finish(WhatifGrowth *growth, BuildPace *pace)
{
    double seconds;
    int n;

    if (growth->n_keys > 0)
        qsort(growth->keys, growth->n_keys, sizeof(Key), compare_addresses);
    (void)add_leaf(growth);
    seconds = time_step(growth, insert, &n);
    if (growth->n_splits > 0)
    {
        int n_looked;
        double looking = time_step(growth, look, &n_looked);

        pace->passing = looking / n_looked / growth->n_leaves;
        pace->level = Max(0, seconds - growth->split_seconds - growth->passed * pace->passing) / n;
        pace->splitting = growth->split_seconds / growth->n_splits * growth->n_leaves / n;
    }
    MemoryContextDelete(growth->work);
}

/* Of all keys, or as many as there is time for. */
static double
time_step(WhatifGrowth *growth, void (*step)(WhatifGrowth *, IndexTuple), int *n)
{
    MemoryContext caller = MemoryContextSwitchTo(growth->work);
    double start = whatif_processor_seconds(), seconds = 0;

    for (*n = 0; *n < growth->n_keys && seconds < MOST_SECONDS;)
    {
        CHECK_FOR_INTERRUPTS();
        step(growth, growth->keys[(*n)++].tuple);
        MemoryContextReset(growth->work);
        if (*n % KEYS_PER_CLOCK == 0 || *n == growth->n_keys)
            seconds = whatif_processor_seconds() - start;
    }
    MemoryContextSwitchTo(caller);
    return seconds;
}

/* As gistCompressValues. */
static Datum
store(WhatifGrowth *growth, Datum value, bool is_leaf)
{
    GISTENTRY entry;

    if (!OidIsValid(growth->functions[GIST_COMPRESS_PROC].fn_oid))
        return value;
    gistentryinit(entry, value, &growth->relation, NULL, (OffsetNumber)0, is_leaf);
    return ((GISTENTRY *)DatumGetPointer(FunctionCall1Coll(&growth->functions[GIST_COMPRESS_PROC],
                                                           growth->collation, PointerGetDatum(&entry))))
        ->key;
}

/* In a tuple some values get short headers, which functions of the class undo each time. */
static IndexTuple
keep(WhatifGrowth *growth, Datum stored)
{
    MemoryContext caller = MemoryContextSwitchTo(growth->kept);
    bool is_null = false;
    IndexTuple tuple = index_form_tuple(growth->descriptor, &stored, &is_null);

    MemoryContextSwitchTo(caller);
    return tuple;
}

/* As gistdentryinit. */
static GISTENTRY *
stored_entry(WhatifGrowth *growth, IndexTuple tuple, bool is_leaf)
{
    GISTENTRY *entry = palloc(sizeof(GISTENTRY));
    bool is_null;

    gistentryinit(*entry, index_getattr(tuple, 1, growth->descriptor, &is_null), &growth->relation,
                  is_leaf ? growth->leaf_page : growth->root_page, FirstOffsetNumber, is_leaf);
    if (!OidIsValid(growth->functions[GIST_DECOMPRESS_PROC].fn_oid))
        return entry;
    return (GISTENTRY *)DatumGetPointer(
        FunctionCall1Coll(&growth->functions[GIST_DECOMPRESS_PROC], growth->collation, PointerGetDatum(entry)));
}

static void
insert(WhatifGrowth *growth, IndexTuple key)
{
    Leaf *leaf = growth->leaves[0];

    if (growth->n_leaves > 1)
    {
        GISTENTRY *entry = stored_entry(growth, key, false);

        leaf = growth->leaves[choose(growth, entry)];
        widen(growth, leaf, entry);
        growth->passed += growth->n_leaves;
    }
    put(growth, leaf, key);
    if (leaf->bytes > BLCKSZ - SizeOfPageHeaderData - sizeof(GISTPageOpaqueData) && leaf->n > 1)
    {
        double start = whatif_processor_seconds();

        split(growth, leaf);
        growth->split_seconds += whatif_processor_seconds() - start;
        growth->n_splits++;
    }
}

/* What insert does on the way down, and nothing else. */
static void
look(WhatifGrowth *growth, IndexTuple key)
{
    (void)choose(growth, stored_entry(growth, key, false));
}

/* As gistchoose: the least penalty; of equal ones any, so that one without any ends the search half of the time. */
static int
choose(WhatifGrowth *growth, GISTENTRY *entry)
{
    float least = -1;
    int chosen = 0;

    for (int i = 0; i < growth->n_leaves; i++)
    {
        float penalty = penalty_of(growth, growth->leaves[i]->bound, entry);

        if (least < 0 || penalty < least || (penalty == least && growth->take_later))
        {
            growth->take_later = !growth->take_later;
            least = penalty;
            chosen = i;
        }
        if (least <= 0 && !growth->take_later)
            break;
    }
    return chosen;
}

static float
penalty_of(WhatifGrowth *growth, IndexTuple bound, GISTENTRY *entry)
{
    float penalty = 0;

    FunctionCall3Coll(&growth->functions[GIST_PENALTY_PROC], growth->collation,
                      PointerGetDatum(stored_entry(growth, bound, false)), PointerGetDatum(entry),
                      PointerGetDatum(&penalty));
    return isnan(penalty) || penalty < 0 ? 0 : penalty;
}

static void
widen(WhatifGrowth *growth, Leaf *leaf, GISTENTRY *entry)
{
    GistEntryVector *both = palloc(GEVHDRSZ + 2 * sizeof(GISTENTRY));
    Datum old, wide;
    bool same = false;
    int bytes;

    both->n = 2;
    both->vector[0] = *stored_entry(growth, leaf->bound, false);
    both->vector[1] = *entry;
    old = both->vector[0].key;
    wide = FunctionCall2Coll(&growth->functions[GIST_UNION_PROC], growth->collation, PointerGetDatum(both),
                             PointerGetDatum(&bytes));
    FunctionCall3Coll(&growth->functions[GIST_EQUAL_PROC], growth->collation, old, wide, PointerGetDatum(&same));
    if (!same)
        leaf->bound = keep(growth, store(growth, wide, false));
}

static Leaf *
add_leaf(WhatifGrowth *growth)
{
    MemoryContext caller = MemoryContextSwitchTo(growth->kept);

    if (growth->n_leaves == growth->max_leaves)
    {
        growth->max_leaves = Max(64, 2 * growth->max_leaves);
        growth->leaves = growth->leaves ? repalloc(growth->leaves, growth->max_leaves * sizeof(Leaf *))
                                        : palloc(growth->max_leaves * sizeof(Leaf *));
    }
    growth->leaves[growth->n_leaves] = palloc0(sizeof(Leaf));
    MemoryContextSwitchTo(caller);
    return growth->leaves[growth->n_leaves++];
}

/* The key itself is kept where it came from. */
static void
put(WhatifGrowth *growth, Leaf *leaf, IndexTuple key)
{
    if (leaf->n == leaf->max)
    {
        leaf->max = Max(64, 2 * leaf->max);
        leaf->keys = leaf->keys ? repalloc(leaf->keys, leaf->max * sizeof(IndexTuple))
                                : MemoryContextAlloc(growth->kept, leaf->max * sizeof(IndexTuple));
    }
    leaf->keys[leaf->n++] = key;
    leaf->bytes += IndexTupleSize(key) + sizeof(ItemIdData);
}

/* A class that finds no two sides is asked again with the next key: the server halves the page, which takes no
 * time. */
static void
split(WhatifGrowth *growth, Leaf *full)
{
    Leaf before = *full;
    GIST_SPLITVEC sides = {0};

    pick(growth, &before, &sides);
    if (sides.spl_nleft <= 0 || sides.spl_nright <= 0)
        return;
    *full = (Leaf){0};
    move(growth, &before, sides.spl_left, sides.spl_nleft, sides.spl_ldatum, full);
    move(growth, &before, sides.spl_right, sides.spl_nright, sides.spl_rdatum, add_leaf(growth));
    pfree(before.keys);
}

/* As gistUserPicksplit. */
static void
pick(WhatifGrowth *growth, const Leaf *full, GIST_SPLITVEC *sides)
{
    GistEntryVector *entries = palloc0(GEVHDRSZ + (full->n + 1) * sizeof(GISTENTRY));

    entries->n = full->n + 1;
    for (int i = 0; i < full->n; i++)
    {
        GISTENTRY *entry = stored_entry(growth, full->keys[i], true);

        entry->offset = FirstOffsetNumber + i;
        entries->vector[FirstOffsetNumber + i] = *entry;
    }
    FunctionCall2Coll(&growth->functions[GIST_PICKSPLIT_PROC], growth->collation, PointerGetDatum(entries),
                      PointerGetDatum(sides));
}

static void
move(WhatifGrowth *growth, const Leaf *from, const OffsetNumber *picked, int n, Datum bound, Leaf *to)
{
    for (int i = 0; i < n; i++)
    {
        /* The server forgives classes that put nothing at the end of a side: it is the last key. */
        int key = picked[i] == InvalidOffsetNumber ? from->n : Min(picked[i], from->n);

        put(growth, to, from->keys[key - FirstOffsetNumber]);
    }
    to->bound = keep(growth, store(growth, bound, false));
}
