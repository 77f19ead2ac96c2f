/*
 * random_test.cpp - facts and answers thrown together by chance.
 *
 * Whatever comes in, the core answers with advice, or says what is wrong: never
 * ADVISOR_INTERNAL, and under the sanitizers never a step aside.
 */
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/advisor.h"
#include "dump_reader.h"
#include "facts_builder.h"

namespace
{

/* Numbers that are the same on every machine: the distributions of the library are not. */
class Dice
{
  public:
    explicit Dice(unsigned seed) : engine_(seed)
    {
    }

    int
    below(int n)
    {
        return static_cast<int>(engine_() % static_cast<unsigned>(n));
    }

    bool
    one_in(int n)
    {
        return below(n) == 0;
    }

    double
    fraction()
    {
        return below(1001) / 1000.0;
    }

  private:
    std::mt19937 engine_;
};

/* Tables with columns, half of them known to statistics alone. */
std::vector<std::vector<int>>
random_tables(Dice &dice, FactsBuilder &builder)
{
    std::vector<std::vector<int>> columns;

    for (int t = 0; t < 1 + dice.below(4); t++)
    {
        double rows = dice.one_in(6) ? 100 : 1000.0 * (1 + dice.below(100000));
        int table = builder.table("t" + std::to_string(t), rows, rows / (1 + dice.below(100)));
        builder.relations.back().all_visible = dice.fraction();
        builder.relations.back().analysed = !dice.one_in(10);
        builder.relations.back().partitions = dice.one_in(8) ? dice.below(50) : 0;
        builder.relations.back().inserts_per_hour = dice.one_in(2) ? 1000.0 * dice.below(10000) : 0;
        columns.emplace_back();
        for (int c = 0; c < 2 + dice.below(8); c++)
        {
            columns.back().push_back(
                builder.column(table, "c" + std::to_string(c), 1 + dice.below(1000000), 1 + dice.below(40)));
            builder.attributes.back().null_fraction = dice.one_in(3) ? dice.fraction() : 0;
            builder.attributes.back().has_btree = !dice.one_in(10);
            builder.attributes.back().equalimage = !dice.one_in(4);
            builder.attributes.back().pattern_opclass = dice.one_in(3) ? "text_pattern_ops" : "";
            if (dice.one_in(8))
                builder.attributes.back().n_distinct = UNKNOWN;
        }
        if (dice.one_in(2))
            builder.index(table, {columns.back()[0]});
    }
    return columns;
}

void
random_request(Dice &dice, FactsBuilder &builder, int table, const std::vector<int> &columns)
{
    auto column = [&] { return columns[dice.below(static_cast<int>(columns.size()))]; };

    builder.on(table);
    for (int p = dice.below(6); p > 0; p--)
    {
        auto kind = static_cast<PredicateKind>(dice.below(PREDICATE_OTHER + 1));
        int attribute = column();
        std::string partial = dice.one_in(3) ? "c = " + std::to_string(attribute) : "";
        builder.where(kind, attribute, dice.fraction() * dice.fraction() * dice.fraction(), partial);
        if (dice.one_in(4))
            builder.arm(1 + dice.below(2), dice.below(3));
    }
    for (int o = dice.below(4); o > 0; o--)
        builder.order(column(), dice.one_in(2));
    if (dice.one_in(2))
        builder.limit();
    if (dice.one_in(2))
        builder.needs({column(), column(), column()});
    builder.requests.back().sequential = !dice.one_in(4);
}

FactsBuilder
random_facts(Dice &dice)
{
    FactsBuilder builder;
    auto columns = random_tables(dice, builder);

    for (int s = 0; s < 1 + dice.below(12); s++)
    {
        builder.statement(s, 1000.0 * dice.below(1000));
        builder.statements.back().binds = 1 + dice.below(4);
        for (int r = dice.below(4); r > 0; r--)
        {
            int table = dice.below(static_cast<int>(columns.size()));
            random_request(dice, builder, table, columns[table]);
        }
    }
    return builder;
}

template <typename T>
T &
any_of(Dice &dice, std::vector<T> &items)
{
    return items[dice.below(static_cast<int>(items.size()))];
}

/* One reference or number somewhere becomes another. */
void
damage(Dice &dice, FactsBuilder &builder)
{
    const int32_t bad[] = {-2, -1, 0, 1, 2, 7, 1000, std::numeric_limits<int32_t>::max()};
    int32_t value = bad[dice.below(8)];

    switch (dice.below(8))
    {
        case 0:
            any_of(dice, builder.attributes).relation = value;
            break;
        case 1:
            any_of(dice, builder.attributes).typlen = value;
            break;
        case 2:
            if (!builder.predicates.empty())
                any_of(dice, builder.predicates).attribute = value;
            break;
        case 3:
            if (!builder.requests.empty())
                any_of(dice, builder.requests).n_predicates = value;
            break;
        case 4:
            if (!builder.requests.empty())
                any_of(dice, builder.requests).relation = value;
            break;
        case 5:
            any_of(dice, builder.statements).first_request = value;
            break;
        case 6:
            any_of(dice, builder.statements).total_ms = value;
            break;
        case 7:
            any_of(dice, builder.relations).rows = value;
            break;
    }
}

AdvisorStatus
answer_at_random(Dice &dice, Advisor *advisor, const AdvisorQuestion *questions, int32_t n)
{
    std::vector<AdvisorAnswer> answers;

    for (int32_t i = 0; i < n; i++)
    {
        AdvisorAnswer answer = {};
        answer.planned = !dice.one_in(40);
        answer.cost = 100.0 * dice.below(10000) / (1 + questions[i].n_candidates);
        answer.n_used = questions[i].n_candidates == 0 ? 0 : dice.below(questions[i].n_candidates + 1);
        answer.used = questions[i].candidates;
        answers.push_back(answer);
    }
    return advisor_answer(advisor, answers.data(), n);
}

void
check_result(const FactsBuilder &builder, const AdvisorResult &result)
{
    ASSERT_EQ(result.n_verdicts, static_cast<int32_t>(builder.requests.size()));
    for (int32_t i = 0; i < result.n_verdicts; i++)
        EXPECT_NE(result.verdicts[i].next_step[0], '\0');
    for (int32_t i = 0; i < result.n_advice; i++)
    {
        EXPECT_GT(result.advice[i].size.bytes, 0);
        EXPECT_GT(result.advice[i].n_statements, 0);
    }
}

/* What the run leaves behind comes to the same, read by somebody else. */
void
check_replay(Advisor *advisor, unsigned seed)
{
    const char *text;

    ASSERT_EQ(advisor_dump(advisor, &text), ADVISOR_OK);
    std::istringstream dump(text);
    Replay replay(dump);
    EXPECT_NO_THROW(replay.run()) << "seed " << seed;
    EXPECT_TRUE(replay.is_the_same()) << "seed " << seed << "\n" << text;
}

/* Drives one Advisor to its end, or until it refuses. */
AdvisorStatus
drive(Dice &dice, const FactsBuilder &builder, Advisor *advisor, unsigned seed)
{
    const int32_t batch = 1 + dice.below(16);
    bool finished = false;
    Facts facts = builder.facts();
    AdvisorStatus status = advisor_learn(advisor, &facts);
    const AdvisorResult *result;

    for (int round = 0; status == ADVISOR_OK && round < 400; round++)
    {
        const AdvisorQuestion *questions;
        int32_t n;

        if (dice.one_in(200))
            status = advisor_hurry(advisor);
        if (status == ADVISOR_OK)
            status = advisor_ask(advisor, batch, &questions, &n);
        finished = n == 0;
        if (status != ADVISOR_OK || n == 0)
            break;
        status = answer_at_random(dice, advisor, questions, n);
    }
    if (status != ADVISOR_OK)
        return status;
    status = advisor_result(advisor, &result);
    if (status == ADVISOR_OK)
        check_result(builder, *result);
    if (status == ADVISOR_OK && finished)
        check_replay(advisor, seed);
    return status;
}

TEST(Random, AdviceOrARefusalButNoAccident)
{
    int refused = 0, advised = 0;

    for (unsigned seed = 0; seed < 400; seed++)
    {
        Dice dice(seed);
        FactsBuilder builder = random_facts(dice);
        bool damaged = dice.one_in(2);
        AdvisorLimits limits = FactsBuilder::limits();
        Advisor *advisor;

        if (damaged)
            damage(dice, builder);
        limits.budget_bytes = dice.one_in(3) ? 1e8 : 1e12;
        limits.max_indexes = dice.below(10);
        ASSERT_EQ(advisor_open(&limits, &advisor), ADVISOR_OK);
        AdvisorStatus status = drive(dice, builder, advisor, seed);
        EXPECT_TRUE(status == ADVISOR_OK || (damaged && status == ADVISOR_BAD_FACTS))
            << "seed " << seed << ": " << advisor_message(advisor);
        (status == ADVISOR_OK ? advised : refused)++;
        advisor_close(advisor);
    }
    EXPECT_GT(refused, 20);
    EXPECT_GT(advised, 200);
}

} // namespace
