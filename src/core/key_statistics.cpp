/* key_statistics.cpp - one column's values times another's, unless somebody counted. */
#include "key_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace advisor
{

namespace
{

/* The index's predicate, if it is about that key, and what is counted is of the rows that it keeps. */
const PredicateFact *
condition_on(const Columns &keys, std::int32_t i)
{
    const SampledColumnFact *sample = find_sampled(keys.facts, keys.attribute(i));

    if (sample != nullptr && sample->predicate == NONE)
        return nullptr;
    for (std::int32_t predicate : std::span(keys.definition.predicates, keys.definition.n_predicates))
        if (keys.facts.predicates[predicate].attribute == keys.attribute(i))
            return &keys.facts.predicates[predicate];
    return nullptr;
}

/* Of a column's values, as many as of its rows. */
double
values_kept(const AttributeFact &attribute, const PredicateFact &condition, double values)
{
    switch (condition.kind)
    {
        case PREDICATE_EQUAL:
        case PREDICATE_IS_NULL:
        case PREDICATE_TRUE:
        case PREDICATE_FALSE:
            return 1;
        case PREDICATE_IS_NOT_NULL:
            return std::max(1.0, values);
        default:
            double not_null = std::max(condition.selectivity, 1 - attribute.null_fraction);
            return std::max(1.0, values * (not_null > 0 ? condition.selectivity / not_null : 0));
    }
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
        double each = std::max(1.0, key_values(keys, i, rows) - (null_fraction > 0 ? 1 : 0));
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

} // namespace

double
key_values(const Columns &keys, std::int32_t i, double rows)
{
    const AttributeFact &attribute = keys[i];
    double values = attribute.n_distinct < 0 ? rows : attribute.n_distinct;

    if (const PredicateFact *condition = condition_on(keys, i); condition != nullptr)
        return values_kept(attribute, *condition, values);
    return std::max(1.0, values + (attribute.null_fraction > 0 ? 1 : 0));
}

double
counted_keys(const Columns &keys)
{
    auto is_key = [&keys](std::int32_t attribute)
    {
        std::int32_t i = 0;
        while (i < keys.count && keys.attribute(i) != attribute)
            i++;
        return i < keys.count;
    };

    for (const DistinctFact &fact : std::span(keys.facts.distincts, keys.facts.n_distincts))
        if (fact.n_attributes == keys.count &&
            std::ranges::all_of(std::span(fact.attributes, fact.n_attributes), is_key))
            return fact.n_distinct;
    return UNKNOWN;
}

double
independent_keys(const Columns &keys, double rows, double tuples)
{
    double widest = 1;

    for (std::int32_t i = 0; i < keys.count; i++)
        widest = std::max(widest, values_met(key_values(keys, i, rows), rows, tuples));
    if (keys.count == 1)
        return std::clamp(widest, 1.0, tuples);
    return std::clamp(std::max(combinations_hit(keys, rows, tuples), widest), 1.0, tuples);
}

} // namespace advisor
