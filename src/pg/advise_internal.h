/*
 * advise_internal.h - between the files of the bridge.
 *
 * advise_workload.c turns the store, or given texts, into a Session; advise.c
 * lets the core decide on it; advise_check.c weighs one index of the user's,
 * of which advise_index.c has size, build and price. advise_statistics.c proposes extended statistics,
 * which advise_remedy.c finds, and whose worth to a statement advise_estimate.c weighs.
 */
#ifndef INDEX_ADVISOR_ADVISE_INTERNAL_H
#define INDEX_ADVISOR_ADVISE_INTERNAL_H

#include "advise.h"
#include "gather.h"

/* One advise() from its first to its last planner call. */
typedef struct Session
{
    MemoryContext context;     /* the caller's: results */
    Gathered *gathered;
    List *failed;              /* AdvisedStatement that could not be planned, with AdvisedVerdict in unplannable */
    List *unplannable;
    TimestampTz started;
    int64 time_limit_ms;       /* 0: none */
    List *dismissed;           /* DismissedIndex */
    List *statistics;          /* what advise_find_statistics found: to be created */
    List *empty_statistics;    /* and what is there, and was never computed */
    List *slow_roles;          /* OIDs: a captured statement of theirs was interrupted */
    int64 planner_calls_before; /* of the process, when the session began */
    int n_captured;            /* statements seen in the store, before anything else */
    double measured_ms;        /* of all of them */
} Session;

/* What one question comes to. */
typedef struct PricedPlan
{
    double startup_cost, total_cost;   /* of the first parameter set */
    double mean_cost;
    Bitmapset *used;           /* positions of the indexes used under any parameter set */
    int n_binds;
    double *bind_costs;        /* of each parameter set */
    StatementFailure failure;
} PricedPlan;

extern Session *session_begin(const AdviseOptions *options);
extern bool session_is_late(const Session *session);
extern double session_elapsed_ms(const Session *session);

/* Asked so far: of statements as they are, of what a scan would need, of each question. */
extern int64 session_planner_calls(const Session *session);
/* Are so many more calls, by the way, within what is not the search's of max_planner_calls? */
extern bool session_may_plan(const Session *session, int calls);
/* For the core: without those that showing the given statements under the final set takes. */
extern double session_planner_calls_left(const Session *session);

/* The ERROR for a status of the core that is no success. */
extern void advise_core_failed(int status, bool no_memory, const char *message);

/* ERROR 22023 for a budget that is none. */
extern void advise_check_options(const AdviseOptions *options);

/* With the lock, on what was captured in this database, without what is dismissed. */
extern Session *session_begin_captured(const AdviseOptions *options);

/* One search after the other, with the same answers. Fills all but the budgets, which ascend. */
extern void session_try_budgets(Session *session, AdviseOptions *options, AdvisedFront *points, int n);

/* Reads what was captured in this database into the session. */
extern void session_gather_captured(Session *session, bool own_only);

/* A DELETE's searches of tables that refer to its own, as texts; NIL for another statement. The caller reads the tables. */
extern List *advise_foreign_key_checks(const char *text);
extern void session_gather_given(Session *session, char **texts, const double *weights, int n);

/* To the end of the transaction. ERROR 55P03 with the pid if another advise() runs in this database. */
extern void session_lock(void);

/* Samples the relations gathered so far; those that it comes to too late are left to their statistics. */
extern void session_sample_relations(Session *session);

/*
 * Plans a gathered statement under every parameter set of its own with these indexes, as its settings are; in_memory: but as
 * where all pages are cached. False: failure is filled.
 */
extern bool session_price(Session *session, int statement, WhatifIndex **indexes, int n, bool in_memory,
                          PricedPlan *priced);

/*
 * As advise_sample, for a candidate: false where the caller may not read the table, where samples are switched off,
 * and where its rows do not fit into such an index, which *too_wide says.
 */
extern bool session_sample(Session *session, const IndexDefinition *definition, IndexSample *sample, bool *too_wide);

/* A name that neither a relation of the schema nor an advice (AdvisedIndex) of `chosen` has, quoted. */
extern char *advise_unique_name(Oid relid, const char *name, List *chosen);

/* Heap bytes of this database's tables: what a budget in per cent is of. */
extern double session_heap_bytes(const Session *session);

/* As whatif_parse. Literals are read meanwhile: not with a superuser's rights where that may run somebody else's code. */
extern WhatifIndex *advise_parse(const char *ddl);

/* ERROR 55000 where the table's rows were never counted. */
extern void advise_check_analysed(Oid relid);

/*
 * What a sample of the table's rows says of an index that is no btree. ERROR where the table was never analysed, where
 * the index could not be built on its rows, and where row security keeps some of them from the caller.
 */
extern void advise_sample(const WhatifIndex *index, IndexSample *sample);

/*
 * Learns for the run what ANALYZE would know of the index's expressions, from the catalog or a sample, and returns
 * what its predicate lets pass of that (rows_read 0: nothing was read). ERROR as advise_sample.
 */
extern WhatifShare advise_learn(const WhatifIndex *index);

/*
 * Has every two conjuncts of a request that could make a partial index together sampled, where the caller may see the
 * rows: statistics know nothing of how columns depend on each other.
 */
extern void advise_sample_conjunctions(Session *session);

/*
 * What building an index with its size depends on: its table, this session's settings, and how long its steps take, timed on the
 * sample of its table's rows. Where the caller may not read these the pace is unknown.
 */
extern BuildFacts advise_build_facts(const WhatifIndex *index);

/* Which extended statistics the session's statements ask for, before the core learns which they do not. */
extern void advise_find_statistics(Session *session);

/* Adds those that were found to the indexes and verdicts that the run has. */
extern void advise_add_statistics(const Session *session, AdviseRun *run);

/* What other estimates are worth to a statement. Costs are of its first parameter set, both with these estimates. */
typedef struct WeighedEstimate
{
    bool changes;              /* the plan is another one with them */
    int joins;                 /* in the plan of now */
    double cost_before, cost_after; /* with no other ways to scan and join than those of the plan of now; of the best plan */
} WeighedEstimate;

/* False where the statement cannot be planned. */
extern bool advise_weigh_estimates(Session *session, const GatheredStatement *statement,
                                   const WhatifEstimate *estimates, int n, WeighedEstimate *weighed);

/* The same of what the run learnt of the statement's expressions. */
extern bool advise_weigh_learnt(Session *session, const GatheredStatement *statement, WeighedEstimate *weighed);

/* As statement_run, within what is left of the session's time, or soon after. */
extern bool session_run(Session *session, CapturedStatement *captured, StatementBody body, void *arg,
                        StatementFailure *failure);

/* What a verdict is about. */
typedef struct ProofSubject
{
    int64 queryid;             /* 0: a given statement, about which nobody can ask again */
    Oid relid;
    const char *relation;      /* qualified, quoted */
    AttrNumber attno;          /* the column whose figures decided, 0: none, or an expression */
    const char *definition;    /* the index that was refused; "": none */
} ProofSubject;

/* A statement for people who want to see for themselves; NULL: there is none. */
extern char *advise_proof(const ProofSubject *subject, const char *verdict);

/* What the index's predicate lets pass of a sample, which must be allowed. False: it fails, or nothing was read. */
extern bool advise_try_share(const WhatifIndex *index, WhatifShare *share);

/* Share of the table's rows that a partial index holds, by the planner's estimate and the sample; 1 for a full one. */
extern double advise_predicate_share(const WhatifIndex *index, const WhatifShare *sampled);

#endif
