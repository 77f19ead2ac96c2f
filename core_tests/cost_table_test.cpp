/* cost_table_test.cpp - which layer of the oracle knows a cost, and what is counted as a call avoided. */
#include <gtest/gtest.h>

#include "core/candidates.h"
#include "core/cost_table.h"
#include "core/inquiry.h"

using namespace advisor;

namespace
{

/* One statement to which candidates 0, 1 and 2 can matter, and not 3. */
class Oracle : public ::testing::Test
{
  protected:
    Vector<Candidate> candidates = Vector<Candidate>(4);
    CostTable table = make();
    Inquiry inquiry{table};

    CostTable
    make()
    {
        for (int i = 0; i < 3; i++)
            candidates[i].statements = {0};
        return CostTable(1, candidates);
    }

    void
    learn(const Configuration &configuration, double cost, const Configuration &used)
    {
        table.learn(0, configuration, {cost, used, 1, {}});
    }

    Layer
    layer(const Configuration &configuration) const
    {
        return table.look_up(0, configuration).layer;
    }
};

TEST_F(Oracle, SaysWhichLayerKnew)
{
    learn({}, 100, {});
    learn({0, 1, 2}, 10, {1});
    EXPECT_EQ(layer({}), Layer::CACHE);
    EXPECT_EQ(layer({3}), Layer::RELEVANCE);
    EXPECT_EQ(layer({0, 1, 2}), Layer::CACHE);
    EXPECT_EQ(layer({0, 1, 2, 3}), Layer::RELEVANCE);
    EXPECT_EQ(layer({1}), Layer::USED_SET);
    EXPECT_EQ(layer({1, 2, 3}), Layer::USED_SET);
    EXPECT_EQ(layer({0, 2}), Layer::NOBODY);
    EXPECT_EQ(table.bounds(0, Configuration({0, 2})).layer, Layer::NOBODY);
    EXPECT_EQ(table.bounds(0, Configuration({1, 2})).layer, Layer::USED_SET);
}

TEST_F(Oracle, CountsCallsAvoidedByLayer)
{
    learn({}, 100, {});
    learn({0, 1, 2}, 10, {1});
    inquiry.cost(0, Configuration({3}));
    inquiry.cost(0, Configuration({0, 1, 2}));
    inquiry.cost(0, Configuration({1}));
    inquiry.bounds(0, Configuration({0}));
    EXPECT_EQ(inquiry.avoided().by_relevance, 1);
    EXPECT_EQ(inquiry.avoided().by_cache, 1);
    EXPECT_EQ(inquiry.avoided().by_used_set, 1);
    EXPECT_EQ(inquiry.avoided().by_bounds, 1);
}

TEST_F(Oracle, WhatHadToBeAskedIsNotAvoided)
{
    EXPECT_EQ(inquiry.cost(0, Configuration()), std::nullopt);
    EXPECT_EQ(inquiry.pending(), 1u);
    inquiry.take();
    learn({}, 100, {});
    inquiry.note_answer();
    EXPECT_EQ(inquiry.cost(0, Configuration()), 100);
    EXPECT_EQ(inquiry.avoided().by_cache, 0) << "read for the first time";
    EXPECT_EQ(inquiry.cost(0, Configuration()), 100);
    EXPECT_EQ(inquiry.avoided().by_cache, 1);
}

} // namespace
