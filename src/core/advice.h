/*
 * advice.h - the result in figures and words.
 *
 * Every figure is marginal: one index taken out of the whole set. Numbers in
 * words are formatted here and alone here, by fixed rules (words.h), so that
 * the same facts give the same text on every machine.
 */
#ifndef ADVISOR_ADVICE_H
#define ADVISOR_ADVICE_H

#include <memory>

#include "advisor.h"
#include "outcome.h"

namespace advisor
{

/* Owns an AdvisorResult and all that it points to. */
class Result
{
  public:
    virtual ~Result() = default;
    virtual const AdvisorResult &view() const = 0;
};

/* Needs the decision only while it runs. */
std::unique_ptr<Result> make_result(const Decision &decision);

} // namespace advisor

#endif
