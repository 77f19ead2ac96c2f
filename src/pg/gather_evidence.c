/*
 * gather_evidence.c - what executions counted, beside what a statement asks of a relation.
 *
 * Evidence is booked under the root of a partition tree, also that of a statement that names the leaf.
 */
#include "gather_internal.h"

#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "catalog.h"
#include "constant.h"

/* Executions with one and the same constant that make it a rule rather than chance. */
#define LEAST_EXECUTIONS 5

/* An estimate that many times too high or too low gives way to what was measured. */
#define FAR_OFF 3.0

/* ---- clauses as capture knows them ---- */

static AttrNumber
logical_column(Oid relid, Oid logical, AttrNumber attno)
{
    return relid == logical || attno <= 0 ? attno : get_attnum(logical, get_attname(relid, attno, false));
}

/* Of the constants in the clause, as capture hashes them: those beside the column before what it is compared with.
 */
static uint32
hash_in(Node *clause)
{
    List *args = IsA(clause, OpExpr) ? ((OpExpr *)clause)->args : NIL;

    if (list_length(args) == 2 && !contain_var_clause(linitial(args)))
        return constant_hash_combine(constant_hash_all(lsecond(args)), constant_hash_all(linitial(args)));
    return constant_hash_all(clause);
}

static bool
same_clause(const ClauseShape *shape, const PlanPredicate *predicate, AttrNumber attno)
{
    if (shape->attno != (gather_is_about_expression(predicate) ? 0 : attno))
        return false;
    switch (predicate->kind)
    {
        case PREDICATE_IS_NULL:
            return shape->kind == CLAUSE_IS_NULL;
        case PREDICATE_IS_NOT_NULL:
            return shape->kind == CLAUSE_IS_NOT_NULL;
        case PREDICATE_TRUE:
            return shape->kind == CLAUSE_TRUE;
        case PREDICATE_FALSE:
            return shape->kind == CLAUSE_FALSE;
        case PREDICATE_EQUAL_ANY:
            return shape->kind == CLAUSE_ANY && shape->op == predicate->op;
        default:
            return (shape->kind == CLAUSE_OPERATOR ||
                    (shape->kind == CLAUSE_OTHER && predicate->kind == PREDICATE_OTHER)) &&
                   shape->op == predicate->op;
    }
}

/*
 * In a statement that takes parameters a literal is no chance: what varies comes as a parameter. Without any, a
 * client may write values into the text.
 */
double
gather_constant_share(const StoredStatement *stored, Oid relid, const PlanPredicate *predicate)
{
    Oid logical = catalog_logical_relation(relid);
    AttrNumber attno = logical_column(relid, logical, predicate->attno);

    if (predicate->clause == NULL || predicate->parameter)
        return 0.0;
    if (!predicate->constant)
        return predicate->kind == PREDICATE_OTHER && predicate->obstacle != OBSTACLE_SAME_ROW ? 0.0 : 1.0;
    if (stored == NULL)
        return 1.0;
    for (int i = 0; i < stored->n_scans; i++)
    {
        const StoredScan *scan = &stored->scans[i];

        if (scan->shape.relid != logical || scan->calls == 0)
            continue;
        for (int c = 0; c < scan->shape.n_clauses; c++)
        {
            if (!same_clause(&scan->shape.clauses[c], predicate, attno))
                continue;
            if (scan->calls < LEAST_EXECUTIONS && stored->n_binds == 0)
                return 0.0;
            return scan->shape.clauses[c].constant == hash_in(predicate->clause)
                       ? Min(1.0, (double)scan->constant_same[c] / (double)scan->calls)
                       : 0.0;
        }
    }
    return 0.0;
}

static int
shared_clauses(const StoredScan *scan, const PlanRequest *request)
{
    int shared = 0;
    ListCell *cell;

    foreach (cell, request->predicates)
    {
        const PlanPredicate *predicate = lfirst(cell);
        AttrNumber attno = logical_column(request->relid, scan->shape.relid, predicate->attno);

        for (int c = 0; c < scan->shape.n_clauses; c++)
        {
            if (same_clause(&scan->shape.clauses[c], predicate, attno))
            {
                shared++;
                break;
            }
        }
    }
    return shared;
}

/* As a scan's filter has them: an OR is one, a join none. */
static int
count_conjuncts(const PlanRequest *request)
{
    int n = 0;
    int group = 0;
    ListCell *cell;

    foreach (cell, request->predicates)
    {
        const PlanPredicate *predicate = lfirst(cell);

        if (predicate->clause == NULL || (predicate->or_group > 0 && predicate->or_group == group))
            continue;
        group = predicate->or_group;
        n++;
    }
    return n;
}

/* ---- rows ---- */

/* The scan that looks most like this request; NULL: none was captured. */
static const StoredScan *
scan_like(const PlanRequest *request, const StoredStatement *stored)
{
    const StoredScan *best = NULL;
    int best_shared = -1;
    Oid logical = catalog_logical_relation(request->relid);

    for (int i = 0; stored && i < stored->n_scans; i++)
    {
        const StoredScan *scan = &stored->scans[i];
        int shared;

        if (scan->shape.relid != logical || scan->calls == 0)
            continue;
        shared = shared_clauses(scan, request);
        if (best == NULL || shared > best_shared ||
            (shared == best_shared && scan->removed / scan->calls > best->removed / best->calls))
        {
            best = scan;
            best_shared = shared;
        }
    }
    return best;
}

/*
 * What a sequential scan with this filter kept, of all that was read in all executions; UNKNOWN where that was not
 * counted. A LIMIT without an order looks at a part of the table only.
 */
static double
kept_share(const PlanRequest *request, const StoredScan *scan)
{
    if (scan == NULL || scan->shape.node != SCAN_SEQUENTIAL || scan->removed + scan->returned == 0 ||
        scan->shape.n_clauses != count_conjuncts(request) || scan->shape.n_clauses == STORE_CLAUSES ||
        (request->has_limit && request->orders == NIL))
        return UNKNOWN;
    return (double)scan->returned / (double)(scan->removed + scan->returned);
}

static bool
is_far_off(double kept, double planned, double rows)
{
    double least = 1.0 / Max(rows, 1.0);

    kept = Max(kept, least);
    planned = Max(planned, least);
    return Max(kept, planned) >= FAR_OFF * Min(kept, planned);
}

bool
gather_is_far_off(const PlanRequest *request, const StoredStatement *stored)
{
    double kept = kept_share(request, scan_like(request, stored));

    return kept >= 0 && is_far_off(kept, request->selectivity, request->tuples);
}

/*
 * What was kept says more than an estimate, above all where the planner has no statistics (expressions) and takes a
 * default. Small differences are left to it: its figure is of the values that the statement is planned with. Where
 * it expects more of one parameter set and less of another, it is not wrong: what was kept is the mean.
 */
static void
correct_selectivity(Gathered *gathered, const PlanRequest *request, const RequestProbe *probe, double kept,
                    RequestFact *fact)
{
    double rows = AT(gathered, RELATIONS, RelationFact, fact->relation)->rows;

    if (!is_far_off(kept, fact->selectivity, rows))
        return;
    if (kept < probe->least_selectivity || kept > probe->most_selectivity)
        fact->planned_selectivity =
            kept < probe->least_selectivity ? probe->least_selectivity : probe->most_selectivity;
    fact->selectivity = Max(kept, 1.0 / Max(rows, 1.0));
    if (list_length(request->predicates) == 1)
        AT(gathered, PREDICATES, PredicateFact, fact->first_predicate)->selectivity = fact->selectivity;
}

void
gather_evidence(Gathered *gathered, const PlanRequest *request, const RequestProbe *probe,
                const StoredStatement *stored, RequestFact *fact)
{
    const StoredScan *scan = scan_like(request, stored);
    double kept = kept_share(request, scan);

    fact->rows_read = fact->rows_removed = fact->planned_selectivity = UNKNOWN;
    if (scan == NULL)
        return;
    fact->rows_removed = (double)scan->removed / scan->calls;
    fact->rows_read = (double)(scan->removed + scan->returned) / scan->calls;
    if (kept >= 0)
        correct_selectivity(gathered, request, probe, kept, fact);
}
