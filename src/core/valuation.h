/*
 * valuation.h - what costs and sizes are worth, in one currency.
 *
 * The currency is ms per hour. A statement's load is its measured execution time
 * per hour; when the planner's cost falls to a third, so does the time, is the
 * assumption (the measured side is the load, the estimated side only the
 * ratio). Against it stands what writers of the table pay per hour.
 *
 * Statements that were given rather than captured have no time: their load is
 * base cost times weight, an arbitrary unit, and no rate of writes can be
 * compared with it. So in such a workload writes are reported, not weighed.
 */
#ifndef ADVISOR_VALUATION_H
#define ADVISOR_VALUATION_H

#include <algorithm>
#include <cstdint>
#include <span>

#include "advisor.h"
#include "cost_table.h"
#include "memory.h"

namespace advisor
{

class Workload;
struct Candidate;

/*
 * Costs per call that differ by no more than this are the same: one random page
 * at PostgreSQL's default price. Below it the difference is of the planner's
 * making (a correlation that it ascribes to a whole key, the descent into a
 * small tree), not of the indexes'.
 */
inline constexpr double LEAST_DIFFERENCE = 4.0;

/* Of a statement that indexes serve already: some 25 random pages a call. */
inline constexpr double LEAST_BESIDE_AN_INDEX = 100.0;

class Valuation
{
  public:
    /* All arguments must outlive it. */
    Valuation(const Workload &workload, std::span<const Candidate> candidates, const AdvisorLimits &limits,
              const CostTable &costs);

    /* Some statement was: then all loads are ms per hour. */
    bool
    measured() const
    {
        return measured_;
    }

    /* ms per hour, as measured. */
    double
    load(int32_t statement) const
    {
        return loads_[statement];
    }

    /* ms per hour at this cost, as corrected() has it. Needs the base cost. */
    double load_at(int32_t statement, double cost) const;

    /*
     * The planner's cost, and what it leaves out. Where a statement's lone filter was measured to keep far more
     * rows than the planner believes, a plan through an index is not as cheap as the planner believes either: the
     * rows that it does not expect are visited, too, for what the planner takes for visits through an index that
     * has no part in the table's order; and reading a part of the table costs at least that part of reading it all.
     * Never more than the plan that there is. Where it keeps fewer, the planner is believed: an index saves what it
     * says, or more.
     */
    double corrected(int32_t statement, double cost) const;

    /* ms per hour that count against the candidate: its writes times write_weight. */
    double
    upkeep(int32_t candidate) const
    {
        return upkeep_[candidate];
    }
    double upkeep(std::span<const int32_t> configuration) const;

    /* The same without a floor: of two alternatives, what the one costs writers more counts however little it is.
     */
    double
    writes(int32_t candidate) const
    {
        return writes_[candidate];
    }

    /*
     * What counts against a candidate that saves so many ms per hour: of its writes, where what it saves could not be
     * measured either, all of them, and its space besides. Of two things that nobody can measure the one is not
     * forgiven for the sake of the other. Space alone is held against none.
     */
    double held_against(int32_t candidate, double saved) const;

    /* ms per hour that so many bytes more have to earn, of an index that carries columns to be read. */
    double rent(double bytes) const;

    double bytes(std::span<const int32_t> configuration) const;

    /* It was measured to take less time than its pages would from a disk, and the planner takes random ones for dearer
     * than the next one. Needs the base cost. */
    bool in_memory(int32_t statement) const;

    /* Within the budget; within the numbers of indexes, in all and per table. */
    bool affordable(std::span<const int32_t> configuration) const;
    bool few_enough(std::span<const int32_t> configuration) const;

    /* From `before` to `after` is an improvement that the user's threshold calls one, and more than the planner's
     * cost can tell apart. */
    bool improves(double before, double after) const;

    /*
     * ms per hour that the statement would miss if it cost `before` and not `after`: 0 if that is no improvement,
     * or not more than `share` of what it costs without any new index, and little time; infinitely many where
     * nothing was measured. Where the difference is visits to the table alone, and the statement was measured to find
     * its pages in memory, a visit is worth no more than a page of the scan that there is.
     */
    double missed(int32_t statement, double before, double after, double share, bool visits_alone = false) const;

    /*
     * ms per hour that an index must save, beyond what it costs writers, to be worth somebody's attention: 0.05 %
     * of the observed load, or of one core where that is less. 0 where nothing was measured.
     */
    double
    least_gain() const
    {
        return least_gain_;
    }

    /*
     * The least share of its base cost that a statement must lose to attract indexes at all: min_improvement, but
     * twice the fraction of the table that a lone filter keeps. Through an index every row kept is a visit of its
     * own, whose price the planner knows least where there are many; so an index for a third of a table has to
     * promise two thirds.
     */
    double
    least_share(int32_t statement) const
    {
        return least_shares_[statement];
    }

    /* The statement may attract indexes when its cost can fall from base to `best`. */
    bool
    attracts(int32_t statement, double base, double best) const
    {
        return improves(base, best) && is_noticed(statement, base, best) &&
               corrected(statement, best) <= (1 - least_shares_[statement]) * base;
    }

    /*
     * Where indexes that are there search for all that the statement reads, another one spares a few visits at
     * most: somebody has to notice, by their number (LEAST_BESIDE_AN_INDEX, at the planner's prices) or by the time
     * in all.
     */
    bool is_noticed(int32_t statement, double base, double best) const;

    /* The same of what serves a statement that an index serves without it. Needs the base cost. */
    bool is_noticed_beside(int32_t statement, double before, double after) const;

    /* All statements, heaviest load first, then by id. */
    std::span<const int32_t>
    by_load() const
    {
        return by_load_;
    }

    /* Sorts statements as by_load() does. */
    void sort_by_load(Vector<int32_t> &some) const;

  private:
    /* What the planner leaves out of each plan but the one that there is. */
    struct Correction
    {
        double visits = 0;      /* planner's cost of those that it does not expect */
        double least_share = 0; /* of the base cost */
    };

    static Correction correction_of(const Workload &workload, int32_t statement);

    /* Of what the planner asks for a visit to the table, what it is worth. */
    double worth_of_visit(int32_t statement) const;

    const Workload &workload_;

    std::span<const Candidate> candidates_;
    const AdvisorLimits &limits_;
    const CostTable &costs_;
    bool measured_;
    double least_gain_ = 0;
    Vector<double> loads_;
    Vector<double> least_shares_;
    Vector<bool> searched_; /* by indexes that are there, all of it */
    Vector<Correction> corrections_;
    Vector<double> upkeep_;
    Vector<double> writes_;
    Vector<int32_t> by_load_;
    Vector<int32_t> ranks_; /* by statement: its place in by_load_ */
};

} // namespace advisor

#endif
