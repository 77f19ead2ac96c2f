/*
 * index_size.cpp - the arithmetic of a fresh b-tree: leaves (index_leaves.h), and the levels above them.
 */
#include "index_size.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "index_columns.h"
#include "index_leaves.h"
#include "index_page.h"
#include "index_tuple.h"
#include "key_groups.h"
#include "partial_share.h"

namespace advisor
{

namespace
{

constexpr double SPECIAL_SPACE = 16;
constexpr double FILL_FACTOR = 90; /* of leaves, by default */
constexpr double ROUNDING = 1e-6;
constexpr double INTERNAL_FREE = 0.30; /* 100 - fill factor */

bool
deduplicates(const Columns &keys)
{
    if (keys.definition.n_includes > 0 || keys.definition.keeps_duplicates)
        return false;
    for (std::int32_t i = 0; i < keys.count; i++)
        if (!keys[i].equalimage)
            return false;
    return true;
}

/* Pivots that stay on a page: it is left once less than that share of it is free, and its last one moves on. */
double
pivots_per_page(double pivot, double block_size)
{
    double item = pivot + LINE_POINTER;
    double room = block_size - PAGE_HEADER - SPECIAL_SPACE - 2 * LINE_POINTER;
    double until_full = std::floor((room - std::floor(block_size * INTERNAL_FREE)) / item);
    double until_no_room = std::floor((room - LINE_POINTER) / item) - 1;

    return std::max(1.0, std::min(until_full, until_no_room));
}

/* Adds the levels above the leaves. */
void
stack_levels(double leaves, double pivot, double block_size, IndexSize &size)
{
    double fan_out = std::max(2.0, pivots_per_page(pivot, block_size) + 1);

    size.pages = leaves + 1;
    size.height = 0;
    for (double level = leaves; level > 1; size.height++)
    {
        level = std::ceil(level / fan_out);
        size.pages += level;
    }
}

double
mean_size(const Columns &columns, const Vector<std::int32_t> &sampled)
{
    if (sampled.empty())
        return mean_tuple_size(columns);
    return std::accumulate(sampled.begin(), sampled.end(), 0.0) / static_cast<double>(sampled.size());
}

/* The item that a page becomes full with is the one that becomes a pivot: a wide one more often than a narrow one.
 */
double
pivot_keys_size(const Columns &keys, const Vector<std::int32_t> &items)
{
    Vector<std::int32_t> sizes = sampled_tuple_sizes(keys);

    if (sizes.empty() || sizes.size() != items.size())
        return mean_size(keys, sizes);
    return std::inner_product(sizes.begin(), sizes.end(), items.begin(), 0.0) /
           std::accumulate(items.begin(), items.end(), 0.0);
}

/*
 * A pivot has just the keys that tell the last item of one page from the first
 * of the next, and the row address if all of them are equal.
 */
double
pivot_size(const Columns &keys, const Vector<std::int32_t> &sampled, double rows, double tuples, double distinct,
           double items)
{
    for (std::int32_t n = 1; n <= keys.count; n++)
    {
        Columns first = {keys.facts, keys.definition, n};
        if ((n == keys.count ? distinct : distinct_keys(first, rows, tuples)) * 2 >= items)
            return pivot_keys_size(first, sampled);
    }
    return pivot_keys_size(keys, sampled) + max_align(ROW_ADDRESS);
}

/* Of a table, or of the mean leaf of a partition tree. */
void
size_of_one(const Columns &columns, const Vector<std::int32_t> &sampled, double rows, double tuples,
            double block_size, IndexSize &size)
{
    Columns keys = {columns.facts, columns.definition, columns.definition.n_keys};
    KeyGroups groups = key_groups(keys, rows, tuples);
    double fill = columns.definition.fill_factor > 0 ? columns.definition.fill_factor : FILL_FACTOR;
    Leaves leaves = leaves_of(columns, sampled, groups, tuples, {deduplicates(keys), fill / 100, block_size});
    double pivot = pivot_size(keys, sampled, rows, tuples, groups.distinct, leaves.items);

    stack_levels(std::max(1.0, std::ceil(leaves.pages - ROUNDING)), pivot, block_size, size);
}

double
widest_of(const Columns &columns, const Vector<std::int32_t> &sampled)
{
    return sampled.empty() ? mean_tuple_size(columns) : *std::ranges::max_element(sampled);
}

/* Entries: the rows of the relation, times what the predicates of a partial index keep. */
double
index_tuples(const Facts &facts, const IndexDefinition &definition)
{
    double tuples = facts.relations[definition.relation].rows * partial_share(facts, definition);

    return std::max(0.0, std::round(tuples));
}

} // namespace

bool
index_size(const Facts &facts, const IndexDefinition &definition, double block_size, IndexSize &size)
{
    const RelationFact &relation = facts.relations[definition.relation];
    Columns columns = {facts, definition, definition.n_keys + definition.n_includes};
    double leaves = std::max<std::int32_t>(1, relation.partitions);
    double parts = relation.even_partitions > 0 ? std::clamp(relation.even_partitions, 1.0, leaves) : leaves;
    Vector<std::int32_t> sampled = sampled_tuple_sizes(columns);

    if (relation.rows < 0 || widest_of(columns, sampled) > widest_tuple(block_size) || definition.fill_factor < 0 ||
        definition.fill_factor > 100)
        return false;
    size = {};
    size.tuples = index_tuples(facts, definition);
    size.tuple_bytes = mean_size(columns, sampled);
    size.pages = 1;
    if (size.tuples > 0)
    {
        double rows = std::max(1.0, std::round(relation.rows / parts));
        size_of_one(columns, sampled, rows, std::clamp(std::round(size.tuples / parts), 1.0, rows), block_size,
                    size);
    }
    size.pages = size.pages * parts + leaves - parts;
    size.bytes = size.pages * block_size;
    return true;
}

double
widest_entry(const Facts &facts, const IndexDefinition &definition)
{
    Columns columns = {facts, definition, definition.n_keys + definition.n_includes};

    return widest_of(columns, sampled_tuple_sizes(columns));
}

bool
is_too_wide(const Facts &facts, std::int32_t attribute, double block_size)
{
    IndexDefinition alone = {};

    alone.relation = facts.attributes[attribute].relation;
    alone.n_keys = 1;
    alone.keys[0].attribute = attribute;
    return widest_entry(facts, alone) > widest_tuple(block_size);
}

} // namespace advisor
