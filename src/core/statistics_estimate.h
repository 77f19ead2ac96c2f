/*
 * statistics_estimate.h - what the planner would expect with extended statistics, from a sample of rows.
 *
 * Functional dependencies: ANALYZE counts, for each column and each set of others, the rows in groups of equal
 * others that have one value of it; the planner takes the strongest dependency, then the strongest among the
 * columns that this does not imply, and so on. Most common values: the combinations that are frequent enough, each
 * with its share and with the product of its values' shares; of what the conditions keep by the product, the part
 * that is in the list gives way to what the list says.
 */
#ifndef ADVISOR_STATISTICS_ESTIMATE_H
#define ADVISOR_STATISTICS_ESTIMATE_H

#include <cstddef>
#include <cstdint>

#include "facts.h"
#include "memory.h"

namespace advisor
{

/* The rows of a sample, grouped by the values of sets of columns. A set is bits, the first column's the lowest. */
class SampleGroups
{
  public:
    using Groups = Vector<std::int32_t>; /* per row: number of its group, from 0 */

    /* The facts must outlive it. */
    explicit SampleGroups(const StatisticsFacts &facts);

    /* Rows that are equal in these columns; NULL equals NULL, as ANALYZE has it. */
    const Groups &of(std::uint32_t columns);

  private:
    Groups split(std::uint32_t columns) const;

    const StatisticsFacts &facts_;
    Vector<Groups> groups_;
};

class StatisticsEstimate
{
  public:
    /* The facts must outlive it. */
    explicit StatisticsEstimate(const StatisticsFacts &facts);

    /* The share of rows that all conjuncts would be expected to keep with such statistics on these columns. */
    double with(StatisticsKind kind, std::uint32_t columns);

    /* Columns that statistics of this kind could have something to say of. */
    std::uint32_t columns_for(StatisticsKind kind) const;

  private:
    /* Of rows whose values of `from` are equal, the share that have one value of `implied`. */
    struct Dependency
    {
        std::uint32_t from = 0;
        int implied = NONE;
        double degree = 0;
    };

    /* A combination of values. */
    struct Combination
    {
        double rows = 0;
        std::int32_t row = NONE; /* one of them */
    };

    template <typename IsMeant> double product(IsMeant is_meant) const;
    double others(StatisticsKind kind, std::uint32_t columns) const;

    double by_dependencies(std::uint32_t columns);
    Dependency strongest(std::uint32_t columns);
    double degree(std::uint32_t from, int implied);
    static double given(const Dependency &dependency, const double *kept);

    double by_common_values(std::uint32_t columns);
    Vector<Combination> common(std::uint32_t columns);
    double least_share() const;
    Vector<double> rows_of_values(int column);
    bool meets(std::int32_t row, std::uint32_t columns) const;

    const StatisticsFacts &facts_;
    SampleGroups sample_;
};

} // namespace advisor

#endif
