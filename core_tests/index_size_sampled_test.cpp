/*
 * index_size_sampled_test.cpp - predicted sizes of hash, brin, gin, gist, spgist and bloom against sizes measured.
 *
 * The measured pages are those of CREATE INDEX on PostgreSQL 15 with blocks of 8 kB, on 200,000 rows.
 */
#include <vector>

#include <gtest/gtest.h>

#include "core/advisor.h"

namespace
{

IndexSample
sample_of(IndexMethod method, double rows = 200000, double heap_pages = 10000)
{
    IndexSample sample = {};
    sample.method = method;
    sample.rows = rows;
    sample.heap_pages = heap_pages;
    sample.rows_read = sample.rows_passed = sample.rows_held = rows > 6000 ? 6000 : rows;
    sample.pages_per_range = 128;
    sample.rising = 0.5;
    return sample;
}

IndexSize
size_of(const IndexSample &sample)
{
    IndexSize size = {};
    EXPECT_EQ(advisor_sampled_size(&sample, 8192, &size), ADVISOR_OK);
    EXPECT_EQ(size.bytes, size.pages * 8192);
    return size;
}

TEST(SampledSizes, HashHasBucketsForItsRows)
{
    EXPECT_NEAR(size_of(sample_of(METHOD_HASH)).pages, 822, 822 * 0.02);
    EXPECT_EQ(size_of(sample_of(METHOD_HASH, 0, 0)).pages, 4);
}

TEST(SampledSizes, EqualKeysMakeLongBuckets)
{
    IndexSample sample = sample_of(METHOD_HASH);
    std::vector<SampledKeyFact> keys(7, {0, 6000 / 7, 0, 0});
    sample.keys = keys.data();
    sample.n_keys = 7;
    EXPECT_NEAR(size_of(sample).pages, 1260, 1260 * 0.02);
    EXPECT_NEAR(size_of(sample).steps, 35, 0.1);
}

TEST(SampledSizes, HashLeavesOutNull)
{
    IndexSample sample = sample_of(METHOD_HASH);
    sample.rows_held = 600;
    EXPECT_EQ(size_of(sample).tuples, 20000);
}

TEST(SampledSizes, BrinHasATupleARange)
{
    IndexSample sample = sample_of(METHOD_BRIN);
    sample.entry_bytes = 16;
    EXPECT_EQ(size_of(sample).pages, 3);
    sample.pages_per_range = 1;
    EXPECT_EQ(size_of(sample).pages, 1 + 8 + 25);
    EXPECT_EQ(size_of(sample).tuples, 200000);
}

TEST(SampledSizes, BloomIsAsLongAsItsRows)
{
    IndexSample sample = sample_of(METHOD_BLOOM);
    sample.entry_bytes = 16;
    EXPECT_EQ(size_of(sample).pages, 394);
    sample.entry_bytes = 30;
    EXPECT_EQ(size_of(sample).pages, 737);
}

TEST(SampledSizes, FillFactor)
{
    IndexSample sample = sample_of(METHOD_HASH);
    sample.fill_factor = 30;
    EXPECT_NEAR(size_of(sample).pages, 1794, 1794 * 0.02);
    sample.fill_factor = 100;
    EXPECT_NEAR(size_of(sample).pages, 608, 608 * 0.02);
    sample.method = METHOD_GIST;
    sample.entry_bytes = 40;
    double full = size_of(sample).pages;
    sample.fill_factor = 50;
    EXPECT_NEAR(size_of(sample).pages, full * 2, full * 0.05);
}

TEST(SampledSizes, TreesAreFilledAsSplitsLeaveThem)
{
    IndexSample sample = sample_of(METHOD_GIST);
    sample.entry_bytes = 40;
    sample.tree = TREE_SORTED;
    EXPECT_NEAR(size_of(sample).pages, 1609, 1609 * 0.15);
    sample.method = METHOD_SPGIST;
    sample.tree = TREE_PLAIN;
    sample.entry_bytes = 32;
    EXPECT_NEAR(size_of(sample).pages, 1238, 1238 * 0.15);
    sample.rows_held = 0;
    EXPECT_EQ(size_of(sample).pages, 3);
}

/* Points, those in order at even distances, lexemes, trigrams; boxes are neither sorted nor compressed. */
TEST(SampledSizes, GistIsFilledByKind)
{
    IndexSample sample = sample_of(METHOD_GIST);
    sample.entry_bytes = 40;
    sample.tree = TREE_SORTED;
    EXPECT_NEAR(size_of(sample).pages, 1634, 1634 * 0.05);
    sample.rising = 1;
    EXPECT_NEAR(size_of(sample).pages, 1089, 1089 * 0.25);
    sample.rising = 0.5;
    sample.entry_bytes = 32;
    sample.tree = TREE_WORDS;
    EXPECT_NEAR(size_of(sample).pages, 1061, 1061 * 0.1);
    sample.entry_bytes = 56;
    sample.tree = TREE_SIGNATURES;
    EXPECT_NEAR(size_of(sample).pages, 2077, 2077 * 0.1);
    sample.entry_bytes = 40;
    sample.tree = TREE_PLAIN;
    EXPECT_NEAR(size_of(sample).pages, 2000, 2000 * 0.15);
    sample.fill_factor = 60;
    EXPECT_NEAR(size_of(sample).pages, 3000, 3000 * 0.15);
}

TEST(SampledSizes, KeysInOrderLeaveTreesEmptier)
{
    for (IndexMethod method : {METHOD_GIST, METHOD_SPGIST})
    {
        IndexSample sample = sample_of(method);
        sample.entry_bytes = 40;
        double at_random = size_of(sample).pages;
        EXPECT_EQ(size_of(sample).steps, 0);
        for (double rising : {0.0, 1.0})
        {
            sample.rising = rising;
            EXPECT_EQ(size_of(sample).steps, method == METHOD_SPGIST ? size_of(sample).pages / 2 : 0);
            EXPECT_GT(size_of(sample).pages, 1.2 * at_random);
        }
    }
}

/* Numbers with the same ten bytes before them: leaves keep what is behind the first digits. */
TEST(SampledSizes, TextsAreKeptWithoutTheirFirstBytes)
{
    IndexSample sample = sample_of(METHOD_SPGIST);
    std::vector<SampledTextFact> texts;
    for (int i = 0; i < 6000; i++)
        texts.push_back({16, i == 0 ? 0 : i % 1000 == 0 ? 11 : i % 100 == 0 ? 12 : i % 10 == 0 ? 13 : 14});
    sample.tree = TREE_TEXTS;
    sample.entry_bytes = 40;
    sample.texts = texts.data();
    sample.n_texts = 6000;
    EXPECT_NEAR(size_of(sample).pages, 840, 840 * 0.1);
    for (SampledTextFact &text : texts)
        text = {40, 0};
    EXPECT_NEAR(size_of(sample).pages, 1800, 1800 * 0.15);
    texts[5].common = 41;
    IndexSize size = {};
    EXPECT_EQ(advisor_sampled_size(&sample, 8192, &size), ADVISOR_BAD_FACTS);
}

/* Half of the keys of a whole table: n keys of rows_each rows. */
IndexSize
gin_size_of(int n, int rows_each, double rows)
{
    IndexSample sample = sample_of(METHOD_GIN, rows);
    std::vector<SampledKeyFact> keys(n, {12, rows_each, rows_each, 0});
    sample.rows_read = sample.rows_passed = sample.rows_held = rows;
    sample.keys = keys.data();
    sample.n_keys = n;
    return size_of(sample);
}

TEST(SampledSizes, GinKeepsRowsBesideTheKeyWhileTheyAreFew)
{
    EXPECT_EQ(gin_size_of(1000, 100, 200000).data_pages, 0);
    EXPECT_GE(gin_size_of(10, 20000, 200000).data_pages, 10);
    EXPECT_EQ(gin_size_of(10, 20000, 200000).entries, 10);
    EXPECT_EQ(gin_size_of(10, 20000, 200000).postings, 200000);
}

TEST(SampledSizes, GinKeysThatAreUniqueAreAsManyAsRows)
{
    IndexSample sample = sample_of(METHOD_GIN);
    std::vector<SampledKeyFact> keys(6000, {12, 1, 1, 0});
    /* Beside them a kind of 3,000 keys of 67 rows each, as a sample of three in a hundred meets it. */
    const int met[] = {0, 812, 812, 541, 271, 108, 36};
    for (int rows = 1; rows <= 6; rows++)
        keys.insert(keys.end(), met[rows], {12, rows, rows, 0});
    sample.keys = keys.data();
    sample.n_keys = static_cast<int>(keys.size());
    sample.rows_by_lone[1] = 6000 - 812;
    sample.rows_by_lone[2] = 812;
    EXPECT_NEAR(size_of(sample).entries, 203000, 203000 * 0.05);
}

/* Words of Zipf's law, of which a sample of one row in ten met these numbers so often. */
TEST(SampledSizes, GinKeysThatAreRareAreNotAllUnique)
{
    IndexSample sample = sample_of(METHOD_GIN, 60000);
    std::vector<SampledKeyFact> keys;
    for (int rank = 1; rank <= 20000; rank++)
    {
        double expected = 6000.0 / rank;
        int rows = static_cast<int>(expected + 0.5 + 0.4 * ((rank * 7 % 5) - 2) * (expected < 3));
        if (rows > 0)
            keys.push_back({12, rows, rows, 0});
    }
    sample.keys = keys.data();
    sample.n_keys = static_cast<int>(keys.size());
    EXPECT_GT(size_of(sample).entries, 1.2 * sample.n_keys);
    EXPECT_LT(size_of(sample).entries, 3 * sample.n_keys);
}

/* 10,000 values, each with a key of its own and one that all have; the sample happens to meet few of them twice. */
TEST(SampledSizes, GinKeysAreNoMoreThanThoseOfAllValues)
{
    IndexSample sample = sample_of(METHOD_GIN);
    std::vector<SampledKeyFact> keys(1760, {12, 1, 1, 1});
    sample.rows_read = sample.rows_passed = sample.rows_held = 2000;
    keys.insert(keys.end(), 120, {12, 2, 2, 1});
    keys.push_back({16, 2000, 200, 1880});
    sample.keys = keys.data();
    sample.n_keys = static_cast<int>(keys.size());
    double by_rows = size_of(sample).entries;
    EXPECT_GT(by_rows, 13000);
    sample.values = 10000;
    sample.values_met = 1880;
    EXPECT_NEAR(size_of(sample).entries, 10001, 500);
    EXPECT_NEAR(size_of(sample).postings, 400000, 4000);
    sample.values = 1880;
    EXPECT_EQ(size_of(sample).entries, 1881);
    sample.values = 1000;
    EXPECT_EQ(size_of(sample).entries, by_rows);
}

TEST(SampledSizes, GinFillsPagesInLaterPasses)
{
    IndexSample sample = sample_of(METHOD_GIN);
    std::vector<SampledKeyFact> keys(100000, {12, 2, 2, 0});
    sample.rows_read = sample.rows_passed = sample.rows_held = sample.rows;
    sample.keys = keys.data();
    sample.n_keys = static_cast<int>(keys.size());
    sample.key_memory = 72;
    double once = size_of(sample).pages;
    sample.build_memory = 64e6;
    EXPECT_EQ(size_of(sample).pages, once);
    sample.build_memory = 8e6;
    EXPECT_LT(size_of(sample).pages, 0.8 * once);
    EXPECT_GT(size_of(sample).pages, 0.5 * once);
}

TEST(SampledSizes, GinKeyThatNoRowHas)
{
    IndexSample sample = sample_of(METHOD_GIN);
    SampledKeyFact keys[] = {{12, 0, 0, 0}, {12, 1, 2, 0}};
    IndexSize size = {};
    for (SampledKeyFact &key : keys)
    {
        sample.keys = &key;
        sample.n_keys = 1;
        EXPECT_EQ(advisor_sampled_size(&sample, 8192, &size), ADVISOR_BAD_FACTS);
    }
}

TEST(SampledSizes, PartsAreAddedUp)
{
    IndexSample sample = sample_of(METHOD_BRIN);
    sample.entry_bytes = 16;
    sample.partitions = 4;
    EXPECT_EQ(size_of(sample).pages, 4 * 3);
}

TEST(SampledSizes, APredicateKeepsWhatItKeepsOfTheSample)
{
    IndexSample sample = sample_of(METHOD_BLOOM);
    sample.entry_bytes = 16;
    sample.rows_passed = sample.rows_held = 600;
    EXPECT_EQ(size_of(sample).tuples, 20000);
    EXPECT_EQ(size_of(sample).pages, 41);
}

TEST(SampledSizes, NoneForFiguresThatContradict)
{
    IndexSize size;
    for (auto spoil : {+[](IndexSample &s) { s.method = METHOD_BTREE; }, +[](IndexSample &s) { s.rows = UNKNOWN; },
                       +[](IndexSample &s) { s.rows_held = s.rows_read + 1; },
                       +[](IndexSample &s) { s.pages_per_range = 0; }, +[](IndexSample &s) { s.fill_factor = 101; },
                       +[](IndexSample &s) { s.method = METHOD_BLOOM; }, +[](IndexSample &s) { s.n_keys = 1; }})
    {
        IndexSample sample = sample_of(METHOD_BRIN);
        spoil(sample);
        EXPECT_EQ(advisor_sampled_size(&sample, 8192, &size), ADVISOR_BAD_FACTS);
    }
    EXPECT_EQ(advisor_sampled_size(nullptr, 8192, &size), ADVISOR_BAD_FACTS);
}

} // namespace
