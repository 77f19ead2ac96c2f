/*
 * index_build.cpp - the arithmetic of WAL and of external sorts.
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

} // namespace

bool
index_build(const BuildFacts &facts, IndexBuild &build)
{
    if (!(facts.size.tuples >= 0) || !(facts.size.pages >= 0) || !(facts.size.tuple_bytes >= 0) ||
        !(facts.sort_memory > 0) || !(facts.buffers > 0))
        return false;
    build = {wal_bytes(facts), temp_bytes(facts)};
    return true;
}

} // namespace advisor
