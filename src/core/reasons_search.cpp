/* reasons_search.cpp - why an index is no b-tree. */
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "candidates.h"
#include "definition.h"
#include "describe.h"
#include "reasons.h"
#include "words.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* What the key is searched for, by the heaviest statement that does; its request. */
struct Use
{
    const RequestFact *request = nullptr;
    const PredicateFact *predicate = nullptr; /* nullptr beside a request: the order of a distance */
};

bool
is_of_key(const IndexDefinition &definition, const IndexKey &key, const SearchFact &search)
{
    const std::string_view own = key.opclass == nullptr ? "" : key.opclass;

    return search.method == definition.method && search.attribute == key.attribute && own == search.opclass;
}

Use
use_of(const Case &one, const IndexKey &key)
{
    const Workload &workload = one.decision.workload;

    for (const int32_t statement : one.statements)
        for (const RequestFact &request : workload.requests_of(statement))
            for (const SearchFact &search : workload.searches_of(request))
                if (is_of_key(one.definition(), key, search))
                    return {&request,
                            search.predicate == NONE ? nullptr : &workload.predicates()[search.predicate]};
    return {};
}

String
method_words(const IndexDefinition &definition)
{
    switch (definition.method)
    {
        case METHOD_HASH:
            return "A hash index keeps four bytes of a key, however wide it is, and finds single values: no "
                   "statement seen asks for ranges or an order of it. ";
        case METHOD_BRIN:
            return "A brin index keeps the least and the greatest value of each range of pages: the table has "
                   "neighbours of this order next to each other, so that few ranges are read. ";
        case METHOD_GIN:
            return "A gin index keeps every part of a value (element, key, word, trigram) with the rows that have "
                   "it; a b-tree knows whole values only. ";
        case METHOD_GIST:
            return "A gist index groups values that overlap or lie close together; a b-tree knows one order only. ";
        case METHOD_SPGIST:
            return "An spgist index divides the values' space step by step; a b-tree knows one order only. ";
        default:
            return "";
    }
}

/* Of a range that has two, as the planner reckons: what neither of them leaves out. */
const PredicateFact *
other_end_of(const Case &one, const Use &use)
{
    if (use.predicate->kind != PREDICATE_RANGE || use.predicate->or_group != 0)
        return nullptr;
    for (const PredicateFact &predicate : one.decision.workload.predicates_of(*use.request))
        if (&predicate != use.predicate && predicate.kind == PREDICATE_RANGE && predicate.or_group == 0 &&
            predicate.attribute == use.predicate->attribute &&
            predicate.selectivity + use.predicate->selectivity > 1)
            return &predicate;
    return nullptr;
}

String
key_words_of(const Case &one, const IndexKey &key)
{
    const AttributeFact &attribute = one.decision.workload.attributes()[key.attribute];
    const Use use = use_of(one, key);
    String words = attribute.attnum > 0 ? attribute.name : attribute.sql;

    if (key.opclass != nullptr)
        words.append(" with ").append(key.opclass);
    if (use.request == nullptr)
        return words + ": the planner's cost is lower with it. ";
    if (use.predicate == nullptr)
        return words +
               ": read along the index, the rows come in the order of their distance, and the scan can stop "
               "at the LIMIT. ";
    const PredicateFact *other_end = other_end_of(one, use);
    double selectivity = use.predicate->selectivity;
    words.append(" is searched for ").append(use.predicate->words);
    if (other_end != nullptr)
    {
        words.append(" AND ").append(other_end->words);
        selectivity += other_end->selectivity - 1;
    }
    if (selectivity < 0)
        return words + ". ";
    const double rows = one.decision.workload.relations()[one.definition().relation].rows;
    return words + ", about " + count(two_digits(std::max(rows * selectivity, 1.0)), "row", "rows") +
           " per search. ";
}

} // namespace

String
search_rule_words(const Case &one)
{
    const IndexDefinition &definition = one.definition();
    String words = method_words(definition);

    for (int i = 0; i < definition.n_keys; i++)
        words += key_words_of(one, definition.keys[i]);
    return words;
}

} // namespace advisor
