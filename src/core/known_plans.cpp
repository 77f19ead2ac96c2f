#include "known_plans.h"

#include <algorithm>

#include "candidates.h"
#include "greedy.h"
#include "valuation.h"
#include "workload.h"

namespace advisor
{

KnownPlans::KnownPlans(const Problem &problem)
    : problem_(problem), users_(problem.candidates.size()), held_(problem.candidates.size(), 0),
      per_table_(problem.workload.relations().size(), 0)
{
    Set<Configuration> bundles;

    for (const int32_t number : problem.live)
        add_statement(number);
    for (const Statement &statement : statements_)
        for (const Plan &plan : statement.plans)
            if (plan.used.size() > 1)
                bundles.insert(plan.used);
    bundles_.assign(bundles.begin(), bundles.end());
    for (const Statement &statement : statements_)
    {
        current_.push_back(static_cast<int32_t>(statement.plans.size()) - 1);
        burden_ += statement.plans.back().load;
    }
    settled_ = current_;
}

/* A plan says nothing if one that is as cheap needs no more. */
void
KnownPlans::add_statement(int32_t number)
{
    const CostTable &costs = problem_.costs;
    Statement statement = {number, {}};
    Vector<Plan> all;

    if (costs.failed(number))
        return;
    for (const KnownCell &known : costs.known(number))
        all.push_back({known.cell.cost, problem_.valuation.load_at(number, known.cell.cost), known.cell.used});
    all.push_back({costs.base(number)->cost, problem_.valuation.load_at(number, costs.base(number)->cost), {}});
    std::sort(all.begin(), all.end(),
              [](const Plan &a, const Plan &b)
              {
                  if (a.cost != b.cost)
                      return a.cost < b.cost;
                  return a.used.size() != b.used.size() ? a.used.size() < b.used.size() : a.used < b.used;
              });
    for (Plan &plan : all)
        if (std::none_of(statement.plans.begin(), statement.plans.end(),
                         [&](const Plan &other) { return is_subset(other.used, plan.used); }))
            statement.plans.push_back(std::move(plan));
    Set<int32_t> used;
    for (const Plan &plan : statement.plans)
        used.insert(plan.used.begin(), plan.used.end());
    for (const int32_t candidate : used)
        users_[candidate].push_back(static_cast<int32_t>(statements_.size()));
    statements_.push_back(std::move(statement));
}

/* The cheapest plan of the statement that the set allows. */
int32_t
KnownPlans::possible(const Statement &statement)
{
    std::size_t i = 0;

    while (!std::all_of(statement.plans[i].used.begin(), statement.plans[i].used.end(),
                        [&](int32_t candidate) { return held_[candidate] != 0; }))
        i++;
    work_ += static_cast<int64_t>(i) + 1;
    return static_cast<int32_t>(i);
}

void
KnownPlans::flip(int32_t candidate)
{
    const Candidate &one = problem_.candidates[candidate];
    const int32_t change = holds(candidate) ? -1 : 1;
    int32_t &on_table = per_table_[one.definition.relation];
    const int32_t most = problem_.limits.max_indexes_per_table;

    const auto place = std::lower_bound(set_.begin(), set_.end(), candidate);
    if (change > 0)
        set_.insert(place, candidate);
    else
        set_.erase(place);
    held_[candidate] = change > 0;
    crowded_ -= on_table > most;
    on_table += change;
    crowded_ += on_table > most;
    number_ += change;
    bytes_ += change * one.size.bytes;
    burden_ += change * problem_.valuation.upkeep(candidate);
    for (const int32_t user : users_[candidate])
    {
        const Statement &statement = statements_[user];
        const int32_t plan = possible(statement);

        burden_ += statement.plans[plan].load - statement.plans[current_[user]].load;
        current_[user] = plan;
    }
}

bool
KnownPlans::is_affordable() const
{
    return bytes_ <= problem_.limits.budget_bytes;
}

bool
KnownPlans::is_few() const
{
    return number_ <= problem_.limits.max_indexes && crowded_ == 0;
}

bool
KnownPlans::is_crowded(int32_t candidate) const
{
    return per_table_[problem_.candidates[candidate].definition.relation] > problem_.limits.max_indexes_per_table;
}

bool
KnownPlans::helps(std::span<const int32_t> candidates) const
{
    for (const int32_t candidate : candidates)
        for (const int32_t user : users_[candidate])
        {
            const Statement &statement = statements_[user];

            if (problem_.valuation.load(statement.number) > 0 &&
                problem_.valuation.improves(statement.plans[settled_[user]].cost,
                                            statement.plans[current_[user]].cost))
                return true;
        }
    return false;
}

/* The sum is made anew, so that what rounding added and took away does not pile up. */
void
KnownPlans::settle()
{
    settled_ = current_;
    burden_ = problem_.valuation.upkeep(set_);
    for (std::size_t i = 0; i < statements_.size(); i++)
        burden_ += statements_[i].plans[current_[i]].load;
}

} // namespace advisor
