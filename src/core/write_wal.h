/*
 * write_wal.h - bytes of WAL that entries of an index take.
 *
 * A record for each entry, whose size is its tuple's and what the method adds;
 * pages that fill up are split, and what moves is logged: each entry of a b-tree
 * 0.75 times if keys come in any order, hardly ever if they rise, each of gist and
 * spgist 1.5 times. gin logs its list of pending keys, and later their places.
 * brin summarises with VACUUM, and logs next to nothing.
 *
 * The first change of a page after a checkpoint logs all that is on it, so that
 * entries that fall anywhere log every page that they meet, once a checkpoint.
 * On an index with more pages than entries come between two checkpoints this is
 * far more than the records.
 *
 * Constants are of PostgreSQL 15, read by pg_walinspect; docs/benchmarks.md
 * compares.
 */
#ifndef ADVISOR_WRITE_WAL_H
#define ADVISOR_WRITE_WAL_H

#include "facts.h"

namespace advisor
{

/* Keys that a row has in the index: more than one in gin alone. */
double keys_per_entry(const IndexDefinition &definition, const IndexSize &size);

/* Per hour, of one index. */
struct EntryRates
{
    double inserted; /* of new rows: keys come in the order of the table */
    double updated;  /* of new versions of rows: anywhere */
};

struct WalBytes
{
    double records = 0;
    double pages = 0;
};

/* 0 for a table that is not logged. */
WalBytes wal_bytes_per_hour(const Facts &facts, const IndexDefinition &definition, const IndexSize &size,
                            const EntryRates &rates);

} // namespace advisor

#endif
