/*
 * whatif_method.c - access methods: which of them can be costed, and what they can return.
 */
#include "whatif_internal.h"

#include "access/gist.h"
#include "access/spgist.h"
#include "catalog/pg_am.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "utils/lsyscache.h"

static bool spgist_returns_data(const IndexOptInfo *info, Oid key_type);

/*
 * Of an extension's method neither the size is known, which all costs rest on, nor whether its cost function looks
 * into the index; bloom's does not.
 */
IndexMethod
whatif_method_kind(Oid method, const char *name)
{
    switch (method)
    {
        case BTREE_AM_OID:
            return METHOD_BTREE;
        case HASH_AM_OID:
            return METHOD_HASH;
        case BRIN_AM_OID:
            return METHOD_BRIN;
        case GIN_AM_OID:
            return METHOD_GIN;
        case GIST_AM_OID:
            return METHOD_GIST;
        case SPGIST_AM_OID:
            return METHOD_SPGIST;
        default:
            if (strcmp(name, "bloom") == 0)
                return METHOD_BLOOM;
    }
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("an index of access method \"%s\" cannot be costed", name),
            errdetail("Its size is not known before it is built."),
            errhint("Methods that can be costed are btree, hash, brin, gin, gist, spgist and bloom."));
}

const char *
whatif_method_name(Oid method)
{
    return OidIsValid(method) ? get_am_name(method) : "btree";
}

bool
whatif_method_returns(const IndexOptInfo *info, IndexMethod kind, int i, Oid key_type)
{
    Oid family, type;

    if (kind == METHOD_BTREE)
        return true;
    if (kind != METHOD_GIST && kind != METHOD_SPGIST)
        return false;
    if (i >= info->nkeycolumns)
        return true;
    if (kind == METHOD_SPGIST)
        return spgist_returns_data(info, key_type);
    family = info->opfamily[i];
    type = info->opcintype[i];
    return OidIsValid(get_opfamily_proc(family, type, type, GIST_FETCH_PROC)) ||
           !OidIsValid(get_opfamily_proc(family, type, type, GIST_COMPRESS_PROC));
}

static bool
spgist_returns_data(const IndexOptInfo *info, Oid key_type)
{
    spgConfigIn in = {.attType = key_type};
    spgConfigOut out = {0};
    Oid config = get_opfamily_proc(info->opfamily[0], info->opcintype[0], info->opcintype[0], SPGIST_CONFIG_PROC);

    OidFunctionCall2Coll(config, info->indexcollations[0], PointerGetDatum(&in), PointerGetDatum(&out));
    return out.canReturnData;
}
