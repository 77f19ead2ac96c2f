/*
 * functions_prefer.c - whether published advice stays although a run came to other advice.
 */
#include "functions_prefer.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "catalog.h"
#include "functions.h"
#include "statement.h"
#include "store.h"
#include "whatif.h"

/* New advice must bring the cost below this share of what published advice brings it to. */
#define BETTER 0.98

/* A set of hypothetical indexes and what the statements concerned cost under it. */
typedef struct IndexSet
{
    List *ddl;
    WhatifIndex **indexes;
    int n;
    double cost; /* measured milliseconds, scaled by planner costs */
} IndexSet;

typedef struct WeighJob
{
    Oid relid;
    IndexSet *sets[2];
    const StoredStatement *stored;
    CapturedStatement *captured;
} WeighJob;

static List *read_published(bool own_only);
static List *lost_on(const AdviseRun *run, List *published, Oid relid);
static Bitmapset *added_on(const AdviseRun *run, List *published, Oid relid);
static bool fits(const AdviseRun *run, const Bitmapset *added, List *lost);
static bool much_better(const AdviseRun *run, const Bitmapset *added, List *lost, Oid relid, bool own_only);
static void parse_body(StatementContext *run, void *arg);
static bool reads(const List *relations, Oid relid);
static bool may_read(const CapturedStatement *captured, Oid relid);
static void weigh_body(StatementContext *run, void *arg);
static PlannedStmt *plan_under(Query *query, const CapturedStatement *captured, ParamListInfo params,
                               const IndexSet *set);

Preference
prefer_published(const AdviseRun *run, bool own_only)
{
    Preference preference = {NULL, NIL};
    List *published = run->indexes ? read_published(own_only) : NIL;
    List *weighed = NIL;
    ListCell *cell;

    foreach (cell, run->indexes)
    {
        Oid relid = ((AdvisedIndex *)lfirst(cell))->relid;
        Bitmapset *added = added_on(run, published, relid);
        List *lost = lost_on(run, published, relid);

        if (list_member_oid(weighed, relid))
            continue;
        weighed = lappend_oid(weighed, relid);
        if (bms_is_empty(added) || lost == NIL || !fits(run, added, lost) ||
            much_better(run, added, lost, relid, own_only))
            continue;
        preference.not_taken = bms_add_members(preference.not_taken, added);
        preference.kept = list_concat(preference.kept, lost);
    }
    return preference;
}

/* How far two definitions say the same, behind the index's name, which is its own. */
static int
common_length(const char *a, const char *b)
{
    const char *on_a = strstr(a, " ON "), *on_b = strstr(b, " ON ");
    int length = 0;

    while (on_a && on_b && on_a[length] != '\0' && on_a[length] == on_b[length])
        length++;
    return length;
}

const KeptAdvice *
prefer_kept(const AdviseRun *run, const Preference *preference, int position)
{
    const AdvisedIndex *index;
    const KeptAdvice *like = NULL;
    int longest = -1;
    ListCell *cell;

    if (!bms_is_member(position, preference->not_taken))
        return NULL;
    index = advice_at(run, position);
    foreach (cell, preference->kept)
    {
        const KeptAdvice *kept = lfirst(cell);

        if (kept->relid == index->relid && common_length(kept->ddl, index->ddl) > longest)
        {
            longest = common_length(kept->ddl, index->ddl);
            like = kept;
        }
    }
    if (like == NULL)
        elog(ERROR, "nothing was kept in place of advice %d", position);
    return like;
}

static List *
read_published(bool own_only)
{
    MemoryContext caller = CurrentMemoryContext;
    List *published = NIL;
    OwnTables own;

    tables_enter(&own);
    {
        Oid types[] = {BOOLOID, OIDOID};
        Datum values[] = {BoolGetDatum(own_only), ObjectIdGetDatum(own.caller)};
        uint64 n = tables_execute("SELECT r.id, r.relid, r.ddl, r.size_bytes"
                                  " FROM index_advisor.recommendation AS r"
                                  " JOIN index_advisor.recommendations AS v ON v.id = r.id"
                                  " WHERE v.status = 'open' AND r.action = 'create'"
                                  " AND (NOT $1 OR r.userids <@ ARRAY[$2]) ORDER BY r.rank",
                                  2, types, values, NULL);
        MemoryContext spi = MemoryContextSwitchTo(caller);

        for (uint64 i = 0; i < n; i++)
        {
            KeptAdvice *advice = palloc0(sizeof(KeptAdvice));

            advice->id = tables_text(i, 1);
            advice->relid = DatumGetObjectId(tables_value(i, 2));
            advice->ddl = tables_text(i, 3);
            advice->size_bytes = (double)DatumGetInt64(tables_value(i, 4));
            published = lappend(published, advice);
        }
        MemoryContextSwitchTo(spi);
    }
    tables_leave(&own);
    return published;
}

/* ---- which advice is at stake ---- */

static bool
is_published(List *published, const AdvisedIndex *index)
{
    char *id = advice_id(index->relation, index->definition);
    ListCell *cell;

    foreach (cell, published)
    {
        if (strcmp(((KeptAdvice *)lfirst(cell))->id, id) == 0)
            return true;
    }
    return false;
}

static Bitmapset *
added_on(const AdviseRun *run, List *published, Oid relid)
{
    Bitmapset *added = NULL;

    for (int i = 0; i < list_length(run->indexes); i++)
    {
        const AdvisedIndex *index = list_nth(run->indexes, i);

        if (index->relid == relid && !is_published(published, index))
            added = bms_add_member(added, i);
    }
    return added;
}

/* Published advice on this table that the run does not repeat. */
static List *
lost_on(const AdviseRun *run, List *published, Oid relid)
{
    List *lost = NIL;
    ListCell *cell;

    foreach (cell, published)
    {
        KeptAdvice *advice = lfirst(cell);
        bool repeated = advice->relid != relid;

        for (int i = 0; i < list_length(run->indexes) && !repeated; i++)
        {
            const AdvisedIndex *index = list_nth(run->indexes, i);

            repeated = strcmp(advice_id(index->relation, index->definition), advice->id) == 0;
        }
        if (!repeated)
            lost = lappend(lost, advice);
    }
    return lost;
}

/* Whether the old instead of the new keeps to the budget and needs no more indexes: fewer are better by themselves.
 */
static bool
fits(const AdviseRun *run, const Bitmapset *added, List *lost)
{
    double bytes = run->used_bytes;
    int position = -1;
    ListCell *cell;

    while ((position = bms_next_member(added, position)) >= 0)
        bytes -= ((AdvisedIndex *)list_nth(run->indexes, position))->size_bytes;
    foreach (cell, lost)
        bytes += ((KeptAdvice *)lfirst(cell))->size_bytes;
    return bytes <= run->budget_bytes && list_length(lost) <= bms_num_members(added);
}

/* ---- which is better ---- */

static bool
much_better(const AdviseRun *run, const Bitmapset *added, List *lost, Oid relid, bool own_only)
{
    IndexSet new_set = {0}, old_set = {0};
    WeighJob job = {relid, {&new_set, &old_set}};
    StatementFailure failure;
    ListCell *cell;

    for (int i = 0; i < list_length(run->indexes); i++)
    {
        const AdvisedIndex *index = list_nth(run->indexes, i);

        new_set.ddl = lappend(new_set.ddl, index->ddl);
        if (!bms_is_member(i, added))
            old_set.ddl = lappend(old_set.ddl, index->ddl);
    }
    foreach (cell, lost)
        old_set.ddl = lappend(old_set.ddl, ((KeptAdvice *)lfirst(cell))->ddl);

    /* Old DDL may be wrong by now. A statement of no consequence is the guard that it fails in. */
    if (!advise_run_statement(run, statement_from_text("SELECT 1"), parse_body, &job, &failure))
        return true;
    foreach (cell, store_read(MyDatabaseId, true))
    {
        job.stored = lfirst(cell);
        CHECK_FOR_INTERRUPTS();
        if ((own_only && job.stored->key.userid != GetUserId()) || job.stored->blob == NULL)
            continue;
        job.captured = statement_read(job.stored->blob, job.stored->blob_size);
        if (job.captured && may_read(job.captured, relid))
            (void)advise_run_statement(run, job.captured, weigh_body, &job, &failure);
    }
    /* Where nothing could be weighed, what the run came to holds. */
    return old_set.cost <= 0 || new_set.cost < old_set.cost * BETTER;
}

static void
parse_body(StatementContext *run, void *arg)
{
    WeighJob *job = arg;
    MemoryContext previous = MemoryContextSwitchTo(run->result_context);

    for (int s = 0; s < lengthof(job->sets); s++)
    {
        IndexSet *set = job->sets[s];
        ListCell *cell;

        set->indexes = palloc((list_length(set->ddl) + 1) * sizeof(WhatifIndex *));
        foreach (cell, set->ddl)
            set->indexes[set->n++] = advise_hypothetical(lfirst(cell));
    }
    MemoryContextSwitchTo(previous);
}

static bool
reads(const List *relations, Oid relid)
{
    const ListCell *cell;

    foreach (cell, relations)
    {
        if (lfirst_oid(cell) == relid || catalog_logical_relation(lfirst_oid(cell)) == relid)
            return true;
    }
    return false;
}

/* A tree names its relations; what a text reads, only its plan tells. */
static bool
may_read(const CapturedStatement *captured, Oid relid)
{
    List *relations = NIL;

    for (int i = 0; i < captured->n_relations; i++)
        relations = lappend_oid(relations, captured->relations[i]);
    return relations == NIL || reads(relations, relid);
}

static void
weigh_body(StatementContext *run, void *arg)
{
    WeighJob *job = arg;
    IndexSet nothing = {0};
    ParamListInfo params = NULL;
    PlannedStmt *as_is;
    double base;
    double costs[lengthof(job->sets)];

    if (job->stored->n_binds > 0 && job->stored->counts.generic * 2 <= job->stored->counts.calls)
        params = statement_read_params(job->stored->binds[0].blob, job->stored->binds[0].size);
    statement_fit_params(run->query, params);
    as_is = plan_under(run->query, job->captured, params, &nothing);
    if (!reads(as_is->relationOids, job->relid))
        return;
    base = whatif_cost(as_is);
    for (int s = 0; s < lengthof(job->sets); s++)
        costs[s] = whatif_cost(plan_under(run->query, job->captured, params, job->sets[s]));
    /* Only now, when nothing can fail any more: both or none. */
    for (int s = 0; s < lengthof(job->sets) && base > 0; s++)
        job->sets[s]->cost += job->stored->counts.exec_ms * costs[s] / base;
}

static PlannedStmt *
plan_under(Query *query, const CapturedStatement *captured, ParamListInfo params, const IndexSet *set)
{
    return whatif_plan(copyObject(query), captured->text, captured->cursor_options, params, set->indexes, set->n,
                       NIL, NULL);
}
