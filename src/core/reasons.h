/*
 * reasons.h - why an index, in the words of somebody who has to answer for it.
 *
 * Four paragraphs and a list: why there should be an index at all, the rule
 * behind its shape (order of columns, INCLUDE, partial), what it gains, what it
 * costs, and what else was weighed and lost.
 */
#ifndef ADVISOR_REASONS_H
#define ADVISOR_REASONS_H

#include <cstdint>
#include <optional>

#include "outcome.h"
#include "valuation.h"

namespace advisor
{

/* Of the parameter sets that were observed. */
struct Spread
{
    int32_t helped = 0; /* cheaper by as much as the user calls an improvement */
    int32_t dearer = 0;
    int32_t total = 0;
};

/* One chosen index and what depends on it. */
struct Case
{
    const Decision &decision;
    const Valuation &valuation;
    int32_t candidate;
    Configuration rest;         /* the chosen set without it */
    Vector<int32_t> statements; /* that use it, heaviest first; never empty */

    const Workload &workload() const;
    const IndexDefinition &definition() const;
    const RelationFact &relation() const;

    /* Costs of one of the statements: as things are, with the chosen set, with the set but this index. Where the
       last was never asked, the upper bound. */
    double base(int32_t statement) const;
    double with(int32_t statement) const;
    double without(int32_t statement) const;

    /* With the alternative in this index's place; nothing if it was never asked. */
    std::optional<double> instead(int32_t statement, int32_t alternative) const;

    /* ms per hour that this index alone takes off. */
    double saved() const;

    /* What it is to the statements' parameter sets. */
    Spread spread() const;
};

String why_words(const Case &one);
String rule_words(const Case &one);

/* Of rule_words, for an index of another method than btree: why this method and these keys; ends with a blank. */
String search_rule_words(const Case &one);
String gain_words(const Case &one);
String price_words(const Case &one);

/* One alternative a line. */
String not_chosen_words(const Case &one);

/* A load as time where it was measured, else as what it is. */
String load_words(const Case &one, double load);

} // namespace advisor

#endif
