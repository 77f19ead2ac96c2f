/*
 * doubt.h - indexes of a set that pay by the planner's price for random pages alone.
 *
 * An index that joins others may be chosen because it lets a plan read a range in order where it looked up rows here
 * and there. Where a statement was measured to find its pages in memory that is no gain: the plan reads more, and the
 * planner takes it all the same once the index is there. So such an index has to save half of the share that it
 * promises as well if pages cost what they do in memory.
 */
#ifndef ADVISOR_DOUBT_H
#define ADVISOR_DOUBT_H

#include <cstdint>

#include "cost_table.h"
#include "greedy.h"
#include "inquiry.h"

namespace advisor
{

class Doubt
{
  public:
    /* The problem must outlive it. */
    explicit Doubt(const Problem &problem);
    Doubt(const Doubt &) = delete;
    Doubt &operator=(const Doubt &) = delete;

    /* A member that nobody misses in memory, under a set whose costs are known. NONE: there is none, or inquiry() has
     * something to ask. */
    int32_t find(const Configuration &chosen);

    /* Of costs in memory. */
    Inquiry &
    inquiry()
    {
        return inquiry_;
    }
    const Inquiry &
    inquiry() const
    {
        return inquiry_;
    }
    CostTable &
    costs()
    {
        return costs_;
    }
    const CostTable &
    costs() const
    {
        return costs_;
    }

  private:
    bool is_missed(int32_t candidate, int32_t statement, const Configuration &chosen);

    const Problem &problem_;
    CostTable costs_;
    Inquiry inquiry_;
};

} // namespace advisor

#endif
