/*
 * advise_fuzz.cpp - a whole session with the core, facts, limits, answers and order of
 * calls being what the bytes say.
 *
 * Whatever comes, a status: never ADVISOR_INTERNAL, bad facts only where a fact is
 * bad; and what is handed out holds together. Each input is run twice, the same
 * facts being the same advice.
 */
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/advisor.h"

#include "bytes.h"
#include "expect.h"
#include "facts_from_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace
{

void
check_definition(const Facts &facts, const IndexDefinition &definition)
{
    EXPECT(definition.relation >= 0 && definition.relation < facts.n_relations);
    EXPECT(definition.n_keys >= 1 && definition.n_keys <= MAX_INDEX_KEYS);
    EXPECT(definition.n_includes >= 0 && definition.n_includes <= MAX_INDEX_INCLUDES);
    EXPECT(definition.n_predicates >= 0 && definition.n_predicates <= MAX_INDEX_PREDICATES);
    for (int32_t i = 0; i < definition.n_keys; i++)
        EXPECT(facts.attributes[definition.keys[i].attribute].relation == definition.relation);
}

void
check_advice(const Facts &facts, const AdvisorAdvice &advice, std::string &said)
{
    check_definition(facts, advice.definition);
    EXPECT(std::isfinite(advice.size.bytes) && advice.size.bytes > 0);
    EXPECT(std::string(advice.index_name).size() <= 63);
    EXPECT(advice.n_statements >= 0 && advice.n_statements <= facts.n_statements);
    for (int32_t i = 0; i < advice.n_statements; i++)
        EXPECT(advice.statements[i] >= 0 && advice.statements[i] < facts.n_statements);
    EXPECT(!std::isnan(advice.improvement) && !std::isnan(advice.saved_ms_per_hour));
    for (const char *text : {advice.index_name, advice.kind, advice.definition_sql, advice.why, advice.rule,
                             advice.gain, advice.price, advice.not_chosen})
        said += std::string(text) + "\n";
}

void
check_result(const Facts &facts, const AdvisorLimits &limits, const AdvisorResult &result, std::string &said)
{
    EXPECT(result.n_advice >= 0 && result.n_advice <= limits.max_indexes);
    EXPECT(result.n_verdicts == facts.n_requests);
    EXPECT(result.n_statements == facts.n_statements);
    for (int32_t i = 0; i < result.n_advice; i++)
        check_advice(facts, result.advice[i], said);
    for (int32_t i = 0; i < result.n_verdicts; i++)
    {
        const AdvisorRequestVerdict &verdict = result.verdicts[i];

        EXPECT(verdict.advice >= NONE && verdict.advice < result.n_advice);
        EXPECT((verdict.verdict == VERDICT_INDEX_PROPOSED) == (verdict.advice != NONE));
        said += std::string(advisor_verdict_name(verdict.verdict)) + ": " + verdict.next_step + "\n";
    }
    said += result.stopped_by;
}

constexpr double BIND_COSTS[] = {4, 20000};

/* Answers, mostly such as a planner could give. Outlived by what it points to. */
class Answers
{
  public:
    Answers(Bytes &bytes, const AdvisorQuestion *questions, int32_t n) : used_(n)
    {
        for (int32_t i = 0; i < n; i++)
            answer(bytes, questions[i], used_[i]);
    }

    const std::vector<AdvisorAnswer> &
    all() const
    {
        return answers_;
    }

  private:
    void
    answer(Bytes &bytes, const AdvisorQuestion &question, std::vector<int32_t> &used)
    {
        AdvisorAnswer answer = {};

        for (int32_t i = 0; i < question.n_candidates; i++)
            if (take_one_in(&bytes, 2))
                used.push_back(question.candidates[i]);
        if (take_one_in(&bytes, 128))
            used.push_back(static_cast<int32_t>(take_uint32(&bytes)));
        used.shrink_to_fit();
        answer.planned = !take_one_in(&bytes, 32);
        answer.cost = take_byte(&bytes) * (used.empty() ? 1000.0 : 10.0);
        if (take_one_in(&bytes, 64))
            take(&bytes, &answer.cost, sizeof(answer.cost));
        answer.used = used.data();
        answer.n_used = take_one_in(&bytes, 255) ? -1 : static_cast<int32_t>(used.size());
        answer.n_binds = take_below(&bytes, 3);
        answer.bind_costs = BIND_COSTS;
        answers_.push_back(answer);
    }

    std::vector<std::vector<int32_t>> used_;
    std::vector<AdvisorAnswer> answers_;
};

class Session
{
  public:
    Session(Bytes bytes, std::string &said) : bytes_(bytes), said_(said)
    {
    }

    void
    run()
    {
        FactsFromBytes from(bytes_);
        facts_ = from.facts();
        limits_ = from.limits();
        try_definition(from.definition());
        if (note(advisor_open(&limits_, &advisor_)) != ADVISOR_OK)
            return;
        note(advisor_learn(advisor_, &facts_));
        tell_sizes();
        /* An order that no caller of ours follows is tried now and then. */
        for (int calls = 0; calls < 60 && call(); calls++)
            ;
        advisor_close(advisor_);
    }

  private:
    AdvisorStatus
    note(AdvisorStatus status)
    {
        EXPECT(status != ADVISOR_INTERNAL);
        EXPECT((advisor_message(advisor_)[0] == '\0') == (status == ADVISOR_OK));
        said_ += advisor_message(advisor_);
        return status;
    }

    /* Some have a sample, which may contradict itself; some have none, some are never told. */
    void
    tell_sizes()
    {
        const int32_t *candidates = nullptr;
        int32_t n = 0;

        if (note(advisor_unsized(advisor_, &candidates, &n)) != ADVISOR_OK)
            return;
        const std::vector<int32_t> unsized(candidates, candidates + n);
        for (const int32_t candidate : unsized)
        {
            IndexDefinition definition = {};
            IndexSample sample = {};

            EXPECT(advisor_candidate(advisor_, candidate, &definition, nullptr) == ADVISOR_OK);
            EXPECT(definition.method != METHOD_BTREE);
            sample.method = definition.method;
            sample.rows = take_uint32(&bytes_);
            sample.heap_pages = take_byte(&bytes_) * 100.0;
            sample.rows_read = take_byte(&bytes_);
            sample.rows_passed = sample.rows_held = take_byte(&bytes_);
            sample.entry_bytes = take_byte(&bytes_);
            sample.pages_per_range = take_byte(&bytes_);
            if (take_one_in(&bytes_, 8))
                note(advisor_too_wide(advisor_, candidate));
            else if (!take_one_in(&bytes_, 4))
                note(advisor_sampled(advisor_, candidate, take_one_in(&bytes_, 4) ? nullptr : &sample));
        }
    }

    /* False once it is over. */
    bool
    call()
    {
        if (take_one_in(&bytes_, 32))
            note(advisor_hurry(advisor_));
        if (take_one_in(&bytes_, 32))
            note(advisor_answer(advisor_, nullptr, take_below(&bytes_, 3)));
        if (take_one_in(&bytes_, 32))
            result();
        if (take_one_in(&bytes_, 64))
            note(advisor_learn(advisor_, &facts_));
        return ask_and_answer() || result();
    }

    bool
    ask_and_answer()
    {
        const AdvisorQuestion *questions = nullptr;
        int32_t n = 0;

        if (note(advisor_ask(advisor_, take_below(&bytes_, 20), &questions, &n)) != ADVISOR_OK || n == 0)
            return false;
        for (int32_t i = 0; i < n; i++)
            check_question(questions[i]);
        Answers answers(bytes_, questions, n);
        note(advisor_answer(advisor_, answers.all().data(), n));
        return true;
    }

    void
    check_question(const AdvisorQuestion &question)
    {
        EXPECT(question.statement >= 0 || (question.statement == NONE && question.n_candidates == 0));
        EXPECT(question.statement < facts_.n_statements);
        for (int32_t i = 0; i < question.n_candidates; i++)
        {
            IndexDefinition definition;
            IndexSize size;

            EXPECT(advisor_candidate(advisor_, question.candidates[i], &definition, &size) == ADVISOR_OK);
            check_definition(facts_, definition);
        }
    }

    bool
    result()
    {
        const AdvisorResult *result = nullptr;

        if (note(advisor_result(advisor_, &result)) == ADVISOR_OK)
            check_result(facts_, limits_, *result, said_);
        return false;
    }

    /* The functions that need no handle. */
    void
    try_definition(const IndexDefinition &definition)
    {
        IndexSize size = {};
        char small[8];
        std::string sql(advisor_definition_sql(&facts_, &definition, nullptr, 0) + 1, '?');

        EXPECT(advisor_definition_sql(&facts_, &definition, sql.data(), sql.size()) == sql.size() - 1);
        EXPECT(sql.back() == '\0');
        (void)advisor_definition_sql(&facts_, &definition, small, sizeof(small));
        EXPECT(sql.compare(0, std::string(small).size(), small) == 0);
        if (advisor_index_size(&facts_, &definition, limits_.block_size, &size) == ADVISOR_OK)
            EXPECT(size.bytes > 0 && size.pages > 0 && size.tuples >= 0 && size.height >= 0);
        said_ += sql;
    }

    Bytes bytes_;
    std::string &said_;
    Facts facts_ = {};
    AdvisorLimits limits_ = {};
    Advisor *advisor_ = nullptr;
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    std::string first, second;

    Session({data, size}, first).run();
    Session({data, size}, second).run();
    EXPECT(first == second);
    return 0;
}
