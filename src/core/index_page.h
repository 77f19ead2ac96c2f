/*
 * index_page.h - what all access methods' pages have in common, in bytes (PostgreSQL's bufpage.h, itemid.h,
 * itemptr.h).
 */
#ifndef ADVISOR_INDEX_PAGE_H
#define ADVISOR_INDEX_PAGE_H

#include <cmath>

namespace advisor
{

inline constexpr double PAGE_HEADER = 24;
inline constexpr double LINE_POINTER = 4;
inline constexpr double ROW_ADDRESS = 6;

inline double
align(double size, double alignment)
{
    return std::ceil(size / alignment) * alignment;
}

/* To MAXIMUM_ALIGNOF of all platforms that matter. */
inline double
max_align(double size)
{
    return align(size, 8);
}

inline double
max_align_down(double size)
{
    return std::floor(size / 8) * 8;
}

} // namespace advisor

#endif
