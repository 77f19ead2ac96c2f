#include "knapsack.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace advisor
{

namespace
{

constexpr std::size_t UNITS = 500;

} // namespace

double
fractional_knapsack(std::span<const Item> items, double room, Vector<double> &taken)
{
    Vector<std::size_t> best_first(items.size());
    double sum = 0;

    taken.assign(items.size(), 0);
    std::iota(best_first.begin(), best_first.end(), 0);
    std::stable_sort(best_first.begin(), best_first.end(),
                     [&](std::size_t a, std::size_t b)
                     { return items[a].worth * items[b].bytes > items[b].worth * items[a].bytes; });
    for (const std::size_t i : best_first)
    {
        taken[i] = std::min(1.0, room / items[i].bytes);
        sum += taken[i] * items[i].worth;
        room -= taken[i] * items[i].bytes;
        if (room <= 0)
            break;
    }
    return sum;
}

double
whole_knapsack(std::span<const Item> items, double room, Vector<double> &taken)
{
    Vector<double> most(UNITS + 1, 0); /* by units used at most */
    Vector<Vector<char>> takes(items.size(), Vector<char>(UNITS + 1, 0));
    Vector<std::size_t> units;

    for (std::size_t i = 0; i < items.size(); i++)
    {
        const double share = std::floor(items[i].bytes / room * UNITS);

        units.push_back(share > UNITS || items[i].bytes > room ? UNITS + 1 : static_cast<std::size_t>(share));
        for (std::size_t u = UNITS + 1; u-- > units[i];)
            if (most[u - units[i]] + items[i].worth > most[u])
            {
                most[u] = most[u - units[i]] + items[i].worth;
                takes[i][u] = 1;
            }
    }
    taken.assign(items.size(), 0);
    for (std::size_t i = items.size(), left = UNITS; i-- > 0;)
        if (takes[i][left] != 0)
        {
            taken[i] = 1;
            left -= units[i];
        }
    return most[UNITS];
}

} // namespace advisor
