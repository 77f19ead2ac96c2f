/*
 * statistics_words.h - why extended statistics are proposed, in words with the figures.
 */
#ifndef ADVISOR_STATISTICS_WORDS_H
#define ADVISOR_STATISTICS_WORDS_H

#include "facts.h"
#include "memory.h"

namespace advisor
{

String statistics_words(const StatisticsStory &story, StatisticsParagraph paragraph);

} // namespace advisor

#endif
