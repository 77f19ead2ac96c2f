/*
 * facts_builder.h - facts for tests, said the way one thinks of them.
 *
 *   FactsBuilder shop;
 *   int orders = shop.table("orders", 1e6, 20000);
 *   int user = shop.column(orders, "user_id", 50000);
 *   shop.statement(1, 9000).on(orders).equal(user).needs({user});
 *   Workload workload(shop.facts());
 */
#ifndef FACTS_BUILDER_H
#define FACTS_BUILDER_H

#include <deque>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/advisor.h"

class FactsBuilder
{
  public:
    std::vector<RelationFact> relations;
    std::vector<AttributeFact> attributes;
    std::vector<PredicateFact> predicates;
    std::vector<OrderFact> orders;
    std::vector<int32_t> needed;
    std::vector<SearchFact> searches;
    std::vector<RequestFact> requests;
    std::vector<StatementFact> statements;
    std::vector<ExistingIndexFact> indexes;
    std::vector<DismissedFact> dismissed;
    std::vector<SampledColumnFact> sampled;
    std::vector<DistinctFact> distincts;
    std::vector<ConjunctionFact> conjunctions;

    const char *
    keep(std::string text)
    {
        return texts_.emplace_back(std::move(text)).c_str();
    }

    /* A plain table, analysed and vacuumed. */
    int
    table(const std::string &name, double rows, double pages)
    {
        RelationFact fact = {};
        fact.write_hours = 1;
        fact.checkpoint_hours = 1.0 / 12;
        fact.logged = true;
        fact.name = keep("public." + name);
        fact.short_name = keep(name);
        fact.rows = rows;
        fact.pages = pages;
        fact.all_visible = 1;
        fact.analysed = true;
        fact.analysed_hours = 1;
        relations.push_back(fact);
        return static_cast<int>(relations.size()) - 1;
    }

    /* An integer column; change what differs in attributes.back(). */
    int
    column(int relation, const std::string &name, double n_distinct, double width = 4)
    {
        AttributeFact fact = {};
        fact.relation = relation;
        fact.name = keep(name);
        fact.sql = keep(name);
        fact.pattern_opclass = "";
        fact.attnum = static_cast<int32_t>(attributes.size()) + 1;
        fact.typlen = width == 4 || width == 8 ? static_cast<int32_t>(width) : -1;
        fact.typalign = width == 8 ? 8 : 4;
        fact.avg_width = width;
        fact.n_distinct = n_distinct;
        fact.correlation = 0;
        fact.top_frequency = UNKNOWN;
        fact.has_btree = true;
        fact.equalimage = true;
        attributes.push_back(fact);
        return static_cast<int>(attributes.size()) - 1;
    }

    FactsBuilder &
    statement(int64_t id, double total_ms)
    {
        StatementFact fact = {};
        fact.id = id;
        fact.query = keep("statement " + std::to_string(id));
        fact.calls = 1000;
        fact.total_ms = total_ms;
        fact.measured = true;
        fact.hours = 1;
        fact.binds = 1;
        fact.first_request = static_cast<int32_t>(requests.size());
        statements.push_back(fact);
        return *this;
    }

    FactsBuilder &
    dismiss(int relation, const std::string &definition)
    {
        dismissed.push_back({relations[relation].name, keep(definition)});
        return *this;
    }

    FactsBuilder &
    on(int relation)
    {
        RequestFact fact = {};
        fact.relation = relation;
        fact.first_predicate = static_cast<int32_t>(predicates.size());
        fact.first_order = static_cast<int32_t>(orders.size());
        fact.first_needed = static_cast<int32_t>(needed.size());
        fact.first_search = static_cast<int32_t>(searches.size());
        fact.sequential = true;
        fact.served_by = NONE;
        fact.rows_read = fact.rows_removed = UNKNOWN;
        fact.selectivity = 1;
        fact.planned_selectivity = UNKNOWN;
        fact.idle_index = fact.custom_index = NONE;
        fact.random_page_cost = 4;
        fact.idle_cost = fact.cheap_random_cost = fact.large_cache_cost = fact.custom_cost = UNKNOWN;
        requests.push_back(fact);
        statements.back().n_requests++;
        return *this;
    }

    FactsBuilder &
    where(PredicateKind kind, int attribute, double selectivity, const std::string &partial = "")
    {
        PredicateFact fact = {};
        fact.attribute = attribute;
        fact.kind = kind;
        fact.selectivity = selectivity;
        fact.constant_share = partial.empty() ? 0 : 1;
        fact.partial_sql = keep(partial);
        fact.words = keep(attributes[attribute].sql + std::string(" ? $"));
        predicates.push_back(fact);
        requests.back().n_predicates++;
        requests.back().selectivity *= selectivity;
        return *this;
    }

    FactsBuilder &
    equal(int attribute)
    {
        return where(PREDICATE_EQUAL, attribute, 1 / attributes[attribute].n_distinct);
    }

    /* What no btree serves. */
    FactsBuilder &
    other(int attribute, double selectivity, PredicateObstacle obstacle = OBSTACLE_CONTAINER)
    {
        where(PREDICATE_OTHER, attribute, selectivity);
        predicates.back().obstacle = obstacle;
        return *this;
    }

    /* An index of that method and operator class could be searched for the last conjunct. */
    FactsBuilder &
    by(IndexMethod method, const std::string &opclass = "")
    {
        searches.push_back({static_cast<int32_t>(predicates.size()) - 1, predicates.back().attribute, method,
                            keep(opclass)});
        requests.back().n_searches++;
        return *this;
    }

    /* ORDER BY attribute <-> value. */
    FactsBuilder &
    nearest(int attribute, IndexMethod method, const std::string &opclass = "")
    {
        searches.push_back({NONE, attribute, method, keep(opclass)});
        requests.back().n_searches++;
        return *this;
    }

    FactsBuilder &
    arm(int group, int arm)
    {
        predicates.back().or_group = group;
        predicates.back().or_arm = arm;
        return *this;
    }

    FactsBuilder &
    order(int attribute, bool descending = false)
    {
        orders.push_back({attribute, descending, descending});
        requests.back().n_orders++;
        requests.back().order_kind = ORDER_SORT;
        requests.back().order_complete = true;
        return *this;
    }

    FactsBuilder &
    group(int attribute)
    {
        order(attribute);
        requests.back().order_kind = ORDER_GROUP;
        return *this;
    }

    FactsBuilder &
    limit()
    {
        requests.back().has_limit = true;
        return *this;
    }

    /* An index-only scan is possible, and these are the columns. */
    FactsBuilder &
    needs(std::initializer_list<int> columns)
    {
        for (int column : columns)
            needed.push_back(column);
        requests.back().n_needed = static_cast<int32_t>(columns.size());
        requests.back().index_only_possible = true;
        return *this;
    }

    /* A valid plain btree index, ascending. */
    int
    index(int relation, std::initializer_list<int> keys)
    {
        ExistingIndexFact fact = {};
        fact.name = keep("public.existing_" + std::to_string(indexes.size()));
        fact.predicate_sql = "";
        fact.definition.relation = relation;
        for (int key : keys)
            fact.definition.keys[fact.definition.n_keys++].attribute = key;
        fact.btree = fact.plain = fact.valid = true;
        indexes.push_back(fact);
        return static_cast<int>(indexes.size()) - 1;
    }

    /* Over the builder's own arrays: valid until something is added. */
    Facts
    facts() const
    {
        return {relations.data(),  size(relations),  attributes.data(), size(attributes),
                predicates.data(), size(predicates), orders.data(),     size(orders),
                needed.data(),     size(needed),     searches.data(),   size(searches),
                requests.data(),   size(requests),
                statements.data(), size(statements), indexes.data(),    size(indexes),
                dismissed.data(),  size(dismissed),  sampled.data(),    size(sampled),
                distincts.data(),  size(distincts),  conjunctions.data(), size(conjunctions)};
    }

    static AdvisorLimits
    limits()
    {
        AdvisorLimits limits = {};
        limits.budget_bytes = 1e12;
        limits.max_indexes = 20;
        limits.max_indexes_per_table = 5;
        limits.min_improvement = 0.1;
        limits.max_regression = 0.05;
        limits.write_weight = 1;
        limits.min_table_rows = 1000;
        limits.min_rows_removed = 1000;
        limits.min_removed_fraction = 0.3;
        limits.block_size = 8192;
        limits.max_planner_calls = 1e6;
        limits.memory_bytes = 64 << 20;
        return limits;
    }

  private:
    template <typename T>
    static int32_t
    size(const std::vector<T> &items)
    {
        return static_cast<int32_t>(items.size());
    }

    std::deque<std::string> texts_;
};

#endif
