/*
 * candidates.cpp - the rules, applied request by request, then across requests.
 *
 * Four rounds per relation, each with its share of what the relation may have:
 * what the requests themselves ask for; the prefixes of that; the orders of
 * keys that several statements can share; merges. Whatever comes late is worth
 * less, so that it is what a crowded relation goes without.
 */
#include "candidates.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "candidate_partial.h"
#include "candidate_pool.h"
#include "candidates_search.h"
#include "covering.h"
#include "index_size.h"
#include "partial_share.h"
#include "request_shape.h"

namespace advisor
{

namespace
{

constexpr std::size_t OWN_LIMIT = MAX_CANDIDATES_PER_RELATION * 6 / 10;
constexpr std::size_t PREFIX_LIMIT = MAX_CANDIDATES_PER_RELATION * 8 / 10;
constexpr std::size_t SHARED_LIMIT = MAX_CANDIDATES_PER_RELATION * 9 / 10;

/* Of a partial index that nothing but its condition speaks for. */
constexpr double BARE_PARTIAL_SELECTIVITY = 0.1;

/* Columns that are compared together keep so much of the table, and so many times what the planner expects. */
constexpr double DEPENDENT_SHARE = 0.01;
constexpr double DEPENDENT_TIMES = 10;

/* With no more leading values than this a statement may skip through them (PostgreSQL 18). */
constexpr double SKIPPABLE_VALUES = 100;

/* One relation's requests, heaviest statement first, and its pool. */
struct Job
{
    const Workload &workload;
    const AdvisorLimits &limits;
    CandidatePool pool;
    Numbers requests;
    Conditions conditions;
};

/* ---- one request ---- */

IndexDefinition
define(const Job &job, const KeyList &list, std::span<const std::int32_t> predicates)
{
    IndexDefinition definition = make_definition(job.pool.relation());

    std::copy(list.keys, list.keys + list.n, definition.keys);
    definition.n_keys = list.n;
    for (std::int32_t predicate : predicates)
        definition.predicates[definition.n_predicates++] =
            job.conditions.at(job.workload.predicates()[predicate].partial_sql);
    return definition;
}

String
rule_of(const char *rule, bool covering, bool partial)
{
    String words = rule;

    if (covering)
        words += ", with the other columns that it needs";
    if (partial)
        words += ", and only the rows that it wants";
    return words;
}

/* A range that the keys leave room for narrows the search as the next key, where INCLUDE only spares visits. */
bool
leaves_out_range(const Shape &shape, const KeyList &list)
{
    return list.n == list.n_equal && list.n < MAX_CANDIDATE_KEYS &&
           std::ranges::any_of(shape.ranges, [](const Conjunct &range) { return range.kind == PREDICATE_RANGE; });
}

void
propose(Job &job, const RequestFact &request, const Shape &shape, const KeyList &list,
        std::span<const std::int32_t> predicates)
{
    IndexDefinition definition = define(job, list, predicates);
    IndexDefinition covering = definition;
    bool covers_by_itself = answers_alone(job.workload, request, definition);

    /* Where an index with these keys serves already, a second one would save the visits to the table alone. */
    bool served = !request.sequential && job.pool.is_provided(definition);
    if (!served && !leaves_out_range(shape, list) && cover(job.workload, request, job.limits.block_size, covering))
        job.pool.add(covering, list.n_equal, rule_of(list.rule, true, !predicates.empty()), OWN_LIMIT);
    if (!list.for_order_alone || covers_by_itself)
        job.pool.add(definition, list.n_equal, rule_of(list.rule, false, !predicates.empty()), OWN_LIMIT);
}

/* The predicate says it all: its own column is as good a key as any. */
KeyList
key_of_predicate(const Workload &workload, std::int32_t predicate)
{
    KeyList list;

    list.keys[0] = {workload.predicates()[predicate].attribute, false, false, false, nullptr};
    list.n = list.n_equal = 1;
    list.rule = "the condition itself";
    return list;
}

/* The condition's column can be a key, and it keeps so little that it is worth an index on its own. */
bool
is_rare(const Workload &workload, std::span<const std::int32_t> predicates)
{
    return partial_share(workload.facts(), predicates) <= BARE_PARTIAL_SELECTIVITY &&
           workload.attributes()[workload.predicates()[predicates[0]].attribute].has_btree;
}

/*
 * Lists of a request under the predicates of a partial index. Those have done
 * the searching: an order, or a column of few values, is a good key of what is left.
 */
Vector<KeyList>
lists_under(const Job &job, Shape &shape, std::span<const std::int32_t> predicates)
{
    bool partial = !predicates.empty();

    shape.has_limit = shape.has_limit || partial;
    shape.order_alone = shape.order_alone || partial;
    Vector<KeyList> lists = key_lists(job.workload, shape);
    if (!partial)
        std::erase_if(lists, [&](const KeyList &list) { return !is_worth_it(job.workload, shape, list); });
    else if ((lists.empty() || !shape.orders.empty()) && is_rare(job.workload, predicates))
        lists.push_back(key_of_predicate(job.workload, predicates[0]));
    return lists;
}

/* A column that fits on no page of a b-tree, as the rest of the request is asked for without it. */
void
leave_out_wide(const Job &job, Shape &shape)
{
    auto is_wide = [&job](const auto &part)
    { return is_too_wide(job.workload.facts(), part.attribute, job.limits.block_size); };

    std::erase_if(shape.equalities, is_wide);
    std::erase_if(shape.joins, is_wide);
    std::erase_if(shape.ranges, is_wide);
    shape.orders.erase(std::ranges::find_if(shape.orders, is_wide), shape.orders.end());
}

template <typename Visit>
void
each_plain_list(const Job &job, const RequestFact &request, Visit visit)
{
    for (const Numbers &predicates : partial_sets(job.workload, request))
    {
        Shape shape = plain_shape(job.workload, request, predicates);
        leave_out_wide(job, shape);
        for (const KeyList &list : lists_under(job, shape, predicates))
            visit(shape, list, predicates);
    }
}

/* Every arm that is left to a b-tree has something to search for. */
bool
is_served_by_arms(const Workload &workload, std::span<const Shape> arms)
{
    return std::ranges::all_of(arms, [&workload](const Shape &arm) { return !key_lists(workload, arm).empty(); });
}

/* Those that differ: an OR may have tens of thousands of arms that ask for one index. */
Vector<Shape>
arms_of(const Workload &workload, const RequestFact &request, std::int32_t group)
{
    Vector<Shape> arms;
    Set<std::tuple<Vector<Conjunct>, Vector<Conjunct>, Vector<Conjunct>>> seen;

    for (auto &[number, arm] : arm_shapes(workload, request, group))
        if ((!key_lists(workload, arm).empty() || !is_searched_arm(workload, request, group, number)) &&
            seen.emplace(arm.equalities, arm.joins, arm.ranges).second)
            arms.push_back(std::move(arm));
    return arms;
}

template <typename Visit>
void
each_arm_list(const Job &job, const RequestFact &request, Visit visit)
{
    Shape plain = plain_shape(job.workload, request, {});
    Set<std::int32_t> groups;

    for (const PredicateFact &predicate : job.workload.predicates_of(request))
        if (predicate.or_group > 0)
            groups.insert(predicate.or_group);
    for (std::int32_t group : groups)
    {
        Vector<Shape> arms = arms_of(job.workload, request, group);
        if (!is_served_by_arms(job.workload, arms))
            continue;
        for (const Shape &arm : arms)
            for (const KeyList &list : arm_key_lists(job.workload, plain, arm))
                if (is_worth_it(job.workload, arm, list))
                    visit(arm, list, Numbers());
    }
}

bool
narrows(const PredicateFact &predicate)
{
    return predicate.kind != PREDICATE_OTHER && predicate.kind != PREDICATE_JOIN;
}

/*
 * An OR over several tables is all that narrows the statement: whatever index there is, all rows are joined first.
 * What helps is a UNION.
 */
bool
is_for_union(const Workload &workload, std::int32_t number)
{
    bool is_over_tables = false;

    for (const RequestFact &request : workload.requests_of(workload.statement_of(number)))
    {
        auto predicates = workload.predicates_of(request);
        if (std::ranges::any_of(predicates, narrows) || (request.has_limit && request.n_orders > 0) ||
            request.n_searches > 0)
            return false;
        is_over_tables =
            is_over_tables || std::ranges::any_of(predicates, [](const PredicateFact &predicate)
                                                  { return predicate.obstacle == OBSTACLE_OR_RELATIONS; });
    }
    return is_over_tables;
}

/* visit(shape, list, predicates) for everything that a request asks for by itself. */
template <typename Visit>
void
each_list(const Job &job, Visit visit)
{
    for (std::int32_t number : job.requests)
    {
        const RequestFact &request = job.workload.requests()[number];
        if (is_below_thresholds(job.workload, request, job.limits) || is_for_union(job.workload, number) ||
            is_for_statistics(job.workload, request))
            continue;
        auto with_request = [&](const Shape &shape, const KeyList &list, const Numbers &predicates)
        { visit(request, shape, list, predicates); };

        each_plain_list(job, request, with_request);
        each_arm_list(job, request, with_request);
    }
}

void
propose_own(Job &job)
{
    each_list(job, [&job](const RequestFact &request, const Shape &shape, const KeyList &list,
                          const Numbers &predicates) { propose(job, request, shape, list, predicates); });
}

void
propose_prefixes(Job &job)
{
    each_list(job,
              [&job](const RequestFact &, const Shape &shape, const KeyList &list, const Numbers &predicates)
              {
                  for (std::int32_t n = list.n - 1; n > 0 && !list.for_order_alone; n--)
                  {
                      KeyList prefix = prefix_of(list, n);
                      if (is_worth_it(job.workload, shape, prefix))
                          job.pool.add(define(job, prefix, predicates), prefix.n_equal,
                                       rule_of(prefix.rule, false, !predicates.empty()), PREFIX_LIMIT);
                  }
              });
}

/* ---- across requests ---- */

bool
same_rows(const IndexDefinition &a, const IndexDefinition &b)
{
    return a.n_predicates == b.n_predicates &&
           std::equal(a.predicates, a.predicates + a.n_predicates, b.predicates);
}

bool
are_equalities_of(const IndexDefinition &part, const Proposed &whole)
{
    for (std::int32_t i = 0; i < part.n_keys; i++)
    {
        auto begin = whole.definition.keys, end = begin + whole.n_equal;
        if (std::none_of(begin, end, [&](const IndexKey &key) { return key.attribute == part.keys[i].attribute; }))
            return false;
    }
    return true;
}

/* a's keys, then what b has besides; empty if that is too many. */
IndexDefinition
appended(const IndexDefinition &a, const IndexDefinition &b)
{
    IndexDefinition all = b;

    std::copy(a.keys, a.keys + a.n_keys, all.keys);
    all.n_keys = a.n_keys;
    for (std::int32_t i = 0; i < b.n_keys; i++)
    {
        if (has_key(a, b.keys[i].attribute))
            continue;
        if (all.n_keys == MAX_CANDIDATE_KEYS)
            return make_definition(a.relation);
        all.keys[all.n_keys++] = b.keys[i];
    }
    return all;
}

/* Included columns of both that are no keys. */
void
unite_includes(IndexDefinition &merged, const IndexDefinition &a, const IndexDefinition &b)
{
    merged.n_includes = 0;
    for (const IndexDefinition *part : {&a, &b})
        for (std::int32_t i = 0; i < part->n_includes; i++)
            if (!has_key(merged, part->includes[i]) && !has_include(merged, part->includes[i]) &&
                merged.n_includes < MAX_INDEX_INCLUDES)
                merged.includes[merged.n_includes++] = part->includes[i];
}

/* The equalities of one in the order in which another can use them too. */
void
propose_shared(Job &job)
{
    Vector<Proposed> known(job.pool.all().begin(), job.pool.all().end());

    for (const Proposed &whole : known)
        for (const Proposed &part : known)
        {
            if (part.definition.n_keys > whole.n_equal || !same_rows(part.definition, whole.definition) ||
                is_key_prefix(part.definition, whole.definition) || !are_equalities_of(part.definition, whole))
                continue;
            job.pool.add(appended(part.definition, whole.definition), part.definition.n_keys,
                         "equalities in the order that serves another statement too", SHARED_LIMIT);
        }
}

bool
can_merge(const Job &job, const IndexDefinition &merged)
{
    std::span<const std::int32_t> includes(merged.includes, static_cast<std::size_t>(merged.n_includes));

    return merged.n_keys > 0 && is_narrow(job.workload, includes, merged.relation, job.limits.block_size);
}

/* Two that start alike in one: the keys of one, then of the other, and what both include. */
void
propose_merges(Job &job)
{
    Vector<Proposed> known(job.pool.all().begin(), job.pool.all().end());

    for (const Proposed &a : known)
        for (const Proposed &b : known)
        {
            /* A column after a range or an order cannot be searched for. */
            if (&a == &b || (a.n_equal < a.definition.n_keys && !is_key_prefix(a.definition, b.definition)) ||
                a.definition.keys[0].attribute != b.definition.keys[0].attribute ||
                a.definition.keys[0].pattern != b.definition.keys[0].pattern ||
                !same_rows(a.definition, b.definition))
                continue;
            IndexDefinition merged = appended(a.definition, b.definition);
            unite_includes(merged, a.definition, b.definition);
            if (can_merge(job, merged))
                job.pool.add(merged, a.n_equal, "one index for several statements", MAX_CANDIDATES_PER_RELATION);
        }
}

/* ---- relevance ---- */

bool
asks_for(const Workload &workload, const RequestFact &request, std::int32_t attribute)
{
    auto predicates = workload.predicates_of(request);
    auto orders = workload.orders_of(request);

    return std::ranges::any_of(predicates, [=](const PredicateFact &predicate)
                               { return predicate.attribute == attribute && predicate.kind != PREDICATE_OTHER; }) ||
           std::ranges::any_of(orders, [=](const OrderFact &order) { return order.attribute == attribute; });
}

bool
implies(const Workload &workload, const RequestFact &request, std::int32_t condition)
{
    std::string_view text = workload.predicates()[condition].partial_sql;

    return std::ranges::any_of(workload.predicates_of(request), [text](const PredicateFact &predicate)
                               { return predicate.or_group == 0 && predicate.partial_sql == text; });
}

/* The planner might use the index for this request. */
bool
can_matter(const Job &job, const RequestFact &request, const IndexDefinition &definition)
{
    const Workload &workload = job.workload;

    for (std::int32_t i = 0; i < definition.n_predicates; i++)
        if (!implies(workload, request, definition.predicates[i]))
            return false;
    if (definition.method != METHOD_BTREE)
        return can_search(workload, request, definition);
    if (definition.n_predicates > 0 || asks_for(workload, request, definition.keys[0].attribute))
        return true;
    const AttributeFact &leader = workload.attributes()[definition.keys[0].attribute];
    bool skippable = leader.n_distinct >= 0 && leader.n_distinct <= SKIPPABLE_VALUES;
    return (skippable && definition.n_keys > 1 && asks_for(workload, request, definition.keys[1].attribute)) ||
           answers_alone(workload, request, definition);
}

Numbers
relevant_statements(const Job &job, const IndexDefinition &definition)
{
    Numbers statements;

    for (std::int32_t number : job.workload.requests_on(job.pool.relation()))
        if (can_matter(job, job.workload.requests()[number], definition))
            statements.push_back(job.workload.statement_of(number));
    std::ranges::sort(statements);
    statements.erase(std::unique(statements.begin(), statements.end()), statements.end());
    return statements;
}

/* ---- all relations ---- */

Numbers
heaviest_first(const Workload &workload, std::int32_t relation)
{
    auto requests = workload.requests_on(relation);
    Numbers numbers(requests.begin(), requests.end());

    std::ranges::sort(numbers, {},
                      [&workload](std::int32_t number)
                      {
                          const StatementFact &statement = workload.statements()[workload.statement_of(number)];
                          return std::tuple(-statement.total_ms, statement.id, number);
                      });
    return numbers;
}

void
make_for_relation(const Workload &workload, const AdvisorLimits &limits, std::int32_t relation,
                  Vector<Candidate> &candidates)
{
    Job job = {workload, limits, CandidatePool(workload, relation, limits.block_size),
               heaviest_first(workload, relation), conditions_on(workload, relation)};

    propose_own(job);
    propose_prefixes(job);
    propose_shared(job);
    propose_merges(job);
    propose_searches(workload, job.requests, job.conditions, job.pool);
    for (const Proposed &proposed : job.pool.all())
        candidates.push_back({proposed.definition,
                              proposed.size,
                              proposed.rule,
                              relevant_statements(job, proposed.definition),
                              {},
                              proposed.definition.method == METHOD_BTREE,
                              {}});
}

/* Nobody is asked about it any more. It stays known, since the verdict on its statements speaks of it. */
void
set_aside_dismissed(const Workload &workload, Candidate &candidate)
{
    const char *relation = workload.relations()[candidate.definition.relation].name;
    const String definition = definition_sql(workload.facts(), candidate.definition);

    for (const DismissedFact &dismissed : workload.dismissed())
        if (definition == dismissed.definition && std::string_view(relation) == dismissed.relation)
            candidate.dismissed_for.swap(candidate.statements);
}

} // namespace

bool
is_below_thresholds(const Workload &workload, const RequestFact &request, const AdvisorLimits &limits)
{
    if (!request.sequential || request.rows_removed < 0 || request.n_orders > 0 || request.n_predicates == 0 ||
        std::ranges::any_of(workload.predicates_of(request),
                            [](const PredicateFact &predicate) { return predicate.kind == PREDICATE_JOIN; }))
        return false;
    return request.rows_removed < limits.min_rows_removed ||
           request.rows_removed < limits.min_removed_fraction * request.rows_read;
}

bool
is_for_statistics(const Workload &workload, const RequestFact &request)
{
    Set<std::int32_t> compared;

    for (const PredicateFact &predicate : workload.predicates_of(request))
        if (predicate.kind == PREDICATE_EQUAL && predicate.or_group == 0 && predicate.attribute != NONE &&
            workload.attributes()[predicate.attribute].attnum > 0)
            compared.insert(predicate.attribute);
    return !request.statistics_useless && compared.size() > 1 && request.planned_selectivity >= 0 &&
           request.selectivity >= DEPENDENT_SHARE &&
           request.selectivity >= DEPENDENT_TIMES * request.planned_selectivity;
}

Vector<std::int32_t>
unsized(std::span<const Candidate> candidates)
{
    Numbers numbers;

    for (std::size_t i = 0; i < candidates.size(); i++)
        if (!candidates[i].sampled && !candidates[i].statements.empty())
            numbers.push_back(static_cast<std::int32_t>(i));
    return numbers;
}

Vector<Candidate>
make_candidates(const Workload &workload, const AdvisorLimits &limits)
{
    Vector<Candidate> candidates;

    for (std::int32_t relation = 0; relation < workload.facts().n_relations; relation++)
    {
        const RelationFact &fact = workload.relations()[relation];
        if (fact.analysed && fact.rows >= limits.min_table_rows)
            make_for_relation(workload, limits, relation, candidates);
    }
    std::erase_if(candidates, [](const Candidate &candidate) { return candidate.statements.empty(); });
    for (Candidate &candidate : candidates)
        set_aside_dismissed(workload, candidate);
    return candidates;
}

Vector<Candidate>
in_order(const Workload &workload, Vector<Candidate> candidates)
{
    using Name = std::pair<std::string_view, String>;
    Vector<std::pair<Name, std::size_t>> order;
    Vector<Candidate> result;

    for (std::size_t i = 0; i < candidates.size(); i++)
        order.emplace_back(Name(workload.relations()[candidates[i].definition.relation].name,
                                definition_sql(workload.facts(), candidates[i].definition)),
                           i);
    std::sort(order.begin(), order.end());
    for (const auto &[name, i] : order)
        result.push_back(std::move(candidates[i]));
    return result;
}

CandidateRange
candidates_beside(std::span<const Candidate> candidates, std::int32_t candidate)
{
    const std::int32_t relation = candidates[candidate].definition.relation;
    CandidateRange range = {candidate, candidate + 1};

    while (range.first > 0 && candidates[range.first - 1].definition.relation == relation)
        range.first--;
    while (static_cast<std::size_t>(range.end) < candidates.size() &&
           candidates[range.end].definition.relation == relation)
        range.end++;
    return range;
}

} // namespace advisor
