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
#include "access/htup_details.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/index_selfuncs.h"
#include "utils/spccache.h"
#include "utils/syscache.h"

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

/* ---- what pages of a range cost ---- */

/* As cost_bitmap_heap_scan has it: rows that lie anywhere, so that each costs a page until there are no more pages.
 */
static double
assumed_cost(double pages, double rows, double random_page, double sequential_page)
{
    double fetched = Min(pages, ceil(2.0 * pages * rows / (2.0 * pages + rows)));

    return fetched * (random_page - (random_page - sequential_page) * sqrt(fetched / pages));
}

/* Of one scan: rows are all of the ranges that are read, since brin knows no better. */
static double
surplus_of(const BitmapHeapScan *scan, const WhatifIndex *index, const PlannedStmt *plan)
{
    Oid relid = rt_fetch(scan->scan.scanrelid, plan->rtable)->relid;
    double rows = outerPlan(scan)->plan_rows;
    double random_page, sequential_page, pages, all_rows, ranges;
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    Oid tablespace;

    if (!HeapTupleIsValid(tuple))
        return 0;
    pages = ((Form_pg_class)GETSTRUCT(tuple))->relpages;
    all_rows = ((Form_pg_class)GETSTRUCT(tuple))->reltuples;
    tablespace = ((Form_pg_class)GETSTRUCT(tuple))->reltablespace;
    ReleaseSysCache(tuple);
    if (pages < 1 || all_rows < 1 || rows > all_rows)
        return 0;
    get_tablespace_page_costs(tablespace, &random_page, &sequential_page);
    ranges = ceil(rows / all_rows * pages / index->pages_per_range);
    return Max(0.0, assumed_cost(pages, rows, random_page, sequential_page) -
                        (rows / all_rows * pages * sequential_page + ranges * (random_page - sequential_page)));
}

static double surplus_below(const Plan *plan, const PlannedStmt *statement, WhatifIndex **indexes, int n);

static double
surplus_of_all(const List *plans, const PlannedStmt *statement, WhatifIndex **indexes, int n)
{
    double surplus = 0;
    ListCell *cell;

    foreach (cell, plans)
        surplus += surplus_below(lfirst(cell), statement, indexes, n);
    return surplus;
}

/* The inner side of a nested loop is left out: how often it runs is not known here, and brin is rarely there. */
static double
surplus_below(const Plan *plan, const PlannedStmt *statement, WhatifIndex **indexes, int n)
{
    double surplus = 0;

    check_stack_depth();
    for (; plan != NULL; plan = plan->lefttree)
    {
        if (IsA(plan, BitmapHeapScan))
        {
            int position = whatif_position(outerPlan(plan));

            return position >= 0 && position < n && indexes[position]->kind == METHOD_BRIN
                       ? surplus_of((const BitmapHeapScan *)plan, indexes[position], statement)
                       : 0;
        }
        if (plan->righttree && !IsA(plan, NestLoop))
            surplus += surplus_below(plan->righttree, statement, indexes, n);
        surplus += surplus_of_all(whatif_child_plans((Plan *)plan), statement, indexes, n);
    }
    return surplus;
}

double
whatif_brin_surplus(const PlannedStmt *plan, WhatifIndex **indexes, int n)
{
    return surplus_below(plan->planTree, plan, indexes, n);
}
