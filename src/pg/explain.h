/*
 * explain.h - EXPLAIN of a statement as it would be with other indexes.
 *
 * Floor 2. Nothing is executed; the plan is printed by the server's own EXPLAIN.
 */
#ifndef INDEX_ADVISOR_EXPLAIN_H
#define INDEX_ADVISOR_EXPLAIN_H

#include "postgres.h"
#include "commands/explain.h"
#include "nodes/params.h"
#include "nodes/pg_list.h"

#include "compat.h"
#include "statement.h"
#include "whatif.h"

/*
 * Brings the statement back with its role and settings (statement_run), plans
 * it with indexes[0..n) there and the indexes of hidden (OIDs) not there, and
 * returns the lines that EXPLAIN prints, a List of char * in the current
 * context; as text also, behind them, why scans of an index that the plan uses will cost something else. What hinders bringing it back or planning it is an ERROR with its
 * own code and words.
 */
extern List *explain_lines(const CapturedStatement *statement, ParamListInfo params, WhatifIndex **indexes, int n,
                           List *hidden, ExplainFormat format);

/* explain_prune.c: the executor will not prune partitions by parameters without value in params (NULL: all). */
extern void explain_settle_pruning(PlannedStmt *statement, ParamListInfo params);

/* "text", "json", "xml" or "yaml", in any case. ERROR 22023 for anything else. */
extern ExplainFormat explain_format(const char *name);

#endif
