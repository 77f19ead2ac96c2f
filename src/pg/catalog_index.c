/*
 * catalog_index.c - existing indexes as facts.
 *
 * Read from pg_index alone. Expressions and predicates stay as they are stored:
 * RelationGetIndexExpressions would fold constants, which runs the functions in
 * them, which belong to whoever made the index.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_opfamily.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalog_internal.h"

static CatalogIndex *describe_index(Oid relid, Oid index, HeapTuple tuple);
static void describe_keys(Oid relid, HeapTuple tuple, CatalogIndex *result);
static bool describe_key_order(Oid relid, HeapTuple tuple, int position, CatalogIndex *result);
static void add_usage(Oid index, ExistingIndexFact *fact);

List *
catalog_indexes(Oid relid)
{
    Relation relation = catalog_try_open(relid);
    List *indexes = NIL;
    ListCell *cell;

    if (relation == NULL)
        return NIL;
    foreach (cell, RelationGetIndexList(relation))
    {
        Oid index = lfirst_oid(cell);
        HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));

        if (!HeapTupleIsValid(tuple))
            continue;
        indexes = lappend(indexes, describe_index(relid, index, tuple));
        ReleaseSysCache(tuple);
    }
    table_close(relation, AccessShareLock);
    return indexes;
}

static Oid
access_method(Oid index)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
    Oid method;

    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for index %u", index);
    method = ((Form_pg_class)GETSTRUCT(tuple))->relam;
    ReleaseSysCache(tuple);
    return method;
}

static CatalogIndex *
describe_index(Oid relid, Oid index, HeapTuple tuple)
{
    Form_pg_index form = (Form_pg_index)GETSTRUCT(tuple);
    CatalogIndex *result = palloc0(sizeof(CatalogIndex));
    ExistingIndexFact *fact = &result->fact;
    Oid namespace = get_rel_namespace(index);

    result->oid = index;
    result->predicate = catalog_index_predicate(tuple);
    fact->name = quote_qualified_identifier(get_namespace_name(namespace), get_rel_name(index));
    fact->predicate_sql =
        result->predicate ? catalog_deparse(relid, (Node *)make_ands_explicit(result->predicate), false) : "";
    result->method = access_method(index);
    fact->btree = result->method == BTREE_AM_OID;
    fact->unique = form->indisunique;
    fact->constraint = form->indisprimary || OidIsValid(get_index_constraint(index));
    fact->valid = form->indisvalid && form->indisready;
    describe_keys(relid, tuple, result);
    add_usage(index, fact);
    return result;
}

static Node *
stored_tree(HeapTuple tuple, AttrNumber attno)
{
    bool is_null;
    Datum tree = SysCacheGetAttr(INDEXRELID, tuple, attno, &is_null);

    return is_null ? NULL : stringToNode(TextDatumGetCString(tree));
}

List *
catalog_index_expressions(HeapTuple index_tuple)
{
    return (List *)stored_tree(index_tuple, Anum_pg_index_indexprs);
}

List *
catalog_index_predicate(HeapTuple index_tuple)
{
    return make_ands_implicit((Expr *)stored_tree(index_tuple, Anum_pg_index_indpred));
}

/* Keys and included columns, as many as facts can hold; plain only if that says all there is about the keys. */
static void
describe_keys(Oid relid, HeapTuple tuple, CatalogIndex *result)
{
    Form_pg_index form = (Form_pg_index)GETSTRUCT(tuple);
    List *expressions = catalog_index_expressions(tuple);
    ListCell *next = list_head(expressions);

    result->fact.plain = form->indnkeyatts <= MAX_INDEX_KEYS;
    result->n_keys = Min(form->indnkeyatts, MAX_INDEX_KEYS);
    for (int i = 0; i < result->n_keys; i++)
    {
        result->key_attnos[i] = form->indkey.values[i];
        if (result->key_attnos[i] == 0)
        {
            result->key_expressions[i] = lfirst(next);
            next = lnext(expressions, next);
        }
        result->fact.plain &= describe_key_order(relid, tuple, i, result);
    }
    result->n_includes = Min(form->indnatts - form->indnkeyatts, MAX_INDEX_INCLUDES);
    for (int i = 0; i < result->n_includes; i++)
        result->includes[i] = form->indkey.values[form->indnkeyatts + i];
}

const char *
catalog_opclass_sql(Oid opclass)
{
    HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
    Form_pg_opclass form;
    const char *sql;

    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for operator class %u", opclass);
    form = (Form_pg_opclass)GETSTRUCT(tuple);
    if (form->opcnamespace == PG_CATALOG_NAMESPACE)
        sql = pstrdup(quote_identifier(NameStr(form->opcname)));
    else
        sql = quote_qualified_identifier(get_namespace_name(form->opcnamespace), NameStr(form->opcname));
    ReleaseSysCache(tuple);
    return sql;
}

static const void *
vector_of(HeapTuple tuple, AttrNumber attno)
{
    bool is_null;
    Datum vector = SysCacheGetAttr(INDEXRELID, tuple, attno, &is_null);

    if (is_null)
        elog(ERROR, "pg_index row without attribute %d", attno);
    return DatumGetPointer(vector);
}

/* Direction, NULLS order, operator class. True if the latter and the collation are what a key has by default. */
static bool
describe_key_order(Oid relid, HeapTuple tuple, int position, CatalogIndex *result)
{
    int option = ((const int2vector *)vector_of(tuple, Anum_pg_index_indoption))->values[position];
    Oid opclass = ((const oidvector *)vector_of(tuple, Anum_pg_index_indclass))->values[position];
    Oid collation = ((const oidvector *)vector_of(tuple, Anum_pg_index_indcollation))->values[position];
    Oid family = get_opclass_family(opclass);
    Node *expression = result->key_expressions[position];
    AttrNumber attno = result->key_attnos[position];
    Oid type, own_collation, default_class;
    int32 typmod;

    if (expression)
    {
        type = exprType(expression);
        own_collation = exprCollation(expression);
    }
    else
        get_atttypetypmodcoll(relid, attno, &type, &typmod, &own_collation);
    default_class = GetDefaultOpClass(type, result->method);

    result->descending[position] = (option & INDOPTION_DESC) != 0;
    result->nulls_first[position] = (option & INDOPTION_NULLS_FIRST) != 0;
    if (!result->fact.btree)
    {
        result->opclass[position] = opclass == default_class ? NULL : catalog_opclass_sql(opclass);
        return !OidIsValid(own_collation) || collation == own_collation;
    }
    result->pattern[position] = family == TEXT_PATTERN_BTREE_FAM_OID || family == BPCHAR_PATTERN_BTREE_FAM_OID;
    if (collation != own_collation)
        return false;
    return result->pattern[position] || (OidIsValid(default_class) && family == get_opclass_family(default_class));
}

/* Size and scans; those of an index on a partitioned table are the sums of its parts. */
static void
add_usage(Oid index, ExistingIndexFact *fact)
{
    List *parts = get_rel_relkind(index) == RELKIND_PARTITIONED_INDEX ? find_all_inheritors(index, NoLock, NULL)
                                                                      : list_make1_oid(index);
    ListCell *cell;

    fact->bytes = UNKNOWN;
    foreach (cell, parts)
    {
        Oid part = lfirst_oid(cell);
        double bytes = catalog_index_bytes(part);
        PgStat_StatTabEntry *counters = pgstat_fetch_stat_tabentry(part);

        if (bytes >= 0)
            fact->bytes = Max(fact->bytes, 0.0) + bytes;
        if (counters)
            fact->scans += counters->numscans;
    }
}
