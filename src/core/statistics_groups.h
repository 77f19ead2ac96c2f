/*
 * statistics_groups.h - which n-distinct statistics would tell the planner how many groups there are.
 */
#ifndef ADVISOR_STATISTICS_GROUPS_H
#define ADVISOR_STATISTICS_GROUPS_H

#include "facts.h"

namespace advisor
{

/*
 * The columns that do not go together as the product of their numbers of distinct values has it, and how many
 * combinations ANALYZE would find by such a sample. False where the figures contradict each other.
 */
bool choose_group_statistics(const StatisticsFacts &facts, StatisticsChoice &choice);

} // namespace advisor

#endif
