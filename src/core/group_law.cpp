/* group_law.cpp - a zero-truncated negative binomial distribution, and what it becomes at its ends. */
#include "group_law.h"

#include <algorithm>
#include <cmath>

namespace advisor
{

namespace
{

constexpr int STEPS = 30;          /* of a bisection */
constexpr double MOST_EQUAL = 1e4; /* shape from which on it is Poisson's law */
constexpr double LEAST_EQUAL = 0.02;
constexpr double MANY = 1000; /* members of a group that is not told apart from others as big */
constexpr double NEGLIGIBLE = 1e-7;

/* Before the empty groups are left out: mean lambda, variance lambda + lambda^2 / shape. */
struct Law
{
    double lambda;
    double shape;

    double
    empty() const
    {
        return std::exp(-shape * std::log1p(lambda / shape));
    }

    double
    mean() const
    {
        return lambda / (1 - empty());
    }

    /* Ordered pairs per member. */
    double
    pairs_per_member() const
    {
        return lambda * (1 + 1 / shape);
    }
};

/* The law of that shape whose groups that are not empty have that mean. */
Law
with_mean(double mean, double shape)
{
    double low = 0, high = mean;

    for (int i = 0; i < STEPS; i++)
    {
        double middle = (low + high) / 2;
        (Law{middle, shape}.mean() < mean ? low : high) = middle;
    }
    return {high, shape};
}

/* The more equal the groups, the fewer the pairs. */
Law
with_pairs(double mean, double pairs_per_member)
{
    double low = std::log(LEAST_EQUAL), high = std::log(MOST_EQUAL);

    for (int i = 0; i < STEPS; i++)
    {
        double middle = (low + high) / 2;
        bool too_many = with_mean(mean, std::exp(middle)).pairs_per_member() > pairs_per_member;
        (too_many ? low : high) = middle;
    }
    return with_mean(mean, std::exp(high));
}

void
add(Vector<GroupShare> &shares, double members, double share)
{
    if (share > 0)
        shares.push_back({members, share});
}

/* Some of the whole number below, some of the one above. */
void
add_equal(Vector<GroupShare> &shares, double mean, double weight)
{
    double below = std::floor(mean);

    add(shares, below, weight * (1 - (mean - below)));
    add(shares, below + 1, weight * (mean - below));
}

void
add_law(Vector<GroupShare> &shares, const Law &law, double weight)
{
    double empty = law.empty();
    double share = weight * empty / (1 - empty) * law.shape * law.lambda / (law.shape + law.lambda);
    double rest = weight, rest_members = weight * law.mean();

    for (double members = 1; members < MANY && rest > weight * NEGLIGIBLE; members++)
    {
        add(shares, members, std::min(share, rest));
        rest -= share;
        rest_members -= share * members;
        share *= (members + law.shape) / (members + 1) * law.lambda / (law.shape + law.lambda);
    }
    if (rest > weight * NEGLIGIBLE && rest_members > rest)
        add(shares, std::round(rest_members / rest), rest);
}

/* Where even the most unequal law has too few pairs, some groups are of one member and the others of more. */
void
add_unequal(Vector<GroupShare> &shares, double mean, double pairs_per_member)
{
    double low = mean, high = mean * MANY;
    auto others = [mean](double of_others) { return (mean - 1) / (of_others - 1); };

    if (with_mean(mean, LEAST_EQUAL).pairs_per_member() >= pairs_per_member)
    {
        add_law(shares, with_pairs(mean, pairs_per_member), 1);
        return;
    }
    for (int i = 0; i < STEPS; i++)
    {
        double middle = (low + high) / 2;
        double pairs = others(middle) * middle * with_mean(middle, LEAST_EQUAL).pairs_per_member();
        (pairs < mean * pairs_per_member ? low : high) = middle;
    }
    add(shares, 1, 1 - others(high));
    add_law(shares, with_mean(high, LEAST_EQUAL), others(high));
}

} // namespace

Vector<GroupShare>
group_law(double mean, double pairs, double kept, double &left)
{
    Vector<GroupShare> shares;
    double pairs_per_member = pairs / mean;
    Law random = with_mean(mean, MOST_EQUAL);
    double randomness =
        std::clamp((pairs_per_member - (mean - 1)) / (random.pairs_per_member() - (mean - 1)), 0.0, 1.0);

    left = 1;
    if (kept >= 1 && (mean <= 1 + NEGLIGIBLE || mean > MANY / 2))
    {
        add_equal(shares, mean, 1);
        return shares;
    }
    if (kept < 1)
    {
        Law law = randomness < 1 ? Law{mean, MOST_EQUAL} : with_pairs(mean, pairs_per_member);
        Law thinned = {law.lambda * kept, law.shape};

        left = (1 - thinned.empty()) / (1 - law.empty());
        if (thinned.mean() > MANY / 2)
            add_equal(shares, thinned.mean(), 1);
        else
            add_law(shares, thinned, 1);
        return shares;
    }
    if (randomness < 1)
    {
        add_equal(shares, mean, 1 - randomness);
        if (randomness > 0)
            add_law(shares, random, randomness);
    }
    else
        add_unequal(shares, mean, pairs_per_member);
    return shares;
}

namespace
{

/* Groups of that law that a sample meets. */
double
met_of(double members, double pairs_per_member, double shape, double share)
{
    double lambda = pairs_per_member / (1 + 1 / shape);

    return members / lambda * -std::expm1(-shape * std::log1p(share * lambda / shape));
}

/* As many as make the sample meet what it met, were all members drawn at random. */
double
random_groups(double members, double met, double share)
{
    double low = 1, high = members * (1 + members);

    for (int i = 0; i < 2 * STEPS; i++)
    {
        double middle = std::sqrt(low * high);
        bool too_few = middle * -std::expm1(-share * members / middle) < met;
        (too_few ? low : high) = middle;
    }
    return high * -std::expm1(-members / high);
}

} // namespace

double
groups_by_sample(double members, double pairs, double met, double share)
{
    double pairs_per_member = pairs / members;
    double low = std::log(LEAST_EQUAL), high = std::log(MOST_EQUAL);

    if (pairs <= 0 || met_of(members, pairs_per_member, MOST_EQUAL, share) >= met)
        return random_groups(members, met, share);
    for (int i = 0; i < STEPS; i++)
    {
        double middle = (low + high) / 2;
        bool too_many = met_of(members, pairs_per_member, std::exp(middle), share) > met;
        (too_many ? low : high) = middle;
    }
    double shape = std::exp(high);
    Law law = {pairs_per_member / (1 + 1 / shape), shape};
    double groups = members / law.lambda * (1 - law.empty());
    /* More groups than any such law has them: the others have one member each. */
    double alone = std::max(0.0, met - met_of(members, pairs_per_member, shape, share)) / share;
    return std::min(members, groups + alone);
}

} // namespace advisor
