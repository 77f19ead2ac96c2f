#include "advice.h"

#include <algorithm>
#include <deque>
#include <memory_resource>
#include <tuple>

#include "alternatives.h"
#include "candidates.h"
#include "definition.h"
#include "reasons.h"
#include "valuation.h"
#include "verdict.h"
#include "words.h"
#include "workload.h"
#include "write_cost.h"

namespace advisor
{

namespace
{

struct StoredResult final : public Result
{
    std::pmr::deque<String> texts; /* deques: what was handed out stays where it is */
    std::pmr::deque<Vector<int32_t>> numbers;
    Vector<AdvisorAdvice> advice;
    Vector<AdvisorRequestVerdict> verdicts;
    Vector<AdvisorStatementCost> statements;
    AdvisorResult result = {};

    const AdvisorResult &
    view() const override
    {
        return result;
    }

    const char *
    keep(String &&text)
    {
        return texts.emplace_back(std::move(text)).c_str();
    }
};

/* Fills a StoredResult from a decision. */
class Writer
{
  public:
    Writer(const Decision &decision, StoredResult &stored)
        : decision_(decision), workload_(decision.workload), stored_(stored),
          valuation_(decision.workload, decision.candidates, decision.limits, decision.costs)
    {
    }

    void write();

  private:
    Case case_of(int32_t candidate) const;
    Vector<int32_t> best_first() const;
    void add_advice(const Case &one);
    void add_costs(const Case &one, AdvisorAdvice &advice) const;
    void add_times(const Case &one, AdvisorAdvice &advice) const;
    void add_binds(const Case &one, AdvisorAdvice &advice) const;
    void add_price(AdvisorAdvice &advice) const;
    void add_verdicts();
    String refused_sql(int32_t candidate) const;
    void add_statements();
    double total_load() const;

    const Decision &decision_;
    const Workload &workload_;
    StoredResult &stored_;
    Valuation valuation_;
};

/* Executions per hour: what a planner's cost is weighted by. */
double
calls_per_hour(const StatementFact &statement)
{
    return statement.hours > 0 ? std::max(statement.calls, 0.0) / statement.hours : 0;
}

const char *
bound_kind(const Outcome &outcome)
{
    if (outcome.lower_bound < 0)
        return "";
    return outcome.bound_is_complete ? "monotone" : "restricted";
}

void
Writer::write()
{
    AdvisorResult &result = stored_.result;

    for (const int32_t candidate : best_first())
        add_advice(case_of(candidate));
    add_verdicts();
    add_statements();
    result.advice = stored_.advice.data();
    result.n_advice = static_cast<int32_t>(stored_.advice.size());
    result.verdicts = stored_.verdicts.data();
    result.n_verdicts = static_cast<int32_t>(stored_.verdicts.size());
    result.statements = stored_.statements.data();
    result.n_statements = static_cast<int32_t>(stored_.statements.size());
    result.planner_calls = decision_.outcome.planner_calls;
    result.avoided = decision_.outcome.avoided;
    result.load_before = decision_.outcome.load_before;
    result.load_after = decision_.outcome.load_after;
    result.lower_bound = decision_.outcome.lower_bound;
    result.bound_kind = bound_kind(decision_.outcome);
    result.stopped_by = decision_.outcome.stopped_by;
}

Case
Writer::case_of(int32_t candidate) const
{
    const Configuration &chosen = decision_.outcome.chosen;

    return {decision_, valuation_, candidate, without(chosen, candidate),
            statements_using(decision_.candidates, decision_.costs, valuation_, chosen, candidate)};
}

/* By gain, rounded so that the order does not jump from run to run, then by name. What no plan uses is no advice.
 */
Vector<int32_t>
Writer::best_first() const
{
    Vector<std::tuple<double, String, int32_t>> order;
    Vector<int32_t> candidates;

    for (const int32_t candidate : decision_.outcome.chosen)
    {
        const Case one = case_of(candidate);

        if (!one.statements.empty())
            order.emplace_back(-two_digits(one.saved()), index_name(workload_.facts(), one.definition()),
                               candidate);
    }
    std::sort(order.begin(), order.end());
    for (const auto &[gain, name, candidate] : order)
        candidates.push_back(candidate);
    return candidates;
}

/* ---- advice ---- */

void
Writer::add_advice(const Case &one)
{
    const Facts &facts = workload_.facts();
    AdvisorAdvice advice = {};

    advice.candidate = one.candidate;
    advice.definition = one.definition();
    advice.size = decision_.candidates[one.candidate].size;
    advice.index_name = stored_.keep(index_name(facts, advice.definition));
    advice.kind = stored_.keep(definition_kind(facts, advice.definition));
    advice.definition_sql = stored_.keep(definition_sql(facts, advice.definition));
    add_costs(one, advice);
    add_times(one, advice);
    add_binds(one, advice);
    add_price(advice);
    advice.statements = stored_.numbers.emplace_back(one.statements).data();
    advice.n_statements = static_cast<int32_t>(one.statements.size());
    advice.why = stored_.keep(why_words(one));
    advice.rule = stored_.keep(rule_words(one));
    advice.gain = stored_.keep(gain_words(one));
    advice.price = stored_.keep(price_words(one));
    advice.not_chosen = stored_.keep(not_chosen_words(one));
    stored_.advice.push_back(advice);
    stored_.result.used_bytes += advice.size.bytes;
}

void
Writer::add_costs(const Case &one, AdvisorAdvice &advice) const
{
    double without = 0;

    for (const int32_t statement : one.statements)
    {
        const double calls = calls_per_hour(workload_.statements()[statement]);

        advice.cost_before += calls * one.base(statement);
        advice.cost_after += calls * one.with(statement);
        without += calls * one.without(statement);
    }
    advice.improvement = without > 0 ? (without - advice.cost_after) / without : 0;
}

/* Times exist for statements that were measured; a given one has none. */
void
Writer::add_times(const Case &one, AdvisorAdvice &advice) const
{
    double calls = 0, ms_before = 0, ms_after = 0;

    for (const int32_t number : one.statements)
    {
        const StatementFact &statement = workload_.statements()[number];

        if (!statement.measured)
            continue;
        calls += statement.calls;
        ms_before += statement.total_ms;
        ms_after += one.base(number) > 0
                        ? statement.total_ms * valuation_.corrected(number, one.with(number)) / one.base(number)
                        : 0;
    }
    const double load = total_load();
    advice.share_of_load = load > 0 ? one.saved() / load : 0;
    advice.saved_ms_per_hour = calls > 0 ? one.saved() : UNKNOWN;
    advice.ms_per_call_before = calls > 0 ? ms_before / calls : UNKNOWN;
    advice.ms_per_call_after = calls > 0 ? ms_after / calls : UNKNOWN;
}

void
Writer::add_binds(const Case &one, AdvisorAdvice &advice) const
{
    const Spread spread = one.spread();

    advice.helped_binds = spread.helped;
    advice.total_binds = spread.total;
}

void
Writer::add_price(AdvisorAdvice &advice) const
{
    const WritePrice price = write_price(workload_.facts(), advice.definition, advice.size);

    advice.writes_per_hour = price.entries;
    advice.wal_bytes_per_hour = price.entries < 0 ? UNKNOWN : price.wal_bytes + price.wal_page_bytes;
    advice.hot_lost_per_hour = price.hot_lost;
}

double
Writer::total_load() const
{
    double sum = 0;

    for (const int32_t statement : valuation_.by_load())
        sum += valuation_.load(statement);
    return sum;
}

/* ---- verdicts and statements ---- */

void
Writer::add_verdicts()
{
    Vector<Proposal> proposals;

    for (const AdvisorAdvice &advice : stored_.advice)
        proposals.push_back(
            {advice.candidate, Vector<int32_t>(advice.statements, advice.statements + advice.n_statements)});
    for (Judgement &judgement : judge_requests(decision_, proposals))
        stored_.verdicts.push_back({judgement.request, judgement.statement, judgement.verdict, judgement.advice,
                                    judgement.attribute, judgement.index,
                                    stored_.keep(std::move(judgement.next_step)),
                                    stored_.keep(refused_sql(judgement.candidate))});
}

/* For somebody to try. A partial index may hold a constant, which is for DDL that is proposed alone. */
String
Writer::refused_sql(int32_t candidate) const
{
    if (candidate == NONE || decision_.candidates[candidate].definition.n_predicates > 0)
        return String();
    return definition_sql(workload_.facts(), decision_.candidates[candidate].definition);
}

void
Writer::add_statements()
{
    const CostTable &costs = decision_.costs;

    for (std::size_t i = 0; i < workload_.statements().size(); i++)
    {
        const int32_t statement = static_cast<int32_t>(i);
        const double calls = calls_per_hour(workload_.statements()[i]);
        AdvisorStatementCost cost = {statement, UNKNOWN, UNKNOWN};

        if (!costs.failed(statement) && costs.base(statement) != nullptr)
        {
            cost.cost_before = costs.base(statement)->cost;
            cost.cost_after = costs.bounds(statement, decision_.outcome.chosen).most;
            stored_.result.cost_before += calls * cost.cost_before;
            stored_.result.cost_after += calls * cost.cost_after;
        }
        stored_.statements.push_back(cost);
    }
}

} // namespace

std::unique_ptr<Result>
make_result(const Decision &decision)
{
    auto stored = std::make_unique<StoredResult>();

    Writer(decision, *stored).write();
    return stored;
}

} // namespace advisor
