#include "statistics_estimate.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace advisor
{

namespace
{

/* ANALYZE takes so many rows for each value of the statistics target. */
constexpr double ROWS_PER_TARGET = 300;

/* A combination is a common one if its share is known to within a fifth of it (get_mincount_for_mcv_list). */
constexpr double SQUARED_ERROR = 0.04;

std::size_t
place(std::int32_t number)
{
    return static_cast<std::size_t>(number);
}

bool
speaks_of(StatisticsKind kind, const StatisticsCondition &condition)
{
    return kind == STATISTICS_MCV || condition.equality;
}

bool
takes_part(StatisticsKind kind, std::uint32_t columns, const StatisticsCondition &condition)
{
    return speaks_of(kind, condition) && (columns >> condition.column & 1U) != 0;
}

} // namespace

SampleGroups::SampleGroups(const StatisticsFacts &facts) : facts_(facts), groups_(std::size_t(1) << facts.n_columns)
{
    groups_[0].resize(place(facts.n_rows), 0);
}

const SampleGroups::Groups &
SampleGroups::of(std::uint32_t columns)
{
    Vector<std::uint32_t> missing;

    for (std::uint32_t set = columns; set != 0 && groups_[set].empty(); set &= set - 1)
        missing.push_back(set);
    for (; !missing.empty(); missing.pop_back())
        groups_[missing.back()] = split(missing.back());
    return groups_[columns];
}

/* By the first of the columns what the others have grouped. */
SampleGroups::Groups
SampleGroups::split(std::uint32_t columns) const
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

StatisticsEstimate::StatisticsEstimate(const StatisticsFacts &facts) : facts_(facts), sample_(facts)
{
}

double
StatisticsEstimate::with(StatisticsKind kind, std::uint32_t columns)
{
    const double known = kind == STATISTICS_DEPENDENCIES ? by_dependencies(columns) : by_common_values(columns);

    return std::clamp(known * others(kind, columns), 1 / facts_.rows, 1.0);
}

std::uint32_t
StatisticsEstimate::columns_for(StatisticsKind kind) const
{
    std::uint32_t columns = 0;

    for (std::int32_t i = 0; i < facts_.n_conditions; i++)
        if (speaks_of(kind, facts_.conditions[i]))
            columns |= 1U << facts_.conditions[i].column;
    return columns;
}

/* The planner's product of those conjuncts that `is_meant`; two ends of one range it takes together. */
template <typename IsMeant>
double
StatisticsEstimate::product(IsMeant is_meant) const
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
StatisticsEstimate::others(StatisticsKind kind, std::uint32_t columns) const
{
    const double all = product([](const StatisticsCondition &) { return true; });
    const double outside =
        product([&](const StatisticsCondition &condition) { return !takes_part(kind, columns, condition); });

    return outside * (all > 0 ? std::min(1.0, facts_.planned / all) : 1);
}

/* ---- functional dependencies ---- */

double
StatisticsEstimate::by_dependencies(std::uint32_t columns)
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

/* The widest that holds for any rows at all, and of these the one that holds for most. */
StatisticsEstimate::Dependency
StatisticsEstimate::strongest(std::uint32_t columns)
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

/* The share of rows whose values of `from` go with one value of the column. */
double
StatisticsEstimate::degree(std::uint32_t from, int implied)
{
    const SampleGroups::Groups &groups = sample_.of(from);
    const SampleGroups::Groups &finer = sample_.of(from | 1U << implied);
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

/* What the condition on the implied column keeps of the rows that the others keep. */
double
StatisticsEstimate::given(const Dependency &dependency, const double *kept)
{
    double others = 1;
    const double own = kept[dependency.implied];

    for (int column = 0; column < MAX_STATISTICS_COLUMNS; column++)
        if ((dependency.from >> column & 1U) != 0)
            others *= kept[column];
    const double implied = others <= own ? 1 : own / others;
    return dependency.degree * implied + (1 - dependency.degree) * own;
}

/* ---- most common values ---- */

double
StatisticsEstimate::by_common_values(std::uint32_t columns)
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
        const SampleGroups::Groups &groups = sample_.of(1U << column);
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

/* Those that ANALYZE would keep, the most frequent first. */
Vector<StatisticsEstimate::Combination>
StatisticsEstimate::common(std::uint32_t columns)
{
    const SampleGroups::Groups &groups = sample_.of(columns);
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
StatisticsEstimate::least_share() const
{
    const double rows = std::max(facts_.rows, static_cast<double>(facts_.n_rows));
    const double sampled = std::min(ROWS_PER_TARGET * facts_.target, rows);
    const double denominator = rows - sampled + SQUARED_ERROR * sampled * (rows - 1);

    return denominator > 0 ? (rows - sampled) / denominator : 0;
}

/* Rows of the sample with that value of the column. */
Vector<double>
StatisticsEstimate::rows_of_values(int column)
{
    const SampleGroups::Groups &groups = sample_.of(1U << column);
    Vector<double> rows(groups.size(), 0);

    for (std::int32_t group : groups)
        rows[place(group)]++;
    return rows;
}

bool
StatisticsEstimate::meets(std::int32_t row, std::uint32_t columns) const
{
    for (std::int32_t i = 0; i < facts_.n_conditions; i++)
        if (takes_part(STATISTICS_MCV, columns, facts_.conditions[i]) && (facts_.matches[row] >> i & 1U) == 0)
            return false;
    return true;
}

} // namespace advisor
