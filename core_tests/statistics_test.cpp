/*
 * statistics_test.cpp - which extended statistics are chosen, on samples of tables whose columns depend on each
 * other.
 */
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/advisor.h"

namespace
{

constexpr int ROWS = 10000;

/* A column of the sample and the value that is asked for. */
struct Column
{
    std::function<int(int)> value;
    int asked;
    bool equality = true; /* else: at least that value */
};

int
scattered(int row, int salt)
{
    unsigned hash = static_cast<unsigned>(row) * 2654435761U + static_cast<unsigned>(salt) * 40503U;

    hash ^= hash >> 15;
    hash *= 2246822519U;
    hash ^= hash >> 13;
    return static_cast<int>(hash >> 1);
}

class Statistics : public testing::Test
{
  protected:
    /* The planner knows what each condition keeps, and multiplies. */
    StatisticsChoice
    chosen(const std::vector<Column> &columns, double counted_times = 1)
    {
        facts.rows = 1000000;
        facts.modified_rows = 0;
        facts.target = 100;
        facts.n_columns = facts.n_conditions = static_cast<int32_t>(columns.size());
        facts.n_rows = ROWS;
        facts.planned = 1;
        ranks.assign(columns.size(), std::vector<int32_t>(ROWS));
        matches.assign(ROWS, 0);
        for (size_t c = 0; c < columns.size(); c++)
            add(columns[c], c);
        int all = 0;
        for (uint8_t mask : matches)
            all += mask == (1 << columns.size()) - 1;
        facts.matches = matches.data();
        facts.planned = std::max(facts.planned, 1 / facts.rows);
        facts.counted = std::min(1.0, counted_times * all / ROWS);
        StatisticsChoice choice = {};
        EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_OK);
        return choice;
    }

    StatisticsFacts facts = {};

  private:
    void
    add(const Column &column, size_t number)
    {
        int kept = 0;

        for (int row = 0; row < ROWS; row++)
        {
            const int value = column.value(row);
            const bool matched = column.equality ? value == column.asked : value >= column.asked;
            ranks[number][static_cast<size_t>(row)] = value;
            kept += matched;
            if (matched)
                matches[static_cast<size_t>(row)] |= static_cast<uint8_t>(1U << number);
        }
        facts.ranks[number] = ranks[number].data();
        facts.conditions[number] = {static_cast<int32_t>(number), static_cast<double>(kept) / ROWS,
                                    column.equality};
        facts.planned *= facts.conditions[number].selectivity;
    }

    std::vector<std::vector<int32_t>> ranks;
    std::vector<uint8_t> matches;
};

int
zip(int row)
{
    return scattered(row, 1) % 100;
}

int
city(int row)
{
    return zip(row) / 4;
}

int
street(int row)
{
    return scattered(row, 2) % 97;
}

TEST_F(Statistics, OneColumnFollowsFromTheOther)
{
    const StatisticsChoice choice = chosen({{city, 3}, {zip, 13}});

    EXPECT_EQ(choice.kind, STATISTICS_DEPENDENCIES);
    EXPECT_EQ(choice.columns, 3U);
    EXPECT_NEAR(choice.estimate / facts.counted, 1, 0.05);
}

TEST_F(Statistics, WhatIsIndependentNeedsNone)
{
    EXPECT_EQ(chosen({{street, 3}, {zip, 13}}).kind, STATISTICS_NONE);
}

/* Twenty times the rows were counted, but not because of how these columns go together. */
TEST_F(Statistics, WhatHasAnotherCauseIsNotBlamedOnColumns)
{
    EXPECT_EQ(chosen({{street, 3}, {zip, 13}}, 20).kind, STATISTICS_NONE);
}

TEST_F(Statistics, AColumnThatHasNothingToDoWithItStaysOut)
{
    const StatisticsChoice choice =
        chosen({{city, 3}, {[](int row) { return scattered(row, 3) % 3; }, 1}, {zip, 13}});

    EXPECT_EQ(choice.kind, STATISTICS_DEPENDENCIES);
    EXPECT_EQ(choice.columns, 5U);
}

TEST_F(Statistics, OfFourThatSayTheSameAllAreNeeded)
{
    const auto same = [](int row) { return scattered(row, 4) % 40; };
    const StatisticsChoice choice = chosen({{same, 7}, {same, 7}, {same, 7}, {same, 7}});

    EXPECT_EQ(choice.kind, STATISTICS_DEPENDENCIES);
    EXPECT_EQ(choice.columns, 15U);
    EXPECT_NEAR(choice.estimate / facts.counted, 1, 0.05);
}

/* Dependencies are of equalities. */
TEST_F(Statistics, RangesTakeCommonValues)
{
    const StatisticsChoice choice = chosen({{[](int row) { return row % 50; }, 48, false},
                                            {[](int row) { return 49 - row % 50; }, 48, false},
                                            {street, 3}});

    EXPECT_EQ(choice.kind, STATISTICS_MCV);
    EXPECT_EQ(choice.columns & 3U, 3U);
}

/* Both follow from each other, and never meet: dependencies would expect the rows of one. */
TEST_F(Statistics, WhatExcludesEachOtherTakesCommonValues)
{
    const StatisticsChoice choice =
        chosen({{[](int row) { return row % 20; }, 3}, {[](int row) { return row % 20; }, 4}});

    EXPECT_EQ(choice.kind, STATISTICS_MCV);
    EXPECT_EQ(choice.columns, 3U);
    EXPECT_LE(choice.estimate, 1 / facts.rows);
}

/* Too many combinations for a list: ANALYZE would keep none of these. */
TEST_F(Statistics, RareCombinationsAreNoCommonValues)
{
    EXPECT_EQ(chosen({{[](int row) { return row % 2000; }, 1995, false},
                      {[](int row) { return row % 2000; }, 1995, false}})
                  .kind,
              STATISTICS_NONE);
}

/* ANALYZE keeps a share that it knows to within a fifth: of 30,000 rows from a million those of 24 or more. */
TEST_F(Statistics, ACombinationOfFewRowsIsNoCommonOne)
{
    const auto at_most = [](int rows) { return [rows](int row) { return row < rows ? 1 : 0; }; };

    EXPECT_EQ(chosen({{at_most(5), 1, false}, {at_most(5), 1, false}}).kind, STATISTICS_NONE);
    EXPECT_EQ(chosen({{at_most(12), 1, false}, {at_most(12), 1, false}}).kind, STATISTICS_MCV);
}

/* Between two values the planner expects what is above the one and below the other, not the product. */
TEST_F(Statistics, BothEndsOfARangeAreOneCondition)
{
    const auto day = [](int row) { return row % 60; };

    (void)chosen({{day, 50, false}, {[](int row) { return 59 - row % 60; }, 6, false}, {day, 52}});
    facts.n_columns = 2;
    facts.ranks[1] = facts.ranks[2];
    facts.conditions[1].column = 0;
    facts.conditions[2].column = 1;
    facts.planned = (facts.conditions[0].selectivity + facts.conditions[1].selectivity - 1) / 60;
    facts.rows = ROWS;
    StatisticsChoice choice = {};
    EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_OK);
    EXPECT_EQ(choice.kind, STATISTICS_MCV);
    EXPECT_NEAR(choice.estimate / facts.counted, 1, 0.05);
}

TEST_F(Statistics, OldStatisticsAreAnalysedFirst)
{
    (void)chosen({{city, 3}, {zip, 13}});
    EXPECT_TRUE(advisor_statistics_wanted(&facts));
    facts.modified_rows = 0.1 * facts.rows;
    EXPECT_FALSE(advisor_statistics_wanted(&facts));
}

TEST_F(Statistics, NullIsAValueLikeOthers)
{
    const auto often_null = [](int row) { return zip(row) == 13 ? 13 : NONE; };
    const StatisticsChoice choice = chosen({{often_null, 13}, {zip, 13}});

    EXPECT_EQ(choice.columns, 3U);
    EXPECT_NEAR(choice.estimate / facts.counted, 1, 0.1);
}

TEST_F(Statistics, FewRowsOfASampleSayTooLittle)
{
    (void)chosen({{city, 3}, {zip, 13}});
    facts.n_rows = 900;
    StatisticsChoice choice = {};
    EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_OK);
    EXPECT_EQ(choice.kind, STATISTICS_NONE);
}

TEST_F(Statistics, ContradictionsAreRefused)
{
    (void)chosen({{city, 3}, {zip, 13}});
    StatisticsChoice choice = {};
    const StatisticsFacts sound = facts;

    EXPECT_EQ(advisor_statistics(nullptr, &choice), ADVISOR_BAD_FACTS);
    facts.conditions[1].column = 2;
    EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_BAD_FACTS);
    facts = sound;
    facts.n_columns = MAX_STATISTICS_COLUMNS + 1;
    EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_BAD_FACTS);
    facts = sound;
    facts.planned = 1.5;
    EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_BAD_FACTS);
    facts = sound;
    facts.target = 0;
    EXPECT_EQ(advisor_statistics(&facts, &choice), ADVISOR_BAD_FACTS);
}

/* Whatever the sample is: a share, and columns that there are. */
TEST_F(Statistics, AnySampleHasAnAnswer)
{
    for (int round = 0; round < 60; round++)
    {
        const int n = 2 + scattered(round, 5) % 4;
        std::vector<Column> columns;

        for (int c = 0; c < n; c++)
        {
            const int values = 1 + scattered(round, 10 + c) % 300, like = scattered(round, 20 + c) % 2;
            columns.push_back({[=](int row) { return scattered(row, like ? 0 : c) % values; },
                               scattered(round, 30 + c) % values, scattered(round, 40 + c) % 3 > 0});
        }
        const StatisticsChoice choice = chosen(columns);
        if (choice.kind == STATISTICS_NONE)
            continue;
        EXPECT_EQ(choice.columns >> n, 0U);
        EXPECT_GT(choice.estimate, 0);
        EXPECT_LE(choice.estimate, 1);
        const double least = 1 / facts.rows, counted = std::max(facts.counted, least);
        const auto off = [counted](double share) { return std::max(share, counted) / std::min(share, counted); };
        EXPECT_LE(off(choice.estimate) * 2, off(std::max(facts.planned, least)) * 1.0001) << "round " << round;
    }
}

/* ---- groups ---- */

class GroupStatistics : public testing::Test
{
  protected:
    /* The planner multiplies the values of each column, up to a tenth of the rows. */
    StatisticsChoice
    chosen(const std::vector<std::function<int(int)>> &columns, double counted)
    {
        facts.rows = 1000000;
        facts.target = 100;
        facts.n_columns = static_cast<int32_t>(columns.size());
        facts.n_rows = ROWS;
        facts.planned = 0.1;
        facts.counted = counted / facts.rows;
        ranks.assign(columns.size(), std::vector<int32_t>(ROWS));
        for (size_t c = 0; c < columns.size(); c++)
        {
            for (int row = 0; row < ROWS; row++)
                ranks[c][static_cast<size_t>(row)] = columns[c](row);
            facts.ranks[c] = ranks[c].data();
        }
        StatisticsChoice choice = {};
        EXPECT_EQ(advisor_statistics_groups(&facts, &choice), ADVISOR_OK);
        return choice;
    }

    StatisticsFacts facts = {};

  private:
    std::vector<std::vector<int32_t>> ranks;
};

TEST_F(GroupStatistics, CombinationsThatThereAreInsteadOfTheProduct)
{
    const StatisticsChoice choice = chosen({zip, city}, 100);

    EXPECT_EQ(choice.kind, STATISTICS_NDISTINCT);
    EXPECT_EQ(choice.columns, 3U);
    EXPECT_DOUBLE_EQ(choice.estimate * facts.rows, 100);
    EXPECT_TRUE(advisor_statistics_nearer(&facts, choice.estimate));
    EXPECT_TRUE(advisor_statistics_nearer(&facts, facts.planned / 2));
    EXPECT_FALSE(advisor_statistics_nearer(&facts, facts.planned / 2.2 * 1.2));
}

/* Half of the combinations were met once: of a hundredth of the rows ANALYZE would expect more than were met. */
TEST_F(GroupStatistics, WhatWasMetOnceStandsForOthers)
{
    const auto often_or_once = [](int row) { return row < ROWS / 2 ? row : ROWS / 2 + row % 10; };
    const StatisticsChoice choice = chosen({often_or_once, often_or_once}, 5000);
    const double n = ROWS, met = ROWS / 2 + 10, once = ROWS / 2;

    EXPECT_EQ(choice.kind, STATISTICS_NDISTINCT);
    EXPECT_NEAR(choice.estimate * facts.rows, n * met / (n - once + once * n / facts.rows), 1);
}

TEST_F(GroupStatistics, AColumnThatHasNothingToDoWithItStaysOut)
{
    EXPECT_EQ(chosen({zip, [](int row) { return scattered(row, 3) % 3; }, city}, 300).columns, 5U);
}

TEST_F(GroupStatistics, WhatIsIndependentNeedsNone)
{
    EXPECT_EQ(chosen({[](int row) { return row % 30; }, [](int row) { return row / 30 % 30; }}, 900).kind,
              STATISTICS_NONE);
}

TEST_F(GroupStatistics, NearEnoughOrOldStatisticsNeedNone)
{
    EXPECT_EQ(chosen({zip, city}, 20000).kind, STATISTICS_NONE);
    facts.modified_rows = 500000;
    EXPECT_EQ(chosen({zip, city}, 100).kind, STATISTICS_NONE);
}

TEST_F(GroupStatistics, ContradictionsAreRefused)
{
    StatisticsChoice choice = chosen({zip, city}, 100);

    facts.counted = 1.5;
    EXPECT_EQ(advisor_statistics_groups(&facts, &choice), ADVISOR_BAD_FACTS);
    EXPECT_EQ(advisor_statistics_groups(nullptr, &choice), ADVISOR_BAD_FACTS);
    EXPECT_FALSE(advisor_statistics_nearer(nullptr, 0.5));
}

TEST_F(GroupStatistics, WordsHaveTheFigures)
{
    StatisticsStory story = {};
    story.choice = chosen({zip, city}, 100);
    story.facts = facts;
    story.relation = "public.addresses";
    story.columns = story.filter = "city, zip";
    story.statements = 2;
    story.cost_before = 5000;
    story.cost_after = 1200;
    char words[2000];
    const auto told = [&](StatisticsParagraph paragraph)
    {
        EXPECT_LT(advisor_statistics_words(&story, paragraph, words, sizeof words), sizeof words);
        return std::string(words);
    };

    EXPECT_NE(told(STATISTICS_WHY)
                  .find("grouped by city, zip, the planner expects 100,000 groups; executions of 2 "
                        "statements had 100 groups each"),
              std::string::npos);
    EXPECT_NE(told(STATISTICS_RULE).find("would expect 100 groups"), std::string::npos);
    story.choice.kind = STATISTICS_EXPRESSION;
    story.columns = "lower(city)";
    EXPECT_NE(told(STATISTICS_RULE).find("Statistics of the expression lower(city)"), std::string::npos);
    EXPECT_NE(told(STATISTICS_NEXT).find("nothing of the values of lower(city)"), std::string::npos);
    story.choice.kind = STATISTICS_NDISTINCT;
    EXPECT_NE(told(STATISTICS_GAIN).find("5,000"), std::string::npos);
}

TEST_F(Statistics, WordsHaveTheFigures)
{
    StatisticsStory story = {};
    story.choice = chosen({{city, 3}, {zip, 13}});
    story.facts = facts;
    story.relation = "public.addresses";
    story.columns = "city, zip";
    story.filter = "city = $ AND zip = $";
    story.statements = 2;
    story.cost_before = 5000;
    story.cost_after = 1200;
    char words[2000];
    const auto told = [&](StatisticsParagraph paragraph)
    {
        const size_t length = advisor_statistics_words(&story, paragraph, words, sizeof words);

        EXPECT_EQ(length, std::string(words).size());
        return std::string(words);
    };

    EXPECT_NE(told(STATISTICS_WHY).find("2 statements"), std::string::npos);
    EXPECT_NE(told(STATISTICS_RULE).find("city, zip"), std::string::npos);
    EXPECT_NE(told(STATISTICS_GAIN).find("5,000"), std::string::npos);
    EXPECT_NE(told(STATISTICS_NEXT).find("ANALYZE public.addresses"), std::string::npos);
    EXPECT_FALSE(told(STATISTICS_PRICE).empty());
    EXPECT_EQ(advisor_statistics_words(&story, STATISTICS_NEXT, words, 5), told(STATISTICS_NEXT).size());
}

} // namespace
