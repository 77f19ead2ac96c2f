/*
 * advise_sample.c - what a sample of its table's rows says of an index: statistics of its expressions, what its
 * predicate lets pass, and the size of one that is no b-tree.
 *
 * Reading the sample runs what the index would run: its expressions, its predicate, its operator classes. It is
 * done as planning is, in the role and the subtransaction of statement_run, on the index's own columns and
 * conditions written as a statement, so that the same functions are judged.
 */
#include "advise_internal.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "catalog.h"
#include "compat.h"
#include "settings.h"

typedef struct SampleJob
{
    const WhatifIndex *index;
    Oid relid;
    IndexSample *sample;   /* NULL: only statistics are to be learnt */
    MemoryContext context; /* of what the sample holds */
    WhatifShare share;
    bool started;
} SampleJob;

static void sample_work(void *arg);
static double different_values(const WhatifIndex *index, const RelationFact *relation);
static void know_from_catalog(const WhatifIndex *index);
static bool has_unknown_expression(const WhatifIndex *index);
static bool statistics_judge(Oid relid, List *predicate);
static AttrNumber compared_column(Node *clause);
static bool is_comparison(Oid op);
static AttrNumber column_beside(List *operands);
static void run_sample(SampleJob *job);
static void sample_body(StatementContext *run, void *arg);
static void refuse(const SampleJob *job, const StatementFailure *failure);

void
advise_check_analysed(Oid relid)
{
    RelationFact relation = {0};

    catalog_relation(relid, &relation);
    if (relation.rows < 0)
        ereport(
            ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
            errmsg(
                "the rows of %s were not counted since it was made or truncated, so the size of an index on it is "
                "not known",
                relation.name),
            errhint("Run ANALYZE %s.", relation.name));
}

/* What a process of a build gathers before it writes; 0: all, as the server sorts where it takes several processes.
 */
static double
gin_build_memory(const RelationFact *relation)
{
    const int least_of_process = 32 * 1024;

    if (COMPAT_GIN_SORTS_IN_PARALLEL && max_parallel_maintenance_workers > 0 &&
        relation->pages / Max(1, relation->partitions) >= min_parallel_table_scan_size &&
        maintenance_work_mem >= 2 * least_of_process)
        return 0;
    return maintenance_work_mem * 1024.0;
}

void
advise_sample(const WhatifIndex *index, IndexSample *sample)
{
    SampleJob job = {index, catalog_sampled_leaf(index->relid), sample, CurrentMemoryContext};
    RelationFact relation = {0};

    catalog_relation(index->relid, &relation);
    memset(sample, 0, sizeof(*sample));
    sample->method = index->kind;
    sample->rows = relation.rows;
    sample->heap_pages = relation.pages;
    sample->partitions = relation.partitions;
    sample->pages_per_range = index->pages_per_range;
    sample->entry_bytes = index->entry_bytes;
    sample->build_memory = gin_build_memory(&relation);
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
    know_from_catalog(index);
    run_sample(&job);
    sample->values = different_values(index, &relation);
}

/* Of the column that a gin index is on, or that its expression is made of; 0: not known. */
static double
different_values(const WhatifIndex *index, const RelationFact *relation)
{
    AttributeFact column = {0};
    AttrNumber attno = index->keys[0].attno;

    if (index->kind != METHOD_GIN || index->n_keys > 1 || index->predicate != NIL || relation->partitions > 0)
        return 0;
    if (attno == 0)
        attno = catalog_only_column(index->keys[0].expression);
    if (attno == InvalidAttrNumber)
        return 0;
    catalog_attribute(index->relid, attno, NULL, &column);
    return Max(0, column.n_distinct);
}

/* Nobody asked for this index: that it cannot be sampled is no error. */
bool
session_sample(Session *session, const IndexDefinition *definition, IndexSample *sample, bool *too_wide)
{
    const IndexSize unknown = {0};
    SampleJob job = {gather_whatif(session->gathered, definition, &unknown), .sample = sample,
                     .context = CurrentMemoryContext};
    ErrorData *error;

    *too_wide = false;
    if (setting_sample_blocks == 0 || !catalog_may_sample(job.index->relid))
        return false;
    error = statement_guarded(sample_work, &job);
    *too_wide = error != NULL && error->sqlerrcode == ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    return error == NULL;
}

static void
sample_work(void *arg)
{
    SampleJob *job = arg;

    /* What the subtransaction allocates goes with it. */
    MemoryContextSwitchTo(job->context);
    advise_sample(job->index, job->sample);
}

/* Rows that the caller may not see are not sampled: then statistics have to do. */
WhatifShare
advise_learn(const WhatifIndex *index)
{
    SampleJob job = {index, catalog_sampled_leaf(index->relid)};

    know_from_catalog(index);
    if (OidIsValid(job.relid) && setting_sample_blocks > 0 &&
        (has_unknown_expression(index) || !statistics_judge(index->relid, index->predicate)) &&
        check_enable_rls(index->relid, InvalidOid, true) != RLS_ENABLED)
        run_sample(&job);
    return job.share;
}

bool
advise_try_share(const WhatifIndex *index, WhatifShare *share)
{
    SampleJob job = {index, catalog_sampled_leaf(index->relid)};
    StatementFailure failure;

    if (!OidIsValid(job.relid) ||
        !statement_run(statement_from_text(gather_index_statement(index)), sample_body, &job, &failure))
        return false;
    *share = job.share;
    return share->rows_read > 0;
}

/* What an index that is there already has for a key, ANALYZE knows better. */
static void
know_from_catalog(const WhatifIndex *index)
{
    for (int i = 0; i < index->n_keys; i++)
    {
        HeapTuple statistics = index->keys[i].attno == 0
                                   ? catalog_expression_statistics(index->relid, index->keys[i].expression)
                                   : NULL;

        if (statistics)
            whatif_know(index, i, statistics);
    }
}

static bool
has_unknown_expression(const WhatifIndex *index)
{
    for (int i = 0; i < index->n_keys; i++)
    {
        if (index->keys[i].attno == 0 && !whatif_is_known(index, i))
            return true;
    }
    return false;
}

/*
 * Comparisons of one analysed column with constants: statistics are of more rows than a sample. Of several columns
 * the planner assumes that they have nothing to do with each other, and of expressions it knows nothing.
 */
static bool
statistics_judge(Oid relid, List *predicate)
{
    AttrNumber attno = InvalidAttrNumber;
    ListCell *cell;

    foreach (cell, predicate)
    {
        Node *clause = lfirst(cell);
        AttrNumber column = compared_column(clause);

        if (!contain_var_clause(clause))
            continue;
        if (column <= 0 || (attno != InvalidAttrNumber && column != attno))
            return false;
        attno = column;
    }
    return attno == InvalidAttrNumber || catalog_is_analysed(relid, attno);
}

/* InvalidAttrNumber where the clause says something else. */
static AttrNumber
compared_column(Node *clause)
{
    if (is_notclause(clause))
        return compared_column((Node *)get_notclausearg((Expr *)clause));
    if (IsA(clause, Var))
        return ((Var *)clause)->varattno;
    if (IsA(clause, NullTest))
        return column_beside(list_make1(((NullTest *)clause)->arg));
    if (IsA(clause, BooleanTest))
        return column_beside(list_make1(((BooleanTest *)clause)->arg));
    if (IsA(clause, OpExpr) && is_comparison(((OpExpr *)clause)->opno))
        return column_beside(((OpExpr *)clause)->args);
    if (IsA(clause, ScalarArrayOpExpr) && is_comparison(((ScalarArrayOpExpr *)clause)->opno))
        return column_beside(((ScalarArrayOpExpr *)clause)->args);
    return InvalidAttrNumber;
}

/* What the most common values and the histogram of a column answer. */
static bool
is_comparison(Oid op)
{
    RegProcedure estimator = get_oprrest(op);

    return estimator == F_EQSEL || estimator == F_NEQSEL || estimator == F_SCALARLTSEL ||
           estimator == F_SCALARLESEL || estimator == F_SCALARGTSEL || estimator == F_SCALARGESEL;
}

/* The column among operands that are constants but for it. */
static AttrNumber
column_beside(List *operands)
{
    AttrNumber attno = InvalidAttrNumber;
    ListCell *cell;

    foreach (cell, operands)
    {
        Node *operand = strip_implicit_coercions(lfirst(cell));

        if (!contain_var_clause(operand))
            continue;
        if (!IsA(operand, Var) || attno != InvalidAttrNumber)
            return InvalidAttrNumber;
        attno = ((Var *)operand)->varattno;
    }
    return attno;
}

static void
run_sample(SampleJob *job)
{
    StatementFailure failure;

    if (!statement_run(statement_from_text(gather_index_statement(job->index)), sample_body, job, &failure))
        refuse(job, &failure);
}

/* The role in effect need not be the caller: it is one that the index's functions may run as. */
static void
sample_body(StatementContext *run, void *arg)
{
    SampleJob *job = arg;
    MemoryContext previous;

    if (!catalog_may_sample(job->index->relid))
        ereport(
            ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
            errmsg("rows of \"%s\" cannot be sampled: the index runs functions of \"%s\", who may not read them",
                   get_rel_name(job->relid), GetUserNameFromId(GetUserId(), false)));
    previous = MemoryContextSwitchTo(run->result_context);
    job->started = true;
    if (job->sample)
        whatif_sample(job->index, job->relid, job->sample);
    else
        job->share = whatif_learn(job->index, job->relid);
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
