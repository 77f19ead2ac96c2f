/*
 * index_size_gin.cpp - the arithmetic of a fresh gin index.
 *
 * Row addresses are stored as distances to the one before, seven bits to a byte, a page
 * counting as 2,048 addresses: a key of many rows needs a byte or two for each. They lie beside the key as
 * long as they take no third of a page, in a tree of their own from then on, whose pages are full.
 *
 * The build gathers the keys of as many rows as its memory holds, writes them in order, and goes on with the next
 * rows. So how full the pages of the tree of keys are depends on the number of such passes.
 */
#include "index_size_gin.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "index_page.h"
#include "key_frequencies.h"
#include "split_pages.h"

namespace advisor
{

namespace
{

constexpr double SPECIAL_SPACE = 8;
constexpr double LIST_HEADER = 8; /* first address and length of a posting list */
constexpr double ADDRESSES_PER_PAGE = 2048;
constexpr double SEGMENT = 256;      /* a posting tree holds lists of about this length */
constexpr double RIGHT_BOUND = 8;    /* at the start of each page of a posting tree */
constexpr double INTERNAL_ITEM = 10; /* of a posting tree */
constexpr double SPARE_ROWS = 1.4;   /* room for rows is doubled when it is full */
constexpr double LEAST_ROWS = 5;
constexpr double CHUNK = 16; /* header of what is allocated */
constexpr double MOST_PASSES = 200;
constexpr double NEGLIGIBLE = 1e-3;

/* Mean bytes of a distance, if the rows of a key are spread evenly. */
double
address_bytes(double rows, double heap_pages)
{
    double distance = std::max(1.0, heap_pages) * ADDRESSES_PER_PAGE / std::max(1.0, rows);
    double within_page = 0;
    double bytes = 1;

    /* More than one to a page: most distances are small, one a page is across its border. */
    if (rows > heap_pages)
    {
        within_page = 1 - heap_pages / rows;
        distance = ADDRESSES_PER_PAGE;
    }
    double limit = 1;
    for (int more_bytes = 1; more_bytes <= 5; more_bytes++)
        bytes += std::exp(-(limit *= 128) / distance);
    return within_page + (1 - within_page) * bytes;
}

/* The keys of an index on the table or on its first rows. */
struct Gin
{
    double block_size;
    double heap_pages;
    double key_memory;
    Vector<KeyFrequency> keys;

    double
    room() const
    {
        return block_size - PAGE_HEADER - SPECIAL_SPACE;
    }

    /* Of one key with its row addresses if they lie beside it, else without them. */
    double
    tuple_bytes(const KeyFrequency &key, double rows) const
    {
        double inline_limit =
            max_align_down((block_size - max_align(PAGE_HEADER + 3 * LINE_POINTER) - SPECIAL_SPACE) / 3);
        double below = std::floor(rows), part = rows - below;
        double tuple = (1 - part) * whole_tuple_bytes(key, below) + part * whole_tuple_bytes(key, below + 1);

        return tuple > inline_limit ? max_align(key.bytes) : tuple;
    }

    double
    whole_tuple_bytes(const KeyFrequency &key, double rows) const
    {
        double addresses = std::max(0.0, rows - 1) * address_bytes(key.rows, heap_pages);

        return max_align(max_align(key.bytes) + LIST_HEADER + align(addresses, 2));
    }

    bool
    has_tree(const KeyFrequency &key) const
    {
        return tuple_bytes(key, key.rows) < max_align(key.bytes) + LIST_HEADER;
    }
    double
    tree_pages(double rows) const
    {
        double per_segment = 1 + (SEGMENT - LIST_HEADER) / address_bytes(rows, heap_pages);
        double page = room() - RIGHT_BOUND;
        double level = std::ceil(rows / (std::floor(page / SEGMENT) * per_segment));
        double pages = level;

        while (level > 1)
        {
            level = std::ceil(level / std::floor(page / INTERNAL_ITEM));
            pages += level;
        }
        return pages;
    }
};

/* Of the part `share` of the table: keys that it has, and rows of each. */
double
keys_there(const KeyFrequency &key, double share)
{
    return share < 1 ? key.keys * -std::expm1(key.rows * std::log1p(-share)) : key.keys;
}

/* The tree of keys: bytes on its leaves, and squares of them. */
struct EntryBytes
{
    double sum = 0, squares = 0, inner = 0, keys = 0;
};

EntryBytes
entry_bytes(const Gin &gin, double share)
{
    EntryBytes bytes;

    for (const KeyFrequency &key : gin.keys)
    {
        double there = keys_there(key, share);
        if (there <= 0)
            continue;
        double tuple = gin.tuple_bytes(key, key.rows * share * key.keys / there) + LINE_POINTER;
        bytes.keys += there;
        bytes.sum += there * tuple;
        bytes.squares += there * tuple * tuple;
        bytes.inner += there * (max_align(key.bytes) + LINE_POINTER);
    }
    return bytes;
}

/* What the build gathers of that part of the table. */
double
memory_for(const Gin &gin, double share)
{
    double bytes = 0;

    for (const KeyFrequency &key : gin.keys)
    {
        double there = keys_there(key, share);
        if (there <= 0)
            continue;
        double rows = std::max(LEAST_ROWS, SPARE_ROWS * key.rows * share * key.keys / there);
        bytes += there * (gin.key_memory + CHUNK + max_align(rows * ROW_ADDRESS));
    }
    return bytes;
}

/* The part of the table that is gathered at a time. */
double
share_of_pass(const Gin &gin, double memory)
{
    double low = 1 / MOST_PASSES, high = 1;

    if (memory <= 0 || memory_for(gin, 1) <= memory)
        return 1;
    while (high - low > NEGLIGIBLE)
    {
        double middle = (low + high) / 2;
        (memory_for(gin, middle) > memory ? high : low) = middle;
    }
    return low;
}

double
entry_pages(const Gin &gin, double memory)
{
    EntryBytes whole = entry_bytes(gin, 1);
    double each = share_of_pass(gin, memory);

    if (whole.sum <= gin.room())
        return 1;
    SplitPages leaves(gin.room(), whole.squares / whole.sum);

    for (int pass = 1; pass * each < 1; pass++)
        leaves.pass(entry_bytes(gin, pass * each).sum);
    leaves.pass(whole.sum);
    double fan_out = std::max(2.0, std::floor(gin.room() / 2 / (whole.inner / whole.keys)));
    double level = std::ceil(leaves.pages());
    double pages = level;

    while (level > 1)
        pages += level = std::ceil(level / fan_out);
    return pages;
}

} // namespace

void
gin_size(const IndexSample &sample, double rows, double heap_pages, double block_size, IndexSize &size)
{
    Gin gin = {block_size, heap_pages, sample.key_memory, key_frequencies(sample, rows, heap_pages)};

    for (const KeyFrequency &key : gin.keys)
    {
        size.entries += key.keys;
        size.postings += key.keys * key.rows;
        if (gin.has_tree(key))
            size.data_pages += key.keys * gin.tree_pages(key.rows);
    }
    size.entries = std::round(size.entries);
    size.data_pages = std::ceil(size.data_pages);
    size.entry_pages = entry_pages(gin, sample.build_memory);
    size.pages = 1 + size.entry_pages + size.data_pages;
}

} // namespace advisor
