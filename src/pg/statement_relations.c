/*
 * statement_relations.c - what a rewritten tree depends on.
 *
 * A fingerprint is 48 bits of hash over all that the parser and the rewriter
 * baked into a tree (names, columns' types, policies, rules, who is subject to row
 * security) and, in the low 16 bits, the number of columns it was taken over: a
 * column added later does not make a tree wrong, a changed or dropped one crashes
 * the server. Names count because the statement is sent as text: what it names
 * after a renaming is another table or none, whatever the tree goes on to mean.
 * Row types have fingerprints as tables do; values of them crash the server, too.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "common/hashfn.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/prs2lock.h"
#include "rewrite/rowsecurity.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "statement_internal.h"

#define FINGERPRINT_COLUMN_BITS 16
#define FINGERPRINT_COLUMN_MASK ((UINT64CONST(1) << FINGERPRINT_COLUMN_BITS) - 1)

/* The type that a node brings along by itself; those of columns are their relation's. */
static Oid
own_type(const Node *node)
{
    switch (nodeTag(node))
    {
        case T_Const:
        case T_Param:
        case T_Var:
        case T_FuncExpr:
        case T_FieldSelect:
        case T_RowExpr:
        case T_ConvertRowtypeExpr:
        case T_RelabelType:
        case T_CoerceViaIO:
        case T_ArrayCoerceExpr:
        case T_ArrayExpr:
        case T_CoerceToDomain:
            return exprType(node);
        default:
            return InvalidOid;
    }
}

/* The relation that describes rows of this type, or of what it is an array of or a domain over; or InvalidOid. */
static Oid
row_relation(Oid type)
{
    Oid base = getBaseType(type);
    Oid element = get_element_type(base);

    return get_typ_typrelid(OidIsValid(element) ? getBaseType(element) : base);
}

static bool
find_row_types(Node *node, void *context)
{
    List **relations = context;
    Oid type, relid;

    if (node == NULL)
        return false;
    type = own_type(node);
    relid = type >= FirstNormalObjectId ? row_relation(type) : InvalidOid;
    if (OidIsValid(relid))
        *relations = list_append_unique_oid(*relations, relid);
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, find_row_types, context, 0);
    return expression_tree_walker(node, find_row_types, context);
}

/* The server takes constants of types oid and regclass for relations as well; many are none. */
List *
statement_relations(Query *query)
{
    List *relations;
    List *items;
    List *distinct = NIL;
    bool has_row_security;
    ListCell *cell;

    extract_query_dependencies((Node *)query, &relations, &items, &has_row_security);
    foreach (cell, relations)
    {
        if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(lfirst_oid(cell))))
            distinct = list_append_unique_oid(distinct, lfirst_oid(cell));
    }
    (void)find_row_types((Node *)query, &distinct);
    return distinct;
}

static bool
reads_tuplestore(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, RangeTblEntry))
        return ((RangeTblEntry *)node)->rtekind == RTE_NAMEDTUPLESTORE;
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, reads_tuplestore, context, QTW_EXAMINE_RTES_BEFORE);
    return expression_tree_walker(node, reads_tuplestore, context);
}

bool
statement_is_lasting(Query *query, List *relations)
{
    bool any_user_relation = false;
    ListCell *cell;

    foreach (cell, relations)
    {
        if (get_rel_persistence(lfirst_oid(cell)) == RELPERSISTENCE_TEMP)
            return false;
        if (lfirst_oid(cell) >= FirstNormalObjectId && get_rel_relkind(lfirst_oid(cell)) != RELKIND_COMPOSITE_TYPE)
            any_user_relation = true;
    }
    return any_user_relation && !reads_tuplestore((Node *)query, NULL);
}

static bool
is_gone(int cache, Oid object)
{
    return object >= FirstNormalObjectId && !SearchSysCacheExists1(cache, ObjectIdGetDatum(object));
}

static bool
function_is_gone(Oid function, void *context)
{
    return is_gone(PROCOID, function);
}

static bool
any_is_gone(int cache, const List *objects)
{
    ListCell *cell;

    foreach (cell, objects)
    {
        if (is_gone(cache, lfirst_oid(cell)))
            return true;
    }
    return false;
}

/* An operator that is gone leaves its function behind, and what the server then says of it is "unknown". */
static bool
names_itself_what_is_gone(const Node *node)
{
    switch (nodeTag(node))
    {
        case T_OpExpr:
        case T_DistinctExpr:
        case T_NullIfExpr:
            return is_gone(OPEROID, ((const OpExpr *)node)->opno);
        case T_ScalarArrayOpExpr:
            return is_gone(OPEROID, ((const ScalarArrayOpExpr *)node)->opno);
        case T_RowCompareExpr:
            return any_is_gone(OPEROID, ((const RowCompareExpr *)node)->opnos);
        case T_SortGroupClause:
            return is_gone(OPEROID, ((const SortGroupClause *)node)->eqop) ||
                   is_gone(OPEROID, ((const SortGroupClause *)node)->sortop);
        case T_CollateExpr:
            return is_gone(COLLOID, ((const CollateExpr *)node)->collOid);
        case T_OnConflictExpr:
            return is_gone(CONSTROID, ((const OnConflictExpr *)node)->constraint);
        case T_Query:
            /* Without its primary key a table's columns depend on nothing that is grouped by. */
            return any_is_gone(CONSTROID, ((const Query *)node)->constraintDeps);
        default:
            return is_gone(TYPEOID, own_type(node));
    }
}

static bool
names_what_is_gone(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (names_itself_what_is_gone(node) || check_functions_in_node(node, function_is_gone, NULL))
        return true;
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, names_what_is_gone, context, QTW_EXAMINE_SORTGROUP);
    return expression_tree_walker(node, names_what_is_gone, context);
}

bool
statement_objects_are_there(Query *query)
{
    return !names_what_is_gone((Node *)query, NULL);
}

static uint64
mix_bytes(uint64 hash, const void *bytes, Size length)
{
    return hash_combine64(hash, hash_bytes_extended(bytes, (int)length, 0));
}

static uint64
mix_string(uint64 hash, const char *string)
{
    return mix_bytes(hash, string, strlen(string));
}

static uint64
mix_node(uint64 hash, const void *node)
{
    char *text;

    if (node == NULL)
        return hash_combine64(hash, 1);
    text = nodeToString(node);
    hash = mix_string(hash, text);
    pfree(text);
    return hash;
}

static uint64
mix_columns(uint64 hash, TupleDesc columns, int n)
{
    for (int i = 0; i < n; i++)
    {
        Form_pg_attribute column = TupleDescAttr(columns, i);
        uint32 facts[] = {column->atttypid, (uint32)column->atttypmod, column->attcollation, column->attisdropped};

        hash = mix_string(mix_bytes(hash, facts, sizeof(facts)), NameStr(column->attname));
    }
    return hash;
}

/* Actions hold the owner as whom a view reads its relations, so that a new owner counts as well. */
static uint64
mix_rules(uint64 hash, const RuleLock *rules)
{
    for (int i = 0; rules != NULL && i < rules->numLocks; i++)
    {
        const RewriteRule *rule = rules->rules[i];
        uint32 facts[] = {rule->event, (uint32)rule->enabled, rule->isInstead};

        hash = mix_bytes(hash, facts, sizeof(facts));
        hash = mix_node(hash, rule->qual);
        hash = mix_node(hash, rule->actions);
    }
    return hash;
}

/* A role comes under a policy by joining a group, too. */
static uint64
mix_policies(uint64 hash, const RowSecurityDesc *security, Oid userid)
{
    ListCell *cell;

    if (security == NULL)
        return hash;
    foreach (cell, security->policies)
    {
        const RowSecurityPolicy *policy = lfirst(cell);
        const Oid *roles = (const Oid *)ARR_DATA_PTR(policy->roles);
        uint32 facts[] = {(uint32)policy->polcmd, policy->permissive};

        hash = mix_bytes(hash, facts, sizeof(facts));
        hash = mix_bytes(hash, policy->roles, VARSIZE(policy->roles));
        for (int i = 0; i < ARR_DIMS(policy->roles)[0]; i++)
            hash = hash_combine64(hash, roles[i] == ACL_ID_PUBLIC || has_privs_of_role(userid, roles[i]));
        hash = mix_node(hash, policy->qual);
        hash = mix_node(hash, policy->with_check_qual);
    }
    return hash;
}

static uint64
mix_relation(Relation relation, Oid userid)
{
    bool is_view = relation->rd_rel->relkind == RELKIND_VIEW;
    bool has_row_security = relation->rd_rel->relrowsecurity;
    bool is_row_type = relation->rd_rel->relkind == RELKIND_COMPOSITE_TYPE;
    uint32 facts[] = {(uint32)relation->rd_rel->relkind,
                      is_row_type ? (uint32)RelationGetNumberOfAttributes(relation) : 0,
                      is_view && RelationIsSecurityView(relation),
                      has_row_security,
                      relation->rd_rel->relforcerowsecurity,
                      has_row_security ? (uint32)check_enable_rls(RelationGetRelid(relation), userid, true) : 0};
    const char *schema = get_namespace_name(RelationGetNamespace(relation));

    return mix_string(mix_string(mix_bytes(0, facts, sizeof(facts)), schema ? schema : ""),
                      RelationGetRelationName(relation));
}

uint64
statement_fingerprint(Oid relid, Oid userid, int columns)
{
    Relation relation = try_relation_open(relid, NoLock);
    uint64 hash = 0;

    if (relation == NULL)
        return 0;
    if (columns == 0)
        columns = RelationGetNumberOfAttributes(relation);
    if (columns <= RelationGetNumberOfAttributes(relation))
    {
        hash = mix_columns(mix_relation(relation, userid), RelationGetDescr(relation), columns);
        hash = mix_rules(hash, relation->rd_rules);
        hash = mix_policies(hash, relation->rd_rsdesc, userid);
        hash = (hash & ~FINGERPRINT_COLUMN_MASK) | columns;
    }
    relation_close(relation, NoLock);
    return hash;
}

int
statement_fingerprint_columns(uint64 fingerprint)
{
    return (int)(fingerprint & FINGERPRINT_COLUMN_MASK);
}
