/*
 * functions_rows.c - one recommendation as a row.
 *
 * The view recommendations and the table behind it have most columns in
 * common; a column that one of them lacks is passed over.
 */
#include "functions.h"

#include "catalog/pg_type.h"
#include "common/md5.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"

/* Hexadecimal digits of an id: short enough to type, long enough for the advice of one database. */
#define ID_LENGTH 8

/* Of a whole MD5 digest. */
#define DIGEST_LENGTH 32

static void fill_figures(Row *row, const AdvisedIndex *index);
static void fill_words(Row *row, const AdvisedIndex *index);
static Datum queryid_array(const AdvisedIndex *index);
static Datum userid_array(const AdvisedIndex *index);
static char *evidence_of(const AdviseRun *run, int position);
static void append_scan(StringInfo json, const AdvisedVerdict *verdict);

char *
advice_id(const char *relation, const char *definition)
{
    char *text = psprintf("%s %s", relation, definition);
    char digest[DIGEST_LENGTH + 1];
    const char *problem = NULL;

    if (!pg_md5_hash(text, strlen(text), digest, &problem))
        ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute an id: %s", problem));
    return pnstrdup(digest, ID_LENGTH);
}

/* Of statistics without their kind, which another run may choose otherwise of conditions. */
char *
advice_id_of(const AdvisedIndex *index)
{
    if (strcmp(index->action, "statistics") == 0 && strcmp(index->kind, "expression") == 0)
        return advice_id(index->relation, psprintf("statistics %s", index->definition));
    if (strcmp(index->action, "statistics") == 0)
        return advice_id(index->relation,
                         psprintf("statistics %s%s", strcmp(index->kind, "ndistinct") == 0 ? index->kind : "",
                                  strstr(index->definition, ") ON ")));
    return advice_id(index->relation, index->definition);
}

int
advice_count(const AdviseRun *run)
{
    return list_length(run->indexes) + list_length(run->statistics);
}

const AdvisedIndex *
advice_at(const AdviseRun *run, int position)
{
    int n = list_length(run->indexes);

    return position < n ? list_nth(run->indexes, position) : list_nth(run->statistics, position - n);
}

void
advice_fill(Row *row, const AdviseRun *run, int position)
{
    const AdvisedIndex *index = advice_at(run, position);
    TimestampTz now = GetCurrentTimestamp();

    row_text(row, "id", advice_id_of(index));
    row_number(row, "rank", position + 1);
    row_text(row, "action", index->action);
    row_oid(row, "relid", index->relid);
    row_text(row, "relation", index->relation);
    row_bool(row, "partitioned", index->partitioned);
    row_text(row, "index_name", index->index_name);
    row_text(row, "kind", index->kind);
    row_text(row, "definition", index->definition);
    row_text(row, "ddl", index->ddl);
    row_text(row, "undo", index->undo);
    fill_figures(row, index);
    fill_words(row, index);
    row_datum(row, "queryids", queryid_array(index));
    row_datum(row, "userids", userid_array(index));
    row_input(row, "evidence", evidence_of(run, position));
    row_text(row, "status", "open");
    row_time(row, "first_seen", now);
    row_time(row, "last_seen", now);
    if (strcmp(index->action, "statistics") == 0)
        row_text(row, "note", "empty until the table is analysed; index_advisor.script() has both steps");
    if (index->partitioned)
        row_text(row, "note",
                 "partitioned table: ddl blocks writes while it builds; index_advisor.script() has the "
                 "steps that do not");
}

static void
fill_figures(Row *row, const AdvisedIndex *index)
{
    row_number(row, "cost_before", index->cost_before);
    row_number(row, "cost_after", index->cost_after);
    row_number(row, "improvement", index->improvement);
    row_number(row, "saved_ms_per_hour", index->saved_ms_per_hour);
    row_number(row, "share_of_load", index->share_of_load);
    row_number(row, "ms_per_call_before", index->ms_per_call_before);
    row_number(row, "ms_per_call_after", index->ms_per_call_after);
    row_number(row, "size_bytes", index->size_bytes);
    row_number(row, "build_seconds", index->build_seconds);
    row_number(row, "writes_per_hour", index->writes_per_hour);
    row_number(row, "wal_bytes_per_hour", index->wal_bytes_per_hour);
    row_number(row, "hot_lost_per_hour", index->hot_lost_per_hour);
    row_number(row, "helped_binds", index->helped_binds);
    row_number(row, "total_binds", index->total_binds);
}

static void
fill_words(Row *row, const AdvisedIndex *index)
{
    row_text(row, "why", index->why);
    row_text(row, "rule", index->rule);
    row_text(row, "gain", index->gain);
    row_text(row, "price", index->price);
    row_text(row, "not_chosen", index->not_chosen);
    row_text(row, "reason", psprintf("%s\n%s\n%s\n%s", index->why, index->rule, index->gain, index->price));
}

/* Given statements have no query id. */
static Datum
queryid_array(const AdvisedIndex *index)
{
    int64 *queryids = palloc((index->n_statements + 1) * sizeof(int64));
    int n = 0;

    for (int i = 0; i < index->n_statements; i++)
    {
        if (index->queryids[i] != 0)
            queryids[n++] = index->queryids[i];
    }
    return functions_queryid_array(queryids, n);
}

/* Each role once. */
static Datum
userid_array(const AdvisedIndex *index)
{
    Datum *elements = palloc((index->n_statements + 1) * sizeof(Datum));
    int n = 0;

    for (int i = 0; i < index->n_statements; i++)
    {
        bool known = false;

        for (int k = 0; k < n && !known; k++)
            known = DatumGetObjectId(elements[k]) == index->userids[i];
        if (!known)
            elements[n++] = ObjectIdGetDatum(index->userids[i]);
    }
    return PointerGetDatum(construct_array(elements, n, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

/* The scans of the run that this index is proposed for, as the text of a jsonb. */
static char *
evidence_of(const AdviseRun *run, int position)
{
    StringInfoData json;
    ListCell *cell;

    initStringInfo(&json);
    appendStringInfoChar(&json, '[');
    foreach (cell, run->verdicts)
    {
        const AdvisedVerdict *verdict = lfirst(cell);

        if (verdict->advice != position && verdict->statistics != position)
            continue;
        if (json.len > 1)
            appendStringInfoString(&json, ", ");
        append_scan(&json, verdict);
    }
    appendStringInfoChar(&json, ']');
    return json.data;
}

static void
append_scan(StringInfo json, const AdvisedVerdict *verdict)
{
    char *queryid = verdict->queryid != 0 ? psprintf(INT64_FORMAT, verdict->queryid) : "null";

    appendStringInfo(json, "{\"queryid\": %s, \"userid\": %u, \"total_exec_time\": %.3f, \"filter\": ", queryid,
                     verdict->userid, Max(verdict->total_ms, 0.0));
    escape_json(json, verdict->filter);
    appendStringInfoString(json, ", \"query\": ");
    escape_json(json, verdict->query);
    appendStringInfoChar(json, '}');
}
