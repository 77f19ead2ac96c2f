/*
 * plan_outside.c - conditions that are applied to the result of a sub-select.
 *
 * PostgreSQL pushes what it may into sub-selects, views and CTEs. When the hook comes to such a
 * relation, what is left among its conjuncts stays outside, and the levels below are planned, so
 * that its output columns can be followed down to the relation that they are read from.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"

#include "plan_internal.h"

/* One relation of one level that has a level of its own below it. */
typedef struct Level
{
    PlannerInfo *root;
    RelOptInfo *rel;
    RangeTblEntry *rte;
} Level;

/* Where what is found goes. */
typedef struct Booking
{
    const char *why;
    List *requests;
    MemoryContext context;
} Booking;

static void enter(PlannerInfo *inner, Index rel, Node *clause, const Booking *booking);
static void enter_arms(PlannerInfo *inner, Node *operation, Node *clause, const Booking *booking);
static Index first_arm(Node *operation);
static void arrive(PlannerInfo *inner, Node *clause, const Booking *booking);
static void arrive_at_children(PlannerInfo *inner, Index rel, Node *clause, const Booking *booking);
static Node *output_mutator(Node *node, void *context);
static bool is_computed(Node *node);
static void book(const Level *level, Node *clause, const Booking *booking);
static const char *why_outside(const Level *level, const PlannerInfo *inner, Node *clause);

static CommonTableExpr *
find_cte(const Level *level, PlannerInfo **root, int *position)
{
    ListCell *cell;

    *root = level->root;
    for (Index up = level->rte->ctelevelsup; up > 0 && *root; up--)
        *root = (*root)->parent_root;
    *position = 0;
    foreach (cell, *root ? (*root)->parse->cteList : NIL)
    {
        CommonTableExpr *cte = lfirst(cell);

        if (strcmp(cte->ctename, level->rte->ctename) == 0)
            return cte;
        (*position)++;
    }
    return NULL;
}

/* NULL where there is no plan of its own, or none yet. */
static PlannerInfo *
inner_root(const Level *level)
{
    PlannerInfo *root;
    int position, plan;

    if (level->rte->rtekind == RTE_SUBQUERY)
        return level->rel->subroot;
    if (level->rte->rtekind != RTE_CTE || level->rte->self_reference || find_cte(level, &root, &position) == NULL ||
        position >= list_length(root->cte_plan_ids))
        return NULL;
    plan = list_nth_int(root->cte_plan_ids, position);
    return plan > 0 ? list_nth(root->glob->subroots, plan - 1) : NULL;
}

void
plan_outside(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte, List *requests, MemoryContext context)
{
    ListCell *cell;

    foreach (cell, rel->baserestrictinfo)
    {
        const RestrictInfo *conjunct = lfirst_node(RestrictInfo, cell);
        Node *clause = (Node *)conjunct->clause;
        Level level = {root, rel, rte};
        PlannerInfo *inner = conjunct->pseudoconstant ? NULL : inner_root(&level);

        if (inner)
        {
            Booking booking = {why_outside(&level, inner, clause), requests, context};

            enter(inner, rel->relid, clause, &booking);
        }
    }
}

typedef struct OutputJob
{
    Index rel;
    List *outputs;
    bool failed;
} OutputJob;

/* The clause is about columns of rel, which inner computes. */
static void
enter(PlannerInfo *inner, Index rel, Node *clause, const Booking *booking)
{
    OutputJob job = {rel, inner->parse->targetList};
    Node *translated;

    check_stack_depth();
    translated = output_mutator(clause, &job);
    if (job.failed)
        return;
    if (inner->parse->setOperations)
        enter_arms(inner, inner->parse->setOperations, translated, booking);
    else
        arrive(inner, translated, booking);
}

/*
 * UNION and the like, as far as it was not made an append relation. The clause is about columns of the first arm,
 * and those of the others are in the same places. Of a recursion only what it begins with is read by such a
 * condition.
 */
static void
enter_arms(PlannerInfo *inner, Node *operation, Node *clause, const Booking *booking)
{
    const RelOptInfo *arm;

    check_stack_depth();
    if (IsA(operation, SetOperationStmt))
    {
        enter_arms(inner, ((SetOperationStmt *)operation)->larg, clause, booking);
        if (!inner->hasRecursion)
            enter_arms(inner, ((SetOperationStmt *)operation)->rarg, clause, booking);
        return;
    }
    arm = inner->simple_rel_array[((RangeTblRef *)operation)->rtindex];
    if (arm && arm->subroot)
        enter(arm->subroot, first_arm(inner->parse->setOperations), clause, booking);
}

/* The clause is about columns of inner's relations: of one, if it is to be followed. */
static void
arrive(PlannerInfo *inner, Node *clause, const Booking *booking)
{
    PlannerInfo *next;
    Level level;
    int member;

    if (is_computed(clause) || !bms_get_singleton_member(pull_varnos(inner, clause), &member) ||
        inner->simple_rel_array[member] == NULL)
        return;
    level = (Level){inner, inner->simple_rel_array[member], inner->simple_rte_array[member]};
    next = inner_root(&level);
    if (level.rte->rtekind == RTE_RELATION)
        book(&level, clause, booking);
    else if (next)
        enter(next, member, clause, booking);
    else if (level.rte->inh)
        arrive_at_children(inner, member, clause, booking);
}

/* UNION ALL that was made an append relation. */
static void
arrive_at_children(PlannerInfo *inner, Index rel, Node *clause, const Booking *booking)
{
    ListCell *cell;

    check_stack_depth();
    foreach (cell, inner->append_rel_list)
    {
        AppendRelInfo *child = lfirst(cell);

        if (child->parent_relid == rel)
            arrive(inner, adjust_appendrel_attrs(inner, clause, 1, &child), booking);
    }
}

/* The place of the first arm, which the outputs of all are named after. */
static Index
first_arm(Node *operation)
{
    while (IsA(operation, SetOperationStmt))
        operation = ((SetOperationStmt *)operation)->larg;
    return ((RangeTblRef *)operation)->rtindex;
}

static Node *
output_mutator(Node *node, void *context)
{
    OutputJob *job = context;

    if (node == NULL)
        return NULL;
    if (IsA(node, RestrictInfo))
        return output_mutator((Node *)((RestrictInfo *)node)->clause, context);
    if (IsA(node, PlaceHolderVar))
        return output_mutator((Node *)((PlaceHolderVar *)node)->phexpr, context);
    if (IsA(node, Var))
    {
        const Var *var = (Var *)node;
        TargetEntry *output =
            var->varno == job->rel && var->varlevelsup == 0 ? get_tle_by_resno(job->outputs, var->varattno) : NULL;

        /* Arms may have other types than what they are arms of. */
        if (output == NULL || exprType((Node *)output->expr) != var->vartype)
            job->failed = true;
        return job->failed ? node : copyObject((Node *)output->expr);
    }
    return expression_tree_mutator(node, output_mutator, context);
}

/* Of rows that the level makes, and not of rows that it reads. */
static bool
is_computed(Node *node)
{
    return contain_agg_clause(node) || contain_window_function(node) || contain_subplans(node) ||
           expression_returns_set(node) || contain_volatile_functions(node);
}

/* Where several would do, the one that finds least. */
static void
book(const Level *level, Node *clause, const Booking *booking)
{
    PlanSubject subject = {.root = level->root, .rel = level->rel, .rte = level->rte};
    PlanPredicate *predicate;
    ListCell *cell;

    if (IS_DUMMY_REL(level->rel))
        return;
    plan_measure(&subject);
    predicate = plan_conjunct(&subject, clause);
    if (predicate->kind == PREDICATE_OTHER && predicate->searches == NIL)
        return;
    foreach (cell, booking->requests)
    {
        ReadRequest *read = lfirst(cell);
        PlanRequest *request = &read->request;
        MemoryContext planner;

        if (read->eref != level->rte->eref || request->relid != level->rte->relid ||
            (request->outside && request->outside->selectivity <= predicate->selectivity))
            continue;
        planner = MemoryContextSwitchTo(booking->context);
        request->outside = palloc0(sizeof(PlanPredicate));
        request->outside->clause = plan_copy_out(&subject, predicate->clause);
        request->outside->selectivity = predicate->selectivity;
        request->outside_why = pstrdup(booking->why);
        MemoryContextSwitchTo(planner);
    }
}

/* ---- in words ---- */

static const char *
why_cte(const Level *level)
{
    PlannerInfo *root;
    int position;
    const CommonTableExpr *cte = find_cte(level, &root, &position);

    if (cte->cterecursive)
        return psprintf(
            "the CTE %s is recursive; put the condition into its first SELECT, where the column stays the "
            "same from one step to the next",
            cte->ctename);
    if (cte->ctematerialized == CTEMaterializeAlways)
        return psprintf("the CTE %s is MATERIALIZED; write NOT MATERIALIZED, or put the condition inside",
                        cte->ctename);
    if (cte->cterefcount > 1)
        return psprintf("the CTE %s is referenced %d times, and so computed once for all; write AS NOT "
                        "MATERIALIZED, or put the condition inside",
                        cte->ctename, cte->cterefcount);
    return psprintf("the CTE %s is computed by itself; put the condition inside", cte->ctename);
}

static bool
has_except(Node *operation)
{
    const SetOperationStmt *set = (const SetOperationStmt *)operation;

    if (operation == NULL || !IsA(operation, SetOperationStmt))
        return false;
    check_stack_depth();
    return set->op == SETOP_EXCEPT || has_except(set->larg) || has_except(set->rarg);
}

static const char *
why_outside(const Level *level, const PlannerInfo *inner, Node *clause)
{
    const Query *query = inner->parse;
    const char *name = level->rte->eref->aliasname;
    const char *leaking = plan_leaking_function(clause);

    if (level->rte->rtekind == RTE_CTE)
        return why_cte(level);
    if (query->limitCount || query->limitOffset)
        return psprintf(
            "%s has a LIMIT, and counts rows before it; put the condition inside, if that is what is meant", name);
    if (has_except(query->setOperations))
        return psprintf("conditions do not get into the EXCEPT of %s; put it into its SELECTs", name);
    if (query->hasWindowFuncs)
        return psprintf("window functions of %s see rows that it would hide, and only conditions on the columns of "
                        "every PARTITION BY get in; put it inside, or partition by its column",
                        name);
    if (query->hasDistinctOn)
        return psprintf("DISTINCT ON of %s chooses among rows that it would hide, and only conditions on its own "
                        "columns get in; put it inside, if that is what is meant",
                        name);
    if (level->rte->security_barrier)
        return psprintf(
            "%s is a security barrier%s%s; compare by an operator that is leakproof, or let a superuser "
            "declare the function LEAKPROOF if it tells nothing of its arguments",
            name, leaking ? ", and " : "", leaking ? leaking : "");
    return psprintf("%s is computed by itself; put the condition inside", name);
}
