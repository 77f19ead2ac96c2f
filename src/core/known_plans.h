/*
 * known_plans.h - the problem as far as its plans are known: which of them a set of indexes allows.
 *
 * The plan that a statement got under a configuration is possible wherever the indexes that it used are there. So a
 * set costs a statement at most what the cheapest of its known plans costs whose indexes are all in the set. That
 * takes no planner and no map, and the search can try thousands of sets in a millisecond; what it is told is never
 * too hopeful. Candidates enter and leave one at a time, and the burden is kept up to date: only statements with a
 * plan that uses the candidate are looked at, so that a change takes the same time in a set of ten and of
 * thousands.
 *
 * Statements have numbers of their own here, from 0.
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
    Configuration set() const;

    /* Of the set, in the order in which they came. */
    std::span<const int32_t>
    on_table(int32_t relation) const
    {
        return on_table_[relation];
    }

    /* Statements with a plan that uses the candidate; and the candidates that a plan of the statement uses. */
    std::span<const int32_t>
    users(int32_t candidate) const
    {
        return users_[candidate];
    }
    std::span<const int32_t>
    candidates_of(int32_t statement) const
    {
        return statements_[statement].candidates;
    }
    std::size_t
    statements() const
    {
        return statements_.size();
    }

    /* ms per hour of the live statements and of writes to the set; of the writes; of one statement. */
    double
    burden() const
    {
        return burden_;
    }
    double
    upkeep() const
    {
        return upkeep_;
    }
    double
    load(int32_t statement) const
    {
        return plans_[current_[statement]].load;
    }

    double
    bytes() const
    {
        return bytes_;
    }
    int32_t
    number() const
    {
        return number_;
    }

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
        double cost;                /* of the planner */
        double load;                /* ms per hour */
        int32_t first_used, n_used; /* in used_ */
    };

    struct Statement
    {
        int32_t number;           /* in the workload */
        int32_t first, last;      /* in plans_, the cheapest first; the last one uses nothing */
        Configuration candidates; /* that its plans use */
    };

    void add_statement(int32_t number);
    void add_plan(int32_t statement, double cost, std::span<const int32_t> used);
    std::span<const int32_t> used_by(const Plan &plan) const;
    int32_t possible(int32_t from, int32_t last);

    const Problem &problem_;
    Vector<Statement> statements_;
    Vector<Plan> plans_; /* one statement's after the other's */
    Vector<int32_t> used_;
    Vector<Vector<int32_t>> users_; /* by candidate */
    Vector<Configuration> bundles_;
    Vector<char> held_;
    Vector<Vector<int32_t>> on_table_;
    Vector<int32_t> current_; /* by statement: its plan */
    Vector<int32_t> settled_;
    Vector<int32_t> unsettled_; /* statements that changed since */
    Vector<char> is_unsettled_;
    int32_t number_ = 0;
    double bytes_ = 0;
    double upkeep_ = 0;
    double burden_ = 0;
    int64_t work_ = 0;
};

} // namespace advisor

#endif
