/*
 * statement.h - a statement that can be planned again.
 *
 * Floor 1. Capture writes a statement down (statement_write*), the bridge
 * brings it back (statement_read) and does something with it under guard
 * (statement_run). A stored tree replayed after ALTER COLUMN TYPE kills the
 * server, so nothing is planned before its relations are locked and found
 * unchanged; otherwise it is parsed again from its text, as plancache does.
 */
#ifndef INDEX_ADVISOR_STATEMENT_H
#define INDEX_ADVISOR_STATEMENT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"

/* How a statement can be brought back. */
typedef enum StatementSource
{
    STATEMENT_TREE,            /* the rewritten tree is there and still true */
    STATEMENT_TEXT             /* parsed from its text */
} StatementSource;

/* A statement in memory, all of it in the context in which it was made. */
typedef struct CapturedStatement
{
    Oid userid;                /* whose rights it ran with */
    int cursor_options;        /* planner's, SCROLL stripped */
    char *text;                /* its own slice of the source; NULL if too long to keep */
    char *tree;                /* nodeToString of the rewritten Query; NULL if never seen being planned */
    Query **read_tree;         /* the Query of tree, once it was read, for copies; NULL without tree */
    char *search_path;
    int n_gucs;                /* planner settings that were not at their defaults */
    char **guc_names;
    char **guc_values;
    int n_params;
    Oid *param_types;          /* InvalidOid: unknown, inferred when parsed */
    int n_relations;
    Oid *relations;
    uint64 *fingerprints;
    TimestampTz deadline;      /* when an attempt to plan it is given up; 0: never */
    bool given;                /* comes from the caller, not from capture: permissions are checked */
} CapturedStatement;

/* Why a statement could not be brought back or planned. */
typedef struct StatementFailure
{
    int sqlerrcode;
    char *message;             /* in the caller's memory context */
    bool late;                 /* interrupted at its deadline */
} StatementFailure;

/* Once per process: functions are looked at from then on. */
extern void statement_install(void);

/*
 * Writing, for capture. Palloc'd in the current context; may ereport(ERROR)
 * (capture's one PG_TRY is around these). tree: query == NULL writes the text
 * form. Returns NULL if the statement touches temporary relations or is not to
 * be captured at all.
 */
extern char *statement_write(const Query *query, const char *text, int text_len, Oid userid, int cursor_options,
                             ParamListInfo params, Size *size);

/*
 * Parameter values: those whose ids are in `used` (bitmapset of ids; NULL: all that have a value to fetch),
 * detoasted; NULL if none, over max_bytes, or of a type whose values outlive their meaning (rows, pseudo-types).
 */
extern char *statement_write_params(ParamListInfo params, const Bitmapset *used, Size max_bytes, Size *size);

/* Reading. Checks every length: a damaged blob gives NULL, not a crash. */
extern CapturedStatement *statement_read(const char *blob, Size size);
extern ParamListInfo statement_read_params(const char *blob, Size size);

/*
 * Makes unknown every value whose type is not the one that query expects. Values and tree come from different
 * executions, which may differ in types where one entry stands for lists of all lengths: to be called before
 * planning query with values that were read. params may be NULL.
 */
extern void statement_fit_params(Query *query, ParamListInfo params);

/* A copy for the planner, which scribbles on its input, to plan with params, which are made to fit. */
extern Query *statement_copy_to_plan(Query *query, ParamListInfo params);

/* A statement that a caller gives as text, run with the caller's rights and search_path. */
extern CapturedStatement *statement_from_text(const char *text);

/* Parameters from here on, which no protocol knows, stand for calls of StatementContext.settings. */
#define STATEMENT_SETTING_PARAM (PG_UINT16_MAX + 1)

typedef struct StatementContext
{
    Query *query;              /* the caller may scribble on it, once */
    StatementSource source;
    List *settings;            /* calls that read a setting which this session lacks: parameters in query */
    MemoryContext result_context; /* the caller's: what outlives the run goes here */
} StatementContext;

typedef void (*StatementBody)(StatementContext *context, void *arg);

/* The same plan to be looked at, with these calls in place of the parameters; only after its costs are known. */
extern PlannedStmt *statement_show_settings(PlannedStmt *plan, const List *settings);

/*
 * Brings the statement back and calls body, inside an internal subtransaction,
 * as the statement's role (never as a superuser, or who is as powerful, unless
 * every function and table involved is built in, a superuser's or its own) under
 * SECURITY_RESTRICTED_OPERATION, with its search_path and planner settings, its
 * relations share-locked without waiting.
 * The subtransaction is rolled back afterwards: locks, role and settings are as
 * before. Returns false and fills failure where the statement, or body, failed, or its deadline
 * passed (query_canceled); cancel and shutdown are thrown on.
 */
extern bool statement_run(const CapturedStatement *statement, StatementBody body, void *arg,
                          StatementFailure *failure);

/*
 * Calls work in an internal subtransaction that is rolled back afterwards, even on success: a commit would advance
 * the command counter. NULL, or the error that work raised, in the current memory context; cancel and shutdown are
 * thrown on. Not in parallel mode.
 */
extern ErrorData *statement_guarded(void (*work)(void *arg), void *arg);

/*
 * As whom text (a statement, or a CREATE INDEX) of userid is to be parsed: somebody else where userid is a superuser
 * or as powerful, and reading the literals could run code that is not a superuser's. May ereport(ERROR).
 */
extern Oid statement_parsing_role(Oid userid, const char *text);

/*
 * Throws a caught error on if it is a cancel or a shutdown, which nobody may swallow. To be called after the
 * subtransaction in which it was caught is gone: left open it would look like the user's own.
 */
extern void statement_rethrow_if_due(ErrorData *error);

#endif
