/*
 * capture_parallel.c - from a parallel leader to its workers.
 *
 * A worker counts rows of the scans that it runs, but cannot tell which statement
 * they belong to: the query id that it gets is the client's statement's, not that of
 * a statement inside a function. The leader leaves its handle where its workers
 * find it, in a slot of its process, before it starts them; starting them is the
 * barrier. A process runs one parallel statement at a time.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"

#include "capture_internal.h"

static shmem_request_hook_type previous_request;
static shmem_startup_hook_type previous_startup;

/* By position of the leader's PGPROC; NULL until attached. */
static StoreHandle *offers;

static const StoreHandle no_handle = {-1, 0};

static Size
offers_size(void)
{
    return mul_size(MaxBackends, sizeof(StoreHandle));
}

static void
request_offers(void)
{
    if (previous_request)
        previous_request();
    RequestAddinShmemSpace(offers_size());
}

static void
attach_offers(void)
{
    bool found;

    if (previous_startup)
        previous_startup();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    offers = ShmemInitStruct("index_advisor parallel", offers_size(), &found);
    for (int i = 0; !found && i < MaxBackends; i++)
        offers[i] = no_handle;
    LWLockRelease(AddinShmemInitLock);
}

void
capture_parallel_install(void)
{
    previous_request = shmem_request_hook;
    shmem_request_hook = request_offers;
    previous_startup = shmem_startup_hook;
    shmem_startup_hook = attach_offers;
}

static StoreHandle *
slot_of(const PGPROC *process)
{
    int slot = process == NULL ? -1 : (int)(process - ProcGlobal->allProcs);

    return offers != NULL && slot >= 0 && slot < MaxBackends ? &offers[slot] : NULL;
}

/* Returns what was on offer before. */
StoreHandle
capture_parallel_offer(StoreHandle handle)
{
    StoreHandle *slot = slot_of(MyProc);
    StoreHandle before = no_handle;

    if (slot != NULL)
    {
        before = *slot;
        *slot = handle;
    }
    return before;
}

/* In a worker; position < 0 if the leader's statement is not watched. */
StoreHandle
capture_parallel_leader(void)
{
    StoreHandle *slot = slot_of(MyProc->lockGroupLeader);

    return slot ? *slot : no_handle;
}
