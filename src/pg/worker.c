/*
 * worker.c - saves the workload every index_advisor.save_interval, reads the write counters of tables that are
 * new in it, and starts the rounds of advise().
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "settings.h"
#include "store.h"
#include "worker.h"

/* Seconds after which a saver that failed is started again. */
#define WORKER_RESTART_S 60

BackgroundWorker
worker_description(const char *name, const char *function, int flags)
{
    BackgroundWorker worker;

    memset(&worker, 0, sizeof(worker));
    strlcpy(worker.bgw_name, name, BGW_MAXLEN);
    strlcpy(worker.bgw_type, name, BGW_MAXLEN);
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | flags;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    strlcpy(worker.bgw_library_name, "index_advisor", sizeof(worker.bgw_library_name));
    strlcpy(worker.bgw_function_name, function, sizeof(worker.bgw_function_name));
    worker.bgw_notify_pid = MyProcPid;
    return worker;
}

void
worker_register(void)
{
    BackgroundWorker worker = worker_description("index_advisor saver", "index_advisor_worker_main", 0);

    worker.bgw_start_time = BgWorkerStart_ConsistentState; /* on standbys, too */
    worker.bgw_restart_time = WORKER_RESTART_S;
    worker.bgw_notify_pid = 0;
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

/* A round began or ended. The server has it ignored where there is no database. */
static void
worker_notified(SIGNAL_ARGS)
{
    int saved_errno = errno;

    SetLatch(MyLatch);
    errno = saved_errno;
}

static void
worker_leave(int code, Datum arg)
{
    store_writes_serve(NULL);
    worker_round_stop();
}

/* The sooner; below 0 is never. */
static long
sooner(long a_ms, long b_ms)
{
    return b_ms < 0 ? a_ms : Min(a_ms, b_ms);
}

void
index_advisor_worker_main(Datum arg)
{
    TimestampTz last = GetCurrentTimestamp();

    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    pqsignal(SIGUSR1, worker_notified);
    BackgroundWorkerUnblockSignals();
    before_shmem_exit(worker_leave, (Datum)0);
    store_writes_serve(MyLatch);
    while (!ShutdownRequestPending)
    {
        long writes_ms = store_writes_settle();
        long round_ms = worker_round_serve();
        long save_ms = worker_wait_ms(last);

        if (save_ms > 0)
        {
            worker_sleep(sooner(sooner(save_ms, writes_ms), round_ms));
            continue;
        }
        store_save();
        last = GetCurrentTimestamp();
    }
    proc_exit(0);
}
