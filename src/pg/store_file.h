/*
 * store_file.h - the dump file, for store_dump.c and store_load.c.
 *
 * A header, then a record for each statement, heaviest first, so that a store that
 * was made smaller takes what matters. The checksum is over everything. OIDs mean
 * nothing elsewhere, so the header names the cluster.
 */
#ifndef INDEX_ADVISOR_STORE_FILE_H
#define INDEX_ADVISOR_STORE_FILE_H

#include "postgres.h"
#include "pgstat.h"
#include "port/pg_crc32c.h"

#include "store.h"

#define DUMP_FILE PGSTAT_STAT_PERMANENT_DIRECTORY "/index_advisor.stat"

typedef struct DumpHeader
{
    char magic[8];
    uint32 version, catalog_version, major;
    uint32 layout; /* of the structs below in this build */
    uint64 system_identifier;
    TimestampTz since, saved;
    uint64 gone_calls, gone_ns;
    StoreCounters counters; /* those that count events; the others tell the state that the body holds */
    uint64 body_size;
    uint32 n_statements;
    pg_crc32c crc; /* of the body, then of the header up to here */
} DumpHeader;

/* Followed by query, blob, n_binds times (DumpBind, values), n_scans StoredScans. */
typedef struct DumpRecord
{
    StatementKey key;
    StatementCounts counts;
    double max_exec_ms;
    TimestampTz since, last_seen;
    uint64 form_hash;
    uint32 flags;
    uint32 query_size, blob_size;
    uint32 n_binds, n_scans;
    uint64 streak;
    char tags[STORE_TAGS];
    char application_name[NAMEDATALEN];
} DumpRecord;

typedef struct DumpBind
{
    double exec_ms;
    uint64 size;
} DumpBind;

/* A header as this server writes it, its sums and sizes left 0. */
extern void store_file_header(DumpHeader *header);

/* body: the running checksum of the body. */
extern pg_crc32c store_file_checksum(pg_crc32c body, const DumpHeader *header);

/*
 * Veils the body, or unveils it: position is that of bytes[0] in the body, seed the
 * header's system_identifier. No encryption (the seed is in the file, and so is the
 * data in the tables beside it), but nobody who greps through backups or looks at a
 * file in a bug report reads the constants of somebody's statements.
 */
extern void store_file_veil(char *bytes, Size size, uint64 position, uint64 seed);

#endif
