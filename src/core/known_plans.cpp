#include "known_plans.h"

#include <algorithm>

#include "candidates.h"
#include "greedy.h"
#include "valuation.h"
#include "workload.h"

namespace advisor
{

namespace
{

struct Known
{
    double cost;
    const Configuration *used;
};

/* The cheapest first, of these the one that needs least. */
bool
comes_first(const Known &a, const Known &b)
{
    if (a.cost != b.cost)
        return a.cost < b.cost;
    return a.used->size() != b.used->size() ? a.used->size() < b.used->size() : *a.used < *b.used;
}

} // namespace

KnownPlans::KnownPlans(const Problem &problem)
    : problem_(problem), users_(problem.candidates.size()), held_(problem.candidates.size(), 0),
      on_table_(problem.workload.relations().size())
{
    Set<Configuration> bundles;

    for (const int32_t number : problem.live)
        if (!problem.costs.failed(number))
            add_statement(number);
    for (const Plan &plan : plans_)
        if (plan.n_used > 1)
            bundles.emplace(used_by(plan).begin(), used_by(plan).end());
    bundles_.assign(bundles.begin(), bundles.end());
    for (const Statement &statement : statements_)
    {
        current_.push_back(statement.last);
        burden_ += plans_[statement.last].load;
    }
    settled_ = current_;
    is_unsettled_.assign(statements_.size(), 0);
}

/* A plan says nothing if one that is as cheap needs no more. */
void
KnownPlans::add_statement(int32_t number)
{
    const CostTable &costs = problem_.costs;
    const Configuration nothing;
    const auto statement = static_cast<int32_t>(statements_.size());
    Vector<Known> all = {{costs.base(number)->cost, &nothing}};

    statements_.push_back({number, static_cast<int32_t>(plans_.size()), 0, {}});
    for (const KnownCell &known : costs.known(number))
        all.push_back({known.cell.cost, &known.cell.used});
    std::sort(all.begin(), all.end(), comes_first);
    for (const Known &known : all)
        if (std::none_of(plans_.begin() + statements_.back().first, plans_.end(),
                         [&](const Plan &plan) { return is_subset(used_by(plan), *known.used); }))
            add_plan(statement, known.cost, *known.used);
    Configuration &candidates = statements_.back().candidates;
    statements_.back().last = static_cast<int32_t>(plans_.size()) - 1;
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const int32_t candidate : candidates)
        users_[candidate].push_back(statement);
}

void
KnownPlans::add_plan(int32_t statement, double cost, std::span<const int32_t> used)
{
    Statement &owner = statements_[statement];

    plans_.push_back({cost, problem_.valuation.load_at(owner.number, cost), static_cast<int32_t>(used_.size()),
                      static_cast<int32_t>(used.size())});
    used_.insert(used_.end(), used.begin(), used.end());
    owner.candidates.insert(owner.candidates.end(), used.begin(), used.end());
}

std::span<const int32_t>
KnownPlans::used_by(const Plan &plan) const
{
    return std::span(used_).subspan(static_cast<std::size_t>(plan.first_used),
                                    static_cast<std::size_t>(plan.n_used));
}

/* The first plan from there on that the set allows; `last` if none before it is. */
int32_t
KnownPlans::possible(int32_t from, int32_t last)
{
    int32_t i = from;

    while (i < last)
    {
        const auto used = used_by(plans_[i]);

        if (std::all_of(used.begin(), used.end(), [&](int32_t candidate) { return held_[candidate] != 0; }))
            break;
        i++;
    }
    work_ += i - from + 1;
    return i;
}

/* What comes in can only make a cheaper plan possible, what goes out only its own plans impossible. */
void
KnownPlans::flip(int32_t candidate)
{
    const Candidate &one = problem_.candidates[candidate];
    Vector<int32_t> &on_table = on_table_[one.definition.relation];
    const bool comes = !holds(candidate);
    const int32_t change = comes ? 1 : -1;

    if (comes)
        on_table.push_back(candidate);
    else
        on_table.erase(std::find(on_table.begin(), on_table.end(), candidate));
    held_[candidate] = comes;
    number_ += change;
    bytes_ += change * one.size.bytes;
    upkeep_ += change * problem_.valuation.upkeep(candidate);
    burden_ += change * problem_.valuation.upkeep(candidate);
    for (const int32_t user : users_[candidate])
    {
        const Statement &statement = statements_[user];
        const int32_t before = current_[user];
        const int32_t plan = comes ? possible(statement.first, before) : possible(before, statement.last);

        if (plan == before)
            continue;
        burden_ += plans_[plan].load - plans_[before].load;
        current_[user] = plan;
        if (is_unsettled_[user] == 0)
            unsettled_.push_back(user);
        is_unsettled_[user] = 1;
    }
}

Configuration
KnownPlans::set() const
{
    Configuration set;

    for (std::size_t i = 0; i < held_.size(); i++)
        if (held_[i] != 0)
            set.push_back(static_cast<int32_t>(i));
    return set;
}

bool
KnownPlans::is_crowded(int32_t candidate) const
{
    return on_table_[problem_.candidates[candidate].definition.relation].size() >
           static_cast<std::size_t>(std::max(problem_.limits.max_indexes_per_table, 0));
}

bool
KnownPlans::helps(std::span<const int32_t> candidates) const
{
    for (const int32_t candidate : candidates)
        for (const int32_t user : users_[candidate])
            if (problem_.valuation.load(statements_[user].number) > 0 &&
                problem_.valuation.improves(plans_[settled_[user]].cost, plans_[current_[user]].cost))
                return true;
    return false;
}

/* Where the set is empty the sums are what they are, so that what rounding added and took away does not pile up. */
void
KnownPlans::settle()
{
    for (const int32_t statement : unsettled_)
    {
        settled_[statement] = current_[statement];
        is_unsettled_[statement] = 0;
    }
    unsettled_.clear();
    if (number_ > 0)
        return;
    bytes_ = upkeep_ = burden_ = 0;
    for (const int32_t plan : current_)
        burden_ += plans_[plan].load;
}

} // namespace advisor
