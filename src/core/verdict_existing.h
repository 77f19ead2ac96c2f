/*
 * verdict_existing.h - an index is there, the plan reads the whole table all the same:
 * what is to blame.
 */
#ifndef ADVISOR_VERDICT_EXISTING_H
#define ADVISOR_VERDICT_EXISTING_H

#include <cstdint>

#include "advisor.h"
#include "memory.h"

namespace advisor
{

class Workload;

/* A verdict with its next step, and the attribute whose figures decided (NONE). */
struct Blame
{
    AdvisorVerdict verdict;
    String next_step;
    int32_t attribute;
};

/* So much was written since ANALYZE that its figures are old; UNKNOWN is not. */
bool is_stale(double rows, double modified_rows);

/* Of an index that could be searched; base_cost is the statement's with the scan. */
Blame blame_for_idle(const Workload &workload, const RequestFact &request, int32_t index, double base_cost,
                     const AdvisorLimits &limits);

/* The planner expects far more rows than a scan kept; needs planned_selectivity. */
Blame blame_for_estimate(const Workload &workload, const RequestFact &request);

/* The plan does not know the parameters; with them it would search custom_index. */
bool is_generic_to_blame(const RequestFact &request, double base_cost, const AdvisorLimits &limits);
Blame blame_for_generic(const Workload &workload, const RequestFact &request, double base_cost);

/* What the request's conditions leave of the table, and what the planner thinks of it where that is something else. */
String kept_words(const RequestFact &request);

} // namespace advisor

#endif
