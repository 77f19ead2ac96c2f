/* candidates_test.cpp - what the rules propose, and what they must not. */
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/candidates.h"
#include "core/definition.h"
#include "facts_builder.h"

using namespace advisor;

namespace
{

/* A million orders of 50,000 customers in five states, 160 bytes a row. */
class Candidates : public ::testing::Test
{
  protected:
    FactsBuilder shop;
    int orders = shop.table("orders", 1e6, 20000);
    int id = shop.column(orders, "id", 1e6);
    int user = shop.column(orders, "user_id", 50000);
    int status = shop.column(orders, "status", 5, 8);
    int created = shop.column(orders, "created_at", 1e6, 8);
    int total = shop.column(orders, "total", 90000, 6);
    int deleted = shop.column(orders, "deleted_at", 40000, 8);
    int note = shop.column(orders, "note", 1e6, 60);

    Vector<Candidate> made;

    /* DDL texts of all candidates, in their order. */
    std::vector<std::string>
    make()
    {
        Workload workload(shop.facts());
        std::vector<std::string> texts;

        made = make_candidates(workload, FactsBuilder::limits());
        for (const Candidate &candidate : made)
            texts.emplace_back(definition_sql(workload.facts(), candidate.definition));
        return texts;
    }

    static bool
    has(const std::vector<std::string> &texts, const std::string &text)
    {
        return std::ranges::find(texts, text) != texts.end();
    }

    std::vector<int>
    statements_of(const std::vector<std::string> &texts, const std::string &text)
    {
        auto position = std::ranges::find(texts, text) - texts.begin();
        return {made[position].statements.begin(), made[position].statements.end()};
    }

    FactsBuilder &
    pending(int64_t id, double ms)
    {
        return shop.statement(id, ms).on(orders).equal(user).where(PREDICATE_EQUAL, status, 0.01,
                                                                   "(status = 'pending'::text)");
    }
};

using Texts = std::vector<std::string>;

TEST_F(Candidates, EqualitiesThenOrder)
{
    pending(1, 1000).order(created, true);
    auto texts = make();

    EXPECT_EQ(texts.front(), "(user_id, status, created_at DESC)");
    EXPECT_TRUE(has(texts, "(user_id, created_at DESC) WHERE (status = 'pending'::text)"));
    EXPECT_TRUE(has(texts, "(user_id, status)"));
    EXPECT_TRUE(has(texts, "(user_id)"));
    EXPECT_FALSE(has(texts, "(created_at DESC)")) << "no condition, no LIMIT: a sort of a few rows is cheaper";
    EXPECT_FALSE(has(texts, "(created_at DESC, user_id)"));
}

TEST_F(Candidates, LimitMakesTheOrderAloneWorthAQuestion)
{
    pending(1, 1000).order(created, true).limit();
    EXPECT_TRUE(has(make(), "(created_at DESC)"));
}

TEST_F(Candidates, EqualityBeforeRangeNeverAfter)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_RANGE, created, 0.01).where(PREDICATE_EQUAL, status, 0.2);
    auto texts = make();

    EXPECT_EQ(texts.front(), "(status, created_at)");
    EXPECT_FALSE(has(texts, "(created_at, status)"));
    EXPECT_FALSE(has(texts, "(status)")) << "five even states";
}

TEST_F(Candidates, OneRangeIsSearchedAndAnotherCheckedInTheIndex)
{
    shop.statement(1, 1000)
        .on(orders)
        .equal(user)
        .where(PREDICATE_RANGE, created, 0.1)
        .where(PREDICATE_RANGE, total, 0.1);
    auto texts = make();

    EXPECT_TRUE(has(texts, "(user_id, created_at)"));
    EXPECT_TRUE(has(texts, "(user_id, total)"));
    EXPECT_TRUE(has(texts, "(user_id, created_at, total)"));
    EXPECT_TRUE(has(texts, "(user_id, total, created_at)"));
    shop.predicates.back().selectivity = 0.9;
    EXPECT_FALSE(has(make(), "(user_id, created_at, total)")) << "it narrows nothing";
}

TEST_F(Candidates, AnUnequalValueIsAPartialIndex)
{
    shop.statement(1, 1000)
        .on(orders)
        .where(PREDICATE_OTHER, status, 0.02, "(status <> 'done'::text)")
        .order(created, true);
    shop.predicates.back().obstacle = OBSTACLE_NEGATION;
    auto texts = make();

    EXPECT_TRUE(has(texts, "(created_at DESC) WHERE (status <> 'done'::text)"));
    EXPECT_TRUE(has(texts, "(status) WHERE (status <> 'done'::text)")) << "the rows alone, to be sorted";
    EXPECT_FALSE(has(texts, "(status)"));
    shop.predicates.back().selectivity = 0.6;
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, NoneWhereAnOrOverTablesIsAllThatNarrows)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_JOIN, user, 0.001);
    EXPECT_FALSE(make().empty());
    shop.other(note, 0.01, OBSTACLE_OR_RELATIONS);
    EXPECT_TRUE(make().empty());
    shop.equal(created);
    EXPECT_FALSE(make().empty());
}

TEST_F(Candidates, NoneWhileColumnsThatDependOnEachOtherAreMisestimated)
{
    shop.statement(1, 1000).on(orders).equal(status).equal(user);
    EXPECT_FALSE(make().empty());
    shop.requests.back().planned_selectivity = 0.0001;
    shop.requests.back().selectivity = 0.05;
    EXPECT_TRUE(make().empty());
    shop.requests.back().statistics_useless = true;
    EXPECT_FALSE(make().empty()) << "nothing to wait for";
    shop.requests.back().statistics_useless = false;
    shop.requests.back().selectivity = 0.005;
    EXPECT_FALSE(make().empty()) << "few rows all the same";
    shop.requests.back().selectivity = 0.05;
    shop.requests.back().planned_selectivity = 0.01;
    EXPECT_FALSE(make().empty()) << "not so far off";
}

TEST_F(Candidates, TheMoreSelectiveFirst)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_EQUAL, status, 0.2).equal(user);
    auto texts = make();

    EXPECT_EQ(texts.front(), "(user_id, status)");
    EXPECT_FALSE(has(texts, "(status, user_id)"));
}

TEST_F(Candidates, UnlessAnotherStatementNeedsTheOtherOneInFront)
{
    shop.statement(1, 1000).on(orders).equal(user).where(PREDICATE_EQUAL, total, 0.00001);
    shop.statement(2, 10).on(orders).equal(user);
    auto texts = make();

    EXPECT_TRUE(has(texts, "(total, user_id)"));
    ASSERT_TRUE(has(texts, "(user_id, total)"));
    EXPECT_EQ(statements_of(texts, "(user_id, total)"), (std::vector{0, 1}));
    EXPECT_EQ(statements_of(texts, "(total, user_id)"), (std::vector{0}));
}

TEST_F(Candidates, APrefixMattersToWhatLeadsWithIt)
{
    shop.statement(1, 30).on(orders).equal(id).equal(user).equal(total);
    shop.statement(2, 20).on(orders).equal(id);
    shop.statement(3, 10).on(orders).equal(user);
    auto texts = make();

    EXPECT_EQ(statements_of(texts, "(id, total, user_id)"), (std::vector{0, 1}));
}

TEST_F(Candidates, CoveringWhereTheTableIsVisible)
{
    shop.statement(1, 1000).on(orders).equal(user).needs({user, total, created});
    EXPECT_EQ(make(), (Texts{"(user_id) INCLUDE (created_at, total)", "(user_id)"}));
}

TEST_F(Candidates, NotCoveringForAPageOfRows)
{
    shop.statement(1, 1000).on(orders).equal(user).order(created, true).limit().needs({user, total, created});
    for (const std::string &text : make())
        EXPECT_EQ(text.find("INCLUDE"), std::string::npos) << text;
}

TEST_F(Candidates, CarriesUpdatedColumnsOnlyForManyRows)
{
    shop.attributes[total].updated = true;
    shop.statement(1, 1000).on(orders).equal(user).needs({user, total});
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
    shop.statement(2, 1000).on(orders).equal(user).needs({user, total});
    shop.predicates.back().selectivity = shop.requests.back().selectivity = 0.01;
    EXPECT_TRUE(has(make(), "(user_id) INCLUDE (total)"));
}

TEST_F(Candidates, NotCoveringWhereTheTableIsNotVisible)
{
    shop.relations[orders].all_visible = 0.2;
    shop.statement(1, 1000).on(orders).equal(user).needs({user, total, created});
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
}

TEST_F(Candidates, NotCoveringWhatIsWide)
{
    shop.statement(1, 1000).on(orders).equal(user).needs({user, note, total});
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
}

TEST_F(Candidates, NotCoveringMostOfTheRow)
{
    shop.relations[orders].pages = 4500; /* 37 bytes a row */
    shop.statement(1, 1000).on(orders).equal(user).needs({user, total, created, status});
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
}

TEST_F(Candidates, NotCoveringForOneRow)
{
    shop.statement(1, 1000).on(orders).equal(id).needs({id, total});
    EXPECT_EQ(make(), (Texts{"(id)"}));
}

TEST_F(Candidates, NotCoveringWhatAnIndexServesAlready)
{
    shop.statement(1, 1000).on(orders).equal(user).needs({user, total});
    shop.index(orders, {user});
    shop.requests.back().sequential = false;
    EXPECT_TRUE(make().empty());
    shop.requests.back().sequential = true;
    EXPECT_EQ(make(), (Texts{"(user_id) INCLUDE (total)"})) << "nothing served: the planner prefers the table";
}

TEST_F(Candidates, AConditionAloneIsPartialOnlyWhereItIsRare)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_EQUAL, status, 0.33, "(status = 'paid'::text)");
    EXPECT_TRUE(make().empty());
    shop.predicates.back().selectivity = 0.01;
    EXPECT_EQ(make(), (Texts{"(status)", "(status) WHERE (status = 'paid'::text)"}));
}

TEST_F(Candidates, TheRuleIsSaid)
{
    pending(1, 1000).order(created, true);
    make();
    EXPECT_EQ(made[0].rule, "equality, then the order asked for");
    EXPECT_EQ(made[1].rule, "equalities, the more selective first");
    EXPECT_EQ(made[2].rule, "equality, then the order asked for, and only the rows that it wants");
}

TEST_F(Candidates, PartialOnlyWhereItKeepsLittle)
{
    shop.statement(1, 1000).on(orders).equal(user).where(PREDICATE_IS_NULL, deleted, 0.05, "(deleted_at IS NULL)");
    auto most_deleted = make();
    EXPECT_TRUE(has(most_deleted, "(user_id) WHERE (deleted_at IS NULL)"));
    EXPECT_TRUE(has(most_deleted, "(user_id)"));

    shop.predicates.back().selectivity = 0.95;
    auto few_deleted = make();
    EXPECT_FALSE(has(few_deleted, "(user_id) WHERE (deleted_at IS NULL)"));
    EXPECT_TRUE(has(few_deleted, "(user_id)"));
    EXPECT_FALSE(has(few_deleted, "(deleted_at)")) << "95 % of the rows, however many values the others have";
}

TEST_F(Candidates, PartialNotWhereTheConstantVaries)
{
    pending(1, 1000);
    shop.predicates.back().constant_share = 0.6;
    for (const std::string &text : make())
        EXPECT_EQ(text.find("WHERE"), std::string::npos) << text;
}

TEST_F(Candidates, AQueueIsPartialOnItsOrder)
{
    shop.statement(1, 1000)
        .on(orders)
        .where(PREDICATE_EQUAL, status, 0.001, "(status = 'ready'::text)")
        .order(created)
        .limit();
    EXPECT_TRUE(has(make(), "(created_at) WHERE (status = 'ready'::text)"));
}

TEST_F(Candidates, BehindIsNullNoOrderCounts)
{
    shop.statement(1, 1000)
        .on(orders)
        .equal(user)
        .where(PREDICATE_IS_NULL, deleted, 0.4, "")
        .order(created)
        .limit();
    EXPECT_TRUE(has(make(), "(user_id, created_at)"));
}

TEST_F(Candidates, TwoConditionsTogether)
{
    pending(1, 1000).where(PREDICATE_IS_NULL, deleted, 0.05, "deleted_at IS NULL");
    EXPECT_TRUE(has(make(), "(user_id) WHERE (status = 'pending'::text) AND (deleted_at IS NULL)"));
}

TEST_F(Candidates, TheSameConditionOfTwoStatementsIsOneIndex)
{
    pending(1, 1000);
    pending(2, 500);
    auto texts = make();

    EXPECT_EQ(std::ranges::count(texts, "(user_id) WHERE (status = 'pending'::text)"), 1);
    EXPECT_EQ(statements_of(texts, "(user_id) WHERE (status = 'pending'::text)"), (std::vector{0, 1}));
}

TEST_F(Candidates, APartialIndexMattersOnlyWhereItsConditionHolds)
{
    pending(1, 1000);
    shop.statement(2, 500).on(orders).equal(user);
    auto texts = make();

    EXPECT_EQ(statements_of(texts, "(user_id) WHERE (status = 'pending'::text)"), (std::vector{0}));
    EXPECT_EQ(statements_of(texts, "(user_id)"), (std::vector{0, 1}));
}

TEST_F(Candidates, OneIndexForEachArmOfAnOr)
{
    shop.statement(1, 1000).on(orders).equal(user).arm(1, 0).equal(total).arm(1, 1);
    EXPECT_EQ(make(), (Texts{"(user_id)", "(total)"}));
}

TEST_F(Candidates, NoneWhereOneArmCannotBeSearched)
{
    shop.statement(1, 1000).on(orders).equal(user).arm(1, 0).where(PREDICATE_OTHER, note, 0.1).arm(1, 1);
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, PlainEqualitiesLeadTheArms)
{
    shop.statement(1, 1000)
        .on(orders)
        .equal(user)
        .where(PREDICATE_EQUAL, status, 0.2)
        .arm(1, 0)
        .where(PREDICATE_RANGE, total, 0.1)
        .arm(1, 1);
    auto texts = make();
    EXPECT_TRUE(has(texts, "(user_id, status)"));
    EXPECT_TRUE(has(texts, "(user_id, total)"));
}

TEST_F(Candidates, JoinColumnsAloneAndBesideTheFilter)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_JOIN, user, 0.00002).where(PREDICATE_EQUAL, status, 0.2);
    auto texts = make();

    EXPECT_TRUE(has(texts, "(user_id)"));
    EXPECT_TRUE(has(texts, "(user_id, status)"));
    EXPECT_TRUE(has(texts, "(status, user_id)"));
    EXPECT_FALSE(has(texts, "(status)"));
}

TEST_F(Candidates, DirectionsAreThoseAskedFor)
{
    shop.statement(1, 1000).on(orders).order(created, true).order(id, false).limit();
    EXPECT_EQ(make().front(), "(created_at DESC, id)");
}

TEST_F(Candidates, KeysetPagingIsOneRangeInItsOrder)
{
    shop.statement(1, 1000)
        .on(orders)
        .where(PREDICATE_RANGE, created, 0.3)
        .order(created, true)
        .order(id, true)
        .limit();
    EXPECT_EQ(make(), (Texts{"(created_at DESC, id DESC)", "(created_at DESC)"}));
}

TEST_F(Candidates, TheSameBackwardsIsTheSame)
{
    shop.statement(1, 1000).on(orders).order(created, true).order(id, true).limit();
    shop.statement(2, 500).on(orders).order(created).order(id).limit();
    EXPECT_EQ(make(), (Texts{"(created_at DESC, id DESC)", "(created_at DESC)"}));
}

TEST_F(Candidates, ListsOfValuesComeAfterAnOrderToo)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_EQUAL_ANY, status, 0.4).order(created, true).limit();
    auto texts = make();
    EXPECT_TRUE(has(texts, "(status, created_at DESC)"));
    EXPECT_TRUE(has(texts, "(created_at DESC, status)"));
}

TEST_F(Candidates, GroupsNeedCoveringToBeWorthIt)
{
    shop.statement(1, 1000).on(orders).group(user).needs({user, total});
    EXPECT_EQ(make(), (Texts{"(user_id) INCLUDE (total)"}));

    shop.requests.back().index_only_possible = false;
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, PrefixesOfTextUseTheirOperatorClass)
{
    shop.attributes[note].pattern_opclass = "text_pattern_ops";
    shop.statement(1, 1000).on(orders).equal(user).where(PREDICATE_PREFIX, note, 0.001);
    EXPECT_TRUE(has(make(), "(user_id, note text_pattern_ops)"));
}

TEST_F(Candidates, ExpressionsAreColumnsToo)
{
    int lower = shop.column(orders, "lower_note", 1e6, 60);
    shop.attributes[lower].sql = "lower(note)";
    shop.attributes[lower].attnum = 0;
    shop.statement(1, 1000).on(orders).equal(lower);
    EXPECT_EQ(make(), (Texts{"(lower(note))"}));
}

TEST_F(Candidates, NotNullAloneIsNoKey)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_IS_NOT_NULL, deleted, 0.9);
    EXPECT_TRUE(make().empty());

    shop.predicates.back().selectivity = 0.01;
    shop.predicates.back().constant_share = 1;
    shop.predicates.back().partial_sql = "(deleted_at IS NOT NULL)";
    EXPECT_EQ(make(), (Texts{"(deleted_at) WHERE (deleted_at IS NOT NULL)"}));
}

TEST_F(Candidates, FewValuesAloneOnlyWhereOneIsRare)
{
    shop.statement(1, 1000).on(orders).where(PREDICATE_EQUAL, status, 0.2);
    EXPECT_TRUE(make().empty());

    shop.predicates.back().selectivity = 0.01;
    EXPECT_EQ(make(), (Texts{"(status)"}));

    shop.predicates.back().kind = PREDICATE_TRUE;
    shop.predicates.back().selectivity = 0.95;
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, SmallAndUnknownTablesHaveNone)
{
    shop.statement(1, 1000).on(orders).equal(user);
    shop.relations[orders].rows = 200;
    EXPECT_TRUE(make().empty());

    shop.relations[orders].rows = 1e6;
    shop.relations[orders].analysed = false;
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, NotWhatAnIndexAlreadyLeadsWith)
{
    shop.statement(1, 1000).on(orders).equal(user);
    shop.index(orders, {user, status});
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, ButWhereTheIndexIsInvalidPartialOrOfAnotherKind)
{
    shop.statement(1, 1000).on(orders).equal(user);
    int existing = shop.index(orders, {user});
    EXPECT_TRUE(make().empty());

    shop.indexes[existing].valid = false;
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
    shop.indexes[existing].valid = true;
    shop.indexes[existing].predicate_sql = "total > 5";
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
    shop.indexes[existing].predicate_sql = "";
    shop.indexes[existing].btree = false;
    EXPECT_EQ(make(), (Texts{"(user_id)"}));
}

TEST_F(Candidates, AnExistingIndexServesBackwardsToo)
{
    shop.statement(1, 1000).on(orders).order(created, true).limit();
    shop.index(orders, {created});
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, APartialOneBesideAFullOneMayStillGain)
{
    pending(1, 1000);
    shop.index(orders, {user, status});
    EXPECT_EQ(make(), (Texts{"(user_id) WHERE (status = 'pending'::text)"}));

    shop.index(orders, {user});
    shop.indexes.back().predicate_sql = "status = 'pending'::text";
    EXPECT_TRUE(make().empty());
}

TEST_F(Candidates, ACrowdedTableStaysBounded)
{
    std::vector<int> columns;
    for (int i = 0; i < 40; i++)
        columns.push_back(shop.column(orders, "c" + std::to_string(i), 1000 + i));
    for (int i = 0; i < 400; i++)
        shop.statement(i + 10, 1000 - i)
            .on(orders)
            .equal(columns[i % 40])
            .equal(columns[i * 7 % 39])
            .where(PREDICATE_RANGE, columns[i * 11 % 37], 0.1)
            .order(columns[i * 13 % 31], i % 2 == 0)
            .limit();

    auto once = make();
    EXPECT_LE(once.size(), 200u);
    EXPECT_GT(once.size(), 150u);
    EXPECT_EQ(once, make());
    std::ranges::sort(once);
    EXPECT_EQ(std::ranges::adjacent_find(once), once.end()) << "each once";
}

TEST_F(Candidates, EachIsRelevantToWhoeverAskedForIt)
{
    pending(1, 1000).order(created, true).needs({user, created});
    shop.statement(2, 700).on(orders).where(PREDICATE_RANGE, created, 0.1);
    for (const std::string &text : make())
        EXPECT_FALSE(statements_of({text}, text).empty()) << text;
}

} // namespace
