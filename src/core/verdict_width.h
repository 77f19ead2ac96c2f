/*
 * verdict_width.h - a condition or an order that would be worth an index, were its key not too wide.
 */
#ifndef ADVISOR_VERDICT_WIDTH_H
#define ADVISOR_VERDICT_WIDTH_H

#include <cstdint>

#include "advisor.h"
#include "memory.h"

namespace advisor
{

class Workload;

/* Of a b-tree, as statistics and the sample say. The attribute; NONE: no key of the request is too wide, or none of those would find few rows. */
int32_t wide_key_of(const Workload &workload, const RequestFact &request, double block_size);

/* How wide it is, and what would serve instead. */
String wide_key_words(const Workload &workload, const RequestFact &request, int32_t attribute, double block_size);

/* The same of another method's candidate, which a sample of rows told. */
String wide_entry_words(const Workload &workload, const IndexDefinition &definition);

} // namespace advisor

#endif
