/*
 * workload.cpp - copies the facts, once they are checked.
 *
 * Strings are moved in two passes over the same fields: the first adds up their
 * lengths, the second copies them into one block that never moves again.
 */
#include "workload.h"

#include <algorithm>
#include <cstring>

namespace advisor
{

namespace
{

template <typename T>
Vector<T>
copy_of(const T *items, std::int32_t n)
{
    return n == 0 ? Vector<T>() : Vector<T>(items, items + n);
}

double
fraction(double number)
{
    return std::clamp(number, 0.0, 1.0);
}

/* Like fraction, but what is unknown stays so. */
double
known_fraction(double number)
{
    return number < 0 ? UNKNOWN : std::min(number, 1.0);
}

/* Groups positions 0..n by relation_of(position), by counting: `first` gets where each group starts. */
template <typename F>
Vector<std::int32_t>
group_by_relation(std::int32_t n, std::int32_t n_relations, F relation_of, Vector<std::int32_t> &first)
{
    Vector<std::int32_t> grouped(n);

    first.assign(n_relations + 1, 0);
    for (std::int32_t i = 0; i < n; i++)
        first[relation_of(i) + 1]++;
    for (std::int32_t r = 0; r < n_relations; r++)
        first[r + 1] += first[r];

    Vector<std::int32_t> next = first;
    for (std::int32_t i = 0; i < n; i++)
        grouped[next[relation_of(i)]++] = i;
    return grouped;
}

template <typename T>
std::span<const T>
slice(const Vector<T> &items, std::int32_t first, std::int32_t n)
{
    return {items.data() + first, static_cast<std::size_t>(n)};
}

} // namespace

Workload::Workload(const Facts &facts)
{
    check_facts(facts);
    owners_ = owners_of(facts);
    relations_ = copy_of(facts.relations, facts.n_relations);
    attributes_ = copy_of(facts.attributes, facts.n_attributes);
    predicates_ = copy_of(facts.predicates, facts.n_predicates);
    orders_ = copy_of(facts.orders, facts.n_orders);
    needed_ = copy_of(facts.needed, facts.n_needed);
    searches_ = copy_of(facts.searches, facts.n_searches);
    requests_ = copy_of(facts.requests, facts.n_requests);
    statements_ = copy_of(facts.statements, facts.n_statements);
    indexes_ = copy_of(facts.indexes, facts.n_indexes);
    dismissed_ = copy_of(facts.dismissed, facts.n_dismissed);
    sampled_ = copy_of(facts.sampled, facts.n_sampled);
    distincts_ = copy_of(facts.distincts, facts.n_distincts);
    conjunctions_ = copy_of(facts.conjunctions, facts.n_conjunctions);
    own_samples();
    own_strings();
    tame_fractions();

    facts_ =
        Facts{relations_.data(),   facts.n_relations, attributes_.data(), facts.n_attributes, predicates_.data(),
              facts.n_predicates,  orders_.data(),    facts.n_orders,     needed_.data(),     facts.n_needed,
              searches_.data(),    facts.n_searches,  requests_.data(),   facts.n_requests,   statements_.data(),
              facts.n_statements,  indexes_.data(),   facts.n_indexes,    dismissed_.data(),  facts.n_dismissed,
              sampled_.data(),     facts.n_sampled,   distincts_.data(),  facts.n_distincts,  conjunctions_.data(),
              facts.n_conjunctions};

    by_relation_indexes_ = group_by_relation(
        facts.n_indexes, facts.n_relations, [this](std::int32_t i) { return indexes_[i].definition.relation; },
        first_index_);
    by_relation_requests_ = group_by_relation(
        facts.n_requests, facts.n_relations, [this](std::int32_t i) { return requests_[i].relation; },
        first_request_);
}

/* Blocks are the same for all columns of a relation, but a copy of them is small beside the rest. */
void
Workload::own_samples()
{
    std::size_t n = 0;

    for (const SampledColumnFact &column : sampled_)
        n += 3 * static_cast<std::size_t>(column.n_rows);
    sampled_values_.reserve(n);
    auto keep = [this](const std::int32_t *values, std::int32_t rows)
    {
        const std::int32_t *start = sampled_values_.data() + sampled_values_.size();
        if (rows > 0)
            sampled_values_.insert(sampled_values_.end(), values, values + rows);
        return start;
    };
    for (SampledColumnFact &column : sampled_)
    {
        column.blocks = keep(column.blocks, column.n_rows);
        column.ranks = keep(column.ranks, column.n_rows);
        column.widths = keep(column.widths, column.n_rows);
    }
}

/* Calls visit(const char *&) on every string of the facts, always in the same order. */
template <typename F>
void
Workload::each_string(F visit)
{
    for (RelationFact &relation : relations_)
    {
        visit(relation.name);
        visit(relation.short_name);
    }
    for (AttributeFact &attribute : attributes_)
    {
        visit(attribute.name);
        visit(attribute.sql);
        visit(attribute.pattern_opclass);
    }
    for (PredicateFact &predicate : predicates_)
    {
        visit(predicate.partial_sql);
        visit(predicate.words);
        for (auto text : {&PredicateFact::extension, &PredicateFact::rewrite, &PredicateFact::detail})
            if (predicate.*text != nullptr)
                visit(predicate.*text);
    }
    for (SearchFact &search : searches_)
        visit(search.opclass);
    for (RequestFact &request : requests_)
        for (auto text : {&RequestFact::outside, &RequestFact::outside_why})
            if (request.*text != nullptr)
                visit(request.*text);
    for (StatementFact &statement : statements_)
    {
        visit(statement.query);
        if (statement.origin != nullptr)
            visit(statement.origin);
    }
    for (DismissedFact &dismissed : dismissed_)
    {
        visit(dismissed.relation);
        visit(dismissed.definition);
    }
    for (ExistingIndexFact &index : indexes_)
    {
        visit(index.name);
        visit(index.predicate_sql);
        for (IndexKey &key : index.definition.keys)
            if (key.opclass != nullptr)
                visit(key.opclass);
    }
}

void
Workload::own_strings()
{
    std::size_t length = 0;
    each_string([&length](const char *&string) { length += std::strlen(string) + 1; });
    text_.resize(length);

    char *next = text_.data();
    each_string(
        [&next](const char *&string)
        {
            std::size_t size = std::strlen(string) + 1;
            std::memcpy(next, string, size);
            string = next;
            next += size;
        });
}

/*
 * Statistics of different ages can leave a fraction a little outside of 0..1
 * (more pages visible than there are): that is no reason to refuse the facts.
 */
void
Workload::tame_fractions()
{
    for (RelationFact &relation : relations_)
        relation.all_visible = fraction(relation.all_visible);
    for (AttributeFact &attribute : attributes_)
    {
        attribute.null_fraction = fraction(attribute.null_fraction);
        attribute.top_frequency = known_fraction(attribute.top_frequency);
    }
    for (PredicateFact &predicate : predicates_)
    {
        predicate.selectivity = known_fraction(predicate.selectivity);
        predicate.constant_share = fraction(predicate.constant_share);
    }
    for (ConjunctionFact &conjunction : conjunctions_)
        conjunction.selectivity = known_fraction(conjunction.selectivity);
    for (RequestFact &request : requests_)
    {
        request.selectivity = known_fraction(request.selectivity);
        request.planned_selectivity = known_fraction(request.planned_selectivity);
    }
}

std::span<const RequestFact>
Workload::requests_of(std::int32_t statement) const noexcept
{
    return slice(requests_, statements_[statement].first_request, statements_[statement].n_requests);
}

std::span<const PredicateFact>
Workload::predicates_of(const RequestFact &request) const noexcept
{
    return slice(predicates_, request.first_predicate, request.n_predicates);
}

std::span<const SearchFact>
Workload::searches_of(const RequestFact &request) const noexcept
{
    return slice(searches_, request.first_search, request.n_searches);
}

std::span<const OrderFact>
Workload::orders_of(const RequestFact &request) const noexcept
{
    return slice(orders_, request.first_order, request.n_orders);
}

std::span<const std::int32_t>
Workload::needed_of(const RequestFact &request) const noexcept
{
    return slice(needed_, request.first_needed, request.n_needed);
}

std::span<const std::int32_t>
Workload::indexes_of(std::int32_t relation) const noexcept
{
    return slice(by_relation_indexes_, first_index_[relation], first_index_[relation + 1] - first_index_[relation]);
}

std::span<const std::int32_t>
Workload::requests_on(std::int32_t relation) const noexcept
{
    return slice(by_relation_requests_, first_request_[relation],
                 first_request_[relation + 1] - first_request_[relation]);
}

} // namespace advisor
