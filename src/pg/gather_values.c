/*
 * gather_values.c - values of sampled rows become ranks and widths.
 *
 * A row's values are copied as they are met. Once all are there the rows are put into the table's order, and each
 * column is sorted by its type's own order: equal values get the same rank. What goes to the core are ranks
 * and widths alone.
 */
#include "gather_internal.h"

#include "access/detoast.h"
#include "access/heaptoast.h"
#include "access/toast_internals.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/sortsupport.h"
#include "utils/typcache.h"

/* A value that is stored elsewhere and so long is too wide for any index: it is not fetched, and equals none. */
#define TOO_WIDE (BLCKSZ / 2)

typedef struct SampledValue
{
    Datum value;
    int32 width;
    bool is_null, is_unknown;
} SampledValue;

typedef struct ValueColumn
{
    Oid type, collation;
    int16 length;
    bool by_value;
    char storage;
} ValueColumn;

struct GatheredValues
{
    MemoryContext context;
    int n_columns, n_rows, max_rows;
    ValueColumn columns[GATHER_MAX_COLUMNS];
    SampledValue *values; /* row by row */
    BlockNumber *blocks;
    const WhatifColumnTypes *types;
};

/* One column while it is sorted. */
typedef struct Sorting
{
    const GatheredValues *values;
    int column;
    SortSupportData order;
} Sorting;

static SampledValue copy_value(const ValueColumn *column, Datum value);
static int32 stored_width(const ValueColumn *column, Datum *value);
static int *rows_in_order(const GatheredValues *values);
static int compare_values(const void *left, const void *right, void *arg);

GatheredValues *
gather_values_begin(const WhatifColumnTypes *types, int n_columns)
{
    GatheredValues *values = palloc0(sizeof(GatheredValues));

    values->context = CurrentMemoryContext;
    values->types = types;
    values->n_columns = n_columns;
    return values;
}

/* With the first row the types are known. */
static void
describe_columns(GatheredValues *values)
{
    for (int i = 0; i < values->n_columns; i++)
    {
        TypeCacheEntry *type = lookup_type_cache(values->types->types[i], 0);

        values->columns[i] = (ValueColumn){type->type_id, values->types->collations[i], type->typlen,
                                           type->typbyval, type->typstorage};
    }
}

static void
make_room(GatheredValues *values)
{
    Size row_size = values->n_columns * sizeof(SampledValue);

    if (values->n_rows < values->max_rows)
        return;
    if (values->max_rows == 0)
    {
        values->max_rows = 1024;
        values->values = palloc(values->max_rows * row_size);
        values->blocks = palloc(values->max_rows * sizeof(BlockNumber));
        return;
    }
    values->max_rows *= 2;
    values->values = repalloc_huge(values->values, values->max_rows * row_size);
    values->blocks = repalloc(values->blocks, values->max_rows * sizeof(BlockNumber));
}

bool
gather_values_add(void *arg, ItemPointer address, const Datum *row, const bool *nulls)
{
    GatheredValues *values = arg;
    MemoryContext caller = MemoryContextSwitchTo(values->context);
    SampledValue *place;

    if (values->n_rows == 0)
        describe_columns(values);
    make_room(values);
    place = values->values + (Size)values->n_rows * values->n_columns;
    for (int i = 0; i < values->n_columns; i++)
    {
        if (nulls[i])
            place[i] = (SampledValue){.is_null = true};
        else
            place[i] = copy_value(&values->columns[i], row[i]);
    }
    values->blocks[values->n_rows++] = ItemPointerGetBlockNumber(address);
    MemoryContextSwitchTo(caller);
    return values->n_rows < GATHER_MAX_ROWS;
}

static SampledValue
copy_value(const ValueColumn *column, Datum value)
{
    SampledValue copy = {.width = column->length};

    if (column->length == -2)
        copy.width = strlen(DatumGetCString(value)) + 1;
    if (column->length == -1 && VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(value)))
    {
        struct varatt_external pointer;

        VARATT_EXTERNAL_GET_POINTER(pointer, DatumGetPointer(value));
        copy.width = VARATT_EXTERNAL_GET_EXTSIZE(pointer) + VARHDRSZ;
        if (copy.width > TOO_WIDE)
        {
            copy.is_unknown = true;
            return copy;
        }
    }
    if (column->length == -1)
        copy.width = stored_width(column, &value);
    copy.value = datumCopy(value, column->by_value, column->length);
    return copy;
}

/* As index_form_tuple stores it: fetched, long ones compressed, short ones with a short header. *value: not
 * compressed. */
static int32
stored_width(const ValueColumn *column, Datum *value)
{
    struct varlena *stored = (struct varlena *)DatumGetPointer(*value);

    if (VARATT_IS_EXTERNAL(stored))
        stored = detoast_external_attr(stored);
    *value = PointerGetDatum(PG_DETOAST_DATUM_PACKED(PointerGetDatum(stored)));
    if (!VARATT_IS_EXTENDED(stored) && VARSIZE(stored) > TOAST_INDEX_TARGET &&
        (column->storage == TYPSTORAGE_EXTENDED || column->storage == TYPSTORAGE_MAIN))
    {
        Datum compressed = toast_compress_datum(PointerGetDatum(stored), InvalidCompressionMethod);

        if (DatumGetPointer(compressed) != NULL)
            stored = (struct varlena *)DatumGetPointer(compressed);
    }
    if (column->storage != TYPSTORAGE_PLAIN && VARATT_CAN_MAKE_SHORT(stored))
        return VARATT_CONVERTED_SHORT_SIZE(stored);
    return VARSIZE_ANY(stored);
}

/* ---- what the core gets ---- */

static int
compare_blocks(const void *left, const void *right, void *arg)
{
    const BlockNumber *blocks = arg;
    int a = *(const int *)left, b = *(const int *)right;

    if (blocks[a] != blocks[b])
        return blocks[a] < blocks[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

static int *
rows_in_order(const GatheredValues *values)
{
    int *rows = palloc((values->n_rows + 1) * sizeof(int));

    for (int i = 0; i < values->n_rows; i++)
        rows[i] = i;
    qsort_arg(rows, values->n_rows, sizeof(int), compare_blocks, values->blocks);
    return rows;
}

static const SampledValue *
value_at(const GatheredValues *values, int row, int column)
{
    return &values->values[(Size)row * values->n_columns + column];
}

/* NULL last, before it what was not fetched. */
static int
compare_values(const void *left, const void *right, void *arg)
{
    Sorting *sorting = arg;
    int a = *(const int *)left, b = *(const int *)right;
    const SampledValue *x = value_at(sorting->values, a, sorting->column);
    const SampledValue *y = value_at(sorting->values, b, sorting->column);

    if (x->is_null || y->is_null)
        return x->is_null - y->is_null;
    if (x->is_unknown || y->is_unknown)
        return x->is_unknown && y->is_unknown ? (a < b ? -1 : a > b) : x->is_unknown - y->is_unknown;
    return ApplySortComparator(x->value, false, y->value, false, &sorting->order);
}

/* ranks[i] is that of the i-th row in the table's order, which is row rows[i] here. */
static int32 *
ranks_of(const GatheredValues *values, int column, const int *rows)
{
    Sorting sorting = {values, column};
    int *sorted = palloc((values->n_rows + 1) * sizeof(int));
    int32 *by_row = palloc((values->n_rows + 1) * sizeof(int32));
    int32 *ranks = palloc((values->n_rows + 1) * sizeof(int32));
    int32 rank = 0;

    sorting.order.ssup_cxt = CurrentMemoryContext;
    sorting.order.ssup_collation = values->columns[column].collation;
    if (values->n_rows == 0)
        return ranks;
    PrepareSortSupportFromOrderingOp(lookup_type_cache(values->columns[column].type, TYPECACHE_LT_OPR)->lt_opr,
                                     &sorting.order);
    memcpy(sorted, rows, values->n_rows * sizeof(int));
    qsort_arg(sorted, values->n_rows, sizeof(int), compare_values, &sorting);
    for (int i = 0; i < values->n_rows; i++)
    {
        CHECK_FOR_INTERRUPTS();
        if (i > 0 && compare_values(&sorted[i - 1], &sorted[i], &sorting) != 0)
            rank++;
        by_row[sorted[i]] = value_at(values, sorted[i], column)->is_null ? NONE : rank;
    }
    for (int i = 0; i < values->n_rows; i++)
        ranks[i] = by_row[rows[i]];
    pfree(sorted);
    pfree(by_row);
    return ranks;
}

void
gather_values_finish(const GatheredValues *values, SampledColumnFact *columns)
{
    int *rows = rows_in_order(values);
    int32 *blocks = palloc0((values->n_rows + 1) * sizeof(int32));

    for (int i = 1; i < values->n_rows; i++)
        blocks[i] = blocks[i - 1] + (values->blocks[rows[i]] != values->blocks[rows[i - 1]]);
    for (int c = 0; c < values->n_columns; c++)
    {
        int32 *widths = palloc((values->n_rows + 1) * sizeof(int32));

        for (int i = 0; i < values->n_rows; i++)
            widths[i] = value_at(values, rows[i], c)->width;
        columns[c].predicate = NONE;
        columns[c].n_rows = values->n_rows;
        columns[c].blocks = blocks;
        columns[c].ranks = ranks_of(values, c, rows);
        columns[c].widths = widths;
    }
}
