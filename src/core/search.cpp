#include "search.h"

#include <algorithm>
#include <optional>

#include "alternatives.h"
#include "candidates.h"
#include "doubt.h"
#include "inquiry.h"
#include "lower_bound.h"
#include "polish.h"
#include "selection.h"
#include "survey.h"
#include "valuation.h"
#include "workload.h"

namespace advisor
{

namespace
{

/* How often SELECT may fill the room that POLISH made, and what VERIFY threw out. */
constexpr int MAX_REFILLS = 2;
constexpr std::size_t MAX_BANS = 16;

/* Of the bound's some 10 ms each, when the time is over: it is a bound whenever it ends. */
constexpr int MAX_HASTY_RUNS = 20;

/* The planner's estimates of rows end at 1e100. */
constexpr double MOST_COST = 1e150;

bool
is_cost(double cost)
{
    return cost >= 0 && cost <= MOST_COST;
}

enum class Stage
{
    SURVEY,
    SELECT,
    POLISH,
    VERIFY,
    EXPLAIN,
    PROVE,
    FINISHED
};

} // namespace

class Search::State
{
  public:
    State(const Workload &workload, std::span<const Candidate> candidates, const AdvisorLimits &limits,
          const CostTable *known);

    std::span<const AdvisorQuestion> ask(int32_t max);
    void answer(std::span<const AdvisorAnswer> answers);
    void hurry(const char *reason);
    Outcome outcome() const;

    bool
    finished() const
    {
        return stage_ == Stage::FINISHED;
    }
    const CostTable &
    costs() const
    {
        return costs_;
    }
    const CostTable &
    costs_in_memory() const
    {
        return doubt_.costs();
    }

  private:
    void run();
    void hand_out(std::size_t most);
    void take_breath();
    bool keeps_calls_to_verify() const;
    double calls_left() const;
    int32_t calls_of(int32_t statement) const;
    bool planned(int32_t statement) const;
    const Configuration &best_so_far() const;
    void survey();
    void select();
    void polish();
    void verify();
    std::optional<Regression> find_regression();
    bool drop_unverified();
    void throw_out(const Regression &regression);
    void ban(int32_t candidate);

    std::size_t
    pending() const
    {
        return inquiry_.pending() + doubt_.inquiry().pending();
    }
    void
    forget()
    {
        inquiry_.forget();
        doubt_.inquiry().forget();
    }
    Question take();
    void explain();
    void prove();

    std::span<const Candidate> candidates_;
    const AdvisorLimits &limits_;
    CostTable costs_;
    Valuation valuation_;
    Problem problem_;
    Inquiry inquiry_;
    Doubt doubt_;
    Stage stage_ = Stage::SURVEY;
    Survey survey_;

    Configuration chosen_; /* the best set so far */
    std::optional<Selection> selection_;
    std::optional<Polish> polish_;
    std::optional<LowerBound> proof_;
    bool proven_ = false;
    int proof_runs_ = 0; /* in haste */
    int refills_ = 0;
    Vector<Regression> regressions_;

    Vector<Question> asked_; /* handed out, not answered yet */
    Vector<AdvisorQuestion> handed_out_;
    double answers_ = 0;
    double calls_ = 0;          /* of the planner, that the answers took */
    double most_to_verify_ = 0; /* calls, at most */
    bool hurried_ = false;
    bool exhausted_ = false; /* nothing may be asked any more */
    const char *stopped_by_ = "done";
};

/* ---- the interface ---- */

Search::Search(const Workload &workload, std::span<const Candidate> candidates, const AdvisorLimits &limits,
               const CostTable *known)
    : state_(std::make_unique<State>(workload, candidates, limits, known))
{
}

Search::~Search() = default;

std::span<const AdvisorQuestion>
Search::ask(int32_t max)
{
    return state_->ask(max);
}

void
Search::answer(std::span<const AdvisorAnswer> answers)
{
    state_->answer(answers);
}

void
Search::hurry()
{
    state_->hurry("time");
}

bool
Search::finished() const
{
    return state_->finished();
}

Outcome
Search::outcome() const
{
    return state_->outcome();
}

const CostTable &
Search::costs() const
{
    return state_->costs();
}

const CostTable &
Search::costs_in_memory() const
{
    return state_->costs_in_memory();
}

/* ---- questions and answers ---- */

Search::State::State(const Workload &workload, std::span<const Candidate> candidates, const AdvisorLimits &limits,
                     const CostTable *known)
    : candidates_(candidates), limits_(limits),
      costs_(known != nullptr ? *known : CostTable(static_cast<int32_t>(workload.statements().size()), candidates)),
      valuation_(workload, candidates, limits, costs_), problem_{workload,   candidates, limits, costs_,
                                                                 valuation_, {},         {},     {}},
      inquiry_(costs_), doubt_(problem_), survey_(problem_)
{
    for (const int32_t statement : valuation_.by_load())
        most_to_verify_ += calls_of(statement);
}

std::span<const AdvisorQuestion>
Search::State::ask(int32_t max)
{
    if (!asked_.empty())
        return handed_out_;
    handed_out_.clear();
    while (handed_out_.empty() && !finished())
    {
        if (!keeps_calls_to_verify())
            hurry("planner calls");
        run();
        hand_out(static_cast<std::size_t>(max));
        if (inquiry_.tired() && handed_out_.empty())
            take_breath();
    }
    return handed_out_;
}

double
Search::State::calls_left() const
{
    return limits_.max_planner_calls - calls_;
}

/* As far as can be told before. */
int32_t
Search::State::calls_of(int32_t statement) const
{
    return std::max(problem_.workload.statements()[statement].binds, 1);
}

/* More are left than verifying the best set so far takes: each statement whose cost under it is not known. */
bool
Search::State::keeps_calls_to_verify() const
{
    const Configuration &best = best_so_far();
    double calls = 0;

    if (calls_left() > most_to_verify_)
        return true;
    for (const int32_t statement : valuation_.by_load())
        if (planned(statement) && costs_.find(statement, best) == nullptr)
            calls += calls_of(statement);
    return calls_left() > calls;
}

/* Goes on until something has to be asked, or the caller ought to have a word. */
void
Search::State::run()
{
    inquiry_.rest();
    while (pending() == 0 && stage_ != Stage::FINISHED && !inquiry_.tired())
    {
        forget();
        inquiry_.set_closed(exhausted_ || (hurried_ && stage_ != Stage::VERIFY));
        switch (stage_)
        {
            case Stage::SURVEY:
                survey();
                break;
            case Stage::SELECT:
                select();
                break;
            case Stage::POLISH:
                polish();
                break;
            case Stage::VERIFY:
                verify();
                break;
            case Stage::EXPLAIN:
                explain();
                break;
            case Stage::PROVE:
                prove();
                break;
            case Stage::FINISHED:
                break;
        }
    }
}

Question
Search::State::take()
{
    Inquiry &inquiry = inquiry_.pending() > 0 ? inquiry_ : doubt_.inquiry();
    Question question = inquiry.take();

    question.in_memory = &inquiry != &inquiry_;
    return question;
}

/* What does not fit into the calls that are left is not asked, and nothing after it. */
void
Search::State::hand_out(std::size_t most)
{
    double left = calls_left();

    while (pending() > 0 && asked_.size() < most)
    {
        const Question question = take();
        const CostTable &costs = question.in_memory ? doubt_.costs() : costs_;

        /* An answer since it was noted may have settled it. */
        if (costs.find(question.statement, question.configuration) != nullptr || costs.failed(question.statement))
            continue;
        left -= calls_of(question.statement);
        if (left < 0)
        {
            exhausted_ = asked_.empty();
            forget();
            break;
        }
        asked_.push_back(question);
    }
    for (const Question &question : asked_)
        handed_out_.push_back({question.statement, static_cast<int32_t>(question.configuration.size()),
                               question.configuration.data(), question.in_memory});
    if (exhausted_)
        hurry("planner calls");
}

/* A call has to end in time, and its end without a question would mean that nothing is left. */
void
Search::State::take_breath()
{
    asked_.push_back({NONE, {}, false});
    handed_out_.push_back({NONE, 0, nullptr, false});
}

void
Search::State::answer(std::span<const AdvisorAnswer> answers)
{
    for (std::size_t i = 0; i < asked_.size(); i++)
    {
        const Question &question = asked_[i];
        const AdvisorAnswer &answer = answers[i];

        answers_++;
        if (question.statement == NONE)
            continue;
        CostTable &costs = question.in_memory ? doubt_.costs() : costs_;
        const int32_t calls = answer.calls > 0 ? answer.calls : calls_of(question.statement);
        calls_ += calls;
        inquiry_.note_answer();
        if (!answer.planned)
        {
            costs.fail(question.statement);
            continue;
        }
        Cell cell = {answer.cost, Configuration(answer.used, answer.used + answer.n_used), calls, {}};
        if (answer.n_binds > 1)
            cell.binds.assign(answer.bind_costs, answer.bind_costs + answer.n_binds);
        std::sort(cell.used.begin(), cell.used.end());
        if (!is_cost(cell.cost) || !std::ranges::all_of(cell.binds, is_cost) ||
            !is_subset(cell.used, question.configuration))
            throw BadFacts("answer " + std::to_string(i) + ": a cost or a used candidate that cannot be");
        costs.learn(question.statement, question.configuration, std::move(cell));
    }
    asked_.clear();
    handed_out_.clear();
}

void
Search::State::hurry(const char *reason)
{
    if (hurried_ || stage_ == Stage::FINISHED)
        return;
    hurried_ = true;
    stopped_by_ = reason;
    if (stage_ == Stage::VERIFY || stage_ == Stage::PROVE)
        return;
    forget();
    if (stage_ == Stage::SURVEY)
    {
        survey_.cut_short();
        stage_ = Stage::SELECT;
    }
    else if (stage_ == Stage::POLISH)
    {
        chosen_ = polish_.has_value() ? polish_->chosen() : chosen_;
        stage_ = Stage::VERIFY;
    }
    else if (stage_ == Stage::EXPLAIN)
        stage_ = Stage::PROVE;
}

const Configuration &
Search::State::best_so_far() const
{
    if (stage_ == Stage::SELECT && selection_.has_value())
        return selection_->chosen();
    if (stage_ == Stage::POLISH && polish_.has_value())
        return polish_->chosen();
    return chosen_;
}

Outcome
Search::State::outcome() const
{
    Outcome outcome;

    outcome.chosen = best_so_far();
    outcome.regressions = regressions_;
    outcome.stopped_by = stopped_by_;
    outcome.answers = answers_;
    outcome.planner_calls = calls_;
    outcome.avoided = inquiry_.avoided();
    outcome.finished = finished() && !hurried_;
    outcome.load_before = objective(costs_, valuation_, {});
    outcome.load_after = objective(costs_, valuation_, chosen_);
    if (proven_)
    {
        outcome.lower_bound = std::min(proof_->value(), outcome.load_after);
        outcome.bound_is_complete = proof_->complete();
    }
    return outcome;
}

/* ---- the stages ---- */

/* Its costs are known and it can be reasoned about. */
bool
Search::State::planned(int32_t statement) const
{
    return !costs_.failed(statement) && costs_.base(statement) != nullptr;
}

void
Search::State::survey()
{
    if (!survey_.run(inquiry_))
        return;
    if (problem_.live.empty())
        stopped_by_ = "nothing to do";
    stage_ = Stage::SELECT;
}

void
Search::State::select()
{
    if (!selection_.has_value())
        selection_.emplace(problem_, chosen_, refills_ == 0 && regressions_.empty());
    if (!selection_->run(inquiry_))
        return;
    chosen_ = selection_->chosen();
    selection_.reset();
    stage_ = hurried_ ? Stage::VERIFY : Stage::POLISH;
}

void
Search::State::polish()
{
    if (!polish_.has_value())
        polish_.emplace(problem_, chosen_);
    if (!polish_->run(inquiry_))
        return;
    const bool changed = polish_->chosen() != chosen_;
    chosen_ = polish_->chosen();
    polish_.reset();
    if (changed && refills_++ < MAX_REFILLS)
        stage_ = Stage::SELECT;
    else
        stage_ = Stage::VERIFY;
}

/* Every statement under the final set, the frozen ones too. */
void
Search::State::verify()
{
    for (const int32_t statement : valuation_.by_load())
        if (planned(statement))
            inquiry_.cell(statement, chosen_);
    if (inquiry_.pending() > 0)
        return;
    const std::optional<Regression> regression = find_regression();
    if (inquiry_.pending() > 0)
        return;
    const int32_t doubtful = hurried_ || regression.has_value() ? NONE : doubt_.find(chosen_);
    if (pending() > 0)
        return;
    if (regression.has_value())
        throw_out(*regression);
    else if (doubtful != NONE)
        ban(doubtful);
    else if (!drop_unverified())
        stage_ = hurried_ ? Stage::PROVE : Stage::EXPLAIN;
}

/* Where nothing can be asked any more: of what nobody knows how a statement fares with it, nothing is proposed. */
bool
Search::State::drop_unverified()
{
    for (const int32_t statement : valuation_.by_load())
        if (planned(statement) && costs_.find(statement, chosen_) == nullptr)
        {
            chosen_ = without(chosen_, costs_.project(statement, chosen_));
            return true;
        }
    return false;
}

/* The heaviest statement that got too much worse, and the index whose absence would help it most. */
std::optional<Regression>
Search::State::find_regression()
{
    for (const int32_t statement : valuation_.by_load())
    {
        const Cell *cell = planned(statement) ? costs_.find(statement, chosen_) : nullptr;
        std::optional<Regression> worst;
        double lowest = 0;

        if (cell == nullptr || cell->cost <= (1 + limits_.max_regression) * costs_.base(statement)->cost)
            continue;
        for (const int32_t candidate : cell->used)
        {
            const auto cost = inquiry_.cost(statement, without(chosen_, candidate));

            if (cost.has_value() && (!worst.has_value() || *cost < lowest))
            {
                worst = Regression{candidate, statement, costs_.base(statement)->cost, cell->cost};
                lowest = *cost;
            }
        }
        if (worst.has_value() || inquiry_.pending() > 0)
            return worst;
    }
    return std::nullopt;
}

void
Search::State::throw_out(const Regression &regression)
{
    regressions_.push_back(regression);
    ban(regression.candidate);
}

void
Search::State::ban(int32_t candidate)
{
    problem_.banned.insert(candidate);
    chosen_ = without(chosen_, candidate);
    if (!hurried_ && problem_.banned.size() <= MAX_BANS)
        stage_ = Stage::SELECT;
}

/* What the reasons quote: the set without each index, and with something else in its place. */
void
Search::State::explain()
{
    for (const int32_t candidate : chosen_)
    {
        const Configuration rest = without(chosen_, candidate);
        const Vector<int32_t> statements = statements_using(candidates_, costs_, valuation_, chosen_, candidate);

        for (const int32_t statement : statements)
            inquiry_.cell(statement, rest);
        for (const int32_t other : alternatives_to(candidates_, costs_, chosen_, candidate, statements))
            for (std::size_t i = 0; i < std::min(statements.size(), MAX_ALTERNATIVE_STATEMENTS); i++)
                inquiry_.cell(statements[i], united(rest, Configuration(1, other)));
    }
    if (inquiry_.pending() == 0)
        stage_ = Stage::PROVE;
}

void
Search::State::prove()
{
    if (!proof_.has_value())
        proof_.emplace(candidates_, limits_, costs_, valuation_, nullptr);
    proven_ = proof_->run(objective(costs_, valuation_, chosen_)) || (hurried_ && ++proof_runs_ >= MAX_HASTY_RUNS);
    if (proven_)
        stage_ = Stage::FINISHED;
    else
        inquiry_.exhaust();
}

} // namespace advisor
