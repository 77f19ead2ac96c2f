/*
 * worker_round.c - advise() in one database after another, and when.
 *
 * What runs in a database runs code of whoever owns things there, under the rules of statement_rights.c: it may
 * fail, sleep, or catch every cancel. So it has a process of its own, and this one has no connection to any
 * database, looks at nothing but pg_database, and can end the other whatever that does.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "settings.h"
#include "store.h"
#include "worker.h"

/* How often a round looks whether somebody waits for the database; DROP DATABASE gives up after 5 s. */
#define LOOK_MS 500

/* Where no process could be started, all slots of max_worker_processes were taken. */
#define TRY_AGAIN_MS 60000

/* ---- in the saver ---- */

/* The round that runs, or waits for the end of recovery. */
static BackgroundWorkerHandle *round_running;

/* When the next one is due; 0: at once. */
static TimestampTz round_due;

static void
round_start(void)
{
    BackgroundWorker worker =
        worker_description("index_advisor round", "index_advisor_round_main", BGWORKER_BACKEND_DATABASE_CONNECTION);
    MemoryContext previous = MemoryContextSwitchTo(TopMemoryContext);

    if (!RegisterDynamicBackgroundWorker(&worker, &round_running))
    {
        round_running = NULL;
        round_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), TRY_AGAIN_MS);
        ereport(LOG, errmsg("index_advisor cannot start its worker: no background worker is free"),
                errhint("Raise max_worker_processes, or set index_advisor.worker to off."));
    }
    MemoryContextSwitchTo(previous);
}

void
worker_round_stop(void)
{
    if (round_running != NULL)
        TerminateBackgroundWorker(round_running);
}

static bool
round_is_over(void)
{
    pid_t pid;

    if (round_running == NULL)
        return true;
    if (GetBackgroundWorkerPid(round_running, &pid) != BGWH_STOPPED)
        return false;
    pfree(round_running);
    round_running = NULL;
    round_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), setting_worker_interval_s * INT64CONST(1000));
    return true;
}

long
worker_round_serve(void)
{
    TimestampTz now = GetCurrentTimestamp();

    if (!round_is_over())
    {
        if (!setting_worker)
            worker_round_stop();
        return -1;
    }
    if (!setting_worker)
    {
        round_due = 0;
        return -1;
    }
    /* What a reload made shorter is at most that far away. */
    round_due = Min(round_due, TimestampTzPlusMilliseconds(now, setting_worker_interval_s * INT64CONST(1000)));
    if (round_due <= now)
        round_start();
    return round_running != NULL ? -1 : TimestampDifferenceMilliseconds(now, round_due);
}

/* ---- in the round ---- */

/* The process that advises now. */
static BackgroundWorkerHandle *advising;

static void
round_leave(int code, Datum arg)
{
    if (advising != NULL)
        TerminateBackgroundWorker(advising);
}

static void
round_wait(void)
{
    (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, LOOK_MS, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    if (ConfigReloadPending)
    {
        ConfigReloadPending = false;
        ProcessConfigFile(PGC_SIGHUP);
    }
}

static bool
round_goes_on(void)
{
    return setting_worker && !ShutdownRequestPending;
}

static bool
is_wanted(Form_pg_database database, List *captured)
{
    return database->datallowconn && !database_is_invalid_form(database) &&
           (setting_worker_database[0] == '\0' ||
            strcmp(NameStr(database->datname), setting_worker_database) == 0) &&
           list_member_oid(captured, database->oid);
}

/* Databases in which something was captured; a round over thousands that are idle starts no process at all. */
static List *
databases_wanted(void)
{
    MemoryContext caller = CurrentMemoryContext;
    List *wanted = NIL, *captured;
    Relation relation;
    TableScanDesc scan;
    HeapTuple tuple;

    StartTransactionCommand();
    (void)GetTransactionSnapshot();
    captured = store_databases();
    relation = table_open(DatabaseRelationId, AccessShareLock);
    scan = table_beginscan_catalog(relation, 0, NULL);
    while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
    {
        Form_pg_database database = (Form_pg_database)GETSTRUCT(tuple);

        if (is_wanted(database, captured))
        {
            MemoryContext ours = MemoryContextSwitchTo(caller);

            wanted = lappend_oid(wanted, database->oid);
            MemoryContextSwitchTo(ours);
        }
    }
    table_endscan(scan);
    table_close(relation, AccessShareLock);
    CommitTransactionCommand();
    MemoryContextSwitchTo(caller);
    return wanted;
}

/*
 * Whether somebody drops, renames or moves the database, or makes another one from it: he has locked it, and waits
 * a few seconds for everybody to leave before he fails. Nobody shall fail because of us.
 */
static bool
somebody_wants(Oid dbid)
{
    LOCKTAG tag;

    SET_LOCKTAG_OBJECT(tag, InvalidOid, DatabaseRelationId, dbid, 0);
    if (LockAcquire(&tag, RowExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
        return true;
    LockRelease(&tag, RowExclusiveLock, true);
    return false;
}

/* Why the process that advises is to be ended now; NULL: it is not. */
static const char *
reason_to_end(Oid dbid, TimestampTz begun)
{
    if (!round_goes_on())
        return "the worker is to stop";
    if (somebody_wants(dbid))
        return "somebody waits for the database";
    if (TimestampDifferenceExceeds(begun, GetCurrentTimestamp(), setting_debug_worker_patience_ms))
        return "it takes too long";
    return NULL;
}

/* False if no process could be started. */
static bool
advise_in(Oid dbid)
{
    BackgroundWorker worker = worker_description("index_advisor worker", "index_advisor_database_main",
                                                 BGWORKER_BACKEND_DATABASE_CONNECTION);
    TimestampTz begun = GetCurrentTimestamp();
    bool ended = false;
    pid_t pid;

    worker.bgw_main_arg = ObjectIdGetDatum(dbid);
    if (!RegisterDynamicBackgroundWorker(&worker, &advising))
    {
        advising = NULL;
        ereport(LOG, errmsg("index_advisor cannot advise: no background worker is free"),
                errhint("Raise max_worker_processes, or set index_advisor.worker to off."));
        return false;
    }
    while (GetBackgroundWorkerPid(advising, &pid) != BGWH_STOPPED)
    {
        const char *reason = ended ? NULL : reason_to_end(dbid, begun);

        if (reason != NULL)
        {
            ereport(LOG, errmsg("index_advisor ends advise() in the database with OID %u: %s", dbid, reason));
            TerminateBackgroundWorker(advising);
            ended = true;
        }
        round_wait();
    }
    pfree(advising);
    advising = NULL;
    return true;
}

void
index_advisor_round_main(Datum arg)
{
    List *databases;
    ListCell *cell;

    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    BackgroundWorkerUnblockSignals();
    before_shmem_exit(round_leave, (Datum)0);
    BackgroundWorkerInitializeConnection(NULL, NULL, 0);
    databases = databases_wanted();
    foreach (cell, databases)
    {
        if (!round_goes_on() || !advise_in(lfirst_oid(cell)))
            break;
    }
    proc_exit(0);
}
