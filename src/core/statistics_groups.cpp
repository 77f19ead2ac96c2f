#include "statistics_groups.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "statistics.h"
#include "statistics_estimate.h"

namespace advisor
{

namespace
{

/* As ANALYZE estimates it (estimate_ndistinct): by the combinations that the sample has only once. */
double
distinct_of(const StatisticsFacts &facts, SampleGroups &sample, std::uint32_t columns)
{
    const SampleGroups::Groups &groups = sample.of(columns);
    const double n = facts.n_rows, rows = std::max(facts.rows, n);
    Vector<std::int32_t> times(groups.size(), 0);
    double met = 0, once = 0;

    for (std::int32_t group : groups)
        times[static_cast<std::size_t>(group)]++;
    for (std::int32_t count : times)
    {
        met += count > 0;
        once += count == 1;
    }
    const double estimate = n * met / (n - once + once * n / rows);
    return std::floor(std::clamp(estimate, met, rows) + 0.5);
}

/* Without the column the planner would multiply by its values as it does now, to nearly the same end. */
bool
is_independent(const StatisticsFacts &facts, SampleGroups &sample, std::uint32_t columns, std::uint32_t column)
{
    const double all = distinct_of(facts, sample, columns);
    const double product = distinct_of(facts, sample, columns & ~column) * distinct_of(facts, sample, column);

    return std::min(product, facts.rows) <= all * STATISTICS_COLUMN_WORTH;
}

} // namespace

bool
choose_group_statistics(const StatisticsFacts &facts, StatisticsChoice &choice)
{
    choice = {STATISTICS_NONE, 0, UNKNOWN};
    if (!is_sound(facts))
        return false;
    if (!wants_statistics(facts) || facts.n_columns < 2 ||
        facts.n_rows < std::min(STATISTICS_LEAST_ROWS, facts.rows) || facts.n_rows < 1)
        return true;
    SampleGroups sample(facts);
    std::uint32_t columns = (1U << facts.n_columns) - 1;
    for (std::uint32_t left = columns; left != 0; left &= left - 1)
        if (is_independent(facts, sample, columns, left & -left))
            columns &= ~(left & -left);
    if (std::popcount(columns) >= 2)
        choice = {STATISTICS_NDISTINCT, columns, std::min(1.0, distinct_of(facts, sample, columns) / facts.rows)};
    return true;
}

} // namespace advisor
