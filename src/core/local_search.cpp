#include "local_search.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "candidates.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* A change that gains less than this share of what the statements that it touches take is not worth making. */
constexpr double LEAST_CHANGE = 0.001;

/* Plans that take as long to look at as one cost in the table. */
constexpr int64_t PLANS_PER_LOOK = 8;

/* Plans to be looked at after which the best set so far stands: some 0.5 s, and 0.1 ms for each statement. */
constexpr int64_t MAX_WORK = 50'000'000;
constexpr int64_t MAX_WORK_PER_STATEMENT = 10'000;

/* Plans to be looked at in one step, at least; the caller has a word in between. */
constexpr int64_t STEP = 100'000;

/* Additions that are tried for the one best change, where they have to make room for themselves. */
constexpr int MAX_TRIALS = 1000;

} // namespace

LocalSearch::LocalSearch(const Problem &problem, std::span<const Vector<int32_t>> starts)
    : problem_(problem), plans_(problem), touching_(plans_.statements()),
      on_table_(problem.workload.relations().size()), gains_(problem.candidates.size() + plans_.bundles().size()),
      losses_(problem.candidates.size()), losses_by_bytes_(problem.candidates.size()),
      stale_additions_(problem.candidates.size() + plans_.bundles().size()),
      stale_members_(problem.candidates.size()), starts_(starts.rbegin(), starts.rend()),
      members_(problem.candidates.size())
{
    for (std::size_t i = 0; i < problem.candidates.size(); i++)
        add_addition(Configuration(1, static_cast<int32_t>(i)));
    for (const Configuration &bundle : plans_.bundles())
        add_addition(bundle);
    next_start();
}

/* What no known plan uses gains nothing. */
void
LocalSearch::add_addition(Configuration added)
{
    const auto number = static_cast<int32_t>(additions_.size());
    const auto note = [number](Vector<int32_t> &list)
    {
        if (list.empty() || list.back() != number)
            list.push_back(number);
    };

    if (std::any_of(added.begin(), added.end(),
                    [&](int32_t one) { return !problem_.is_open(one) || plans_.users(one).empty(); }))
        return;
    for (const int32_t one : added)
    {
        note(on_table_[table_of(one)]);
        for (const int32_t user : plans_.users(one))
            note(touching_[user]);
    }
    widest_ = std::max(widest_, added.size());
    largest_ = std::max(largest_, problem_.valuation.bytes(added));
    additions_.push_back(std::move(added));
    stale_additions_.push(number);
}

bool
LocalSearch::run(Inquiry &inquiry)
{
    while (!over_)
    {
        const int64_t before = work();

        step();
        inquiry.spend(static_cast<std::size_t>((work() - before) / PLANS_PER_LOOK));
        if (inquiry.tired())
            return over_;
    }
    return true;
}

int64_t
LocalSearch::work() const
{
    return plans_.work() + looked_at_;
}

void
LocalSearch::step()
{
    if (!refresh())
        return;
    if (work() <= MAX_WORK + MAX_WORK_PER_STATEMENT * static_cast<int64_t>(plans_.statements()) &&
        (improve() || drop_useless()))
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
    while (!refresh())
        continue;
    for (const Configuration &addition : additions_)
    {
        flipped.clear();
        add(addition, flipped);
        make_room(addition, flipped);
        if (is_within_limits() && plans_.set() != best_)
            neighbours.insert(plans_.set());
        flip_all(flipped);
    }
    return Vector<Configuration>(neighbours.begin(), neighbours.end());
}

/* ---- what changes gain ---- */

/* Appraises what the last changes concern. False: not all of it yet. */
bool
LocalSearch::refresh()
{
    const int64_t until = work() + STEP;

    while (!stale_additions_.empty() && work() < until)
        appraise_addition(stale_additions_.pop());
    while (!stale_members_.empty() && work() < until)
        appraise_member(stale_members_.pop());
    return stale_additions_.empty() && stale_members_.empty();
}

void
LocalSearch::appraise_addition(int32_t addition)
{
    const Configuration &added = additions_[addition];
    const double before = plans_.burden(), least = least_gain(added);
    Vector<int32_t> flipped;

    add(added, flipped);
    const double gain = before - plans_.burden();
    const bool pays = gain > least && plans_.helps(added) &&
                      std::none_of(added.begin(), added.end(), [&](int32_t one) { return plans_.is_crowded(one); });
    flip_all(flipped);
    gains_.set(addition, pays ? gain : Ranking::OUT);
}

void
LocalSearch::appraise_member(int32_t candidate)
{
    if (!plans_.holds(candidate))
    {
        losses_.set(candidate, Ranking::OUT);
        losses_by_bytes_.set(candidate, Ranking::OUT);
        return;
    }
    const double missed = loss(candidate);
    losses_.set(candidate, -missed);
    losses_by_bytes_.set(candidate, -loss_for_room(candidate, missed, true));
}

/* ms per hour, of what touches these statements. */
double
LocalSearch::least_gain(std::span<const int32_t> touching) const
{
    double load = 0;

    for (const int32_t candidate : touching)
        for (const int32_t user : plans_.users(candidate))
            load += plans_.load(user);
    return std::max(problem_.valuation.least_gain(), LEAST_CHANGE * load);
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

/* For its bytes if these are what is lacking. */
double
LocalSearch::loss_for_room(int32_t member, double loss, bool by_bytes) const
{
    if (!by_bytes || loss <= 0)
        return loss;
    return loss / std::max(problem_.candidates[member].size.bytes, problem_.limits.block_size);
}

/* ---- changes ---- */

/* Makes the best change; false if none pays. */
bool
LocalSearch::improve()
{
    /* What makes room spares its writes, too. */
    const double before = plans_.burden(), spared = is_roomy() ? 0 : std::max(plans_.upkeep(), 0.0);
    double most = 0;
    int trials = 0;
    Vector<int32_t> best, flipped;

    gains_.from_best(
        [&](int32_t number)
        {
            const Configuration &added = additions_[number];
            const double gain_with_room = gains_.score(number);

            looked_at_++;
            if (gain_with_room + spared <= most)
                return false;
            if (is_excluded(added) || (fits(added) && gain_with_room <= most))
                return true;
            flipped.clear();
            add(added, flipped);
            make_room(added, flipped);
            const double gain = is_within_limits() && plans_.helps(added) ? before - plans_.burden() : 0;
            flip_all(flipped);
            if (gain > most && gain > least_gain(added))
            {
                most = gain;
                best = flipped;
            }
            return ++trials < MAX_TRIALS;
        });
    if (best.empty())
        return false;
    commit(best);
    return true;
}

bool
LocalSearch::is_excluded(std::span<const int32_t> added) const
{
    return std::any_of(added.begin(), added.end(), [&](int32_t one) { return one == excluded_; });
}

/* With room made on its tables; what was flipped is appended. */
void
LocalSearch::add(std::span<const int32_t> added, Vector<int32_t> &flipped)
{
    for (const int32_t one : added)
        if (!plans_.holds(one))
        {
            plans_.flip(one);
            flipped.push_back(one);
        }
    make_room_on_tables(added, flipped);
}

void
LocalSearch::make_room_on_tables(std::span<const int32_t> added, Vector<int32_t> &flipped)
{
    for (const int32_t one : added)
        while (plans_.is_crowded(one))
        {
            std::pair<double, int32_t> least = {std::numeric_limits<double>::infinity(), NONE};

            for (const int32_t member :
                 Vector<int32_t>(plans_.on_table(table_of(one)).begin(), plans_.on_table(table_of(one)).end()))
                if (!contains(added, member))
                    least = std::min(least, std::pair(loss(member), member));
            if (least.second == NONE)
                return;
            plans_.flip(least.second);
            flipped.push_back(least.second);
        }
}

/* In the budget and in the number of indexes. */
void
LocalSearch::make_room(std::span<const int32_t> added, Vector<int32_t> &flipped)
{
    while (!is_within_limits())
    {
        const int32_t least = least_missed(added, flipped);

        if (least == NONE)
            return;
        plans_.flip(least);
        flipped.push_back(least);
    }
}

bool
LocalSearch::is_within_limits() const
{
    return plans_.bytes() <= problem_.limits.budget_bytes && plans_.number() <= problem_.limits.max_indexes;
}

/* Any addition fits. */
bool
LocalSearch::is_roomy() const
{
    return plans_.bytes() + largest_ <= problem_.limits.budget_bytes &&
           plans_.number() + static_cast<int32_t>(widest_) <= problem_.limits.max_indexes;
}

bool
LocalSearch::fits(std::span<const int32_t> added) const
{
    double bytes = plans_.bytes();
    int32_t number = plans_.number();

    for (const int32_t one : added)
        if (!plans_.holds(one))
        {
            bytes += problem_.candidates[one].size.bytes;
            number++;
        }
    return bytes <= problem_.limits.budget_bytes && number <= problem_.limits.max_indexes;
}

/* Of the members that may go, the one that is missed least. What it was worth before the flips is still true where
 * these do not touch its statements. */
int32_t
LocalSearch::least_missed(std::span<const int32_t> added, std::span<const int32_t> flipped)
{
    const bool by_bytes = plans_.bytes() > problem_.limits.budget_bytes;
    std::pair<double, int32_t> least = {std::numeric_limits<double>::infinity(), NONE};
    Set<int32_t> touched;

    for (const int32_t candidate : flipped)
        for (const int32_t user : plans_.users(candidate))
            touched.insert(plans_.candidates_of(user).begin(), plans_.candidates_of(user).end());
    for (const int32_t member : touched)
        if (plans_.holds(member) && !contains(added, member))
            least = std::min(least, std::pair(loss_for_room(member, loss(member), by_bytes), member));
    looked_at_ += static_cast<int64_t>(touched.size());
    Ranking &others = by_bytes ? losses_by_bytes_ : losses_;
    others.from_best(
        [&](int32_t member)
        {
            looked_at_++;
            if (!plans_.holds(member) || contains(added, member) || touched.contains(member))
                return true;
            least = std::min(least, std::pair(-others.score(member), member));
            return false;
        });
    return least.second;
}

/* Takes out what is missed least, if it is missed by nobody. */
bool
LocalSearch::drop_useless()
{
    const int32_t least = losses_.best();

    if (least == NONE || losses_.score(least) < 0)
        return false;
    commit(std::span(&least, 1));
    return true;
}

void
LocalSearch::flip_all(std::span<const int32_t> candidates)
{
    for (const int32_t candidate : candidates)
        plans_.flip(candidate);
}

void
LocalSearch::commit(std::span<const int32_t> flipped)
{
    flip_all(flipped);
    plans_.settle();
    for (const int32_t candidate : flipped)
    {
        disturb(candidate);
        away_.push_back(candidate);
    }
}

/* What was said of additions and members that have to do with the candidate's statements is no longer true; nor of
 * what has to make room on their tables. */
void
LocalSearch::disturb(int32_t candidate)
{
    const auto disturb_table = [this](int32_t table)
    {
        if (has_no_room(table))
            for (const int32_t addition : on_table_[table])
                stale_additions_.push(addition);
    };

    stale_members_.push(candidate);
    disturb_table(table_of(candidate));
    for (const int32_t user : plans_.users(candidate))
    {
        for (const int32_t addition : touching_[user])
            stale_additions_.push(addition);
        for (const int32_t member : plans_.candidates_of(user))
            if (plans_.holds(member))
            {
                stale_members_.push(member);
                disturb_table(table_of(member));
            }
    }
}

/* For some addition, or had none before the last member left. */
bool
LocalSearch::has_no_room(int32_t relation) const
{
    return plans_.on_table(relation).size() + widest_ >=
           static_cast<std::size_t>(std::max(problem_.limits.max_indexes_per_table, 0));
}

int32_t
LocalSearch::table_of(int32_t candidate) const
{
    return problem_.candidates[candidate].definition.relation;
}

/* ---- where to start from ---- */

void
LocalSearch::take_stock()
{
    const double least = excluded_ == NONE ? LEAST_CHANGE * best_burden_ : least_gain(std::span(&excluded_, 1));

    if (settled_ && plans_.burden() >= best_burden_ - least)
        return;
    best_ = plans_.set();
    best_burden_ = plans_.burden();
    if (excluded_ == NONE)
        for (const int32_t member : best_)
            members_.push(member);
    else
        try_without_neighbours();
    away_.clear();
    settled_ = true;
}

/* The members that have to do with what changed. */
void
LocalSearch::try_without_neighbours()
{
    for (const int32_t candidate : away_)
        for (const int32_t user : plans_.users(candidate))
            for (const int32_t member : plans_.candidates_of(user))
                if (plans_.holds(member))
                    members_.push(member);
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
    if (!returned_)
        begin(best_);
    else
        commit(Vector<int32_t>(away_.rbegin(), away_.rend()));
    returned_ = true;
    away_.clear();
    while (!members_.empty() && !plans_.holds(members_.next()))
        members_.pop();
    over_ =
        members_.empty() || work() > MAX_WORK + MAX_WORK_PER_STATEMENT * static_cast<int64_t>(plans_.statements());
    if (over_)
        return;
    excluded_ = members_.pop();
    commit(std::span(&excluded_, 1));
}

void
LocalSearch::begin(std::span<const int32_t> start)
{
    commit(plans_.set());
    for (const int32_t candidate : start)
    {
        plans_.flip(candidate);
        if (!problem_.is_open(candidate) || !is_within_limits() || plans_.is_crowded(candidate))
            plans_.flip(candidate);
        else
            disturb(candidate);
    }
    plans_.settle();
    away_.clear();
}

} // namespace advisor
