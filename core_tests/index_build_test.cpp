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

TEST(IndexBuilds, WhatIsNotKnownAndWhatCannotBe)
{
    EXPECT_EQ(build_of(facts_of(METHOD_GIST, 551, 16)).temp_bytes, UNKNOWN);
    BuildFacts facts = facts_of(METHOD_BTREE, -1, 16);
    IndexBuild build = {};
    EXPECT_EQ(advisor_index_build(&facts, &build), ADVISOR_BAD_FACTS);
}

} // namespace
