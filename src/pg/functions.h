/*
 * functions.h - between the files of the SQL-callable functions.
 *
 * Floor 3. The functions are thin: they check arguments, call a floor below,
 * and turn structs into rows. Rows are filled by column name, so that a
 * library whose SQL script is of another version cannot write past a row.
 */
#ifndef INDEX_ADVISOR_FUNCTIONS_H
#define INDEX_ADVISOR_FUNCTIONS_H

#include "postgres.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/timestamp.h"

#include "advise.h"

/* ---- before anything else ---- */

/* ERROR 55000 if the SQL objects are of another version than this library. */
extern void functions_check_version(void);

/* ERROR 55000 with the way out if the library was not preloaded, so that there is no workload. */
extern void functions_check_preloaded(void);

/* The version of the SQL objects; NULL if the extension is not there. */
extern char *functions_sql_version(void);

/* Whether the current user may see everybody's statements. */
extern bool functions_sees_all(void);

/* ---- rows ---- */

typedef struct Row
{
    TupleDesc desc;
    Datum *values;
    bool *nulls;
} Row;

/* A row of NULLs. */
extern Row *row_begin(TupleDesc desc);

/* Each sets one column; one that the row does not have is passed over. */
extern void row_datum(Row *row, const char *column, Datum value);
extern void row_text(Row *row, const char *column, const char *value); /* NULL stays NULL */
extern void row_bool(Row *row, const char *column, bool value);
extern void row_oid(Row *row, const char *column, Oid value);          /* InvalidOid stays NULL */
extern void row_time(Row *row, const char *column, TimestampTz value); /* 0 stays NULL */

/* As the column's type: int, bigint or double precision. A negative number is unknown: NULL. */
extern void row_number(Row *row, const char *column, double value);

/* A bigint that uses all its bits. */
extern void row_queryid(Row *row, const char *column, int64 value);

/* In the text form of the column's type: an enum, jsonb. */
extern void row_input(Row *row, const char *column, char *value);

extern void row_emit(Row *row, ReturnSetInfo *result);

/* Calls it; what it reads of tables is kept until it returns or fails, and no longer. */
extern Datum functions_in_run(PGFunction function, FunctionCallInfo fcinfo);

/* A time_limit; ERROR 22023 below a millisecond. */
extern int64 functions_milliseconds(const Interval *interval);

/* Starts a materialised result of rows. */
extern ReturnSetInfo *functions_begin_rows(FunctionCallInfo fcinfo);

extern Datum functions_text_array(char **texts, int n);
extern Datum functions_queryid_array(const int64 *queryids, int n);

/* The elements of a text[] argument, none of them NULL: ERROR 22004 that names the argument. */
extern char **functions_texts(Datum array, int *n, const char *argument);

/* ---- the extension's own tables (functions_tables.c) ---- */

/*
 * Between enter and leave SPI is connected and search_path is one that nobody
 * else can write to. tables_enter makes the owner of the extension's tables the
 * current user as well; tables_enter_views leaves the caller, whose rights
 * decide what the views show. An error in between leaves nothing behind.
 */
typedef struct OwnTables
{
    Oid caller;
    int security;
    int guc_level;
} OwnTables;

extern void tables_enter(OwnTables *own);
extern void tables_enter_views(OwnTables *own);
extern void tables_leave(OwnTables *own);

/* ERROR if there are none. */
extern Oid tables_owner(void);

/* False on a standby and in a read-only transaction. */
extern bool tables_are_writable(void);

/* SPI with parameters of the given types; ' ' in nulls as in SPI. Returns the number of rows. */
extern uint64 tables_execute(const char *sql, int n, const Oid *types, const Datum *values, const char *nulls);

/* A value of the last result; NULL if null, and 0 if null. Strings are in the current context. */
extern char *tables_text(uint64 row, int column);
extern Datum tables_value(uint64 row, int column);

/* A Row of one of our tables, and putting it there. */
extern Row *tables_row(const char *table);
extern void tables_insert(const char *table, Row *row);

/* ---- advice ---- */

/* "1a2b3c4d": of the definition by names. */
extern char *advice_id(const char *relation, const char *definition);

extern char *advice_id_of(const AdvisedIndex *index);

/* What a run recommends: its indexes and, behind these, its statistics. */
extern int advice_count(const AdviseRun *run);
extern const AdvisedIndex *advice_at(const AdviseRun *run, int position);

/* The columns that the view recommendations and the table recommendation share. */
extern void advice_fill(Row *row, const AdviseRun *run, int position);

/* Stores a run with its verdicts and makes its indexes the published set. */
extern void publish_run(const AdviseRun *run, TimestampTz at, bool own_only);

/* advise() on what was captured, published where that is possible. Fills options->own_only. */
extern AdviseRun *advise_and_publish(AdviseOptions *options);

/* What is dismissed now: DismissedIndex. Whoever asks: what nobody wants is no secret's matter. */
extern List *dismissals_read(void);

/* A row of the view recommendations, as the caller sees it. */
typedef struct StoredAdvice
{
    char *id, *action, *status;
    Oid relid, index_oid;
    char *relation, *index_name, *definition, *ddl, *note;
    char *why, *rule, *gain, *price, *not_chosen;
    char *build_time;          /* in words; NULL: not known */
} StoredAdvice;

/*
 * The advice of those ids, in their order; ERROR 42704 for an unknown one. With
 * ids == NULL all of a status, best first: open and, if with_applied, applied.
 */
extern List *advice_read(char **ids, int n, bool with_applied);

/* A key of the definition (from the key columns or from USING on) is an expression. */
extern bool functions_has_expression(const char *definition);

#endif
