/*
 * advise.c - the bridge to the core.
 *
 * The loop is the invariant of the project made visible: the core says which
 * statements it wants costed under which candidates, and returns; then, with
 * no C++ frame on the stack, the planner is asked; then the core is told. An
 * error anywhere in the planner unwinds through C alone, and the core's handle
 * is closed by the memory context that owns it.
 */
#include "advise_internal.h"

#include "core/advisor.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "settings.h"

/* Questions between two looks at the clock. */
#define BATCH 16

/* What the core may use at most. */
#define CORE_MEMORY ((size_t)512 * 1024 * 1024)

/* Hypothetical indexes of the candidates asked about so far, by number. */
typedef struct CandidateCache
{
    WhatifIndex **indexes;
    int size;
} CandidateCache;

static Advisor *teach_core(Session *session, const AdvisorLimits *limits);
static AdviseRun *decide(Session *session, const AdviseOptions *options);
static Advisor *open_core(const AdvisorLimits *limits);
static void close_core(void *advisor);
static void check_core(const Advisor *advisor, AdvisorStatus status);
static void size_candidates(Session *session, Advisor *advisor);
static void ask_and_answer(Session *session, Advisor *advisor);
static void price_question(Session *session, const Advisor *advisor, CandidateCache *cache,
                           const AdvisorQuestion *question, AdvisorAnswer *answer);
static WhatifIndex *candidate_index(const Session *session, const Advisor *advisor, CandidateCache *cache,
                                    int32 candidate);
static AdvisorLimits limits_from(const Session *session, const AdviseOptions *options);
static AdviseRun *run_from(Session *session, const AdvisorResult *result);
static AdvisedIndex *index_from(const Session *session, const AdvisorAdvice *advice, List *chosen);
static double build_seconds(const Session *session, const AdvisorAdvice *advice);
static void statements_of(const Session *session, const AdvisorAdvice *advice, AdvisedIndex *index);
static AdvisedVerdict *verdict_from(const Session *session, const AdvisorResult *result,
                                    const AdvisorRequestVerdict *verdict);
static char *proof_of(const Facts *facts, const AdvisorRequestVerdict *verdict, const AdvisedVerdict *advised);
static void price_given(Session *session, const AdvisorResult *result, AdviseRun *run);
static char *why_nothing(const Session *session, const AdviseRun *run);

AdviseRun *
advise_captured(const AdviseOptions *options)
{
    advise_check_options(options);
    return decide(session_begin_captured(options), options);
}

Session *
session_begin_captured(const AdviseOptions *options)
{
    Session *session;
    ListCell *cell;

    session_lock();
    session = session_begin(options);
    session_gather_captured(session, options->own_only);
    foreach (cell, options->dismissed)
    {
        const DismissedIndex *dismissed = lfirst(cell);

        gather_dismissed(session->gathered, dismissed->relation, dismissed->definition);
    }
    return session;
}

AdviseRun *
advise_given(char **texts, const double *weights, int n, const AdviseOptions *options)
{
    Session *session;

    advise_check_options(options);
    session = session_begin(options);
    session_gather_given(session, texts, weights, n);
    return decide(session, options);
}

static AdviseRun *
decide(Session *session, const AdviseOptions *options)
{
    AdvisorLimits limits = limits_from(session, options);
    Advisor *advisor = teach_core(session, &limits);
    const AdvisorResult *result;
    const char *dump;
    AdviseRun *run;

    ask_and_answer(session, advisor);
    check_core(advisor, advisor_result(advisor, &result));
    run = run_from(session, result);
    advise_add_statistics(session, run);
    run->budget_bytes = limits.budget_bytes;
    price_given(session, result, run);
    if (advisor_dump(advisor, &dump) == ADVISOR_OK)
        run->dump = pstrdup(dump);
    run->planner_calls = session_planner_calls(session);
    run->elapsed_ms = session_elapsed_ms(session);
    return run;
}

void
session_try_budgets(Session *session, AdviseOptions *options, AdvisedFront *points, int n)
{
    Advisor *advisor = NULL;
    AdvisorLimits limits;

    for (int i = 0; i < n; i++)
    {
        const AdvisorResult *result;
        int64 before = session_planner_calls(session);

        options->budget = points[i].budget;
        limits = limits_from(session, options);
        if (advisor == NULL)
            advisor = teach_core(session, &limits);
        else
            check_core(advisor, advisor_rebudget(advisor, limits.budget_bytes));
        ask_and_answer(session, advisor);
        check_core(advisor, advisor_result(advisor, &result));
        points[i].n_indexes = result->n_advice;
        points[i].used_bytes = result->used_bytes;
        points[i].load_before = result->load_before;
        points[i].load_after = result->load_after;
        points[i].lower_bound = result->lower_bound;
        points[i].planner_calls = session_planner_calls(session) - before;
    }
}

/* ---- driving the core ---- */

/* A handle that knows the session's facts and what its candidates' sizes are. */
static Advisor *
teach_core(Session *session, const AdvisorLimits *limits)
{
    Advisor *advisor = open_core(limits);

    session_sample_relations(session);
    advise_sample_conjunctions(session);
    advise_find_statistics(session);
    check_core(advisor, advisor_learn(advisor, gather_facts(session->gathered)));
    size_candidates(session, advisor);
    return advisor;
}

/* The handle lives as long as the current memory context. */
static Advisor *
open_core(const AdvisorLimits *limits)
{
    MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));
    Advisor *advisor;
    AdvisorStatus status = advisor_open(limits, &advisor);

    if (status != ADVISOR_OK)
        check_core(NULL, status);
    callback->func = close_core;
    callback->arg = advisor;
    MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
    return advisor;
}

static void
close_core(void *advisor)
{
    advisor_close(advisor);
}

static void
check_core(const Advisor *advisor, AdvisorStatus status)
{
    if (status != ADVISOR_OK)
        advise_core_failed(status, status == ADVISOR_NO_MEMORY, advisor_message(advisor));
}

void
advise_core_failed(int status, bool no_memory, const char *message)
{
    if (no_memory)
        ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("index_advisor ran out of memory for this workload"),
                        errhint("Advise on fewer statements, or remove some with index_advisor.reset().")));
    elog(ERROR, "index_advisor core failed with status %d: %s", status, message);
}

/* Samples rows for the candidates that are no btree; those that it is too late for are left out. */
static void
size_candidates(Session *session, Advisor *advisor)
{
    MemoryContext one = AllocSetContextCreate(CurrentMemoryContext, "index_advisor size", ALLOCSET_DEFAULT_SIZES);
    const int32_t *candidates;
    int32_t n;

    check_core(advisor, advisor_unsized(advisor, &candidates, &n));
    for (int i = 0; i < n && !session_is_late(session); i++)
    {
        MemoryContext caller = MemoryContextSwitchTo(one);
        IndexDefinition definition;
        IndexSample sample;
        bool sampled, too_wide;

        CHECK_FOR_INTERRUPTS();
        check_core(advisor, advisor_candidate(advisor, candidates[i], &definition, NULL));
        sampled = session_sample(session, &definition, &sample, &too_wide);
        check_core(advisor, too_wide ? advisor_too_wide(advisor, candidates[i])
                                     : advisor_sampled(advisor, candidates[i], sampled ? &sample : NULL));
        MemoryContextSwitchTo(caller);
        MemoryContextReset(one);
    }
    MemoryContextDelete(one);
}

static void
ask_and_answer(Session *session, Advisor *advisor)
{
    CandidateCache cache = {NULL, 0};
    AdvisorAnswer answers[BATCH];
    bool hurried = false;
    /* Answers refer to memory of one batch; the batch's context is emptied when it was told. */
    MemoryContext batch =
        AllocSetContextCreate(CurrentMemoryContext, "index_advisor batch", ALLOCSET_DEFAULT_SIZES);

    for (;;)
    {
        const AdvisorQuestion *questions;
        int32_t n;

        CHECK_FOR_INTERRUPTS();
        if (!hurried && session_is_late(session))
        {
            check_core(advisor, advisor_hurry(advisor));
            hurried = true;
        }
        check_core(advisor, advisor_ask(advisor, BATCH, &questions, &n));
        if (n == 0)
            break;
        for (int i = 0; i < n; i++)
        {
            MemoryContext caller = MemoryContextSwitchTo(batch);

            CHECK_FOR_INTERRUPTS();
            price_question(session, advisor, &cache, &questions[i], &answers[i]);
            MemoryContextSwitchTo(caller);
        }
        check_core(advisor, advisor_answer(advisor, answers, n));
        MemoryContextReset(batch);
    }
    MemoryContextDelete(batch);
}

static void
price_question(Session *session, const Advisor *advisor, CandidateCache *cache, const AdvisorQuestion *question,
               AdvisorAnswer *answer)
{
    WhatifIndex **indexes = palloc((question->n_candidates + 1) * sizeof(WhatifIndex *));
    int32_t *used;
    PricedPlan priced;
    int64 before = session_planner_calls(session);
    int position = -1;

    memset(answer, 0, sizeof(AdvisorAnswer));
    if (question->statement == NONE)
        return;
    for (int i = 0; i < question->n_candidates; i++)
        indexes[i] = candidate_index(session, advisor, cache, question->candidates[i]);
    answer->planned =
        session_price(session, question->statement, indexes, question->n_candidates, question->in_memory, &priced);
    if (!answer->planned)
        return;
    answer->cost = priced.mean_cost;
    answer->n_binds = priced.n_binds;
    answer->bind_costs = priced.bind_costs;
    answer->calls = (int32_t)Min(session_planner_calls(session) - before, PG_INT32_MAX);
    used = palloc((question->n_candidates + 1) * sizeof(int32_t));
    while ((position = bms_next_member(priced.used, position)) >= 0)
        used[answer->n_used++] = question->candidates[position];
    answer->used = used;
}

static WhatifIndex *
candidate_index(const Session *session, const Advisor *advisor, CandidateCache *cache, int32 candidate)
{
    MemoryContext previous = MemoryContextSwitchTo(session->context);

    if (cache->indexes == NULL || candidate >= cache->size)
    {
        int size = Max(candidate + 1, Max(64, cache->size * 2));
        WhatifIndex **indexes = palloc0(size * sizeof(WhatifIndex *));

        if (cache->size > 0)
            memcpy(indexes, cache->indexes, cache->size * sizeof(WhatifIndex *));
        cache->indexes = indexes;
        cache->size = size;
    }
    if (cache->indexes[candidate] == NULL)
    {
        IndexDefinition definition;
        IndexSize size;

        check_core(advisor, advisor_candidate(advisor, candidate, &definition, &size));
        cache->indexes[candidate] = gather_whatif(session->gathered, &definition, &size);
    }
    MemoryContextSwitchTo(previous);
    return cache->indexes[candidate];
}

static AdvisorLimits
limits_from(const Session *session, const AdviseOptions *options)
{
    AdvisorLimits limits = {0};
    const char *budget = options->budget ? options->budget : setting_budget;

    (void)settings_parse_budget(budget, session_heap_bytes(session), &limits.budget_bytes);
    limits.max_indexes = options->max_indexes > 0 ? options->max_indexes : setting_max_indexes;
    limits.max_indexes_per_table = setting_max_indexes_per_table;
    limits.min_improvement = setting_min_improvement;
    limits.max_regression = setting_max_regression;
    limits.write_weight = setting_write_weight;
    limits.min_table_rows = options->small_tables ? 0 : setting_min_table_rows;
    limits.min_rows_removed = setting_min_rows_removed;
    limits.min_removed_fraction = setting_min_removed_fraction;
    limits.block_size = BLCKSZ;
    limits.max_planner_calls = session_planner_calls_left(session);
    limits.memory_bytes = CORE_MEMORY;
    return limits;
}

/* ---- from the core's result to the caller's ---- */

static AdviseRun *
run_from(Session *session, const AdvisorResult *result)
{
    AdviseRun *run = palloc0(sizeof(AdviseRun));

    run->session = session;
    for (int i = 0; i < result->n_advice; i++)
        run->indexes = lappend(run->indexes, index_from(session, &result->advice[i], run->indexes));
    for (int i = 0; i < result->n_verdicts; i++)
        run->verdicts = lappend(run->verdicts, verdict_from(session, result, &result->verdicts[i]));
    run->verdicts = list_concat(run->verdicts, session->unplannable);
    run->statements = session->failed;
    run->n_weighed = gather_facts(session->gathered)->n_statements;
    run->n_skipped = list_length(session->failed);
    run->used_bytes = result->used_bytes;
    run->cost_before = result->cost_before;
    run->cost_after = result->cost_after;
    run->load_before = result->load_before;
    run->load_after = result->load_after;
    run->lower_bound = result->lower_bound;
    run->bound_kind = result->lower_bound < 0 ? NULL : pstrdup(result->bound_kind);
    run->avoided_by_relevance = result->avoided.by_relevance;
    run->avoided_by_cache = result->avoided.by_cache;
    run->avoided_by_used_set = result->avoided.by_used_set;
    run->avoided_by_bounds = result->avoided.by_bounds;
    run->stopped_by = pstrdup(result->stopped_by);
    if (run->indexes == NIL)
        run->nothing_because = why_nothing(session, run);
    return run;
}

static AdvisedIndex *
index_from(const Session *session, const AdvisorAdvice *advice, List *chosen)
{
    AdvisedIndex *index = palloc0(sizeof(AdvisedIndex));
    const Facts *facts = gather_facts(session->gathered);
    const RelationFact *relation = &facts->relations[advice->definition.relation];
    Oid relid = gather_relation_oid(session->gathered, advice->definition.relation);
    char *schema = get_namespace_name(get_rel_namespace(relid));

    index->action = "create";
    index->relid = relid;
    index->relation = pstrdup(relation->name);
    index->partitioned = relation->partitions > 0;
    index->index_name = advise_unique_name(relid, advice->index_name, chosen);
    index->kind = pstrdup(advice->kind);
    index->definition = pstrdup(advice->definition_sql);
    index->ddl = psprintf("CREATE INDEX %s%s ON %s %s", index->partitioned ? "" : "CONCURRENTLY ",
                          index->index_name, index->relation, index->definition);
    index->undo = psprintf("DROP INDEX %s%s.%s", index->partitioned ? "" : "CONCURRENTLY ",
                           quote_identifier(schema), index->index_name);
    index->cost_before = advice->cost_before;
    index->cost_after = advice->cost_after;
    index->improvement = advice->improvement;
    index->saved_ms_per_hour = advice->saved_ms_per_hour;
    index->share_of_load = advice->share_of_load;
    index->ms_per_call_before = advice->ms_per_call_before;
    index->ms_per_call_after = advice->ms_per_call_after;
    index->size_bytes = advice->size.bytes;
    index->build_seconds = build_seconds(session, advice);
    index->writes_per_hour = advice->writes_per_hour;
    index->wal_bytes_per_hour = advice->wal_bytes_per_hour;
    index->hot_lost_per_hour = advice->hot_lost_per_hour;
    index->helped_binds = advice->helped_binds;
    index->total_binds = advice->total_binds;
    index->why = pstrdup(advice->why);
    index->rule = pstrdup(advice->rule);
    index->gain = pstrdup(advice->gain);
    index->price = pstrdup(advice->price);
    index->not_chosen = pstrdup(advice->not_chosen);
    index->expressions = gather_key_expressions(session->gathered, &advice->definition);
    statements_of(session, advice, index);
    return index;
}

/* As the DDL builds it. Timing it reads rows, for which there may be no time left. */
static double
build_seconds(const Session *session, const AdvisorAdvice *advice)
{
    WhatifIndex *index = gather_whatif(session->gathered, &advice->definition, &advice->size);

    if (session_is_late(session))
        return UNKNOWN;
    index->concurrently = get_rel_relkind(index->relid) != RELKIND_PARTITIONED_TABLE;
    return advise_build(index).seconds;
}

static void
statements_of(const Session *session, const AdvisorAdvice *advice, AdvisedIndex *index)
{
    index->n_statements = advice->n_statements;
    index->queryids = palloc0((advice->n_statements + 1) * sizeof(int64));
    index->userids = palloc0((advice->n_statements + 1) * sizeof(Oid));
    for (int i = 0; i < advice->n_statements; i++)
    {
        const GatheredStatement *statement = gather_statement_at(session->gathered, advice->statements[i]);

        index->queryids[i] = statement->stored ? (int64)statement->stored->key.queryid : 0;
        index->userids[i] = statement->stored ? statement->stored->key.userid : GetUserId();
    }
}

static AdvisedVerdict *
verdict_from(const Session *session, const AdvisorResult *result, const AdvisorRequestVerdict *verdict)
{
    AdvisedVerdict *advised = palloc0(sizeof(AdvisedVerdict));
    const Facts *facts = gather_facts(session->gathered);
    const RequestFact *request = &facts->requests[verdict->request];
    const StatementFact *fact = &facts->statements[verdict->statement];
    const GatheredStatement *statement = gather_statement_at(session->gathered, verdict->statement);

    advised->queryid = statement->stored ? (int64)statement->stored->key.queryid : 0;
    advised->userid = statement->stored ? statement->stored->key.userid : GetUserId();
    advised->relid = gather_relation_oid(session->gathered, request->relation);
    advised->relation = pstrdup(facts->relations[request->relation].name);
    advised->filter = gather_filter_words(facts, request);
    advised->query = pstrdup(fact->query);
    advised->verdict = pstrdup(advisor_verdict_name(verdict->verdict));
    advised->next_step = pstrdup(verdict->next_step);
    advised->check_sql = proof_of(facts, verdict, advised);
    advised->request = verdict->request;
    advised->advice = verdict->advice;
    advised->statistics = -1;
    advised->total_ms = fact->total_ms;
    advised->cost_before = advised->cost_after = UNKNOWN;
    for (int i = 0; i < result->n_statements; i++)
    {
        if (result->statements[i].statement == verdict->statement)
        {
            advised->cost_before = result->statements[i].cost_before;
            advised->cost_after = result->statements[i].cost_after;
            break;
        }
    }
    return advised;
}

static char *
proof_of(const Facts *facts, const AdvisorRequestVerdict *verdict, const AdvisedVerdict *advised)
{
    ProofSubject subject = {
        .queryid = advised->queryid,
        .relid = advised->relid,
        .relation = advised->relation,
        .attno = verdict->attribute == NONE ? 0 : facts->attributes[verdict->attribute].attnum,
        .definition = verdict->definition_sql,
    };

    return advise_proof(&subject, advised->verdict);
}

/* Given statements are shown with their own costs, startup too, so they are planned once more under the final set.
 */
static void
price_given(Session *session, const AdvisorResult *result, AdviseRun *run)
{
    const Facts *facts = gather_facts(session->gathered);
    WhatifIndex **indexes = palloc((result->n_advice + 1) * sizeof(WhatifIndex *));

    for (int i = 0; i < result->n_advice; i++)
        indexes[i] = gather_whatif(session->gathered, &result->advice[i].definition, &result->advice[i].size);
    for (int i = 0; i < facts->n_statements; i++)
    {
        const GatheredStatement *statement = gather_statement_at(session->gathered, i);
        AdvisedStatement *advised;
        PricedPlan priced;

        if (statement->stored)
            continue;
        advised = palloc0(sizeof(AdvisedStatement));
        advised->query = pstrdup(facts->statements[i].query);
        advised->startup_before = advised->startup_after = statement->startup_cost;
        advised->total_before = advised->total_after = statement->total_cost;
        if (result->n_advice > 0 && session_price(session, i, indexes, result->n_advice, false, &priced))
        {
            advised->startup_after = priced.startup_cost;
            advised->total_after = priced.total_cost;
        }
        run->statements = lappend(run->statements, advised);
    }
}

/* The cause of an empty answer, for a NOTICE. */
static char *
why_nothing(const Session *session, const AdviseRun *run)
{
    const Facts *facts = gather_facts(session->gathered);
    StringInfoData words;
    int counts[VERDICT_NOT_FINISHED + 1] = {0};
    ListCell *cell;

    if (facts->n_statements == 0 && session->failed == NIL)
        return "no statement that reads many rows was captured in this database yet";
    initStringInfo(&words);
    appendStringInfo(&words, "%d statement%s weighed and none asks for a new index", facts->n_statements,
                     facts->n_statements == 1 ? " was" : "s were");
    foreach (cell, run->verdicts)
    {
        const AdvisedVerdict *verdict = lfirst(cell);

        for (int v = 0; v <= VERDICT_NOT_FINISHED; v++)
            counts[v] += strcmp(verdict->verdict, advisor_verdict_name(v)) == 0;
    }
    for (int v = 0, n = 0; v <= VERDICT_NOT_FINISHED; v++)
    {
        if (counts[v] > 0)
            appendStringInfo(&words, "%s%d %s", n++ == 0 ? ": " : ", ", counts[v], advisor_verdict_name(v));
    }
    return words.data;
}
