/*
 * candidates.h - from what statements ask to the indexes that might serve.
 *
 * Rules propose, the planner's cost decides: a candidate is worth a question,
 * not more. Per request: equalities first, the more selective first, then one
 * range column or the columns of ORDER BY / GROUP BY; covering and partial
 * variants; one index per arm of an OR; join columns. Then per table what
 * several statements can share: prefixes, orders of keys whose prefixes serve
 * another statement, merges. Last, other methods than btree (candidates_search.h).
 */
#ifndef ADVISOR_CANDIDATES_H
#define ADVISOR_CANDIDATES_H

#include <cstdint>
#include <span>

#include "advisor.h"
#include "candidate.h"
#include "facts.h"
#include "memory.h"
#include "workload.h"

namespace advisor
{

/*
 * All candidates, each once, in an order that depends on the facts alone:
 * by relation, then as the rules found them, heaviest statement first. None on
 * a relation below limits.min_table_rows or never analysed, none whose keys a
 * valid plain full btree index already leads with, none too wide for a page.
 */
Vector<Candidate> make_candidates(const Workload &workload, const AdvisorLimits &limits);

/* By the names of their tables and by their definitions: the search breaks ties by position, and in which order the
   facts were told must not decide. */
Vector<Candidate> in_order(const Workload &workload, Vector<Candidate> candidates);

/* The numbers of all that are on the same relation as this one: those of a relation stand together. */
struct CandidateRange
{
    std::int32_t first, end;
};

CandidateRange candidates_beside(std::span<const Candidate> candidates, std::int32_t candidate);

/* Numbers of those whose size needs a sample. */
Vector<std::int32_t> unsized(std::span<const Candidate> candidates);

/*
 * The request's scans were measured and are not high: a sequential scan that throws away less than
 * limits.min_rows_removed rows, or less than limits.min_removed_fraction of what it reads, is no reason for an
 * index by itself. An order or a join is a reason of its own.
 */
bool is_below_thresholds(const Workload &workload, const RequestFact &request, const AdvisorLimits &limits);

/*
 * Several columns are compared by equality, and were measured to keep ten times what the planner expects and a
 * hundredth of the table or more: they depend on each other. An index on them would leave the estimate as it is,
 * and with it the plan above the scan; CREATE STATISTICS comes first, unless that was tried and changes no plan.
 */
bool is_for_statistics(const Workload &workload, const RequestFact &request);

} // namespace advisor

#endif
