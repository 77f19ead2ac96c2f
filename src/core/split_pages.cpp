/* split_pages.cpp - pages as a number for each fill, entries as a fluid. */
#include "split_pages.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "memory.h"

namespace advisor
{

namespace
{

/* The left half gets the entry in the middle; what did not fit any more was there when the page was split. */
constexpr double MORE_THAN_HALF = 0.75;
constexpr double MOST_GROWTH = 8; /* beyond that the pages are new ones */

} // namespace

SplitPages::SplitPages(double room, double item)
    : room_(room), after_split_(std::min(0.95, 0.5 + MORE_THAN_HALF * item / room))
{
}

void
SplitPages::pass(double bytes)
{
    if (bytes <= bytes_)
        return;
    std::array<double, FILLS + 1> before = {};
    std::swap(before, pages_);
    if (bytes > bytes_ * MOST_GROWTH)
        add(after_split_, bytes / room_ / after_split_);
    else
        for (std::size_t i = 1; i < before.size(); i++)
            if (before[i] > 0)
                grow(static_cast<double>(i) / FILLS, before[i], bytes / bytes_ - 1);
    bytes_ = bytes;
}

double
SplitPages::pages() const
{
    return std::accumulate(pages_.begin(), pages_.end(), 0.0);
}

/* Between two whole per cents: some of the one, some of the other. */
void
SplitPages::add(double fill, double pages)
{
    double at = std::clamp(fill, 1.0 / FILLS, 1.0) * FILLS;
    auto below = static_cast<std::size_t>(at);
    double above = at - std::floor(at);

    pages_[below] += pages * (1 - above);
    if (above > 0)
        pages_[below + 1] += pages * above;
}

void
SplitPages::grow(double fill, double pages, double growth)
{
    struct Growing
    {
        double fill;
        double left; /* of it: old entries, still to grow */
    };
    Vector<Growing> growing = {{fill, fill}};

    while (!growing.empty())
    {
        auto [filled, left] = growing.back();
        growing.pop_back();
        if (filled + left * growth <= 1)
        {
            add(filled + left * growth, pages);
            continue;
        }
        left = std::max(0.0, left - (1 - filled) / growth);
        double split_off = std::max(0.0, after_split_ - (1 - left));
        growing.push_back({after_split_, split_off});
        growing.push_back({1 - after_split_, left - split_off});
    }
}

} // namespace advisor
