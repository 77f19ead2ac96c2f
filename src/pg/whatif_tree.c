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

struct WhatifTree
{
    TreeKind kind;
    const TypeCacheEntry *type;
    Oid collation;
    MemoryContext context;
    BlockNumber block; /* of the value before */
    bool has_previous;
    Datum previous;
    double pairs, rising;
    struct varlena **texts;
    int n_texts, max_texts;
};

static void add_text(WhatifTree *tree, Datum value);
static double rise(const WhatifTree *tree, Datum value);
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
    MemoryContext caller;

    if (tree->kind == TREE_TEXTS)
        add_text(tree, value);
    if (!has_order(tree))
        return;
    if (tree->has_previous && tree->block == block)
    {
        tree->pairs++;
        tree->rising += rise(tree, value);
    }
    caller = MemoryContextSwitchTo(tree->context);
    if (tree->has_previous && !tree->type->typbyval)
        pfree(DatumGetPointer(tree->previous));
    tree->previous = datumCopy(value, tree->type->typbyval, tree->type->typlen);
    tree->has_previous = true;
    tree->block = block;
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

/* 1: up from the value before, 0: down, between: neither. A range has two bounds, of which only one may go up. */
static double
rise(const WhatifTree *tree, Datum value)
{
    TypeCacheEntry *type = (TypeCacheEntry *)tree->type;
    bool upper;
    int lower;

    if (is_geometry(tree))
    {
        float8 before = DatumGetPointP(tree->previous)->x;
        float8 after = DatumGetPointP(value)->x;

        return before < after ? 1 : before > after ? 0 : 0.5;
    }
    lower = DatumGetInt32(FunctionCall2Coll(&type->cmp_proc_finfo, tree->collation, tree->previous, value));
    upper = range_overleft_internal(type, DatumGetRangeTypeP(tree->previous), DatumGetRangeTypeP(value));
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
    sample->rising = tree->pairs > 0 ? tree->rising / tree->pairs : 0.5;
    sample->texts = texts;
    sample->n_texts = tree->n_texts;
}
