#include "greedy.h"

#include <algorithm>

#include "candidates.h"
#include "definition.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* Above any number of changes: what was appraised while questions could be asked is appraised anew. */
constexpr int64_t CLOSED_STAMP = int64_t{1} << 48;

bool
same_predicates(const IndexDefinition &a, const IndexDefinition &b)
{
    if (a.n_predicates != b.n_predicates)
        return false;
    for (int i = 0; i < a.n_predicates; i++)
        if (!has_predicate(b, a.predicates[i]))
            return false;
    return true;
}

bool
holds(const IndexDefinition &definition, int32_t attribute)
{
    return has_key(definition, attribute) || has_include(definition, attribute);
}

} // namespace

bool
takes_over(const Candidate &larger, const Candidate &smaller)
{
    const IndexDefinition &a = larger.definition;
    const IndexDefinition &b = smaller.definition;

    if (a.relation != b.relation || !is_key_prefix(b, a) || !same_predicates(a, b))
        return false;
    return std::all_of(b.includes, b.includes + b.n_includes, [&](int32_t include) { return holds(a, include); });
}

bool
Problem::is_open(int32_t candidate) const
{
    return !banned.contains(candidate) && !candidates[candidate].statements.empty();
}

Greedy::Greedy(const Problem &problem, Configuration start, Aim aim)
    : problem_(problem), aim_(aim), chosen_(std::move(start)), live_(problem.workload.statements().size(), 0),
      current_(live_.size(), 0), changes_(live_.size(), 0), table_changes_(problem.workload.relations().size(), 0)
{
    count_chosen();
    for (const int32_t statement : problem.live)
        live_[statement] = 1;
    for (std::size_t i = 0; i < problem.candidates.size(); i++)
        add_move(Configuration(1, static_cast<int32_t>(i)));
    for (const Configuration &bundle : problem.bundles)
        add_move(bundle);
}

void
Greedy::add_move(Configuration added)
{
    Move move;
    bool matters = false;

    for (const int32_t candidate : added)
    {
        const Vector<int32_t> &statements = problem_.candidates[candidate].statements;

        if (problem_.banned.contains(candidate))
            return;
        matters =
            matters || std::any_of(statements.begin(), statements.end(), [&](int32_t s) { return live_[s] != 0; });
        move.relations.push_back(problem_.candidates[candidate].definition.relation);
    }
    move.added = std::move(added);
    if (matters)
        moves_.push_back(std::move(move));
}

bool
Greedy::run(Inquiry &inquiry)
{
    if (!started_ && !start_from(inquiry))
        return false;
    for (;;)
    {
        refresh(inquiry);
        if (inquiry.tired())
            return false;
        const Move *best = best_move();
        if (best == nullptr)
            return true;
        if (ask_about(*best, inquiry))
            return false;
        commit(aim_ == Aim::GAIN ? *preferred_near(*best, inquiry) : *best, inquiry);
    }
}

/* The costs under the set to start from. */
bool
Greedy::start_from(Inquiry &inquiry)
{
    bool known = true;

    for (const int32_t statement : problem_.live)
    {
        const auto cost = inquiry.cost(statement, chosen_);

        known = known && cost.has_value();
        current_[statement] = cost.value_or(0);
    }
    started_ = known;
    return known;
}

/* ---- appraising moves ---- */

void
Greedy::refresh(Inquiry &inquiry)
{
    for (Move &move : moves_)
    {
        if (move.table_stamp != table_stamp_of(move))
            apply(move);
        const int64_t stamp = stamp_of(move, inquiry);
        if (stamp == move.stamp)
            continue;
        appraise(move, inquiry);
        move.stamp = stamp;
        inquiry.spend(move.affected.size());
        if (inquiry.tired())
            return;
    }
}

/* Grows with every answer and every change that could make the appraisal another one. */
int64_t
Greedy::stamp_of(const Move &move, const Inquiry &inquiry) const
{
    int64_t stamp = inquiry.closed() ? CLOSED_STAMP : 0;

    for (const int32_t statement : move.affected)
        stamp += changes_[statement] + static_cast<int64_t>(problem_.costs.known(statement).size()) +
                 problem_.costs.failed(statement);
    return stamp + table_stamp_of(move);
}

/* What a move does depends on the indexes of its own tables alone. */
int64_t
Greedy::table_stamp_of(const Move &move) const
{
    int64_t stamp = 0;

    for (const int32_t relation : move.relations)
        stamp += table_changes_[relation];
    return stamp;
}

/* What comes and goes with the move, and the live statements that it touches. */
void
Greedy::apply(Move &move) const
{
    move.table_stamp = table_stamp_of(move);
    move.fresh = without(move.added, chosen_);
    move.superfluous = superfluous_with(move.added);
    move.bytes = problem_.valuation.bytes(move.fresh) - problem_.valuation.bytes(move.superfluous);
    move.affected.clear();
    for (const int32_t candidate : united(move.added, move.superfluous))
        for (const int32_t statement : problem_.candidates[candidate].statements)
            if (live_[statement] != 0)
                move.affected.push_back(statement);
    std::sort(move.affected.begin(), move.affected.end());
    move.affected.erase(std::unique(move.affected.begin(), move.affected.end()), move.affected.end());
}

/* The set after the move. */
Configuration
Greedy::result_of(const Move &move) const
{
    return united(without(chosen_, move.superfluous), move.added);
}

Configuration
Greedy::superfluous_with(const Configuration &added) const
{
    Configuration superfluous;

    for (const int32_t there : chosen_)
        if (std::any_of(added.begin(), added.end(),
                        [&](int32_t candidate) {
                            return there != candidate &&
                                   takes_over(problem_.candidates[candidate], problem_.candidates[there]);
                        }))
            superfluous.push_back(there);
    return superfluous;
}

void
Greedy::appraise(Move &move, Inquiry &inquiry)
{
    const Valuation &valuation = problem_.valuation;
    const Configuration result = result_of(move);

    move.exact = true;
    move.helps = false;
    move.gain = valuation.upkeep(move.superfluous) - valuation.upkeep(move.fresh);
    for (const int32_t statement : move.affected)
    {
        const Estimate after = estimate(statement, result, inquiry);

        move.exact = move.exact && after.exact;
        move.helps =
            move.helps || (valuation.load(statement) > 0 && valuation.improves(current_[statement], after.cost));
        move.gain += valuation.load_at(statement, current_[statement]) - valuation.load_at(statement, after.cost);
    }
}

/* What the statement costs under the configuration; without exact: what it costs at most. */
Greedy::Estimate
Greedy::estimate(int32_t statement, const Configuration &configuration, Inquiry &inquiry) const
{
    if (problem_.costs.failed(statement))
        return {current_[statement], true};
    const Bounds bounds = inquiry.bounds(statement, configuration);
    return {bounds.most, inquiry.closed() || bounds.least >= (1 - EQUALLY_GOOD) * bounds.most};
}

/* ---- choosing a move ---- */

/* Within the budget and the numbers of indexes. */
bool
Greedy::keeps_to_limits(const Move &move) const
{
    const AdvisorLimits &limits = problem_.limits;
    const auto of_table = [&](const Configuration &some, int32_t relation)
    {
        return std::count_if(some.begin(), some.end(),
                             [&](int32_t one) { return problem_.candidates[one].definition.relation == relation; });
    };

    if (bytes_ + move.bytes > limits.budget_bytes ||
        chosen_.size() + move.fresh.size() > move.superfluous.size() + static_cast<std::size_t>(limits.max_indexes))
        return false;
    return std::all_of(move.relations.begin(), move.relations.end(),
                       [&](int32_t relation)
                       {
                           return per_table_[relation] + of_table(move.fresh, relation) -
                                      of_table(move.superfluous, relation) <=
                                  limits.max_indexes_per_table;
                       });
}

bool
Greedy::eligible(const Move &move) const
{
    return move.helps && move.gain > problem_.valuation.least_gain() && !move.fresh.empty() &&
           keeps_to_limits(move);
}

double
Greedy::score(const Move &move) const
{
    return aim_ == Aim::GAIN ? move.gain : move.gain / std::max(move.bytes, problem_.limits.block_size);
}

const Greedy::Move *
Greedy::best_move() const
{
    const Move *best = nullptr;

    for (const Move &move : moves_)
        if ((best == nullptr || score(move) > score(*best)) && eligible(move))
            best = &move;
    return best;
}

/* Asks for what is not known about the best move and those that come close enough to be preferred to it. */
bool
Greedy::ask_about(const Move &best, Inquiry &inquiry)
{
    const double threshold = (1 - EQUALLY_GOOD) * score(best);

    for (const Move &move : moves_)
    {
        if (move.exact || score(move) < threshold || !eligible(move))
            continue;
        const Configuration result = result_of(move);
        for (const int32_t statement : move.affected)
            if (!estimate(statement, result, inquiry).exact)
                inquiry.cell(statement, result);
    }
    return inquiry.pending() > 0;
}

/* Among the moves as good as the best one, the one to live with. */
const Greedy::Move *
Greedy::preferred_near(const Move &best, Inquiry &inquiry) const
{
    const Move *favourite = &best;
    Merit favourite_merit = merit(best, inquiry);

    for (const Move &move : moves_)
    {
        if (&move == &best || !move.helps || move.gain < (1 - EQUALLY_GOOD) * best.gain)
            continue;
        if (move.fresh.empty() || !keeps_to_limits(move) || !equally_good(move, best, inquiry))
            continue;
        const Merit other = merit(move, inquiry);
        if (preferred(other, favourite_merit))
        {
            favourite = &move;
            favourite_merit = other;
        }
    }
    return favourite;
}

/*
 * Gains alone cannot tell: where an index takes 99 % off, one that leaves twice
 * as much of the rest has nearly the same gain. So what is left is compared, by
 * statement: none may be better off under the best move by what counts as an
 * improvement.
 */
bool
Greedy::equally_good(const Move &move, const Move &best, Inquiry &inquiry) const
{
    const Valuation &valuation = problem_.valuation;

    for (const int32_t statement : united(move.affected, best.affected))
        if (valuation.improves(cost_after(move, statement, inquiry), cost_after(best, statement, inquiry)))
            return false;
    return valuation.upkeep(result_of(move)) <= (1 + EQUALLY_GOOD) * valuation.upkeep(result_of(best));
}

double
Greedy::cost_after(const Move &move, int32_t statement, Inquiry &inquiry) const
{
    if (!contains(move.affected, statement))
        return current_[statement];
    return estimate(statement, result_of(move), inquiry).cost;
}

Merit
Greedy::merit(const Move &move, Inquiry &inquiry) const
{
    Vector<int32_t> helped;

    for (const int32_t statement : move.affected)
        if (problem_.valuation.improves(current_[statement], cost_after(move, statement, inquiry)))
            helped.push_back(statement);
    return merit_of(problem_.workload, problem_.candidates, move.added, helped);
}

void
Greedy::commit(const Move &move, Inquiry &inquiry)
{
    Vector<double> costs;

    for (const int32_t statement : move.affected)
        costs.push_back(cost_after(move, statement, inquiry));
    for (std::size_t i = 0; i < costs.size(); i++)
    {
        current_[move.affected[i]] = costs[i];
        changes_[move.affected[i]]++;
    }
    for (const int32_t relation : move.relations)
        table_changes_[relation]++;
    chosen_ = result_of(move);
    count_chosen();
}

void
Greedy::count_chosen()
{
    bytes_ = problem_.valuation.bytes(chosen_);
    per_table_.assign(problem_.workload.relations().size(), 0);
    for (const int32_t candidate : chosen_)
        per_table_[problem_.candidates[candidate].definition.relation]++;
}

} // namespace advisor
