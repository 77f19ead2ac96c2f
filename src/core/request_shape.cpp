/* request_shape.cpp - the rules for keys: equality, then a range or an order. */
#include "request_shape.h"

#include <algorithm>
#include <tuple>

namespace advisor
{

namespace
{

/* An equality that keeps more than this is no help as a key; the filter does as well. */
constexpr double WEAK_SELECTIVITY = 0.5;

/* A column alone: either the value looked for is rare, or there are many. */
constexpr double RARE_SELECTIVITY = 0.1;
constexpr double FEW_VALUES = 20;

/* Joins beyond this many are not tried together. */
constexpr std::size_t MAX_JOINS_TOGETHER = 3;

/* Conjuncts in front of a tail, and how they came there. */
struct Front
{
    Vector<Conjunct> conjuncts;
    const char *rule; /* of the front alone */
};

bool
is_equality(PredicateKind kind)
{
    return kind == PREDICATE_EQUAL || kind == PREDICATE_EQUAL_ANY || kind == PREDICATE_IS_NULL ||
           kind == PREDICATE_TRUE || kind == PREDICATE_FALSE;
}

bool
is_range(PredicateKind kind)
{
    return kind == PREDICATE_RANGE || kind == PREDICATE_PREFIX || kind == PREDICATE_IS_NOT_NULL;
}

/* The conjunct on the attribute; nullptr if there is none. */
const Conjunct *
conjunct_on(std::span<const Conjunct> conjuncts, std::int32_t attribute)
{
    auto found = std::ranges::find(conjuncts, attribute, &Conjunct::attribute);

    return found == conjuncts.end() ? nullptr : &*found;
}

bool
is_on(std::span<const Conjunct> conjuncts, std::int32_t attribute)
{
    return conjunct_on(conjuncts, attribute) != nullptr;
}

/* Keeps the stricter of two conjuncts on one attribute. */
void
put(Vector<Conjunct> &conjuncts, const Conjunct &conjunct)
{
    for (Conjunct &known : conjuncts)
    {
        if (known.attribute != conjunct.attribute)
            continue;
        bool stricter = known.kind == PREDICATE_IS_NOT_NULL ||
                        (conjunct.kind != PREDICATE_IS_NOT_NULL && conjunct.selectivity < known.selectivity);
        if (stricter)
            known = conjunct;
        return;
    }
    conjuncts.push_back(conjunct);
}

void
drop_known(Vector<Conjunct> &conjuncts, std::span<const Conjunct> known)
{
    std::erase_if(conjuncts, [known](const Conjunct &conjunct) { return is_on(known, conjunct.attribute); });
}

/* The more selective first; the column of more values; then as the table has them. */
void
sort_equalities(const Workload &workload, Vector<Conjunct> &equalities)
{
    auto rank = [&workload](const Conjunct &conjunct)
    {
        const AttributeFact &attribute = workload.attributes()[conjunct.attribute];
        double selectivity = conjunct.selectivity < 0 ? 1.0 : conjunct.selectivity;

        return std::tuple(selectivity, -attribute.n_distinct, attribute.attnum, conjunct.attribute);
    };
    std::ranges::sort(equalities, {}, rank);
}

void
sort_into(const Workload &workload, Shape &shape, const PredicateFact &predicate)
{
    Conjunct conjunct = {predicate.attribute, predicate.kind, predicate.selectivity};

    if (!is_sargable(workload, predicate))
        return;
    if (is_equality(predicate.kind))
        put(shape.equalities, conjunct);
    else if (is_range(predicate.kind))
        put(shape.ranges, conjunct);
    else
        put(shape.joins, conjunct);
}

void
settle(const Workload &workload, Shape &shape)
{
    drop_known(shape.joins, shape.equalities);
    drop_known(shape.ranges, shape.equalities);
    sort_equalities(workload, shape.equalities);
}

void
take_orders(const Workload &workload, const RequestFact &request, Shape &shape)
{
    for (OrderFact order : workload.orders_of(request))
    {
        if (!workload.attributes()[order.attribute].has_btree)
            break;
        if (request.order_kind == ORDER_GROUP)
            order.descending = order.nulls_first = false;
        auto same = [&order](const OrderFact &known) { return known.attribute == order.attribute; };
        if (std::ranges::none_of(shape.orders, same))
            shape.orders.push_back(order);
    }
    shape.has_limit = request.has_limit;
    shape.order_alone = request.has_limit || request.index_only_possible;
}

/* ---- fronts ---- */

Vector<Conjunct>
without_kind(std::span<const Conjunct> conjuncts, PredicateKind kind)
{
    Vector<Conjunct> rest;

    for (const Conjunct &conjunct : conjuncts)
        if (conjunct.kind != kind)
            rest.push_back(conjunct);
    return rest;
}

Vector<Conjunct>
strong_of(std::span<const Conjunct> conjuncts)
{
    Vector<Conjunct> strong;

    for (const Conjunct &conjunct : conjuncts)
        if (conjunct.selectivity <= WEAK_SELECTIVITY)
            strong.push_back(conjunct);
    return strong;
}

Vector<Conjunct>
joined(std::span<const Conjunct> first, std::span<const Conjunct> second)
{
    Vector<Conjunct> all(first.begin(), first.end());

    for (const Conjunct &conjunct : second)
        if (!is_on(all, conjunct.attribute))
            all.push_back(conjunct);
    return all;
}

/* A join column leads in the inner side of a nested loop, and follows where the filter is the stronger. */
void
add_join_fronts(Vector<Front> &fronts, std::span<const Conjunct> equalities, std::span<const Conjunct> join)
{
    fronts.push_back({joined(join, {}), "join column"});
    if (equalities.empty())
        return;
    fronts.push_back({joined(join, equalities), "join column, then equality"});
    fronts.push_back({joined(equalities, join), "equality, then join column"});
}

Vector<Front>
fronts_of(const Shape &shape)
{
    Vector<Front> fronts;
    Vector<Conjunct> strong = strong_of(shape.equalities);
    const char *rule = shape.equalities.size() > 1 ? "equalities, the more selective first" : "equality";

    fronts.push_back({shape.equalities, rule});
    if (strong.size() != shape.equalities.size())
        fronts.push_back({strong, strong.size() > 1 ? "equalities, the more selective first" : "equality"});
    for (const Conjunct &join : shape.joins)
        add_join_fronts(fronts, strong, {&join, 1});
    if (shape.joins.size() > 1 && shape.joins.size() <= MAX_JOINS_TOGETHER)
        add_join_fronts(fronts, strong, shape.joins);
    return fronts;
}

/* ---- tails ---- */

bool
has_attribute(const KeyList &list, std::int32_t attribute)
{
    return std::any_of(list.keys, list.keys + list.n,
                       [attribute](const IndexKey &key) { return key.attribute == attribute; });
}

void
append(KeyList &list, const IndexKey &key)
{
    if (list.n < MAX_CANDIDATE_KEYS && !has_attribute(list, key.attribute))
        list.keys[list.n++] = key;
}

/* The first keys of a front; `room` keys are left for a tail. */
KeyList
start_with(const Workload &workload, std::span<const Conjunct> conjuncts, std::int32_t room, const char *rule)
{
    KeyList list;

    for (const Conjunct &conjunct : conjuncts)
        if (list.n < MAX_CANDIDATE_KEYS - room)
            append(list, key_on(workload, conjunct));
    list.n_equal = list.n;
    list.rule = rule;
    return list;
}

void
keep(Vector<KeyList> &lists, const KeyList &list)
{
    if (list.n > 0)
        lists.push_back(list);
}

bool
append_orders(KeyList &list, std::span<const OrderFact> orders)
{
    std::int32_t before = list.n;

    for (const OrderFact &order : orders)
        append(list, {order.attribute, order.descending, order.nulls_first, false, nullptr});
    return list.n > before;
}

/* The planner searches by IS NULL, but does not see that all rows found are equal there: behind it no order counts.
 */
void
add_ordered(Vector<KeyList> &lists, const Workload &workload, const Shape &shape, std::span<const Conjunct> front)
{
    KeyList list =
        start_with(workload, without_kind(front, PREDICATE_IS_NULL), 1, "equality, then the order asked for");

    if (list.n == 0 && !shape.order_alone)
        return;
    if (!append_orders(list, shape.orders))
        return;
    if (list.n_equal == 0)
    {
        list.rule = "the order asked for";
        list.for_order_alone = !shape.has_limit;
    }
    keep(lists, list);
}

/* A list of values, unlike one value, leaves no order behind: it may come after. */
void
add_ordered_before_lists(Vector<KeyList> &lists, const Workload &workload, const Shape &shape,
                         std::span<const Conjunct> front)
{
    Vector<Conjunct> valued = without_kind(front, PREDICATE_IS_NULL);
    Vector<Conjunct> single = without_kind(valued, PREDICATE_EQUAL_ANY);
    KeyList list = start_with(workload, single, 1, "equality, then the order asked for, then the list of values");

    if (single.size() == valued.size() || !append_orders(list, shape.orders))
        return;
    for (const Conjunct &conjunct : valued)
        append(list, key_on(workload, conjunct));
    keep(lists, list);
}

/* The range on the first column of the order is the same key, with the order's direction. */
bool
is_first_of_order(const Shape &shape, const Conjunct &range)
{
    return !shape.orders.empty() && shape.orders.front().attribute == range.attribute &&
           range.kind != PREDICATE_PREFIX;
}

IndexKey
range_key(const Workload &workload, const Shape &shape, const Conjunct &range)
{
    IndexKey key = key_on(workload, range);

    if (is_first_of_order(shape, range))
    {
        key.descending = shape.orders.front().descending;
        key.nulls_first = shape.orders.front().nulls_first;
    }
    return key;
}

/* Behind a range another one is not searched for, but it is checked in the index, before the table is visited. */
void
add_second_ranges(Vector<KeyList> &lists, const Workload &workload, const Shape &shape, const KeyList &first)
{
    for (const Conjunct &range : shape.ranges)
    {
        if (has_attribute(first, range.attribute) || range.kind == PREDICATE_IS_NOT_NULL ||
            range.selectivity > WEAK_SELECTIVITY)
            continue;
        KeyList list = first;
        append(list, key_on(workload, range));
        list.rule = "range, and another one that is checked in the index";
        keep(lists, list);
    }
}

void
add_ranges(Vector<KeyList> &lists, const Workload &workload, const Shape &shape, std::span<const Conjunct> front)
{
    for (const Conjunct &range : shape.ranges)
    {
        if (is_on(front, range.attribute) || (front.empty() && range.kind == PREDICATE_IS_NOT_NULL))
            continue;
        KeyList list = start_with(workload, front, 1, front.empty() ? "range" : "equality before range");
        append(list, range_key(workload, shape, range));
        add_second_ranges(lists, workload, shape, list);
        keep(lists, list);
    }
}

bool
has_many_values(const AttributeFact &attribute)
{
    return attribute.n_distinct < 0 || attribute.n_distinct > FEW_VALUES;
}

/* How many other values there are helps only where the value looked for is one of them. */
bool
is_selective(const Conjunct &equality, const AttributeFact &attribute)
{
    bool looks_for_value = equality.kind == PREDICATE_EQUAL || equality.kind == PREDICATE_EQUAL_ANY;
    bool rare = equality.selectivity >= 0 && equality.selectivity <= RARE_SELECTIVITY;

    return rare || (looks_for_value && has_many_values(attribute));
}

} // namespace

bool
is_sargable(const Workload &workload, const PredicateFact &predicate)
{
    return predicate.kind != PREDICATE_OTHER && workload.attributes()[predicate.attribute].has_btree;
}

IndexKey
key_on(const Workload &workload, const Conjunct &conjunct)
{
    const AttributeFact &attribute = workload.attributes()[conjunct.attribute];
    bool pattern = conjunct.kind == PREDICATE_PREFIX && attribute.pattern_opclass[0] != '\0';

    return {conjunct.attribute, false, false, pattern, nullptr};
}

Shape
plain_shape(const Workload &workload, const RequestFact &request, std::span<const std::int32_t> left_out)
{
    Shape shape;

    for (std::int32_t i = 0; i < request.n_predicates; i++)
    {
        std::int32_t number = request.first_predicate + i;
        const PredicateFact &predicate = workload.predicates()[number];
        if (predicate.or_group == 0 && std::ranges::find(left_out, number) == left_out.end())
            sort_into(workload, shape, predicate);
    }
    take_orders(workload, request, shape);
    settle(workload, shape);
    return shape;
}

Map<std::int32_t, Shape>
arm_shapes(const Workload &workload, const RequestFact &request, std::int32_t group)
{
    Map<std::int32_t, Shape> arms;

    for (const PredicateFact &predicate : workload.predicates_of(request))
        if (predicate.or_group == group)
            sort_into(workload, arms[predicate.or_arm], predicate);
    for (auto &[number, arm] : arms)
        settle(workload, arm);
    return arms;
}

Vector<KeyList>
key_lists(const Workload &workload, const Shape &shape)
{
    Vector<KeyList> lists;

    for (const Front &front : fronts_of(shape))
    {
        add_ordered(lists, workload, shape, front.conjuncts);
        add_ordered_before_lists(lists, workload, shape, front.conjuncts);
        add_ranges(lists, workload, shape, front.conjuncts);
        keep(lists, start_with(workload, front.conjuncts, 0, front.rule));
    }
    if (shape.has_limit)
        add_ordered(lists, workload, shape, {});
    return lists;
}

Vector<KeyList>
arm_key_lists(const Workload &workload, const Shape &plain, const Shape &arm)
{
    Vector<KeyList> lists;
    const char *rule = "one index per arm of the OR";

    for (bool with_plain : {false, true})
    {
        if (with_plain && plain.equalities.empty())
            break;
        Vector<Conjunct> front = with_plain ? joined(plain.equalities, arm.equalities) : arm.equalities;
        front = joined(front, arm.joins);
        std::size_t before = lists.size();
        add_ranges(lists, workload, arm, front);
        keep(lists, start_with(workload, front, 0, rule));
        for (KeyList &list : std::span(lists).subspan(before))
            list.rule = rule;
    }
    return lists;
}

bool
is_worth_it(const Workload &workload, const Shape &shape, const KeyList &list)
{
    std::int32_t first = list.keys[0].attribute;
    const AttributeFact &attribute = workload.attributes()[first];

    if (list.n > 1)
        return true;
    if (const Conjunct *equality = conjunct_on(shape.equalities, first))
        return is_selective(*equality, attribute);
    return conjunct_on(shape.joins, first) == nullptr || has_many_values(attribute);
}

KeyList
prefix_of(const KeyList &list, std::int32_t n)
{
    KeyList prefix = list;

    prefix.n = n;
    prefix.n_equal = std::min(list.n_equal, n);
    prefix.rule = "the first columns of a longer one";
    return prefix;
}

} // namespace advisor
