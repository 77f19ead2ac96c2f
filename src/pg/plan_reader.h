/*
 * plan_reader.h - what a statement asks of its relations, in the planner's terms.
 *
 * Floor 1. Reads through set_rel_pathlist_hook while one of our own planner
 * calls runs: views and sub-selects are resolved by then, constants folded,
 * equivalence classes and pathkeys built, so a request says what the planner
 * itself would use an index for. Expressions handed out are copies in the
 * reader's context whose Vars have varno 1, ready for an index definition.
 */
#ifndef INDEX_ADVISOR_PLAN_READER_H
#define INDEX_ADVISOR_PLAN_READER_H

#include "postgres.h"
#include "nodes/plannodes.h"

#include "core/facts.h"

/* An operator class of another method than btree that searches for a conjunct, or orders by a distance. */
typedef struct PlanSearch
{
    AttrNumber attno;          /* the key, if a plain column, else 0 */
    Node *key;                 /* varno 1 */
    Oid method, opclass;
    IndexMethod kind;
} PlanSearch;

/* Letters of a rewrite's pattern, in the order of its parts: the column, and values. */
#define PLAN_REWRITE_PARTS "kvw"

/* One conjunct; as PredicateFact, with trees in place of text. */
typedef struct PlanPredicate
{
    PredicateKind kind;
    PredicateObstacle obstacle;
    AttrNumber attno;          /* the key, if a plain column, else 0 */
    Node *key;                 /* the key expression, varno 1; NULL for PREDICATE_OTHER on no single one */
    Node *clause;              /* the whole conjunct, varno 1; NULL for a join */
    Oid op;                    /* its operator with the key on the left, or InvalidOid */
    List *searches;            /* PlanSearch */
    const char *extension;     /* that could be installed and has an operator class for it; NULL */
    const char *rewrite;       /* a pattern with %k, %v and %w for the parts, in words; NULL: none known */
    Node *rewrite_parts[3];    /* varno 1 */
    const char *detail;        /* of the obstacle, as PredicateFact's; NULL */
    int or_group, or_arm;
    double selectivity;
    bool constant;             /* compares with a constant (a literal or a folded parameter) */
    bool parameter;            /* compares with a parameter whose value the plan does not know (generic plan) */
} PlanPredicate;

typedef struct PlanOrder
{
    AttrNumber attno;
    Node *key;
    bool descending, nulls_first;
} PlanOrder;

/* One range table entry of kind relation, ordinary or the root of a partition or inheritance tree. */
typedef struct PlanRequest
{
    Oid relid;
    int rt_index;              /* in its query level */
    List *predicates;          /* PlanPredicate */
    List *orders;              /* PlanOrder */
    List *distances;           /* PlanSearch: the whole ORDER BY is a distance from the key */
    OrderKind order_kind;
    bool order_complete, has_limit, index_only_possible;
    Bitmapset *needed;         /* attribute numbers above 0 that must be delivered or filtered on */
    double selectivity;        /* of the conjuncts together */
    double tuples;             /* planner's rows before the filter */
    bool sequential;           /* set by plan_reader_note_plan */
    Oid served_by;             /* index OID used by the plan, or InvalidOid; set by plan_reader_note_plan */
    Oid searched_by;           /* one that the plan searches by a condition, rather than walks through; likewise */
    double offset_rows;        /* that OFFSET passes over, 0 without; UNKNOWN: a parameter says */
    PlanPredicate *outside;    /* that an index could be searched for, and that stays outside of the sub-select with this scan; NULL */
    const char *outside_why;   /* as RequestFact's */
} PlanRequest;

/* What is below conversions that change no bit of the value. */
extern Node *plan_strip_relabel(const Node *node);

/* The kind of an access method whose indexes are proposed beside btree's; false for another one. */
extern bool plan_search_method(Oid method, IndexMethod *kind);

/* Chains set_rel_pathlist_hook; once, from _PG_init. */
extern void plan_reader_install(void);

/*
 * From now on every planner call of ours adds its requests to a list in
 * `context`, until plan_reader_stop, which returns it (List of PlanRequest).
 * An error between the two is followed by plan_reader_stop as well.
 */
extern void plan_reader_start(MemoryContext context);
extern List *plan_reader_stop(void);

/* Fills in how the finished plan reads each request's relation. */
extern void plan_reader_note_plan(List *requests, const PlannedStmt *plan);

#endif
