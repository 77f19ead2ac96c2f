/*
 * store_writes.c - how often tables are written to, and which columns updates set.
 *
 * The server's counters say how many rows were written since they were reset: a
 * bulk load looks as if it went on for ever. So a table whose scans are captured is
 * watched from then on: hooks note it, the worker reads its counters a little
 * later, once every session must have reported what it had done before, and what
 * is added to these counts from there on is a rate.
 *
 * Buckets of a few entries, found by the key alone. Keys and columns are atomics
 * and read without lock; all else belongs to StoreShared.lock. The counters are
 * read outside of it, since reading them can wait and fail.
 */
#include "postgres.h"

#include "pgstat.h"
#include "utils/pgstat_internal.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "store_internal.h"

/* An idle session reports what it counted after ten seconds at the latest. */
#define WRITES_SETTLE_MS 12000

/* A rate of less time than this would be luck. */
#define WRITES_LEAST_WATCHED_S 10

/* Tables whose counters are read in one go. */
#define WRITES_BATCH 32

static inline uint64
writes_key(Oid dbid, Oid relid)
{
    return ((uint64)dbid << 32) | relid;
}

static WritesEntry *
writes_bucket(uint64 key)
{
    int n_buckets = store.shared->n_writes / STORE_WRITES_PER_BUCKET;

    return &store.writes[(store_mix(key, 0) % n_buckets) * STORE_WRITES_PER_BUCKET];
}

/* The table's entry, or with make a free one of its bucket; NULL if there is none. */
static WritesEntry *
writes_find(uint64 key, bool make)
{
    WritesEntry *bucket, *found = NULL;

    if (store.shared == NULL || store.shared->n_writes == 0)
        return NULL;
    bucket = writes_bucket(key);
    for (int i = 0; i < STORE_WRITES_PER_BUCKET; i++)
    {
        uint64 there = pg_atomic_read_u64(&bucket[i].key);

        if (there == key)
            return &bucket[i];
        if (there == 0 && make)
            found = &bucket[i];
    }
    return found;
}

/* Under the lock. Counting begins when the worker has read the counters, so it is told. */
static void
writes_begin(WritesEntry *entry, uint64 key)
{
    entry->noted = GetCurrentTimestamp();
    entry->since = 0;
    pg_write_barrier();
    pg_atomic_write_u64(&entry->key, key);
    store.shared->writes_unsettled = true;
    if (store.shared->writes_latch != NULL)
        SetLatch(store.shared->writes_latch);
}

/* Where a bucket is full, its tables keep their places: making way for each other they would never be watched. */
void
store_writes_watch(Oid dbid, Oid relid)
{
    uint64 key = writes_key(dbid, relid);
    WritesEntry *entry = writes_find(key, true);

    if (likely(entry == NULL || pg_atomic_read_u64(&entry->key) == key))
        return;
    store_lock(LW_EXCLUSIVE);
    entry = writes_find(key, true);
    if (entry != NULL && pg_atomic_read_u64(&entry->key) != key)
    {
        pg_atomic_write_u64(&entry->updated_columns, 0);
        writes_begin(entry, key);
    }
    store_unlock();
}

bool
store_writes_is_watched(Oid dbid, Oid relid)
{
    return writes_find(writes_key(dbid, relid), false) != NULL;
}

void
store_writes_updated(Oid dbid, Oid relid, uint64 columns)
{
    WritesEntry *entry = writes_find(writes_key(dbid, relid), false);

    if (entry != NULL && (pg_atomic_read_u64(&entry->updated_columns) & columns) != columns)
        pg_atomic_fetch_or_u64(&entry->updated_columns, columns);
}

uint64
store_writes_columns(Oid dbid, Oid relid)
{
    WritesEntry *entry = writes_find(writes_key(dbid, relid), false);

    return entry != NULL ? pg_atomic_read_u64(&entry->updated_columns) : 0;
}

/* Under the lock. */
void
store_writes_forget(Oid dbid)
{
    for (int i = 0; i < store.shared->n_writes; i++)
    {
        WritesEntry *entry = &store.writes[i];

        if (dbid == InvalidOid || (Oid)(pg_atomic_read_u64(&entry->key) >> 32) == dbid)
            pg_atomic_write_u64(&entry->key, 0);
    }
}

/* ---- the server's counters ---- */

void
store_writes_total(Oid dbid, Oid relid, WriteCounts *counts)
{
    /* The functions of pgstat.h know the tables of this database alone. */
    bool may_free = false;
    PgStat_StatTabEntry *table = pgstat_fetch_entry(PGSTAT_KIND_RELATION, dbid, relid, &may_free);

    memset(counts, 0, sizeof(WriteCounts));
    if (table == NULL)
        return;
    counts->inserted = table->tuples_inserted;
    counts->updated = table->tuples_updated;
    counts->hot_updated = table->tuples_hot_updated;
    counts->deleted = table->tuples_deleted;
    if (may_free)
        pfree(table);
}

static bool
writes_went_back(const WriteCounts *now, const WriteCounts *before)
{
    return now->inserted < before->inserted || now->updated < before->updated ||
           now->hot_updated < before->hot_updated || now->deleted < before->deleted;
}

/* Somebody reset the server's counters: counting starts again with the next look of the worker. */
static void
writes_start_again(WritesEntry *entry, uint64 key)
{
    store_lock(LW_EXCLUSIVE);
    if (pg_atomic_read_u64(&entry->key) == key)
        writes_begin(entry, key);
    store_unlock();
}

double
store_writes_watched(Oid dbid, Oid relid, WriteCounts *counts)
{
    uint64 key = writes_key(dbid, relid);
    WritesEntry *entry = writes_find(key, false);
    WriteCounts before;
    TimestampTz since;
    double seconds;

    if (entry == NULL)
        return 0;
    store_lock(LW_SHARED);
    since = pg_atomic_read_u64(&entry->key) == key ? entry->since : 0;
    before = entry->before;
    store_unlock();
    seconds = (GetCurrentTimestamp() - since) / (double)USECS_PER_SEC;
    if (since == 0 || seconds < WRITES_LEAST_WATCHED_S)
        return 0;
    store_writes_total(dbid, relid, counts);
    if (writes_went_back(counts, &before))
    {
        writes_start_again(entry, key);
        return 0;
    }
    counts->inserted -= before.inserted;
    counts->updated -= before.updated;
    counts->hot_updated -= before.hot_updated;
    counts->deleted -= before.deleted;
    return seconds;
}

/* ---- the worker ---- */

void
store_writes_serve(struct Latch *latch)
{
    if (store.shared == NULL)
        return;
    store_lock(LW_EXCLUSIVE);
    store.shared->writes_latch = latch;
    store_unlock();
}

/* Keys that are due now, at most WRITES_BATCH; *wait_ms: until the next is, -1 if none is waiting. */
static int
writes_due(uint64 *keys, long *wait_ms)
{
    TimestampTz now = GetCurrentTimestamp();
    int n = 0;

    *wait_ms = -1;
    store_lock(LW_EXCLUSIVE);
    for (int i = 0; store.shared->writes_unsettled && i < store.shared->n_writes; i++)
    {
        WritesEntry *entry = &store.writes[i];
        TimestampTz due = TimestampTzPlusMilliseconds(entry->noted, WRITES_SETTLE_MS);
        long wait = due > now ? TimestampDifferenceMilliseconds(now, due) : 0;

        if (pg_atomic_read_u64(&entry->key) == 0 || entry->since != 0)
            continue;
        if (wait == 0 && n < WRITES_BATCH)
            keys[n++] = pg_atomic_read_u64(&entry->key);
        else
            *wait_ms = *wait_ms < 0 ? wait : Min(*wait_ms, wait);
    }
    store.shared->writes_unsettled = n > 0 || *wait_ms >= 0;
    store_unlock();
    return n;
}

static void
writes_settle(uint64 key)
{
    WriteCounts counts;
    WritesEntry *entry;

    store_writes_total((Oid)(key >> 32), (Oid)key, &counts);
    store_lock(LW_EXCLUSIVE);
    entry = writes_find(key, false);
    if (entry != NULL)
    {
        entry->before = counts;
        entry->since = GetCurrentTimestamp();
    }
    store_unlock();
}

long
store_writes_settle(void)
{
    uint64 keys[WRITES_BATCH];
    long wait_ms = -1;
    int n;

    if (store.shared == NULL || !store.shared->writes_unsettled)
        return -1;
    n = writes_due(keys, &wait_ms);
    if (n > 0)
        pgstat_clear_snapshot(); /* the counters of now, not of the last time */
    for (int i = 0; i < n; i++)
        writes_settle(keys[i]);
    return wait_ms;
}
