#include "write_wal.h"

#include <algorithm>
#include <cmath>

#include "index_page.h"
#include "index_tuple.h"

namespace advisor
{

namespace
{

/* Of the record of an entry, beside its tuple: headers of the record and its blocks. */
constexpr double BTREE_RECORD = 48;
constexpr double HASH_RECORD = 60; /* what splitting buckets moves included */
constexpr double GIN_RECORD = 230;
constexpr double GIN_RECORD_PER_KEY = 18.5;
constexpr double GIST_RECORD = 50;
constexpr double SPGIST_RECORD = 60;

/* How often what is on a page is logged again as pages split. */
constexpr double BTREE_MOVES = 0.75;
constexpr double GIST_MOVES = 1.5;

/* Of a page, once entries came anywhere. */
constexpr double BTREE_FILL = 0.9;
constexpr double OTHER_FILL = 0.6;

/* 1: keys rise with the table, so that new ones go to the end. */
double
order_of_inserts(const Facts &facts, const IndexDefinition &definition)
{
    return definition.method == METHOD_BTREE && definition.n_keys > 0
               ? std::clamp(facts.attributes[definition.keys[0].attribute].correlation, 0.0, 1.0)
               : 0;
}

double
tuple_bytes(const Facts &facts, const IndexDefinition &definition, const IndexSize &size)
{
    return size.tuple_bytes > 0 ? size.tuple_bytes
                                : mean_tuple_size({facts, definition, definition.n_keys + definition.n_includes});
}

/* Bytes of an entry that a split of its page may move: less than a tuple where equal keys share one. */
double
moved_bytes(const IndexSize &size, double tuple)
{
    const double item = tuple + LINE_POINTER;

    return size.tuples > 0 && size.bytes > 0 ? std::min(item, size.bytes / size.tuples) : item;
}

double
record_bytes(const IndexDefinition &definition, const IndexSize &size, double tuple, double order)
{
    const double moved = moved_bytes(size, tuple);

    switch (definition.method)
    {
        case METHOD_BRIN:
            return 0;
        case METHOD_GIN:
            return GIN_RECORD + GIN_RECORD_PER_KEY * keys_per_entry(definition, size);
        case METHOD_HASH:
            return HASH_RECORD + tuple;
        case METHOD_GIST:
            return GIST_RECORD + tuple + GIST_MOVES * moved;
        case METHOD_SPGIST:
            return SPGIST_RECORD + tuple + GIST_MOVES * moved;
        default:
            return BTREE_RECORD + tuple + BTREE_MOVES * (1 - order) * moved;
    }
}

/* Equal keys of a b-tree lie by their rows' places, those of a hash index in one bucket: each has one page that
 * grows.
 */
double
pages_that_change(const Facts &facts, const IndexDefinition &definition, const IndexSize &size)
{
    double distinct = 1;

    if (definition.method != METHOD_BTREE && definition.method != METHOD_HASH)
        return size.pages;
    for (std::int32_t i = 0; i < definition.n_keys; i++)
    {
        const double values = facts.attributes[definition.keys[i].attribute].n_distinct;

        distinct *= values > 0 ? values : std::max(size.pages, 1.0);
    }
    return std::min(size.pages, distinct);
}

/* Entries that fall on any page meet so many different ones between two checkpoints. */
double
page_bytes(const Facts &facts, const IndexDefinition &definition, const IndexSize &size, double scattered)
{
    const double hours = facts.relations[definition.relation].checkpoint_hours;
    const double pages = pages_that_change(facts, definition, size);
    const double fill = definition.method == METHOD_BTREE ? BTREE_FILL : OTHER_FILL;

    if (definition.method == METHOD_BRIN || hours <= 0 || pages <= 0)
        return 0;
    return pages * -std::expm1(-scattered * hours / pages) / hours * fill * size.bytes / size.pages;
}

} // namespace

double
keys_per_entry(const IndexDefinition &definition, const IndexSize &size)
{
    return definition.method == METHOD_GIN && size.tuples > 0 ? std::max(1.0, size.postings / size.tuples) : 1;
}

WalBytes
wal_bytes_per_hour(const Facts &facts, const IndexDefinition &definition, const IndexSize &size,
                   const EntryRates &rates)
{
    const double tuple = tuple_bytes(facts, definition, size);
    const double order = order_of_inserts(facts, definition);
    const double keys = keys_per_entry(definition, size);

    if (!facts.relations[definition.relation].logged)
        return {};
    return {rates.inserted * record_bytes(definition, size, tuple, order) +
                rates.updated * record_bytes(definition, size, tuple, 0),
            page_bytes(facts, definition, size, keys * (rates.inserted * (1 - order) + rates.updated))};
}

} // namespace advisor
