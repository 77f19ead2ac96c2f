/*
 * key_order.h - how far the table's order follows that of a composite key.
 *
 * Scans of many rows are cheap where it does. The planner knows the order of the first column alone, and takes three quarters of
 * its correlation for any key of several columns.
 */
#ifndef ADVISOR_KEY_ORDER_H
#define ADVISOR_KEY_ORDER_H

#include <optional>

#include "facts.h"
#include "memory.h"

namespace advisor
{

struct KeyOrder
{
    double assumed; /* correlations, -1..1 */
    double sampled;
};

/* Nothing for a single column, for what is no b-tree, on a partitioned table, and without statistics or a sample. */
std::optional<KeyOrder> key_order(const Facts &facts, const IndexDefinition &definition);

/* A sentence where that makes scans of many rows dearer or cheaper than predicted; "" where it hardly matters. */
String key_order_words(const Facts &facts, const IndexDefinition &definition);

} // namespace advisor

#endif
