/*
 * index_size_sample_test.cpp - sizes of b-trees from a sample of rows, against sizes measured.
 *
 * The measured pages are those of CREATE INDEX on PostgreSQL 15 with blocks of 8 kB, on 200,000 rows, 40 to a
 * block, whose columns are the formulas written here.
 */
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "core/key_order.h"
#include "core/definition.h"
#include "core/group_law.h"
#include "core/index_size.h"
#include "core/key_groups.h"
#include "facts_builder.h"

using namespace advisor;

namespace
{

constexpr std::int64_t ROWS = 200000;
constexpr std::int64_t ROWS_PER_BLOCK = 40;
constexpr std::int64_t BLOCKS_READ = 150;

/* Looks random, and is the same in SQL. */
std::int64_t
mixed(std::int64_t i, std::int64_t k)
{
    return (i * i % 1000003 * (k * 7919 + 13) + i * 31) % 1000003;
}

struct Sample
{
    std::vector<std::int32_t> blocks, ranks, widths;
};

class SampledKeys : public ::testing::Test
{
  protected:
    FactsBuilder builder;
    int table = builder.table("t", ROWS, static_cast<double>(ROWS) / ROWS_PER_BLOCK);
    std::map<int, Sample> samples;

    int unique = add("i", ROWS, [](auto i) { return i; });
    int customer = add("c1", 10000, [](auto i) { return mixed(i, 1) % 10000; });
    int four = add("c2", 4, [](auto i) { return mixed(i, 2) % 4; });
    int text = add(
        "txt", ROWS, [](auto i) { return i; }, [](auto i) { return 9 + mixed(i, 3) % 41; });
    int skewed =
        add("skew", 45133,
            [](auto i) { return std::floor(50000 * std::pow(static_cast<double>(mixed(i, 4)) / 1000003, 3)); });
    int group = add("grp", ROWS / 4, [](auto i) { return i / 4; });
    int line = add("line", 4, [](auto i) { return i % 4; });
    int day = add("far", 667, [](auto i) { return i / 300; });
    int rare = add("rare", 2, [](auto i) { return mixed(i, 7) % 25 == 0 ? 1 : 0; });
    int half = add("half", 3000, [](auto i) { return mixed(i, 5) % 2 == 0 ? mixed(i, 6) % 3000 : -1; });

    void
    SetUp() override
    {
        builder.attributes[text].typlen = -1;
        builder.attributes[text].avg_width = 29;
        builder.attributes[half].null_fraction = 0.5;
        for (const auto &[attribute, sample] : samples)
            builder.sampled.push_back({attribute, NONE, static_cast<std::int32_t>(sample.ranks.size()),
                                       sample.blocks.data(), sample.ranks.data(), sample.widths.data()});
    }

    /* Values below 0 are NULL. */
    int
    add(
        const std::string &name, double n_distinct, std::function<double(std::int64_t)> value,
        std::function<std::int64_t(std::int64_t)> width = [](auto) { return 4; })
    {
        int attribute = builder.column(table, name, n_distinct);
        Sample &sample = samples[attribute];
        std::map<double, std::int32_t> ranks;
        std::vector<double> values;

        for (std::int64_t block = 0; block < BLOCKS_READ; block++)
            for (std::int64_t row = 0; row < ROWS_PER_BLOCK; row++)
            {
                std::int64_t i = block * (ROWS / ROWS_PER_BLOCK) / BLOCKS_READ * ROWS_PER_BLOCK + row;
                values.push_back(value(i));
                if (values.back() >= 0)
                    ranks[values.back()] = 0;
                sample.blocks.push_back(static_cast<std::int32_t>(block));
                sample.widths.push_back(values.back() < 0 ? 0 : static_cast<std::int32_t>(width(i)));
            }
        std::int32_t next = 0;
        for (auto &[key, rank] : ranks)
            rank = next++;
        for (double key : values)
            sample.ranks.push_back(key < 0 ? NONE : ranks[key]);
        return attribute;
    }

    std::string
    order_words(const IndexDefinition &definition)
    {
        return std::string(key_order_words(builder.facts(), definition));
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

    double
    pages(const IndexDefinition &definition)
    {
        IndexSize size = {};
        EXPECT_TRUE(index_size(builder.facts(), definition, 8192, size));
        return size.pages;
    }

    void
    expect(const IndexDefinition &definition, double measured, double tolerance)
    {
        EXPECT_NEAR(pages(definition) / measured, 1, tolerance) << pages(definition) << " instead of " << measured;
    }
};

TEST_F(SampledKeys, UniqueKeysToThePage)
{
    expect(on({unique}), 551, 0);
    expect(on({day, unique}), 551, 0);
}

TEST_F(SampledKeys, TextsOfAllLengths)
{
    expect(on({text}), 1235, 0.015);
    expect(on({four, text}), 1345, 0.015);
    expect(on({customer}, {text}), 1339, 0.015);
}

TEST_F(SampledKeys, ColumnsThatHaveNothingToDoWithEachOther)
{
    expect(on({customer, four}), 292, 0.05);
    expect(on({four, customer}), 292, 0.05);
    expect(on({day, four}), 169, 0.07);
}

/* Rows of a group lie together, in one block or in the next few. */
TEST_F(SampledKeys, ColumnsThatDependOnEachOther)
{
    expect(on({group, line}), 551, 0.01);
    expect(on({group, day}), 304, 0.02);
    expect(on({day, line, four}), 210, 0.15);
}

TEST_F(SampledKeys, FewValuesAreMostOfTheRows)
{
    expect(on({skewed}), 300, 0.10);
    expect(on({skewed, four}), 404, 0.10);
}

/* Of 10,000 values 2,000 rows show 1,813, give or take 14. */
TEST_F(SampledKeys, NoiseIsNoEvidenceAgainstStatistics)
{
    const IndexDefinition definition = on({customer});
    auto distinct_if = [&](std::int32_t met)
    {
        for (std::int32_t row = 0; row < 2000; row++)
            samples[customer].ranks[row] = row < met ? row : row - met;
        builder.sampled[customer].n_rows = 2000;
        Facts facts = builder.facts();
        return distinct_keys({facts, definition, 1}, ROWS, ROWS);
    };
    EXPECT_EQ(distinct_if(1813), 10000);
    EXPECT_EQ(distinct_if(1845), 10000);
    EXPECT_EQ(distinct_if(1500), 10000);
    EXPECT_GT(distinct_if(1980), 30000);
}

/* Rows of one value in a hundred, which a sample met 200 of; and a sample of all rows, which the predicate says
 * nothing of. */
TEST_F(SampledKeys, APartialIndexOnItsOwnKeyHasAPartOfItsValues)
{
    IndexDefinition definition = on({customer});
    const std::int32_t range = static_cast<std::int32_t>(builder.predicates.size());
    PredicateFact condition = {};
    condition.attribute = customer;
    condition.kind = PREDICATE_OTHER;
    condition.selectivity = 0.01;
    builder.predicates.push_back(condition);
    definition.predicates[definition.n_predicates++] = range;
    auto distinct = [&]
    {
        Facts facts = builder.facts();
        return distinct_keys({facts, definition, 1}, ROWS, ROWS / 100.0);
    };
    EXPECT_GT(distinct(), 1500);
    builder.sampled[customer].n_rows = 200;
    builder.sampled[customer].predicate = range;
    for (std::int32_t row = 0; row < 200; row++)
        samples[customer].ranks[row] = row % 90;
    EXPECT_NEAR(distinct(), 100, 15);
    builder.predicates[range].kind = PREDICATE_IS_NOT_NULL;
    EXPECT_GT(distinct(), 1000);
    builder.sampled.clear();
    builder.predicates[range].kind = PREDICATE_EQUAL;
    EXPECT_EQ(distinct(), 1);
}

/* One leaf has nearly all rows: as if it were the table, but for a page each of the others. */
TEST_F(SampledKeys, LeavesOfDifferentSizes)
{
    double whole = pages(on({customer}));
    builder.relations[table].partitions = 4;
    double even = pages(on({customer}));
    builder.relations[table].even_partitions = 1;
    EXPECT_EQ(pages(on({customer})), whole + 3);
    EXPECT_GT(even, 1.3 * whole);
    builder.relations[table].even_partitions = 4;
    EXPECT_EQ(pages(on({customer})), even);
}

/* Most pages become full with a wide tuple. */
TEST_F(SampledKeys, PivotsAreWiderThanTheMean)
{
    IndexSize narrow = {}, wide = {};
    builder.attributes[unique].typlen = -1;
    for (std::size_t row = 0; row < samples[unique].widths.size(); row++)
        samples[unique].widths[row] = 300;
    EXPECT_TRUE(index_size(builder.facts(), on({unique}), 8192, narrow));
    for (std::size_t row = 0; row < samples[unique].widths.size(); row++)
        samples[unique].widths[row] = row % 10 == 0 ? 2400 : 60;
    EXPECT_TRUE(index_size(builder.facts(), on({unique}), 8192, wide));
    EXPECT_GT(wide.height, narrow.height);
}

TEST_F(SampledKeys, KeysWithNullFollowALawOfTheirOwn)
{
    expect(on({customer, half}), 401, 0.04);
}

TEST_F(SampledKeys, ExtendedStatisticsAreBelieved)
{
    double independent = pages(on({customer, four}));
    builder.distincts.push_back({2, {customer, four}, 10000});
    double dependent = pages(on({four, customer}));
    EXPECT_LT(dependent, independent * 0.8);
    EXPECT_NEAR(pages(on({customer})) / dependent, 1, 0.05);
}

TEST_F(SampledKeys, WithoutASampleColumnsAreTakenAsIndependent)
{
    builder.sampled.clear();
    expect(on({group, line}), 551, 0.08);
    EXPECT_GT(pages(on({group, day})), 304 * 1.5);
}

/* The widest of the rows seen decides, not the mean. */
TEST_F(SampledKeys, OneWideRowIsTooWide)
{
    IndexSize size = {};
    samples[text].widths[17] = 2800;
    EXPECT_FALSE(index_size(builder.facts(), on({text}), 8192, size));
    EXPECT_TRUE(index_size(builder.facts(), on({customer}), 8192, size));
}

TEST_F(SampledKeys, ASampleOfTheWholeTableIsCounted)
{
    builder.relations[table].rows = static_cast<double>(samples[four].ranks.size());
    Columns keys = {builder.facts(), on({four}), 1};
    KeyGroups groups = key_groups(keys, builder.relations[table].rows, builder.relations[table].rows);
    EXPECT_EQ(groups.distinct, 4);
}

/* Bad facts are found before they are used. */
TEST_F(SampledKeys, SamplesOfOtherRowsAreRefused)
{
    IndexDefinition definition = on({customer});
    IndexSize size = {};
    Facts facts = builder.facts();
    EXPECT_EQ(advisor_index_size(&facts, &definition, 8192, &size), ADVISOR_OK);
    builder.sampled[1].n_rows--;
    facts = builder.facts();
    EXPECT_EQ(advisor_index_size(&facts, &definition, 8192, &size), ADVISOR_BAD_FACTS);
    builder.sampled[1].n_rows++;
    samples[customer].ranks[3] = 1000000;
    EXPECT_EQ(advisor_index_size(&facts, &definition, 8192, &size), ADVISOR_BAD_FACTS);
}

TEST(GroupLaws, KeepMeanAndPairs)
{
    for (double mean : {2.0, 3.0, 20.0})
        for (double pairs_per_member : {mean - 1, mean + 0.5, 3 * mean, 5 * mean})
        {
            double left = 0, sum = 0, members = 0, pairs = 0;
            for (const GroupShare &same : group_law(mean, mean * pairs_per_member, 1, left))
            {
                sum += same.share;
                members += same.share * same.members;
                pairs += same.share * same.members * (same.members - 1);
            }
            EXPECT_NEAR(sum, 1, 0.001) << mean << " " << pairs_per_member;
            EXPECT_NEAR(members / mean, 1, 0.01) << mean << " " << pairs_per_member;
            EXPECT_NEAR(pairs / (mean * pairs_per_member), 1, 0.03) << mean << " " << pairs_per_member;
            EXPECT_EQ(left, 1);
        }
}

/* 60,000 groups of Poisson's law with mean 3.33: those that are not empty, of which a sample of 3 % meets 5,730. */
TEST(GroupLaws, CountTheGroupsThatASampleDidNotMeet)
{
    EXPECT_NEAR(groups_by_sample(200000, 200000 * 3.3333, 60000 * -std::expm1(-0.1), 0.03), 57860, 600);
    EXPECT_NEAR(groups_by_sample(200000, 0, 6000, 0.03), 200000, 200);
}

/* The table is in the order of days: the planner takes three quarters of that for any second column. */
TEST_F(SampledKeys, OrderOfTheTableThatIsThatOfTheKeys)
{
    builder.attributes[day].correlation = 1;
    EXPECT_NE(order_words(on({day, customer})).find("0.75"), std::string::npos);
    EXPECT_NE(order_words(on({day, customer})).find("cheaper"), std::string::npos);
    EXPECT_EQ(order_words(on({day})), "");
    builder.relations[table].partitions = 3;
    EXPECT_EQ(order_words(on({day, customer})), "");
}

/* Nearly all rows have one value, which the planner finds in the table's order; within it the next column has none.
 */
TEST_F(SampledKeys, OrderOfTheTableThatIsOfTheFirstKeyAlone)
{
    builder.attributes[rare].correlation = 0.86;
    EXPECT_NE(order_words(on({rare, customer})).find("dearer"), std::string::npos);
    EXPECT_NE(order_words(on({rare, unique})).find("cheaper"), std::string::npos);
    builder.attributes[rare].correlation = 0.2;
    EXPECT_EQ(order_words(on({rare, customer})), "");
    builder.attributes[rare].n_distinct = UNKNOWN;
    EXPECT_EQ(order_words(on({rare, customer})), "");
}

} // namespace
