/* verdict_cardinality.cpp - so few values that each of them finds much. */
#include "verdict_cardinality.h"

#include "describe.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* Values that are equally rare below this share are worth an index of their own; above, there are few of them. */
constexpr double RARE = 0.1;
constexpr double FEW_VALUES = 20;

/* Few values, and not a rare one among many common ones either. */
bool
few_even_values(const AttributeFact &attribute)
{
    if (attribute.n_distinct < 1 || attribute.n_distinct > FEW_VALUES)
        return false;
    if (attribute.n_distinct < 2 || attribute.top_frequency < 0)
        return 1 / attribute.n_distinct >= RARE;
    return (1 - attribute.top_frequency) / (attribute.n_distinct - 1) >= RARE;
}

} // namespace

const PredicateFact *
low_cardinality(const Workload &workload, const RequestFact &request)
{
    const PredicateFact *found = nullptr;

    if (request.selectivity < RARE)
        return nullptr;
    for (const PredicateFact &predicate : workload.predicates_of(request))
    {
        if (predicate.kind == PREDICATE_OTHER)
            continue;
        if (predicate.attribute == NONE || !is_equality(predicate.kind) || predicate.kind == PREDICATE_JOIN ||
            !few_even_values(workload.attributes()[predicate.attribute]))
            return nullptr;
        found = &predicate;
    }
    return found;
}

} // namespace advisor
