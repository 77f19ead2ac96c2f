/*
 * advise_build.c - what the time of a build depends on.
 *
 * How fast the steps are is timed as a sample is read: under the rights of statement_run, on the index's own
 * columns and conditions written as a statement. Failures are no errors here: that the index cannot be built was
 * said when its size was asked for.
 */
#include "advise_internal.h"

#include "access/table.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/paths.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"

#include "catalog.h"
#include "settings.h"

/* As plan_create_index_workers: each process that sorts needs so much of maintenance_work_mem. */
#define WORKER_MEMORY_KB 32768

typedef struct PaceJob
{
    const WhatifIndex *index;
    BuildFacts *facts;
} PaceJob;

static void pace_body(StatementContext *run, void *arg);
static int build_workers(const WhatifIndex *index, Relation part);
static bool is_parallel_safe_index(const WhatifIndex *index);

BuildFacts
advise_build_facts(const WhatifIndex *index)
{
    RelationFact relation = {0};
    BuildFacts facts = {
        .method = index->kind,
        .size = index->size,
        .concurrently = index->concurrently,
        .sort_memory = maintenance_work_mem * 1024.0,
        .buffers = NBuffers,
        .block_size = BLCKSZ,
        .pace.block = UNKNOWN,
    };
    PaceJob job = {index, &facts};
    StatementFailure failure;

    catalog_relation(index->relid, &relation);
    facts.rows = Max(0, relation.rows);
    facts.heap_pages = relation.pages;
    facts.partitions = relation.partitions;
    if (setting_sample_blocks > 0 &&
        !statement_run(statement_from_text(gather_index_statement(index)), pace_body, &job, &failure))
        ereport(DEBUG1, errmsg_internal("the build of an index is not timed: %s", failure.message));
    return facts;
}

static void
pace_body(StatementContext *run, void *arg)
{
    PaceJob *job = arg;
    Oid leaf = catalog_sampled_leaf(job->index->relid);
    Relation part;

    if (!OidIsValid(leaf) || !catalog_may_sample(job->index->relid))
        return;
    job->facts->pace = whatif_pace(job->index, leaf);
    part = table_open(leaf, AccessShareLock);
    job->facts->workers = build_workers(job->index, part);
    table_close(part, AccessShareLock);
}

/* As plan_create_index_workers decides it, which wants the index to be there. */
static int
build_workers(const WhatifIndex *index, Relation part)
{
    RelOptInfo *rel = makeNode(RelOptInfo);
    int workers = RelationGetParallelWorkers(part, -1);

    if (index->kind != METHOD_BTREE || max_parallel_maintenance_workers == 0 || RelationUsesLocalBuffers(part) ||
        !is_parallel_safe_index(index))
        return 0;
    rel->reloptkind = RELOPT_BASEREL;
    rel->rel_parallel_workers = -1;
    if (workers < 0)
        workers =
            compute_parallel_worker(rel, RelationGetNumberOfBlocks(part), -1, max_parallel_maintenance_workers);
    workers = Min(workers, max_parallel_maintenance_workers);
    while (workers > 0 && maintenance_work_mem / (workers + 1) < WORKER_MEMORY_KB)
        workers--;
    return workers;
}

static bool
is_parallel_safe_index(const WhatifIndex *index)
{
    PlannerInfo *root = makeNode(PlannerInfo);

    root->glob = makeNode(PlannerGlobal);
    root->glob->maxParallelHazard = PROPARALLEL_UNSAFE;
    for (int i = 0; i < index->n_keys; i++)
    {
        if (!is_parallel_safe(root, index->keys[i].expression))
            return false;
    }
    return is_parallel_safe(root, (Node *)index->predicate);
}
