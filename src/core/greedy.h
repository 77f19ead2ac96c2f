/*
 * greedy.h - the best move, again and again: the first sets, and what still fits beside a better one.
 *
 * A move adds one candidate, or a bundle that only pays together (the arms of
 * an OR, both ends of a join); what the added one makes superfluous (a prefix
 * of its keys) leaves in the same move. A move's gain is the load that it takes
 * off, less what its writes cost. The best move is the one of most gain, or, where there is little room, of most gain
 * per byte.
 *
 * Questions are asked lazily. Where a cost is not known, the lowest one among
 * known subsets stands in, which is right most of the time and never too
 * hopeful; bundles stand for what only a set achieves. Only the best move, and
 * those close to it, are made exact before one is taken. A move must improve at
 * least one statement, from what it costs by now, by as much as the user calls
 * an improvement: so a second index for what a prefix serves already does not
 * come in.
 */
#ifndef ADVISOR_GREEDY_H
#define ADVISOR_GREEDY_H

#include <cstdint>
#include <span>

#include "advisor.h"
#include "cost_table.h"
#include "inquiry.h"
#include "memory.h"
#include "preference.h"
#include "valuation.h"

namespace advisor
{

class Workload;
struct Candidate;

/* What the stages after SINGLES work on. */
struct Problem
{
    const Workload &workload;
    std::span<const Candidate> candidates;
    const AdvisorLimits &limits;
    const CostTable &costs;
    const Valuation &valuation;
    Vector<int32_t> live; /* statements with something to gain, heaviest first */
    Vector<Configuration> bundles;
    Set<int32_t> banned; /* candidates that made a statement worse */

    /* The candidate may still be chosen. */
    bool is_open(int32_t candidate) const;
};

/* The larger candidate does all that the smaller one does: same predicate, keys that begin with its keys. */
bool takes_over(const Candidate &larger, const Candidate &smaller);

enum class Aim
{
    GAIN,         /* and among moves that gain as much the one that people prefer */
    GAIN_PER_BYTE
};

class Greedy
{
  public:
    /* The problem must outlive it, unchanged. */
    Greedy(const Problem &problem, Configuration start, Aim aim);

    /* Goes on as far as the costs are known. True: no move is left. */
    bool run(Inquiry &inquiry);

    const Configuration &
    chosen() const
    {
        return chosen_;
    }

  private:
    struct Move
    {
        Configuration added;
        Vector<int32_t> relations;
        int64_t table_stamp = -1; /* of its tables' indexes, that the following were made on */
        Configuration fresh;      /* of added, what is not there yet */
        Configuration superfluous;
        Vector<int32_t> affected;
        double bytes = 0;   /* more than before */
        int64_t stamp = -1; /* what the appraisal below was made on */
        bool exact = false;
        bool helps = false;
        double gain = 0; /* net; at least, unless exact */
    };

    struct Estimate
    {
        double cost;
        bool exact;
    };

    void add_move(Configuration added);
    bool start_from(Inquiry &inquiry);
    void refresh(Inquiry &inquiry);
    int64_t table_stamp_of(const Move &move) const;
    int64_t stamp_of(const Move &move, const Inquiry &inquiry) const;
    void apply(Move &move) const;
    Configuration result_of(const Move &move) const;
    Configuration superfluous_with(const Configuration &added) const;
    void appraise(Move &move, Inquiry &inquiry);
    Estimate estimate(int32_t statement, const Configuration &configuration, Inquiry &inquiry) const;
    bool keeps_to_limits(const Move &move) const;
    bool eligible(const Move &move) const;
    double score(const Move &move) const;
    const Move *best_move() const;
    bool ask_about(const Move &best, Inquiry &inquiry);
    const Move *preferred_near(const Move &best, Inquiry &inquiry) const;
    bool equally_good(const Move &move, const Move &best, Inquiry &inquiry) const;
    double cost_after(const Move &move, int32_t statement, Inquiry &inquiry) const;
    Merit merit(const Move &move, Inquiry &inquiry) const;
    void commit(const Move &move, Inquiry &inquiry);
    void count_chosen();

    const Problem &problem_;
    Aim aim_;
    Configuration chosen_;
    double bytes_ = 0;           /* of chosen_ */
    Vector<int32_t> per_table_;  /* of chosen_, by relation */
    bool started_ = false;
    Vector<Move> moves_;
    Vector<char> live_;             /* by statement */
    Vector<double> current_;        /* cost of live statements under chosen_ */
    Vector<int64_t> changes_;       /* by statement: how often chosen_ changed for it */
    Vector<int64_t> table_changes_; /* by relation */
};

} // namespace advisor

#endif
