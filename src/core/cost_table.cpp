#include "cost_table.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "candidates.h"

namespace advisor
{

namespace
{

/* Visits the positions in `relevant` of what is in the configuration too: by searching the larger one for each of
 * the smaller one, so that what a statement costs under a set of thousands takes no longer than it has candidates.
 */
template <typename Visit>
void
each_common(std::span<const int32_t> relevant, std::span<const int32_t> configuration, Visit visit)
{
    const bool few = configuration.size() <= relevant.size();
    const std::span<const int32_t> smaller = few ? configuration : relevant,
                                   larger = few ? relevant : configuration;
    auto next = larger.begin();

    for (std::size_t i = 0; i < smaller.size(); i++)
    {
        next = std::lower_bound(next, larger.end(), smaller[i]);
        if (next == larger.end())
            return;
        if (*next == smaller[i])
            visit(few ? static_cast<std::size_t>(next - larger.begin()) : i);
    }
}

} // namespace

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
    const Vector<int32_t> &relevant = rows_[statement].relevant;
    Configuration projected;

    each_common(relevant, configuration, [&](std::size_t position) { projected.push_back(relevant[position]); });
    return projected;
}

/* ---- looking up: a look at a known set takes a few tests of bits, however many candidates it has ---- */

bool
CostTable::Positions::contains(const Vector<int32_t> &others) const
{
    return std::all_of(others.begin(), others.end(), [this](int32_t position) { return holds(position); });
}

void
CostTable::place(const Row &row, std::span<const int32_t> configuration, Positions &positions)
{
    positions.members.clear();
    positions.bits.assign((row.relevant.size() + 63) / 64, 0);
    each_common(row.relevant, configuration,
                [&](std::size_t position)
                {
                    positions.members.push_back(static_cast<int32_t>(position));
                    positions.bits[position / 64] |= uint64_t{1} << position % 64;
                });
}

Found
CostTable::look_up(int32_t statement, std::span<const int32_t> configuration) const
{
    const Row &row = rows_[statement];

    place(row, configuration, looked_up_);
    return look_up_placed(row, looked_up_, configuration.size());
}

/* size: of the configuration before what cannot matter was left out. */
Found
CostTable::look_up_placed(const Row &row, const Positions &positions, std::size_t size)
{
    Found found = find_placed(row, positions);

    if (found.layer == Layer::CACHE && positions.members.size() < size)
        found.layer = Layer::RELEVANCE;
    return found;
}

/* A single's plan answers for nothing but itself, so rule 2 looks at the larger sets alone. */
Found
CostTable::find_placed(const Row &row, const Positions &positions)
{
    if (positions.members.empty() && row.base != NONE)
        return {&row.cells[row.base].cell, Layer::CACHE};
    const auto exact = row.exact.find(positions.members);
    if (exact != row.exact.end())
        return {&row.cells[exact->second].cell, Layer::CACHE};
    for (const KnownSet &set : row.sets)
        if (positions.contains(set.used) && set.asked.contains(positions.members))
            return {&row.cells[set.cell].cell, Layer::USED_SET};
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

    place(row, configuration, looked_up_);
    const Found exact = look_up_placed(row, looked_up_, configuration.size());
    if (exact.cell != nullptr)
        return {exact.cell->cost, exact.cell->cost, exact.layer};
    Bounds bounds = {0, base(statement)->cost, Layer::NOBODY};
    for (const int32_t position : looked_up_.members)
        bounds.most = std::min(bounds.most, row.alone[position]);
    for (const KnownSet &set : row.sets)
    {
        const double cost = row.cells[set.cell].cell.cost;

        if (cost < bounds.most && looked_up_.contains(set.used))
            bounds.most = cost;
        if (cost > bounds.least && set.asked.contains(looked_up_.members))
            bounds.least = cost;
    }
    return bounds;
}

void
CostTable::learn(int32_t statement, std::span<const int32_t> configuration, Cell cell)
{
    Row &row = rows_[statement];
    const auto number = static_cast<int32_t>(row.cells.size());
    Positions asked, used;

    place(row, configuration, asked);
    place(row, cell.used, used);
    if (!row.exact.emplace(asked.members, number).second)
        return;
    answered_.push_back(statement);
    if (asked.members.empty())
        row.base = number;
    if (used.members.size() == 1)
        row.alone[used.members[0]] = std::min(row.alone[used.members[0]], cell.cost);
    row.cells.push_back({project(statement, configuration), std::move(cell)});
    if (asked.members.size() > 1)
        row.sets.push_back({number, std::move(used.members), std::move(asked)});
}

void
CostTable::fail(int32_t statement)
{
    rows_[statement].failed = true;
    answered_.push_back(statement);
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
