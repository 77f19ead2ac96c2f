/*
 * capture.h - what really runs, and the rows it reads in vain.
 *
 * Floor 3. Executor hooks attach row counters to the scans that a plan spends
 * its rows on, and add what they counted to the store when the statement ends,
 * however it ends. The planner hook writes down the rewritten tree of statements
 * that were met this way. Nothing here makes a statement fail or wait.
 */
#ifndef INDEX_ADVISOR_CAPTURE_H
#define INDEX_ADVISOR_CAPTURE_H

/* Chains planner, executor, utility and shared memory hooks; once, from _PG_init while preloading. */
extern void capture_install(void);

#endif
