/*
 * index_size.h - how big a b-tree will be right after CREATE INDEX.
 *
 * The arithmetic of a fresh build: aligned tuples, a null bitmap where a key
 * can be null, posting lists where the operator classes allow deduplication,
 * fill factor 90 on leaves and 70 above, a metapage. With a sample of the columns it knows how wide single values
 * are and how many equal keys there are of each; without one, averages, and columns are taken as independent.
 */
#ifndef ADVISOR_INDEX_SIZE_H
#define ADVISOR_INDEX_SIZE_H

#include <cstdint>

#include "facts.h"

namespace advisor
{

/* False if a tuple, the widest of the sample or the average one, is too wide, or the rows are not known. */
bool index_size(const Facts &facts, const IndexDefinition &definition, double block_size, IndexSize &size);

/* Bytes of the widest tuple of the sample, of the average one without a sample. */
double widest_entry(const Facts &facts, const IndexDefinition &definition);

/* A b-tree on this attribute alone would have tuples that fit on no page. */
bool is_too_wide(const Facts &facts, std::int32_t attribute, double block_size);

} // namespace advisor

#endif
