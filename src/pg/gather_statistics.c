/*
 * gather_statistics.c - what a sample says of conditions that were misjudged together.
 *
 * The conditions are evaluated on the sampled rows as keys of an index would be, beside the values of their
 * columns, in the role and the subtransaction of statement_run: only what somebody may run who may read the rows.
 * What goes to the core are ranks of values, and which conditions each row meets.
 */
#include "gather_internal.h"

#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/typcache.h"

#include "catalog.h"
#include "settings.h"

/* Which of so many conditions a row meets. */
#define MASKS (1 << MAX_STATISTICS_CONDITIONS)

typedef struct StatisticsJob
{
    GatheredStatistics *found;
    WhatifColumnTypes types; /* of the index */
    WhatifColumnTypes value_types;
    GatheredValues *values; /* of the columns, and of the mask as one more */
    bool met[MASKS];
} StatisticsJob;

static bool is_evaluable(Oid relid, const PredicateFact *fact, Node *clause);
static void add_condition(const Gathered *gathered, int predicate, GatheredStatistics *found);
static void sample_body(StatementContext *run, void *arg);
static bool add_row(void *arg, ItemPointer address, const Datum *row, const bool *nulls);
static void finish(StatisticsJob *job);

static void
begin_statistics(const Gathered *gathered, int request, GatheredStatistics *found)
{
    int number = AT(gathered, REQUESTS, RequestFact, request)->relation;
    const RelationFact *relation = AT(gathered, RELATIONS, RelationFact, number);

    memset(found, 0, sizeof(*found));
    found->index.relid = gather_relation_oid(gathered, number);
    found->facts.rows = relation->rows;
    found->facts.modified_rows = relation->modified_rows;
}

bool
gather_statistics(Gathered *gathered, int request, GatheredStatistics *found)
{
    const RequestFact *fact = AT(gathered, REQUESTS, RequestFact, request);

    begin_statistics(gathered, request, found);
    found->facts.planned = fact->planned_selectivity;
    found->facts.counted = fact->selectivity;
    for (int i = 0; i < fact->n_predicates; i++)
        add_condition(gathered, fact->first_predicate + i, found);
    return found->facts.n_columns > 1;
}

/* The planner does not count the values of a boolean: it takes them for two. */
static bool
is_counted(Oid relid, AttrNumber attno)
{
    Oid type = get_atttype(relid, attno);

    return type != BOOLOID && OidIsValid(lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr);
}

bool
gather_statistics_of_groups(Gathered *gathered, int request, const Bitmapset *columns, GatheredStatistics *found)
{
    int attno = -1;

    begin_statistics(gathered, request, found);
    while ((attno = bms_next_member(columns, attno)) >= 0 && found->facts.n_columns < MAX_STATISTICS_COLUMNS)
    {
        if (!is_counted(found->index.relid, attno))
            continue;
        found->index.includes[found->index.n_includes++] = attno;
        found->facts.n_columns++;
    }
    return found->facts.n_columns > 1;
}

/* Of one that an index has as its key the server has statistics, or will have. */
static bool
is_learnt(Oid relid, Node *key)
{
    WhatifIndex index = {.relid = relid, .kind = METHOD_BTREE, .n_keys = 1};

    index.keys[0].expression = key;
    return whatif_is_known(&index, 0) && whatif_statistics(&index, 0) != NULL;
}

bool
gather_statistics_of_expression(Gathered *gathered, int request, GatheredStatistics *found)
{
    const RequestFact *fact = AT(gathered, REQUESTS, RequestFact, request);
    int attribute = NONE;

    begin_statistics(gathered, request, found);
    found->facts.counted = (fact->rows_read - fact->rows_removed) / Max(1.0, fact->rows_read);
    for (int i = fact->first_predicate; i < fact->first_predicate + fact->n_predicates; i++)
    {
        const PredicateFact *predicate = AT(gathered, PREDICATES, PredicateFact, i);
        Node *clause = AT(gathered, PREDICATE_ORIGINS, PredicateOrigin, i)->clause;
        const GatheredAttribute *origin;

        if (predicate->implied || predicate->or_group > 0 || predicate->kind == PREDICATE_JOIN || clause == NULL)
            continue;
        found->clauses = lappend(found->clauses, clause);
        if (predicate->attribute == NONE)
            continue;
        origin = &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, predicate->attribute)->attribute;
        if (origin->attno != 0 || !is_learnt(found->index.relid, origin->key))
            continue;
        if (attribute != NONE && attribute != predicate->attribute)
            return false;
        attribute = predicate->attribute;
        found->expression = origin->key;
    }
    return attribute != NONE;
}

void
gather_statistics_useless(Gathered *gathered, int request)
{
    AT(gathered, REQUESTS, RequestFact, request)->statistics_useless = true;
}

bool
gather_statistics_rows(GatheredStatistics *found)
{
    StatisticsJob *job = palloc0(sizeof(StatisticsJob));
    StatementFailure failure;

    job->found = found;
    return setting_sample_blocks > 0 &&
           statement_run(statement_from_text(gather_index_statement(&found->index)), sample_body, job, &failure) &&
           found->facts.n_rows > 0;
}

/* ---- conditions ---- */

/* The operator's estimator is one that extended statistics stand in for. */
static bool
is_comparison(Oid op)
{
    RegProcedure estimator = get_oprrest(op);

    return estimator == F_EQSEL || estimator == F_NEQSEL || estimator == F_SCALARLTSEL ||
           estimator == F_SCALARLESEL || estimator == F_SCALARGTSEL || estimator == F_SCALARGESEL;
}

static bool
has_parameter(Node *node, void *context)
{
    if (node == NULL)
        return false;
    return IsA(node, Param) || expression_tree_walker(node, has_parameter, context);
}

/* Of a form that extended statistics speak of, with values that are known, and running nobody's code. */
static bool
is_evaluable(Oid relid, const PredicateFact *fact, Node *clause)
{
    if (clause == NULL || fact->attribute == NONE || fact->implied || fact->or_group > 0 ||
        fact->kind == PREDICATE_JOIN || fact->kind == PREDICATE_PREFIX || has_parameter(clause, NULL) ||
        contain_mutable_functions(clause) || contain_subplans(clause) || !catalog_is_harmless(relid, clause))
        return false;
    if (IsA(clause, OpExpr))
        return is_comparison(((OpExpr *)clause)->opno);
    if (IsA(clause, ScalarArrayOpExpr))
        return is_comparison(((ScalarArrayOpExpr *)clause)->opno);
    return fact->kind == PREDICATE_TRUE || fact->kind == PREDICATE_FALSE || fact->kind == PREDICATE_IS_NULL ||
           fact->kind == PREDICATE_IS_NOT_NULL;
}

static bool
is_equality(const PredicateFact *fact)
{
    return fact->kind == PREDICATE_EQUAL || fact->kind == PREDICATE_EQUAL_ANY || fact->kind == PREDICATE_TRUE ||
           fact->kind == PREDICATE_FALSE;
}

/* NONE: there is no room for another one, or it has no order. */
static int
column_of(const Gathered *gathered, GatheredStatistics *found, int attribute)
{
    AttrNumber attno = AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, attribute)->attribute.attno;
    int n = found->facts.n_columns;

    for (int i = 0; i < n; i++)
    {
        if (found->attributes[i] == attribute)
            return i;
    }
    if (n == MAX_STATISTICS_COLUMNS || attno <= 0 || !AT(gathered, ATTRIBUTES, AttributeFact, attribute)->has_btree)
        return NONE;
    found->attributes[n] = attribute;
    found->index.includes[found->index.n_includes++] = attno;
    return found->facts.n_columns++;
}

static void
add_condition(const Gathered *gathered, int predicate, GatheredStatistics *found)
{
    const PredicateFact *fact = AT(gathered, PREDICATES, PredicateFact, predicate);
    Node *clause = AT(gathered, PREDICATE_ORIGINS, PredicateOrigin, predicate)->clause;
    StatisticsFacts *facts = &found->facts;
    int column;

    if (facts->n_conditions == MAX_STATISTICS_CONDITIONS || !is_evaluable(found->index.relid, fact, clause))
        return;
    column = column_of(gathered, found, fact->attribute);
    if (column == NONE)
        return;
    found->index.keys[found->index.n_keys++].expression = clause;
    facts->conditions[facts->n_conditions++] =
        (StatisticsCondition){column, Min(Max(fact->selectivity, 0), 1), is_equality(fact)};
}

/* ---- rows ---- */

static void
sample_body(StatementContext *run, void *arg)
{
    StatisticsJob *job = arg;
    const WhatifIndex *index = &job->found->index;
    Oid leaf = catalog_sampled_leaf(index->relid);

    if (!OidIsValid(leaf) || !catalog_may_sample(index->relid))
        return;
    job->values = gather_values_begin(&job->value_types, index->n_includes + 1);
    (void)whatif_read_rows(index, leaf, &job->types, add_row, job);
    MemoryContextSwitchTo(run->result_context);
    finish(job);
}

/* The types are known with the first row. */
static bool
add_row(void *arg, ItemPointer address, const Datum *row, const bool *nulls)
{
    StatisticsJob *job = arg;
    int n_conditions = job->found->index.n_keys, n_columns = job->found->index.n_includes;
    Datum values[MAX_STATISTICS_COLUMNS + 1];
    bool value_nulls[MAX_STATISTICS_COLUMNS + 1] = {false};
    int mask = 0;

    for (int i = 0; i < n_conditions; i++)
        mask |= !nulls[i] && DatumGetBool(row[i]) ? 1 << i : 0;
    for (int i = 0; i < n_columns; i++)
    {
        values[i] = row[n_conditions + i];
        value_nulls[i] = nulls[n_conditions + i];
        job->value_types.types[i] = job->types.types[n_conditions + i];
        job->value_types.collations[i] = job->types.collations[n_conditions + i];
    }
    values[n_columns] = Int32GetDatum(mask);
    job->value_types.types[n_columns] = INT4OID;
    job->value_types.collations[n_columns] = InvalidOid;
    job->met[mask] = true;
    return gather_values_add(job->values, address, values, value_nulls);
}

/* Ranks of masks become masks again. */
static void
finish(StatisticsJob *job)
{
    StatisticsFacts *facts = &job->found->facts;
    SampledColumnFact columns[GATHER_MAX_COLUMNS] = {0};
    const SampledColumnFact *masks = &columns[facts->n_columns];
    int mask_of_rank[MASKS];
    uint8 *matches;
    int n = 0;

    gather_values_finish(job->values, columns);
    for (int mask = 0; mask < MASKS; mask++)
    {
        if (job->met[mask])
            mask_of_rank[n++] = mask;
    }
    facts->n_rows = masks->n_rows;
    matches = palloc(facts->n_rows + 1);
    for (int i = 0; i < facts->n_rows; i++)
        matches[i] = (uint8)mask_of_rank[masks->ranks[i]];
    facts->matches = matches;
    for (int i = 0; i < facts->n_columns; i++)
        facts->ranks[i] = columns[i].ranks;
}
