/* covering.cpp - what is worth carrying in an index. */
#include "covering.h"

#include <algorithm>

#include "definition.h"

namespace advisor
{

namespace
{

/*
 * Columns in INCLUDE, and how wide they may be together: a quarter of the row,
 * or a little more where that is little, but never most of it: an index is no
 * second table. And what they save are visits to the table: there must be some.
 */
constexpr std::size_t MAX_COVERED = 6;
constexpr double COVERED_BYTES = 64;
constexpr double COVERED_SHARE_OF_ROW = 0.25;
constexpr double COVERED_SHARE_AT_MOST = 0.35;
constexpr double COVERED_ALL_VISIBLE = 0.5;
constexpr double COVERED_ROWS = 5;

/* An updated column in an index makes updates of it HOT no more, so that it must spare this many visits. */
constexpr double UPDATED_COVERED_ROWS = 1000;

double
row_bytes(const RelationFact &relation, double block_size)
{
    return relation.rows > 0 ? relation.pages * block_size / relation.rows : 0;
}

bool
is_one_value(PredicateKind kind)
{
    return kind == PREDICATE_EQUAL || kind == PREDICATE_IS_NULL || kind == PREDICATE_TRUE ||
           kind == PREDICATE_FALSE;
}

/* The column is settled by the index's own condition, so that nobody has to read it. */
bool
is_settled(const Workload &workload, const IndexDefinition &definition, std::int32_t attribute)
{
    for (std::int32_t i = 0; i < definition.n_predicates; i++)
    {
        const PredicateFact &predicate = workload.predicates()[definition.predicates[i]];
        if (predicate.attribute == attribute && is_one_value(predicate.kind))
            return true;
    }
    return false;
}

Vector<std::int32_t>
missing_columns(const Workload &workload, const RequestFact &request, const IndexDefinition &definition)
{
    Vector<std::int32_t> missing;

    for (std::int32_t attribute : workload.needed_of(request))
        if (!has_key(definition, attribute) && !is_settled(workload, definition, attribute) &&
            std::ranges::find(missing, attribute) == missing.end())
            missing.push_back(attribute);
    return missing;
}

/* Some index ends the scan when the first rows were found: it has the order, or none is asked for. */
bool
can_stop_early(const RequestFact &request)
{
    return request.has_limit && request.order_complete;
}

bool
is_joined(const Workload &workload, const RequestFact &request)
{
    return std::ranges::any_of(workload.predicates_of(request),
                               [](const PredicateFact &predicate) { return predicate.kind == PREDICATE_JOIN; });
}

/* Few rows are fetched as fast as they are read from the index, unless that happens again and again in a join. */
bool
fetches_some_rows(const Workload &workload, const RequestFact &request)
{
    if (is_joined(workload, request))
        return true;
    return !can_stop_early(request) &&
           (request.selectivity < 0 ||
            workload.relations()[request.relation].rows * request.selectivity >= COVERED_ROWS);
}

/* Updates of the columns stay HOT, or so many visits are spared that it may pay all the same. */
bool
is_worth_its_updates(const Workload &workload, const RequestFact &request, std::span<const std::int32_t> columns)
{
    return std::ranges::none_of(columns, [&workload](std::int32_t column)
                                { return workload.attributes()[column].updated; }) ||
           workload.relations()[request.relation].rows * request.selectivity >= UPDATED_COVERED_ROWS;
}

bool
may_answer_alone(const Workload &workload, const RequestFact &request)
{
    return request.index_only_possible && request.n_needed > 0 &&
           workload.relations()[request.relation].all_visible >= COVERED_ALL_VISIBLE;
}

} // namespace

bool
answers_alone(const Workload &workload, const RequestFact &request, const IndexDefinition &definition)
{
    return may_answer_alone(workload, request) &&
           std::ranges::all_of(missing_columns(workload, request, definition),
                               [&definition](std::int32_t column) { return has_include(definition, column); });
}

bool
is_narrow(const Workload &workload, std::span<const std::int32_t> columns, std::int32_t relation, double block_size)
{
    double row = row_bytes(workload.relations()[relation], block_size);
    double bytes = 0;

    if (columns.size() > MAX_COVERED)
        return false;
    for (std::int32_t column : columns)
        bytes += workload.attributes()[column].avg_width;
    return bytes <= std::max(COVERED_SHARE_OF_ROW * row, std::min(COVERED_BYTES, COVERED_SHARE_AT_MOST * row));
}

bool
cover(const Workload &workload, const RequestFact &request, double block_size, IndexDefinition &definition)
{
    Vector<std::int32_t> missing = missing_columns(workload, request, definition);

    if (!may_answer_alone(workload, request) || !fetches_some_rows(workload, request))
        return false;
    if (missing.empty() || !is_narrow(workload, missing, request.relation, block_size) ||
        !is_worth_its_updates(workload, request, missing))
        return false;
    std::ranges::copy(missing, definition.includes);
    definition.n_includes = static_cast<std::int32_t>(missing.size());
    return true;
}

} // namespace advisor
