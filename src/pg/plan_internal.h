/*
 * plan_internal.h - what the files of plan_reader share.
 *
 * plan_reader.c owns the hook and the list, plan_predicates.c judges conjuncts,
 * plan_key.c says what can be an index key, plan_search.c which other methods than btree
 * search for it, plan_rewrite.c how it would better be written, plan_outside.c what is asked one level too high, plan_mismatch.c which joins compare columns of different types, plan_relation.c reads orders, joins and needed columns, plan_note.c reads finished plans. Everything between them is
 * still the planner's own trees; plan_reader.c copies what is handed out.
 */
#ifndef INDEX_ADVISOR_PLAN_INTERNAL_H
#define INDEX_ADVISOR_PLAN_INTERNAL_H

#include "postgres.h"
#include "nodes/pathnodes.h"

#include "plan_reader.h"

/* One relation of one query level, while the planner makes its paths. */
typedef struct PlanSubject
{
    PlannerInfo *root;
    RelOptInfo *rel;
    RangeTblEntry *rte;
    double tuples;    /* live leaves summed up for the root of a tree */
    RelOptInfo *leaf; /* whose statistics speak for a root that has none of its own; else NULL */
} PlanSubject;

/*
 * A request as it lives in the list. eref is the range table entry's own Alias:
 * the finished plan's flat range table shares the pointer, which tells two scans
 * of one table in different query levels apart. Compared, never followed.
 */
typedef struct ReadRequest
{
    PlanRequest request;
    const void *eref;
} ReadRequest;

/* A usable index key. */
typedef struct PlanKey
{
    AttrNumber attno; /* 0: expression */
    Node *node;       /* binary-compatible casts stripped */
    Oid collation;
    Oid opfamily; /* of its type's default btree operator class, or InvalidOid */
} PlanKey;

/* OBSTACLE_NONE and *key, or why `side` cannot be an index key. */
extern PredicateObstacle plan_key(const PlanSubject *subject, Node *side, PlanKey *key);

/* Would `node = value` with this operator and collation search an index on key? 0, or the btree strategy. */
extern int plan_key_strategy(const PlanKey *key, Oid op, Oid collation);

/* True if node mentions the subject's relation. */
extern bool plan_mentions(const PlanSubject *subject, Node *node);

/* text ^@ text, which is starts_with(); pg_operator.h has no symbol for it. */
#define PLAN_PREFIX_OPERATOR 3877

/* LIKE, regular expressions, ^@. */
extern bool plan_is_pattern_operator(Oid op);

/* The pattern starts with characters that every match starts with. */
extern bool plan_pattern_has_prefix(Oid op, const Const *pattern);

/* plan_rewrite.c: fills rewrite, rewrite_parts and detail where it knows how `side op value` would better be written. */
extern void plan_rewrite(const PlanSubject *subject, PlanPredicate *predicate, Node *side, Node *value);

/* A table's parent in the planner, by its parent_reloid, has the indexes of both: it is partitioned. */
extern bool plan_shares_indexes(Oid parent);

/* A conjunct that is about the subject alone. */
extern PlanPredicate *plan_conjunct(const PlanSubject *subject, Node *clause);

/* In words, the first function of the clause that might tell of its arguments; NULL if it is another kind of node. */
extern const char *plan_leaking_function(Node *clause);

/*
 * plan_outside.c: conditions that stay outside of a sub-select, a view or a CTE, booked with the requests (ReadRequest)
 * of what is inside, which were read before.
 */
extern void plan_outside(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte, List *requests,
                         MemoryContext context);

/* A copy for the world outside: the relation is number 1, wrappers of the planner's own are gone. */
extern Node *plan_copy_out(const PlanSubject *subject, Node *node);

/* List of PlanPredicate. */
extern List *plan_predicates(const PlanSubject *subject);
extern List *plan_join_predicates(const PlanSubject *subject);

/* plan_mismatch.c: those whose column is cast; the rewrite says which column should be of another type. */
extern List *plan_mismatched_joins(const PlanSubject *subject);

/* plan_search.c: Lists of PlanSearch, for a conjunct and for the order that is wanted. */
extern List *plan_searches(const PlanSubject *subject, Node *clause);
extern List *plan_distances(const PlanSubject *subject);

/* Name of an extension that could be installed here and would bring an operator class for it; NULL. */
extern const char *plan_missing_extension(const PlanPredicate *predicate);

/* Fill in the request's orders, and its needed columns. */
extern void plan_orders(const PlanSubject *subject, PlanRequest *request);
extern void plan_needed(const PlanSubject *subject, PlanRequest *request);

/* Estimates: of a clause, and of `key = something unknown`. */
extern void plan_measure(PlanSubject *subject);
extern double plan_selectivity(const PlanSubject *subject, Node *clause);
extern double plan_equality_selectivity(const PlanSubject *subject, const PlanKey *key);

#endif
