/*
 * dump.h - a run as text: the facts, what was answered to which question, and what came of it.
 *
 * A line is a record: its kind, then field=value for each field that is not 0, false, or a missing string. Facts are numbered by
 * their place among those of their kind, from 0; a `key` belongs to the `index` before it. Numbers are written so that they are
 * read as the very same; strings stand in quotes, with \ before quotes and itself, and \xHH for control characters.
 *
 *   limits, relation, attribute, predicate, order, needed, search, request, statement, index, key, dismissed, sampled,
 *   distinct, conjunction     as facts.h has them
 *   size       of a candidate of another method than btree; used=false: nobody could sample it
 *   failed     a statement that could not be planned
 *   plan       an answer: the candidates that were there, those that the plan used, the cost
 *   hurry      after so many answers the time was over
 *   chosen     candidates, with the bound and the number of answers: what a replay has to come to
 *   constant   what condition_NNNN in partial_sql, predicate_sql and definition stands for; to leave the constants out is to
 *              leave these lines out, at the end of it
 *
 * Candidates are numbered as the core makes them of these facts.
 */
#ifndef ADVISOR_DUMP_H
#define ADVISOR_DUMP_H

#include <span>

#include "advisor.h"
#include "cost_table.h"
#include "memory.h"
#include "outcome.h"

namespace advisor
{

struct RunRecord
{
    const Decision &decision;
    const CostTable &in_memory; /* what was answered of costs there */
    int32_t batch;         /* questions asked for at a time */
    double hurried_after;  /* answers; UNKNOWN: never */
};

String dump_of(const RunRecord &run);

} // namespace advisor

#endif
