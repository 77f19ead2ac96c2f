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
constexpr double NS_PER_MS = 1e6;

double
known_or_zero(double rate)
{
    return std::max(rate, 0.0);
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
           std::any_of(definition.includes, definition.includes + definition.n_includes, is_updated);
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
ms_per_entry(const RelationFact &relation)
{
    const double comparisons = std::log2(std::max(relation.rows, 2.0));

    return (NS_PER_LEAF + NS_PER_COMPARISON * comparisons) / NS_PER_MS;
}

double
write_ms_per_hour(const Workload &workload, const IndexDefinition &definition)
{
    return entries_per_hour(workload, definition) * ms_per_entry(workload.relations()[definition.relation]);
}

double
counted_write_ms_per_hour(const Workload &workload, const IndexDefinition &definition)
{
    const double ms = write_ms_per_hour(workload, definition);

    return ms < NOISE_FLOOR_MS ? 0 : ms;
}

} // namespace advisor
