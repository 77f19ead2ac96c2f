/*
 * store_read.c - copies of what is stored.
 *
 * One entry at a time, in two short shared locks: the first tells how much memory
 * the copy needs, the second copies, unless the entry grew between them.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "store_internal.h"

/* What a copy of an entry needs. */
typedef struct CopySizes
{
    uint32 generation;
    uint32 query, blob, binds; /* bytes */
    int n_binds, n_scans;
} CopySizes;

static CopySizes
copy_measure(StatementEntry *entry)
{
    CopySizes sizes = {0};

    sizes.generation = pg_atomic_read_u32(&entry->generation);
    sizes.query = entry->query.size;
    sizes.blob = entry->blob.size;
    sizes.n_binds = (int)pg_atomic_read_u32(&entry->n_binds);
    for (int i = 0; i < sizes.n_binds; i++)
        sizes.binds += entry->binds[i].blob.size;
    for (uint32 link = pg_atomic_read_u32(&entry->first_scan); link != 0 && sizes.n_scans < STORE_MAX_SCANS;
         link = pg_atomic_read_u32(&store.scans[link - 1].next))
        sizes.n_scans++;
    return sizes;
}

static bool
copy_fits(const CopySizes *now, const CopySizes *planned)
{
    return now->query <= planned->query && now->blob <= planned->blob && now->binds <= planned->binds &&
           now->n_binds <= planned->n_binds && now->n_scans <= planned->n_scans;
}

/* Room for a copy; blob and binds stay NULL where they are not asked for. */
static StoredCopy *
copy_allocate(const CopySizes *sizes, bool with_blobs)
{
    StoredCopy *copy = palloc0(sizeof(StoredCopy));
    char *bytes = with_blobs ? palloc(sizes->binds + 1) : NULL;

    copy->statement.query = palloc0(sizes->query + 1);
    if (with_blobs && sizes->blob > 0)
        copy->statement.blob = palloc(sizes->blob);
    copy->statement.binds = palloc0((sizes->n_binds + 1) * sizeof(StoredBind));
    copy->statement.binds[0].blob = bytes;
    copy->statement.scans = palloc0((sizes->n_scans + 1) * sizeof(StoredScan));
    return copy;
}

static void
copy_free(StoredCopy *copy)
{
    if (copy->statement.binds[0].blob != NULL)
        pfree(copy->statement.binds[0].blob);
    if (copy->statement.blob != NULL)
        pfree(copy->statement.blob);
    pfree(copy->statement.query);
    pfree(copy->statement.binds);
    pfree(copy->statement.scans);
    pfree(copy);
}

/*
 * A statement that was met late did not run before: it would have an entry since then. Unless it had one that was
 * removed, and that is no longer ago than the last removal of any. An entry that is older than that one may be a
 * second one, too, so it speaks for its own time alone.
 */
static TimestampTz
observed_since(const StatementEntry *entry)
{
    const StoreShared *shared = store.shared;

    return entry->since > shared->removed_at ? Max(shared->since, shared->removed_at) : entry->since;
}

static void
copy_counts(StatementEntry *entry, StoredStatement *out)
{
    out->key = entry->key;
    out->counts.calls = pg_atomic_read_u64(&entry->calls);
    out->counts.unfinished = pg_atomic_read_u64(&entry->unfinished);
    out->counts.generic = pg_atomic_read_u64(&entry->generic);
    out->counts.rows = pg_atomic_read_u64(&entry->rows);
    out->counts.grouped = pg_atomic_read_u64(&entry->grouped);
    out->counts.groups = pg_atomic_read_u64(&entry->groups);
    out->counts.exec_ms = store_ms(pg_atomic_read_u64(&entry->exec_ns));
    out->max_exec_ms = store_ms(pg_atomic_read_u64(&entry->max_exec_ns));
    out->stats_since = entry->since;
    out->observed_since = observed_since(entry);
    out->last_seen = (TimestampTz)pg_atomic_read_u64(&entry->last_seen);
    out->streak = entry->streak;
    strlcpy(out->tags, entry->tags, sizeof(out->tags));
    strlcpy(out->application_name, entry->application_name, sizeof(out->application_name));
}

/* All sets in one piece of memory, which binds[0] holds. */
static bool
copy_binds(StatementEntry *entry, StoredStatement *out)
{
    char *at = out->binds[0].blob;
    bool whole = true;

    out->n_binds = (int)pg_atomic_read_u32(&entry->n_binds);
    for (int i = 0; i < out->n_binds; i++)
    {
        out->binds[i].exec_ms = store_ms(entry->binds[i].exec_ns);
        out->binds[i].size = entry->binds[i].blob.size;
        out->binds[i].blob = at;
        if (at == NULL)
            continue;
        whole = whole && store_blob_copy(&entry->binds[i].blob, at);
        at += out->binds[i].size;
    }
    return whole;
}

/* False if a chain is torn. */
static bool
copy_fill(StatementEntry *entry, const CopySizes *sizes, StoredCopy *copy)
{
    StoredStatement *out = &copy->statement;
    bool whole;

    copy_counts(entry, out);
    copy->form_hash = entry->form_hash;
    copy->flags = pg_atomic_read_u32(&entry->flags);
    out->has_tree = (copy->flags & STATEMENT_HAS_TREE) != 0;
    out->handle.generation = sizes->generation;
    out->blob_size = entry->blob.size;
    out->n_scans = store_copy_scans(entry, out->scans, sizes->n_scans);
    whole = store_blob_copy(&entry->query, out->query);
    out->query[entry->query.size] = '\0';
    if (out->blob != NULL)
        whole = whole && store_blob_copy(&entry->blob, out->blob);
    return whole && copy_binds(entry, out);
}

/* One try: NULL with *again where the entry changed meanwhile. */
static StoredCopy *
copy_try(StatementEntry *entry, bool with_blobs, bool *again)
{
    CopySizes planned, now;
    StoredCopy *copy;
    bool done = false;

    store_lock(LW_SHARED);
    planned = copy_measure(entry);
    store_unlock();
    *again = false;
    if (!(planned.generation & 1))
        return NULL;
    copy = copy_allocate(&planned, with_blobs);
    store_lock(LW_SHARED);
    now = copy_measure(entry);
    *again = now.generation != planned.generation || !copy_fits(&now, &planned) ||
             (with_blobs && planned.blob == 0 && now.blob != 0);
    if (!*again)
        done = copy_fill(entry, &now, copy);
    store_unlock();
    if (done)
        return copy;
    copy_free(copy);
    return NULL;
}

StoredCopy *
store_copy(int position, bool with_blobs)
{
    StatementEntry *entry = &store.statements[position];
    StoredCopy *copy;
    bool again;

    do
    {
        copy = copy_try(entry, with_blobs, &again);
    } while (again);
    if (copy != NULL)
        copy->statement.handle.position = position;
    return copy;
}

static int
read_heaviest_first(const ListCell *a, const ListCell *b)
{
    double left = ((const StoredStatement *)lfirst(a))->counts.exec_ms;
    double right = ((const StoredStatement *)lfirst(b))->counts.exec_ms;

    return left > right ? -1 : left < right ? 1 : 0;
}

List *
store_read(Oid dbid, bool with_blobs)
{
    List *statements = NIL;

    if (store.shared == NULL)
        return NIL;
    for (int position = 0; position < store.shared->n_statements; position++)
    {
        StatementEntry *entry = &store.statements[position];
        StoredCopy *copy;

        CHECK_FOR_INTERRUPTS();
        if (!(pg_atomic_read_u32(&entry->generation) & 1) || (dbid != InvalidOid && entry->key.dbid != dbid))
            continue;
        copy = store_copy(position, with_blobs);
        /* Looked at again: the place may have changed hands before it was copied. */
        if (copy != NULL && (dbid == InvalidOid || copy->statement.key.dbid == dbid))
            statements = lappend(statements, &copy->statement);
    }
    list_sort(statements, read_heaviest_first);
    return statements;
}

/* An entry that changes hands meanwhile may show either database. */
List *
store_databases(void)
{
    List *databases = NIL;

    for (int position = 0; store.shared != NULL && position < store.shared->n_statements; position++)
    {
        StatementEntry *entry = &store.statements[position];

        CHECK_FOR_INTERRUPTS();
        if (pg_atomic_read_u32(&entry->generation) & 1)
            databases = list_append_unique_oid(databases, entry->key.dbid);
    }
    return databases;
}

static void
read_sums(uint64 *calls, uint64 *ns)
{
    *calls = store.shared->gone_calls;
    *ns = store.shared->gone_ns;
    for (int position = 0; position < store.shared->fresh_statement; position++)
    {
        StatementEntry *entry = &store.statements[position];

        if (!(pg_atomic_read_u32(&entry->generation) & 1))
            continue;
        *calls += pg_atomic_read_u64(&entry->calls);
        *ns += pg_atomic_read_u64(&entry->exec_ns);
    }
}

/* Changes with everything that the dump file would show. */
uint64
store_activity(void)
{
    uint64 calls, ns;

    read_sums(&calls, &ns);
    return calls + store.shared->statements_made + pg_atomic_read_u64(&store.shared->blobs_written);
}

static uint64
read_skipped(SkipReason reason)
{
    uint64 sum = 0;

    for (int i = 0; i < STORE_STRIPES; i++)
        sum += pg_atomic_read_u64(&store.shared->skipped[reason][i].value);
    return sum;
}

static uint64
read_used_bytes(const StoreShared *shared)
{
    return sizeof(StoreShared) + shared->used_statements * sizeof(StatementEntry) +
           shared->used_scans * sizeof(ScanEntry) + (uint64)shared->used_chunks * sizeof(Chunk);
}

/* The sums are made here rather than kept: a total that every execution adds to would be a bottleneck. */
void
store_read_counters(StoreCounters *counters)
{
    StoreShared *shared = store.shared;
    uint64 ns;

    memset(counters, 0, sizeof(StoreCounters));
    if (shared == NULL)
        return;
    read_sums(&counters->executions_with_suspects, &ns);
    counters->suspect_ms = store_ms(ns);
    store_read_overhead(counters);
    counters->executions_sampled_out = read_skipped(SKIP_SAMPLED_OUT);
    counters->executions_skipped =
        counters->executions_sampled_out + counters->executions_throttled + read_skipped(SKIP_NO_ENTRY);
    counters->since = shared->since;
    counters->last_save = shared->last_save;
    counters->last_save_failed = shared->last_save_failed;
    counters->dump_bytes = shared->dump_bytes;
    counters->memory_bytes = shared->bytes;
    counters->memory_used_bytes = read_used_bytes(shared);
    counters->blob_bytes = (uint64)shared->n_chunks * sizeof(Chunk);
    counters->blob_used_bytes = (uint64)shared->used_chunks * sizeof(Chunk);
    counters->statements = shared->used_statements;
    counters->statements_max = shared->n_statements;
    counters->scans = shared->used_scans;
    counters->scans_max = shared->n_scans;
    counters->statements_evicted = shared->statements_evicted;
    counters->scans_evicted = shared->scans_evicted;
    counters->blobs_refused = pg_atomic_read_u64(&shared->blobs_refused);
    counters->adds_lost = pg_atomic_read_u64(&shared->adds_lost);
    counters->trees_wanted = pg_atomic_read_u64(&shared->trees_wanted);
    counters->trees_written = pg_atomic_read_u64(&shared->trees_written);
    counters->trees_failed = pg_atomic_read_u64(&shared->trees_failed);
    counters->trees_copied = pg_atomic_read_u64(&shared->trees_copied);
    counters->trees_refused = pg_atomic_read_u64(&shared->trees_refused);
    counters->trees_postponed = pg_atomic_read_u64(&shared->trees_postponed);
    counters->binds_written = pg_atomic_read_u64(&shared->binds_written);
}
