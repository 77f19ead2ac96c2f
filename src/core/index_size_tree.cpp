/*
 * index_size_tree.cpp - the arithmetic of fresh gist and spgist indexes.
 *
 * How full pages are after their splits is no arithmetic: the shares here were measured on the server's own
 * operator classes, over keys that come at random or in order, unique or few. Of spgist's they are of all pages,
 * inner ones and dead tuples included, of which keys in order leave most.
 *
 * Texts under spgist: a group of texts with the same first bytes is split once it is more than a page, and then
 * leaves keep what follows those bytes. Which first bytes those are the sample tells: its neighbours in order that
 * are a page of the index away from each other.
 */
#include "index_size_tree.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "index_page.h"
#include "memory.h"

namespace advisor
{

namespace
{

constexpr double GIST_SPECIAL = 16;
constexpr double GIST_FILL_FACTOR = 90;
constexpr double GIST_AT_RANDOM = 0.57; /* these at the default fill factor */
constexpr double GIST_IN_ORDER = 0.46;
constexpr double GIST_SORTED = 0.68;
constexpr double GIST_SORTED_EVENLY =
    0.85; /* up to 1 where keys are at even distances, as those in order often are */
constexpr double GIST_WORDS = 0.85;
constexpr double GIST_SIGNATURES = 0.68;
constexpr double SPGIST_SPECIAL = 8;
constexpr double SPGIST_AT_RANDOM = 0.74;
constexpr double SPGIST_IN_ORDER = 0.42;
constexpr double SPGIST_TEXTS = 0.82;
constexpr double SPGIST_HEADER = 16;
constexpr double SHORT_TEXT = 126;

double
gist_fill(const IndexSample &sample)
{
    switch (sample.tree)
    {
        case TREE_SORTED:
            return is_in_order(sample) ? GIST_SORTED_EVENLY : GIST_SORTED;
        case TREE_WORDS:
            return GIST_WORDS;
        case TREE_SIGNATURES:
            return GIST_SIGNATURES;
        default:
            return is_in_order(sample) ? GIST_IN_ORDER : GIST_AT_RANDOM;
    }
}

/* A leaf keeps what follows the first bytes that led to it. */
double
leaf_bytes(double text)
{
    return max_align(SPGIST_HEADER + text + (text <= SHORT_TEXT ? 1 : 4)) + LINE_POINTER;
}

/* Bytes that all texts from `row` to that one have in common. */
std::int32_t
common_bytes(const IndexSample &sample, std::int32_t row, std::int32_t other)
{
    std::int32_t common = sample.texts[other].common;

    for (std::int32_t i = row + 1; i < other && common > 0; i++)
        common = std::min(common, sample.texts[i].common);
    return common;
}

/* Of texts, on leaves. */
double
mean_leaf_bytes(const IndexSample &sample, double entries, double room)
{
    double step = room / leaf_bytes(1) * sample.n_texts / std::max(1.0, entries);
    auto page = static_cast<std::int32_t>(std::clamp(std::round(step), 1.0, static_cast<double>(sample.n_texts)));
    Vector<std::int32_t> ahead(static_cast<std::size_t>(sample.n_texts));
    double bytes = 0;

    for (std::int32_t row = 0; row + page < sample.n_texts; row++)
        ahead[row] = common_bytes(sample, row, row + page);
    for (std::int32_t row = 0; row < sample.n_texts; row++)
    {
        std::int32_t common = std::max(ahead[row], row >= page ? ahead[row - page] : 0);
        bytes += leaf_bytes(std::max(0, sample.texts[row].bytes - common - 1));
    }
    return bytes / sample.n_texts;
}

} // namespace

bool
is_in_order(const IndexSample &sample)
{
    constexpr double NEARLY_ALL = 0.95;

    return sample.rising >= NEARLY_ALL || sample.rising <= 1 - NEARLY_ALL;
}

double
gist_pages(const IndexSample &sample, double entries, double block_size)
{
    double room = block_size - PAGE_HEADER - GIST_SPECIAL;
    double fill_factor = sample.fill_factor > 0 ? sample.fill_factor : GIST_FILL_FACTOR;
    double item = sample.entry_bytes + LINE_POINTER;
    double per_page = std::max(2.0, std::floor(room * gist_fill(sample) * fill_factor / GIST_FILL_FACTOR / item));
    double level = std::ceil(entries / per_page);
    double pages = level;

    if (entries * item <= room)
        return 1;
    while (level > 1)
        pages += level = std::ceil(level / per_page);
    return pages;
}

double
spgist_pages(const IndexSample &sample, double entries, double block_size)
{
    constexpr double OTHER_PAGES = 2; /* metapage, and a root for NULL */
    double room = block_size - PAGE_HEADER - SPGIST_SPECIAL;
    double fill = is_in_order(sample) ? SPGIST_IN_ORDER : SPGIST_AT_RANDOM;
    double item = sample.entry_bytes + LINE_POINTER;

    if (entries * item <= room)
        return OTHER_PAGES + 1;
    if (sample.tree != TREE_TEXTS || sample.n_texts == 0)
        return OTHER_PAGES + std::ceil(entries * item / room / fill);
    double texts = entries * std::min(1.0, sample.n_texts / std::max(1.0, sample.rows_held));
    double nulls = (entries - texts) * (SPGIST_HEADER + LINE_POINTER);

    return OTHER_PAGES + std::ceil(texts * mean_leaf_bytes(sample, texts, room) / room / SPGIST_TEXTS) +
           std::ceil(nulls / room);
}

} // namespace advisor
