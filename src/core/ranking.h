/*
 * ranking.h - the best of many scores, of which few change at a time.
 *
 * A tournament: a change replays the matches of one number, so that it takes as many steps as there are rounds, and
 * the winner is known at once. Of equal scores the lower number is the better one.
 */
#ifndef ADVISOR_RANKING_H
#define ADVISOR_RANKING_H

#include <cstdint>
#include <limits>
#include <utility>

#include "memory.h"

namespace advisor
{

class Ranking
{
  public:
    /* Nobody takes part yet. */
    explicit Ranking(std::size_t size);

    /* OUT: takes no part any more. */
    void set(int32_t number, double score);

    double
    score(int32_t number) const
    {
        return scores_[number];
    }

    /* NONE if nobody takes part. */
    int32_t best() const;

    /* From the best one down, until visit() returns false. It must not call set(). */
    template <typename Visit>
    void
    from_best(Visit visit)
    {
        Vector<std::pair<int32_t, double>> visited;
        bool more = true;

        for (int32_t number = best(); more && number >= 0; number = best())
        {
            visited.emplace_back(number, scores_[number]);
            more = visit(number);
            set(number, OUT);
        }
        for (const auto &[number, score] : visited)
            set(number, score);
    }

    static constexpr double OUT = -std::numeric_limits<double>::infinity();

  private:
    int32_t winner(int32_t a, int32_t b) const;

    std::size_t places_ = 1; /* of the first round */
    Vector<double> scores_;
    Vector<int32_t> winners_; /* of the match of 2 i and 2 i + 1; the numbers themselves stand from places_ on */
};

} // namespace advisor

#endif
