/* search_random_test.cpp - small random instances against the best of all sets, found by trying them all. */
#include <string>

#include <gtest/gtest.h>

#include "given_plans.h"

using namespace advisor;

namespace
{

constexpr unsigned INSTANCES = 500;

TEST(RandomInstances, CloseToTheBestSetAndNeverBelowTheBound)
{
    double sum = 0, gaps = 0;

    for (unsigned seed = 1; seed <= INSTANCES; seed++)
    {
        Given given = random_instance(seed);
        const Outcome outcome = given.search();
        const double least = given.least(), ratio = given.left(outcome.chosen) / least;

        /* What the user calls an improvement, and what the advisor calls equally good, costs little. */
        EXPECT_LE(ratio, 1.10) << "seed " << seed;
        EXPECT_LE(given.bytes(outcome.chosen), given.limits.budget_bytes) << "seed " << seed;
        EXPECT_GE(outcome.lower_bound, 0) << "seed " << seed;
        EXPECT_LE(outcome.lower_bound, least * (1 + 1e-9)) << "seed " << seed;
        EXPECT_LE(given.bound, least * (1 + 1e-9)) << "seed " << seed;
        EXPECT_NEAR(outcome.load_after, given.left(outcome.chosen), 1e-6 * least) << "seed " << seed;
        EXPECT_TRUE(outcome.bound_is_complete);
        sum += ratio;
        gaps += 1 - outcome.lower_bound / outcome.load_after;

        /* Where everything counts as an improvement, nothing keeps the answer from the optimum. */
        given.limits.min_improvement = 0;
        EXPECT_LE(given.left(given.search().chosen) / least, 1.01) << "seed " << seed;
    }
    EXPECT_LE(sum / INSTANCES, 1.005);
    EXPECT_LE(gaps / INSTANCES, 0.05) << "a bound that is far away says nothing";
}

/* The questions are in groups then; a bound over one group alone would be above the best set of another. */
TEST(RandomInstances, BoundWhereOneQuestionDoesNotHoldAllCandidates)
{
    constexpr int OTHERS = 80;

    for (unsigned seed = 1; seed <= INSTANCES / 25; seed++)
    {
        Given given = among_others(random_instance(seed), OTHERS);
        std::vector<int32_t> needed;

        for (std::size_t i = OTHERS; i < given.candidates.size(); i += OTHERS + 1)
            needed.push_back(static_cast<int32_t>(i));
        given.limits.min_improvement = 0;
        const Outcome outcome = given.search();
        const double least = given.least(needed);
        EXPECT_FALSE(outcome.bound_is_complete);
        EXPECT_LE(outcome.lower_bound, least * (1 + 1e-9)) << "seed " << seed;
        EXPECT_LE(given.bound, least * (1 + 1e-9)) << "seed " << seed;
        EXPECT_LE(given.left(outcome.chosen) / least, 1.01) << "seed " << seed;
    }
}

TEST(RandomInstances, TheSameAnswerInWhateverOrderTheyAreTold)
{
    for (unsigned seed = 1; seed <= INSTANCES / 5; seed++)
    {
        Given given = random_instance(seed);
        Given other = retold(given, seed);

        EXPECT_EQ(other.search().chosen, given.search().chosen) << "seed " << seed;
    }
}

} // namespace
