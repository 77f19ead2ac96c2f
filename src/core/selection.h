/*
 * selection.h - the best set within the limits: a first one, and then better ones until the bound says stop.
 *
 *   FIRST    a greedy set by gain (greedy.h), which keeps to what people prefer
 *   NARROW   where the room is short, another one by gain per byte; the better of the two is the best set so far, the
 *            other one a set to start from
 *   BOUND    how far from optimal it can be (lower_bound.h); at most 1 %: done
 *   IMPROVE  local search over the plans that are known (local_search.h), from the best set, from what the relaxation
 *            would build, and from nothing; a better set is taken if some statement improves by what the user
 *            calls an improvement, and filled up by the greedy moves
 *   PRICE    the planner is asked for the costs that the bound hopes for and nobody knows: each answer makes a
 *            plan known or a hope less. Nothing left to ask, or two rounds that made neither the set nor the bound
 *            better: done
 */
#ifndef ADVISOR_SELECTION_H
#define ADVISOR_SELECTION_H

#include <cstdint>
#include <optional>

#include "greedy.h"
#include "local_search.h"
#include "lower_bound.h"

namespace advisor
{

class Selection
{
  public:
    /* The problem must outlive it, unchanged. Without `pricing` only what is known by then makes a better set. */
    Selection(const Problem &problem, Configuration start, bool pricing);

    /* Goes on as far as the costs are known. True: done. */
    bool run(Inquiry &inquiry);

    /* The best set so far. */
    const Configuration &chosen() const;

  private:
    enum class Phase
    {
        FIRST,
        NARROW,
        BOUND,
        IMPROVE,
        FILL,
        PRICE,
        DONE
    };

    struct Hope
    {
        double worth; /* ms per hour between what is hoped for and what is certain */
        int32_t statement;
        Configuration configuration;
    };

    bool go_on(Inquiry &inquiry);
    bool first(Inquiry &inquiry);
    bool narrow(Inquiry &inquiry);
    bool is_short_of_room() const;
    bool fill(Inquiry &inquiry);
    bool bound(Inquiry &inquiry);
    bool improve(Inquiry &inquiry);
    bool is_better(const Configuration &other) const;
    bool is_stuck();
    bool price(Inquiry &inquiry);
    Vector<Hope> hopes() const;
    Vector<Hope> hopes_nearby();
    Configuration what_fits(std::span<const int32_t> wanted) const;
    void add_hope(int32_t statement, Configuration configuration, Vector<Hope> &hopes) const;

    const Problem &problem_;
    const bool pricing_;
    Phase phase_ = Phase::FIRST;
    std::optional<Greedy> pass_;
    std::optional<LowerBound> bound_;
    std::optional<LocalSearch> search_;
    Configuration best_;
    Configuration second_; /* what else a greedy pass found */
    double gap_ = 0;       /* of the best set to the bound, when that was computed */
    double least_gap_ = 0; /* when something was last gained */
    int rounds_ = 0;
    int barren_ = 0;       /* rounds since */
    bool stale_ = true;   /* more is known than when the bound was made */
    bool priced_ = false; /* the answers of this round's questions are there */
};

} // namespace advisor

#endif
