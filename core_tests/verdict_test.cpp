/* verdict_test.cpp - every verdict once, with the words that go with it. */
#include "verdict_fixture.h"

using namespace advisor;

namespace
{

TEST_F(Verdicts, IndexProposed)
{
    shop.statement(1, 9000).on(orders).equal(user);
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    EXPECT_EQ(words, "Create the index on public.orders (user_id).");
}

TEST_F(Verdicts, ServedByTheIndexThatThePlanUses)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.requests.back().served_by = shop.index(orders, {user});
    shop.requests.back().sequential = false;
    EXPECT_EQ(verdict(), VERDICT_SERVED);
    EXPECT_TRUE(says("public.existing_0")) << words;
}

TEST_F(Verdicts, AnExistingIndexThatFindsTooMuch)
{
    shop.index(orders, {status, created});
    shop.statement(1, 9000).on(orders).equal(status);
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
    EXPECT_TRUE(says("public.existing_0") && says("20 %")) << words;
}

/* Of an index on created_at that could be searched and is not: what is to blame. */
TEST_F(IdleIndex, FindsTooMuch)
{
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
    EXPECT_TRUE(says("public.existing_0 could be searched") && says("30,000 against 40,000") && says("20 %"))
        << words;
}

TEST_F(IdleIndex, SettingsAreToBlameWhereTheyChangeThePlanByEnough)
{
    request().cheap_random_cost = 15000;
    EXPECT_EQ(verdict(), VERDICT_COST_SETTINGS);
    EXPECT_TRUE(says("instead of 4 it would search the index, at 15,000")) << words;
    request().cheap_random_cost = 20000;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY) << "a fifth is kept, so two fifths have to be saved";
    request().large_cache_cost = 15000;
    EXPECT_EQ(verdict(), VERDICT_COST_SETTINGS);
    EXPECT_TRUE(says("effective_cache_size")) << words;
}

TEST_F(IdleIndex, AWrongEstimateComesBeforeSettings)
{
    request().cheap_random_cost = 15000;
    request().planned_selectivity = 0.2;
    request().selectivity = 0.0001;
    shop.relations[orders].modified_rows = 99999;
    EXPECT_EQ(verdict(), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("99,999 rows of about 1,000,000 written since, so ANALYZE would not help")) << words;
    request().statistics_useless = true;
    EXPECT_EQ(verdict(), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("nor would CREATE STATISTICS")) << words;
    shop.relations[orders].modified_rows = 100000;
    EXPECT_EQ(verdict(), VERDICT_STALE_STATISTICS);
    EXPECT_TRUE(says("run ANALYZE public.orders")) << words;
    shop.relations[orders].modified_rows = UNKNOWN;
    EXPECT_EQ(verdict(), VERDICT_MISESTIMATED);
}

TEST_F(IdleIndex, ScatteredRows)
{
    shop.attributes[created].correlation = 0.1;
    EXPECT_EQ(verdict(), VERDICT_LOW_CORRELATION);
    EXPECT_TRUE(says("100 % of its pages") && says("CLUSTER public.orders")) << words;
    shop.attributes[created].n_distinct = 20;
    EXPECT_NE(verdict(), VERDICT_LOW_CORRELATION) << "nobody sorts by a handful of values";
    shop.attributes[created].n_distinct = 1e6;
    request().selectivity = 0.4;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
}

TEST_F(IdleIndex, NoStatisticsOfItsColumn)
{
    shop.attributes[created].n_distinct = UNKNOWN;
    EXPECT_EQ(verdict(), VERDICT_NOT_ANALYSED);
    EXPECT_TRUE(says("created_at, of which there are no statistics")) << words;
}

TEST_F(IdleIndex, NearlyAllRowsAreNoFaultOfSettings)
{
    request().selectivity = 0.9;
    request().cheap_random_cost = 15000;
    EXPECT_EQ(verdict(), VERDICT_NEARLY_ALL_ROWS);
}

TEST_F(IdleIndex, GenericPlan)
{
    request().custom_index = request().idle_index;
    request().custom_cost = 27001;
    request().generic_share = 0.75;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
    request().custom_cost = 27000;
    EXPECT_EQ(verdict(), VERDICT_GENERIC_PLAN);
    EXPECT_TRUE(says("75 % of the executions") && says("27,000 instead of 30,000") && says("force_custom_plan"))
        << words;
}

TEST_F(Verdicts, RepeatedInARow)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3);
    shop.statements.back().streak = 99;
    EXPECT_EQ(verdict(), VERDICT_PLANNER_PREFERS_SCAN);
    shop.statements.back().streak = 1200;
    shop.statements.back().origin = "application_name shop, controller=cart";
    EXPECT_EQ(verdict(), VERDICT_REPEATED_IN_A_ROW);
    EXPECT_TRUE(says("at least 1,200 times in a row, or in one transaction, of one session (application_name shop, "
                     "controller=cart)"))
        << words;
    shop.relations[orders].rows = 200;
    EXPECT_EQ(verdict(), VERDICT_REPEATED_IN_A_ROW);
}

TEST_F(Verdicts, AnIndexIsProposedAndTheRepetitionTold)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.statements.back().streak = 300;
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    EXPECT_TRUE(says("(user_id). Besides: It ran at least 300 times in a row")) << words;
}

TEST_F(Verdicts, DeepOffset)
{
    shop.statement(1, 9000).on(orders).order(created).limit();
    shop.requests.back().served_by = shop.index(orders, {created});
    shop.requests.back().sequential = false;
    shop.requests.back().order_complete = true;
    shop.requests.back().rows_read = 5020;
    shop.requests.back().offset_rows = 999;
    EXPECT_EQ(verdict(), VERDICT_SERVED);
    shop.requests.back().offset_rows = 5000;
    EXPECT_EQ(verdict(), VERDICT_DEEP_OFFSET);
    EXPECT_TRUE(says("5,020 rows are read") && says("WHERE created_at > $ instead of OFFSET")) << words;
    shop.requests.back().order_complete = false;
    EXPECT_EQ(verdict(), VERDICT_SERVED);
}

TEST_F(Verdicts, LimitStopsEarly)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3).limit();
    shop.requests.back().rows_read = 499999;
    shop.requests.back().rows_removed = 300000;
    EXPECT_EQ(verdict(), VERDICT_LIMIT_STOPS_EARLY);
    EXPECT_TRUE(says("499,999 rows of about 1,000,000")) << words;
    shop.requests.back().rows_read = 500000;
    EXPECT_NE(verdict(), VERDICT_LIMIT_STOPS_EARLY);
}

TEST_F(Verdicts, SmallTable)
{
    shop.relations[orders].rows = 200;
    shop.statement(1, 9000).on(orders).equal(user);
    EXPECT_EQ(verdict(), VERDICT_SMALL_TABLE);
    EXPECT_TRUE(says("200 rows") && says("1,000")) << words;
}

TEST_F(Verdicts, LowCardinality)
{
    shop.statement(1, 9000).on(orders).equal(status);
    EXPECT_EQ(verdict(), VERDICT_LOW_CARDINALITY);
    EXPECT_TRUE(says("status has 5 values") && says("20 %")) << words;
}

TEST_F(Verdicts, NearlyAllRows)
{
    const int active = shop.column(orders, "active", 2);
    shop.attributes[active].top_frequency = 0.95;
    shop.statement(1, 9000).on(orders).where(PREDICATE_TRUE, active, 0.95);
    EXPECT_EQ(verdict(), VERDICT_NEARLY_ALL_ROWS);
    EXPECT_TRUE(says("95 %")) << words;
}

TEST_F(Verdicts, TwoRangesThatNarrowOnlyTogether)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, user, 0.5).where(PREDICATE_RANGE, created, 0.5);
    shop.requests.back().selectivity = 0.0001;
    EXPECT_NE(verdict(), VERDICT_INDEX_PROPOSED) << words;
}

/* Times of a few hours: too little to notice. */
TEST_F(Verdicts, AFewVisitsBesideAnIndexThatServes)
{
    double base = 86;
    auto cheap = [&base](int32_t, std::span<const int32_t> configuration, FakePlanner::Plan &plan)
    {
        if (configuration.empty())
            plan = {base, {}};
        else if (!plan.used.empty())
            plan.cost = 8;
    };

    shop.statement(1, 300).on(orders).equal(user).equal(status);
    shop.index(orders, {user});
    shop.requests.back().served_by = 0;
    shop.requests.back().sequential = false;
    EXPECT_EQ(verdict(0, cheap), VERDICT_SERVED);
    base = 200;
    EXPECT_EQ(verdict(0, cheap), VERDICT_SERVED) << "0.3 ms a call: their pages are in memory";
    shop.statements.back().calls = 10;
    EXPECT_EQ(verdict(0, cheap), VERDICT_INDEX_PROPOSED) << "30 ms a call: they are not";
    shop.statements.back().calls = 1000;
    base = 500;
    EXPECT_EQ(verdict(0, cheap), VERDICT_INDEX_PROPOSED) << "more visits";
    base = 86;
    shop.statements.back().total_ms = 9000;
    EXPECT_EQ(verdict(0, cheap), VERDICT_INDEX_PROPOSED) << "more time";
}

TEST_F(Verdicts, ColumnsThatDependOnEachOther)
{
    shop.statement(1, 9000).on(orders).equal(user).equal(status);
    shop.requests.back().selectivity = 0.05;
    shop.requests.back().planned_selectivity = 0.0001;
    shop.relations[orders].analysed_hours = 1;
    shop.relations[orders].modified_rows = 0;
    EXPECT_EQ(verdict(), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("CREATE STATISTICS ON user_id, status FROM public.orders; ANALYZE public.orders.")) << words;
    shop.relations[orders].partitions = 4;
    EXPECT_EQ(verdict(), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("FROM each partition")) << words;
    shop.relations[orders].partitions = 0;
    shop.requests.back().statistics_useless = true;
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED) << "the index is not kept waiting for what would change nothing";
}

TEST_F(Verdicts, PlannerPrefersTheScan)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3);
    EXPECT_EQ(verdict(), VERDICT_PLANNER_PREFERS_SCAN);
    EXPECT_TRUE(says("30 %")) << words;
}

TEST_F(Verdicts, BelowMinImprovement)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.001);
    const auto hardly = [](int32_t, std::span<const int32_t> c, FakePlanner::Plan &plan)
    { plan.cost = c.empty() ? 30000 : 28000; };
    EXPECT_EQ(verdict(0, hardly), VERDICT_BELOW_MIN_IMPROVEMENT);
    EXPECT_TRUE(says("30,000 to 28,000") && says("10 %")) << words;
}

TEST_F(Verdicts, WritesOutweigh)
{
    shop.relations[orders].inserts_per_hour = 2000 * 3600;
    shop.statement(1, 80).on(orders).where(PREDICATE_RANGE, created, 0.001);
    shop.statements.back().hours = 24;
    EXPECT_EQ(verdict(), VERDICT_WRITES_OUTWEIGH);
    EXPECT_TRUE(says("2,000 entries a second")) << words;
}

TEST_F(Verdicts, WritesThatNobodyCanMeasureOutweighWhatNobodyCanMeasure)
{
    shop.relations[orders].logged = false;
    shop.relations[orders].inserts_per_hour = 70000;
    shop.statement(1, 100).on(orders).where(PREDICATE_RANGE, created, 0.001);
    EXPECT_EQ(verdict(), VERDICT_WRITES_OUTWEIGH);
    EXPECT_TRUE(says("cost writers about 147 ms")) << words;
    shop.statements.back().total_ms = 140;
    EXPECT_EQ(verdict(), VERDICT_WRITES_OUTWEIGH);
    shop.statements.back().total_ms = 180;
    EXPECT_EQ(verdict(), VERDICT_BELOW_MIN_IMPROVEMENT);
    EXPECT_TRUE(says("and its 21.4 MB are worth together")) << words;
    shop.statements.back().total_ms = 450;
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED) << "what can be measured";
    shop.statements.back().total_ms = 180;
    shop.relations[orders].inserts_per_hour = 0;
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED) << "nobody pays but with space";
}

TEST_F(Verdicts, OverTheBudget)
{
    shop.statement(1, 9000).on(orders).equal(user);
    limits.budget_bytes = 1 << 20;
    EXPECT_EQ(verdict(), VERDICT_OVER_BUDGET);
    EXPECT_TRUE(says("budget of 1 MB")) << words;
    limits.budget_bytes = 1e12;
    limits.max_indexes = 0;
    EXPECT_EQ(verdict(), VERDICT_OVER_BUDGET);
    EXPECT_TRUE(says("max_indexes = 0 is used up")) << words;
    limits.max_indexes = 1;
    limits.max_indexes_per_table = 0;
    EXPECT_EQ(verdict(), VERDICT_OVER_BUDGET);
    EXPECT_TRUE(says("max_indexes_per_table = 0 is used up")) << words;
}

TEST_F(Verdicts, OverTheNumberNamesTheIndexOfTheRequestsOwnTable)
{
    const int people = shop.table("people", 1e5, 2000);
    const int city = shop.column(people, "city", 1000);

    shop.statement(1, 9000).on(orders).equal(user).on(people).equal(city);
    limits.max_indexes = 1;
    EXPECT_EQ(verdict(0), VERDICT_INDEX_PROPOSED);
    EXPECT_EQ(verdict(1), VERDICT_OVER_BUDGET);
    EXPECT_TRUE(says("public.people (city)")) << words;
}

TEST_F(Verdicts, WouldRegress)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.statement(2, 10).on(orders).equal(user);
    const auto misjudged = [](int32_t s, std::span<const int32_t>, FakePlanner::Plan &plan)
    {
        if (s == 1 && !plan.used.empty())
            plan.cost = 60000;
    };
    EXPECT_EQ(verdict(0, misjudged), VERDICT_WOULD_REGRESS);
    EXPECT_TRUE(says("30,000 -> 60,000")) << words;
}

TEST_F(Verdicts, EachObstacleHasItsOwn)
{
    const std::pair<PredicateObstacle, AdvisorVerdict> own[] = {
        {OBSTACLE_NEGATION, VERDICT_NEGATION},
        {OBSTACLE_LEADING_WILDCARD, VERDICT_LEADING_WILDCARD},
        {OBSTACLE_VOLATILE, VERDICT_VOLATILE_FUNCTION},
        {OBSTACLE_STABLE_EXPRESSION, VERDICT_FUNCTION_ON_COLUMN},
        {OBSTACLE_VALUE_INSIDE, VERDICT_FUNCTION_ON_COLUMN},
        {OBSTACLE_IMPLICIT_CAST, VERDICT_IMPLICIT_CAST},
        {OBSTACLE_COLLATION, VERDICT_COLLATION_MISMATCH},
        {OBSTACLE_CONTAINER, VERDICT_NO_OPERATOR_CLASS},
        {OBSTACLE_NO_OPCLASS, VERDICT_NO_OPERATOR_CLASS},
        {OBSTACLE_FAILS, VERDICT_FUNCTION_ON_COLUMN},
        {OBSTACLE_UNTRUSTED, VERDICT_FUNCTION_ON_COLUMN},
        {OBSTACLE_ARRAY_MEMBER, VERDICT_ARRAY_MEMBER},
        {OBSTACLE_NOT_DISTINCT, VERDICT_IS_NOT_DISTINCT},
        {OBSTACLE_SAME_ROW, VERDICT_SAME_ROW},
        {OBSTACLE_SUBQUERY, VERDICT_SUBQUERY_PER_ROW},
        {OBSTACLE_SYSTEM_COLUMN, VERDICT_SYSTEM_COLUMN},
        {OBSTACLE_OR_ARM, VERDICT_OR_CONDITION},
        {OBSTACLE_OR_RELATIONS, VERDICT_OR_CONDITION},
        {OBSTACLE_OPTIONAL, VERDICT_OPTIONAL_PARAMETER},
        {OBSTACLE_ROW_SECURITY, VERDICT_ROW_SECURITY},
        {OBSTACLE_INDEX_ON_COLUMN, VERDICT_FUNCTION_ON_COLUMN},
        {OBSTACLE_COMPLEX, VERDICT_NOT_A_COMPARISON},
    };

    shop.statement(1, 9000).on(orders).where(PREDICATE_OTHER, user, 0.01);
    EXPECT_EQ(std::size(own), OBSTACLE_COMPLEX);
    for (const auto &[obstacle, expected] : own)
    {
        shop.predicates.back().obstacle = obstacle;
        EXPECT_EQ(verdict(), expected) << obstacle;
        EXPECT_TRUE(says("user_id ? $ is searched for in no index: ")) << words;
    }
}

TEST_F(Verdicts, WhatKeepsNearlyAllIsNotToBlameForExcluding)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_OTHER, user, 0.95);
    shop.predicates.back().obstacle = OBSTACLE_NEGATION;
    EXPECT_EQ(verdict(), VERDICT_NEARLY_ALL_ROWS);
    EXPECT_TRUE(says("95 %")) << words;
}

/* A column of 6 kB a value, which no b-tree takes. */
class WideKey : public Verdicts
{
  protected:
    int body = shop.column(orders, "body", 1e6, 6000);
};

TEST_F(WideKey, OfAnEquality)
{
    shop.statement(1, 9000).on(orders).equal(body);
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("body is too wide a key: an entry takes up to 6,008 bytes (the column 6,000 on average), a "
                     "b-tree holds 2,704."))
        << words;
    EXPECT_TRUE(says("an index on md5(body), with md5(body) = md5($)") && !says("hash")) << words;
    shop.by(METHOD_HASH);
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    EXPECT_TRUE(says("using hash (body)")) << words;
    shop.statement(2, 9000).on(orders).order(body);
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY) << "hash has no order";
    EXPECT_TRUE(says("USING hash (body)")) << words;
}

TEST_F(WideKey, OfWhatElseIsAsked)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, body, 0.001);
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("left(body, 100) >= left($, 100)")) << words;
    shop.predicates.back().kind = PREDICATE_PREFIX;
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("left(body, 100) text_pattern_ops")) << words;
    shop.predicates.back().kind = PREDICATE_IS_NULL;
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("a partial index on another column, WHERE body ? $")) << words;
}

TEST_F(WideKey, OfAnOrderUnderALimit)
{
    shop.statement(1, 9000).on(orders).order(body);
    EXPECT_EQ(verdict(), VERDICT_NO_PREDICATE);
    shop.limit();
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("ORDER BY left(body, 100), body")) << words;
}

TEST_F(WideKey, IsNoCauseWhereItFits)
{
    shop.attributes[body].avg_width = 2690;
    shop.statement(1, 9000).on(orders).equal(body);
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    shop.attributes[body].avg_width = 2704;
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
}

TEST_F(WideKey, IsNoCauseWhereManyRowsAreKept)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, body, 0.1);
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    shop.requests.back().selectivity = shop.predicates.back().selectivity = 0.11;
    EXPECT_NE(verdict(), VERDICT_TOO_WIDE_KEY);
}

TEST_F(WideKey, IsLeftOutOfAnIndexForTheOtherConditions)
{
    shop.statement(1, 9000).on(orders).equal(user).equal(body).order(body);
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    EXPECT_TRUE(says("(user_id).")) << words;
}

TEST_F(Verdicts, AnObstacleShowsTheRewrite)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_OTHER, user, 0.01);
    shop.predicates.back().obstacle = OBSTACLE_IMPLICIT_CAST;
    EXPECT_EQ(verdict(), VERDICT_IMPLICIT_CAST);
    EXPECT_TRUE(says("pass the value in the column's own type")) << words;
    shop.predicates.back().detail = "user_id is integer, the value numeric";
    shop.predicates.back().rewrite = "user_id = $::integer";
    EXPECT_EQ(verdict(), VERDICT_IMPLICIT_CAST);
    EXPECT_TRUE(says("(user_id is integer, the value numeric). Write user_id = $::integer.")) << words;
    EXPECT_FALSE(says("pass the value")) << words;
}

TEST_F(Verdicts, NoPredicate)
{
    shop.statement(1, 9000).on(orders);
    EXPECT_EQ(verdict(), VERDICT_NO_PREDICATE);
}

TEST_F(Verdicts, ConditionOutside)
{
    shop.statement(1, 9000).on(orders);
    shop.requests.back().outside = "(user_id = $)";
    shop.requests.back().outside_why = "there is a LIMIT inside; put the condition there";
    shop.requests.back().outside_selectivity = 0.1;
    EXPECT_EQ(verdict(), VERDICT_CONDITION_OUTSIDE);
    EXPECT_EQ(words,
              "(user_id = $), which 10 % of public.orders meet, is applied to what was read: there is a LIMIT "
              "inside; put the condition there.");
    shop.requests.back().outside_selectivity = 0.11;
    EXPECT_EQ(verdict(), VERDICT_NO_PREDICATE);
}

TEST_F(Verdicts, FewRowsRemoved)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.requests.back().rows_read = 1500;
    shop.requests.back().rows_removed = 999;
    EXPECT_EQ(verdict(), VERDICT_FEW_ROWS_REMOVED);
    EXPECT_TRUE(says("999 of 1,500 rows") && says("from 1,000 rows") && says("30 %")) << words;
    shop.requests.back().rows_removed = 1000;
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    shop.requests.back().rows_read = 10000;
    EXPECT_EQ(verdict(), VERDICT_FEW_ROWS_REMOVED);
    shop.requests.back().sequential = false;
    EXPECT_NE(verdict(), VERDICT_FEW_ROWS_REMOVED);
}

TEST_F(Verdicts, AnOrderOrAJoinIsAReasonOfItsOwn)
{
    shop.statement(1, 9000).on(orders).equal(user).order(created).limit();
    shop.requests.back().rows_read = shop.requests.back().rows_removed = 10;
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    shop.statement(2, 9000).on(orders).where(PREDICATE_JOIN, user, 2e-5);
    shop.requests.back().rows_read = shop.requests.back().rows_removed = 10;
    EXPECT_EQ(verdict(1), VERDICT_INDEX_PROPOSED);
}

TEST_F(Verdicts, NotAnalysed)
{
    shop.relations[orders].analysed = false;
    shop.statement(1, 9000).on(orders).equal(user);
    EXPECT_EQ(verdict(), VERDICT_NOT_ANALYSED);
    EXPECT_TRUE(says("ANALYZE public.orders")) << words;
}

TEST_F(Verdicts, Unplannable)
{
    shop.statement(1, 9000).on(orders).equal(user);
    const auto fails = [](int32_t, std::span<const int32_t>, FakePlanner::Plan &plan) { plan.cost = -1; };
    EXPECT_EQ(verdict(0, fails), VERDICT_UNPLANNABLE);
}

TEST_F(Verdicts, NotFinished)
{
    shop.statement(1, 9000).on(orders).equal(user);
    EXPECT_EQ(verdict(0, nullptr, 0), VERDICT_NOT_FINISHED);
}

TEST_F(Verdicts, NoConstantIsShown)
{
    shop.statement(1, 9000)
        .on(orders)
        .equal(user)
        .where(PREDICATE_EQUAL, status, 0.01, "(status = 'secret'::text)")
        .order(created);
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    EXPECT_FALSE(says("secret")) << words;
    limits.budget_bytes = 1;
    EXPECT_EQ(verdict(), VERDICT_OVER_BUDGET);
    EXPECT_FALSE(says("secret")) << words;
}

TEST(VerdictNames, AllHaveOneAndNoMore)
{
    EXPECT_STREQ(verdict_name(VERDICT_INDEX_PROPOSED), "index_proposed");
    EXPECT_STREQ(verdict_name(VERDICT_NEARLY_ALL_ROWS), "nearly_all_rows");
    EXPECT_STREQ(verdict_name(VERDICT_NOT_A_COMPARISON), "not_a_comparison");
    EXPECT_STREQ(verdict_name(VERDICT_NOT_FINISHED), "not_finished");
    EXPECT_EQ(verdict_name(static_cast<AdvisorVerdict>(VERDICT_NOT_FINISHED + 1)), nullptr);
}

} // namespace
