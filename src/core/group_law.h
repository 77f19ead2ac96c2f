/*
 * group_law.h - how unequal groups are, from their mean and from their pairs.
 *
 * Groups of at least one member. Equal groups, groups as random draws make them (Poisson), or more unequal ones
 * (negative binomial): whichever has the mean number of members, and the pairs among them.
 */
#ifndef ADVISOR_GROUP_LAW_H
#define ADVISOR_GROUP_LAW_H

#include "memory.h"

namespace advisor
{

/* The share of groups that have so many members. */
struct GroupShare
{
    double members;
    double share;
};

/*
 * mean: members of a group, at least 1; pairs: mean of members * (members - 1). If only the part `kept` of all
 * members is there, *left is the share of groups that have any, and the law is that of those.
 */
Vector<GroupShare> group_law(double mean, double pairs, double kept, double &left);

/*
 * The number of groups, from a sample of `share` of the members in which so many groups were met. pairs: ordered
 * pairs of all groups' members.
 */
double groups_by_sample(double members, double pairs, double met, double share);

} // namespace advisor

#endif
