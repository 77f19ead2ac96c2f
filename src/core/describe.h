/*
 * describe.h - definitions and requests in words, without constants.
 *
 * What a reason says about an index or a filter shows no value that somebody
 * compared with: those are for the DDL of a partial index alone.
 */
#ifndef ADVISOR_DESCRIBE_H
#define ADVISOR_DESCRIBE_H

#include <cstdint>

#include "facts.h"
#include "memory.h"

namespace advisor
{

class Workload;

/* (user_id, created_at DESC) INCLUDE (total) WHERE status = $ */
String shape_words(const Workload &workload, const IndexDefinition &definition);

/* user_id = $ AND (a = $ OR b = $) */
String filter_words(const Workload &workload, const RequestFact &request);

/* The request's condition on the attribute that an index could use, equalities before others; nullptr: none. */
const PredicateFact *condition_on(const Workload &workload, const RequestFact &request, int32_t attribute);

/* =, = ANY, IS NULL, a bare boolean, a join: whatever fixes the attribute for one search. */
bool is_equality(PredicateKind kind);

} // namespace advisor

#endif
