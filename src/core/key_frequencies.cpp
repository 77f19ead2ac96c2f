/* key_frequencies.cpp - a mixture of binomial laws, fitted to the keys that were met at least once. */
#include "key_frequencies.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

namespace advisor
{

namespace
{

constexpr std::int32_t FREQUENT = 24; /* met in so many blocks, a key is as frequent everywhere */
constexpr std::size_t KINDS = 48;
constexpr int ROUNDS = 60;
constexpr double LEAST = 1e-9;
constexpr double ENOUGH = 1e-10; /* better by less than that for a key: no round more */
constexpr double LONGEST_STEP = 1e4;

/* Sums over the keys that were met in so many blocks. */
struct Met
{
    double keys = 0, rows = 0, bytes = 0;

    void
    add(const Met &other, double weight)
    {
        keys += other.keys * weight;
        rows += other.rows * weight;
        bytes += other.bytes * weight;
    }
};

using Counts = std::array<Met, FREQUENT>;  /* by blocks; none of 0 */
using Weights = std::array<double, KINDS>; /* shares of the keys that were met */

/* Keys that are in so many blocks: how likely it is that one is met in j of them, if it is met. */
struct Kind
{
    double blocks = 0;
    double met = 0;
    std::array<double, FREQUENT> likely = {};
};

class Mixture
{
  public:
    Mixture(const Counts &counts, double share, double heap_pages) : counts_(counts)
    {
        const double most = std::min(heap_pages, 1.5 * FREQUENT / share);
        double blocks = 1;

        for (const Met &met : counts)
            total_ += met.keys;
        while (n_ < KINDS && blocks <= most)
        {
            kinds_[n_++] = kind_of(blocks, share);
            blocks = std::max(blocks + 1, std::round(blocks * std::max(1.15, std::pow(most, 1.5 / KINDS))));
        }
        /* Where the counts do not tell, rather fewer keys of more rows. */
        for (std::size_t k = 0; k < n_; k++)
            weights_[k] = std::sqrt(kinds_[k].blocks);
        weights_ = normal(weights_);
    }

    /* Steps in the direction of the last two rounds, as far as they foretell (SQUAREM). */
    void
    fit()
    {
        double before = likelihood(weights_);

        for (int round = 0; round < ROUNDS; round++)
        {
            Weights once = improved(weights_);
            Weights twice = improved(once);
            Weights far = improved(extrapolated(weights_, once, twice));
            double with_twice = likelihood(twice), with_far = likelihood(far);

            weights_ = with_far > with_twice ? far : twice;
            double after = std::max(with_far, with_twice);
            if (after - before < ENOUGH * total_)
                break;
            before = after;
        }
    }

    std::size_t
    size() const
    {
        return n_;
    }

    /* Keys of a kind, with the rows and bytes of those that may be of it. */
    KeyFrequency
    frequency(std::size_t k) const
    {
        Met sum;
        double sum_blocks = 0;

        for (std::int32_t j = 1; j < FREQUENT; j++)
        {
            double weight = weights_[k] * kinds_[k].likely[j] / std::max(LEAST * LEAST, mixed(weights_, j));
            sum.add(counts_[j], weight);
            sum_blocks += counts_[j].keys * weight * j;
        }
        if (sum.keys <= 0)
            return {0, 1, 1};
        return {sum.keys / kinds_[k].met, kinds_[k].blocks * sum.rows / sum_blocks, sum.bytes / sum.keys};
    }

  private:
    static Kind
    kind_of(double blocks, double share)
    {
        Kind kind = {.blocks = blocks};
        double probability = std::exp(blocks * std::log1p(-share));

        kind.met = -std::expm1(blocks * std::log1p(-share));
        for (std::int32_t j = 1; j < FREQUENT; j++)
        {
            double before = j - 1;
            probability *= std::max(0.0, blocks - before) / (before + 1) * share / (1 - share);
            kind.likely[j] = probability / kind.met;
        }
        return kind;
    }

    double
    mixed(const Weights &weights, std::int32_t j) const
    {
        double sum = 0;

        for (std::size_t k = 0; k < n_; k++)
            sum += weights[k] * kinds_[k].likely[j];
        return sum;
    }

    double
    likelihood(const Weights &weights) const
    {
        double sum = 0;

        for (std::int32_t j = 1; j < FREQUENT; j++)
            if (counts_[j].keys > 0)
                sum += counts_[j].keys * std::log(std::max(LEAST * LEAST, mixed(weights, j)));
        return sum;
    }

    Weights
    improved(const Weights &weights) const
    {
        Weights result = {};

        for (std::int32_t j = 1; j < FREQUENT; j++)
        {
            double all = mixed(weights, j);
            if (counts_[j].keys <= 0 || all <= 0)
                continue;
            for (std::size_t k = 0; k < n_; k++)
                result[k] += counts_[j].keys / total_ * weights[k] * kinds_[k].likely[j] / all;
        }
        return normal(result);
    }

    Weights
    normal(Weights weights) const
    {
        double sum = 0;

        for (std::size_t k = 0; k < n_; k++)
            sum += weights[k] = std::max(weights[k], LEAST);
        for (std::size_t k = 0; k < n_; k++)
            weights[k] /= sum;
        return weights;
    }

    Weights
    extrapolated(const Weights &from, const Weights &once, const Weights &twice) const
    {
        Weights result = {};
        double first = 0, bend = 0;

        for (std::size_t k = 0; k < n_; k++)
        {
            first += (once[k] - from[k]) * (once[k] - from[k]);
            bend += (twice[k] - 2 * once[k] + from[k]) * (twice[k] - 2 * once[k] + from[k]);
        }
        double step = bend > 0 ? std::clamp(std::sqrt(first / bend), 1.0, LONGEST_STEP) : 1;
        for (std::size_t k = 0; k < n_; k++)
            result[k] = from[k] + 2 * step * (once[k] - from[k]) + step * step * (twice[k] - 2 * once[k] + from[k]);
        return normal(result);
    }

    const Counts &counts_;
    std::array<Kind, KINDS> kinds_;
    Weights weights_ = {};
    std::size_t n_ = 0;
    double total_ = 0;
};

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
    double rows_each = own.again > LEAST ? own.again / -std::expm1(-own.again) : 1;
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
    Mixture mixture(counts, std::min(units.share, 1 - LEAST), units.most);
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
