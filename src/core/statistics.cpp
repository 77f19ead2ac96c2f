#include "statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "statistics_estimate.h"
#include "verdict_existing.h"

namespace advisor
{

namespace
{

/* How many times too high or too low, rows of less than one not told apart. */
double
times_off(const StatisticsFacts &facts, double estimate)
{
    const double least = 1 / facts.rows;
    const double expected = std::max(estimate, least), counted = std::max(facts.counted, least);

    return std::max(expected, counted) / std::min(expected, counted);
}

/* The best of one kind: all columns that it can speak of, but for those that are not worth it. */
StatisticsChoice
best_of(const StatisticsFacts &facts, StatisticsEstimate &estimator, StatisticsKind kind)
{
    std::uint32_t columns = estimator.columns_for(kind);

    if (std::popcount(columns) < 2)
        return {STATISTICS_NONE, 0, 0};
    double estimate = estimator.with(kind, columns);
    for (bool found = true; found && std::popcount(columns) > 2;)
    {
        const std::uint32_t all = columns;
        double least = times_off(facts, estimate) * STATISTICS_COLUMN_WORTH;

        found = false;
        for (std::uint32_t left = all; left != 0; left &= left - 1)
        {
            const std::uint32_t fewer = all & ~(left & -left);
            const double without = estimator.with(kind, fewer);
            if (times_off(facts, without) > least)
                continue;
            least = times_off(facts, without);
            columns = fewer;
            estimate = without;
            found = true;
        }
    }
    return {kind, columns, estimate};
}

bool
is_share(double value)
{
    return value >= 0 && value <= 1;
}

} // namespace

bool
is_sound(const StatisticsFacts &facts)
{
    if (!(facts.rows >= 1) || !std::isfinite(facts.rows) || !is_share(facts.planned) || !is_share(facts.counted) ||
        !(facts.target >= 1 && facts.target <= 10000) || facts.n_columns < 0 ||
        facts.n_columns > MAX_STATISTICS_COLUMNS || facts.n_conditions < 0 ||
        facts.n_conditions > MAX_STATISTICS_CONDITIONS || facts.n_rows < 0)
        return false;
    for (std::int32_t i = 0; i < facts.n_conditions; i++)
        if (facts.conditions[i].column < 0 || facts.conditions[i].column >= facts.n_columns ||
            !is_share(facts.conditions[i].selectivity))
            return false;
    for (std::int32_t column = 0; column < facts.n_columns; column++)
        for (std::int32_t row = 0; row < facts.n_rows; row++)
            if (facts.ranks[column][row] < NONE || facts.ranks[column][row] >= facts.n_rows)
                return false;
    return true;
}

bool
wants_statistics(const StatisticsFacts &facts)
{
    if (facts.planned < 0 || facts.counted < 0 || !(facts.rows >= 1) || is_stale(facts.rows, facts.modified_rows))
        return false;
    return times_off(facts, facts.planned) >= STATISTICS_OFF;
}

bool
is_nearer(const StatisticsFacts &facts, double estimate)
{
    return times_off(facts, estimate) <= times_off(facts, facts.planned) / STATISTICS_NEARER;
}

bool
choose_statistics(const StatisticsFacts &facts, StatisticsChoice &choice)
{
    choice = {STATISTICS_NONE, 0, UNKNOWN};
    if (!is_sound(facts))
        return false;
    if (!wants_statistics(facts) || facts.n_rows < std::min(STATISTICS_LEAST_ROWS, facts.rows))
        return true;
    StatisticsEstimate estimator(facts);
    double nearest = times_off(facts, facts.planned) / STATISTICS_NEARER;
    for (StatisticsKind kind : {STATISTICS_DEPENDENCIES, STATISTICS_MCV})
    {
        const StatisticsChoice best = best_of(facts, estimator, kind);
        if (best.kind == STATISTICS_NONE || times_off(facts, best.estimate) > nearest)
            continue;
        choice = best;
        nearest = times_off(facts, best.estimate) / STATISTICS_NEARER;
    }
    return true;
}

} // namespace advisor
