/*
 * constant.c - constants told apart without keeping them.
 */
#include "constant.h"

#include "access/htup_details.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

/* Longer values are not hashed, for their cost. A list of a thousand numbers is within. */
#define MAX_BYTES 8192

uint32
constant_hash(Oid type, Datum value, bool isnull)
{
    int16 typlen;
    bool byval;
    uint32 hash;

    if (isnull)
        return 0;
    get_typlenbyval(type, &typlen, &byval);
    if (typlen == -1)
    {
        struct varlena *bytes = (struct varlena *)DatumGetPointer(value);

        /* Reading from elsewhere or unpacking could fail. */
        if (VARATT_IS_EXTERNAL(bytes) || VARATT_IS_COMPRESSED(bytes) || VARSIZE_ANY(bytes) > MAX_BYTES)
            return 0;
    }
    hash = datum_image_hash(value, byval, typlen);
    return hash != 0 ? hash : 1;
}
