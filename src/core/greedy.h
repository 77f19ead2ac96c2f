/*
 * greedy.h - the best move, again and again: the first sets, and what still fits beside a better one.
 *
 * A move adds one candidate, or a bundle that only pays together (the arms of
 * an OR, both ends of a join); what the added one makes superfluous (a prefix
 * of its keys) leaves in the same move. A move's gain is the load that it takes
 * off, less what its writes cost. The best move is the one of most gain, or, where there is little room, of most
 * gain per byte.
 *
 * Questions are asked lazily. Where a cost is not known, the lowest one among
 * known subsets stands in, which is right most of the time and never too
 * hopeful; bundles stand for what only a set achieves. Only the best move, and
 * those close to it, are made exact before one is taken. A move must improve at
 * least one statement, from what it costs by now, by as much as the user calls
 * an improvement: so a second index for what a prefix serves already does not
 * come in.
 *
 * A move is appraised anew only where its tables or its statements changed, or more is known of these; the best one
 * of all stands in a ranking. So each step takes as long as what it changes is large, not as there are moves.
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
#include "queue.h"
#include "ranking.h"
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
    Set<int32_t> banned; /* candidates that made a statement worse, or that nobody misses in memory */

    /* The candidate may still be chosen. */
    bool is_open(int32_t candidate) const;
};

/* The larger candidate does all that the smaller one does: same predicate, keys that begin with its keys. */
bool takes_over(const Candidate &larger, const Candidate &smaller);

enum class Aim
{
    GAIN, /* and among moves that gain as much the one that people prefer */
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
        bool applied = false; /* the following are about its tables' indexes as they are */
        Configuration fresh;  /* of added, what is not there yet */
        Configuration superfluous;
        Vector<int32_t> affected;
        double bytes = 0; /* more than before */
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
    void note_answers(const Inquiry &inquiry);
    void refresh(Inquiry &inquiry);
    void apply(int32_t number);
    Configuration result_for(const Move &move, int32_t statement) const;
    Configuration superfluous_with(const Configuration &added) const;
    void appraise(Move &move, Inquiry &inquiry);
    void rank(int32_t number);
    Estimate estimate(int32_t statement, const Configuration &configuration, Inquiry &inquiry) const;
    bool keeps_to_limits(const Move &move) const;
    double score(const Move &move) const;
    const Move *best_move();
    bool ask_about(const Move &best, Inquiry &inquiry);
    const Move *preferred_near(const Move &best, Inquiry &inquiry) const;
    Vector<int32_t> rivals_of(const Move &best, Inquiry &inquiry) const;
    bool equally_good(const Move &move, const Move &best, Inquiry &inquiry) const;
    double upkeep_after(const Move &move) const;
    double cost_after(const Move &move, int32_t statement, Inquiry &inquiry) const;
    Merit merit(const Move &move, Inquiry &inquiry) const;
    void commit(const Move &move, Inquiry &inquiry);
    void choose(int32_t candidate);
    void let_go(int32_t candidate);

    const Problem &problem_;
    Aim aim_;
    Configuration chosen_;
    double bytes_ = 0;                 /* of chosen_ */
    double upkeep_ = 0;                /* of chosen_ */
    Vector<Configuration> chosen_on_;  /* by relation */
    Vector<Configuration> chosen_for_; /* by statement: what of chosen_ can matter to it */
    bool started_ = false;
    Vector<Move> moves_;
    Vector<Vector<int32_t>> moves_on_;  /* by relation */
    Vector<Vector<int32_t>> moves_for_; /* by statement: those that affect it */
    Queue stale_;                       /* moves to be appraised */
    Ranking scores_;                    /* of moves that help and gain enough */
    Ranking vague_;                     /* of these, the ones that are not exact */
    Vector<char> live_;                 /* by statement */
    Vector<double> current_;            /* cost of live statements under chosen_ */
    std::size_t answers_noted_ = 0;
    bool closed_ = false; /* when the moves were appraised */
};

} // namespace advisor

#endif
