/*
 * advise_words.c - what the advice calls its indexes.
 */
#include "advise_internal.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

char *
advise_unique_name(Oid relid, const char *name, List *chosen)
{
    Oid schema = get_rel_namespace(relid);
    const char *candidate = name;

    for (int suffix = 1;; suffix++)
    {
        const char *quoted = quote_identifier(candidate);
        bool taken = OidIsValid(get_relname_relid(candidate, schema));
        ListCell *cell;

        foreach (cell, chosen)
        {
            const AdvisedIndex *other = lfirst(cell);

            taken = taken || (get_rel_namespace(other->relid) == schema && strcmp(other->index_name, quoted) == 0);
        }
        if (!taken)
            return pstrdup(quoted);
        candidate = psprintf("%.*s_%d", (int)(NAMEDATALEN - 6), name, suffix);
    }
}
