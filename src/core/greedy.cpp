#include "greedy.h"

#include <algorithm>

#include "candidates.h"
#include "definition.h"
#include "workload.h"

namespace advisor
{

namespace
{

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
    : problem_(problem), aim_(aim), chosen_on_(problem.workload.relations().size()),
      chosen_for_(problem.workload.statements().size()), moves_on_(chosen_on_.size()),
      moves_for_(chosen_for_.size()), stale_(problem.candidates.size() + problem.bundles.size()),
      scores_(problem.candidates.size() + problem.bundles.size()),
      vague_(problem.candidates.size() + problem.bundles.size()), live_(chosen_for_.size(), 0),
      current_(chosen_for_.size(), 0)
{
    for (const int32_t statement : problem.live)
        live_[statement] = 1;
    for (const int32_t candidate : start)
        choose(candidate);
    chosen_ = std::move(start);
    for (std::size_t i = 0; i < problem.candidates.size(); i++)
        add_move(Configuration(1, static_cast<int32_t>(i)));
    for (const Configuration &bundle : problem.bundles)
        add_move(bundle);
}

/* Of statements that have nothing to gain nobody asks. */
void
Greedy::add_move(Configuration added)
{
    const auto number = static_cast<int32_t>(moves_.size());
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
    if (!matters)
        return;
    for (const int32_t relation : move.relations)
        moves_on_[relation].push_back(number);
    for (const int32_t candidate : added)
        for (const int32_t statement : problem_.candidates[candidate].statements)
            if (live_[statement] != 0)
                moves_for_[statement].push_back(number);
    move.added = std::move(added);
    moves_.push_back(std::move(move));
    stale_.push(number);
}

bool
Greedy::run(Inquiry &inquiry)
{
    if (!started_ && !start_from(inquiry))
        return false;
    note_answers(inquiry);
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
        const auto cost = inquiry.cost(statement, chosen_for_[statement]);

        known = known && cost.has_value();
        current_[statement] = cost.value_or(0);
    }
    started_ = known;
    return known;
}

/* ---- appraising moves ---- */

/* What could make an appraisal another one since the last time: an answer, or that there will be none any more. */
void
Greedy::note_answers(const Inquiry &inquiry)
{
    const auto answered = problem_.costs.answered();

    for (; answers_noted_ < answered.size(); answers_noted_++)
        for (const int32_t move : moves_for_[answered[answers_noted_]])
            stale_.push(move);
    if (closed_ != inquiry.closed())
        for (std::size_t i = 0; i < moves_.size(); i++)
            stale_.push(static_cast<int32_t>(i));
    closed_ = inquiry.closed();
}

void
Greedy::refresh(Inquiry &inquiry)
{
    while (!stale_.empty() && !inquiry.tired())
    {
        const int32_t number = stale_.pop();

        if (!moves_[number].applied)
            apply(number);
        appraise(moves_[number], inquiry);
        rank(number);
        inquiry.spend(moves_[number].affected.size());
    }
}

/* What comes and goes with the move, and the live statements that it touches. */
void
Greedy::apply(int32_t number)
{
    Move &move = moves_[number];

    move.applied = true;
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
    for (const int32_t candidate : move.superfluous)
        for (const int32_t statement : problem_.candidates[candidate].statements)
            moves_for_[statement].push_back(number);
}

/* The set after the move, as far as it can matter to the statement. */
Configuration
Greedy::result_for(const Move &move, int32_t statement) const
{
    return united(without(chosen_for_[statement], move.superfluous), move.added);
}

Configuration
Greedy::superfluous_with(const Configuration &added) const
{
    Configuration superfluous;

    for (const int32_t candidate : added)
        for (const int32_t there : chosen_on_[problem_.candidates[candidate].definition.relation])
            if (!contains(added, there) && takes_over(problem_.candidates[candidate], problem_.candidates[there]))
                superfluous.push_back(there);
    std::sort(superfluous.begin(), superfluous.end());
    superfluous.erase(std::unique(superfluous.begin(), superfluous.end()), superfluous.end());
    return superfluous;
}

void
Greedy::appraise(Move &move, Inquiry &inquiry)
{
    const Valuation &valuation = problem_.valuation;

    move.exact = true;
    move.helps = false;
    move.gain = valuation.upkeep(move.superfluous) - valuation.upkeep(move.fresh);
    for (const int32_t statement : move.affected)
    {
        const Estimate after = estimate(statement, result_for(move, statement), inquiry);

        move.exact = move.exact && after.exact;
        move.helps =
            move.helps || (valuation.load(statement) > 0 && valuation.improves(current_[statement], after.cost));
        move.gain += valuation.load_at(statement, current_[statement]) - valuation.load_at(statement, after.cost);
    }
}

void
Greedy::rank(int32_t number)
{
    const Move &move = moves_[number];
    const bool pays = move.helps && move.gain > problem_.valuation.least_gain() && !move.fresh.empty();

    scores_.set(number, pays ? score(move) : Ranking::OUT);
    vague_.set(number, pays && !move.exact ? score(move) : Ranking::OUT);
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
                           return static_cast<std::ptrdiff_t>(chosen_on_[relation].size()) +
                                      of_table(move.fresh, relation) - of_table(move.superfluous, relation) <=
                                  limits.max_indexes_per_table;
                       });
}

double
Greedy::score(const Move &move) const
{
    return aim_ == Aim::GAIN ? move.gain : move.gain / std::max(move.bytes, problem_.limits.block_size);
}

const Greedy::Move *
Greedy::best_move()
{
    const Move *best = nullptr;

    scores_.from_best(
        [&](int32_t number)
        {
            if (keeps_to_limits(moves_[number]))
                best = &moves_[number];
            return best == nullptr;
        });
    return best;
}

/* Asks for what is not known about the best move and those that come close enough to be preferred to it. */
bool
Greedy::ask_about(const Move &best, Inquiry &inquiry)
{
    const double threshold = (1 - EQUALLY_GOOD) * score(best);

    vague_.from_best(
        [&](int32_t number)
        {
            const Move &move = moves_[number];

            if (score(move) < threshold)
                return false;
            if (!keeps_to_limits(move))
                return true;
            for (const int32_t statement : move.affected)
            {
                const Configuration result = result_for(move, statement);

                if (!estimate(statement, result, inquiry).exact)
                    inquiry.cell(statement, result);
            }
            return true;
        });
    return inquiry.pending() > 0;
}

/* Among the moves as good as the best one, the one to live with. */
const Greedy::Move *
Greedy::preferred_near(const Move &best, Inquiry &inquiry) const
{
    const Move *favourite = &best;
    Merit favourite_merit = merit(best, inquiry);

    for (const int32_t number : rivals_of(best, inquiry))
    {
        const Move &move = moves_[number];

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

/* The moves that could be as good for the statement that the best one helps: without that none is. */
Vector<int32_t>
Greedy::rivals_of(const Move &best, Inquiry &inquiry) const
{
    Vector<int32_t> rivals;

    for (const int32_t statement : best.affected)
        if (problem_.valuation.improves(current_[statement], cost_after(best, statement, inquiry)))
        {
            rivals = moves_for_[statement];
            break;
        }
    std::sort(rivals.begin(), rivals.end());
    rivals.erase(std::unique(rivals.begin(), rivals.end()), rivals.end());
    return rivals;
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
    return upkeep_after(move) <= (1 + EQUALLY_GOOD) * upkeep_after(best);
}

double
Greedy::upkeep_after(const Move &move) const
{
    return upkeep_ + problem_.valuation.upkeep(move.fresh) - problem_.valuation.upkeep(move.superfluous);
}

double
Greedy::cost_after(const Move &move, int32_t statement, Inquiry &inquiry) const
{
    if (!contains(move.affected, statement))
        return current_[statement];
    return estimate(statement, result_for(move, statement), inquiry).cost;
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
        for (const int32_t touched : moves_for_[move.affected[i]])
            stale_.push(touched);
    }
    for (const int32_t candidate : move.superfluous)
        let_go(candidate);
    for (const int32_t candidate : move.fresh)
        choose(candidate);
    chosen_ = united(without(chosen_, move.superfluous), move.added);
    for (const int32_t relation : move.relations)
        for (const int32_t touched : moves_on_[relation])
        {
            moves_[touched].applied = false;
            stale_.push(touched);
        }
}

void
Greedy::choose(int32_t candidate)
{
    const Candidate &one = problem_.candidates[candidate];

    bytes_ += one.size.bytes;
    upkeep_ += problem_.valuation.upkeep(candidate);
    chosen_on_[one.definition.relation].push_back(candidate);
    for (const int32_t statement : one.statements)
        chosen_for_[statement] = united(chosen_for_[statement], std::span(&candidate, 1));
}

void
Greedy::let_go(int32_t candidate)
{
    const Candidate &one = problem_.candidates[candidate];

    bytes_ -= one.size.bytes;
    upkeep_ -= problem_.valuation.upkeep(candidate);
    std::erase(chosen_on_[one.definition.relation], candidate);
    for (const int32_t statement : one.statements)
        chosen_for_[statement] = without(chosen_for_[statement], candidate);
}

} // namespace advisor
