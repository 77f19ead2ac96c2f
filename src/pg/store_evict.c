/*
 * store_evict.c - who leaves when memory is full, and reset.
 *
 * What weighs least leaves. But a role can make statements weigh as much as it likes, so weight alone would let one
 * role push out all others: a role that holds more than half of what is short (entries, scans or chunks) makes room
 * among its own, and makes way for others whatever it weighs. With one busy role that is the order of weight.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "utils/timestamp.h"

#include "store_internal.h"

/* Entries looked at for one victim: enough that what matters is never the least of them, few enough to be cheap. */
#define EVICT_SAMPLE 32

/* The worth of those evicted is a sliding mean over about so many. */
#define EVICT_MEAN_OVER 16

/* So long after an eviction others are thought to be near. */
#define EVICT_RECENTLY_US USECS_PER_MINUTE

/* Entries looked at between two releases of the lock by reset. */
#define RESET_BATCH 64

/*
 * Microseconds of execution, fading with the hours since it was last seen. What has
 * not finished an execution yet is worth the time that it has been running, up to
 * a minute, so that a long first execution still finds its entry at the end.
 */
double
store_worth(StatementEntry *entry, TimestampTz now)
{
    double worth = pg_atomic_read_u64(&entry->exec_ns) / 1000.0;
    TimestampTz seen = (TimestampTz)pg_atomic_read_u64(&entry->last_seen);
    double idle = Max(now - seen, 0);

    if (pg_atomic_read_u64(&entry->calls) == 0)
        worth = Max(worth, Min(now - entry->since, USECS_PER_MINUTE));
    return worth / (1.0 + idle / USECS_PER_HOUR);
}

static bool
evict_in_use(int position)
{
    return pg_atomic_read_u32(&store.statements[position].generation) & 1;
}

static int
role_bucket(const StatementEntry *entry)
{
    return murmurhash32(entry->key.userid) % STORE_ROLE_BUCKETS;
}

/* The role of entry takes up so much more, or less. */
void
store_use(const StatementEntry *entry, StoreResource resource, int amount)
{
    store.shared->used_by[role_bucket(entry)][resource] += amount;
}

static bool
has_more_than_its_share(int bucket, StoreResource resource)
{
    const StoreShared *shared = store.shared;
    const uint32 all[N_RESOURCES] = {shared->n_statements, shared->n_scans, shared->n_chunks};

    return shared->used_by[bucket][resource] > all[resource] / 2;
}

static bool
has_more_than_any_share(int bucket)
{
    return has_more_than_its_share(bucket, RESOURCE_STATEMENTS) ||
           has_more_than_its_share(bucket, RESOURCE_SCANS) || has_more_than_its_share(bucket, RESOURCE_CHUNKS);
}

bool
store_may_stay(StatementEntry *entry)
{
    StoreShared *shared = store.shared;
    TimestampTz now = GetCurrentStatementStartTimestamp();

    return now - (TimestampTz)pg_atomic_read_u64(&shared->evicted_at) > EVICT_RECENTLY_US ||
           (shared->evicted_for_share && !has_more_than_any_share(role_bucket(entry))) ||
           store_ns(store_worth(entry, now) / 1000.0) >= 2 * pg_atomic_read_u64(&shared->evicted_worth_ns);
}

/*
 * Of the next entries in use the least worthy, asker aside: of its own role where that has more than its share,
 * else of a role that has, else of all. -1 if there is none.
 */
int
store_pick_victim(StoreResource resource, const StatementEntry *asker, TimestampTz now)
{
    StoreShared *shared = store.shared;
    int own = role_bucket(asker);
    bool own_only = has_more_than_its_share(own, resource);
    bool victim_has_more = false;
    int victim = -1;
    double least = 0;

    for (int seen = 0, steps = 0; seen < EVICT_SAMPLE && steps < shared->n_statements; steps++)
    {
        int position = shared->hand;
        StatementEntry *entry = &store.statements[position];
        bool has_more;
        double worth;

        shared->hand = (position + 1) % shared->n_statements;
        if (entry == asker || !evict_in_use(position) || (own_only && role_bucket(entry) != own))
            continue;
        seen++;
        has_more = has_more_than_its_share(role_bucket(entry), resource);
        worth = store_worth(entry, now);
        if (victim < 0 || has_more > victim_has_more || (has_more == victim_has_more && worth < least))
        {
            victim = position;
            least = worth;
            victim_has_more = has_more;
        }
    }
    return victim;
}

/* Whether a picked victim leaves for something of the asker's that is worth so much. */
bool
store_makes_way(int victim, StoreResource resource, const StatementEntry *asker, double worth, TimestampTz now)
{
    StatementEntry *entry = &store.statements[victim];

    return (role_bucket(entry) != role_bucket(asker) && has_more_than_its_share(role_bucket(entry), resource)) ||
           store_worth(entry, now) < worth;
}

/* Frees an entry and all that hangs on it; returns the number of its scans. */
static int
evict_release(int position)
{
    StatementEntry *entry = &store.statements[position];
    int n_scans;

    store_wanted_forget(entry);
    store_ids_forget(entry);
    pg_write_barrier();
    pg_atomic_write_u32(&entry->generation, pg_atomic_read_u32(&entry->generation) + 1);
    n_scans = store_release_scans(entry);
    store_blob_free(&entry->query, entry);
    store_blob_free(&entry->blob, entry);
    for (int i = 0; i < STORE_BINDS; i++)
        store_blob_free(&entry->binds[i].blob, entry);
    entry->next_free = store.shared->free_statement;
    store.shared->free_statement = position;
    store.shared->used_statements--;
    store_use(entry, RESOURCE_STATEMENTS, -1);
    store.shared->removed_at = GetCurrentTimestamp();
    return n_scans;
}

/* For room: what the entry counted stays in the totals. */
void
store_evict(int position, TimestampTz now)
{
    StoreShared *shared = store.shared;
    StatementEntry *entry = &store.statements[position];
    uint64 usual_ns = pg_atomic_read_u64(&shared->evicted_worth_ns);
    uint64 worth_ns = store_ns(store_worth(entry, now) / 1000.0);

    pg_atomic_write_u64(&shared->evicted_worth_ns,
                        usual_ns - usual_ns / EVICT_MEAN_OVER + worth_ns / EVICT_MEAN_OVER);
    pg_atomic_write_u64(&shared->evicted_at, (uint64)now);
    shared->evicted_for_share = has_more_than_any_share(role_bucket(entry));
    shared->gone_calls += pg_atomic_read_u64(&entry->calls);
    shared->gone_ns += pg_atomic_read_u64(&entry->exec_ns);
    shared->statements_evicted++;
    shared->scans_evicted += evict_release(position);
}

/* By somebody's wish: nothing stays. */
void
store_remove(int position)
{
    evict_release(position);
}

static bool
reset_matches(const StatementKey *key, Oid userid, Oid dbid, uint64 queryid)
{
    return (userid == InvalidOid || key->userid == userid) && (dbid == InvalidOid || key->dbid == dbid) &&
           (queryid == 0 || key->queryid == queryid);
}

/* A reset of everything also starts the counters anew. */
static void
reset_counters(void)
{
    StoreShared *shared = store.shared;

    shared->since = GetCurrentTimestamp();
    shared->gone_calls = shared->gone_ns = 0;
    pg_atomic_write_u64(&shared->evicted_at, 0);
    pg_atomic_write_u64(&shared->evicted_worth_ns, 0);
    shared->statements_evicted = shared->scans_evicted = 0;
    pg_atomic_write_u64(&shared->blobs_refused, 0);
    pg_atomic_write_u64(&shared->adds_lost, 0);
    pg_atomic_write_u64(&shared->trees_wanted, 0);
    pg_atomic_write_u64(&shared->trees_written, 0);
    pg_atomic_write_u64(&shared->trees_failed, 0);
    pg_atomic_write_u64(&shared->trees_copied, 0);
    pg_atomic_write_u64(&shared->trees_refused, 0);
    pg_atomic_write_u64(&shared->trees_postponed, 0);
    pg_atomic_write_u64(&shared->binds_written, 0);
    for (int i = 0; i < SKIP_REASONS * STORE_STRIPES; i++)
        pg_atomic_write_u64(&shared->skipped[i / STORE_STRIPES][i % STORE_STRIPES].value, 0);
    store_overhead_reset(shared);
}

uint64
store_reset(Oid userid, Oid dbid, uint64 queryid)
{
    uint64 removed = 0;

    if (store.shared == NULL)
        return 0;
    store_lock(LW_EXCLUSIVE);
    for (int position = 0; position < store.shared->n_statements; position++)
    {
        if (position % RESET_BATCH == RESET_BATCH - 1)
        {
            store_unlock();
            store_lock(LW_EXCLUSIVE);
        }
        if (!evict_in_use(position) || !reset_matches(&store.statements[position].key, userid, dbid, queryid))
            continue;
        store_remove(position);
        removed++;
    }
    if (userid == InvalidOid && dbid == InvalidOid && queryid == 0)
        reset_counters();
    if (userid == InvalidOid && queryid == 0)
        store_writes_forget(dbid);
    store.shared->statements_made++; /* the dump file is out of date */
    store_unlock();
    return removed;
}
