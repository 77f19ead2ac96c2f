/* index_tuple.cpp - aligned values behind a header, and a bitmap where one of them is NULL. */
#include "index_tuple.h"

#include <algorithm>
#include <cmath>

#include "index_page.h"

namespace advisor
{

namespace
{

constexpr double TUPLE_HEADER = 8;
constexpr double TUPLE_HEADER_WITH_NULLS = 16;
constexpr double SHORT_VARLENA = 127; /* up to here one byte of header and no alignment */

/* Numbers of any length (numeric) come in steps of two bytes, so that a mean says little about alignment. */
bool
comes_in_steps(const AttributeFact &attribute)
{
    return attribute.typlen < 0 && !attribute.equalimage;
}

/* Where a value of that width ends that starts at `offset` or at the next place its type allows. */
double
place(double offset, const AttributeFact &attribute, double width)
{
    if (attribute.typlen > 0 || width > SHORT_VARLENA)
        offset = align(offset, attribute.typalign);
    return offset + width;
}

double
mean_width(const AttributeFact &attribute, double step)
{
    if (attribute.typlen > 0)
        return attribute.typlen;
    return std::max(1.0, std::ceil(attribute.avg_width) + (comes_in_steps(attribute) ? step : 0));
}

/* Mean bytes of a tuple: all values there, or some null (those take no room, but the tuple gets a bitmap). */
double
tuple_size_at(const Columns &columns, double step)
{
    double full = 0, all_there = 1, present = 0;

    for (std::int32_t i = 0; i < columns.count; i++)
    {
        double end = place(full, columns[i], mean_width(columns[i], step));
        double not_null = 1 - columns[i].null_fraction;

        present += (end - full) * not_null;
        all_there *= not_null;
        full = end;
    }
    double size = max_align(TUPLE_HEADER + full);
    if (all_there >= 1)
        return size;
    /* What is left of the values where at least one is null. */
    double rest = std::max(0.0, present - full * all_there) / (1 - all_there);
    return all_there * size + (1 - all_there) * max_align(TUPLE_HEADER_WITH_NULLS + rest);
}

double
sampled_size(const Columns &columns, const SampledColumns &sample, std::int32_t row)
{
    double end = 0;
    bool has_nulls = false;

    for (std::int32_t i = 0; i < columns.count; i++)
    {
        if (sample[i].ranks[row] == NONE)
            has_nulls = true;
        else
            end = place(end, columns[i], sample[i].widths[row]);
    }
    return max_align((has_nulls ? TUPLE_HEADER_WITH_NULLS : TUPLE_HEADER) + end);
}

} // namespace

double
mean_tuple_size(const Columns &columns)
{
    return (tuple_size_at(columns, -1) + tuple_size_at(columns, 1)) / 2;
}

Vector<std::int32_t>
sampled_tuple_sizes(const Columns &columns)
{
    SampledColumns sample(columns);
    Vector<std::int32_t> sizes(sample.n_rows);

    for (std::int32_t row = 0; row < sample.n_rows; row++)
        sizes[row] = static_cast<std::int32_t>(sampled_size(columns, sample, row));
    return sizes;
}

double
widest_tuple(double block_size)
{
    constexpr double SPECIAL_SPACE = 16;

    return max_align_down((block_size - max_align(PAGE_HEADER + 3 * LINE_POINTER) - SPECIAL_SPACE) / 3) -
           max_align(ROW_ADDRESS);
}

} // namespace advisor
