/*
 * candidate_pool.h - the candidates of one relation while they are being found.
 *
 * Each definition once, whoever proposes it; none that an existing index makes
 * superfluous; not more than the relation may have.
 */
#ifndef ADVISOR_CANDIDATE_POOL_H
#define ADVISOR_CANDIDATE_POOL_H

#include <cstdint>
#include <span>

#include "definition.h"
#include "facts.h"
#include "memory.h"
#include "workload.h"

namespace advisor
{

/* Candidates of one relation. More do not make better advice, only more questions. */
constexpr std::size_t MAX_CANDIDATES_PER_RELATION = 200;

struct Proposed
{
    IndexDefinition definition;
    std::int32_t n_equal; /* leading keys that may change places */
    IndexSize size; /* all 0 until a sample says more, if it is no btree */
    String rule;
};

struct DefinitionLess
{
    bool
    operator()(const IndexDefinition &a, const IndexDefinition &b) const
    {
        return definition_less(a, b);
    }
};

class CandidatePool
{
  public:
    CandidatePool(const Workload &workload, std::int32_t relation, double block_size)
        : workload_(workload), relation_(relation), block_size_(block_size)
    {
    }

    /* Adds it if it is new, useful and there are fewer than `limit`. Included columns and predicates get sorted. */
    void add(IndexDefinition definition, std::int32_t n_equal, String rule, std::size_t limit);

    /* In the order in which they came. */
    std::span<const Proposed>
    all() const
    {
        return proposed_;
    }

    double
    block_size() const
    {
        return block_size_;
    }

    std::int32_t
    relation() const
    {
        return relation_;
    }

    /* An existing index has these keys in front, the included columns, and the same rows. */
    bool is_provided(const IndexDefinition &definition) const;

  private:
    const Workload &workload_;
    std::int32_t relation_;
    double block_size_;
    Vector<Proposed> proposed_;
    Map<IndexDefinition, std::size_t, DefinitionLess> positions_;
};

} // namespace advisor

#endif
