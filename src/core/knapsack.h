/*
 * knapsack.h - the most that items within a weight can be worth, or a little more.
 *
 * For bounds: never less than what the best choice of whole items is worth.
 */
#ifndef ADVISOR_KNAPSACK_H
#define ADVISOR_KNAPSACK_H

#include <span>

#include "memory.h"

namespace advisor
{

struct Item
{
    int32_t number;
    double worth, bytes; /* both above 0 */
};

/*
 * Takes the items of most worth per byte first, and a part of the one that is too large. Close to the best choice of
 * whole items where each is small against the room. taken: of each item, in the order given.
 */
double fractional_knapsack(std::span<const Item> items, double room, Vector<double> &taken);

/*
 * Whole items, their bytes rounded down to a 500th of the room. Takes time in proportion to the number of items.
 */
double whole_knapsack(std::span<const Item> items, double room, Vector<double> &taken);

} // namespace advisor

#endif
