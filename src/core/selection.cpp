#include "selection.h"

#include <algorithm>

#include "candidates.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* A set proven this close to the best is good enough. */
constexpr double GOOD_ENOUGH = 0.01;

/* A set that is better by less than this share is none to change for. */
constexpr double LEAST_BETTER = 0.001;

/* Rounds of pricing, those of them in a row that may gain nothing, and questions in each. */
constexpr int MAX_ROUNDS = 12;
constexpr int MAX_BARREN = 2;
constexpr std::size_t MAX_HOPES = 64;

/* With more statements times candidates the sets next to the best one are too many to look at. */
constexpr std::size_t MOST_NEARBY = 20'000;

/* A gap that is smaller by less than this share is the same. */
constexpr double LEAST_CLOSER = 0.02;

/* A hope for less than this share of the gap is not worth a question. */
constexpr double LEAST_HOPE = 0.02;

} // namespace

Selection::Selection(const Problem &problem, Configuration start, bool pricing)
    : problem_(problem), pricing_(pricing)
{
    pass_.emplace(problem_, std::move(start), Aim::GAIN);
}

const Configuration &
Selection::chosen() const
{
    return pass_.has_value() && phase_ != Phase::NARROW ? pass_->chosen() : best_;
}

/* In haste the first set stands, or the best so far. */
bool
Selection::run(Inquiry &inquiry)
{
    while (phase_ != Phase::DONE)
    {
        if (inquiry.closed() && (!pass_.has_value() || phase_ == Phase::NARROW))
        {
            pass_.reset();
            return true;
        }
        if (!go_on(inquiry))
            return false;
    }
    return true;
}

/* False: something was asked, or the caller ought to have a word. */
bool
Selection::go_on(Inquiry &inquiry)
{
    switch (phase_)
    {
        case Phase::FIRST:
            return first(inquiry);
        case Phase::NARROW:
            return narrow(inquiry);
        case Phase::BOUND:
            return bound(inquiry);
        case Phase::IMPROVE:
            return improve(inquiry);
        case Phase::FILL:
            return fill(inquiry);
        case Phase::PRICE:
            return price(inquiry);
        case Phase::DONE:
            break;
    }
    return true;
}

bool
Selection::first(Inquiry &inquiry)
{
    if (!pass_->run(inquiry))
        return false;
    best_ = pass_->chosen();
    pass_.reset();
    phase_ = pricing_ && is_short_of_room() ? Phase::NARROW : Phase::BOUND;
    if (phase_ == Phase::NARROW)
        pass_.emplace(problem_, Configuration(), Aim::GAIN_PER_BYTE);
    return true;
}

bool
Selection::narrow(Inquiry &inquiry)
{
    if (!pass_->run(inquiry))
        return false;
    second_ = pass_->chosen();
    pass_.reset();
    if (is_better(second_))
        std::swap(best_, second_);
    phase_ = Phase::BOUND;
    return true;
}

/* Something does not fit beside the best set. */
bool
Selection::is_short_of_room() const
{
    const double room = problem_.limits.budget_bytes - problem_.valuation.bytes(best_);

    for (std::size_t i = 0; i < problem_.candidates.size(); i++)
        if (problem_.is_open(static_cast<int32_t>(i)) && problem_.candidates[i].size.bytes > room)
            return true;
    return false;
}

bool
Selection::fill(Inquiry &inquiry)
{
    if (!pass_->run(inquiry))
        return false;
    best_ = pass_->chosen();
    pass_.reset();
    phase_ = Phase::PRICE;
    return true;
}

bool
Selection::bound(Inquiry &inquiry)
{
    const double incumbent = objective(problem_.costs, problem_.valuation, best_);

    if (stale_)
    {
        const std::optional<LowerBound> earlier = std::move(bound_);

        bound_.emplace(problem_.candidates, problem_.limits, problem_.costs, problem_.valuation,
                       earlier.has_value() ? &*earlier : nullptr);
        stale_ = false;
    }
    if (!bound_->run(incumbent))
    {
        inquiry.exhaust();
        return false;
    }
    gap_ = incumbent - bound_->value();
    phase_ = gap_ <= GOOD_ENOUGH * incumbent || is_stuck() ? Phase::DONE : Phase::IMPROVE;
    return true;
}

/* Neither a better set nor a better bound came of the last questions. */
bool
Selection::is_stuck()
{
    if (rounds_ == 0 || gap_ < (1 - LEAST_CLOSER) * least_gap_)
    {
        least_gap_ = gap_;
        barren_ = 0;
        return false;
    }
    return ++barren_ >= MAX_BARREN;
}

bool
Selection::improve(Inquiry &inquiry)
{
    if (!search_.has_value())
    {
        const Vector<int32_t> starts[] = {best_, bound_->hopeful(), second_, {}};

        search_.emplace(problem_, starts);
    }
    if (!search_->run(inquiry))
        return false;
    const bool better = is_better(search_->best());
    if (better)
        pass_.emplace(problem_, search_->best(), Aim::GAIN);
    phase_ = better ? Phase::FILL : Phase::PRICE;
    return true;
}

/* Less is left under it, and somebody sees it. */
bool
Selection::is_better(const Configuration &other) const
{
    const CostTable &costs = problem_.costs;
    const Valuation &valuation = problem_.valuation;

    if (objective(costs, valuation, other) >= (1 - LEAST_BETTER) * objective(costs, valuation, best_))
        return false;
    return std::any_of(
        problem_.live.begin(), problem_.live.end(),
        [&](int32_t statement)
        { return valuation.improves(costs.bounds(statement, best_).most, costs.bounds(statement, other).most); });
}

/* ---- what to ask about ---- */

bool
Selection::price(Inquiry &inquiry)
{
    if (!pricing_)
    {
        phase_ = Phase::DONE;
        return true;
    }
    if (!priced_)
    {
        Vector<Hope> wanted = hopes();

        if (wanted.empty())
            wanted = hopes_nearby();
        for (std::size_t i = 0; i < std::min(wanted.size(), MAX_HOPES); i++)
            inquiry.cell(wanted[i].statement, wanted[i].configuration);
        search_.reset();
        priced_ = inquiry.pending() > 0;
        if (priced_)
            return false;
        phase_ = Phase::DONE;
        return true;
    }
    priced_ = false;
    stale_ = true;
    phase_ = ++rounds_ < MAX_ROUNDS ? Phase::BOUND : Phase::DONE;
    return true;
}

/* What would make the bound or the best set another one, where it is not known, most first. */
Vector<Selection::Hope>
Selection::hopes() const
{
    const Configuration built = what_fits(bound_->hopeful());
    Vector<Hope> hopes;

    for (const int32_t statement : problem_.live)
    {
        const Configuration hoped = bound_->hoped_for(statement);
        const Configuration built_for_it = problem_.costs.project(statement, built);

        add_hope(statement, problem_.costs.project(statement, best_), hopes);
        add_hope(statement, hoped, hopes);
        add_hope(statement, built_for_it, hopes);
        add_hope(statement, united(built_for_it, hoped), hopes);
    }
    std::stable_sort(hopes.begin(), hopes.end(), [](const Hope &a, const Hope &b) { return a.worth > b.worth; });
    return hopes;
}

/* Where the bound hopes for nothing that is not known: sets next to the best one that may be better. */
Vector<Selection::Hope>
Selection::hopes_nearby()
{
    const CostTable &costs = problem_.costs;
    const Valuation &valuation = problem_.valuation;
    const double incumbent = objective(costs, valuation, best_);
    Vector<Hope> hopes;

    if (!search_.has_value() || problem_.candidates.size() * problem_.live.size() > MOST_NEARBY)
        return hopes;
    for (const Configuration &set : search_->neighbours())
    {
        double least = valuation.upkeep(set) + incumbent - valuation.upkeep(best_);

        for (const int32_t statement : problem_.live)
            least += valuation.load_at(statement, costs.bounds(statement, set).least) -
                     valuation.load_at(statement, costs.bounds(statement, best_).most);
        if (least < (1 - LEAST_BETTER) * incumbent)
            for (const int32_t statement : problem_.live)
                add_hope(statement, set, hopes);
    }
    std::stable_sort(hopes.begin(), hopes.end(), [](const Hope &a, const Hope &b) { return a.worth > b.worth; });
    return hopes;
}

/* The first of these that keep to the limits together. */
Configuration
Selection::what_fits(std::span<const int32_t> wanted) const
{
    const AdvisorLimits &limits = problem_.limits;
    Vector<int32_t> per_table(problem_.workload.relations().size(), 0);
    Configuration fitting;
    double bytes = 0;

    for (const int32_t candidate : wanted)
    {
        const Candidate &one = problem_.candidates[candidate];
        int32_t &on_table = per_table[one.definition.relation];

        if (!problem_.is_open(candidate) || bytes + one.size.bytes > limits.budget_bytes ||
            fitting.size() >= static_cast<std::size_t>(limits.max_indexes) ||
            on_table >= limits.max_indexes_per_table)
            continue;
        fitting.push_back(candidate);
        bytes += one.size.bytes;
        on_table++;
    }
    std::sort(fitting.begin(), fitting.end());
    return fitting;
}

void
Selection::add_hope(int32_t statement, Configuration configuration, Vector<Hope> &hopes) const
{
    const Valuation &valuation = problem_.valuation;
    const Bounds bounds = problem_.costs.bounds(statement, configuration);
    const double worth = valuation.load_at(statement, bounds.most) - valuation.load_at(statement, bounds.least);

    if (worth > LEAST_HOPE * gap_ && !problem_.costs.failed(statement))
        hopes.push_back({worth, statement, std::move(configuration)});
}

} // namespace advisor
