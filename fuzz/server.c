/* server.c - see server.h. */
#include "server.h"

#include <sys/mman.h>
#include <unistd.h>

#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "expect.h"

/* ---- memory ---- */

typedef struct Allocation
{
    struct Allocation *next, **link;
    max_align_t data[];
} Allocation;

static Allocation *allocations;

void *
palloc(Size size)
{
    Allocation *allocation = malloc(sizeof(Allocation) + size);

    EXPECT(allocation != NULL);
    allocation->next = allocations;
    allocation->link = &allocations;
    if (allocations != NULL)
        allocations->link = &allocation->next;
    allocations = allocation;
    return allocation->data;
}

void
pfree(void *pointer)
{
    Allocation *allocation = (Allocation *)((char *)pointer - offsetof(Allocation, data));

    *allocation->link = allocation->next;
    if (allocation->next != NULL)
        allocation->next->link = allocation->link;
    free(allocation);
}

void
server_free_all(void)
{
    while (allocations != NULL)
        pfree(allocations->data);
}

void *
palloc0(Size size)
{
    return memset(palloc(size), 0, size);
}

void *
palloc_extended(Size size, int flags)
{
    return (flags & MCXT_ALLOC_ZERO) ? palloc0(size) : palloc(size);
}

char *
pnstrdup(const char *in, Size length)
{
    Size there = strnlen(in, length);
    char *out = palloc(there + 1);

    memcpy(out, in, there);
    out[there] = '\0';
    return out;
}

char *
pstrdup(const char *in)
{
    return pnstrdup(in, strlen(in));
}

/* All in one context, which is never emptied in between. */

MemoryContext CurrentMemoryContext, TopMemoryContext;

MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name, Size smallest, Size first, Size largest)
{
    return NULL;
}

void
MemoryContextReset(MemoryContext context)
{
}

void
MemoryContextDelete(MemoryContext context)
{
}

/* For ever. */
void *
MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
    return malloc(size);
}

/* ---- messages ---- */

bool
errstart(int elevel, const char *domain)
{
    EXPECT(elevel < ERROR);
    return false;
}

bool
errstart_cold(int elevel, const char *domain)
{
    return errstart(elevel, domain);
}

/* ---- one process, one shared memory, one file ---- */

bool IsUnderPostmaster = false;
bool standard_conforming_strings = true;
PGPROC *MyProc = NULL;
int MyProcPid = 1;
char *application_name = "fuzz";

static LWLockPadded locks[256];
LWLockPadded *MainLWLockArray = locks;
static const char *file_content;
static Size file_size;
static int written_fd;

void *
ShmemInitStruct(const char *name, Size size, bool *found)
{
    static void *memory;
    static Size memory_size;

    if (size != memory_size)
    {
        free(memory);
        memory = malloc(size);
        memory_size = size;
    }
    EXPECT(memory != NULL);
    *found = false;
    return memory;
}

LWLockPadded *
GetNamedLWLockTranche(const char *tranche_name)
{
    return locks;
}

bool
LWLockAcquire(LWLock *lock, LWLockMode mode)
{
    return true;
}

void
LWLockRelease(LWLock *lock)
{
}

void
on_shmem_exit(pg_on_exit_callback function, Datum arg)
{
}

TimestampTz
GetCurrentTimestamp(void)
{
    return INT64CONST(800000000000000);
}

TimestampTz
GetCurrentStatementStartTimestamp(void)
{
    return GetCurrentTimestamp();
}

uint64
GetSystemIdentifier(void)
{
    return UINT64CONST(7300000000000000001);
}

void
server_set_file(const char *content, Size size)
{
    file_content = content;
    file_size = size;
}

int
OpenTransientFile(const char *name, int flags)
{
    int fd = memfd_create("file", 0);

    EXPECT(fd >= 0 && write(fd, file_content, file_size) == (ssize_t)file_size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

/* What is written becomes the file when it gets its name. */
int
OpenTransientFilePerm(const char *name, int flags, mode_t mode)
{
    written_fd = memfd_create("file", 0);
    EXPECT(written_fd >= 0);
    return dup(written_fd);
}

int
durable_rename(const char *from, const char *to, int level)
{
    static char content[1024 * 1024];
    ssize_t size;

    EXPECT(lseek(written_fd, 0, SEEK_SET) == 0);
    size = read(written_fd, content, sizeof(content));
    EXPECT(size >= 0 && size < (ssize_t)sizeof(content));
    close(written_fd);
    server_set_file(content, size);
    return 0;
}

int
CloseTransientFile(int fd)
{
    return close(fd);
}

/* ---- catalogs ---- */

/* A type for each way in which a value is kept: by value, of a length, varlena, C string. */
static const int16 type_lengths[] = {1, 2, 4, 8, 6, 16, 64, -1, -2};

void
get_typlenbyval(Oid type, int16 *typlen, bool *typbyval)
{
    EXPECT(type < lengthof(type_lengths));
    *typlen = type_lengths[type];
    *typbyval = *typlen > 0 && *typlen <= 8 && *typlen != 6;
}

HeapTuple
SearchSysCache1(int cache, Datum key)
{
    static union
    {
        HeapTupleHeaderData header;
        char bytes[MAXALIGN(sizeof(HeapTupleHeaderData)) + sizeof(FormData_pg_type)];
    } row;
    static HeapTupleData tuple = {.t_data = &row.header};
    Oid type = DatumGetObjectId(key);
    Form_pg_type form;

    if (type >= lengthof(type_lengths))
        return NULL;
    row.header.t_hoff = MAXALIGN(sizeof(HeapTupleHeaderData));
    form = (Form_pg_type)GETSTRUCT(&tuple);
    get_typlenbyval(type, &form->typlen, &form->typbyval);
    return &tuple;
}

void
ReleaseSysCache(HeapTuple tuple)
{
}

ParamListInfo
makeParamList(int n)
{
    ParamListInfo params = palloc0(offsetof(ParamListInfoData, params) + n * sizeof(ParamExternData));

    params->numParams = n;
    return params;
}
