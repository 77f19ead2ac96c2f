/*
 * functions_prefer.h - whether published advice stays although a run came to other advice.
 *
 * Two indexes of nearly the same worth must not take turns from run to run:
 * somebody is building the one that was recommended yesterday. So where new
 * advice takes the place of published, open advice on a table, it must be
 * better by more than 2 % on what is captured now.
 */
#ifndef INDEX_ADVISOR_FUNCTIONS_PREFER_H
#define INDEX_ADVISOR_FUNCTIONS_PREFER_H

#include "postgres.h"
#include "nodes/bitmapset.h"

#include "advise.h"

/* Published advice. */
typedef struct KeptAdvice
{
    char *id;
    Oid relid;
    char *ddl;
    double size_bytes;
} KeptAdvice;

typedef struct Preference
{
    Bitmapset *not_taken; /* positions of the run's indexes that must wait */
    List *kept;           /* KeptAdvice that stays in their place */
} Preference;

extern Preference prefer_published(const AdviseRun *run, bool own_only);

/*
 * Published advice that stays in place of the run's index at `position`, of several the one that begins most like it.
 * NULL: the run's own is published.
 */
extern const KeptAdvice *prefer_kept(const AdviseRun *run, const Preference *preference, int position);

#endif
