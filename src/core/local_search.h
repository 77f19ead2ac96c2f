/*
 * local_search.h - a better set, by small changes, over the plans that are known.
 *
 * A change adds a candidate, or all that some plan uses; where there is no room, what loses least for its bytes makes
 * room. Or it drops an index that saves less than its writes cost. The best change is made until none pays. Then the
 * same from other sets to start from; and then from the best set without one member after the other, which stays out
 * for as long as others may take its place.
 *
 * Changes are tried lazily: what a change gains if it had not to make room is the most that it can gain, and
 * a change whose most is less than what another one gains is not tried. No planner is asked: what is not known is not
 * hoped for here, selection.h asks about it.
 */
#ifndef ADVISOR_LOCAL_SEARCH_H
#define ADVISOR_LOCAL_SEARCH_H

#include <cstdint>
#include <span>

#include "greedy.h"
#include "inquiry.h"
#include "known_plans.h"

namespace advisor
{

class LocalSearch
{
  public:
    /* The problem must outlive it, unchanged. What does not fit of a start is left out. */
    LocalSearch(const Problem &problem, std::span<const Vector<int32_t>> starts);

    /* Goes on until the inquiry is tired. True: done. */
    bool run(Inquiry &inquiry);

    /* The best set so far, and its burden as far as is known. */
    const Configuration &
    best() const
    {
        return best_;
    }
    double
    best_burden() const
    {
        return best_burden_;
    }

    /* The sets one addition away from the best one, room made as far as is known. Needs run() to be over. */
    Vector<Configuration> neighbours();

  private:
    struct Change
    {
        std::size_t addition; /* number in additions_ */
        double score;
    };

    void step();
    bool improve();
    Vector<Change> hopeful_changes();
    bool may_add(std::span<const int32_t> added) const;
    double try_addition(std::span<const int32_t> added, Vector<int32_t> &flipped);
    void make_room(std::span<const int32_t> added, Vector<int32_t> &flipped);
    int32_t least_loss(std::span<const int32_t> added);
    double loss(int32_t member);
    bool drop_useless();
    void flip_all(std::span<const int32_t> candidates);
    void take_stock();
    void next_start();
    void begin(std::span<const int32_t> start);
    double least_gain() const;

    const Problem &problem_;
    KnownPlans plans_;
    Vector<Configuration> additions_;
    Vector<Vector<int32_t>> starts_; /* the last is the next */
    Configuration members_; /* of best_, to be tried without */
    int32_t excluded_ = NONE;
    bool settled_ = false; /* best_ is one of those tried */
    bool over_ = false;
    Configuration best_;
    double best_burden_ = 0;
};

} // namespace advisor

#endif
