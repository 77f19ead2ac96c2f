/*
 * verdict_obstacle.h - what keeps an index from serving a condition as it is
 * written, and what to write or make instead.
 */
#ifndef ADVISOR_VERDICT_OBSTACLE_H
#define ADVISOR_VERDICT_OBSTACLE_H

#include "advisor.h"
#include "memory.h"

namespace advisor
{

/* The verdict that belongs to the obstacle of a PREDICATE_OTHER. */
AdvisorVerdict obstacle_verdict(PredicateObstacle obstacle);

/* The next step, a clause that goes on after the condition's words and a colon, without full stop. */
String obstacle_step(const PredicateFact &predicate);

} // namespace advisor

#endif
