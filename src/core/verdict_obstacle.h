/*
 * verdict_obstacle.h - what keeps an index from serving a condition as it is
 * written, and what to write or make instead.
 */
#ifndef ADVISOR_VERDICT_OBSTACLE_H
#define ADVISOR_VERDICT_OBSTACLE_H

#include <span>

#include "advisor.h"
#include "memory.h"

namespace advisor
{

class Workload;

/* A filter that keeps more than this keeps nearly all. */
constexpr double NEARLY_ALL = 0.5;

/* The verdict that belongs to the obstacle of a PREDICATE_OTHER. */
AdvisorVerdict obstacle_verdict(PredicateObstacle obstacle);

/* The next step, a clause that goes on after the condition's words and a colon, without full stop. */
String obstacle_step(const PredicateFact &predicate);

/* The first condition that no index serves as it is written, nullptr. */
const PredicateFact *first_obstacle(std::span<const PredicateFact> predicates);

bool any_sargable(std::span<const PredicateFact> predicates);

/* Of what could be searched for, nothing is about the relation alone. */
bool only_joins(std::span<const PredicateFact> predicates);

/*
 * A condition that another way of writing would let an index search for, where nothing else of the request narrows
 * the search; nullptr: there is none. What is proposed, used or refused instead can only be an index that is read
 * whole.
 */
const PredicateFact *only_badly_written(const Workload &workload, const RequestFact &request);

/* It was counted, and throws away so much that it matters. */
bool throws_away_many(const RequestFact &request, const AdvisorLimits &limits);

} // namespace advisor

#endif
