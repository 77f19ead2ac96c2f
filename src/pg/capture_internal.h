/*
 * capture_internal.h - shared by capture*.c alone.
 */
#ifndef INDEX_ADVISOR_CAPTURE_INTERNAL_H
#define INDEX_ADVISOR_CAPTURE_INTERNAL_H

#include "executor/execdesc.h"
#include "executor/instrument.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"

#include "capture.h"
#include "compat.h"
#include "store.h"

/* What is counted of a scan, by what counting would cost. */
typedef enum CountMode
{
    COUNT_ALL,   /* rows returned and removed, loops: some ns for each row returned */
    COUNT_FIRST, /* rows removed by the filter, and the first ones returned: nothing for the others */
    COUNT_NONE   /* no filter: the planner's estimate is good enough */
} CountMode;

/* The node's instrumentation under COUNT_FIRST. */
typedef struct FirstRows
{
    NodeInstrumentation counted; /* first: the node knows it as its own */
    double most;             /* rows returned that are counted */
    bool over;               /* they came, and others are not counted */
} FirstRows;

/* One scan node. */
typedef struct ScanCounter
{
    const NodeInstrumentation *instrument; /* NULL for COUNT_NONE */
    CountMode mode;
    double plan_rows; /* of one loop, in this process */
    double kept;      /* part of its table that the planner expects to keep; above 1: unknown */
    double table_rows;
    int total; /* position in totals */
    const PlanState *state;
} ScanCounter;

/* All nodes of one execution that are the same scan to the store: leaves of a partition tree, say. */
typedef struct ScanTotal
{
    ScanShape shape;
    int scan; /* store's position */
    ScanCounts counts;
    bool executed;
} ScanTotal;

/*
 * One running statement with suspects, in its es_query_cxt. The reset callback
 * of that context books what did not reach ExecutorEnd, so everything needed for
 * booking is in here: the query's descriptor may be gone by then.
 */
typedef struct CapturedQuery
{
    MemoryContextCallback callback;
    struct CapturedQuery *next;
    QueryDesc *desc;
    StoreHandle handle;
    bool worker;           /* a parallel worker's part: scans only */
    bool generic;          /* a filter compares with a parameter that the plan does not know */
    bool done;             /* booked */
    bool measured;         /* as a sample of what watching costs */
    bool all;              /* none of its scans is a suspect: all are counted */
    const PlanState *groups; /* the node whose groups are counted; NULL: there is none */
    bool several_groups;   /* and others that group: nothing tells whose are meant */
    Instrumentation *time; /* NULL in a worker */
    int n_counters, max_counters;
    ScanCounter *counters;
    int n_totals, max_totals;
    ScanTotal *totals;
    ParamListInfo values; /* copied at start, where they may be others by the end; else NULL */
} CapturedQuery;

/* capture.c */
extern const char *capture_statement_text(const char *source, int location, int length, int *slice_length);
extern bool capture_key(const PlannedStmt *plan, const char *text, int text_len, StatementKey *key);

/*
 * capture_guard.c: work(arg), in memory of its own choice. False if it failed, which
 * is over and done with; cancels and shutdowns are thrown on.
 */
extern void capture_guard_install(void);
extern bool capture_try(void (*work)(void *), void *arg);     /* takes nothing but memory */
extern bool capture_guarded(void (*work)(void *), void *arg); /* may read catalogs; never in parallel mode */
extern bool capture_looking_up(const PlannedStmt *plan, void (*work)(void *), void *arg); /* the one or the other */

/* capture_scan.c */
extern bool capture_has_suspects(const PlannedStmt *plan);
extern void capture_attach(CapturedQuery *query);
extern void capture_resolve_scans(CapturedQuery *query);
extern void capture_book_scans(CapturedQuery *query);

/*
 * capture_groups.c: does the node group by two columns or more? Then its groups are counted, in the leader. What was counted
 * of a finished execution goes into counts.
 */
extern bool capture_is_grouping(const Plan *plan);
extern void capture_count_groups(CapturedQuery *query, PlanState *state);
extern void capture_book_groups(const CapturedQuery *query, StatementCounts *counts);

/* capture_shape.c: *generic is set where a filter holds a parameter, and otherwise left alone. */
extern void capture_shape(ScanState *state, ParamListInfo params, ScanShape *shape, bool *generic);

/* capture_logical.c: what a relation and its columns are to an index designer; the relation is open. */
typedef struct LogicalRelation
{
    Oid relid;   /* key: the relation that is scanned */
    Oid logical; /* the root of its partition tree, or itself */
    int n_columns;
    AttrNumber *columns; /* logical column numbers by attno - 1, 0 for a dropped one; NULL: the same */
} LogicalRelation;

extern void capture_logical_install(void);
extern const LogicalRelation *capture_logical(Relation relation);

/* capture_writes.c: tables with captured scans are watched for writes; what statements that write tell of them. */
extern void capture_watch_writes(const CapturedQuery *query);
extern void capture_updated_columns(const PlannedStmt *plan);

/*
 * capture_streak.c: count is for every statement that a client sends, and true where this execution is to be watched;
 * keep for those that are.
 */
extern bool capture_count_streak(uint64 queryid);
extern void capture_keep_streak(StoreHandle handle, const StatementKey *key, const char *text, int length);

/* capture_keep.c */
extern bool capture_is_lasting(const PlannedStmt *plan);
extern void capture_keep_statement(const CapturedQuery *query);
extern void capture_keep_tree(Query *query, const PlannedStmt *plan, const char *source, int cursor_options);
extern void capture_prepare_bind(CapturedQuery *query);
extern void capture_keep_bind(const CapturedQuery *query, double exec_ms);

/* capture_overhead.c */
typedef struct HookTimer
{
    instr_time start;
    uint64 rare_ns; /* spent on rare work in this process before */
} HookTimer;

extern void capture_overhead_begin(bool is_plain);           /* at the start of each statement; plain: no suspects */
extern bool capture_is_throttled(const PlannedStmt *plan); /* then it is counted as passed over */
extern bool capture_is_measured(void);                     /* whether this execution is a sample */
extern void capture_timer_start(HookTimer *timer);
extern void capture_timer_stop(const HookTimer *timer);      /* of a sample */
extern void capture_timer_stop_rare(const HookTimer *timer); /* of what is always measured */

/* capture_parallel.c */
extern void capture_parallel_install(void);
extern StoreHandle capture_parallel_offer(StoreHandle handle);
extern StoreHandle capture_parallel_leader(void);

#endif
