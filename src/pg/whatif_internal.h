/*
 * whatif_internal.h - between the files of what-if.
 *
 * whatif.c decides for one planner call which relations get which indexes;
 * whatif_index.c describes one of them to the planner; whatif_ddl.c reads one
 * from a CREATE INDEX statement; whatif_limit.c judges plans that hope to stop early.
 */
#ifndef INDEX_ADVISOR_WHATIF_INTERNAL_H
#define INDEX_ADVISOR_WHATIF_INTERNAL_H

#include "whatif.h"

#include "nodes/pathnodes.h"

/* Position of the hypothetical index that the node scans; negative if it scans none. Until the next whatif_plan. */
extern int whatif_position(const Plan *plan);

/*
 * The index on relid, which is rel in the running planner call: the index's own
 * table or one of its leaves, then with `share` (0..1) of the whole index. To be
 * called from get_relation_info_hook; palloc'd for the planner.
 */
extern IndexOptInfo *whatif_build_index(RelOptInfo *rel, Oid relid, const WhatifIndex *index, double share,
                                        Oid oid);

/* The name that CREATE INDEX would choose, were it free; index->name if there is one. */
extern const char *whatif_index_name(const WhatifIndex *index);

#endif
