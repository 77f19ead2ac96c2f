#include "statistics_words.h"

#include <algorithm>

#include "words.h"

namespace advisor
{

namespace
{

String
rows_of(const StatisticsStory &story, double share)
{
    return count(std::max(1.0, share * story.facts.rows), "row", "rows");
}

bool
is_of_groups(const StatisticsStory &story)
{
    return story.choice.kind == STATISTICS_NDISTINCT;
}

bool
is_of_expression(const StatisticsStory &story)
{
    return story.choice.kind == STATISTICS_EXPRESSION;
}

String
groups_of(const StatisticsStory &story, double share)
{
    return count(std::max(1.0, share * story.facts.rows), "group", "groups");
}

String
why(const StatisticsStory &story)
{
    if (is_of_groups(story))
        return "Of the rows of " + String(story.relation) + ", grouped by " + story.filter +
               ", the planner expects " + groups_of(story, story.facts.planned) + "; executions of " +
               count(story.statements, "statement", "statements") + " had " +
               groups_of(story, story.facts.counted) + " each.";
    return "For " + String(story.filter) + " the planner expects " + rows_of(story, story.facts.planned) + " of " +
           story.relation + "; executions of " + count(story.statements, "statement", "statements") + " kept " +
           rows_of(story, story.facts.counted) + " each.";
}

String
rule(const StatisticsStory &story)
{
    if (is_of_expression(story))
        return "Statistics of the expression " + String(story.columns) +
               ": without them, or an index on it, the planner knows nothing of its values, and takes a fixed "
               "share for "
               "what a condition keeps. By a sample it would expect " +
               rows_of(story, story.choice.estimate) + " with them.";
    if (is_of_groups(story))
        return "The numbers of distinct combinations of values (ndistinct) of " + String(story.columns) +
               ": without them the planner multiplies how many values each column has, as if the columns had "
               "nothing to "
               "do with each other. By a sample of " +
               count(story.facts.n_rows, "row", "rows") + " it would expect " +
               groups_of(story, story.choice.estimate) + " with them.";
    const char *kind = story.choice.kind == STATISTICS_MCV
                           ? "The most common combinations of values (mcv) of "
                           : "Functional dependencies, which say in what share of the rows one of the columns "
                             "follows from the others, of ";

    return kind + String(story.columns) +
           ": without them the planner multiplies what each condition keeps, as if "
           "the columns had nothing to do with each other. By a sample of " +
           count(story.facts.n_rows, "row", "rows") + " it would expect " + rows_of(story, story.choice.estimate) +
           " with them.";
}

String
gain(const StatisticsStory &story)
{
    const String start = "Expecting that the planner takes another plan, at a cost of " + number(story.cost_after);

    if (is_of_groups(story) && story.cost_before > story.cost_after)
        return start +
               " per call. With as many groups, but scans, joins, sorts and hashed groups only where the plan of "
               "now has "
               "such, it is " +
               number(story.cost_before) + " at least.";
    if (story.cost_before <= story.cost_after)
        return start +
               ". It scans and joins in the same ways as the plan of now, so that nobody knows what is gained.";
    return start +
           " per call. With the same rows, but scans and joins of no other kinds than in the plan of now, it is " +
           number(story.cost_before) + " at least.";
}

String
price()
{
    return "Nothing for writers, and next to no space. ANALYZE takes a little longer; until it has run the "
           "statistics are "
           "empty.";
}

String
next(const StatisticsStory &story)
{
    if (is_of_expression(story))
        return "The planner knows nothing of the values of " + String(story.columns) +
               ", so ANALYZE alone would not help. CREATE STATISTICS on it, then ANALYZE " + story.relation +
               ": index_advisor.script() has both. Then look again whether it needs an index.";
    return "The columns depend on each other, so ANALYZE alone would not help. CREATE STATISTICS on " +
           String(story.columns) + ", then ANALYZE " + story.relation +
           ": index_advisor.script() has both. Then look again whether it needs an index.";
}

} // namespace

String
statistics_words(const StatisticsStory &story, StatisticsParagraph paragraph)
{
    switch (paragraph)
    {
        case STATISTICS_WHY:
            return why(story);
        case STATISTICS_RULE:
            return rule(story);
        case STATISTICS_GAIN:
            return gain(story);
        case STATISTICS_PRICE:
            return price();
        case STATISTICS_NEXT:
            return next(story);
        case STATISTICS_EMPTY:
            return "The columns depend on each other. Statistics on " + String(story.columns) +
                   " are there, but empty: run ANALYZE " + story.relation + ".";
    }
    return {};
}

} // namespace advisor
