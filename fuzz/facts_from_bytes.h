/*
 * facts_from_bytes.h - facts and limits as the bytes have it.
 *
 * Mostly they hang together, so that a fuzzer gets deep, and now and then a reference
 * leads nowhere, a number is none, an enumeration holds what it cannot, a text is
 * missing or no text, an array is of negative length. Arrays are of just the size they
 * say, so that one step behind their end is found.
 */
#ifndef FACTS_FROM_BYTES_H
#define FACTS_FROM_BYTES_H

#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/advisor.h"

#include "bytes.h"

class FactsFromBytes
{
  public:
    explicit FactsFromBytes(Bytes &bytes) : bytes_(bytes)
    {
        for (int n = take_below(&bytes_, 4); n > 0; n--)
            add_relation();
        for (int n = take_below(&bytes_, 4); n > 0; n--)
            add_index();
        for (int n = take_below(&bytes_, 7); n > 0; n--)
            add_statement();
        for (int n = take_below(&bytes_, 3); n > 0; n--)
            add_dismissed();
        for (int n = take_below(&bytes_, 3); n > 0; n--)
            conjunctions_.push_back({reference(predicates_.size()), reference(predicates_.size()), fraction()});
    }

    Facts
    facts()
    {
        Facts facts = {};

        array(facts.relations, facts.n_relations, relations_);
        array(facts.attributes, facts.n_attributes, attributes_);
        array(facts.predicates, facts.n_predicates, predicates_);
        array(facts.orders, facts.n_orders, orders_);
        array(facts.needed, facts.n_needed, needed_);
        array(facts.searches, facts.n_searches, searches_);
        array(facts.requests, facts.n_requests, requests_);
        array(facts.statements, facts.n_statements, statements_);
        array(facts.indexes, facts.n_indexes, indexes_);
        array(facts.dismissed, facts.n_dismissed, dismissed_);
        array(facts.conjunctions, facts.n_conjunctions, conjunctions_);
        return facts;
    }

    AdvisorLimits
    limits()
    {
        AdvisorLimits limits = {};

        limits.budget_bytes = flag() ? 1e12 : amount();
        limits.max_indexes = take_below(&bytes_, 12);
        limits.max_indexes_per_table = take_below(&bytes_, 6);
        limits.min_improvement = fraction();
        limits.max_regression = fraction();
        limits.write_weight = take_below(&bytes_, 3);
        limits.min_table_rows = flag() ? 0 : amount();
        limits.min_rows_removed = flag() ? 0 : amount();
        limits.min_removed_fraction = fraction();
        limits.block_size = take_one_in(&bytes_, 16) ? amount() : 8192;
        limits.max_planner_calls = take_one_in(&bytes_, 16) ? take_byte(&bytes_) : 1e6;
        limits.memory_bytes = take_one_in(&bytes_, 16) ? take_uint32(&bytes_) % 200000 : 64 << 20;
        return limits;
    }

    IndexDefinition
    definition()
    {
        IndexDefinition definition = {};

        definition.relation = relation_reference();
        definition.n_keys = count(MAX_INDEX_KEYS);
        for (IndexKey &key : definition.keys)
            key = {attribute_of(definition.relation), flag(), flag(), flag(), nullptr};
        definition.n_includes = count(MAX_INDEX_INCLUDES);
        for (int32_t &attribute : definition.includes)
            attribute = attribute_of(definition.relation);
        definition.n_predicates = count(MAX_INDEX_PREDICATES);
        for (int32_t &predicate : definition.predicates)
            predicate = reference(predicates_.size());
        return definition;
    }

  private:
    bool
    flag()
    {
        return (take_byte(&bytes_) & 1) != 0;
    }

    bool
    wild()
    {
        return take_one_in(&bytes_, 128);
    }

    template <typename T>
    void
    array(const T *&items, int32_t &n, std::vector<T> &from)
    {
        from.shrink_to_fit();
        items = from.empty() || take_one_in(&bytes_, 255) ? nullptr : from.data();
        n = take_one_in(&bytes_, 255) ? -1 : static_cast<int32_t>(from.size());
    }

    /* Inside an array of n, or anywhere. */
    int32_t
    reference(std::size_t n)
    {
        if (wild())
            return static_cast<int32_t>(take_uint32(&bytes_));
        return n == 0 ? NONE : take_below(&bytes_, static_cast<int>(n));
    }

    int32_t
    relation_reference()
    {
        return reference(relations_.size());
    }

    int32_t
    count(int most)
    {
        return wild() ? static_cast<int32_t>(take_uint32(&bytes_)) : take_below(&bytes_, most + 1);
    }

    /* Sizes of all orders, unknown, or any bits: negative, infinite, no number. */
    double
    amount()
    {
        static const double orders_of_magnitude[] = {0, 1, 10, 1e3, 1e4, 1e6, 1e7, 1e9, 1e12, 1e58, UNKNOWN};
        double any;

        if (!wild())
            return orders_of_magnitude[take_below(&bytes_, 11)] * (1 + take_byte(&bytes_) / 16.0);
        take(&bytes_, &any, sizeof(any));
        return any;
    }

    double
    fraction()
    {
        if (wild())
            return amount();
        const double byte = take_byte(&bytes_) / 255.0;
        return byte * byte * byte;
    }

    const char *
    text()
    {
        char bytes[33];

        if (wild())
            return nullptr;
        take_text(&bytes_, bytes, take_one_in(&bytes_, 8) ? 32 : 3);
        return texts_.emplace_back(std::make_unique<std::string>(bytes))->c_str();
    }

    /* Not through an int: its value may be none of the enumeration's. */
    template <typename Enumeration>
    void
    one_of(Enumeration &value, int n)
    {
        const uint32_t bits = wild() ? take_uint32(&bytes_) : static_cast<uint32_t>(take_below(&bytes_, n));

        static_assert(sizeof(bits) == sizeof(value));
        std::memcpy(&value, &bits, sizeof(value));
    }

    /* An attribute of that relation, most of the time. */
    int32_t
    attribute_of(int32_t relation)
    {
        if (wild() || relation < 0 || relation >= static_cast<int32_t>(attributes_of_.size()))
            return reference(attributes_.size());
        const std::vector<int32_t> &own = attributes_of_[relation];
        return own.empty() ? reference(attributes_.size()) : own[take_below(&bytes_, static_cast<int>(own.size()))];
    }

    void
    add_relation()
    {
        const auto number = static_cast<int32_t>(relations_.size());

        RelationFact fact = {};
        fact.name = text();
        fact.short_name = text();
        fact.rows = amount();
        fact.pages = amount();
        fact.all_visible = fraction();
        fact.inserts_per_hour = amount();
        fact.updates_per_hour = amount();
        fact.hot_updates_per_hour = amount();
        fact.deletes_per_hour = amount();
        fact.write_hours = amount();
        fact.checkpoint_hours = amount();
        fact.logged = flag();
        fact.brin_keeps_hot = flag();
        fact.index_bytes = amount();
        fact.partitions = take_below(&bytes_, 4);
        fact.even_partitions = fact.partitions > 0 ? amount() : 0;
        fact.analysed = flag();
        relations_.push_back(fact);
        attributes_of_.emplace_back();
        for (int n = take_below(&bytes_, 7); n > 0; n--)
            add_attribute(number);
    }

    void
    add_attribute(int32_t relation)
    {
        static const int32_t lengths[] = {4, 8, -1, 2, 16, 64, 1, -2, 3000};
        static const int32_t alignments[] = {4, 8, 1, 2};
        AttributeFact fact = {};

        fact.relation = wild() ? relation_reference() : relation;
        fact.name = text();
        fact.sql = text();
        fact.pattern_opclass = flag() ? "" : text();
        fact.attnum = static_cast<int32_t>(attributes_of_[relation].size());
        fact.typlen = wild() ? take_below(&bytes_, 3) - 2 : lengths[take_below(&bytes_, 9)];
        fact.typalign = wild() ? take_below(&bytes_, 10) : alignments[take_below(&bytes_, 4)];
        fact.avg_width = take_one_in(&bytes_, 16) ? amount() : take_byte(&bytes_);
        fact.null_fraction = fraction();
        fact.n_distinct = amount();
        fact.correlation = fraction();
        fact.top_frequency = fraction();
        fact.has_btree = !take_one_in(&bytes_, 16);
        fact.equalimage = flag();
        fact.updated = flag();
        attributes_of_[relation].push_back(static_cast<int32_t>(attributes_.size()));
        attributes_.push_back(fact);
    }

    void
    add_index()
    {
        ExistingIndexFact fact = {};

        fact.name = text();
        fact.definition = definition();
        fact.definition.n_predicates = wild() ? count(4) : 0;
        fact.predicate_sql = flag() ? "" : text();
        fact.bytes = amount();
        fact.scans = amount();
        fact.btree = fact.plain = fact.valid = true;
        fact.unique = flag();
        if (take_one_in(&bytes_, 4))
        {
            fact.btree = flag();
            fact.plain = flag();
            fact.valid = flag();
            fact.constraint = flag();
        }
        indexes_.push_back(fact);
    }

    void
    add_statement()
    {
        StatementFact fact = {};

        fact.id = flag() ? static_cast<int64_t>(statements_.size()) : static_cast<int64_t>(take_uint64(&bytes_));
        fact.query = text();
        fact.calls = amount();
        fact.total_ms = amount();
        fact.measured = flag();
        fact.hours = take_one_in(&bytes_, 8) ? amount() : 1;
        fact.binds = 1 + count(4);
        fact.first_request = static_cast<int32_t>(requests_.size());
        for (int n = take_below(&bytes_, 4); n > 0; n--)
            add_request();
        fact.n_requests = static_cast<int32_t>(requests_.size()) - fact.first_request;
        if (wild())
            fact.n_requests = count(4);
        statements_.push_back(fact);
    }

    /* A name that is there, and a definition that may be. */
    void
    add_dismissed()
    {
        const char *relation = relations_.empty() || flag()
                                   ? text()
                                   : relations_[take_below(&bytes_, static_cast<int>(relations_.size()))].name;

        dismissed_.push_back({relation, text()});
    }

    void
    add_request()
    {
        RequestFact fact = {};

        fact.relation = relation_reference();
        fact.first_predicate = static_cast<int32_t>(predicates_.size());
        fact.first_order = static_cast<int32_t>(orders_.size());
        fact.first_needed = static_cast<int32_t>(needed_.size());
        for (fact.n_predicates = take_below(&bytes_, 6);
             fact.n_predicates > added(predicates_, fact.first_predicate);)
            add_predicate(fact.relation);
        for (fact.n_orders = take_below(&bytes_, 4); fact.n_orders > added(orders_, fact.first_order);)
            orders_.push_back({attribute_of(fact.relation), flag(), flag()});
        for (fact.n_needed = take_below(&bytes_, 4); fact.n_needed > added(needed_, fact.first_needed);)
            needed_.push_back(attribute_of(fact.relation));
        fact.first_search = static_cast<int32_t>(searches_.size());
        for (fact.n_searches = take_below(&bytes_, 5); fact.n_searches > added(searches_, fact.first_search);)
            add_search(fact);
        one_of(fact.order_kind, ORDER_GROUP + 1);
        fact.order_complete = flag();
        fact.has_limit = flag();
        fact.index_only_possible = flag();
        fact.sequential = !take_one_in(&bytes_, 4);
        fact.served_by = flag() ? NONE : reference(indexes_.size());
        fact.rows_read = amount();
        fact.rows_removed = amount();
        fact.selectivity = fraction();
        fact.planned_selectivity = flag() ? UNKNOWN : fraction();
        fact.offset_rows = amount();
        fact.idle_index = flag() ? NONE : reference(indexes_.size());
        fact.idle_cost = amount();
        fact.random_page_cost = amount();
        fact.cheap_random_cost = amount();
        fact.large_cache_cost = amount();
        fact.custom_index = flag() ? NONE : reference(indexes_.size());
        fact.custom_cost = amount();
        fact.generic_share = fraction();
        fact.statistics_useless = flag();
        spoil_a_slice(fact);
        requests_.push_back(fact);
    }

    template <typename T>
    static int32_t
    added(const std::vector<T> &items, int32_t first)
    {
        return static_cast<int32_t>(items.size()) - first;
    }

    void
    spoil_a_slice(RequestFact &fact)
    {
        int32_t *const parts[] = {&fact.first_predicate, &fact.n_predicates, &fact.first_order,
                                  &fact.n_orders,        &fact.first_needed, &fact.n_needed,
                                  &fact.first_search,    &fact.n_searches};

        if (wild())
            *parts[take_below(&bytes_, 8)] = static_cast<int32_t>(take_uint32(&bytes_));
    }

    void
    add_search(const RequestFact &request)
    {
        SearchFact fact = {};

        fact.predicate = request.n_predicates == 0 || take_one_in(&bytes_, 8)
                             ? NONE
                             : request.first_predicate + take_below(&bytes_, request.n_predicates);
        fact.attribute = attribute_of(request.relation);
        one_of(fact.method, METHOD_BLOOM + 1);
        fact.opclass = flag() ? "" : text();
        searches_.push_back(fact);
    }

    void
    add_predicate(int32_t relation)
    {
        PredicateFact fact = {};

        fact.attribute = attribute_of(relation);
        one_of(fact.kind, PREDICATE_OTHER + 1);
        one_of(fact.obstacle, OBSTACLE_COMPLEX + 1);
        fact.or_group = take_one_in(&bytes_, 4) ? count(2) : 0;
        fact.or_arm = fact.or_group == 0 ? 0 : count(3);
        fact.selectivity = fraction();
        fact.constant_share = flag() ? 1 : fraction();
        fact.partial_sql = flag() ? "" : text();
        fact.words = text();
        fact.implied = take_one_in(&bytes_, 8);
        fact.rewrite = flag() ? nullptr : text();
        fact.detail = flag() ? nullptr : text();
        predicates_.push_back(fact);
    }

    Bytes &bytes_;
    std::deque<std::unique_ptr<std::string>> texts_;
    std::vector<RelationFact> relations_;
    std::vector<AttributeFact> attributes_;
    std::vector<std::vector<int32_t>> attributes_of_; /* relation -> its own */
    std::vector<PredicateFact> predicates_;
    std::vector<SearchFact> searches_;
    std::vector<OrderFact> orders_;
    std::vector<int32_t> needed_;
    std::vector<ExistingIndexFact> indexes_;
    std::vector<RequestFact> requests_;
    std::vector<StatementFact> statements_;
    std::vector<DismissedFact> dismissed_;
    std::vector<ConjunctionFact> conjunctions_;
};

#endif
