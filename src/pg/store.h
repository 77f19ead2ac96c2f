/*
 * store.h - the workload in shared memory.
 *
 * Floor 1. Fixed memory (index_advisor.memory): a table of statements, a table
 * of scans, a few blobs per statement cut into chunks, a table of wanted query
 * ids. Looking up and counting take no lock; making an entry, replacing a blob
 * and evicting take one short LWLock. Nothing here waits for I/O but store_save
 * and store_load. Full memory and lost races are counted, never reported to the
 * statement that met them.
 *
 * Pointers to entries are positions (int), valid for ever; an entry that was
 * evicted under a holder's feet has another generation, and what the holder
 * adds then is dropped and counted.
 */
#ifndef INDEX_ADVISOR_STORE_H
#define INDEX_ADVISOR_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#define STORE_CLAUSES 8
#define STORE_BINDS 8
#define STORE_TAGS 160   /* bytes of what is kept of a comment */
#define STORE_STREAK 100 /* from so many repetitions on they are told of */

/* Who ran what. relations: hash of the OIDs that the statement names. */
typedef struct StatementKey
{
    uint64 queryid;
    Oid dbid;
    Oid userid;
    uint32 relations;
    bool toplevel;
} StatementKey;

/* A statement entry, found or made. position < 0: not tracked (full, off, sampled away). */
typedef struct StoreHandle
{
    int position;
    uint32 generation;
} StoreHandle;

typedef enum ClauseKind
{
    CLAUSE_OPERATOR, /* key op value */
    CLAUSE_ANY,      /* key op ANY (array) */
    CLAUSE_IS_NULL,
    CLAUSE_IS_NOT_NULL,
    CLAUSE_TRUE,
    CLAUSE_FALSE,
    CLAUSE_OR, /* an OR of several; attno 0 */
    CLAUSE_OTHER
} ClauseKind;

/* What one conjunct of a filter looks like, without its constant. */
typedef struct ClauseShape
{
    uint8 kind;      /* ClauseKind */
    int16 attno;     /* of the logical relation; 0: an expression or several columns */
    Oid op;          /* operator */
    Oid func;        /* outermost function on the column, or InvalidOid */
    uint32 constant; /* hash of the constant's value; 0: none, or a parameter not known */
} ClauseShape;

typedef enum ScanNode
{
    SCAN_SEQUENTIAL,
    SCAN_INDEX,
    SCAN_INDEX_ONLY,
    SCAN_BITMAP,
    SCAN_OTHER
} ScanNode;

/* A scan of one logical relation by one statement. The same shape twice in a plan is one entry. */
typedef struct ScanShape
{
    Oid relid;       /* logical: root of a partition tree */
    uint8 node;      /* ScanNode */
    uint8 n_clauses; /* at most STORE_CLAUSES; more are dropped */
    ClauseShape clauses[STORE_CLAUSES];
} ScanShape;

/* What one execution (or one worker's part of it) adds. */
typedef struct ScanCounts
{
    bool first; /* counts as an execution of the scan: leader, not worker */
    uint64 loops;
    uint64 removed;  /* exact */
    uint64 returned; /* exact, or the planner's estimate: returned_estimated */
    bool returned_estimated;
} ScanCounts;

typedef struct StatementCounts
{
    uint64 calls;
    uint64 unfinished; /* ended by error, cancel, timeout, rollback */
    uint64 generic;    /* ran a plan that does not know its parameters */
    uint64 rows;
    uint64 grouped, groups; /* executions whose groups were counted to the last one, and how many those were */
    double exec_ms;
} StatementCounts;

/* A copy of an entry for readers. */
typedef struct StoredScan
{
    ScanShape shape;
    uint64 calls, loops, removed, returned;
    bool returned_estimated;
    uint64 constant_same[STORE_CLAUSES]; /* executions whose constant hashed as the first one seen */
    uint64 max_removed;                  /* of one execution; in a parallel plan of one process of it */
} StoredScan;

typedef struct StoredBind
{
    double exec_ms;
    char *blob;
    Size size;
} StoredBind;

typedef struct StoredStatement
{
    StatementKey key;
    StoreHandle handle;
    StatementCounts counts;
    double max_exec_ms;
    TimestampTz stats_since, last_seen;
    TimestampTz observed_since; /* every execution from here on is in the counts; for rates */
    char application_name[64];
    uint64 streak;         /* most executions in a row in one session, or at least so many; 0: fewer than STORE_STREAK */
    char tags[STORE_TAGS]; /* of the comment that these had */
    char *query; /* normalised text; "" if none */
    char *blob;  /* statement_write's; NULL if none */
    Size blob_size;
    bool has_tree;
    int n_scans;
    StoredScan *scans;
    int n_binds;
    StoredBind *binds;
} StoredStatement;

/* Rows written to a table. */
typedef struct WriteCounts
{
    int64 inserted, updated, hot_updated, deleted;
} WriteCounts;

/* Raw numbers of the whole store, for the view counters and for health. */
typedef struct StoreCounters
{
    TimestampTz since;     /* reset or start */
    TimestampTz last_save; /* 0: never */
    bool last_save_failed;
    uint64 memory_bytes, blob_bytes, blob_used_bytes;
    uint64 statements, statements_max, scans, scans_max;
    uint64 executions_with_suspects, executions_skipped; /* skipped: sampling, full, lost races */
    uint64 statements_evicted, scans_evicted, blobs_refused, adds_lost;
    uint64 trees_wanted, trees_written, trees_failed;
    uint64 binds_written;
    double suspect_ms; /* execution time of statements with suspects */
    uint64 memory_used_bytes;
    uint64 dump_bytes; /* of the file; 0: none was written or read */
    uint64 executions_sampled_out, executions_throttled; /* of executions_skipped */
    uint64 statements_without_suspects;
    uint64 trees_copied, trees_refused, trees_postponed;
    double hook_ms;       /* in our hooks, extrapolated from samples */
    double session_ms;    /* in which sessions ran statements */
    double last_overhead; /* per cent, in the last whole interval */
    double watched_share; /* 1, or less when throttled */
    uint64 times_throttled;
} StoreCounters;

/* What watching took in one process since it last said so. */
typedef struct OverheadCounts
{
    uint64 hook_ns;    /* in our hooks */
    uint64 session_ns; /* running statements, watched or not */
    uint64 plain;      /* statements without suspects */
    uint64 throttled;  /* executions with suspects that were passed over because of max_overhead */
} OverheadCounts;

/* Why an execution with suspects is not booked. */
typedef enum SkipReason
{
    SKIP_SAMPLED_OUT, /* by sample_rate */
    SKIP_NO_ENTRY,    /* none to be had, or no memory */
    SKIP_REASONS
} SkipReason;

/* Shared memory. request: from shmem_request_hook; attach: from shmem_startup_hook, loads the dump. */
extern void store_request(void);
extern void store_attach(void);
extern bool store_is_attached(void);

/* Hot path: no lock. True if the tree of this query id, here and for this role, is wanted at its next planning. */
extern bool store_wants_tree(uint64 queryid);

/*
 * Finds the entry, or makes it: text is normalised and kept, and where lists
 * were squashed in it the entry of the same normal form is shared. Never throws.
 */
extern StoreHandle store_statement(const StatementKey *key, const char *text, int text_len, bool *is_new);

/* Of one execution, on average; 0: there was none. */
extern double store_mean_ms(StoreHandle handle);

/* So many executions in a row in this session, whose comment says tags. Takes the lock for a moment. */
extern void store_streak(StoreHandle handle, uint64 repetitions, const char *tags);

/* Also without error in aborted state: atomics only. */
extern void store_add(StoreHandle handle, const StatementCounts *counts);

/*
 * Position of the scan's entry, made if need be; -1 if full. Compares constants
 * with the first seen, so: once an execution, and with constants 0 in a parallel
 * worker, whose leader compares them.
 */
extern int store_scan(StoreHandle handle, const ScanShape *shape);
extern void store_add_scan(StoreHandle handle, int scan, const ScanCounts *counts);

/* Blobs; a tree replaces a text, never the other way round. False: no room, counted. */
extern bool store_put_statement(StoreHandle handle, const char *blob, Size size, bool is_tree);
extern bool store_needs_statement(StoreHandle handle); /* no blob yet */
extern bool store_needs_tree(StoreHandle handle);      /* not asked for yet, and it would not be evicted soon */
extern void store_want_tree(StoreHandle handle);
extern void store_tree_failed(const StatementKey *key); /* clears it, counted */
extern void store_tree_copied(void);                    /* counts a planning that was copied */

/*
 * The nth entry of that key (toplevel aside) that wants a tree; position -1 after
 * the last. The key holds the relations because on 18 one query id stands for the
 * same text in every schema, and a tree of one is wrong for the others.
 */
extern StoreHandle store_find_wanting(const StatementKey *key, int nth);

/* Room left, or slower than one kept, and not one of many repetitions; exec_ms INFINITY: not known yet. */
extern bool store_wants_bind(StoreHandle handle, double exec_ms);
extern bool store_put_bind(StoreHandle handle, const char *blob, Size size, double exec_ms);
extern void store_skip(SkipReason reason); /* counts an execution not booked */

/* ---- what watching costs ---- */

extern void store_add_overhead(const OverheadCounts *counts);

/* One execution in 2^n is to be watched. Reads one cache line that hardly ever changes. */
extern int store_throttle(void);

/*
 * An interval has passed since the last review. Then the review sets the throttle by the share of the hooks in it,
 * per cent; true if it begins to throttle now. One process does it, for the others it does nothing.
 */
extern bool store_review_is_due(TimestampTz now);
extern bool store_review_overhead(TimestampTz now, double *share);

/* Readers: copies in the current context, heaviest first. dbid InvalidOid: all databases; with_blobs: blobs too. */
extern List *store_read(Oid dbid, bool with_blobs); /* List of StoredStatement */
extern List *store_databases(void);                 /* OIDs of those in which a statement was captured */
extern void store_read_counters(StoreCounters *counters);

/*
 * Writes. A table is watched from its first captured scan on; the worker remembers its counters a few seconds later,
 * and all that is counted from there on are rates. watch, updated: for hooks, no lock for what is known already.
 */
extern void store_writes_watch(Oid dbid, Oid relid);
extern bool store_writes_is_watched(Oid dbid, Oid relid);
extern void store_writes_updated(Oid dbid, Oid relid, uint64 columns); /* those that an UPDATE sets; see below */
extern uint64 store_writes_columns(Oid dbid, Oid relid);
#define STORE_WRITES_COLUMN(attno) (UINT64CONST(1) << Min((attno) - 1, 63)) /* attno > 0; the last bit is for the rest */

/* Writes while watched, and the seconds of that; 0 and nothing if it is not watched for long enough yet. */
extern double store_writes_watched(Oid dbid, Oid relid, WriteCounts *counts);

/* Writes since the server's counters were reset, whether watched or not. May wait. */
extern void store_writes_total(Oid dbid, Oid relid, WriteCounts *counts);

/* For the worker: sets the latch to be set when a table is new (NULL: none); reads counters that are due, and returns
 * the milliseconds until more are, -1 if none will be. */
struct Latch;
extern void store_writes_serve(struct Latch *latch);
extern long store_writes_settle(void);

/* 0 means any. Returns the number of statements removed. */
extern uint64 store_reset(Oid userid, Oid dbid, uint64 queryid);

/* Dump file: checksummed, with CATALOG_VERSION_NUM; written beside and renamed, mode 0600. */
extern bool store_save(void);
extern void store_load(void);

#endif
