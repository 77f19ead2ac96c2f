/*
 * plan_search.c - which operator classes of other methods than btree could search for a conjunct.
 *
 * The catalog says it: an operator that is a member of an operator family, and an
 * operator class of that family whose input the key's type is as it stands. So
 * what an extension brings is known the moment it is installed.
 */
#include "postgres.h"

#include <unistd.h>

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_opfamily.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "plan_internal.h"

/* What is looked for: classes of families that have op for that purpose. */
typedef struct Lookup
{
    const PlanKey *key;
    Oid op;
    char purpose;
    List *found;
} Lookup;

static Node *searched_side(const PlanSubject *subject, Node *clause, Oid *op, Oid *collation);
static List *look_up(const PlanKey *key, Oid op, char purpose);
static void add_classes(Lookup *lookup, Oid method, IndexMethod kind, Oid family);

List *
plan_searches(const PlanSubject *subject, Node *clause)
{
    PlanKey key;
    Oid op, collation;
    Node *side = searched_side(subject, clause, &op, &collation);

    if (side == NULL || !OidIsValid(op) || plan_key(subject, side, &key) != OBSTACLE_NONE ||
        (OidIsValid(key.collation) && OidIsValid(collation) && key.collation != collation))
        return NIL;
    return look_up(&key, op, AMOP_SEARCH);
}

/* The side of the comparison that is the relation's own, and the operator seen from it; NULL if it has none. */
static Node *
searched_side(const PlanSubject *subject, Node *clause, Oid *op, Oid *collation)
{
    List *args;
    bool left, right;

    if (IsA(clause, OpExpr))
    {
        *op = ((OpExpr *)clause)->opno;
        *collation = ((OpExpr *)clause)->inputcollid;
        args = ((OpExpr *)clause)->args;
    }
    else if (IsA(clause, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *)clause)->useOr)
    {
        *op = ((ScalarArrayOpExpr *)clause)->opno;
        *collation = ((ScalarArrayOpExpr *)clause)->inputcollid;
        args = ((ScalarArrayOpExpr *)clause)->args;
    }
    else
        return NULL;
    if (list_length(args) != 2)
        return NULL;
    left = plan_mentions(subject, linitial(args));
    right = plan_mentions(subject, lsecond(args));
    if (left && !right)
        return linitial(args);
    if (left || !right || !IsA(clause, OpExpr))
        return NULL;
    *op = get_commutator(*op);
    return lsecond(args);
}

/* ORDER BY key <-> value, ascending, and nothing else: an index gives the order of the first distance alone. */
List *
plan_distances(const PlanSubject *subject)
{
    List *wanted = subject->root->query_pathkeys;
    const PathKey *path_key = wanted ? linitial(wanted) : NULL;
    ListCell *cell;

    if (list_length(wanted) != 1 || pathkey_is_descending(path_key) || path_key->pk_nulls_first ||
        path_key->pk_eclass->ec_has_volatile)
        return NIL;
    foreach (cell, path_key->pk_eclass->ec_members)
    {
        const EquivalenceMember *member = lfirst(cell);
        PlanKey key;
        Oid op, collation;
        Node *side;

        if (member->em_is_child || !bms_equal(member->em_relids, subject->rel->relids) ||
            !IsA(member->em_expr, OpExpr))
            continue;
        side = searched_side(subject, (Node *)member->em_expr, &op, &collation);
        if (side != NULL && OidIsValid(op) && plan_key(subject, side, &key) == OBSTACLE_NONE)
            return look_up(&key, op, AMOP_ORDER);
    }
    return NIL;
}

static List *
look_up(const PlanKey *key, Oid op, char purpose)
{
    Lookup lookup = {key, op, purpose, NIL};
    CatCList *members = SearchSysCacheList1(AMOPOPID, ObjectIdGetDatum(op));

    for (int i = 0; i < members->n_members; i++)
    {
        Form_pg_amop member = (Form_pg_amop)GETSTRUCT(&members->members[i]->tuple);
        IndexMethod kind;

        if (member->amoppurpose == purpose && plan_search_method(member->amopmethod, &kind))
            add_classes(&lookup, member->amopmethod, kind, member->amopfamily);
    }
    ReleaseSysCacheList(members);
    return lookup.found;
}

/* Those that CREATE INDEX would take for a key of that type. The other classes of brin and hash are not proposed.
 */
static void
add_classes(Lookup *lookup, Oid method, IndexMethod kind, Oid family)
{
    Oid type = exprType(lookup->key->node);
    Oid usual = GetDefaultOpClass(type, method);
    CatCList *classes = SearchSysCacheList1(CLAAMNAMENSP, ObjectIdGetDatum(method));

    for (int i = 0; i < classes->n_members; i++)
    {
        Form_pg_opclass class = (Form_pg_opclass)GETSTRUCT(&classes->members[i]->tuple);
        PlanSearch *search;

        if (class->opcfamily != family || !IsBinaryCoercible(type, class->opcintype) ||
            ((kind == METHOD_BRIN || kind == METHOD_HASH) && class->oid != usual))
            continue;
        search = palloc0(sizeof(PlanSearch));
        search->attno = lookup->key->attno;
        search->key = lookup->key->node;
        search->method = method;
        search->opclass = class->oid;
        search->kind = kind;
        lookup->found = class->oid == usual ? lcons(search, lookup->found) : lappend(lookup->found, search);
    }
    ReleaseSysCacheList(classes);
}

bool
plan_search_method(Oid method, IndexMethod *kind)
{
    switch (method)
    {
        case HASH_AM_OID:
            *kind = METHOD_HASH;
            return true;
        case BRIN_AM_OID:
            *kind = METHOD_BRIN;
            return true;
        case GIN_AM_OID:
            *kind = METHOD_GIN;
            return true;
        case GIST_AM_OID:
            *kind = METHOD_GIST;
            return true;
        case SPGIST_AM_OID:
            *kind = METHOD_SPGIST;
            return true;
        default:
            return false;
    }
}

/* The only one that a text search so often wants and that every server has in its contrib package. */
const char *
plan_missing_extension(const PlanPredicate *predicate)
{
    char share[MAXPGPATH], path[MAXPGPATH];

    if (predicate->obstacle != OBSTACLE_LEADING_WILDCARD || OidIsValid(get_extension_oid("pg_trgm", true)))
        return NULL;
    get_share_path(my_exec_path, share);
    snprintf(path, sizeof(path), "%s/extension/pg_trgm.control", share);
    return access(path, R_OK) == 0 ? "pg_trgm" : NULL;
}
