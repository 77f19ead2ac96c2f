/*
 * index_build.cpp - the arithmetic of WAL, of external sorts, and of the time that all of it takes.
 *
 * All methods but hash, brin and bloom build without WAL and then log whole pages, without the free space in
 * them. Hash logs entry by entry. A sort that does not fit into memory writes each tuple once, with its length: the
 * runs are merged as the index is written.
 */
#include "index_build.h"

#include <algorithm>
#include <cmath>

#include "index_page.h"

namespace advisor
{

namespace
{

constexpr double PAGE_RECORD = 100; /* of a page logged whole: page header, special space, record */
constexpr double BTREE_FILL = 0.90;
constexpr double GIN_ENTRY_FILL = 0.54;
constexpr double GIN_DATA_FILL = 0.75; /* where a posting tree grows at its end */
constexpr double HASH_RECORD = 72;     /* of one entry: two blocks and the tuple */
constexpr double SORT_SLOT = 24;
constexpr double SORT_CHUNK = 16; /* in front of a tuple in memory */
constexpr double TAPE_LENGTH = 4; /* in front of a tuple on tape */

/* Of what was not timed, in comparisons of integers (BuildPace.reference): measured on builds of 200,000 rows. */
constexpr double LOADED_ENTRY = 25;   /* onto a page of a b-tree */
constexpr double WRITTEN_PAGE = 1500; /* logged and written */
constexpr double HASH_ENTRY = 100;
constexpr double HASH_STEP = 12;
constexpr double BRIN_ROW = 15;
constexpr double BLOOM_ENTRY = 60;
constexpr double GIN_COMPARISON = 2.6;
constexpr double GIN_ENTRY = 325; /* a key that is new to the tree */
constexpr double GIST_SORTED_ENTRY = 300;
constexpr double GIST_ENTRY = 150; /* inserted, beside what its class's functions take */
constexpr double SPGIST_ENTRY = 320;
constexpr double SPGIST_STEP = 15;
constexpr double READ_IN_ORDER = 0.6; /* blocks one after the other, of the time for those of the sample */
constexpr double WORKER_SHARE = 0.5;  /* that a worker adds */
constexpr double TEMP_BYTE = 2e-9;    /* seconds for one written and read again */

double
wal_bytes(const BuildFacts &facts)
{
    const IndexSize &size = facts.size;
    double block = facts.block_size;

    switch (facts.method)
    {
        case METHOD_BTREE:
            return size.pages * (BTREE_FILL * block + PAGE_RECORD);
        case METHOD_HASH:
            return size.tuples * HASH_RECORD + size.pages * PAGE_RECORD;
        case METHOD_GIN:
            return size.entry_pages * GIN_ENTRY_FILL * block + size.data_pages * GIN_DATA_FILL * block +
                   size.pages * PAGE_RECORD;
        case METHOD_GIST:
        case METHOD_SPGIST:
            return std::min(size.bytes, size.tuples * (size.tuple_bytes + LINE_POINTER)) + size.pages * PAGE_RECORD;
        default:
            return size.bytes;
    }
}

/* ---- temporary files ---- */

/* Does one part of so many entries fit into memory? The array of slots grows by doubling. */
bool
fits(const BuildFacts &facts, double tuples)
{
    double slots = std::exp2(std::ceil(std::log2(std::max(1024.0, tuples)))) * SORT_SLOT;

    return slots + tuples * (max_align(facts.size.tuple_bytes) + SORT_CHUNK) <= facts.sort_memory;
}

/* hash sorts once its buckets are more than memory holds. */
bool
sorts(const BuildFacts &facts, double pages)
{
    if (facts.method == METHOD_HASH)
        return pages >= std::min(facts.buffers, facts.sort_memory / facts.block_size);
    return facts.method == METHOD_BTREE;
}

double
temp_bytes(const BuildFacts &facts)
{
    double parts = std::max(1, facts.partitions);

    if (facts.method == METHOD_GIST)
        return UNKNOWN;
    if (!sorts(facts, facts.size.pages / parts) || fits(facts, facts.size.tuples / parts))
        return 0;
    return facts.size.tuples * (facts.size.tuple_bytes + TAPE_LENGTH);
}

/* ---- time ---- */

/* Sorting or searching so many entries of a part, by the time of one comparison. */
double
comparing(const BuildFacts &facts, double entries, double comparison)
{
    return entries * std::log2(std::max(2.0, entries / std::max(1, facts.partitions))) * comparison;
}

/* All rows are read and judged by everybody who takes part; so are their entries sorted, but for the last merge. */
double
btree_seconds(const BuildFacts &facts, double reading, double temp_bytes)
{
    double sorting =
        comparing(facts, facts.size.tuples, facts.pace.comparison) + facts.size.tuples * facts.pace.entry;

    return (reading + sorting) / (1 + WORKER_SHARE * facts.workers) + temp_bytes * TEMP_BYTE +
           facts.size.tuples * LOADED_ENTRY * facts.pace.reference;
}

double
gin_seconds(const BuildFacts &facts)
{
    const IndexSize &size = facts.size;

    return (comparing(facts, size.postings, GIN_COMPARISON) * std::log2(std::max(2.0, size.entries)) /
                std::log2(std::max(2.0, size.postings)) +
            size.entries * GIN_ENTRY) *
           facts.pace.reference;
}

/* On the way down a whole page is looked at on each level; the root has grown from nothing meanwhile. */
double
gist_descent(const BuildFacts &facts)
{
    double per_page = std::max(2.0, facts.size.tuples / std::max(1.0, facts.size.pages));
    double level = facts.size.pages / std::max(1, facts.partitions); /* its pages */
    double seconds = 0;

    while (level > 1)
    {
        seconds += facts.pace.level + facts.pace.passing * (level > per_page ? per_page : level / 2);
        level = std::ceil(level / per_page);
    }
    return seconds;
}

double
gist_seconds(const BuildFacts &facts)
{
    const BuildPace &pace = facts.pace;

    if (pace.sorts)
        return facts.size.tuples * GIST_SORTED_ENTRY * pace.reference;
    return facts.size.tuples * (gist_descent(facts) + pace.splitting + GIST_ENTRY * pace.reference);
}

double
seconds(const BuildFacts &facts, double temp_bytes)
{
    const BuildPace &pace = facts.pace;
    double reading = facts.heap_pages * pace.block * READ_IN_ORDER + facts.rows * pace.row;
    double writing = facts.size.pages * WRITTEN_PAGE * pace.reference;
    double again = 0;

    if (pace.block < 0)
        return UNKNOWN;
    if (facts.concurrently)
        again = facts.heap_pages * pace.block + comparing(facts, facts.size.tuples, 2 * pace.reference);
    switch (facts.method)
    {
        case METHOD_BTREE:
            return again + writing + btree_seconds(facts, reading, std::max(0.0, temp_bytes));
        case METHOD_HASH:
            return again + writing + reading +
                   facts.size.tuples * (HASH_ENTRY + facts.size.steps * HASH_STEP) * pace.reference;
        case METHOD_GIN:
            return again + writing + reading + gin_seconds(facts);
        case METHOD_BRIN:
            return again + writing + reading + facts.rows * BRIN_ROW * pace.reference;
        case METHOD_BLOOM:
            return again + writing + reading + facts.size.tuples * BLOOM_ENTRY * pace.reference;
        case METHOD_GIST:
            return again + writing + reading + gist_seconds(facts);
        case METHOD_SPGIST:
            return again + writing + reading +
                   facts.size.tuples * (SPGIST_ENTRY + facts.size.steps * SPGIST_STEP) * pace.reference;
        default:
            return UNKNOWN;
    }
}

} // namespace

bool
index_build(const BuildFacts &facts, IndexBuild &build)
{
    if (!(facts.size.tuples >= 0) || !(facts.size.pages >= 0) || !(facts.size.tuple_bytes >= 0) ||
        !(facts.sort_memory > 0) || !(facts.buffers > 0))
        return false;
    build.wal_bytes = wal_bytes(facts);
    build.temp_bytes = temp_bytes(facts);
    build.seconds = seconds(facts, build.temp_bytes);
    return true;
}

} // namespace advisor
