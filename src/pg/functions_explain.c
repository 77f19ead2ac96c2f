/*
 * functions_explain.c - explain(): plans as they would be.
 */
#include "functions.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/params.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "catalog.h"
#include "explain.h"
#include "normalise.h"

PG_FUNCTION_INFO_V1(index_advisor_explain);
PG_FUNCTION_INFO_V1(index_advisor_explain_captured);

/* Values of parameters as text, and what becomes of them when they are read. */
typedef struct GivenValues
{
    CapturedStatement *statement;
    Datum *texts;
    bool *nulls;
    int n;
    ParamListInfo params; /* out: in the caller's context */
} GivenValues;

/* Recommendations, and what becomes of them when they are read. */
typedef struct AdvisedIndexes
{
    const CapturedStatement *statement;
    List *items; /* StoredAdvice that might do */
    bool only_on_its_tables;
    StringInfoData names; /* ids of those that do, separated by commas */
    WhatifIndex **indexes;
    int n;
} AdvisedIndexes;

static Datum run_explain(PG_FUNCTION_ARGS);
static Datum run_explain_captured(PG_FUNCTION_ARGS);
static WhatifIndex **parse_indexes(Datum array, int *n);
static List *parse_hidden(Datum array);
static ParamListInfo parse_params(CapturedStatement *statement, Datum array);
static void read_values(StatementContext *run, void *arg);
static bool find_params(Node *node, void *context);
static void emit_lines(ReturnSetInfo *result, List *lines);
static void emit_line(ReturnSetInfo *result, const char *line);
static void choose_advice(FunctionCallInfo fcinfo, AdvisedIndexes *advised);
static void parse_advice(StatementContext *run, void *arg);
static bool reads(const List *relations, Oid relid);
static List *without_constants(List *lines);
static bool has_odd_quotes(const char *line);
static char *line_without_constants(const char *line);

/* ---- a given statement ---- */

Datum
index_advisor_explain(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_explain, fcinfo);
}

static Datum
run_explain(PG_FUNCTION_ARGS)
{
    CapturedStatement *statement;
    WhatifIndex **indexes = NULL;
    List *hidden = NIL;
    ParamListInfo params = NULL;
    ExplainFormat format = EXPLAIN_FORMAT_TEXT;
    int n = 0;

    functions_check_version();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("query is null"));
    statement = statement_from_text(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    if (!PG_ARGISNULL(4))
        format = explain_format(text_to_cstring(PG_GETARG_TEXT_PP(4)));
    if (!PG_ARGISNULL(1))
        indexes = parse_indexes(PG_GETARG_DATUM(1), &n);
    if (!PG_ARGISNULL(2))
        hidden = parse_hidden(PG_GETARG_DATUM(2));
    if (!PG_ARGISNULL(3))
        params = parse_params(statement, PG_GETARG_DATUM(3));
    InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
    emit_lines((ReturnSetInfo *)fcinfo->resultinfo, explain_lines(statement, params, indexes, n, hidden, format));
    return (Datum)0;
}

static WhatifIndex **
parse_indexes(Datum array, int *n)
{
    char **ddl = functions_texts(array, n, "create_indexes");
    WhatifIndex **indexes = palloc((*n + 1) * sizeof(WhatifIndex *));

    for (int i = 0; i < *n; i++)
        indexes[i] = advise_hypothetical(ddl[i]);
    return indexes;
}

static List *
parse_hidden(Datum array)
{
    Datum *elements;
    bool *nulls;
    int n;
    List *hidden = NIL;

    deconstruct_array(DatumGetArrayTypeP(array), REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT, &elements, &nulls,
                      &n);
    for (int i = 0; i < n; i++)
    {
        Oid index = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
        char kind = OidIsValid(index) ? get_rel_relkind(index) : '\0';

        if (nulls[i])
            ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("element %d of hide_indexes is null", i + 1));
        if (kind == '\0')
            ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no relation with OID %u", index));
        if (kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX)
            ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not an index", get_rel_name(index)));
        hidden = lappend_oid(hidden, index);
    }
    return hidden;
}

/* As the types that the statement gives its parameters, and as the role that it is planned as. */
static ParamListInfo
parse_params(CapturedStatement *statement, Datum array)
{
    GivenValues values = {.statement = statement};
    StatementFailure failure;

    deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &values.texts, &values.nulls,
                      &values.n);
    if (!statement_run(statement, read_values, &values, &failure))
        ereport(ERROR, errcode(failure.sqlerrcode), errmsg_internal("%s", failure.message));
    return values.params;
}

static void
read_values(StatementContext *run, void *arg)
{
    GivenValues *values = arg;
    CapturedStatement *statement = values->statement;
    MemoryContext previous = MemoryContextSwitchTo(run->result_context);

    statement->param_types = palloc0((values->n + 1) * sizeof(Oid));
    statement->n_params = 0;
    (void)find_params((Node *)run->query, values);
    if (values->n != statement->n_params)
        ereport(
            ERROR, errcode(ERRCODE_UNDEFINED_PARAMETER),
            errmsg("the statement has %d parameters, but params has %d values", statement->n_params, values->n));
    values->params = makeParamList(values->n);
    for (int i = 0; i < values->n; i++)
    {
        ParamExternData *param = &values->params->params[i];
        Oid function, parameter;

        param->ptype = statement->param_types[i];
        param->pflags = PARAM_FLAG_CONST;
        param->isnull = values->nulls[i];
        if (values->nulls[i] || !OidIsValid(param->ptype))
            continue;
        getTypeInputInfo(param->ptype, &function, &parameter);
        param->value = OidInputFunctionCall(function, TextDatumGetCString(values->texts[i]), parameter, -1);
    }
    MemoryContextSwitchTo(previous);
}

static bool
find_params(Node *node, void *context)
{
    GivenValues *values = context;
    CapturedStatement *statement = values->statement;

    if (node == NULL)
        return false;
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, find_params, context, 0);
    if (IsA(node, Param) && ((Param *)node)->paramkind == PARAM_EXTERN &&
        ((Param *)node)->paramid < STATEMENT_SETTING_PARAM)
    {
        Param *param = (Param *)node;

        statement->n_params = Max(statement->n_params, param->paramid);
        if (param->paramid <= values->n)
            statement->param_types[param->paramid - 1] = param->paramtype;
    }
    return expression_tree_walker(node, find_params, context);
}

static void
emit_lines(ReturnSetInfo *result, List *lines)
{
    ListCell *cell;

    foreach (cell, lines)
        emit_line(result, lfirst(cell));
}

static void
emit_line(ReturnSetInfo *result, const char *line)
{
    Datum value = CStringGetTextDatum(line);
    bool isnull = false;

    tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
}

/* ---- a captured statement, before and after ---- */

Datum
index_advisor_explain_captured(PG_FUNCTION_ARGS)
{
    return functions_in_run(run_explain_captured, fcinfo);
}

static Datum
run_explain_captured(PG_FUNCTION_ARGS)
{
    CapturedStatement *statement;
    ParamListInfo params;
    AdvisedIndexes advised = {0};
    StatementFailure failure;
    ReturnSetInfo *result;
    List *before, *after;

    functions_check_preloaded();
    if (PG_ARGISNULL(0))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("queryid is null"));
    statement = advise_find_captured(PG_GETARG_INT64(0), !functions_sees_all(), &params);
    if (statement == NULL)
        ereport(
            ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
            errmsg("no statement with query id " INT64_FORMAT " was captured in this database", PG_GETARG_INT64(0)),
            errhint("SELECT queryid, query FROM index_advisor.statements lists those that were."));
    advised.statement = statement;
    choose_advice(fcinfo, &advised);
    if (advised.items != NIL && !statement_run(statement, parse_advice, &advised, &failure))
        ereport(ERROR, errcode(failure.sqlerrcode), errmsg("%s", failure.message));
    before = explain_lines(statement, params, NULL, 0, NIL, EXPLAIN_FORMAT_TEXT);
    after = advised.n > 0 ? explain_lines(statement, params, advised.indexes, advised.n, NIL, EXPLAIN_FORMAT_TEXT)
                          : NIL;

    InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
    result = (ReturnSetInfo *)fcinfo->resultinfo;
    emit_line(result, "-- as things are");
    emit_lines(result, without_constants(before));
    emit_line(result, advised.n > 0 ? psprintf("-- with %s", advised.names.data)
                                    : "-- no recommendation on its tables is open");
    emit_lines(result, without_constants(after));
    return (Datum)0;
}

/* Those asked for, or all, whose indexes are not there yet. */
static void
choose_advice(FunctionCallInfo fcinfo, AdvisedIndexes *advised)
{
    char **ids = NULL;
    int n_ids = 0;
    ListCell *cell;

    advised->only_on_its_tables = PG_ARGISNULL(1);
    if (!PG_ARGISNULL(1))
        ids = functions_texts(PG_GETARG_DATUM(1), &n_ids, "ids");
    initStringInfo(&advised->names);
    foreach (cell, advice_read(ids, n_ids, false))
    {
        StoredAdvice *item = lfirst(cell);

        if (strcmp(item->action, "create") == 0 && strcmp(item->status, "applied") != 0)
            advised->items = lappend(advised->items, item);
    }
    advised->indexes = palloc((list_length(advised->items) + 1) * sizeof(WhatifIndex *));
}

/*
 * As the statement's role: it may read its tables, which whoever looks at its plan
 * need not, and what the literals of a predicate run is nobody else's business.
 * Which tables these are its plan tells: a text names none, and a tree may name those of old.
 */
static void
parse_advice(StatementContext *run, void *arg)
{
    AdvisedIndexes *advised = arg;
    List *relations = NIL;
    MemoryContext previous;
    ListCell *cell;

    if (advised->only_on_its_tables)
        relations = whatif_plan(run->query, advised->statement->text, advised->statement->cursor_options, NULL,
                                NULL, 0, NIL, NULL)
                        ->relationOids;
    previous = MemoryContextSwitchTo(run->result_context);
    foreach (cell, advised->items)
    {
        const StoredAdvice *item = lfirst(cell);

        if (advised->only_on_its_tables && !reads(relations, item->relid))
            continue;
        appendStringInfo(&advised->names, "%s%s", advised->n > 0 ? ", " : "", item->id);
        advised->indexes[advised->n++] = advise_hypothetical(item->ddl);
    }
    MemoryContextSwitchTo(previous);
}

/* Of a partition named directly, what its root is advised counts. */
static bool
reads(const List *relations, Oid relid)
{
    const ListCell *cell;

    foreach (cell, relations)
    {
        if (catalog_logical_relation(lfirst_oid(cell)) == relid)
            return true;
    }
    return false;
}

/*
 * The values of a captured statement may be secrets of whoever ran it, so
 * conditions are shown without them. A literal that holds a line break goes on
 * in the next line, which is left out: quotes inside literals are doubled, so
 * an odd number of them means that one is open.
 */
static List *
without_constants(List *lines)
{
    List *shown = NIL;
    bool open = false;
    ListCell *cell;

    foreach (cell, lines)
    {
        const char *line = lfirst(cell);

        if (!open)
            shown = lappend(shown, line_without_constants(line));
        open ^= has_odd_quotes(line);
    }
    return shown;
}

static bool
has_odd_quotes(const char *line)
{
    bool odd = false;

    for (; *line != '\0'; line++)
        odd ^= *line == '\'';
    return odd;
}

static char *
line_without_constants(const char *line)
{
    static const char *const labels[] = {" Cond", "Filter", " Key", "Order By", "Function Call"};
    const char *colon = strchr(line, ':');
    int size = 2 * strlen(line) + 16;
    char *words;
    bool had_list;

    for (int i = 0; colon && i < lengthof(labels); i++)
    {
        int length = strlen(labels[i]);

        if (colon - line < length || strncmp(colon - length, labels[i], length) != 0)
            continue;
        words = palloc(size);
        normalise_text(colon + 1, strlen(colon + 1), words, size, &had_list);
        return psprintf("%.*s: %s", (int)(colon - line), line, words);
    }
    return pstrdup(line);
}
