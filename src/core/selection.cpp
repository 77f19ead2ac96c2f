#include "selection.h"

namespace advisor
{

namespace
{

/* Costs to be looked at after which nothing more is improved: about a second. */
constexpr int64_t MAX_WORK = 2'000'000;

} // namespace

Selection::Selection(const Problem &problem, Configuration start) : problem_(problem), start_(std::move(start))
{
    begin(Greedy::Order::GAIN, start_);
}

bool
Selection::run(Inquiry &inquiry)
{
    for (;;)
    {
        const bool over = pass_->run(inquiry);

        /* The first pass is the answer; the others are improvements, and end where they stand. */
        if (!over && !(settled_ && work_ + pass_->work() > MAX_WORK))
            return false;
        if (!next_pass(inquiry.closed()))
            return true;
    }
}

const Configuration &
Selection::chosen() const
{
    return settled_ ? best_ : pass_->chosen();
}

/* Takes in what the pass came to and begins the next one; false if there is none. */
bool
Selection::next_pass(bool closed)
{
    const bool better = !settled_ || pass_->burden() < best_burden_;
    const bool short_of_room = pass_->short_of_room();

    work_ += pass_->work();
    if (better)
    {
        best_ = pass_->chosen();
        best_burden_ = pass_->burden();
        settled_ = true;
    }
    if (closed || (work_ > MAX_WORK && phase_ != Phase::FIRST))
        return false;
    if (phase_ == Phase::FIRST)
    {
        phase_ = Phase::PER_BYTE;
        if (short_of_room)
            begin(Greedy::Order::GAIN_PER_BYTE, start_);
        return short_of_room;
    }
    if (phase_ == Phase::PER_BYTE)
    {
        phase_ = Phase::EXCHANGE;
        begin(Greedy::Order::EXCHANGE, best_);
        return true;
    }
    return retry(better);
}

/* The best set without its next member, filled up with something else: first by adding, then with exchanges. */
bool
Selection::retry(bool better)
{
    if (phase_ == Phase::EXCHANGE || (members_.empty() && phase_ == Phase::REFILL))
    {
        phase_ = phase_ == Phase::EXCHANGE ? Phase::REFILL : Phase::REFILL_WITH_EXCHANGE;
        members_ = best_;
    }
    else if (better)
        members_ = best_;
    if (members_.empty())
        return false;
    const int32_t excluded = members_.back();
    members_.pop_back();
    begin(phase_ == Phase::REFILL ? Greedy::Order::GAIN : Greedy::Order::EXCHANGE, without(best_, excluded),
          excluded);
    return true;
}

void
Selection::begin(Greedy::Order order, Configuration start, int32_t excluded)
{
    pass_.emplace(problem_, order, std::move(start), excluded);
}

} // namespace advisor
