/*
 * index_size_gin.cpp - the arithmetic of a fresh gin index.
 *
 * Row addresses are stored as distances to the one before, seven bits to a byte, a page
 * counting as 2,048 addresses: a key of many rows needs a byte or two for each. They lie beside the key as
 * long as they take no third of a page, in a tree of their own from then on.
 *
 * From the sample to the table: a key that was met twice or more is taken to be as frequent everywhere. Those met
 * once are of two kinds, which documents often mix: keys of one row each, and keys of more rows. The numbers of
 * keys met twice and three times tell how frequent the latter are, hence how many of them were met once, and how
 * many not at all.
 */
#include "index_size_gin.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "index_page.h"

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
constexpr double ENTRY_FILL = 0.54;  /* splits leave halves, and keys come in order */

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

/* What is counted up over the keys. */
struct Tally
{
    double block_size;
    double heap_pages;
    double entries = 0;
    double entry_bytes = 0;
    double data_pages = 0;

    /* `keys` keys of `rows` rows each. */
    void
    add(double keys, double key_bytes, double rows)
    {
        double each = address_bytes(rows, heap_pages);
        double list = LIST_HEADER + std::ceil(std::max(0.0, rows - 1) * each);
        double inline_limit = max_align_down((block_size - PAGE_HEADER - SPECIAL_SPACE - 3 * LINE_POINTER) / 3);
        double tuple = max_align(key_bytes + list);

        entries += keys;
        if (tuple > inline_limit)
        {
            data_pages += keys * tree_pages(rows, each);
            tuple = max_align(key_bytes);
        }
        entry_bytes += keys * (tuple + LINE_POINTER);
    }

    double
    tree_pages(double rows, double each) const
    {
        double per_segment = 1 + (SEGMENT - LIST_HEADER) / each;
        double room = block_size - PAGE_HEADER - SPECIAL_SPACE - RIGHT_BOUND;
        double level = std::ceil(rows / (std::floor(room / SEGMENT) * per_segment));
        double pages = level;

        while (level > 1)
        {
            level = std::ceil(level / std::floor(room / INTERNAL_ITEM));
            pages += level;
        }
        return pages;
    }
};

/* Keys of the sample by how often they were met, and the bytes of those that were met once. */
struct Rarity
{
    double once = 0, twice = 0, thrice = 0;
    double once_bytes = 0;

    void
    add(const SampledKeyFact &key)
    {
        once += key.rows == 1;
        twice += key.rows == 2;
        thrice += key.rows == 3;
        once_bytes += key.rows == 1 ? key.bytes : 0;
    }

    /* How often a key of the more frequent kind is met on average: its counts follow Poisson's law. */
    double
    rate() const
    {
        if (twice <= 0)
            return 0;
        return thrice > 0 ? 3 * thrice / twice : 2 * twice / std::max(1.0, once);
    }
};

/* The keys met once, and with them those that were not met at all. */
void
add_rare_keys(Tally &tally, const Rarity &rarity, double scale)
{
    if (rarity.once <= 0)
        return;
    double rate = rarity.rate();
    double shared = rate > 0 ? std::min(rarity.once, 2 * rarity.twice / rate) : 0;
    double bytes = rarity.once_bytes / rarity.once;

    tally.add((rarity.once - shared) * scale, bytes, 1);
    double rows = std::max(1.0, rate * scale);

    /* No more keys than there are rows left for them: a rate that few keys tell may be far too low. */
    if (shared > 0)
        tally.add(std::min(shared * (1 + 1 / rate), shared * scale * (1 + rate) / rows), bytes, rows);
}

} // namespace

void
gin_size(const IndexSample &sample, double rows, double heap_pages, double block_size, IndexSize &size)
{
    Tally tally = {block_size, heap_pages};
    double scale = sample.rows_read > 0 ? std::max(1.0, rows / sample.rows_read) : 1;
    Rarity rarity;

    for (std::int32_t i = 0; i < sample.n_keys; i++)
    {
        const SampledKeyFact &key = sample.keys[i];

        if (scale <= 1 || key.rows > 1)
            tally.add(1, key.bytes, key.rows * scale);
        size.postings += key.rows * scale;
        rarity.add(key);
    }
    if (scale > 1)
        add_rare_keys(tally, rarity, scale);
    size.entries = std::round(tally.entries);
    size.data_pages = std::ceil(tally.data_pages);
    size.entry_pages = std::ceil(tally.entry_bytes / ((block_size - PAGE_HEADER - SPECIAL_SPACE) * ENTRY_FILL));
    size.entry_pages = std::max(1.0, size.entry_pages);
    size.pages = 1 + size.entry_pages + size.data_pages;
}

} // namespace advisor
