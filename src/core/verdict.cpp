/*
 * verdict.cpp - the causes, the strongest first.
 *
 * First what makes every index pointless (no plan, no statistics, a small
 * table), then what was decided (proposed, served already). What is left was
 * refused, and there are two kinds of refusal. Where some index would help the
 * statement enough, the set had a reason against it: a regression, the writers,
 * the budget. Where none would, the request has: nothing to search by,
 * too many rows kept, a gain too small.
 */
#include "verdict.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "candidates.h"
#include "describe.h"
#include "valuation.h"
#include "verdict_cardinality.h"
#include "verdict_existing.h"
#include "verdict_obstacle.h"
#include "verdict_paging.h"
#include "verdict_price.h"
#include "verdict_width.h"
#include "words.h"
#include "workload.h"

namespace advisor
{

namespace
{

struct Ruling
{
    AdvisorVerdict verdict;
    String next_step;
    int32_t advice = NONE;
    int32_t candidate = NONE;
    int32_t attribute = NONE;
    int32_t index = NONE;

    Ruling
    refusing(int32_t refused) &&
    {
        candidate = refused;
        return std::move(*this);
    }

    Ruling
    of_attribute(int32_t decisive) &&
    {
        attribute = decisive;
        return std::move(*this);
    }

    Ruling
    of_index(int32_t existing) &&
    {
        index = existing;
        return std::move(*this);
    }
};

using MaybeRuling = std::optional<Ruling>;

class Judge
{
  public:
    Judge(const Decision &decision, std::span<const Proposal> proposals)
        : decision_(decision), workload_(decision.workload), costs_(decision.costs), proposals_(proposals),
          valuation_(decision.workload, decision.candidates, decision.limits, decision.costs),
          ranges_(decision.workload.relations().size(), {0, 0}), proposals_on_(ranges_.size())
    {
        const auto end = static_cast<int32_t>(decision.candidates.size());

        for (int32_t i = 0; i < end; i = ranges_[decision.candidates[i].definition.relation].end)
            ranges_[decision.candidates[i].definition.relation] = candidates_beside(decision.candidates, i);
        for (std::size_t i = 0; i < proposals.size(); i++)
            proposals_on_[decision.candidates[proposals[i].candidate].definition.relation].push_back(
                static_cast<int32_t>(i));
    }

    Ruling judge(int32_t number) const;

  private:
    MaybeRuling pointless(const RequestFact &request, int32_t statement) const;
    MaybeRuling proposed(const RequestFact &request, int32_t statement) const;
    MaybeRuling run_otherwise(const RequestFact &request, int32_t statement) const;
    MaybeRuling written_otherwise(const RequestFact &request) const;
    String besides(const RequestFact &request, int32_t statement) const;
    String rewrite_instead(const RequestFact &request, const IndexDefinition &definition) const;
    MaybeRuling served(const RequestFact &request, int32_t statement) const;
    MaybeRuling left_aside(const RequestFact &request, int32_t statement, int32_t index) const;
    static Ruling ruling_of(Blame blame, int32_t index);
    MaybeRuling outweighed(const RequestFact &request, int32_t statement) const;
    MaybeRuling against_candidate(int32_t candidate, const KnownCell &cell) const;
    MaybeRuling dismissed(const RequestFact &request, int32_t statement) const;
    MaybeRuling unsampled(const RequestFact &request, int32_t statement) const;
    MaybeRuling hopeless(const RequestFact &request, int32_t statement) const;
    MaybeRuling unremarkable(const RequestFact &request) const;
    Ruling too_little(const RequestFact &request, int32_t statement) const;
    const KnownCell *best_cell(int32_t relation, int32_t statement) const;
    int32_t used_on(int32_t relation, const Cell &cell) const;
    int32_t covering_index(const RequestFact &request) const;
    double gain_of(int32_t candidate) const;
    String definition(int32_t candidate) const;
    std::span<const Candidate> on(int32_t relation) const;

    const Decision &decision_;
    const Workload &workload_;
    const CostTable &costs_;
    std::span<const Proposal> proposals_;
    Valuation valuation_;
    Vector<CandidateRange> ranges_;        /* by relation */
    Vector<Vector<int32_t>> proposals_on_; /* by relation */
};

/* Something was weighed for it that is no btree, or would have been. */
const Candidate *
other_kind_for(std::span<const Candidate> on_relation, int32_t statement, bool sampled)
{
    for (const Candidate &candidate : on_relation)
        if (candidate.definition.method != METHOD_BTREE &&
            contains(sampled ? candidate.statements : candidate.unsampled_for, statement))
            return &candidate;
    return nullptr;
}

Ruling
unsearched(const PredicateFact &obstacle)
{
    return Ruling{obstacle_verdict(obstacle.obstacle),
                  String(obstacle.words) + " is searched for in no index: " + obstacle_step(obstacle) + "."}
        .of_attribute(obstacle.attribute);
}

Ruling
Judge::judge(int32_t number) const
{
    const RequestFact &request = workload_.requests()[number];
    const int32_t statement = workload_.statement_of(number);

    if (MaybeRuling ruling = pointless(request, statement))
        return ruling->verdict == VERDICT_SMALL_TABLE ? run_otherwise(request, statement).value_or(*ruling)
                                                      : *ruling;
    if (MaybeRuling ruling = proposed(request, statement))
        return *ruling;
    if (MaybeRuling ruling = run_otherwise(request, statement))
        return *ruling;
    if (MaybeRuling ruling = written_otherwise(request))
        return *ruling;
    if (MaybeRuling ruling = served(request, statement))
        return *ruling;
    if (is_for_statistics(workload_, request))
        return ruling_of(blame_for_estimate(workload_, request), NONE);
    if (MaybeRuling ruling = outweighed(request, statement))
        return ruling->candidate == NONE ? std::move(*ruling).refusing(used_on(
                                               request.relation, best_cell(request.relation, statement)->cell))
                                         : *ruling;
    if (MaybeRuling ruling = dismissed(request, statement))
        return *ruling;
    if (MaybeRuling ruling = unsampled(request, statement))
        return *ruling;
    if (stops_early(workload_, request))
        return {VERDICT_LIMIT_STOPS_EARLY, stop_words(workload_, request)};
    const MaybeRuling idle = left_aside(request, statement, request.idle_index);
    if (idle && idle->verdict != VERDICT_LOW_SELECTIVITY)
        return *idle;
    if (MaybeRuling ruling = hopeless(request, statement))
        return *ruling;
    if (MaybeRuling ruling = unremarkable(request))
        return *ruling;
    if (idle)
        return *idle;
    return too_little(request, statement);
}

MaybeRuling
Judge::pointless(const RequestFact &request, int32_t statement) const
{
    const RelationFact &relation = workload_.relations()[request.relation];

    if (costs_.failed(statement))
        return Ruling{VERDICT_UNPLANNABLE,
                      "The statement can no longer be planned: it is left out until it runs again."};
    if (!relation.analysed || relation.rows < 0)
        return Ruling{VERDICT_NOT_ANALYSED, String("Run ANALYZE ") + relation.name +
                                                ": without statistics nobody can tell what an index would find."};
    if (relation.rows < decision_.limits.min_table_rows)
        return Ruling{VERDICT_SMALL_TABLE, String(relation.name) + " has " + count(relation.rows, "row", "rows") +
                                               ", fewer than the " + number(decision_.limits.min_table_rows) +
                                               " from which indexes are considered: reading it whole is as fast."};
    if (costs_.base(statement) == nullptr)
        return Ruling{VERDICT_NOT_FINISHED, "Time or calls ran out before this was weighed: give advise() more."};
    return std::nullopt;
}

/* No index is the remedy, but another way of running it. */
MaybeRuling
Judge::run_otherwise(const RequestFact &request, int32_t statement) const
{
    const StatementFact &fact = workload_.statements()[statement];

    if (is_repeated(fact))
        return Ruling{VERDICT_REPEATED_IN_A_ROW, repeated_words(fact)};
    if (pages_deeply(request))
        return Ruling{VERDICT_DEEP_OFFSET, keyset_words(workload_, request)};
    return std::nullopt;
}

/* Nor does it matter then which index is read whole, or that a LIMIT ends what is long all the same. */
MaybeRuling
Judge::written_otherwise(const RequestFact &request) const
{
    const PredicateFact *obstacle = only_badly_written(workload_, request);
    const bool much = throws_away_many(request, decision_.limits) && request.selectivity <= NEARLY_ALL;

    return obstacle != nullptr && much ? MaybeRuling(unsearched(*obstacle)) : std::nullopt;
}

MaybeRuling
Judge::proposed(const RequestFact &request, int32_t statement) const
{
    for (const int32_t i : proposals_on_[request.relation])
    {
        const Proposal &proposal = proposals_[i];
        const auto &statements = proposal.statements;

        if (std::find(statements.begin(), statements.end(), statement) != statements.end())
            return Ruling{VERDICT_INDEX_PROPOSED,
                          "Create the index on " + definition(proposal.candidate) + "." +
                              rewrite_instead(request, decision_.candidates[proposal.candidate].definition) +
                              besides(request, statement),
                          i};
    }
    return std::nullopt;
}

/* The index helps, and so would more than it. */
String
Judge::besides(const RequestFact &request, int32_t statement) const
{
    const MaybeRuling other = run_otherwise(request, statement);

    return other ? " Besides: " + other->next_step : String();
}

/* Where the index is on an expression that need not be one, or is read whole. */
String
Judge::rewrite_instead(const RequestFact &request, const IndexDefinition &definition) const
{
    const PredicateFact *found = only_badly_written(workload_, request);

    for (const PredicateFact &predicate : workload_.predicates_of(request))
        for (int i = 0; i < definition.n_keys; i++)
            if (found == nullptr && predicate.rewrite != nullptr &&
                definition.keys[i].attribute == predicate.attribute)
                found = &predicate;
    if (found == nullptr)
        return String();
    return String(" Or write ") + found->rewrite + ", for which an index on the column serves" +
           (found->detail == nullptr ? String() : String(" (") + found->detail + ")") + ".";
}

/* The plan uses an index already, or one is there that it would rather not use. */
MaybeRuling
Judge::served(const RequestFact &request, int32_t statement) const
{
    if (request.served_by != NONE)
        return Ruling{VERDICT_SERVED, String("Nothing to do: the plan uses ") +
                                          workload_.indexes()[request.served_by].name +
                                          ", and no new index beats it by enough."}
            .of_index(request.served_by);
    if (!request.sequential)
        return Ruling{VERDICT_SERVED, "Nothing to do: the plan does not read the table sequentially."};
    if (is_generic_to_blame(request, costs_.base(statement)->cost, decision_.limits))
        return ruling_of(blame_for_generic(workload_, request, costs_.base(statement)->cost), request.custom_index);
    return left_aside(request, statement, covering_index(request));
}

/* NONE: no such index. */
MaybeRuling
Judge::left_aside(const RequestFact &request, int32_t statement, int32_t index) const
{
    if (index == NONE)
        return std::nullopt;
    return ruling_of(blame_for_idle(workload_, request, index, costs_.base(statement)->cost, decision_.limits),
                     index);
}

Ruling
Judge::ruling_of(Blame blame, int32_t index)
{
    return Ruling{blame.verdict, std::move(blame.next_step)}.of_attribute(blame.attribute).of_index(index);
}

/* A valid full btree whose first keys are all of the request's equalities, in any order. */
int32_t
Judge::covering_index(const RequestFact &request) const
{
    Set<int32_t> wanted;

    for (const PredicateFact &predicate : workload_.predicates_of(request))
        if (predicate.attribute != NONE && predicate.or_group == 0 && is_equality(predicate.kind) &&
            predicate.kind != PREDICATE_JOIN)
            wanted.insert(predicate.attribute);
    for (const int32_t number : workload_.indexes_of(request.relation))
    {
        const ExistingIndexFact &index = workload_.indexes()[number];
        int leading = 0;

        while (leading < index.definition.n_keys && wanted.contains(index.definition.keys[leading].attribute))
            leading++;
        if (!wanted.empty() && index.valid && index.btree && index.plain && index.predicate_sql[0] == '\0' &&
            leading == static_cast<int>(wanted.size()))
            return number;
    }
    return NONE;
}

/* ---- refused although it would help ---- */

MaybeRuling
Judge::outweighed(const RequestFact &request, int32_t statement) const
{
    const KnownCell *best = best_cell(request.relation, statement);
    const Cell *base = costs_.base(statement);

    if (best == nullptr || !valuation_.improves(base->cost, best->cell.cost))
        return std::nullopt;
    if (!valuation_.attracts(statement, base->cost, best->cell.cost) && request.planned_selectivity >= 0 &&
        request.planned_selectivity < request.selectivity)
        return Ruling{VERDICT_NEARLY_ALL_ROWS, kept_words(request) + ". Too much to be read through an index: " +
                                                   definition(used_on(request.relation, best->cell)) +
                                                   " would not be what it promises."};
    if (!valuation_.attracts(statement, base->cost, best->cell.cost))
        return Ruling{VERDICT_PLANNER_PREFERS_SCAN, kept_words(request) + ", and the best index found, " +
                                                        definition(used_on(request.relation, best->cell)) +
                                                        ", takes only " +
                                                        percent(1 - best->cell.cost / base->cost) +
                                                        " off the planner's cost: too little for so many visits."};
    const Cell *final = costs_.find(statement, decision_.outcome.chosen);
    if (final != nullptr && !valuation_.improves(final->cost, best->cell.cost))
        return Ruling{VERDICT_BELOW_MIN_IMPROVEMENT, "With the indexes proposed elsewhere the statement costs " +
                                                         number(final->cost) + " instead of " + number(base->cost) +
                                                         "; an index here would add little to that."};
    /* What this table lacks first, then what the statement lacks beside it; what was chosen it has. */
    for (const bool own : {true, false})
        for (const int32_t candidate : without(best->cell.used, decision_.outcome.chosen))
            if ((decision_.candidates[candidate].definition.relation == request.relation) == own)
                if (MaybeRuling ruling = against_candidate(candidate, *best))
                    return std::move(*ruling).refusing(candidate);
    if (!decision_.outcome.finished)
        return Ruling{VERDICT_NOT_FINISHED, "Time or calls ran out before this was settled: give advise() more."};
    return Ruling{VERDICT_BELOW_MIN_IMPROVEMENT, "The best index found, " +
                                                     definition(used_on(request.relation, best->cell)) +
                                                     ", adds too little to the chosen ones to be worth " +
                                                     size_words(valuation_.bytes(best->cell.used)) + "."};
}

/* The cell with the lowest cost whose plan uses a candidate on the relation; singles before sets. */
const KnownCell *
Judge::best_cell(int32_t relation, int32_t statement) const
{
    const KnownCell *best = nullptr;

    for (const KnownCell &known : costs_.known(statement))
        if (used_on(relation, known.cell) != NONE &&
            (best == nullptr || known.cell.cost < best->cell.cost ||
             (known.cell.cost == best->cell.cost && known.cell.used.size() < best->cell.used.size())))
            best = &known;
    return best;
}

int32_t
Judge::used_on(int32_t relation, const Cell &cell) const
{
    for (const int32_t candidate : cell.used)
        if (decision_.candidates[candidate].definition.relation == relation)
            return candidate;
    return NONE;
}

MaybeRuling
Judge::against_candidate(int32_t candidate, const KnownCell &cell) const
{
    const Configuration &chosen = decision_.outcome.chosen;

    for (const Regression &regression : decision_.outcome.regressions)
        if (regression.candidate == candidate)
            return Ruling{VERDICT_WOULD_REGRESS, "An index on " + definition(candidate) +
                                                     " would help here, but make another statement dearer: " +
                                                     number(regression.cost_before) + " -> " +
                                                     number(regression.cost_after) + "."};
    if (auto refusal = refused_for_price(decision_, valuation_, candidate, gain_of(candidate)))
        return Ruling{refusal->verdict, "An index on " + definition(candidate) + refusal->words};
    const Configuration more = united(chosen, cell.cell.used);
    if (!valuation_.affordable(more))
        return Ruling{VERDICT_OVER_BUDGET, "An index on " + definition(candidate) + " would help, but its " +
                                               size_words(decision_.candidates[candidate].size.bytes) +
                                               " do not fit beside the chosen ones (" +
                                               size_words(valuation_.bytes(chosen)) + ") into the budget of " +
                                               size_words(decision_.limits.budget_bytes) + "."};
    if (!valuation_.few_enough(more))
    {
        const bool of_all = static_cast<int32_t>(more.size()) > decision_.limits.max_indexes;

        return Ruling{VERDICT_OVER_BUDGET, "An index on " + definition(candidate) + " would help, but " +
                                               (of_all ? "max_indexes = " + number(decision_.limits.max_indexes)
                                                       : "index_advisor.max_indexes_per_table = " +
                                                             number(decision_.limits.max_indexes_per_table)) +
                                               " is used up."};
    }
    return std::nullopt;
}

/* What the candidate saves at most beyond the chosen set, as far as costs are known. */
double
Judge::gain_of(int32_t candidate) const
{
    const Configuration &chosen = decision_.outcome.chosen;
    const Configuration more = united(chosen, Configuration(1, candidate));
    double gain = 0;

    for (const int32_t statement : decision_.candidates[candidate].statements)
        if (!costs_.failed(statement) && costs_.base(statement) != nullptr)
            gain += valuation_.load_at(statement, costs_.bounds(statement, chosen).most) -
                    valuation_.load_at(statement, costs_.bounds(statement, more).most);
    return gain;
}

MaybeRuling
Judge::dismissed(const RequestFact &request, int32_t statement) const
{
    for (int32_t i = ranges_[request.relation].first; i < ranges_[request.relation].end; i++)
        if (contains(decision_.candidates[i].dismissed_for, statement))
            return Ruling{VERDICT_DISMISSED,
                          "An index on " + definition(i) +
                              " was dismissed, and nothing else serves: undismiss() brings it back."};
    return std::nullopt;
}

/* ---- refused because it would not help ---- */

MaybeRuling
Judge::unsampled(const RequestFact &request, int32_t statement) const
{
    const Candidate *candidate = other_kind_for(on(request.relation), statement, false);

    if (candidate == nullptr || any_sargable(workload_.predicates_of(request)))
        return std::nullopt;
    if (candidate->too_wide)
        return Ruling{VERDICT_TOO_WIDE_KEY, wide_entry_words(workload_, candidate->definition)}.of_attribute(
            candidate->definition.keys[0].attribute);
    return Ruling{VERDICT_NOT_FINISHED,
                  "An index " + shape_words(workload_, candidate->definition) +
                      " might serve, but its size was not sampled: whoever asks must be allowed to read the table, "
                      "all of its rows; check_index() says what is missing."};
}

Ruling
nearly_all(const RequestFact &request)
{
    return {VERDICT_NEARLY_ALL_ROWS, kept_words(request) + ": reading all of it is the cheapest way."};
}

MaybeRuling
Judge::hopeless(const RequestFact &request, int32_t statement) const
{
    const bool weighed = other_kind_for(on(request.relation), statement, true) != nullptr;
    const auto predicates = workload_.predicates_of(request);
    const PredicateFact *obstacle = first_obstacle(predicates);
    const PredicateFact *few = low_cardinality(workload_, request);
    const int32_t wide = wide_key_of(workload_, request, decision_.limits.block_size);

    if (is_outside(request))
        return Ruling{VERDICT_CONDITION_OUTSIDE, outside_words(workload_, request)};
    if (wide != NONE)
        return Ruling{VERDICT_TOO_WIDE_KEY, wide_key_words(workload_, request, wide, decision_.limits.block_size)}
            .of_attribute(wide);
    if (obstacle != nullptr && obstacle->obstacle == OBSTACLE_NEGATION && !any_sargable(predicates) &&
        request.selectivity > NEARLY_ALL)
        return nearly_all(request);
    if (obstacle != nullptr && !weighed &&
        (!any_sargable(predicates) || (obstacle->obstacle == OBSTACLE_OR_RELATIONS && only_joins(predicates))))
        return unsearched(*obstacle);
    if (predicates.empty() && !weighed)
        return Ruling{VERDICT_NO_PREDICATE,
                      request.n_orders > 0
                          ? "There is no condition, and the order alone does not pay for an index: a "
                            "LIMIT or a condition would."
                          : "There is no condition that could use an index: the statement asks for "
                            "the whole table."};
    if (few != nullptr)
        return Ruling{VERDICT_LOW_CARDINALITY,
                      String(workload_.attributes()[few->attribute].name) + " has " +
                          count(two_digits(workload_.attributes()[few->attribute].n_distinct), "value", "values") +
                          ", so each search finds " + percent(request.selectivity) +
                          " of the table. A further condition, or a LIMIT with an order, would make an index pay."}
            .of_attribute(few->attribute);
    if (request.selectivity > NEARLY_ALL)
        return nearly_all(request);
    return std::nullopt;
}

MaybeRuling
Judge::unremarkable(const RequestFact &request) const
{
    if (!is_below_thresholds(workload_, request, decision_.limits))
        return std::nullopt;
    return Ruling{VERDICT_FEW_ROWS_REMOVED,
                  "Each call throws away " + number(request.rows_removed) + " of " +
                      count(request.rows_read, "row", "rows") + " read. That asks for an index from " +
                      number(decision_.limits.min_rows_removed) + " rows (min_rows_removed) and " +
                      percent(decision_.limits.min_removed_fraction) + " (min_removed_fraction) on."};
}

Ruling
Judge::too_little(const RequestFact &request, int32_t statement) const
{
    const KnownCell *best = best_cell(request.relation, statement);
    const PredicateFact *obstacle = first_obstacle(workload_.predicates_of(request));
    const double base = costs_.base(statement)->cost;

    if (best != nullptr)
        return Ruling{VERDICT_BELOW_MIN_IMPROVEMENT,
                      "The best index found, " + definition(used_on(request.relation, best->cell)) +
                          ", changes the cost from " + number(base) + " to " + number(best->cell.cost) +
                          ", less than the " + percent(decision_.limits.min_improvement) +
                          " asked for (min_improvement)."}
            .refusing(used_on(request.relation, best->cell));
    if (!decision_.outcome.finished && costs_.known(statement).size() < 2 && !costs_.relevant(statement).empty())
        return {VERDICT_NOT_FINISHED, "Time or calls ran out before this was weighed: give advise() more."};
    const Candidate *other = other_kind_for(on(request.relation), statement, true);
    if (other != nullptr && !any_sargable(workload_.predicates_of(request)))
        return {VERDICT_PLANNER_PREFERS_SCAN, kept_words(request) + "; the planner would not use an index " +
                                                  shape_words(workload_, other->definition) +
                                                  ", nor any other that was considered."};
    if (obstacle != nullptr)
        return {obstacle_verdict(obstacle->obstacle),
                "What could use an index keeps too many rows, and " + String(obstacle->words) +
                    " is searched for in none: " + obstacle_step(*obstacle) + "."};
    if (request.selectivity < 0)
        return {VERDICT_PLANNER_PREFERS_SCAN, "The planner would not use any index considered here."};
    if (request.planned_selectivity > request.selectivity)
        return ruling_of(blame_for_estimate(workload_, request), NONE);
    return {VERDICT_PLANNER_PREFERS_SCAN,
            kept_words(request) + "; the planner would not use any index considered here."};
}

String
Judge::definition(int32_t candidate) const
{
    const IndexDefinition &definition = decision_.candidates[candidate].definition;

    return workload_.relations()[definition.relation].name + (" " + shape_words(workload_, definition));
}

std::span<const Candidate>
Judge::on(int32_t relation) const
{
    return decision_.candidates.subspan(static_cast<std::size_t>(ranges_[relation].first),
                                        static_cast<std::size_t>(ranges_[relation].end - ranges_[relation].first));
}

} // namespace

Vector<Judgement>
judge_requests(const Decision &decision, std::span<const Proposal> proposals)
{
    const Judge judge(decision, proposals);
    Vector<Judgement> judgements;

    for (std::size_t i = 0; i < decision.workload.requests().size(); i++)
    {
        const int32_t request = static_cast<int32_t>(i);
        Ruling ruling = judge.judge(request);

        judgements.push_back({request, decision.workload.statement_of(request), ruling.verdict, ruling.advice,
                              ruling.candidate, ruling.attribute, ruling.index, std::move(ruling.next_step)});
    }
    return judgements;
}

} // namespace advisor
