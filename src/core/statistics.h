/*
 * statistics.h - which extended statistics would tell the planner what executions counted.
 *
 * The planner multiplies what conditions on single columns keep, as if the columns had nothing to do with each other.
 * What it would expect with functional dependencies, or with the most common combinations of values, is computed here
 * from a sample of rows as ANALYZE and the planner compute it, and held against what was counted.
 */
#ifndef ADVISOR_STATISTICS_H
#define ADVISOR_STATISTICS_H

#include "facts.h"

namespace advisor
{

/* How many times too high or too low an estimate has to be. */
constexpr double STATISTICS_OFF = 10;

/* So many times nearer it has to come, and one kind than the other before the latter, which says more for its price, gives way. */
constexpr double STATISTICS_NEARER = 2;

/* A column takes part if without it the estimate would be that many times further off. */
constexpr double STATISTICS_COLUMN_WORTH = 1.1;

/* Fewer rows of a sample say too little. */
constexpr double STATISTICS_LEAST_ROWS = 1000;

/*
 * The estimate is far enough off, and the statistics that it rests on are young: else ANALYZE comes first. False where
 * nobody counted.
 */
bool wants_statistics(const StatisticsFacts &facts);

/* So far nearer than what the planner expects now that statistics are worth it. */
bool is_nearer(const StatisticsFacts &facts, double estimate);

/* False where the figures contradict each other. */
bool is_sound(const StatisticsFacts &facts);

/* Likewise. */
bool choose_statistics(const StatisticsFacts &facts, StatisticsChoice &choice);

} // namespace advisor

#endif
