/*
 * candidate_partial.h - the conjuncts of a request that may be the predicate of a partial index.
 */
#ifndef ADVISOR_CANDIDATE_PARTIAL_H
#define ADVISOR_CANDIDATE_PARTIAL_H

#include <cstdint>
#include <string_view>

#include "facts.h"
#include "memory.h"
#include "workload.h"

namespace advisor
{

using Numbers = Vector<std::int32_t>;

/*
 * Statements write the same condition each for themselves; as the predicate of
 * an index they are one: the first such conjunct stands for all.
 */
using Conditions = Map<std::string_view, std::int32_t>;

Conditions conditions_on(const Workload &workload, std::int32_t relation);

/* Numbers of conjuncts: none, each that can be a predicate, each pair of these. */
Vector<Numbers> partial_sets(const Workload &workload, const RequestFact &request);

} // namespace advisor

#endif
