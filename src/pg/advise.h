/*
 * advise.h - the bridge between the server and the core that decides.
 *
 * Floor 2. advise.c drives the core through core/advisor.h. It gathers
 * facts (gather.h), lets the core ask its questions, asks the planner
 * (statement_run, whatif_plan) and hands the answers back. What comes out here
 * is plain C in the caller's memory context; storing and showing it is the
 * business of functions.c.
 */
#ifndef INDEX_ADVISOR_ADVISE_H
#define INDEX_ADVISOR_ADVISE_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "statement.h"
#include "whatif.h"

typedef struct AdviseOptions
{
    const char *budget;        /* as index_advisor.budget; NULL: that setting */
    int max_indexes;           /* 0: the setting */
    int64 time_limit_ms;       /* 0: none */
    bool own_only;             /* only statements of the current user */
    bool small_tables;         /* as if tables were large and analysed: for one statement on an empty schema */
    List *dismissed;           /* DismissedIndex */
} AdviseOptions;

/* An index that is not to be recommended, in the words in which it was. */
typedef struct DismissedIndex
{
    char *relation, *definition;
} DismissedIndex;

/* One recommended index, or extended statistics. Doubles below 0 are not measured: NULL in SQL. */
typedef struct AdvisedIndex
{
    const char *action;        /* create or statistics */
    Oid relid;
    char *relation;            /* qualified, quoted */
    bool partitioned;
    char *index_name;          /* quoted, unqualified */
    char *kind;
    char *definition;          /* (user_id, created_at DESC) INCLUDE (total) WHERE ...; (mcv) ON city, zip */
    List *expressions;         /* of an index, those of its keys that are no columns (varno 1) */
    char *ddl, *undo;
    double cost_before, cost_after, improvement;
    double saved_ms_per_hour, share_of_load;
    double ms_per_call_before, ms_per_call_after;
    double size_bytes, build_seconds;
    double writes_per_hour, wal_bytes_per_hour, hot_lost_per_hour;
    int helped_binds, total_binds;
    int n_statements;          /* statements that it serves */
    int64 *queryids;
    Oid *userids;
    char *why, *rule, *gain, *price;
    char *not_chosen;          /* one line each */
} AdvisedIndex;

/* One judged request: what one statement asks of one relation. */
typedef struct AdvisedVerdict
{
    int64 queryid;             /* 0 for a given statement */
    Oid userid;
    Oid relid;                 /* InvalidOid: the statement as a whole (unplannable) */
    char *relation;
    char *filter;              /* conjuncts in words */
    char *query;               /* normalised */
    char *verdict;             /* as the SQL enum */
    char *next_step;
    char *check_sql;           /* to see it for oneself; NULL: nothing to look at */
    int request;               /* in the run's facts, -1: none */
    int advice;                /* position in the run's indexes and, behind these, statistics, -1: none */
    int statistics;            /* the same of statistics that its rows are evidence for */
    double total_ms;
    double cost_before, cost_after; /* of the whole statement; negative: not planned */
} AdvisedVerdict;

/* What one statement costs. */
typedef struct AdvisedStatement
{
    int64 queryid;
    char *query;
    double startup_before, startup_after;   /* of its first parameter set; negative: not planned */
    double total_before, total_after;
    char *error;               /* NULL, or why it could not be planned */
    int sqlerrcode;
} AdvisedStatement;

typedef struct AdviseRun
{
    struct Session *session;   /* for advise_run_statement() */
    List *indexes;             /* AdvisedIndex, best first */
    List *statistics;          /* AdvisedIndex, of the heaviest statements first */
    List *verdicts;            /* AdvisedVerdict, heaviest statement first */
    List *statements;          /* AdvisedStatement */
    int n_weighed;             /* planned, whether or not anything is asked of a relation */
    int n_skipped;             /* stale, locked or not plannable */
    int64 planner_calls;
    double avoided_by_relevance, avoided_by_cache, avoided_by_used_set, avoided_by_bounds;   /* calls that were not needed */
    double elapsed_ms;
    double budget_bytes, used_bytes;
    double cost_before, cost_after;
    double load_before, load_after, lower_bound;   /* ms per hour; the last UNKNOWN if not computed */
    char *bound_kind;          /* NULL if not computed */
    char *stopped_by;
    char *dump;                /* as core/dump.h has it; NULL: it did not fit into the core's memory */
    char *nothing_because;     /* when indexes is NIL: the cause, for a NOTICE; else NULL */
} AdviseRun;

/* On what was captured in this database. ERROR 55P03 with the pid if another advise() runs here. */
extern AdviseRun *advise_captured(const AdviseOptions *options);

/* What one budget buys. Loads in ms per hour. */
typedef struct AdvisedFront
{
    char *budget;              /* as index_advisor.budget */
    double budget_bytes, used_bytes;
    int n_indexes;
    double load_before, load_after, lower_bound; /* the last UNKNOWN if not computed */
    int64 planner_calls;       /* beyond those of smaller budgets */
} AdvisedFront;

/* As advise_captured, for several budgets: sorts the points by them and fills in the rest. */
extern void advise_front(AdvisedFront *points, int n, AdviseOptions *options);

/* On given texts; weights[i] (NULL: all 1). A text that fails is in statements with its error. */
extern AdviseRun *advise_given(char **texts, const double *weights, int n, const AdviseOptions *options);

/* As statement_run, within what is left of the run's time, or soon after. */
extern bool advise_run_statement(const AdviseRun *run, CapturedStatement *captured, StatementBody body, void *arg,
                                 StatementFailure *failure);

/* A CREATE INDEX statement as a hypothetical index with its size. Errors as whatif_parse. */
extern WhatifIndex *advise_hypothetical(const char *ddl);

/* What building an index with its size takes, with the settings of this session. */
extern IndexBuild advise_build(const WhatifIndex *index);

/* What writers would pay for an index whose size is known, and which holds that share of the rows. */
extern WritePrice advise_write_price(const WhatifIndex *index, double share);

/* What an index that the user has in mind would do to the captured workload (nothing captured: sizes only). */
typedef struct CheckedIndex
{
    double size_bytes, build_seconds;
    double writes_per_hour, wal_bytes_per_hour, hot_lost_per_hour;  /* negative: not known */
    double build_wal_bytes, build_temp_bytes;  /* negative: not known */
    double cost_before, cost_after, improvement, saved_ms_per_hour;  /* negative: nothing captured */
    int n_helped, n_hurt;
    int64 *helped, *hurt;      /* query ids */
    char *reason;
} CheckedIndex;

extern CheckedIndex *advise_check(const char *ddl, bool own_only);

/*
 * The captured statement of that query id in this database, with its heaviest parameter set; NULL: none. ERROR 55000
 * if nothing was kept of it that could be planned.
 */
extern CapturedStatement *advise_find_captured(int64 queryid, bool own_only, ParamListInfo *params);

#endif
