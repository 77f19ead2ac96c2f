/*
 * key_statistics.h - distinct keys by statistics: counted ones of several columns where they are there, else those of
 * single columns.
 */
#ifndef ADVISOR_KEY_STATISTICS_H
#define ADVISOR_KEY_STATISTICS_H

#include <cstdint>

#include "index_columns.h"

namespace advisor
{

/* Values of one column, NULL among them; `rows` where that is not known. Of a partial index on the column itself,
 * those left. */
double key_values(const Columns &keys, std::int32_t i, double rows);

/* Counted by extended statistics on just these columns; UNKNOWN if there are none. */
double counted_keys(const Columns &keys);

/* Different keys among the `tuples` of `rows` rows that an index holds. Columns are taken as independent. */
double independent_keys(const Columns &keys, double rows, double tuples);

} // namespace advisor

#endif
