/*
 * facts.h - what the decision needs to know, as plain structs that C11 and
 * C++20 share.
 *
 * Conventions
 * 1. Facts refer to each other by index into the arrays of one Facts value
 *    (relation 0, attribute 17, ...). NONE (-1) means "not there". There are no
 *    pointers but strings and the arrays of Facts itself.
 * 2. Strings are UTF-8 or whatever the server's encoding is, NUL-terminated,
 *    never NULL, and already quoted where they are SQL: the core pastes them
 *    into DDL as they are and never quotes anything itself.
 * 3. Costs are planner cost units. Times are milliseconds, rates are per hour,
 *    sizes are bytes, fractions and selectivities are 0..1. A double that is
 *    not known is negative (UNKNOWN), never a made-up number.
 * 4. Whoever fills a Facts value owns it; the core copies what it keeps.
 */
#ifndef ADVISOR_FACTS_H
#define ADVISOR_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONE (-1)
#define UNKNOWN (-1.0)

/* What an action has to save to be worth somebody's attention: that share of the load, or of one core where that is less. */
#define LEAST_SHARE_OF_LOAD 0.0005
#define MS_PER_HOUR 3600000.0

/* Bounds of one index, those of PostgreSQL (INDEX_MAX_KEYS) and of good sense. */
#define MAX_INDEX_KEYS 8
#define MAX_INDEX_INCLUDES 16
#define MAX_INDEX_PREDICATES 4

/* The access methods whose sizes are known. */
typedef enum IndexMethod
{
    METHOD_BTREE,
    METHOD_HASH,
    METHOD_BRIN,
    METHOD_GIN,
    METHOD_GIST,
    METHOD_SPGIST,
    METHOD_BLOOM
} IndexMethod;

/*
 * A logical relation: an ordinary table, a materialized view, or the root of a
 * partition tree with the sums of its leaves.
 */
typedef struct RelationFact
{
    const char *name;          /* qualified and quoted: public.orders */
    const char *short_name;    /* unquoted and unqualified, to build index names from: orders */
    double rows;               /* live rows; UNKNOWN when never analysed */
    double pages;              /* heap pages of BLCKSZ */
    double all_visible;        /* fraction of pages that an index-only scan need not visit */
    double inserts_per_hour;   /* these four: UNKNOWN until it was watched for long enough */
    double updates_per_hour;   /* all updates */
    double hot_updates_per_hour;
    double deletes_per_hour;
    double write_hours;        /* span that they were counted over; UNKNOWN like them */
    double checkpoint_hours;   /* from one to the next; after each, a page's first change writes all of it to WAL. 0: it does not */
    bool logged;               /* its changes are written to WAL */
    bool brin_keeps_hot;       /* an update of a column that only brin indexes hold is HOT on this server */
    double index_bytes;        /* of all its indexes now */
    int32_t partitions;        /* leaves; 0 for a table of its own */
    double even_partitions;    /* two rows are as often in one leaf as if there were so many of equal size; 0 as partitions */
    bool analysed;             /* statistics are there */
    double analysed_hours;     /* since the last ANALYZE, of its leaves' the oldest; UNKNOWN: the server forgot */
    double modified_rows;      /* rows written since then; UNKNOWN likewise */
} RelationFact;

/* Something that can be an index key: a column, or an immutable expression. */
typedef struct AttributeFact
{
    int32_t relation;
    const char *name;          /* plain words, for names and reasons: user_id, lower_email */
    const char *sql;           /* as an index key: user_id, "Mixed", lower(email), ((a + b)) */
    const char *pattern_opclass; /* operator class for LIKE 'x%' (text_pattern_ops, ...); "" if the default serves or none does */
    int32_t attnum;            /* attribute number of a column; 0 for an expression */
    int32_t typlen;            /* bytes; -1 varlena, -2 C string */
    int32_t typalign;          /* 1, 2, 4 or 8 */
    double avg_width;          /* bytes of a value, headers included */
    double null_fraction;
    double n_distinct;         /* absolute number of distinct values; UNKNOWN without statistics */
    double correlation;        /* physical order, -1..1; UNKNOWN without statistics */
    double top_frequency;      /* share of the most common value; UNKNOWN without statistics */
    bool has_btree;            /* its type has a default btree operator class */
    bool equalimage;           /* that class allows deduplication */
    bool updated;              /* a statement that sets it, or a column of the expression, was seen since its table is watched */
    bool is_array_or_container;/* jsonb, tsvector, array: its values are made of others */
} AttributeFact;

typedef enum PredicateKind
{
    PREDICATE_EQUAL,           /* attribute = value */
    PREDICATE_EQUAL_ANY,       /* attribute = ANY (array), IN list */
    PREDICATE_RANGE,           /* <, <=, >, >=, leading column of a row comparison */
    PREDICATE_PREFIX,          /* LIKE 'x%', ^@: a range with the pattern operator class */
    PREDICATE_IS_NULL,
    PREDICATE_IS_NOT_NULL,
    PREDICATE_TRUE,            /* bare boolean column */
    PREDICATE_FALSE,           /* NOT column */
    PREDICATE_JOIN,            /* attribute = attribute of another relation */
    PREDICATE_OTHER            /* nothing that a btree serves: <>, NOT IN, LIKE '%x%', volatile, ... */
} PredicateKind;

/* Why PREDICATE_OTHER is not sargable; each has a verdict of its own (verdict_obstacle.cpp). */
typedef enum PredicateObstacle
{
    OBSTACLE_NONE,
    OBSTACLE_NEGATION,         /* <>, NOT IN, NOT LIKE */
    OBSTACLE_LEADING_WILDCARD, /* LIKE '%x', ILIKE, regular expression */
    OBSTACLE_VOLATILE,         /* a volatile function */
    OBSTACLE_STABLE_EXPRESSION,/* a stable, not immutable expression on the column: date(timestamptz) */
    OBSTACLE_VALUE_INSIDE,     /* an expression that holds a value of the statement's own beside the column: a + $1 */
    OBSTACLE_IMPLICIT_CAST,    /* the column is cast to the value's type: int column = numeric value */
    OBSTACLE_COLLATION,        /* compared under another collation than the column's */
    OBSTACLE_CONTAINER,        /* jsonb, array, text search: another kind of index */
    OBSTACLE_NO_OPCLASS,       /* no operator class of any index has this type or operator */
    OBSTACLE_FAILS,            /* an expression that raises an error on some row: no index can be built on it */
    OBSTACLE_UNTRUSTED,        /* an expression with a function that nobody else's index should run */
    OBSTACLE_ARRAY_MEMBER,     /* value = ANY (column): the planner searches no index for it, column @> ARRAY[value] it does */
    OBSTACLE_NOT_DISTINCT,     /* IS NOT DISTINCT FROM: the planner searches no index for it */
    OBSTACLE_SAME_ROW,         /* columns of one row compared with each other */
    OBSTACLE_SUBQUERY,         /* a sub-select that is computed for each row */
    OBSTACLE_SYSTEM_COLUMN,    /* xmin, tableoid, a whole row */
    OBSTACLE_OR_ARM,           /* an OR of which one arm gives an index nothing to search for */
    OBSTACLE_OR_RELATIONS,     /* an OR that is partly about another table */
    OBSTACLE_OPTIONAL,         /* $1 IS NULL OR column = $1 */
    OBSTACLE_ROW_SECURITY,     /* must not run before the conditions of a policy or a security barrier */
    OBSTACLE_INDEX_ON_COLUMN,  /* an expression, while there is an index on the column, and a rewrite that it serves */
    OBSTACLE_COMPLEX           /* not of the form column, operator, value: ALL (...), CASE, IS UNKNOWN */
} PredicateObstacle;

/* One conjunct of a request, or one conjunct of one arm of an OR. */
typedef struct PredicateFact
{
    int32_t attribute;         /* NONE for PREDICATE_OTHER on no single attribute */
    PredicateKind kind;
    PredicateObstacle obstacle;
    int32_t or_group;          /* 0: plain conjunct; n: belongs to the n-th OR of this request */
    int32_t or_arm;            /* arm within the group, from 0 */
    double selectivity;        /* as the planner estimates it with the observed values */
    double constant_share;     /* share of executions whose constant is this one; 1 for what holds no constant
                                  (IS NULL, bare boolean); 0 if it varies or is a join */
    const char *partial_sql;   /* the conjunct as a WHERE clause of an index: status = 'pending'; "" if it cannot be one */
    const char *words;         /* the conjunct without its constant: status = $ */
    bool past_known_end;       /* a range that begins where statistics end, and nothing tells how far the column goes by now */
    bool updated;              /* a statement that sets one of its columns was seen since its table is watched */
    bool implied;              /* nobody wrote it: coupon IS NOT NULL, where coupon = $ is asked of a mostly NULL column */
    const char *rewrite;       /* what to write instead, values as $, so that an index on the column serves; NULL: not known */
    const char *detail;        /* of the obstacle: what is cast to what, the collations, the arm, the function; NULL: nothing */
    const char *extension;     /* one that this server could install and that brings an operator class for it; NULL: none */
} PredicateFact;

/* Two conjuncts of a request that could make a partial index together: of a sample, as columns may depend on each other. */
typedef struct ConjunctionFact
{
    int32_t first, second;     /* PredicateFacts of one relation */
    double selectivity;        /* of both; UNKNOWN: the product */
} ConjunctionFact;

/* An index of another method than btree could be searched for a conjunct, or return rows in the order of a distance. */
typedef struct SearchFact
{
    int32_t predicate;         /* NONE: for the order, ORDER BY attribute <-> value */
    int32_t attribute;         /* its key */
    IndexMethod method;
    const char *opclass;       /* as SQL behind the key: jsonb_path_ops; "" if it is the default */
} SearchFact;

/* One ORDER BY or GROUP BY element that is an attribute of the request's relation. */
typedef struct OrderFact
{
    int32_t attribute;
    bool descending;
    bool nulls_first;
} OrderFact;

typedef enum OrderKind
{
    ORDER_NONE,
    ORDER_SORT,                /* ORDER BY, merge order: directions matter */
    ORDER_GROUP                /* GROUP BY, DISTINCT: any direction and any permutation */
} OrderKind;

/*
 * What one statement asks of one relation (one range table entry, views and
 * sub-selects resolved). Slices of the shared arrays.
 */
typedef struct RequestFact
{
    int32_t relation;
    int32_t first_predicate, n_predicates;
    int32_t first_order, n_orders;
    OrderKind order_kind;
    bool order_complete;       /* the orders cover the statement's whole ORDER BY */
    bool has_limit;            /* a LIMIT directly above: an order can stop early */
    int32_t first_search, n_searches;
    bool index_only_possible;  /* no whole-row, no system column, not the target of a write */
    int32_t first_needed, n_needed; /* attributes (columns) that must be delivered, into Facts.needed */
    bool sequential;           /* the plan without new indexes reads it sequentially */
    int32_t served_by;         /* existing index that the plan without new indexes uses, NONE otherwise */
    double rows_read;          /* measured, per execution; UNKNOWN */
    double rows_removed;       /* measured, per execution; UNKNOWN */
    double selectivity;        /* of all conjuncts together: planner's, or measured where that is far off */
    double planned_selectivity;/* the planner's, where selectivity is the measured one; else UNKNOWN */
    double offset_rows;        /* rows that OFFSET passes over, 0 without; UNKNOWN: as many as a parameter says */
    int32_t idle_index;        /* existing index that the conditions could be searched in, while the plan reads all; NONE */
    double idle_cost;          /* of the statement with that index; UNKNOWN: not to be had */
    double random_page_cost;   /* as it is planned with */
    double cheap_random_cost;  /* of the statement if random pages were cheap, which it uses idle_index for; UNKNOWN: not so */
    double large_cache_cost;   /* the same if effective_cache_size were at least shared_buffers, which it is not */
    int32_t custom_index;      /* existing index that the plan would use if it knew the parameters' values; NONE */
    double custom_cost;        /* of the statement then */
    double generic_share;      /* of its executions, with a plan that does not know them */
    const char *outside;       /* a condition on its columns that is applied to a sub-select's result, constants as $; NULL */
    const char *outside_why;   /* why it does not get in, and what to do, a sentence without full stop */
    double outside_selectivity;/* of it, were it inside */
    bool statistics_useless;   /* it was tried: no extended statistics would bring the statement another plan */
} RequestFact;

/* A captured or given statement. */
typedef struct StatementFact
{
    int64_t id;                /* stable: ties break on it, advice refers to it (the query id) */
    const char *query;         /* normalised text, no constants */
    double calls;
    double total_ms;           /* the statement's weight: execution time, measured */
    bool measured;             /* false: a given statement; total_ms is its base cost times its weight, in
                                  arbitrary units, and advice speaks of costs, not of times */
    double hours;              /* observed span that calls and total_ms belong to */
    double streak;             /* at least so many executions in a row in one session; 0: nobody counted */
    const char *origin;        /* who ran them, in words: application and tags of its comment; NULL: nothing known */
    int32_t binds;             /* parameter sets that a question averages over (at least 1) */
    int32_t first_request, n_requests;
} StatementFact;

typedef struct IndexKey
{
    int32_t attribute;
    bool descending;
    bool nulls_first;
    bool pattern;              /* use attribute's pattern_opclass */
    const char *opclass;       /* another one, of a method that is no btree; NULL and "" are the default */
} IndexKey;

/* A candidate or hypothetical index. */
typedef struct IndexDefinition
{
    int32_t relation;
    IndexMethod method;
    int32_t n_keys;
    IndexKey keys[MAX_INDEX_KEYS];
    int32_t n_includes;
    int32_t includes[MAX_INDEX_INCLUDES];      /* attributes */
    int32_t n_predicates;
    int32_t predicates[MAX_INDEX_PREDICATES];  /* and-ed PredicateFacts, a partial index */
    int32_t fill_factor;                       /* per cent; 0: the default, as of all candidates */
    bool keeps_duplicates;                     /* deduplicate_items is off, as of no candidate */
} IndexDefinition;

typedef struct IndexSize
{
    double tuples;             /* entries */
    double pages;              /* of BLCKSZ, metapage included */
    double bytes;
    int32_t height;            /* levels above the leaves: 0 for a single page, and for what is no btree */
    double entry_pages;        /* gin: of the tree of keys */
    double data_pages;         /* gin: of the trees of row addresses that keys of many rows have */
    double entries;            /* gin: keys */
    double postings;           /* gin: row addresses of all keys, which is what the server counts as its tuples */
    double tuple_bytes;        /* mean of an entry, before equal ones are put together; gin, brin: 0 */
    double steps;              /* hash: pages of its bucket that an entry passes on its way in; spgist: levels that are there
                                  because keys come in the order of the table's rows; mean of the build */
} IndexSize;

/* What the steps of a build took on a sample of its table's rows, as long as this server and its machine need just now. Seconds. */
typedef struct BuildPace
{
    double block;              /* reading a block with its rows; UNKNOWN: nothing was timed */
    double row;                /* judging a row and forming what the index would hold of it, mean of all rows */
    double entry;              /* btree: what each entry takes to get into a sort and out of it */
    double comparison;         /* btree: sorting n entries takes n * log2(n) of these */
    double reference;          /* the same of integers: how fast the machine is */
    bool sorts;                /* gist: its operator classes can sort, so that nothing is inserted entry by entry */
    double passing;            /* gist that inserts: per entry of each page passed on the way down */
    double level;              /* likewise: per such page, beside that */
    double splitting;          /* likewise: of the pages that become full, per entry inserted */
} BuildPace;

/* What a build takes follows from the index, from settings of the server, and from how fast it is. */
typedef struct BuildFacts
{
    IndexMethod method;
    IndexSize size;
    double rows, heap_pages;   /* of the table, its partitions summed up */
    int32_t partitions;        /* leaves, built one after the other; 0 for a table of its own */
    int32_t workers;           /* that help the process itself */
    bool concurrently;         /* without keeping writers waiting, for which the table is read twice */
    double sort_memory;        /* bytes: maintenance_work_mem */
    double buffers;            /* shared buffers, of block_size each */
    double block_size;         /* BLCKSZ */
    BuildPace pace;
} BuildFacts;

typedef struct IndexBuild
{
    double seconds;            /* waiting for other transactions not included; UNKNOWN without a pace */
    double wal_bytes;          /* without full pages that a checkpoint in between adds for hash */
    double temp_bytes;         /* written to temporary files by one process; UNKNOWN for gist, which sorts with some classes */
} IndexBuild;

/* What the writers of its table pay for an index, per hour. All of it UNKNOWN while nobody knows how often they write. */
typedef struct WritePrice
{
    double entries;            /* made in the index */
    double hot_lost;           /* at most: updates that are HOT without the index and set what it holds */
    double ms;                 /* of CPU, by a model; these three with the entries that updates make in other indexes once they are not HOT */
    double wal_bytes;          /* of records */
    double wal_page_bytes;     /* beside these: of whole pages, which the first change after a checkpoint writes */
} WritePrice;

/* A key that a gin or hash index would have, as met in a sample of rows. */
typedef struct SampledKeyFact
{
    int32_t bytes;             /* of its tuple, row addresses excluded */
    int32_t rows;              /* rows of the sample that have it */
    int32_t blocks;            /* blocks of the sample that have such rows; hash: 0 */
    int32_t values;            /* gin: different values of the indexed column that have it; hash: 0 */
} SampledKeyFact;

/* What a tree of gist or spgist keeps of its first key: how full its pages become depends on that. */
typedef enum TreeKind
{
    TREE_PLAIN,                /* values, boxes around them */
    TREE_SORTED,               /* gist: values that a build puts in order first */
    TREE_WORDS,                /* gist: signatures of tsvector */
    TREE_SIGNATURES,           /* gist: others, as of trigrams */
    TREE_TEXTS                 /* spgist: by their first bytes, which leaves do not keep */
} TreeKind;

/* One of the texts of a sample, in the order of their bytes. */
typedef struct SampledTextFact
{
    int32_t bytes;
    int32_t common;            /* bytes that it begins with as the one before it does */
} SampledTextFact;

#define LONE_COUNTS 16

/* What the size of an index that is no btree follows from: facts of its table, and a sample of its rows. */
typedef struct IndexSample
{
    IndexMethod method;
    double rows;               /* of the relation, its partitions summed up */
    double heap_pages;         /* likewise */
    int32_t partitions;        /* leaves; 0 for a table of its own */
    double rows_read;          /* live rows in the sample */
    double build_memory;       /* gin: bytes that a build gathers keys in before it writes them; 0: without end */
    double key_memory;         /* gin: bytes that the mean key takes there, its rows aside */
    double values, values_met; /* gin on one column: its different values, in the table and in the sample; 0: not known */
    double rows_by_lone[LONE_COUNTS]; /* gin: of the sample, rows with keys, by how many of their keys no other row has; the last: so many or more */
    double rows_passed;        /* of these, rows that the predicate lets pass */
    double rows_held;          /* of these, rows that the index would hold: some methods leave out NULL */
    double entry_bytes;        /* gist, spgist: mean, as on a leaf page; brin: what one range takes; bloom: a row; else 0 */
    TreeKind tree;             /* gist, spgist */
    double rising;             /* gist, spgist: share of blocks whose first key is not below that of the block before in the sample */
    const SampledTextFact *texts; int32_t n_texts;  /* TREE_TEXTS: of rows that are not NULL */
    double pages_per_range;    /* brin */
    int32_t fill_factor;       /* hash, gist: per cent; 0: the method's default */
    const SampledKeyFact *keys;  int32_t n_keys;   /* gin, hash; each is there once */
} IndexSample;

/* An index that is there. */
typedef struct ExistingIndexFact
{
    const char *name;          /* qualified and quoted */
    IndexDefinition definition;/* keys and includes; n_predicates stays 0 */
    const char *predicate_sql; /* "" when not partial */
    double bytes;
    double scans;              /* idx_scan */
    bool btree;                /* its method is btree; else definition.method if plain, or one that is not known here */
    bool plain;                /* every key is an attribute known here, default collation; default class, or the one said */
    bool unique;
    bool constraint;           /* backs a constraint or is the primary key */
    bool valid;                /* false: leftover of CREATE INDEX CONCURRENTLY */
} ExistingIndexFact;

/*
 * A column's values in a sample of its relation's rows: blocks spread evenly over the relation, in the order of the
 * heap. What was sampled of a relation is of the same rows; of a partition tree, those of one leaf.
 */
typedef struct SampledColumnFact
{
    int32_t attribute;         /* ascending within Facts.sampled */
    int32_t predicate;         /* the sample has only rows that this PredicateFact lets pass; NONE: any rows */
    int32_t n_rows;
    const int32_t *blocks;     /* per row: which of the blocks read it is from; ascending */
    const int32_t *ranks;      /* per row: place of its value among the distinct ones, in order, from 0; NONE: NULL */
    const int32_t *widths;     /* per row: bytes of the value in an index, header included; 0: NULL */
} SampledColumnFact;

/* The number of distinct combinations of some columns' values, counted (extended statistics). */
typedef struct DistinctFact
{
    int32_t n_attributes;
    int32_t attributes[MAX_INDEX_KEYS];        /* ascending */
    double n_distinct;
} DistinctFact;

/* Extended statistics take no more columns (STATS_MAX_DIMENSIONS); as many conditions are looked at. */
#define MAX_STATISTICS_COLUMNS 8
#define MAX_STATISTICS_CONDITIONS 8

/* One conjunct that extended statistics can speak of. */
typedef struct StatisticsCondition
{
    int32_t column;            /* place among the columns */
    double selectivity;        /* as the planner estimates it by itself */
    bool equality;             /* =, IN, a boolean: functional dependencies speak of it; of others most common values alone */
} StatisticsCondition;

/* Conjuncts of one request that keep far more, or far less, of a relation together than the planner expects. */
typedef struct StatisticsFacts
{
    double rows, modified_rows;/* of the relation, and written since ANALYZE; the latter UNKNOWN likewise */
    double planned, counted;   /* share of them that all conjuncts of the request keep, or groups for each of them: as the planner
                                * expects, and as counted */
    double target;             /* most common values that ANALYZE keeps of them, at most */
    int32_t n_columns, n_conditions; /* of groups: what they are made by, and 0 */
    StatisticsCondition conditions[MAX_STATISTICS_CONDITIONS];
    int32_t n_rows;            /* of a sample of the relation */
    const int32_t *ranks[MAX_STATISTICS_COLUMNS]; /* of each column, per row: equal values have the same; NONE: NULL */
    const uint8_t *matches;    /* per row: bit i says that condition i holds */
} StatisticsFacts;

/* A kind of extended statistics. */
typedef enum StatisticsKind
{
    STATISTICS_NONE,           /* none would help */
    STATISTICS_DEPENDENCIES,
    STATISTICS_MCV,
    STATISTICS_NDISTINCT,      /* of groups */
    STATISTICS_EXPRESSION      /* of one alone: it is no choice of the core's */
} StatisticsKind;

/* What helps. Of groups estimate is the number of combinations in the whole table, for each of its rows. */
typedef struct StatisticsChoice
{
    StatisticsKind kind;
    uint32_t columns;          /* bit i: column i takes part */
    double estimate;           /* as planned and counted: what the planner would expect then */
} StatisticsChoice;

/* What is to be told of a recommendation. */
typedef struct StatisticsStory
{
    const char *relation, *columns; /* as SQL */
    const char *filter;        /* in words, or what groups are made by, of the heaviest statement that it is for */
    StatisticsFacts facts;     /* of that */
    StatisticsChoice choice;
    int32_t statements;
    double cost_before, cost_after; /* of that statement, with the rows expected then: its plan of now, and the one that it gets */
} StatisticsStory;

typedef enum StatisticsParagraph
{
    STATISTICS_WHY,
    STATISTICS_RULE,
    STATISTICS_GAIN,
    STATISTICS_PRICE,
    STATISTICS_NEXT,           /* next step of the verdict on a scan that it is for */
    STATISTICS_EMPTY           /* the same where they are there, and empty */
} StatisticsParagraph;

/* An index that somebody does not want: it is not proposed, and its statements get the next best. */
typedef struct DismissedFact
{
    const char *relation;      /* as RelationFact.name */
    const char *definition;    /* as advisor_definition_sql says it */
} DismissedFact;

typedef struct Facts
{
    const RelationFact *relations;      int32_t n_relations;
    const AttributeFact *attributes;    int32_t n_attributes;
    const PredicateFact *predicates;    int32_t n_predicates;
    const OrderFact *orders;            int32_t n_orders;
    const int32_t *needed;              int32_t n_needed;
    const SearchFact *searches;         int32_t n_searches;
    const RequestFact *requests;        int32_t n_requests;
    const StatementFact *statements;    int32_t n_statements;
    const ExistingIndexFact *indexes;   int32_t n_indexes;
    const DismissedFact *dismissed;     int32_t n_dismissed;
    const SampledColumnFact *sampled;   int32_t n_sampled;
    const DistinctFact *distincts;      int32_t n_distincts;
    const ConjunctionFact *conjunctions; int32_t n_conjunctions;
} Facts;

#ifdef __cplusplus
}
#endif
#endif
