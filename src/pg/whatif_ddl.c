/*
 * whatif_ddl.c - CREATE INDEX read as a hypothetical index.
 *
 * The server transforms the statement; what it checks only when it builds is
 * checked here, in its own words and with its own codes. Nothing is evaluated:
 * an expression is judged as it is written, before any of its functions runs.
 */
#include "whatif_internal.h"

#include "access/amapi.h"
#include "access/attnum.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/catalog.h"
#include "catalog/heap.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_utilcmd.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "compat.h"

static void report_position(void *ddl);
static WhatifIndex *read_statement(const char *ddl);
static IndexStmt *parse_one(const char *ddl);
static void check_supported(const IndexStmt *statement);
static void read_method(const IndexStmt *statement, WhatifIndex *index);
static void check_abilities(const IndexStmt *statement, Oid method);
static void check_relation(const RangeVar *name, Oid relid, Oid old_relid, void *arg);
static const char *hint_of(char relkind);
static void check_partitioned(const IndexStmt *statement, Relation relation);
static void check_lengths(const IndexStmt *statement);
static void read_key(const IndexElem *element, Relation relation, const WhatifIndex *index, WhatifKey *key);
static Oid read_column(const char *name, Relation relation, AttrNumber *attno, Oid *collation);
static Oid read_expression(const IndexElem *element, WhatifKey *key, Oid *collation, Oid *own_collation);
static Oid read_collation(const IndexElem *element, Oid type, Oid collation);
static AttrNumber read_include(const IndexElem *element, Relation relation);
static List *read_predicate(Node *clause);
static void check_columns(const WhatifIndex *index, Relation relation);
static void check_column(Relation relation, AttrNumber attno);
static void check_expression_columns(Relation relation, Node *expression);

WhatifIndex *
whatif_parse(const char *ddl)
{
    ErrorContextCallback callback = {.callback = report_position, .arg = (void *)ddl};
    WhatifIndex *index;

    callback.previous = error_context_stack;
    error_context_stack = &callback;
    index = read_statement(ddl);
    error_context_stack = callback.previous;
    return index;
}

/* Positions are in the DDL, not in the statement that the client sent. */
static void
report_position(void *ddl)
{
    int position = geterrposition();

    if (position > 0)
    {
        errposition(0);
        internalerrposition(position);
        internalerrquery(ddl);
    }
}

static WhatifIndex *
read_statement(const char *ddl)
{
    WhatifIndex *index = palloc0(sizeof(WhatifIndex));
    IndexStmt *statement = parse_one(ddl);
    Relation relation;
    ListCell *cell;

    check_supported(statement);
    index->concurrently = statement->concurrent;
    read_method(statement, index);
    index->relid = RangeVarGetRelidExtended(statement->relation, AccessShareLock, RVR_NOWAIT, check_relation, NULL);
    relation = relation_open(index->relid, NoLock);
    check_partitioned(statement, relation);
    check_lengths(statement);

    statement = transformIndexStmt(index->relid, statement, ddl);
    foreach (cell, statement->indexParams)
        read_key(lfirst_node(IndexElem, cell), relation, index, &index->keys[index->n_keys++]);
    foreach (cell, statement->indexIncludingParams)
        index->includes[index->n_includes++] = read_include(lfirst_node(IndexElem, cell), relation);
    if (statement->whereClause)
        index->predicate = read_predicate(statement->whereClause);
    index->name = statement->idxname;
    check_columns(index, relation);
    relation_close(relation, NoLock);
    return index;
}

static IndexStmt *
parse_one(const char *ddl)
{
    List *statements = raw_parser(ddl, RAW_PARSE_DEFAULT);

    if (list_length(statements) != 1 || !IsA(linitial_node(RawStmt, statements)->stmt, IndexStmt))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("not a CREATE INDEX statement"),
                errhint("Give exactly one CREATE INDEX statement."));
    return (IndexStmt *)linitial_node(RawStmt, statements)->stmt;
}

/* What a hypothetical index cannot stand for; ignoring it would make the figures those of another index. */
static void
check_supported(const IndexStmt *statement)
{
    if (statement->unique)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("a hypothetical index cannot be unique"),
                errdetail("Nothing enforces the uniqueness that the planner would rely on."),
                errhint("Leave out UNIQUE."));
}

/* Reports a method that does not exist. */
static void
read_method(const IndexStmt *statement, WhatifIndex *index)
{
    index->method = get_index_am_oid(statement->accessMethod, false);
    index->kind = whatif_method_kind(index->method, statement->accessMethod);
    check_abilities(statement, index->method);
    whatif_read_storage(statement, index);
}

static void
check_abilities(const IndexStmt *statement, Oid method)
{
    const IndexAmRoutine *routine = GetIndexAmRoutineByAmId(method, false);
    const char *lack = NULL;
    ListCell *cell;

    if (list_length(statement->indexParams) > 1 && !routine->amcanmulticol)
        lack = "multicolumn indexes";
    if (statement->indexIncludingParams != NIL && !routine->amcaninclude)
        lack = "included columns";
    foreach (cell, statement->indexParams)
    {
        const IndexElem *element = lfirst_node(IndexElem, cell);

        if (element->ordering != SORTBY_DEFAULT && !routine->amcanorder)
            lack = "ASC/DESC options";
        if (element->nulls_ordering != SORTBY_NULLS_DEFAULT && !routine->amcanorder)
            lack = "NULLS FIRST/LAST options";
    }
    if (lack)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("access method \"%s\" does not support %s", statement->accessMethod, lack));
}

/* Before the lock is taken, and again if the name came to mean another relation meanwhile. */
static void
check_relation(const RangeVar *name, Oid relid, Oid old_relid, void *arg)
{
    char relkind;
    AclResult allowed;

    if (!OidIsValid(relid))
        return;
    relkind = get_rel_relkind(relid);
    if (relkind == '\0')
        return;
    if (relkind != RELKIND_RELATION && relkind != RELKIND_MATVIEW && relkind != RELKIND_PARTITIONED_TABLE)
        ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
                errmsg("cannot create index on relation \"%s\"", name->relname),
                errdetail_relkind_not_supported(relkind), errhint("%s", hint_of(relkind)));
    if (!allowSystemTableMods && IsCatalogRelationOid(relid))
        ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                errmsg("permission denied: \"%s\" is a system catalog", name->relname),
                errhint("Catalogs have the indexes that the server itself needs."));
    allowed = pg_class_aclcheck(relid, GetUserId(), ACL_SELECT);
    if (allowed != ACLCHECK_OK)
        aclcheck_error(allowed, get_relkind_objtype(relkind), name->relname);
}

/* What would help whoever wants an index there. */
static const char *
hint_of(char relkind)
{
    switch (relkind)
    {
        case RELKIND_VIEW:
            return "An index on a table that the view reads serves the view as well.";
        case RELKIND_FOREIGN_TABLE:
            return "Create the index where the rows of the foreign table are.";
        case RELKIND_TOASTVALUE:
            return "Rows of a TOAST table are only ever found by the index that it has.";
        default:
            return "Indexes are on tables, partitioned tables and materialized views.";
    }
}

static void
check_partitioned(const IndexStmt *statement, Relation relation)
{
    if (RELATION_IS_OTHER_TEMP(relation))
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("cannot create indexes on temporary tables of other sessions"),
                errhint("Ask in the session that the table belongs to."));
    if (relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
        return;
    if (statement->concurrent)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("cannot create index on partitioned table \"%s\" concurrently",
                       RelationGetRelationName(relation)),
                errhint("Leave out CONCURRENTLY here."));
    if (!statement->relation->inh)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("an index on only the partitioned table \"%s\" would serve no scan",
                       RelationGetRelationName(relation)),
                errhint("Leave out ONLY."));
}

static void
check_lengths(const IndexStmt *statement)
{
    int n_keys = list_length(statement->indexParams);
    int n_includes = list_length(statement->indexIncludingParams);

    if (n_keys + n_includes > INDEX_MAX_KEYS)
        ereport(ERROR, errcode(ERRCODE_TOO_MANY_COLUMNS),
                errmsg("cannot use more than %d columns in an index", INDEX_MAX_KEYS));
    if (n_keys > MAX_INDEX_KEYS || n_includes > MAX_INDEX_INCLUDES)
        ereport(ERROR, errcode(ERRCODE_TOO_MANY_COLUMNS),
                errmsg("cannot weigh an index of more than %d key columns or %d included columns", MAX_INDEX_KEYS,
                       MAX_INDEX_INCLUDES));
}

static void
read_key(const IndexElem *element, Relation relation, const WhatifIndex *index, WhatifKey *key)
{
    Oid type, collation, own_collation, opclass;

    if (element->name)
    {
        type = read_column(element->name, relation, &key->attno, &collation);
        own_collation = collation;
    }
    else
        type = read_expression(element, key, &collation, &own_collation);

    collation = read_collation(element, type, collation);
    if (collation != own_collation)
        key->collation = collation;
    opclass = ResolveOpClass(element->opclass, type, whatif_method_name(index->method), index->method);
    if (element->opclass != NIL)
        key->opclass = opclass;
    key->options = whatif_read_class_options(element, index->method, opclass);
    key->descending = element->ordering == SORTBY_DESC;
    key->nulls_first = element->nulls_ordering == SORTBY_NULLS_DEFAULT
                           ? key->descending
                           : element->nulls_ordering == SORTBY_NULLS_FIRST;
}

static Oid
read_column(const char *name, Relation relation, AttrNumber *attno, Oid *collation)
{
    Oid type;
    int32 typmod;

    *attno = get_attnum(RelationGetRelid(relation), name);
    if (*attno == InvalidAttrNumber)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"%s\" does not exist", name));
    get_atttypetypmodcoll(RelationGetRelid(relation), *attno, &type, &typmod, collation);
    return type;
}

/* A column in parentheses is a column. own_collation: the key's without what is written around it. */
static Oid
read_expression(const IndexElem *element, WhatifKey *key, Oid *collation, Oid *own_collation)
{
    Node *expression = element->expr;
    Oid type = exprType(expression);

    *collation = exprCollation(expression);
    while (IsA(expression, CollateExpr))
        expression = (Node *)((CollateExpr *)expression)->arg;
    *own_collation = exprCollation(expression);

    if (IsA(expression, Var) && ((Var *)expression)->varattno != InvalidAttrNumber)
    {
        key->attno = ((Var *)expression)->varattno;
        return type;
    }
    if (contain_mutable_functions(expression))
        ereport(ERROR, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                errmsg("functions in index expression must be marked IMMUTABLE"));
    CheckAttributeType(element->indexcolname ? element->indexcolname : "expr", type, *collation, NIL, 0);
    key->expression = expression;
    return type;
}

static Oid
read_collation(const IndexElem *element, Oid type, Oid collation)
{
    if (element->collation != NIL)
        collation = get_collation_oid(element->collation, false);
    if (type_is_collatable(type) && !OidIsValid(collation))
        ereport(ERROR, errcode(ERRCODE_INDETERMINATE_COLLATION),
                errmsg("could not determine which collation to use for index expression"),
                errhint("Use the COLLATE clause to set the collation explicitly."));
    if (!type_is_collatable(type) && OidIsValid(collation))
        ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
                errmsg("collations are not supported by type %s", format_type_be(type)));
    return collation;
}

static AttrNumber
read_include(const IndexElem *element, Relation relation)
{
    AttrNumber attno;
    Oid collation;
    const char *excess = element->collation != NIL                         ? "a collation"
                         : element->opclass != NIL                         ? "an operator class"
                         : element->ordering != SORTBY_DEFAULT             ? "ASC/DESC options"
                         : element->nulls_ordering != SORTBY_NULLS_DEFAULT ? "NULLS FIRST/LAST options"
                                                                           : NULL;

    if (element->expr)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("expressions are not supported in included columns"));
    if (excess)
        ereport(ERROR, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                errmsg("including column does not support %s", excess));
    read_column(element->name, relation, &attno, &collation);
    return attno;
}

static List *
read_predicate(Node *clause)
{
    if (contain_mutable_functions(clause))
        ereport(ERROR, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                errmsg("functions in index predicate must be marked IMMUTABLE"));
    return make_ands_implicit((Expr *)clause);
}

static void
check_columns(const WhatifIndex *index, Relation relation)
{
    for (int i = 0; i < index->n_keys; i++)
    {
        if (index->keys[i].attno != 0)
            check_column(relation, index->keys[i].attno);
        else
            check_expression_columns(relation, index->keys[i].expression);
    }
    for (int i = 0; i < index->n_includes; i++)
        check_column(relation, index->includes[i]);
    check_expression_columns(relation, (Node *)index->predicate);
}

static void
check_column(Relation relation, AttrNumber attno)
{
    if (attno < 0)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("index creation on system columns is not supported"));
    if (attno > 0 &&
        TupleDescAttr(RelationGetDescr(relation), attno - 1)->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("indexes on virtual generated columns are not supported"));
}

static void
check_expression_columns(Relation relation, Node *expression)
{
    Bitmapset *columns = NULL;
    int column = -1;

    pull_varattnos(expression, 1, &columns);
    while ((column = bms_next_member(columns, column)) >= 0)
        check_column(relation, column + FirstLowInvalidHeapAttributeNumber);
}
