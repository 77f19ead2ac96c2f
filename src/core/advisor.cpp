/*
 * advisor.cpp - the C interface: exception barrier, handle, argument checks.
 *
 * Every entry runs its work inside `guarded`, with the handle's Budget as the
 * source of memory. What is thrown becomes a status and a message in a buffer
 * that was there before, since there may be no memory left to say so. A handle
 * whose work was cut short by an exception may be half done: it repeats its status
 * from then on.
 */
#include "advisor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "advice.h"
#include "candidates.h"
#include "candidates_search.h"
#include "definition.h"
#include "dump.h"
#include "index_build.h"
#include "index_size.h"
#include "key_order.h"
#include "index_size_sampled.h"
#include "memory.h"
#include "search.h"
#include "verdict.h"
#include "workload.h"
#include "write_cost.h"

namespace advisor
{

namespace
{

constexpr double MIN_BLOCK_SIZE = 1024;
constexpr double MAX_BLOCK_SIZE = 32768;

/* Why the last advisor_open failed: there is no handle to ask. */
constinit const char *open_failure = "";

/* What is there once the facts are. In this order: each part looks at those above it. */
struct Knowledge
{
    Workload workload;
    Vector<Candidate> candidates;
    Vector<std::int32_t> unsized_candidates;

    Knowledge(const Facts &facts, const AdvisorLimits &limits)
        : workload(facts), candidates(in_order(workload, make_candidates(workload, limits))), limits_(limits)
    {
    }

    bool
    is_searching() const
    {
        return search_.has_value();
    }

    /* Begins with what is sized by then. */
    Search &
    search()
    {
        if (!search_)
        {
            for (std::int32_t left_out : unsized(candidates))
                leave_out(candidates[left_out]);
            search_.emplace(workload, candidates, limits_, nullptr);
        }
        return *search_;
    }

    /* With what is known by now. */
    void
    search_again()
    {
        const CostTable known = search().costs();

        search_.emplace(workload, candidates, limits_, &known);
    }

    void
    sampled(const IndexSample *sample, Candidate &candidate)
    {
        if (!take_sample(workload, sample, limits_.block_size, candidate))
            leave_out(candidate);
    }

    static void
    too_wide(Candidate &candidate)
    {
        candidate.too_wide = true;
        leave_out(candidate);
    }

  private:
    static void
    leave_out(Candidate &candidate)
    {
        if (!candidate.sampled)
            candidate.unsampled_for.swap(candidate.statements);
        candidate.statements.clear();
    }

    const AdvisorLimits &limits_;
    std::optional<Search> search_;
};

bool
all_of_them_are(std::initializer_list<double> numbers, bool (*is_good)(double))
{
    return std::all_of(numbers.begin(), numbers.end(), is_good);
}

/* Infinity is a limit too: none. */
bool
is_amount(double number)
{
    return number >= 0;
}

bool
are_good(const AdvisorLimits &limits)
{
    return all_of_them_are({limits.budget_bytes, limits.min_improvement, limits.max_regression, limits.write_weight,
                            limits.min_table_rows, limits.min_rows_removed, limits.min_removed_fraction,
                            limits.max_planner_calls},
                           is_amount) &&
           limits.max_indexes >= 0 && limits.max_indexes_per_table >= 0 && limits.block_size >= MIN_BLOCK_SIZE &&
           limits.block_size <= MAX_BLOCK_SIZE;
}

} // namespace

} // namespace advisor

struct Advisor
{
    explicit Advisor(const AdvisorLimits &wanted) : limits(wanted), budget(wanted.memory_bytes)
    {
    }

    AdvisorLimits limits;
    advisor::Budget budget;
    AdvisorStatus broken = ADVISOR_OK; /* other than OK: only for its message */
    char message[256] = "";
    std::size_t asked = 0; /* questions that wait for answers */
    std::unique_ptr<advisor::Knowledge> knowledge;
    std::int32_t batch = 0;         /* questions asked for at a time */
    double hurried_after = UNKNOWN; /* answers */
    advisor::String dump;
    std::vector<std::unique_ptr<advisor::Result>> results; /* the last is the newest; all stay until the end */
};

namespace advisor
{

namespace
{

AdvisorStatus
say(Advisor &advisor, AdvisorStatus status, std::string_view message) noexcept
{
    std::size_t length = std::min(message.size(), sizeof(advisor.message) - 1);

    std::memcpy(advisor.message, message.data(), length);
    advisor.message[length] = '\0';
    return status;
}

AdvisorStatus
break_off(Advisor &advisor, AdvisorStatus status, std::string_view message) noexcept
{
    advisor.broken = status;
    return say(advisor, status, message);
}

/* The barrier: runs work(), which returns a status, and lets nothing through. */
template <typename Work>
AdvisorStatus
guarded(Advisor *handle, Work work) noexcept
{
    if (handle == nullptr)
        return ADVISOR_MISUSE;
    if (handle->broken != ADVISOR_OK)
        return handle->broken;
    handle->message[0] = '\0';
    try
    {
        BudgetScope scope(handle->budget);
        return work();
    }
    catch (const BadFacts &bad)
    {
        return break_off(*handle, ADVISOR_BAD_FACTS, bad.what());
    }
    catch (const std::bad_alloc &)
    {
        return break_off(*handle, ADVISOR_NO_MEMORY, "the memory that the advisor may use is used up");
    }
    catch (const std::exception &failure)
    {
        return break_off(*handle, ADVISOR_INTERNAL, failure.what());
    }
    catch (...)
    {
        return break_off(*handle, ADVISOR_INTERNAL, "unknown exception");
    }
}

/* As guarded, once facts are there. */
template <typename Work>
AdvisorStatus
guarded_knowing(Advisor *handle, Work work) noexcept
{
    return guarded(handle,
                   [&]
                   {
                       if (!handle->knowledge)
                           return say(*handle, ADVISOR_MISUSE, "no facts have been handed over yet");
                       return work(*handle->knowledge);
                   });
}

AdvisorStatus
refuse_to_open(AdvisorStatus status, const char *why) noexcept
{
    open_failure = why;
    return status;
}

AdvisorStatus
take_answers(Advisor &handle, Knowledge &knowledge, const AdvisorAnswer *answers, std::int32_t n)
{
    if (n < 0 || static_cast<std::size_t>(n) != handle.asked)
        return say(handle, ADVISOR_MISUSE, "not as many answers as questions");

    std::span<const AdvisorAnswer> all(answers, handle.asked);
    if (answers == nullptr && n > 0)
        return say(handle, ADVISOR_BAD_FACTS, "the answers are missing");
    for (const AdvisorAnswer &answer : all)
        if (answer.n_used < 0 || (answer.n_used > 0 && answer.used == nullptr))
            throw BadFacts("an answer's list of candidates used is not there");
    handle.asked = 0;
    if (n > 0)
        knowledge.search().answer(all);
    return ADVISOR_OK;
}

AdvisorStatus
give_result(Advisor &handle, Knowledge &knowledge, const AdvisorResult **result)
{
    Outcome outcome = knowledge.search().outcome();
    Decision decision = {knowledge.workload, knowledge.candidates, handle.limits, knowledge.search().costs(),
                         outcome};

    handle.results.push_back(make_result(decision));
    *result = &handle.results.back()->view();
    return ADVISOR_OK;
}

AdvisorStatus
give_dump(Advisor &handle, Knowledge &knowledge, const char **text)
{
    const Outcome outcome = knowledge.search().outcome();
    const Decision decision = {knowledge.workload, knowledge.candidates, handle.limits, knowledge.search().costs(),
                               outcome};

    handle.dump = dump_of({decision, knowledge.search().costs_in_memory(), handle.batch, handle.hurried_after});
    *text = handle.dump.c_str();
    return ADVISOR_OK;
}

/* Copies what fits, with its NUL. */
void
copy_text(std::string_view text, char *buffer, std::size_t length) noexcept
{
    if (buffer == nullptr || length == 0)
        return;
    std::size_t fits = std::min(text.size(), length - 1);
    std::memcpy(buffer, text.data(), fits);
    buffer[fits] = '\0';
}

/* As snprintf does: the length of what there is to say, 0 if that is nothing. */
std::size_t
tell(const Facts *facts, const IndexDefinition *definition,
     String (*words_of)(const Facts &, const IndexDefinition &), char *buffer, std::size_t length) noexcept
{
    copy_text("", buffer, length);
    if (facts == nullptr || definition == nullptr)
        return 0;
    try
    {
        check_facts(*facts);
        check_definition(*facts, *definition);
        String words = words_of(*facts, *definition);
        copy_text(words, buffer, length);
        return words.size();
    }
    catch (...)
    {
        return 0;
    }
}

} // namespace

} // namespace advisor

using namespace advisor;

AdvisorStatus
advisor_open(const AdvisorLimits *limits, Advisor **out)
{
    if (out == nullptr)
        return refuse_to_open(ADVISOR_MISUSE, "no place for the handle");
    *out = nullptr;
    if (limits == nullptr || !are_good(*limits))
        return refuse_to_open(ADVISOR_BAD_FACTS, "a limit is impossible");
    *out = new (std::nothrow) Advisor(*limits);
    if (*out == nullptr)
        return refuse_to_open(ADVISOR_NO_MEMORY, "no memory for a handle");
    open_failure = "";
    return ADVISOR_OK;
}

void
advisor_close(Advisor *handle)
{
    delete handle;
}

const char *
advisor_message(const Advisor *handle)
{
    return handle == nullptr ? open_failure : handle->message;
}

AdvisorStatus
advisor_learn(Advisor *handle, const Facts *facts)
{
    return guarded(handle,
                   [&]
                   {
                       if (handle->knowledge)
                           return say(*handle, ADVISOR_MISUSE, "facts are handed over once");
                       if (facts == nullptr)
                           return say(*handle, ADVISOR_BAD_FACTS, "there are no facts");
                       handle->knowledge = std::make_unique<Knowledge>(*facts, handle->limits);
                       return ADVISOR_OK;
                   });
}

AdvisorStatus
advisor_unsized(Advisor *handle, const int32_t **candidates, int32_t *n)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (candidates == nullptr || n == nullptr || knowledge.is_searching())
                                   return say(*handle, ADVISOR_MISUSE, "sizes are asked for before any question");
                               knowledge.unsized_candidates = unsized(knowledge.candidates);
                               *candidates = knowledge.unsized_candidates.data();
                               *n = static_cast<int32_t>(knowledge.unsized_candidates.size());
                               return ADVISOR_OK;
                           });
}

/* What is known of the size of a candidate that has none yet. */
static AdvisorStatus
tell_size(Advisor *handle, int32_t candidate, auto tell)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (knowledge.is_searching())
                                   return say(*handle, ADVISOR_MISUSE, "sizes are told before any question");
                               if (candidate < 0 ||
                                   static_cast<std::size_t>(candidate) >= knowledge.candidates.size() ||
                                   knowledge.candidates[candidate].definition.method == METHOD_BTREE)
                                   return say(*handle, ADVISOR_MISUSE, "no candidate without a size");
                               tell(knowledge, knowledge.candidates[candidate]);
                               return ADVISOR_OK;
                           });
}

AdvisorStatus
advisor_sampled(Advisor *handle, int32_t candidate, const IndexSample *sample)
{
    return tell_size(handle, candidate,
                     [sample](Knowledge &knowledge, Candidate &told) { knowledge.sampled(sample, told); });
}

AdvisorStatus
advisor_too_wide(Advisor *handle, int32_t candidate)
{
    return tell_size(handle, candidate, [](Knowledge &, Candidate &told) { Knowledge::too_wide(told); });
}

/* Changes nothing, so that it needs no barrier: nothing in it throws. */
AdvisorStatus
advisor_candidate(const Advisor *handle, int32_t candidate, IndexDefinition *definition, IndexSize *size)
{
    if (handle == nullptr || !handle->knowledge)
        return ADVISOR_MISUSE;
    if (handle->broken != ADVISOR_OK)
        return handle->broken;

    const Vector<Candidate> &candidates = handle->knowledge->candidates;
    if (candidate < 0 || static_cast<std::size_t>(candidate) >= candidates.size())
        return ADVISOR_BAD_FACTS;
    if (definition != nullptr)
        *definition = candidates[candidate].definition;
    if (size != nullptr)
        *size = candidates[candidate].size;
    return ADVISOR_OK;
}

AdvisorStatus
advisor_ask(Advisor *handle, int32_t max, const AdvisorQuestion **questions, int32_t *n)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (max < 1 || questions == nullptr || n == nullptr)
                                   return say(*handle, ADVISOR_MISUSE, "no room for a question");
                               std::span<const AdvisorQuestion> batch = knowledge.search().ask(max);
                               handle->batch = max;
                               handle->asked = batch.size();
                               *questions = batch.data();
                               *n = static_cast<int32_t>(batch.size());
                               return ADVISOR_OK;
                           });
}

AdvisorStatus
advisor_answer(Advisor *handle, const AdvisorAnswer *answers, int32_t n)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge) { return take_answers(*handle, knowledge, answers, n); });
}

AdvisorStatus
advisor_hurry(Advisor *handle)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (handle->asked > 0)
                                   return say(*handle, ADVISOR_MISUSE, "questions are waiting for answers");
                               if (handle->hurried_after < 0)
                                   handle->hurried_after = knowledge.search().outcome().answers;
                               knowledge.search().hurry();
                               return ADVISOR_OK;
                           });
}

AdvisorStatus
advisor_rebudget(Advisor *handle, double budget_bytes)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (handle->asked > 0 || !is_amount(budget_bytes))
                                   return say(*handle, ADVISOR_MISUSE, "no budget, or questions wait for answers");
                               handle->limits.budget_bytes = budget_bytes;
                               handle->limits.max_planner_calls =
                                   std::max(0.0, handle->limits.max_planner_calls -
                                                     knowledge.search().outcome().planner_calls);
                               handle->hurried_after = UNKNOWN;
                               knowledge.search_again();
                               return ADVISOR_OK;
                           });
}

AdvisorStatus
advisor_result(Advisor *handle, const AdvisorResult **result)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (result == nullptr)
                                   return say(*handle, ADVISOR_MISUSE, "no place for the result");
                               return give_result(*handle, knowledge, result);
                           });
}

AdvisorStatus
advisor_dump(Advisor *handle, const char **text)
{
    return guarded_knowing(handle,
                           [&](Knowledge &knowledge)
                           {
                               if (text == nullptr)
                                   return say(*handle, ADVISOR_MISUSE, "no place for the text");
                               return give_dump(*handle, knowledge, text);
                           });
}

AdvisorStatus
advisor_index_size(const Facts *facts, const IndexDefinition *definition, double block_size, IndexSize *size)
{
    if (facts == nullptr || definition == nullptr || size == nullptr ||
        !(block_size >= MIN_BLOCK_SIZE && block_size <= MAX_BLOCK_SIZE))
        return ADVISOR_BAD_FACTS;
    try
    {
        check_facts(*facts);
        check_definition(*facts, *definition);
        return index_size(*facts, *definition, block_size, *size) ? ADVISOR_OK : ADVISOR_BAD_FACTS;
    }
    catch (const std::bad_alloc &)
    {
        return ADVISOR_NO_MEMORY;
    }
    catch (...)
    {
        return ADVISOR_BAD_FACTS;
    }
}

AdvisorStatus
advisor_write_price(const Facts *facts, const IndexDefinition *definition, const IndexSize *size, WritePrice *price)
{
    if (facts == nullptr || definition == nullptr || size == nullptr || price == nullptr)
        return ADVISOR_BAD_FACTS;
    try
    {
        check_facts(*facts);
        check_definition(*facts, *definition);
        *price = write_price(*facts, *definition, *size);
        return ADVISOR_OK;
    }
    catch (const std::bad_alloc &)
    {
        return ADVISOR_NO_MEMORY;
    }
    catch (...)
    {
        return ADVISOR_BAD_FACTS;
    }
}

AdvisorStatus
advisor_sampled_size(const IndexSample *sample, double block_size, IndexSize *size)
{
    if (sample == nullptr || size == nullptr || !(block_size >= MIN_BLOCK_SIZE && block_size <= MAX_BLOCK_SIZE))
        return ADVISOR_BAD_FACTS;
    return sampled_size(*sample, block_size, *size) ? ADVISOR_OK : ADVISOR_BAD_FACTS;
}

AdvisorStatus
advisor_index_build(const BuildFacts *facts, IndexBuild *build)
{
    if (facts == nullptr || build == nullptr ||
        !(facts->block_size >= MIN_BLOCK_SIZE && facts->block_size <= MAX_BLOCK_SIZE))
        return ADVISOR_BAD_FACTS;
    return index_build(*facts, *build) ? ADVISOR_OK : ADVISOR_BAD_FACTS;
}

size_t
advisor_definition_sql(const Facts *facts, const IndexDefinition *definition, char *buffer, size_t length)
{
    return tell(facts, definition, definition_sql, buffer, length);
}

size_t
advisor_order_words(const Facts *facts, const IndexDefinition *definition, char *buffer, size_t length)
{
    return tell(facts, definition, key_order_words, buffer, length);
}

const char *
advisor_verdict_name(AdvisorVerdict verdict)
{
    return verdict_name(verdict);
}
