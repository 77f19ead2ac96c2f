/*
 * store_wanted.c - whose tree is wanted at its next planning.
 *
 * The planner asks a bitmap first: one bit per 16 bits of query id, set by an
 * execution that met suspects. Different ids may share a bit, and one that was
 * planned without anybody wanting it takes the bit away again; the next execution of
 * a statement that still wants its tree puts it back.
 */
#include "postgres.h"

#include "store_internal.h"

static uint32
wanted_bit(uint64 queryid)
{
    return (uint32)((queryid ^ (queryid >> 32)) % STORE_WANTED_BITS);
}

static void
wanted_set(uint64 queryid)
{
    uint32 bit = wanted_bit(queryid);
    pg_atomic_uint64 *word = &store.shared->wanted[bit / 64];
    uint64 mask = UINT64CONST(1) << (bit % 64);

    if (!(pg_atomic_read_u64(word) & mask))
        pg_atomic_fetch_or_u64(word, mask);
}

static void
wanted_clear(uint64 queryid)
{
    uint32 bit = wanted_bit(queryid);
    pg_atomic_uint64 *word = &store.shared->wanted[bit / 64];
    uint64 mask = UINT64CONST(1) << (bit % 64);

    if (pg_atomic_read_u64(word) & mask)
        pg_atomic_fetch_and_u64(word, ~mask);
}

bool
store_wants_tree(uint64 queryid)
{
    uint32 bit = wanted_bit(queryid);

    return store.shared != NULL && (pg_atomic_read_u64(&store.shared->wanted[bit / 64]) >> (bit % 64) & 1) != 0;
}

static bool
wanted_still(StatementEntry *entry)
{
    uint32 flags = pg_atomic_read_u32(&entry->flags);

    return (flags & (STATEMENT_WANTS_TREE | STATEMENT_HAS_TREE | STATEMENT_TREE_FAILED)) == STATEMENT_WANTS_TREE &&
           store_blob_may_retry(entry);
}

/* At each execution of a known statement. */
void
store_wanted_again(StatementEntry *entry, const StatementKey *key)
{
    if (unlikely(wanted_still(entry)))
        wanted_set(key->queryid);
}

/* From now on a tree is also wanted under this key's query id. Under the lock. */
void
store_wanted_under(StatementEntry *entry, int position, const StatementKey *key)
{
    store_ids_insert(store_wanting_hash(key), position);
    entry->wanted_queryid = key->queryid;
    wanted_set(key->queryid);
}

void
store_want_tree(StoreHandle handle)
{
    StatementEntry *entry = store_entry(handle);

    if (entry == NULL || pg_atomic_read_u32(&entry->flags) & (STATEMENT_WANTS_TREE | STATEMENT_HAS_TREE))
        return;
    store_lock(LW_EXCLUSIVE);
    entry = store_entry(handle);
    if (entry != NULL && !(pg_atomic_fetch_or_u32(&entry->flags, STATEMENT_WANTS_TREE) & STATEMENT_WANTS_TREE))
    {
        store_wanted_under(entry, handle.position, &entry->key);
        pg_atomic_fetch_add_u64(&store.shared->trees_wanted, 1);
    }
    store_unlock();
}

StoreHandle
store_find_wanting(const StatementKey *key, int nth)
{
    StoreHandle handle = {-1, 0};
    uint64 hash;

    if (store.shared == NULL)
        return handle;
    hash = store_wanting_hash(key);
    for (int i = 0;; i++)
    {
        handle = store_ids_lookup(hash, i);
        if (handle.position < 0)
            break;
        if (wanted_still(&store.statements[handle.position]) && nth-- == 0)
            return handle;
    }
    wanted_clear(key->queryid);
    return handle;
}

/* Rare, so a walk over all statements is good enough. Those of that id keep to their text. */
void
store_tree_failed(uint64 queryid)
{
    if (store.shared == NULL)
        return;
    store_lock(LW_EXCLUSIVE);
    for (int i = 0; i < store.shared->fresh_statement; i++)
    {
        StatementEntry *entry = &store.statements[i];

        if ((entry->key.queryid == queryid || entry->wanted_queryid == queryid) && wanted_still(entry))
            pg_atomic_fetch_or_u32(&entry->flags, STATEMENT_TREE_FAILED);
    }
    store_unlock();
    wanted_clear(queryid);
    pg_atomic_fetch_add_u64(&store.shared->trees_failed, 1);
}
