/*
 * whatif_tree.c - what the fill of pages of gist and spgist follows from: keys that come in order, and texts that
 * begin alike.
 */
#include "whatif_internal.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/datum.h"
#include "utils/geo_decls.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/* The first key of a block. */
typedef struct FirstKey
{
    BlockNumber block;
    Datum value;
} FirstKey;

struct WhatifTree
{
    TreeKind kind;
    const TypeCacheEntry *type;
    Oid collation;
    MemoryContext context;
    FirstKey *firsts; /* of the blocks met */
    int n_firsts, max_firsts;
    struct varlena **texts;
    int n_texts, max_texts;
};

static void add_text(WhatifTree *tree, Datum value);
static void add_first(WhatifTree *tree, BlockNumber block, Datum value);
static double rising(const WhatifTree *tree);
static double rise(const WhatifTree *tree, Datum before, Datum after);
static bool has_order(const WhatifTree *tree);
static int compare_texts(const void *left, const void *right);

WhatifTree *
whatif_tree_begin(TreeKind kind, Oid type, Oid collation)
{
    WhatifTree *tree = palloc0(sizeof(WhatifTree));

    tree->kind = kind;
    tree->type = lookup_type_cache(type, TYPECACHE_CMP_PROC_FINFO | TYPECACHE_RANGE_INFO);
    tree->collation = collation;
    tree->context = CurrentMemoryContext;
    return tree;
}

void
whatif_tree_add(WhatifTree *tree, BlockNumber block, Datum value)
{
    if (tree->kind == TREE_TEXTS)
        add_text(tree, value);
    if (has_order(tree) && (tree->n_firsts == 0 || tree->firsts[tree->n_firsts - 1].block != block))
        add_first(tree, block, value);
}

static void
add_first(WhatifTree *tree, BlockNumber block, Datum value)
{
    MemoryContext caller = MemoryContextSwitchTo(tree->context);

    if (tree->n_firsts == tree->max_firsts)
    {
        tree->max_firsts = Max(256, 2 * tree->max_firsts);
        tree->firsts = tree->firsts ? repalloc(tree->firsts, tree->max_firsts * sizeof(FirstKey))
                                    : palloc(tree->max_firsts * sizeof(FirstKey));
    }
    tree->firsts[tree->n_firsts++] = (FirstKey){block, datumCopy(value, tree->type->typbyval, tree->type->typlen)};
    MemoryContextSwitchTo(caller);
}

/* These have no order, but begin with a point. */
static bool
is_geometry(const WhatifTree *tree)
{
    return tree->type->type_id == POINTOID || tree->type->type_id == BOXOID || tree->type->type_id == CIRCLEOID;
}

/* Of other types (inet) the order makes no difference. */
static bool
has_order(const WhatifTree *tree)
{
    return is_geometry(tree) ||
           (tree->type->typtype == TYPTYPE_RANGE && OidIsValid(tree->type->cmp_proc_finfo.fn_oid));
}

static int
compare_blocks(const void *left, const void *right)
{
    BlockNumber a = ((const FirstKey *)left)->block, b = ((const FirstKey *)right)->block;

    return a < b ? -1 : a > b;
}

/* From block to block: how the rows of a page lie among themselves does not show on a page of the index. */
static double
rising(const WhatifTree *tree)
{
    double sum = 0;

    if (tree->n_firsts < 2)
        return 0.5;
    qsort(tree->firsts, tree->n_firsts, sizeof(FirstKey), compare_blocks);
    for (int i = 1; i < tree->n_firsts; i++)
        sum += rise(tree, tree->firsts[i - 1].value, tree->firsts[i].value);
    return sum / (tree->n_firsts - 1);
}

/* 1: up, 0: down, between: neither. A range has two bounds, of which only one may go up. */
static double
rise(const WhatifTree *tree, Datum before, Datum after)
{
    TypeCacheEntry *type = (TypeCacheEntry *)tree->type;
    bool upper;
    int lower;

    if (is_geometry(tree))
    {
        float8 from = DatumGetPointP(before)->x;
        float8 to = DatumGetPointP(after)->x;

        return from < to ? 1 : from > to ? 0 : 0.5;
    }
    lower = DatumGetInt32(FunctionCall2Coll(&type->cmp_proc_finfo, tree->collation, before, after));
    upper = range_overleft_internal(type, DatumGetRangeTypeP(before), DatumGetRangeTypeP(after));
    return lower == 0 ? 0.5 : ((lower < 0) + upper) / 2.0;
}

static void
add_text(WhatifTree *tree, Datum value)
{
    MemoryContext caller = MemoryContextSwitchTo(tree->context);

    if (tree->n_texts == tree->max_texts)
    {
        tree->max_texts = Max(1024, 2 * tree->max_texts);
        tree->texts = tree->texts ? repalloc(tree->texts, tree->max_texts * sizeof(struct varlena *))
                                  : palloc(tree->max_texts * sizeof(struct varlena *));
    }
    tree->texts[tree->n_texts++] = (struct varlena *)PG_DETOAST_DATUM_COPY(value);
    MemoryContextSwitchTo(caller);
}

static int
compare_texts(const void *left, const void *right)
{
    const struct varlena *a = *(struct varlena *const *)left, *b = *(struct varlena *const *)right;
    int order = memcmp(VARDATA(a), VARDATA(b), Min(VARSIZE(a), VARSIZE(b)) - VARHDRSZ);

    return order != 0 ? order : VARSIZE(a) < VARSIZE(b) ? -1 : VARSIZE(a) > VARSIZE(b);
}

static int
common_bytes(const struct varlena *a, const struct varlena *b)
{
    int most = Min(VARSIZE(a), VARSIZE(b)) - VARHDRSZ;
    int n = 0;

    while (n < most && VARDATA(a)[n] == VARDATA(b)[n])
        n++;
    return n;
}

void
whatif_tree_finish(WhatifTree *tree, IndexSample *sample)
{
    SampledTextFact *texts = palloc((tree->n_texts + 1) * sizeof(SampledTextFact));

    if (tree->n_texts > 0)
        qsort(tree->texts, tree->n_texts, sizeof(struct varlena *), compare_texts);
    for (int i = 0; i < tree->n_texts; i++)
        texts[i] = (SampledTextFact){VARSIZE(tree->texts[i]) - VARHDRSZ,
                                     i > 0 ? common_bytes(tree->texts[i - 1], tree->texts[i]) : 0};
    sample->tree = tree->kind;
    sample->rising = rising(tree);
    sample->texts = texts;
    sample->n_texts = tree->n_texts;
}
