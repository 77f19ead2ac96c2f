/*
 * index_size_sampled.h - how big an index of another method than btree will be right after CREATE INDEX.
 *
 * Hash and bloom follow from the number of rows, brin from the pages of the heap,
 * the others from what a sample of rows would put into them. Of a partition tree it is the sum of indexes on
 * equal leaves.
 */
#ifndef ADVISOR_INDEX_SIZE_SAMPLED_H
#define ADVISOR_INDEX_SIZE_SAMPLED_H

#include "facts.h"

namespace advisor
{

/* False if the figures contradict each other. */
bool sampled_size(const IndexSample &sample, double block_size, IndexSize &size);

} // namespace advisor

#endif
