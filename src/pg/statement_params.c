/*
 * statement_params.c - bound values written down, and read back.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "statement_internal.h"

#define PARAMS_MAGIC 0x49415042

/* The highest id that is believed when reading; the protocol's own limit. */
#define PARAMS_MAX 65535

/* What is kept of one value besides its bytes. What is read may be damaged: a bool would have to be 0 or 1. */
typedef struct ParamHeader
{
    int32 id;
    Oid type;
    uint16 flags;
    int16 typlen;
    uint8 byval;
    uint8 isnull;
    uint32 length;
} ParamHeader;

/*
 * Rows, and arrays and ranges of rows, hold their type's shape, which ALTER TYPE
 * changes behind their back; pseudo-types have no meaning in another session.
 */
static bool
is_lasting_type(Oid type)
{
    Oid base = getBaseType(type);
    Oid element = get_base_element_type(base);
    char typtype;

    if (!OidIsValid(element))
        element = get_range_subtype(base);
    if (OidIsValid(element))
        base = getBaseType(element);
    typtype = get_typtype(base);
    return typtype == TYPTYPE_BASE || typtype == TYPTYPE_ENUM;
}

/* False if the values cannot be kept. */
static bool
put_value(StringInfo blob, int id, const ParamExternData *param, Size max_bytes)
{
    ParamHeader header;
    Datum value = param->value;
    bool byval;

    /* The bytes between the fields are hashed with the rest. */
    memset(&header, 0, sizeof(header));
    header.id = id;
    header.type = param->ptype;
    header.flags = param->pflags;
    header.isnull = param->isnull;
    get_typlenbyval(param->ptype, &header.typlen, &byval);
    header.byval = byval;
    if (header.isnull)
        header.length = 0;
    else if (!is_lasting_type(param->ptype))
        return false;
    else if (header.byval)
        header.length = sizeof(Datum);
    else
    {
        if (header.typlen == -1)
        {
            if (toast_raw_datum_size(value) > max_bytes)
                return false;
            value = PointerGetDatum(PG_DETOAST_DATUM_PACKED(value));
        }
        header.length = datumGetSize(value, false, header.typlen);
    }
    if (blob->len + sizeof(header) + header.length > max_bytes)
        return false;
    appendBinaryStringInfo(blob, (char *)&header, sizeof(header));
    if (header.byval && header.length > 0)
        appendBinaryStringInfo(blob, (char *)&value, header.length);
    else if (header.length > 0)
        appendBinaryStringInfo(blob, DatumGetPointer(value), header.length);
    return true;
}

char *
statement_write_params(ParamListInfo params, const Bitmapset *used, Size max_bytes, Size *size)
{
    StringInfoData blob;
    int n = 0;

    if (params == NULL || params->numParams > PARAMS_MAX)
        return NULL;
    initStringInfo(&blob);
    blob_put_uint32(&blob, PARAMS_MAGIC);
    for (int id = 1; id <= params->numParams; id++)
    {
        ParamExternData workspace;
        ParamExternData *param = &params->params[id - 1];

        if (used != NULL && !bms_is_member(id, used))
            continue;
        /* Speculative: the hook says "unknown" where evaluating the value could fail. */
        if (params->paramFetch)
            param = params->paramFetch(params, id, true, &workspace);
        if (!OidIsValid(param->ptype))
            continue;
        if (!put_value(&blob, id, param, max_bytes))
            return NULL;
        n++;
    }
    *size = blob.len;
    return n > 0 ? blob.data : NULL;
}

/* ---- reading ---- */

/* False where the type has gone or become another since. */
static bool
type_is_same(const ParamHeader *header)
{
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(header->type));
    Form_pg_type form;
    bool same;

    if (!HeapTupleIsValid(tuple))
        return false;
    form = (Form_pg_type)GETSTRUCT(tuple);
    same = form->typlen == header->typlen && form->typbyval == header->byval;
    ReleaseSysCache(tuple);
    return same;
}

/* False where length is not what a value of that type takes. */
static bool
length_is_right(const ParamHeader *header, const char *bytes)
{
    if (header->byval)
        return header->length == sizeof(Datum);
    if (header->typlen > 0)
        return header->length == (uint32)header->typlen;
    if (header->typlen == -2)
        return header->length > 0 && bytes[header->length - 1] == '\0';
    return header->length >= 1 && !VARATT_IS_EXTERNAL(bytes) &&
           (VARATT_IS_1B(bytes) || header->length >= VARHDRSZ) && VARSIZE_ANY(bytes) == header->length;
}

/* In memory of its own, since the blob is not aligned; false if the bytes are no value of that type. */
static bool
value_from_bytes(const ParamHeader *header, const char *bytes, Datum *value)
{
    char *copy = palloc(header->length);

    memcpy(copy, bytes, header->length);
    if (!length_is_right(header, copy))
        return false;
    if (header->byval)
        memcpy(value, copy, sizeof(Datum));
    else
        *value = PointerGetDatum(copy);
    return true;
}

static bool
get_value(BlobReader *reader, ParamExternData *params)
{
    ParamHeader header;
    const char *bytes = blob_get_bytes(reader, sizeof(header));
    ParamExternData *param;

    if (bytes == NULL)
        return false;
    memcpy(&header, bytes, sizeof(header));
    bytes = blob_get_bytes(reader, header.length);
    if (bytes == NULL || header.id < 1 || header.id > PARAMS_MAX || !type_is_same(&header))
        return false;
    if (header.isnull ? header.length != 0 : header.length == 0)
        return false;
    param = &params[header.id - 1];
    param->ptype = header.type;
    param->pflags = header.flags;
    param->isnull = header.isnull;
    return header.isnull || value_from_bytes(&header, bytes, &param->value);
}

/* The highest id in the blob; 0 if it is damaged. */
static int
highest_id(BlobReader reader)
{
    int highest = 0;

    while (!reader.bad && reader.left > 0)
    {
        ParamHeader header;
        const char *bytes = blob_get_bytes(&reader, sizeof(header));

        if (bytes == NULL)
            return 0;
        memcpy(&header, bytes, sizeof(header));
        (void)blob_get_bytes(&reader, header.length);
        highest = Max(highest, header.id);
    }
    return reader.bad || highest > PARAMS_MAX ? 0 : highest;
}

ParamListInfo
statement_read_params(const char *blob, Size size)
{
    BlobReader reader = {blob, size, false};
    ParamListInfo params;
    int n;

    if (blob_get_uint32(&reader) != PARAMS_MAGIC)
        return NULL;
    n = highest_id(reader);
    if (n == 0)
        return NULL;
    params = makeParamList(n);
    for (int i = 0; i < n; i++)
        params->params[i] = (ParamExternData){.isnull = true};
    while (reader.left > 0)
    {
        if (!get_value(&reader, params->params))
            return NULL;
    }
    return params;
}

/* ---- fitting ---- */

static bool
fit_param(Node *node, void *context)
{
    ParamListInfo params = context;

    if (node == NULL)
        return false;
    if (IsA(node, Param))
    {
        Param *param = (Param *)node;

        if (param->paramkind == PARAM_EXTERN && param->paramid >= 1 && param->paramid <= params->numParams &&
            params->params[param->paramid - 1].ptype != param->paramtype)
            params->params[param->paramid - 1] = (ParamExternData){.isnull = true};
        return false;
    }
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, fit_param, context, 0);
    return expression_tree_walker(node, fit_param, context);
}

void
statement_fit_params(Query *query, ParamListInfo params)
{
    if (params != NULL)
        (void)fit_param((Node *)query, params);
}

Query *
statement_copy_to_plan(Query *query, ParamListInfo params)
{
    Query *copy = copyObject(query);

    statement_fit_params(copy, params);
    return copy;
}
