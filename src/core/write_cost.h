/*
 * write_cost.h - what an index costs the writers of its table.
 *
 * Entries per hour come from the statistics views: every insert pays one, and
 * every update that was not HOT (a HOT update touches no index). A partial
 * index takes only the share of rows that its predicate keeps. Deletes pay
 * nothing when they happen: their entries go with the next vacuum.
 *
 * The time of an entry is a model, not a measurement: a descent of log2(rows)
 * comparisons at 30 ns (a function call and, for the upper levels, warm cache
 * lines), and 1,500 ns for the leaf, its WAL record and the buffer's locks. That
 * is 1.8 us for a thousand rows and 2.4 us for a billion. A leaf that must be read
 * from disk costs more; nothing here knows how often that happens. The other methods cost multiples of that, as
 * measured (docs/benchmarks.md), gin for each of the keys that a row has.
 *
 * An index that holds a column which is updated (as key, in INCLUDE, or in its condition) keeps those updates from
 * being HOT: each writes entries into all indexes of the table, and leaves the old ones to VACUUM. That is 10 us
 * beside the index's own entry: five cases of bench/quality measured 5 to 62, 13 in the middle, with that entry.
 *
 * Work below one ten-thousandth of one core (360 ms of CPU an hour) is not held
 * against an index: nobody could measure it on a server, whereas somebody waits
 * for each statement that the index would speed up. Above, all of it counts.
 */
#ifndef ADVISOR_WRITE_COST_H
#define ADVISOR_WRITE_COST_H

#include "facts.h"

namespace advisor
{

class Workload;

/* ms of CPU per hour that nobody can measure. */
constexpr double NOISE_FLOOR_MS = 0.0001 * 3600.0 * 1000.0;

/* Somebody watched for long enough to tell how often it is written to. */
bool writes_are_known(const RelationFact &relation);

/* Index entries made per hour. 0 where writes are not known: what nobody saw is not held against an index. */
double entries_per_hour(const Workload &workload, const IndexDefinition &definition);

/* Keys that a row has in the index: more than one in gin alone. */
double keys_per_entry(const IndexDefinition &definition, const IndexSize &size);

/* Modelled ms of CPU for one entry. */
double ms_per_entry(const RelationFact &relation, const IndexDefinition &definition, const IndexSize &size);

/* ms of CPU per hour, all of it. */
double write_ms_per_hour(const Workload &workload, const IndexDefinition &definition, const IndexSize &size);

/* The part that counts against the index: all, or nothing below the noise floor. */
double counted_write_ms_per_hour(const Workload &workload, const IndexDefinition &definition,
                                 const IndexSize &size);

} // namespace advisor

#endif
