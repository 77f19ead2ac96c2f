/*
 * store_internal.h - the layout of the store, for store*.c alone.
 *
 * One chunk of shared memory holds, in this order: StoreShared, the statements,
 * the scans, the slots with their links, the tables watched for writes, and the
 * chunks that blobs are cut into.
 *
 * What protects what
 * - Counters of statements and scans, the slots, the generations and flags are
 *   atomics and are read and added to without any lock.
 * - Everything else in an entry, the free lists and the chunks belong to
 *   StoreShared.lock: exclusive to change, shared to copy. It is held for
 *   microseconds, never across I/O, allocation or waiting for another lock.
 * - StoreShared.changing stays set when a process is killed with that lock held: what
 *   it leaves half done is not saved.
 * - StoreShared.save_lock lets one process at a time write the dump file. It is
 *   taken conditionally and outside of the other one.
 *
 * Life of a statement entry: its generation is odd while it is in use. Removing
 * one first clears the slots that lead to it, then makes the generation even. A
 * reader takes the slot, then the generation, then looks at the slot again; if
 * that still leads here, the generation was the right one. Between the check of
 * a generation and an addition a few nanoseconds remain in which the entry can be
 * evicted and reused; the stray addition is accepted.
 *
 * Blobs are chains of chunks of one size rather than pieces of a dsa area: an
 * area of fixed size fragments by size class, so that evicting a small blob would
 * not make room for a large one; attaching to it allocates and can throw, in hooks
 * that must not. A chain fits wherever enough chunks are free.
 */
#ifndef INDEX_ADVISOR_STORE_INTERNAL_H
#define INDEX_ADVISOR_STORE_INTERNAL_H

#include "postgres.h"
#include "port/atomics.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "store.h"

#define STORE_SLOTS_PER_BUCKET 8
#define STORE_WANTED_SLOTS 8192
#define STORE_STRIPES 16
#define STORE_WRITES_PER_BUCKET 8
#define STORE_MAX_SCANS 64 /* of one statement */
#define STORE_CHUNK_SIZE 256
#define STORE_ROLE_BUCKETS 256

/* A slot: 40 bits of the id's hash, then position + 1 in 24 bits; 0 is empty. */
#define SLOT_POSITION_BITS 24
#define SLOT_POSITION_MASK ((UINT64CONST(1) << SLOT_POSITION_BITS) - 1)

#define STATEMENT_HAS_BLOB 0x01
#define STATEMENT_HAS_TREE 0x02
#define STATEMENT_WANTS_TREE 0x04
#define STATEMENT_TREE_FAILED 0x08
#define STATEMENT_TREE_POSTPONED 0x10

/* Chunks are numbered from 1; first 0 means no blob. */
typedef struct BlobRef
{
    uint32 first;
    uint32 size;
} BlobRef;

typedef struct Chunk
{
    uint32 next;
    char data[STORE_CHUNK_SIZE - sizeof(uint32)];
} Chunk;

typedef struct BindEntry
{
    uint64 exec_ns; /* the slowest execution with these values */
    uint64 hash;    /* of the blob: the same values are kept once */
    BlobRef blob;
} BindEntry;

typedef struct StatementEntry
{
    pg_atomic_uint32 generation;
    pg_atomic_uint32 flags;
    pg_atomic_uint64 calls, unfinished, generic, rows, grouped, groups, exec_ns, max_exec_ns;
    pg_atomic_uint64 last_seen;     /* TimestampTz */
    pg_atomic_uint64 blob_retry_ns; /* exec_ns from which on a refused blob is tried again */
    pg_atomic_uint64 bind_floor_ns; /* of the fastest kept set once all are taken */
    pg_atomic_uint32 n_binds;
    pg_atomic_uint32 bind_repeats; /* sets offered in a row that were kept already */
    pg_atomic_uint32 first_scan;   /* position + 1 */

    StatementKey key;
    uint64 form_hash;      /* of the normal form; 0 if no list was squashed in it */
    uint64 wanted_queryid; /* under which a tree was last asked for */
    TimestampTz since;
    int first_slot;         /* chain of all slots that lead here */
    int id_slot, form_slot; /* those of it that are never given up; -1 if none */
    int next_free;
    BlobRef query, blob;
    BindEntry binds[STORE_BINDS];
    uint64 streak; /* most repetitions in a row */
    char tags[STORE_TAGS];
    char application_name[NAMEDATALEN];
} StatementEntry;

typedef struct ScanEntry
{
    pg_atomic_uint64 owner; /* generation and position of its statement; 0 when free */
    pg_atomic_uint32 next;  /* position + 1, in the statement's chain or the free list */
    pg_atomic_uint32 returned_estimated;
    pg_atomic_uint64 calls, loops, removed, returned, max_removed;
    pg_atomic_uint32 constants[STORE_CLAUSES]; /* first seen */
    pg_atomic_uint64 constant_same[STORE_CLAUSES];
    uint64 hash; /* of the shape, written before owner */
    ScanShape shape;
} ScanEntry;

/* A table whose writes are watched. */
typedef struct WritesEntry
{
    pg_atomic_uint64 key;             /* database and table; 0 when free */
    pg_atomic_uint64 updated_columns; /* STORE_WRITES_COLUMN */
    TimestampTz noted;
    TimestampTz since; /* 0: its counters were not read yet */
    WriteCounts before;
} WritesEntry;

/* On a cache line of its own: sampling makes every backend count here. */
typedef struct StripedCounter
{
    pg_atomic_uint64 value;
    char padding[PG_CACHE_LINE_SIZE - sizeof(pg_atomic_uint64)];
} StripedCounter;

/* OverheadCounts of the processes that share a stripe. */
typedef struct OverheadStripe
{
    pg_atomic_uint64 hook_ns, session_ns, plain, throttled;
    char padding[PG_CACHE_LINE_SIZE - 4 * sizeof(pg_atomic_uint64)];
} OverheadStripe;

/* Read at each execution with suspects, written once in an interval: a cache line of its own. */
typedef struct OverheadReview
{
    pg_atomic_uint64 began;    /* of the interval, TimestampTz */
    pg_atomic_uint32 throttle; /* one execution in 2^n is watched */
    pg_atomic_uint64 hook_ns, session_ns; /* sums at its beginning */
    pg_atomic_uint64 share_ppm; /* of the last interval */
    pg_atomic_uint64 times_throttled;
    char padding[PG_CACHE_LINE_SIZE - 6 * sizeof(pg_atomic_uint64)];
} OverheadReview;

/* What a role takes up; roles may have to share a bucket. */
typedef enum StoreResource
{
    RESOURCE_STATEMENTS,
    RESOURCE_SCANS,
    RESOURCE_CHUNKS,
    N_RESOURCES
} StoreResource;

typedef struct StoreShared
{
    LWLock *lock;
    LWLock *save_lock;
    bool changing; /* somebody holds lock exclusively */
    Size bytes;
    int n_statements, n_scans, n_buckets, n_writes;
    uint32 n_chunks;

    /* Positions from fresh_* on were never used: nothing needs to be chained at start. */
    int free_statement, fresh_statement, used_statements;
    int free_scan, fresh_scan, used_scans;
    uint32 free_chunk, fresh_chunk, used_chunks;
    int hand; /* where the next search for a victim starts */
    uint32 used_by[STORE_ROLE_BUCKETS][N_RESOURCES];

    struct Latch *writes_latch; /* of the worker; NULL: there is none */
    bool writes_unsettled;      /* some table's counters are still to be read */

    TimestampTz since, last_save;
    uint64 dump_bytes;
    TimestampTz removed_at; /* when an entry was last given up or reset; 0: never */
    bool last_save_failed;
    uint64 saved_activity; /* what the dump file holds already */
    uint64 statements_made;
    uint64 statements_evicted, scans_evicted;
    uint64 gone_calls, gone_ns; /* of statements that were evicted */

    bool evicted_for_share; /* the last one's role had more than its share: others need not fear to be the next */
    pg_atomic_uint64 evicted_at, evicted_worth_ns; /* when, and what such statements are worth of late */
    pg_atomic_uint64 blobs_refused, adds_lost;
    pg_atomic_uint64 trees_wanted, trees_copied, trees_written, trees_failed, trees_refused, trees_postponed;
    pg_atomic_uint64 blobs_written, binds_written;
    StripedCounter skipped[SKIP_REASONS][STORE_STRIPES];
    OverheadStripe overhead[STORE_STRIPES];
    OverheadReview review;
    pg_atomic_uint64 wanted[STORE_WANTED_SLOTS];
} StoreShared;

/* Where things are in this process; shared is NULL until attached. */
typedef struct Store
{
    StoreShared *shared;
    StatementEntry *statements;
    ScanEntry *scans;
    pg_atomic_uint64 *slots;
    int *slot_next; /* under the lock */
    WritesEntry *writes;
    Chunk *chunks;  /* chunks[0] is not used */
} Store;

/* A statement as the dump file holds it. */
typedef struct StoredCopy
{
    StoredStatement statement;
    uint32 flags;
    uint64 form_hash;
} StoredCopy;

extern Store store;

/* store.c */
extern void store_lock(LWLockMode mode);
extern void store_unlock(void);
extern StatementEntry *store_entry(StoreHandle handle);
extern void store_lose(StoreHandle handle);
extern int store_take_statement(const StatementKey *key);

/* store_ids.c; under the lock but for store_ids_lookup. */
extern uint64 store_id_hash(const StatementKey *key);
extern uint64 store_form_hash(const StatementKey *key, const char *form, int length);
extern uint64 store_wanting_hash(const StatementKey *key);
extern StoreHandle store_ids_lookup(uint64 hash, int nth);
extern int store_ids_insert(uint64 hash, int position);
extern void store_ids_forget(StatementEntry *entry);

/* store_scans.c; under the lock. */
extern int store_release_scans(StatementEntry *entry);
extern int store_copy_scans(StatementEntry *entry, StoredScan *scans, int max);
extern void store_restore_scan(StoreHandle handle, const StoredScan *stored);

/* store_evict.c; under the lock. */
extern double store_worth(StatementEntry *entry, TimestampTz now);
extern void store_use(const StatementEntry *entry, StoreResource resource, int amount);
extern int store_pick_victim(StoreResource resource, const StatementEntry *asker, TimestampTz now);
extern bool store_makes_way(int victim, StoreResource resource, const StatementEntry *asker, double worth,
                            TimestampTz now);
extern void store_evict(int position, TimestampTz now);
extern bool store_may_stay(StatementEntry *entry); /* worth more than those that were evicted lately; no lock */
extern void store_remove(int position);

/* store_blobs.c; under the lock but for store_blob_may_retry. */
extern bool store_blob_may_retry(StatementEntry *entry);
extern bool store_blob_put(BlobRef *ref, const char *data, Size size, int position, double worth);
extern void store_blob_free(BlobRef *ref, const StatementEntry *entry);
extern bool store_blob_copy(const BlobRef *ref, char *out);
extern bool store_bind_restore(StatementEntry *entry, int position, const StoredBind *bind);

/* store_writes.c; under the lock. dbid InvalidOid: all databases. */
extern void store_writes_forget(Oid dbid);

/* store_wanted.c */
extern void store_wanted_again(StatementEntry *entry, const StatementKey *key);
extern void store_wanted_forget(StatementEntry *entry);
extern void store_wanted_under(StatementEntry *entry, int position, const StatementKey *key);

/* store_overhead.c */
extern void store_overhead_initialise(StoreShared *shared);
extern void store_overhead_reset(StoreShared *shared);
extern void store_read_overhead(StoreCounters *counters);
extern void store_restore_overhead(const StoreCounters *saved); /* the sums; the throttle is not */

/* store_read.c: a copy in the current context; NULL if nothing is there. */
extern StoredCopy *store_copy(int position, bool with_blobs);
extern uint64 store_activity(void);

/* Milliseconds to the integers that are summed up, at most a century, and back. */
static inline uint64
store_ns(double ms)
{
    return ms > 0 ? (uint64)(Min(ms, 3.2e12) * 1000000.0 + 0.5) : 0;
}

static inline double
store_ms(uint64 ns)
{
    return ns / 1000000.0;
}

/* Mixes v into h (the finaliser of a 64 bit generator: each bit in reaches every bit out). */
static inline uint64
store_mix(uint64 h, uint64 v)
{
    h ^= v + UINT64CONST(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64CONST(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

/* Raises an atomic to at least value. */
static inline void
store_atomic_max(pg_atomic_uint64 *atomic, uint64 value)
{
    uint64 old = pg_atomic_read_u64(atomic);

    while (old < value && !pg_atomic_compare_exchange_u64(atomic, &old, value))
        ;
}

#endif
