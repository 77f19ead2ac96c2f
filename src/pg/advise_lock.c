/*
 * advise_lock.c - one advise() at a time in a database.
 */
#include "advise_internal.h"

#include "miscadmin.h"
#include "storage/lock.h"

/* The advisory lock of advise(): users' own are of class 1 and 2. */
#define ADVISE_LOCK_CLASS 3
#define ADVISE_LOCK_KEY 1

static int holder_of(const LOCKTAG *tag);

/*
 * One advise() at a time in a database: two would weigh the same workload and
 * publish over each other. The lock is an advisory one of a class that users
 * cannot take, held to the end of the transaction.
 */
void
session_lock(void)
{
    LOCKTAG tag;

    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, 0, ADVISE_LOCK_KEY, ADVISE_LOCK_CLASS);
    if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
        ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
                        errmsg("another advise() is running in this database, in process %d", holder_of(&tag)),
                        errhint("Wait for it, or end it with pg_cancel_backend().")));
}

/* The process that holds an advisory lock; 0 if it has just let go. */
static int
holder_of(const LOCKTAG *tag)
{
    LockData *locks = GetLockStatusData();

    for (int i = 0; i < locks->nelements; i++)
    {
        const LockInstanceData *lock = &locks->locks[i];

        if (memcmp(&lock->locktag, tag, sizeof(LOCKTAG)) == 0 && lock->holdMask != 0)
            return lock->pid;
    }
    return 0;
}
