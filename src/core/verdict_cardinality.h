/* verdict_cardinality.h - conditions on columns of few values alone. */
#ifndef ADVISOR_VERDICT_CARDINALITY_H
#define ADVISOR_VERDICT_CARDINALITY_H

#include "facts.h"

namespace advisor
{

class Workload;

/* The predicate that stands for a request whose every condition is an equality on few values; nullptr if not so. */
const PredicateFact *low_cardinality(const Workload &workload, const RequestFact &request);

} // namespace advisor

#endif
