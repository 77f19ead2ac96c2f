/*
 * write_cost.h - what an index costs the writers of its table.
 *
 * Entries per hour come from the statistics views: every insert pays one, and
 * every update that was not HOT (a HOT update touches no index). A partial
 * index takes only the share of rows that its predicate keeps. Deletes pay
 * nothing when they happen: their entries go with the next vacuum.
 *
 * An update that sets a column of the index (as key, in INCLUDE, or in its predicate) is HOT no more: it makes an
 * entry in every index of the table, which count, too, and leaves the old version and its entries to VACUUM, 8 us
 * (five cases of bench/quality measured 5 to 62 us for all of it, 13 in the middle, of which two entries are 4).
 * Which columns statements set is known, not how often each does, so all HOT updates of the table are taken to be
 * lost: it is the most that can be. A column that an index holds already has none to lose.
 *
 * The time of an entry is a model, not a measurement: a descent of log2(rows)
 * comparisons at 30 ns (a function call and, for the upper levels, warm cache
 * lines), and 1,500 ns for the leaf, its WAL record and the buffer's locks. That
 * is 1.8 us for a thousand rows and 2.4 us for a billion. A leaf that must be read
 * from disk costs more; nothing here knows how often that happens. The other methods cost multiples of that, as
 * measured (docs/benchmarks.md), gin for each of the keys that a row has.
 *
 * WAL is written, flushed, sent and archived at some 200 MB/s, so 5 ms a MB. An index
 * whose entries fall anywhere logs hundreds of MB of whole pages where its entries take
 * some ms: for a report that runs once an hour that is what decides.
 *
 * Work below one ten-thousandth of one core (360 ms an hour, CPU and WAL together) is not
 * held against an index: nobody could measure it on a server, whereas somebody waits
 * for each statement that the index would speed up. Above, all of it counts, and so it does where what the index
 * saves is as little (Valuation::held_against).
 */
#ifndef ADVISOR_WRITE_COST_H
#define ADVISOR_WRITE_COST_H

#include "facts.h"

namespace advisor
{

/* ms per hour that nobody can measure. */
constexpr double NOISE_FLOOR_MS = 0.0001 * 3600.0 * 1000.0;

/* Somebody watched for long enough to tell how often it is written to. */
bool writes_are_known(const RelationFact &relation);

/* Index entries made per hour. 0 where writes are not known: what nobody saw is not held against an index. */
double entries_per_hour(const Facts &facts, const IndexDefinition &definition);

/* Updates that are HOT without the index, and would be no more, at most. 0 where writes are not known. */
double hot_lost_per_hour(const Facts &facts, const IndexDefinition &definition);

/* Modelled ms of CPU for one entry. */
double ms_per_entry(const RelationFact &relation, const IndexDefinition &definition, const IndexSize &size);

/* All of it, in the index and elsewhere. */
WritePrice write_price(const Facts &facts, const IndexDefinition &definition, const IndexSize &size);

/* ms per hour that writing its WAL takes; 0 where writes are not known. */
double wal_ms(const WritePrice &price);

/* CPU and WAL, however little. 0 where writes are not known. */
double writing_ms(const WritePrice &price);

/* Of these what counts against the index: all, or none below the noise floor. */
double counted_ms(const WritePrice &price);

} // namespace advisor

#endif
