/*
 * verdict.h - for every request (what one statement asks of one relation): an
 * index, or the reason why not and what helps instead.
 */
#ifndef ADVISOR_VERDICT_H
#define ADVISOR_VERDICT_H

#include <cstdint>
#include <span>

#include "outcome.h"

namespace advisor
{

/* An index of the advice, in its order, and the statements that it helps. */
struct Proposal
{
    int32_t candidate;
    Vector<int32_t> statements;
};

struct Judgement
{
    int32_t request;
    int32_t statement;
    AdvisorVerdict verdict;
    int32_t advice;    /* number of the proposal, else NONE */
    int32_t candidate; /* that was refused, NONE */
    int32_t attribute; /* whose figures decided, NONE */
    int32_t index;     /* the existing one that it is about, NONE */
    String next_step;
};

/* One judgement per request, in the order of requests. */
Vector<Judgement> judge_requests(const Decision &decision, std::span<const Proposal> proposals);

/* "index_proposed", ...; nullptr for a number that is no verdict. */
const char *verdict_name(AdvisorVerdict verdict);

} // namespace advisor

#endif
