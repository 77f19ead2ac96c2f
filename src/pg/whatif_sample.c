/*
 * whatif_sample.c - what an index would hold, from some of its table's rows.
 *
 * At most so many blocks are read, spread evenly over the table, and no longer than
 * so long: they are visited in an order that leaves an even sample whenever it is broken off. The same
 * table gives the same sample. Rows are those that the snapshot sees; nothing is kept of them but widths and
 * counts.
 */
#include "whatif_internal.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "portability/instr_time.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* Shares no divisor with WHATIF_SAMPLE_BLOCKS: every block of the sample comes once. */
#define STRIDE 163

/* One sample being taken. */
typedef struct Sampling
{
    Relation relation;
    TupleTableSlot *slot;
    EState *estate;
    IndexInfo *info; /* columns, expressions and predicate, for FormIndexDatum */
    ExprState *predicate;
    WhatifEntries *entries;
    instr_time started;
    double rows_read;
} Sampling;

static IndexInfo *describe(const WhatifIndex *index, const AttrMap *map);
static WhatifEntries *begin_entries(const WhatifIndex *index, const Sampling *sampling);
static void read_blocks(Sampling *sampling);
static bool read_block(Sampling *sampling, TableScanDesc scan, BlockNumber block);
static bool read_row(Sampling *sampling);
static bool is_late(const Sampling *sampling);

void
whatif_sample(const WhatifIndex *index, Oid relid, IndexSample *sample)
{
    Sampling sampling = {.relation = table_open(relid, AccessShareLock)};
    AttrMap *map = whatif_map_columns(index, sampling.relation);

    sampling.slot = table_slot_create(sampling.relation, NULL);
    sampling.estate = CreateExecutorState();
    sampling.info = describe(index, map);
    GetPerTupleExprContext(sampling.estate)->ecxt_scantuple = sampling.slot;
    sampling.predicate = ExecPrepareQual(sampling.info->ii_Predicate, sampling.estate);
    sampling.entries = begin_entries(index, &sampling);
    INSTR_TIME_SET_CURRENT(sampling.started);

    read_blocks(&sampling);

    sample->rows_read = sampling.rows_read;
    sample->pages_per_range = index->pages_per_range;
    whatif_entries_finish(sampling.entries, sample);
    ExecDropSingleTupleTableSlot(sampling.slot);
    FreeExecutorState(sampling.estate);
    table_close(sampling.relation, AccessShareLock);
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

static WhatifEntries *
begin_entries(const WhatifIndex *index, const Sampling *sampling)
{
    Oid types[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    Oid collations[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    const ListCell *expression = list_head(sampling->info->ii_Expressions);

    for (int i = 0; i < sampling->info->ii_NumIndexAttrs; i++)
    {
        AttrNumber attno = sampling->info->ii_IndexAttrNumbers[i];

        if (attno != 0)
        {
            Form_pg_attribute column = TupleDescAttr(RelationGetDescr(sampling->relation), attno - 1);

            types[i] = column->atttypid;
            collations[i] = column->attcollation;
        }
        else
        {
            types[i] = exprType(lfirst(expression));
            collations[i] = exprCollation(lfirst(expression));
            expression = lnext(sampling->info->ii_Expressions, expression);
        }
        if (i < index->n_keys && OidIsValid(index->keys[i].collation))
            collations[i] = index->keys[i].collation;
    }
    return whatif_entries_begin(index, types, collations);
}

static void
read_blocks(Sampling *sampling)
{
    BlockNumber n_blocks = RelationGetNumberOfBlocks(sampling->relation);
    int n = Min(n_blocks, WHATIF_SAMPLE_BLOCKS);
    ItemPointerData first, last;
    TableScanDesc scan;

    if (n == 0 || sampling->relation->rd_tableam->scan_set_tidrange == NULL)
        return;
    ItemPointerSet(&first, 0, FirstOffsetNumber);
    ItemPointerSet(&last, 0, MaxOffsetNumber);
    scan = table_beginscan_tidrange(sampling->relation, GetActiveSnapshot(), &first, &last);
    for (int i = 0; i < WHATIF_SAMPLE_BLOCKS; i++)
    {
        uint64 turn = (uint64)i * STRIDE % WHATIF_SAMPLE_BLOCKS;

        if (turn < (uint64)n && !read_block(sampling, scan, (BlockNumber)(turn * n_blocks / n)))
            break;
    }
    table_endscan(scan);
}

/* False: it is enough. */
static bool
read_block(Sampling *sampling, TableScanDesc scan, BlockNumber block)
{
    ItemPointerData first, last;

    CHECK_FOR_INTERRUPTS();
    ItemPointerSet(&first, block, FirstOffsetNumber);
    ItemPointerSet(&last, block, MaxOffsetNumber);
    table_rescan_tidrange(scan, &first, &last);
    while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, sampling->slot))
    {
        if (!read_row(sampling) || is_late(sampling))
            return false;
    }
    return true;
}

static bool
read_row(Sampling *sampling)
{
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    ExprContext *context = GetPerTupleExprContext(sampling->estate);
    MemoryContext caller;
    bool more = true;

    ResetExprContext(context);
    sampling->rows_read++;
    if (!ExecQual(sampling->predicate, context))
        return true;
    caller = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
    FormIndexDatum(sampling->info, sampling->slot, sampling->estate, values, nulls);
    more = whatif_entries_add(sampling->entries, values, nulls);
    MemoryContextSwitchTo(caller);
    return more;
}

static bool
is_late(const Sampling *sampling)
{
    instr_time spent;

    INSTR_TIME_SET_CURRENT(spent);
    INSTR_TIME_SUBTRACT(spent, sampling->started);
    return INSTR_TIME_GET_MILLISEC(spent) > WHATIF_SAMPLE_MS;
}
