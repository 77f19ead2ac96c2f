/*
 * statement_blob.c - statements written down, and read back.
 *
 * A blob lives in shared memory and in the dump file, so a reader trusts
 * nothing in it: every length is checked before it is used. Integers are in the
 * machine's order and unaligned.
 */
#include "postgres.h"

#include "catalog/catversion.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "settings.h"
#include "statement_internal.h"

#define BLOB_MAGIC 0x49415354
#define BLOB_NO_STRING PG_UINT32_MAX

/* A tree takes about ten times its text; one beyond this is mostly a list of constants. */
#define TREE_BYTES_PER_TEXT_BYTE 16

static void put_settings(StringInfo blob);
static void put_param_types(StringInfo blob, Query *query, ParamListInfo params);
static void put_relations(StringInfo blob, List *relations, Oid userid);
static CapturedStatement *read_statement(BlobReader *reader);

void
blob_put_uint32(StringInfo blob, uint32 value)
{
    appendBinaryStringInfo(blob, (char *)&value, sizeof(value));
}

/* NULL is kept as NULL. */
void
blob_put_string(StringInfo blob, const char *string, int length)
{
    blob_put_uint32(blob, string ? (uint32)length : BLOB_NO_STRING);
    if (string)
        appendBinaryStringInfo(blob, string, length);
}

static void
put_cstring(StringInfo blob, const char *string)
{
    blob_put_string(blob, string, string ? strlen(string) : 0);
}

char *
statement_write(const Query *query, const char *text, int text_len, Oid userid, int cursor_options,
                ParamListInfo params, Size *size)
{
    StringInfoData blob;
    Query *tree = (Query *)query;
    List *relations = NIL;
    char *tree_text = NULL;

    if (text_len > setting_max_query_bytes)
        text = NULL;
    if (tree != NULL)
    {
        relations = statement_relations(tree);
        if (!statement_is_lasting(tree, relations))
            return NULL;
        tree_text = nodeToString(tree);
        if (strlen(tree_text) > (Size)setting_max_query_bytes * TREE_BYTES_PER_TEXT_BYTE)
            return NULL;
    }
    if (text == NULL && tree_text == NULL)
        return NULL;

    initStringInfo(&blob);
    blob_put_uint32(&blob, BLOB_MAGIC);
    blob_put_uint32(&blob, CATALOG_VERSION_NO);
    blob_put_uint32(&blob, userid);
    /* With SCROLL the planner asks indexes whether they can go backwards: it would open hypothetical ones. */
    blob_put_uint32(&blob, cursor_options & ~CURSOR_OPT_SCROLL);
    blob_put_string(&blob, text, text_len);
    put_cstring(&blob, tree_text);
    put_cstring(&blob, namespace_search_path);
    put_settings(&blob);
    put_param_types(&blob, tree, params);
    put_relations(&blob, relations, userid);
    *size = blob.len;
    return blob.data;
}

/* The planner's settings that are not at their defaults; search_path, one of them, is kept anyway. */
static void
put_settings(StringInfo blob)
{
    int n;
    int n_kept = 0;
    struct config_generic **settings = get_explain_guc_options(&n);

    for (int i = 0; i < n; i++)
        n_kept += strcmp(settings[i]->name, "search_path") != 0;
    blob_put_uint32(blob, n_kept);
    for (int i = 0; i < n; i++)
    {
        if (strcmp(settings[i]->name, "search_path") == 0)
            continue;
        put_cstring(blob, settings[i]->name);
        put_cstring(blob, GetConfigOptionByName(settings[i]->name, NULL, false));
    }
}

typedef struct ParamTypes
{
    int n;
    Oid *types;
} ParamTypes;

static void
note_param_type(ParamTypes *found, int id, Oid type)
{
    if (found->types == NULL || id > found->n)
    {
        Oid *types = palloc0(sizeof(Oid) * id);

        if (found->n > 0)
            memcpy(types, found->types, sizeof(Oid) * found->n);
        found->types = types;
        found->n = id;
    }
    found->types[id - 1] = type;
}

static bool
find_param_types(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, Param) && ((Param *)node)->paramkind == PARAM_EXTERN)
        note_param_type(context, ((Param *)node)->paramid, ((Param *)node)->paramtype);
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, find_param_types, context, 0);
    return expression_tree_walker(node, find_param_types, context);
}

/* From the tree if there is one: a list with a fetch hook does not know its types before it fetches. */
static void
put_param_types(StringInfo blob, Query *query, ParamListInfo params)
{
    ParamTypes found = {0, NULL};

    if (query != NULL)
        (void)find_param_types((Node *)query, &found);
    else if (params != NULL && params->paramFetch == NULL)
    {
        for (int i = params->numParams; i > 0; i--)
            note_param_type(&found, i, params->params[i - 1].ptype);
    }
    blob_put_uint32(blob, found.n);
    if (found.n > 0)
        appendBinaryStringInfo(blob, (char *)found.types, sizeof(Oid) * found.n);
}

static void
put_relations(StringInfo blob, List *relations, Oid userid)
{
    ListCell *cell;

    blob_put_uint32(blob, list_length(relations));
    foreach (cell, relations)
    {
        uint64 fingerprint = statement_fingerprint(lfirst_oid(cell), userid, 0);

        blob_put_uint32(blob, lfirst_oid(cell));
        appendBinaryStringInfo(blob, (char *)&fingerprint, sizeof(fingerprint));
    }
}

/* ---- reading ---- */

/* NULL, and the reader is bad, where so many bytes are not left. */
const char *
blob_get_bytes(BlobReader *reader, Size length)
{
    const char *bytes = reader->at;

    if (reader->bad || length > reader->left)
    {
        reader->bad = true;
        return NULL;
    }
    reader->at += length;
    reader->left -= length;
    return bytes;
}

uint32
blob_get_uint32(BlobReader *reader)
{
    uint32 value = 0;
    const char *bytes = blob_get_bytes(reader, sizeof(value));

    if (bytes)
        memcpy(&value, bytes, sizeof(value));
    return value;
}

static char *
get_string(BlobReader *reader)
{
    uint32 length = blob_get_uint32(reader);
    const char *bytes;

    if (reader->bad || length == BLOB_NO_STRING)
        return NULL;
    bytes = blob_get_bytes(reader, length);
    return bytes ? pnstrdup(bytes, length) : NULL;
}

/* A number of items of at least item_size bytes each; 0, and the reader is bad, where they cannot be there. */
static int
get_count(BlobReader *reader, Size item_size)
{
    uint32 n = blob_get_uint32(reader);

    if (n > reader->left / item_size)
        reader->bad = true;
    return reader->bad ? 0 : (int)n;
}

static void
get_settings(BlobReader *reader, CapturedStatement *statement)
{
    int n = get_count(reader, 2 * sizeof(uint32));

    statement->n_gucs = n;
    statement->guc_names = palloc0(sizeof(char *) * (n + 1));
    statement->guc_values = palloc0(sizeof(char *) * (n + 1));
    for (int i = 0; i < n; i++)
    {
        statement->guc_names[i] = get_string(reader);
        statement->guc_values[i] = get_string(reader);
        if (statement->guc_names[i] == NULL || statement->guc_values[i] == NULL)
            reader->bad = true;
    }
}

static void
get_param_types(BlobReader *reader, CapturedStatement *statement)
{
    int n = get_count(reader, sizeof(Oid));

    statement->n_params = n;
    statement->param_types = palloc0(sizeof(Oid) * (n + 1));
    for (int i = 0; i < n; i++)
        statement->param_types[i] = blob_get_uint32(reader);
}

static void
get_relations(BlobReader *reader, CapturedStatement *statement)
{
    int n = get_count(reader, sizeof(Oid) + sizeof(uint64));

    statement->n_relations = n;
    statement->relations = palloc0(sizeof(Oid) * (n + 1));
    statement->fingerprints = palloc0(sizeof(uint64) * (n + 1));
    for (int i = 0; i < n; i++)
    {
        const char *bytes;

        statement->relations[i] = blob_get_uint32(reader);
        bytes = blob_get_bytes(reader, sizeof(uint64));
        if (bytes)
            memcpy(&statement->fingerprints[i], bytes, sizeof(uint64));
    }
}

static CapturedStatement *
read_statement(BlobReader *reader)
{
    CapturedStatement *statement = palloc0(sizeof(CapturedStatement));

    statement->userid = blob_get_uint32(reader);
    statement->cursor_options = (int)blob_get_uint32(reader);
    statement->text = get_string(reader);
    statement->tree = get_string(reader);
    statement->read_tree = palloc0(sizeof(Query *));
    statement->search_path = get_string(reader);
    get_settings(reader, statement);
    get_param_types(reader, statement);
    get_relations(reader, statement);
    if (statement->search_path == NULL || (statement->text == NULL && statement->tree == NULL))
        reader->bad = true;
    return statement;
}

CapturedStatement *
statement_read(const char *blob, Size size)
{
    BlobReader reader = {blob, size, false};
    CapturedStatement *statement;

    /* A tree of another catalog version cannot even be read. */
    if (blob_get_uint32(&reader) != BLOB_MAGIC || blob_get_uint32(&reader) != CATALOG_VERSION_NO)
        return NULL;
    statement = read_statement(&reader);
    return reader.bad || reader.left != 0 ? NULL : statement;
}

CapturedStatement *
statement_from_text(const char *text)
{
    CapturedStatement *statement = palloc0(sizeof(CapturedStatement));

    statement->userid = GetUserId();
    statement->cursor_options = CURSOR_OPT_PARALLEL_OK;
    statement->text = pstrdup(text);
    statement->search_path = pstrdup(namespace_search_path);
    statement->given = true;
    return statement;
}
