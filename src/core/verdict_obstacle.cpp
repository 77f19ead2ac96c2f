/*
 * verdict_obstacle.cpp - a verdict and a next step for each obstacle.
 *
 * A rewrite that the reader of the plan knows comes first, since it is free; then
 * the index that would serve the condition as it is; then what is left: to store
 * the value in the form that is searched for.
 */
#include "verdict_obstacle.h"

#include <algorithm>
#include <iterator>

#include "workload.h"

namespace advisor
{

namespace
{

struct Meaning
{
    PredicateObstacle obstacle;
    AdvisorVerdict verdict;
    const char *cause;  /* why no index is searched */
    const char *remedy; /* where there is no rewrite */
};

constexpr Meaning MEANINGS[] = {
    {OBSTACLE_NEGATION, VERDICT_NEGATION, "it excludes values, and an index finds only values that are asked for",
     "ask for the wanted values, or for a range"},
    {OBSTACLE_LEADING_WILDCARD, VERDICT_LEADING_WILDCARD, "its pattern does not begin with fixed text",
     "a trigram index (extension pg_trgm, USING gin) serves such a pattern"},
    {OBSTACLE_VOLATILE, VERDICT_VOLATILE_FUNCTION,
     "it calls a volatile function, which may have another value for every row",
     "compute the value once, in a sub-select, and compare with that; or declare the function STABLE if it is"},
    {OBSTACLE_STABLE_EXPRESSION, VERDICT_FUNCTION_ON_COLUMN,
     "its expression depends on settings such as the time zone, so it cannot be an index key",
     "compare the bare column with a range, or name the time zone; else store the value in the form that is asked "
     "for"},
    {OBSTACLE_VALUE_INSIDE, VERDICT_FUNCTION_ON_COLUMN,
     "its expression holds a value of the statement's own beside the column, so that each call would need an index "
     "of "
     "its own",
     "bring the value to the other side, so that the column stands alone; else store the value in the form that is "
     "asked for"},
    {OBSTACLE_IMPLICIT_CAST, VERDICT_IMPLICIT_CAST, "the column is cast to the type of the value",
     "pass the value in the column's own type"},
    {OBSTACLE_COLLATION, VERDICT_COLLATION_MISMATCH, "it compares by another collation than the column's",
     "leave COLLATE out"},
    {OBSTACLE_CONTAINER, VERDICT_NO_OPERATOR_CLASS, "it looks into a container (jsonb, array, text search)",
     "a GIN index with the matching operator class serves it"},
    {OBSTACLE_NO_OPCLASS, VERDICT_NO_OPERATOR_CLASS, "no operator class that is installed has its operator",
     "compare an expression of a type that has one (jsonb instead of json, text instead of xml)"},
    {OBSTACLE_FAILS, VERDICT_FUNCTION_ON_COLUMN,
     "its expression fails on some row, so that no index can be built on it",
     "guard the expression with CASE, or mend the rows"},
    {OBSTACLE_UNTRUSTED, VERDICT_FUNCTION_ON_COLUMN,
     "a function in it belongs neither to a superuser nor to the table's owner, whose rights an index on it would "
     "run "
     "with",
     "give the function to the table's owner once it is looked through, or compare the bare column"},
    {OBSTACLE_ARRAY_MEMBER, VERDICT_ARRAY_MEMBER,
     "the planner searches no index for a value in an array column that is written so",
     "write column @> ARRAY[value]"},
    {OBSTACLE_NOT_DISTINCT, VERDICT_IS_NOT_DISTINCT, "the planner searches no index for IS NOT DISTINCT FROM",
     "write = while the value is not NULL, and IS NULL else"},
    {OBSTACLE_SAME_ROW, VERDICT_SAME_ROW, "it compares columns of one row with each other, which is no search",
     "where few rows meet it, a partial index with just this condition (WHERE) finds them"},
    {OBSTACLE_SUBQUERY, VERDICT_SUBQUERY_PER_ROW, "it holds a sub-select that is computed for each row",
     "write it as a join, or as = ANY (ARRAY(SELECT ...)) if it does not depend on the row"},
    {OBSTACLE_SYSTEM_COLUMN, VERDICT_SYSTEM_COLUMN,
     "it is about a system column or a whole row, which no index holds", "compare the columns that are meant"},
    {OBSTACLE_OR_ARM, VERDICT_OR_CONDITION,
     "one arm of the OR gives an index nothing to search for, so all rows are read",
     "mend that arm, or write a UNION of two statements"},
    {OBSTACLE_OR_RELATIONS, VERDICT_OR_CONDITION,
     "the OR is about columns of several tables, so no index of one of them settles it",
     "write a UNION of one statement for each arm"},
    {OBSTACLE_OPTIONAL, VERDICT_OPTIONAL_PARAMETER,
     "whether it asks for anything depends on a parameter, and the plan has to be right for both",
     "send a statement without the condition when nothing is asked for, or SET plan_cache_mode = "
     "force_custom_plan, so that each execution is planned with its values"},
    {OBSTACLE_ROW_SECURITY, VERDICT_ROW_SECURITY,
     "rows that a policy or a security barrier hides must not reach it, so it is no index condition",
     "let a superuser declare its function LEAKPROOF if it tells nothing of its arguments (neither in errors), or "
     "compare by an operator that is"},
    {OBSTACLE_INDEX_ON_COLUMN, VERDICT_FUNCTION_ON_COLUMN,
     "the column stands in an expression, while there is an index on the column itself", "compare the bare column"},
    {OBSTACLE_COMPLEX, VERDICT_NOT_A_COMPARISON, "it is not of the form column, operator, value",
     "write it in that form if it can be"},
};

const Meaning &
meaning_of(PredicateObstacle obstacle)
{
    for (const Meaning &meaning : MEANINGS)
        if (meaning.obstacle == obstacle)
            return meaning;
    return MEANINGS[std::size(MEANINGS) - 1];
}

bool
is_function_on_column(PredicateObstacle obstacle)
{
    return obstacle == OBSTACLE_STABLE_EXPRESSION || obstacle == OBSTACLE_VALUE_INSIDE ||
           obstacle == OBSTACLE_INDEX_ON_COLUMN;
}

} // namespace

AdvisorVerdict
obstacle_verdict(PredicateObstacle obstacle)
{
    return meaning_of(obstacle).verdict;
}

String
obstacle_step(const PredicateFact &predicate)
{
    const Meaning &meaning = meaning_of(predicate.obstacle);
    String step = meaning.cause;

    if (predicate.detail != nullptr)
        step.append(" (").append(predicate.detail).append(")");
    /* Where the operator class is missing alone, that is the next step. */
    if (predicate.extension != nullptr)
        return step.append("; an index of the extension ")
            .append(predicate.extension)
            .append(" would serve it: CREATE EXTENSION ")
            .append(predicate.extension)
            .append(", then ask again");
    if (predicate.rewrite == nullptr)
        return step.append(": ").append(meaning.remedy);
    step.append(". Write ").append(predicate.rewrite);
    if (predicate.obstacle == OBSTACLE_ARRAY_MEMBER)
        return step.append(", for which a GIN index on the column serves");
    if (is_function_on_column(predicate.obstacle))
        return step.append(", for which an index on the column serves");
    return step;
}

const PredicateFact *
first_obstacle(std::span<const PredicateFact> predicates)
{
    const auto found = std::find_if(predicates.begin(), predicates.end(),
                                    [](const PredicateFact &p) { return p.kind == PREDICATE_OTHER; });

    return found == predicates.end() ? nullptr : &*found;
}

bool
any_sargable(std::span<const PredicateFact> predicates)
{
    return std::any_of(predicates.begin(), predicates.end(),
                       [](const PredicateFact &p) { return p.kind != PREDICATE_OTHER; });
}

bool
only_joins(std::span<const PredicateFact> predicates)
{
    return std::all_of(predicates.begin(), predicates.end(),
                       [](const PredicateFact &p)
                       { return p.kind == PREDICATE_OTHER || p.kind == PREDICATE_JOIN; });
}

const PredicateFact *
only_badly_written(const Workload &workload, const RequestFact &request)
{
    const PredicateFact *found = nullptr;

    for (const SearchFact &search : workload.searches_of(request))
        if (search.predicate == NONE || workload.predicates()[search.predicate].kind == PREDICATE_OTHER)
            return nullptr;
    for (const PredicateFact &predicate : workload.predicates_of(request))
    {
        if (predicate.or_group != 0 || predicate.kind == PREDICATE_JOIN ||
            (predicate.kind != PREDICATE_OTHER && predicate.selectivity <= NEARLY_ALL))
            return nullptr;
        if (found == nullptr && predicate.kind == PREDICATE_OTHER && predicate.rewrite != nullptr)
            found = &predicate;
    }
    return found;
}

bool
throws_away_many(const RequestFact &request, const AdvisorLimits &limits)
{
    return request.rows_removed >= limits.min_rows_removed &&
           request.rows_removed >= limits.min_removed_fraction * request.rows_read;
}

} // namespace advisor
