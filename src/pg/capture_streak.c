/*
 * capture_streak.c - one statement hundreds of times in a row from one session.
 *
 * Counting is a comparison and an addition in memory of the process. The store is told
 * of a statement that is watched anyway at its hundredth repetition, and then whenever
 * they have doubled, so that a session that loops over one statement for ever hardly
 * takes its lock; with what the comment of its text says of who asked: where sqlcommenter writes
 * controller='cart',action='show', the endpoint behind it. Of the comment only names
 * of code are kept, no value that may be of a person.
 */
#include "postgres.h"

#include "capture_internal.h"
#include "settings.h"

/* Of what clients send: the last one, and how often it came in a row. */
static uint64 last_queryid;
static uint64 repetitions;
static uint64 next_told;

void
capture_count_streak(uint64 queryid)
{
    if (queryid == last_queryid && queryid != 0)
        repetitions++;
    else
    {
        repetitions = 1;
        next_told = STORE_STREAK;
    }
    last_queryid = queryid;
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

void
capture_keep_streak(StoreHandle handle, const StatementKey *key, const char *text, int length)
{
    char tags[STORE_TAGS];

    if (!key->toplevel || key->queryid != last_queryid || repetitions < next_told)
        return;
    next_told = 2 * repetitions;
    read_tags(text, length, tags, sizeof(tags));
    store_streak(handle, repetitions, tags);
}
