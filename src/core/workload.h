/*
 * workload.h - an owned, validated copy of the facts.
 *
 * Once a Workload exists, its facts have passed facts_check:
 * every reference in it is inside its array and belongs to the relation that it
 * should, every number is in its range, every string is its own: whoever
 * uses it checks nothing again. Accessors take positions that come from the
 * workload itself.
 */
#ifndef ADVISOR_WORKLOAD_H
#define ADVISOR_WORKLOAD_H

#include <cstdint>
#include <span>

#include "facts.h"
#include "facts_check.h"
#include "memory.h"

namespace advisor
{

class Workload
{
  public:
    explicit Workload(const Facts &facts); /* throws BadFacts, std::bad_alloc */

    Workload(const Workload &) = delete;
    Workload &operator=(const Workload &) = delete;

    /* The same facts as the C interface knows them, over the copy. */
    const Facts &
    facts() const noexcept
    {
        return facts_;
    }

    std::span<const RelationFact>
    relations() const noexcept
    {
        return relations_;
    }
    std::span<const AttributeFact>
    attributes() const noexcept
    {
        return attributes_;
    }
    std::span<const PredicateFact>
    predicates() const noexcept
    {
        return predicates_;
    }
    std::span<const SearchFact>
    searches() const noexcept
    {
        return searches_;
    }
    std::span<const RequestFact>
    requests() const noexcept
    {
        return requests_;
    }
    std::span<const StatementFact>
    statements() const noexcept
    {
        return statements_;
    }
    std::span<const ExistingIndexFact>
    indexes() const noexcept
    {
        return indexes_;
    }
    std::span<const DismissedFact>
    dismissed() const noexcept
    {
        return dismissed_;
    }

    /* Requests of a statement; the first is number statements()[statement].first_request. */
    std::span<const RequestFact> requests_of(std::int32_t statement) const noexcept;

    /* Conjuncts of a request; the first is number request.first_predicate. */
    std::span<const PredicateFact> predicates_of(const RequestFact &request) const noexcept;

    /* What other methods than btree could do for a request. */
    std::span<const SearchFact> searches_of(const RequestFact &request) const noexcept;

    /* ORDER BY or GROUP BY elements of a request. */
    std::span<const OrderFact> orders_of(const RequestFact &request) const noexcept;

    /* Attributes that a request must get from the relation. */
    std::span<const std::int32_t> needed_of(const RequestFact &request) const noexcept;

    /* Numbers of the existing indexes of a relation, ascending. */
    std::span<const std::int32_t> indexes_of(std::int32_t relation) const noexcept;

    /* Numbers of the requests on a relation, ascending. */
    std::span<const std::int32_t> requests_on(std::int32_t relation) const noexcept;

    /* The statement that a request (by number) belongs to. */
    std::int32_t
    statement_of(std::int32_t request) const noexcept
    {
        return owners_[request];
    }

  private:
    template <typename F> void each_string(F visit);
    void own_strings();
    void own_samples();
    void tame_fractions();

    Vector<char> text_; /* all strings, one after the other */
    Vector<RelationFact> relations_;
    Vector<AttributeFact> attributes_;
    Vector<PredicateFact> predicates_;
    Vector<OrderFact> orders_;
    Vector<std::int32_t> needed_;
    Vector<SearchFact> searches_;
    Vector<RequestFact> requests_;
    Vector<StatementFact> statements_;
    Vector<ExistingIndexFact> indexes_;
    Vector<DismissedFact> dismissed_;
    Vector<SampledColumnFact> sampled_;
    Vector<std::int32_t> sampled_values_; /* what sampled_ points to */
    Vector<DistinctFact> distincts_;
    Vector<ConjunctionFact> conjunctions_;
    Facts facts_ = {};

    Vector<std::int32_t> owners_;              /* request -> statement */
    Vector<std::int32_t> by_relation_indexes_; /* index numbers, grouped by relation */
    Vector<std::int32_t> first_index_;         /* relation -> start of its group; one more at the end */
    Vector<std::int32_t> by_relation_requests_;
    Vector<std::int32_t> first_request_;
};

} // namespace advisor

#endif
