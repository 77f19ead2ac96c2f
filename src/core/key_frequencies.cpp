#include "key_frequencies.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

namespace advisor
{

namespace
{

/* Keys that each row has of its own, or nearly so. */
struct OwnKeys
{
    double of_row = 0;
    double rows = 0;  /* of the sample */
    double again = 0; /* other rows of the table that have such a key */
};

/*
 * As many as nearly all rows have, and many more rows than would if such keys fell upon them at random, as rare
 * words fall upon documents.
 */
OwnKeys
own_keys(const IndexSample &sample, double share)
{
    constexpr double AT_RANDOM = 10; /* rows would lack them so much more often */
    constexpr double MOST_AGAIN = 3; /* beyond that the counts say more */
    double rows = std::accumulate(sample.rows_by_lone, sample.rows_by_lone + LONE_COUNTS, 0.0);
    double keys = 0;
    OwnKeys own;

    for (std::int32_t i = 0; i < sample.n_keys; i++)
        keys += sample.keys[i].rows == 1;
    if (keys <= 0 || rows <= 0)
        return own;
    double lacking = 0, expected = 0, probability = std::exp(-keys / rows);
    for (std::int32_t i = 1; i < LONE_COUNTS; i++)
    {
        lacking += sample.rows_by_lone[i - 1] / rows;
        expected += probability;
        probability *= keys / rows / i;
        if (lacking / (i * share) <= MOST_AGAIN && expected >= AT_RANDOM * (lacking + 1 / rows))
            own = {static_cast<double>(i), rows, lacking / (i * share)};
    }
    return own;
}

/* Takes them from what was counted. Rows come again at random. */
KeyFrequency
take_own_keys(Counts &counts, const OwnKeys &own, double scale)
{
    double rows_each = own.again > LEAST_KEYS ? own.again / -std::expm1(-own.again) : 1;
    double met_again = own.again / scale;
    double met = std::min(counts[1].keys, own.rows * own.of_row * (1 - met_again));
    KeyFrequency frequency = {own.rows * own.of_row * scale / rows_each, rows_each,
                              counts[1].bytes / std::max(1.0, counts[1].keys)};

    counts[1].add(counts[1], -met / std::max(1.0, counts[1].keys));
    double twice = std::min(counts[2].keys, own.rows * own.of_row * met_again / 2);
    counts[2].add(counts[2], -twice / std::max(1.0, counts[2].keys));
    return frequency;
}

/*
 * Rows of equal values have the same keys. So where a column has few values, and the sample a larger part of those
 * than of the rows, a key is in so many of them; blocks otherwise.
 */
struct Units
{
    bool values = false;
    double most = 0;  /* that a key can be in */
    double share = 1; /* of all, in the sample */

    Units(const IndexSample &sample, double scale, double heap_pages) : most(heap_pages), share(1 / scale)
    {
        constexpr double LARGER = 1.2;

        if (scale <= 1 || sample.values_met <= 0 || sample.values < sample.values_met ||
            sample.values_met / sample.values < LARGER * share)
            return;
        values = true;
        most = sample.values;
        share = sample.values_met / sample.values;
    }

    std::int32_t
    of(const SampledKeyFact &key) const
    {
        return values ? key.values : key.blocks;
    }
};

/* That many row addresses in all. */
void
spread_rows(std::span<KeyFrequency> keys, double rows)
{
    double sum = 0;

    for (const KeyFrequency &key : keys)
        sum += key.keys * key.rows;
    for (KeyFrequency &key : keys)
        key.rows = std::max(1.0, key.rows * rows / sum);
}

} // namespace

Vector<KeyFrequency>
key_frequencies(const IndexSample &sample, double rows, double heap_pages)
{
    Vector<KeyFrequency> result;
    Counts counts;
    double scale = sample.rows_read > 0 ? std::max(1.0, rows / sample.rows_read) : 1;
    const Units units(sample, scale, heap_pages);
    double rare = 0; /* rows */

    for (std::int32_t i = 0; i < sample.n_keys; i++)
    {
        const SampledKeyFact &key = sample.keys[i];

        if (units.share >= 1 || key.blocks >= FREQUENT || units.of(key) >= FREQUENT)
        {
            result.push_back({1, key.rows * scale, static_cast<double>(key.bytes)});
            continue;
        }
        counts[units.of(key)].add({1, static_cast<double>(key.rows), static_cast<double>(key.bytes)}, 1);
        rare += key.rows;
    }
    if (rare <= 0)
        return result;
    if (OwnKeys own = own_keys(sample, 1 / scale); own.of_row > 0 && !units.values)
        result.push_back(take_own_keys(counts, own, scale));
    Mixture mixture(counts, std::min(units.share, 1 - LEAST_KEYS), units.most);
    std::size_t known = result.size();

    mixture.fit();
    for (std::size_t k = 0; k < mixture.size(); k++)
        if (KeyFrequency kind = mixture.frequency(k); kind.keys > 0.5)
            result.push_back(kind);
    if (units.values)
        spread_rows(std::span(result).subspan(known), rare * scale);
    return result;
}

} // namespace advisor
