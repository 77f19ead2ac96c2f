/*
 * index_columns.h - the first columns of a definition: keys, then what is included.
 */
#ifndef ADVISOR_INDEX_COLUMNS_H
#define ADVISOR_INDEX_COLUMNS_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "facts.h"

namespace advisor
{

struct Columns
{
    const Facts &facts;
    const IndexDefinition &definition;
    std::int32_t count;

    std::int32_t
    attribute(std::int32_t i) const
    {
        std::int32_t keys = definition.n_keys;
        return i < keys ? definition.keys[i].attribute : definition.includes[i - keys];
    }

    const AttributeFact &
    operator[](std::int32_t i) const
    {
        return facts.attributes[attribute(i)];
    }
};

/* The attribute's values in a sample; null if it was not sampled. */
inline const SampledColumnFact *
find_sampled(const Facts &facts, std::int32_t attribute)
{
    std::span<const SampledColumnFact> all(facts.sampled, static_cast<std::size_t>(facts.n_sampled));
    auto place = std::ranges::lower_bound(all, attribute, {}, &SampledColumnFact::attribute);

    return place != all.end() && place->attribute == attribute ? &*place : nullptr;
}

/* The same rows' values of several columns. */
struct SampledColumns
{
    std::array<const SampledColumnFact *, MAX_INDEX_KEYS + MAX_INDEX_INCLUDES> columns = {};
    std::int32_t count = 0;
    std::int32_t n_rows = 0; /* 0: no sample has all of the columns */

    explicit SampledColumns(const Columns &wanted) : count(wanted.count)
    {
        for (std::int32_t i = 0; i < count; i++)
        {
            columns[i] = find_sampled(wanted.facts, wanted.attribute(i));
            if (columns[i] == nullptr)
                return;
        }
        n_rows = columns[0]->n_rows;
    }

    const SampledColumnFact &
    operator[](std::int32_t i) const
    {
        return *columns[i];
    }
};

} // namespace advisor

#endif
