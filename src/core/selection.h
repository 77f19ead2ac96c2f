/*
 * selection.h - the best set that several greedy passes find.
 *
 * Where everything that pays fits, one pass by gain is it. Where the budget or
 * the number of indexes is short, that order can be far off: one large index may
 * take the room of two that are worth more. So there are more passes, each from the best set so far:
 * by gain per byte, from nothing; with exchanges; and then without one member
 * after the other, to see what would fill its place. The passes share the cost
 * table, so later ones ask little.
 */
#ifndef ADVISOR_SELECTION_H
#define ADVISOR_SELECTION_H

#include <cstdint>
#include <optional>

#include "greedy.h"

namespace advisor
{

class Selection
{
  public:
    /* The problem must outlive it, unchanged. */
    Selection(const Problem &problem, Configuration start);

    /* Goes on as far as the costs are known. True: done. */
    bool run(Inquiry &inquiry);

    /* The best set so far. */
    const Configuration &chosen() const;

  private:
    enum class Phase
    {
        FIRST,
        PER_BYTE,
        EXCHANGE,
        REFILL,
        REFILL_WITH_EXCHANGE
    };

    bool next_pass(bool closed);
    bool retry(bool better);
    void begin(Greedy::Order order, Configuration start, int32_t excluded = NONE);

    const Problem &problem_;
    Configuration start_;
    std::optional<Greedy> pass_;
    Phase phase_ = Phase::FIRST;
    bool settled_ = false; /* best_ is the result of a pass */
    Configuration best_;
    double best_burden_ = 0;
    Configuration members_; /* of best_, to be tried without */
    int64_t work_ = 0;      /* of the passes that are over */
};

} // namespace advisor

#endif
