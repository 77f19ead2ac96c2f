/*
 * known_plans.h - the problem as far as its plans are known: which of them a set of indexes allows.
 *
 * The plan that a statement got under a configuration is possible wherever the indexes that it used are there. So a
 * set costs a statement at most what the cheapest of its known plans costs whose indexes are all in the set. That
 * takes no planner and no map, and the search can try thousands of sets in a millisecond; what it is told is never
 * too hopeful. Candidates enter and leave one at a time, and the burden is kept up to date.
 */
#ifndef ADVISOR_KNOWN_PLANS_H
#define ADVISOR_KNOWN_PLANS_H

#include <cstdint>
#include <span>

#include "cost_table.h"
#include "memory.h"

namespace advisor
{

struct Problem;

class KnownPlans
{
  public:
    /* Of the live statements, by what the table knows now. The problem must outlive it. */
    explicit KnownPlans(const Problem &problem);

    /* Puts the candidate into the set, or takes it out. */
    void flip(int32_t candidate);

    bool
    holds(int32_t candidate) const
    {
        return held_[candidate] != 0;
    }
    const Configuration &
    set() const
    {
        return set_;
    }

    /* ms per hour of the live statements and of writes to the set. */
    double
    burden() const
    {
        return burden_;
    }

    /* The set keeps to the budget; to the numbers of indexes. */
    bool is_affordable() const;
    bool is_few() const;

    /* The candidate's table has more indexes than it may. */
    bool is_crowded(int32_t candidate) const;

    /* Since settle(), a statement to which one of these matters improved by what the user calls an improvement. */
    bool helps(std::span<const int32_t> candidates) const;
    void settle();

    /* What plans use, more than one at a time. */
    std::span<const Configuration>
    bundles() const
    {
        return bundles_;
    }

    /* Plans looked at so far: a measure of time that is the same everywhere. */
    int64_t
    work() const
    {
        return work_;
    }

  private:
    struct Plan
    {
        double cost; /* of the planner */
        double load; /* ms per hour */
        Configuration used;
    };

    struct Statement
    {
        int32_t number;
        Vector<Plan> plans; /* the cheapest first; the last one uses nothing */
    };

    void add_statement(int32_t number);
    int32_t possible(const Statement &statement);

    const Problem &problem_;
    Vector<Statement> statements_;
    Vector<Vector<int32_t>> users_; /* by candidate: statements with a plan that uses it */
    Vector<Configuration> bundles_;
    Vector<char> held_;
    Configuration set_;
    Vector<int32_t> current_; /* by statement: its plan */
    Vector<int32_t> settled_;
    Vector<int32_t> per_table_;
    int32_t number_ = 0;
    int32_t crowded_ = 0; /* tables with too many */
    double bytes_ = 0;
    double burden_ = 0;
    int64_t work_ = 0;
};

} // namespace advisor

#endif
