/*
 * worker.c - saves the workload every index_advisor.save_interval, and reads the write counters of tables that are
 * new in it.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "settings.h"
#include "store.h"
#include "worker.h"

/* Seconds after which a worker that failed is started again. */
#define WORKER_RESTART_S 60

void
worker_register(void)
{
    BackgroundWorker worker;

    memset(&worker, 0, sizeof(worker));
    strlcpy(worker.bgw_name, "index_advisor saver", BGW_MAXLEN);
    strlcpy(worker.bgw_type, "index_advisor saver", BGW_MAXLEN);
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
    worker.bgw_start_time = BgWorkerStart_ConsistentState; /* on standbys, too */
    worker.bgw_restart_time = WORKER_RESTART_S;
    strlcpy(worker.bgw_library_name, "index_advisor", sizeof(worker.bgw_library_name));
    strlcpy(worker.bgw_function_name, "index_advisor_worker_main", sizeof(worker.bgw_function_name));
    RegisterBackgroundWorker(&worker);
}

/* Milliseconds until the next save is due; what a reload made shorter counts from the last save on. */
static long
worker_wait_ms(TimestampTz last)
{
    TimestampTz due = TimestampTzPlusMilliseconds(last, setting_save_interval_s * INT64CONST(1000));

    return TimestampDifferenceMilliseconds(GetCurrentTimestamp(), due);
}

static void
worker_sleep(long ms)
{
    (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    if (ConfigReloadPending)
    {
        ConfigReloadPending = false;
        ProcessConfigFile(PGC_SIGHUP);
    }
}

static void
worker_leave(int code, Datum arg)
{
    store_writes_serve(NULL);
}

void
index_advisor_worker_main(Datum arg)
{
    TimestampTz last = GetCurrentTimestamp();

    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    BackgroundWorkerUnblockSignals();
    before_shmem_exit(worker_leave, (Datum)0);
    store_writes_serve(MyLatch);
    while (!ShutdownRequestPending)
    {
        long writes_ms = store_writes_settle();
        long save_ms = worker_wait_ms(last);

        if (save_ms > 0)
        {
            worker_sleep(writes_ms < 0 ? save_ms : Min(save_ms, writes_ms));
            continue;
        }
        store_save();
        last = GetCurrentTimestamp();
    }
    proc_exit(0);
}
