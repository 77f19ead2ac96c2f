#include "preference.h"

#include <algorithm>
#include <tuple>

#include "candidates.h"
#include "definition.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* For the planner all rows are equal there (IS NULL is none of these to it). */
bool
fixes(PredicateKind kind)
{
    return kind == PREDICATE_EQUAL || kind == PREDICATE_TRUE || kind == PREDICATE_FALSE;
}

/* Where the rules put a key: equalities first, the more selective first; then the rest. */
struct Rank
{
    int32_t place;
    double selectivity;

    bool
    operator>(const Rank &other) const
    {
        return std::tie(place, selectivity) > std::tie(other.place, other.selectivity);
    }
};

Rank
rank_of(const Workload &workload, const RequestFact &request, int32_t attribute)
{
    Rank rank = {2, 0};

    for (const PredicateFact &predicate : workload.predicates_of(request))
    {
        if (predicate.attribute != attribute)
            continue;
        if (fixes(predicate.kind) || predicate.kind == PREDICATE_IS_NULL || predicate.kind == PREDICATE_EQUAL_ANY ||
            predicate.kind == PREDICATE_JOIN)
            return {0, predicate.selectivity};
        if (predicate.kind == PREDICATE_RANGE || predicate.kind == PREDICATE_PREFIX)
            rank = {1, 0};
    }
    return rank;
}

int32_t
disorder_in(const Workload &workload, const RequestFact &request, const IndexDefinition &definition)
{
    int32_t inversions = 0;

    for (int later = 1; later < definition.n_keys; later++)
    {
        const Rank last = rank_of(workload, request, definition.keys[later].attribute);

        for (int earlier = 0; earlier < later; earlier++)
            inversions += rank_of(workload, request, definition.keys[earlier].attribute) > last;
    }
    return inversions;
}

/* What one candidate means to the requests of one statement that it helps. */
void
add_service(const Workload &workload, const IndexDefinition &definition, int32_t statement, Merit &merit)
{
    for (const RequestFact &request : workload.requests_of(statement))
    {
        if (request.relation != definition.relation)
            continue;
        merit.served += delivers_order(workload, request, definition);
        merit.disorder += disorder_in(workload, request, definition);
    }
}

bool
sorted_keys_match(std::span<const OrderFact> orders, const IndexDefinition &definition, int first, bool backwards)
{
    for (std::size_t i = 0; i < orders.size(); i++)
    {
        const IndexKey &key = definition.keys[first + i];

        if (key.attribute != orders[i].attribute || key.pattern ||
            key.descending != (orders[i].descending != backwards) ||
            key.nulls_first != (orders[i].nulls_first != backwards))
            return false;
    }
    return true;
}

bool
grouped_keys_match(std::span<const OrderFact> orders, const IndexDefinition &definition, int first)
{
    for (std::size_t i = 0; i < orders.size(); i++)
    {
        const int32_t attribute = definition.keys[first + i].attribute;

        if (std::none_of(orders.begin(), orders.end(),
                         [&](const OrderFact &o) { return o.attribute == attribute; }))
            return false;
    }
    return true;
}

} // namespace

bool
is_fixed(const Workload &workload, const RequestFact &request, int32_t attribute)
{
    const auto predicates = workload.predicates_of(request);

    return std::any_of(predicates.begin(), predicates.end(),
                       [&](const PredicateFact &predicate) {
                           return predicate.attribute == attribute && predicate.or_group == 0 &&
                                  fixes(predicate.kind);
                       });
}

bool
delivers_order(const Workload &workload, const RequestFact &request, const IndexDefinition &definition)
{
    Vector<OrderFact> orders;
    int first = 0;

    for (const OrderFact &order : workload.orders_of(request))
        if (!is_fixed(workload, request, order.attribute))
            orders.push_back(order);
    while (first < definition.n_keys && is_fixed(workload, request, definition.keys[first].attribute))
        first++;
    if (orders.empty() || first + static_cast<int>(orders.size()) > definition.n_keys)
        return false;
    if (request.order_kind == ORDER_GROUP)
        return grouped_keys_match(orders, definition, first);
    return sorted_keys_match(orders, definition, first, false) ||
           sorted_keys_match(orders, definition, first, true);
}

Merit
merit_of(const Workload &workload, std::span<const Candidate> candidates, std::span<const int32_t> chosen,
         std::span<const int32_t> helped)
{
    Merit merit;

    merit.served = static_cast<int32_t>(helped.size());
    for (const int32_t number : chosen)
    {
        const Candidate &candidate = candidates[number];
        const IndexDefinition &definition = candidate.definition;

        merit.bytes += candidate.size.bytes / (definition.n_predicates > 0 ? PARTIAL_SHARE : 1) /
                       (definition.method == METHOD_SPGIST ? SPGIST_SHARE : 1);
        merit.keys += definition.n_keys;
        merit.names += definition_sql(workload.facts(), definition);
        for (const int32_t statement : helped)
            if (std::binary_search(candidate.statements.begin(), candidate.statements.end(), statement))
                add_service(workload, definition, statement, merit);
    }
    return merit;
}

bool
preferred(const Merit &a, const Merit &b)
{
    if (a.served != b.served)
        return a.served > b.served;
    return std::tie(a.bytes, a.keys, a.disorder, a.names) < std::tie(b.bytes, b.keys, b.disorder, b.names);
}

} // namespace advisor
