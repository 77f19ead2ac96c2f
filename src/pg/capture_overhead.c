/*
 * capture_overhead.c - what watching costs, measured while it is done.
 *
 * One execution in SAMPLE, by chance, of those that are watched has the clock read around its start and its
 * booking, and stands for the others. What happens rarely and takes long (writing down statements, trees and
 * values) is always measured, and left out of the samples. All of it is summed up in this process; the store gets
 * the sums when a sampled execution starts, when an interval is over, or when the process ends.
 *
 * The time that this is a share of is the server's own figure: sessions book how long they were active
 * (pg_stat_database.active_time), and a statement in progress counts as far as a sample has seen it run.
 *
 * How exact: n samples leave an error of about 1.5 / sqrt(n) of the whole, so 10,000 watched executions are
 * measured to some 12 %, a million to 1.2 %. A sample counts at most LONGEST times the usual, so that a process
 * which lost its processor in the middle does not stand for 64 that did. Statements without suspects read no clock:
 * for their walk over the plan PLAIN_NS is assumed. What is not in: counting rows (5 to 10 ns for each row
 * that a suspect scan returns), the clock that the executor reads for us, and colder caches. Sessions that wait
 * for a processor count as active, hooks that do so hardly: on an overloaded machine the share is too small.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/pg_prng.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "utils/backend_status.h"
#include "utils/timestamp.h"

#include "capture_internal.h"
#include "settings.h"

#define SAMPLE 64
#define LONGEST 16
#define PLAIN_NS 30

/* Expected to be watched at any rate: it takes milliseconds, watching it microseconds. */
#define EXPENSIVE_COST 1000.0

/* Not in the store yet. */
static OverheadCounts pending;

/* Of all rare work so far; a sample leaves out what it grew by meanwhile. */
static uint64 rare_ns;

/* A usual sample, as a sliding mean. */
static double usual_ns = 2000;

/* pgStatActiveTime when last looked at, and what of the current statement's time was booked ahead of it, us. */
static PgStat_Counter seen_active_us;
static int64 ahead_us;

static void
flush(void)
{
    pending.hook_ns += pending.plain * PLAIN_NS;
    store_add_overhead(&pending);
    memset(&pending, 0, sizeof(pending));
}

static void
flush_at_exit(int code, Datum arg)
{
    flush();
}

/* ---- time of the session ---- */

/* No clock: the server has read it when the last statement ended. The sum starts anew when it was reported. */
static void
count_last_statement(void)
{
    int64 active_us = pgStatActiveTime;

    if (likely(active_us == seen_active_us))
        return;
    if (active_us > seen_active_us)
        active_us -= seen_active_us;
    seen_active_us = pgStatActiveTime;
    pending.session_ns += Max(active_us - ahead_us, 0) * 1000;
    ahead_us = 0;
}

static void
count_current_statement(TimestampTz now)
{
    int64 elapsed_us = now - GetCurrentStatementStartTimestamp();

    if (elapsed_us <= ahead_us)
        return;
    pending.session_ns += (elapsed_us - ahead_us) * 1000;
    ahead_us = elapsed_us;
}

/* ---- which executions ---- */

static void
at_first(void)
{
    static bool done = false;

    if (done)
        return;
    done = true;
    before_shmem_exit(flush_at_exit, (Datum)0);
}

void
capture_overhead_begin(bool is_plain)
{
    at_first();
    count_last_statement();
    pending.plain += is_plain;
}

static void
review(TimestampTz now)
{
    double share;

    count_current_statement(now);
    flush();
    if (store_review_is_due(now) && store_review_overhead(now, &share))
        ereport(LOG_SERVER_ONLY,
                (errmsg("index_advisor watches one cheap execution in %d from now on", 1 << store_throttle()),
                 errdetail("Watching took %.1f %% of execution time.", share),
                 errhint("See index_advisor.health and the setting index_advisor.max_overhead."), errhidestmt(true),
                 errhidecontext(true)));
}

bool
capture_is_throttled(const PlannedStmt *plan)
{
    int n = store_throttle();

    if (unlikely(store_review_is_due(GetCurrentStatementStartTimestamp())))
        review(GetCurrentTimestamp());
    if (likely(n == 0) || plan->planTree->total_cost >= EXPENSIVE_COST ||
        (pg_prng_uint32(&pg_global_prng_state) & ((1U << n) - 1)) == 0)
        return false;
    pending.throttled++;
    return true;
}

bool
capture_is_measured(void)
{
    if (setting_debug_hook_us < 0 && likely(pg_prng_uint32(&pg_global_prng_state) % SAMPLE != 0))
        return false;
    review(GetCurrentTimestamp());
    return true;
}

/* ---- timers ---- */

static uint64
elapsed_ns(const HookTimer *timer)
{
    instr_time now;

    INSTR_TIME_SET_CURRENT(now);
    INSTR_TIME_SUBTRACT(now, timer->start);
    return (uint64)(INSTR_TIME_GET_DOUBLE(now) * 1e9);
}

void
capture_timer_start(HookTimer *timer)
{
    timer->rare_ns = rare_ns;
    INSTR_TIME_SET_CURRENT(timer->start);
}

/* Rare work within rare work has booked its part itself. */
void
capture_timer_stop_rare(const HookTimer *timer)
{
    uint64 ns = elapsed_ns(timer);

    pending.hook_ns += ns - Min(ns, rare_ns - timer->rare_ns);
    rare_ns = timer->rare_ns + ns;
}

void
capture_timer_stop(const HookTimer *timer)
{
    double ns = Max((double)elapsed_ns(timer) - (double)(rare_ns - timer->rare_ns), 0);

    if (setting_debug_hook_us >= 0)
    {
        pending.hook_ns += (uint64)ns + (uint64)setting_debug_hook_us * 1000;
        return;
    }
    ns = Min(ns, LONGEST * usual_ns);
    usual_ns += (ns - usual_ns) / LONGEST;
    pending.hook_ns += (uint64)(SAMPLE * ns);
}
