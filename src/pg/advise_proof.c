/*
 * advise_proof.c - for each verdict a statement that shows whether it is true.
 *
 * Whoever reads a verdict runs it with his own rights. It holds names alone, no
 * constant, and nothing that changes anything but settings of the session, which
 * it puts back.
 */
#include "advise_internal.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

typedef enum ProofKind
{
    PROOF_PLAN,       /* the statement's plan, as things are and with what is recommended */
    PROOF_INDEX_PLAN, /* the plan if sequential scans were out of the question */
    PROOF_ROWS,       /* what was measured */
    PROOF_TABLE,      /* the table's size */
    PROOF_ANALYSED,   /* how old its statistics are */
    PROOF_COLUMN,     /* a column's statistics */
    PROOF_WIDTH,      /* how wide its values are */
    PROOF_INDEX,      /* what the refused index would do */
    PROOF_POLICIES,
    PROOF_STATEMENT,
    PROOF_CHEAP_RANDOM, /* the plan with cheap random pages and a large cache */
    PROOF_GENERIC,      /* how many executions were generic */
    PROOF_STREAK        /* how many came in a row, and from where */
} ProofKind;

typedef struct ProofOf
{
    const char *verdict;
    ProofKind kind;
} ProofOf;

/* All others: the plan. */
static const ProofOf proofs[] = {
    {"small_table", PROOF_TABLE},           {"low_cardinality", PROOF_COLUMN},
    {"nearly_all_rows", PROOF_ROWS},        {"few_rows_removed", PROOF_ROWS},
    {"low_selectivity", PROOF_INDEX_PLAN},  {"planner_prefers_scan", PROOF_INDEX},
    {"below_min_improvement", PROOF_INDEX}, {"writes_outweigh", PROOF_INDEX},
    {"over_budget", PROOF_INDEX},           {"would_regress", PROOF_INDEX},
    {"not_analysed", PROOF_ANALYSED},       {"row_security", PROOF_POLICIES},
    {"unplannable", PROOF_STATEMENT},       {"stale_statistics", PROOF_ANALYSED},
    {"low_correlation", PROOF_COLUMN},      {"cost_settings", PROOF_CHEAP_RANDOM},
    {"generic_plan", PROOF_GENERIC},        {"repeated_in_a_row", PROOF_STREAK},
    {"limit_stops_early", PROOF_ROWS},      {"too_wide_key", PROOF_WIDTH},
};

static const char *literal(const char *text);
static const char *table_condition(Oid relid);

static ProofKind
kind_of(const char *verdict)
{
    for (int i = 0; i < lengthof(proofs); i++)
    {
        if (strcmp(proofs[i].verdict, verdict) == 0)
            return proofs[i].kind;
    }
    return PROOF_PLAN;
}

char *
advise_proof(const ProofSubject *subject, const char *verdict)
{
    ProofKind kind = kind_of(verdict);
    char *plan;

    if (subject->queryid == 0)
        return NULL;
    plan = psprintf("SELECT * FROM index_advisor.explain(" INT64_FORMAT ");", subject->queryid);
    switch (kind)
    {
        case PROOF_PLAN:
            return plan;
        case PROOF_INDEX_PLAN:
            return psprintf("SET enable_seqscan = off; %s RESET enable_seqscan;", plan);
        case PROOF_ROWS:
            return psprintf("SELECT filter, calls, rows_read, rows_removed FROM index_advisor.scans"
                            " WHERE queryid = " INT64_FORMAT ";",
                            subject->queryid);
        case PROOF_TABLE:
            return psprintf("SELECT reltuples, relpages FROM pg_catalog.pg_class WHERE oid = %s::regclass;",
                            literal(subject->relation));
        case PROOF_ANALYSED:
            return psprintf("SELECT last_analyze, last_autoanalyze, n_live_tup, n_mod_since_analyze"
                            " FROM pg_catalog.pg_stat_all_tables WHERE relid = %s::regclass;",
                            literal(subject->relation));
        case PROOF_COLUMN:
            if (subject->attno <= 0)
                return plan;
            return psprintf("SELECT n_distinct, null_frac, most_common_freqs, correlation FROM pg_catalog.pg_stats"
                            " WHERE %s AND attname = %s;",
                            table_condition(subject->relid),
                            literal(get_attname(subject->relid, subject->attno, false)));
        case PROOF_WIDTH:
            if (subject->attno <= 0)
                return plan;
            /* The average tells nothing of the widest, and the server counts what is stored elsewhere as a pointer.
             */
            return psprintf("SELECT avg_width, (SELECT max(pg_column_size(%s)) FROM %s) AS widest"
                            " FROM pg_catalog.pg_stats WHERE %s AND attname = %s;",
                            quote_identifier(get_attname(subject->relid, subject->attno, false)), subject->relation,
                            table_condition(subject->relid),
                            literal(get_attname(subject->relid, subject->attno, false)));
        case PROOF_INDEX:
            if (subject->definition[0] == '\0')
                return plan;
            return psprintf("SELECT * FROM index_advisor.check_index(%s);",
                            literal(psprintf("CREATE INDEX ON %s %s", subject->relation, subject->definition)));
        case PROOF_POLICIES:
            return psprintf("SELECT policyname, roles, cmd, qual FROM pg_catalog.pg_policies WHERE %s;",
                            table_condition(subject->relid));
        case PROOF_STATEMENT:
            return psprintf("SELECT unplannable FROM index_advisor.statements WHERE queryid = " INT64_FORMAT ";",
                            subject->queryid);
        case PROOF_CHEAP_RANDOM:
            return psprintf(
                "SET random_page_cost = 1.1; SET effective_cache_size = '1TB'; %s RESET random_page_cost;"
                " RESET effective_cache_size;",
                plan);
        case PROOF_STREAK:
            return psprintf("SELECT longest_streak, application_name, tags FROM index_advisor.statements"
                            " WHERE queryid = " INT64_FORMAT ";",
                            subject->queryid);
        case PROOF_GENERIC:
            return psprintf("SELECT calls, generic, mean_exec_time, max_exec_time FROM index_advisor.statements"
                            " WHERE queryid = " INT64_FORMAT ";",
                            subject->queryid);
    }
    return plan;
}

static const char *
literal(const char *text)
{
    return quote_literal_cstr(text);
}

/* As views about columns and policies name a table. */
static const char *
table_condition(Oid relid)
{
    return psprintf("schemaname = %s AND tablename = %s", literal(get_namespace_name(get_rel_namespace(relid))),
                    literal(get_rel_name(relid)));
}
