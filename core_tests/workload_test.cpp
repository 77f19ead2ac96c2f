/* workload_test.cpp - every reference is checked, everything is copied. */
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/workload.h"
#include "facts_builder.h"

using namespace advisor;

namespace
{

FactsBuilder
two_tables()
{
    FactsBuilder builder;
    int orders = builder.table("orders", 1e6, 20000);
    int customers = builder.table("customers", 1e4, 200);
    int user = builder.column(orders, "user_id", 50000);
    int id = builder.column(customers, "id", 10000);

    builder.statement(7, 100).on(orders).equal(user).order(user).needs({user}).on(customers).equal(id);
    builder.statement(8, 50).on(orders).equal(user);
    builder.index(customers, {id});
    builder.index(orders, {user});
    return builder;
}

TEST(Workload, FindsWhatBelongsTogether)
{
    FactsBuilder builder = two_tables();
    Workload workload(builder.facts());

    EXPECT_EQ(workload.requests_of(0).size(), 2u);
    EXPECT_EQ(workload.statement_of(1), 0);
    EXPECT_EQ(workload.statement_of(2), 1);
    EXPECT_EQ(workload.predicates_of(workload.requests()[1])[0].attribute, 1);
    EXPECT_EQ(workload.orders_of(workload.requests()[0]).size(), 1u);
    EXPECT_EQ(workload.needed_of(workload.requests()[0])[0], 0);
    ASSERT_EQ(workload.indexes_of(0).size(), 1u);
    EXPECT_EQ(workload.indexes_of(0)[0], 1);
    ASSERT_EQ(workload.requests_on(0).size(), 2u);
    EXPECT_EQ(workload.requests_on(0)[1], 2);
}

TEST(Workload, OutlivesTheFacts)
{
    auto builder = std::make_unique<FactsBuilder>(two_tables());
    Workload workload(builder->facts());

    builder.reset();
    EXPECT_STREQ(workload.relations()[1].name, "public.customers");
    EXPECT_STREQ(workload.facts().statements[1].query, "statement 8");
    EXPECT_STREQ(workload.facts().indexes[0].name, "public.existing_0");
}

TEST(Workload, MayBeEmpty)
{
    Workload workload(Facts{});
    EXPECT_TRUE(workload.statements().empty());
}

TEST(Workload, TakesFractionsThatAreALittleOff)
{
    FactsBuilder builder = two_tables();
    builder.relations[0].all_visible = 1.0001;
    builder.predicates[0].selectivity = 1.5;
    Workload workload(builder.facts());
    EXPECT_EQ(workload.relations()[0].all_visible, 1);
    EXPECT_EQ(workload.predicates()[0].selectivity, 1);
}

/* One impossible fact at a time: each is refused, and none is read past its array. */
TEST(Workload, RefusesWhatCannotBe)
{
    using Damage = std::function<void(FactsBuilder &)>;
    const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
    const std::vector<Damage> damages = {
        [&](FactsBuilder &b) { b.relations[0].rows = nan; },
        [&](FactsBuilder &b) { b.relations[0].pages = infinity; },
        /* Finite, but not when multiplied. */
        [&](FactsBuilder &b) { b.relations[0].pages = 1e300; },
        [&](FactsBuilder &b) { b.statements[0].calls = 1e300; },
        [&](FactsBuilder &b) { b.statements[0].hours = 1e-300; },
        [](FactsBuilder &b) { b.relations[0].name = nullptr; },
        [](FactsBuilder &b) { b.attributes[0].relation = 2; },
        [](FactsBuilder &b) { b.attributes[0].relation = NONE; },
        [](FactsBuilder &b) { b.attributes[0].typalign = 3; },
        [](FactsBuilder &b) { b.attributes[0].typlen = 0; },
        [](FactsBuilder &b) { b.attributes[0].pattern_opclass = nullptr; },
        [&](FactsBuilder &b) { b.attributes[0].n_distinct = nan; },
        [](FactsBuilder &b) { b.predicates[0].attribute = 2; },
        [](FactsBuilder &b) { b.predicates[0].attribute = 1; },
        [](FactsBuilder &b) { b.predicates[0].attribute = NONE; },
        [](FactsBuilder &b) { b.predicates[0].kind = static_cast<PredicateKind>(99); },
        [](FactsBuilder &b) { b.predicates[0].or_group = -1; },
        [](FactsBuilder &b) { b.predicates[0].partial_sql = nullptr; },
        [&](FactsBuilder &b) { b.predicates[0].selectivity = nan; },
        [](FactsBuilder &b) {
            b.conjunctions.push_back({0, 17, 0.5});
        },
        [](FactsBuilder &b) {
            b.conjunctions.push_back({NONE, 0, 0.5});
        },
        [&](FactsBuilder &b) {
            b.conjunctions.push_back({0, 0, nan});
        },
        [](FactsBuilder &b) { b.orders[0].attribute = 1; },
        [](FactsBuilder &b) { b.needed[0] = 1; },
        [](FactsBuilder &b) { b.needed[0] = 17; },
        [](FactsBuilder &b) { b.requests[0].relation = -7; },
        [](FactsBuilder &b) { b.requests[0].n_predicates = 4; },
        [](FactsBuilder &b) { b.requests[0].first_predicate = -1; },
        [](FactsBuilder &b) { b.requests[0].n_orders = std::numeric_limits<int32_t>::max(); },
        [](FactsBuilder &b) { b.requests[0].served_by = 0; },
        [](FactsBuilder &b) { b.requests[0].served_by = 2; },
        [](FactsBuilder &b) { b.statements[0].n_requests = 3; },
        [](FactsBuilder &b) { b.statements[0].n_requests = 1; },
        [](FactsBuilder &b) { b.statements[0].binds = 0; },
        [](FactsBuilder &b) { b.statements[0].hours = 0; },
        [](FactsBuilder &b) { b.statements[0].total_ms = -1; },
        [](FactsBuilder &b) { b.indexes[0].definition.n_keys = 9; },
        [](FactsBuilder &b) { b.indexes[0].definition.keys[0].attribute = 0; },
        [](FactsBuilder &b) { b.indexes[0].definition.relation = 2; },
    };

    for (std::size_t i = 0; i < damages.size(); i++)
    {
        FactsBuilder builder = two_tables();
        damages[i](builder);
        EXPECT_THROW(Workload{builder.facts()}, BadFacts) << "damage " << i;
    }
}

TEST(Workload, RefusesArraysThatAreNotThere)
{
    FactsBuilder builder = two_tables();
    Facts facts = builder.facts();
    facts.attributes = nullptr;
    EXPECT_THROW(Workload{facts}, BadFacts);
    facts = builder.facts();
    facts.n_requests = -1;
    EXPECT_THROW(Workload{facts}, BadFacts);
}

} // namespace
