/*
 * index_size_sampled.cpp - the arithmetic of fresh hash, brin and bloom indexes; the others have files of their
 * own.
 */
#include "index_size_sampled.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "index_page.h"
#include "index_size_gin.h"
#include "index_size_tree.h"

namespace advisor
{

namespace
{

constexpr double HASH_SPECIAL = 16;
constexpr double HASH_ENTRY = 16;
constexpr double HASH_FILL_FACTOR = 75;
constexpr double BRIN_SPECIAL = 8;
constexpr double BLOOM_SPECIAL = 8;

/* The table, or the mean leaf of a partition tree. */
struct Part
{
    const IndexSample &sample;
    double rows, heap_pages, entries, block_size;
};

double
fill_factor(const Part &part, double otherwise)
{
    return part.sample.fill_factor > 0 ? part.sample.fill_factor : otherwise;
}

/* Doubling from two to 512; then a quarter of a doubling at a time. */
double
buckets(double wanted)
{
    double doubled = std::exp2(std::ceil(std::log2(std::max(2.0, wanted))));

    if (doubled <= 512)
        return doubled;
    double quarter = doubled / 8;
    return doubled / 2 + quarter * std::ceil((wanted - doubled / 2) / quarter);
}

/* The share of buckets that need a second page. */
double
overflowing(double mean, double capacity)
{
    return 0.5 * std::erfc((capacity - mean) / std::sqrt(2 * std::max(1.0, mean)));
}

/* Entries of a page. */
double
hash_capacity(const Part &part)
{
    return std::floor((part.block_size - PAGE_HEADER - HASH_SPECIAL) / (HASH_ENTRY + LINE_POINTER));
}

/* That a row of the sample stands for. */
double
rows_of_one(const Part &part)
{
    return part.sample.rows_read > 0 ? std::max(1.0, part.rows / part.sample.rows_read) : 1;
}

/*
 * As many buckets as hold the table's rows at three quarters full, rounded up. Entries fall into them at random:
 * what is too much for one page goes to another; between two doublings some buckets are not split yet and get twice
 * as many. Equal keys share a bucket and make it longer than that.
 */
double
hash_pages(const Part &part)
{
    double capacity = hash_capacity(part);
    double fill = part.block_size * fill_factor(part, HASH_FILL_FACTOR) / 100;
    double n = buckets(std::floor(part.rows / std::max(10.0, std::floor(fill / (HASH_ENTRY + LINE_POINTER)))));
    double base = std::exp2(std::floor(std::log2(n)));
    double overflow = (2 * base - n) * overflowing(part.entries / base, capacity) +
                      2 * (n - base) * overflowing(part.entries / (2 * base), capacity);
    double scale = rows_of_one(part);
    double longer = 0;

    for (std::int32_t i = 0; i < part.sample.n_keys; i++)
        longer += std::floor(part.sample.keys[i].rows * scale / capacity);
    return 2 + n + std::ceil(std::max(overflow, longer));
}

/* Equal keys queue up behind each other: the next one looks for room from the first page on. */
double
hash_steps(const Part &part)
{
    double steps = 0;

    for (std::int32_t i = 0; i < part.sample.n_keys; i++)
        steps += part.sample.keys[i].rows *
                 std::floor(part.sample.keys[i].rows * rows_of_one(part) / hash_capacity(part)) / 2;
    return steps / std::max(1.0, part.sample.rows_held);
}

double
brin_ranges(const Part &part)
{
    return std::max(1.0, std::ceil(part.heap_pages / part.sample.pages_per_range));
}

double
brin_pages(const Part &part)
{
    double room = part.block_size - PAGE_HEADER - BRIN_SPECIAL;
    double ranges = part.rows > 0 || part.heap_pages > 0 ? brin_ranges(part) : 0;
    double per_page = std::max(1.0, std::floor(room / (part.sample.entry_bytes + LINE_POINTER)));
    double map_pages = std::max(1.0, std::ceil(ranges / std::floor(room / ROW_ADDRESS)));

    return 1 + map_pages + std::max(1.0, std::ceil(ranges / per_page));
}

double
bloom_pages(const Part &part)
{
    double per_page = std::floor((part.block_size - PAGE_HEADER - BLOOM_SPECIAL) / part.sample.entry_bytes);

    return 1 + std::max(1.0, std::ceil(part.entries / per_page));
}

void
size_of_part(const Part &part, IndexSize &size)
{
    switch (part.sample.method)
    {
        case METHOD_HASH:
            size.pages = hash_pages(part);
            size.steps = hash_steps(part);
            break;
        case METHOD_BRIN:
            size.pages = brin_pages(part);
            break;
        case METHOD_GIN:
            gin_size(part.sample, part.rows, part.heap_pages, part.block_size, size);
            break;
        case METHOD_GIST:
            size.pages = gist_pages(part.sample, part.entries, part.block_size);
            break;
        case METHOD_SPGIST:
            size.pages = spgist_pages(part.sample, part.entries, part.block_size);
            size.steps = is_in_order(part.sample) ? size.pages / 2 : 0;
            break;
        default:
            size.pages = bloom_pages(part);
    }
}

bool
is_sound(const IndexSample &sample)
{
    if (sample.method == METHOD_BTREE || !(sample.rows >= 0) || !(sample.heap_pages >= 0) ||
        !(sample.rows_held >= 0) || sample.rows_held > sample.rows_passed ||
        sample.rows_passed > sample.rows_read || sample.n_keys < 0 || (sample.n_keys > 0 && sample.keys == nullptr))
        return false;
    for (std::int32_t i = 0; sample.method == METHOD_GIN && i < sample.n_keys; i++)
        if (sample.keys[i].blocks < 1 || sample.keys[i].blocks > sample.keys[i].rows ||
            sample.keys[i].values > sample.keys[i].rows || (sample.values > 0 && sample.keys[i].values < 1))
            return false;
    if (std::isnan(sample.values) || std::isnan(sample.values_met))
        return false;
    if (sample.method == METHOD_BRIN && !(sample.pages_per_range >= 1))
        return false;
    if (sample.method == METHOD_BLOOM && !(sample.entry_bytes >= 1))
        return false;
    for (std::int32_t i = 0; i < sample.n_texts; i++)
        if (sample.texts[i].common < 0 || sample.texts[i].common > sample.texts[i].bytes)
            return false;
    if (sample.fill_factor < 0 || sample.fill_factor > 100)
        return false;
    return !std::isnan(sample.entry_bytes) && sample.entry_bytes >= 0 && std::isfinite(sample.rows);
}

} // namespace

bool
sampled_size(const IndexSample &sample, double block_size, IndexSize &size)
{
    if (!is_sound(sample))
        return false;
    double parts = std::max<std::int32_t>(1, sample.partitions);
    double passed = sample.rows_read > 0 ? sample.rows_passed / sample.rows_read : 1;
    double held = sample.rows_read > 0 ? sample.rows_held / sample.rows_read : 1;

    size = {};
    size_of_part({sample, std::round(sample.rows / parts), std::ceil(sample.heap_pages / parts),
                  std::round(sample.rows / parts * held), block_size},
                 size);
    size.tuples = std::round(sample.rows * (sample.method == METHOD_HASH ? held : passed));
    size.tuple_bytes = sample.method == METHOD_HASH || sample.method == METHOD_BLOOM ? HASH_ENTRY : 0;
    if (sample.method == METHOD_GIST || sample.method == METHOD_SPGIST)
        size.tuple_bytes = sample.entry_bytes;
    size.pages *= parts;
    size.entry_pages *= parts;
    size.data_pages *= parts;
    size.entries *= parts;
    size.postings *= parts;
    size.bytes = size.pages * block_size;
    return true;
}

} // namespace advisor
