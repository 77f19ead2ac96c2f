/*
 * statement_rights.c - as whom a statement is planned.
 *
 * Planning runs functions: those of the statement that are immutable or stable,
 * and those in index expressions, predicates, check constraints and the like of
 * the tables it reads, with the rights of the current user. Anybody may put a
 * function of his own into an index of his own, so a superuser's statement is
 * planned as the superuser only where every function and type involved is built in
 * or a superuser's; otherwise as the owner of a table involved, whose trap it
 * would be.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "statement_internal.h"

static bool is_trap(Node *node, void *context);
static bool relation_has_trap(Oid relid);
static bool tree_has_trap(Oid relid);

/* InvalidOid if relid is gone. */
static Oid
relation_owner(Oid relid)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    Oid owner = InvalidOid;

    if (HeapTupleIsValid(tuple))
    {
        owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
        ReleaseSysCache(tuple);
    }
    return owner;
}

/* InvalidOid if there is none. */
static Oid
ordinary_owner(List *relations)
{
    ListCell *cell;

    foreach (cell, relations)
    {
        Oid owner = relation_owner(lfirst_oid(cell));

        if (OidIsValid(owner) && !superuser_arg(owner))
            return owner;
    }
    return InvalidOid;
}

/*
 * Parsing reads literals: '{x}' for an array of a domain runs the domain's checks.
 * Types are not known before, so a superuser's text is parsed as himself only if
 * all relations that it names are superusers'.
 */
Oid
statement_parsing_role(Oid userid, List *relations)
{
    Oid owner;

    if (!superuser_arg(userid))
        return userid;
    owner = ordinary_owner(relations);
    return OidIsValid(owner) ? owner : userid;
}

Oid
statement_planning_role(Oid userid, Query *query)
{
    List *relations;
    bool trap;
    Oid owner;
    ListCell *cell;

    if (!superuser_arg(userid))
        return userid;
    relations = statement_relations(query);
    trap = is_trap((Node *)query, NULL);
    foreach (cell, relations)
        trap = trap || tree_has_trap(lfirst_oid(cell));
    if (!trap)
        return userid;
    owner = ordinary_owner(relations);
    if (!OidIsValid(owner))
        ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                errmsg("planning this statement of superuser \"%s\" would run functions of other roles",
                       GetUserNameFromId(userid, false)),
                errhint("Let a superuser own the functions, or run the statement as an ordinary role."));
    return owner;
}

static bool
is_suspicious_function(Oid function, void *context)
{
    HeapTuple tuple;
    bool suspicious = true;

    if (function < FirstNormalObjectId)
        return false;
    tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (HeapTupleIsValid(tuple))
    {
        suspicious = !superuser_arg(((Form_pg_proc)GETSTRUCT(tuple))->proowner);
        ReleaseSysCache(tuple);
    }
    return suspicious;
}

/* Types carry functions along: a domain its checks, a range its subtype_diff, which estimates run. */
static bool
is_suspicious_type(Oid type)
{
    HeapTuple tuple;
    bool suspicious = true;

    if (type < FirstNormalObjectId)
        return false;
    tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (HeapTupleIsValid(tuple))
    {
        suspicious = !superuser_arg(((Form_pg_type)GETSTRUCT(tuple))->typowner);
        ReleaseSysCache(tuple);
    }
    return suspicious;
}

static bool
is_trap(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (check_functions_in_node(node, is_suspicious_function, NULL))
        return true;
    switch (nodeTag(node))
    {
        case T_Var:
        case T_Const:
        case T_Param:
        case T_CoerceToDomain:
        case T_CoerceViaIO:
        case T_RelabelType:
        case T_ArrayCoerceExpr:
        case T_ArrayExpr:
        case T_RowExpr:
            if (is_suspicious_type(exprType(node)))
                return true;
            break;
        case T_Query:
            return query_tree_walker((Query *)node, is_trap, context, 0);
        default:
            break;
    }
    return expression_tree_walker(node, is_trap, context);
}

static bool
text_is_trap(const char *node_text)
{
    return is_trap(stringToNode(node_text), NULL);
}

/* A column of a catalog row that holds an expression, or NULL. */
static bool
attribute_is_trap(int cache, HeapTuple tuple, AttrNumber attno)
{
    bool isnull;
    Datum value = SysCacheGetAttr(cache, tuple, attno, &isnull);

    return !isnull && text_is_trap(TextDatumGetCString(value));
}

static bool
row_is_trap(int cache, Oid oid, AttrNumber first, AttrNumber second)
{
    HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));
    bool trap;

    if (!HeapTupleIsValid(tuple))
        return false;
    trap = attribute_is_trap(cache, tuple, first) || (second != 0 && attribute_is_trap(cache, tuple, second));
    ReleaseSysCache(tuple);
    return trap;
}

/* Check constraints, for constraint exclusion, and defaults, among them virtual generated columns. */
static bool
constraints_have_trap(const TupleConstr *constraints)
{
    if (constraints == NULL)
        return false;
    for (int i = 0; i < constraints->num_check; i++)
    {
        if (text_is_trap(constraints->check[i].ccbin))
            return true;
    }
    for (int i = 0; i < constraints->num_defval; i++)
    {
        if (text_is_trap(constraints->defval[i].adbin))
            return true;
    }
    return false;
}

/* Expressions are read as they are stored: the relation cache would fold them, that is, run them. */
static bool
relation_has_trap(Oid relid)
{
    Relation relation = try_relation_open(relid, NoLock);
    bool trap;
    ListCell *cell;

    if (relation == NULL)
        return false;
    trap = constraints_have_trap(RelationGetDescr(relation)->constr);
    foreach (cell, RelationGetIndexList(relation))
        trap = trap || row_is_trap(INDEXRELID, lfirst_oid(cell), Anum_pg_index_indexprs, Anum_pg_index_indpred);
    foreach (cell, RelationGetStatExtList(relation))
        trap = trap || row_is_trap(STATEXTOID, lfirst_oid(cell), Anum_pg_statistic_ext_stxexprs, 0);
    if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
        trap = trap || row_is_trap(PARTRELID, relid, Anum_pg_partitioned_table_partexprs, 0);
    relation_close(relation, NoLock);
    return trap;
}

/* Children are planned along; locks that the planner would take anyway, and not wait for longer than it may. */
static bool
tree_has_trap(Oid relid)
{
    ListCell *cell;

    if (!has_subclass(relid))
        return relation_has_trap(relid);
    foreach (cell, find_all_inheritors(relid, AccessShareLock, NULL))
    {
        if (relation_has_trap(lfirst_oid(cell)))
            return true;
    }
    return false;
}
