/* reasons_others.cpp - what else was weighed, and why it lost. */
#include <algorithm>
#include <optional>

#include "alternatives.h"
#include "candidates.h"
#include "describe.h"
#include "preference.h"
#include "reasons.h"
#include "words.h"
#include "workload.h"
#include "write_cost.h"

namespace advisor
{

namespace
{

/* Both sides on the statements for which the alternative's cost is known. */
struct Comparison
{
    double saved = 0, saved_instead = 0;
    double left = 0, left_instead = 0;
    int32_t slower = NONE; /* the heaviest statement that would miss an improvement */
    bool known = false;
};

Comparison
compare(const Case &one, int32_t alternative)
{
    Comparison comparison;

    for (const int32_t statement : one.statements)
    {
        const auto instead = one.instead(statement, alternative);
        if (!instead.has_value())
            continue;
        const double without = one.valuation.load_at(statement, one.without(statement));

        comparison.known = true;
        comparison.left += one.valuation.load_at(statement, one.with(statement));
        comparison.left_instead += one.valuation.load_at(statement, *instead);
        comparison.saved += without - one.valuation.load_at(statement, one.with(statement));
        comparison.saved_instead += without - one.valuation.load_at(statement, *instead);
        if (comparison.slower == NONE && one.valuation.improves(*instead, one.with(statement)))
            comparison.slower = statement;
    }
    return comparison;
}

Merit
merit_in_place(const Case &one, int32_t candidate)
{
    Vector<int32_t> helped;

    for (const int32_t statement : one.statements)
    {
        const std::optional<double> cost =
            candidate == one.candidate ? one.with(statement) : one.instead(statement, candidate);

        if (cost.has_value() && one.valuation.improves(one.without(statement), *cost))
            helped.push_back(statement);
    }
    return merit_of(one.decision.workload, one.decision.candidates, Configuration(1, candidate), helped);
}

/* Between two that the planner cannot tell apart. */
String
taste_words(const Case &one, int32_t alternative)
{
    const Merit chosen = merit_in_place(one, one.candidate), other = merit_in_place(one, alternative);

    if (other.served < chosen.served)
        return "as cheap for the planner, but serves fewer of the statements and orders asked for";
    if (other.bytes > chosen.bytes)
        return "as cheap for the planner, but not smaller by enough for an index that serves one value alone";
    if (other.keys > chosen.keys)
        return "as cheap for the planner, with more keys to maintain";
    if (other.disorder > chosen.disorder)
        return "as cheap for the planner, but its keys are not in the order of the rules";
    return "as cheap for the planner: a tie";
}

/* Why the alternative lost, the strongest reason first. */
String
loss_words(const Case &one, int32_t alternative, const Comparison &comparison)
{
    const double bytes = one.decision.candidates[one.candidate].size.bytes;
    const double bytes_instead = one.decision.candidates[alternative].size.bytes;
    const double upkeep = one.valuation.upkeep(one.candidate), upkeep_instead = one.valuation.upkeep(alternative);

    for (const Regression &regression : one.decision.outcome.regressions)
        if (regression.candidate == alternative)
            return "made another statement dearer (" + number(regression.cost_before) + " -> " +
                   number(regression.cost_after) + ")";
    if (comparison.slower != NONE)
        return "costs " + number(*one.instead(comparison.slower, alternative)) + " per call instead of " +
               number(one.with(comparison.slower));
    if (comparison.left_instead > (1 + EQUALLY_GOOD) * comparison.left)
    {
        const String saved = load_words(one, comparison.saved), instead = load_words(one, comparison.saved_instead);

        /* Of a saving of nearly everything, what is left tells the two apart. */
        return saved != instead ? "saves " + instead + " instead of " + saved
                                : "leaves " + load_words(one, comparison.left_instead) + " instead of " +
                                      load_words(one, comparison.left);
    }
    if (comparison.left > (1 + EQUALLY_GOOD) * comparison.left_instead && bytes_instead > bytes)
        return "saves " + load_words(one, comparison.left - comparison.left_instead) + " more, too little for " +
               size_words(bytes_instead - bytes) + " more";
    if (upkeep_instead > upkeep)
        return "no better for its statements, and dearer for writers";
    if (bytes_instead > bytes)
        return "no better for its statements by more than " + percent(EQUALLY_GOOD) +
               ", and larger: " + size_words(bytes_instead) + " instead of " + size_words(bytes);
    return taste_words(one, alternative);
}

} // namespace

String
not_chosen_words(const Case &one)
{
    const Decision &decision = one.decision;
    String lines;

    for (const int32_t other : alternatives_to(decision.candidates, decision.costs, decision.outcome.chosen,
                                               one.candidate, one.statements))
    {
        const Comparison comparison = compare(one, other);

        if (!comparison.known)
            continue;
        lines += (lines.empty() ? "" : "\n") +
                 shape_words(one.decision.workload, decision.candidates[other].definition) + ", " +
                 size_words(decision.candidates[other].size.bytes) + ": " + loss_words(one, other, comparison);
    }
    return lines;
}

} // namespace advisor
