/* candidate.h - an index that is worth a question. */
#ifndef ADVISOR_CANDIDATE_H
#define ADVISOR_CANDIDATE_H

#include <cstdint>

#include "facts.h"
#include "memory.h"

namespace advisor
{

struct Candidate
{
    IndexDefinition definition;
    IndexSize size;
    String rule;                     /* why this shape: "equality before range" */
    Vector<std::int32_t> statements; /* that it can matter to, ascending; empty only if it is dismissed */
    Vector<std::int32_t> dismissed_for; /* these statements, for one that is */
    bool sampled = true;                /* false: of another method than btree, and its size is not known yet */
    Vector<std::int32_t> unsampled_for; /* these statements, for one that nobody could sample */
    bool too_wide = false;              /* of that one: a row's value, or a part of it, is too large for an entry */
};

} // namespace advisor

#endif
