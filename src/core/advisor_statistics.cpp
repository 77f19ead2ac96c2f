/*
 * advisor_statistics.cpp - the part of the C interface that is about extended statistics: exception barrier.
 */
#include "advisor.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "statistics.h"
#include "statistics_groups.h"
#include "statistics_words.h"

using namespace advisor;

bool
advisor_statistics_wanted(const StatisticsFacts *facts)
{
    return facts != nullptr && wants_statistics(*facts);
}

bool
advisor_statistics_nearer(const StatisticsFacts *facts, double estimate)
{
    return facts != nullptr && is_nearer(*facts, estimate);
}

namespace
{

template <typename Choose>
AdvisorStatus
guarded(const StatisticsFacts *facts, StatisticsChoice *choice, Choose choose) noexcept
{
    if (facts == nullptr || choice == nullptr)
        return ADVISOR_BAD_FACTS;
    try
    {
        return choose(*facts, *choice) ? ADVISOR_OK : ADVISOR_BAD_FACTS;
    }
    catch (const std::bad_alloc &)
    {
        return ADVISOR_NO_MEMORY;
    }
    catch (...)
    {
        return ADVISOR_INTERNAL;
    }
}

} // namespace

AdvisorStatus
advisor_statistics(const StatisticsFacts *facts, StatisticsChoice *choice)
{
    return guarded(facts, choice, choose_statistics);
}

AdvisorStatus
advisor_statistics_groups(const StatisticsFacts *facts, StatisticsChoice *choice)
{
    return guarded(facts, choice, choose_group_statistics);
}

size_t
advisor_statistics_words(const StatisticsStory *story, StatisticsParagraph paragraph, char *buffer, size_t length)
{
    if (buffer != nullptr && length > 0)
        buffer[0] = '\0';
    if (story == nullptr)
        return 0;
    try
    {
        const String words = statistics_words(*story, paragraph);

        if (buffer != nullptr && length > 0)
            buffer[words.copy(buffer, length - 1)] = '\0';
        return words.size();
    }
    catch (...)
    {
        return 0;
    }
}
