/*
 * index_size.cpp - the arithmetic of a fresh b-tree.
 *
 * CREATE INDEX sorts the entries and fills leaves from left to right. A leaf is
 * left alone as soon as less than a tenth of it is free; its last item then moves
 * on to the next leaf and stays behind, cut down, as the high key. Equal keys
 * become posting lists: one tuple with up to 812 bytes of row addresses,
 * which is what makes an index on few values so much smaller than its rows.
 */
#include "index_size.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include "index_page.h"

namespace advisor
{

namespace
{

constexpr double SPECIAL_SPACE = 16;
constexpr double TUPLE_HEADER = 8;
constexpr double TUPLE_HEADER_WITH_NULLS = 16;
constexpr double FILL_FACTOR = 90; /* of leaves, by default */
constexpr double INTERNAL_FREE = 0.30;
constexpr double SHORT_VARLENA = 127; /* up to here one byte of header and no alignment */

/* The first columns of a definition: keys, then what is included. */
struct Columns
{
    const Facts &facts;
    const IndexDefinition &definition;
    std::int32_t count;

    const AttributeFact &
    operator[](std::int32_t i) const
    {
        std::int32_t keys = definition.n_keys;
        return facts.attributes[i < keys ? definition.keys[i].attribute : definition.includes[i - keys]];
    }
};

/* Numbers of any length (numeric) come in steps of two bytes, so that a mean says little about alignment. */
bool
comes_in_steps(const AttributeFact &attribute)
{
    return attribute.typlen < 0 && !attribute.equalimage;
}

/* Where a value ends that starts at `offset` or at the next place its type allows. */
double
place(double offset, const AttributeFact &attribute, double step)
{
    if (attribute.typlen > 0)
        return align(offset, attribute.typalign) + attribute.typlen;
    if (attribute.avg_width > SHORT_VARLENA)
        offset = align(offset, attribute.typalign);
    return offset + std::max(1.0, std::ceil(attribute.avg_width) + (comes_in_steps(attribute) ? step : 0));
}

/* Mean bytes of a tuple: all values there, or some null (those take no room, but the tuple gets a bitmap). */
double
tuple_size_at(const Columns &columns, double step)
{
    double full = 0, all_there = 1, present = 0;

    for (std::int32_t i = 0; i < columns.count; i++)
    {
        double end = place(full, columns[i], step);
        double not_null = 1 - columns[i].null_fraction;

        present += (end - full) * not_null;
        all_there *= not_null;
        full = end;
    }
    double size = max_align(TUPLE_HEADER + full);
    if (all_there >= 1)
        return size;
    /* What is left of the values where at least one is null. */
    double rest = std::max(0.0, present - full * all_there) / (1 - all_there);
    return all_there * size + (1 - all_there) * max_align(TUPLE_HEADER_WITH_NULLS + rest);
}

double
tuple_size(const Columns &columns)
{
    return (tuple_size_at(columns, -1) + tuple_size_at(columns, 1)) / 2;
}

/* Values that a key can have, null among them. */
double
key_values(const AttributeFact &attribute, double rows)
{
    double values = attribute.n_distinct < 0 ? rows : attribute.n_distinct;

    return std::max(1.0, values + (attribute.null_fraction > 0 ? 1 : 0));
}

/* Different values met when `taken` of `rows` rows are looked at and `values` are in all of them. */
double
values_met(double values, double rows, double taken)
{
    if (taken >= rows || rows <= 0)
        return values;
    return values * (1 - std::pow(1 - taken / rows, rows / values));
}

/*
 * Combinations that the entries hit, by which of the columns are NULL: where most values of a column are, the few
 * entries that are not share all of its values.
 */
double
combinations_hit(const Columns &keys, double rows, double tuples)
{
    std::array<double, 1 << MAX_INDEX_KEYS> share = {1}, values = {1};
    std::size_t n = 1;
    double hit = 0;

    for (std::int32_t i = 0; i < keys.count; i++)
    {
        double null_fraction = std::clamp(keys[i].null_fraction, 0.0, 1.0);
        double each = std::max(1.0, key_values(keys[i], rows) - (null_fraction > 0 ? 1 : 0));
        std::size_t with_null = null_fraction > 0 ? n : 0;

        for (std::size_t k = 0; k < n; k++)
        {
            if (with_null > 0)
            {
                share[n + k] = share[k] * null_fraction;
                values[n + k] = values[k];
            }
            share[k] *= 1 - null_fraction;
            values[k] = std::min(values[k] * each, 1e18);
        }
        n += with_null;
    }
    for (std::size_t k = 0; k < n; k++)
        hit += values[k] * -std::expm1(-tuples * share[k] / values[k]);
    return hit;
}

/* Different keys among the entries. Columns are taken as independent. */
double
distinct_keys(const Columns &keys, double rows, double tuples)
{
    double widest = 1;

    for (std::int32_t i = 0; i < keys.count; i++)
        widest = std::max(widest, values_met(key_values(keys[i], rows), rows, tuples));
    if (keys.count == 1)
        return std::clamp(widest, 1.0, tuples);
    return std::clamp(std::max(combinations_hit(keys, rows, tuples), widest), 1.0, tuples);
}

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

/* What lies on the leaves: so many items, so many bytes in all, and what a high key leaves out of the last. */
struct Items
{
    double count = 0;
    double bytes = 0;
    double cut = 0;

    void
    add(double n, double size, double key_size)
    {
        count += n;
        bytes += n * (size + LINE_POINTER);
        cut += n * (size - key_size);
    }
};

/* `groups` groups of `size` (whole) equal keys each. */
void
add_groups(Items &items, double groups, double size, double tuple, double block_size)
{
    double longest = max_align_down(max_align_down(block_size * 0.10) - LINE_POINTER);
    double per_list = std::floor((longest - tuple) / ROW_ADDRESS);

    if (groups <= 0 || size <= 0)
        return;
    if (size < 2 || per_list < 2)
    {
        items.add(groups * size, tuple, tuple);
        return;
    }
    double full = std::floor(size / per_list);
    double rest = size - full * per_list;

    items.add(groups * full, max_align(tuple + per_list * ROW_ADDRESS), tuple);
    if (rest == 1)
        items.add(groups, tuple, tuple);
    else if (rest > 1)
        items.add(groups, max_align(tuple + rest * ROW_ADDRESS), tuple);
}

/* Groups of a mean size that is not whole: some of the size below, some of the one above. */
void
add_mean_groups(Items &items, double groups, double tuples, double tuple, double block_size)
{
    double mean = tuples / groups;
    double below = std::floor(mean);
    double above = groups * (mean - below);

    add_groups(items, groups - above, below, tuple, block_size);
    add_groups(items, above, below + 1, tuple, block_size);
}

Items
leaf_items(const Columns &keys, double tuple, double tuples, double distinct, double block_size)
{
    Items items;

    if (!deduplicates(keys))
        items.add(tuples, tuple, tuple);
    else
        add_mean_groups(items, distinct, tuples, tuple, block_size);
    return items;
}

/* Items that stay on a page: it is left once less than `free` of it is free, and its last item moves on. */
double
items_per_page(double item, double cut, double free, double block_size)
{
    double room = block_size - PAGE_HEADER - SPECIAL_SPACE - 2 * LINE_POINTER;
    double until_full = std::floor((room - std::floor(block_size * free) + cut) / item);
    double until_no_room = std::floor((room - LINE_POINTER) / item) - 1;

    return std::max(1.0, std::min(until_full, until_no_room));
}

/* Adds the levels above the leaves. */
void
stack_levels(double leaves, double pivot, double block_size, IndexSize &size)
{
    double fan_out = std::max(2.0, items_per_page(pivot + LINE_POINTER, 0, INTERNAL_FREE, block_size) + 1);

    size.pages = leaves + 1;
    size.height = 0;
    for (double level = leaves; level > 1; size.height++)
    {
        level = std::ceil(level / fan_out);
        size.pages += level;
    }
}

/*
 * A pivot has just the keys that tell the last item of one page from the first
 * of the next, and the row address if all of them are equal.
 */
double
pivot_size(const Columns &keys, double rows, double tuples, double items)
{
    for (std::int32_t n = 1; n <= keys.count; n++)
    {
        Columns first = {keys.facts, keys.definition, n};
        if (distinct_keys(first, rows, tuples) * 2 >= items)
            return tuple_size(first);
    }
    return tuple_size(keys) + max_align(ROW_ADDRESS);
}

/* Of a table, or of the mean leaf of a partition tree. */
void
size_of_one(const Columns &columns, double rows, double tuples, double block_size, IndexSize &size)
{
    Columns keys = {columns.facts, columns.definition, columns.definition.n_keys};
    double distinct = distinct_keys(keys, rows, tuples);
    Items items = leaf_items(keys, tuple_size(columns), tuples, distinct, block_size);
    double fill = columns.definition.fill_factor > 0 ? columns.definition.fill_factor : FILL_FACTOR;
    double per_page =
        items_per_page(items.bytes / items.count, items.cut / items.count, 1 - fill / 100, block_size);

    stack_levels(std::ceil(items.count / per_page), pivot_size(keys, rows, tuples, items.count), block_size, size);
}

/* Entries: the rows of the relation, times what the predicates of a partial index keep. */
double
index_tuples(const Facts &facts, const IndexDefinition &definition)
{
    double tuples = facts.relations[definition.relation].rows;

    for (std::int32_t i = 0; i < definition.n_predicates; i++)
        tuples *= std::clamp(facts.predicates[definition.predicates[i]].selectivity, 0.0, 1.0);
    return std::max(0.0, std::round(tuples));
}

} // namespace

bool
index_size(const Facts &facts, const IndexDefinition &definition, double block_size, IndexSize &size)
{
    const RelationFact &relation = facts.relations[definition.relation];
    Columns columns = {facts, definition, definition.n_keys + definition.n_includes};
    double parts = std::max<std::int32_t>(1, relation.partitions);
    double widest =
        max_align_down((block_size - max_align(PAGE_HEADER + 3 * LINE_POINTER) - SPECIAL_SPACE) / 3) - 8;

    if (relation.rows < 0 || tuple_size(columns) > widest || definition.fill_factor < 0 ||
        definition.fill_factor > 100)
        return false;
    size = {};
    size.tuples = index_tuples(facts, definition);
    size.pages = 1;
    if (size.tuples > 0)
    {
        double rows = std::max(1.0, std::round(relation.rows / parts));
        size_of_one(columns, rows, std::clamp(std::round(size.tuples / parts), 1.0, rows), block_size, size);
    }
    size.pages *= parts;
    size.bytes = size.pages * block_size;
    return true;
}

} // namespace advisor
