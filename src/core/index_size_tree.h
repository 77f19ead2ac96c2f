/*
 * index_size_tree.h - gist and spgist: trees whose pages are split while rows come in the order of the table.
 */
#ifndef ADVISOR_INDEX_SIZE_TREE_H
#define ADVISOR_INDEX_SIZE_TREE_H

#include "facts.h"

namespace advisor
{

/* Pages of an index with so many entries. */
double gist_pages(const IndexSample &sample, double entries, double block_size);
double spgist_pages(const IndexSample &sample, double entries, double block_size);

/* Do keys come in the order of the table's rows, up or down? */
bool is_in_order(const IndexSample &sample);

} // namespace advisor

#endif
