/*
 * whatif_brin.c - what a hypothetical brin index costs.
 *
 * The server's own function assumes of an index that it cannot look into that it has
 * the default number of pages per range and one page too many to map them. Both enter the cost in a known way: the
 * table is shown to it with as many pages as make the number of ranges right, and the rest is put right afterwards.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/brin.h"
#include "access/brin_page.h"
#include "optimizer/optimizer.h"
#include "utils/index_selfuncs.h"
#include "utils/spccache.h"

/* What the server charges for a page of a range that is visited. */
#define RANGE_PAGE_COST (0.1 * cpu_operator_cost)

/* The pages that the server assumes to map so many ranges, less those that there will be. */
static double
surplus_map_pages(double ranges)
{
    double assumed = floor(ranges / REVMAP_PAGE_MAXITEMS) + 1;
    double last = Max(1.0, ceil(ranges / REVMAP_PAGE_MAXITEMS));

    /* A real index is asked for the number of its last such page, and that less one is taken. */
    return assumed - (last - 1);
}

void
whatif_brin_cost(struct PlannerInfo *root, struct IndexPath *path, double loop_count, Cost *startup_cost,
                 Cost *total_cost, Selectivity *selectivity, double *correlation, double *pages)
{
    const WhatifIndexInfo *index = (const WhatifIndexInfo *)path->indexinfo;
    RelOptInfo *rel = path->indexinfo->rel;
    BlockNumber heap_pages = rel->pages;
    double ranges = Max(1.0, ceil((double)heap_pages / index->pages_per_range));
    double random_page, sequential_page, surplus;

    rel->pages = (BlockNumber)Min(ranges * BRIN_DEFAULT_PAGES_PER_RANGE, (double)MaxBlockNumber);
    brincostestimate(root, path, loop_count, startup_cost, total_cost, selectivity, correlation, pages);
    rel->pages = heap_pages;

    get_tablespace_page_costs(path->indexinfo->reltablespace, &random_page, &sequential_page);
    surplus = surplus_map_pages(ranges) * loop_count;
    *startup_cost -= sequential_page * surplus;
    *total_cost +=
        (random_page - sequential_page) * surplus +
        RANGE_PAGE_COST * *selectivity * ranges * (index->pages_per_range - BRIN_DEFAULT_PAGES_PER_RANGE);
}
