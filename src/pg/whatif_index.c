/*
 * whatif_index.c - one hypothetical index, as the planner sees a real one.
 *
 * What of it does not depend on the planner call is found out once for a table or leaf, kept with the index, and
 * copied from then on, until something changes in the catalogs. Only trees need a copy of their own, since the
 * planner puts its own number of the relation into them.
 *
 * Every field is what get_relation_info would read of the same index, had it
 * been created; what depends on the access method comes from its own routine.
 * Three differ on purpose: it is marked hypothetical, it is never unique (a
 * uniqueness that nothing enforces would remove joins), and its expressions are
 * folded only where that runs no code that the current role has no reason to
 * trust.
 */
#include "whatif_internal.h"

#include <math.h>

#include "access/amapi.h"
#include "access/attmap.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"

/* An index on its way from its own table to the relation that is planned. */
typedef struct Target
{
    Relation relation;
    AttrMap *map; /* columns of the index's table -> of relation; NULL: the same table */
} Target;

/* The index on one relation, but for the planner call: relation number 1, no size. */
typedef struct WhatifPrepared
{
    Oid relid; /* first: the key of `others` */
    uint64 generation;
    Oid userid; /* whom its trees were folded for; InvalidOid: it has none */
    IndexOptInfo info;
    HTAB *others; /* WhatifPrepared of the index's other relations, by OID */
} WhatifPrepared;

/* Counts changes in the catalogs. */
static uint64 generation = 1;

static List *placed(List *trees, Index relid);
static void forget_relation(Datum arg, Oid relid);
static void forget_object(Datum arg, int cache, uint32 hash);
static const WhatifPrepared *prepared_on(WhatifIndex *index, Oid relid);
static WhatifPrepared *find_prepared(WhatifIndex *index, Oid relid);
static void prepare(WhatifIndex *index, WhatifPrepared *prepared);
static Oid tablespace(const WhatifIndex *index, Relation relation);
static void refuse_dropped(const WhatifIndex *index, const Target *target);
static bool is_dropped(const Target *target, AttrNumber attno);
static AttrNumber map_column(const Target *target, AttrNumber attno);
static void fill_size(IndexOptInfo *info, const WhatifIndex *index, const IndexSize *size);
static IndexSize part_size(const WhatifIndex *index, WhatifPart part);
static int height_of_part(const IndexSize *whole, double pages);
static void fill_columns(IndexOptInfo *info, const Target *target, const WhatifIndex *index);
static void fill_key(IndexOptInfo *info, int i, const Target *target, const WhatifKey *key);
static void fill_order(IndexOptInfo *info, const WhatifIndex *index);
static Oid key_type(const IndexOptInfo *info, const Target *target);
static void fill_method(IndexOptInfo *info, const WhatifIndex *index, Oid first_key_type);
static List *prepare_predicate(const Target *target, List *predicate);
static Node *fold(Node *expression);
static bool runs_untrusted_code(Node *node, void *context);
static bool is_untrusted(Oid function, void *context);
static List *column_targets(const IndexOptInfo *info, const Target *target);
static const char *key_word(Oid relid, AttrNumber attno, Node *expression);

IndexOptInfo *
whatif_build_index(RelOptInfo *rel, Oid relid, WhatifIndex *index, WhatifPart part, Oid oid)
{
    WhatifIndexInfo *whole = palloc(sizeof(WhatifIndexInfo));
    IndexOptInfo *info = &whole->info;

    *info = prepared_on(index, relid)->info;
    info->indexoid = oid;
    info->rel = rel;
    info->indexprs = placed(info->indexprs, rel->relid);
    info->indpred = placed(info->indpred, rel->relid);
    info->indextlist = placed(info->indextlist, rel->relid);
    whole->size = part.parts > 1 ? part_size(index, part) : index->size;
    whole->pages_per_range = index->pages_per_range;
    fill_size(info, index, &whole->size);
    return info;
}

List *
whatif_predicate(WhatifIndex *index, Oid relid, Index rti)
{
    return placed(prepared_on(index, relid)->info.indpred, rti);
}

/* A copy of trees on relation number 1, on that number of the planner call. */
static List *
placed(List *trees, Index relid)
{
    List *copy = copyObject(trees);

    if (relid != 1)
        ChangeVarNodes((Node *)copy, 1, relid, 0);
    return copy;
}

void
whatif_watch_catalogs(void)
{
    static const int caches[] = {AMOID, CLAOID, TYPEOID, PROCOID};

    CacheRegisterRelcacheCallback(forget_relation, (Datum)0);
    for (int i = 0; i < lengthof(caches); i++)
        CacheRegisterSyscacheCallback(caches[i], forget_object, (Datum)0);
}

static void
forget_relation(Datum arg, Oid relid)
{
    generation++;
}

static void
forget_object(Datum arg, int cache, uint32 hash)
{
    generation++;
}

static const WhatifPrepared *
prepared_on(WhatifIndex *index, Oid relid)
{
    WhatifPrepared *prepared = find_prepared(index, relid);

    if (prepared->generation != generation || (OidIsValid(prepared->userid) && prepared->userid != GetUserId()))
        prepare(index, prepared);
    return prepared;
}

/* Kept as long as the index. */
static WhatifPrepared *
find_prepared(WhatifIndex *index, Oid relid)
{
    MemoryContext context = GetMemoryChunkContext(index);
    WhatifPrepared *first = index->prepared;
    WhatifPrepared *other;
    bool found;

    if (first == NULL)
    {
        first = index->prepared = MemoryContextAllocZero(context, sizeof(WhatifPrepared));
        first->relid = relid;
    }
    if (first->relid == relid)
        return first;
    if (first->others == NULL)
    {
        HASHCTL control = {.keysize = sizeof(Oid), .entrysize = sizeof(WhatifPrepared), .hcxt = context};

        first->others =
            hash_create("leaves of a hypothetical index", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    }
    other = hash_search(first->others, &relid, HASH_ENTER, &found);
    if (!found)
        other->generation = 0;
    return other;
}

/* Not in use by any planner call: what it held before is left to the context. */
static void
prepare(WhatifIndex *index, WhatifPrepared *prepared)
{
    MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(index));
    uint64 as_of = generation;
    IndexOptInfo info = {.type = T_IndexOptInfo, .immediate = true, .hypothetical = true};
    Target target = {0};

    prepared->generation = 0;
    /* The planner holds the lock. */
    target.relation = table_open(prepared->relid, NoLock);
    target.map = whatif_map_columns(index, target.relation);
    refuse_dropped(index, &target);
    info.reltablespace = tablespace(index, target.relation);
    fill_columns(&info, &target, index);
    fill_method(&info, index, key_type(&info, &target));
    info.indpred = prepare_predicate(&target, index->predicate);
    info.indextlist = column_targets(&info, &target);
    table_close(target.relation, NoLock);
    MemoryContextSwitchTo(caller);

    prepared->info = info;
    prepared->userid = info.indexprs != NIL || info.indpred != NIL ? GetUserId() : InvalidOid;
    /* What came while it was made may not be in it. */
    prepared->generation = as_of;
}

/* A run outlives what a function that was called while planning does to the table. */
static void
refuse_dropped(const WhatifIndex *index, const Target *target)
{
    Bitmapset *columns = NULL;
    int column = -1;

    for (int i = 0; i < index->n_keys; i++)
    {
        if (index->keys[i].attno != 0)
            columns = bms_add_member(columns, index->keys[i].attno - FirstLowInvalidHeapAttributeNumber);
        else
            pull_varattnos(index->keys[i].expression, 1, &columns);
    }
    for (int i = 0; i < index->n_includes; i++)
        columns = bms_add_member(columns, index->includes[i] - FirstLowInvalidHeapAttributeNumber);
    pull_varattnos((Node *)index->predicate, 1, &columns);
    while ((column = bms_next_member(columns, column)) >= 0)
    {
        AttrNumber attno = column + FirstLowInvalidHeapAttributeNumber;

        if (attno > 0 && is_dropped(target, map_column(target, attno)))
            ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("a column of the hypothetical index on \"%s\" does not exist any more",
                           RelationGetRelationName(target->relation)));
    }
    bms_free(columns);
}

static bool
is_dropped(const Target *target, AttrNumber attno)
{
    return attno == 0 || TupleDescAttr(RelationGetDescr(target->relation), attno - 1)->attisdropped;
}

/* That of the database counts as none. A temporary table's index goes where such tables go. */
static Oid
tablespace(const WhatifIndex *index, Relation relation)
{
    if (!OidIsValid(index->tablespace))
        return GetDefaultTablespace(relation->rd_rel->relpersistence, false);
    return index->tablespace == MyDatabaseTableSpace ? InvalidOid : index->tablespace;
}

/* The partitioned table itself need not be locked where the statement names a leaf. */
AttrMap *
whatif_map_columns(const WhatifIndex *index, Relation leaf)
{
    Relation root;
    AttrMap *map;

    if (index->relid == RelationGetRelid(leaf))
        return NULL;
    if (!ConditionalLockRelationOid(index->relid, AccessShareLock))
        ereport(ERROR, errcode(ERRCODE_LOCK_NOT_AVAILABLE),
                errmsg("could not obtain lock on the partitioned table of \"%s\"", RelationGetRelationName(leaf)));
    root = table_open(index->relid, NoLock);
    map = build_attrmap_by_name(RelationGetDescr(leaf), RelationGetDescr(root), false);
    table_close(root, AccessShareLock);
    return map;
}

static AttrNumber
map_column(const Target *target, AttrNumber attno)
{
    const AttrMap *map = target->map;

    if (attno <= 0 || attno > (map ? map->maplen : RelationGetNumberOfAttributes(target->relation)))
        elog(ERROR, "hypothetical index on column %d of \"%s\"", attno, RelationGetRelationName(target->relation));
    return map ? map->attnums[attno - 1] : attno;
}

Node *
whatif_map_expression(const AttrMap *map, Node *expression)
{
    bool found_whole_row = false;

    if (map == NULL)
        return copyObject(expression);
    expression = map_variable_attnos(expression, 1, 0, map, InvalidOid, &found_whole_row);
    if (found_whole_row)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("an index of a partitioned table cannot contain a whole-row reference"));
    return expression;
}

/* The size is that of the whole index, whatever the planner thinks of the table by now. */
static void
fill_size(IndexOptInfo *info, const WhatifIndex *index, const IndexSize *size)
{
    double tuples = index->kind == METHOD_GIN ? size->postings : size->tuples;

    info->pages = (BlockNumber)Min(size->pages, (double)MaxBlockNumber);
    info->tuples = index->predicate == NIL ? info->rel->tuples : Min(Max(0.0, tuples), info->rel->tuples);
    info->tree_height = index->kind == METHOD_BTREE ? size->height : -1;
}

/* Pages that an index has before its first row. */
static double
pages_of_nothing(IndexMethod kind)
{
    switch (kind)
    {
        case METHOD_GIST:
            return 0;
        case METHOD_HASH:
        case METHOD_BRIN:
        case METHOD_SPGIST:
            return 2;
        default:
            return 1;
    }
}

static IndexSize
part_size(const WhatifIndex *index, WhatifPart part)
{
    const IndexSize *whole = &index->size;
    IndexSize size = *whole;
    double nothing = pages_of_nothing(index->kind);

    size.pages = nothing + Max(1.0, ceil((whole->pages - nothing * part.parts) * part.share));
    size.tuples *= part.share;
    size.bytes = size.pages * BLCKSZ;
    size.entry_pages = ceil(whole->entry_pages * part.share);
    size.data_pages = ceil(whole->data_pages * part.share);
    size.entries *= part.share;
    size.postings *= part.share;
    size.height = height_of_part(whole, size.pages);
    return size;
}

/* A part has fewer levels: its pages under the fan-out that the whole one shows. */
static int
height_of_part(const IndexSize *whole, double pages)
{
    double fan_out;

    if (whole->height <= 0 || pages <= 2)
        return 0;
    fan_out = Max(2.0, pow(whole->pages, 1.0 / whole->height));
    return Min(whole->height, (int)ceil(log(pages) / log(fan_out)));
}

static void
fill_columns(IndexOptInfo *info, const Target *target, const WhatifIndex *index)
{
    int n_keys = index->n_keys;

    info->relam = OidIsValid(index->method) ? index->method : BTREE_AM_OID;
    info->nkeycolumns = n_keys;
    info->ncolumns = n_keys + index->n_includes;
    info->indexkeys = palloc0(info->ncolumns * sizeof(int));
    info->indexcollations = palloc0(n_keys * sizeof(Oid));
    info->opfamily = palloc0(n_keys * sizeof(Oid));
    info->opcintype = palloc0(n_keys * sizeof(Oid));
    info->opclassoptions = palloc0(info->ncolumns * sizeof(bytea *));
    if (index->kind == METHOD_BTREE)
        fill_order(info, index);
    for (int i = 0; i < n_keys; i++)
        fill_key(info, i, target, &index->keys[i]);
    for (int i = 0; i < index->n_includes; i++)
        info->indexkeys[n_keys + i] = map_column(target, index->includes[i]);
}

/* A b-tree sorts by the operator families that it searches by. */
static void
fill_order(IndexOptInfo *info, const WhatifIndex *index)
{
    info->sortopfamily = info->opfamily;
    info->reverse_sort = palloc0(index->n_keys * sizeof(bool));
    info->nulls_first = palloc0(index->n_keys * sizeof(bool));
    for (int i = 0; i < index->n_keys; i++)
    {
        info->reverse_sort[i] = index->keys[i].descending;
        info->nulls_first[i] = index->keys[i].nulls_first;
    }
}

static void
fill_key(IndexOptInfo *info, int i, const Target *target, const WhatifKey *key)
{
    Oid type, collation, opclass;

    if (key->attno != 0)
    {
        Form_pg_attribute column;

        info->indexkeys[i] = map_column(target, key->attno);
        column = TupleDescAttr(RelationGetDescr(target->relation), info->indexkeys[i] - 1);
        type = column->atttypid;
        collation = column->attcollation;
    }
    else
    {
        Node *expression = fold(whatif_map_expression(target->map, key->expression));

        type = exprType(expression);
        collation = exprCollation(expression);
        info->indexprs = lappend(info->indexprs, expression);
    }

    opclass = OidIsValid(key->opclass) ? key->opclass : GetDefaultOpClass(type, info->relam);
    if (OidIsValid(key->opclass) && !SearchSysCacheExists1(CLAOID, ObjectIdGetDatum(key->opclass)))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
                errmsg("an operator class of the hypothetical index on \"%s\" does not exist any more",
                       RelationGetRelationName(target->relation)));
    if (!OidIsValid(opclass) ||
        !get_opclass_opfamily_and_input_type(opclass, &info->opfamily[i], &info->opcintype[i]))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
                errmsg("data type %s has no default operator class for access method \"%s\"", format_type_be(type),
                       whatif_method_name(info->relam)));
    info->indexcollations[i] = OidIsValid(key->collation) ? key->collation : collation;
}

static Oid
key_type(const IndexOptInfo *info, const Target *target)
{
    if (info->indexprs != NIL && info->indexkeys[0] == 0)
        return exprType(linitial(info->indexprs));
    return TupleDescAttr(RelationGetDescr(target->relation), info->indexkeys[0] - 1)->atttypid;
}

static void
fill_method(IndexOptInfo *info, const WhatifIndex *index, Oid first_key_type)
{
    IndexMethod kind = index->kind;
    const IndexAmRoutine *routine = GetIndexAmRoutineByAmId(info->relam, false);

    for (int i = 0; i < info->nkeycolumns; i++)
        info->opclassoptions[i] =
            whatif_class_options(info->relam, info->opfamily[i], info->opcintype[i], index->keys[i].options);
    info->canreturn = palloc(info->ncolumns * sizeof(bool));
    for (int i = 0; i < info->ncolumns; i++)
        info->canreturn[i] = whatif_method_returns(info, kind, i, first_key_type);
    info->amcanorderbyop = routine->amcanorderbyop;
    info->amoptionalkey = routine->amoptionalkey;
    info->amsearcharray = routine->amsearcharray;
    info->amsearchnulls = routine->amsearchnulls;
    info->amhasgettuple = routine->amgettuple != NULL;
    info->amhasgetbitmap = routine->amgetbitmap != NULL;
    info->amcanparallel = routine->amcanparallel;
    info->amcanmarkpos = routine->ammarkpos != NULL && routine->amrestrpos != NULL;
    info->amcostestimate = kind == METHOD_GIN    ? whatif_gin_cost
                           : kind == METHOD_BRIN ? whatif_brin_cost
                                                 : routine->amcostestimate;
}

static List *
prepare_predicate(const Target *target, List *predicate)
{
    Expr *clause;
    List *clauses;

    if (predicate == NIL)
        return NIL;
    clause = (Expr *)fold(whatif_map_expression(target->map, (Node *)make_ands_explicit(predicate)));
    clauses = make_ands_implicit(canonicalize_qual(clause, false));
    return clauses;
}

/*
 * Constants folded, as they are in the clauses that the index is to match.
 * Folding runs immutable functions with the rights of the statement's role,
 * and whoever proposed the index may be somebody else: an expression with a
 * function of a third party stays as it is.
 */
static Node *
fold(Node *expression)
{
    if (!runs_untrusted_code(expression, NULL))
        expression = eval_const_expressions(NULL, expression);
    fix_opfuncids(expression);
    return expression;
}

static bool
runs_untrusted_code(Node *node, void *context)
{
    if (node == NULL)
        return false;
    if (check_functions_in_node(node, is_untrusted, context))
        return true;
    return expression_tree_walker(node, runs_untrusted_code, context);
}

static bool
is_untrusted(Oid function, void *context)
{
    HeapTuple tuple;
    Oid owner;

    if (function < FirstNormalObjectId)
        return false;
    tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for function %u", function);
    owner = ((Form_pg_proc)GETSTRUCT(tuple))->proowner;
    ReleaseSysCache(tuple);
    return owner != GetUserId() && !superuser_arg(owner);
}

/* The index's columns as a target list, for index-only scans. */
static List *
column_targets(const IndexOptInfo *info, const Target *target)
{
    List *targets = NIL;
    ListCell *next_expression = list_head(info->indexprs);

    for (int i = 0; i < info->ncolumns; i++)
    {
        Expr *column;

        if (info->indexkeys[i] != 0)
        {
            Form_pg_attribute form = TupleDescAttr(RelationGetDescr(target->relation), info->indexkeys[i] - 1);

            column = (Expr *)makeVar(1, info->indexkeys[i], form->atttypid, form->atttypmod, form->attcollation, 0);
        }
        else
        {
            column = lfirst(next_expression);
            next_expression = lnext(info->indexprs, next_expression);
        }
        targets = lappend(targets, makeTargetEntry(column, i + 1, NULL, false));
    }
    return targets;
}

const char *
whatif_index_name(const WhatifIndex *index)
{
    StringInfoData columns;

    if (index->name)
        return index->name;
    initStringInfo(&columns);
    for (int i = 0; i < index->n_keys; i++)
        appendStringInfo(&columns, "%s%s", i > 0 ? "_" : "",
                         key_word(index->relid, index->keys[i].attno, index->keys[i].expression));
    for (int i = 0; i < index->n_includes; i++)
        appendStringInfo(&columns, "_%s", get_attname(index->relid, index->includes[i], false));
    return makeObjectName(get_rel_name(index->relid), columns.data, "idx");
}

static const char *
key_word(Oid relid, AttrNumber attno, Node *expression)
{
    if (attno != 0)
        return get_attname(relid, attno, false);
    if (IsA(expression, FuncExpr))
        return get_func_name(((FuncExpr *)expression)->funcid);
    return "expr";
}
