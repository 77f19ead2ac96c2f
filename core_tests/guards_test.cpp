/* guards_test.cpp - what no set may exceed, and that the best set so far stands wherever the search is stopped. */
#include <string>

#include <gtest/gtest.h>

#include "given_plans.h"

using namespace advisor;

namespace
{

/* Some statements with candidates of their own and in common, and one that the best candidate makes dearer. */
Given
with_a_trap()
{
    Given given;

    for (int i = 0; i < 6; i++)
        given.candidate(1e6);
    for (int i = 0; i < 5; i++)
        given.statement(1000 - 100 * i, {{{i}, 100}, {{5}, 60}, {{i, 5}, 50}});
    given.statement(10, {{{5}, 1060}});
    return given;
}

/* No statement is more than max_regression dearer under the set. */
void
expect_nobody_worse(const Given &given, const Configuration &chosen)
{
    for (std::size_t s = 0; s < given.plans.size(); s++)
        EXPECT_LE(given.plan(static_cast<int32_t>(s), chosen).cost, (1 + given.limits.max_regression) * 1000) << s;
}

TEST(Guards, NoStatementGetsWorseByMoreThanMaxRegression)
{
    Given given = with_a_trap();

    expect_nobody_worse(given, given.search().chosen);
    given.limits.max_regression = 0.07;
    EXPECT_TRUE(contains(given.search().chosen, 5));
}

TEST(Guards, WithWhateverNumberOfCallsTheBestSetSoFarStands)
{
    Given given = with_a_trap();
    given.search();
    const int all = given.answers;
    double before = given.left({});

    for (int calls = 0; calls <= all; calls++)
    {
        given.limits.max_planner_calls = calls;
        const Outcome outcome = given.search();

        EXPECT_LE(outcome.planner_calls, calls);
        expect_nobody_worse(given, outcome.chosen);
        EXPECT_LE(given.left(outcome.chosen), before + 1e-6) << calls;
        EXPECT_TRUE(calls == all || outcome.stopped_by == std::string("planner calls")) << calls;
    }
}

TEST(Guards, EachParameterSetIsACall)
{
    Given given = with_a_trap();
    const double calls = given.search().planner_calls;

    EXPECT_EQ(calls, given.answers);
    for (StatementFact &statement : given.facts.statements)
        statement.binds = 3;
    EXPECT_EQ(given.search().planner_calls, 3 * calls);
    given.limits.max_planner_calls = calls;
    EXPECT_LE(given.search().planner_calls, calls);
}

TEST(Guards, StoppedEarlyAmongManyStatementsTheHeaviestAreServed)
{
    constexpr int STATEMENTS = 500;
    Given given;

    for (int i = 0; i < STATEMENTS; i++)
        given.candidate(1e6);
    for (int i = 0; i < STATEMENTS; i++)
        given.statement(1000 + i, {{{i}, 10}});
    given.limits.max_indexes = given.limits.max_indexes_per_table = 3;
    given.own_candidates = true;
    given.limits.max_planner_calls = STATEMENTS;
    const Outcome outcome = given.search();
    EXPECT_STREQ(outcome.stopped_by, "planner calls");
    EXPECT_EQ(outcome.chosen, Configuration({STATEMENTS - 3, STATEMENTS - 2, STATEMENTS - 1}));
}

TEST(Guards, BudgetAndNumbersHoldWhereverItIsStopped)
{
    for (unsigned seed = 1; seed <= 20; seed++)
    {
        Given given = random_instance(seed);

        given.limits.max_indexes = 3;
        given.limits.max_indexes_per_table = 2;
        given.limits.budget_bytes = 20e6;
        given.search();
        for (int calls = 0, all = given.answers; calls <= all; calls += 7)
        {
            given.limits.max_planner_calls = calls;
            const Outcome outcome = given.search();

            EXPECT_LE(given.bytes(outcome.chosen), 20e6) << seed << " " << calls;
            EXPECT_LE(outcome.chosen.size(), 2u) << seed << " " << calls;
        }
    }
}

/* An index of a set that only pays together may hold all that another one of the same set holds. */
TEST(Guards, WhatASetNeedsDoesNotMakeRoomForIt)
{
    Given given;

    for (int i = 0; i < 4; i++)
        given.candidate(1e6);
    IndexDefinition &wider = given.candidates[2].definition;
    wider.n_keys = 2;
    wider.keys[1] = wider.keys[0];
    wider.keys[0] = given.candidates[0].definition.keys[0];
    given.statement(3000, {{{0, 1}, 10}});
    given.statement(2000, {{{0, 2, 3}, 10}});
    given.limits.max_indexes = 3;
    EXPECT_EQ(given.search().chosen, Configuration({0, 1}));
}

TEST(Guards, NobodyIsServedBelowMinImprovement)
{
    Given given;

    given.candidate(1e6);
    given.statement(1000, {{{0}, 850}});
    EXPECT_EQ(given.search().chosen, Configuration({0}));
    given.limits.min_improvement = 0.2;
    EXPECT_EQ(given.search().chosen, Configuration());
}

TEST(Guards, NoSetWhosePriceExceedsItsGain)
{
    for (unsigned seed = 1; seed <= 100; seed++)
    {
        Given given = random_instance(seed);

        given.facts.relations[0].inserts_per_hour = 1e6 * (1 + seed % 60);
        const Outcome outcome = given.search();
        for (const int32_t one : outcome.chosen)
            EXPECT_LE(given.left(outcome.chosen), given.left(without(outcome.chosen, one)) + 1e-6) << seed;
        EXPECT_LE(given.left(outcome.chosen), given.left({}) + 1e-6) << seed;
    }
}

TEST(Guards, WriteWeightLeansEitherWay)
{
    Given given;

    given.candidate(1e6);
    given.statement(1e5, {{{0}, 10}});
    given.facts.relations[0].inserts_per_hour = 3e7;
    EXPECT_EQ(given.search().chosen, Configuration({0}));
    given.limits.write_weight = 3;
    EXPECT_EQ(given.search().chosen, Configuration());
    given.facts.relations[0].inserts_per_hour = 1e9;
    given.limits.write_weight = 0;
    EXPECT_EQ(given.search().chosen, Configuration({0}));
}

} // namespace
