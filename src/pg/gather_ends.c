/*
 * gather_ends.c - ranges past the end that statistics know.
 *
 * A b-tree that is there is asked for its first and last value, and so are, for one that is not, the ends of a
 * table that lies in the column's order, and a table that a sample reads whole (whatif_ends.c). Of any other column
 * nobody knows how far it went after the last ANALYZE.
 */
#include "gather_internal.h"

#include <math.h>

#include "catalog/pg_statistic.h"
#include "fmgr.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "settings.h"
#include "whatif.h"

static bool ends_are_found(const Gathered *gathered, int relation, int attribute);
static bool is_past_histogram(Oid relid, AttrNumber attno, Oid op, const Const *value);

/*
 * The value of `column op value`, either way round, as the planner estimates it: now() - interval '1 hour' has one.
 * NULL if it is none that is known.
 */
static const Const *
compared_value(Node *clause)
{
    PlannerInfo *root;
    ListCell *cell;

    if (clause == NULL || !IsA(clause, OpExpr))
        return NULL;
    root = makeNode(PlannerInfo);
    root->glob = makeNode(PlannerGlobal);
    foreach (cell, ((OpExpr *)clause)->args)
    {
        Node *value = contain_var_clause(lfirst(cell)) ? NULL : estimate_expression_value(root, lfirst(cell));

        if (value != NULL && IsA(value, Const))
            return (const Const *)value;
    }
    return NULL;
}

bool
gather_past_known_end(const Gathered *gathered, int relation, const PredicateFact *fact,
                      const PlanPredicate *predicate)
{
    const RelationFact *table = AT(gathered, RELATIONS, RelationFact, relation);
    const Const *value = compared_value(predicate->clause);

    if (value == NULL || value->constisnull || !OidIsValid(predicate->op) || table->partitions > 0 ||
        ends_are_found(gathered, relation, fact->attribute))
        return false;
    return is_past_histogram(AT(gathered, RELATION_ORIGINS, RelationOrigin, relation)->relid, predicate->attno,
                             predicate->op, value);
}

static bool
ends_are_found(const Gathered *gathered, int relation, int attribute)
{
    if (fabs(AT(gathered, ATTRIBUTES, AttributeFact, attribute)->correlation) >= WHATIF_ORDERED ||
        AT(gathered, RELATIONS, RelationFact, relation)->pages <= setting_sample_blocks)
        return true;
    for (int i = 0; i < COUNT(gathered, INDEXES); i++)
    {
        const ExistingIndexFact *index = AT(gathered, INDEXES, ExistingIndexFact, i);

        if (index->btree && index->plain && index->valid && index->predicate_sql[0] == '\0' &&
            index->definition.keys[0].attribute == attribute)
            return true;
    }
    return false;
}

/* The bound at the range's own end does not match. The planner asks the same function, which has to tell nothing of
 * values. */
static bool
is_past_histogram(Oid relid, AttrNumber attno, Oid op, const Const *value)
{
    RegProcedure estimator = get_oprrest(op);
    bool upwards = estimator == F_SCALARGTSEL || estimator == F_SCALARGESEL;
    HeapTuple statistics = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum(attno), false);
    AttStatsSlot slot;
    bool past = false;

    if (!HeapTupleIsValid(statistics))
        return false;
    if (get_func_leakproof(get_opcode(op)) &&
        get_attstatsslot(&slot, statistics, STATISTIC_KIND_HISTOGRAM, InvalidOid, ATTSTATSSLOT_VALUES))
    {
        past = !DatumGetBool(OidFunctionCall2Coll(get_opcode(op), slot.stacoll,
                                                  slot.values[upwards ? slot.nvalues - 1 : 0], value->constvalue));
        free_attstatsslot(&slot);
    }
    ReleaseSysCache(statistics);
    return past;
}
