#include "key_mixture.h"

#include <algorithm>
#include <cmath>

namespace advisor
{

namespace
{

constexpr int ROUNDS = 60;
constexpr double ENOUGH = 1e-10; /* better by less than that for a key: no round more */
constexpr double LONGEST_STEP = 1e4;

} // namespace

Mixture::Mixture(const Counts &counts, double share, double heap_pages) : counts_(counts)
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

void
Mixture::fit()
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

KeyFrequency
Mixture::frequency(std::size_t k) const
{
    Met sum;
    double sum_blocks = 0;

    for (std::int32_t j = 1; j < FREQUENT; j++)
    {
        double weight = weights_[k] * kinds_[k].likely[j] / std::max(LEAST_KEYS * LEAST_KEYS, mixed(weights_, j));
        sum.add(counts_[j], weight);
        sum_blocks += counts_[j].keys * weight * j;
    }
    if (sum.keys <= 0)
        return {0, 1, 1};
    return {sum.keys / kinds_[k].met, kinds_[k].blocks * sum.rows / sum_blocks, sum.bytes / sum.keys};
}

Mixture::Kind
Mixture::kind_of(double blocks, double share)
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
Mixture::mixed(const Weights &weights, std::int32_t j) const
{
    double sum = 0;

    for (std::size_t k = 0; k < n_; k++)
        sum += weights[k] * kinds_[k].likely[j];
    return sum;
}

double
Mixture::likelihood(const Weights &weights) const
{
    double sum = 0;

    for (std::int32_t j = 1; j < FREQUENT; j++)
        if (counts_[j].keys > 0)
            sum += counts_[j].keys * std::log(std::max(LEAST_KEYS * LEAST_KEYS, mixed(weights, j)));
    return sum;
}

Mixture::Weights
Mixture::improved(const Weights &weights) const
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

Mixture::Weights
Mixture::normal(Weights weights) const
{
    double sum = 0;

    for (std::size_t k = 0; k < n_; k++)
        sum += weights[k] = std::max(weights[k], LEAST_KEYS);
    for (std::size_t k = 0; k < n_; k++)
        weights[k] /= sum;
    return weights;
}

Mixture::Weights
Mixture::extrapolated(const Weights &from, const Weights &once, const Weights &twice) const
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

} // namespace advisor
