/*
 * statement_relations.c - what a rewritten tree depends on.
 *
 * A fingerprint is 48 bits of hash over all that the parser and the rewriter
 * baked into a tree (columns' types, policies, rules, who is subject to row
 * security) and, in the low 16 bits, the number of columns it was taken over: a
 * column added later does not make a tree wrong, a changed or dropped one crashes
 * the server.
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
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "statement_internal.h"

#define FINGERPRINT_COLUMN_BITS 16
#define FINGERPRINT_COLUMN_MASK ((UINT64CONST(1) << FINGERPRINT_COLUMN_BITS) - 1)

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
        if (lfirst_oid(cell) >= FirstNormalObjectId)
            any_user_relation = true;
    }
    return any_user_relation && !reads_tuplestore((Node *)query, NULL);
}

static bool
function_is_gone(Oid function, void *context)
{
    return function >= FirstNormalObjectId && !SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(function));
}

/* Types that no relation answers for: those of values and casts. */
static bool
type_is_gone(const Node *node)
{
    Oid type = InvalidOid;

    if (IsA(node, Const) || IsA(node, Param) || IsA(node, CoerceToDomain) || IsA(node, CoerceViaIO) ||
        IsA(node, RelabelType) || IsA(node, ArrayCoerceExpr))
        type = exprType(node);
    return type >= FirstNormalObjectId && !SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type));
}

static bool
names_what_is_gone(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (check_functions_in_node(node, function_is_gone, NULL) || type_is_gone(node))
        return true;
    if (IsA(node, Query))
        return query_tree_walker((Query *)node, names_what_is_gone, context, 0);
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
mix_node(uint64 hash, const void *node)
{
    char *text;

    if (node == NULL)
        return hash_combine64(hash, 1);
    text = nodeToString(node);
    hash = mix_bytes(hash, text, strlen(text));
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

        hash = mix_bytes(hash, facts, sizeof(facts));
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

static uint64
mix_policies(uint64 hash, const RowSecurityDesc *security)
{
    ListCell *cell;

    if (security == NULL)
        return hash;
    foreach (cell, security->policies)
    {
        const RowSecurityPolicy *policy = lfirst(cell);
        uint32 facts[] = {(uint32)policy->polcmd, policy->permissive};

        hash = mix_bytes(hash, facts, sizeof(facts));
        hash = mix_bytes(hash, policy->roles, VARSIZE(policy->roles));
        hash = mix_node(hash, policy->qual);
        hash = mix_node(hash, policy->with_check_qual);
    }
    return hash;
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
        uint32 facts[] = {(uint32)relation->rd_rel->relkind, relation->rd_rel->relrowsecurity,
                          relation->rd_rel->relforcerowsecurity, 0};

        if (relation->rd_rel->relrowsecurity)
            facts[3] = (uint32)check_enable_rls(relid, userid, true);
        hash = mix_columns(mix_bytes(0, facts, sizeof(facts)), RelationGetDescr(relation), columns);
        hash = mix_rules(hash, relation->rd_rules);
        hash = mix_policies(hash, relation->rd_rsdesc);
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
