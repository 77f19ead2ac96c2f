#include "reasons.h"

#include <algorithm>
#include <cmath>

#include "alternatives.h"
#include "candidates.h"
#include "definition.h"
#include "describe.h"
#include "key_order.h"
#include "preference.h"
#include "words.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* Of a statement's text in a sentence. */
constexpr std::size_t QUERY_BYTES = 160;

/* Below this share of visible pages an index-only scan visits the table too often to pay. */
constexpr double MOSTLY_VISIBLE = 0.5;

/* A partial index of more than this share of the rows is for one value what a full one is for all. */
constexpr double HARDLY_SMALLER = 0.5;

/* A constant that nearly all executions share. */
constexpr double NEARLY_CONSTANT = 0.98;

/* What the heaviest statement asks of the index's relation. */
const RequestFact *
request_of(const Case &one, int32_t statement)
{
    for (const RequestFact &request : one.workload().requests_of(statement))
        if (request.relation == one.definition().relation)
            return &request;
    return nullptr;
}

bool
measured(const Case &one)
{
    return one.workload().statements()[one.statements.front()].measured;
}

} // namespace

String
load_words(const Case &one, double load)
{
    return measured(one) ? milliseconds(load) + " an hour" : number(load) + " (planner's cost times weight)";
}

/* ---- figures ---- */

const Workload &
Case::workload() const
{
    return decision.workload;
}

const IndexDefinition &
Case::definition() const
{
    return decision.candidates[candidate].definition;
}

const RelationFact &
Case::relation() const
{
    return workload().relations()[definition().relation];
}

double
Case::base(int32_t statement) const
{
    return decision.costs.base(statement)->cost;
}

double
Case::with(int32_t statement) const
{
    return decision.costs.bounds(statement, decision.outcome.chosen).most;
}

double
Case::without(int32_t statement) const
{
    return decision.costs.bounds(statement, rest).most;
}

std::optional<double>
Case::instead(int32_t statement, int32_t alternative) const
{
    const Cell *cell = decision.costs.find(statement, united(rest, Configuration(1, alternative)));

    return cell != nullptr ? std::optional(cell->cost) : std::nullopt;
}

double
Case::saved() const
{
    double sum = 0;

    for (const int32_t statement : statements)
        sum += valuation.load_at(statement, without(statement)) - valuation.load_at(statement, with(statement));
    return sum;
}

namespace
{

void
add_spread(const Valuation &valuation, double without, double with, int32_t sets, Spread &spread)
{
    spread.total += sets;
    if (valuation.improves(without, with))
        spread.helped += sets;
    else if (valuation.improves(with, without))
        spread.dearer += sets;
}

} // namespace

Spread
Case::spread() const
{
    Spread spread;

    for (const int32_t statement : statements)
    {
        const Cell *dear = decision.costs.find(statement, rest),
                   *cheap = decision.costs.find(statement, decision.outcome.chosen);
        const Cell *base = decision.costs.base(statement);

        if (dear == nullptr)
            dear = base;
        if (cheap == nullptr || cheap->binds.empty() || dear->binds.size() != cheap->binds.size())
        {
            add_spread(valuation, without(statement), with(statement), workload().statements()[statement].binds,
                       spread);
            continue;
        }
        for (std::size_t i = 0; i < cheap->binds.size(); i++)
            add_spread(valuation, dear->binds[i], cheap->binds[i], 1, spread);
    }
    return spread;
}

/* ---- why ---- */

namespace
{

/* Rows of the relation that a condition keeps; a statement planned without values may not tell. */
String
rows_words(const Case &one, double selectivity)
{
    if (selectivity < 0)
        return "an unknown number of rows";
    return "about " + count(two_digits(std::max(one.relation().rows * selectivity, 1.0)), "row", "rows");
}

/* What reading the table costs the statement now. */
String
reading_words(const Case &one, const RequestFact &request)
{
    const RelationFact &relation = one.relation();
    const String filter = filter_words(one.workload(), request);
    const String condition = filter.empty() ? String() : " (" + filter + ")";

    if (filter.empty() && request.rows_read < 0)
        return String("The planner expects it to read all of about ") + about(relation.rows) + " rows of " +
               relation.name + " per call.";
    if (request.rows_read < 0 || request.rows_removed < 0)
        return String("The planner expects it to read about ") + about(relation.rows) + " rows of " +
               relation.name + " per call to keep " + rows_words(one, request.selectivity) + condition + ".";
    if (request.rows_removed < 1)
        return "Each call reads " + number(request.rows_read) + " rows of " + relation.name + condition + ".";
    return "Each call reads " + number(request.rows_read) + " rows of " + relation.name + " and throws away " +
           number(request.rows_removed) + " of them" + condition + ".";
}

String
calls_words(const StatementFact &statement)
{
    const double calls = statement.hours > 0 ? statement.calls / statement.hours : statement.calls;

    if (!statement.measured)
        return "was given with weight " + number(statement.calls);
    return "runs " +
           (calls < 1 ? "once in " + count(1 / std::max(calls, 1e-9), "hour", "hours")
                      : number(calls) + " times an hour") +
           ", " + milliseconds(statement.calls > 0 ? statement.total_ms / statement.calls : 0) + " each";
}

} // namespace

String
why_words(const Case &one)
{
    const StatementFact &statement = one.workload().statements()[one.statements.front()];
    const RequestFact *request = request_of(one, one.statements.front());
    const std::size_t others = one.statements.size() - 1;
    String words = "\"" + shortened(statement.query, QUERY_BYTES) + "\" " + calls_words(statement) + ".";

    if (request != nullptr)
        words += " " + reading_words(one, *request);
    if (others > 0)
        words +=
            " " + count(static_cast<double>(others), "more statement uses", "more statements use") + " the index.";
    return words;
}

/* ---- the rule: order of columns ---- */

namespace
{

/* Why a key is where it is: the first statement that says so. */
struct Role
{
    const RequestFact *request = nullptr;
    const PredicateFact *condition = nullptr;
    const OrderFact *order = nullptr;
};

Role
role_of(const Case &one, int32_t attribute)
{
    const Workload &workload = one.workload();
    Role role;

    for (const int32_t statement : one.statements)
        for (const RequestFact &request : workload.requests_of(statement))
        {
            if (request.relation != one.definition().relation)
                continue;
            role = {&request, condition_on(workload, request, attribute), nullptr};
            for (const OrderFact &order : workload.orders_of(request))
                if (order.attribute == attribute)
                    role.order = &order;
            if (role.condition != nullptr || role.order != nullptr)
                return role;
        }
    return role;
}

String
values_words(const Case &one, const AttributeFact &attribute, const PredicateFact &condition)
{
    String found = rows_words(one, condition.selectivity) + " per search";

    if (attribute.n_distinct < 1)
        return found;
    return "about " + count(two_digits(attribute.n_distinct), "distinct value", "distinct values") + ", " + found;
}

String
condition_words(const Case &one, const IndexKey &key, const PredicateFact &condition, bool is_last)
{
    const AttributeFact &attribute = one.workload().attributes()[key.attribute];
    const String words = condition.words;

    switch (condition.kind)
    {
        case PREDICATE_JOIN:
            return "it is joined on, " + values_words(one, attribute, condition);
        case PREDICATE_EQUAL_ANY:
            return "a list of values (" + words + "), " + values_words(one, attribute, condition);
        case PREDICATE_RANGE:
            return "a range (" + words + ")" +
                   (is_last ? ", after the equalities because no column after a range narrows the search" : "");
        case PREDICATE_PREFIX:
            if (!key.pattern && attribute.pattern_opclass[0] != '\0')
                return "the beginning (" + words +
                       ") is checked row by row, because the collation does not order by character";
            return "a fixed beginning (" + words + "), which is a range";
        case PREDICATE_IS_NOT_NULL:
            return "NULLs are left out (" + words + ")";
        default:
            return "equality (" + words + "), " + values_words(one, attribute, condition);
    }
}

String
order_words(const Role &role)
{
    if (role.request->order_kind == ORDER_GROUP)
        return "read along the index, the rows come in groups without a sort";
    return String("read along the index, the rows come in the order asked for") +
           (role.request->has_limit ? ", and the scan can stop at the LIMIT" : "");
}

String
key_role_words(const Case &one, int position)
{
    const IndexDefinition &definition = one.definition();
    const IndexKey &key = definition.keys[position];
    const AttributeFact &attribute = one.workload().attributes()[key.attribute];
    const Role role = role_of(one, key.attribute);
    const char *place = position == 0 ? " leads: " : position + 1 == definition.n_keys ? " last: " : " next: ";
    String words =
        String(attribute.attnum > 0 ? attribute.name : attribute.sql) + (key.descending ? " DESC" : "") + place;

    if (role.condition == nullptr && role.order == nullptr)
        return words + "the planner's cost is lower with it";
    if (role.condition != nullptr)
        words += condition_words(one, key, *role.condition, position > 0 && position + 1 == definition.n_keys);
    if (role.order != nullptr && !key.pattern && (role.condition == nullptr || !is_equality(role.condition->kind)))
        words += (role.condition != nullptr ? "; " : "") + order_words(role);
    if (key.pattern)
        words +=
            String("; with ") + attribute.pattern_opclass + ", because the collation does not order by character";
    return words;
}

/* A candidate with the same key columns and another leader, whose cost is known for the heaviest statement. */
int32_t
reversed_candidate(const Case &one)
{
    const Decision &decision = one.decision;

    for (const int32_t other : alternatives_to(decision.candidates, decision.costs, decision.outcome.chosen,
                                               one.candidate, one.statements))
    {
        const IndexDefinition &shape = decision.candidates[other].definition;
        bool same = shape.n_keys == one.definition().n_keys &&
                    shape.n_predicates == one.definition().n_predicates &&
                    shape.keys[0].attribute != one.definition().keys[0].attribute;

        for (int i = 0; i < shape.n_keys && same; i++)
            same = has_key(one.definition(), shape.keys[i].attribute);
        if (same && one.instead(one.statements.front(), other).has_value())
            return other;
    }
    return NONE;
}

/* What leading with the second column instead would read, and why: a column without condition is not searched by.
 */
String
rows_by_words(const Case &one, int32_t leader, int32_t second)
{
    const auto attributes = one.workload().attributes();
    const PredicateFact *first_condition = role_of(one, leader).condition;
    const PredicateFact *second_condition = role_of(one, second).condition;

    if (first_condition == nullptr)
        return String("Leading with ") + attributes[second].name + " instead, the order of " +
               attributes[leader].name + " would be lost";
    const String by_leader =
        String(attributes[leader].name) + " alone finds " + rows_words(one, first_condition->selectivity);
    if (second_condition == nullptr)
        return String("Leading with ") + attributes[second].name +
               " instead, nothing would narrow the search, while " + by_leader;
    return String("Leading with ") + attributes[second].name + " instead: " + attributes[second].name +
           " alone finds " + rows_words(one, second_condition->selectivity) + ", " + by_leader;
}

/* Leading with the second column instead: the planner's figure if there is one, and the rows that stand behind it.
 */
String
reversing_words(const Case &one)
{
    const int32_t reversed = reversed_candidate(one);
    const int32_t heaviest = one.statements.front();
    String words = rows_by_words(one, one.definition().keys[0].attribute, one.definition().keys[1].attribute);

    if (reversed != NONE)
        words += "; for the heaviest statement " +
                 shape_words(one.workload(), one.decision.candidates[reversed].definition) + " costs " +
                 number(*one.instead(heaviest, reversed)) + " per call, this order " + number(one.with(heaviest));
    return words + ".";
}

/* ---- the rule: INCLUDE and partial ---- */

/* Columns that the statement needs and no key holds. */
Vector<int32_t>
missing_columns(const Case &one, const RequestFact &request)
{
    Vector<int32_t> missing;

    for (const int32_t attribute : one.workload().needed_of(request))
        if (!has_key(one.definition(), attribute) && !has_include(one.definition(), attribute))
            missing.push_back(attribute);
    return missing;
}

String
width_words(const Case &one, const Vector<int32_t> &columns)
{
    double width = 0;

    for (const int32_t column : columns)
        width += std::max(one.workload().attributes()[column].avg_width, 0.0);
    return count(static_cast<double>(columns.size()), "further column", "further columns") + " (" + number(width) +
           " bytes a row)";
}

String
include_words(const Case &one)
{
    const RequestFact *request = request_of(one, one.statements.front());
    const double visible = one.relation().all_visible;

    if (one.definition().n_includes > 0)
        return "INCLUDE: with these columns the index alone can answer, without visits to the " +
               percent(std::max(visible, 0.0)) + " of the table's pages that are all-visible.";
    if (request == nullptr || !request->index_only_possible)
        return "No INCLUDE: the statement needs whole rows (or locks or changes them), so the table is visited "
               "anyway.";
    const Vector<int32_t> missing = missing_columns(one, *request);
    if (missing.empty())
        return "No INCLUDE: every column that the statement needs is a key already.";
    if (visible >= 0 && visible < MOSTLY_VISIBLE)
        return String("No INCLUDE: ") + (visible > 0 ? "only " + percent(visible) : String("none")) +
               " of the table's pages are all-visible, so an index-only scan would visit the table anyway.";
    if (request->has_limit &&
        (request->n_orders == 0 || delivers_order(one.workload(), *request, one.definition())))
        return "No INCLUDE: the scan can stop at the LIMIT, so that there are few visits to the table to spare.";
    for (const int32_t column : missing)
        if (one.workload().attributes()[column].updated)
            return String("No INCLUDE: ") + one.workload().attributes()[column].name +
                   " is updated, and in an index it would keep those updates from being HOT.";
    return "No INCLUDE: the statement needs " + width_words(one, missing) +
           ", and an index that carries more does not pay for itself by the visits to the table that it would "
           "spare.";
}

/* A condition that a partial index could have had, of the heaviest statement. */
const PredicateFact *
constant_condition(const Case &one)
{
    const RequestFact *request = request_of(one, one.statements.front());

    if (request == nullptr)
        return nullptr;
    for (const PredicateFact &predicate : one.workload().predicates_of(*request))
        if (predicate.or_group == 0 && !predicate.implied && predicate.partial_sql[0] != '\0' &&
            predicate.constant_share >= NEARLY_CONSTANT)
            return &predicate;
    return nullptr;
}

String
partial_words(const Case &one)
{
    const IndexDefinition &definition = one.definition();
    const RelationFact &relation = one.relation();

    if (definition.n_predicates > 0)
    {
        const PredicateFact &predicate = one.workload().predicates()[definition.predicates[0]];
        const String holds = "the index holds about " +
                             about(std::max(one.decision.candidates[one.candidate].size.tuples, 1.0)) + " of " +
                             about(relation.rows) + " rows.";

        if (predicate.kind != PREDICATE_EQUAL && predicate.kind != PREDICATE_EQUAL_ANY)
            return String("Partial: ") + predicate.words + ", whatever the values searched for, and " + holds;
        return String("Partial: ") + predicate.words + " is the same in " + percent(predicate.constant_share) +
               " of the executions, and " + holds + " Another value would not find it.";
    }
    const PredicateFact *constant = constant_condition(one);
    if (constant == nullptr)
        return "";
    if (constant->selectivity > HARDLY_SMALLER)
        return String("Not partial: ") + constant->words + " keeps " + percent(constant->selectivity) +
               " of the rows, so that a partial index would spare less than half of the space.";
    return String("Not partial: an index for ") + constant->words +
           " as it was seen would serve nothing else, and the planner's cost with this one is as low.";
}

} // namespace

namespace
{

/* A b-tree that is there would be asked how far its column goes; so would the ends of a table in the column's
 * order. */
String
ends_words(const Case &one)
{
    const IndexDefinition &definition = one.definition();
    const RequestFact *request = request_of(one, one.statements.front());
    const PredicateFact *condition =
        request == nullptr ? nullptr : condition_on(one.workload(), *request, definition.keys[0].attribute);

    if (condition == nullptr || !condition->past_known_end)
        return "";
    return String(" End of range unknown: ") + condition->words +
           " begins where the statistics of the last ANALYZE end, so the planner expects hardly any row; rows "
           "written since then are not counted.";
}

} // namespace

String
rule_words(const Case &one)
{
    const IndexDefinition &definition = one.definition();
    String words;

    if (definition.method != METHOD_BTREE)
    {
        words = search_rule_words(one) + partial_words(one);
        return words.substr(0, words.find_last_not_of(' ') + 1);
    }
    for (int i = 0; i < definition.n_keys; i++)
        words += key_role_words(one, i) + (i + 1 < definition.n_keys ? "; " : ". ");
    if (definition.n_keys > 1)
        words += reversing_words(one) + " ";
    words += include_words(one);
    const String order = key_order_words(one.workload().facts(), definition);
    words += order.empty() ? "" : " " + order;
    words += ends_words(one);
    const String partial = partial_words(one);
    return partial.empty() ? words : words + " " + partial;
}

} // namespace advisor
