/*
 * dump_fuzz.c - any bytes as the dump file, which the postmaster reads at its start.
 *
 * The first byte chooses: the file as it is; a good header over any body, with a
 * checksum that is right, as no accident would leave it; or a body of records put
 * together from the rest, where here and there a field is not what it should be.
 * Afterwards the store must be whole: each entry, scan and chunk in use is reached
 * once. It must work, and what it saves must load as it was saved.
 */
#include "server.h"

#include "pg/settings.h"
#include "pg/store_file.h"
#include "pg/store_internal.h"

#include "bytes.h"
#include "expect.h"

#define BODY_SIZE 65536
#define RECORDS 40

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Body
{
    char bytes[BODY_SIZE];
    Size size;
} Body;

/* ---- a file ---- */

static void
put(Body *body, const void *from, Size size)
{
    if (size > sizeof(body->bytes) - body->size)
        size = 0;
    memcpy(body->bytes + body->size, from, size);
    body->size += size;
}

static void
put_anything(Body *body, Bytes *input, Size size)
{
    static char bytes[4096];

    memset(bytes, take_byte(input), sizeof(bytes));
    put(body, bytes, Min(size, sizeof(bytes)));
}

/* A number that is true, or now and then any. */
static uint32
number(Bytes *input, uint32 truth)
{
    return take_one_in(input, 32) ? take_uint32(input) : truth;
}

/* 0 to 3000 or so, mostly little. */
static uint32
some_size(Bytes *input)
{
    uint32 byte = take_byte(input);

    return byte < 200 ? byte : (byte - 200) * 60;
}

static void
put_binds(Body *body, Bytes *input, int n)
{
    for (int i = 0; i < n; i++)
    {
        uint32 size = some_size(input) + 1;
        DumpBind bind = {.size = number(input, size)};

        take(input, &bind.exec_ms, sizeof(bind.exec_ms));
        put(body, &bind, sizeof(bind));
        put_anything(body, input, size);
    }
}

static void
put_scans(Body *body, Bytes *input, int n)
{
    for (int i = 0; i < n; i++)
    {
        StoredScan scan;

        memset(&scan, 0, sizeof(scan));
        scan.shape.relid = take_byte(input);
        scan.shape.node = take_byte(input);
        scan.shape.n_clauses = (uint8)number(input, take_below(input, STORE_CLAUSES + 1));
        scan.shape.clauses[0].constant = take_byte(input);
        scan.calls = scan.removed = take_byte(input);
        memset(&scan.returned_estimated, take_one_in(input, 2) ? 1 : take_below(input, 3), sizeof(bool));
        put(body, &scan, sizeof(scan));
    }
}

/* Few ids, so that some are met twice. */
static StatementKey
some_key(Bytes *input)
{
    StatementKey key;

    memset(&key, 0, sizeof(key));
    key.queryid = take_byte(input);
    key.dbid = take_below(input, 3);
    key.userid = 10;
    key.relations = take_below(input, 2);
    return key;
}

static void
put_record(Body *body, Bytes *input)
{
    uint32 query_size = some_size(input), blob_size = some_size(input);
    int n_binds = take_below(input, STORE_BINDS + 2), n_scans = take_below(input, 5);
    DumpRecord record;

    memset(&record, 0, sizeof(record));
    record.key = some_key(input);
    memset(&record.key.toplevel, take_below(input, 3), sizeof(bool));
    take(input, &record.counts.exec_ms, sizeof(double));
    record.counts.calls = take_uint32(input);
    record.form_hash = take_byte(input);
    record.flags = take_byte(input);
    record.query_size = number(input, query_size);
    record.blob_size = number(input, blob_size);
    record.n_binds = number(input, n_binds);
    record.n_scans = number(input, n_scans);
    if (take_one_in(input, 32))
        memset(record.application_name, 'a', sizeof(record.application_name));
    put(body, &record, sizeof(record));
    put_anything(body, input, query_size);
    put_anything(body, input, blob_size);
    put_binds(body, input, n_binds);
    put_scans(body, input, n_scans);
}

static void
put_header(char *file, const Body *body, uint32 n_statements)
{
    DumpHeader header;
    pg_crc32c crc;

    store_file_header(&header);
    header.body_size = body->size;
    header.n_statements = n_statements;
    INIT_CRC32C(crc);
    COMP_CRC32C(crc, body->bytes, body->size);
    header.crc = store_file_checksum(crc, &header);
    memcpy(file, &header, sizeof(header));
    memcpy(file + sizeof(header), body->bytes, body->size);
    store_file_veil(file + sizeof(header), body->size, 0, header.system_identifier);
}

static void
make_file(Bytes *input)
{
    static Body body;
    static char file[sizeof(DumpHeader) + BODY_SIZE];
    int kind = take_below(input, 4);
    uint32 n = 0;

    if (kind == 0)
    {
        server_set_file((const char *)input->at, input->left);
        return;
    }
    body.size = 0;
    if (kind == 1)
    {
        n = take_byte(input);
        put(&body, input->at, input->left);
    }
    else
        for (; n < RECORDS && input->left > 0; n++)
            put_record(&body, input);
    put_header(file, &body, kind == 2 ? n : number(input, n));
    server_set_file(file, sizeof(DumpHeader) + body.size);
}

/* ---- what must hold of the store ---- */

typedef struct Usage
{
    int statements, scans;
    uint32 chunks;
    uint64 calls, removed;
} Usage;

static bool
is_in_use(const StatementEntry *entry)
{
    return pg_atomic_read_u32(unconstify(pg_atomic_uint32 *, &entry->generation)) & 1;
}

/* The chunks of a blob, each of which belongs to it alone; owned has a byte for each. */
static uint32
count_chunks(const BlobRef *ref, char *owned)
{
    uint32 n = 0;

    for (uint32 chunk = ref->first; chunk != 0; chunk = store.chunks[chunk].next)
    {
        EXPECT(chunk < store.shared->fresh_chunk && !owned[chunk]);
        owned[chunk] = true;
        n++;
    }
    EXPECT((Size)n * sizeof(store.chunks->data) >= ref->size);
    return n;
}

static void
use_statement(StatementEntry *entry, char *owned, Usage *usage)
{
    uint32 n_binds = pg_atomic_read_u32(&entry->n_binds);

    EXPECT(n_binds <= STORE_BINDS);
    EXPECT(memchr(entry->application_name, '\0', NAMEDATALEN) != NULL);
    usage->statements++;
    usage->calls += pg_atomic_read_u64(&entry->calls);
    usage->chunks += count_chunks(&entry->query, owned) + count_chunks(&entry->blob, owned);
    for (int i = 0; i < STORE_BINDS; i++)
        usage->chunks += count_chunks(&entry->binds[i].blob, owned);
    for (uint32 link = pg_atomic_read_u32(&entry->first_scan); link != 0;
         link = pg_atomic_read_u32(&store.scans[link - 1].next))
    {
        EXPECT(link <= (uint32)store.shared->fresh_scan);
        EXPECT(store.scans[link - 1].shape.n_clauses <= STORE_CLAUSES);
        usage->removed += pg_atomic_read_u64(&store.scans[link - 1].removed);
        usage->scans++;
        EXPECT(usage->scans <= store.shared->used_scans);
    }
    for (int slot = entry->first_slot; slot >= 0; slot = store.slot_next[slot])
        EXPECT((int)(pg_atomic_read_u64(&store.slots[slot]) & SLOT_POSITION_MASK) - 1 == entry - store.statements);
}

static Usage
check_store(void)
{
    StoreShared *shared = store.shared;
    char *owned = calloc(shared->n_chunks + 1, 1);
    Usage usage = {0};

    for (int i = 0; i < shared->n_statements; i++)
    {
        if (is_in_use(&store.statements[i]))
            use_statement(&store.statements[i], owned, &usage);
    }
    EXPECT(usage.statements == shared->used_statements);
    EXPECT(usage.scans == shared->used_scans);
    EXPECT(usage.chunks == shared->used_chunks);
    for (int i = 0; i < shared->n_buckets * STORE_SLOTS_PER_BUCKET; i++)
    {
        uint64 slot = pg_atomic_read_u64(&store.slots[i]);
        EXPECT(slot == 0 || is_in_use(&store.statements[(slot & SLOT_POSITION_MASK) - 1]));
    }
    free(owned);
    return usage;
}

static void
check_saved_is_loaded(void)
{
    Usage before = check_store(), after;

    EXPECT(store_save());
    store_attach();
    after = check_store();
    /*
     * Not equal: a text with a NUL in it is saved up to that, and a body that holds a statement many times over
     * fills the bucket of its id, where others make way in another order than before.
     */
    EXPECT(after.statements <= before.statements && after.scans <= before.scans && after.chunks <= before.chunks);
    EXPECT(after.statements > 0 || before.statements == 0);
    if (after.statements == before.statements)
        EXPECT(after.calls == before.calls && after.removed == before.removed);
}

/* As sessions use it: known statements and new ones, with and without room. */
static void
use_store(Bytes input)
{
    static char blob[3000];

    for (int i = 0; i < 20; i++)
    {
        StatementKey key = some_key(&input);
        StatementCounts counts = {.calls = 1, .exec_ms = take_byte(&input)};
        ScanShape shape = {.relid = take_byte(&input), .n_clauses = 1};
        ScanCounts removed = {.first = true, .removed = 10};
        bool is_new;
        StoreHandle handle = store_statement(&key, "select 1 in (1, 2)", 18, &is_new);

        store_add(handle, &counts);
        store_add_scan(handle, store_scan(handle, &shape), &removed);
        store_want_tree(handle);
        store_put_statement(handle, blob, take_below(&input, 256) * 10 + 1, take_one_in(&input, 2));
        store_put_bind(handle, blob, take_below(&input, 100) + 1, i);
        (void)store_find_wanting(&key, 0);
    }
    check_store();
    store_reset(InvalidOid, InvalidOid, 0);
    check_store();
    EXPECT(store.shared->used_statements == 0 && store.shared->used_scans == 0 && store.shared->used_chunks == 0);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    /* Smaller than anybody's: it fills, and it is set up for each input. */
    setting_memory_mb = 1;
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Bytes input = {data, size};

    make_file(&input);
    store_attach();
    check_saved_is_loaded();
    use_store((Bytes){data, size});
    server_free_all();
    return 0;
}
