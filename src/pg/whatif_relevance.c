/*
 * whatif_relevance.c - which of many hypothetical indexes a statement could use at all.
 *
 * The planner makes paths of an index where a condition or an order is on one of its keys, where its predicate is
 * implied, and where it has all columns that are read. So a full index of which no key is in a condition or
 * an order, and which lacks a column that is read, changes no plan; nor does a partial one on a column that no
 * condition is on. All this is told by column numbers, of the relation that the statement names. Numbers that
 * differ by 64 count as the same: an index too many costs time, one too few a plan.
 */
#include "whatif_internal.h"

#include "access/sysattr.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"

static uint64 columns_in(Node *tree, Index rti);
static uint64 columns_asked(const PlannerInfo *root, Index rti);
static bool is_asked(const TargetEntry *target, bool all_ordered);
static void sum_up(WhatifIndex *index);

void
whatif_asked_columns(PlannerInfo *root, Index rti, WhatifColumns *columns)
{
    columns->asked = columns_asked(root, rti);
    columns->read = columns->asked | columns_in((Node *)root->parse->targetList, rti) |
                    columns_in((Node *)root->parse->returningList, rti);
}

static uint64
column_bit(AttrNumber attno)
{
    return UINT64CONST(1) << (attno & 63);
}

static uint64
columns_in(Node *tree, Index rti)
{
    Bitmapset *attnos = NULL;
    uint64 columns = 0;
    int member = -1;

    pull_varattnos(tree, rti, &attnos);
    while ((member = bms_next_member(attnos, member)) >= 0)
        columns |= column_bit(member + FirstLowInvalidHeapAttributeNumber);
    bms_free(attnos);
    return columns;
}

/* In conditions, and in what is ordered, grouped or aggregated by. */
static uint64
columns_asked(const PlannerInfo *root, Index rti)
{
    const Query *query = root->parse;
    /* A UNION may want its arms in the order of any of their columns. */
    bool all_ordered = root->parent_root != NULL && root->parent_root->parse->setOperations != NULL;
    uint64 columns;
    ListCell *cell;

    /* Row security is not among the conditions yet. */
    columns = columns_in((Node *)root->simple_rte_array[rti]->securityQuals, rti) |
              columns_in((Node *)query->jointree, rti) | columns_in(query->havingQual, rti) |
              columns_in((Node *)query->mergeActionList, rti);
    foreach (cell, query->targetList)
    {
        const TargetEntry *target = lfirst_node(TargetEntry, cell);

        if (is_asked(target, all_ordered))
            columns |= columns_in((Node *)target->expr, rti);
    }
    return columns;
}

static bool
is_asked(const TargetEntry *target, bool all_ordered)
{
    return all_ordered || target->ressortgroupref != 0 || contain_agg_clause((Node *)target->expr) ||
           contain_windowfuncs((Node *)target->expr);
}

bool
whatif_is_relevant(WhatifIndex *index, const WhatifColumns *columns)
{
    if (index->key_columns == 0)
        sum_up(index);
    return (index->key_columns & columns->asked) != 0 || (columns->read & ~index->all_columns) == 0;
}

/* What decides about a partial index is its predicate. */
static void
sum_up(WhatifIndex *index)
{
    uint64 keys = 0, all = 0;

    for (int i = 0; i < index->n_keys; i++)
    {
        if (index->keys[i].attno != 0)
            all |= column_bit(index->keys[i].attno);
        else
            keys |= columns_in(index->keys[i].expression, 1);
    }
    keys |= all;
    for (int i = 0; i < index->n_includes; i++)
        all |= column_bit(index->includes[i]);
    if (index->predicate != NIL)
    {
        keys = columns_in((Node *)index->predicate, 1);
        all = 0;
    }
    /* What names no column can always be there. */
    index->key_columns = keys != 0 ? keys : PG_UINT64_MAX;
    index->all_columns = keys != 0 ? all : PG_UINT64_MAX;
}
