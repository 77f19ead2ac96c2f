/* scaling_test.cpp - what ten times as many statements take: ten times as much, not a hundred times. */
#include <algorithm>
#include <memory_resource>

#include <gtest/gtest.h>

#include "core/advice.h"
#include "core/candidates.h"
#include "core/search.h"
#include "core/workload.h"
#include "counting_blocks.h"
#include "fake_planner.h"
#include "many_statements.h"

using namespace advisor;

namespace
{

constexpr int32_t BATCH = 16;

/* Remembers the most that was in use at a time. */
class Peak final : public std::pmr::memory_resource
{
  public:
    std::size_t most = 0;

    Peak()
    {
        std::pmr::set_default_resource(this);
    }
    ~Peak() override
    {
        std::pmr::set_default_resource(nullptr);
    }

  private:
    void *
    do_allocate(std::size_t bytes, std::size_t alignment) override
    {
        used_ += bytes;
        most = std::max(most, used_);
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }
    void
    do_deallocate(void *memory, std::size_t bytes, std::size_t alignment) override
    {
        used_ -= bytes;
        std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
    }
    bool
    do_is_equal(const memory_resource &other) const noexcept override
    {
        return this == &other;
    }

    std::size_t used_ = 0;
};

struct Effort
{
    double blocks = 0;
    double bytes = 0;
    double calls = 0;
    int64_t longest = 0; /* blocks between two moments when the caller has a word */
};

/* Of a whole run: candidates, search, advice. */
Effort
effort(int statements, int tables, AdvisorLimits limits)
{
    const ManyStatements many(statements, tables);
    const int64_t before = blocks_executed;
    Effort effort;
    Peak peak;
    const Workload workload(many.facts.facts());
    const auto candidates = in_order(workload, make_candidates(workload, limits));
    const FakePlanner planner(workload, candidates);
    Search search(workload, candidates, limits);
    int64_t last_word = blocks_executed;
    const auto have_a_word = [&]
    {
        effort.longest = std::max(effort.longest, blocks_executed - last_word);
        last_word = blocks_executed;
    };

    drive(
        search, [&](int32_t s, std::span<const int32_t> c) { return planner.plan(s, c); }, BATCH, -1, have_a_word);
    have_a_word();
    const Outcome outcome = search.outcome();
    const auto result = make_result({workload, candidates, limits, search.costs(), outcome});
    EXPECT_GT(result->view().n_advice, 0);
    effort.blocks = static_cast<double>(blocks_executed - before) / statements;
    effort.bytes = static_cast<double>(peak.most) / statements;
    effort.calls = outcome.planner_calls / statements;
    return effort;
}

class Scaling : public ::testing::Test
{
  protected:
    AdvisorLimits limits = FactsBuilder::limits();

    void
    expect_the_same_for_each_statement(const Effort &few, const Effort &many)
    {
        EXPECT_LE(many.blocks, 1.5 * few.blocks);
        EXPECT_LE(many.bytes, 1.5 * few.bytes);
        EXPECT_LE(many.calls, 1.5 * few.calls);
        EXPECT_LE(many.longest, MOST_AT_ONCE);
    }

    /* Some 100 ms. */
    static constexpr int64_t MOST_AT_ONCE = 100'000'000;
};

/* As many indexes as they ask for, but for the five of a table. */
TEST_F(Scaling, TenTimesAsManyStatementsAndTables)
{
    limits.max_indexes = 1000;
    expect_the_same_for_each_statement(effort(100, 10, limits), effort(1000, 100, limits));
}

/* Room for some of them: everything is weighed against everything. */
TEST_F(Scaling, WhereTheBudgetIsShort)
{
    limits.max_indexes = 1000;
    limits.budget_bytes = 50e6;
    const Effort few = effort(100, 10, limits);
    limits.budget_bytes = 500e6;
    expect_the_same_for_each_statement(few, effort(1000, 100, limits));
}

/* Where the time is over what is left to do is to verify the best set so far, wherever the search is by then. */
TEST_F(Scaling, InHasteItEndsSoon)
{
    constexpr int STATEMENTS = 300, TABLES = 30;
    const ManyStatements many(STATEMENTS, TABLES);
    const Workload workload(many.facts.facts());
    limits.max_indexes = 1000;
    const auto candidates = in_order(workload, make_candidates(workload, limits));
    const FakePlanner planner(workload, candidates);

    for (const int stop_after : {100, 1000, 2500})
    {
        Search search(workload, candidates, limits);
        int answers = 0;

        drive(
            search,
            [&](int32_t s, std::span<const int32_t> c)
            {
                answers++;
                return planner.plan(s, c);
            },
            BATCH, stop_after, [] {});
        EXPECT_STREQ(search.outcome().stopped_by, "time") << stop_after;
        EXPECT_GT(search.outcome().chosen.size(), 0U) << stop_after;
        EXPECT_LE(answers - stop_after, STATEMENTS + BATCH) << stop_after;
    }
}

} // namespace
