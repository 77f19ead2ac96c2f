/*
 * given_plans.h - statements whose plans are given outright: the sets of candidates that each needs, and its cost.
 *
 * So the best set can be found by trying all of them.
 */
#ifndef GIVEN_PLANS_H
#define GIVEN_PLANS_H

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/candidates.h"
#include "core/definition.h"
#include "core/lower_bound.h"
#include "core/search.h"
#include "core/valuation.h"
#include "core/write_cost.h"
#include "facts_builder.h"
#include "fake_planner.h"

struct GivenPlan
{
    std::vector<int32_t> needs;
    double cost;
};

/* Statements whose cost under a set is the cheapest plan that the set allows, or what a function says. */
class Given
{
  public:
    FactsBuilder facts;
    advisor::Vector<advisor::Candidate> candidates;
    std::vector<std::vector<GivenPlan>> plans;
    std::vector<std::vector<GivenPlan>> in_memory; /* by statement, where they are others then */
    AdvisorLimits limits = FactsBuilder::limits();
    int failing = -1;
    bool own_candidates = false; /* the i-th candidate can matter to the i-th statement alone */

    Given()
    {
        facts.table("t", 1e6, 20000);
    }

    int
    statement(double load, std::vector<GivenPlan> possible, int64_t id = -1)
    {
        facts.statement(id < 0 ? static_cast<int64_t>(plans.size()) : id, load).on(0);
        plans.push_back(std::move(possible));
        return static_cast<int>(plans.size()) - 1;
    }

    /* Every candidate can matter to every statement, unless each has its own. Each on a column of its own. */
    int
    candidate(double bytes)
    {
        advisor::Candidate one = {};
        const int number = static_cast<int>(candidates.size());

        one.definition = advisor::make_definition(0);
        one.definition.n_keys = 1;
        one.definition.keys[0].attribute = facts.column(0, "c" + std::to_string(number), 1000);
        one.size = {1e6, bytes / 8192, bytes, 1, 0, 0, 0, 0, 0};
        candidates.push_back(std::move(one));
        return number;
    }

    FakePlanner::Plan
    plan(int32_t statement, std::span<const int32_t> configuration, bool memory = false) const
    {
        const auto &plans = memory && !in_memory.empty() ? in_memory : this->plans;
        FakePlanner::Plan best = {1000, {}};

        if (statement == failing && !configuration.empty())
            return {-1, {}};
        for (const GivenPlan &possible : plans[statement])
            if (advisor::is_subset(possible.needs, configuration) && possible.cost < best.cost)
                best = {possible.cost, possible.needs};
        /* A plan dearer than the base stands for a misjudgement: it is taken whenever it can be. */
        for (const GivenPlan &possible : plans[statement])
            if (possible.cost > 1000 && advisor::is_subset(possible.needs, configuration))
                best = {possible.cost, possible.needs};
        return best;
    }

    advisor::Outcome
    search()
    {
        for (std::size_t i = 0; i < candidates.size(); i++)
        {
            candidates[i].statements.clear();
            for (std::size_t s = 0; s < plans.size(); s++)
                if (!own_candidates || s == i)
                    candidates[i].statements.push_back(static_cast<int32_t>(s));
        }
        workload = std::make_unique<advisor::Workload>(facts.facts());
        advisor::Search search(*workload, candidates, limits);
        answers = drive(search, [&](int32_t s, std::span<const int32_t> c, bool memory) { return plan(s, c, memory); });
        EXPECT_TRUE(search.finished());
        bound = bound_from(search.costs());
        return search.outcome();
    }

    /* ms per hour under the set, writes included. After search(). */
    double
    left(std::span<const int32_t> configuration) const
    {
        double sum = 0;

        for (const int32_t candidate : configuration)
            sum += advisor::counted_ms(advisor::write_price(workload->facts(), candidates[candidate].definition,
                                                            candidates[candidate].size));
        for (std::size_t s = 0; s < plans.size(); s++)
            sum += facts.statements[s].total_ms * plan(static_cast<int32_t>(s), configuration).cost / 1000;
        return sum;
    }

    double
    bytes(std::span<const int32_t> configuration) const
    {
        double sum = 0;

        for (const int32_t candidate : configuration)
            sum += candidates[candidate].size.bytes;
        return sum;
    }

    /* The least that any set within the limits leaves; of these candidates, ascending. */
    double
    least() const
    {
        std::vector<int32_t> all(candidates.size());

        std::iota(all.begin(), all.end(), 0);
        return least(all);
    }

    double
    least(std::span<const int32_t> among) const
    {
        double least = left({});

        for (int set = 1; set < 1 << among.size(); set++)
        {
            advisor::Configuration configuration;

            for (std::size_t i = 0; i < among.size(); i++)
                if (set >> i & 1)
                    configuration.push_back(among[i]);
            if (bytes(configuration) <= limits.budget_bytes &&
                static_cast<int32_t>(configuration.size()) <=
                    std::min(limits.max_indexes, limits.max_indexes_per_table))
                least = std::min(least, left(configuration));
        }
        return least;
    }

    int answers = 0;
    double bound = 0; /* as the relaxation says, where an outcome's is at most what its set leaves */

  private:
    /* Aimed at the load without indexes, so that nothing hides a bound that is too high. */
    double
    bound_from(const advisor::CostTable &costs) const
    {
        const advisor::Valuation valuation(*workload, candidates, limits, costs);
        advisor::LowerBound relaxation(candidates, limits, costs, valuation, nullptr);

        while (!relaxation.run(advisor::objective(costs, valuation, {})))
            continue;
        return relaxation.value();
    }

    std::unique_ptr<advisor::Workload> workload;
};

/* A few statements that share a few candidates, thrown together by chance. */
inline Given
random_instance(unsigned seed)
{
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
    Given given;
    const int n = 6 + below(4);

    for (int i = 0; i < n; i++)
        given.candidate(1e6 * (1 + below(20)));
    for (int s = 3 + below(5); s > 0; s--)
    {
        std::vector<GivenPlan> plans;

        for (int p = 1 + below(4); p > 0; p--)
            plans.push_back({{below(n)}, 50.0 + below(900)});
        for (int p = below(3); p > 0; p--)
        {
            const int a = below(n), b = below(n), c = below(n);
            std::vector<int32_t> needs = {a, b};

            if (below(3) == 0)
                needs.push_back(c);
            std::sort(needs.begin(), needs.end());
            needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
            plans.push_back({needs, 20.0 + below(400)});
        }
        given.statement(1000.0 * (10 + below(1000)), plans);
    }
    if (below(3) == 0)
        given.facts.relations[0].inserts_per_hour = 1e5 * below(50);
    given.limits.max_indexes_per_table = below(4) == 0 ? 3 : 20;
    given.limits.budget_bytes = below(2) == 0 ? 1e12 : 1e6 * (10 + below(50));
    return given;
}

/* The same instance, each candidate after `others` that no plan needs; plans that need several are left out. */
inline Given
among_others(const Given &given, int others)
{
    Given wide;

    for (const advisor::Candidate &candidate : given.candidates)
    {
        for (int i = 0; i < others; i++)
            wide.candidate(1e6);
        wide.candidate(candidate.size.bytes);
    }
    for (std::size_t i = 0; i < given.plans.size(); i++)
    {
        std::vector<GivenPlan> plans;

        for (const GivenPlan &plan : given.plans[i])
            if (plan.needs.size() == 1)
                plans.push_back({{(plan.needs[0] + 1) * (others + 1) - 1}, plan.cost});
        wide.statement(given.facts.statements[i].total_ms, plans);
    }
    wide.facts.relations[0].inserts_per_hour = given.facts.relations[0].inserts_per_hour;
    wide.limits = given.limits;
    return wide;
}

/* The same instance, its statements told in another order. */
inline Given
retold(const Given &given, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<std::size_t> order;
    Given other;

    for (const advisor::Candidate &candidate : given.candidates)
        other.candidate(candidate.size.bytes);
    for (std::size_t i = 0; i < given.plans.size(); i++)
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(random() % (i + 1)), i);
    for (const std::size_t i : order)
        other.statement(given.facts.statements[i].total_ms, given.plans[i], given.facts.statements[i].id);
    other.facts.relations[0].inserts_per_hour = given.facts.relations[0].inserts_per_hour;
    other.limits = given.limits;
    return other;
}

#endif
