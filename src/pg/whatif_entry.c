/*
 * whatif_entry.c - what an index would hold of a row.
 *
 * The operator classes' own functions are asked, as CREATE INDEX would ask them; what comes out is
 * measured and thrown away.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/brin_internal.h"
#include "access/gin_private.h"
#include "access/gist.h"
#include "access/htup_details.h"
#include "access/itup.h"
#include "access/spgist_private.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "common/hashfn.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "compat.h"

/* A sample that met so many keys is big enough. */
#define MAX_KEYS_MET 200000

/* What gin can keep of a key: a third of a page. */
#define MAX_GIN_KEY (BLCKSZ / 3 - 24)

/* Header, bitmap and category. */
#define NO_KEY_BYTES 16

/* What ginbulk.c gathers for a key, its value and rows aside, and the header of what is allocated for a value. */
#define GIN_KEY_MEMORY 72
#define CHUNK_HEADER 16

/* brin: what the server's operator classes keep by default of a range. */
#define BRIN_HEADER 8
#define BLOOM_FILTER_SHARE 0.1
#define BLOOM_WRONGLY 0.01
#define MULTI_HEADER 20
#define MULTI_VALUES 32

/* One key of one row; hash tells keys apart. */
typedef struct KeyMet
{
    uint64 hash;
    uint64 value; /* hash of the row's column; 0: NULL, or there are several */
    BlockNumber block;
    int32 row;
    int32 bytes;
    bool is_value; /* gin: not what stands for NULL or for no keys */
} KeyMet;

typedef struct EntryColumn
{
    Oid type;        /* of the table's column, or of the expression */
    Oid stored_type; /* in the index */
    Oid collation;
    int16 length; /* of the type stored */
    bool by_value;
    char alignment;
    bool has_function; /* gin: keys of a value; gist, spgist: what is stored of it */
    FmgrInfo function;
    BrinOpcInfo *summary;
    Datum options; /* of the operator class */
    double sum_bytes;
    double n_values;
} EntryColumn;

struct WhatifEntries
{
    IndexMethod kind;
    WhatifTree *tree; /* gist, spgist */
    int pages_per_range;
    int fill_factor;
    bool is_sorted; /* gist: a build puts the values in order, without regard to the fill factor */
    int n_keys, n_columns;
    EntryColumn columns[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    TupleDesc descriptor;
    double rows, held, sum_bytes;
    KeyMet *met;
    int n_met, max_met;
    double sum_memory; /* gin: of values, while they are gathered */
    BlockNumber block; /* of the row */
    uint64 value;      /* as KeyMet */
    MemoryContext row_context;
};

static TreeKind tree_kind(const WhatifEntries *entries);
static void describe_column(WhatifEntries *entries, const WhatifIndex *index, int i, Oid type, Oid collation);
static void describe_key(WhatifEntries *entries, const WhatifIndex *index, EntryColumn *column, int i);
static bool find_function(EntryColumn *column, Oid method, Oid family, Oid input_type, int number);
static void add_gin_keys(WhatifEntries *entries, EntryColumn *column, int i, Datum value);
static void note_value(WhatifEntries *entries, Datum value, bool is_null);
static uint64 hash_datum(Datum value, bool by_value, int16 length, uint64 seed);
static void add_key(WhatifEntries *entries, int column, Datum value, const EntryColumn *form, int bytes);
static void add_no_key(WhatifEntries *entries, int column, GinNullCategory category);
static void add_met(WhatifEntries *entries, uint64 hash, int bytes, bool is_value);
static int value_bytes(const EntryColumn *column, Datum value);
static bool add_tuple(WhatifEntries *entries, const Datum *values, const bool *nulls);
static Datum compress(const WhatifEntries *entries, EntryColumn *column, Datum value);
static int tree_tuple_bytes(const WhatifEntries *entries, Datum *values, bool *nulls);
static double range_bytes(const WhatifEntries *entries);
static double filter_bytes(const WhatifEntries *entries, const EntryColumn *column);
static double decimal_option(const EntryColumn *column, const char *name, double otherwise);
static double summary_bytes(const WhatifEntries *entries, const EntryColumn *column);
static int compare_met(const void *left, const void *right);
static void count_keys(WhatifEntries *entries, IndexSample *sample);
static void count_lone_keys(const WhatifEntries *entries, IndexSample *sample);
static void count_values(WhatifEntries *entries, SampledKeyFact *keys);
static double count_all_values(WhatifEntries *entries);

WhatifEntries *
whatif_entries_begin(const WhatifIndex *index, const Oid *types, const Oid *collations)
{
    WhatifEntries *entries = palloc0(sizeof(WhatifEntries));

    entries->kind = index->kind;
    entries->pages_per_range = index->pages_per_range;
    entries->fill_factor = index->fill_factor;
    entries->is_sorted = index->kind == METHOD_GIST;
    entries->n_keys = index->n_keys;
    entries->n_columns = index->n_keys + index->n_includes;
    entries->descriptor = CreateTemplateTupleDesc(entries->n_columns);
    entries->row_context = AllocSetContextCreate(CurrentMemoryContext, "index entry", ALLOCSET_DEFAULT_SIZES);
    for (int i = 0; i < entries->n_columns; i++)
        describe_column(entries, index, i, types[i], collations[i]);
    if (index->kind == METHOD_GIST || index->kind == METHOD_SPGIST)
        entries->tree = whatif_tree_begin(tree_kind(entries), types[0], collations[0]);
    return entries;
}

static TreeKind
tree_kind(const WhatifEntries *entries)
{
    const EntryColumn *key = &entries->columns[0];

    if (entries->kind == METHOD_SPGIST)
        return key->stored_type == TEXTOID || key->stored_type == VARCHAROID ? TREE_TEXTS : TREE_PLAIN;
    if (entries->is_sorted)
        return TREE_SORTED;
    if (entries->n_columns > 1 || key->stored_type == key->type || key->length != -1)
        return TREE_PLAIN;
    return key->stored_type == GTSVECTOROID ? TREE_WORDS : TREE_SIGNATURES;
}

static void
describe_column(WhatifEntries *entries, const WhatifIndex *index, int i, Oid type, Oid collation)
{
    EntryColumn *column = &entries->columns[i];

    column->type = column->stored_type = type;
    column->collation = OidIsValid(collation) ? collation : DEFAULT_COLLATION_OID;
    if (i < index->n_keys)
        describe_key(entries, index, column, i);
    get_typlenbyvalalign(column->stored_type, &column->length, &column->by_value, &column->alignment);
    TupleDescInitEntry(entries->descriptor, i + 1, NULL, column->stored_type, -1, 0);
}

static void
describe_key(WhatifEntries *entries, const WhatifIndex *index, EntryColumn *column, int i)
{
    Oid opclass = OidIsValid(index->keys[i].opclass) ? index->keys[i].opclass
                                                     : GetDefaultOpClass(column->type, index->method);
    Oid family, input_type;

    if (!get_opclass_opfamily_and_input_type(opclass, &family, &input_type))
        elog(ERROR, "cache lookup failed for operator class %u", opclass);
    column->options = index->keys[i].options;
    if (index->kind != METHOD_HASH)
        column->stored_type = whatif_stored_type(opclass, column->type);
    if (index->kind == METHOD_GIN &&
        !find_function(column, index->method, family, input_type, GIN_EXTRACTVALUE_PROC))
        elog(ERROR, "operator class %u does not extract keys", opclass);
    if (index->kind == METHOD_GIST)
    {
        find_function(column, index->method, family, input_type, GIST_COMPRESS_PROC);
        entries->is_sorted &= OidIsValid(get_opfamily_proc(family, input_type, input_type, GIST_SORTSUPPORT_PROC));
    }
    if (index->kind == METHOD_SPGIST)
        find_function(column, index->method, family, input_type, SPGIST_COMPRESS_PROC);
    if (index->kind == METHOD_BRIN)
    {
        FmgrInfo function;

        fmgr_info(get_opfamily_proc(family, input_type, input_type, BRIN_PROCNUM_OPCINFO), &function);
        column->summary = (BrinOpcInfo *)DatumGetPointer(FunctionCall1(&function, ObjectIdGetDatum(column->type)));
    }
}

/* As CREATE INDEX chooses the type of an index's column. */
Oid
whatif_stored_type(Oid opclass, Oid type)
{
    HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
    Form_pg_opclass form;
    Oid stored;

    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for operator class %u", opclass);
    form = (Form_pg_opclass)GETSTRUCT(tuple);
    stored = form->opckeytype;
    if (stored == ANYELEMENTOID && form->opcintype == ANYARRAYOID)
        stored = get_base_element_type(type);
    ReleaseSysCache(tuple);
    return OidIsValid(stored) ? stored : type;
}

static bool
find_function(EntryColumn *column, Oid method, Oid family, Oid input_type, int number)
{
    Oid function = get_opfamily_proc(family, input_type, input_type, number);

    column->has_function = OidIsValid(function);
    if (!column->has_function)
        return false;
    fmgr_info(function, &column->function);
    set_fn_opclass_options(&column->function, whatif_class_options(method, family, input_type, column->options));
    return true;
}

bool
whatif_entries_add(WhatifEntries *entries, ItemPointer address, const Datum *values, const bool *nulls)
{
    MemoryContext caller = MemoryContextSwitchTo(entries->row_context);

    entries->rows++;
    entries->block = ItemPointerGetBlockNumber(address);
    switch (entries->kind)
    {
        case METHOD_GIN:
            entries->held++;
            note_value(entries, values[0], nulls[0]);
            for (int i = 0; i < entries->n_keys; i++)
            {
                if (nulls[i])
                    add_no_key(entries, i, GIN_CAT_NULL_ITEM);
                else
                    add_gin_keys(entries, &entries->columns[i], i, values[i]);
            }
            break;
        case METHOD_HASH:
            if (nulls[0])
                break;
            entries->held++;
            add_key(entries, 0, values[0], &entries->columns[0], 0);
            break;
        case METHOD_GIST:
        case METHOD_SPGIST:
            entries->held += add_tuple(entries, values, nulls);
            if (!nulls[0])
                whatif_tree_add(entries->tree, entries->block, values[0]);
            break;
        default:
            entries->held++;
            for (int i = 0; i < entries->n_keys; i++)
            {
                if (nulls[i] || entries->kind != METHOD_BRIN)
                    continue;
                entries->columns[i].n_values++;
                entries->columns[i].sum_bytes += value_bytes(&entries->columns[i], values[i]);
            }
    }
    MemoryContextSwitchTo(caller);
    MemoryContextReset(entries->row_context);
    return entries->n_met < MAX_KEYS_MET;
}

static void
add_gin_keys(WhatifEntries *entries, EntryColumn *column, int i, Datum value)
{
    int32 n = 0;
    bool *nulls = NULL;
    Datum *keys = (Datum *)DatumGetPointer(FunctionCall3Coll(&column->function, column->collation, value,
                                                             PointerGetDatum(&n), PointerGetDatum(&nulls)));

    if (keys == NULL || n <= 0)
        add_no_key(entries, i, GIN_CAT_EMPTY_ITEM);
    for (int k = 0; keys && k < n; k++)
    {
        int bytes;

        if (nulls && nulls[k])
        {
            add_no_key(entries, i, GIN_CAT_NULL_KEY);
            continue;
        }
        bytes = value_bytes(column, keys[k]) + sizeof(IndexTupleData) + (entries->n_keys > 1 ? sizeof(int16) : 0);
        if (bytes > MAX_GIN_KEY)
            ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("a key of %d bytes is too wide for a gin index, which takes %d", bytes, MAX_GIN_KEY));
        entries->sum_memory += column->by_value ? 0 : MAXALIGN(bytes) + CHUNK_HEADER;
        add_key(entries, i, keys[k], column, bytes);
    }
}

/* Rows of equal values have the same keys. */
static void
note_value(WhatifEntries *entries, Datum value, bool is_null)
{
    int16 length;
    bool by_value;

    entries->value = 0;
    if (is_null || entries->n_keys > 1)
        return;
    get_typlenbyval(entries->columns[0].type, &length, &by_value);
    entries->value = hash_datum(value, by_value, length, 0);
}

static uint64
hash_datum(Datum value, bool by_value, int16 length, uint64 seed)
{
    struct varlena *whole = !by_value && length == -1 ? PG_DETOAST_DATUM_PACKED(value) : NULL;
    const char *data = whole ? VARDATA_ANY(whole) : DatumGetPointer(value);

    if (by_value)
        return hash_bytes_extended((const unsigned char *)&value, sizeof(value), seed);
    if (whole)
        return hash_bytes_extended((const unsigned char *)data, (int)VARSIZE_ANY_EXHDR(whole), seed);
    return hash_bytes_extended((const unsigned char *)data, length > 0 ? length : (int)strlen(data), seed);
}

static void
add_key(WhatifEntries *entries, int column, Datum value, const EntryColumn *form, int bytes)
{
    add_met(entries, hash_datum(value, form->by_value, form->length, column), bytes, true);
}

/* A row that is NULL or has no keys has an entry, too: so do all others that are like it. */
static void
add_no_key(WhatifEntries *entries, int column, GinNullCategory category)
{
    add_met(entries, hash_bytes_extended((const unsigned char *)&category, sizeof(category), ~(uint64)column),
            NO_KEY_BYTES, false);
}

static void
add_met(WhatifEntries *entries, uint64 hash, int bytes, bool is_value)
{
    if (entries->n_met == entries->max_met)
    {
        entries->max_met = Max(1024, 2 * entries->max_met);
        entries->met = entries->met
                           ? repalloc(entries->met, entries->max_met * sizeof(KeyMet))
                           : MemoryContextAlloc(GetMemoryChunkContext(entries), entries->max_met * sizeof(KeyMet));
    }
    entries->met[entries->n_met++] =
        (KeyMet){hash, entries->value, entries->block, (int32)entries->rows, bytes, is_value};
}

/* As they lie in a tuple: a short value has a short header. */
static int
value_bytes(const EntryColumn *column, Datum value)
{
    struct varlena *whole;

    if (column->length > 0)
        return column->length;
    if (column->length == -2)
        return strlen(DatumGetCString(value)) + 1;
    whole = PG_DETOAST_DATUM_PACKED(value);
    return VARSIZE_ANY_EXHDR(whole) + (VARSIZE_ANY_EXHDR(whole) < 126 ? 1 : VARHDRSZ);
}

/* gist, spgist. A tuple that does not fit on a page is the server's own error. */
static bool
add_tuple(WhatifEntries *entries, const Datum *values, const bool *nulls)
{
    Datum stored[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];
    bool is_null[MAX_INDEX_KEYS + MAX_INDEX_INCLUDES];

    for (int i = 0; i < entries->n_columns; i++)
    {
        EntryColumn *column = &entries->columns[i];

        is_null[i] = nulls[i];
        stored[i] = nulls[i] ? (Datum)0 : column->has_function ? compress(entries, column, values[i]) : values[i];
    }
    entries->sum_bytes += tree_tuple_bytes(entries, stored, is_null);
    return true;
}

static Datum
compress(const WhatifEntries *entries, EntryColumn *column, Datum value)
{
    GISTENTRY entry, *compressed;

    if (entries->kind == METHOD_SPGIST)
        return FunctionCall1Coll(&column->function, column->collation, value);
    gistentryinit(entry, value, NULL, NULL, (OffsetNumber)0, true);
    compressed = (GISTENTRY *)DatumGetPointer(
        FunctionCall1Coll(&column->function, column->collation, PointerGetDatum(&entry)));
    return compressed->key;
}

static int
tree_tuple_bytes(const WhatifEntries *entries, Datum *values, bool *nulls)
{
    int bytes = IndexTupleSize(index_form_tuple(entries->descriptor, values, nulls));

    /* The header of spgist is four bytes longer, and what is behind it aligned. */
    return entries->kind == METHOD_SPGIST ? bytes - (int)sizeof(IndexTupleData) + SGLTHDRSZ(false) : bytes;
}

void
whatif_entries_finish(WhatifEntries *entries, IndexSample *sample)
{
    sample->rows_passed = entries->rows;
    sample->rows_held = entries->held;
    sample->fill_factor = entries->is_sorted ? 0 : entries->fill_factor;
    if (entries->kind == METHOD_GIST || entries->kind == METHOD_SPGIST)
    {
        sample->entry_bytes = entries->held > 0 ? entries->sum_bytes / entries->held : 0;
        whatif_tree_finish(entries->tree, sample);
    }
    if (entries->kind == METHOD_BRIN)
        sample->entry_bytes = range_bytes(entries);
    count_keys(entries, sample);
}

/* ---- brin: a tuple a range ---- */

static double
range_bytes(const WhatifEntries *entries)
{
    double bytes = BRIN_HEADER;

    for (int i = 0; i < entries->n_keys; i++)
        bytes += summary_bytes(entries, &entries->columns[i]);
    return MAXALIGN((Size)bytes);
}

/* Values of the column's type are as long as the sample's, those of other types as long as the type says. */
static double
summary_bytes(const WhatifEntries *entries, const EntryColumn *column)
{
    double mean = column->n_values > 0 ? column->sum_bytes / column->n_values : Max(column->length, 1);
    double bytes = 0;

    for (int i = 0; i < column->summary->oi_nstored; i++)
    {
        const TypeCacheEntry *type = column->summary->oi_typcache[i];

        if (type->type_id == PG_BRIN_BLOOM_SUMMARYOID)
            bytes += filter_bytes(entries, column) + MULTI_HEADER;
        else if (type->type_id == PG_BRIN_MINMAX_MULTI_SUMMARYOID)
            bytes += MULTI_HEADER + decimal_option(column, "values_per_range", MULTI_VALUES) * mean;
        else
            bytes += type->typlen > 0 ? type->typlen : mean;
    }
    return bytes;
}

/* Values are given as their number, or below zero as a share of the rows that fit. */
static double
filter_bytes(const WhatifEntries *entries, const EntryColumn *column)
{
    double values = decimal_option(column, "n_distinct_per_range", -BLOOM_FILTER_SHARE);
    double wrongly = decimal_option(column, "false_positive_rate", BLOOM_WRONGLY);

    if (values < 0)
        values *= -entries->pages_per_range * MaxHeapTuplesPerPage;
    return Max(16.0, values) * -log(wrongly) / (M_LN2 * M_LN2) / 8;
}

static double
decimal_option(const EntryColumn *column, const char *name, double otherwise)
{
    const char *value = whatif_option(column->options, name);

    return value ? strtod(value, NULL) : otherwise;
}

/* ---- gin, hash: rows of each key ---- */

static int
compare_met(const void *left, const void *right)
{
    const KeyMet *a = left, *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void
count_keys(WhatifEntries *entries, IndexSample *sample)
{
    SampledKeyFact *keys = palloc((entries->n_met + 1) * sizeof(SampledKeyFact));
    const KeyMet *previous = NULL;

    if (entries->n_met > 0)
        qsort(entries->met, entries->n_met, sizeof(KeyMet), compare_met);
    for (int i = 0; i < entries->n_met; i++)
    {
        const KeyMet *met = &entries->met[i];

        if (previous == NULL || previous->hash != met->hash)
            keys[sample->n_keys++] = (SampledKeyFact){.bytes = met->bytes, .rows = 1, .blocks = 1};
        else if (previous->row != met->row)
        {
            keys[sample->n_keys - 1].rows++;
            keys[sample->n_keys - 1].blocks += previous->block != met->block;
        }
        previous = met;
    }
    sample->keys = keys;
    if (entries->kind == METHOD_GIN && entries->n_met > 0)
    {
        sample->key_memory = GIN_KEY_MEMORY + entries->sum_memory / entries->n_met;
        count_lone_keys(entries, sample);
        count_values(entries, keys);
        sample->values_met = count_all_values(entries);
    }
}

static int
compare_by_value(const void *left, const void *right)
{
    const KeyMet *a = left, *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

/* Of each key; the keys are in the order of their hashes. */
static void
count_values(WhatifEntries *entries, SampledKeyFact *keys)
{
    const KeyMet *previous = NULL;
    int n = -1;

    qsort(entries->met, entries->n_met, sizeof(KeyMet), compare_by_value);
    for (int i = 0; i < entries->n_met; i++)
    {
        const KeyMet *met = &entries->met[i];

        if (previous == NULL || previous->hash != met->hash)
            keys[++n].values = 1;
        else
            keys[n].values += previous->value != met->value;
        previous = met;
    }
}

static int
compare_values(const void *left, const void *right)
{
    const KeyMet *a = left, *b = right;

    return a->value < b->value ? -1 : a->value > b->value;
}

static double
count_all_values(WhatifEntries *entries)
{
    double n;

    qsort(entries->met, entries->n_met, sizeof(KeyMet), compare_values);
    n = entries->met[0].value != 0;
    for (int i = 1; i < entries->n_met; i++)
        n += entries->met[i].value != entries->met[i - 1].value;
    return n;
}

/* By rows: whether it has keys, and how many of them that no other row has. The keys met are in order. */
static void
count_lone_keys(const WhatifEntries *entries, IndexSample *sample)
{
    uint8 *lone = palloc0((Size)entries->rows + 1);
    bool *has_keys = palloc0((Size)entries->rows + 1);

    for (int first = 0, end; first < entries->n_met; first = end)
    {
        const KeyMet *key = &entries->met[first];

        for (end = first; end < entries->n_met && entries->met[end].hash == key->hash; end++)
            has_keys[entries->met[end].row] |= key->is_value;
        if (key->row == entries->met[end - 1].row && lone[key->row] < LONE_COUNTS - 1)
            lone[key->row]++;
    }
    for (int row = 1; row <= entries->rows; row++)
        sample->rows_by_lone[lone[row]] += has_keys[row];
}
