#include "write_cost.h"

#include <algorithm>
#include <cmath>

#include "partial_share.h"
#include "write_wal.h"

namespace advisor
{

namespace
{

constexpr double NS_PER_COMPARISON = 30;
constexpr double NS_PER_LEAF = 1500;
constexpr double NS_PER_LOST_HOT = 8000; /* the old version and its entries, left to VACUUM */
constexpr double NS_PER_WAL_BYTE = 5;
constexpr double NS_PER_MS = 1e6;

/* Of other methods, times that of a b-tree: measured, docs/benchmarks.md. */
constexpr double HASH_PRICE = 0.8;
constexpr double BRIN_PRICE = 0.1;
constexpr double GIN_PRICE = 0.4;
constexpr double GIN_PRICE_PER_KEY = 0.08;
constexpr double GIST_PRICE = 5;
constexpr double SPGIST_PRICE = 2.2;

double
known_or_zero(double rate)
{
    return std::max(rate, 0.0);
}

/* Times the price of a b-tree's entry. */
double
price_of(IndexMethod method, double keys)
{
    switch (method)
    {
        case METHOD_HASH:
            return HASH_PRICE;
        case METHOD_BRIN:
            return BRIN_PRICE;
        case METHOD_GIN:
            return GIN_PRICE + GIN_PRICE_PER_KEY * keys;
        case METHOD_GIST:
            return GIST_PRICE;
        case METHOD_SPGIST:
            return SPGIST_PRICE;
        default:
            return 1;
    }
}

} // namespace

bool
writes_are_known(const RelationFact &relation)
{
    return relation.inserts_per_hour >= 0;
}

namespace
{

bool
holds(const IndexDefinition &definition, int32_t attribute)
{
    return std::any_of(definition.keys, definition.keys + definition.n_keys,
                       [attribute](const IndexKey &key) { return key.attribute == attribute; }) ||
           std::find(definition.includes, definition.includes + definition.n_includes, attribute) !=
               definition.includes + definition.n_includes;
}

bool
is_indexed(const Facts &facts, int32_t attribute)
{
    return std::any_of(facts.indexes, facts.indexes + facts.n_indexes,
                       [attribute](const ExistingIndexFact &index) { return holds(index.definition, attribute); });
}

/* Updates of it are HOT, if only their page has room, until an index holds it. */
bool
loses_hot(const Facts &facts, int32_t attribute)
{
    return attribute != NONE && facts.attributes[attribute].updated && !is_indexed(facts, attribute);
}

bool
loses_hot(const Facts &facts, const PredicateFact &predicate)
{
    return predicate.updated && !(predicate.attribute != NONE && is_indexed(facts, predicate.attribute));
}

bool
loses_hot(const Facts &facts, const IndexDefinition &definition)
{
    const auto loses = [&facts](int32_t attribute) { return loses_hot(facts, attribute); };

    if (definition.method == METHOD_BRIN && facts.relations[definition.relation].brin_keeps_hot)
        return false;
    return std::any_of(definition.keys, definition.keys + definition.n_keys,
                       [&](const IndexKey &key) { return loses(key.attribute); }) ||
           std::any_of(definition.includes, definition.includes + definition.n_includes, loses) ||
           std::any_of(definition.predicates, definition.predicates + definition.n_predicates,
                       [&](int32_t predicate) { return loses_hot(facts, facts.predicates[predicate]); });
}

/* Of all rows, whether the index holds them or not. */
EntryRates
row_rates(const Facts &facts, const IndexDefinition &definition)
{
    const RelationFact &relation = facts.relations[definition.relation];
    const double cold =
        std::max(known_or_zero(relation.updates_per_hour) - known_or_zero(relation.hot_updates_per_hour), 0.0);

    return {known_or_zero(relation.inserts_per_hour), cold + hot_lost_per_hour(facts, definition)};
}

/* One that is there, as far as it is known: nobody counted the keys of a row in gin. */
IndexSize
size_of(const RelationFact &relation, const ExistingIndexFact &index, double block_size)
{
    IndexSize size = {};

    size.tuples = std::max(relation.rows, 0.0);
    size.bytes = std::max(index.bytes, 0.0);
    size.pages = block_size > 0 ? size.bytes / block_size : 0;
    return size;
}

/* Of what facts do not know, keys may be NONE. */
IndexDefinition
known_columns(IndexDefinition definition)
{
    definition.n_keys =
        static_cast<int32_t>(std::remove_if(definition.keys, definition.keys + definition.n_keys,
                                            [](const IndexKey &key) { return key.attribute == NONE; }) -
                             definition.keys);
    definition.n_includes = static_cast<int32_t>(
        std::remove(definition.includes, definition.includes + definition.n_includes, NONE) - definition.includes);
    return definition;
}

/* An update that is not HOT makes an entry in each index of its table, and leaves old ones to VACUUM. */
void
add_lost_hot(const Facts &facts, const IndexDefinition &definition, double block_size, WritePrice &price)
{
    const RelationFact &relation = facts.relations[definition.relation];

    price.ms += price.hot_lost * NS_PER_LOST_HOT / NS_PER_MS;
    for (int32_t i = 0; i < facts.n_indexes; i++)
    {
        const ExistingIndexFact &index = facts.indexes[i];
        const IndexSize size = size_of(relation, index, block_size);

        if (index.definition.relation != definition.relation)
            continue;
        const WalBytes wal = wal_bytes_per_hour(facts, known_columns(index.definition), size, {0, price.hot_lost});
        price.ms += price.hot_lost * ms_per_entry(relation, index.definition, size);
        price.wal_bytes += wal.records;
        price.wal_page_bytes += wal.pages;
    }
}

} // namespace

double
hot_lost_per_hour(const Facts &facts, const IndexDefinition &definition)
{
    return loses_hot(facts, definition) ? known_or_zero(facts.relations[definition.relation].hot_updates_per_hour)
                                        : 0;
}

double
entries_per_hour(const Facts &facts, const IndexDefinition &definition)
{
    const EntryRates rows = row_rates(facts, definition);

    return (rows.inserted + rows.updated) * partial_share(facts, definition);
}

double
ms_per_entry(const RelationFact &relation, const IndexDefinition &definition, const IndexSize &size)
{
    const double comparisons = std::log2(std::max(relation.rows, 2.0));

    return price_of(definition.method, keys_per_entry(definition, size)) *
           (NS_PER_LEAF + NS_PER_COMPARISON * comparisons) / NS_PER_MS;
}

WritePrice
write_price(const Facts &facts, const IndexDefinition &definition, const IndexSize &size)
{
    const RelationFact &relation = facts.relations[definition.relation];
    const EntryRates rows = row_rates(facts, definition);
    const double share = partial_share(facts, definition);
    WritePrice price = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};

    if (!writes_are_known(relation))
        return price;
    const WalBytes wal = wal_bytes_per_hour(facts, definition, size, {rows.inserted * share, rows.updated * share});
    price.entries = entries_per_hour(facts, definition);
    price.hot_lost = hot_lost_per_hour(facts, definition);
    price.ms = price.entries * ms_per_entry(relation, definition, size);
    price.wal_bytes = wal.records;
    price.wal_page_bytes = wal.pages;
    if (price.hot_lost > 0)
        add_lost_hot(facts, definition, size.pages > 0 ? size.bytes / size.pages : 0, price);
    return price;
}

double
wal_ms(const WritePrice &price)
{
    return (known_or_zero(price.wal_bytes) + known_or_zero(price.wal_page_bytes)) * NS_PER_WAL_BYTE / NS_PER_MS;
}

double
writing_ms(const WritePrice &price)
{
    return known_or_zero(price.ms) + wal_ms(price);
}

double
counted_ms(const WritePrice &price)
{
    const double ms = writing_ms(price);

    return ms < NOISE_FLOOR_MS ? 0 : ms;
}

} // namespace advisor
