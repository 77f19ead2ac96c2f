/*
 * index_size.h - how big a b-tree will be right after CREATE INDEX.
 *
 * The arithmetic of a fresh build: aligned tuples, a null bitmap where a key
 * can be null, posting lists where the operator classes allow deduplication,
 * fill factor 90 on leaves and 70 above, a metapage. What it does not know: how
 * columns correlate (the number of distinct composite keys is their product,
 * capped by the entries) and how wide single values are (averages only).
 */
#ifndef ADVISOR_INDEX_SIZE_H
#define ADVISOR_INDEX_SIZE_H

#include "facts.h"

namespace advisor
{

/* False if a tuple of average width is too wide for a page, or the relation's rows are not known. */
bool index_size(const Facts &facts, const IndexDefinition &definition, double block_size, IndexSize &size);

} // namespace advisor

#endif
