/* candidates_search.cpp - when another method than btree is worth a question. */
#include "candidates_search.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "definition.h"
#include "index_size.h"
#include "index_size_sampled.h"
#include "request_shape.h"

namespace advisor
{

namespace
{

constexpr std::size_t SEARCH_LIMIT = MAX_CANDIDATES_PER_RELATION + MAX_SEARCH_CANDIDATES;

/*
 * hash keeps four bytes of a key whatever its width, but no order, no prefix and no second column: it has to spare
 * a good part of the b-tree that would do all that, or there is none since some value fits on no page. Without
 * statistics nobody knows how wide keys are.
 */
constexpr double WIDE_KEY = 32;
constexpr double HASH_SHARE_OF_BTREE = 0.7;

/*
 * brin reads whole ranges of pages: of a large table, in whose pages neighbours are together. Few rows that lie
 * anywhere are enough to have nearly all ranges read, since each holds thousands of rows, and the planner does not
 * know. A share x of such rows takes 2x off the correlation at most (least noticed where one value has nearly all
 * rows, since equal ones count as in order): at 0.99 that is one row of 200, so that each range has some. All rows
 * lying somewhat beside their place take less off: a hundredth of the table, 6 of 10,000.
 */
constexpr double LARGE_PAGES = 4096;
constexpr double PHYSICAL_ORDER = 0.999;

/* A further key that keeps more than this narrows nothing. */
constexpr double NARROWING = 0.5;

const PredicateFact *
predicate_of(const Workload &workload, const SearchFact &search)
{
    return search.predicate == NONE ? nullptr : &workload.predicates()[search.predicate];
}

bool
is_one_value(PredicateKind kind)
{
    return kind == PREDICATE_EQUAL || kind == PREDICATE_EQUAL_ANY;
}

/* No statement asks more of the column than whether it is some value: there is no use for its order. */
bool
is_only_compared(const Workload &workload, std::int32_t relation, std::int32_t attribute)
{
    auto is_more = [&](const PredicateFact &predicate)
    { return predicate.attribute == attribute && !predicate.implied && !is_one_value(predicate.kind); };

    for (std::int32_t number : workload.requests_on(relation))
    {
        const RequestFact &request = workload.requests()[number];
        if (std::ranges::any_of(workload.predicates_of(request), is_more) ||
            std::ranges::any_of(workload.orders_of(request),
                                [&](const OrderFact &order) { return order.attribute == attribute; }))
            return false;
    }
    return true;
}

IndexDefinition
single_key(std::int32_t relation, std::int32_t attribute)
{
    IndexDefinition definition = make_definition(relation);

    definition.n_keys = 1;
    definition.keys[0] = {attribute, false, false, false, nullptr};
    return definition;
}

bool
suits_hash(const Workload &workload, const SearchFact &search, const CandidatePool &pool)
{
    const AttributeFact &attribute = workload.attributes()[search.attribute];

    return is_one_value(predicate_of(workload, search)->kind) && attribute.n_distinct >= 0 &&
           (attribute.avg_width >= WIDE_KEY ||
            is_too_wide(workload.facts(), search.attribute, pool.block_size())) &&
           is_only_compared(workload, pool.relation(), search.attribute) &&
           !pool.is_provided(single_key(pool.relation(), search.attribute));
}

/* Its other classes are for what is less well ordered; nobody measured what they would save. */
bool
suits_brin(const Workload &workload, const SearchFact &search)
{
    const AttributeFact &attribute = workload.attributes()[search.attribute];
    const PredicateKind kind = predicate_of(workload, search)->kind;

    return (kind == PREDICATE_RANGE || kind == PREDICATE_EQUAL) && search.opclass[0] == '\0' &&
           workload.relations()[attribute.relation].pages >= LARGE_PAGES &&
           std::fabs(attribute.correlation) >= PHYSICAL_ORDER;
}

bool
has_search(const Workload &workload, const RequestFact &request, const SearchFact &like, std::string_view opclass)
{
    return std::ranges::any_of(workload.searches_of(request),
                               [&](const SearchFact &search) {
                                   return search.method == like.method && search.attribute == like.attribute &&
                                          search.opclass == opclass;
                               });
}

/*
 * Beside the default class of its method another one has to serve all that is asked of the column, or it would be a
 * second index on it; and it has to keep something else, which only those of gin do.
 */
bool
suits_class(const Workload &workload, const RequestFact &request, const SearchFact &search)
{
    if (search.opclass[0] == '\0' || !has_search(workload, request, search, ""))
        return true;
    return search.method == METHOD_GIN &&
           std::ranges::all_of(workload.requests_on(request.relation),
                               [&](std::int32_t number)
                               {
                                   const RequestFact &other = workload.requests()[number];
                                   return !has_search(workload, other, search, "") ||
                                          has_search(workload, other, search, search.opclass);
                               });
}

/*
 * What gist keeps of the same values is a signature, which lets through rows that do not match. The planner does
 * not know how many, so that its cost cannot choose between the two.
 */
bool
is_left_to_gin(const Workload &workload, const RequestFact &request, const SearchFact &search)
{
    return search.method == METHOD_GIST && search.predicate != NONE &&
           std::ranges::any_of(workload.searches_of(request), [&](const SearchFact &other)
                               { return other.method == METHOD_GIN && other.predicate == search.predicate; });
}

/* Could be an index's only key, or the reason for it. */
bool
stands_alone(const Workload &workload, const RequestFact &request, const SearchFact &search,
             const CandidatePool &pool)
{
    const PredicateFact *predicate = predicate_of(workload, search);

    if (!suits_class(workload, request, search) || is_left_to_gin(workload, request, search))
        return false;
    if (predicate == nullptr)
        return request.has_limit;
    switch (search.method)
    {
        case METHOD_HASH:
            return suits_hash(workload, search, pool);
        case METHOD_BRIN:
            return suits_brin(workload, search);
        case METHOD_GIN:
        case METHOD_GIST:
        case METHOD_SPGIST:
            return predicate->kind == PREDICATE_OTHER && predicate->obstacle != OBSTACLE_NEGATION;
        default:
            return false;
    }
}

IndexKey
key_of(const SearchFact &search)
{
    return {search.attribute, false, false, false, search.opclass[0] == '\0' ? nullptr : search.opclass};
}

bool
is_left_out(std::span<const std::int32_t> left_out, std::int32_t predicate)
{
    return std::ranges::find(left_out, predicate) != left_out.end();
}

/* A further key of the same index: what a b-tree would serve by itself narrows the search as well. */
bool
goes_along(const Workload &workload, const SearchFact &main, const SearchFact &other)
{
    const PredicateFact *predicate = predicate_of(workload, other);

    return other.method == main.method && other.attribute != main.attribute && predicate != nullptr &&
           predicate->or_group == 0 && other.opclass[0] == '\0' && predicate->selectivity <= NARROWING &&
           (predicate->obstacle == OBSTACLE_NONE || predicate->obstacle == OBSTACLE_CONTAINER);
}

bool
takes_several_keys(IndexMethod method)
{
    return method == METHOD_GIN || method == METHOD_GIST;
}

void
append_key(IndexDefinition &definition, const SearchFact &search)
{
    if (definition.n_keys < MAX_CANDIDATE_KEYS && !has_key(definition, search.attribute))
        definition.keys[definition.n_keys++] = key_of(search);
}

/*
 * gist splits its pages by the first key above all: one value of it comes first, unless the index is to serve
 * statements as well that do not ask for one (main_first). gin does not care.
 */
IndexDefinition
combined(const Workload &workload, const RequestFact &request, const SearchFact &main,
         std::span<const std::int32_t> left_out, bool main_first)
{
    IndexDefinition definition = make_definition(request.relation);

    definition.method = main.method;
    if (main_first)
        append_key(definition, main);
    for (bool values_first : {true, false})
    {
        for (const SearchFact &other : workload.searches_of(request))
            if (goes_along(workload, main, other) && !is_left_out(left_out, other.predicate) &&
                is_one_value(predicate_of(workload, other)->kind) == values_first &&
                definition.n_keys < MAX_CANDIDATE_KEYS - values_first)
                append_key(definition, other);
        if (values_first)
            append_key(definition, main);
    }
    return definition;
}

void
add(CandidatePool &pool, IndexDefinition definition, std::span<const std::int32_t> predicates,
    const Workload &workload, const Conditions &conditions, const char *rule)
{
    for (std::int32_t predicate : predicates)
        definition.predicates[definition.n_predicates++] =
            conditions.at(workload.predicates()[predicate].partial_sql);
    pool.add(definition, 0, rule, SEARCH_LIMIT);
}

void
propose_for(const Workload &workload, const RequestFact &request, std::span<const std::int32_t> predicates,
            const Conditions &conditions, CandidatePool &pool)
{
    for (const SearchFact &search : workload.searches_of(request))
    {
        if (!stands_alone(workload, request, search, pool) || is_left_out(predicates, search.predicate))
            continue;
        IndexDefinition alone = single_key(request.relation, search.attribute);
        alone.method = search.method;
        alone.keys[0] = key_of(search);
        if (search.method != METHOD_BRIN || predicates.empty())
            add(pool, alone, predicates, workload, conditions, "searched by what the values hold");
        if (!takes_several_keys(search.method))
            continue;
        for (bool main_first : {false, true})
        {
            IndexDefinition several = combined(workload, request, search, predicates, main_first);
            if (several.n_keys > 1 && (!main_first || search.method == METHOD_GIST))
                add(pool, several, predicates, workload, conditions, "conditions of several columns in one search");
        }
    }
}

bool
same_class(const IndexKey &key, const SearchFact &search)
{
    std::string_view own = key.opclass == nullptr ? "" : key.opclass;

    return key.attribute == search.attribute && own == search.opclass;
}

} // namespace

void
propose_searches(const Workload &workload, std::span<const std::int32_t> requests, const Conditions &conditions,
                 CandidatePool &pool)
{
    for (std::int32_t number : requests)
    {
        const RequestFact &request = workload.requests()[number];
        if (request.n_searches == 0)
            continue;
        for (const Numbers &predicates : partial_sets(workload, request))
            propose_for(workload, request, predicates, conditions, pool);
    }
}

bool
can_search(const Workload &workload, const RequestFact &request, const IndexDefinition &definition)
{
    /* Whatever the planner says: without its first key nearly all of a gist index is read. */
    const int searched = definition.method == METHOD_GIST ? 1 : definition.n_keys;
    auto serves = [&](const SearchFact &search)
    {
        return search.method == definition.method &&
               std::any_of(definition.keys, definition.keys + searched,
                           [&](const IndexKey &key) { return same_class(key, search); });
    };
    return std::ranges::any_of(workload.searches_of(request), serves);
}

bool
is_searched_arm(const Workload &workload, const RequestFact &request, std::int32_t group, std::int32_t arm)
{
    return std::ranges::any_of(workload.searches_of(request),
                               [&](const SearchFact &search)
                               {
                                   const PredicateFact *predicate = predicate_of(workload, search);
                                   return predicate != nullptr && predicate->or_group == group &&
                                          predicate->or_arm == arm;
                               });
}

bool
take_sample(const Workload &workload, const IndexSample *sample, double block_size, Candidate &candidate)
{
    IndexDefinition btree = candidate.definition;
    IndexSize size;

    btree.method = METHOD_BTREE;
    candidate.sampled = sample != nullptr && sample->method == candidate.definition.method &&
                        sampled_size(*sample, block_size, candidate.size);
    if (!candidate.sampled)
        return false;
    return candidate.definition.method != METHOD_HASH || !index_size(workload.facts(), btree, block_size, size) ||
           candidate.size.bytes <= HASH_SHARE_OF_BTREE * size.bytes;
}

} // namespace advisor
