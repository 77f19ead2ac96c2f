/*
 * gather_sample.c - a sample of a relation's rows as facts, and what extended statistics counted.
 *
 * The sample is read as planning is done, in the role and the subtransaction of statement_run. Where that is not
 * allowed, or fails, the core has to do with the statistics of single columns. Where row security applies nothing
 * is read: how wide the widest row is would tell of rows that the caller may not see.
 */
#include "gather_internal.h"

#include "nodes/makefuncs.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalog.h"

/* The most frequent value of a column that has all values about equally often, times their mean. */
#define EVEN 2.0

typedef struct SampleJob
{
    Gathered *gathered;
    const WhatifIndex *columns;
    int relation;
    int predicate;
    int attributes[GATHER_MAX_COLUMNS];
} SampleJob;

static WhatifIndex *columns_worth_a_sample(const Gathered *gathered, int relation, SampleJob *job);
static void add_distincts(Gathered *gathered, int relation);
static bool read_sample(SampleJob *job, const char *text, StatementFailure *failure);
static void sample_body(StatementContext *run, void *arg);
static void sample_values(SampleJob *job);
static int compare_sampled(const void *left, const void *right);

void
gather_sample(Gathered *gathered, int relation)
{
    MemoryContext caller = MemoryContextSwitchTo(gathered->context);
    SampleJob job = {gathered, .relation = relation, .predicate = NONE};
    StatementFailure failure;

    add_distincts(gathered, relation);
    job.columns = columns_worth_a_sample(gathered, relation, &job);
    if (job.columns != NULL)
        (void)read_sample(&job, psprintf("SELECT 1 FROM %s", AT(gathered, RELATIONS, RelationFact, relation)->name),
                          &failure);
    MemoryContextSwitchTo(caller);
}

/* A single column of fixed width is known by its statistics, unless some of its values (or NULL) are much more
 * frequent than others. */
static bool
is_worth_a_sample(const Gathered *gathered, const SampleJob *job, int n)
{
    const AttributeFact *first = n > 0 ? AT(gathered, ATTRIBUTES, AttributeFact, job->attributes[0]) : NULL;

    return n > 1 || (n == 1 && (first->typlen < 0 || first->null_fraction > 0 || first->n_distinct < 0 ||
                                first->top_frequency * first->n_distinct > EVEN));
}

/* Plain columns: what is an expression would have to be run, which only its owner may. */
static WhatifIndex *
columns_worth_a_sample(const Gathered *gathered, int relation, SampleJob *job)
{
    const RelationOrigin *origin = AT(gathered, RELATION_ORIGINS, RelationOrigin, relation);
    const RelationFact *fact = AT(gathered, RELATIONS, RelationFact, relation);
    WhatifIndex *columns = palloc0(sizeof(WhatifIndex));
    int n = 0;

    columns->relid = origin->relid;
    if (!fact->analysed || fact->rows <= 0)
        return NULL;
    for (int i = origin->first_attribute; i != NONE && n < GATHER_MAX_COLUMNS;
         i = AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->next)
    {
        AttrNumber attno = AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->attribute.attno;

        if (attno <= 0 || !AT(gathered, ATTRIBUTES, AttributeFact, i)->has_btree)
            continue;
        if (columns->n_keys < MAX_INDEX_KEYS)
            columns->keys[columns->n_keys++].attno = attno;
        else
            columns->includes[columns->n_includes++] = attno;
        job->attributes[n++] = i;
    }
    return is_worth_a_sample(gathered, job, n) ? columns : NULL;
}

static void
add_distincts(Gathered *gathered, int relation)
{
    const RelationOrigin *origin = AT(gathered, RELATION_ORIGINS, RelationOrigin, relation);
    ListCell *cell;

    foreach (cell, catalog_distincts(origin->relid))
    {
        const CatalogDistinct *counted = lfirst(cell);
        DistinctFact fact = {counted->n_columns, .n_distinct = counted->n_distinct};

        for (int i = 0; i < counted->n_columns; i++)
            fact.attributes[i] = gather_attribute(gathered, relation, counted->columns[i], NULL);
        for (int i = 1; i < counted->n_columns; i++)
            for (int j = i; j > 0 && fact.attributes[j] < fact.attributes[j - 1]; j--)
            {
                int32_t swapped = fact.attributes[j];

                fact.attributes[j] = fact.attributes[j - 1];
                fact.attributes[j - 1] = swapped;
            }
        *ADD(gathered, DISTINCTS, DistinctFact) = fact;
    }
}

/* ---- an index of the user's ---- */

char *
gather_index_statement(const WhatifIndex *index)
{
    StringInfoData text;

    initStringInfo(&text);
    appendStringInfoString(&text, "SELECT 1");
    for (int i = 0; i < index->n_keys; i++)
    {
        if (index->keys[i].attno == 0)
            appendStringInfo(&text, ", %s", catalog_deparse(index->relid, index->keys[i].expression, false));
    }
    appendStringInfo(&text, " FROM %s", catalog_relation_name(index->relid));
    if (index->predicate != NIL)
        appendStringInfo(
            &text, " WHERE %s",
            catalog_deparse(index->relid, (Node *)make_ands_explicit(copyObject(index->predicate)), false));
    return text.data;
}

bool
gather_sample_index(Gathered *gathered, const IndexDefinition *definition, const WhatifIndex *index,
                    StatementFailure *failure)
{
    MemoryContext caller = MemoryContextSwitchTo(gathered->context);
    SampleJob job = {gathered, index, definition->relation,
                     definition->n_predicates > 0 ? definition->predicates[0] : NONE};
    int n = definition->n_keys + definition->n_includes;
    bool done = true;

    add_distincts(gathered, definition->relation);
    for (int i = 0; i < definition->n_keys; i++)
        job.attributes[i] = definition->keys[i].attribute;
    for (int i = 0; i < definition->n_includes; i++)
        job.attributes[definition->n_keys + i] = definition->includes[i];
    if (index->predicate != NIL || is_worth_a_sample(gathered, &job, n))
        done = read_sample(&job, gather_index_statement(index), failure);
    MemoryContextSwitchTo(caller);
    return done;
}

/* ---- reading ---- */

static bool
read_sample(SampleJob *job, const char *text, StatementFailure *failure)
{
    bool done;

    done = statement_run(statement_from_text(text), sample_body, job, failure);
    if (COUNT(job->gathered, SAMPLED) > 0)
        qsort(AT(job->gathered, SAMPLED, SampledColumnFact, 0), COUNT(job->gathered, SAMPLED),
              sizeof(SampledColumnFact), compare_sampled);
    return done;
}

static int
compare_sampled(const void *left, const void *right)
{
    return ((const SampledColumnFact *)left)->attribute - ((const SampledColumnFact *)right)->attribute;
}

/* An index may have a column twice. */
static bool
is_sampled(const Gathered *gathered, int attribute)
{
    for (int i = 0; i < COUNT(gathered, SAMPLED); i++)
    {
        if (AT(gathered, SAMPLED, SampledColumnFact, i)->attribute == attribute)
            return true;
    }
    return false;
}

static void
sample_body(StatementContext *run, void *arg)
{
    SampleJob *job = arg;

    if (catalog_may_sample(job->columns->relid))
        sample_values(job);
}

/* The values themselves go with the subtransaction; what is made of them goes to the core. */
static void
sample_values(SampleJob *job)
{
    Gathered *gathered = job->gathered;
    MemoryContext values_context =
        AllocSetContextCreate(CurrentMemoryContext, "index_advisor sample", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(values_context);
    int n = job->columns->n_keys + job->columns->n_includes;
    SampledColumnFact columns[GATHER_MAX_COLUMNS] = {0};
    WhatifColumnTypes types;
    Oid leaf = catalog_sampled_leaf(job->columns->relid);
    GatheredValues *values;

    values = gather_values_begin(&types, n);
    if (OidIsValid(leaf))
        (void)whatif_read_rows(job->columns, leaf, &types, gather_values_add, values);
    MemoryContextSwitchTo(gathered->context);
    gather_values_finish(values, columns);
    for (int i = 0; i < n; i++)
    {
        if (is_sampled(gathered, job->attributes[i]))
            continue;
        columns[i].attribute = job->attributes[i];
        columns[i].predicate = job->predicate;
        *ADD(gathered, SAMPLED, SampledColumnFact) = columns[i];
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(values_context);
}
