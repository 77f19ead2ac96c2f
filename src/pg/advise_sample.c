/*
 * advise_sample.c - the size of an index from a sample of its table's rows.
 *
 * Reading the sample runs what the index would run: its expressions, its predicate, its operator classes. It is
 * done as planning is, in the role and the subtransaction of statement_run, on the index's own columns and
 * conditions written as a statement, so that the same functions are judged.
 */
#include "advise_internal.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "catalog.h"
#include "settings.h"

typedef struct SampleJob
{
    const WhatifIndex *index;
    Oid relid;
    IndexSample *sample;
    bool started;
} SampleJob;

static Oid largest_leaf(Oid relid);
static char *statement_of(const WhatifIndex *index);
static void sample_body(StatementContext *run, void *arg);
static void refuse(const SampleJob *job, const StatementFailure *failure);

void
advise_sample(const WhatifIndex *index, IndexSample *sample)
{
    SampleJob job = {index, largest_leaf(index->relid), sample};
    RelationFact relation = {0};
    StatementFailure failure;

    catalog_relation(index->relid, &relation);
    memset(sample, 0, sizeof(*sample));
    sample->method = index->kind;
    sample->rows = relation.rows;
    sample->heap_pages = relation.pages;
    sample->partitions = relation.partitions;
    sample->pages_per_range = index->pages_per_range;
    sample->entry_bytes = index->entry_bytes;
    if (!OidIsValid(job.relid))
        return;
    if (setting_sample_blocks == 0 && index->kind != METHOD_BLOOM)
        ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("the size of such an index on %s is not known without a sample of its rows", relation.name),
                errhint("Set index_advisor.sample_blocks above 0."));

    /* What fails on a row, or how long it is, would tell of rows that the caller may not see. */
    if (check_enable_rls(index->relid, InvalidOid, true) == RLS_ENABLED)
        ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                errmsg("cannot sample %s: its row security policies apply to you", relation.name),
                errhint("Ask the owner of the table, or somebody with BYPASSRLS."));
    if (!statement_run(statement_from_text(statement_of(index)), sample_body, &job, &failure))
        refuse(&job, &failure);
}

/* InvalidOid: a partitioned table without partitions. */
static Oid
largest_leaf(Oid relid)
{
    Oid largest = InvalidOid;
    float4 most = -2;
    ListCell *cell;

    foreach (cell, catalog_leaves(relid))
    {
        RelationFact leaf = {0};

        catalog_relation(lfirst_oid(cell), &leaf);
        if (leaf.rows <= most)
            continue;
        most = leaf.rows;
        largest = lfirst_oid(cell);
    }
    return largest;
}

/* All that the index runs, but for its operator classes, which a superuser made. */
static char *
statement_of(const WhatifIndex *index)
{
    StringInfoData text;
    RelationFact relation = {0};

    catalog_relation(index->relid, &relation);
    initStringInfo(&text);
    appendStringInfoString(&text, "SELECT 1");
    for (int i = 0; i < index->n_keys; i++)
    {
        if (index->keys[i].attno == 0)
            appendStringInfo(&text, ", %s", catalog_deparse(index->relid, index->keys[i].expression, false));
    }
    appendStringInfo(&text, " FROM %s", relation.name);
    if (index->predicate != NIL)
        appendStringInfo(
            &text, " WHERE %s",
            catalog_deparse(index->relid, (Node *)make_ands_explicit(copyObject(index->predicate)), false));
    return text.data;
}

static void
sample_body(StatementContext *run, void *arg)
{
    SampleJob *job = arg;
    MemoryContext previous = MemoryContextSwitchTo(run->result_context);

    job->started = true;
    whatif_sample(job->index, job->relid, job->sample);
    MemoryContextSwitchTo(previous);
}

static void
refuse(const SampleJob *job, const StatementFailure *failure)
{
    if (!job->started)
        ereport(ERROR, errcode(failure->sqlerrcode), errmsg_internal("%s", failure->message));
    ereport(ERROR, errcode(failure->sqlerrcode),
            errmsg("the index cannot be built on the rows of \"%s\"", get_rel_name(job->relid)),
            errdetail_internal("%s", failure->message),
            errhint("CREATE INDEX would fail as well: change its expressions or its predicate."));
}
