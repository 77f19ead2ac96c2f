/*
 * module.c - what happens when the library is loaded.
 *
 * Hypothetical indexes and the reading of plans work wherever the library is
 * loaded. Watching what is executed needs shared memory, and so a place in
 * shared_preload_libraries.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "storage/ipc.h"

#include "capture.h"
#include "compat.h"
#include "plan_reader.h"
#include "scope.h"
#include "settings.h"
#include "statement.h"
#include "store.h"
#include "whatif.h"
#include "worker.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

static shmem_request_hook_type previous_shmem_request = NULL;
static shmem_startup_hook_type previous_shmem_startup = NULL;

static void
module_shmem_request(void)
{
    if (previous_shmem_request)
        previous_shmem_request();
    store_request();
}

static void
module_shmem_startup(void)
{
    if (previous_shmem_startup)
        previous_shmem_startup();
    store_attach();
}

static void
module_preload(void)
{
    EnableQueryId();
    previous_shmem_request = shmem_request_hook;
    shmem_request_hook = module_shmem_request;
    previous_shmem_startup = shmem_startup_hook;
    shmem_startup_hook = module_shmem_startup;
    capture_install();
    worker_register();
}

void
_PG_init(void)
{
    settings_define(process_shared_preload_libraries_in_progress);
    scope_install();
    statement_install();
    whatif_install();
    plan_reader_install();
    if (process_shared_preload_libraries_in_progress)
        module_preload();
}
