/*
 * store_wanted.c - whose tree is wanted at its next planning.
 *
 * The planner asks a table first: a slot holds the tag (a hash of query id, database and role) of a statement
 * whose execution met suspects and whose tree is missing. Two tags may fight for a slot, and a planning that
 * nobody wanted anything of, since only its relations are others, takes the tag away again; an execution of a
 * statement that still wants its tree puts it back, but not each: only at the 1st, 2nd, 4th, 8th and so on, so
 * that copying for nothing stays rare even where it is planned all the time and never what is wanted.
 *
 * In a full store a tree would often be evicted before anybody reads it. A statement has to be worth more
 * than those evicted lately before its tree is asked for.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "store_internal.h"

#define WANTED_SEED UINT64CONST(0x6b43a9b5c2d7e8f1)

/* Never 0, which is an empty slot. */
static uint64
wanted_tag(uint64 queryid, Oid dbid, Oid userid)
{
    return store_mix(WANTED_SEED + queryid, ((uint64)dbid << 32) | userid) | 1;
}

static pg_atomic_uint64 *
wanted_slot(uint64 tag)
{
    return &store.shared->wanted[(tag >> 1) % STORE_WANTED_SLOTS];
}

static void
wanted_set(uint64 queryid, const StatementKey *key)
{
    uint64 tag = wanted_tag(queryid, key->dbid, key->userid);

    if (pg_atomic_read_u64(wanted_slot(tag)) != tag)
        pg_atomic_write_u64(wanted_slot(tag), tag);
}

static void
wanted_clear(uint64 queryid, const StatementKey *key)
{
    uint64 tag = wanted_tag(queryid, key->dbid, key->userid);
    uint64 expected = tag;

    (void)pg_atomic_compare_exchange_u64(wanted_slot(tag), &expected, 0);
}

bool
store_wants_tree(uint64 queryid)
{
    uint64 tag;

    if (store.shared == NULL)
        return false;
    tag = wanted_tag(queryid, MyDatabaseId, GetUserId());
    return unlikely(pg_atomic_read_u64(wanted_slot(tag)) == tag);
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
    uint64 calls;

    if (likely(!wanted_still(entry)))
        return;
    calls = pg_atomic_read_u64(&entry->calls);
    if ((calls & (calls - 1)) == 0)
        wanted_set(key->queryid, key);
}

/* Its entry goes; under the lock. */
void
store_wanted_forget(StatementEntry *entry)
{
    if (wanted_still(entry))
        wanted_clear(entry->wanted_queryid, &entry->key);
}

bool
store_needs_tree(StoreHandle handle)
{
    const uint32 settled = STATEMENT_WANTS_TREE | STATEMENT_HAS_TREE | STATEMENT_TREE_FAILED;
    StatementEntry *entry = store_entry(handle);

    if (entry == NULL || (pg_atomic_read_u32(&entry->flags) & settled) || !store_blob_may_retry(entry))
        return false;
    if (store_may_stay(entry))
        return true;
    if (!(pg_atomic_fetch_or_u32(&entry->flags, STATEMENT_TREE_POSTPONED) & STATEMENT_TREE_POSTPONED))
        pg_atomic_fetch_add_u64(&store.shared->trees_postponed, 1);
    return false;
}

/* From now on a tree is also wanted under this key's query id. Under the lock. */
void
store_wanted_under(StatementEntry *entry, int position, const StatementKey *key)
{
    store_ids_insert(store_wanting_hash(key), position);
    entry->wanted_queryid = key->queryid;
    wanted_set(key->queryid, key);
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
    wanted_clear(key->queryid, key);
    return handle;
}

/* Rare, so a walk over all statements is good enough. Those of that id keep to their text. */
void
store_tree_failed(const StatementKey *key)
{
    if (store.shared == NULL)
        return;
    store_lock(LW_EXCLUSIVE);
    for (int i = 0; i < store.shared->fresh_statement; i++)
    {
        StatementEntry *entry = &store.statements[i];

        if ((entry->key.queryid == key->queryid || entry->wanted_queryid == key->queryid) && wanted_still(entry))
            pg_atomic_fetch_or_u32(&entry->flags, STATEMENT_TREE_FAILED);
    }
    store_unlock();
    wanted_clear(key->queryid, key);
    pg_atomic_fetch_add_u64(&store.shared->trees_failed, 1);
}

void
store_tree_copied(void)
{
    pg_atomic_fetch_add_u64(&store.shared->trees_copied, 1);
}
