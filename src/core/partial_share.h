/*
 * partial_share.h - how many rows of its table a partial index holds.
 */
#ifndef ADVISOR_PARTIAL_SHARE_H
#define ADVISOR_PARTIAL_SHARE_H

#include <cstdint>
#include <span>

#include "facts.h"

namespace advisor
{

/* 0..1, of the rows that all of these predicates of one relation keep: two as they were sampled, else the product. */
double partial_share(const Facts &facts, std::span<const std::int32_t> predicates);

/* The same of a definition's. */
double partial_share(const Facts &facts, const IndexDefinition &definition);

} // namespace advisor

#endif
