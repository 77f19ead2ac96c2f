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

        if (!load_get(reader, &scan, sizeof(scan)) || scan.shape.n_clauses > STORE_CLAUSES)
            return false;
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
    pg_atomic_write_u64(&entry->exec_ns, store_ns(record->counts.exec_ms));
    pg_atomic_write_u64(&entry->max_exec_ns, store_ns(record->max_exec_ms));
    pg_atomic_write_u64(&entry->last_seen, record->last_seen);
    entry->since = record->since;
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

/*
 * One record, under the lock. False if it is damaged; *full where no entry was free
 * for it. A blob without room stays out, as it would have in operation.
 */
static bool
load_get_statement(LoadReader *reader, bool *full)
{
    DumpRecord record;
    const char *query, *blob;
    StoreHandle handle;
    StatementEntry *entry;

    if (!load_get(reader, &record, sizeof(record)))
        return false;
    query = load_take(reader, record.query_size);
    blob = load_take(reader, record.blob_size);
    if (query == NULL || blob == NULL || record.n_binds > STORE_BINDS || record.n_scans > STORE_MAX_SCANS ||
        memchr(record.application_name, '\0', NAMEDATALEN) == NULL)
        return false;
    handle.position = store_take_statement(&record.key);
    *full = handle.position < 0;
    if (*full)
        return true;
    entry = &store.statements[handle.position];
    handle.generation = pg_atomic_read_u32(&entry->generation);
    load_restore_counts(entry, &record);
    store_blob_put(&entry->query, query, record.query_size, handle.position, 0);
    if (record.blob_size > 0)
        store_blob_put(&entry->blob, blob, record.blob_size, handle.position, 0);
    load_restore_ids(entry, handle.position, &record);
    return load_get_binds(reader, entry, handle.position, record.n_binds) &&
           load_get_scans(reader, handle, record.n_scans);
}

static void
load_ignore(const char *reason)
{
    ereport(LOG, (errmsg("index_advisor starts with an empty workload: file \"%s\" %s", DUMP_FILE, reason)));
}

static void
load_restore(LoadReader *reader, const DumpHeader *header)
{
    StoreShared *shared = store.shared;
    uint32 n = 0;
    bool full = false;

    store_lock(LW_EXCLUSIVE);
    while (n < header->n_statements && load_get_statement(reader, &full) && !full)
        n++;
    store_unlock();
    shared->since = header->since;
    shared->last_save = header->saved;
    shared->gone_calls = header->gone_calls;
    shared->gone_ns = header->gone_ns;
    shared->saved_activity = store_activity();
    if (n < header->n_statements)
        ereport(LOG, (errmsg("index_advisor restored %u of %u statements", n, header->n_statements),
                      full ? errhint("Raise index_advisor.memory to keep more.") : 0));
}

/* NULL if the file is what this server wrote. */
static const char *
load_check(const DumpHeader *header, const char *body, Size body_size)
{
    DumpHeader own;
    pg_crc32c crc;

    store_file_header(&own);
    if (memcmp(header->magic, own.magic, sizeof(own.magic)) != 0)
        return "is of another kind";
    if (header->version != own.version || header->layout != own.layout || header->major != own.major ||
        header->catalog_version != own.catalog_version)
        return "was written by another version";
    if (header->system_identifier != own.system_identifier)
        return "belongs to another cluster";
    if (header->body_size != body_size)
        return "is not complete";
    INIT_CRC32C(crc);
    COMP_CRC32C(crc, body, body_size);
    return store_file_checksum(crc, header) == header->crc ? NULL : "is damaged";
}

static void
load_content(char *content, Size size)
{
    DumpHeader header;
    LoadReader reader = {content + sizeof(DumpHeader), size - sizeof(DumpHeader)};
    const char *reason = NULL;

    memcpy(&header, content, sizeof(DumpHeader));
    store_file_veil(content + sizeof(DumpHeader), size - sizeof(DumpHeader), 0, header.system_identifier);
    reason = load_check(&header, reader.at, reader.left);
    if (reason != NULL)
        load_ignore(reason);
    else
        load_restore(&reader, &header);
}

/* The whole file, palloc'd; NULL if it cannot be had, which is logged. */
static char *
load_read_file(int fd, Size *size)
{
    struct stat state;
    char *content;

    if (fstat(fd, &state) != 0 || state.st_size < (off_t)sizeof(DumpHeader))
    {
        load_ignore("is not complete");
        return NULL;
    }
    *size = state.st_size;
    content = palloc_extended(*size, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
    if (content == NULL)
    {
        load_ignore("is too large to read");
        return NULL;
    }
    for (Size done = 0; done < *size;)
    {
        ssize_t part = read(fd, content + done, *size - done);

        if (part <= 0)
        {
            load_ignore("could not be read");
            pfree(content);
            return NULL;
        }
        done += part;
    }
    return content;
}

void
store_load(void)
{
    int fd;
    Size size;
    char *content;

    if (store.shared == NULL || !setting_save)
        return;
    fd = OpenTransientFile(DUMP_FILE, O_RDONLY | PG_BINARY);
    if (fd < 0)
    {
        if (errno != ENOENT)
            load_ignore("could not be opened");
        return;
    }
    content = load_read_file(fd, &size);
    CloseTransientFile(fd);
    if (content == NULL)
        return;
    load_content(content, size);
    pfree(content);
}
