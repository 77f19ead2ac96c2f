/*
 * statistics.cpp - the planner's arithmetic of extended statistics, on a sample.
 *
 * Functional dependencies: ANALYZE counts, for each column and each set of others, the rows in groups of equal
 * others that have one value of it; the planner takes the strongest dependency, then the strongest among the
 * columns that this does not imply, and so on. Most common values: the combinations that are frequent enough, each
 * with its share and with the product of its values' shares; of what the conditions keep by the product, the part
 * that is in the list gives way to what the list says.
 */
#include "statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "memory.h"
#include "verdict_existing.h"

namespace advisor
{

namespace
{

using Groups = Vector<std::int32_t>; /* per row: number of its group, from 0 */

/* ANALYZE takes so many rows for each value of the statistics target. */
constexpr double ROWS_PER_TARGET = 300;

/* A combination is a common one if its share is known to within a fifth of it (get_mincount_for_mcv_list). */
constexpr double SQUARED_ERROR = 0.04;

std::size_t
place(std::int32_t number)
{
    return static_cast<std::size_t>(number);
}

/* The sample, grouped by the values of sets of columns. */
class Sample
{
  public:
    explicit Sample(const StatisticsFacts &facts) : facts_(facts), groups_(std::size_t(1) << facts.n_columns)
    {
        groups_[0].resize(place(facts.n_rows), 0);
    }

    /* Rows that are equal in these columns; NULL equals NULL, as ANALYZE has it. */
    const Groups &
    groups(std::uint32_t columns)
    {
        Vector<std::uint32_t> missing;

        for (std::uint32_t set = columns; set != 0 && groups_[set].empty(); set &= set - 1)
            missing.push_back(set);
        for (; !missing.empty(); missing.pop_back())
            groups_[missing.back()] = split(missing.back());
        return groups_[columns];
    }

  private:
    /* By the first of the columns what the others have grouped. */
    Groups
    split(std::uint32_t columns) const
    {
        const int column = std::countr_zero(columns);
        const Groups &others = groups_[columns & (columns - 1)];
        Groups groups(place(facts_.n_rows), 0);
        Vector<std::pair<std::int64_t, std::int32_t>> keys;

        for (std::int32_t row = 0; row < facts_.n_rows; row++)
            keys.emplace_back(std::int64_t(others[place(row)]) * (std::int64_t(facts_.n_rows) + 1) +
                                  facts_.ranks[column][row] + 1,
                              row);
        std::sort(keys.begin(), keys.end());
        for (std::size_t i = 1, group = 0; i < keys.size(); i++)
        {
            group += keys[i].first != keys[i - 1].first;
            groups[place(keys[i].second)] = static_cast<std::int32_t>(group);
        }
        return groups;
    }

    const StatisticsFacts &facts_;
    Vector<Groups> groups_;
};

class Estimator
{
  public:
    explicit Estimator(const StatisticsFacts &facts) : facts_(facts), sample_(facts)
    {
    }

    /* What all conjuncts would be expected to keep with such statistics on these columns. */
    double
    with(StatisticsKind kind, std::uint32_t columns)
    {
        const double known = kind == STATISTICS_DEPENDENCIES ? by_dependencies(columns) : by_common_values(columns);

        return std::clamp(known * others(kind, columns), 1 / facts_.rows, 1.0);
    }

    /* Columns that statistics of this kind could have something to say of. */
    std::uint32_t
    columns_for(StatisticsKind kind) const
    {
        std::uint32_t columns = 0;

        for (std::int32_t i = 0; i < facts_.n_conditions; i++)
            if (speaks_of(kind, facts_.conditions[i]))
                columns |= 1U << facts_.conditions[i].column;
        return columns;
    }

    /* How many times too high or too low, rows of less than one not told apart. */
    static double
    times_off(const StatisticsFacts &facts, double estimate)
    {
        const double least = 1 / facts.rows;
        const double expected = std::max(estimate, least), counted = std::max(facts.counted, least);

        return std::max(expected, counted) / std::min(expected, counted);
    }

    double
    times_off(double estimate) const
    {
        return times_off(facts_, estimate);
    }

  private:
    static bool
    speaks_of(StatisticsKind kind, const StatisticsCondition &condition)
    {
        return kind == STATISTICS_MCV || condition.equality;
    }

    bool
    takes_part(StatisticsKind kind, std::uint32_t columns, const StatisticsCondition &condition) const
    {
        return speaks_of(kind, condition) && (columns >> condition.column & 1U) != 0;
    }

    /* The planner's product of those conjuncts that `is_meant`; two ends of one range it takes together. */
    template <typename IsMeant>
    double
    product(IsMeant is_meant) const
    {
        double all = 1;

        for (std::int32_t column = 0; column < facts_.n_columns; column++)
        {
            int ends = 0;
            double kept = 1, missed = 0;
            for (std::int32_t i = 0; i < facts_.n_conditions; i++)
            {
                const StatisticsCondition &condition = facts_.conditions[i];
                if (condition.column != column || !is_meant(condition))
                    continue;
                kept *= condition.selectivity;
                missed += condition.equality ? 0 : 1 - condition.selectivity;
                ends += condition.equality ? 0 : 1;
            }
            all *= ends == 2 && missed < 1 ? 1 - missed : kept;
        }
        return all;
    }

    /* Of the conjuncts that stay outside, known here or not. */
    double
    others(StatisticsKind kind, std::uint32_t columns) const
    {
        const double all = product([](const StatisticsCondition &) { return true; });
        const double outside =
            product([&](const StatisticsCondition &condition) { return !takes_part(kind, columns, condition); });

        return outside * (all > 0 ? std::min(1.0, facts_.planned / all) : 1);
    }

    /* The share of rows whose values of `from` go with one value of the column. */
    double
    degree(std::uint32_t from, int implied)
    {
        const Groups &groups = sample_.groups(from);
        const Groups &finer = sample_.groups(from | 1U << implied);
        Vector<std::int32_t> rows(groups.size(), 0), first(groups.size(), NONE);
        Vector<char> violated(groups.size(), 0);
        double supporting = 0;

        for (std::size_t row = 0; row < groups.size(); row++)
        {
            const std::size_t group = place(groups[row]);
            if (first[group] == NONE)
                first[group] = finer[row];
            violated[group] = static_cast<char>(violated[group] | (first[group] != finer[row]));
            rows[group]++;
        }
        for (std::size_t group = 0; group < groups.size(); group++)
            supporting += violated[group] ? 0 : rows[group];
        return supporting / static_cast<double>(groups.size());
    }

    struct Dependency
    {
        std::uint32_t from = 0;
        int implied = NONE;
        double degree = 0;
    };

    /* The widest that holds for any rows at all, and of these the one that holds for most. */
    Dependency
    strongest(std::uint32_t columns)
    {
        Dependency best;

        for (int implied = 0; implied < facts_.n_columns; implied++)
        {
            if ((columns >> implied & 1U) == 0)
                continue;
            const std::uint32_t from = columns & ~(1U << implied);
            const double found = degree(from, implied);
            if (found > best.degree)
                best = {from, implied, found};
        }
        return best;
    }

    double
    by_dependencies(std::uint32_t columns)
    {
        double kept[MAX_STATISTICS_COLUMNS];
        Vector<Dependency> found;

        std::fill_n(kept, MAX_STATISTICS_COLUMNS, 1.0);
        for (std::int32_t i = 0; i < facts_.n_conditions; i++)
            if (takes_part(STATISTICS_DEPENDENCIES, columns, facts_.conditions[i]))
                kept[facts_.conditions[i].column] *= facts_.conditions[i].selectivity;
        for (std::uint32_t left = columns; std::popcount(left) > 1;)
        {
            const Dependency dependency = strongest(left);
            if (dependency.implied == NONE)
                break;
            found.push_back(dependency);
            left &= ~(1U << dependency.implied);
        }
        for (std::size_t i = found.size(); i-- > 0;)
            kept[found[i].implied] = given(found[i], kept);
        double product = 1;
        for (double share : kept)
            product *= share;
        return product;
    }

    /* What the condition on the implied column keeps of the rows that the others keep. */
    static double
    given(const Dependency &dependency, const double *kept)
    {
        double others = 1;
        const double own = kept[dependency.implied];

        for (int column = 0; column < MAX_STATISTICS_COLUMNS; column++)
            if ((dependency.from >> column & 1U) != 0)
                others *= kept[column];
        const double implied = others <= own ? 1 : own / others;
        return dependency.degree * implied + (1 - dependency.degree) * own;
    }

    /* A combination of values. */
    struct Combination
    {
        double rows = 0;
        std::int32_t row = NONE; /* one of them */
    };

    /* Those that ANALYZE would keep, the most frequent first. */
    Vector<Combination>
    common(std::uint32_t columns)
    {
        const Groups &groups = sample_.groups(columns);
        Vector<Combination> combinations(groups.size());

        for (std::size_t row = 0; row < groups.size(); row++)
        {
            combinations[place(groups[row])].rows++;
            combinations[place(groups[row])].row = static_cast<std::int32_t>(row);
        }
        const double least = std::max(1.0, least_share() * facts_.n_rows);
        std::erase_if(combinations, [least](const Combination &combination) { return combination.rows < least; });
        std::stable_sort(combinations.begin(), combinations.end(),
                         [](const Combination &a, const Combination &b) { return a.rows > b.rows; });
        if (static_cast<double>(combinations.size()) > facts_.target)
            combinations.resize(static_cast<std::size_t>(facts_.target));
        return combinations;
    }

    double
    least_share() const
    {
        const double rows = std::max(facts_.rows, static_cast<double>(facts_.n_rows));
        const double sampled = std::min(ROWS_PER_TARGET * facts_.target, rows);
        const double denominator = rows - sampled + SQUARED_ERROR * sampled * (rows - 1);

        return denominator > 0 ? (rows - sampled) / denominator : 0;
    }

    /* Rows of the sample with that value of the column. */
    Vector<double>
    rows_of_values(int column)
    {
        const Groups &groups = sample_.groups(1U << column);
        Vector<double> rows(groups.size(), 0);

        for (std::int32_t group : groups)
            rows[place(group)]++;
        return rows;
    }

    double
    by_common_values(std::uint32_t columns)
    {
        const double n = facts_.n_rows;
        Vector<Combination> combinations = common(columns);
        Vector<double> by_product(combinations.size(), 1);
        double listed = 0, met = 0, met_by_product = 0;

        for (int column = 0; column < facts_.n_columns; column++)
        {
            if ((columns >> column & 1U) == 0)
                continue;
            const Vector<double> rows = rows_of_values(column);
            const Groups &groups = sample_.groups(1U << column);
            for (std::size_t i = 0; i < combinations.size(); i++)
                by_product[i] *= rows[place(groups[place(combinations[i].row)])] / n;
        }
        for (std::size_t i = 0; i < combinations.size(); i++)
        {
            listed += combinations[i].rows / n;
            if (!meets(combinations[i].row, columns))
                continue;
            met += combinations[i].rows / n;
            met_by_product += by_product[i];
        }
        const double simple = product([&](const StatisticsCondition &condition)
                                      { return takes_part(STATISTICS_MCV, columns, condition); });
        return met + std::min(std::max(0.0, simple - met_by_product), std::max(0.0, 1 - listed));
    }

    bool
    meets(std::int32_t row, std::uint32_t columns) const
    {
        for (std::int32_t i = 0; i < facts_.n_conditions; i++)
            if (takes_part(STATISTICS_MCV, columns, facts_.conditions[i]) && (facts_.matches[row] >> i & 1U) == 0)
                return false;
        return true;
    }

    const StatisticsFacts &facts_;
    Sample sample_;
};

/* The best of one kind: all columns that it can speak of, but for those that are not worth it. */
StatisticsChoice
best_of(Estimator &estimator, StatisticsKind kind)
{
    std::uint32_t columns = estimator.columns_for(kind);

    if (std::popcount(columns) < 2)
        return {STATISTICS_NONE, 0, 0};
    double estimate = estimator.with(kind, columns);
    for (bool found = true; found && std::popcount(columns) > 2;)
    {
        const std::uint32_t all = columns;
        double least = estimator.times_off(estimate) * STATISTICS_COLUMN_WORTH;

        found = false;
        for (std::uint32_t left = all; left != 0; left &= left - 1)
        {
            const std::uint32_t fewer = all & ~(left & -left);
            const double without = estimator.with(kind, fewer);
            if (estimator.times_off(without) > least)
                continue;
            least = estimator.times_off(without);
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

} // namespace

bool
wants_statistics(const StatisticsFacts &facts)
{
    if (facts.planned < 0 || facts.counted < 0 || !(facts.rows >= 1) || is_stale(facts.rows, facts.modified_rows))
        return false;
    return Estimator::times_off(facts, facts.planned) >= STATISTICS_OFF;
}

bool
choose_statistics(const StatisticsFacts &facts, StatisticsChoice &choice)
{
    choice = {STATISTICS_NONE, 0, UNKNOWN};
    if (!is_sound(facts))
        return false;
    if (!wants_statistics(facts) || facts.n_rows < std::min(STATISTICS_LEAST_ROWS, facts.rows))
        return true;
    Estimator estimator(facts);
    double nearest = estimator.times_off(facts.planned) / STATISTICS_NEARER;
    for (StatisticsKind kind : {STATISTICS_DEPENDENCIES, STATISTICS_MCV})
    {
        const StatisticsChoice best = best_of(estimator, kind);
        if (best.kind == STATISTICS_NONE || estimator.times_off(best.estimate) > nearest)
            continue;
        choice = best;
        nearest = estimator.times_off(best.estimate) / STATISTICS_NEARER;
    }
    return true;
}

} // namespace advisor
