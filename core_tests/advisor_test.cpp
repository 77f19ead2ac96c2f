/*
 * advisor_test.cpp - the barrier under pressure: memory that runs out at every
 * possible place, and the same advice every time.
 */
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/advisor.h"
#include "counting_new.h"
#include "facts_builder.h"

namespace
{

/* Some statements that want much of what the rules know. */
FactsBuilder
a_shop()
{
    FactsBuilder shop;
    int orders = shop.table("orders", 1e6, 20000);
    int user = shop.column(orders, "user_id", 50000);
    int status = shop.column(orders, "status", 5, 8);
    int created = shop.column(orders, "created_at", 1e6, 8);
    int total = shop.column(orders, "total", 90000, 6);
    int customers = shop.table("customers", 50000, 900);
    int id = shop.column(customers, "id", 50000);
    int email = shop.column(customers, "email", 50000, 24);

    shop.statement(1, 90000).on(orders).equal(user).where(PREDICATE_EQUAL, status, 0.01, "(status = 'pending')");
    shop.order(created, true).limit();
    shop.statement(2, 50000).on(orders).equal(user).needs({user, total});
    shop.statement(3, 20000).on(orders).equal(total).arm(1, 0).equal(user).arm(1, 1);
    shop.statement(4, 10000).on(customers).equal(email).on(orders).where(PREDICATE_JOIN, user, 0.00002);
    shop.index(customers, {id});
    return shop;
}

/* A plan is better the more keys of a candidate lead with what the statement asks for. */
class Planner
{
  public:
    Planner(Advisor *advisor, const FactsBuilder &builder) : advisor_(advisor), builder_(builder)
    {
    }

    AdvisorAnswer
    answer(const AdvisorQuestion &question)
    {
        AdvisorAnswer reply = {};
        reply.planned = true;
        reply.cost = 20000;
        used_.push_back(NONE);
        for (int32_t i = 0; i < question.n_candidates; i++)
        {
            IndexDefinition definition;
            EXPECT_EQ(advisor_candidate(advisor_, question.candidates[i], &definition, nullptr), ADVISOR_OK);
            double cost = cost_with(question.statement, definition);
            if (cost < reply.cost)
            {
                reply.cost = cost;
                used_.back() = question.candidates[i];
            }
        }
        reply.n_used = used_.back() == NONE ? 0 : 1;
        return reply;
    }

    /* Once all answers are there, their lists no longer move. */
    void
    point(std::vector<AdvisorAnswer> &answers)
    {
        for (std::size_t i = 0; i < answers.size(); i++)
            answers[i].used = &used_[i];
    }

  private:
    double
    cost_with(int32_t statement, const IndexDefinition &definition) const
    {
        const StatementFact &fact = builder_.statements[statement];
        double cost = 20000;

        for (int32_t r = fact.first_request; r < fact.first_request + fact.n_requests; r++)
        {
            double trial = 20000;
            for (int32_t k = 0; k < definition.n_keys && asks(builder_.requests[r], definition, k); k++)
                trial /= 7;
            cost = std::min(cost, trial);
        }
        return cost;
    }

    bool
    asks(const RequestFact &request, const IndexDefinition &definition, int32_t key) const
    {
        int32_t end = request.first_predicate + request.n_predicates;
        for (int32_t i = request.first_predicate; i < end; i++)
            if (builder_.predicates[i].attribute == definition.keys[key].attribute)
                return true;
        return false;
    }

    Advisor *advisor_;
    const FactsBuilder &builder_;
    std::vector<int32_t> used_;
};

/* A handle that failed says so again, whatever it is asked, and hands nothing out. */
void
check_broken(Advisor *advisor, AdvisorStatus status, const Facts &facts)
{
    const AdvisorQuestion *questions;
    const AdvisorResult *result = nullptr;
    int32_t n;

    EXPECT_STRNE(advisor_message(advisor), "");
    EXPECT_EQ(advisor_learn(advisor, &facts), status);
    EXPECT_EQ(advisor_ask(advisor, 8, &questions, &n), status);
    EXPECT_EQ(advisor_hurry(advisor), status);
    EXPECT_EQ(advisor_answer(advisor, nullptr, 0), status);
    EXPECT_EQ(advisor_result(advisor, &result), status);
    EXPECT_EQ(result, nullptr);
}

/* Runs the core with at most `allowed` allocations of its own, of which it leaves what it does not need; what it
 * advised goes to `advised`. */
AdvisorStatus
run(const FactsBuilder &builder, const AdvisorLimits &limits, long &allowed, std::string &advised)
{
    /* The test's own allocations do not count: the limit is armed around calls of the core alone. */
    auto counted = [&allowed](auto call)
    {
        allocations_left = allowed;
        AdvisorStatus status = call();
        allowed = allocations_left;
        allocations_left = -1;
        return status;
    };
    Facts facts = builder.facts();
    Advisor *advisor = nullptr;
    const AdvisorResult *result = nullptr;
    AdvisorStatus status = counted([&] { return advisor_open(&limits, &advisor); });

    if (status == ADVISOR_OK)
        status = counted([&] { return advisor_learn(advisor, &facts); });
    while (status == ADVISOR_OK)
    {
        const AdvisorQuestion *questions;
        int32_t n;

        status = counted([&] { return advisor_ask(advisor, 8, &questions, &n); });
        if (status != ADVISOR_OK || n == 0)
            break;
        Planner planner(advisor, builder);
        std::vector<AdvisorAnswer> answers;
        for (int32_t i = 0; i < n; i++)
            answers.push_back(planner.answer(questions[i]));
        planner.point(answers);
        status = counted([&] { return advisor_answer(advisor, answers.data(), n); });
    }
    if (status == ADVISOR_OK)
        status = counted([&] { return advisor_result(advisor, &result); });
    for (int32_t i = 0; result != nullptr && i < result->n_advice; i++)
        advised += std::string(result->advice[i].index_name) + " " + result->advice[i].definition_sql + " " +
                   result->advice[i].why + result->advice[i].rule + result->advice[i].gain +
                   result->advice[i].price + result->advice[i].not_chosen + "\n";
    if (status != ADVISOR_OK && advisor != nullptr)
        check_broken(advisor, status, facts);
    advisor_close(advisor);
    return status;
}

AdvisorStatus
run(const FactsBuilder &builder, const AdvisorLimits &limits, long &&allowed, std::string &advised)
{
    return run(builder, limits, allowed, advised);
}

TEST(Advisor, TheSameFactsGiveTheSameAdvice)
{
    FactsBuilder shop = a_shop();
    std::string first, second;

    EXPECT_EQ(run(shop, FactsBuilder::limits(), -1, first), ADVISOR_OK);
    EXPECT_EQ(run(a_shop(), FactsBuilder::limits(), -1, second), ADVISOR_OK);
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(first, second);
}

TEST(Advisor, EveryAllocationMayFail)
{
    FactsBuilder shop = a_shop();
    AdvisorStatus status = ADVISOR_NO_MEMORY;
    long allowed = 0;

    /* Each of the first ones, then ever wider steps. */
    for (; status != ADVISOR_OK && allowed < 10000000; allowed += 1 + allowed / 200)
    {
        std::string advised;
        status = run(shop, FactsBuilder::limits(), long(allowed), advised);
        ASSERT_TRUE(status == ADVISOR_OK || status == ADVISOR_NO_MEMORY) << status << " after " << allowed;
    }
    EXPECT_EQ(status, ADVISOR_OK);
    EXPECT_GT(allowed, 100);
}

/* Of how many sessions with memory for one allocation fewer each: 1 is every one, which takes minutes. */
long
stride()
{
    const char *stride = std::getenv("ALLOCATION_STRIDE");

    return stride == nullptr ? 37 : std::max(std::atol(stride), 1L);
}

/* Allocations of the core in a whole session. */
long
allocations_of(const FactsBuilder &builder)
{
    const long plenty = 1000000000;
    std::string advised;

    long left = plenty;
    EXPECT_EQ(run(builder, FactsBuilder::limits(), left, advised), ADVISOR_OK);
    return plenty - left;
}

TEST(Advisor, AnySingleAllocationMayFail)
{
    FactsBuilder shop = a_shop();
    std::string usual;

    ASSERT_EQ(run(shop, FactsBuilder::limits(), -1, usual), ADVISOR_OK);
    one_allocation_fails = true;
    const long total = allocations_of(shop);
    ASSERT_GT(total, 1000);
    for (long k = 0; k < total; k += k < 500 ? 1 : stride())
    {
        std::string advised;
        ASSERT_EQ(run(shop, FactsBuilder::limits(), long(k), advised), ADVISOR_NO_MEMORY) << "allocation " << k;
        EXPECT_EQ(advised, "");
    }
    one_allocation_fails = false;

    std::string again;
    EXPECT_EQ(run(shop, FactsBuilder::limits(), -1, again), ADVISOR_OK);
    EXPECT_EQ(again, usual);
}

/* Those that need no handle have no status to keep: they fail and leave nothing behind. */
TEST(Advisor, AllocationsWithoutAHandleMayFail)
{
    FactsBuilder shop = a_shop();
    Facts facts = shop.facts();
    IndexDefinition definition = {};
    IndexSize size = {};
    char sql[200];
    long failures = 0;

    definition.n_keys = 2;
    definition.keys[1].attribute = 1;
    one_allocation_fails = true;
    for (allocations_left = 0; advisor_definition_sql(&facts, &definition, sql, sizeof(sql)) == 0;
         allocations_left = ++failures)
        EXPECT_STREQ(sql, "");
    EXPECT_GT(failures, 0);
    for (allocations_left = failures = 0; advisor_index_size(&facts, &definition, 8192, &size) != ADVISOR_OK;
         allocations_left = ++failures)
        ;
    allocations_left = -1;
    one_allocation_fails = false;
    EXPECT_STREQ(sql, "(user_id, status)");
    EXPECT_GT(size.bytes, 0);
}

TEST(Advisor, AnyBudgetOfBytesIsKept)
{
    FactsBuilder shop = a_shop();
    AdvisorLimits limits = FactsBuilder::limits();
    AdvisorStatus status = ADVISOR_NO_MEMORY;

    for (limits.memory_bytes = 1; status != ADVISOR_OK && limits.memory_bytes < (64u << 20);
         limits.memory_bytes += 1 + limits.memory_bytes / 20)
    {
        std::string advised;
        status = run(shop, limits, -1, advised);
        ASSERT_TRUE(status == ADVISOR_OK || status == ADVISOR_NO_MEMORY) << status;
    }
    EXPECT_EQ(status, ADVISOR_OK);
    EXPECT_GT(limits.memory_bytes, 1000u);
}

} // namespace
