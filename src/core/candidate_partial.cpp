/* candidate_partial.cpp - which conjuncts are worth a partial index. */
#include "candidate_partial.h"

#include <cstddef>

namespace advisor
{

namespace
{

/* A predicate of a partial index: nearly always this constant, and at most half of the rows. */
constexpr double PARTIAL_CONSTANT_SHARE = 0.98;
constexpr double PARTIAL_SELECTIVITY = 0.5;
constexpr std::size_t MAX_PARTIALS = 3;

/* Of the share that each value had if all were equally frequent. */
constexpr double SPECIAL_SHARE = 0.5;

/*
 * One value among equals is a sample of what is asked for: tomorrow it is another. Only a value much rarer than the
 * others of its column (the ready ones of all jobs) is asked for because of what it is.
 */
bool
is_special(const Workload &workload, const PredicateFact &predicate)
{
    if (predicate.kind != PREDICATE_EQUAL && predicate.kind != PREDICATE_EQUAL_ANY)
        return true;
    const double n_distinct = workload.attributes()[predicate.attribute].n_distinct;

    return n_distinct < 1 || predicate.selectivity * n_distinct <= SPECIAL_SHARE;
}

bool
can_be_partial(const Workload &workload, const PredicateFact &predicate)
{
    return predicate.partial_sql[0] != '\0' && predicate.or_group == 0 &&
           predicate.constant_share >= PARTIAL_CONSTANT_SHARE && predicate.selectivity >= 0 &&
           predicate.selectivity <= PARTIAL_SELECTIVITY && predicate.attribute != NONE &&
           is_special(workload, predicate);
}

Numbers
partials_of(const Workload &workload, const RequestFact &request)
{
    Numbers partials;

    for (std::int32_t i = 0; i < request.n_predicates && partials.size() < MAX_PARTIALS; i++)
        if (can_be_partial(workload, workload.predicates()[request.first_predicate + i]))
            partials.push_back(request.first_predicate + i);
    return partials;
}

} // namespace

Conditions
conditions_on(const Workload &workload, std::int32_t relation)
{
    Conditions conditions;

    for (std::int32_t number : workload.requests_on(relation))
    {
        const RequestFact &request = workload.requests()[number];
        for (std::int32_t i = 0; i < request.n_predicates; i++)
        {
            std::int32_t predicate = request.first_predicate + i;
            conditions.emplace(workload.predicates()[predicate].partial_sql, predicate);
        }
    }
    return conditions;
}

Vector<Numbers>
partial_sets(const Workload &workload, const RequestFact &request)
{
    Numbers partials = partials_of(workload, request);
    Vector<Numbers> sets = {{}};

    for (std::size_t i = 0; i < partials.size(); i++)
    {
        sets.push_back({partials[i]});
        for (std::size_t j = 0; j < i; j++)
            sets.push_back({partials[j], partials[i]});
    }
    return sets;
}

} // namespace advisor
