/* candidates_search_test.cpp - when another method than btree is proposed, and how its size is told. */
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/candidates.h"
#include "core/candidates_search.h"
#include "core/definition.h"
#include "facts_builder.h"

using namespace advisor;

namespace
{

using Texts = std::vector<std::string>;

class Searches : public ::testing::Test
{
  protected:
    FactsBuilder shop;
    int items = shop.table("items", 1e6, 20000);
    int id = shop.column(items, "id", 1e6);
    int doc = shop.column(items, "doc", 1e6, 200);
    int tags = shop.column(items, "tags", 1e5, 60);
    int token = shop.column(items, "token", 1e6, 65);
    int state = shop.column(items, "state", 5, 8);
    int at = shop.column(items, "at", 1e6, 8);

    Vector<Candidate> made;

    /* Of candidates that are no btree. */
    Texts
    make()
    {
        Workload workload(shop.facts());
        Texts texts;

        made = make_candidates(workload, FactsBuilder::limits());
        for (const Candidate &candidate : made)
            if (candidate.definition.method != METHOD_BTREE)
                texts.emplace_back(definition_sql(workload.facts(), candidate.definition));
        return texts;
    }

    FactsBuilder &
    asks(int64_t statement)
    {
        return shop.statement(statement, 1000).on(items);
    }

    FactsBuilder &
    contains()
    {
        return shop.other(doc, 0.001).by(METHOD_GIN).by(METHOD_GIN, "jsonb_path_ops");
    }
};

TEST_F(Searches, WhatNoBtreeServesIsLeftToTheClassesOfTheCatalog)
{
    asks(1);
    contains();
    EXPECT_EQ(make(), (Texts{"USING gin (doc)", "USING gin (doc jsonb_path_ops)"}));
    EXPECT_EQ(made.size(), 2u);
    EXPECT_EQ(unsized(made).size(), 2u);
}

TEST_F(Searches, WhatABtreeServesIsLeftToIt)
{
    asks(1).equal(id).by(METHOD_GIN).by(METHOD_GIST).by(METHOD_HASH).by(METHOD_BRIN);
    EXPECT_EQ(make(), Texts());
}

TEST_F(Searches, AnotherClassHasToServeAllThatIsAskedOfTheColumn)
{
    asks(1);
    contains();
    asks(2);
    shop.other(doc, 0.01).by(METHOD_GIN);
    EXPECT_EQ(make(), (Texts{"USING gin (doc)"}));
}

TEST_F(Searches, AnIndexThatIsThereIsNotProposed)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN);
    int there = shop.index(items, {tags});
    shop.indexes[there].btree = false;
    EXPECT_EQ(make(), (Texts{"USING gin (tags)"}));
    shop.indexes[there].definition.method = METHOD_GIN;
    EXPECT_EQ(make(), Texts());
    shop.indexes[there].definition.keys[0].opclass = "other_ops";
    EXPECT_EQ(make(), (Texts{"USING gin (tags)"}));
}

TEST_F(Searches, HashIsForWideKeysOfWhichNobodyAsksMore)
{
    asks(1).equal(token).by(METHOD_HASH);
    EXPECT_EQ(make(), (Texts{"USING hash (token)"}));
    shop.attributes[token].avg_width = 16;
    EXPECT_EQ(make(), Texts());
    shop.attributes[token].avg_width = 65;
    asks(2).where(PREDICATE_RANGE, token, 0.001);
    EXPECT_EQ(make(), Texts());
}

TEST_F(Searches, AnOrderOfTheColumnIsAReasonAgainstHash)
{
    asks(1).equal(token).by(METHOD_HASH);
    asks(2).order(token).limit();
    EXPECT_EQ(make(), Texts());
}

TEST_F(Searches, HashNeedsStatisticsOfTheColumn)
{
    asks(1).equal(token).by(METHOD_HASH);
    shop.attributes[token].n_distinct = UNKNOWN;
    EXPECT_EQ(make(), Texts());
}

TEST_F(Searches, HashMustBeMuchSmallerThanTheBtree)
{
    IndexSample sample = {};
    sample.method = METHOD_HASH;
    sample.rows = 1e6;
    sample.heap_pages = 20000;
    sample.rows_read = sample.rows_passed = sample.rows_held = 1000;

    asks(1).equal(token).by(METHOD_HASH);
    make();
    Workload workload(shop.facts());
    Candidate &hash = made[unsized(made).front()];
    EXPECT_TRUE(take_sample(workload, &sample, 8192, hash));
    EXPECT_GT(hash.size.bytes, 1e7);

    shop.attributes[token].n_distinct = 50;
    Workload few(shop.facts());
    EXPECT_FALSE(take_sample(few, &sample, 8192, hash)) << "a b-tree keeps equal keys once";
    EXPECT_FALSE(take_sample(few, nullptr, 8192, hash));
    EXPECT_FALSE(hash.sampled);
}

TEST_F(Searches, BrinIsForLargeTablesInTheOrderOfTheColumn)
{
    asks(1).where(PREDICATE_RANGE, at, 0.1).by(METHOD_BRIN);
    EXPECT_EQ(make(), Texts());
    shop.attributes[at].correlation = 0.9995;
    EXPECT_EQ(make(), (Texts{"USING brin (at)"}));
    shop.relations[items].pages = 1000;
    EXPECT_EQ(make(), Texts());
}

/* One row of 200 lies anywhere, which takes a hundredth off, and each range of pages has some of these. */
TEST_F(Searches, BrinIsNotForAColumnOfWhichSomeRowsLieAnywhere)
{
    asks(1).where(PREDICATE_RANGE, at, 0.1).by(METHOD_BRIN);
    shop.attributes[at].correlation = 0.99;
    EXPECT_EQ(make(), Texts());
}

TEST_F(Searches, TheConditionOfAPartialIndexIsOneHereToo)
{
    asks(1).where(PREDICATE_EQUAL, state, 0.01, "(state = 'new')");
    shop.other(tags, 0.001).by(METHOD_GIN);
    EXPECT_EQ(make(), (Texts{"USING gin (tags)", "USING gin (tags) WHERE (state = 'new')"}));
}

TEST_F(Searches, OneSearchForAllConditionsThatTheMethodKnows)
{
    asks(1).equal(id).by(METHOD_GIN).by(METHOD_GIST);
    shop.other(tags, 0.001).by(METHOD_GIN);
    EXPECT_EQ(make(), (Texts{"USING gin (tags)", "USING gin (id, tags)"}));
}

/* Without its first key nearly all of a gist index is read, and the planner does not know. */
TEST_F(Searches, GistServesWhoSearchesItsFirstKey)
{
    asks(1);
    shop.other(at, 0.001).by(METHOD_GIST);
    asks(2).equal(id).by(METHOD_GIST);
    shop.other(at, 0.001).by(METHOD_GIST);
    EXPECT_EQ(make(), (Texts{"USING gist (at)", "USING gist (id, at)", "USING gist (at, id)"}));
    for (const Candidate &candidate : made)
        if (candidate.definition.method == METHOD_GIST)
            EXPECT_EQ(candidate.statements,
                      candidate.definition.keys[0].attribute == at ? (Numbers{0, 1}) : Numbers{1});
}

TEST_F(Searches, GistIsLeftToGinWhereBothServe)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN).by(METHOD_GIST);
    EXPECT_EQ(make(), (Texts{"USING gin (tags)"}));
}

TEST_F(Searches, ADistanceNeedsALimit)
{
    asks(1);
    shop.nearest(at, METHOD_GIST);
    EXPECT_EQ(make(), Texts());
    shop.limit();
    EXPECT_EQ(make(), (Texts{"USING gist (at)"}));
}

TEST_F(Searches, NegationIsNoSearch)
{
    asks(1);
    shop.other(id, 0.99, OBSTACLE_NEGATION).by(METHOD_GIST);
    EXPECT_EQ(make(), Texts());
}

TEST_F(Searches, TheOtherArmOfAnOrGetsItsBtree)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN).arm(1, 0).equal(id).arm(1, 1);
    EXPECT_EQ(make(), (Texts{"USING gin (tags)"}));
    EXPECT_EQ(made.size(), 2u);
}

TEST_F(Searches, EachStatementIsOnlyAskedAboutWhatItsClassServes)
{
    asks(1);
    shop.other(doc, 0.001).by(METHOD_GIN);
    asks(2);
    shop.other(tags, 0.001).by(METHOD_GIN);
    make();
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].statements.size(), 1u);
    EXPECT_EQ(made[1].statements.size(), 1u);
}

TEST_F(Searches, AnIndexOfAnotherClassDoesNotServe)
{
    asks(1);
    shop.other(doc, 0.001).by(METHOD_GIN, "these_ops");
    asks(2);
    shop.other(doc, 0.001).by(METHOD_GIN, "those_ops");
    EXPECT_EQ(make(), (Texts{"USING gin (doc these_ops)", "USING gin (doc those_ops)"}));
    EXPECT_EQ(made[0].statements.size(), 1u);
    EXPECT_EQ(made[1].statements.size(), 1u);
}

/* ---- through the C interface ---- */

class Sizing : public Searches
{
  protected:
    Advisor *advisor = nullptr;
    const int32_t *numbers = nullptr;
    int32_t n = 0;

    void
    learn()
    {
        AdvisorLimits limits = FactsBuilder::limits();
        Facts facts = shop.facts();
        ASSERT_EQ(advisor_open(&limits, &advisor), ADVISOR_OK);
        ASSERT_EQ(advisor_learn(advisor, &facts), ADVISOR_OK) << advisor_message(advisor);
        ASSERT_EQ(advisor_unsized(advisor, &numbers, &n), ADVISOR_OK);
    }

    void
    TearDown() override
    {
        advisor_close(advisor);
    }

    /* Questions with candidates, all answered: an index makes a statement cheap. */
    int
    questions()
    {
        const AdvisorQuestion *asked;
        int with_candidates = 0;

        for (int32_t count; advisor_ask(advisor, 1, &asked, &count) == ADVISOR_OK && count > 0;)
        {
            AdvisorAnswer answer = {};
            answer.planned = true;
            answer.cost = asked[0].n_candidates > 0 ? 100 : 20000;
            answer.n_used = std::min(asked[0].n_candidates, 1);
            answer.used = asked[0].candidates;
            with_candidates += asked[0].n_candidates > 0;
            EXPECT_EQ(advisor_answer(advisor, &answer, 1), ADVISOR_OK);
        }
        return with_candidates;
    }

    IndexSample
    a_sample()
    {
        static const SampledKeyFact keys[] = {{20, 3, 3, 0}, {20, 1, 1, 0}};
        IndexSample sample = {};
        sample.method = METHOD_GIN;
        sample.rows = 1e6;
        sample.heap_pages = 20000;
        sample.rows_read = sample.rows_passed = sample.rows_held = 4;
        sample.keys = keys;
        sample.n_keys = 2;
        return sample;
    }
};

TEST_F(Sizing, WithASampleItIsAdvised)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN);
    learn();
    ASSERT_EQ(n, 1);
    IndexSample sample = a_sample();
    ASSERT_EQ(advisor_sampled(advisor, numbers[0], &sample), ADVISOR_OK);
    EXPECT_GT(questions(), 0);

    const AdvisorResult *result;
    ASSERT_EQ(advisor_result(advisor, &result), ADVISOR_OK);
    ASSERT_EQ(result->n_advice, 1);
    EXPECT_STREQ(result->advice[0].definition_sql, "USING gin (tags)");
    EXPECT_STREQ(result->advice[0].kind, "gin");
    EXPECT_GT(result->advice[0].size.bytes, 0);
    EXPECT_NE(std::string(result->advice[0].rule).find("A gin index keeps every part"), std::string::npos);
}

TEST_F(Sizing, WithoutOneNobodyIsAskedAndTheVerdictSaysSo)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN);
    learn();
    ASSERT_EQ(n, 1);
    ASSERT_EQ(advisor_sampled(advisor, numbers[0], nullptr), ADVISOR_OK);
    EXPECT_EQ(questions(), 0);

    const AdvisorResult *result;
    ASSERT_EQ(advisor_result(advisor, &result), ADVISOR_OK);
    EXPECT_EQ(result->n_advice, 0);
    ASSERT_EQ(result->n_verdicts, 1);
    EXPECT_EQ(result->verdicts[0].verdict, VERDICT_NOT_FINISHED);
    EXPECT_NE(std::string(result->verdicts[0].next_step).find("was not sampled"), std::string::npos);
}

TEST_F(Sizing, WhereAValueIsTooLargeForAnEntryTheVerdictSaysThat)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN);
    learn();
    ASSERT_EQ(n, 1);
    ASSERT_EQ(advisor_too_wide(advisor, numbers[0]), ADVISOR_OK);
    EXPECT_EQ(advisor_too_wide(advisor, -1), ADVISOR_MISUSE);
    EXPECT_EQ(questions(), 0);

    const AdvisorResult *result;
    ASSERT_EQ(advisor_result(advisor, &result), ADVISOR_OK);
    EXPECT_EQ(result->n_advice, 0);
    ASSERT_EQ(result->n_verdicts, 1);
    EXPECT_EQ(result->verdicts[0].verdict, VERDICT_TOO_WIDE_KEY);
    EXPECT_EQ(result->verdicts[0].attribute, tags);
    const std::string step = result->verdicts[0].next_step;
    EXPECT_NE(step.find("using gin (tags)"), std::string::npos) << step;
    EXPECT_NE(step.find("an element of an array"), std::string::npos) << step;
}

TEST_F(Sizing, SizesAreNoMoreToldOnceQuestionsWereAsked)
{
    asks(1);
    shop.other(tags, 0.001).by(METHOD_GIN);
    learn();
    const AdvisorQuestion *asked;
    int32_t count;
    ASSERT_EQ(advisor_ask(advisor, 1, &asked, &count), ADVISOR_OK);
    EXPECT_EQ(advisor_sampled(advisor, numbers[0], nullptr), ADVISOR_MISUSE);
    EXPECT_EQ(advisor_too_wide(advisor, numbers[0]), ADVISOR_MISUSE);
    EXPECT_EQ(advisor_unsized(advisor, &numbers, &n), ADVISOR_MISUSE);
}

TEST_F(Sizing, TheExtensionThatIsMissingIsTheNextStep)
{
    asks(1);
    shop.other(doc, 0.001, OBSTACLE_LEADING_WILDCARD);
    shop.predicates.back().extension = "pg_trgm";
    learn();
    questions();

    const AdvisorResult *result;
    ASSERT_EQ(advisor_result(advisor, &result), ADVISOR_OK);
    ASSERT_EQ(result->n_verdicts, 1);
    EXPECT_EQ(result->verdicts[0].verdict, VERDICT_LEADING_WILDCARD);
    EXPECT_NE(std::string(result->verdicts[0].next_step).find("CREATE EXTENSION pg_trgm"), std::string::npos);
}

} // namespace
