#include "describe.h"

#include <span>

#include "definition.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* What stands between a conjunct and the one before it; arms of an OR stand next to each other. */
const char *
connective(const PredicateFact &previous, const PredicateFact &next)
{
    const bool same_group = previous.or_group == next.or_group && next.or_group > 0;

    if (same_group)
        return previous.or_arm == next.or_arm ? " AND " : " OR ";
    return previous.or_group > 0 ? ") AND " : " AND ";
}

} // namespace

String
shape_words(const Workload &workload, const IndexDefinition &definition)
{
    String words =
        definition.method == METHOD_BTREE ? String() : String("using ") + method_name(definition.method) + " ";

    words += "(" + key_words(workload.facts(), definition) + ")";
    for (int i = 0; i < definition.n_includes; i++)
        words.append(i == 0 ? " INCLUDE (" : ", ").append(workload.attributes()[definition.includes[i]].sql);
    words += definition.n_includes > 0 ? ")" : "";
    for (int i = 0; i < definition.n_predicates; i++)
        words.append(i == 0 ? " WHERE " : " AND ").append(workload.predicates()[definition.predicates[i]].words);
    return words;
}

String
filter_words(const Workload &workload, const RequestFact &request)
{
    auto predicates = workload.predicates_of(request);
    String words;

    /* They come last. */
    while (!predicates.empty() && predicates.back().implied)
        predicates = predicates.first(predicates.size() - 1);
    for (std::size_t i = 0; i < predicates.size(); i++)
    {
        const bool opens =
            predicates[i].or_group > 0 && (i == 0 || predicates[i - 1].or_group != predicates[i].or_group);

        words += i > 0 ? connective(predicates[i - 1], predicates[i]) : "";
        words.append(opens ? "(" : "").append(predicates[i].words);
    }
    return !predicates.empty() && predicates.back().or_group > 0 ? words + ")" : words;
}

const PredicateFact *
condition_on(const Workload &workload, const RequestFact &request, int32_t attribute)
{
    const PredicateFact *found = nullptr;

    for (const PredicateFact &predicate : workload.predicates_of(request))
    {
        if (predicate.attribute != attribute || predicate.kind == PREDICATE_OTHER)
            continue;
        if (is_equality(predicate.kind))
            return &predicate;
        found = found == nullptr ? &predicate : found;
    }
    return found;
}

bool
is_equality(PredicateKind kind)
{
    switch (kind)
    {
        case PREDICATE_EQUAL:
        case PREDICATE_EQUAL_ANY:
        case PREDICATE_IS_NULL:
        case PREDICATE_TRUE:
        case PREDICATE_FALSE:
        case PREDICATE_JOIN:
            return true;
        default:
            return false;
    }
}

} // namespace advisor
