#include "cost_table.h"

#include <algorithm>
#include <iterator>

#include "candidates.h"

namespace advisor
{

CostTable::CostTable(int32_t statements, std::span<const Candidate> candidates) : rows_(statements)
{
    for (std::size_t i = 0; i < candidates.size(); i++)
        for (const int32_t statement : candidates[i].statements)
            rows_[statement].relevant.push_back(static_cast<int32_t>(i));
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

const Cell *
CostTable::find(int32_t statement, std::span<const int32_t> configuration) const
{
    const Row &row = rows_[statement];
    const Configuration projected = project(statement, configuration);
    const auto exact = row.exact.find(projected);

    if (exact != row.exact.end())
        return &row.cells[exact->second].cell;
    for (const KnownCell &known : row.cells)
        if (is_subset(known.cell.used, projected) && is_subset(projected, known.configuration))
            return &known.cell;
    return nullptr;
}

const Cell *
CostTable::base(int32_t statement) const
{
    return find(statement, {});
}

double
CostTable::at_least(int32_t statement, std::span<const int32_t> configuration) const
{
    const Configuration projected = project(statement, configuration);
    double bound = 0;

    for (const KnownCell &known : rows_[statement].cells)
        if (known.cell.cost > bound && is_subset(projected, known.configuration))
            bound = known.cell.cost;
    return bound;
}

double
CostTable::at_most(int32_t statement, std::span<const int32_t> configuration) const
{
    const Cell *exact = find(statement, configuration);
    const Configuration projected = project(statement, configuration);
    double bound = base(statement)->cost;

    if (exact != nullptr)
        return exact->cost;

    for (const KnownCell &known : rows_[statement].cells)
        if (known.cell.cost < bound && is_subset(known.cell.used, projected))
            bound = known.cell.cost;
    return bound;
}

double
CostTable::floor(int32_t statement) const
{
    double lowest = base(statement)->cost;

    for (const KnownCell &known : rows_[statement].cells)
        lowest = std::min(lowest, known.cell.cost);
    return lowest;
}

void
CostTable::learn(int32_t statement, std::span<const int32_t> configuration, Cell cell)
{
    Row &row = rows_[statement];
    Configuration projected = project(statement, configuration);

    if (!row.exact.emplace(projected, static_cast<int32_t>(row.cells.size())).second)
        return;
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
