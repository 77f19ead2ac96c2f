/*
 * statement_fuzz.c - any bytes as a statement that was written down, or as the
 * parameter values of one: NULL, or something that can be read to its end.
 */
#include "server.h"

#include "catalog/catversion.h"
#include "utils/lsyscache.h"

#include "pg/statement.h"

#include "bytes.h"
#include "expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8 sum;

/* The sanitizer watches. */
static void
read_all(const void *from, Size size)
{
    for (Size i = 0; i < size; i++)
        sum += ((const uint8 *)from)[i];
}

static void
read_string(const char *string)
{
    if (string != NULL)
        read_all(string, strlen(string));
}

static void
try_statement(const char *blob, Size size)
{
    CapturedStatement *statement = statement_read(blob, size);

    if (statement == NULL)
        return;
    EXPECT(statement->search_path != NULL && (statement->text != NULL || statement->tree != NULL));
    read_string(statement->text);
    read_string(statement->tree);
    read_string(statement->search_path);
    for (int i = 0; i < statement->n_gucs; i++)
    {
        EXPECT(statement->guc_names[i] != NULL && statement->guc_values[i] != NULL);
        read_string(statement->guc_names[i]);
        read_string(statement->guc_values[i]);
    }
    read_all(statement->param_types, statement->n_params * sizeof(Oid));
    read_all(statement->relations, statement->n_relations * sizeof(Oid));
    read_all(statement->fingerprints, statement->n_relations * sizeof(uint64));
}

/* As the planner would, by what the type says (see SearchSysCache1 in server.c). */
static void
read_value(const ParamExternData *param)
{
    int16 length;
    bool by_value;

    if (param->isnull)
        return;
    get_typlenbyval(param->ptype, &length, &by_value);
    if (by_value)
        return;
    if (length > 0)
        read_all(DatumGetPointer(param->value), length);
    else if (length == -2)
        read_string(DatumGetPointer(param->value));
    else
        read_all(DatumGetPointer(param->value), VARSIZE_ANY(DatumGetPointer(param->value)));
}

static void
try_params(const char *blob, Size size)
{
    ParamListInfo params = statement_read_params(blob, size);

    for (int i = 0; params != NULL && i < params->numParams; i++)
        read_value(&params->params[i]);
}

/* The rest of the input, in memory of just its size, behind the numbers that any blob of this server starts with.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Bytes input = {data, size};
    int kind = take_below(&input, 4);
    uint32 start[] = {kind == 1 ? 0x49415354 : 0x49415042, CATALOG_VERSION_NO};
    Size start_size = kind == 0 ? 0 : kind == 1 ? sizeof(start) : sizeof(uint32);
    char *blob = palloc(start_size + input.left);

    memcpy(blob, start, start_size);
    size = start_size + input.left;
    take(&input, blob + start_size, input.left);
    if (kind <= 1)
        try_statement(blob, size);
    else
        try_params(blob, size);
    server_free_all();
    return 0;
}
