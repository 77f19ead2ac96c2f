/*
 * polish.h - a chosen set, made simpler.
 *
 * Greedy adds one index at a time and cannot know what comes later. So when the
 * set stands, each index is looked at again: one that the others made redundant
 * goes, and so does one whose writes cost more than it still saves; one that a
 * simpler shape can replace (a prefix of its keys, without INCLUDE, partial or
 * plain, keys in another order) is replaced when that is equally good and to be
 * preferred.
 */
#ifndef ADVISOR_POLISH_H
#define ADVISOR_POLISH_H

#include <cstdint>
#include <optional>
#include <span>

#include "greedy.h"
#include "queue.h"
#include "ranking.h"

namespace advisor
{

/* Removing an index that costs its statements less than this in all is no loss. */
constexpr double REDUNDANT = 0.01;

/*
 * What a simpler index may cost more. An index with INCLUDE of more than that share of its table is a second one,
 * and for statements that stay slow without it: it has to save so much of what a statement costs without any new
 * index, any other LEAST_BY_INCLUDE: what the same keys leave of it is a few visits. Against an index of a tenth of
 * the size hardly anything may speak, against one of a hundredth that is read in ranges (brin) a little more.
 */
constexpr double SECOND_TABLE = 0.5;
constexpr double LEAST_BY_COVERING = 0.2;
constexpr double LEAST_BY_INCLUDE = 0.01;
constexpr double MUCH_SMALLER = 0.1;
constexpr double LEAST_BY_SIZE = 0.01;
constexpr double HARDLY_ANYTHING = 0.01;
constexpr double LEAST_BY_RANGES = 0.02;

struct Tolerance
{
    double ms;    /* per hour, over all statements */
    double share; /* of a statement's cost without new indexes, where that is little time */
    bool visits;  /* what is missed are visits to the table */
};

class Polish
{
  public:
    /* The problem must outlive it, unchanged. */
    Polish(const Problem &problem, Configuration start);

    /* Goes on as far as the costs are known. True: nothing is left to simplify. */
    bool run(Inquiry &inquiry);

    const Configuration &
    chosen() const
    {
        return chosen_;
    }

  private:
    enum class Step
    {
        ASKED,
        CHANGED,
        NOTHING
    };

    /* What a change takes out of the set and puts into it, all on one table. */
    struct Exchange
    {
        Configuration removed, added;
    };

    Step drop(Inquiry &inquiry);
    Step merge(int32_t relation, Inquiry &inquiry);
    Step replace(int32_t relation, Inquiry &inquiry);
    std::optional<double> loss_without(int32_t candidate, Inquiry &inquiry) const;
    bool is_served_beside(int32_t candidate, const Cell *less) const;
    Step try_variant(int32_t candidate, int32_t variant, Inquiry &inquiry);
    bool has_same_keys(int32_t candidate, int32_t variant) const;
    bool adds_columns_alone(int32_t candidate, int32_t variant) const;
    bool is_read_in_ranges(int32_t candidate, int32_t variant) const;
    bool is_second_table(int32_t candidate) const;
    Tolerance tolerance(int32_t candidate, int32_t variant) const;
    bool equally_good(const Exchange &exchange, std::span<const int32_t> statements, const Tolerance &tolerance,
                      Inquiry &inquiry) const;
    Vector<int32_t> variants_of(int32_t candidate) const;
    Vector<int32_t> users(const Configuration &configuration) const;
    Vector<int32_t> helped(std::span<const int32_t> statements, const Exchange &with, const Exchange &rest,
                           Inquiry &inquiry) const;
    Configuration chosen_after(const Exchange &exchange, int32_t statement) const;
    Configuration table_after(const Exchange &exchange) const;
    bool was_there(const Exchange &exchange) const;
    double bytes_more(const Exchange &exchange) const;
    void make(const Exchange &exchange);
    void disturb(int32_t candidate);
    int32_t table_of(int32_t candidate) const;

    const Problem &problem_;
    Vector<char> live_; /* by statement */
    Configuration chosen_;
    double bytes_ = 0;                 /* of chosen_ */
    Vector<Configuration> chosen_on_;  /* by relation */
    Vector<Configuration> chosen_for_; /* by statement: what of chosen_ can matter to it */
    Set<Configuration> seen_;          /* what was chosen on some table: none comes back */
    Ranking useless_;                  /* members, the least missed first */
    Queue stale_members_;              /* whose loss has to be told anew */
    Queue stale_relations_;            /* where something may be simplified */
};

} // namespace advisor

#endif
