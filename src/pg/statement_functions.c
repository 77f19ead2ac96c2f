/*
 * statement_functions.c - functions that must not run as a role, for what somebody may have left in the session.
 *
 * PL/pgSQL and its like keep what a function's names led to when it was first called. Whoever got it called before,
 * under a search_path of his own, has chosen its types, and with them the checks of domains. So a powerful role's
 * functions run in such languages only under a search_path of their own, where an ordinary role's may have run
 * before: in a session of somebody else, or after its statements were planned.
 *
 * Whatever a session's user made temporary is found by functions that leave a relation or a type unqualified, or
 * name one that is gone. So where he made anything, no function of a statement of somebody else runs.
 *
 * Only functions that do run count: they are looked at when they are looked up.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "statement_internal.h"

/* Of the statement in progress. */
static StatementRefusal refused = REFUSE_NONE;

/* An ordinary role's functions may have run. */
static bool was_somebody_else = false;

static needs_fmgr_hook_type previous_needs_hook;
static fmgr_hook_type previous_hook;

/* A worker's session is nobody's. Anybody else may become what he is a member of, and gains nothing. */
static bool
is_session_of(Oid role)
{
    return MyBackendType != B_BG_WORKER && is_member_of_role(GetSessionUserId(), role);
}

static bool
has_temporary_objects(void)
{
    Oid schema, toast_schema;

    GetTempNamespaceState(&schema, &toast_schema);
    return OidIsValid(schema);
}

void
statement_runs_as(Oid role)
{
    was_somebody_else |= role != GetUserId() && role != GetSessionUserId() && !superuser_arg(role);
}

StatementRefusal
statement_refusal(Oid role, bool runs_own_code)
{
    if (!is_session_of(role) && has_temporary_objects())
        return REFUSE_ALL;
    return runs_own_code && (was_somebody_else || !is_session_of(role)) ? REFUSE_STATEFUL : REFUSE_NONE;
}

StatementRefusal
statement_refuse_functions(StatementRefusal refusal)
{
    StatementRefusal outer = refused;

    refused = refusal;
    return outer;
}

/* ---- hooks ---- */

static bool
sets_search_path(HeapTuple tuple)
{
    bool isnull, sets = false;
    Datum value = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &isnull);
    Datum *settings;
    int n;

    if (isnull)
        return false;
    deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &settings, NULL, &n);
    for (int i = 0; i < n; i++)
        sets |= pg_strncasecmp(TextDatumGetCString(settings[i]), "search_path=", strlen("search_path=")) == 0;
    return sets;
}

static bool
is_stateful(Oid function)
{
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    Oid language;
    bool result;

    if (!HeapTupleIsValid(tuple))
        return false;
    language = ((Form_pg_proc)GETSTRUCT(tuple))->prolang;
    result = language != INTERNALlanguageId && language != ClanguageId && language != SQLlanguageId &&
             !sets_search_path(tuple);
    ReleaseSysCache(tuple);
    return result;
}

static void
refuse(Oid function, const char *where, const char *hint)
{
    ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
            errmsg("function \"%s\" does not run as role \"%s\" %s", get_func_name(function),
                   GetUserNameFromId(GetUserId(), false), where),
            errhint("%s", hint));
}

static void
check_function(Oid function)
{
    if (refused == REFUSE_NONE || function < FirstNormalObjectId)
        return;
    if (refused == REFUSE_ALL)
        refuse(function, "in a session with temporary objects of somebody else",
               "Ask in a session without temporary objects.");
    else if (is_stateful(function))
        refuse(function, "without a search_path of its own",
               "ALTER FUNCTION ... SET search_path; or ask in a new session of that role.");
}

/* Of functions without settings of their own. */
static bool
needs_hook(Oid function)
{
    check_function(function);
    return previous_needs_hook != NULL && previous_needs_hook(function);
}

/* Of the others. */
static void
watch_call(FmgrHookEventType event, FmgrInfo *function, Datum *private)
{
    if (event == FHET_START)
        check_function(function->fn_oid);
    if (previous_hook)
        previous_hook(event, function, private);
}

void
statement_install(void)
{
    previous_needs_hook = needs_fmgr_hook;
    needs_fmgr_hook = needs_hook;
    previous_hook = fmgr_hook;
    fmgr_hook = watch_call;
}
