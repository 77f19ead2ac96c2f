/*
 * store.c - shared memory of the store, and statements: finding, making, counting.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "normalise.h"
#include "settings.h"
#include "store_internal.h"

StaticAssertDecl(SETTING_BINDS_MAX == STORE_BINDS, "settings.h and store.h disagree");

Store store;

/* Tables watched for writes: fewer than statements. */
#define STATEMENTS_PER_TABLE 2

static const StoreHandle no_handle = {-1, 0};

/* A quarter of the memory is for tables, the rest for blobs: a text is a few hundred bytes, a tree some 10 kB. */
static void
store_plan_layout(StoreShared *layout, Size bytes)
{
    Size per_statement = sizeof(StatementEntry) + 2 * sizeof(ScanEntry) +
                         STORE_SLOTS_PER_BUCKET * (sizeof(pg_atomic_uint64) + sizeof(int));
    Size writes;

    layout->bytes = bytes;
    layout->n_statements = Min(bytes / 4 / per_statement, SLOT_POSITION_MASK - 1);
    layout->n_scans = 2 * layout->n_statements;
    layout->n_buckets = layout->n_statements;
    layout->n_writes = TYPEALIGN_DOWN(STORE_WRITES_PER_BUCKET, layout->n_statements / STATEMENTS_PER_TABLE);
    writes = layout->n_writes * sizeof(WritesEntry);
    layout->n_chunks = (bytes - MAXALIGN(sizeof(StoreShared)) - layout->n_statements * per_statement - writes -
                        (Size)5 * MAXIMUM_ALIGNOF) /
                       sizeof(Chunk);
}

static Size
store_bytes(void)
{
    return (Size)setting_memory_mb * 1024 * 1024;
}

void
store_request(void)
{
    RequestAddinShmemSpace(store_bytes());
    RequestNamedLWLockTranche("index_advisor", 2);
}

static void
store_find_parts(StoreShared *shared)
{
    char *at = (char *)shared + MAXALIGN(sizeof(StoreShared));
    int n_slots = shared->n_buckets * STORE_SLOTS_PER_BUCKET;

    store.statements = (StatementEntry *)at;
    at += MAXALIGN(shared->n_statements * sizeof(StatementEntry));
    store.scans = (ScanEntry *)at;
    at += MAXALIGN(shared->n_scans * sizeof(ScanEntry));
    store.slots = (pg_atomic_uint64 *)at;
    at += MAXALIGN(n_slots * sizeof(pg_atomic_uint64));
    store.slot_next = (int *)at;
    at += MAXALIGN(n_slots * sizeof(int));
    store.writes = (WritesEntry *)at;
    at += MAXALIGN(shared->n_writes * sizeof(WritesEntry));
    store.chunks = (Chunk *)at - 1; /* numbered from 1 */
    store.shared = shared;
}

static void
store_reset_counts(StatementEntry *entry)
{
    pg_atomic_uint64 *counts[] = {&entry->calls,         &entry->unfinished,   &entry->generic,
                                  &entry->rows,          &entry->grouped,      &entry->groups,
                                  &entry->exec_ns,       &entry->max_exec_ns,  &entry->last_seen,
                                  &entry->blob_retry_ns, &entry->bind_floor_ns};

    for (int i = 0; i < lengthof(counts); i++)
        pg_atomic_write_u64(counts[i], 0);
    pg_atomic_write_u32(&entry->flags, 0);
    pg_atomic_write_u32(&entry->n_binds, 0);
    pg_atomic_write_u32(&entry->bind_repeats, 0);
    pg_atomic_write_u32(&entry->first_scan, 0);
}

static void
store_initialise_statement(StatementEntry *entry)
{
    memset(entry, 0, sizeof(StatementEntry));
    pg_atomic_init_u32(&entry->generation, 0);
    pg_atomic_init_u32(&entry->flags, 0);
    pg_atomic_init_u64(&entry->calls, 0);
    pg_atomic_init_u64(&entry->unfinished, 0);
    pg_atomic_init_u64(&entry->generic, 0);
    pg_atomic_init_u64(&entry->rows, 0);
    pg_atomic_init_u64(&entry->grouped, 0);
    pg_atomic_init_u64(&entry->groups, 0);
    pg_atomic_init_u64(&entry->exec_ns, 0);
    pg_atomic_init_u64(&entry->max_exec_ns, 0);
    pg_atomic_init_u64(&entry->last_seen, 0);
    pg_atomic_init_u64(&entry->blob_retry_ns, 0);
    pg_atomic_init_u64(&entry->bind_floor_ns, 0);
    pg_atomic_init_u32(&entry->n_binds, 0);
    pg_atomic_init_u32(&entry->bind_repeats, 0);
    pg_atomic_init_u32(&entry->first_scan, 0);
}

static void
store_initialise_scan(ScanEntry *scan)
{
    memset(scan, 0, sizeof(ScanEntry));
    pg_atomic_init_u64(&scan->owner, 0);
    pg_atomic_init_u32(&scan->next, 0);
    pg_atomic_init_u32(&scan->returned_estimated, 0);
    pg_atomic_init_u64(&scan->calls, 0);
    pg_atomic_init_u64(&scan->loops, 0);
    pg_atomic_init_u64(&scan->removed, 0);
    pg_atomic_init_u64(&scan->returned, 0);
    pg_atomic_init_u64(&scan->max_removed, 0);
    for (int i = 0; i < STORE_CLAUSES; i++)
    {
        pg_atomic_init_u32(&scan->constants[i], 0);
        pg_atomic_init_u64(&scan->constant_same[i], 0);
    }
}

static void
store_initialise_header(StoreShared *shared)
{
    LWLockPadded *locks = GetNamedLWLockTranche("index_advisor");

    memset(shared, 0, sizeof(StoreShared));
    shared->lock = &locks[0].lock;
    shared->save_lock = &locks[1].lock;
    store_plan_layout(shared, store_bytes());
    shared->free_statement = shared->free_scan = -1;
    shared->fresh_chunk = 1;
    shared->since = GetCurrentTimestamp();
    pg_atomic_init_u64(&shared->evicted_at, 0);
    pg_atomic_init_u64(&shared->evicted_worth_ns, 0);
    pg_atomic_init_u64(&shared->blobs_refused, 0);
    pg_atomic_init_u64(&shared->adds_lost, 0);
    pg_atomic_init_u64(&shared->trees_wanted, 0);
    pg_atomic_init_u64(&shared->trees_written, 0);
    pg_atomic_init_u64(&shared->trees_failed, 0);
    pg_atomic_init_u64(&shared->trees_copied, 0);
    pg_atomic_init_u64(&shared->trees_refused, 0);
    pg_atomic_init_u64(&shared->trees_postponed, 0);
    pg_atomic_init_u64(&shared->blobs_written, 0);
    pg_atomic_init_u64(&shared->binds_written, 0);
    for (int i = 0; i < SKIP_REASONS * STORE_STRIPES; i++)
        pg_atomic_init_u64(&shared->skipped[i / STORE_STRIPES][i % STORE_STRIPES].value, 0);
    store_overhead_initialise(shared);
    for (int i = 0; i < lengthof(shared->wanted); i++)
        pg_atomic_init_u64(&shared->wanted[i], 0);
}

static void
store_initialise(StoreShared *shared)
{
    store_initialise_header(shared);
    store_find_parts(shared);
    for (int i = 0; i < shared->n_statements; i++)
        store_initialise_statement(&store.statements[i]);
    for (int i = 0; i < shared->n_scans; i++)
        store_initialise_scan(&store.scans[i]);
    for (int i = 0; i < shared->n_buckets * STORE_SLOTS_PER_BUCKET; i++)
        pg_atomic_init_u64(&store.slots[i], 0);
    for (int i = 0; i < shared->n_writes; i++)
    {
        memset(&store.writes[i], 0, sizeof(WritesEntry));
        pg_atomic_init_u64(&store.writes[i].key, 0);
        pg_atomic_init_u64(&store.writes[i].updated_columns, 0);
    }
}

/*
 * In the postmaster, after the last backend is gone. A code other than 0 is a crash: memory may be torn. So it
 * may be after an immediate shutdown, which kills backends wherever they are and yet ends with 0.
 */
static void
store_save_at_exit(int code, Datum arg)
{
    if (code != 0)
        return;
    if (store.shared->changing)
        ereport(LOG, (errmsg("index_advisor does not save the workload: a process ended while it changed it")));
    else
        store_save();
}

void
store_attach(void)
{
    StoreShared *shared;
    bool found;

    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    shared = ShmemInitStruct("index_advisor", store_bytes(), &found);
    if (found)
        store_find_parts(shared);
    else
        store_initialise(shared);
    LWLockRelease(AddinShmemInitLock);

    if (IsUnderPostmaster)
        return;
    on_shmem_exit(store_save_at_exit, (Datum)0);
    if (!found)
        store_load();
}

bool
store_is_attached(void)
{
    return store.shared != NULL;
}

/* The postmaster has no PGPROC to wait with; it comes here only when it is alone. */
void
store_lock(LWLockMode mode)
{
    if (MyProc == NULL)
        return;
    LWLockAcquire(store.shared->lock, mode);
    if (mode == LW_EXCLUSIVE)
        store.shared->changing = true;
}

void
store_unlock(void)
{
    if (MyProc == NULL)
        return;
    if (store.shared->changing)
        store.shared->changing = false;
    LWLockRelease(store.shared->lock);
}

/* The entry that a handle means; NULL if it means none, or if that was evicted since. */
StatementEntry *
store_entry(StoreHandle handle)
{
    StatementEntry *entry;

    if (handle.position < 0 || store.shared == NULL || handle.position >= store.shared->n_statements)
        return NULL;
    entry = &store.statements[handle.position];
    return likely(pg_atomic_read_u32(&entry->generation) == handle.generation) ? entry : NULL;
}

/* For what a holder of a stale handle wanted to add. */
void
store_lose(StoreHandle handle)
{
    if (store.shared != NULL && handle.position >= 0)
        pg_atomic_fetch_add_u64(&store.shared->adds_lost, 1);
}

/* A position never used, else a freed one; -1 if all are in use. */
static int
store_free_statement(void)
{
    StoreShared *shared = store.shared;
    int position = shared->free_statement;

    if (position >= 0)
        shared->free_statement = store.statements[position].next_free;
    else if (shared->fresh_statement < shared->n_statements)
        position = shared->fresh_statement++;
    return position;
}

/* An entry in use for key, without ids and blobs; -1 if there is none free. Under the lock. */
int
store_take_statement(const StatementKey *key)
{
    int position = store_free_statement();
    StatementEntry *entry;

    if (position < 0)
        return -1;
    entry = &store.statements[position];
    store_reset_counts(entry);
    entry->key = *key;
    entry->form_hash = entry->wanted_queryid = 0;
    entry->first_slot = entry->id_slot = entry->form_slot = -1;
    entry->query = entry->blob = (BlobRef){0, 0};
    memset(entry->binds, 0, sizeof(entry->binds));
    entry->streak = 0;
    entry->tags[0] = '\0';
    store.shared->used_statements++;
    store_use(entry, RESOURCE_STATEMENTS, 1);
    pg_write_barrier();
    pg_atomic_write_u32(&entry->generation, pg_atomic_read_u32(&entry->generation) + 1);
    return position;
}

/* A buffer for normal forms, kept for the life of the process; NULL if there is no memory for it. */
static char *
store_form_buffer(int *size)
{
    static char *buffer = NULL;
    static int buffer_size = 0;

    if (buffer_size != setting_max_query_bytes)
    {
        if (buffer != NULL)
            pfree(buffer);
        buffer = MemoryContextAllocExtended(TopMemoryContext, setting_max_query_bytes, MCXT_ALLOC_NO_OOM);
        buffer_size = buffer != NULL ? setting_max_query_bytes : 0;
    }
    *size = buffer_size;
    return buffer;
}

/* An entry for a statement met for the first time, evicting another if need be. Under the lock. */
static int
store_make_statement(const StatementKey *key, uint64 id, uint64 form_hash, const char *form, int length)
{
    TimestampTz now = GetCurrentTimestamp();
    int position = store_take_statement(key);
    StatementEntry *entry;

    if (position < 0)
    {
        StatementEntry asker = {.key = *key};

        store_evict(store_pick_victim(RESOURCE_STATEMENTS, &asker, now), now);
        position = store_take_statement(key);
    }
    entry = &store.statements[position];
    entry->since = now;
    pg_atomic_write_u64(&entry->last_seen, now);
    entry->form_hash = form_hash;
    strlcpy(entry->application_name, application_name ? application_name : "", NAMEDATALEN);
    store_blob_put(&entry->query, form, length, position, INFINITY);
    entry->id_slot = store_ids_insert(id, position);
    if (form_hash != 0)
        entry->form_slot = store_ids_insert(form_hash, position);
    store.shared->statements_made++;
    return position;
}

/* A new id of a statement that differs from a known one in the length of a list. Under the lock. */
static void
store_share_statement(int position, const StatementKey *key, uint64 id)
{
    StatementEntry *entry = &store.statements[position];

    store_ids_insert(id, position);
    if (pg_atomic_read_u32(&entry->flags) & STATEMENT_WANTS_TREE)
        store_wanted_under(entry, position, key);
}

/* The id is not known: normalise the text, then find its form or make an entry. */
static StoreHandle
store_meet_statement(const StatementKey *key, uint64 id, const char *text, int text_len, bool *is_new)
{
    int size, length = 0;
    bool had_list = false;
    char *form = store_form_buffer(&size);
    uint64 form_hash = 0;
    StoreHandle handle;

    if (form != NULL && text != NULL)
        length = normalise_text(text, text_len, form, size, &had_list);
    if (had_list && length < size - 1) /* two long texts may differ after the cut */
        form_hash = store_form_hash(key, form, length);

    store_lock(LW_EXCLUSIVE);
    handle = store_ids_lookup(id, 0);
    if (handle.position < 0 && form_hash != 0)
    {
        handle = store_ids_lookup(form_hash, 0);
        if (handle.position >= 0)
            store_share_statement(handle.position, key, id);
    }
    if (handle.position < 0)
    {
        handle.position = store_make_statement(key, id, form_hash, form, length);
        handle.generation = pg_atomic_read_u32(&store.statements[handle.position].generation);
        *is_new = true;
    }
    store_unlock();
    return handle;
}

StoreHandle
store_statement(const StatementKey *key, const char *text, int text_len, bool *is_new)
{
    uint64 id;
    StoreHandle handle;

    *is_new = false;
    if (store.shared == NULL)
        return no_handle;
    id = store_id_hash(key);
    handle = store_ids_lookup(id, 0);
    if (unlikely(handle.position < 0))
        return store_meet_statement(key, id, text, text_len, is_new);
    store_wanted_again(&store.statements[handle.position], key);
    return handle;
}

/* Zeroes are common, and an atomic addition costs as much as the look-up. */
static inline void
store_count(pg_atomic_uint64 *counter, uint64 n)
{
    if (n != 0)
        pg_atomic_fetch_add_u64(counter, n);
}

double
store_mean_ms(StoreHandle handle)
{
    StatementEntry *entry = store_entry(handle);
    uint64 calls = entry != NULL ? pg_atomic_read_u64(&entry->calls) : 0;

    return calls > 0 ? store_ms(pg_atomic_read_u64(&entry->exec_ns)) / calls : 0;
}

void
store_streak(StoreHandle handle, uint64 repetitions, const char *tags)
{
    StatementEntry *entry;

    if (handle.position < 0)
        return;
    store_lock(LW_EXCLUSIVE);
    entry = store_entry(handle);
    if (entry != NULL && repetitions > entry->streak)
    {
        entry->streak = repetitions;
        strlcpy(entry->tags, tags, sizeof(entry->tags));
    }
    store_unlock();
}

void
store_add(StoreHandle handle, const StatementCounts *counts)
{
    StatementEntry *entry = store_entry(handle);
    uint64 exec_ns;
    uint64 now;

    if (entry == NULL)
    {
        store_lose(handle);
        return;
    }
    exec_ns = store_ns(counts->exec_ms);
    store_count(&entry->calls, counts->calls);
    store_count(&entry->unfinished, counts->unfinished);
    store_count(&entry->generic, counts->generic);
    store_count(&entry->rows, counts->rows);
    store_count(&entry->grouped, counts->grouped);
    store_count(&entry->groups, counts->groups);
    store_count(&entry->exec_ns, exec_ns);
    store_atomic_max(&entry->max_exec_ns, exec_ns);
    /* The statement's start is known already: a clock read would cost more than all of the above. */
    now = (uint64)GetCurrentStatementStartTimestamp();
    store_atomic_max(&entry->last_seen, now);
}

void
store_skip(SkipReason reason)
{
    if (store.shared != NULL)
        pg_atomic_fetch_add_u64(&store.shared->skipped[reason][MyProcPid % STORE_STRIPES].value, 1);
}
