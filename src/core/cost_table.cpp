#include "cost_table.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "candidates.h"

namespace advisor
{

CostTable::CostTable(int32_t statements, std::span<const Candidate> candidates) : rows_(statements)
{
    for (std::size_t i = 0; i < candidates.size(); i++)
        for (const int32_t statement : candidates[i].statements)
        {
            rows_[statement].relevant.push_back(static_cast<int32_t>(i));
            rows_[statement].alone.push_back(std::numeric_limits<double>::infinity());
        }
}

std::span<const int32_t>
CostTable::relevant(int32_t statement) const
{
    return rows_[statement].relevant;
}

Configuration
CostTable::project(int32_t statement, std::span<const int32_t> configuration) const
{
    Configuration projected;

    for (const int32_t candidate : configuration)
        if (contains(rows_[statement].relevant, candidate))
            projected.push_back(candidate);
    return projected;
}

Found
CostTable::look_up(int32_t statement, std::span<const int32_t> configuration) const
{
    return look_up_projected(rows_[statement], configuration, project(statement, configuration));
}

Found
CostTable::look_up_projected(const Row &row, std::span<const int32_t> configuration, const Configuration &projected)
{
    Found found = find_projected(row, projected);

    if (found.layer == Layer::CACHE && projected.size() < configuration.size())
        found.layer = Layer::RELEVANCE;
    return found;
}

/* A single's plan answers for nothing but itself, so rule 2 looks at the larger sets alone. */
Found
CostTable::find_projected(const Row &row, const Configuration &projected)
{
    if (projected.empty() && row.base != NONE)
        return {&row.cells[row.base].cell, Layer::CACHE};
    const auto exact = row.exact.find(projected);
    if (exact != row.exact.end())
        return {&row.cells[exact->second].cell, Layer::CACHE};
    for (const int32_t set : row.sets)
        if (is_subset(row.cells[set].cell.used, projected) && is_subset(projected, row.cells[set].configuration))
            return {&row.cells[set].cell, Layer::USED_SET};
    return {nullptr, Layer::NOBODY};
}

const Cell *
CostTable::base(int32_t statement) const
{
    const Row &row = rows_[statement];

    return row.base == NONE ? nullptr : &row.cells[row.base].cell;
}

Bounds
CostTable::bounds(int32_t statement, std::span<const int32_t> configuration) const
{
    const Row &row = rows_[statement];
    const Configuration projected = project(statement, configuration);
    const Found exact = look_up_projected(row, configuration, projected);

    if (exact.cell != nullptr)
        return {exact.cell->cost, exact.cell->cost, exact.layer};
    Bounds bounds = {0, base(statement)->cost, Layer::NOBODY};
    for (const int32_t candidate : projected)
        bounds.most = std::min(bounds.most, alone(row, candidate));
    for (const int32_t set : row.sets)
    {
        const KnownCell &known = row.cells[set];

        if (known.cell.cost < bounds.most && is_subset(known.cell.used, projected))
            bounds.most = known.cell.cost;
        if (known.cell.cost > bounds.least && is_subset(projected, known.configuration))
            bounds.least = known.cell.cost;
    }
    return bounds;
}

double
CostTable::alone(const Row &row, int32_t candidate)
{
    const auto position = std::lower_bound(row.relevant.begin(), row.relevant.end(), candidate);

    return row.alone[static_cast<std::size_t>(position - row.relevant.begin())];
}

void
CostTable::learn(int32_t statement, std::span<const int32_t> configuration, Cell cell)
{
    Row &row = rows_[statement];
    Configuration projected = project(statement, configuration);

    if (!row.exact.emplace(projected, static_cast<int32_t>(row.cells.size())).second)
        return;
    if (projected.empty())
        row.base = static_cast<int32_t>(row.cells.size());
    if (projected.size() > 1)
        row.sets.push_back(static_cast<int32_t>(row.cells.size()));
    if (cell.used.size() == 1)
    {
        const auto position = std::lower_bound(row.relevant.begin(), row.relevant.end(), cell.used[0]);
        double &alone = row.alone[static_cast<std::size_t>(position - row.relevant.begin())];

        alone = std::min(alone, cell.cost);
    }
    row.cells.push_back({std::move(projected), std::move(cell)});
}

void
CostTable::fail(int32_t statement)
{
    rows_[statement].failed = true;
}

bool
CostTable::failed(int32_t statement) const
{
    return rows_[statement].failed;
}

std::span<const KnownCell>
CostTable::known(int32_t statement) const
{
    return rows_[statement].cells;
}

bool
contains(std::span<const int32_t> set, int32_t member)
{
    return std::binary_search(set.begin(), set.end(), member);
}

bool
is_subset(std::span<const int32_t> smaller, std::span<const int32_t> larger)
{
    return smaller.size() <= larger.size() &&
           std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end());
}

Configuration
united(std::span<const int32_t> a, std::span<const int32_t> b)
{
    Configuration result;

    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
    return result;
}

Configuration
without(std::span<const int32_t> set, std::span<const int32_t> removed)
{
    Configuration result;

    std::set_difference(set.begin(), set.end(), removed.begin(), removed.end(), std::back_inserter(result));
    return result;
}

Configuration
without(std::span<const int32_t> set, int32_t removed)
{
    return without(set, std::span<const int32_t>(&removed, 1));
}

} // namespace advisor
