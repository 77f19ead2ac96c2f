/* verdict_name.cpp - verdicts as the SQL enum has them. */
#include <iterator>

#include "verdict.h"

namespace advisor
{

namespace
{

/* In the order of AdvisorVerdict. */
constexpr const char *NAMES[] = {
    "index_proposed",
    "served",
    "small_table",
    "low_cardinality",
    "nearly_all_rows",
    "repeated_in_a_row",
    "deep_offset",
    "limit_stops_early",
    "low_selectivity",
    "cost_settings",
    "stale_statistics",
    "misestimated",
    "low_correlation",
    "generic_plan",
    "planner_prefers_scan",
    "below_min_improvement",
    "writes_outweigh",
    "over_budget",
    "would_regress",
    "no_predicate",
    "few_rows_removed",
    "not_analysed",
    "implicit_cast",
    "collation_mismatch",
    "function_on_column",
    "leading_wildcard",
    "negation",
    "or_condition",
    "optional_parameter",
    "row_security",
    "volatile_function",
    "no_operator_class",
    "too_wide_key",
    "array_member",
    "is_not_distinct",
    "same_row",
    "subquery_per_row",
    "condition_outside",
    "system_column",
    "not_a_comparison",
    "dismissed",
    "unplannable",
    "not_finished",
};
static_assert(std::size(NAMES) == VERDICT_NOT_FINISHED + 1);

} // namespace

const char *
verdict_name(AdvisorVerdict verdict)
{
    const auto number = static_cast<std::size_t>(verdict);

    return number < std::size(NAMES) ? NAMES[number] : nullptr;
}

} // namespace advisor
