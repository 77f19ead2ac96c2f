/*
 * fake_planner.h - a planner simple enough to know what it will say.
 *
 * Costs are additive over a statement's requests. A request is read by a
 * sequential scan or by the cheapest index that serves it: boundary conditions
 * (equalities on leading keys, then one range) decide how much of the index is
 * read, the other keys how many rows are visited, an order that the index does
 * not deliver costs a sort, a LIMIT stops a delivered order after ten rows. An
 * OR is read through one index per arm, or not at all.
 */
#ifndef FAKE_PLANNER_H
#define FAKE_PLANNER_H

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "core/candidates.h"
#include "core/search.h"
#include "core/workload.h"

class FakePlanner
{
  public:
    struct Plan
    {
        double cost = 0;
        std::vector<int32_t> used;
        std::vector<double> binds; /* the cost for each parameter set, where they are told apart */
    };

    FakePlanner(const advisor::Workload &workload, std::span<const advisor::Candidate> candidates)
        : workload_(workload), candidates_(candidates)
    {
    }

    Plan
    plan(int32_t statement, std::span<const int32_t> configuration) const
    {
        Plan plan;
        std::set<int32_t> used;

        for (const RequestFact &request : workload_.requests_of(statement))
        {
            const Plan best = read(request, configuration);
            plan.cost += best.cost;
            used.insert(best.used.begin(), best.used.end());
        }
        plan.used.assign(used.begin(), used.end());
        return plan;
    }

  private:
    struct Access
    {
        double entries, rows; /* of the index, of the table */
        bool ordered, bounded;
    };

    Plan
    read(const RequestFact &request, std::span<const int32_t> configuration) const
    {
        const RelationFact &relation = workload_.relations()[request.relation];
        const double kept = std::max(relation.rows * request.selectivity, 1.0);
        Plan best = {relation.pages + 0.01 * relation.rows + sort(request, kept), {}, {}};

        for (const int32_t candidate : configuration)
            if (candidates_[candidate].definition.relation == request.relation && applies(request, candidate))
            {
                const double cost = index_cost(request, candidate);
                if (cost < best.cost)
                    best = {cost, {candidate}, {}};
            }
        const Plan arms = read_arms(request, configuration, kept);
        return !arms.used.empty() && arms.cost < best.cost ? arms : best;
    }

    /* Every predicate of a partial index is a conjunct of the request. */
    bool
    applies(const RequestFact &request, int32_t candidate) const
    {
        const IndexDefinition &definition = candidates_[candidate].definition;

        for (int i = 0; i < definition.n_predicates; i++)
        {
            const std::string wanted = workload_.predicates()[definition.predicates[i]].partial_sql;
            const auto conjuncts = workload_.predicates_of(request);
            if (std::none_of(conjuncts.begin(), conjuncts.end(),
                             [&](const PredicateFact &p) { return p.partial_sql == wanted; }))
                return false;
        }
        return true;
    }

    static bool
    equality(PredicateKind kind)
    {
        return kind != PREDICATE_RANGE && kind != PREDICATE_PREFIX && kind != PREDICATE_IS_NOT_NULL &&
               kind != PREDICATE_OTHER;
    }

    const PredicateFact *
    on(const RequestFact &request, int32_t attribute) const
    {
        for (const PredicateFact &predicate : workload_.predicates_of(request))
            if (predicate.attribute == attribute && predicate.kind != PREDICATE_OTHER && predicate.or_group == 0)
                return &predicate;
        return nullptr;
    }

    Access
    access(const RequestFact &request, const advisor::Candidate &candidate) const
    {
        const IndexDefinition &definition = candidate.definition;
        double bounded = 1, filtered = 1;
        bool open = true;
        int fixed = 0;

        for (int i = 0; i < definition.n_keys; i++)
        {
            const PredicateFact *predicate = on(request, definition.keys[i].attribute);
            if (predicate == nullptr)
            {
                open = false;
                continue;
            }
            (open ? bounded : filtered) *= predicate->selectivity;
            open = open && equality(predicate->kind);
            fixed = open ? i + 1 : fixed;
        }
        return {candidate.size.tuples * bounded, candidate.size.tuples * bounded * filtered,
                ordered(request, definition, fixed), bounded < 1};
    }

    bool
    ordered(const RequestFact &request, const IndexDefinition &definition, int fixed) const
    {
        const auto orders = workload_.orders_of(request);

        if (orders.empty() || fixed + static_cast<int>(orders.size()) > definition.n_keys)
            return false;
        for (std::size_t i = 0; i < orders.size(); i++)
        {
            const IndexKey &key = definition.keys[fixed + i], &first = definition.keys[fixed];
            if (key.attribute != orders[i].attribute ||
                (key.descending == orders[i].descending) != (first.descending == orders[0].descending))
                return false;
        }
        return true;
    }

    bool
    covers(const RequestFact &request, const IndexDefinition &definition) const
    {
        const auto holds = [&](int32_t attribute)
        {
            return std::any_of(definition.keys, definition.keys + definition.n_keys,
                               [&](const IndexKey &key) { return key.attribute == attribute; }) ||
                   std::count(definition.includes, definition.includes + definition.n_includes, attribute) > 0;
        };
        const auto needed = workload_.needed_of(request);

        return request.index_only_possible && std::all_of(needed.begin(), needed.end(), holds);
    }

    double
    index_cost(const RequestFact &request, int32_t number) const
    {
        const advisor::Candidate &candidate = candidates_[number];
        const RelationFact &relation = workload_.relations()[request.relation];
        const Access found = access(request, candidate);
        const bool whole = !found.bounded && candidate.definition.n_predicates == 0;
        const double share = found.entries / std::max(candidate.size.tuples, 1.0);
        const double visits =
            covers(request, candidate.definition) ? found.rows * (1 - relation.all_visible) : found.rows;
        const double kept = std::max(relation.rows * request.selectivity, 1.0);
        const double cost = std::max(candidate.size.pages * share, 1.0) + 0.005 * found.entries +
                            std::min(4 * visits, 4 * relation.pages + 0.1 * visits) + 0.01 * found.rows;

        if (whole && !found.ordered && !covers(request, candidate.definition))
            return 1e300;
        if (found.ordered && request.has_limit)
            return 4 + cost * std::min(10 / kept, 1.0);
        return 4 + cost + (found.ordered ? 0 : sort(request, kept));
    }

    Plan
    read_arms(const RequestFact &request, std::span<const int32_t> configuration, double kept) const
    {
        const RelationFact &relation = workload_.relations()[request.relation];
        Plan plan = {sort(request, kept) + 4, {}};

        for (const PredicateFact &arm : workload_.predicates_of(request))
        {
            if (arm.or_group == 0)
                continue;
            const auto index =
                std::find_if(configuration.begin(), configuration.end(),
                             [&](int32_t candidate)
                             {
                                 return candidates_[candidate].definition.keys[0].attribute == arm.attribute &&
                                        candidates_[candidate].definition.n_predicates == 0;
                             });
            if (index == configuration.end())
                return {};
            plan.cost += 4 + 4.1 * relation.rows * arm.selectivity;
            plan.used.push_back(*index);
        }
        return plan;
    }

    static double
    sort(const RequestFact &request, double rows)
    {
        return request.n_orders > 0 ? 0.01 * rows * std::log2(std::max(rows, 2.0)) : 0;
    }

    const advisor::Workload &workload_;
    std::span<const advisor::Candidate> candidates_;
};

/* Plans where all pages are in memory are the same, unless the planner takes that as an argument. */
template <typename Planner>
FakePlanner::Plan
plan_with(const Planner &plan, const AdvisorQuestion &question)
{
    const std::span configuration(question.candidates, question.n_candidates);

    if (question.statement == NONE)
        return {};
    if constexpr (std::is_invocable_v<Planner, int32_t, std::span<const int32_t>, bool>)
        return plan(question.statement, configuration, question.in_memory);
    else
        return plan(question.statement, configuration);
}

/* Asks and answers until nothing is left; the number of answers. `plan` is a function of statement and
 * configuration; about NONE it is not asked. Whenever the caller has a word, between() is called. */
template <typename Planner, typename Between>
int
drive(advisor::Search &search, const Planner &plan, int32_t batch, int stop_after, const Between &between)
{
    int answered = 0;

    for (;;)
    {
        std::vector<FakePlanner::Plan> plans;
        std::vector<AdvisorAnswer> answers;

        if (stop_after >= 0 && answered >= stop_after)
            search.hurry();
        between();
        const auto questions = search.ask(batch);
        if (questions.empty())
            return answered;
        for (const AdvisorQuestion &question : questions)
            plans.push_back(plan_with(plan, question));
        for (const FakePlanner::Plan &one : plans)
            answers.push_back({one.cost >= 0, one.cost, static_cast<int32_t>(one.used.size()), one.used.data(),
                               static_cast<int32_t>(one.binds.size()), one.binds.data(), 0});
        search.answer(answers);
        answered += static_cast<int>(answers.size());
    }
}

template <typename Planner>
int
drive(advisor::Search &search, const Planner &plan, int32_t batch = 16, int stop_after = -1)
{
    return drive(search, plan, batch, stop_after, [] {});
}

#endif
