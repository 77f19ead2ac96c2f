/*
 * outcome.h - what a search hands over, whichever way it searched.
 *
 * Advice and verdicts are written from this and from the cost table alone, so
 * that the search can be replaced without touching them.
 */
#ifndef ADVISOR_OUTCOME_H
#define ADVISOR_OUTCOME_H

#include <cstdint>
#include <span>

#include "advisor.h"
#include "cost_table.h"

namespace advisor
{

class Workload;
struct Candidate;

/* A candidate that was dropped because it made a statement worse. */
struct Regression
{
    int32_t candidate;
    int32_t statement; /* the one that got worse */
    double cost_before, cost_after;
};

struct Outcome
{
    Configuration chosen;
    Vector<Regression> regressions;
    const char *stopped_by = "done"; /* as in AdvisorResult */
    double answers = 0;              /* so far */
    double planner_calls = 0;        /* that these took */
    AdvisorAvoided avoided = {};     /* look-ups that needed none */
    double load_before = UNKNOWN;    /* ms per hour of all statements and of writes to what is chosen */
    double load_after = UNKNOWN;
    double lower_bound = UNKNOWN;    /* no set within the limits takes less; UNKNOWN until it is computed */
    bool bound_is_complete = false;  /* over all candidates, not only over those in some known plan */
    bool finished = false;           /* every question that the search had was answered */
};

/* Everything that the advice rests on. */
struct Decision
{
    const Workload &workload;
    std::span<const Candidate> candidates;
    const AdvisorLimits &limits;
    const CostTable &costs;
    const Outcome &outcome;
};

} // namespace advisor

#endif
