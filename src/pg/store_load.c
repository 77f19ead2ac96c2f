/*
 * store_load.c - the workload from the file.
 *
 * This runs in the postmaster, which must not fail: nothing read from the file is
 * used before it was checked, and a file that does not match in every point is left
 * alone, with a line in the log and an empty start.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "settings.h"
#include "store_file.h"
#include "store_internal.h"

typedef struct LoadReader
{
    const char *at;
    Size left;
    bool checking; /* nothing is restored yet */
} LoadReader;

/* The next so many bytes of the file; NULL if there are not so many. */
static const char *
load_take(LoadReader *reader, Size size)
{
    const char *at = reader->at;

    if (size > reader->left)
        return NULL;
    reader->at += size;
    reader->left -= size;
    return at;
}

static bool
load_get(LoadReader *reader, void *out, Size size)
{
    const char *at = load_take(reader, size);

    if (at != NULL)
        memcpy(out, at, size);
    return at != NULL;
}

/* A bool that holds neither 0 nor 1 must not even be looked at. */
static bool
load_is_bool(const bool *value)
{
    uint8 byte;

    memcpy(&byte, value, sizeof(byte));
    return byte <= 1;
}

/* entry NULL: nothing is to be restored, or there is no place for it. */
static bool
load_get_binds(LoadReader *reader, StatementEntry *entry, int position, uint32 n)
{
    for (uint32 i = 0; i < n; i++)
    {
        DumpBind bind;
        StoredBind stored;

        if (!load_get(reader, &bind, sizeof(bind)))
            return false;
        stored.exec_ms = bind.exec_ms;
        stored.size = bind.size;
        stored.blob = unconstify(char *, load_take(reader, bind.size));
        if (stored.blob == NULL || bind.size == 0)
            return false;
        if (entry != NULL)
            store_bind_restore(entry, position, &stored);
    }
    return true;
}

static bool
load_get_scans(LoadReader *reader, StoreHandle handle, uint32 n)
{
    for (uint32 i = 0; i < n; i++)
    {
        StoredScan scan;

        if (!load_get(reader, &scan, sizeof(scan)) || scan.shape.n_clauses > STORE_CLAUSES ||
            !load_is_bool(&scan.returned_estimated))
            return false;
        if (handle.position >= 0)
            store_restore_scan(handle, &scan);
    }
    return true;
}

static void
load_restore_counts(StatementEntry *entry, const DumpRecord *record)
{
    pg_atomic_write_u64(&entry->calls, record->counts.calls);
    pg_atomic_write_u64(&entry->unfinished, record->counts.unfinished);
    pg_atomic_write_u64(&entry->generic, record->counts.generic);
    pg_atomic_write_u64(&entry->rows, record->counts.rows);
    pg_atomic_write_u64(&entry->grouped, record->counts.grouped);
    pg_atomic_write_u64(&entry->groups, record->counts.groups);
    pg_atomic_write_u64(&entry->exec_ns, store_ns(record->counts.exec_ms));
    pg_atomic_write_u64(&entry->max_exec_ns, store_ns(record->max_exec_ms));
    pg_atomic_write_u64(&entry->last_seen, record->last_seen);
    entry->since = record->since;
    entry->streak = record->streak;
    strlcpy(entry->tags, record->tags, sizeof(entry->tags));
    strlcpy(entry->application_name, record->application_name, NAMEDATALEN);
}

/* Ids, and whether a tree is there or was wanted. */
static void
load_restore_ids(StatementEntry *entry, int position, const DumpRecord *record)
{
    uint32 flags = record->flags;

    entry->form_hash = record->form_hash;
    entry->id_slot = store_ids_insert(store_id_hash(&entry->key), position);
    if (record->form_hash != 0)
        entry->form_slot = store_ids_insert(record->form_hash, position);
    if (entry->blob.size == 0)
        flags &= ~(STATEMENT_HAS_BLOB | STATEMENT_HAS_TREE);
    pg_atomic_write_u32(&entry->flags, flags);
    if ((flags & (STATEMENT_WANTS_TREE | STATEMENT_HAS_TREE)) == STATEMENT_WANTS_TREE)
        store_wanted_under(entry, position, &entry->key);
}

/* What finds no place counts as evicted, so that the sums stay right. */
static void
load_leave_out(const DumpRecord *record)
{
    StoreShared *shared = store.shared;

    shared->gone_calls += record->counts.calls;
    shared->gone_ns += store_ns(record->counts.exec_ms);
    shared->statements_evicted++;
    shared->scans_evicted += record->n_scans;
}

/* An entry for the record, without binds and scans. A blob that finds no room stays out, as in operation. */
static StoreHandle
load_make_entry(const DumpRecord *record, const char *query, const char *blob)
{
    StoreHandle handle = {store_take_statement(&record->key), 0};
    StatementEntry *entry;

    if (handle.position < 0)
    {
        load_leave_out(record);
        return handle;
    }
    entry = &store.statements[handle.position];
    handle.generation = pg_atomic_read_u32(&entry->generation);
    load_restore_counts(entry, record);
    store_blob_put(&entry->query, query, record->query_size, handle.position, 0);
    if (record->blob_size > 0)
        store_blob_put(&entry->blob, blob, record->blob_size, handle.position, 0);
    load_restore_ids(entry, handle.position, record);
    return handle;
}

/* One record, under the lock. False if it is damaged. */
static bool
load_get_statement(LoadReader *reader)
{
    DumpRecord record;
    const char *query, *blob;
    StoreHandle handle = {-1, 0};

    if (!load_get(reader, &record, sizeof(record)))
        return false;
    query = load_take(reader, record.query_size);
    blob = load_take(reader, record.blob_size);
    if (query == NULL || blob == NULL || record.n_binds > STORE_BINDS || record.n_scans > STORE_MAX_SCANS ||
        memchr(record.application_name, '\0', NAMEDATALEN) == NULL ||
        memchr(record.tags, '\0', sizeof(record.tags)) == NULL || !load_is_bool(&record.key.toplevel))
        return false;
    if (!reader->checking)
        handle = load_make_entry(&record, query, blob);
    return load_get_binds(reader, store_entry(handle), handle.position, record.n_binds) &&
           load_get_scans(reader, handle, record.n_scans);
}

static void
load_ignore(const char *reason)
{
    ereport(LOG, (errmsg("index_advisor starts with an empty workload: file \"%s\" %s", DUMP_FILE, reason)));
}

static void
load_restore_skipped(StoreShared *shared, SkipReason reason, uint64 executions)
{
    pg_atomic_fetch_add_u64(&shared->skipped[reason][0].value, executions);
}

/* On top of what loading itself counted: statements that had to be left out, say. */
static void
load_restore_counters(const DumpHeader *header)
{
    StoreShared *shared = store.shared;
    const StoreCounters *saved = &header->counters;

    shared->since = header->since;
    shared->last_save = header->saved;
    shared->dump_bytes = sizeof(DumpHeader) + header->body_size;
    shared->gone_calls += header->gone_calls;
    shared->gone_ns += header->gone_ns;
    shared->statements_evicted += saved->statements_evicted;
    shared->scans_evicted += saved->scans_evicted;
    load_restore_skipped(shared, SKIP_SAMPLED_OUT, saved->executions_sampled_out);
    load_restore_skipped(shared, SKIP_NO_ENTRY,
                         saved->executions_skipped - saved->executions_sampled_out - saved->executions_throttled);
    store_restore_overhead(saved);
    pg_atomic_fetch_add_u64(&shared->blobs_refused, saved->blobs_refused);
    pg_atomic_fetch_add_u64(&shared->adds_lost, saved->adds_lost);
    pg_atomic_fetch_add_u64(&shared->trees_wanted, saved->trees_wanted);
    pg_atomic_fetch_add_u64(&shared->trees_written, saved->trees_written);
    pg_atomic_fetch_add_u64(&shared->trees_failed, saved->trees_failed);
    pg_atomic_fetch_add_u64(&shared->trees_copied, saved->trees_copied);
    pg_atomic_fetch_add_u64(&shared->trees_refused, saved->trees_refused);
    pg_atomic_fetch_add_u64(&shared->trees_postponed, saved->trees_postponed);
    pg_atomic_fetch_add_u64(&shared->binds_written, saved->binds_written);
}

/* False if they are not what the header says. */
static bool
load_get_statements(LoadReader reader, const DumpHeader *header)
{
    for (uint32 i = 0; i < header->n_statements; i++)
    {
        if (!load_get_statement(&reader))
            return false;
    }
    return reader.left == 0;
}

static void
load_restore(const LoadReader *reader, const DumpHeader *header)
{
    StoreShared *shared = store.shared;

    store_lock(LW_EXCLUSIVE);
    (void)load_get_statements(*reader, header);
    store_unlock();
    load_restore_counters(header);
    if (shared->used_statements < (int)header->n_statements || header->gone_calls > 0)
        shared->removed_at = header->saved;
    shared->saved_activity = store_activity();
    if (shared->used_statements < (int)header->n_statements)
        ereport(LOG, (errmsg("index_advisor restored %d of %u statements", shared->used_statements,
                             header->n_statements),
                      errhint("Raise index_advisor.memory to keep more.")));
}

/* Why the file is not what this server wrote, as far as its beginning tells; NULL if it may be. */
static const char *
load_check_header(const DumpHeader *header, off_t size)
{
    DumpHeader own;

    store_file_header(&own);
    if (memcmp(header->magic, own.magic, sizeof(own.magic)) != 0)
        return "is of another kind";
    if (header->version != own.version || header->layout != own.layout || header->major != own.major ||
        header->catalog_version != own.catalog_version)
        return "was written by another version";
    if (header->system_identifier != own.system_identifier)
        return "belongs to another cluster";
    if (header->body_size != (uint64)size - sizeof(DumpHeader))
        return "is not complete";
    return NULL;
}

/* All of it, so that what is restored is everything or nothing. */
static bool
load_is_whole(LoadReader *reader, const DumpHeader *header)
{
    pg_crc32c crc;
    bool whole;

    INIT_CRC32C(crc);
    COMP_CRC32C(crc, reader->at, reader->left);
    reader->checking = true;
    whole = store_file_checksum(crc, header) == header->crc && load_get_statements(*reader, header);
    reader->checking = false;
    return whole;
}

static bool
load_read(int fd, void *out, Size size)
{
    for (Size done = 0; done < size;)
    {
        ssize_t part = read(fd, (char *)out + done, size - done);

        if (part <= 0)
            return false;
        done += part;
    }
    return true;
}

/* Nothing is allocated before the header has told that the file is ours and as long as it should be. */
static const char *
load_body(int fd, const DumpHeader *header)
{
    char *body = palloc_extended(Max(header->body_size, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
    LoadReader reader = {body, header->body_size, false};
    const char *reason = NULL;

    if (body == NULL)
        return "is too large to read";
    if (!load_read(fd, body, header->body_size))
        reason = "could not be read";
    else
    {
        store_file_veil(body, header->body_size, 0, header->system_identifier);
        if (load_is_whole(&reader, header))
            load_restore(&reader, header);
        else
            reason = "is damaged";
    }
    pfree(body);
    return reason;
}

/* Why nothing was loaded; NULL if it was. */
static const char *
load_whole_file(int fd)
{
    struct stat state;
    DumpHeader header;
    const char *reason;

    if (fstat(fd, &state) != 0)
        return "could not be read";
    if (!S_ISREG(state.st_mode))
        return "is no file";
    if (state.st_size < (off_t)sizeof(header))
        return "is not complete";
    if (!load_read(fd, &header, sizeof(header)))
        return "could not be read";
    reason = load_check_header(&header, state.st_size);
    return reason != NULL ? reason : load_body(fd, &header);
}

/* O_NONBLOCK: opening a pipe would wait for somebody who writes into it. */
void
store_load(void)
{
    int fd;
    const char *reason;

    if (store.shared == NULL || !setting_save)
        return;
    /* NOLINTNEXTLINE(misc-redundant-expression): two of these are 0 here, and not everywhere. */
    fd = OpenTransientFile(DUMP_FILE, O_RDONLY | O_NONBLOCK | PG_BINARY);
    if (fd < 0)
    {
        if (errno != ENOENT)
            load_ignore(psprintf("could not be opened: %m"));
        return;
    }
    reason = load_whole_file(fd);
    CloseTransientFile(fd);
    if (reason != NULL)
        load_ignore(reason);
}
