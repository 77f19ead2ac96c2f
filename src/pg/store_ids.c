/*
 * store_ids.c - from what identifies a statement to its entry.
 *
 * A table of buckets of eight slots, one cache line each: an id belongs to one
 * bucket, so a look-up reads one line, and an emptied slot needs no tombstone.
 * Several ids may lead to one entry: its own, the hash of its normal form, that
 * under which its tree is wanted, and those of the same text with longer lists.
 * The slots of one entry are chained, so that it can be forgotten without a
 * search.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "store_internal.h"

/* Seeds that keep the kinds of ids apart. */
#define ID_SEED UINT64CONST(0x51d0a1b2c3d4e5f7)
#define FORM_SEED UINT64CONST(0xf02a3b4c5d6e7f81)
#define WANTING_SEED UINT64CONST(0xa17b3c4d5e6f7081)

/* One round of mixing for all three: the multiplications do not wait for each other, rounds would. */
static inline uint64
ids_mix(uint64 seed, uint64 queryid, uint64 role, uint64 rest)
{
    uint64 h = seed + queryid * UINT64CONST(0x9fb21c651e98df25);

    role *= UINT64CONST(0xd6e8feb86659fd93);
    h ^= (role << 32) | (role >> 32);
    return store_mix(h, rest * UINT64CONST(0xff51afd7ed558ccd));
}

static inline uint64
ids_role(const StatementKey *key)
{
    return ((uint64)key->dbid << 32) | key->userid;
}

static inline uint64
ids_rest(const StatementKey *key)
{
    return ((uint64)key->relations << 1) | (key->toplevel ? 1 : 0);
}

uint64
store_id_hash(const StatementKey *key)
{
    return ids_mix(ID_SEED, key->queryid, ids_role(key), ids_rest(key));
}

/* toplevel is left out: the planner does not know it yet. */
uint64
store_wanting_hash(const StatementKey *key)
{
    return ids_mix(WANTING_SEED, key->queryid, ids_role(key), key->relations);
}

/*
 * Of the normal form, without the numbers of parameters: behind a list of three
 * parameters the next one is $4, behind a list of five it is $6. Never 0.
 */
uint64
store_form_hash(const StatementKey *key, const char *form, int length)
{
    uint64 h = ids_mix(FORM_SEED, 0, ids_role(key), ids_rest(key));
    bool parameter = false;

    for (int i = 0; i < length; i++)
    {
        bool digit = form[i] >= '0' && form[i] <= '9';

        parameter = form[i] == '$' || (parameter && digit);
        if (!parameter || form[i] == '$')
            h = store_mix(h, (unsigned char)form[i]);
    }
    return h != 0 ? h : 1;
}

/* The low bits, which the slot does not keep, choose the bucket. */
static int
ids_first_slot(uint64 hash)
{
    uint64 low = hash & SLOT_POSITION_MASK;

    return (int)((low * store.shared->n_buckets) >> SLOT_POSITION_BITS) * STORE_SLOTS_PER_BUCKET;
}

static inline int
ids_position(uint64 slot)
{
    return (int)(slot & SLOT_POSITION_MASK) - 1;
}

/* The nth entry of that id; position -1 if there is none. Without lock, see store_internal.h. */
StoreHandle
store_ids_lookup(uint64 hash, int nth)
{
    StoreHandle handle = {-1, 0};
    pg_atomic_uint64 *bucket = &store.slots[ids_first_slot(hash)];

    for (int i = 0; i < STORE_SLOTS_PER_BUCKET; i++)
    {
        uint64 slot = pg_atomic_read_u64(&bucket[i]);
        uint32 generation;

        if (slot == 0 || ((slot ^ hash) & ~SLOT_POSITION_MASK) != 0 || nth-- > 0)
            continue;
        pg_read_barrier();
        generation = pg_atomic_read_u32(&store.statements[ids_position(slot)].generation);
        pg_read_barrier();
        if (pg_atomic_read_u64(&bucket[i]) != slot)
            continue;
        handle.position = ids_position(slot);
        handle.generation = generation;
        break;
    }
    return handle;
}

/* Takes slot out of its entry's chain and empties it. */
static void
ids_drop(int slot)
{
    StatementEntry *entry = &store.statements[ids_position(pg_atomic_read_u64(&store.slots[slot]))];
    int *link = &entry->first_slot;

    while (*link != slot && *link >= 0)
        link = &store.slot_next[*link];
    if (*link == slot)
        *link = store.slot_next[slot];
    pg_atomic_write_u64(&store.slots[slot], 0);
}

/* A slot of the bucket whose entry can do without it; -1 if there is none. */
static int
ids_spare_slot(int first)
{
    for (int slot = first; slot < first + STORE_SLOTS_PER_BUCKET; slot++)
    {
        StatementEntry *entry = &store.statements[ids_position(pg_atomic_read_u64(&store.slots[slot]))];

        if (entry->id_slot != slot && entry->form_slot != slot)
            return slot;
    }
    return -1;
}

/* Evicts the least worthy of the entries that this full bucket leads to, but for `except`. */
static void
ids_evict_one(int first, int except)
{
    TimestampTz now = GetCurrentTimestamp();
    int victim = -1;
    double least = 0;

    for (int slot = first; slot < first + STORE_SLOTS_PER_BUCKET; slot++)
    {
        int position = ids_position(pg_atomic_read_u64(&store.slots[slot]));
        double worth = store_worth(&store.statements[position], now);

        if (position != except && (victim < 0 || worth < least))
        {
            victim = position;
            least = worth;
        }
    }
    if (victim >= 0)
        store_evict(victim, now);
}

static int
ids_empty_slot(int first)
{
    for (int slot = first; slot < first + STORE_SLOTS_PER_BUCKET; slot++)
    {
        if (pg_atomic_read_u64(&store.slots[slot]) == 0)
            return slot;
    }
    return -1;
}

/* An empty slot in the bucket, made by giving up what matters least there. */
static int
ids_make_slot(int first, int position)
{
    int slot = ids_empty_slot(first);

    if (slot >= 0)
        return slot;
    slot = ids_spare_slot(first);
    if (slot >= 0)
    {
        ids_drop(slot);
        return slot;
    }
    ids_evict_one(first, position);
    return ids_empty_slot(first);
}

/* Lets hash lead to position and returns the slot; -1 if the bucket is full of this very entry's ids. */
int
store_ids_insert(uint64 hash, int position)
{
    StatementEntry *entry = &store.statements[position];
    int first = ids_first_slot(hash);
    uint64 value = (hash & ~SLOT_POSITION_MASK) | (uint64)(position + 1);
    int slot;

    for (slot = first; slot < first + STORE_SLOTS_PER_BUCKET; slot++)
    {
        if (pg_atomic_read_u64(&store.slots[slot]) == value)
            return slot;
    }
    slot = ids_make_slot(first, position);
    if (slot < 0)
        return -1;
    store.slot_next[slot] = entry->first_slot;
    entry->first_slot = slot;
    pg_write_barrier();
    pg_atomic_write_u64(&store.slots[slot], value);
    return slot;
}

void
store_ids_forget(StatementEntry *entry)
{
    for (int slot = entry->first_slot; slot >= 0; slot = store.slot_next[slot])
        pg_atomic_write_u64(&store.slots[slot], 0);
    entry->first_slot = entry->id_slot = entry->form_slot = -1;
}
