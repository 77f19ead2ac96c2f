/*
 * dump_fields.h - the fields of what a dump holds, by name: one list for whoever writes them and whoever reads them.
 *
 * each_field(field, fact) calls field(name, value) for every field that is a number, a flag, an enumeration or a string,
 * and field.list(name, items, n) for numbers whose count another field says. What refers to an array by its first item and a
 * count is told as those two numbers. The definition of an index is told without its keys, which are facts of their own.
 * A field that is added to a fact is added here (core_tests/dump_fields_test.cpp counts them), but for words by which nothing
 * is chosen (PredicateFact.rewrite, detail; RequestFact.outside, outside_why; StatementFact.origin).
 */
#ifndef ADVISOR_DUMP_FIELDS_H
#define ADVISOR_DUMP_FIELDS_H

#include <concepts>
#include <type_traits>

#include "advisor.h"
#include "facts.h"

namespace advisor
{

template <typename T, typename Fact>
concept IsFact = std::same_as<std::remove_const_t<T>, Fact>;

/* Without the memory, which is the business of who reads it. */
template <typename Field, IsFact<AdvisorLimits> Fact>
void
each_field(Field &&field, Fact &limits)
{
    field("budget_bytes", limits.budget_bytes);
    field("max_indexes", limits.max_indexes);
    field("max_indexes_per_table", limits.max_indexes_per_table);
    field("min_improvement", limits.min_improvement);
    field("max_regression", limits.max_regression);
    field("write_weight", limits.write_weight);
    field("min_table_rows", limits.min_table_rows);
    field("min_rows_removed", limits.min_rows_removed);
    field("min_removed_fraction", limits.min_removed_fraction);
    field("block_size", limits.block_size);
    field("max_planner_calls", limits.max_planner_calls);
}

template <typename Field, IsFact<RelationFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("name", fact.name);
    field("short_name", fact.short_name);
    field("rows", fact.rows);
    field("pages", fact.pages);
    field("all_visible", fact.all_visible);
    field("inserts_per_hour", fact.inserts_per_hour);
    field("updates_per_hour", fact.updates_per_hour);
    field("hot_updates_per_hour", fact.hot_updates_per_hour);
    field("deletes_per_hour", fact.deletes_per_hour);
    field("write_hours", fact.write_hours);
    field("checkpoint_hours", fact.checkpoint_hours);
    field("logged", fact.logged);
    field("brin_keeps_hot", fact.brin_keeps_hot);
    field("index_bytes", fact.index_bytes);
    field("partitions", fact.partitions);
    field("even_partitions", fact.even_partitions);
    field("analysed", fact.analysed);
    field("analysed_hours", fact.analysed_hours);
    field("modified_rows", fact.modified_rows);
}

template <typename Field, IsFact<AttributeFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("relation", fact.relation);
    field("name", fact.name);
    field("sql", fact.sql);
    field("pattern_opclass", fact.pattern_opclass);
    field("attnum", fact.attnum);
    field("typlen", fact.typlen);
    field("typalign", fact.typalign);
    field("avg_width", fact.avg_width);
    field("null_fraction", fact.null_fraction);
    field("n_distinct", fact.n_distinct);
    field("correlation", fact.correlation);
    field("top_frequency", fact.top_frequency);
    field("has_btree", fact.has_btree);
    field("equalimage", fact.equalimage);
    field("updated", fact.updated);
    field("is_array_or_container", fact.is_array_or_container);
}

template <typename Field, IsFact<PredicateFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("attribute", fact.attribute);
    field("kind", fact.kind);
    field("obstacle", fact.obstacle);
    field("or_group", fact.or_group);
    field("or_arm", fact.or_arm);
    field("selectivity", fact.selectivity);
    field("constant_share", fact.constant_share);
    field("partial_sql", fact.partial_sql);
    field("words", fact.words);
    field("updated", fact.updated);
    field("implied", fact.implied);
    field("past_known_end", fact.past_known_end);
    field("extension", fact.extension);
}

template <typename Field, IsFact<OrderFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("attribute", fact.attribute);
    field("descending", fact.descending);
    field("nulls_first", fact.nulls_first);
}

template <typename Field, IsFact<SearchFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("predicate", fact.predicate);
    field("attribute", fact.attribute);
    field("method", fact.method);
    field("opclass", fact.opclass);
}

template <typename Field, IsFact<RequestFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("relation", fact.relation);
    field("first_predicate", fact.first_predicate);
    field("n_predicates", fact.n_predicates);
    field("first_order", fact.first_order);
    field("n_orders", fact.n_orders);
    field("order_kind", fact.order_kind);
    field("order_complete", fact.order_complete);
    field("has_limit", fact.has_limit);
    field("first_search", fact.first_search);
    field("n_searches", fact.n_searches);
    field("index_only_possible", fact.index_only_possible);
    field("first_needed", fact.first_needed);
    field("n_needed", fact.n_needed);
    field("sequential", fact.sequential);
    field("served_by", fact.served_by);
    field("rows_read", fact.rows_read);
    field("rows_removed", fact.rows_removed);
    field("selectivity", fact.selectivity);
    field("planned_selectivity", fact.planned_selectivity);
    field("offset_rows", fact.offset_rows);
    field("idle_index", fact.idle_index);
    field("idle_cost", fact.idle_cost);
    field("random_page_cost", fact.random_page_cost);
    field("cheap_random_cost", fact.cheap_random_cost);
    field("large_cache_cost", fact.large_cache_cost);
    field("custom_index", fact.custom_index);
    field("custom_cost", fact.custom_cost);
    field("generic_share", fact.generic_share);
    field("outside_selectivity", fact.outside_selectivity);
    field("statistics_useless", fact.statistics_useless);
}

template <typename Field, IsFact<StatementFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("id", fact.id);
    field("query", fact.query);
    field("calls", fact.calls);
    field("total_ms", fact.total_ms);
    field("measured", fact.measured);
    field("hours", fact.hours);
    field("binds", fact.binds);
    field("streak", fact.streak);
    field("first_request", fact.first_request);
    field("n_requests", fact.n_requests);
}

template <typename Field, IsFact<IndexKey> Fact>
void
each_field(Field &&field, Fact &key)
{
    field("attribute", key.attribute);
    field("descending", key.descending);
    field("nulls_first", key.nulls_first);
    field("pattern", key.pattern);
    field("opclass", key.opclass);
}

template <typename Field, IsFact<IndexDefinition> Fact>
void
each_field(Field &&field, Fact &definition)
{
    field("relation", definition.relation);
    field("method", definition.method);
    field("fill_factor", definition.fill_factor);
    field("keeps_duplicates", definition.keeps_duplicates);
    field.list("includes", definition.includes, definition.n_includes);
}

template <typename Field, IsFact<ExistingIndexFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("name", fact.name);
    each_field(field, fact.definition);
    field("predicate_sql", fact.predicate_sql);
    field("bytes", fact.bytes);
    field("scans", fact.scans);
    field("btree", fact.btree);
    field("plain", fact.plain);
    field("unique", fact.unique);
    field("constraint", fact.constraint);
    field("valid", fact.valid);
}

template <typename Field, IsFact<DismissedFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("relation", fact.relation);
    field("definition", fact.definition);
}

template <typename Field, IsFact<SampledColumnFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("attribute", fact.attribute);
    field("predicate", fact.predicate);
    field.list("blocks", fact.blocks, fact.n_rows);
    field.list("ranks", fact.ranks, fact.n_rows);
    field.list("widths", fact.widths, fact.n_rows);
}

template <typename Field, IsFact<DistinctFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field.list("attributes", fact.attributes, fact.n_attributes);
    field("n_distinct", fact.n_distinct);
}

template <typename Field, IsFact<ConjunctionFact> Fact>
void
each_field(Field &&field, Fact &fact)
{
    field("first", fact.first);
    field("second", fact.second);
    field("selectivity", fact.selectivity);
}

template <typename Field, IsFact<IndexSize> Fact>
void
each_field(Field &&field, Fact &size)
{
    field("tuples", size.tuples);
    field("pages", size.pages);
    field("bytes", size.bytes);
    field("height", size.height);
    field("entry_pages", size.entry_pages);
    field("data_pages", size.data_pages);
    field("entries", size.entries);
    field("postings", size.postings);
    field("tuple_bytes", size.tuple_bytes);
    field("steps", size.steps);
}

} // namespace advisor

#endif
