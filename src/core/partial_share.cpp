#include "partial_share.h"

#include <algorithm>
#include <string_view>

namespace advisor
{

namespace
{

/* Requests say the same in predicates of their own. */
bool
is_same(const Facts &facts, std::int32_t left, std::int32_t right)
{
    const PredicateFact &first = facts.predicates[left];
    const PredicateFact &second = facts.predicates[right];

    return left == right ||
           (first.attribute != NONE && second.attribute != NONE &&
            facts.attributes[first.attribute].relation == facts.attributes[second.attribute].relation &&
            std::string_view(first.partial_sql) == second.partial_sql);
}

bool
is_of(const Facts &facts, const ConjunctionFact &conjunction, std::int32_t first, std::int32_t second)
{
    return conjunction.selectivity >= 0 &&
           ((is_same(facts, conjunction.first, first) && is_same(facts, conjunction.second, second)) ||
            (is_same(facts, conjunction.first, second) && is_same(facts, conjunction.second, first)));
}

} // namespace

double
partial_share(const Facts &facts, std::span<const std::int32_t> predicates)
{
    double share = 1;

    if (predicates.size() == 2)
        for (std::int32_t i = 0; i < facts.n_conjunctions; i++)
            if (is_of(facts, facts.conjunctions[i], predicates[0], predicates[1]))
                return std::min(1.0, facts.conjunctions[i].selectivity);
    for (std::int32_t predicate : predicates)
        share *= std::clamp(facts.predicates[predicate].selectivity, 0.0, 1.0);
    return share;
}

double
partial_share(const Facts &facts, const IndexDefinition &definition)
{
    return partial_share(facts,
                         std::span(definition.predicates, static_cast<std::size_t>(definition.n_predicates)));
}

} // namespace advisor
