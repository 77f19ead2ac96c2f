/*
 * calls.c - what the library does in this backend, seen from outside; for 013_no_trace.pl.
 *
 * Whatever a shared library cannot do by arithmetic on memory that it maps, it does through its table of imported
 * functions: locks, clocks, allocation, the kernel. calls_count() puts a small piece of code in front of each
 * function in the table of index_advisor.so, which counts and goes on; calls_made() says what was called. The one
 * thing left, writing to memory that is shared already, is caught by store_guard(), which takes the right to write
 * from the pages of the store, and counts what trips over that. Nothing of it is known to the library.
 *
 * Linux on x86-64 only.
 */
#include "postgres.h"

#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "storage/shmem.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(calls_count);
PG_FUNCTION_INFO_V1(calls_made);
PG_FUNCTION_INFO_V1(store_guard);
PG_FUNCTION_INFO_V1(store_touched);

#define MAX_FUNCTIONS 1024
#define THUNK_BYTES 32

/* ---- calls out of the library ---- */

/* Reached from the thunks relative to their own address, so mapped with them. */
typedef struct Thunks
{
    unsigned char code[MAX_FUNCTIONS][THUNK_BYTES];
    uint64 counts[MAX_FUNCTIONS];
    void *targets[MAX_FUNCTIONS];
} Thunks;

static Thunks *thunks;
static const char *names[MAX_FUNCTIONS];
static int n_functions;

/* inc qword [count]; jmp [target] */
static void
write_thunk(int i)
{
    unsigned char *code = thunks->code[i];
    int32 distance;

    memcpy(code, "\xf3\x0f\x1e\xfa\x48\xff\x05", 7);
    distance = (int32)((unsigned char *)&thunks->counts[i] - (code + 11));
    memcpy(code + 7, &distance, 4);
    memcpy(code + 11, "\xff\x25", 2);
    distance = (int32)((unsigned char *)&thunks->targets[i] - (code + 17));
    memcpy(code + 13, &distance, 4);
}

static void
allow(void *address, Size size, int rights)
{
    uintptr_t page = sysconf(_SC_PAGESIZE);
    uintptr_t first = (uintptr_t)address & ~(page - 1);

    if (mprotect((void *)first, (uintptr_t)address + size - first, rights) != 0)
        elog(ERROR, "mprotect: %m");
}

/* A table that is read-only once the library is loaded is opened for good. */
static void
redirect(const char *name, void **entry)
{
    if (n_functions == MAX_FUNCTIONS)
        elog(ERROR, "too many functions");
    names[n_functions] = name;
    thunks->targets[n_functions] = *entry;
    write_thunk(n_functions);
    allow(entry, sizeof(void *), PROT_READ | PROT_WRITE);
    *entry = thunks->code[n_functions++];
}

static void
redirect_all(ElfW(Addr) base, const ElfW(Dyn) * dynamic)
{
    const ElfW(Sym) *symbols = NULL;
    const char *strings = NULL;
    const ElfW(Rela) *functions = NULL;
    Size size = 0;

    for (; dynamic->d_tag != DT_NULL; dynamic++)
    {
        if (dynamic->d_tag == DT_SYMTAB)
            symbols = (const void *)dynamic->d_un.d_ptr;
        else if (dynamic->d_tag == DT_STRTAB)
            strings = (const void *)dynamic->d_un.d_ptr;
        else if (dynamic->d_tag == DT_JMPREL)
            functions = (const void *)dynamic->d_un.d_ptr;
        else if (dynamic->d_tag == DT_PLTRELSZ)
            size = dynamic->d_un.d_val;
    }
    for (int i = 0; i < (int)(size / sizeof(*functions)); i++)
        redirect(strings + symbols[ELF64_R_SYM(functions[i].r_info)].st_name,
                 (void **)(base + functions[i].r_offset));
}

static int
find_library(struct dl_phdr_info *info, size_t size, void *arg)
{
    if (strstr(info->dlpi_name, "/index_advisor.so") == NULL)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++)
    {
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            redirect_all(info->dlpi_addr, (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr));
    }
    return 1;
}

/* Counts from now on. Returns the number of functions that the library could call. */
Datum
calls_count(PG_FUNCTION_ARGS)
{
    if (thunks == NULL)
    {
        thunks = mmap(NULL, sizeof(Thunks), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (thunks == MAP_FAILED)
            elog(ERROR, "mmap: %m");
        dl_iterate_phdr(find_library, NULL);
        allow(thunks->code, sizeof(thunks->code), PROT_READ | PROT_EXEC);
    }
    memset(thunks->counts, 0, sizeof(thunks->counts));
    PG_RETURN_INT32(n_functions);
}

/* Names of the functions that were called, in the order of the table. */
Datum
calls_made(PG_FUNCTION_ARGS)
{
    StringInfoData text;

    initStringInfo(&text);
    for (int i = 0; i < n_functions; i++)
    {
        if (thunks->counts[i] > 0)
            appendStringInfo(&text, "%s ", names[i]);
    }
    PG_RETURN_TEXT_P(cstring_to_text(text.data));
}

/* ---- writes to the store ---- */

typedef struct Area
{
    char *start;
    Size size;
} Area;

/* Its pages hold something of others at both ends; what they write opens a page, and is counted apart. */
static Area areas[4];
static int n_areas;
static volatile int inside, outside;

static bool
is_within(const Area *area, const char *address, Size margin)
{
    return address >= area->start - margin && address < area->start + area->size + margin;
}

static void
on_fault(int signal_number, siginfo_t *info, void *context)
{
    uintptr_t page = sysconf(_SC_PAGESIZE);
    char *address = info->si_addr;

    for (int i = 0; i < n_areas; i++)
    {
        if (!is_within(&areas[i], address, page))
            continue;
        if (is_within(&areas[i], address, 0))
            inside++;
        else
            outside++;
        if (mprotect((void *)((uintptr_t)address & ~(page - 1)), page, PROT_READ | PROT_WRITE) == 0)
            return;
    }
    signal(signal_number, SIG_DFL);
}

/* Name and size of a piece of shared memory, as in pg_shmem_allocations. */
Datum
store_guard(PG_FUNCTION_ARGS)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    Area area = {.size = PG_GETARG_INT64(1)};
    bool found;

    area.start = ShmemInitStruct(name, area.size, &found);
    if (!found || n_areas == lengthof(areas))
        elog(ERROR, "no such shared memory");
    areas[n_areas++] = area;
    sigaction(SIGSEGV, &action, NULL);
    allow(area.start, area.size, PROT_READ);
    PG_RETURN_VOID();
}

/* How many pages were written to since the last call, by whom it may be. All are guarded again. */
Datum
store_touched(PG_FUNCTION_ARGS)
{
    int n = inside, others = outside;

    inside = outside = 0;
    for (int i = 0; i < n_areas; i++)
        allow(areas[i].start, areas[i].size, PROT_READ);
    PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d %d", n, others)));
}
