/*
 * facts_check.h - the one place that looks at facts with suspicion.
 *
 * Throws BadFacts; std::bad_alloc as well where it returns something.
 */
#ifndef ADVISOR_FACTS_CHECK_H
#define ADVISOR_FACTS_CHECK_H

#include <cstdint>
#include <stdexcept>
#include <string>

#include "facts.h"
#include "memory.h"

namespace advisor
{

/* A fact that cannot be. what() names it: "attribute 17: relation 3 of 2". */
class BadFacts : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/* Every fact is in its range and every reference is to something of the right relation. */
void check_facts(const Facts &facts);

/* The definition refers to facts that are there, all of its own relation. */
void check_definition(const Facts &facts, const IndexDefinition &definition);

/* Statement of each request: of exactly one. Of facts that check_facts has seen. */
Vector<std::int32_t> owners_of(const Facts &facts);

} // namespace advisor

#endif
