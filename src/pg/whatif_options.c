/*
 * whatif_options.c - what WITH (...) and the options of an operator class say.
 *
 * Both are lists of words that only the access method and the operator class know: they check them themselves, as
 * they do for CREATE INDEX. Of what they accept, that is kept which a size or a cost follows from.
 */
#include "whatif_internal.h"

#include "access/amapi.h"
#include "access/brin.h"
#include "access/reloptions.h"
#include "catalog/pg_tablespace.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

/* bloom: a signature is a number of words of 16 bits, by default five of them, behind a row address. */
#define BLOOM_WORD_BITS 16
#define BLOOM_DEFAULT_BITS 80
#define BLOOM_HEADER 6

static int number_option(Datum options, const char *name, int otherwise);

void
whatif_read_storage(const IndexStmt *statement, WhatifIndex *index)
{
    const IndexAmRoutine *routine = GetIndexAmRoutineByAmId(index->method, false);
    Datum options = transformRelOptions((Datum)0, statement->options, NULL, NULL, false, false);
    const char *deduplicates;
    bool on;

    (void)index_reloptions(routine->amoptions, options, true);
    index->fill_factor = number_option(options, "fillfactor", 0);
    deduplicates = whatif_option(options, "deduplicate_items");
    index->keeps_duplicates = deduplicates != NULL && parse_bool(deduplicates, &on) && !on;
    if (index->kind == METHOD_BRIN)
        index->pages_per_range = number_option(options, "pages_per_range", BRIN_DEFAULT_PAGES_PER_RANGE);
    if (index->kind == METHOD_BLOOM)
    {
        int bits = number_option(options, "length", BLOOM_DEFAULT_BITS);

        index->entry_bytes = BLOOM_HEADER + (bits + BLOOM_WORD_BITS - 1) / BLOOM_WORD_BITS * 2;
    }
    if (statement->tableSpace == NULL)
        return;
    index->tablespace = get_tablespace_oid(statement->tableSpace, false);
    if (index->tablespace == GLOBALTABLESPACE_OID)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("only shared relations can be placed in pg_global tablespace"));
}

const char *
whatif_option(Datum options, const char *name)
{
    ListCell *cell;

    foreach (cell, untransformRelOptions(options))
    {
        DefElem *option = lfirst_node(DefElem, cell);

        if (strcmp(option->defname, name) == 0)
            return defGetString(option);
    }
    return NULL;
}

/* The method has read it before. */
static int
number_option(Datum options, const char *name, int otherwise)
{
    const char *value = whatif_option(options, name);
    int number;

    return value != NULL && parse_int(value, &number, 0, NULL) ? number : otherwise;
}

Datum
whatif_read_class_options(const IndexElem *element, Oid method, Oid opclass)
{
    Datum options = transformRelOptions((Datum)0, element->opclassopts, NULL, NULL, false, false);
    Oid family, type;

    if (DatumGetPointer(options) == NULL)
        return (Datum)0;
    if (!get_opclass_opfamily_and_input_type(opclass, &family, &type))
        elog(ERROR, "cache lookup failed for operator class %u", opclass);
    if (whatif_class_options(method, family, type, options) == NULL)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("operator class %s has no options", generate_opclass_name(opclass)),
                errhint("Leave out what is in parentheses behind it."));
    return options;
}

bytea *
whatif_class_options(Oid method, Oid family, Oid type, Datum options)
{
    uint16 number = GetIndexAmRoutineByAmId(method, false)->amoptsprocnum;
    Oid function = number == 0 ? InvalidOid : get_opfamily_proc(family, type, type, number);
    local_relopts known;

    if (!OidIsValid(function))
        return NULL;
    init_local_reloptions(&known, 0);
    (void)OidFunctionCall1(function, PointerGetDatum(&known));
    return (bytea *)build_local_reloptions(&known, options, DatumGetPointer(options) != NULL);
}
