/* advice_test.cpp - the figures and the words of an advice. */
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/advice.h"
#include "core/candidates.h"
#include "core/search.h"
#include "core/words.h"
#include "core/write_cost.h"
#include "core/write_wal.h"
#include "fake_planner.h"
#include "orders_fixture.h"

using namespace advisor;

namespace
{

class Advice : public Orders
{
  protected:
    int total = shop.column(orders, "total", 90000, 6);

    std::unique_ptr<Workload> workload;
    Vector<Candidate> candidates;
    std::unique_ptr<Result> made;

    const AdvisorResult &
    result()
    {
        workload = std::make_unique<Workload>(shop.facts());
        candidates = make_candidates(*workload, limits);
        const FakePlanner planner(*workload, candidates);
        Search search(*workload, candidates, limits);

        drive(search, [&](int32_t s, std::span<const int32_t> c) { return planner.plan(s, c); });
        const Outcome outcome = search.outcome();
        made = make_result({*workload, candidates, limits, search.costs(), outcome});
        return made->view();
    }

    /* 1,000 times in an hour, 9 ms each. */
    FactsBuilder &
    newest_orders()
    {
        return shop.statement(1, 9000).on(orders).equal(user).equal(status).order(created, true);
    }

    static bool
    says(const char *words, const std::string &text)
    {
        return std::string(words).find(text) != std::string::npos;
    }
};

TEST_F(Advice, FiguresOfOneIndexAreThoseOfTheSet)
{
    newest_orders();
    const AdvisorResult &all = result();
    ASSERT_EQ(all.n_advice, 1);
    const AdvisorAdvice &advice = all.advice[0];

    EXPECT_STREQ(advice.definition_sql, "(user_id, status, created_at DESC)");
    EXPECT_STREQ(advice.kind, "btree");
    EXPECT_EQ(advice.cost_before, all.cost_before);
    EXPECT_EQ(advice.cost_after, all.cost_after);
    EXPECT_NEAR(advice.improvement, 1 - advice.cost_after / advice.cost_before, 1e-12);
    EXPECT_NEAR(advice.saved_ms_per_hour, 9000 * advice.improvement, 1e-6);
    EXPECT_NEAR(advice.share_of_load, advice.improvement, 1e-12);
    EXPECT_NEAR(advice.ms_per_call_before, 9, 1e-12);
    EXPECT_NEAR(advice.ms_per_call_after, 9 * (1 - advice.improvement), 1e-9);
    EXPECT_EQ(advice.n_statements, 1);
    EXPECT_EQ(advice.helped_binds, 1);
    EXPECT_EQ(advice.total_binds, 1);
    EXPECT_EQ(advice.wal_bytes_per_hour, 0);
    EXPECT_EQ(advice.hot_lost_per_hour, 0);
    EXPECT_EQ(all.used_bytes, advice.size.bytes);
    ASSERT_EQ(all.n_statements, 1);
    EXPECT_EQ(all.statements[0].cost_before * 1000, all.cost_before);
}

TEST_F(Advice, TellsTheParameterSetsApart)
{
    newest_orders();
    shop.statements.back().binds = 5;
    workload = std::make_unique<Workload>(shop.facts());
    candidates = make_candidates(*workload, limits);
    const FakePlanner planner(*workload, candidates);
    Search search(*workload, candidates, limits);

    drive(search,
          [&](int32_t s, std::span<const int32_t> c)
          {
              FakePlanner::Plan plan = planner.plan(s, c);
              plan.binds.assign(5, plan.cost);
              if (!plan.used.empty())
                  plan.binds = {plan.cost, plan.cost, plan.cost, 30000, 60000};
              return plan;
          });
    const Outcome outcome = search.outcome();
    made = make_result({*workload, candidates, limits, search.costs(), outcome});
    ASSERT_EQ(made->view().n_advice, 1);
    const AdvisorAdvice &advice = made->view().advice[0];
    EXPECT_EQ(advice.helped_binds, 3);
    EXPECT_EQ(advice.total_binds, 5);
    EXPECT_TRUE(says(advice.gain, "Helps 3 of 5 observed parameter sets, neutral in 1, dearer in 1."))
        << advice.gain;
}

TEST_F(Advice, AnswersFourQuestions)
{
    newest_orders();
    shop.relations[orders].inserts_per_hour = 500 * 3600;
    shop.relations[orders].logged = false;
    const AdvisorAdvice &advice = result().advice[0];

    /* Which columns, in which order. */
    EXPECT_TRUE(says(advice.rule, "user_id leads: equality (user_id ? $), about 50,000 distinct values"))
        << advice.rule;
    EXPECT_TRUE(says(advice.rule, "status next: equality")) << advice.rule;
    EXPECT_TRUE(
        says(advice.rule, "created_at DESC last: read along the index, the rows come in the order asked for"))
        << advice.rule;
    /* Why the leader leads, and what reversing costs. */
    EXPECT_TRUE(says(advice.rule, "status alone finds about 200,000 rows, user_id alone finds about 20 rows"))
        << advice.rule;
    /* Why no INCLUDE. */
    EXPECT_TRUE(says(advice.rule, "No INCLUDE: the statement needs whole rows")) << advice.rule;
    /* How many entries a second. */
    EXPECT_TRUE(says(advice.price, "500 entries a second (1,800,000 an hour, counted over 60 minutes)"))
        << advice.price;
    EXPECT_EQ(advice.writes_per_hour, 1800000);
}

TEST_F(Advice, WhyNamesTheStatementAndTheRowsThrownAway)
{
    newest_orders();
    shop.requests.back().rows_read = 1e6;
    shop.requests.back().rows_removed = 999996;
    const AdvisorAdvice &advice = result().advice[0];

    EXPECT_TRUE(says(advice.why, "\"statement 1\" runs 1,000 times an hour, 9 ms each.")) << advice.why;
    EXPECT_TRUE(says(advice.why, "reads 1,000,000 rows of public.orders and throws away 999,996")) << advice.why;
}

TEST_F(Advice, AlternativesAreNamedWithWhatTheyLack)
{
    newest_orders();
    const AdvisorAdvice &advice = result().advice[0];
    const std::string lines = advice.not_chosen;

    EXPECT_TRUE(says(advice.not_chosen, "(user_id, status), ")) << lines;
    EXPECT_TRUE(says(advice.not_chosen, "orders asked for")) << lines;
    EXPECT_LE(std::count(lines.begin(), lines.end(), '\n'), 4);
}

TEST_F(Advice, CoveringSaysWhy)
{
    shop.statement(1, 9e6).on(orders).equal(shop.column(orders, "store_id", 500)).needs({total});
    EXPECT_TRUE(says(result().advice[0].rule, "INCLUDE: with these columns the index alone can answer"));
    shop.relations[orders].all_visible = 0.2;
    EXPECT_TRUE(says(result().advice[0].rule, "No INCLUDE: only 20 % of the table's pages are all-visible"));
}

TEST_F(Advice, PartialSaysWhyAndShowsNoConstant)
{
    shop.statement(1, 9000)
        .on(orders)
        .equal(user)
        .where(PREDICATE_EQUAL, status, 0.01, "(status = 'secret'::text)")
        .order(created);
    const AdvisorAdvice &advice = result().advice[0];

    EXPECT_STREQ(advice.kind, "btree, partial");
    EXPECT_TRUE(says(advice.definition_sql, "secret"));
    EXPECT_TRUE(says(advice.rule, "Partial: status ? $ is the same in 100 % of the executions")) << advice.rule;
    for (const char *words : {advice.why, advice.rule, advice.gain, advice.price, advice.not_chosen})
        EXPECT_FALSE(says(words, "secret")) << words;
}

TEST_F(Advice, BestGainFirstThenName)
{
    const int score = shop.column(orders, "score", 50000);
    shop.statement(1, 9000).on(orders).equal(total);
    shop.statement(2, 9001).on(orders).equal(score);
    shop.statement(3, 50000).on(orders).equal(user);
    const AdvisorResult &all = result();
    ASSERT_EQ(all.n_advice, 3);
    EXPECT_STREQ(all.advice[0].definition_sql, "(user_id)");
    EXPECT_STREQ(all.advice[1].definition_sql, "(score)");
    EXPECT_STREQ(all.advice[2].definition_sql, "(total)");
}

TEST_F(Advice, GivenStatementsHaveNoTimes)
{
    newest_orders();
    shop.statements.back().measured = false;
    const AdvisorAdvice &advice = result().advice[0];

    EXPECT_EQ(advice.saved_ms_per_hour, UNKNOWN);
    EXPECT_EQ(advice.ms_per_call_before, UNKNOWN);
    EXPECT_GT(advice.improvement, 0.9);
    EXPECT_FALSE(says(advice.gain, " ms")) << advice.gain;
}

/* ---- what writers pay ---- */

TEST_F(Advice, EntriesComeFromInsertsAndColdUpdates)
{
    shop.relations[orders].inserts_per_hour = 1000;
    shop.relations[orders].updates_per_hour = 500;
    shop.relations[orders].hot_updates_per_hour = 400;
    shop.relations[orders].deletes_per_hour = 7000;
    shop.statement(1, 1).on(orders).where(PREDICATE_EQUAL, status, 0.25, "(status = 'x')");
    const Facts facts = shop.facts();
    IndexDefinition definition = {};

    definition.relation = orders;
    EXPECT_EQ(entries_per_hour(facts, definition), 1100);
    definition.n_predicates = 1;
    definition.predicates[0] = 0;
    EXPECT_EQ(entries_per_hour(facts, definition), 275);
}

TEST_F(Advice, UpdatesOfAColumnInTheIndexAreHotNoMore)
{
    shop.relations[orders].updates_per_hour = 500;
    shop.relations[orders].hot_updates_per_hour = 400;
    shop.attributes[total].updated = true;
    shop.statement(1, 1).on(orders).equal(user);
    const Facts facts = shop.facts();
    IndexDefinition definition = {};

    definition.relation = orders;
    definition.n_keys = 1;
    definition.keys[0].attribute = user;
    EXPECT_EQ(entries_per_hour(facts, definition), 100);
    definition.n_includes = 1;
    definition.includes[0] = total;
    EXPECT_EQ(entries_per_hour(facts, definition), 500);
}

TEST_F(Advice, UpdatesOfAColumnInTheConditionAreHotNoMore)
{
    shop.relations[orders].updates_per_hour = 500;
    shop.relations[orders].hot_updates_per_hour = 400;
    shop.statement(1, 1).on(orders).where(PREDICATE_OTHER, status, 0.25, "(status <> 'x')");
    shop.predicates.back().updated = true;
    IndexDefinition definition = {};

    definition.relation = orders;
    definition.n_keys = 1;
    definition.keys[0].attribute = user;
    EXPECT_EQ(entries_per_hour(shop.facts(), definition), 100);
    definition.n_predicates = 1;
    EXPECT_EQ(entries_per_hour(shop.facts(), definition), 125);
}

TEST_F(Advice, UnknownWritesAreNotHeldAgainstAnIndexAndNotClaimed)
{
    shop.relations[orders].inserts_per_hour = shop.relations[orders].updates_per_hour = UNKNOWN;
    shop.relations[orders].hot_updates_per_hour = shop.relations[orders].write_hours = UNKNOWN;
    shop.statement(1, 80).on(orders).where(PREDICATE_RANGE, created, 0.001);
    shop.statements.back().calls = 1;
    shop.statements.back().hours = 24;
    const AdvisorResult &advised = result();
    ASSERT_EQ(advised.n_advice, 1);
    EXPECT_EQ(advised.advice[0].writes_per_hour, UNKNOWN);
    EXPECT_TRUE(says(advised.advice[0].price, "not known yet"));
}

TEST_F(Advice, WritesCountFromWhereTheyCanBeMeasured)
{
    IndexDefinition definition = {};
    definition.relation = orders;
    const double per_entry = ms_per_entry(shop.relations[orders], definition, {});

    EXPECT_NEAR(per_entry, 0.0021, 0.00005);
    shop.relations[orders].logged = false;
    shop.relations[orders].inserts_per_hour = 0.99 * NOISE_FLOOR_MS / per_entry;
    EXPECT_EQ(counted_ms(write_price(shop.facts(), definition, {})), 0);
    shop.relations[orders].inserts_per_hour = 1.01 * NOISE_FLOOR_MS / per_entry;
    EXPECT_NEAR(counted_ms(write_price(shop.facts(), definition, {})), 1.01 * NOISE_FLOOR_MS, 1e-6);
}

TEST_F(Advice, AnEntryOfGinCostsByItsKeysAndOneOfGistSeveralTimesABtrees)
{
    const RelationFact &relation = shop.relations[orders];
    IndexDefinition definition = {};
    IndexSize size = {};
    const double btree = ms_per_entry(relation, definition, size);

    size.tuples = 1000;
    size.postings = 26000;
    EXPECT_EQ(ms_per_entry(relation, definition, size), btree);
    definition.method = METHOD_GIN;
    EXPECT_EQ(keys_per_entry(definition, size), 26);
    EXPECT_NEAR(ms_per_entry(relation, definition, size) / btree, 2.48, 0.01);
    definition.method = METHOD_GIST;
    EXPECT_NEAR(ms_per_entry(relation, definition, size) / btree, 5, 0.01);
}

/* ---- numbers in sentences ---- */

TEST(Words, Numbers)
{
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(1), "1");
    EXPECT_EQ(number(8.456), "8.5");
    EXPECT_EQ(number(0.00342), "0.0034");
    EXPECT_EQ(number(99.94), "99.9");
    EXPECT_EQ(number(99.96), "100");
    EXPECT_EQ(number(1234.5), "1,234");
    EXPECT_EQ(number(1234567), "1,234,567");
    EXPECT_EQ(number(-1234567), "-1,234,567");
    EXPECT_EQ(about(51234), "51,000");
    EXPECT_EQ(about(20), "20");
    EXPECT_EQ(about(0.996), "1");
    EXPECT_EQ(percent(0.2), "20 %");
    EXPECT_EQ(size_words(8192), "8 kB");
    EXPECT_EQ(size_words(1536), "1.5 kB");
    EXPECT_EQ(size_words(3.2e10), "29.8 GB");
    EXPECT_EQ(count(1, "row", "rows"), "1 row");
    EXPECT_EQ(count(2000, "row", "rows"), "2,000 rows");
    EXPECT_EQ(span_words(1.0 / 3600), "1 second");
    EXPECT_EQ(span_words(2.0 / 3600), "2 seconds");
    EXPECT_EQ(span_words(2.0 / 60), "2 minutes");
    EXPECT_EQ(span_words(3), "3 hours");
    EXPECT_EQ(span_words(72), "3 days");
}

TEST(Words, ShortenedNeverCutsACharacter)
{
    EXPECT_EQ(shortened("  SELECT\n\t 1 ", 100), "SELECT 1");
    EXPECT_EQ(shortened("abcdefghij", 8), "abcde...");
    EXPECT_EQ(shortened("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 8), "\xC3\xA4\xC3\xA4...");
}

} // namespace
