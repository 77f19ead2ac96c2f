/*
 * worker.h - the processes of index_advisor that nobody asks for.
 *
 * Floor 3. The saver runs as long as the server. It has no connection to a
 * database: it calls store_save every index_advisor.save_interval, and starts the
 * rounds. What is gathered after its last save is written by the postmaster when
 * the server stops.
 *
 * A round (index_advisor.worker) goes through the databases in which something
 * was captured, one at a time: in each it starts a process that calls advise()
 * (functions_unattended.c), waits for it, and ends it where it takes too long
 * or somebody wants to have the database for himself. A round ends when it has
 * seen all of them or the setting is off. So while nothing is due there is no
 * process but the saver, and never more than two besides it.
 */
#ifndef INDEX_ADVISOR_WORKER_H
#define INDEX_ADVISOR_WORKER_H

#include "postgres.h"
#include "postmaster/bgworker.h"

/* From _PG_init, while shared_preload_libraries are loaded. */
extern void worker_register(void);

/*
 * For the saver: starts a round where one is due; ends it if the setting is off.
 * Returns the milliseconds after which it wants to be called again; -1: the latch will be set.
 */
extern long worker_round_serve(void);

/* Ends the round that runs; when the saver leaves. */
extern void worker_round_stop(void);

/* What all background workers of ours have in common; its latch is set when the worker starts or stops. */
extern BackgroundWorker worker_description(const char *name, const char *function, int flags);

extern PGDLLEXPORT void index_advisor_worker_main(Datum arg);
extern PGDLLEXPORT void index_advisor_round_main(Datum arg);

#endif
