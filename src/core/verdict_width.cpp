/*
 * verdict_width.cpp - what serves a wide key instead: four bytes of it, a digest, or its beginning.
 */
#include "verdict_width.h"

#include <algorithm>

#include "describe.h"
#include "index_size.h"
#include "index_tuple.h"
#include "words.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* Conditions that keep more than this are worth no index of any kind. */
constexpr double FEW_ROWS = 0.1;

bool
asks_for_few(const PredicateFact &predicate)
{
    return predicate.kind != PREDICATE_OTHER && predicate.attribute != NONE && !predicate.implied &&
           predicate.selectivity <= FEW_ROWS;
}

bool
has_hash(const Workload &workload, const RequestFact &request, int32_t attribute)
{
    return std::ranges::any_of(workload.searches_of(request), [=](const SearchFact &search)
                               { return search.method == METHOD_HASH && search.attribute == attribute; });
}

String
for_equality(const Workload &workload, const RequestFact &request, const AttributeFact &key)
{
    const String hash = "USING hash (" + String(key.sql) + "), which keeps four bytes of a value however wide";
    const String digest =
        "on md5(" + String(key.sql) + "), with md5(" + key.sql + ") = md5($) written beside the condition";

    if (has_hash(workload, request, static_cast<int32_t>(&key - workload.attributes().data())))
        return "an index " + hash + " (no order, not unique)" +
               (key.is_array_or_container ? String() : ", or one " + digest);
    return "an index " + digest;
}

/* As the condition on the attribute asks, or the order without one. */
String
remedy(const Workload &workload, const RequestFact &request, int32_t attribute)
{
    const AttributeFact &key = workload.attributes()[attribute];
    const PredicateFact *condition = condition_on(workload, request, attribute);
    const String start = "left(" + String(key.sql) + ", 100)";

    if (condition == nullptr)
        return "an index on " + start + ", and ORDER BY " + start + ", " + key.sql +
               " (the same where the order is that of bytes, COLLATE \"C\")";
    switch (condition->kind)
    {
        case PREDICATE_IS_NULL:
        case PREDICATE_IS_NOT_NULL:
            return "a partial index on another column, WHERE " + String(condition->words);
        case PREDICATE_PREFIX:
            return "an index on " + start + " text_pattern_ops, with " + start +
                   " LIKE $ written beside the condition, where the pattern's beginning is shorter than that";
        case PREDICATE_RANGE:
            return "an index on " + start + ", with " + start + " >= left($, 100), or <=, written beside the " +
                   "condition (right where the order is that of bytes, COLLATE \"C\")";
        default:
            return for_equality(workload, request, key);
    }
}

} // namespace

int32_t
wide_key_of(const Workload &workload, const RequestFact &request, double block_size)
{
    const PredicateFact *rarest = nullptr;
    const auto orders = workload.orders_of(request);

    for (const PredicateFact &predicate : workload.predicates_of(request))
        if (asks_for_few(predicate) && is_too_wide(workload.facts(), predicate.attribute, block_size) &&
            (rarest == nullptr || predicate.selectivity < rarest->selectivity))
            rarest = &predicate;
    if (rarest != nullptr)
        return rarest->attribute;
    if (request.has_limit && !orders.empty() && is_too_wide(workload.facts(), orders[0].attribute, block_size))
        return orders[0].attribute;
    return NONE;
}

String
wide_key_words(const Workload &workload, const RequestFact &request, int32_t attribute, double block_size)
{
    const AttributeFact &key = workload.attributes()[attribute];
    IndexDefinition alone = {};

    alone.relation = key.relation;
    alone.n_keys = 1;
    alone.keys[0].attribute = attribute;
    return String(key.name) + " is too wide a key: an entry takes up to " +
           number(widest_entry(workload.facts(), alone)) + " bytes (the column " + number(key.avg_width) +
           " on average), a b-tree holds " + number(widest_tuple(block_size)) +
           ". What would do: " + remedy(workload, request, attribute) + ".";
}

String
wide_entry_words(const Workload &workload, const IndexDefinition &definition)
{
    const bool of_parts = definition.method == METHOD_GIN;

    return "An index " + shape_words(workload, definition) + " might serve, but cannot be built: " +
           (of_parts ? "a part of a row's value (an element of an array, a word)" : "a row's value") +
           " is too large for an entry; check_index() says how large. What would do: " +
           (of_parts ? "digests of the parts (md5) in an expression, and the condition on the same"
                     : "an index on a shorter form of it, and the condition on the same") +
           ", or a CHECK constraint that keeps such rows out.";
}

} // namespace advisor
