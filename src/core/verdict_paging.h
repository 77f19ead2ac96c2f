/*
 * verdict_paging.h - how a statement is run, rather than what it asks: again and again,
 * page by page, to its LIMIT and no further, or with its condition one level too high.
 */
#ifndef ADVISOR_VERDICT_PAGING_H
#define ADVISOR_VERDICT_PAGING_H

#include "advisor.h"
#include "memory.h"

namespace advisor
{

class Workload;

/* So many executions in a row are no chance. */
bool is_repeated(const StatementFact &statement);
String repeated_words(const StatementFact &statement);

bool pages_deeply(const RequestFact &request);
String keyset_words(const Workload &workload, const RequestFact &request);

/* Measured: the scan read only a part of its table. */
bool stops_early(const Workload &workload, const RequestFact &request);
String stop_words(const Workload &workload, const RequestFact &request);

/* A condition that would find few rows is applied outside of the sub-select that reads them. */
bool is_outside(const RequestFact &request);
String outside_words(const Workload &workload, const RequestFact &request);

} // namespace advisor

#endif
