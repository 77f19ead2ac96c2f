/*
 * statement_deadline.c - an end for a planner call that does not come back.
 *
 * Planning runs functions, and a function may sleep. A timer of our own then does what a cancel does, which is
 * the one way to interrupt a sleep, and the error that comes of it is taken for what it is. A cancel by somebody
 * else must not be taken for ours: every one of them (pg_cancel_backend, statement_timeout) comes as SIGINT, so
 * while a deadline is set that signal is noted on its way to the server's handler. Where the process does not have
 * that handler, in a background worker that is not ours, there is no deadline.
 */
#include "postgres.h"

#include <signal.h>

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/timeout.h"

#include "compat.h"
#include "statement_internal.h"

/* What catches our cancel, as a function may, is cancelled again. */
#define AGAIN_MS 1000

/* The innermost one; planning may run a function that plans under a deadline. */
static StatementDeadline *current;

/* Somebody else's cancel, since the outermost one was set. */
static volatile sig_atomic_t others_cancel;

/* In the signal handler of the timer. */
static void
deadline_passed(void)
{
    if (current == NULL)
        return;
    current->passed = true;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
}

/* A lock timeout is an error of its own, which a function may catch: no reason to end advise(). */
static void
note_cancel(SIGNAL_ARGS)
{
    if (!get_timeout_indicator(LOCK_TIMEOUT, false))
        others_cancel = true;
    StatementCancelHandler(COMPAT_SIGNAL_ARGUMENTS);
}

static TimeoutId
deadline_timer(void)
{
    static bool registered = false;
    static TimeoutId timer;

    if (!registered)
        timer = RegisterTimeout(USER_TIMEOUT, deadline_passed);
    registered = true;
    return timer;
}

/* A background worker with a database has it, unless it has changed that; ours do not. */
static bool
has_cancel_handler(void)
{
    return MyBackendType == B_BACKEND ||
           (MyBgworkerEntry != NULL && strcmp(MyBgworkerEntry->bgw_library_name, "index_advisor") == 0);
}

void
statement_deadline_begin(StatementDeadline *deadline, TimestampTz at)
{
    if (at == 0 || !has_cancel_handler())
        return;
    deadline->outer = current;
    deadline->at = current != NULL ? Min(current->at, at) : at;
    deadline->set = true;
    if (current == NULL)
    {
        others_cancel = false;
        pqsignal(SIGINT, note_cancel);
    }
    current = deadline;
    enable_timeout_every(deadline_timer(), deadline->at, AGAIN_MS);
}

/* Ours may have come too late to be noticed; theirs may have come meanwhile. */
static void
take_back_cancel(void)
{
    QueryCancelPending = false;
    if (others_cancel)
        InterruptPending = QueryCancelPending = true;
}

static bool
is_cancel(const ErrorData *error)
{
    return error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED && error->funcname != NULL &&
           strcmp(error->funcname, "ProcessInterrupts") == 0;
}

bool
statement_deadline_end(StatementDeadline *deadline, const ErrorData *error)
{
    if (!deadline->set)
        return false;
    disable_timeout(deadline_timer(), false);
    current = deadline->outer;
    deadline->set = false;
    if (current != NULL)
        enable_timeout_every(deadline_timer(), current->at, AGAIN_MS);
    else
        pqsignal(SIGINT, StatementCancelHandler);
    if (!deadline->passed)
        return false;
    if (!is_cancel(error))
        take_back_cancel();
    return is_cancel(error) && !others_cancel;
}
