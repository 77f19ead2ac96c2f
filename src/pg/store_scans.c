/*
 * store_scans.c - the scans of a statement.
 *
 * A statement has few, so they are a chain that is walked without lock. A walker
 * may be led astray when its statement is evicted meanwhile: it takes only a scan
 * whose owner is the very generation that it came for, and it gives up after as
 * many steps as a chain may have.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "store_internal.h"

/* Statements given up, at most, for one scan. */
#define SCAN_EVICTIONS 4

static inline uint64
scan_owner(StoreHandle handle)
{
    return ((uint64)handle.generation << 32) | (uint32)handle.position;
}

/* Without the constants, which are counted, not told apart. */
static uint64
scan_hash(const ScanShape *shape)
{
    uint64 h = store_mix(shape->relid, ((uint64)shape->node << 8) | shape->n_clauses);

    for (int i = 0; i < shape->n_clauses; i++)
    {
        const ClauseShape *clause = &shape->clauses[i];

        h = store_mix(h, ((uint64)clause->kind << 16) | (uint16)clause->attno);
        h = store_mix(h, ((uint64)clause->op << 32) | clause->func);
    }
    return h;
}

/* Position of the statement's scan of that shape; -1 if it has none. *full: nor may it get one. */
static int
scan_find(StatementEntry *entry, uint64 owner, uint64 hash, bool *full)
{
    uint32 link = pg_atomic_read_u32(&entry->first_scan);
    int steps = 0;

    while (link != 0 && steps++ < STORE_MAX_SCANS)
    {
        ScanEntry *scan = &store.scans[link - 1];

        if (pg_atomic_read_u64(&scan->owner) == owner)
        {
            pg_read_barrier();
            if (scan->hash == hash)
                return link - 1;
        }
        link = pg_atomic_read_u32(&scan->next);
    }
    *full = steps >= STORE_MAX_SCANS;
    return -1;
}

static int
scan_free_position(void)
{
    StoreShared *shared = store.shared;
    int position = shared->free_scan;

    if (position >= 0)
        shared->free_scan = (int)pg_atomic_read_u32(&store.scans[position].next) - 1;
    else if (shared->fresh_scan < shared->n_scans)
        position = shared->fresh_scan++;
    return position;
}

/* A free position, statements that make way for `entry` being given up for it; -1 if there is none. */
static int
scan_make_position(StatementEntry *entry)
{
    TimestampTz now = GetCurrentTimestamp();
    int position = scan_free_position();

    for (int i = 0; position < 0 && i < SCAN_EVICTIONS; i++)
    {
        int victim = store_pick_victim(RESOURCE_SCANS, entry, now);

        if (victim < 0 || !store_makes_way(victim, RESOURCE_SCANS, entry, store_worth(entry, now), now))
            break;
        store_evict(victim, now);
        position = scan_free_position();
    }
    return position;
}

static void
scan_reset_counts(ScanEntry *scan)
{
    pg_atomic_write_u32(&scan->returned_estimated, 0);
    pg_atomic_write_u64(&scan->calls, 0);
    pg_atomic_write_u64(&scan->loops, 0);
    pg_atomic_write_u64(&scan->removed, 0);
    pg_atomic_write_u64(&scan->returned, 0);
    pg_atomic_write_u64(&scan->max_removed, 0);
    for (int i = 0; i < STORE_CLAUSES; i++)
    {
        pg_atomic_write_u32(&scan->constants[i], 0);
        pg_atomic_write_u64(&scan->constant_same[i], 0);
    }
}

/* Fills a free position and puts it at the head of the statement's chain, where walkers find it complete. */
static void
scan_link(StatementEntry *entry, int position, uint64 owner, const ScanShape *shape, uint64 hash)
{
    ScanEntry *scan = &store.scans[position];

    scan_reset_counts(scan);
    scan->shape = *shape;
    scan->hash = hash;
    pg_write_barrier();
    pg_atomic_write_u64(&scan->owner, owner);
    pg_atomic_write_u32(&scan->next, pg_atomic_read_u32(&entry->first_scan));
    pg_write_barrier();
    pg_atomic_write_u32(&entry->first_scan, position + 1);
    store.shared->used_scans++;
    store_use(entry, RESOURCE_SCANS, 1);
}

/* Under the lock; somebody else may have been faster, or the statement be gone. */
static int
scan_make(StoreHandle handle, const ScanShape *shape, uint64 hash)
{
    StatementEntry *entry = store_entry(handle);
    bool full = false;
    int position;

    if (entry == NULL)
        return -1;
    position = scan_find(entry, scan_owner(handle), hash, &full);
    if (position >= 0 || full)
        return position;
    position = scan_make_position(entry);
    if (position >= 0)
        scan_link(entry, position, scan_owner(handle), shape, hash);
    return position;
}

/* The first known constant of each clause is remembered, later ones are compared with it. */
static void
scan_compare_constants(ScanEntry *scan, const ScanShape *shape)
{
    for (int i = 0; i < shape->n_clauses; i++)
    {
        uint32 first = 0;

        if (shape->clauses[i].constant == 0)
            continue;
        if (pg_atomic_read_u32(&scan->constants[i]) == 0)
            pg_atomic_compare_exchange_u32(&scan->constants[i], &first, shape->clauses[i].constant);
        if (pg_atomic_read_u32(&scan->constants[i]) == shape->clauses[i].constant)
            pg_atomic_fetch_add_u64(&scan->constant_same[i], 1);
    }
}

int
store_scan(StoreHandle handle, const ScanShape *shape)
{
    StatementEntry *entry = store_entry(handle);
    uint64 hash;
    bool full = false;
    int position;

    if (entry == NULL)
        return -1;
    hash = scan_hash(shape);
    position = scan_find(entry, scan_owner(handle), hash, &full);
    if (position < 0 && !full)
    {
        store_lock(LW_EXCLUSIVE);
        position = scan_make(handle, shape, hash);
        store_unlock();
    }
    if (position < 0)
        store_lose(handle);
    else
        scan_compare_constants(&store.scans[position], shape);
    return position;
}

void
store_add_scan(StoreHandle handle, int scan, const ScanCounts *counts)
{
    ScanEntry *entry;

    if (store.shared == NULL || scan < 0 || scan >= store.shared->n_scans)
        return;
    entry = &store.scans[scan];
    if (pg_atomic_read_u64(&entry->owner) != scan_owner(handle))
    {
        store_lose(handle);
        return;
    }
    if (counts->first)
        pg_atomic_fetch_add_u64(&entry->calls, 1);
    pg_atomic_fetch_add_u64(&entry->loops, counts->loops);
    pg_atomic_fetch_add_u64(&entry->removed, counts->removed);
    pg_atomic_fetch_add_u64(&entry->returned, counts->returned);
    store_atomic_max(&entry->max_removed, counts->removed);
    if (counts->returned_estimated && pg_atomic_read_u32(&entry->returned_estimated) == 0)
        pg_atomic_write_u32(&entry->returned_estimated, 1);
}

/* Frees all scans of a statement and returns their number. */
int
store_release_scans(StatementEntry *entry)
{
    uint32 link = pg_atomic_read_u32(&entry->first_scan);
    int n = 0;

    pg_atomic_write_u32(&entry->first_scan, 0);
    while (link != 0)
    {
        ScanEntry *scan = &store.scans[link - 1];
        uint32 next = pg_atomic_read_u32(&scan->next);

        pg_atomic_write_u64(&scan->owner, 0);
        pg_atomic_write_u32(&scan->next, store.shared->free_scan + 1);
        store.shared->free_scan = link - 1;
        link = next;
        n++;
    }
    store.shared->used_scans -= n;
    store_use(entry, RESOURCE_SCANS, -n);
    return n;
}

static void
scan_copy(ScanEntry *scan, StoredScan *out)
{
    out->shape = scan->shape;
    out->calls = pg_atomic_read_u64(&scan->calls);
    out->loops = pg_atomic_read_u64(&scan->loops);
    out->removed = pg_atomic_read_u64(&scan->removed);
    out->returned = pg_atomic_read_u64(&scan->returned);
    out->returned_estimated = pg_atomic_read_u32(&scan->returned_estimated) != 0;
    out->max_removed = pg_atomic_read_u64(&scan->max_removed);
    for (int i = 0; i < STORE_CLAUSES; i++)
    {
        out->shape.clauses[i].constant = pg_atomic_read_u32(&scan->constants[i]);
        out->constant_same[i] = pg_atomic_read_u64(&scan->constant_same[i]);
    }
}

/* Copies at most max scans of a statement and returns their number. */
int
store_copy_scans(StatementEntry *entry, StoredScan *scans, int max)
{
    int n = 0;

    for (uint32 link = pg_atomic_read_u32(&entry->first_scan); link != 0 && n < max;
         link = pg_atomic_read_u32(&store.scans[link - 1].next))
        scan_copy(&store.scans[link - 1], &scans[n++]);
    return n;
}

/* From the dump file; a scan that finds no room is left out. */
void
store_restore_scan(StoreHandle handle, const StoredScan *stored)
{
    int position = scan_make(handle, &stored->shape, scan_hash(&stored->shape));
    ScanEntry *scan;

    if (position < 0)
        return;
    scan = &store.scans[position];
    pg_atomic_write_u64(&scan->calls, stored->calls);
    pg_atomic_write_u64(&scan->loops, stored->loops);
    pg_atomic_write_u64(&scan->removed, stored->removed);
    pg_atomic_write_u64(&scan->returned, stored->returned);
    pg_atomic_write_u32(&scan->returned_estimated, stored->returned_estimated ? 1 : 0);
    pg_atomic_write_u64(&scan->max_removed, stored->max_removed);
    for (int i = 0; i < STORE_CLAUSES; i++)
    {
        pg_atomic_write_u32(&scan->constants[i], stored->shape.clauses[i].constant);
        pg_atomic_write_u64(&scan->constant_same[i], stored->constant_same[i]);
    }
}
