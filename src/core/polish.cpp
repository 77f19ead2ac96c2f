#include "polish.h"

#include <algorithm>
#include <utility>

#include "candidates.h"
#include "definition.h"
#include "greedy.h"
#include "workload.h"
#include "write_cost.h"

namespace advisor
{

namespace
{

/* Statements that a variant is asked about at once. */
constexpr int AT_A_TIME = 2;

/* Every attribute that a may search by, b searches by too. */
bool
keys_within(const Workload &workload, const IndexDefinition &a, const IndexDefinition &b)
{
    for (int i = 0; i < a.n_keys; i++)
    {
        bool found = has_key(b, a.keys[i].attribute);

        for (int p = 0; p < b.n_predicates && !found; p++)
            found = workload.predicates()[b.predicates[p]].attribute == a.keys[i].attribute;
        if (!found)
            return false;
    }
    return true;
}

bool
same_conditions(const IndexDefinition &a, const IndexDefinition &b)
{
    return a.n_predicates == b.n_predicates &&
           std::equal(a.predicates, a.predicates + a.n_predicates, b.predicates);
}

} // namespace

Polish::Polish(const Problem &problem, Configuration start)
    : problem_(problem), live_(problem.workload.statements().size(), 0),
      chosen_on_(problem.workload.relations().size()), chosen_for_(live_.size()),
      useless_(problem.candidates.size()), stale_members_(problem.candidates.size()),
      stale_relations_(chosen_on_.size())
{
    for (const int32_t statement : problem.live)
        live_[statement] = 1;
    make({{}, std::move(start)});
}

/* A table at a time, so that what is done to one is settled before the next one is asked about. */
bool
Polish::run(Inquiry &inquiry)
{
    while (!inquiry.tired())
    {
        Step step = drop(inquiry);

        if (step == Step::NOTHING && stale_relations_.empty())
            return true;
        if (step == Step::NOTHING)
            step = merge(stale_relations_.next(), inquiry);
        if (step == Step::NOTHING)
            step = replace(stale_relations_.next(), inquiry);
        if (step == Step::NOTHING)
            stale_relations_.pop();
        if (step == Step::ASKED)
            return false;
    }
    return false;
}

/* Takes away the most useless index, if one is useless. */
Polish::Step
Polish::drop(Inquiry &inquiry)
{
    Vector<int32_t> unknown;

    while (!stale_members_.empty() && !inquiry.tired())
    {
        const int32_t candidate = stale_members_.pop();
        const auto loss = contains(chosen_, candidate) ? loss_without(candidate, inquiry) : std::optional(0.0);
        const bool useless =
            contains(chosen_, candidate) && loss.has_value() && *loss <= problem_.valuation.least_gain();

        useless_.set(candidate, useless ? -*loss : Ranking::OUT);
        if (!loss.has_value())
            unknown.push_back(candidate);
    }
    for (const int32_t candidate : unknown)
        stale_members_.push(candidate);
    if (inquiry.pending() > 0 || inquiry.tired())
        return Step::ASKED;
    if (useless_.best() == NONE)
        return Step::NOTHING;
    make({Configuration(1, useless_.best()), {}});
    return Step::CHANGED;
}

/* What is lost without the index, in ms per hour: positive if it is worth having. */
std::optional<double>
Polish::loss_without(int32_t candidate, Inquiry &inquiry) const
{
    const Valuation &valuation = problem_.valuation;
    const Exchange out = {Configuration(1, candidate), {}};
    double slower = 0, load = 0;
    bool known = true, missed = false;

    const Vector<int32_t> statements = users(out.removed);
    inquiry.spend(2 * statements.size());
    for (const int32_t statement : statements)
    {
        const auto with = inquiry.cost(statement, chosen_for_[statement]);
        const auto less = inquiry.cost(statement, chosen_after(out, statement));

        known = known && with.has_value() && less.has_value();
        if (!known)
            continue;
        if (is_served_beside(candidate, problem_.costs.find(statement, chosen_after(out, statement))) &&
            !valuation.is_noticed_beside(statement, *less, *with))
            continue;
        slower += valuation.load_at(statement, *less) - valuation.load_at(statement, *with);
        load += valuation.load_at(statement, *with);
        missed = missed || valuation.improves(*less, *with);
    }
    if (!known)
        return std::nullopt;
    const double loss = slower - valuation.held_against(candidate, slower);
    return !missed && slower < REDUNDANT * load ? std::min(loss, 0.0) : loss;
}

/* Another member serves the statement on the same table: what this one spares beside it are a few visits. Of a
 * statement that was given nobody knows how often they are. */
bool
Polish::is_served_beside(int32_t candidate, const Cell *less) const
{
    return problem_.valuation.measured() && less != nullptr &&
           std::ranges::any_of(less->used, [&](int32_t other) { return table_of(other) == table_of(candidate); });
}

/* Lets one index with the columns of both take the place of two whose keys begin alike. */
Polish::Step
Polish::merge(int32_t relation, Inquiry &inquiry)
{
    const Configuration &there = chosen_on_[relation];

    if (there.size() < 2)
        return Step::NOTHING;
    const CandidateRange range = candidates_beside(problem_.candidates, there.front());
    for (int32_t merged = range.first; merged < range.end; merged++)
    {
        Exchange exchange = {{}, Configuration(1, merged)};

        if (!problem_.is_open(merged) || contains(there, merged))
            continue;
        for (const int32_t member : there)
            if (takes_over(problem_.candidates[merged], problem_.candidates[member]))
                exchange.removed.push_back(member);
        if (exchange.removed.size() >= 2 && !was_there(exchange) && bytes_more(exchange) < 0 &&
            equally_good(exchange, users(united(exchange.removed, exchange.added)), {0, 0, false}, inquiry) &&
            inquiry.pending() == 0)
        {
            make(exchange);
            return Step::CHANGED;
        }
    }
    return inquiry.pending() > 0 ? Step::ASKED : Step::NOTHING;
}

/* Lets one simpler index take another's place. */
Polish::Step
Polish::replace(int32_t relation, Inquiry &inquiry)
{
    for (const int32_t candidate : Configuration(chosen_on_[relation]))
        for (const int32_t variant : variants_of(candidate))
            if (try_variant(candidate, variant, inquiry) == Step::CHANGED)
                return Step::CHANGED;
    return inquiry.pending() > 0 ? Step::ASKED : Step::NOTHING;
}

/* Candidates that search by the same attributes or fewer; and partial ones whose condition does that searching. */
Vector<int32_t>
Polish::variants_of(int32_t candidate) const
{
    const IndexDefinition &definition = problem_.candidates[candidate].definition;
    const CandidateRange range = candidates_beside(problem_.candidates, candidate);
    Vector<int32_t> variants;

    for (int32_t other = range.first; other < range.end; other++)
    {
        const IndexDefinition &shape = problem_.candidates[other].definition;

        if (!contains(chosen_on_[definition.relation], other) && problem_.is_open(other) &&
            (keys_within(problem_.workload, shape, definition) ||
             (shape.n_predicates > 0 && keys_within(problem_.workload, definition, shape))))
            variants.push_back(other);
    }
    return variants;
}

Polish::Step
Polish::try_variant(int32_t candidate, int32_t variant, Inquiry &inquiry)
{
    const Exchange out = {Configuration(1, candidate), {}};
    const Exchange exchange = {out.removed, Configuration(1, variant)};
    const Vector<int32_t> statements = users({candidate, variant});

    if (was_there(exchange) || bytes_ + bytes_more(exchange) > problem_.limits.budget_bytes ||
        !equally_good(exchange, statements, tolerance(candidate, variant), inquiry) || inquiry.pending() > 0)
        return Step::NOTHING;
    const Merit merit = merit_of(problem_.workload, problem_.candidates, Configuration(1, candidate),
                                 helped(statements, {}, out, inquiry));
    const Merit other_merit = merit_of(problem_.workload, problem_.candidates, Configuration(1, variant),
                                       helped(statements, exchange, out, inquiry));
    /* Columns that do not earn their space go, even where the same keys without them help nobody: drop() takes
     * those. */
    if (inquiry.pending() > 0 || !(preferred(other_merit, merit) || has_same_keys(candidate, variant)))
        return Step::NOTHING;
    make(exchange);
    return Step::CHANGED;
}

/* INCLUDE has to pay by what can be measured, or by its share of what little load there is, and of the statement;
 * keys by what the planner tells apart; both by what they cost writers more, and INCLUDE by its space. */
Tolerance
Polish::tolerance(int32_t candidate, int32_t variant) const
{
    const Valuation &valuation = problem_.valuation;
    const double spared = std::max(valuation.writes(candidate) - valuation.writes(variant), 0.0);

    if (adds_columns_alone(candidate, variant))
    {
        const bool visits = has_same_keys(candidate, variant);
        const double rent = visits ? valuation.rent(problem_.candidates[candidate].size.bytes -
                                                    problem_.candidates[variant].size.bytes)
                                   : 0;

        return {spared + rent + std::min(NOISE_FLOOR_MS, valuation.least_gain()),
                visits && is_second_table(candidate) ? LEAST_BY_COVERING : LEAST_BY_INCLUDE, visits};
    }
    if (is_read_in_ranges(candidate, variant))
        return {spared, LEAST_BY_RANGES, false};
    if (problem_.candidates[variant].size.bytes <= MUCH_SMALLER * problem_.candidates[candidate].size.bytes)
        return {spared, LEAST_BY_SIZE, false};
    return {spared, 0, false};
}

/* The candidate is the variant with INCLUDE, or with more of it: nothing but visits to the table is spared. */
bool
Polish::has_same_keys(int32_t candidate, int32_t variant) const
{
    const Candidate &more = problem_.candidates[candidate], &less = problem_.candidates[variant];

    return more.definition.n_keys == less.definition.n_keys && takes_over(more, less);
}

/* Or it has other keys, and INCLUDE besides. */
bool
Polish::adds_columns_alone(int32_t candidate, int32_t variant) const
{
    const Candidate &more = problem_.candidates[candidate], &less = problem_.candidates[variant];

    return has_same_keys(candidate, variant) ||
           (more.definition.n_includes > 0 && less.definition.n_includes == 0 &&
            same_conditions(more.definition, less.definition));
}

/* The variant is brin, a hundred times smaller, and all that the b-tree is searched for is ranges of the same
 * column. */
bool
Polish::is_read_in_ranges(int32_t candidate, int32_t variant) const
{
    const Candidate &btree = problem_.candidates[candidate], &brin = problem_.candidates[variant];
    const int32_t column = brin.definition.keys[0].attribute;

    if (brin.definition.method != METHOD_BRIN || btree.definition.keys[0].attribute != column ||
        brin.size.bytes > HARDLY_ANYTHING * btree.size.bytes)
        return false;
    for (const int32_t statement : users(Configuration(1, candidate)))
        for (const RequestFact &request : problem_.workload.requests_of(statement))
            for (const PredicateFact &predicate : problem_.workload.predicates_of(request))
                if (predicate.attribute == column && predicate.kind != PREDICATE_RANGE)
                    return false;
    return true;
}

bool
Polish::is_second_table(int32_t candidate) const
{
    const Candidate &covering = problem_.candidates[candidate];
    const RelationFact &table = problem_.workload.relations()[covering.definition.relation];

    return covering.size.bytes > SECOND_TABLE * table.pages * problem_.limits.block_size;
}

/*
 * No statement, or all of them together no more than so many ms per hour, would miss an improvement. What is not
 * known is asked, unless the rest decides already, and about few statements at a time: most variants lose by the
 * first.
 */
bool
Polish::equally_good(const Exchange &exchange, std::span<const int32_t> statements, const Tolerance &tolerance,
                     Inquiry &inquiry) const
{
    const Valuation &valuation = problem_.valuation;
    double missed = 0, missed_at_least = 0;
    int unknown = 0;

    for (const int32_t statement : statements)
    {
        const auto cost = inquiry.cost(statement, chosen_for_[statement]);

        /* Lost before it is asked about: most variants end here. */
        if (cost.has_value())
            missed_at_least +=
                valuation.missed(statement, inquiry.bounds(statement, chosen_after(exchange, statement)).least,
                                 *cost, tolerance.share, tolerance.visits);
        inquiry.spend(2);
        if (missed_at_least > tolerance.ms)
            return false;
    }
    for (const int32_t statement : statements)
    {
        const auto cost = inquiry.cost(statement, chosen_for_[statement]);
        const auto cost_other = inquiry.cost(statement, chosen_after(exchange, statement));

        if (cost.has_value() && cost_other.has_value())
            missed += valuation.missed(statement, *cost_other, *cost, tolerance.share, tolerance.visits);
        else if (++unknown >= AT_A_TIME)
            return false;
        if (missed > tolerance.ms)
            return false;
    }
    const Configuration &there = chosen_on_[table_of(exchange.added.front())];
    return unknown == 0 && valuation.upkeep(table_after(exchange)) <= (1 + EQUALLY_GOOD) * valuation.upkeep(there);
}

Vector<int32_t>
Polish::helped(std::span<const int32_t> statements, const Exchange &with, const Exchange &rest,
               Inquiry &inquiry) const
{
    Vector<int32_t> result;

    for (const int32_t statement : statements)
    {
        const auto before = inquiry.cost(statement, chosen_after(rest, statement));
        const auto after = inquiry.cost(statement, chosen_after(with, statement));

        if (before.has_value() && after.has_value() && problem_.valuation.improves(*before, *after))
            result.push_back(statement);
    }
    return result;
}

/* Live statements that one of these can matter to, the heaviest first. */
Vector<int32_t>
Polish::users(const Configuration &configuration) const
{
    Vector<int32_t> statements;

    for (const int32_t candidate : configuration)
        for (const int32_t statement : problem_.candidates[candidate].statements)
            if (live_[statement] != 0)
                statements.push_back(statement);
    problem_.valuation.sort_by_load(statements);
    statements.erase(std::unique(statements.begin(), statements.end()), statements.end());
    return statements;
}

/* ---- the set ---- */

/* As far as it can matter to the statement. */
Configuration
Polish::chosen_after(const Exchange &exchange, int32_t statement) const
{
    return united(without(chosen_for_[statement], exchange.removed), exchange.added);
}

Configuration
Polish::table_after(const Exchange &exchange) const
{
    return united(without(chosen_on_[table_of(exchange.added.front())], exchange.removed), exchange.added);
}

bool
Polish::was_there(const Exchange &exchange) const
{
    return seen_.contains(table_after(exchange));
}

double
Polish::bytes_more(const Exchange &exchange) const
{
    return problem_.valuation.bytes(exchange.added) - problem_.valuation.bytes(exchange.removed);
}

void
Polish::make(const Exchange &exchange)
{
    chosen_ = united(without(chosen_, exchange.removed), exchange.added);
    bytes_ += bytes_more(exchange);
    for (const int32_t candidate : exchange.removed)
        disturb(candidate);
    for (const int32_t candidate : united(exchange.removed, exchange.added))
    {
        const bool comes = contains(exchange.added, candidate);
        const auto change = [&](Configuration &set)
        { set = comes ? united(set, std::span(&candidate, 1)) : without(set, candidate); };

        change(chosen_on_[table_of(candidate)]);
        for (const int32_t statement : problem_.candidates[candidate].statements)
            change(chosen_for_[statement]);
    }
    for (const int32_t candidate : exchange.added)
        disturb(candidate);
    for (const int32_t candidate : united(exchange.removed, exchange.added))
        seen_.insert(chosen_on_[table_of(candidate)]);
}

/* What has to do with the candidate's statements is no longer as it was. */
void
Polish::disturb(int32_t candidate)
{
    stale_members_.push(candidate);
    stale_relations_.push(table_of(candidate));
    for (const int32_t statement : problem_.candidates[candidate].statements)
        if (live_[statement] != 0)
            for (const int32_t member : chosen_for_[statement])
            {
                stale_members_.push(member);
                stale_relations_.push(table_of(member));
            }
}

int32_t
Polish::table_of(int32_t candidate) const
{
    return problem_.candidates[candidate].definition.relation;
}

} // namespace advisor
