/*
 * key_frequencies.h - how many keys of a table have how many rows, from how often a sample met them.
 *
 * The sample is of whole blocks, and the keys of a block are often alike: what is drawn at random are blocks, so a
 * key's frequency is the number of blocks that it is in. Nothing is assumed of the frequencies: of all mixtures of
 * them the one under which a sample such as this is most likely (Simar's estimator, by expectation maximisation).
 * It serves keys that are drawn at random, that are distributed as words are, and documents which mix these.
 *
 * Where nearly each row has a key that no other has (an id, a time), a small sample could as well be one of keys
 * that are in a few rows each, which would be far fewer. But then more rows would have no such key: so keys of that
 * kind are counted first, and what share of the rows lacks one tells how often such a key comes again.
 */
#ifndef ADVISOR_KEY_FREQUENCIES_H
#define ADVISOR_KEY_FREQUENCIES_H

#include "facts.h"
#include "key_mixture.h"
#include "memory.h"

namespace advisor
{

/* Of a table of so many rows and blocks, from sample.keys, rows_by_lone and rows_read. */
Vector<KeyFrequency> key_frequencies(const IndexSample &sample, double rows, double heap_pages);

} // namespace advisor

#endif
