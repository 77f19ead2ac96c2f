/*
 * store_dump.c - the workload to a file.
 *
 * It is written to a temporary name and renamed, so that the file is always whole.
 * The worker saves now and then, the postmaster for the last time.
 */
#include "postgres.h"

#include <fcntl.h>
#include <unistd.h>

#include "access/xlog.h"
#include "catalog/catversion.h"
#include "storage/fd.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "settings.h"
#include "store_file.h"
#include "store_internal.h"

#define DUMP_TEMPORARY DUMP_FILE ".tmp"
#define DUMP_MODE 0600 /* it holds constants, whatever the group may read otherwise */
#define DUMP_MAGIC "IDXADVSR"
#define DUMP_VERSION 3

typedef struct DumpWriter
{
    int fd;
    int error; /* errno of the first write that failed; 0: none */
    pg_crc32c crc;
    uint64 seed;    /* of the veil */
    uint64 flushed; /* of the body */
    uint64 written;
    uint32 n_statements;
    int used;
    char buffer[8192];
} DumpWriter;

typedef struct DumpOrder
{
    int position;
    uint64 exec_ns;
} DumpOrder;

void
store_file_header(DumpHeader *header)
{
    memset(header, 0, sizeof(DumpHeader));
    memcpy(header->magic, DUMP_MAGIC, sizeof(header->magic));
    header->version = DUMP_VERSION;
    header->catalog_version = CATALOG_VERSION_NO;
    header->major = PG_MAJORVERSION_NUM;
    header->layout = (uint32)(sizeof(DumpHeader) << 20 | sizeof(DumpRecord) << 10 | sizeof(StoredScan));
    header->system_identifier = GetSystemIdentifier();
}

pg_crc32c
store_file_checksum(pg_crc32c body, const DumpHeader *header)
{
    COMP_CRC32C(body, header, offsetof(DumpHeader, crc));
    FIN_CRC32C(body);
    return body;
}

void
store_file_veil(char *bytes, Size size, uint64 position, uint64 seed)
{
    uint64 mask = store_mix(seed, position / 8);

    for (Size i = 0; i < size; i++, position++)
    {
        if (position % 8 == 0)
            mask = store_mix(seed, position / 8);
        bytes[i] ^= (char)(mask >> (8 * (position % 8)));
    }
}

/* A short write does not say why: the next one does. */
static void
dump_write_all(DumpWriter *writer, const char *data, int size)
{
    while (size > 0 && writer->error == 0)
    {
        ssize_t part;

        errno = 0;
        part = write(writer->fd, data, size);
        if (part <= 0)
            writer->error = errno != 0 ? errno : ENOSPC;
        data += part;
        size -= part;
    }
}

static void
dump_flush(DumpWriter *writer)
{
    store_file_veil(writer->buffer, writer->used, writer->flushed, writer->seed);
    dump_write_all(writer, writer->buffer, writer->used);
    writer->flushed += writer->used;
    writer->used = 0;
}

static void
dump_put(DumpWriter *writer, const void *data, Size size)
{
    const char *from = data;

    COMP_CRC32C(writer->crc, data, size);
    writer->written += size;
    while (size > 0)
    {
        Size part = Min(size, sizeof(writer->buffer) - writer->used);

        memcpy(writer->buffer + writer->used, from, part);
        writer->used += part;
        from += part;
        size -= part;
        if (writer->used == sizeof(writer->buffer))
            dump_flush(writer);
    }
}

static void
dump_put_parts(DumpWriter *writer, const StoredStatement *statement, uint32 query_size)
{
    dump_put(writer, statement->query, query_size);
    if (statement->blob != NULL)
        dump_put(writer, statement->blob, statement->blob_size);
    for (int i = 0; i < statement->n_binds; i++)
    {
        DumpBind bind = {statement->binds[i].exec_ms, statement->binds[i].size};

        dump_put(writer, &bind, sizeof(bind));
        dump_put(writer, statement->binds[i].blob, statement->binds[i].size);
    }
    dump_put(writer, statement->scans, statement->n_scans * sizeof(StoredScan));
}

static void
dump_put_statement(DumpWriter *writer, const StoredCopy *copy)
{
    const StoredStatement *statement = &copy->statement;
    DumpRecord record;

    memset(&record, 0, sizeof(record));
    record.key = statement->key;
    record.counts = statement->counts;
    record.max_exec_ms = statement->max_exec_ms;
    record.since = statement->stats_since;
    record.last_seen = statement->last_seen;
    record.form_hash = copy->form_hash;
    record.flags = copy->flags;
    record.query_size = strlen(statement->query);
    record.blob_size = statement->blob != NULL ? statement->blob_size : 0;
    record.n_binds = statement->n_binds;
    record.n_scans = statement->n_scans;
    record.streak = statement->streak;
    strlcpy(record.tags, statement->tags, sizeof(record.tags));
    strlcpy(record.application_name, statement->application_name, NAMEDATALEN);
    dump_put(writer, &record, sizeof(record));
    dump_put_parts(writer, statement, record.query_size);
    writer->n_statements++;
}

static int
dump_compare(const void *a, const void *b)
{
    uint64 left = ((const DumpOrder *)a)->exec_ns, right = ((const DumpOrder *)b)->exec_ns;

    return left > right ? -1 : left < right ? 1 : 0;
}

static DumpOrder *
dump_order(int *n)
{
    int fresh = store.shared->fresh_statement;
    DumpOrder *order = palloc((fresh + 1) * sizeof(DumpOrder));

    for (int i = 0; i < fresh; i++)
    {
        order[i].position = i;
        order[i].exec_ns = pg_atomic_read_u64(&store.statements[i].exec_ns);
    }
    qsort(order, fresh, sizeof(DumpOrder), dump_compare);
    *n = fresh;
    return order;
}

static void
dump_put_body(DumpWriter *writer)
{
    MemoryContext one = AllocSetContextCreate(CurrentMemoryContext, "index_advisor dump", ALLOCSET_DEFAULT_SIZES);
    int n;
    DumpOrder *order = dump_order(&n);

    for (int i = 0; i < n && writer->error == 0; i++)
    {
        MemoryContext old = MemoryContextSwitchTo(one);
        StoredCopy *copy = store_copy(order[i].position, true);

        if (copy != NULL)
            dump_put_statement(writer, copy);
        MemoryContextSwitchTo(old);
        MemoryContextReset(one);
    }
    dump_flush(writer);
}

/* The header comes first in the file and is known last. */
static void
dump_write_file(DumpWriter *writer, TimestampTz now)
{
    DumpHeader header;

    store_file_header(&header);
    writer->seed = header.system_identifier;
    INIT_CRC32C(writer->crc);
    dump_write_all(writer, (const char *)&header, sizeof(header));
    dump_put_body(writer);
    header.since = store.shared->since;
    header.saved = now;
    header.gone_calls = store.shared->gone_calls;
    header.gone_ns = store.shared->gone_ns;
    store_read_counters(&header.counters);
    header.body_size = writer->written;
    header.n_statements = writer->n_statements;
    header.crc = store_file_checksum(writer->crc, &header);
    if (writer->error == 0 && lseek(writer->fd, 0, SEEK_SET) != 0)
        writer->error = errno;
    dump_write_all(writer, (const char *)&header, sizeof(header));
}

static bool
dump_fail(const char *action)
{
    ereport(LOG, (errcode_for_file_access(), errmsg("could not %s file \"%s\": %m", action, DUMP_TEMPORARY)));
    unlink(DUMP_TEMPORARY);
    return false;
}

static bool
dump_write(TimestampTz now)
{
    DumpWriter *writer = palloc0(sizeof(DumpWriter));

    unlink(DUMP_TEMPORARY); /* a leftover would keep its mode */
    writer->fd = OpenTransientFilePerm(DUMP_TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | PG_BINARY, DUMP_MODE);
    if (writer->fd < 0)
        return dump_fail("create");
    dump_write_file(writer, now);
    if (writer->error != 0)
    {
        CloseTransientFile(writer->fd);
        errno = writer->error;
        return dump_fail("write");
    }
    if (CloseTransientFile(writer->fd) != 0)
        return dump_fail("close");
    if (durable_rename(DUMP_TEMPORARY, DUMP_FILE, LOG) != 0)
        return false;
    store.shared->dump_bytes = sizeof(DumpHeader) + writer->written;
    return true;
}

/*
 * Nothing counted since, and the file is still there. Sums to which each statement adds, with suspects or without,
 * are no reason to write it every interval; the postmaster's last save takes them along.
 */
static bool
dump_is_current(uint64 activity)
{
    return MyProc != NULL && store.shared->last_save != 0 && !store.shared->last_save_failed &&
           store.shared->saved_activity == activity && access(DUMP_FILE, F_OK) == 0;
}

static bool
dump_save(void)
{
    StoreShared *shared = store.shared;
    TimestampTz now = GetCurrentTimestamp();
    uint64 activity = store_activity();
    MemoryContext context, old;

    if (!dump_is_current(activity))
    {
        context = AllocSetContextCreate(TopMemoryContext, "index_advisor save", ALLOCSET_DEFAULT_SIZES);
        old = MemoryContextSwitchTo(context);
        shared->last_save_failed = !dump_write(now);
        MemoryContextSwitchTo(old);
        MemoryContextDelete(context);
    }
    if (shared->last_save_failed)
        return false;
    shared->last_save = now;
    shared->saved_activity = activity;
    return true;
}

bool
store_save(void)
{
    bool done;

    if (store.shared == NULL || !setting_save)
        return false;
    if (MyProc != NULL && !LWLockConditionalAcquire(store.shared->save_lock, LW_EXCLUSIVE))
        return false;
    done = dump_save();
    if (MyProc != NULL)
        LWLockRelease(store.shared->save_lock);
    return done;
}
