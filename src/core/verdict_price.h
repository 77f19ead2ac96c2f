/*
 * verdict_price.h - an index that would help, and is not worth what it costs.
 */
#ifndef ADVISOR_VERDICT_PRICE_H
#define ADVISOR_VERDICT_PRICE_H

#include <cstdint>
#include <optional>

#include "advisor.h"
#include "memory.h"

namespace advisor
{

class Valuation;
struct Decision;

/* Words: a sentence that goes on after the name of the index, "An index on ...". */
struct PriceRefusal
{
    AdvisorVerdict verdict;
    String words;
};

/* Of a candidate that would save so many ms per hour beside the chosen ones. Nothing: it is worth its price. */
std::optional<PriceRefusal> refused_for_price(const Decision &decision, const Valuation &valuation, int32_t candidate,
                                              double saved);

} // namespace advisor

#endif
