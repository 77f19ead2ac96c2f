/*
 * candidates_search.h - candidates of other methods than btree.
 *
 * What an operator class can search for comes with the facts (SearchFact), so
 * there is no list of types here. The rules keep to what a b-tree cannot do
 * (containers, patterns, distances), or does at a much higher price: equality on
 * wide keys (hash), ranges over what a large table has in physical order (brin).
 */
#ifndef ADVISOR_CANDIDATES_SEARCH_H
#define ADVISOR_CANDIDATES_SEARCH_H

#include <cstdint>
#include <span>

#include "candidate.h"
#include "candidate_partial.h"
#include "candidate_pool.h"
#include "facts.h"
#include "workload.h"

namespace advisor
{

/* Of one relation, beside those of btree: each costs a sample of rows. */
constexpr std::size_t MAX_SEARCH_CANDIDATES = 12;

/* For the requests on the pool's relation, in that order. */
void propose_searches(const Workload &workload, std::span<const std::int32_t> requests,
                      const Conditions &conditions, CandidatePool &pool);

/* An index that is no btree could be searched for something that the request asks. */
bool can_search(const Workload &workload, const RequestFact &request, const IndexDefinition &definition);

/* Some other method than btree has an answer to that arm of an OR. */
bool is_searched_arm(const Workload &workload, const RequestFact &request, std::int32_t group, std::int32_t arm);

/* The size that the sample says; false where there is none, or where it speaks against the index: nobody is asked about it then. */
bool take_sample(const Workload &workload, const IndexSample *sample, double block_size, Candidate &candidate);

} // namespace advisor

#endif
