/* facts_check.cpp - every fact in its range, every reference to something of the right relation. */
#include "facts_check.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>

namespace advisor
{

namespace
{

[[noreturn]] void
fail(const char *what, std::int32_t position, const char *complaint)
{
    throw BadFacts(std::string(what) + " " + std::to_string(position) + ": " + complaint);
}

/* A view of one array, after the check that there is one. */
template <typename T>
std::span<const T>
array_of(const char *what, const T *items, std::int32_t n)
{
    if (n < 0 || (n > 0 && items == nullptr))
        fail(what, n, "is not the length of an array");
    return {items, static_cast<std::size_t>(n)};
}

bool
in_range(std::int32_t reference, std::int32_t n)
{
    return reference >= 0 && reference < n;
}

bool
is_slice(std::int32_t first, std::int32_t n, std::int32_t total)
{
    return first >= 0 && n >= 0 && static_cast<std::int64_t>(first) + n <= total;
}

/* The bits of an enumeration from C, which may hold what C++ does not allow it to hold. */
template <typename Enumeration>
bool
is_one_of(const Enumeration &value, Enumeration first, Enumeration last)
{
    std::underlying_type_t<Enumeration> bits;

    std::memcpy(&bits, &value, sizeof(bits));
    return bits >= static_cast<decltype(bits)>(first) && bits <= static_cast<decltype(bits)>(last);
}

/* More than anything that can be counted or measured, and so little that products of some are finite as well. */
constexpr double MOST = 1e60;

/* As long as a microsecond: what is divided by it stays finite. */
constexpr double LEAST_HOURS = 1e-9;

bool
all_finite(std::initializer_list<double> numbers)
{
    return std::all_of(numbers.begin(), numbers.end(), [](double number) { return std::fabs(number) <= MOST; });
}

bool
all_there(std::initializer_list<const char *> strings)
{
    return std::all_of(strings.begin(), strings.end(), [](const char *string) { return string != nullptr; });
}

void
check_arrays(const Facts &facts)
{
    array_of("relations", facts.relations, facts.n_relations);
    array_of("attributes", facts.attributes, facts.n_attributes);
    array_of("predicates", facts.predicates, facts.n_predicates);
    array_of("orders", facts.orders, facts.n_orders);
    array_of("needed", facts.needed, facts.n_needed);
    array_of("searches", facts.searches, facts.n_searches);
    array_of("requests", facts.requests, facts.n_requests);
    array_of("statements", facts.statements, facts.n_statements);
    array_of("indexes", facts.indexes, facts.n_indexes);
    array_of("dismissed", facts.dismissed, facts.n_dismissed);
    array_of("sampled", facts.sampled, facts.n_sampled);
    array_of("distincts", facts.distincts, facts.n_distincts);
    array_of("conjunctions", facts.conjunctions, facts.n_conjunctions);
}

void
check_relation(const RelationFact &relation, std::int32_t position)
{
    if (!all_there({relation.name, relation.short_name}))
        fail("relation", position, "has no name");
    if (!all_finite({relation.rows, relation.pages, relation.all_visible, relation.inserts_per_hour,
                     relation.updates_per_hour, relation.hot_updates_per_hour, relation.deletes_per_hour,
                     relation.write_hours, relation.checkpoint_hours, relation.index_bytes, relation.analysed_hours,
                     relation.modified_rows}))
        fail("relation", position, "holds a number that is none");
}

void
check_attribute(const Facts &facts, const AttributeFact &attribute, std::int32_t position)
{
    if (!in_range(attribute.relation, facts.n_relations))
        fail("attribute", position, "is of no relation");
    if (!all_there({attribute.name, attribute.sql, attribute.pattern_opclass}))
        fail("attribute", position, "has no name");
    if (!all_finite({attribute.avg_width, attribute.null_fraction, attribute.n_distinct, attribute.correlation,
                     attribute.top_frequency}))
        fail("attribute", position, "holds a number that is none");
    if (attribute.typlen < -2 || attribute.typlen == 0)
        fail("attribute", position, "has an impossible length");
    if (attribute.typalign != 1 && attribute.typalign != 2 && attribute.typalign != 4 && attribute.typalign != 8)
        fail("attribute", position, "has an impossible alignment");
}

void
check_predicate(const Facts &facts, const PredicateFact &predicate, std::int32_t position)
{
    if (!is_one_of(predicate.kind, PREDICATE_EQUAL, PREDICATE_OTHER))
        fail("predicate", position, "is of an unknown kind");
    if (!is_one_of(predicate.obstacle, OBSTACLE_NONE, OBSTACLE_COMPLEX))
        fail("predicate", position, "has an unknown obstacle");
    if (predicate.attribute != NONE && !in_range(predicate.attribute, facts.n_attributes))
        fail("predicate", position, "is on no attribute");
    if (predicate.attribute == NONE && predicate.kind != PREDICATE_OTHER)
        fail("predicate", position, "needs an attribute");
    if (predicate.or_group < 0 || predicate.or_arm < 0)
        fail("predicate", position, "is in no arm");
    if (!all_finite({predicate.selectivity, predicate.constant_share}))
        fail("predicate", position, "holds a number that is none");
    if (!all_there({predicate.partial_sql, predicate.words}))
        fail("predicate", position, "has no text");
}

void
check_conjunction(const Facts &facts, const ConjunctionFact &conjunction, std::int32_t position)
{
    for (std::int32_t predicate : {conjunction.first, conjunction.second})
        if (!in_range(predicate, facts.n_predicates) || facts.predicates[predicate].attribute == NONE)
            fail("conjunction", position, "is of no predicate on an attribute");
    if (!all_finite({conjunction.selectivity}))
        fail("conjunction", position, "holds a number that is none");
}

void
check_same_relation(const Facts &facts, std::int32_t attribute, std::int32_t relation, const char *what,
                    std::int32_t position)
{
    if (!in_range(attribute, facts.n_attributes))
        fail(what, position, "refers to no attribute");
    if (facts.attributes[attribute].relation != relation)
        fail(what, position, "refers to an attribute of another relation");
}

void
check_request(const Facts &facts, const RequestFact &request, std::int32_t position)
{
    if (!in_range(request.relation, facts.n_relations))
        fail("request", position, "is on no relation");
    if (!is_slice(request.first_predicate, request.n_predicates, facts.n_predicates) ||
        !is_slice(request.first_order, request.n_orders, facts.n_orders) ||
        !is_slice(request.first_needed, request.n_needed, facts.n_needed) ||
        !is_slice(request.first_search, request.n_searches, facts.n_searches))
        fail("request", position, "has a slice outside of its array");
    if (!is_one_of(request.order_kind, ORDER_NONE, ORDER_GROUP))
        fail("request", position, "has an unknown kind of order");
    if (!all_finite({request.rows_read, request.rows_removed, request.selectivity, request.planned_selectivity,
                     request.offset_rows, request.idle_cost, request.random_page_cost, request.cheap_random_cost,
                     request.large_cache_cost, request.custom_cost, request.generic_share,
                     request.outside_selectivity}))
        fail("request", position, "holds a number that is none");
    for (std::int32_t index : {request.served_by, request.idle_index, request.custom_index})
        if (index != NONE &&
            (!in_range(index, facts.n_indexes) || facts.indexes[index].definition.relation != request.relation))
            fail("request", position, "is served by no index of its relation");

    for (std::int32_t i = 0; i < request.n_predicates; i++)
    {
        std::int32_t attribute = facts.predicates[request.first_predicate + i].attribute;
        if (attribute != NONE)
            check_same_relation(facts, attribute, request.relation, "request", position);
    }
    for (std::int32_t i = 0; i < request.n_orders; i++)
        check_same_relation(facts, facts.orders[request.first_order + i].attribute, request.relation, "request",
                            position);
    for (std::int32_t i = 0; i < request.n_needed; i++)
        check_same_relation(facts, facts.needed[request.first_needed + i], request.relation, "request", position);
}

/* Of the request's own conjuncts and its own relation. */
void
check_searches(const Facts &facts, const RequestFact &request, std::int32_t position)
{
    for (std::int32_t i = request.first_search; i < request.first_search + request.n_searches; i++)
    {
        const SearchFact &search = facts.searches[i];
        if (!is_one_of(search.method, METHOD_HASH, METHOD_BLOOM) || search.opclass == nullptr)
            fail("search", i, "is of an unknown method or class");
        if (search.predicate != NONE && !in_range(search.predicate - request.first_predicate, request.n_predicates))
            fail("search", i, "is for a conjunct of another request");
        check_same_relation(facts, search.attribute, request.relation, "request", position);
    }
}

void
check_statement(const Facts &facts, const StatementFact &statement, std::int32_t position)
{
    if (!all_there({statement.query}))
        fail("statement", position, "has no text");
    if (!all_finite({statement.calls, statement.total_ms, statement.hours}) || statement.calls < 0 ||
        statement.total_ms < 0 || statement.hours < LEAST_HOURS)
        fail("statement", position, "has an impossible weight");
    if (statement.binds < 1)
        fail("statement", position, "has no parameter set");
    if (!is_slice(statement.first_request, statement.n_requests, facts.n_requests))
        fail("statement", position, "has a slice outside of its array");
}

/* Keys may be unknown (NONE) where the index is not plain. */
void
check_existing(const Facts &facts, const ExistingIndexFact &index, std::int32_t position)
{
    const IndexDefinition &definition = index.definition;

    if (!all_there({index.name, index.predicate_sql}))
        fail("index", position, "has no name");
    if (!all_finite({index.bytes, index.scans}))
        fail("index", position, "holds a number that is none");
    if (!in_range(definition.relation, facts.n_relations))
        fail("index", position, "is on no relation");
    if (definition.n_keys < 0 || definition.n_keys > MAX_INDEX_KEYS || definition.n_includes < 0 ||
        definition.n_includes > MAX_INDEX_INCLUDES || definition.n_predicates != 0)
        fail("index", position, "has an impossible number of columns");
    for (std::int32_t i = 0; i < definition.n_keys; i++)
        if (definition.keys[i].attribute != NONE || index.plain)
            check_same_relation(facts, definition.keys[i].attribute, definition.relation, "index", position);
    for (std::int32_t i = 0; i < definition.n_includes; i++)
        if (definition.includes[i] != NONE || index.plain)
            check_same_relation(facts, definition.includes[i], definition.relation, "index", position);
}

/* What is sampled of a relation is of the same rows: its first sampled column shows of which. */
void
check_sampled(const Facts &facts, std::int32_t position)
{
    const SampledColumnFact &sampled = facts.sampled[position];

    if (!in_range(sampled.attribute, facts.n_attributes) ||
        (position > 0 && facts.sampled[position - 1].attribute >= sampled.attribute))
        fail("sample", position, "is of no attribute, or not in order");
    if (sampled.predicate != NONE && !in_range(sampled.predicate, facts.n_predicates))
        fail("sample", position, "is of rows that no predicate lets pass");
    if (sampled.n_rows < 0 || (sampled.n_rows > 0 && (sampled.blocks == nullptr || sampled.ranks == nullptr ||
                                                      sampled.widths == nullptr)))
        fail("sample", position, "is not there");
    for (std::int32_t row = 0; row < sampled.n_rows; row++)
        if (sampled.ranks[row] < NONE || sampled.ranks[row] >= sampled.n_rows || sampled.widths[row] < 0 ||
            sampled.blocks[row] < (row > 0 ? sampled.blocks[row - 1] : 0))
            fail("sample", position, "has an impossible value");
}

/* Samples of one relation's columns that are not of the same rows cannot be laid side by side. */
void
check_samples(const Facts &facts)
{
    Vector<std::int32_t> first(facts.n_relations, NONE);

    for (std::int32_t i = 0; i < facts.n_sampled; i++)
    {
        check_sampled(facts, i);
        std::int32_t &of_relation = first[facts.attributes[facts.sampled[i].attribute].relation];
        if (of_relation == NONE)
            of_relation = i;
        if (facts.sampled[i].n_rows != facts.sampled[of_relation].n_rows ||
            facts.sampled[i].predicate != facts.sampled[of_relation].predicate)
            fail("sample", i, "is of other rows than the relation's other columns");
    }
}

void
check_distinct(const Facts &facts, const DistinctFact &distinct, std::int32_t position)
{
    if (distinct.n_attributes < 1 || distinct.n_attributes > MAX_INDEX_KEYS || !all_finite({distinct.n_distinct}))
        fail("distinct", position, "holds a number that is none");
    for (std::int32_t i = 0; i < distinct.n_attributes; i++)
        if (!in_range(distinct.attributes[i], facts.n_attributes) ||
            (i > 0 && distinct.attributes[i] <= distinct.attributes[i - 1]))
            fail("distinct", position, "is of no attribute, or not in order");
}

} // namespace

void
check_definition(const Facts &facts, const IndexDefinition &definition)
{
    if (!in_range(definition.relation, facts.n_relations))
        fail("definition", definition.relation, "is not a relation");
    if (!is_one_of(definition.method, METHOD_BTREE, METHOD_BLOOM))
        fail("definition", definition.relation, "is of an unknown method");
    if (definition.n_keys < 1 || definition.n_keys > MAX_INDEX_KEYS)
        fail("definition", definition.n_keys, "is an impossible number of keys");
    if (definition.n_includes < 0 || definition.n_includes > MAX_INDEX_INCLUDES)
        fail("definition", definition.n_includes, "is an impossible number of included columns");
    if (definition.n_predicates < 0 || definition.n_predicates > MAX_INDEX_PREDICATES)
        fail("definition", definition.n_predicates, "is an impossible number of predicates");
    for (std::int32_t i = 0; i < definition.n_keys; i++)
        check_same_relation(facts, definition.keys[i].attribute, definition.relation, "key", i);
    for (std::int32_t i = 0; i < definition.n_includes; i++)
        check_same_relation(facts, definition.includes[i], definition.relation, "included column", i);
    for (std::int32_t i = 0; i < definition.n_predicates; i++)
    {
        if (!in_range(definition.predicates[i], facts.n_predicates))
            fail("index predicate", i, "is not there");
        if (facts.predicates[definition.predicates[i]].attribute != NONE)
            check_same_relation(facts, facts.predicates[definition.predicates[i]].attribute, definition.relation,
                                "index predicate", i);
    }
}

void
check_facts(const Facts &facts)
{
    check_arrays(facts);
    for (std::int32_t i = 0; i < facts.n_relations; i++)
        check_relation(facts.relations[i], i);
    for (std::int32_t i = 0; i < facts.n_attributes; i++)
        check_attribute(facts, facts.attributes[i], i);
    for (std::int32_t i = 0; i < facts.n_predicates; i++)
        check_predicate(facts, facts.predicates[i], i);
    for (std::int32_t i = 0; i < facts.n_indexes; i++)
        check_existing(facts, facts.indexes[i], i);
    for (std::int32_t i = 0; i < facts.n_requests; i++)
    {
        check_request(facts, facts.requests[i], i);
        check_searches(facts, facts.requests[i], i);
    }
    for (std::int32_t i = 0; i < facts.n_statements; i++)
        check_statement(facts, facts.statements[i], i);
    for (std::int32_t i = 0; i < facts.n_dismissed; i++)
        if (!all_there({facts.dismissed[i].relation, facts.dismissed[i].definition}))
            fail("dismissed", i, "has no definition");
    check_samples(facts);
    for (std::int32_t i = 0; i < facts.n_distincts; i++)
        check_distinct(facts, facts.distincts[i], i);
    for (std::int32_t i = 0; i < facts.n_conjunctions; i++)
        check_conjunction(facts, facts.conjunctions[i], i);
}

Vector<std::int32_t>
owners_of(const Facts &facts)
{
    Vector<std::int32_t> owners(facts.n_requests, NONE);

    for (std::int32_t s = 0; s < facts.n_statements; s++)
    {
        const StatementFact &statement = facts.statements[s];
        for (std::int32_t r = statement.first_request; r < statement.first_request + statement.n_requests; r++)
        {
            if (owners[r] != NONE)
                fail("request", r, "belongs to two statements");
            owners[r] = s;
        }
    }
    for (std::int32_t r = 0; r < facts.n_requests; r++)
        if (owners[r] == NONE)
            fail("request", r, "belongs to no statement");
    return owners;
}

} // namespace advisor
