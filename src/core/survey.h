/*
 * survey.h - the first questions: what there is to gain, and by which plans.
 *
 * Some statements at a time, the heaviest first: whenever it is cut short, what matters most is known.
 *
 *   BASE    every statement as things are
 *   FLOOR   every statement with all that could matter to it: what is used, and how much there is to gain; without
 *           enough of it the statement is frozen and attracts nothing from here on
 *   PEEL    what the best plan uses of the largest table is taken away, and the planner is asked again, until there is
 *           nothing more to gain: so each candidate's turn comes in the order of its worth. Each answer holds for the
 *           candidates that its plan uses, and is also the least that a statement costs without what was taken
 *           away, which is what the lower bound is made of. Of plans that use several candidates, each is asked about
 *           alone, and the best plan without each of them. The same with the narrowest candidates alone.
 *   UNITE   where a statement has too many candidates for one question: all that any plan used, at once
 */
#ifndef ADVISOR_SURVEY_H
#define ADVISOR_SURVEY_H

#include <cstdint>
#include <span>

#include "greedy.h"
#include "inquiry.h"

namespace advisor
{

class Survey
{
  public:
    /* Fills the problem's live statements and bundles; it must outlive the survey. */
    explicit Survey(Problem &problem) : problem_(problem)
    {
    }

    /* Goes on as far as the costs are known. True: done. */
    bool run(Inquiry &inquiry);

    /* Ends with what is known by now. */
    void cut_short();

  private:
    enum class Phase
    {
        BASE,
        FLOOR,
        PEEL,
        UNITE,
        DONE
    };

    std::span<const int32_t> window() const;
    std::span<const int32_t> live_window() const;
    void next_window();
    void base(Inquiry &inquiry);
    void floor(Inquiry &inquiry);
    void ask_floor(int32_t statement, Inquiry &inquiry);
    void freeze();
    void peel(Inquiry &inquiry);
    void peel(int32_t statement, Configuration left, Inquiry &inquiry);
    void peel_best(int32_t statement, Inquiry &inquiry);
    Configuration on_largest_table(const Configuration &used) const;
    Configuration kin_of(const Configuration &used, const Configuration &among) const;
    Configuration narrow_ones(int32_t statement) const;
    void unite(Inquiry &inquiry);
    void bundle();
    bool planned(int32_t statement) const;
    const KnownCell &lowest(int32_t statement) const;
    Vector<Configuration> groups_of(int32_t statement) const;

    Problem &problem_;
    Phase phase_ = Phase::BASE;
    std::size_t first_ = 0;      /* of the window, in by_load() */
    std::size_t first_live_ = 0; /* of the window, in the problem's live statements */
};

} // namespace advisor

#endif
