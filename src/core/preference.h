/*
 * preference.h - which of two indexes to take when the planner hardly cares.
 *
 * The planner's cost cannot tell alternatives apart that differ by a few per
 * cent, but a person who has to live with the index can. Among equally good
 * ones: what serves more (each statement helped, and each order delivered
 * without a sort, counts one), what is smaller (a partial index must be a good
 * deal smaller, for it serves its constant alone), fewer keys, keys in the
 * order of the rules, and last the name, so that ties always fall the same way.
 */
#ifndef ADVISOR_PREFERENCE_H
#define ADVISOR_PREFERENCE_H

#include <cstdint>
#include <span>

#include "facts.h"
#include "memory.h"

namespace advisor
{

class Workload;
struct Candidate;

/* Planner costs closer than this are the same. */
constexpr double EQUALLY_GOOD = 0.03;

/* A partial index wins when it has at most this share of the other's size. */
constexpr double PARTIAL_SHARE = 0.7;

/* An spgist index, whose class knows fewer operators and no second column, wins against gist with at most this share. */
constexpr double SPGIST_SHARE = 0.8;

struct Merit
{
    int32_t served = 0;
    double bytes = 0; /* a partial index at 1 / PARTIAL_SHARE of its size, and spgist likewise */
    int32_t keys = 0;
    int32_t disorder = 0; /* pairs of keys that stand against the rules */
    String names;
};

/* Of these candidates together, for the statements that they help. */
Merit merit_of(const Workload &workload, std::span<const Candidate> candidates, std::span<const int32_t> chosen,
               std::span<const int32_t> helped);

/* a is to be taken rather than b. */
bool preferred(const Merit &a, const Merit &b);

/* The index gives the request's rows in the order that it asks for. */
bool delivers_order(const Workload &workload, const RequestFact &request, const IndexDefinition &definition);

/* The value of the attribute is fixed by the request, as the planner sees it: =, a bare boolean. */
bool is_fixed(const Workload &workload, const RequestFact &request, int32_t attribute);

} // namespace advisor

#endif
