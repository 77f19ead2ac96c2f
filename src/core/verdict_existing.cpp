/*
 * verdict_existing.cpp - estimates first, then settings, then how the rows lie, then
 * how many they are.
 *
 * What the planner would do otherwise is asked of the planner (RequestFact.idle_cost
 * and so on), so a setting is blamed only where the plan changes with it. A wrong
 * estimate comes first: what follows from it is no fault of settings.
 */
#include "verdict_existing.h"

#include <algorithm>
#include <cmath>

#include "words.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* So many of the rows changed since ANALYZE make its figures old; autovacuum waits for as many by default. */
constexpr double STALE = 0.1;

/* Keys that go with the order of the table less than that are scattered. */
constexpr double SCATTERED = 0.5;

/* Up to so many of the rows would be cheap to read if they lay together. */
constexpr double FEW_ROWS = 1.0 / 3;

/* They lie on so many times the pages that would hold them. */
constexpr double SPREAD = 2;

/* Of fewer values nobody would sort a table by. */
constexpr double MANY_VALUES = 20;

String
analysed_words(const RelationFact &relation)
{
    String words = relation.analysed_hours < 0 ? String("analysed at a time that the server does not know")
                                               : "analysed " + span_words(relation.analysed_hours) + " ago";

    if (relation.modified_rows >= 0)
        words += ", " + count(relation.modified_rows, "row", "rows") + " of about " + about(relation.rows) +
                 " written since";
    return words;
}

/* Columns that are compared by equality, if there are several, in the table's order: what statistics can be made
 * of. */
String
compared_columns(const Workload &workload, const RequestFact &request)
{
    Map<int32_t, String> columns;
    String list;

    for (const PredicateFact &predicate : workload.predicates_of(request))
        if (predicate.kind == PREDICATE_EQUAL && predicate.or_group == 0 && predicate.attribute != NONE &&
            workload.attributes()[predicate.attribute].attnum > 0)
            columns[workload.attributes()[predicate.attribute].attnum] =
                workload.attributes()[predicate.attribute].sql;
    if (columns.size() < 2 || columns.size() > MAX_STATISTICS_COLUMNS)
        return list;
    for (const auto &[attnum, name] : columns)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

/* Share of the pages that rows which lie anywhere are on. */
double
pages_touched(const RelationFact &relation, double selectivity)
{
    return 1 - std::pow(1 - selectivity, relation.rows / std::max(relation.pages, 1.0));
}

/* For a filter twice what is kept, as for a new index: through an index every row is a visit. */
bool
is_worth_a_setting(const Workload &workload, const RequestFact &request, double base_cost, double cost,
                   const AdvisorLimits &limits)
{
    const auto predicates = workload.predicates_of(request);
    const bool joins = std::any_of(predicates.begin(), predicates.end(),
                                   [](const PredicateFact &p) { return p.kind == PREDICATE_JOIN; });
    const double kept = joins ? 0 : std::max(request.selectivity, 0.0);

    return cost >= 0 && cost <= base_cost * (1 - std::max(limits.min_improvement, 2 * kept));
}

bool
is_scattered(const RelationFact &relation, const AttributeFact &key, const RequestFact &request)
{
    return key.correlation > -SCATTERED && key.correlation < SCATTERED && key.n_distinct > MANY_VALUES &&
           request.selectivity >= 0 && request.selectivity <= FEW_ROWS &&
           pages_touched(relation, request.selectivity) >= SPREAD * request.selectivity;
}

} // namespace

bool
is_stale(double rows, double modified_rows)
{
    return modified_rows >= 1 && modified_rows >= STALE * rows;
}

String
kept_words(const RequestFact &request)
{
    if (request.n_predicates == 0)
        return "Without a condition all of the table is wanted";
    if (request.selectivity < 0)
        return "Nobody knows what the filter keeps of the table";
    String words = "The filter keeps " + percent(request.selectivity) + " of the table";
    if (request.planned_selectivity < 0)
        return words;
    return words + ", as measured (the planner expects " + percent(request.planned_selectivity) + ")";
}

Blame
blame_for_estimate(const Workload &workload, const RequestFact &request)
{
    const RelationFact &relation = workload.relations()[request.relation];
    const String start = kept_words(request) + ". " + relation.name + " was " + analysed_words(relation);

    if (is_stale(relation.rows, relation.modified_rows))
        return {VERDICT_STALE_STATISTICS, start + ": run ANALYZE " + relation.name + ", then look again.", NONE};
    if (request.statistics_useless)
        return {VERDICT_MISESTIMATED,
                start +
                    ", so ANALYZE would not help; nor would CREATE STATISTICS, by a sample of the rows and by what "
                    "the planner would do. For a rare value of one column ALTER TABLE ... SET STATISTICS tells it.",
                NONE};
    if (const String columns = compared_columns(workload, request); !columns.empty())
        return {
            VERDICT_MISESTIMATED,
            start + ", so ANALYZE alone would not help: the columns depend on each other. CREATE STATISTICS ON " +
                columns + " FROM " +
                (relation.partitions > 0 ? "each partition (those of the whole table tell the planner nothing of "
                                           "a scan)"
                                         : relation.name) +
                "; ANALYZE " + relation.name + ". Then look again whether it needs an index.",
            NONE};
    return {VERDICT_MISESTIMATED,
            start + ", so ANALYZE would not help. For columns that depend on each other, or an expression, CREATE "
                    "STATISTICS tells the planner; for a rare value of one column ALTER TABLE ... SET STATISTICS.",
            NONE};
}

Blame
blame_for_idle(const Workload &workload, const RequestFact &request, int32_t index, double base_cost,
               const AdvisorLimits &limits)
{
    const RelationFact &relation = workload.relations()[request.relation];
    const ExistingIndexFact &existing = workload.indexes()[index];
    const int32_t key = existing.definition.n_keys > 0 ? existing.definition.keys[0].attribute : NONE;
    const String start =
        String(existing.name) + " could be searched; the planner reads the table instead, because that is cheaper";
    const String costs =
        request.idle_cost < 0 ? String() : " (" + number(base_cost) + " against " + number(request.idle_cost) + ")";

    if (key != NONE && workload.attributes()[key].attnum > 0 && workload.attributes()[key].n_distinct < 0 &&
        request.selectivity <= FEW_ROWS)
        return {VERDICT_NOT_ANALYSED,
                start + costs + ". It knows nothing of " + workload.attributes()[key].name +
                    ", of which there are no statistics: run ANALYZE " + relation.name + ".",
                key};
    if (request.planned_selectivity > request.selectivity)
        return blame_for_estimate(workload, request);
    if (is_worth_a_setting(workload, request, base_cost, request.cheap_random_cost, limits))
        return {
            VERDICT_COST_SETTINGS,
            start + costs + ". With random_page_cost at 1.1 times seq_page_cost instead of " +
                number(request.random_page_cost) + " it would search the index, at " +
                number(request.cheap_random_cost) +
                ". That is what suits solid state disks and tables that are cached: if these are, ALTER SYSTEM SET "
                "random_page_cost = 1.1.",
            NONE};
    if (is_worth_a_setting(workload, request, base_cost, request.large_cache_cost, limits))
        return {
            VERDICT_COST_SETTINGS,
            start + costs +
                ". effective_cache_size is less than shared_buffers, which is part of it; with as much the planner "
                "would search the index, at " +
                number(request.large_cache_cost) +
                ": ALTER SYSTEM SET effective_cache_size to what the machine has for caching.",
            NONE};
    if (key != NONE && is_scattered(relation, workload.attributes()[key], request))
        return {VERDICT_LOW_CORRELATION,
                start + costs + ". " + kept_words(request) + ", but these rows lie on about " +
                    percent(pages_touched(relation, request.selectivity)) + " of its pages: the order of " +
                    workload.attributes()[key].name + " has nothing to do with the table's (correlation " +
                    number(workload.attributes()[key].correlation) + "). CLUSTER " + relation.name +
                    " would bring them together.",
                key};
    return {VERDICT_LOW_SELECTIVITY, start + costs + ". " + kept_words(request) + ".", key};
}

bool
is_generic_to_blame(const RequestFact &request, double base_cost, const AdvisorLimits &limits)
{
    return request.custom_index != NONE && request.custom_cost >= 0 &&
           request.custom_cost <= base_cost * (1 - limits.min_improvement);
}

Blame
blame_for_generic(const Workload &workload, const RequestFact &request, double base_cost)
{
    return {
        VERDICT_GENERIC_PLAN,
        percent(request.generic_share) +
            " of the executions run a plan that was made for any value of the parameters. With the values of the "
            "slowest of them it would search " +
            workload.indexes()[request.custom_index].name + ", at a cost of " + number(request.custom_cost) +
            " instead of " + number(base_cost) +
            ". SET plan_cache_mode = force_custom_plan (ALTER ROLE or ALTER FUNCTION ... SET), or have the driver "
            "not prepare this statement.",
        NONE};
}

} // namespace advisor
