/*
 * catalog_attribute.c - columns and expressions as facts.
 *
 * Statistics are read from pg_statistic whoever the user is: what is handed out
 * are counts, widths and frequencies, never a value.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_database.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "catalog_internal.h"
#include "compat.h"

static void describe_type(Oid type, int32 typmod, Oid collation, AttributeFact *fact);
static const char *pattern_opclass(Oid type, Oid collation);
static HeapTuple find_statistics(Oid relid, AttrNumber attno);
static HeapTuple find_expression_statistics(Oid relid, Node *key);

void
catalog_attribute(Oid relid, AttrNumber attno, Node *key, AttributeFact *fact)
{
    HeapTuple statistics;

    memset(fact, 0, sizeof(*fact));
    fact->attnum = attno;
    if (attno != 0)
    {
        Oid type, collation;
        int32 typmod;
        char *name = get_attname(relid, attno, false);

        get_atttypetypmodcoll(relid, attno, &type, &typmod, &collation);
        fact->name = name;
        fact->sql = quote_identifier(name);
        describe_type(type, typmod, collation, fact);
        statistics = find_statistics(relid, attno);
    }
    else
    {
        fact->name = catalog_expression_name(relid, key);
        fact->sql = catalog_deparse_key(relid, key);
        describe_type(exprType(key), exprTypmod(key), exprCollation(key), fact);
        statistics = find_expression_statistics(relid, key);
    }
    fact->n_distinct = fact->correlation = fact->top_frequency = UNKNOWN;
    if (HeapTupleIsValid(statistics))
    {
        catalog_describe_statistics(statistics, relid, fact);
        ReleaseSysCache(statistics);
    }
}

/* An array or range of something that has no order has a btree class as well, one that cannot build an index. */
static bool
is_orderable(Oid type)
{
    return OidIsValid(GetDefaultOpClass(type, BTREE_AM_OID)) &&
           OidIsValid(lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr);
}

bool
catalog_can_be_key(Oid relid, AttrNumber attno, Node *key)
{
    if (attno != 0)
        return attno > 0 && is_orderable(get_atttype(relid, attno));
    return key != NULL && is_orderable(exprType(key)) && catalog_can_be_searched(relid, key);
}

AttrNumber
catalog_only_column(Node *expression)
{
    Bitmapset *columns = NULL;
    int column;

    pull_varattnos(expression, 1, &columns);
    if (!bms_get_singleton_member(columns, &column))
        return InvalidAttrNumber;
    return Max(column + FirstLowInvalidHeapAttributeNumber, InvalidAttrNumber);
}

List *
catalog_generated(Oid relid)
{
    Relation relation = catalog_try_open(relid);
    const TupleConstr *constraints = relation ? RelationGetDescr(relation)->constr : NULL;
    List *columns = NIL;

    for (int i = 0; constraints && constraints->has_generated_stored && i < constraints->num_defval; i++)
    {
        const AttrDefault *value = &constraints->defval[i];
        const FormData_pg_attribute *attribute = TupleDescAttr(RelationGetDescr(relation), value->adnum - 1);
        GeneratedColumn *column;

        if (attribute->attgenerated != ATTRIBUTE_GENERATED_STORED)
            continue;
        column = palloc(sizeof(GeneratedColumn));
        *column = (GeneratedColumn){value->adnum, stringToNode(value->adbin)};
        columns = lappend(columns, column);
    }
    if (relation)
        relation_close(relation, AccessShareLock);
    return columns;
}

bool
catalog_is_distance(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (IsA(node, OpExpr))
    {
        const OpExpr *expression = (OpExpr *)node;
        CatCList *members = SearchSysCacheList1(AMOPOPID, ObjectIdGetDatum(expression->opno));
        bool orders = false;

        for (int i = 0; i < members->n_members; i++)
            orders |= ((Form_pg_amop)GETSTRUCT(&members->members[i]->tuple))->amoppurpose == AMOP_ORDER;
        ReleaseSysCacheList(members);
        if (orders && (IsA(linitial(expression->args), Const) || IsA(llast(expression->args), Const)))
            return true;
    }
    return expression_tree_walker(node, catalog_is_distance, context);
}

bool
catalog_can_be_searched(Oid relid, Node *key)
{
    return key != NULL && !IsA(key, Const) && !contain_subplans(key) && !contain_agg_clause(key) &&
           !contain_window_function(key) && !contain_mutable_functions(key) && !catalog_is_distance(key, NULL) &&
           catalog_is_harmless(relid, key);
}

static int
alignment_bytes(char typalign)
{
    switch (typalign)
    {
        case TYPALIGN_CHAR:
            return 1;
        case TYPALIGN_SHORT:
            return ALIGNOF_SHORT;
        case TYPALIGN_INT:
            return ALIGNOF_INT;
        default:
            return ALIGNOF_DOUBLE;
    }
}

static void
describe_type(Oid type, int32 typmod, Oid collation, AttributeFact *fact)
{
    int16 length;
    bool by_value;
    char alignment;

    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    fact->typlen = length;
    fact->typalign = alignment_bytes(alignment);
    fact->avg_width = length > 0 ? length : get_typavgwidth(type, typmod);
    fact->has_btree = is_orderable(type);
    fact->equalimage = fact->has_btree && catalog_has_equal_image(GetDefaultOpClass(type, BTREE_AM_OID), collation);
    fact->pattern_opclass = pattern_opclass(type, collation);
    type = getBaseType(type);
    fact->is_array_or_container = type == JSONBOID || type == TSVECTOROID || OidIsValid(get_element_type(type));
}

bool
catalog_has_equal_image(Oid opclass, Oid collation)
{
    Oid type = get_opclass_input_type(opclass);
    Oid function = get_opfamily_proc(get_opclass_family(opclass), type, type, BTEQUALIMAGE_PROC);

    return OidIsValid(function) && DatumGetBool(OidFunctionCall1Coll(function, collation, ObjectIdGetDatum(type)));
}

/* The builtin provider compares code points, and the C library's C and POSIX compare bytes. */
static bool
compares_bytes(char provider, int cache, HeapTuple tuple, AttrNumber locale_attno)
{
    bool is_null;
    Datum locale = SysCacheGetAttr(cache, tuple, locale_attno, &is_null);

    if (provider == COLLPROVIDER_BUILTIN)
        return true;
    return provider == COLLPROVIDER_LIBC && !is_null &&
           (strcmp(TextDatumGetCString(locale), "C") == 0 || strcmp(TextDatumGetCString(locale), "POSIX") == 0);
}

/*
 * Read from the catalogs: the server's own function is declared in a header that
 * needs ICU's headers to be installed.
 */
static bool
is_c_collation(Oid collation)
{
    bool own = collation == DEFAULT_COLLATION_OID;
    HeapTuple tuple = own ? SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId))
                          : SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
    bool result;

    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for collation %u", collation);
    if (own)
        result = compares_bytes(((Form_pg_database)GETSTRUCT(tuple))->datlocprovider, DATABASEOID, tuple,
                                Anum_pg_database_datcollate);
    else
        result = compares_bytes(((Form_pg_collation)GETSTRUCT(tuple))->collprovider, COLLOID, tuple,
                                Anum_pg_collation_collcollate);
    ReleaseSysCache(tuple);
    return result;
}

/*
 * LIKE 'x%' is a range of bytes. Under the C collation the default class sorts by
 * bytes already; a nondeterministic collation has no LIKE that an index could serve.
 */
static const char *
pattern_opclass(Oid type, Oid collation)
{
    if (!OidIsValid(collation) || is_c_collation(collation) || !get_collation_isdeterministic(collation))
        return "";
    switch (getBaseType(type))
    {
        case TEXTOID:
            return "text_pattern_ops";
        case VARCHAROID:
            return "varchar_pattern_ops";
        case BPCHAROID:
            return "bpchar_pattern_ops";
        default:
            return "";
    }
}

/* ---- statistics ---- */

static HeapTuple
statistics_of(Oid relid, AttrNumber attno, bool inherited)
{
    return SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid), Int16GetDatum(attno), BoolGetDatum(inherited));
}

/* A partitioned table that was never analysed as such is described by its largest leaf. */
static HeapTuple
find_statistics(Oid relid, AttrNumber attno)
{
    HeapTuple tuple;
    Oid leaf;

    if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
        return statistics_of(relid, attno, false);
    tuple = statistics_of(relid, attno, true);
    if (HeapTupleIsValid(tuple))
        return tuple;
    leaf = catalog_largest_leaf(relid);
    if (!OidIsValid(leaf))
        return NULL;
    return statistics_of(leaf, get_attnum(leaf, get_attname(relid, attno, false)), false);
}

/* The statistics row of that expression among an index's own, if it is one of its keys. */
static HeapTuple
index_expression_statistics(Oid index, Node *key)
{
    HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
    HeapTuple statistics = NULL;
    Form_pg_index form;
    List *expressions;
    int next = 0;

    if (!HeapTupleIsValid(tuple))
        return NULL;
    form = (Form_pg_index)GETSTRUCT(tuple);
    expressions = catalog_index_expressions(tuple);
    for (int i = 0; i < form->indnkeyatts && next < list_length(expressions); i++)
    {
        if (form->indkey.values[i] != 0)
            continue;
        if (equal(list_nth(expressions, next++), key))
        {
            statistics = statistics_of(index, i + 1, false);
            break;
        }
    }
    ReleaseSysCache(tuple);
    return statistics;
}

static HeapTuple
find_expression_statistics(Oid relid, Node *key)
{
    Relation relation = catalog_try_open(relid);
    HeapTuple statistics = NULL;
    ListCell *cell;

    if (relation == NULL)
        return NULL;
    foreach (cell, RelationGetIndexList(relation))
    {
        statistics = index_expression_statistics(lfirst_oid(cell), key);
        if (HeapTupleIsValid(statistics))
            break;
    }
    relation_close(relation, AccessShareLock);
    return statistics;
}

/* The first number of a slot, or `otherwise` where the slot is not there. */
static double
first_number(HeapTuple tuple, int slot_kind, double otherwise)
{
    AttStatsSlot slot;
    double number = otherwise;

    if (!get_attstatsslot(&slot, tuple, slot_kind, InvalidOid, ATTSTATSSLOT_NUMBERS))
        return otherwise;
    if (slot.nnumbers > 0)
        number = slot.numbers[0];
    free_attstatsslot(&slot);
    return number;
}

HeapTuple
catalog_expression_statistics(Oid relid, Node *key)
{
    HeapTuple statistics = find_expression_statistics(relid, key);
    HeapTuple copy;

    if (!HeapTupleIsValid(statistics))
        return NULL;
    copy = heap_copytuple(statistics);
    ReleaseSysCache(statistics);
    return copy;
}

void
catalog_describe_statistics(HeapTuple tuple, Oid relid, AttributeFact *fact)
{
    Form_pg_statistic form = (Form_pg_statistic)GETSTRUCT(tuple);
    double rows = catalog_counted_rows(relid);
    double share_of_each;

    fact->null_fraction = form->stanullfrac;
    if (form->stawidth > 0)
        fact->avg_width = form->stawidth;
    if (form->stadistinct > 0)
        fact->n_distinct = form->stadistinct;
    else if (form->stadistinct < 0 && rows >= 0)
        fact->n_distinct = Max(1.0, -form->stadistinct * rows);
    fact->correlation = first_number(tuple, STATISTIC_KIND_CORRELATION, UNKNOWN);
    /* No list of common values: all of them are about equally frequent. */
    share_of_each = fact->n_distinct > 0 ? (1.0 - fact->null_fraction) / fact->n_distinct : UNKNOWN;
    fact->top_frequency = first_number(tuple, STATISTIC_KIND_MCV, share_of_each);
}
