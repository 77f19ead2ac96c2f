/*
 * capture_keep.c - writing down statements and values, without harm.
 *
 * This is the part of capture that parses and writes, and may fail in many ways. It
 * runs rarely (once for a statement, for values while they are wanted), guarded by an
 * internal subtransaction (capture_guard.c).
 *
 * Where constants must not be kept, a tree has parameters in their places, and
 * neither text nor values are kept.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parser.h"
#include "tcop/tcopprot.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "capture_internal.h"
#include "settings.h"
#include "statement.h"

/* One bound set takes at most this much. */
#define BIND_BYTES 8192

/* Slower than anything: would values be kept if this execution turned out to be so slow? */
#define SLOWEST_MS 1e12

/* Something to be written down. */
typedef struct KeepJob
{
    const QueryDesc *desc; /* NULL when planning */
    Query *query;          /* the rewritten tree, or NULL */
    const char *text;
    int text_len;
    int cursor_options;
    RawParseMode parse_mode;
    ParamListInfo values;
    MemoryContext context; /* where blob goes */
    char *blob;
    Size size;
} KeepJob;

static void write_statement(void *arg);
static void write_parsed(void *arg);
static void write_values(void *arg);
static void hide_constants(Query *query);

static bool
guarded(void (*work)(void *), KeepJob *job)
{
    job->context = CurrentMemoryContext;
    return capture_guarded(work, job);
}

/* The blob is made in the subtransaction's memory, which goes. */
static void
hand_out(KeepJob *job, const char *blob, Size size)
{
    if (blob == NULL)
        return;
    job->blob = MemoryContextAlloc(job->context, size);
    job->size = size;
    memcpy(job->blob, blob, size);
}

/* False if the statement cannot be brought back in another session. */
bool
capture_is_lasting(const PlannedStmt *plan)
{
    ListCell *cell;

    foreach (cell, plan->rtable)
    {
        const RangeTblEntry *entry = lfirst(cell);

        if (entry->rtekind == RTE_NAMEDTUPLESTORE)
            return false;
        if (entry->rtekind == RTE_RELATION && entry->relid >= FirstNormalObjectId &&
            get_rel_persistence(entry->relid) == RELPERSISTENCE_TEMP)
            return false;
    }
    return true;
}

/* ---- statements ---- */

/*
 * A text with PL/pgSQL variables in it means something only to the function that
 * runs it, and a text without its constants nothing to anybody: these are parsed
 * here and now, with the function's own parser hooks, and kept as trees.
 */
static bool
needs_parsing(const QueryDesc *desc)
{
    return !setting_track_constants || (desc->params != NULL && desc->params->paramFetch != NULL);
}

/* PL/pgSQL's expressions and assignments are no statements on their own, and a text does not say what it is. */
static bool
parse_somehow(KeepJob *job)
{
    static const RawParseMode modes[] = {RAW_PARSE_DEFAULT, RAW_PARSE_PLPGSQL_EXPR, RAW_PARSE_PLPGSQL_ASSIGN1,
                                         RAW_PARSE_PLPGSQL_ASSIGN2};

    for (int i = 0; i < lengthof(modes); i++)
    {
        job->parse_mode = modes[i];
        if (guarded(write_parsed, job))
            return job->blob != NULL;
    }
    return false;
}

/*
 * Statements that could not be written down, by position in the store; a few are
 * enough not to try again at each execution.
 */
static StoreHandle given_up[64];

static bool
has_given_up(StoreHandle handle)
{
    StoreHandle known = given_up[handle.position % lengthof(given_up)];

    return known.position == handle.position && known.generation == handle.generation;
}

static void
keep_statement(const CapturedQuery *query)
{
    const QueryDesc *desc = query->desc;
    const PlannedStmt *plan = desc->plannedstmt;
    KeepJob job = {.desc = desc, .cursor_options = CURSOR_OPT_PARALLEL_OK};
    bool is_tree;

    job.text = capture_statement_text(desc->sourceText, plan->stmt_location, plan->stmt_len, &job.text_len);
    /* An entry that stands for lists of all lengths may yet meet a shorter one. */
    if (job.text_len == 0 || job.text_len > setting_max_query_bytes)
        return;
    is_tree = needs_parsing(desc) && parse_somehow(&job);
    job.query = NULL;
    if (!is_tree && setting_track_constants)
        (void)guarded(write_statement, &job);
    if (job.blob == NULL)
    {
        given_up[query->handle.position % lengthof(given_up)] = query->handle;
        return;
    }
    (void)store_put_statement(query->handle, job.blob, job.size, is_tree);
    pfree(job.blob);
}

void
capture_keep_statement(const CapturedQuery *query)
{
    HookTimer timer;

    if (IsInParallelMode() || has_given_up(query->handle))
        return;
    capture_timer_start(&timer);
    keep_statement(query);
    capture_timer_stop_rare(&timer);
}

void
capture_keep_tree(Query *query, const PlannedStmt *plan, const char *source, int cursor_options)
{
    KeepJob job = {.query = query, .cursor_options = cursor_options};
    StatementKey key;
    StoreHandle handle;
    int refused = 0;

    job.text = capture_statement_text(source, query->stmt_location, query->stmt_len, &job.text_len);
    (void)capture_key(plan, job.text, job.text_len, &key);
    if (store_find_wanting(&key, 0).position < 0)
        return;
    if (!guarded(write_statement, &job) || job.blob == NULL)
    {
        store_tree_failed(&key);
        return;
    }
    while ((handle = store_find_wanting(&key, refused)).position >= 0)
    {
        if (!store_put_statement(handle, job.blob, job.size, true))
            refused++;
    }
    pfree(job.blob);
}

static void
write_statement(void *arg)
{
    KeepJob *job = arg;
    Size size;
    char *blob;

    if (job->query != NULL && !setting_track_constants)
    {
        hide_constants(job->query);
        job->text = NULL;
        job->text_len = 0;
    }
    blob = statement_write(job->query, job->text, job->text_len, GetUserId(), job->cursor_options,
                           job->desc ? job->desc->params : NULL, &size);
    hand_out(job, blob, size);
}

/* Locks that parsing takes are held by the running statement already. */
static void
write_parsed(void *arg)
{
    KeepJob *job = arg;
    ParamListInfo params = job->desc->params;
    List *statements = raw_parser(pnstrdup(job->text, job->text_len), job->parse_mode);
    const char *source = job->desc->sourceText ? job->desc->sourceText : "";
    ListCell *cell;
    List *queries;

    if (list_length(statements) != 1)
        elog(ERROR, "expected one statement");
    PushActiveSnapshot(job->desc->snapshot ? job->desc->snapshot : GetTransactionSnapshot());
    if (params != NULL && params->parserSetup != NULL)
        queries = pg_analyze_and_rewrite_withcb(linitial(statements), source, params->parserSetup,
                                                params->parserSetupArg, NULL);
    else
        queries = pg_analyze_and_rewrite_fixedparams(linitial(statements), source, NULL, 0, NULL);
    foreach (cell, queries)
    {
        job->query = lfirst(cell);
        if (job->query->commandType == job->desc->operation)
            break;
    }
    if (cell == NULL)
        elog(ERROR, "text is not the statement that runs");
    write_statement(job);
}

/* ---- constants ---- */

static bool
find_highest_param(Node *node, void *context)
{
    int *highest = context;

    if (node == NULL)
        return false;
    if (IsA(node, Param) && ((Param *)node)->paramkind == PARAM_EXTERN)
        *highest = Max(*highest, ((Param *)node)->paramid);
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, find_highest_param, context, 0);
    return expression_tree_walker(node, find_highest_param, context);
}

/* NULL says nothing about anybody. */
static Node *
replace_constant(Node *node, void *context)
{
    int *highest = context;

    if (node == NULL)
        return NULL;
    if (IsA(node, Const) && !((Const *)node)->constisnull)
    {
        const Const *constant = (const Const *)node;
        Param *param = makeNode(Param);

        param->paramkind = PARAM_EXTERN;
        param->paramid = ++*highest;
        param->paramtype = constant->consttype;
        param->paramtypmod = constant->consttypmod;
        param->paramcollid = constant->constcollid;
        param->location = -1;
        return (Node *)param;
    }
    if (IsA(node, Query))
        return (Node *)query_tree_mutator((Query *)node, replace_constant, context, 0);
    return expression_tree_mutator(node, replace_constant, context);
}

/* Puts parameters of the same types in place of all constants of query. */
static void
hide_constants(Query *query)
{
    int highest = 0;

    (void)find_highest_param((Node *)query, &highest);
    (void)query_tree_mutator(query, replace_constant, &highest, QTW_DONT_COPY_QUERY);
}

/* ---- values ---- */

/* A copy of a value that is small and in memory; false for any other. */
static bool
copy_value(ParamExternData *param)
{
    int16 typlen;
    bool byval;
    Pointer pointer = DatumGetPointer(param->value);

    if (param->isnull)
        return true;
    get_typlenbyval(param->ptype, &typlen, &byval);
    if (!byval && typlen == -1)
    {
        if (VARATT_IS_EXTERNAL_EXPANDED(pointer))
        {
            if (EOH_get_flat_size(DatumGetEOHP(param->value)) > BIND_BYTES)
                return false;
        }
        else if (VARATT_IS_EXTERNAL(pointer) || VARSIZE_ANY(pointer) > BIND_BYTES)
            return false;
    }
    param->value = datumCopy(param->value, byval, typlen);
    return true;
}

static bool
binds_are_kept(const CapturedQuery *query)
{
    return setting_track_constants && setting_binds > 0 && query->desc->params != NULL &&
           query->desc->params->numParams > 0;
}

/* PL/pgSQL's variables may be others by the end, and only then is known whether this set is worth keeping. */
void
capture_prepare_bind(CapturedQuery *query)
{
    ParamListInfo params = query->desc->params;
    ParamListInfo copy;

    if (!binds_are_kept(query) || params->paramFetch == NULL || !store_wants_bind(query->handle, SLOWEST_MS))
        return;
    copy = makeParamList(params->numParams);
    for (int id = 1; id <= params->numParams; id++)
    {
        ParamExternData workspace;

        copy->params[id - 1] = *params->paramFetch(params, id, true, &workspace);
        if (OidIsValid(copy->params[id - 1].ptype) && !copy_value(&copy->params[id - 1]))
            return;
    }
    query->values = copy;
}

static void
write_values(void *arg)
{
    KeepJob *job = arg;
    Size size;
    char *blob = statement_write_params(job->values, NULL, BIND_BYTES, &size);

    hand_out(job, blob, size);
}

void
capture_keep_bind(const CapturedQuery *query, double exec_ms)
{
    KeepJob job = {0};
    HookTimer timer;

    if (!binds_are_kept(query) || !store_wants_bind(query->handle, exec_ms))
        return;
    job.values = query->desc->params->paramFetch ? query->values : query->desc->params;
    if (job.values == NULL)
        return;
    capture_timer_start(&timer);
    if (guarded(write_values, &job) && job.blob != NULL)
    {
        (void)store_put_bind(query->handle, job.blob, job.size, exec_ms);
        pfree(job.blob);
    }
    capture_timer_stop_rare(&timer);
}
