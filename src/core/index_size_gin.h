/*
 * index_size_gin.h - a gin index: a tree of keys, each with the addresses of its rows.
 */
#ifndef ADVISOR_INDEX_SIZE_GIN_H
#define ADVISOR_INDEX_SIZE_GIN_H

#include "facts.h"

namespace advisor
{

/* Pages and entries of an index on one table, or on the mean leaf of a partition tree. */
void gin_size(const IndexSample &sample, double rows, double heap_pages, double block_size, IndexSize &size);

} // namespace advisor

#endif
