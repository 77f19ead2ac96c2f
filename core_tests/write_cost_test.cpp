/* write_cost_test.cpp - what writers pay, and that no set costs them more than it gains. */
#include <string>

#include <gtest/gtest.h>

#include "core/write_cost.h"
#include "core/write_wal.h"
#include "facts_builder.h"
#include "given_plans.h"

using namespace advisor;

namespace
{

class WriteCost : public ::testing::Test
{
  protected:
    FactsBuilder shop;
    int orders = shop.table("orders", 220000, 4000);
    int user = shop.column(orders, "user_id", 220000);
    int status = shop.column(orders, "status", 20);
    IndexDefinition definition = {};

    WriteCost()
    {
        shop.relations[orders].updates_per_hour = 500;
        shop.relations[orders].hot_updates_per_hour = 400;
        definition.relation = orders;
        key(user);
    }

    void
    key(int attribute)
    {
        definition.n_keys = 1;
        definition.keys[0].attribute = attribute;
    }

    static IndexSize
    size(double tuples, double pages, double tuple_bytes)
    {
        return {tuples, pages, pages * 8192, 1, 0, 0, 0, 0, tuple_bytes};
    }

    WritePrice
    price(const IndexSize &of = size(220000, 600, 16)) const
    {
        return write_price(shop.facts(), definition, of);
    }
};

/* ---- HOT updates ---- */

TEST_F(WriteCost, AColumnThatIsNotUpdatedLosesNoHotUpdate)
{
    EXPECT_EQ(price().hot_lost, 0);
    EXPECT_EQ(price().entries, 100);
}

TEST_F(WriteCost, AnUpdatedColumnOfTheKeyOrThePredicateLosesAllAtMost)
{
    shop.attributes[status].updated = true;
    shop.statement(1, 1).on(orders).where(PREDICATE_EQUAL, status, 0.25, "(status = 'x')");
    shop.predicates.back().updated = true;
    EXPECT_EQ(price().hot_lost, 0);
    definition.n_predicates = 1;
    EXPECT_EQ(price().hot_lost, 400) << "the server compares columns of predicates, too";
    EXPECT_EQ(price().entries, 125) << "entries are those of the rows that the index holds";
    definition.n_predicates = 0;
    key(status);
    EXPECT_EQ(price().hot_lost, 400);
    EXPECT_EQ(price().entries, 500);
}

TEST_F(WriteCost, AColumnThatAnIndexHoldsHasNoneToLose)
{
    shop.attributes[user].updated = true;
    EXPECT_EQ(price().hot_lost, 400);
    shop.index(orders, {status, user});
    EXPECT_EQ(price().hot_lost, 0);
    EXPECT_EQ(price().entries, 100);
}

TEST_F(WriteCost, UpdatesThatAreHotNoMoreWriteToTheOtherIndexesToo)
{
    shop.attributes[user].updated = true;
    const WritePrice alone = price();

    shop.index(orders, {status});
    shop.indexes.back().bytes = 200 * 8192;
    const WritePrice beside = price();
    const double entry = ms_per_entry(shop.relations[orders], definition, {});
    EXPECT_NEAR(alone.ms, 500 * entry + 400 * 0.008, 1e-9) << "8 us for what VACUUM finds";
    EXPECT_NEAR(beside.ms, alone.ms + 400 * entry, 1e-9);
    EXPECT_GT(beside.wal_bytes, 1.7 * alone.wal_bytes);
    EXPECT_GT(beside.wal_page_bytes, alone.wal_page_bytes);
    EXPECT_EQ(beside.entries, alone.entries);
}

TEST_F(WriteCost, AnIndexWhoseColumnsAreNotKnownIsNoObstacle)
{
    shop.attributes[user].updated = true;
    shop.index(orders, {NONE});
    shop.indexes.back().plain = false;
    EXPECT_EQ(price().hot_lost, 400);
    EXPECT_GT(price().wal_bytes, 0);
}

TEST_F(WriteCost, BrinKeepsUpdatesHotWhereTheServerDoes)
{
    shop.attributes[user].updated = true;
    definition.method = METHOD_BRIN;
    EXPECT_EQ(price().hot_lost, 400);
    shop.relations[orders].brin_keeps_hot = true;
    EXPECT_EQ(price().hot_lost, 0);
}

/* ---- WAL ---- */

/* Bytes of records for an entry, as pg_walinspect counted them on PostgreSQL 15 (docs/benchmarks.md). */
TEST_F(WriteCost, RecordsTakeWhatWasMeasured)
{
    const struct
    {
        const char *what;
        IndexMethod method;
        IndexSize size;
        double correlation, measured;
    } kinds[] = {
        {"btree, keys that rise", METHOD_BTREE, size(220000, 605, 16), 1, 66},
        {"btree, any order", METHOD_BTREE, size(220000, 605, 16), 0, 80},
        {"btree, text of 64", METHOD_BTREE, size(220000, 2560, 80), 0, 190},
        {"btree, 20 values", METHOD_BTREE, size(220000, 185, 16), 0, 65},
        {"hash", METHOD_HASH, size(220000, 1174, 16), 0, 76},
        {"brin", METHOD_BRIN, size(220000, 3, 0), 0, 0},
        {"gist", METHOD_GIST, size(220000, 1239, 24), 0, 115},
        {"spgist", METHOD_SPGIST, size(220000, 2387, 28), 0, 145},
    };
    IndexSize gin = size(220000, 900, 0);

    shop.relations[orders].updates_per_hour = shop.relations[orders].hot_updates_per_hour = 0;
    shop.relations[orders].inserts_per_hour = 1;
    for (const auto &kind : kinds)
    {
        definition.method = kind.method;
        shop.attributes[user].correlation = kind.correlation;
        EXPECT_NEAR(price(kind.size).wal_bytes, kind.measured, 0.12 * kind.measured) << kind.what;
    }
    definition.method = METHOD_GIN;
    for (const auto &[keys, measured] : {std::pair(3, 293), std::pair(6, 320), std::pair(26, 690)})
    {
        gin.postings = keys * gin.tuples;
        EXPECT_NEAR(price(gin).wal_bytes, measured, 0.12 * measured) << keys;
    }
}

TEST_F(WriteCost, EntriesAnywhereWritePagesOnceACheckpoint)
{
    RelationFact &relation = shop.relations[orders];

    relation.updates_per_hour = relation.hot_updates_per_hour = 0;
    relation.inserts_per_hour = 12 * 20000;
    const double all = 12 * 0.9 * 600 * 8192;
    EXPECT_NEAR(price().wal_page_bytes, all, 0.01 * all) << "20,000 entries meet each of 600 pages";
    EXPECT_NEAR(price(size(220000, 6e6, 16)).wal_page_bytes, 12 * 20000 * 0.9 * 8192, 1e8)
        << "of 6,000,000 pages each meets another";
    relation.checkpoint_hours /= 2;
    EXPECT_NEAR(price().wal_page_bytes, 2 * all, 0.02 * all);
    relation.checkpoint_hours = 0;
    EXPECT_EQ(price().wal_page_bytes, 0) << "full_page_writes is off";
}

TEST_F(WriteCost, KeysThatRiseAndFewKeysMeetFewPages)
{
    RelationFact &relation = shop.relations[orders];

    relation.updates_per_hour = relation.hot_updates_per_hour = 0;
    relation.inserts_per_hour = 12 * 20000;
    shop.attributes[user].correlation = 1;
    EXPECT_EQ(price().wal_page_bytes, 0);
    key(status);
    EXPECT_NEAR(price().wal_page_bytes, 12 * 20 * 0.9 * 8192, 1e5);
}

TEST_F(WriteCost, AnUnloggedTableWritesNoWal)
{
    shop.relations[orders].logged = false;
    EXPECT_EQ(price().entries, 100);
    EXPECT_EQ(price().wal_bytes + price().wal_page_bytes, 0);
}

TEST_F(WriteCost, WalCountsBesideTheProcessor)
{
    RelationFact &relation = shop.relations[orders];

    relation.updates_per_hour = relation.hot_updates_per_hour = 0;
    relation.inserts_per_hour = 12 * 20000;
    const WritePrice logged = write_price(shop.facts(), definition, size(220000, 6e6, 16));
    EXPECT_NEAR(wal_ms(logged), (logged.wal_bytes + logged.wal_page_bytes) * 5e-6, 1e-9) << "200 MB a second";
    EXPECT_GT(wal_ms(logged), 10 * logged.ms) << "whole pages";
    EXPECT_EQ(counted_ms(logged), logged.ms + wal_ms(logged));

    relation.inserts_per_hour /= 100;
    const WritePrice little = write_price(shop.facts(), definition, size(220000, 6e6, 16));
    EXPECT_GT(writing_ms(little), little.ms);
    EXPECT_EQ(counted_ms(little), 0) << "both together are below what can be measured";
}

TEST_F(WriteCost, NothingIsClaimedWhereNobodyWatched)
{
    shop.relations[orders].inserts_per_hour = shop.relations[orders].updates_per_hour = UNKNOWN;
    shop.relations[orders].hot_updates_per_hour = UNKNOWN;
    EXPECT_EQ(price().entries, UNKNOWN);
    EXPECT_EQ(price().hot_lost, UNKNOWN);
    EXPECT_EQ(price().wal_bytes, UNKNOWN);
    EXPECT_EQ(counted_ms(write_price(shop.facts(), definition, {})), 0);
}

/* ---- gain and price ---- */

/* Every candidate is of a table of its own, which is written to at a rate of its own. */
Given
written_instance(unsigned seed)
{
    std::mt19937 random(seed);
    Given given = random_instance(seed);

    for (Candidate &one : given.candidates)
    {
        const int table = given.facts.table("t" + std::to_string(given.facts.relations.size()), 1e6, 20000);

        given.facts.relations[table].inserts_per_hour = 1e5 * static_cast<double>(random() % 5000);
        one.definition.relation = table;
        one.definition.keys[0].attribute = given.facts.column(table, "c", 1000);
    }
    given.limits.write_weight = static_cast<double>(random() % 40) / 10;
    return given;
}

double
upkeep(const Given &given, const Configuration &set)
{
    double sum = 0;

    for (const int32_t candidate : set)
        sum += given.limits.write_weight *
               counted_ms(write_price(given.facts.facts(), given.candidates[candidate].definition,
                                      given.candidates[candidate].size));
    return sum;
}

double
load(const Given &given, const Configuration &set)
{
    double sum = 0;

    for (std::size_t s = 0; s < given.plans.size(); s++)
        sum += given.facts.statements[s].total_ms * given.plan(static_cast<int32_t>(s), set).cost / 1000;
    return sum;
}

TEST(GainAndPrice, NoIndexCostsWritersMoreThanItSaves)
{
    int chosen = 0, left_out = 0;

    for (unsigned seed = 1; seed <= 100; seed++)
    {
        Given given = written_instance(seed);
        const Configuration set = given.search().chosen;

        EXPECT_LE(load(given, set) + upkeep(given, set), load(given, {})) << "seed " << seed;
        for (const int32_t index : set)
        {
            const Configuration rest = without(set, index);
            EXPECT_GE(load(given, rest) - load(given, set), upkeep(given, {index}) * (1 - 1e-9))
                << "seed " << seed << ", index " << index;
        }
        chosen += static_cast<int>(set.size());
        given.limits.write_weight = 0;
        left_out += seed <= 20 ? static_cast<int>(given.search().chosen.size() - set.size()) : 0;
    }
    EXPECT_GT(chosen, 100) << "the instances are not trivial";
    EXPECT_GT(left_out, 8) << "and writes matter in them";
}

/* One index that saves 900 s an hour and costs writers about 300. */
class WriteWeight : public ::testing::Test
{
  protected:
    Given given;

    WriteWeight()
    {
        const int index = given.candidate(2e7);

        given.statement(1e6, {{{index}, 100}});
        given.facts.relations[0].logged = false;
        const IndexDefinition &definition = given.candidates[index].definition;
        given.facts.relations[0].inserts_per_hour =
            3e5 / ms_per_entry(given.facts.relations[0], definition, given.candidates[index].size);
    }

    std::size_t
    chosen_at(double weight)
    {
        given.limits.write_weight = weight;
        return given.search().chosen.size();
    }
};

TEST_F(WriteWeight, LeansTheDecisionEitherWay)
{
    EXPECT_EQ(chosen_at(0), 1u);
    EXPECT_EQ(chosen_at(1), 1u);
    EXPECT_EQ(chosen_at(2.9), 1u);
    EXPECT_EQ(chosen_at(3.1), 0u);
    EXPECT_EQ(chosen_at(10), 0u);
}

TEST_F(WriteWeight, ZeroLeavesWritesOut)
{
    given.facts.relations[0].inserts_per_hour *= 10;
    EXPECT_EQ(chosen_at(1), 0u);
    EXPECT_EQ(chosen_at(0), 1u);
}

} // namespace
