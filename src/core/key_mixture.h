/*
 * key_mixture.h - how many keys are in how many blocks, from how many blocks of a sample each was met in.
 *
 * A mixture of binomial laws, one for each number of blocks that a key may be in, fitted to the keys that were met
 * at least once: expectation maximisation, with steps as long as the last two rounds foretell (SQUAREM, of Varadhan
 * and Roland).
 */
#ifndef ADVISOR_KEY_MIXTURE_H
#define ADVISOR_KEY_MIXTURE_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace advisor
{

/* Met in so many blocks, a key is as frequent everywhere. */
inline constexpr std::int32_t FREQUENT = 24;

/* A share or a number of keys that is as good as none. */
inline constexpr double LEAST_KEYS = 1e-9;

/* So many keys of the table that have so many rows each, and take so many bytes each. */
struct KeyFrequency
{
    double keys;
    double rows;
    double bytes;
};

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

using Counts = std::array<Met, FREQUENT>; /* by blocks; none of 0 */

class Mixture
{
  public:
    /* share: of the blocks, in the sample; counts must outlive it. */
    Mixture(const Counts &counts, double share, double heap_pages);

    void fit();

    std::size_t
    size() const
    {
        return n_;
    }

    /* Keys of a kind, with the rows and bytes of those that may be of it. */
    KeyFrequency frequency(std::size_t k) const;

  private:
    static constexpr std::size_t KINDS = 48;

    using Weights = std::array<double, KINDS>; /* shares of the keys that were met */

    /* Keys that are in so many blocks: how likely it is that one is met in j of them, if it is met. */
    struct Kind
    {
        double blocks = 0;
        double met = 0;
        std::array<double, FREQUENT> likely = {};
    };

    static Kind kind_of(double blocks, double share);
    double mixed(const Weights &weights, std::int32_t j) const;
    double likelihood(const Weights &weights) const;
    Weights improved(const Weights &weights) const;
    Weights normal(Weights weights) const;
    Weights extrapolated(const Weights &from, const Weights &once, const Weights &twice) const;

    const Counts &counts_;
    std::array<Kind, KINDS> kinds_;
    Weights weights_ = {};
    std::size_t n_ = 0;
    double total_ = 0;
};

} // namespace advisor

#endif
