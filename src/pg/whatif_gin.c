/*
 * whatif_gin.c - what a hypothetical gin index costs.
 *
 * The server's own function (gincostestimate) reads the numbers of keys and pages from the index's
 * first page, and without one makes them up from the size. This one charges what that one charges, in two steps:
 * what the conditions look for, as their operator class extracts it, and what finding it takes in an index whose
 * keys and pages are those that the sample showed.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/gin.h"
#include "access/gin_private.h"
#include "access/reloptions.h"
#include "catalog/pg_collation.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/index_selfuncs.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/spccache.h"

#include "compat.h"

/* Keys that a prefix is assumed to match. */
#define KEYS_PER_PREFIX 100

/* CPU of a page, in operators, as for other methods. */
#define OPERATORS_PER_PAGE 50.0

/* What one scan looks for. */
typedef struct Wanted
{
    double exact;    /* keys given in full */
    double prefixes; /* keys expected to match what is given in part */
    double searches; /* descents of the tree of keys */
    double scans;    /* one for each combination of array elements */
    bool everything[INDEX_MAX_KEYS], something[INDEX_MAX_KEYS];
} Wanted;

static bool want_clause(PlannerInfo *root, const WhatifIndexInfo *index, int column, Expr *clause, Wanted *wanted);
static Const *constant_operand(PlannerInfo *root, Node **operand);
static bool want_value(const IndexOptInfo *info, int column, Oid operator, Datum value, Wanted *wanted);
static bool want_array(const WhatifIndexInfo *index, int column, Oid operator, Datum array, Wanted *wanted);
static void want_every_key(const WhatifIndexInfo *index, Wanted *wanted);
static bool is_full_scan(const IndexOptInfo *info, const Wanted *wanted);
static double cached(double fetched, double pages, const Wanted *wanted, double loops, PlannerInfo *root);
static void charge(PlannerInfo *root, const WhatifIndexInfo *index, const Wanted *wanted, double loops, List *quals,
                   double selectivity, Cost *startup_cost, Cost *total_cost, double *pages);

void
whatif_gin_cost(struct PlannerInfo *root, struct IndexPath *path, double loop_count, Cost *startup_cost,
                Cost *total_cost, Selectivity *selectivity, double *correlation, double *pages)
{
    const WhatifIndexInfo *index = (const WhatifIndexInfo *)path->indexinfo;
    List *quals = get_quals_from_indexclauses(path->indexclauses);
    Wanted wanted = {.scans = 1};
    ListCell *cell, *inner;

    *correlation = 0;
    *startup_cost = *total_cost = *pages = 0;
    *selectivity = clauselist_selectivity(root, add_predicate_to_index_quals(path->indexinfo, quals),
                                          path->indexinfo->rel->relid, JOIN_INNER, NULL);
    foreach (cell, path->indexclauses)
    {
        IndexClause *clause = lfirst_node(IndexClause, cell);

        foreach (inner, clause->indexquals)
        {
            if (want_clause(root, index, clause->indexcol, lfirst_node(RestrictInfo, inner)->clause, &wanted))
                continue;
            /* Nothing can match. */
            *selectivity = 0;
            return;
        }
    }
    if (quals == NIL || is_full_scan(path->indexinfo, &wanted))
        want_every_key(index, &wanted);
    charge(root, index, &wanted, loop_count, quals, *selectivity, startup_cost, total_cost, pages);
}

/* ---- what is looked for ---- */

/* False if nothing can match. */
static bool
want_clause(PlannerInfo *root, const WhatifIndexInfo *index, int column, Expr *clause, Wanted *wanted)
{
    bool is_array = IsA(clause, ScalarArrayOpExpr);
    List *arguments = is_array ? ((ScalarArrayOpExpr *)clause)->args : ((OpExpr *)clause)->args;
    Oid operator= is_array ? ((ScalarArrayOpExpr *)clause)->opno : ((OpExpr *)clause)->opno;
    Node *operand = lsecond(arguments);
    Const *constant;

    if (!is_array && !IsA(clause, OpExpr))
        elog(ERROR, "a condition of node type %d on a gin index", (int)nodeTag(clause));
    constant = constant_operand(root, &operand);
    if (constant == NULL)
    {
        wanted->exact++;
        wanted->searches++;
        if (is_array)
            wanted->scans *= compat_array_length(root, operand);
        return true;
    }
    if (constant->constisnull)
        return false;
    return is_array ? want_array(index, column, operator, constant->constvalue, wanted)
                    : want_value(&index->info, column, operator, constant->constvalue, wanted);
}

/* NULL where the value is known only when the statement runs. */
static Const *
constant_operand(PlannerInfo *root, Node **operand)
{
    *operand = estimate_expression_value(root, *operand);
    if (IsA(*operand, RelabelType))
        *operand = (Node *)((RelabelType *)*operand)->arg;
    return IsA(*operand, Const) ? (Const *)*operand : NULL;
}

/* The operator class says which keys a value asks for. */
static bool
want_value(const IndexOptInfo *info, int column, Oid operator, Datum value, Wanted *wanted)
{
    Oid family = info->opfamily[column];
    Oid type = info->opcintype[column];
    Oid collation = info->indexcollations[column];
    int32 n_keys = 0;
    int32 mode = GIN_SEARCH_MODE_DEFAULT;
    bool *partial = NULL, *nulls = NULL;
    Pointer *extra = NULL;
    int strategy;
    Oid left, right;
    FmgrInfo extract;

    get_op_opfamily_properties(operator, family, false, &strategy, &left, &right);
    fmgr_info(get_opfamily_proc(family, type, type, GIN_EXTRACTQUERY_PROC), &extract);
    set_fn_opclass_options(&extract, info->opclassoptions[column]);
    FunctionCall7Coll(&extract, OidIsValid(collation) ? collation : DEFAULT_COLLATION_OID, value,
                      PointerGetDatum(&n_keys), UInt16GetDatum(strategy), PointerGetDatum(&partial),
                      PointerGetDatum(&extra), PointerGetDatum(&nulls), PointerGetDatum(&mode));
    if (n_keys <= 0 && mode == GIN_SEARCH_MODE_DEFAULT)
        return false;

    for (int i = 0; i < n_keys; i++)
    {
        if (partial && partial[i])
            wanted->prefixes += KEYS_PER_PREFIX;
        else
            wanted->exact++;
        wanted->searches++;
    }
    if (mode == GIN_SEARCH_MODE_INCLUDE_EMPTY)
    {
        wanted->exact++;
        wanted->searches++;
    }
    if (mode == GIN_SEARCH_MODE_ALL)
        wanted->everything[column] = true;
    else
        wanted->something[column] = true;
    return true;
}

/* A scan for each element that can match: on average each looks for that much. */
static bool
want_array(const WhatifIndexInfo *index, int column, Oid operator, Datum array, Wanted *wanted)
{
    ArrayType *values = DatumGetArrayTypeP(array);
    Wanted sum = {0};
    Datum *elements;
    bool *nulls, by_value;
    int16 length;
    char alignment;
    int n, n_possible = 0;

    get_typlenbyvalalign(ARR_ELEMTYPE(values), &length, &by_value, &alignment);
    deconstruct_array(values, ARR_ELEMTYPE(values), length, by_value, alignment, &elements, &nulls, &n);
    for (int i = 0; i < n; i++)
    {
        Wanted one = {0};

        if (nulls[i] || !want_value(&index->info, column, operator, elements[i], &one))
            continue;
        n_possible++;
        if (one.everything[column] && !one.something[column])
            want_every_key(index, &one);
        sum.exact += one.exact;
        sum.prefixes += one.prefixes;
        sum.searches += one.searches;
    }
    if (n_possible == 0)
        return false;
    wanted->exact += sum.exact / n_possible;
    wanted->prefixes += sum.prefixes / n_possible;
    wanted->searches += sum.searches / n_possible;
    wanted->scans *= n_possible;
    return true;
}

static double
key_count(const WhatifIndexInfo *index)
{
    return Max(1.0, index->size.entries);
}

static void
want_every_key(const WhatifIndexInfo *index, Wanted *wanted)
{
    wanted->prefixes = 0;
    wanted->exact = wanted->searches = key_count(index);
}

static bool
is_full_scan(const IndexOptInfo *info, const Wanted *wanted)
{
    for (int i = 0; i < info->nkeycolumns; i++)
    {
        if (wanted->everything[i] && !wanted->something[i])
            return true;
    }
    return false;
}

/* ---- what that costs ---- */

/* Pages read of so many that there are: some are met again, in other scans or other turns of a loop. */
static double
cached(double fetched, double pages, const Wanted *wanted, double loops, PlannerInfo *root)
{
    if (loops <= 1 && wanted->scans <= 1)
        return fetched;
    return index_pages_fetched(fetched * loops * wanted->scans, (BlockNumber)pages, pages, root) / loops;
}

static void
charge(PlannerInfo *root, const WhatifIndexInfo *index, const Wanted *wanted, double loops, List *quals,
       double selectivity, Cost *startup_cost, Cost *total_cost, double *pages)
{
    double keys = key_count(index);
    double rows = index->info.tuples * selectivity;
    double prefix_share = Min(1.0, wanted->prefixes / keys);
    double operator_cost = cpu_operator_cost * list_length(quals);
    double operand_cost = index_other_operands_eval_cost(root, quals);
    double random_page, startup = 0, total = 0;
    double entry_pages = ceil(wanted->searches * rint(pow(index->size.entry_pages, 0.15))) +
                         ceil(index->size.entry_pages * prefix_share);
    double prefix_pages = ceil(index->size.data_pages * prefix_share);
    double data_pages = Max(ceil(index->size.data_pages * wanted->exact / keys),
                            ceil(selectivity * (index->info.tuples / (BLCKSZ / 3))));

    get_tablespace_page_costs(index->info.reltablespace, &random_page, NULL);
    if (COMPAT_GIN_CHARGES_CPU)
    {
        double page_cpu = OPERATORS_PER_PAGE * cpu_operator_cost;
        double descent = keys > 1 ? ceil(log(keys) / log(2.0)) * cpu_operator_cost : 0;

        startup = wanted->searches * (descent + page_cpu) + (entry_pages + prefix_pages) * page_cpu;
        total =
            wanted->scans * (wanted->searches * (descent + operator_cost) + (entry_pages + data_pages) * page_cpu) +
            (wanted->scans - 1) * prefix_pages * page_cpu + rows * cpu_index_tuple_cost;
    }
    else
        total = rows * (cpu_index_tuple_cost + operator_cost);

    /* All keys that match a prefix are read before the first row comes. */
    startup += (cached(entry_pages, index->size.entry_pages, wanted, loops, root) +
                cached(prefix_pages, index->size.data_pages, wanted, loops, root)) *
               random_page;
    *pages = cached(data_pages, index->size.data_pages, wanted, loops, root);
    *startup_cost = startup + operand_cost;
    *total_cost = startup + total + *pages * random_page + operand_cost;
}
