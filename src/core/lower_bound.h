/*
 * lower_bound.h - what no set of candidates within the limits can be below.
 *
 * A statement is never cheaper than under a larger configuration, so each known cost of a configuration C is a cut:
 * "at least so much, unless an index that C lacks is there". With x for the indexes that are built, and for each
 * statement q indexes z[q] of its own that it takes its plan from, the whole problem is
 *
 *     minimise   sum over q of cost(q, z[q])  +  sum over i of upkeep(i) x[i]
 *     so that    z[q] <= x,  and x keeps to the budget and to the numbers of indexes
 *
 * Each z[q][i] <= x[i] gets a price (a Lagrange multiplier) in place of a rule. Then the parts fall asunder. A
 * statement pays the prices of indexes that hit its cuts: what it pays at least is found by raising the dual of one
 * cut after the other, the dearest first. The indexes are a knapsack (knapsack.h). Whatever the prices, the sum of
 * the parts is a lower bound; the prices are moved up the subgradient by Polyak's step, towards the best set known.
 *
 * The bound is as true as its premise, that more indexes make no plan dearer. The planner keeps to it to within 1 %
 * (it compares costs with that much fuzz). Where a statement's candidates were too many to be asked about
 * together, the bound is about those among which its widest known answer chose; then it is `restricted`.
 */
#ifndef ADVISOR_LOWER_BOUND_H
#define ADVISOR_LOWER_BOUND_H

#include <cstdint>
#include <span>

#include "advisor.h"
#include "cost_table.h"
#include "memory.h"
#include "valuation.h"

namespace advisor
{

struct Candidate;

/* ms per hour of all statements that could be planned, as far as is known at most, and of the writes. */
double objective(const CostTable &costs, const Valuation &valuation, std::span<const int32_t> configuration);

class LowerBound
{
  public:
    /*
     * Of what the table knows by now. All arguments must outlive it; the table may learn more. The prices begin
     * with those that were best for an earlier bound, if there is one (else nullptr); it is not needed afterwards.
     */
    LowerBound(std::span<const Candidate> candidates, const AdvisorLimits &limits, const CostTable &costs,
               const Valuation &valuation, const LowerBound *earlier);

    /* Goes on for some 10 ms of work, towards the objective of the best set known. True: done. */
    bool run(double incumbent);

    /* ms per hour: of the prices tried so far, the best. */
    double
    value() const
    {
        return best_;
    }

    /* Every statement was costed with all its candidates at once. */
    bool
    complete() const
    {
        return complete_;
    }

    /* The indexes that the relaxation would build, those that it is surest of first. */
    Vector<int32_t> hopeful() const;

    /* The indexes that it thinks one statement would take its plan from, at the best prices. */
    Configuration hoped_for(int32_t statement) const;

  private:
    /* At least `value`, unless one of the missing is there. */
    struct Cut
    {
        double value;            /* ms per hour */
        Vector<int32_t> missing; /* positions in the statement's items */
    };

    struct Term
    {
        int32_t statement;
        std::size_t first;     /* of its prices */
        Vector<int32_t> items; /* candidates */
        Vector<Cut> cuts;      /* falling values */
        double floor;          /* ms per hour, with all items */
        Vector<char> taken;    /* by item: z */
        Vector<char> best_taken;
    };

    void add_term(int32_t statement);
    void take_prices(const LowerBound &earlier);
    void add_cuts(Term &term, const KnownCell &widest);
    static void drop_dominated(Vector<Cut> &cuts);
    double iterate(double incumbent);
    double pay(Term &term);
    void take(Term &term, std::span<const int32_t> tightest);
    double build();
    double build_by_bytes(Vector<double> &built) const;
    double build_by_number(Vector<double> &built) const;
    void keep_best(double value);
    void move_prices(double step);
    double slope() const;

    std::span<const Candidate> candidates_;
    const AdvisorLimits &limits_;
    const CostTable &costs_;
    const Valuation &valuation_;

    Vector<Term> terms_;
    Vector<int32_t> term_of_; /* by statement; NONE: no candidate can help it */
    Vector<double> prices_;
    Vector<double> best_prices_;
    Vector<double> residual_; /* of one statement's prices, while it pays */
    Vector<double> worth_;    /* by candidate: the sum of its prices, less its upkeep */
    Vector<double> built_;    /* by candidate: x */
    Vector<double> mean_built_;
    double constant_ = 0; /* of statements that no candidate can help */
    double best_ = 0;
    double ambition_ = 1;  /* share of Polyak's step */
    std::size_t work_ = 0; /* positions looked at */
    int iterations_ = 0;
    int barren_ = 0; /* iterations since the best */
    bool complete_ = true;
};

} // namespace advisor

#endif
