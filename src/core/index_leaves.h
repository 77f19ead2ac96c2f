/*
 * index_leaves.h - the leaves of a b-tree as CREATE INDEX fills them, from left to right.
 *
 * A leaf is left alone as soon as less of it is free than the fill factor leaves; its last item then moves on to the next leaf
 * and stays behind, cut down, as the high key.
 */
#ifndef ADVISOR_INDEX_LEAVES_H
#define ADVISOR_INDEX_LEAVES_H

#include "index_columns.h"
#include "key_groups.h"

namespace advisor
{

struct Leaves
{
    double pages = 0;
    double items = 0;
};

struct LeafOptions
{
    bool deduplicates;
    double fill; /* 0..1 */
    double block_size;
};

/*
 * Leaves and what lies on them: tuples, or posting lists if so wished. sampled: bytes of the tuple of each
 * row of the sample; empty without one.
 */
Leaves leaves_of(const Columns &columns, const Vector<std::int32_t> &sampled, const KeyGroups &groups, double tuples,
                 const LeafOptions &options);

} // namespace advisor

#endif
