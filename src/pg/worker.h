/*
 * worker.h - the process that saves the workload now and then.
 *
 * Floor 3. It has no connection to a database and does nothing but call
 * store_save every index_advisor.save_interval. What is gathered after its last
 * save is written by the postmaster when the server stops.
 */
#ifndef INDEX_ADVISOR_WORKER_H
#define INDEX_ADVISOR_WORKER_H

#include "postgres.h"

/* From _PG_init, while shared_preload_libraries are loaded. */
extern void worker_register(void);

extern PGDLLEXPORT void index_advisor_worker_main(Datum arg);

#endif
