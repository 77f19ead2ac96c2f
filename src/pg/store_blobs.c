/*
 * store_blobs.c - texts, trees and parameter sets, as chains of chunks.
 */
#include "postgres.h"

#include <math.h>

#include "common/hashfn.h"
#include "utils/timestamp.h"

#include "settings.h"
#include "store_internal.h"

/* Statements given up, at most, for one blob: bounds the time under the lock. */
#define BLOB_EVICTIONS 64

/* No blob takes more than this part of all chunks. */
#define BLOB_LARGEST_PART 32

/* A blob that found no room is offered again when its statement's execution time has doubled, and grown by this. */
#define BLOB_RETRY_NS 1000000

/* So many known parameter sets in a row, and only one in BIND_RARELY executions is looked at. */
#define BIND_REPEATS 16
#define BIND_RARELY 64

static uint32
blob_chunks(Size size)
{
    return (size + sizeof(((Chunk *)0)->data) - 1) / sizeof(((Chunk *)0)->data);
}

static uint32
blob_free_chunks(void)
{
    return store.shared->n_chunks - store.shared->used_chunks;
}

/* Gives up statements until so many chunks are free: those that make way for something worth so much, but if that
 * is nothing, none. */
static bool
blob_make_room(uint32 n, int position, double worth)
{
    const StatementEntry *asker = &store.statements[position];
    TimestampTz now;

    if (likely(blob_free_chunks() >= n))
        return true;
    now = GetCurrentTimestamp();
    for (int i = 0; i < BLOB_EVICTIONS && blob_free_chunks() < n; i++)
    {
        int victim = worth > 0 ? store_pick_victim(RESOURCE_CHUNKS, asker, now) : -1;

        if (victim < 0 || !store_makes_way(victim, RESOURCE_CHUNKS, asker, worth, now))
            break;
        store_evict(victim, now);
    }
    return blob_free_chunks() >= n;
}

static uint32
blob_take_chunk(void)
{
    StoreShared *shared = store.shared;
    uint32 chunk = shared->free_chunk;

    if (chunk != 0)
        shared->free_chunk = store.chunks[chunk].next;
    else
        chunk = shared->fresh_chunk++;
    shared->used_chunks++;
    return chunk;
}

/*
 * Keeps a copy of data in *ref, whose old content is freed only if there is room
 * for the new one. Statements worth less than `worth` (0: none) make way, but not
 * the one at `position`, which the blob belongs to.
 */
bool
store_blob_put(BlobRef *ref, const char *data, Size size, int position, double worth)
{
    uint32 n = blob_chunks(size);
    BlobRef made = {0, (uint32)size};
    uint32 *link = &made.first;

    if (n > store.shared->n_chunks / BLOB_LARGEST_PART || !blob_make_room(n, position, worth))
    {
        pg_atomic_fetch_add_u64(&store.shared->blobs_refused, 1);
        return false;
    }
    for (Size done = 0; done < size; done += sizeof(store.chunks->data))
    {
        uint32 chunk = blob_take_chunk();

        memcpy(store.chunks[chunk].data, data + done, Min(size - done, sizeof(store.chunks->data)));
        *link = chunk;
        link = &store.chunks[chunk].next;
    }
    *link = 0;
    store_blob_free(ref, &store.statements[position]);
    *ref = made;
    store_use(&store.statements[position], RESOURCE_CHUNKS, n);
    pg_atomic_fetch_add_u64(&store.shared->blobs_written, 1);
    return true;
}

void
store_blob_free(BlobRef *ref, const StatementEntry *entry)
{
    StoreShared *shared = store.shared;
    uint32 chunk = ref->first;
    int n = 0;

    while (chunk != 0)
    {
        uint32 next = store.chunks[chunk].next;

        store.chunks[chunk].next = shared->free_chunk;
        shared->free_chunk = chunk;
        shared->used_chunks--;
        chunk = next;
        n++;
    }
    store_use(entry, RESOURCE_CHUNKS, -n);
    *ref = (BlobRef){0, 0};
}

/* Copies ref->size bytes to out. False if the chain is torn, which a backend killed in the middle may leave. */
bool
store_blob_copy(const BlobRef *ref, char *out)
{
    uint32 chunk = ref->first;

    for (Size done = 0; done < ref->size; done += sizeof(store.chunks->data))
    {
        if (chunk == 0 || chunk > store.shared->n_chunks)
            return false;
        memcpy(out + done, store.chunks[chunk].data, Min(ref->size - done, sizeof(store.chunks->data)));
        chunk = store.chunks[chunk].next;
    }
    return true;
}

static bool
blob_put_statement(StatementEntry *entry, int position, const char *blob, Size size, bool is_tree)
{
    uint32 flags = pg_atomic_read_u32(&entry->flags);
    double worth = store_worth(entry, GetCurrentTimestamp());

    if (!is_tree && (flags & STATEMENT_HAS_BLOB))
        return true;
    if (!store_blob_put(&entry->blob, blob, size, position, worth))
    {
        pg_atomic_write_u64(&entry->blob_retry_ns, 2 * pg_atomic_read_u64(&entry->exec_ns) + BLOB_RETRY_NS);
        if (is_tree)
            pg_atomic_fetch_add_u64(&store.shared->trees_refused, 1);
        return false;
    }
    pg_atomic_fetch_or_u32(&entry->flags, STATEMENT_HAS_BLOB | (is_tree ? STATEMENT_HAS_TREE : 0));
    if (is_tree)
        pg_atomic_fetch_add_u64(&store.shared->trees_written, 1);
    return true;
}

bool
store_put_statement(StoreHandle handle, const char *blob, Size size, bool is_tree)
{
    StatementEntry *entry;
    bool done = false;

    if (store.shared == NULL)
        return false;
    store_lock(LW_EXCLUSIVE);
    entry = store_entry(handle);
    if (entry != NULL)
        done = blob_put_statement(entry, handle.position, blob, size, is_tree);
    else
        store_lose(handle);
    store_unlock();
    return done;
}

/* False after a blob found no room, until the statement weighs more. */
bool
store_blob_may_retry(StatementEntry *entry)
{
    return pg_atomic_read_u64(&entry->exec_ns) >= pg_atomic_read_u64(&entry->blob_retry_ns);
}

bool
store_needs_statement(StoreHandle handle)
{
    StatementEntry *entry = store_entry(handle);

    return entry != NULL && !(pg_atomic_read_u32(&entry->flags) & STATEMENT_HAS_BLOB) &&
           store_blob_may_retry(entry);
}

static uint32
bind_limit(void)
{
    return Min(setting_binds, STORE_BINDS);
}

bool
store_wants_bind(StoreHandle handle, double exec_ms)
{
    StatementEntry *entry = store_entry(handle);
    bool slowest;

    if (entry == NULL || bind_limit() == 0)
        return false;
    slowest = !isinf(exec_ms) && store_ns(exec_ms) > pg_atomic_read_u64(&entry->max_exec_ns);
    if (pg_atomic_read_u32(&entry->bind_repeats) >= BIND_REPEATS && !slowest &&
        pg_atomic_read_u64(&entry->calls) % BIND_RARELY != 0)
        return false;
    return pg_atomic_read_u32(&entry->n_binds) < bind_limit() ||
           store_ns(exec_ms) > pg_atomic_read_u64(&entry->bind_floor_ns);
}

/* The kept set with the same values; NULL if there is none. */
static BindEntry *
bind_find(StatementEntry *entry, uint64 hash, Size size)
{
    for (uint32 i = 0; i < pg_atomic_read_u32(&entry->n_binds); i++)
    {
        if (entry->binds[i].hash == hash && entry->binds[i].blob.size == size)
            return &entry->binds[i];
    }
    return NULL;
}

static BindEntry *
bind_fastest(StatementEntry *entry)
{
    BindEntry *fastest = &entry->binds[0];

    for (uint32 i = 1; i < pg_atomic_read_u32(&entry->n_binds); i++)
    {
        if (entry->binds[i].exec_ns < fastest->exec_ns)
            fastest = &entry->binds[i];
    }
    return fastest;
}

/* Puts a new set into *bind, which is a free place or that of a faster one. */
static bool
bind_keep(BindEntry *bind, int position, const char *blob, Size size, uint64 hash, uint64 exec_ns)
{
    if (!store_blob_put(&bind->blob, blob, size, position, 0))
        return false;
    bind->hash = hash;
    bind->exec_ns = exec_ns;
    return true;
}

/* Under the lock. */
static bool
bind_put(StatementEntry *entry, int position, const char *blob, Size size, uint64 hash, uint64 exec_ns)
{
    uint32 n = pg_atomic_read_u32(&entry->n_binds);
    BindEntry *bind = bind_find(entry, hash, size);

    if (bind != NULL)
    {
        bind->exec_ns = Max(bind->exec_ns, exec_ns);
        pg_atomic_fetch_add_u32(&entry->bind_repeats, 1);
    }
    else if (n < bind_limit())
    {
        if (!bind_keep(&entry->binds[n], position, blob, size, hash, exec_ns))
            return false;
        pg_atomic_write_u32(&entry->n_binds, ++n);
        pg_atomic_write_u32(&entry->bind_repeats, 0);
    }
    else if (n == 0 || bind_fastest(entry)->exec_ns >= exec_ns ||
             !bind_keep(bind_fastest(entry), position, blob, size, hash, exec_ns))
        return false;
    else
        pg_atomic_write_u32(&entry->bind_repeats, 0);
    pg_atomic_write_u64(&entry->bind_floor_ns, n < bind_limit() ? 0 : bind_fastest(entry)->exec_ns);
    return true;
}

bool
store_put_bind(StoreHandle handle, const char *blob, Size size, double exec_ms)
{
    uint64 hash;
    StatementEntry *entry;
    bool done = false;

    if (store.shared == NULL || size == 0)
        return false;
    hash = hash_bytes_extended((const unsigned char *)blob, (int)size, 0);
    store_lock(LW_EXCLUSIVE);
    entry = store_entry(handle);
    if (entry != NULL)
        done = bind_put(entry, handle.position, blob, size, hash, store_ns(exec_ms));
    else
        store_lose(handle);
    store_unlock();
    if (done)
        pg_atomic_fetch_add_u64(&store.shared->binds_written, 1);
    return done;
}

/* From the dump file, under the lock. */
bool
store_bind_restore(StatementEntry *entry, int position, const StoredBind *bind)
{
    uint64 hash = hash_bytes_extended((const unsigned char *)bind->blob, (int)bind->size, 0);

    return bind_put(entry, position, bind->blob, bind->size, hash, store_ns(bind->exec_ms));
}
