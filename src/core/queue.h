/* queue.h - numbers that wait to be looked at again, each once. */
#ifndef ADVISOR_QUEUE_H
#define ADVISOR_QUEUE_H

#include <cstdint>

#include "memory.h"

namespace advisor
{

class Queue
{
  public:
    /* For numbers from 0 to size - 1. */
    explicit Queue(std::size_t size) : waits_(size, 0)
    {
    }

    void
    push(int32_t number)
    {
        if (waits_[number] == 0)
            waiting_.push_back(number);
        waits_[number] = 1;
    }

    bool
    empty() const
    {
        return waiting_.empty();
    }

    /* The one that came last is the next. */
    int32_t
    next() const
    {
        return waiting_.back();
    }

    int32_t
    pop()
    {
        const int32_t number = waiting_.back();

        waiting_.pop_back();
        waits_[number] = 0;
        return number;
    }

  private:
    Vector<int32_t> waiting_;
    Vector<char> waits_;
};

} // namespace advisor

#endif
