/* search_random_test.cpp - small random instances against the best of all sets, found by trying them all. */
#include <string>

#include <gtest/gtest.h>

#include "given_plans.h"

using namespace advisor;

namespace
{

constexpr unsigned INSTANCES = 500;

/* What the user calls an improvement, and what the advisor calls equally good, costs little. */
TEST(RandomInstances, CloseToTheBestSet)
{
    double sum = 0;

    for (unsigned seed = 1; seed <= INSTANCES; seed++)
    {
        Given given = random_instance(seed);
        const Configuration chosen = given.search().chosen;
        const double ratio = given.left(chosen) / given.least();

        EXPECT_LE(given.bytes(chosen), given.limits.budget_bytes);
        EXPECT_LE(ratio, 1.20) << "seed " << seed;
        sum += ratio;
    }
    EXPECT_LE(sum / INSTANCES, 1.01);
}

TEST(RandomInstances, TheBoundIsNeverAboveTheBestSet)
{
    double gap = 0;

    for (unsigned seed = 1; seed <= INSTANCES; seed++)
    {
        Given given = random_instance(seed);

        const Outcome outcome = given.search();
        const double least = given.least();
        EXPECT_GE(outcome.lower_bound, 0) << "seed " << seed;
        EXPECT_LE(outcome.lower_bound, least * (1 + 1e-9)) << "seed " << seed;
        EXPECT_NEAR(outcome.load_after, given.left(outcome.chosen), 1e-6 * least) << "seed " << seed;
        EXPECT_TRUE(outcome.bound_is_complete);
        gap += (outcome.load_after - outcome.lower_bound) / outcome.load_after;
    }
    RecordProperty("mean gap", std::to_string(gap / INSTANCES));
    EXPECT_LE(gap / INSTANCES, 0.10) << "a bound that is far away says nothing";
}

} // namespace
