#include "polish.h"

#include <algorithm>

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
    : problem_(problem), live_(problem.live), chosen_(std::move(start))
{
    std::sort(live_.begin(), live_.end());
    seen_.insert(chosen_);
}

bool
Polish::run(Inquiry &inquiry)
{
    for (;;)
    {
        Step step = drop(inquiry);
        if (step == Step::NOTHING)
            step = merge(inquiry);
        if (step == Step::NOTHING)
            step = replace(inquiry);
        if (step != Step::CHANGED)
            return step == Step::NOTHING;
        seen_.insert(chosen_);
    }
}

/* Takes away the most useless index, if one is useless. */
Polish::Step
Polish::drop(Inquiry &inquiry)
{
    int32_t least = NONE;
    double least_loss = 0;

    for (const int32_t candidate : chosen_)
    {
        const auto loss = loss_without(candidate, inquiry);

        if (loss.has_value() && *loss <= problem_.valuation.least_gain() && (least == NONE || *loss < least_loss))
        {
            least = candidate;
            least_loss = *loss;
        }
    }
    if (inquiry.pending() > 0)
        return Step::ASKED;
    if (least == NONE)
        return Step::NOTHING;
    chosen_ = without(chosen_, least);
    return Step::CHANGED;
}

/* What is lost without the index, in ms per hour: positive if it is worth having. */
std::optional<double>
Polish::loss_without(int32_t candidate, Inquiry &inquiry) const
{
    const Valuation &valuation = problem_.valuation;
    const Configuration rest = without(chosen_, candidate);
    double slower = 0, load = 0;
    bool known = true, missed = false;

    for (const int32_t statement : users(Configuration(1, candidate)))
    {
        const auto with = inquiry.cost(statement, chosen_);
        const auto less = inquiry.cost(statement, rest);

        known = known && with.has_value() && less.has_value();
        if (!known)
            continue;
        slower += valuation.load_at(statement, *less) - valuation.load_at(statement, *with);
        load += valuation.load_at(statement, *with);
        missed = missed || valuation.improves(*less, *with);
    }
    if (!known)
        return std::nullopt;
    const double loss = slower - valuation.upkeep(candidate);
    return !missed && slower < REDUNDANT * load ? std::min(loss, 0.0) : loss;
}

/* Lets one index with the columns of both take the place of two whose keys begin alike. */
Polish::Step
Polish::merge(Inquiry &inquiry)
{
    for (std::size_t i = 0; i < problem_.candidates.size(); i++)
    {
        const int32_t merged = static_cast<int32_t>(i);
        Configuration parts;

        if (!problem_.is_open(merged) || contains(chosen_, merged))
            continue;
        for (const int32_t member : chosen_)
            if (takes_over(problem_.candidates[merged], problem_.candidates[member]))
                parts.push_back(member);
        if (parts.size() < 2)
            continue;
        const Configuration other = united(without(chosen_, parts), Configuration(1, merged));
        if (!seen_.contains(other) && problem_.valuation.bytes(other) < problem_.valuation.bytes(chosen_) &&
            equally_good(other, users(united(parts, Configuration(1, merged))), {0, 0}, inquiry) &&
            inquiry.pending() == 0)
        {
            chosen_ = other;
            return Step::CHANGED;
        }
    }
    return inquiry.pending() > 0 ? Step::ASKED : Step::NOTHING;
}

/* Lets one simpler index take another's place. */
Polish::Step
Polish::replace(Inquiry &inquiry)
{
    for (const int32_t candidate : Configuration(chosen_))
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
    Vector<int32_t> variants;

    for (std::size_t i = 0; i < problem_.candidates.size(); i++)
    {
        const int32_t other = static_cast<int32_t>(i);
        const IndexDefinition &shape = problem_.candidates[i].definition;

        if (shape.relation == definition.relation && !contains(chosen_, other) && problem_.is_open(other) &&
            (keys_within(problem_.workload, shape, definition) ||
             (shape.n_predicates > 0 && keys_within(problem_.workload, definition, shape))))
            variants.push_back(other);
    }
    return variants;
}

Polish::Step
Polish::try_variant(int32_t candidate, int32_t variant, Inquiry &inquiry)
{
    const Configuration rest = without(chosen_, candidate);
    Configuration other = united(rest, Configuration(1, variant));
    const Vector<int32_t> statements = users({candidate, variant});

    if (seen_.contains(other) || !problem_.valuation.affordable(other) ||
        !equally_good(other, statements, tolerance(candidate, variant), inquiry) || inquiry.pending() > 0)
        return Step::NOTHING;
    const Merit merit = merit_of(problem_.workload, problem_.candidates, Configuration(1, candidate),
                                 helped(statements, chosen_, rest, inquiry));
    const Merit other_merit = merit_of(problem_.workload, problem_.candidates, Configuration(1, variant),
                                       helped(statements, other, rest, inquiry));
    if (inquiry.pending() > 0 || !preferred(other_merit, merit))
        return Step::NOTHING;
    chosen_ = std::move(other);
    return Step::CHANGED;
}

/* INCLUDE has to pay by what can be measured, or by its share of what little load there is, and of the statement;
 * keys by what the planner tells apart; both by what they cost writers more. */
Tolerance
Polish::tolerance(int32_t candidate, int32_t variant) const
{
    const Valuation &valuation = problem_.valuation;
    const double spared = std::max(valuation.writes(candidate) - valuation.writes(variant), 0.0);

    if (adds_columns_alone(candidate, variant))
        return {spared + std::min(NOISE_FLOOR_MS, valuation.least_gain()),
                is_second_table(candidate) ? LEAST_BY_COVERING : LEAST_BY_INCLUDE};
    if (is_read_in_ranges(candidate, variant))
        return {spared, LEAST_BY_RANGES};
    if (problem_.candidates[variant].size.bytes <= MUCH_SMALLER * problem_.candidates[candidate].size.bytes)
        return {spared, LEAST_BY_SIZE};
    return {spared, 0};
}

/* The candidate is the variant with INCLUDE, or with more of it; or has other keys, and INCLUDE besides. */
bool
Polish::adds_columns_alone(int32_t candidate, int32_t variant) const
{
    const Candidate &more = problem_.candidates[candidate], &less = problem_.candidates[variant];

    return (more.definition.n_keys == less.definition.n_keys && takes_over(more, less)) ||
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
Polish::equally_good(const Configuration &other, std::span<const int32_t> statements, const Tolerance &tolerance,
                     Inquiry &inquiry) const
{
    const Valuation &valuation = problem_.valuation;
    double missed = 0, missed_at_least = 0;
    int unknown = 0;

    for (const int32_t statement : statements)
    {
        const auto cost = inquiry.cost(statement, chosen_);

        /* Lost before it is asked about: most variants end here. */
        if (cost.has_value())
            missed_at_least +=
                valuation.missed(statement, inquiry.bounds(statement, other).least, *cost, tolerance.share);
    }
    if (missed_at_least > tolerance.ms)
        return false;
    for (const int32_t statement : statements)
    {
        const auto cost = inquiry.cost(statement, chosen_);
        const auto cost_other = inquiry.cost(statement, other);

        if (cost.has_value() && cost_other.has_value())
            missed += valuation.missed(statement, *cost_other, *cost, tolerance.share);
        else if (++unknown >= AT_A_TIME)
            return false;
        if (missed > tolerance.ms)
            return false;
    }
    return unknown == 0 && valuation.upkeep(other) <= (1 + EQUALLY_GOOD) * valuation.upkeep(chosen_);
}

Vector<int32_t>
Polish::helped(std::span<const int32_t> statements, const Configuration &with, const Configuration &rest,
               Inquiry &inquiry) const
{
    Vector<int32_t> result;

    for (const int32_t statement : statements)
    {
        const auto before = inquiry.cost(statement, rest);
        const auto after = inquiry.cost(statement, with);

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
            if (contains(live_, statement))
                statements.push_back(statement);
    std::sort(statements.begin(), statements.end());
    statements.erase(std::unique(statements.begin(), statements.end()), statements.end());
    std::stable_sort(statements.begin(), statements.end(),
                     [&](int32_t a, int32_t b) { return problem_.valuation.load(a) > problem_.valuation.load(b); });
    return statements;
}

} // namespace advisor
