/*
 * search.h - which questions to ask next, and the set that follows from the
 * answers.
 *
 * The search is a function of the cost table. It runs until it needs costs that
 * are not known; those are the next questions, as many at a time as the stage
 * can tell apart already. When they are answered it goes on from the stage it is
 * in, on the table that knows more now.
 *
 *   SURVEY    what there is to gain for each statement, and by which plans (survey.h)
 *   SELECT    the best set that can be found, and how far from optimal it can be (selection.h)
 *   POLISH    what became redundant goes, simpler shapes take over (polish.h);
 *             then SELECT again while that made room
 *   VERIFY    every statement under the final set; whoever makes a statement
 *             too much worse goes, and SELECT looks for something else
 *   EXPLAIN   the cells that the advice wants to quote
 *   PROVE     how far from optimal the set can be, from all that is known (lower_bound.h)
 *   FINISHED
 */
#ifndef ADVISOR_SEARCH_H
#define ADVISOR_SEARCH_H

#include <cstdint>
#include <memory>
#include <span>

#include "advisor.h"
#include "outcome.h"

namespace advisor
{

class Workload;
struct Candidate;

class Search
{
  public:
    /* All arguments must outlive the search, but for `known`: costs of an earlier search with these candidates, or nullptr. */
    Search(const Workload &workload, std::span<const Candidate> candidates, const AdvisorLimits &limits,
           const CostTable *known = nullptr);
    ~Search();
    Search(const Search &) = delete;
    Search &operator=(const Search &) = delete;

    /* The next questions, at most `max` (at least 1); none: finished. The same ones until they are answered.
       The span and what it points to stay until answer or hurry. */
    std::span<const AdvisorQuestion> ask(int32_t max);

    /* One answer per question of the last ask, in order; the caller has checked their number.
       Throws BadFacts for a cost or a candidate that cannot be. */
    void answer(std::span<const AdvisorAnswer> answers);

    /* From now on ask only what verifying the best set so far needs. Not between ask and answer. */
    void hurry();

    bool finished() const;

    /* The best set so far, at any time. */
    Outcome outcome() const;
    const CostTable &costs() const;

    /* What it was told of costs where all pages are in memory. */
    const CostTable &costs_in_memory() const;

  private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace advisor

#endif
