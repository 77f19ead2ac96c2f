/*
 * request_shape.h - one request's conjuncts sorted by what a b-tree does with
 * them, and the lists of keys that follow.
 */
#ifndef ADVISOR_REQUEST_SHAPE_H
#define ADVISOR_REQUEST_SHAPE_H

#include <compare>
#include <cstdint>
#include <span>

#include "facts.h"
#include "memory.h"
#include "workload.h"

namespace advisor
{

/* A candidate has no more keys than this. */
constexpr std::int32_t MAX_CANDIDATE_KEYS = 4;

struct Conjunct
{
    std::int32_t attribute;
    PredicateKind kind;
    double selectivity; /* UNKNOWN for what the planner does not tell */

    auto operator<=>(const Conjunct &) const = default;
};

/* Each attribute in one place at most: an equality makes a range on the same attribute idle. */
struct Shape
{
    Vector<Conjunct> equalities; /* the more selective first */
    Vector<Conjunct> joins;
    Vector<Conjunct> ranges;
    Vector<OrderFact> orders;
    bool has_limit = false;
    bool order_alone = false; /* an index for the order without a condition is worth a question */
};

/* Keys of a candidate. The first n_equal may change places without harm to the request. */
struct KeyList
{
    IndexKey keys[MAX_CANDIDATE_KEYS];
    std::int32_t n = 0;
    std::int32_t n_equal = 0;
    bool for_order_alone = false; /* no condition, no LIMIT: only worth it if it covers */
    const char *rule = "";
};

/* The conjunct can be searched for in a b-tree that has its attribute as a key. */
bool is_sargable(const Workload &workload, const PredicateFact &predicate);

/* Plain conjuncts of a request but those left out (numbers), with its order. */
Shape plain_shape(const Workload &workload, const RequestFact &request, std::span<const std::int32_t> left_out);

/* Conjuncts of each arm of an OR, by its number, no order. */
Map<std::int32_t, Shape> arm_shapes(const Workload &workload, const RequestFact &request, std::int32_t group);

/* Complete lists, the most promising first; prefixes are left to prefix_is_worth_it. */
Vector<KeyList> key_lists(const Workload &workload, const Shape &shape);

/* An arm's lists, with the plain equalities in front and without. */
Vector<KeyList> arm_key_lists(const Workload &workload, const Shape &plain, const Shape &arm);

/*
 * True unless the list is a single column of few values, none of them rare: an
 * index on it alone reads nearly the whole table.
 */
bool is_worth_it(const Workload &workload, const Shape &shape, const KeyList &list);

/* The first n keys. */
KeyList prefix_of(const KeyList &list, std::int32_t n);

/* A key as an equality or a range uses it. */
IndexKey key_on(const Workload &workload, const Conjunct &conjunct);

} // namespace advisor

#endif
