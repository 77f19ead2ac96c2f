/*
 * capture_streak.c - one statement hundreds of times from one session: N+1.
 *
 * A run of a statement goes on while nothing else comes between, or all of it is in one
 * transaction, whatever comes between. Counting is a comparison and an addition in memory
 * of the process, whether the statement is one to be watched or a search by key. Its
 * hundredth repetition is due, and then whenever they have doubled: these few executions
 * are watched in any case, which gives the run an entry to be told of.
 *
 * Not every run is a loop over rows that somebody fetched before. Told is a run in one
 * transaction; any other one only once it is over, since a session that does nothing
 * else (a load generator, a service of one statement) was made so, and only if it came
 * fast, since a queue that is asked for work every second is no loop either.
 *
 * With it goes what the comment of the text says of who asked: where sqlcommenter writes
 * controller='cart',action='show', the endpoint behind it. Of the comment only names
 * of code are kept, no value that may be of a person.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/timestamp.h"

#include "capture_internal.h"
#include "settings.h"

/* On average, outside of one transaction: well above a round trip, below who asks ten times a second. */
#define LONGEST_GAP_MS 50

/* Of what clients send. */
typedef struct Run
{
    uint64 queryid;
    uint64 repetitions;
    uint64 next_due;
    TimestampTz since;       /* when the first one came */
    TimestampTz transaction; /* in which it came: when that began */
} Run;

/* Of statements without id, and before the first. */
static Run nobody = {.next_due = PG_UINT64_MAX};

/* A statement has one of two places, by its id, and makes way for younger ones. */
static Run runs[32][2];
static Run *last = &nobody;

/* To be told when the last run is over. */
static StoreHandle pending = {.position = -1};
static char pending_tags[STORE_TAGS];

static void
tell_pending(void)
{
    if (pending.position < 0)
        return;
    store_streak(pending, last->repetitions, pending_tags);
    pending.position = -1;
}

/* The one that it had, or a new one. */
static Run *
find_run(uint64 queryid)
{
    Run *places = runs[queryid % lengthof(runs)];

    if (places[0].queryid == queryid)
        return &places[0];
    if (places[1].queryid == queryid)
        return &places[1];
    places[1] = places[0];
    places[0] = (Run){.queryid = queryid};
    return &places[0];
}

/* Not inlined: where one statement comes again and again, nothing is saved on the stack for it. */
static pg_noinline void
change_statement(uint64 queryid)
{
    TimestampTz transaction = GetCurrentTransactionStartTimestamp();

    tell_pending();
    last = queryid == 0 ? &nobody : find_run(queryid);
    if (last == &nobody)
        return;
    if (last->repetitions > 0 && last->transaction == transaction)
        last->repetitions++;
    else
        *last = (Run){queryid, 1, STORE_STREAK, GetCurrentStatementStartTimestamp(), transaction};
}

bool
capture_count_streak(uint64 queryid)
{
    if (likely(queryid == last->queryid))
        last->repetitions++;
    else
        change_statement(queryid);
    if (likely(last->repetitions < last->next_due))
        return false;
    last->next_due = 2 * last->repetitions;
    return true;
}

static bool
is_kept_key(const char *key, int length)
{
    static const char *const keys[] = {"application", "controller", "action", "route", "job"};

    for (int i = 0; i < lengthof(keys); i++)
    {
        if (strlen(keys[i]) == length && strncmp(keys[i], key, length) == 0)
            return true;
    }
    return false;
}

/* Names of code, URL-encoded: nothing that could break out of the quotes, or is no ASCII. */
static bool
is_kept_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           strchr("%-._~/:#+", c) != NULL;
}

/* tags is a list of key=value. */
static bool
has_key(const char *tags, const char *key, int length)
{
    while (*tags != '\0' && !(strncmp(tags, key, length) == 0 && tags[length] == '='))
    {
        tags += strcspn(tags, " ");
        tags += strspn(tags, " ");
    }
    return *tags != '\0';
}

/*
 * key='value' at the beginning of at, at most to end; returns what follows, NULL if it is none. Of a key that comes
 * again the first value counts.
 */
static const char *
copy_tag(const char *at, const char *end, char *tags, int size)
{
    const char *key = at, *value;
    int key_length, used = strlen(tags);
    bool kept = true;

    while (at < end && *at != '=')
        at++;
    key_length = at - key;
    if (at + 1 >= end || at[1] != '\'')
        return NULL;
    value = at += 2;
    while (at < end && *at != '\'')
    {
        kept = kept && *at != '\0' && is_kept_character(*at);
        at++;
    }
    if (at >= end)
        return NULL;
    if (kept && is_kept_key(key, key_length) && !has_key(tags, key, key_length) &&
        used + key_length + (at - value) + 5 < size)
        snprintf(tags + used, size - used, "%s%.*s=%.*s", used > 0 ? ", " : "", key_length, key, (int)(at - value),
                 value);
    return at + 1;
}

/* Of the comment that the text ends with; "" if there is none of that kind. */
static void
read_tags(const char *text, int length, char *tags, int size)
{
    const char *at, *end;

    tags[0] = '\0';
    if (!setting_track_constants || length < 4 || text[length - 1] != '/' || text[length - 2] != '*')
        return;
    end = text + length - 2;
    for (at = end - 1; at > text && !(at[-1] == '/' && at[0] == '*'); at--)
        ;
    if (at <= text)
        return;
    for (at++; at != NULL && at < end;)
    {
        while (at < end && (*at == ',' || *at == ' '))
            at++;
        at = copy_tag(at, end, tags, size);
    }
}

static bool
is_in_one_transaction(void)
{
    return last->transaction == GetCurrentTransactionStartTimestamp();
}

static bool
came_fast(StoreHandle handle)
{
    double elapsed_ms = (GetCurrentStatementStartTimestamp() - last->since) / 1000.0;

    return elapsed_ms <= last->repetitions * (LONGEST_GAP_MS + store_mean_ms(handle));
}

void
capture_keep_streak(StoreHandle handle, const StatementKey *key, const char *text, int length)
{
    bool is_due = last->repetitions >= STORE_STREAK && last->next_due == 2 * last->repetitions;

    if (!key->toplevel || !is_due || key->queryid != last->queryid)
        return;
    pending.position = -1;
    if (!is_in_one_transaction() && !came_fast(handle))
        return;
    pending = handle;
    read_tags(text, length, pending_tags, sizeof(pending_tags));
    if (is_in_one_transaction())
        store_streak(handle, last->repetitions, pending_tags);
}
