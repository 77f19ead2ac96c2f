/*
 * alternatives.h - what a reason compares a chosen index with.
 *
 * A person asks "why not the other way round, why not shorter, why not with
 * INCLUDE". The search asks the planner about these as its last questions, and
 * the advice quotes the answers.
 */
#ifndef ADVISOR_ALTERNATIVES_H
#define ADVISOR_ALTERNATIVES_H

#include <cstdint>
#include <optional>
#include <span>

#include "cost_table.h"
#include "memory.h"
#include "valuation.h"

namespace advisor
{

struct Candidate;

/* Alternatives that a reason weighs at most, and statements that each is asked about (the heaviest). */
constexpr std::size_t MAX_ALTERNATIVES = 5;
constexpr std::size_t MAX_ALTERNATIVE_STATEMENTS = 8;

/* Statements whose plan under the chosen set uses the candidate, heaviest first; known costs only. */
Vector<int32_t> statements_using(std::span<const Candidate> candidates, const CostTable &costs,
                                 const Valuation &valuation, std::span<const int32_t> chosen, int32_t candidate);

/* Candidates on the same relation closest in shape, the most telling first: another leader, shorter, with or
   without INCLUDE, partial or plain; then what helped the same statements most when it was alone. */
Vector<int32_t> alternatives_to(std::span<const Candidate> candidates, const CostTable &costs,
                                std::span<const int32_t> chosen, int32_t candidate,
                                std::span<const int32_t> statements);

} // namespace advisor

#endif
