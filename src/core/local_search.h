/*
 * local_search.h - a better set, by small changes, over the plans that are known.
 *
 * A change adds a candidate, or all that some plan uses; where there is no room, what loses least for its bytes
 * makes room. Or it drops an index that saves less than its writes cost. The best change is made until none pays.
 * Then the same from other sets to start from; and then from the best set without one member after the other, which
 * stays out for as long as others may take its place.
 *
 * What a change gains depends on the statements that it touches, and on the table where that has no room: only what
 * these have to do with is appraised anew when something changes, whatever the number of all the others. Room in
 * the budget and in the number of indexes concerns everybody: what a change gains if it had not to make that is the
 * most that it can gain, and a change whose most is less than what another one gains is not tried. No planner is
 * asked: what is not known is not hoped for here, selection.h asks about it.
 */
#ifndef ADVISOR_LOCAL_SEARCH_H
#define ADVISOR_LOCAL_SEARCH_H

#include <cstdint>
#include <span>

#include "greedy.h"
#include "inquiry.h"
#include "known_plans.h"
#include "queue.h"
#include "ranking.h"

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
    void add_addition(Configuration added);
    void step();
    bool refresh();
    void appraise_addition(int32_t addition);
    void appraise_member(int32_t candidate);
    bool improve();
    bool is_excluded(std::span<const int32_t> added) const;
    void add(std::span<const int32_t> added, Vector<int32_t> &flipped);
    bool is_within_limits() const;
    bool is_roomy() const;
    bool fits(std::span<const int32_t> added) const;
    void make_room_on_tables(std::span<const int32_t> added, Vector<int32_t> &flipped);
    void make_room(std::span<const int32_t> added, Vector<int32_t> &flipped);
    int32_t least_missed(std::span<const int32_t> added, std::span<const int32_t> flipped);
    double loss(int32_t member);
    double loss_for_room(int32_t member, double loss, bool by_bytes) const;
    bool drop_useless();
    void flip_all(std::span<const int32_t> candidates);
    void commit(std::span<const int32_t> flipped);
    void disturb(int32_t candidate);
    bool has_no_room(int32_t relation) const;
    int32_t table_of(int32_t candidate) const;
    double least_gain(std::span<const int32_t> touching) const;
    void take_stock();
    void try_without_neighbours();
    void next_start();
    void begin(std::span<const int32_t> start);
    int64_t work() const;

    const Problem &problem_;
    KnownPlans plans_;
    Vector<Configuration> additions_;
    Vector<Vector<int32_t>> touching_; /* by statement: additions */
    Vector<Vector<int32_t>> on_table_; /* by relation: additions */
    Ranking gains_;                    /* of additions, by what they gain where the whole has room for them */
    Ranking losses_;                   /* of members, the least missed first */
    Ranking losses_by_bytes_;
    Queue stale_additions_;
    Queue stale_members_;
    Vector<Vector<int32_t>> starts_; /* the last is the next */
    Queue members_;                  /* of best_, to be tried without */
    Vector<int32_t> away_;           /* what has to be flipped to be back at best_ */
    int32_t excluded_ = NONE;
    std::size_t widest_ = 1; /* members of an addition */
    double largest_ = 0;     /* bytes of an addition */
    int64_t looked_at_ = 0;  /* beside plans */
    bool settled_ = false;   /* best_ is one of those tried */
    bool returned_ = false;  /* away_ says the way back to best_ */
    bool over_ = false;
    Configuration best_;
    double best_burden_ = 0;
};

} // namespace advisor

#endif
