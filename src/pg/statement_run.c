/*
 * statement_run.c - a statement brought back, under guard.
 *
 * All of it happens inside an internal subtransaction that is always rolled
 * back. That alone restores role, security context and settings, releases locks,
 * snapshots and memory, on success and on error alike; no xid is assigned, so it
 * works on a standby and in a read-only transaction.
 *
 * Order matters. The role is taken first, restricted, so that nothing below runs
 * with the caller's rights. Relations are locked without waiting before anything
 * is read about them; a fingerprint means nothing for a relation that can change
 * meanwhile. Locks that parser and planner take by themselves (partitions, names)
 * are bounded by lock_timeout.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "statement_internal.h"

typedef struct GuardedRun
{
    const CapturedStatement *statement;
    StatementContext context;
    StatementBody body;
    void *arg;
    StatementDeadline deadline;
    bool late;
} GuardedRun;

static ErrorData *catch_error(void (*work)(void *arg), void *arg, StatementDeadline *deadline, bool *late);
static void run_guarded(void *arg);
static void take_role(Oid userid);
static void take_setting(const char *name, const char *value);
static void take_settings(const CapturedStatement *statement);
static Query *bring_back(const CapturedStatement *statement, StatementSource *source);
static Query *bring_back_tree(const CapturedStatement *statement);
static Query *read_tree(const CapturedStatement *statement);
static bool tree_is_true(const CapturedStatement *statement);
static char *failure_words(const ErrorData *error, bool given);
static void lock_relation(Oid relid);
static bool prepare_for_planning(Node *node, void *context);
static void check_permissions(Query *query);
static bool check_query_permissions(Node *node, void *context);

bool
statement_run(const CapturedStatement *statement, StatementBody body, void *arg, StatementFailure *failure)
{
    GuardedRun run = {statement, {.result_context = CurrentMemoryContext}, body, arg};
    StatementRefusal refusal = statement_refuse_functions(REFUSE_NONE);
    ErrorData *error = catch_error(run_guarded, &run, &run.deadline, &run.late);

    (void)statement_refuse_functions(refusal);
    *failure = (StatementFailure){0};
    if (error == NULL)
        return true;
    if (!run.late)
        statement_rethrow_if_due(error);
    failure->sqlerrcode = error->sqlerrcode;
    failure->late = run.late;
    failure->message =
        run.late ? "the time limit was reached while it was planned" : failure_words(error, statement->given);
    return false;
}

ErrorData *
statement_guarded(void (*work)(void *arg), void *arg)
{
    StatementDeadline none = {0};
    bool late;
    ErrorData *error = catch_error(work, arg, &none, &late);

    if (error != NULL)
        statement_rethrow_if_due(error);
    return error;
}

/* *late: the error is the deadline's, which work may have set. */
static ErrorData *
catch_error(void (*work)(void *arg), void *arg, StatementDeadline *deadline, bool *late)
{
    MemoryContext caller = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    ErrorData *volatile error = NULL;

    BeginInternalSubTransaction(NULL);
    PG_TRY();
    {
        work(arg);
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(caller);
        error = CopyErrorData();
        FlushErrorState();
    }
    PG_END_TRY();
    *late = statement_deadline_end(deadline, error);
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(caller);
    CurrentResourceOwner = owner;
    return error;
}

/*
 * A message may quote a value ('invalid input syntax for type integer: "..."'), and the values of a captured
 * statement are its role's alone, while the reason why it failed is for others too. What is wrong with names,
 * types, rights, locks or limits is said without values; of anything else the code has to do.
 */
static char *
failure_words(const ErrorData *error, bool given)
{
    bool is_safe = given;

    switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
    {
        case ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION:
            is_safe |= error->sqlerrcode != ERRCODE_SYNTAX_ERROR && error->sqlerrcode != ERRCODE_INVALID_NAME;
            break;
        case ERRCODE_FEATURE_NOT_SUPPORTED:
        case ERRCODE_INSUFFICIENT_RESOURCES:
        case ERRCODE_PROGRAM_LIMIT_EXCEEDED:
        case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE:
        case ERRCODE_OPERATOR_INTERVENTION:
            is_safe = true;
            break;
        default:
            break;
    }
    if (is_safe && error->message)
        return error->message;
    return psprintf("error %s; its message may quote a constant and is not shown",
                    unpack_sql_state(error->sqlerrcode));
}

/*
 * Only what the server itself asks for: a function that planning runs may raise any code on its own, and must not
 * end an advise() on everybody's statements.
 */
void
statement_rethrow_if_due(ErrorData *error)
{
    if (error->funcname == NULL || strcmp(error->funcname, "ProcessInterrupts") != 0)
        return;
    switch (error->sqlerrcode)
    {
        case ERRCODE_QUERY_CANCELED:
        case ERRCODE_ADMIN_SHUTDOWN:
        case ERRCODE_CRASH_SHUTDOWN:
        case ERRCODE_CANNOT_CONNECT_NOW:
        case ERRCODE_DATABASE_DROPPED:
            ReThrowError(error);
        default:
            break;
    }
}

static void
run_guarded(void *arg)
{
    GuardedRun *run = arg;
    const CapturedStatement *statement = run->statement;
    StatementContext *context = &run->context;
    bool runs_own_code;
    Oid role;

    statement_deadline_begin(&run->deadline, statement->deadline);
    take_role(statement->userid);
    take_settings(statement);
    PushActiveSnapshot(GetTransactionSnapshot());
    /* Literals are read with functions, too. */
    (void)statement_refuse_functions(statement_refusal(statement->userid, false));
    context->query = statement_settle(bring_back(statement, &context->source), &context->settings);
    if (statement->given && !superuser_arg(statement->userid))
        check_permissions(context->query);
    (void)prepare_for_planning((Node *)context->query, NULL);
    role = statement_planning_role(statement->userid, context->query, &runs_own_code);
    take_role(role);
    (void)statement_refuse_functions(statement_refusal(role, runs_own_code));
    if (runs_own_code)
        take_setting("search_path", statement_trusted_path(statement->search_path, statement->userid));
    run->body(context, run->arg);
}

/* Restricted: what runs from here on cannot change the role back or leave anything behind. */
static void
take_role(Oid userid)
{
    Oid current;
    int security_context;

    if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(userid)))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("the role that ran the statement is gone"));
    GetUserIdAndSecContext(&current, &security_context);
    statement_runs_as(userid);
    SetUserIdAndSecContext(userid, security_context | SECURITY_RESTRICTED_OPERATION);
}

/* A setting that does not exist any more, or refuses its value, stays as it is. */
static void
take_setting(const char *name, const char *value)
{
    (void)set_config_option(name, value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, DEBUG2, false);
}

static void
take_settings(const CapturedStatement *statement)
{
    for (int i = 0; i < statement->n_gucs; i++)
        take_setting(statement->guc_names[i], statement->guc_values[i]);
    take_setting("search_path", statement->search_path);
    take_setting("lock_timeout", "10ms");
    /* Functions that planning runs have warned when the statement itself ran. */
    take_setting("client_min_messages", "error");
    /* Nobody who books statements by id should book ours. */
    take_setting("compute_query_id", "off");
}

/*
 * The tree where it is still true, else the text. For a captured statement's text the role changes once more: its
 * literals are read while it is parsed.
 */
static Query *
bring_back(const CapturedStatement *statement, StatementSource *source)
{
    Query *query = statement->tree != NULL ? bring_back_tree(statement) : NULL;
    ListCell *cell;

    *source = query != NULL ? STATEMENT_TREE : STATEMENT_TEXT;
    if (query != NULL)
        return query;
    if (statement->text == NULL)
        ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("something that the statement needs was changed since, and its text was not kept"));
    take_role(statement_parsing_role(statement->userid, statement->text));
    foreach (cell, statement_named_relations(statement->text, NULL))
        lock_relation(lfirst_oid(cell));
    return statement_parse(statement);
}

/* NULL if it is no longer what would run. */
static Query *
bring_back_tree(const CapturedStatement *statement)
{
    Query *query;

    for (int i = 0; i < statement->n_relations; i++)
        lock_relation(statement->relations[i]);
    if (!tree_is_true(statement))
        return NULL;
    query = copyObject(read_tree(statement));
    if (!statement_objects_are_there(query))
        return NULL;
    AcquireRewriteLocks(query, false, false);
    return query;
}

static void
lock_relation(Oid relid)
{
    char *name;

    if (ConditionalLockRelationOid(relid, AccessShareLock))
        return;
    name = get_rel_name(relid);
    ereport(ERROR, errcode(ERRCODE_LOCK_NOT_AVAILABLE), errmsg("relation \"%s\" is locked", name ? name : "?"));
}

/* Reading takes longer than planning what is simple, and advise() asks again and again. */
static Query *
read_tree(const CapturedStatement *statement)
{
    if (*statement->read_tree == NULL)
    {
        MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(statement->read_tree));

        *statement->read_tree = stringToNode(statement->tree);
        MemoryContextSwitchTo(caller);
    }
    return *statement->read_tree;
}

static bool
tree_is_true(const CapturedStatement *statement)
{
    for (int i = 0; i < statement->n_relations; i++)
    {
        uint64 fingerprint = statement->fingerprints[i];
        int columns = statement_fingerprint_columns(fingerprint);

        if (statement_fingerprint(statement->relations[i], statement->userid, columns) != fingerprint)
            return false;
    }
    return true;
}

/* Nothing is executed, so nothing needs to be locked against writers; and nobody shall count us by id. */
static bool
prepare_for_planning(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, RangeTblEntry))
    {
        RangeTblEntry *entry = (RangeTblEntry *)node;

        if (entry->rellockmode != NoLock)
            entry->rellockmode = AccessShareLock;
        return false;
    }
    if (IsA(node, Query))
    {
        ((Query *)node)->queryId = 0;
        return query_tree_walker((Query *)node, prepare_for_planning, context, QTW_EXAMINE_RTES_BEFORE);
    }
    return expression_tree_walker(node, prepare_for_planning, context);
}

/* A statement that somebody gives: what he may not read is not explained to him either. */
static void
check_permissions(Query *query)
{
    (void)check_query_permissions((Node *)query, NULL);
}

static bool
check_query_permissions(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, Query))
    {
        compat_check_permissions((Query *)node);
        return query_tree_walker((Query *)node, check_query_permissions, context, 0);
    }
    return expression_tree_walker(node, check_query_permissions, context);
}
