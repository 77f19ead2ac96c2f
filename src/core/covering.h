/*
 * covering.h - when an index should carry the other columns that a request
 * needs, so that the table need not be visited.
 */
#ifndef ADVISOR_COVERING_H
#define ADVISOR_COVERING_H

#include <cstdint>
#include <span>

#include "facts.h"
#include "workload.h"

namespace advisor
{

/* The index has all that the request needs, on a table whose pages are mostly visible to all. */
bool answers_alone(const Workload &workload, const RequestFact &request, const IndexDefinition &definition);

/* Includes what the request still needs; false, and nothing changed, if that is nothing, too much or no help. */
bool cover(const Workload &workload, const RequestFact &request, double block_size, IndexDefinition &definition);

/* Few and narrow enough to be carried in an index of the relation. */
bool is_narrow(const Workload &workload, std::span<const std::int32_t> columns, std::int32_t relation,
               double block_size);

} // namespace advisor

#endif
