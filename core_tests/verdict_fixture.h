/* verdict_fixture.h - a table of orders, and what is said of a request on it. */
#ifndef VERDICT_FIXTURE_H
#define VERDICT_FIXTURE_H

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/advice.h"
#include "core/candidates.h"
#include "core/search.h"
#include "core/verdict.h"
#include "fake_planner.h"
#include "orders_fixture.h"

class Verdicts : public Orders
{
  public:
    using Change =
        std::function<void(int32_t statement, std::span<const int32_t> configuration, FakePlanner::Plan &plan)>;

  protected:
    std::string words;
    std::string refused; /* the index that the verdict is about */

    /* The verdict on the n-th request; `change` may make the planner say something else. */
    AdvisorVerdict
    verdict(int request = 0, const Change &change = nullptr, int stop_after = -1)
    {
        advisor::Workload workload(shop.facts());
        const advisor::Vector<advisor::Candidate> candidates = advisor::make_candidates(workload, limits);
        const FakePlanner planner(workload, candidates);
        advisor::Search search(workload, candidates, limits);

        drive(
            search,
            [&](int32_t s, std::span<const int32_t> c)
            {
                FakePlanner::Plan plan = planner.plan(s, c);
                if (change != nullptr)
                    change(s, c, plan);
                return plan;
            },
            16, stop_after);
        const advisor::Outcome outcome = search.outcome();
        const advisor::Decision decision = {workload, candidates, limits, search.costs(), outcome};
        const auto result = advisor::make_result(decision);
        const AdvisorRequestVerdict &found = result->view().verdicts[request];
        EXPECT_EQ(found.request, request);
        EXPECT_EQ(found.verdict == VERDICT_INDEX_PROPOSED, found.advice != NONE);
        words = found.next_step;
        refused = found.definition_sql;
        return found.verdict;
    }

    bool
    says(const std::string &text) const
    {
        return words.find(text) != std::string::npos;
    }
};

/* An index on created_at is there, and the planner would rather not search it. */
class IdleIndex : public Verdicts
{
  protected:
    void
    SetUp() override
    {
        shop.attributes[created].correlation = 1;
        shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.2);
        shop.requests.back().idle_index = shop.index(orders, {created});
        shop.requests.back().idle_cost = 40000;
    }

    RequestFact &
    request()
    {
        return shop.requests.back();
    }
};

#endif
