/*
 * store_overhead.c - what watching takes of the sessions' time, and the throttle.
 *
 * Processes add what they measured now and then, each to one of a few cache lines. Whoever finds an
 * interval over, elected by exchanging its beginning, compares what was added in it: the share of the
 * hooks is that of the time in which sessions ran statements, or of the interval where that is longer,
 * for what takes less than that of a single core slows nobody down. Above the limit only one in 2^n
 * executions is watched, n being what would have kept the limit; below half of it n sinks by one for
 * each interval.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "settings.h"
#include "store_internal.h"

/* At least one in 2^this is watched. */
#define THROTTLE_MAX 8

static OverheadCounts
overhead_sums(void)
{
    OverheadCounts sums = {0};

    for (int i = 0; i < STORE_STRIPES; i++)
    {
        OverheadStripe *stripe = &store.shared->overhead[i];

        sums.hook_ns += pg_atomic_read_u64(&stripe->hook_ns);
        sums.session_ns += pg_atomic_read_u64(&stripe->session_ns);
        sums.plain += pg_atomic_read_u64(&stripe->plain);
        sums.throttled += pg_atomic_read_u64(&stripe->throttled);
    }
    return sums;
}

void
store_overhead_initialise(StoreShared *shared)
{
    OverheadReview *review = &shared->review;

    for (int i = 0; i < STORE_STRIPES; i++)
    {
        pg_atomic_init_u64(&shared->overhead[i].hook_ns, 0);
        pg_atomic_init_u64(&shared->overhead[i].session_ns, 0);
        pg_atomic_init_u64(&shared->overhead[i].plain, 0);
        pg_atomic_init_u64(&shared->overhead[i].throttled, 0);
    }
    pg_atomic_init_u64(&review->began, (uint64)shared->since);
    pg_atomic_init_u32(&review->throttle, 0);
    pg_atomic_init_u64(&review->hook_ns, 0);
    pg_atomic_init_u64(&review->session_ns, 0);
    pg_atomic_init_u64(&review->share_ppm, 0);
    pg_atomic_init_u64(&review->times_throttled, 0);
}

/* The sums only; whether it is throttled at the moment is no counter. */
void
store_overhead_reset(StoreShared *shared)
{
    for (int i = 0; i < STORE_STRIPES; i++)
    {
        pg_atomic_write_u64(&shared->overhead[i].hook_ns, 0);
        pg_atomic_write_u64(&shared->overhead[i].session_ns, 0);
        pg_atomic_write_u64(&shared->overhead[i].plain, 0);
        pg_atomic_write_u64(&shared->overhead[i].throttled, 0);
    }
    pg_atomic_write_u64(&shared->review.hook_ns, 0);
    pg_atomic_write_u64(&shared->review.session_ns, 0);
    pg_atomic_write_u64(&shared->review.times_throttled, 0);
}

static void
overhead_add(pg_atomic_uint64 *counter, uint64 n)
{
    if (n != 0)
        pg_atomic_fetch_add_u64(counter, n);
}

void
store_add_overhead(const OverheadCounts *counts)
{
    OverheadStripe *stripe;

    if (store.shared == NULL)
        return;
    stripe = &store.shared->overhead[MyProcPid % STORE_STRIPES];
    overhead_add(&stripe->hook_ns, counts->hook_ns);
    overhead_add(&stripe->session_ns, counts->session_ns);
    overhead_add(&stripe->plain, counts->plain);
    overhead_add(&stripe->throttled, counts->throttled);
}

int
store_throttle(void)
{
    return store.shared == NULL ? 0 : (int)pg_atomic_read_u32(&store.shared->review.throttle);
}

static int64
review_interval_us(void)
{
    return setting_debug_overhead_interval_ms * INT64CONST(1000);
}

bool
store_review_is_due(TimestampTz now)
{
    return store.shared != NULL &&
           now - (TimestampTz)pg_atomic_read_u64(&store.shared->review.began) >= review_interval_us();
}

/* What an interval added to a sum; a reset in it starts the sum anew. */
static uint64
review_gain(uint64 sum, pg_atomic_uint64 *before)
{
    uint64 last = pg_atomic_exchange_u64(before, sum);

    return sum >= last ? sum - last : sum;
}

/* One in 2^n from now on; share and limit in per cent, intervals: since the last review. */
static int
review_throttle(int n, double share, double limit, int64 intervals)
{
    if (limit <= 0)
        return 0;
    if (share > limit)
        return Min(n + (int)ceil(log2(Min(share / limit, 1 << THROTTLE_MAX))), THROTTLE_MAX);
    if (share < limit / 2)
        return n - (int)Min(n, intervals);
    return n;
}

bool
store_review_overhead(TimestampTz now, double *share)
{
    OverheadReview *review = &store.shared->review;
    uint64 began = pg_atomic_read_u64(&review->began);
    int64 elapsed_us = now - (TimestampTz)began;
    OverheadCounts sums;
    uint64 hook_ns, session_ns;
    int before, after;

    if (elapsed_us < review_interval_us() || !pg_atomic_compare_exchange_u64(&review->began, &began, (uint64)now))
        return false;
    sums = overhead_sums();
    hook_ns = review_gain(sums.hook_ns, &review->hook_ns);
    session_ns = review_gain(sums.session_ns, &review->session_ns);
    *share = 100.0 * hook_ns / Max((double)session_ns, elapsed_us * 1000.0);
    before = store_throttle();
    after = review_throttle(before, *share, setting_max_overhead, elapsed_us / review_interval_us());
    pg_atomic_write_u64(&review->share_ppm, (uint64)Min(*share * 10000.0, 1e12));
    pg_atomic_write_u32(&review->throttle, (uint32)after);
    if (before != 0 || after == 0)
        return false;
    pg_atomic_fetch_add_u64(&review->times_throttled, 1);
    return true;
}

void
store_read_overhead(StoreCounters *counters)
{
    OverheadReview *review = &store.shared->review;
    OverheadCounts sums = overhead_sums();

    counters->hook_ms = store_ms(sums.hook_ns);
    counters->session_ms = store_ms(sums.session_ns);
    counters->statements_without_suspects = sums.plain;
    counters->executions_throttled = sums.throttled;
    counters->watched_share = 1.0 / (1 << store_throttle());
    counters->last_overhead = pg_atomic_read_u64(&review->share_ppm) / 10000.0;
    counters->times_throttled = pg_atomic_read_u64(&review->times_throttled);
}

/* The interval that runs now begins with what was there before: none of it is its own. */
void
store_restore_overhead(const StoreCounters *saved)
{
    OverheadReview *review = &store.shared->review;
    OverheadCounts sums = {.hook_ns = store_ns(saved->hook_ms),
                           .session_ns = store_ns(saved->session_ms),
                           .plain = saved->statements_without_suspects,
                           .throttled = saved->executions_throttled};

    store_add_overhead(&sums);
    pg_atomic_fetch_add_u64(&review->hook_ns, sums.hook_ns);
    pg_atomic_fetch_add_u64(&review->session_ns, sums.session_ns);
    pg_atomic_fetch_add_u64(&review->times_throttled, saved->times_throttled);
}
