/*
 * memory_fault.c - makes allocations fail while hooks of another library run, for out_of_memory.pl.
 *
 * Built twice: memory_fault_inner goes before the library under test in shared_preload_libraries, so that the library
 * calls it where it would call the server; memory_fault_outer goes after it, and is called first. Between the two the
 * hooks of the library run, and there (and nowhere else) the nth allocation fails, or all from the nth on.
 *
 *   memory_fault.nth       which one; setting it starts counting anew; 0: none
 *   memory_fault.lasting   on: all from that one on
 *   memory_fault.failed    how many failed
 *
 * An allocation fails by a copy of its memory context's table of methods. Contexts that come up while the library
 * runs are found at the next allocation in one that is known. The context for errors keeps a reserve and never fails.
 * Two things are left alone, since PostgreSQL itself does not survive a failure there: beginning and ending a
 * subtransaction, and the entry that a process makes for a lock of its own (LockAcquireExtended leaves it half made,
 * and crashes when the same lock is asked for again in that transaction).
 */
#include "postgres.h"

#include <dlfcn.h>
#include <execinfo.h>

#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/memnodes.h"
#include "optimizer/planner.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#if PG_VERSION_NUM >= 170000
#include "utils/memutils_internal.h"
#endif

#include "../../src/pg/compat.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/* Of both copies. */
typedef struct FaultState
{
    bool armed;
    int nth, seen, failed;
    bool lasting;
    void (*wrap_all)(MemoryContext context);
} FaultState;

typedef struct FaultMethods
{
    MemoryContextMethods wrapped; /* first: a context's methods point here */
    const MemoryContextMethods *original;
} FaultMethods;

#define KINDS 8
#define FRAMES 64

static FaultState *state;

static planner_hook_type previous_planner;
static ExecutorStart_hook_type previous_start;
static ExecutorRun_hook_type previous_run;
static ExecutorFinish_hook_type previous_finish;
static ExecutorEnd_hook_type previous_end;
static ProcessUtility_hook_type previous_utility;

#ifdef FAULT_OUTER
#define ARMED true
#else
#define ARMED false
#endif

#ifndef FAULT_OUTER
static FaultMethods methods[KINDS];

static bool
is_beyond_repair(void)
{
    static const char *const functions[] = {"BeginInternalSubTransaction", "RollbackAndReleaseCurrentSubTransaction",
                                            "LockAcquireExtended"};
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES);

    for (int i = 0; i < n; i++)
    {
        Dl_info info;

        if (!dladdr(frames[i], &info) || info.dli_sname == NULL)
            continue;
        for (int k = 0; k < lengthof(functions); k++)
        {
            if (strcmp(info.dli_sname, functions[k]) == 0)
                return true;
        }
    }
    return false;
}

static void wrap_all(MemoryContext context);

static bool
must_fail(MemoryContext context)
{
    if (!state->armed || state->nth == 0 || context == ErrorContext)
        return false;
    wrap_all(TopMemoryContext);
    if (state->seen + 1 < state->nth)
    {
        state->seen++;
        return false;
    }
    /* Looking at the stack takes long, so only now. */
    if ((state->failed > 0 && !state->lasting) || is_beyond_repair())
        return false;
    state->failed++;
    return true;
}

#if PG_VERSION_NUM >= 170000
static void *
alloc(MemoryContext context, Size size, int flags)
{
    if (must_fail(context))
        return MemoryContextAllocationFailure(context, size, flags);
    return ((FaultMethods *)context->methods)->original->alloc(context, size, flags);
}
#else
static void *
alloc(MemoryContext context, Size size)
{
    return must_fail(context) ? NULL : ((FaultMethods *)context->methods)->original->alloc(context, size);
}
#endif

static void
wrap(MemoryContext context)
{
    for (int i = 0; i < KINDS; i++)
    {
        if (context->methods == &methods[i].wrapped)
            return;
        if (methods[i].original == NULL)
        {
            methods[i].original = context->methods;
            methods[i].wrapped = *context->methods;
            methods[i].wrapped.alloc = alloc;
        }
        if (methods[i].original == context->methods)
        {
            context->methods = &methods[i].wrapped;
            return;
        }
    }
}

static void
wrap_all(MemoryContext context)
{
    wrap(context);
    for (MemoryContext child = context->firstchild; child != NULL; child = child->nextchild)
        wrap_all(child);
}

#endif

/* Returns what was before. */
static bool
arm(bool armed)
{
    bool before = state->armed;

    if (armed && state->nth > 0)
        state->wrap_all(TopMemoryContext);
    state->armed = armed;
    return before;
}

#define WITH_FAULTS(call) \
    do \
    { \
        bool before = arm(ARMED); \
        PG_TRY(); \
        { \
            call; \
        } \
        PG_FINALLY(); \
        { \
            (void)arm(before); \
        } \
        PG_END_TRY(); \
    } while (0)

static PlannedStmt *
plan(COMPAT_PLANNER_PARAMETERS)
{
    PlannedStmt *volatile result;

    WITH_FAULTS(result = previous_planner ? previous_planner(COMPAT_PLANNER_ARGUMENTS)
                                          : standard_planner(COMPAT_PLANNER_ARGUMENTS));
    return result;
}

static void
start(QueryDesc *desc, int flags)
{
    WITH_FAULTS((previous_start ? previous_start : standard_ExecutorStart)(desc, flags));
}

static void
run(COMPAT_RUN_PARAMETERS)
{
    WITH_FAULTS((previous_run ? previous_run : standard_ExecutorRun)(COMPAT_RUN_ARGUMENTS));
}

static void
finish(QueryDesc *desc)
{
    WITH_FAULTS((previous_finish ? previous_finish : standard_ExecutorFinish)(desc));
}

static void
end(QueryDesc *desc)
{
    WITH_FAULTS((previous_end ? previous_end : standard_ExecutorEnd)(desc));
}

static void
utility(PlannedStmt *statement, const char *source, bool read_only, ProcessUtilityContext context,
        ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
    WITH_FAULTS((previous_utility ? previous_utility : standard_ProcessUtility)(
        statement, source, read_only, context, params, environment, receiver, completion));
}

#ifndef FAULT_OUTER
static void
start_counting(int nth, void *extra)
{
    state->seen = 0;
    if (nth > 0)
        state->failed = 0;
}

static void
define_settings(void)
{
    DefineCustomIntVariable("memory_fault.nth", "Which allocation fails.", NULL, &state->nth, 0, 0, INT_MAX,
                            PGC_USERSET, 0, NULL, start_counting, NULL);
    DefineCustomBoolVariable("memory_fault.lasting", "All from that one on.", NULL, &state->lasting, false,
                             PGC_USERSET, 0, NULL, NULL, NULL);
    DefineCustomIntVariable("memory_fault.failed", "How many failed.", NULL, &state->failed, 0, 0, INT_MAX,
                            PGC_USERSET, 0, NULL, NULL, NULL);
}
#endif

void
_PG_init(void)
{
    FaultState **shared = (FaultState **)find_rendezvous_variable("memory_fault");
    void *frames[1];

    (void)backtrace(frames, 1); /* loads its library now */
#ifdef FAULT_OUTER
    state = *shared;
#else
    state = *shared = calloc(1, sizeof(FaultState));
    state->wrap_all = wrap_all;
    define_settings();
#endif
    previous_planner = planner_hook;
    planner_hook = plan;
    previous_start = ExecutorStart_hook;
    ExecutorStart_hook = start;
    previous_run = ExecutorRun_hook;
    ExecutorRun_hook = run;
    previous_finish = ExecutorFinish_hook;
    ExecutorFinish_hook = finish;
    previous_end = ExecutorEnd_hook;
    ExecutorEnd_hook = end;
    previous_utility = ProcessUtility_hook;
    ProcessUtility_hook = utility;
}
