#include "key_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "definition.h"
#include "index_columns.h"
#include "words.h"

namespace advisor
{

namespace
{

/* cost_index goes from random to sequential pages by the square of the correlation, which btcostestimate scales so.
 */
constexpr double OF_FIRST_COLUMN = 0.75;
constexpr double MATERIAL = 0.25;

/* Fewer rows correlate by chance. */
constexpr std::int32_t LEAST_ROWS = 300;

/* Rows of the sample in the order of the index: equal keys as they lie in the table. */
Vector<std::int32_t>
in_key_order(const SampledColumns &sample, const IndexDefinition &definition)
{
    Vector<std::int32_t> rows(sample.n_rows);

    std::iota(rows.begin(), rows.end(), 0);
    std::ranges::stable_sort(rows,
                             [&](std::int32_t a, std::int32_t b)
                             {
                                 for (std::int32_t i = 0; i < definition.n_keys; i++)
                                 {
                                     const IndexKey &key = definition.keys[i];
                                     const std::int32_t x = sample[i].ranks[a], y = sample[i].ranks[b];

                                     if (x == y)
                                         continue;
                                     if (x == NONE || y == NONE)
                                         return (x == NONE) == key.nulls_first;
                                     return (x < y) != key.descending;
                                 }
                                 return false;
                             });
    return rows;
}

/* Of a permutation of 0..n-1 and its places. */
double
correlation(const Vector<std::int32_t> &places)
{
    const double n = static_cast<double>(places.size());
    double sum = 0;

    for (std::size_t i = 0; i < places.size(); i++)
    {
        const double distance = static_cast<double>(i) - places[i];

        sum += distance * distance;
    }
    return 1 - 6 * sum / (n * (n * n - 1));
}

} // namespace

std::optional<KeyOrder>
key_order(const Facts &facts, const IndexDefinition &definition)
{
    const Columns keys = {facts, definition, definition.n_keys};

    if (definition.method != METHOD_BTREE || definition.n_keys < 2)
        return std::nullopt;
    const SampledColumns sample(keys);
    if (sample.n_rows < LEAST_ROWS || keys[0].n_distinct < 0 || facts.relations[definition.relation].partitions > 0)
        return std::nullopt;
    const double first = definition.keys[0].descending ? -keys[0].correlation : keys[0].correlation;
    return KeyOrder{OF_FIRST_COLUMN * first, correlation(in_key_order(sample, definition))};
}

String
key_order_words(const Facts &facts, const IndexDefinition &definition)
{
    const auto order = key_order(facts, definition);

    if (!order)
        return "";
    const double more = order->sampled * order->sampled - order->assumed * order->assumed;
    if (std::abs(more) < MATERIAL)
        return "";
    return String("In a sample the table's order follows that of these keys by ") +
           number(std::abs(order->sampled)) + " (1: wholly), where the planner assumes " +
           number(std::abs(order->assumed)) + " from " + facts.attributes[definition.keys[0].attribute].name +
           " alone: scans of many rows will be " + (more > 0 ? "cheaper" : "dearer") + " than predicted.";
}

} // namespace advisor
