/*
 * explain.c - EXPLAIN of a statement as it would be with other indexes.
 *
 * The executor is started for EXPLAIN only: it then opens no index, so that
 * indexes which are not there can be printed, under names of ours.
 */
#include "explain.h"

#include "lib/stringinfo.h"

typedef struct ExplainJob
{
    const CapturedStatement *statement;
    ParamListInfo params;
    WhatifIndex **indexes;
    int n;
    List *hidden;
    ExplainFormat format;
    char *text;      /* out: in the caller's context */
    Bitmapset *used; /* out, likewise: of indexes */
} ExplainJob;

static void explain_body(StatementContext *run, void *arg);
static void refuse_tuplestores(const PlannedStmt *plan);
static char *print_plan(const ExplainJob *job, PlannedStmt *plan);
static List *split_lines(char *text);
static List *add_order_words(List *lines, const ExplainJob *job);

List *
explain_lines(const CapturedStatement *statement, ParamListInfo params, WhatifIndex **indexes, int n, List *hidden,
              ExplainFormat format)
{
    ExplainJob job = {statement, params, indexes, n, hidden, format};
    StatementFailure failure = {0};

    if (!statement_run(statement, explain_body, &job, &failure))
        ereport(ERROR, errcode(failure.sqlerrcode), errmsg_internal("%s", failure.message));
    return format == EXPLAIN_FORMAT_TEXT ? add_order_words(split_lines(job.text), &job) : list_make1(job.text);
}

ExplainFormat
explain_format(const char *name)
{
    if (pg_strcasecmp(name, "text") == 0)
        return EXPLAIN_FORMAT_TEXT;
    if (pg_strcasecmp(name, "json") == 0)
        return EXPLAIN_FORMAT_JSON;
    if (pg_strcasecmp(name, "xml") == 0)
        return EXPLAIN_FORMAT_XML;
    if (pg_strcasecmp(name, "yaml") == 0)
        return EXPLAIN_FORMAT_YAML;
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown EXPLAIN format \"%s\"", name),
            errhint("Formats are text, json, xml and yaml."));
}

static void
explain_body(StatementContext *run, void *arg)
{
    ExplainJob *job = arg;
    Bitmapset *used;
    PlannedStmt *plan;
    MemoryContext previous;

    statement_fit_params(run->query, job->params);
    plan = whatif_plan(run->query, job->statement->text, job->statement->cursor_options, job->params, job->indexes,
                       job->n, job->hidden, &used);
    refuse_tuplestores(plan);
    explain_settle_pruning(plan, job->params);
    plan = statement_show_settings(plan, run->settings);
    whatif_begin_names(job->indexes, job->n);
    PG_TRY();
    {
        job->text = MemoryContextStrdup(run->result_context, print_plan(job, plan));
    }
    PG_FINALLY();
    {
        whatif_end_names();
    }
    PG_END_TRY();
    previous = MemoryContextSwitchTo(run->result_context);
    job->used = bms_copy(used);
    MemoryContextSwitchTo(previous);
}

/* The rows of a trigger's transition tables are gone with the trigger; the executor would miss them. */
static void
refuse_tuplestores(const PlannedStmt *plan)
{
    ListCell *cell;

    foreach (cell, plan->rtable)
    {
        const RangeTblEntry *entry = lfirst(cell);

        if (entry->rtekind == RTE_NAMEDTUPLESTORE)
            ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("cannot explain a statement that reads the transition table \"%s\"", entry->enrname));
    }
}

static char *
print_plan(const ExplainJob *job, PlannedStmt *plan)
{
    ExplainState *state = NewExplainState();
    const char *text = job->statement->text ? job->statement->text : "";

    state->format = job->format;
    ExplainBeginOutput(state);
    ExplainOnePlan(plan, NULL, state, text, job->params, NULL, NULL, NULL, NULL);
    ExplainEndOutput(state);
    return state->str->data;
}

static List *
split_lines(char *text)
{
    List *lines = NIL;

    while (*text != '\0')
    {
        int length = strcspn(text, "\n");

        lines = lappend(lines, pnstrdup(text, length));
        text += length;
        if (*text == '\n')
            text++;
    }
    return lines;
}

/* Where scans of an index will not cost what its plan says. */
static List *
add_order_words(List *lines, const ExplainJob *job)
{
    for (int i = 0; i < job->n; i++)
    {
        const WhatifIndex *index = job->indexes[i];

        if (bms_is_member(i, job->used) && index->order_words && index->order_words[0] != '\0')
            lines = lappend(lines, psprintf("-- %s: %s", whatif_index_name(index), index->order_words));
    }
    return lines;
}
