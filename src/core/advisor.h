/*
 * advisor.h - the C interface of the core that decides.
 *
 * 1. C drives, the core answers. The core never calls back. While one of these
 *    functions runs no PostgreSQL function runs, so no longjmp crosses a C++
 *    frame; every function is noexcept and turns whatever happens into a status.
 * 2. An Advisor is reached through its handle alone. Whoever opened it closes
 *    it, once; advisor_close(NULL) does nothing. A MemoryContext reset callback
 *    is the place for it.
 * 3. Everything passed in is copied; everything handed out is owned by the
 *    Advisor and stays as it is until the next call on the same handle, results
 *    of advisor_result until advisor_close.
 * 4. One call does a bounded piece of work (well under 100 ms), so that the
 *    caller can look for interrupts between calls.
 * 5. Same facts, same answers, same limits: same advice, on every machine. No
 *    clock, no locale, no randomness, no threads, no I/O.
 * 6. Memory is bounded by Limits.memory_bytes; beyond it calls return
 *    ADVISOR_NO_MEMORY, and the handle can only be asked for its message and
 *    closed. Bad facts give ADVISOR_BAD_FACTS and a message that names them.
 */
#ifndef ADVISOR_H
#define ADVISOR_H

#include <stddef.h>

#include "facts.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Advisor Advisor;

typedef enum AdvisorStatus
{
    ADVISOR_OK,
    ADVISOR_BAD_FACTS,         /* an argument or fact is impossible: a bug of the caller */
    ADVISOR_NO_MEMORY,
    ADVISOR_MISUSE,            /* called out of order */
    ADVISOR_INTERNAL           /* a bug of the core; the message says where */
} AdvisorStatus;

/* What the user allows. All fields are required. */
typedef struct AdvisorLimits
{
    double budget_bytes;       /* of all new indexes together */
    int32_t max_indexes;
    int32_t max_indexes_per_table;
    double min_improvement;    /* 0.1: at least a tenth of a statement's cost */
    double max_regression;     /* 0.05: no statement more than 5 % worse */
    double write_weight;       /* 1: writes at their estimated price; 0: ignore them */
    double min_table_rows;     /* smaller tables get no index */
    double min_rows_removed;   /* per execution, what counts as high */
    double min_removed_fraction; /* of the rows read; both must be reached */
    double block_size;         /* BLCKSZ */
    double max_planner_calls;  /* of all answers together: beyond it nothing is asked any more */
    size_t memory_bytes;       /* of this Advisor */
} AdvisorLimits;

/*
 * "What does this statement cost if exactly these candidates existed besides
 * the indexes that are there?" Candidates are numbers for advisor_candidate.
 *
 * About statement NONE nothing is asked: the core only lets the caller have a word, in the middle of a long piece of work. Its
 * answer says nothing.
 */
typedef struct AdvisorQuestion
{
    int32_t statement;
    int32_t n_candidates;
    const int32_t *candidates;
    bool in_memory;            /* with page costs as where all of them are in memory */
} AdvisorQuestion;

typedef struct AdvisorAnswer
{
    bool planned;              /* false: could not be planned; the statement is left out from now on */
    double cost;               /* mean over the statement's parameter sets */
    int32_t n_used;            /* candidates that the plan uses */
    const int32_t *used;
    int32_t n_binds;           /* parameter sets that cost is the mean of; 0: they are not told apart */
    const double *bind_costs;  /* of each, in their order */
    int32_t calls;             /* of the planner that it took; 0: as many as the statement has parameter sets */
} AdvisorAnswer;

/* Verdict on one request (statement x relation), also for what is not proposed: its cause. docs/verdicts.md explains. */
typedef enum AdvisorVerdict
{
    VERDICT_INDEX_PROPOSED,
    VERDICT_SERVED,            /* the plan uses an existing index already */
    VERDICT_SMALL_TABLE,
    VERDICT_LOW_CARDINALITY,   /* equality on few values, none of them rare */
    VERDICT_NEARLY_ALL_ROWS,   /* the filter keeps most of the table */
    VERDICT_REPEATED_IN_A_ROW, /* hundreds of times in a row from one session: one statement for each of many values */
    VERDICT_DEEP_OFFSET,       /* pages by OFFSET: what is passed over is read each time */
    VERDICT_LIMIT_STOPS_EARLY, /* the scan ends at its LIMIT before it has read much */
    VERDICT_LOW_SELECTIVITY,   /* an existing index would find too much for the scan to be dearer */
    VERDICT_COST_SETTINGS,     /* random_page_cost, effective_cache_size */
    VERDICT_STALE_STATISTICS,  /* measured far from the estimate, and much was written since ANALYZE */
    VERDICT_MISESTIMATED,      /* measured far from the estimate, whose statistics are fresh */
    VERDICT_LOW_CORRELATION,   /* the few rows that an existing index would find lie on most of the pages */
    VERDICT_GENERIC_PLAN,      /* with the parameters' values the plan would use an existing index */
    VERDICT_PLANNER_PREFERS_SCAN, /* the planner would not use the best candidate */
    VERDICT_BELOW_MIN_IMPROVEMENT,
    VERDICT_WRITES_OUTWEIGH,
    VERDICT_OVER_BUDGET,       /* budget or number of indexes */
    VERDICT_WOULD_REGRESS,     /* another statement would get worse */
    VERDICT_NO_PREDICATE,      /* no condition and no order that could use an index */
    VERDICT_FEW_ROWS_REMOVED,  /* measured below min_rows_removed or min_removed_fraction */
    VERDICT_NOT_ANALYSED,
    /* One for each obstacle, or several of a kind; see PredicateObstacle. */
    VERDICT_IMPLICIT_CAST,
    VERDICT_COLLATION_MISMATCH,
    VERDICT_FUNCTION_ON_COLUMN,
    VERDICT_LEADING_WILDCARD,
    VERDICT_NEGATION,
    VERDICT_OR_CONDITION,
    VERDICT_OPTIONAL_PARAMETER,
    VERDICT_ROW_SECURITY,
    VERDICT_VOLATILE_FUNCTION,
    VERDICT_NO_OPERATOR_CLASS,
    VERDICT_TOO_WIDE_KEY,
    VERDICT_ARRAY_MEMBER,
    VERDICT_IS_NOT_DISTINCT,
    VERDICT_SAME_ROW,
    VERDICT_SUBQUERY_PER_ROW,
    VERDICT_CONDITION_OUTSIDE,
    VERDICT_SYSTEM_COLUMN,
    VERDICT_NOT_A_COMPARISON,
    VERDICT_DISMISSED,         /* the index that would serve it is dismissed */
    VERDICT_UNPLANNABLE,
    VERDICT_NOT_FINISHED       /* stopped before it was weighed */
} AdvisorVerdict;

/* One recommended index, in order of gain (rounded to two digits), then name. */
typedef struct AdvisorAdvice
{
    int32_t candidate;
    IndexDefinition definition;
    IndexSize size;
    const char *index_name;    /* proposed name, unquoted, at most 63 bytes */
    const char *kind;          /* "btree", "gin", ...; with ", partial", ", covering", ", expression" combined */
    const char *definition_sql;/* "(user_id, created_at DESC) INCLUDE (total) WHERE ...", "USING gin (doc)" */
    double cost_before;        /* of the helped statements, weighted by calls per hour: without the whole set */
    double cost_after;         /* with the whole set */
    double improvement;        /* marginal: (cost without this index - with it) / without it, over helped statements */
    double saved_ms_per_hour;  /* marginal */
    double share_of_load;      /* saved of all measured time, 0..1 */
    double writes_per_hour;    /* entries; UNKNOWN while the table was not watched for long enough */
    double wal_bytes_per_hour; /* estimated, whole pages after checkpoints included; UNKNOWN likewise */
    double hot_lost_per_hour;  /* updates, at most; UNKNOWN likewise */
    double ms_per_call_before; /* measured mean of the helped statements */
    double ms_per_call_after;  /* predicted */
    int32_t n_statements;      /* helped by at least min_improvement, or whose plan uses it */
    const int32_t *statements;
    int32_t helped_binds, total_binds;
    const char *why, *rule, *gain, *price;  /* plain words, one paragraph each */
    const char *not_chosen;    /* what else was weighed and why it lost, one per line */
} AdvisorAdvice;

typedef struct AdvisorRequestVerdict
{
    int32_t request;
    int32_t statement;
    AdvisorVerdict verdict;
    int32_t advice;            /* number of the advice for INDEX_PROPOSED, else NONE */
    int32_t attribute;         /* whose figures decided, NONE */
    int32_t index;             /* the existing index that it is about, NONE */
    const char *next_step;     /* plain words with the figures */
    const char *definition_sql;/* the index that was refused, as AdvisorAdvice's; "": none, or a partial one on a constant */
} AdvisorRequestVerdict;

typedef struct AdvisorStatementCost
{
    int32_t statement;
    double cost_before, cost_after;   /* UNKNOWN when not planned */
} AdvisorStatementCost;

/* Costs that were looked up without a call to the planner, by what knew them (cost_table.h). */
typedef struct AdvisorAvoided
{
    double by_relevance;       /* the known configuration differs in candidates that cannot matter */
    double by_cache;           /* asked before */
    double by_used_set;        /* follows from the plan of a larger configuration */
    double by_bounds;          /* not known; the bounds were enough to decide */
} AdvisorAvoided;

typedef struct AdvisorResult
{
    const AdvisorAdvice *advice;             int32_t n_advice;
    const AdvisorRequestVerdict *verdicts;   int32_t n_verdicts;
    const AdvisorStatementCost *statements;  int32_t n_statements;
    double cost_before, cost_after;          /* whole workload, weighted */
    double load_before, load_after; /* predicted ms per hour, with what writes to the new indexes take; for given
                                  statements weighted planner cost */
    double lower_bound;        /* load_after that no set within the limits can be below; UNKNOWN if not computed */
    const char *bound_kind;    /* "monotone": true if more indexes never make a plan dearer; "restricted": besides, for
                                  candidates that some known plan uses; "" if not computed */
    double used_bytes;
    double planner_calls;
    AdvisorAvoided avoided;
    const char *stopped_by;    /* "done", "time", "planner calls", "nothing to do" */
} AdvisorResult;

/* Opens a handle. *out is set to NULL on failure. */
AdvisorStatus advisor_open(const AdvisorLimits *limits, Advisor **out);
void advisor_close(Advisor *advisor);

/* The last failure in words, "" after success; for advisor == NULL, of opening. */
const char *advisor_message(const Advisor *advisor);

/* Hands over all facts, once. Checks every reference; makes the candidates. */
AdvisorStatus advisor_learn(Advisor *advisor, const Facts *facts);

/*
 * Candidates of other methods than btree, whose sizes follow from a sample of rows each: to be asked for once, between
 * advisor_learn and the first question, and told one by one. Without a sample (NULL, or never told) it is left out; so is one
 * that cannot be built, since a row's value is too large for an entry.
 */
AdvisorStatus advisor_unsized(Advisor *advisor, const int32_t **candidates, int32_t *n);
AdvisorStatus advisor_sampled(Advisor *advisor, int32_t candidate, const IndexSample *sample);
AdvisorStatus advisor_too_wide(Advisor *advisor, int32_t candidate);

/* A candidate's definition and size, valid from the first question that names it, or advisor_unsized. */
AdvisorStatus advisor_candidate(const Advisor *advisor, int32_t candidate, IndexDefinition *definition,
                                IndexSize *size);

/*
 * The next batch of questions, at most `max`. *n == 0: nothing left to ask, take
 * the result. Every question of a batch is to be answered, in order, by one
 * advisor_answer.
 */
AdvisorStatus advisor_ask(Advisor *advisor, int32_t max, const AdvisorQuestion **questions, int32_t *n);
AdvisorStatus advisor_answer(Advisor *advisor, const AdvisorAnswer *answers, int32_t n);

/* Time is up: only what the verification of the best set so far needs is asked from now on. */
AdvisorStatus advisor_hurry(Advisor *advisor);

/*
 * Another budget, after the last question: the search begins anew with all costs that are known, and may ask again. What
 * advisor_result says from then on is for that budget.
 */
AdvisorStatus advisor_rebudget(Advisor *advisor, double budget_bytes);

/* The advice. After the last question, or earlier: then on what is known. */
AdvisorStatus advisor_result(Advisor *advisor, const AdvisorResult **result);

/*
 * The run as text (dump.h), for a replay without a server: facts, answers and what came of them. After the result; stays until
 * the next call on the handle.
 */
AdvisorStatus advisor_dump(Advisor *advisor, const char **text);

/* Size of any index on these facts; needs no handle. ADVISOR_BAD_FACTS if too wide for a page. */
AdvisorStatus advisor_index_size(const Facts *facts, const IndexDefinition *definition, double block_size,
                                 IndexSize *size);

/* The same of another method than btree. ADVISOR_BAD_FACTS as well if the sample's figures contradict each other. */
AdvisorStatus advisor_sampled_size(const IndexSample *sample, double block_size, IndexSize *size);

/* What building it takes. ADVISOR_BAD_FACTS if the figures contradict each other. */
AdvisorStatus advisor_index_build(const BuildFacts *facts, IndexBuild *build);

/* What writers of its table pay for an index of that size. ADVISOR_BAD_FACTS as advisor_index_size. */
AdvisorStatus advisor_write_price(const Facts *facts, const IndexDefinition *definition, const IndexSize *size,
                                  WritePrice *price);

/*
 * Which extended statistics would bring the planner's estimate nearer to what was counted (statistics.h); needs no handle.
 * ADVISOR_BAD_FACTS if the figures contradict each other.
 */
AdvisorStatus advisor_statistics(const StatisticsFacts *facts, StatisticsChoice *choice);

/* The same of a number of groups (statistics_groups.h): whether it is nearer the planner has to be asked, for it looks at other things as well. */
AdvisorStatus advisor_statistics_groups(const StatisticsFacts *facts, StatisticsChoice *choice);

/* Is an estimate, as planned and counted are, so much nearer that statistics are worth it? */
bool advisor_statistics_nearer(const StatisticsFacts *facts, double estimate);

/* Is it worth a sample? False as well where the statistics that are there are old: ANALYZE comes first. */
bool advisor_statistics_wanted(const StatisticsFacts *facts);

/* A paragraph, into buffer; returns the length needed, without NUL. */
size_t advisor_statistics_words(const StatisticsStory *story, StatisticsParagraph paragraph, char *buffer, size_t length);

/* As AdvisorAdvice.definition_sql, into buffer; returns the length needed, without NUL. */
size_t advisor_definition_sql(const Facts *facts, const IndexDefinition *definition, char *buffer, size_t length);

/*
 * Where the table's order follows a composite key so much more, or less, than the planner assumes that scans of many rows will be
 * cheaper or dearer: a sentence, else an empty one. Into buffer; returns the length needed, without NUL.
 */
size_t advisor_order_words(const Facts *facts, const IndexDefinition *definition, char *buffer, size_t length);

/* A verdict's name as in the SQL enum: "index_proposed", "small_table", ... */
const char *advisor_verdict_name(AdvisorVerdict verdict);

#ifdef __cplusplus
}
#endif
#endif
