#include "local_search.h"

#include <algorithm>
#include <limits>

#include "candidates.h"

namespace advisor
{

namespace
{

/* A change that gains less than this share of the burden is not worth making. */
constexpr double LEAST_CHANGE = 0.001;

/* Plans that take as long to look at as one cost in the table. */
constexpr int64_t PLANS_PER_LOOK = 8;

/* Plans to be looked at after which the best set so far stands: about a second. */
constexpr int64_t MAX_WORK = 50'000'000;

} // namespace

LocalSearch::LocalSearch(const Problem &problem, std::span<const Vector<int32_t>> starts)
    : problem_(problem), plans_(problem), starts_(starts.rbegin(), starts.rend())
{
    for (std::size_t i = 0; i < problem.candidates.size(); i++)
        if (problem.is_open(static_cast<int32_t>(i)))
            additions_.emplace_back(1, static_cast<int32_t>(i));
    for (const Configuration &bundle : plans_.bundles())
        if (std::all_of(bundle.begin(), bundle.end(), [&](int32_t one) { return problem.is_open(one); }))
            additions_.push_back(bundle);
    next_start();
}

bool
LocalSearch::run(Inquiry &inquiry)
{
    while (!over_)
    {
        const int64_t before = plans_.work();

        step();
        inquiry.spend(static_cast<std::size_t>((plans_.work() - before) / PLANS_PER_LOOK));
        if (inquiry.tired())
            return over_;
    }
    return true;
}

void
LocalSearch::step()
{
    if (improve() || drop_useless())
        return;
    take_stock();
    next_start();
}

Vector<Configuration>
LocalSearch::neighbours()
{
    Set<Configuration> neighbours;
    Vector<int32_t> flipped;

    excluded_ = NONE;
    begin(best_);
    for (const Configuration &addition : additions_)
    {
        if (!may_add(addition))
            continue;
        flipped.clear();
        try_addition(addition, flipped);
        if (plans_.is_affordable() && plans_.is_few())
            neighbours.insert(plans_.set());
        flip_all(flipped);
    }
    return Vector<Configuration>(neighbours.begin(), neighbours.end());
}

/* ---- changes ---- */

/* Makes the best change; false if none pays. */
bool
LocalSearch::improve()
{
    double most = least_gain();
    Vector<int32_t> best, flipped;

    for (const Change &change : hopeful_changes())
    {
        if (change.score <= most)
            break;
        flipped.clear();
        const double gain = try_addition(additions_[change.addition], flipped);
        flip_all(flipped);
        if (gain <= most)
            continue;
        most = gain;
        best = flipped;
    }
    if (best.empty())
        return false;
    flip_all(best);
    plans_.settle();
    return true;
}

/* By what they would gain if there were room for all, the most first. */
Vector<LocalSearch::Change>
LocalSearch::hopeful_changes()
{
    const double before = plans_.burden(), least = least_gain();
    /* What makes room spares its writes, too. */
    const double spared = problem_.valuation.upkeep(plans_.set());
    Vector<Change> changes;
    Vector<int32_t> flipped;

    for (std::size_t i = 0; i < additions_.size(); i++)
    {
        if (!may_add(additions_[i]))
            continue;
        flipped.clear();
        for (const int32_t one : additions_[i])
            if (!plans_.holds(one))
                flipped.push_back(one);
        flip_all(flipped);
        const double gain = before - plans_.burden() + spared;
        if (gain > least && plans_.helps(additions_[i]))
            changes.push_back({i, gain});
        flip_all(flipped);
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const Change &a, const Change &b) { return a.score > b.score; });
    return changes;
}

bool
LocalSearch::may_add(std::span<const int32_t> added) const
{
    bool is_new = false;

    for (const int32_t one : added)
    {
        if (one == excluded_)
            return false;
        is_new = is_new || !plans_.holds(one);
    }
    return is_new;
}

/* Makes the change and returns its gain; what was flipped is appended. Nothing to gain where there is no room. */
double
LocalSearch::try_addition(std::span<const int32_t> added, Vector<int32_t> &flipped)
{
    const double before = plans_.burden();

    for (const int32_t one : added)
        if (!plans_.holds(one))
        {
            plans_.flip(one);
            flipped.push_back(one);
        }
    make_room(added, flipped);
    if (!plans_.is_affordable() || !plans_.is_few() || !plans_.helps(added))
        return 0;
    return before - plans_.burden();
}

void
LocalSearch::make_room(std::span<const int32_t> added, Vector<int32_t> &flipped)
{
    while (!plans_.is_affordable() || !plans_.is_few())
    {
        const int32_t least = least_loss(added);

        if (least == NONE)
            return;
        plans_.flip(least);
        flipped.push_back(least);
    }
}

/* Of the members that may go, the one that is missed least: for its bytes if these are what is lacking. */
int32_t
LocalSearch::least_loss(std::span<const int32_t> added)
{
    const bool by_bytes = !plans_.is_affordable();
    int32_t least = NONE;
    double least_loss = std::numeric_limits<double>::infinity();
    const Configuration members = plans_.set();
    const bool crowded =
        std::any_of(members.begin(), members.end(), [&](int32_t member) { return plans_.is_crowded(member); });

    for (const int32_t member : members)
    {
        if (contains(added, member) || (!by_bytes && crowded && !plans_.is_crowded(member)))
            continue;
        double loses = loss(member);
        if (by_bytes && loses > 0)
            loses /= std::max(problem_.candidates[member].size.bytes, problem_.limits.block_size);
        if (loses < least_loss)
        {
            least = member;
            least_loss = loses;
        }
    }
    return least;
}

double
LocalSearch::loss(int32_t member)
{
    const double before = plans_.burden();

    plans_.flip(member);
    const double after = plans_.burden();
    plans_.flip(member);
    return after - before;
}

/* Takes out what is missed least, if it is missed by nobody. */
bool
LocalSearch::drop_useless()
{
    for (const int32_t member : Configuration(plans_.set()))
        if (loss(member) <= 0)
        {
            plans_.flip(member);
            plans_.settle();
            return true;
        }
    return false;
}

void
LocalSearch::flip_all(std::span<const int32_t> candidates)
{
    for (const int32_t candidate : candidates)
        plans_.flip(candidate);
}

double
LocalSearch::least_gain() const
{
    return std::max(problem_.valuation.least_gain(), LEAST_CHANGE * plans_.burden());
}

/* ---- where to start from ---- */

void
LocalSearch::take_stock()
{
    if (settled_ && plans_.burden() >= (1 - LEAST_CHANGE) * best_burden_)
        return;
    best_ = plans_.set();
    best_burden_ = plans_.burden();
    members_ = best_;
    settled_ = true;
}

void
LocalSearch::next_start()
{
    excluded_ = NONE;
    if (!starts_.empty())
    {
        const Vector<int32_t> start = std::move(starts_.back());

        starts_.pop_back();
        begin(start);
        return;
    }
    over_ = members_.empty() || plans_.work() > MAX_WORK;
    if (over_)
        return;
    excluded_ = members_.back();
    members_.pop_back();
    begin(without(best_, excluded_));
}

void
LocalSearch::begin(std::span<const int32_t> start)
{
    flip_all(Configuration(plans_.set()));
    for (const int32_t candidate : start)
    {
        plans_.flip(candidate);
        if (!problem_.is_open(candidate) || !plans_.is_affordable() || !plans_.is_few())
            plans_.flip(candidate);
    }
    plans_.settle();
}

} // namespace advisor
