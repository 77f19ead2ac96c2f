/*
 * index_size_test.cpp - predicted sizes against sizes measured.
 *
 * The measured pages and levels are those of CREATE INDEX on PostgreSQL 15 with
 * blocks of 8 kB, on a million rows with the statistics written here.
 */
#include <cmath>

#include <gtest/gtest.h>

#include "core/definition.h"
#include "core/index_size.h"
#include "facts_builder.h"

using namespace advisor;

namespace
{

class IndexSizes : public ::testing::Test
{
  protected:
    FactsBuilder builder;
    int table = builder.table("t", 1e6, 30000);
    int id = builder.column(table, "id", 1e6);
    int customer = builder.column(table, "customer", 48800);
    int hundred = builder.column(table, "hundred", 100);
    int status = builder.column(table, "status", 5, 5);
    int md5 = builder.column(table, "md5", 1e6, 33);
    int text = builder.column(table, "text", 1e6, 21);
    int at = builder.column(table, "at", 1e6, 8);
    int some = builder.column(table, "some", 1001);
    int most = builder.column(table, "most", 413327);
    int total = builder.column(table, "total", 912032);

    void
    SetUp() override
    {
        builder.attributes[some].null_fraction = 0.2986;
        builder.attributes[total].typlen = -1;
        builder.attributes[total].avg_width = 8;
        builder.attributes[total].equalimage = false;
        builder.statement(1, 1).on(table).where(PREDICATE_EQUAL, status, 0.009947, "status = 'pending'");
    }

    IndexDefinition
    on(std::initializer_list<int> keys, std::initializer_list<int> includes = {})
    {
        IndexDefinition definition = make_definition(table);
        for (int key : keys)
            definition.keys[definition.n_keys++] = {key, false, false, false, nullptr};
        for (int include : includes)
            definition.includes[definition.n_includes++] = include;
        return definition;
    }

    IndexSize
    size_of(const IndexDefinition &definition)
    {
        IndexSize size;
        EXPECT_TRUE(index_size(builder.facts(), definition, 8192, size));
        EXPECT_EQ(size.bytes, size.pages * 8192);
        return size;
    }

    void
    expect(const IndexDefinition &definition, double pages, int height, double tolerance)
    {
        IndexSize size = size_of(definition);
        EXPECT_NEAR(size.pages / pages, 1, tolerance) << size.pages << " pages instead of " << pages;
        EXPECT_EQ(size.height, height);
    }
};

TEST_F(IndexSizes, UniqueKeysToThePage)
{
    expect(on({id}), 2745, 2, 0);
    expect(on({at}), 2745, 2, 0);
    expect(on({md5}), 7210, 2, 0);
    expect(on({text}), 4961, 2, 0);
    expect(on({id, customer}), 2745, 2, 0);
    expect(on({customer, at}), 3853, 2, 0.001);
}

TEST_F(IndexSizes, EqualKeysShareATuple)
{
    expect(on({customer}), 975, 2, 0.02);
    expect(on({hundred}), 852, 2, 0.01);
    expect(on({status}), 849, 2, 0.01);
    expect(on({most}), 2252, 2, 0.02);
    expect(on({some}), 872, 2, 0.04);
}

TEST_F(IndexSizes, CompositeKeys)
{
    expect(on({customer, status}), 1622, 2, 0.10);
    expect(on({status, customer}), 1623, 2, 0.10);
    expect(on({customer, hundred}), 2688, 2, 0.01);
    expect(on({customer, status, at}), 4776, 2, 0.05);
}

/* 97 of 100 are NULL: 1,000,000 entries, but only some 77,000 keys. */
TEST_F(IndexSizes, AColumnThatIsMostlyNullMakesFewKeys)
{
    builder.attributes[hundred].null_fraction = 0.97;
    IndexSize alone = size_of(on({customer}));
    expect(on({customer, hundred}), alone.pages * 1.1, 2, 0.15);
    expect(on({hundred, customer}), alone.pages * 1.1, 2, 0.15);
}

TEST_F(IndexSizes, NothingIsSharedWhereDeduplicationIsNotAllowed)
{
    expect(on({customer}, {total, at}), 4953, 2, 0.01);
    expect(on({hundred}, {status}), 3669, 2, 0.06);
    expect(on({total}), 3731, 2, 0.12);
}

TEST_F(IndexSizes, FillFactorIsOfLeaves)
{
    IndexDefinition definition = on({id});
    definition.fill_factor = 50;
    expect(definition, 4971, 2, 0);
    definition.fill_factor = 100;
    expect(definition, 2475, 2, 0);
    definition.fill_factor = 101;
    IndexSize size;
    EXPECT_FALSE(index_size(builder.facts(), definition, 8192, size));
}

TEST_F(IndexSizes, TwoPredicatesKeepWhatASampleOfBothSays)
{
    builder.statement(2, 1)
        .on(table)
        .where(PREDICATE_EQUAL, hundred, 0.01, "hundred = 7")
        .where(PREDICATE_EQUAL, status, 0.009947, "status = 'pending'");
    IndexDefinition definition = on({id});
    definition.n_predicates = 2;
    definition.predicates[0] = 0;
    definition.predicates[1] = 1;
    EXPECT_EQ(size_of(definition).tuples, 99);
    builder.conjunctions.push_back({1, 2, UNKNOWN});
    EXPECT_EQ(size_of(definition).tuples, 99);
    builder.conjunctions.push_back({1, 2, 0.008});
    EXPECT_EQ(size_of(definition).tuples, 8000);
    definition.predicates[1] = 2;
    EXPECT_EQ(size_of(definition).tuples, 99);
    definition.n_predicates = 1;
    EXPECT_EQ(size_of(definition).tuples, 9947);
}

TEST_F(IndexSizes, DeduplicationCanBeOff)
{
    IndexDefinition definition = on({hundred});
    definition.keeps_duplicates = true;
    definition.fill_factor = 70;
    expect(definition, 3542, 2, 0.001);
}

TEST_F(IndexSizes, PartialIndexesHoldWhatTheirPredicateKeeps)
{
    IndexDefinition partial = on({customer});
    partial.n_predicates = 1;
    partial.predicates[0] = 0;
    expect(partial, 29, 1, 0.01);
    EXPECT_EQ(size_of(partial).tuples, 9947);

    partial.keys[0].attribute = at;
    expect(partial, 30, 1, 0.01);
}

TEST_F(IndexSizes, AnEmptyIndexIsItsMetapage)
{
    builder.relations[table].rows = 0;
    IndexSize size = size_of(on({id}));
    EXPECT_EQ(size.pages, 1);
    EXPECT_EQ(size.height, 0);
}

TEST_F(IndexSizes, FewRowsFitOnOneLeaf)
{
    builder.relations[table].rows = 100;
    IndexSize size = size_of(on({id}));
    EXPECT_EQ(size.pages, 2);
    EXPECT_EQ(size.height, 0);
}

TEST_F(IndexSizes, PartitionsAreLower)
{
    builder.relations[table].partitions = 100;
    IndexSize size = size_of(on({id}));
    EXPECT_EQ(size.height, 1);
    EXPECT_NEAR(size.pages, 3000, 100);
}

TEST_F(IndexSizes, NoneForWhatIsTooWideOrUnknown)
{
    IndexSize size;
    builder.attributes[md5].avg_width = 3000;
    EXPECT_FALSE(index_size(builder.facts(), on({md5}), 8192, size));
    builder.relations[table].rows = UNKNOWN;
    EXPECT_FALSE(index_size(builder.facts(), on({id}), 8192, size));
}

TEST_F(IndexSizes, GrowsWithRowsAndKeys)
{
    double before = size_of(on({customer})).pages;
    EXPECT_GT(size_of(on({customer, at})).pages, before);
    builder.relations[table].rows = 2e6;
    EXPECT_GT(size_of(on({customer})).pages, before);
}

} // namespace
