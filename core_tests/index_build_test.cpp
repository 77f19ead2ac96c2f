/*
 * index_build_test.cpp - predicted WAL and temporary files against measured ones.
 *
 * Measured on PostgreSQL 15 with blocks of 8 kB, 200,000 rows, no parallel workers: pg_current_wal_insert_lsn() and
 * pg_stat_database.temp_bytes around CREATE INDEX.
 */
#include <gtest/gtest.h>

#include "core/advisor.h"

namespace
{

BuildFacts
facts_of(IndexMethod method, double pages, double tuple_bytes)
{
    BuildFacts facts = {};
    facts.method = method;
    facts.size.tuples = 200000;
    facts.size.pages = facts.size.entry_pages = pages;
    facts.size.bytes = pages * 8192;
    facts.size.tuple_bytes = tuple_bytes;
    facts.sort_memory = 64 << 20;
    facts.buffers = 16384;
    facts.block_size = 8192;
    facts.rows = 200000;
    facts.heap_pages = 28500;
    facts.pace = {5.3e-6, 9e-8, 7.5e-8, 7e-9, 4.5e-9, false, 2e-8, 5e-7, 2e-7};
    return facts;
}

IndexBuild
build_of(const BuildFacts &facts)
{
    IndexBuild build = {};
    EXPECT_EQ(advisor_index_build(&facts, &build), ADVISOR_OK);
    return build;
}

TEST(IndexBuilds, LogPagesWithoutTheirFreeSpace)
{
    EXPECT_NEAR(build_of(facts_of(METHOD_BTREE, 551, 16)).wal_bytes / 4145824, 1, 0.02);
    EXPECT_NEAR(build_of(facts_of(METHOD_BTREE, 4995, 168)).wal_bytes / 37467304, 1, 0.02);
    EXPECT_NEAR(build_of(facts_of(METHOD_GIST, 1098, 16)).wal_bytes / 4111040, 1, 0.02);
    EXPECT_NEAR(build_of(facts_of(METHOD_GIN, 84, 0)).wal_bytes / 507880, 1, 0.30);
    BuildFacts trees = facts_of(METHOD_GIN, 84, 0);
    trees.size.entry_pages = 0;
    trees.size.data_pages = 84;
    EXPECT_NEAR(build_of(trees).wal_bytes / (84 * 0.75 * 8192), 1, 0.05);
}

TEST(IndexBuilds, HashLogsEntryByEntry)
{
    EXPECT_NEAR(build_of(facts_of(METHOD_HASH, 822, 16)).wal_bytes / 14522120, 1, 0.02);
}

TEST(IndexBuilds, SortsThatDoNotFitGoToFiles)
{
    BuildFacts ints = facts_of(METHOD_BTREE, 551, 16), texts = facts_of(METHOD_BTREE, 1161, 37.7);
    for (double memory : {1.0, 4.0})
    {
        ints.sort_memory = texts.sort_memory = memory * (1 << 20);
        EXPECT_NEAR(build_of(ints).temp_bytes / 4046848, 1, 0.02);
        EXPECT_NEAR(build_of(texts).temp_bytes / 8437760, 1, 0.02);
    }
    ints.sort_memory = texts.sort_memory = 16 << 20;
    EXPECT_EQ(build_of(ints).temp_bytes, 0);
    EXPECT_NEAR(build_of(texts).temp_bytes / 8413184, 1, 0.02);
    texts.sort_memory = 64 << 20;
    EXPECT_EQ(build_of(texts).temp_bytes, 0);
}

/* One after the other. */
TEST(IndexBuilds, PartitionsAreSortedByThemselves)
{
    BuildFacts facts = facts_of(METHOD_BTREE, 551, 16);
    facts.sort_memory = 4 << 20;
    facts.partitions = 10;
    EXPECT_EQ(build_of(facts).temp_bytes, 0);
}

TEST(IndexBuilds, HashSortsOnceItsBucketsAreMoreThanTheBuffers)
{
    BuildFacts facts = facts_of(METHOD_HASH, 822, 16);
    facts.sort_memory = 4 << 20;
    EXPECT_NEAR(build_of(facts).temp_bytes, 200000 * 20, 1);
    facts.sort_memory = 16 << 20;
    EXPECT_EQ(build_of(facts).temp_bytes, 0);
}

/* Integers, in no order: 0.145 s; hash 0.21, place (point) 0.49, tags int[] 0.61. */
TEST(IndexBuilds, TakeAsLongAsTheirStepsDid)
{
    EXPECT_NEAR(build_of(facts_of(METHOD_BTREE, 196, 16)).seconds, 0.145, 0.03);
    EXPECT_NEAR(build_of(facts_of(METHOD_HASH, 880, 16)).seconds, 0.21, 0.04);
    BuildFacts facts = facts_of(METHOD_GIST, 1634, 24);
    facts.pace.sorts = true;
    EXPECT_NEAR(build_of(facts).seconds, 0.49, 0.15);
    facts = facts_of(METHOD_GIN, 1281, 0);
    facts.size.postings = 600000;
    facts.size.entries = 190000;
    double whole = build_of(facts).seconds;
    EXPECT_NEAR(whole, 0.61, 0.15);
    facts.size.postings *= 2;
    EXPECT_NEAR(build_of(facts).seconds - whole, 0.12, 0.05);
}

/* Integers: brin 0.08 s, bloom 0.10. */
TEST(IndexBuilds, ThatReadAndHardlyWrite)
{
    EXPECT_NEAR(build_of(facts_of(METHOD_BRIN, 3, 16)).seconds, 0.10, 0.05);
    EXPECT_NEAR(build_of(facts_of(METHOD_BLOOM, 394, 16)).seconds, 0.13, 0.06);
}

/* Integers by btree_gist, with what their functions take here, 1.16 s; points under spgist 0.50, ranges in the
 * table's order 23.9. */
TEST(IndexBuilds, InsertEntriesOneByOneIntoTrees)
{
    EXPECT_NEAR(build_of(facts_of(METHOD_GIST, 1222, 24)).seconds, 1.16, 0.1);
    BuildFacts facts = facts_of(METHOD_SPGIST, 1195, 32);
    EXPECT_NEAR(build_of(facts).seconds, 0.50, 0.15);
    facts.size.pages = 2391;
    facts.size.steps = 1195;
    EXPECT_NEAR(build_of(facts).seconds, 20, 6);
}

/* Four values, one of them in half of 200,000 rows: 1.78 s. */
TEST(IndexBuilds, LookForRoomBehindEqualKeysOfHash)
{
    BuildFacts facts = facts_of(METHOD_HASH, 880, 16);
    facts.size.steps = 151;
    EXPECT_NEAR(build_of(facts).seconds, 1.78, 0.5);
}

/* What grows with the number of pages that an entry passes, and what each of them takes. */
TEST(IndexBuilds, TakeAsLongAsTheFunctionsOfTheirClass)
{
    BuildFacts facts = facts_of(METHOD_GIST, 1222, 24);
    double before = build_of(facts).seconds;
    facts.pace.splitting += 1e-5;
    EXPECT_NEAR(build_of(facts).seconds, before + 2, 0.01);
    facts.pace.splitting -= 1e-5;
    facts.pace.level += 1e-5;
    EXPECT_NEAR(build_of(facts).seconds, before + 4, 0.01);
    facts.pace.level -= 1e-5;
    facts.pace.passing += 1e-6;
    EXPECT_NEAR(build_of(facts).seconds, before + 0.2 * (163.7 + 4), 0.1);
    facts.size.pages = 1;
    EXPECT_LT(build_of(facts).seconds, before);
}

TEST(IndexBuilds, TakeLongerConcurrentlyAndShorterWithWorkers)
{
    BuildFacts facts = facts_of(METHOD_BTREE, 196, 16);
    double alone = build_of(facts).seconds;
    facts.workers = 1;
    EXPECT_LT(build_of(facts).seconds, 0.9 * alone);
    EXPECT_GT(build_of(facts).seconds, 0.6 * alone);
    facts.workers = 0;
    facts.concurrently = true;
    EXPECT_GT(build_of(facts).seconds, 1.3 * alone);
    EXPECT_LT(build_of(facts).seconds, 2.5 * alone);
}

/* What does not fit into memory is written and read again. */
TEST(IndexBuilds, TakeLongerWhereTheSortNeedsFiles)
{
    BuildFacts facts = facts_of(METHOD_BTREE, 4995, 168);
    double in_memory = build_of(facts).seconds;
    facts.sort_memory = 1 << 20;
    EXPECT_GT(build_of(facts).seconds, in_memory + 0.05);
}

TEST(IndexBuilds, TakeATimeThatIsNotKnown)
{
    BuildFacts facts = facts_of(METHOD_BTREE, 196, 16);
    facts.pace.block = UNKNOWN;
    EXPECT_EQ(build_of(facts).seconds, UNKNOWN);
}

TEST(IndexBuilds, WhatIsNotKnownAndWhatCannotBe)
{
    EXPECT_EQ(build_of(facts_of(METHOD_GIST, 551, 16)).temp_bytes, UNKNOWN);
    BuildFacts facts = facts_of(METHOD_BTREE, -1, 16);
    IndexBuild build = {};
    EXPECT_EQ(advisor_index_build(&facts, &build), ADVISOR_BAD_FACTS);
}

} // namespace
