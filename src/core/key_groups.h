/*
 * key_groups.h - how the entries of an index fall into groups of equal keys.
 *
 * From a sample of rows where there is one with all keys, else from statistics of single columns. What a sample of
 * blocks tells of a table:
 *
 * distinct keys  The estimator of Haas and Stokes that ANALYZE uses (Duj1), on blocks: the keys of a block are often
 *     alike, so a key counts as met once if it was met in one block only. Scaled so that the
 *     estimate for a single column is that of the statistics, all the less the more of the keys are unique.
 * frequent keys  What was met in many blocks is as frequent everywhere.
 * rare keys      Their number and their entries are known by then. Pairs of equal keys, within a block and across
 *     blocks, tell how much the groups differ in size: equal, as random draws make them (Poisson), or more
 *     (negative binomial).
 */
#ifndef ADVISOR_KEY_GROUPS_H
#define ADVISOR_KEY_GROUPS_H

#include <cstddef>
#include <cstdint>

#include "index_columns.h"
#include "memory.h"

namespace advisor
{

/* So many keys that have so many entries each. Rows of the sample that have such keys: KeyGroups.rows[first, first + n). */
struct KeyClass
{
    double keys;
    double entries;
    std::size_t first, n;
};

struct KeyGroups
{
    double distinct = 0;
    Vector<KeyClass> frequent; /* one key each */
    Vector<KeyClass> rare;
    Vector<std::int32_t> rows; /* one for each key that was met; empty without a sample */
};

/* Of an index on `columns` (keys alone) that holds `tuples` of a table's `rows` rows. */
KeyGroups key_groups(const Columns &keys, double rows, double tuples);

/* Their number alone. */
double distinct_keys(const Columns &keys, double rows, double tuples);

} // namespace advisor

#endif
