#include "verdict_price.h"

#include <algorithm>

#include "candidates.h"
#include "outcome.h"
#include "valuation.h"
#include "words.h"
#include "workload.h"
#include "write_cost.h"

namespace advisor
{

std::optional<PriceRefusal>
refused_for_price(const Decision &decision, const Valuation &valuation, int32_t candidate, double saved)
{
    const Candidate &index = decision.candidates[candidate];
    const double held = valuation.held_against(candidate, saved);
    const double writes = std::min(held, valuation.writes(candidate));

    if (writes > 0 && saved <= writes)
        return PriceRefusal{VERDICT_WRITES_OUTWEIGH,
                            " would save " + milliseconds(saved) +
                                " an hour beside the chosen ones, and cost writers about " + milliseconds(writes) +
                                ": " +
                                number(entries_per_hour(decision.workload.facts(), index.definition) / 3600) +
                                " entries a second."};
    if (held > writes && saved <= held)
        return PriceRefusal{VERDICT_BELOW_MIN_IMPROVEMENT,
                            " would save " + milliseconds(saved) +
                                " an hour beside the chosen ones: less than what it costs writers, about " +
                                milliseconds(writes) + " an hour, and its " + size_words(index.size.bytes) +
                                " are worth together."};
    if (saved - held <= valuation.least_gain())
        return PriceRefusal{VERDICT_BELOW_MIN_IMPROVEMENT,
                            " would save " + milliseconds(saved - held) +
                                " an hour beside the chosen ones: less than " +
                                milliseconds(valuation.least_gain()) +
                                ", 0.05 % of the load or of one core, is for nobody to look after."};
    return std::nullopt;
}

} // namespace advisor
