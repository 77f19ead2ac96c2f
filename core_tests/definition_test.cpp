/* definition_test.cpp - names and DDL text. */
#include <gtest/gtest.h>

#include "core/definition.h"
#include "facts_builder.h"

using namespace advisor;

namespace
{

class Definitions : public ::testing::Test
{
  protected:
    FactsBuilder builder;
    int table = builder.table("orders", 1e6, 20000);
    int user = builder.column(table, "user_id", 50000);
    int created = builder.column(table, "created_at", 1e6, 8);
    int total = builder.column(table, "total", 1000, 6);

    IndexDefinition
    on(std::initializer_list<IndexKey> keys)
    {
        IndexDefinition definition = make_definition(table);
        for (const IndexKey &key : keys)
            definition.keys[definition.n_keys++] = key;
        return definition;
    }

    int
    condition(const std::string &sql)
    {
        if (builder.statements.empty())
            builder.statement(1, 1).on(table);
        builder.where(PREDICATE_EQUAL, total, 0.1, sql);
        return static_cast<int>(builder.predicates.size()) - 1;
    }

    String
    sql(const IndexDefinition &definition)
    {
        return definition_sql(builder.facts(), definition);
    }
};

TEST_F(Definitions, OnlyWhatDiffersFromTheDefaultIsWritten)
{
    EXPECT_EQ(sql(on({{user, false, false, false, nullptr}, {created, true, true, false, nullptr}})),
              "(user_id, created_at DESC)");
    EXPECT_EQ(sql(on({{user, false, true, false, nullptr}})), "(user_id NULLS FIRST)");
    EXPECT_EQ(sql(on({{user, true, false, false, nullptr}})), "(user_id DESC NULLS LAST)");
    builder.attributes[user].pattern_opclass = "text_pattern_ops";
    EXPECT_EQ(sql(on({{user, true, true, true, nullptr}})), "(user_id text_pattern_ops DESC)");
}

TEST_F(Definitions, IncludedColumnsAndConditions)
{
    IndexDefinition definition = on({{user, false, false, false, nullptr}});
    definition.n_includes = 2;
    definition.includes[0] = created;
    definition.includes[1] = total;
    definition.n_predicates = 1;
    definition.predicates[0] = condition("total > 5");
    EXPECT_EQ(sql(definition), "(user_id) INCLUDE (created_at, total) WHERE total > 5");
    EXPECT_EQ(definition_kind(builder.facts(), definition), "btree, covering, partial");
}

TEST_F(Definitions, SeveralConditionsKeepTheirParentheses)
{
    IndexDefinition definition = on({{user, false, false, false, nullptr}});
    definition.n_predicates = 3;
    definition.predicates[0] = condition("(a = ')'::text)");
    definition.predicates[1] = condition("active");
    definition.predicates[2] = condition("(a) OR (b)");
    EXPECT_EQ(sql(definition), "(user_id) WHERE (a = ')'::text) AND (active) AND ((a) OR (b))");
}

TEST_F(Definitions, NamesSayTableAndColumns)
{
    EXPECT_EQ(index_name(builder.facts(),
                         on({{user, false, false, false, nullptr}, {created, true, true, false, nullptr}})),
              "orders_user_id_created_at_idx");
}

TEST_F(Definitions, NamesAreCutAtACharacter)
{
    std::string umlauts;
    for (int i = 0; i < 40; i++)
        umlauts += "\xc3\xa4";
    builder.relations[table].short_name = builder.keep("x" + umlauts);
    builder.attributes[user].name = builder.keep(umlauts);

    String name = index_name(builder.facts(), on({{user, false, false, false, nullptr}}));
    EXPECT_LE(name.size(), 63u);
    EXPECT_GE(name.size(), 60u);
    EXPECT_TRUE(name.starts_with("x\xc3\xa4"));
    EXPECT_TRUE(name.ends_with("\xc3\xa4_idx"));
}

TEST_F(Definitions, AShortTableLeavesItsRoomToTheColumns)
{
    builder.attributes[user].name = builder.keep(std::string(80, 'c'));
    String name = index_name(builder.facts(), on({{user, false, false, false, nullptr}}));
    EXPECT_EQ(name.size(), 63u);
    EXPECT_TRUE(name.starts_with("orders_ccc"));
    EXPECT_TRUE(name.ends_with("ccc_idx"));
}

TEST_F(Definitions, PrefixesNeedTheirDirections)
{
    IndexDefinition both = on({{user, false, false, false, nullptr}, {created, true, true, false, nullptr}});
    EXPECT_TRUE(is_key_prefix(on({{user, false, false, false, nullptr}}), both));
    EXPECT_FALSE(is_key_prefix(on({{user, true, true, false, nullptr}}), both));
    EXPECT_FALSE(is_key_prefix(both, on({{user, false, false, false, nullptr}})));
}

} // namespace
