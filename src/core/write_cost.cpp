#include "write_cost.h"

#include <algorithm>
#include <cmath>

#include "partial_share.h"
#include "workload.h"

namespace advisor
{

namespace
{

constexpr double NS_PER_COMPARISON = 30;
constexpr double NS_PER_LEAF = 1500;
constexpr double NS_PER_LOST_HOT = 10000;
constexpr double NS_PER_MS = 1e6;

/* Of other methods, times that of a b-tree: measured, docs/benchmarks.md. */
constexpr double HASH_PRICE = 0.8;
constexpr double BRIN_PRICE = 0.1;
constexpr double GIN_PRICE = 0.4;
constexpr double GIN_PRICE_PER_KEY = 0.08;
constexpr double GIST_PRICE = 5;
constexpr double SPGIST_PRICE = 2.2;

double
known_or_zero(double rate)
{
    return std::max(rate, 0.0);
}

/* Times the price of a b-tree's entry. */
double
price_of(IndexMethod method, double keys)
{
    switch (method)
    {
        case METHOD_HASH:
            return HASH_PRICE;
        case METHOD_BRIN:
            return BRIN_PRICE;
        case METHOD_GIN:
            return GIN_PRICE + GIN_PRICE_PER_KEY * keys;
        case METHOD_GIST:
            return GIST_PRICE;
        case METHOD_SPGIST:
            return SPGIST_PRICE;
        default:
            return 1;
    }
}

} // namespace

bool
writes_are_known(const RelationFact &relation)
{
    return relation.inserts_per_hour >= 0;
}

namespace
{

/* Such an update would be HOT without the index, if only its page has room. */
bool
holds_updated_column(const Workload &workload, const IndexDefinition &definition)
{
    const auto is_updated = [&workload](int32_t attribute) { return workload.attributes()[attribute].updated; };

    return std::any_of(definition.keys, definition.keys + definition.n_keys,
                       [&](const IndexKey &key) { return is_updated(key.attribute); }) ||
           std::any_of(definition.includes, definition.includes + definition.n_includes, is_updated) ||
           std::any_of(definition.predicates, definition.predicates + definition.n_predicates,
                       [&](int32_t predicate) { return workload.predicates()[predicate].updated; });
}

/* Updates that would be HOT without the index, if only their page has room. */
double
lost_hot_updates(const Workload &workload, const IndexDefinition &definition)
{
    return holds_updated_column(workload, definition)
               ? known_or_zero(workload.relations()[definition.relation].hot_updates_per_hour)
               : 0;
}

} // namespace

double
entries_per_hour(const Workload &workload, const IndexDefinition &definition)
{
    const RelationFact &relation = workload.relations()[definition.relation];
    const double hot_updates =
        holds_updated_column(workload, definition) ? 0 : known_or_zero(relation.hot_updates_per_hour);
    const double cold_updates = known_or_zero(relation.updates_per_hour) - hot_updates;
    double entries = known_or_zero(relation.inserts_per_hour) + std::max(cold_updates, 0.0);

    return entries * partial_share(workload.facts(), definition);
}

double
keys_per_entry(const IndexDefinition &definition, const IndexSize &size)
{
    return definition.method == METHOD_GIN && size.tuples > 0 ? std::max(1.0, size.postings / size.tuples) : 1;
}

double
ms_per_entry(const RelationFact &relation, const IndexDefinition &definition, const IndexSize &size)
{
    const double comparisons = std::log2(std::max(relation.rows, 2.0));

    return price_of(definition.method, keys_per_entry(definition, size)) *
           (NS_PER_LEAF + NS_PER_COMPARISON * comparisons) / NS_PER_MS;
}

double
write_ms_per_hour(const Workload &workload, const IndexDefinition &definition, const IndexSize &size)
{
    return entries_per_hour(workload, definition) *
               ms_per_entry(workload.relations()[definition.relation], definition, size) +
           lost_hot_updates(workload, definition) * NS_PER_LOST_HOT / NS_PER_MS;
}

double
counted_write_ms_per_hour(const Workload &workload, const IndexDefinition &definition, const IndexSize &size)
{
    const double ms = write_ms_per_hour(workload, definition, size);

    return ms < NOISE_FLOOR_MS ? 0 : ms;
}

} // namespace advisor
