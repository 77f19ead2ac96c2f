/*
 * statement_internal.h - shared by statement_*.c alone.
 */
#ifndef INDEX_ADVISOR_STATEMENT_INTERNAL_H
#define INDEX_ADVISOR_STATEMENT_INTERNAL_H

#include "lib/stringinfo.h"

#include "statement.h"

/* Reading: a position in bytes that may be damaged. bad stays set once something did not fit. */
typedef struct BlobReader
{
    const char *at;
    Size left;
    bool bad;
} BlobReader;

/* statement_blob.c */
extern void blob_put_uint32(StringInfo blob, uint32 value);
extern void blob_put_string(StringInfo blob, const char *string, int length);
extern uint32 blob_get_uint32(BlobReader *reader);
extern const char *blob_get_bytes(BlobReader *reader, Size length);

/* statement_relations.c: OIDs that a rewritten query depends on. */
extern List *statement_relations(Query *query);

/* False for temporary relations, transition tables, and where nothing but catalogs is read. */
extern bool statement_is_lasting(Query *query, List *relations);

/*
 * What a rewritten tree took from a relation; the caller holds a lock. Columns added later do not count:
 * columns tells how many to look at, 0 for all. 0: the relation is gone, or has fewer columns.
 */
extern uint64 statement_fingerprint(Oid relid, Oid userid, int columns);

/* False if a function or a type that the tree names was dropped; relations have their fingerprints. */
extern bool statement_objects_are_there(Query *query);

/* Columns that a fingerprint was taken over. */
extern int statement_fingerprint_columns(uint64 fingerprint);

/*
 * statement_session.c: the same, with what reads settings that this session does not have as parameters without value;
 * *calls: List of FuncExpr, what they stand for.
 */
extern Query *statement_settle(Query *query, List **calls);

/* statement_parse.c: the text's one plannable query, rewritten. Errors are the parser's. */
extern Query *statement_parse(const CapturedStatement *statement);

/*
 * Relations of the text (a statement, or a CREATE INDEX) that resolve under the current search_path, by name alone,
 * unlocked. reads_parts: there is a literal that may be an array, a row or a range, whose parts are read one by one; may be NULL.
 */
extern List *statement_named_relations(const char *text, bool *reads_parts);

/*
 * statement_rights.c: the role to plan as; may ereport(ERROR). runs_own_code: that is userid, a powerful role, and
 * functions that are not built in but trusted may run.
 */
extern Oid statement_planning_role(Oid userid, Query *query, bool *runs_own_code);

/* statement_functions.c: which functions that are not built in are an error when they are run. */
typedef enum StatementRefusal
{
    REFUSE_NONE,
    REFUSE_STATEFUL, /* of languages that keep what names led to, without a search_path of their own */
    REFUSE_ALL
} StatementRefusal;

/* Of a statement planned as the role; runs_own_code: as statement_planning_role says. */
extern StatementRefusal statement_refusal(Oid role, bool runs_own_code);

/* From now on; returns what was so far. */
extern StatementRefusal statement_refuse_functions(StatementRefusal refusal);

/* The current role is about to become this one. */
extern void statement_runs_as(Oid role);

/*
 * statement_path.c: pg_catalog, those schemas of the path in which nobody but superusers and the role may create anything
 * or owns anything, and pg_temp last.
 */
extern char *statement_trusted_path(const char *path, Oid role);

/* statement_deadline.c: set from begin to end, which is called on success and error alike. */
typedef struct StatementDeadline
{
    bool set;
    TimestampTz at;
    volatile bool passed;
    struct StatementDeadline *outer;
} StatementDeadline;

/* at 0: none. */
extern void statement_deadline_begin(StatementDeadline *deadline, TimestampTz at);

/* error: what came of it, or NULL. True if it is the deadline's doing and nobody else's. */
extern bool statement_deadline_end(StatementDeadline *deadline, const ErrorData *error);

#endif
