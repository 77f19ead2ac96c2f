/*
 * whatif_sample.c - what an index would hold of the sampled rows of its table.
 *
 * FormIndexDatum is asked, as CREATE INDEX asks it, row by row. Nothing is kept of the values
 * but what the caller makes of them.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/table.h"
#include "catalog/index.h"
#include "commands/vacuum.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

/* As ANALYZE takes of a table. */
#define ROWS_PER_TARGET 300

/* Rows that the predicate lets pass, and sums over blocks of what they are of the rows read. */
struct WhatifScan
{
    Relation relation;
    WhatifRows *rows;
    TupleTableSlot *slot;
    EState *estate;
    IndexInfo *info; /* columns, expressions and predicate, for FormIndexDatum */
    ExprState *predicate;
    int next, limit;
    double passed;
    BlockNumber block;
    double block_read, block_passed;
    double sum_read_squared, sum_passed_squared, sum_product;
};

static IndexInfo *describe(const WhatifIndex *index, const AttrMap *map);
static void end_block(WhatifScan *scan);
static WhatifEntries *begin_entries(const WhatifIndex *index, const WhatifScan *scan);

WhatifScan *
whatif_scan_begin(const WhatifIndex *index, Oid relid)
{
    WhatifScan *scan = palloc0(sizeof(WhatifScan));
    AttrMap *map;

    scan->relation = table_open(relid, AccessShareLock);
    map = whatif_map_columns(index, scan->relation);
    scan->rows = whatif_rows(scan->relation);
    whatif_rows_use(scan->rows);
    scan->slot = MakeSingleTupleTableSlot(RelationGetDescr(scan->relation), &TTSOpsHeapTuple);
    scan->estate = CreateExecutorState();
    scan->info = describe(index, map);
    GetPerTupleExprContext(scan->estate)->ecxt_scantuple = scan->slot;
    scan->predicate = ExecPrepareQual(scan->info->ii_Predicate, scan->estate);
    scan->limit = ROWS_PER_TARGET * default_statistics_target;
    return scan;
}

static IndexInfo *
describe(const WhatifIndex *index, const AttrMap *map)
{
    IndexInfo *info = makeNode(IndexInfo);

    info->ii_NumIndexKeyAttrs = index->n_keys;
    info->ii_NumIndexAttrs = index->n_keys + index->n_includes;
    for (int i = 0; i < info->ii_NumIndexAttrs; i++)
    {
        AttrNumber attno = i < index->n_keys ? index->keys[i].attno : index->includes[i - index->n_keys];

        info->ii_IndexAttrNumbers[i] = attno != 0 && map ? map->attnums[attno - 1] : attno;
        if (attno == 0)
            info->ii_Expressions =
                lappend(info->ii_Expressions, whatif_map_expression(map, index->keys[i].expression));
    }
    info->ii_Predicate = (List *)whatif_map_expression(map, (Node *)index->predicate);
    fix_opfuncids((Node *)info->ii_Expressions);
    fix_opfuncids((Node *)info->ii_Predicate);
    return info;
}

/* ANALYZE would not look at more rows than the limit, either. */
static bool
has_next(const WhatifScan *scan)
{
    return scan->next < Min(scan->rows->n, scan->limit) && !whatif_rows_late(scan->rows, scan->next);
}

ItemPointer
whatif_scan_next(WhatifScan *scan, Datum *values, bool *nulls)
{
    ExprContext *context = GetPerTupleExprContext(scan->estate);

    while (has_next(scan))
    {
        HeapTuple row = scan->rows->rows[scan->next++];
        MemoryContext caller;

        CHECK_FOR_INTERRUPTS();
        if (ItemPointerGetBlockNumber(&row->t_self) != scan->block)
            end_block(scan);
        scan->block = ItemPointerGetBlockNumber(&row->t_self);
        ResetExprContext(context);
        ExecStoreHeapTuple(row, scan->slot, false);
        scan->block_read++;
        if (!ExecQual(scan->predicate, context))
            continue;
        scan->block_passed++;
        caller = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
        FormIndexDatum(scan->info, scan->slot, scan->estate, values, nulls);
        MemoryContextSwitchTo(caller);
        return &row->t_self;
    }
    return NULL;
}

static void
end_block(WhatifScan *scan)
{
    scan->passed += scan->block_passed;
    scan->sum_read_squared += scan->block_read * scan->block_read;
    scan->sum_passed_squared += scan->block_passed * scan->block_passed;
    scan->sum_product += scan->block_read * scan->block_passed;
    scan->block_read = scan->block_passed = 0;
}

void
whatif_scan_type(const WhatifScan *scan, int i, Oid *type, int32 *typmod, Oid *collation)
{
    AttrNumber attno = scan->info->ii_IndexAttrNumbers[i];
    int n_expressions = 0;
    Node *expression;

    if (attno != 0)
    {
        Form_pg_attribute column = TupleDescAttr(RelationGetDescr(scan->relation), attno - 1);

        *type = column->atttypid;
        *typmod = column->atttypmod;
        *collation = column->attcollation;
        return;
    }
    for (int k = 0; k < i; k++)
        n_expressions += scan->info->ii_IndexAttrNumbers[k] == 0;
    expression = list_nth(scan->info->ii_Expressions, n_expressions);
    *type = exprType(expression);
    *typmod = exprTypmod(expression);
    *collation = exprCollation(expression);
}

double
whatif_scan_seconds_per_block(const WhatifScan *scan)
{
    return scan->rows->block_ms / 1000;
}

/*
 * Rows of a block are alike, so blocks are what varies independently: the error is that of a
 * ratio over blocks, and vanishes with the last block that was not read.
 */
WhatifShare
whatif_scan_end(WhatifScan *scan)
{
    WhatifShare share = {.rows_read = scan->next};
    double unread;

    end_block(scan);
    share.rows_passed = scan->passed;
    if (scan->next > 0)
    {
        double squares;

        share.share = scan->passed / scan->next;
        squares = scan->sum_passed_squared - 2 * share.share * scan->sum_product +
                  share.share * share.share * scan->sum_read_squared;
        unread = scan->next < scan->rows->n ? 1 : 1 - (double)scan->rows->blocks_read / scan->rows->n_blocks;
        share.error = sqrt(Max(0, squares) * unread) / scan->next;
        share.whole = unread <= 0;
    }
    whatif_rows_used(scan->rows);
    ExecDropSingleTupleTableSlot(scan->slot);
    FreeExecutorState(scan->estate);
    table_close(scan->relation, AccessShareLock);
    return share;
}

static void
describe_types(const WhatifIndex *index, const WhatifScan *scan, WhatifColumnTypes *columns)
{
    for (int i = 0; i < index->n_keys + index->n_includes; i++)
    {
        int32 typmod;

        whatif_scan_type(scan, i, &columns->types[i], &typmod, &columns->collations[i]);
        if (i < index->n_keys && OidIsValid(index->keys[i].collation))
            columns->collations[i] = index->keys[i].collation;
    }
}

WhatifShare
whatif_read_rows(const WhatifIndex *index, Oid relid, WhatifColumnTypes *types, WhatifReadRow read_row, void *arg)
{
    WhatifScan *scan = whatif_scan_begin(index, relid);
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    ItemPointer address;
    bool more = true;

    describe_types(index, scan, types);
    while (more && (address = whatif_scan_next(scan, values, nulls)) != NULL)
    {
        MemoryContext caller = MemoryContextSwitchTo(GetPerTupleExprContext(scan->estate)->ecxt_per_tuple_memory);

        more = read_row(arg, address, values, nulls);
        MemoryContextSwitchTo(caller);
    }
    return whatif_scan_end(scan);
}

/* ---- entries of an index that is no b-tree ---- */

void
whatif_sample(const WhatifIndex *index, Oid relid, IndexSample *sample)
{
    WhatifScan *scan = whatif_scan_begin(index, relid);
    WhatifEntries *entries = begin_entries(index, scan);
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    WhatifCollector *collector = whatif_collect_begin(index, relid, scan);
    ItemPointer address;
    WhatifShare share;
    bool more = true;

    while (more && (address = whatif_scan_next(scan, values, nulls)))
    {
        MemoryContext caller = MemoryContextSwitchTo(GetPerTupleExprContext(scan->estate)->ecxt_per_tuple_memory);

        more = whatif_entries_add(entries, address, values, nulls);
        more &= whatif_collect(collector, address, values, nulls);
        MemoryContextSwitchTo(caller);
    }
    share = whatif_scan_end(scan);
    whatif_collect_end(collector, &share);
    sample->pages_per_range = index->pages_per_range;
    sample->rows_read = share.rows_read;
    whatif_entries_finish(entries, sample);
}

static WhatifEntries *
begin_entries(const WhatifIndex *index, const WhatifScan *scan)
{
    WhatifColumnTypes columns;

    describe_types(index, scan, &columns);
    return whatif_entries_begin(index, columns.types, columns.collations);
}
