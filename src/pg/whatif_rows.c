/*
 * whatif_rows.c - some rows of a relation, read once per run.
 *
 * At most so many blocks are read, spread evenly over the table, and no longer than
 * so long: they are visited in an order that leaves an even sample whenever it is broken off. The same
 * table gives the same rows. They are those that the snapshot sees.
 *
 * Rows outlive the lock under which they were read. Whoever wants them again holds a lock of his own, and gets new
 * ones where the table has become another meanwhile: other columns, or another file, which its values stored out of
 * line go with.
 */
#include "whatif_internal.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "settings.h"

/* Past its time a sample goes on being looked at until so many rows were: fewer would say little. But no longer
 * than that. */
#define LEAST_ROWS 1000
#define MOST_OVERTIME_MS 500

/* Next to an end of a table: blocks looked at, and blocks with rows that suffice. */
#define EDGE_BLOCKS 16
#define EDGE_BLOCKS_WITH_ROWS 4

/* What was read in this run. */
typedef struct KeptRows
{
    WhatifRows rows;
    Oid relid;
    Oid file;
} KeptRows;

/* Lives in a memory context of the run's; NULL between runs. */
typedef struct WhatifRun
{
    MemoryContext context;
    MemoryContextCallback ended;
    List *kept;  /* KeptRows */
    List *known; /* of whatif_stats.c */
    List *ends;  /* of whatif_ends.c */
} WhatifRun;

static WhatifRun *current_run;

static void end_run(void *run);
static KeptRows *find_kept(Relation relation);
static void make_room(void);
static bool is_used(const WhatifRows *rows);
static KeptRows *begin_rows(Relation relation, MemoryContext context);
static TableScanDesc begin_scan(Relation relation);
static void read_evenly(WhatifRows *rows, Relation relation);
static double usual_ms(double *ms, BlockNumber n);
static double spent_ms(const WhatifRows *rows);
static BlockNumber block_of(uint64 part, uint64 n, BlockNumber n_blocks);
static uint64 stride_for(uint64 n);
static int read_block(WhatifRows *rows, TableScanDesc scan, TupleTableSlot *slot, BlockNumber block);
static void add_row(WhatifRows *rows, TupleTableSlot *slot);

MemoryContext
whatif_begin_run(void)
{
    MemoryContext context;

    if (current_run != NULL)
        return NULL;
    context = AllocSetContextCreate(CurrentMemoryContext, "index_advisor samples", ALLOCSET_DEFAULT_SIZES);
    current_run = MemoryContextAllocZero(context, sizeof(WhatifRun));
    current_run->context = context;
    current_run->ended.func = end_run;
    MemoryContextRegisterResetCallback(context, &current_run->ended);
    return context;
}

static void
end_run(void *arg)
{
    current_run = NULL;
}

MemoryContext
whatif_run_context(void)
{
    return current_run ? current_run->context : NULL;
}

List *
whatif_run_known(void)
{
    return current_run ? current_run->known : NIL;
}

void
whatif_run_add_known(void *known)
{
    current_run->known = lappend(current_run->known, known);
}

List *
whatif_run_ends(void)
{
    return current_run ? current_run->ends : NIL;
}

void
whatif_run_add_ends(void *ends)
{
    current_run->ends = lappend(current_run->ends, ends);
}

WhatifRows *
whatif_rows(Relation relation)
{
    MemoryContext caller;
    KeptRows *kept = find_kept(relation);

    if (kept != NULL)
        return &kept->rows;
    make_room();
    kept = begin_rows(relation, current_run ? current_run->context : CurrentMemoryContext);
    caller = MemoryContextSwitchTo(kept->rows.context);
    whatif_rows_use(&kept->rows);
    read_evenly(&kept->rows, relation);
    whatif_rows_used(&kept->rows);
    if (current_run)
    {
        MemoryContextSwitchTo(current_run->context);
        current_run->kept = lappend(current_run->kept, kept);
    }
    MemoryContextSwitchTo(caller);
    return &kept->rows;
}

static KeptRows *
find_kept(Relation relation)
{
    ListCell *cell;

    foreach (cell, current_run ? current_run->kept : NIL)
    {
        KeptRows *kept = lfirst(cell);

        if (kept->relid == RelationGetRelid(relation) && kept->file == relation->rd_rel->relfilenode &&
            equalTupleDescs(kept->rows.descriptor, RelationGetDescr(relation)))
            return kept;
    }
    return NULL;
}

/* The oldest go first: a table's statements are asked about one after the other. */
static void
make_room(void)
{
    ListCell *cell;

    if (current_run == NULL)
        return;
    foreach (cell, current_run->kept)
    {
        KeptRows *kept = lfirst(cell);

        if (MemoryContextMemAllocated(current_run->context, true) < (Size)maintenance_work_mem * 1024)
            break;
        if (is_used(&kept->rows))
            continue;
        MemoryContextDelete(kept->rows.context);
        current_run->kept = foreach_delete_current(current_run->kept, cell);
        pfree(kept);
    }
}

/* An error in between ends the first user's subtransaction. */
static bool
is_used(const WhatifRows *rows)
{
    return rows->users > 0 && SubTransactionIsActive(rows->used_in);
}

static KeptRows *
begin_rows(Relation relation, MemoryContext context)
{
    KeptRows *kept = MemoryContextAllocZero(context, sizeof(KeptRows));
    MemoryContext caller;

    kept->relid = RelationGetRelid(relation);
    kept->file = relation->rd_rel->relfilenode;
    kept->rows.context = AllocSetContextCreate(context, "sampled rows", ALLOCSET_DEFAULT_SIZES);
    caller = MemoryContextSwitchTo(kept->rows.context);
    kept->rows.descriptor = CreateTupleDescCopyConstr(RelationGetDescr(relation));
    MemoryContextSwitchTo(caller);
    return kept;
}

/* NULL: no row can be had by its address, or nobody wants any. */
static TableScanDesc
begin_scan(Relation relation)
{
    ItemPointerData first, last;

    if (setting_sample_blocks == 0 || relation->rd_tableam == NULL ||
        relation->rd_tableam->scan_set_tidrange == NULL)
        return NULL;
    ItemPointerSet(&first, 0, FirstOffsetNumber);
    ItemPointerSet(&last, 0, MaxOffsetNumber);
    return table_beginscan_tidrange(relation, GetActiveSnapshot(), &first, &last, 0);
}

static void
read_evenly(WhatifRows *rows, Relation relation)
{
    TableScanDesc scan = begin_scan(relation);
    TupleTableSlot *slot;
    double *block_ms;
    uint64 n, stride;

    if (scan == NULL)
        return;
    slot = table_slot_create(relation, NULL);
    rows->n_blocks = RelationGetNumberOfBlocks(relation);
    n = Min(rows->n_blocks, (BlockNumber)setting_sample_blocks);
    stride = stride_for(n);
    block_ms = palloc((n + 1) * sizeof(double));
    for (uint64 i = 0; i < n && !whatif_rows_late(rows, rows->n); i++)
    {
        double before = spent_ms(rows);

        (void)read_block(rows, scan, slot, block_of(i * stride % n, n, rows->n_blocks));
        block_ms[rows->blocks_read++] = spent_ms(rows) - before;
    }
    rows->block_ms = usual_ms(block_ms, rows->blocks_read);
    pfree(block_ms);
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
}

static int
compare_ms(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

/* The mean, but for the slowest twentieth: then somebody else had the processor. */
static double
usual_ms(double *ms, BlockNumber n)
{
    BlockNumber counted = n - n / 20;
    double sum = 0;

    qsort(ms, n, sizeof(double), compare_ms);
    for (BlockNumber i = 0; i < counted; i++)
        sum += ms[i];
    return counted > 0 ? sum / counted : 0;
}

/*
 * Of n equal parts of the table one block each, any of its part: rows that repeat themselves at even distances
 * would otherwise be met at the same place again and again.
 */
static BlockNumber
block_of(uint64 part, uint64 n, BlockNumber n_blocks)
{
    uint64 first = part * n_blocks / n;
    uint64 end = (part + 1) * n_blocks / n;

    return (BlockNumber)(first + murmurhash32((uint32)part) % (end - first));
}

/* Steps that lead once to each of n places, and never leave a wide gap for long. */
static uint64
stride_for(uint64 n)
{
    for (uint64 stride = Max(n * 618 / 1000, 1);; stride++)
    {
        uint64 a = stride, b = n;

        while (b != 0)
        {
            uint64 rest = a % b;

            a = b;
            b = rest;
        }
        if (a <= 1)
            return stride;
    }
}

WhatifRows *
whatif_edge_rows(Relation relation, bool at_end)
{
    WhatifRows *rows = &begin_rows(relation, CurrentMemoryContext)->rows;
    TableScanDesc scan = begin_scan(relation);
    TupleTableSlot *slot;
    int with_rows = 0;

    if (scan == NULL)
        return rows;
    slot = table_slot_create(relation, NULL);
    rows->n_blocks = RelationGetNumberOfBlocks(relation);
    for (BlockNumber i = 0; i < rows->n_blocks && i < EDGE_BLOCKS && with_rows < EDGE_BLOCKS_WITH_ROWS; i++)
        with_rows += read_block(rows, scan, slot, at_end ? rows->n_blocks - 1 - i : i) > 0;
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    return rows;
}

/* Returns the number of rows. */
static int
read_block(WhatifRows *rows, TableScanDesc scan, TupleTableSlot *slot, BlockNumber block)
{
    ItemPointerData first, last;
    int before = rows->n;

    CHECK_FOR_INTERRUPTS();
    ItemPointerSet(&first, block, FirstOffsetNumber);
    ItemPointerSet(&last, block, MaxOffsetNumber);
    table_rescan_tidrange(scan, &first, &last);
    while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot))
        add_row(rows, slot);
    return rows->n - before;
}

static void
add_row(WhatifRows *rows, TupleTableSlot *slot)
{
    MemoryContext caller = MemoryContextSwitchTo(rows->context);

    if (rows->n == rows->capacity)
    {
        rows->capacity = Max(1024, 2 * rows->capacity);
        rows->rows = rows->rows ? repalloc_huge(rows->rows, rows->capacity * sizeof(HeapTuple))
                                : palloc(rows->capacity * sizeof(HeapTuple));
    }
    rows->rows[rows->n] = ExecCopySlotHeapTuple(slot);
    rows->rows[rows->n++]->t_self = slot->tts_tid;
    MemoryContextSwitchTo(caller);
}

/* ---- the time that all this may take ---- */

void
whatif_rows_use(WhatifRows *rows)
{
    if (!is_used(rows))
    {
        rows->users = 0;
        rows->used_in = GetCurrentSubTransactionId();
    }
    rows->users++;
    INSTR_TIME_SET_CURRENT(rows->since);
}

static double
used_ms(const WhatifRows *rows)
{
    instr_time now;

    INSTR_TIME_SET_CURRENT(now);
    INSTR_TIME_SUBTRACT(now, rows->since);
    return INSTR_TIME_GET_MILLISEC(now);
}

static double
spent_ms(const WhatifRows *rows)
{
    return rows->spent_ms + used_ms(rows);
}

void
whatif_rows_used(WhatifRows *rows)
{
    rows->spent_ms = spent_ms(rows);
    rows->users--;
}

bool
whatif_rows_late(const WhatifRows *rows, int n_seen)
{
    double used = used_ms(rows);

    return used > setting_sample_time_ms + MOST_OVERTIME_MS ||
           (n_seen >= LEAST_ROWS && rows->spent_ms + used > setting_sample_time_ms);
}
