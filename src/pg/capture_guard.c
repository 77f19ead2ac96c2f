/*
 * capture_guard.c - work that may fail, without harm to the statement around it.
 *
 * Two ways. Where catalogs are read, an internal subtransaction that is always rolled
 * back, even on success, because a commit would advance the command counter under a
 * running statement; it takes a microsecond or two. Where nothing is taken but memory,
 * which there may be no more of, catching the error is enough, and costs some
 * nanoseconds.
 *
 * What a statement looks up in catalogs stays in the caches of the process. So its
 * first execution there goes the first way and the others the second, until something
 * it may rest on was invalidated.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "capture_internal.h"
#include "statement.h"

/* Many times what beginning and ending a subtransaction takes, and the first locks in it. */
#define SUBTRANSACTION_BYTES ((Size)64 * 1024)

/* What was looked up in this process: hashes, by their low bits. */
static uint64 familiar[256];

static void
forget_familiar(Datum arg, Oid relid)
{
    memset(familiar, 0, sizeof(familiar));
}

void
capture_guard_install(void)
{
    CacheRegisterRelcacheCallback(forget_familiar, (Datum)0);
}

/* A cached plan without query id stays where it is, any other one has just been planned, which takes longer. */
static uint64
familiar_hash(const PlannedStmt *plan)
{
    uint64 id = plan->queryId != 0 ? (uint64)plan->queryId : (uint64)(uintptr_t)plan;
    const RangeTblEntry *first = plan->rtable == NIL ? NULL : linitial(plan->rtable);

    return hash_combine64(id, first != NULL ? first->relid : 0) | 1;
}

/* Both in aborted memory: an error is copied only where it has to be thrown on. */
static ErrorData *
take_error(MemoryContext caller)
{
    ErrorData *error = NULL;

    MemoryContextSwitchTo(caller);
    if (ERRCODE_TO_CATEGORY(geterrcode()) == ERRCODE_OPERATOR_INTERVENTION)
        error = CopyErrorData();
    FlushErrorState();
    return error;
}

bool
capture_try(void (*work)(void *), void *arg)
{
    MemoryContext caller = CurrentMemoryContext;
    ErrorData *volatile error = NULL;
    volatile bool done = false;

    PG_TRY();
    {
        work(arg);
        done = true;
    }
    PG_CATCH();
    {
        error = take_error(caller);
    }
    PG_END_TRY();
    MemoryContextSwitchTo(caller);
    if (error != NULL)
        statement_rethrow_if_due(error);
    return done;
}

/*
 * There is no way back from a subtransaction that fails to begin, nor from a lock that
 * finds no memory for its entry, so what they need is asked for before, and given back
 * for them to find.
 */
static bool
can_begin(void)
{
    void *room;

    if (IsInParallelMode())
        return false;
    room = MemoryContextAllocExtended(TopTransactionContext, SUBTRANSACTION_BYTES, MCXT_ALLOC_NO_OOM);
    if (room == NULL)
        return false;
    pfree(room);
    return true;
}

bool
capture_guarded(void (*work)(void *), void *arg)
{
    MemoryContext caller = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    ErrorData *volatile error = NULL;
    volatile bool done = false;

    if (!can_begin())
        return false;
    BeginInternalSubTransaction(NULL);
    PG_TRY();
    {
        work(arg);
        done = true;
    }
    PG_CATCH();
    {
        error = take_error(caller);
    }
    PG_END_TRY();
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(caller);
    CurrentResourceOwner = owner;
    if (error != NULL)
        statement_rethrow_if_due(error);
    return done;
}

bool
capture_looking_up(const PlannedStmt *plan, void (*work)(void *), void *arg)
{
    uint64 hash = familiar_hash(plan);
    uint64 *place = &familiar[(hash >> 1) % lengthof(familiar)];
    bool done;

    if (likely(*place == hash) || IsInParallelMode())
        return capture_try(work, arg);
    done = capture_guarded(work, arg);
    if (done)
        *place = hash;
    return done;
}
