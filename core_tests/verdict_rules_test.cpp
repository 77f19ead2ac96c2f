/* verdict_rules_test.cpp - where each rule of the verdicts ends, and which of two comes first. */
#include "verdict_fixture.h"

using namespace advisor;

namespace
{

/* An index takes so much off the cost, whichever it is. */
Verdicts::Change
with_an_index(double cost)
{
    return [cost](int32_t, std::span<const int32_t> configuration, FakePlanner::Plan &plan)
    {
        plan = configuration.empty() ? FakePlanner::Plan{30000, {}, {}}
                                     : FakePlanner::Plan{cost, {configuration[0]}, {}};
    };
}

void
never(int32_t, std::span<const int32_t>, FakePlanner::Plan &plan)
{
    plan = {30000, {}, {}};
}

TEST_F(Verdicts, RowsThatNobodyCounted)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.relations[orders].rows = UNKNOWN;
    EXPECT_EQ(verdict(), VERDICT_NOT_ANALYSED);
}

TEST_F(Verdicts, ATableOfJustEnoughRows)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.relations[orders].rows = 1000;
    EXPECT_NE(verdict(), VERDICT_SMALL_TABLE);
    shop.relations[orders].rows = 999;
    EXPECT_EQ(verdict(), VERDICT_SMALL_TABLE);
}

TEST_F(Verdicts, ARewriteBesideTheIndexIsOfItsOwnKey)
{
    shop.statement(1, 9000).on(orders).other(status, 0.9, OBSTACLE_NEGATION);
    shop.predicates.back().rewrite = "status = 'open'";
    shop.equal(user);
    shop.predicates.back().rewrite = "user_id = $::integer";
    EXPECT_EQ(verdict(), VERDICT_INDEX_PROPOSED);
    EXPECT_TRUE(says(" Or write user_id = $::integer, for which an index on the column serves.")) << words;
    EXPECT_FALSE(says("open")) << words;
}

TEST_F(Verdicts, AConditionOutsideOfWhichNobodyKnowsWhy)
{
    shop.statement(1, 9000).on(orders);
    shop.requests.back().outside = "(user_id = $)";
    EXPECT_EQ(verdict(), VERDICT_NO_PREDICATE);
}

TEST_F(Verdicts, ServedWithoutAScanOfTheTable)
{
    shop.statement(1, 9000).on(orders).equal(status);
    EXPECT_EQ(verdict(), VERDICT_LOW_CARDINALITY);
    shop.requests.back().sequential = false;
    EXPECT_EQ(verdict(), VERDICT_SERVED);
}

/* Its condition is searched for in none, so that it can only be read whole. */
TEST_F(Verdicts, ServedByAnIndexThatIsReadWhole)
{
    shop.statement(1, 9000).on(orders).other(created, 0.001, OBSTACLE_STABLE_EXPRESSION);
    shop.predicates.back().rewrite = "created_at >= $";
    shop.requests.back().served_by = shop.index(orders, {user});
    shop.requests.back().sequential = false;
    EXPECT_EQ(verdict(0, never), VERDICT_SERVED) << "nobody counted";
    shop.requests.back().rows_read = 1e6;
    shop.requests.back().rows_removed = 999000;
    EXPECT_EQ(verdict(0, never), VERDICT_FUNCTION_ON_COLUMN);
    EXPECT_TRUE(says("Write created_at >= $")) << words;
    shop.predicates.back().rewrite = nullptr;
    EXPECT_EQ(verdict(0, never), VERDICT_SERVED) << "there is no other way";
    shop.predicates.back().rewrite = "created_at >= $";
    shop.requests.back().rows_removed = 100;
    EXPECT_EQ(verdict(0, never), VERDICT_SERVED) << "it costs nothing";
    shop.requests.back().rows_removed = 999000;
    shop.requests.back().selectivity = 0.6;
    EXPECT_EQ(verdict(0, never), VERDICT_SERVED) << "most of it is wanted";
    shop.requests.back().selectivity = 0.001;
    shop.equal(user);
    EXPECT_EQ(verdict(0, never), VERDICT_SERVED) << "something else is searched for";
}

TEST_F(Verdicts, RefusedAnIndexThatWouldBeReadWhole)
{
    const Change slightly = [](int32_t, std::span<const int32_t> configuration, FakePlanner::Plan &plan)
    {
        plan.used.assign(configuration.begin(), configuration.end());
        plan.cost = configuration.empty() ? 30000 : 20000;
    };

    shop.statement(1, 9000).on(orders).other(created, 0.001, OBSTACLE_STABLE_EXPRESSION).order(user).limit();
    shop.requests.back().rows_read = 1e6;
    shop.requests.back().rows_removed = 999000;
    EXPECT_NE(verdict(0, slightly), VERDICT_FUNCTION_ON_COLUMN);
    shop.predicates.back().rewrite = "created_at >= $";
    EXPECT_EQ(verdict(0, slightly), VERDICT_INDEX_PROPOSED);
    EXPECT_TRUE(says(" Or write created_at >= $")) << words;
}

TEST_F(Verdicts, WhatWasDismissed)
{
    shop.statement(1, 9000).on(orders).equal(user);
    shop.dismiss(orders, "(user_id)");
    EXPECT_EQ(verdict(), VERDICT_DISMISSED);
    EXPECT_TRUE(says("public.orders (user_id) was dismissed")) << words;
}

/* ---- an index that is there ---- */

class Covered : public Verdicts
{
  protected:
    void
    SetUp() override
    {
        shop.statement(1, 9000).on(orders).equal(status);
        shop.index(orders, {status});
    }

    ExistingIndexFact &
    index()
    {
        return shop.indexes.back();
    }
};

TEST_F(Covered, ByAnIndexThatThePlannerLeavesAside)
{
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_SELECTIVITY);
    EXPECT_TRUE(says("public.existing_0 could be searched")) << words;
}

TEST_F(Covered, NotByAnIndexThatCannotServe)
{
    index().valid = false;
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_CARDINALITY) << "invalid";
    index().valid = true;
    index().btree = false;
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_CARDINALITY) << "of another method";
    index().btree = true;
    index().plain = false;
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_CARDINALITY) << "in an order of its own";
    index().plain = true;
    index().predicate_sql = "(status = 1)";
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_CARDINALITY) << "partial";
}

TEST_F(Covered, NotWhereItLacksAColumn)
{
    shop.equal(user);
    EXPECT_NE(verdict(0, never), VERDICT_LOW_SELECTIVITY);
    index().definition.keys[index().definition.n_keys++].attribute = user;
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_SELECTIVITY);
}

TEST_F(Covered, NotByWhatIsCompared)
{
    shop.predicates.back().kind = PREDICATE_JOIN;
    EXPECT_NE(verdict(0, never), VERDICT_LOW_SELECTIVITY) << "of a join";
    shop.predicates.back().kind = PREDICATE_EQUAL;
    shop.arm(1, 0).where(PREDICATE_RANGE, created, 0.01).arm(1, 1);
    EXPECT_NE(verdict(0, never), VERDICT_LOW_SELECTIVITY) << "in one arm of an OR";
}

TEST_F(IdleIndex, SettingsComeBeforeFewValues)
{
    shop.statement(2, 9000).on(orders).equal(status);
    request().idle_index = 0;
    request().idle_cost = 40000;
    EXPECT_EQ(verdict(1), VERDICT_LOW_CARDINALITY);
    request().cheap_random_cost = 10000;
    EXPECT_EQ(verdict(1), VERDICT_COST_SETTINGS);
}

TEST_F(IdleIndex, RowsLieScattered)
{
    shop.attributes[created].correlation = 0.49;
    EXPECT_EQ(verdict(), VERDICT_LOW_CORRELATION);
    shop.attributes[created].correlation = -0.49;
    EXPECT_EQ(verdict(), VERDICT_LOW_CORRELATION);
    shop.attributes[created].correlation = 0.5;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
    shop.attributes[created].correlation = -0.5;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
    shop.attributes[created].correlation = 0;
    shop.relations[orders].pages = 1e6;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY) << "a row a page: nothing to bring together";
}

TEST_F(IdleIndex, ASettingThatHelpsAJoin)
{
    shop.predicates.back().kind = PREDICATE_JOIN;
    request().selectivity = 0.4;
    request().cheap_random_cost = 20000;
    EXPECT_EQ(verdict(), VERDICT_COST_SETTINGS) << "it is searched for few rows at a time";
}

TEST_F(IdleIndex, WithoutStatisticsOfItsKey)
{
    shop.attributes[created].n_distinct = UNKNOWN;
    EXPECT_EQ(verdict(), VERDICT_NOT_ANALYSED);
    request().selectivity = 0.4;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY) << "whatever they say, it keeps too much";
}

TEST_F(IdleIndex, ACustomPlanWhoseCostNobodyKnows)
{
    request().custom_index = request().idle_index;
    EXPECT_EQ(verdict(), VERDICT_LOW_SELECTIVITY);
}

TEST_F(IdleIndex, StatisticsAreOfColumnsThatAreComparedByEquality)
{
    request().planned_selectivity = 0.9;
    shop.equal(user);
    request().selectivity = 0.2;
    EXPECT_EQ(verdict(0, never), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("SET STATISTICS")) << words;
    shop.equal(status).arm(1, 0).where(PREDICATE_RANGE, created, 0.01).arm(1, 1);
    request().selectivity = 0.2;
    EXPECT_EQ(verdict(0, never), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("SET STATISTICS")) << "one of them in an OR: " << words;
}

TEST_F(IdleIndex, StatisticsAreOfEightColumnsAtMost)
{
    for (int i = 0; i < 8; i++)
        shop.equal(shop.column(orders, "c" + std::to_string(i), 50));
    request().selectivity = 0.2;
    request().planned_selectivity = 0.9;
    EXPECT_EQ(verdict(0, never), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("CREATE STATISTICS ON c0, c1, c2, c3, c4, c5, c6, c7 FROM")) << words;
    shop.equal(user);
    request().selectivity = 0.2;
    EXPECT_EQ(verdict(0, never), VERDICT_MISESTIMATED);
    EXPECT_TRUE(says("SET STATISTICS")) << words;
}

/* ---- refused ---- */

TEST_F(Verdicts, AFilterThatKeepsTooMuchToBeReadThroughAnIndex)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.4);
    EXPECT_EQ(verdict(0, with_an_index(20000)), VERDICT_PLANNER_PREFERS_SCAN);
    EXPECT_TRUE(says("takes only 33.3 % off the planner's cost")) << words;
    EXPECT_EQ(refused, "(created_at)");
    shop.requests.back().planned_selectivity = 0.1;
    EXPECT_EQ(verdict(0, with_an_index(20000)), VERDICT_NEARLY_ALL_ROWS);
    EXPECT_TRUE(says("would not be what it promises")) << words;
}

class TwoTables : public Verdicts
{
  protected:
    int people = shop.table("people", 1e5, 2000);
    int city = shop.column(people, "city", 1000);

    void
    SetUp() override
    {
        shop.statement(1, 9000).on(orders).equal(user).on(people).equal(city);
    }
};

TEST_F(TwoTables, AnIndexElsewhereIsEnough)
{
    const auto first = [](int32_t, std::span<const int32_t> configuration, FakePlanner::Plan &plan) {
        plan.cost = configuration.empty() ? 30000 : plan.used.size() > 1 ? 1000 : plan.used[0] == 0 ? 20000 : 1001;
    };
    const AdvisorVerdict one = verdict(0, first), other = verdict(1, first);

    EXPECT_TRUE((one == VERDICT_INDEX_PROPOSED) != (other == VERDICT_INDEX_PROPOSED));
    EXPECT_TRUE(one == VERDICT_BELOW_MIN_IMPROVEMENT || other == VERDICT_BELOW_MIN_IMPROVEMENT);
    verdict(one == VERDICT_INDEX_PROPOSED ? 1 : 0, first);
    EXPECT_TRUE(says("With the indexes proposed elsewhere the statement costs 1,001 instead of 30,000")) << words;
}

TEST_F(TwoTables, ASavingThatNobodyNotices)
{
    shop.statement(2, 2e6).on(people);
    shop.statements.front().total_ms = 30;
    EXPECT_EQ(verdict(), VERDICT_BELOW_MIN_IMPROVEMENT);
    EXPECT_TRUE(says("is for nobody to look after")) << words;
}

/* ---- no index would help ---- */

TEST_F(Verdicts, JustMoreThanHalfIsNearlyAll)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.51);
    EXPECT_EQ(verdict(), VERDICT_NEARLY_ALL_ROWS);
    shop.requests.back().selectivity = 0.5;
    EXPECT_EQ(verdict(), VERDICT_PLANNER_PREFERS_SCAN);
}

TEST_F(Verdicts, FewValuesAreOfEqualitiesAlone)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, status, 0.3);
    EXPECT_EQ(verdict(0, never), VERDICT_PLANNER_PREFERS_SCAN);
    shop.predicates.back().kind = PREDICATE_JOIN;
    EXPECT_EQ(verdict(0, never), VERDICT_PLANNER_PREFERS_SCAN);
    shop.predicates.back().kind = PREDICATE_EQUAL;
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_CARDINALITY);
    shop.requests.back().selectivity = 0.09;
    EXPECT_EQ(verdict(0, never), VERDICT_PLANNER_PREFERS_SCAN) << "this one is rare";
}

TEST_F(Verdicts, FewValuesBesideWhatNoIndexServes)
{
    shop.statement(1, 9000).on(orders).equal(status).other(user, 0.9, OBSTACLE_LEADING_WILDCARD);
    EXPECT_EQ(verdict(0, never), VERDICT_LOW_CARDINALITY);
}

TEST_F(Verdicts, AnotherKindThatThePlannerWouldNotUse)
{
    shop.statement(1, 9000).on(orders).other(user, 0.01).by(METHOD_GIN);
    EXPECT_EQ(verdict(0, never), VERDICT_PLANNER_PREFERS_SCAN);
    EXPECT_TRUE(says("would not use an index using gin (user_id)")) << words;
    shop.statement(2, 9000).on(orders).nearest(user, METHOD_GIST);
    shop.limit();
    EXPECT_EQ(verdict(1, never), VERDICT_NEARLY_ALL_ROWS) << "no condition, but an order that one was weighed for";
}

TEST_F(Verdicts, AnOrOverTablesBesideAJoin)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_JOIN, user, 0.3).other(status, 0.9, OBSTACLE_OR_RELATIONS);
    EXPECT_EQ(verdict(0, never), VERDICT_OR_CONDITION);
    EXPECT_TRUE(says("status ? $ is searched for in no index: ")) << words;
    shop.predicates.front().kind = PREDICATE_RANGE;
    EXPECT_EQ(verdict(0, never), VERDICT_OR_CONDITION);
    EXPECT_TRUE(says("What could use an index keeps too many rows, and status ? $")) << words;
}

TEST_F(Verdicts, AFilterOfWhichNobodyKnowsWhatItKeeps)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3);
    shop.requests.back().selectivity = UNKNOWN;
    EXPECT_EQ(verdict(0, never), VERDICT_PLANNER_PREFERS_SCAN);
    EXPECT_EQ(words, "The planner would not use any index considered here.");
}

TEST_F(Verdicts, AnEstimateThatWasTooHigh)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3);
    shop.requests.back().planned_selectivity = 0.9;
    EXPECT_EQ(verdict(0, never), VERDICT_MISESTIMATED);
}

TEST_F(Verdicts, NotWeighedAnyMore)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3);
    EXPECT_EQ(verdict(0, never, 1), VERDICT_NOT_FINISHED);
    EXPECT_EQ(verdict(0, never), VERDICT_PLANNER_PREFERS_SCAN) << "it was";
    shop.attributes[created].has_btree = false;
    shop.statement(2, 9000).on(orders).equal(user);
    EXPECT_EQ(verdict(0, never, 2), VERDICT_PLANNER_PREFERS_SCAN) << "there is nothing to weigh for it";
}

/* ---- how it is run ---- */

TEST_F(Verdicts, AHundredInARow)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, created, 0.3);
    shop.statements.back().streak = 100;
    EXPECT_EQ(verdict(), VERDICT_REPEATED_IN_A_ROW);
}

TEST_F(Verdicts, PagesAreOfAnOrderUnderALimit)
{
    shop.statement(1, 9000).on(orders).order(created).order(user).limit();
    shop.requests.back().offset_rows = 1000;
    EXPECT_EQ(verdict(0, never), VERDICT_DEEP_OFFSET);
    EXPECT_TRUE(says("WHERE (created_at, user_id) > ($, $) instead")) << words;
    shop.orders.back().descending = true;
    EXPECT_EQ(verdict(0, never), VERDICT_DEEP_OFFSET);
    EXPECT_TRUE(says("WHERE (created_at > $ OR created_at = $ AND user_id < $) instead")) << words;
    shop.requests.back().has_limit = false;
    EXPECT_NE(verdict(0, never), VERDICT_DEEP_OFFSET);
    shop.requests.back().has_limit = true;
    shop.requests.back().n_orders = 0;
    EXPECT_NE(verdict(0, never), VERDICT_DEEP_OFFSET);
}

/* ---- too wide ---- */

class WideKeys : public Verdicts
{
  protected:
    int body = shop.column(orders, "body", 1e6, 6000);
    int title = shop.column(orders, "title", 1e6, 5000);
};

TEST_F(WideKeys, TheOneThatFindsLeastIsNamed)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_RANGE, body, 0.01).where(PREDICATE_RANGE, title, 0.001);
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("title is too wide a key")) << words;
    shop.predicates.front().selectivity = 0.0001;
    EXPECT_EQ(verdict(), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("body is too wide a key")) << words;
}

TEST_F(WideKeys, OfNoConditionThatFollowsOrThatNoIndexServes)
{
    shop.statement(1, 9000).on(orders).where(PREDICATE_IS_NOT_NULL, body, 0.01);
    shop.predicates.back().implied = true;
    EXPECT_NE(verdict(0, never), VERDICT_TOO_WIDE_KEY);
    shop.predicates.back().implied = false;
    EXPECT_EQ(verdict(0, never), VERDICT_TOO_WIDE_KEY);
    shop.predicates.back().kind = PREDICATE_OTHER;
    shop.predicates.back().obstacle = OBSTACLE_LEADING_WILDCARD;
    EXPECT_EQ(verdict(0, never), VERDICT_LEADING_WILDCARD);
}

TEST_F(WideKeys, HashIsOfTheColumnItself)
{
    shop.statement(1, 9000).on(orders).equal(user).by(METHOD_HASH).equal(body);
    shop.predicates.front().selectivity = shop.requests.back().selectivity = 0.5;
    EXPECT_EQ(verdict(0, never), VERDICT_TOO_WIDE_KEY);
    EXPECT_FALSE(says("USING hash (body)")) << words;
    shop.by(METHOD_HASH);
    EXPECT_EQ(verdict(0, never), VERDICT_TOO_WIDE_KEY);
    EXPECT_TRUE(says("USING hash (body)") && says(", or one on md5(body)")) << words;
    shop.attributes[body].is_array_or_container = true;
    EXPECT_EQ(verdict(0, never), VERDICT_TOO_WIDE_KEY);
    EXPECT_FALSE(says("md5")) << words;
}

/* ---- rewrites ---- */

TEST_F(Verdicts, WhatServesTheRewrite)
{
    shop.statement(1, 9000).on(orders).other(user, 0.01, OBSTACLE_ARRAY_MEMBER);
    shop.predicates.back().rewrite = "user_id @> ARRAY[$]";
    EXPECT_EQ(verdict(), VERDICT_ARRAY_MEMBER);
    EXPECT_TRUE(says("Write user_id @> ARRAY[$], for which a GIN index on the column serves")) << words;
    shop.predicates.back().obstacle = OBSTACLE_STABLE_EXPRESSION;
    EXPECT_EQ(verdict(), VERDICT_FUNCTION_ON_COLUMN);
    EXPECT_TRUE(says("Write user_id @> ARRAY[$], for which an index on the column serves")) << words;
}

} // namespace
