/*
 * index_tuple.h - bytes of an index tuple, as PostgreSQL's index_form_tuple lays it out.
 */
#ifndef ADVISOR_INDEX_TUPLE_H
#define ADVISOR_INDEX_TUPLE_H

#include <cstdint>

#include "index_columns.h"
#include "memory.h"

namespace advisor
{

/* From the mean widths of the statistics. */
double mean_tuple_size(const Columns &columns);

/* Of each row of the sample; empty if there is none with all of the columns. */
Vector<std::int32_t> sampled_tuple_sizes(const Columns &columns);

/* What a b-tree can hold: three to a page. */
double widest_tuple(double block_size);

} // namespace advisor

#endif
