/*
 * functions_unattended.c - advise() in a process of its own, which worker_round.c starts for one database.
 *
 * With whose rights? Those of the owner of the extension's tables, that is of the superuser who made the extension:
 * then the advice is the same as if that person called advise(), and one does not take back what the other
 * proposed. If the extension was given to somebody else, the worker may do no more than that role. Statements are
 * planned as their own roles, as always (statement_rights.c). All of it is one security-restricted operation.
 *
 * No SQL text leads here. In a database where somebody made a schema index_advisor with a function advise() of his
 * own, and no extension, nothing of his is called. What ALTER DATABASE SET can do to a session, it can do to this
 * one; so what decides which objects are meant, and whether something can be stored, is set here.
 */
#include "functions.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "settings.h"
#include "whatif.h"

/* As the default of advise(). */
#define TIME_LIMIT_MS 30000

extern PGDLLEXPORT void index_advisor_database_main(Datum arg);

static void unattended_settings(void);
static void unattended_context(void *arg);
static bool advice_is_due(void);
static void advise_as_owner(void);

void
index_advisor_database_main(Datum arg)
{
    ErrorContextCallback context = {.callback = unattended_context, .previous = error_context_stack};

    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(arg), InvalidOid, 0);
    error_context_stack = &context;
    unattended_settings();
    pgstat_report_activity(STATE_RUNNING, "index_advisor: advise()");
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    context.arg = MemoryContextStrdup(TopMemoryContext, get_database_name(MyDatabaseId));
    PushActiveSnapshot(GetTransactionSnapshot());
    if (functions_sql_version() != NULL)
    {
        functions_check_preloaded();
        if (advice_is_due())
            advise_as_owner();
    }
    PopActiveSnapshot();
    CommitTransactionCommand();
    pgstat_report_stat(true);
    pgstat_report_activity(STATE_IDLE, NULL);
    proc_exit(0);
}

static void
unattended_settings(void)
{
    SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_SUSET, PGC_S_OVERRIDE);
    SetConfigOption("default_transaction_read_only", "off", PGC_SUSET, PGC_S_OVERRIDE);
    SetConfigOption("default_transaction_isolation", "read committed", PGC_SUSET, PGC_S_OVERRIDE);
}

static void
unattended_context(void *arg)
{
    if (arg != NULL)
        errcontext("index_advisor worker in database \"%s\"", (char *)arg);
}

/* A restart of the server, or of the worker, is no reason to do it all again. */
static bool
advice_is_due(void)
{
    TimestampTz last;
    OwnTables own;

    tables_enter(&own);
    tables_execute("SELECT max(at) FROM index_advisor.run", 0, NULL, NULL, NULL);
    last = DatumGetTimestampTz(tables_value(0, 1));
    tables_leave(&own);
    return last == 0 || TimestampDifferenceExceeds(last, GetCurrentTimestamp(), setting_worker_interval_s * 500);
}

static void
advise_as_owner(void)
{
    AdviseOptions options = {.time_limit_ms = TIME_LIMIT_MS};
    MemoryContext run = whatif_begin_run();
    Oid user;
    int security;

    GetUserIdAndSecContext(&user, &security);
    SetUserIdAndSecContext(tables_owner(), security | SECURITY_RESTRICTED_OPERATION);
    (void)advise_and_publish(&options);
    SetUserIdAndSecContext(user, security);
    if (run != NULL)
        MemoryContextDelete(run);
}
