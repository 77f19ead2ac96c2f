/*
 * constant.c - constants told apart without keeping them.
 */
#include "constant.h"

#include "access/htup_details.h"
#include "nodes/nodeFuncs.h"
#include "port/pg_bitutils.h"
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

uint32
constant_hash_combine(uint32 first, uint32 second)
{
    return pg_rotate_left32(first, 7) ^ second;
}

static bool
add_constants(Node *node, void *context)
{
    uint32 *hash = context;

    if (node == NULL)
        return false;
    if (IsA(node, Const))
    {
        const Const *constant = (const Const *)node;

        *hash = constant_hash_combine(
            *hash, constant_hash(constant->consttype, constant->constvalue, constant->constisnull));
        return false;
    }
    return expression_tree_walker(node, add_constants, context);
}

uint32
constant_hash_all(Node *node)
{
    uint32 hash = 0;

    (void)add_constants(node, &hash);
    return hash;
}
