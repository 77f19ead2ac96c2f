#include "ranking.h"

#include "facts.h"

namespace advisor
{

Ranking::Ranking(std::size_t size) : scores_(size, OUT)
{
    while (places_ < size)
        places_ *= 2;
    winners_.assign(2 * places_, NONE);
    for (std::size_t i = 0; i < size; i++)
        winners_[places_ + i] = static_cast<int32_t>(i);
    for (std::size_t match = places_ - 1; match > 0; match--)
        winners_[match] = winner(winners_[2 * match], winners_[2 * match + 1]);
}

void
Ranking::set(int32_t number, double score)
{
    scores_[number] = score;
    for (std::size_t match = (places_ + static_cast<std::size_t>(number)) / 2; match > 0; match /= 2)
        winners_[match] = winner(winners_[2 * match], winners_[2 * match + 1]);
}

int32_t
Ranking::best() const
{
    const int32_t best = winners_[1];

    return best == NONE || scores_[best] == OUT ? NONE : best;
}

/* a is the lower number; NONE is the right one of a match, or both are. */
int32_t
Ranking::winner(int32_t a, int32_t b) const
{
    return b == NONE || scores_[a] >= scores_[b] ? a : b;
}

} // namespace advisor
