/* planning.h - what the two modules of bench/whatif have in common. */
#ifndef INDEX_ADVISOR_BENCH_PLANNING_H
#define INDEX_ADVISOR_BENCH_PLANNING_H

#include "postgres.h"

#include <time.h>

#include "nodes/parsenodes.h"
#include "tcop/tcopprot.h"

/* Of the processor that this backend has had. */
static inline double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

/* Of a statement without parameters. */
static inline Query *
analysed(const char *statement)
{
    RawStmt *raw = linitial_node(RawStmt, pg_parse_query(statement));

    return linitial_node(Query, pg_analyze_and_rewrite_fixedparams(raw, statement, NULL, 0, NULL));
}

#endif
