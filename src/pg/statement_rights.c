/*
 * statement_rights.c - as whom a statement is parsed and planned.
 *
 * Planning runs functions: those of the statement that are immutable or stable,
 * those in index expressions, predicates, check constraints and the like of the
 * tables it reads, those behind operators whose selectivity is estimated, and
 * parsing runs what reads a literal. An ordinary role runs all that with its own
 * rights, as when the statement was executed. A powerful one (a superuser, or who
 * may read everything, write files or make roles) must not: anybody may put a function
 * of his own into an index of his own and wait for the statement to be planned again.
 *
 * So a powerful role's statement is planned as itself only if all that planning
 * may run, and every table, is built in, a superuser's or its own; otherwise as the
 * one ordinary role that owns the rest, whose trap it would be. Tables count by their
 * owner, whether there is a trap or not: one that is made between this look and the
 * planning would not be seen.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_range.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "statement_internal.h"

/* Who else's code and tables a powerful role's statement involves. */
typedef struct Strangers
{
    Oid role;          /* whose statement it is */
    Oid code_owner;    /* InvalidOid: all code is trusted */
    bool several;      /* owners of code */
    Oid table_owner;   /* the first; InvalidOid: all tables are trusted */
    bool trusted_code; /* a superuser's function or type, or one of the role's own, may run */
    List *types;       /* looked at already */
} Strangers;

static bool is_powerful(Oid role);
static bool meet_node(Node *node, void *context);
static void meet_type(Strangers *strangers, Oid type);
static void meet_tree(Strangers *strangers, Oid relid);

/* InvalidOid if it is gone. */
static Oid
owner_of(int cache, Oid oid)
{
    HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));
    Oid owner = InvalidOid;

    if (!HeapTupleIsValid(tuple))
        return InvalidOid;
    switch (cache)
    {
        case RELOID:
            owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
            break;
        case PROCOID:
            owner = ((Form_pg_proc)GETSTRUCT(tuple))->proowner;
            break;
        case OPEROID:
            owner = ((Form_pg_operator)GETSTRUCT(tuple))->oprowner;
            break;
        case TYPEOID:
            owner = ((Form_pg_type)GETSTRUCT(tuple))->typowner;
            break;
        default:
            elog(ERROR, "no owner in cache %d", cache);
    }
    ReleaseSysCache(tuple);
    return owner;
}

static bool
is_powerful(Oid role)
{
    static const Oid powers[] = {ROLE_PG_READ_ALL_DATA, ROLE_PG_WRITE_ALL_DATA, ROLE_PG_EXECUTE_SERVER_PROGRAM,
                                 ROLE_PG_READ_SERVER_FILES, ROLE_PG_WRITE_SERVER_FILES};

    if (superuser_arg(role) || has_createrole_privilege(role) || has_bypassrls_privilege(role))
        return true;
    for (int i = 0; i < lengthof(powers); i++)
    {
        if (has_privs_of_role(role, powers[i]))
            return true;
    }
    return false;
}

/* ---- parsing ---- */

/* A domain whose checks, or those of what it is made from, are code of an ordinary role, `role` aside. */
static bool
others_have_domains(Oid role)
{
    Relation types = table_open(TypeRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(types, InvalidOid, false, NULL, 0, NULL);
    Strangers strangers = {.role = role};
    HeapTuple tuple;

    while (!OidIsValid(strangers.code_owner) && HeapTupleIsValid(tuple = systable_getnext(scan)))
    {
        Form_pg_type form = (Form_pg_type)GETSTRUCT(tuple);

        if (form->typtype == TYPTYPE_DOMAIN)
            meet_type(&strangers, form->oid);
    }
    systable_endscan(scan);
    table_close(types, AccessShareLock);
    return OidIsValid(strangers.code_owner);
}

/*
 * Parsing reads literals: '{x}' for an array of a domain runs the domain's checks (a
 * lone domain's wait for the executor). Types are not known before, so a powerful role's
 * text is parsed as the owner of a table that it names, and one with such literals
 * only where no domain of anybody else could be meant.
 */
Oid
statement_parsing_role(Oid userid, const char *text)
{
    Oid role = userid;
    bool reads_parts;
    ListCell *cell;

    if (!is_powerful(userid))
        return userid;
    foreach (cell, statement_named_relations(text, &reads_parts))
    {
        Oid owner = owner_of(RELOID, lfirst_oid(cell));

        if (role == userid && OidIsValid(owner) && !superuser_arg(owner))
            role = owner;
    }
    if (reads_parts && others_have_domains(role))
        ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                errmsg("parsing this statement of role \"%s\" could run domain checks of other roles",
                       GetUserNameFromId(userid, false)),
                errhint("A captured statement can be planned once it was planned twice in a session; a given one "
                        "with parameters instead of literals that start with a bracket."));
    return role;
}

/* ---- planning ---- */

Oid
statement_planning_role(Oid userid, Query *query, bool *runs_own_code)
{
    Strangers strangers = {.role = userid};
    ListCell *cell;

    *runs_own_code = false;
    if (!is_powerful(userid))
        return userid;
    (void)meet_node((Node *)query, &strangers);
    foreach (cell, statement_relations(query))
        meet_tree(&strangers, lfirst_oid(cell));
    if (strangers.several)
        ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                errmsg("planning this statement of role \"%s\" would run functions of several other roles",
                       GetUserNameFromId(userid, false)),
                errhint("Let a superuser own the functions, or run the statement as an ordinary role."));
    if (OidIsValid(strangers.code_owner))
        return strangers.code_owner;
    if (OidIsValid(strangers.table_owner))
        return strangers.table_owner;
    *runs_own_code = strangers.trusted_code;
    return userid;
}

static bool
is_trusted(const Strangers *strangers, Oid owner)
{
    return owner == strangers->role || (OidIsValid(owner) && superuser_arg(owner));
}

/* An object that may run code. Owned by InvalidOid: gone meanwhile, and planning will fail by itself. */
static void
meet_code(Strangers *strangers, int cache, Oid oid)
{
    Oid owner;

    if (oid < FirstNormalObjectId)
        return;
    owner = owner_of(cache, oid);
    if (is_trusted(strangers, owner))
        strangers->trusted_code = true;
    else if (!OidIsValid(strangers->code_owner))
        strangers->code_owner = owner;
    else
        strangers->several |= strangers->code_owner != owner;
}

/* Built in, and runs what views, or domains, are made of whose names are values. */
static bool
follows_names(Oid function)
{
    switch (function)
    {
        case F_TABLE_TO_XML:
        case F_TABLE_TO_XML_AND_XMLSCHEMA:
        case F_SCHEMA_TO_XML:
        case F_SCHEMA_TO_XML_AND_XMLSCHEMA:
        case F_DATABASE_TO_XML:
        case F_DATABASE_TO_XML_AND_XMLSCHEMA:
#ifdef F_PG_INPUT_IS_VALID
        case F_PG_INPUT_IS_VALID:
        case F_PG_INPUT_ERROR_INFO:
#endif
            return true;
        default:
            return false;
    }
}

static bool
meet_function(Oid function, void *context)
{
    if (follows_names(function))
        ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                errmsg("planning this statement of role \"%s\" could run anybody's code: function %s is called",
                       GetUserNameFromId(((const Strangers *)context)->role, false), get_func_name(function)));
    meet_code(context, PROCOID, function);
    return false;
}

/* Estimates turn an operator round and negate it, and run what they arrive at on common values. */
static void
meet_operator(Strangers *strangers, Oid operator)
{
    Oid related[] = {operator, get_commutator(operator), get_negator(operator)};

    for (int i = 0; i < lengthof(related); i++)
    {
        meet_code(strangers, OPEROID, related[i]);
        if (related[i] >= FirstNormalObjectId)
            meet_code(strangers, PROCOID, get_opcode(related[i]));
    }
}

static void
meet_operators(Strangers *strangers, List *operators)
{
    ListCell *cell;

    foreach (cell, operators)
        meet_operator(strangers, lfirst_oid(cell));
}

static void
meet_text(Strangers *strangers, const char *node_text)
{
    (void)meet_node(stringToNode(node_text), strangers);
}

/* A column of a catalog row that holds an expression, or NULL. */
static void
meet_attribute(Strangers *strangers, int cache, HeapTuple tuple, AttrNumber attno)
{
    bool isnull;
    Datum value = SysCacheGetAttr(cache, tuple, attno, &isnull);

    if (!isnull)
        meet_text(strangers, TextDatumGetCString(value));
}

static bool
meet_node(Node *node, void *context)
{
    if (node == NULL)
        return false;
    (void)check_functions_in_node(node, meet_function, context);
    switch (nodeTag(node))
    {
        case T_OpExpr:
        case T_DistinctExpr:
        case T_NullIfExpr:
            meet_operator(context, ((OpExpr *)node)->opno);
            break;
        case T_ScalarArrayOpExpr:
            meet_operator(context, ((ScalarArrayOpExpr *)node)->opno);
            break;
        case T_RowCompareExpr:
            meet_operators(context, ((RowCompareExpr *)node)->opnos);
            break;
        case T_Var:
        case T_Const:
        case T_Param:
        case T_CoerceToDomain:
        case T_CoerceViaIO:
        case T_RelabelType:
        case T_ConvertRowtypeExpr:
        case T_ArrayCoerceExpr:
        case T_ArrayExpr:
        case T_RowExpr:
        case T_FuncExpr:
        case T_FieldSelect:
        case T_SubscriptingRef:
            meet_type(context, exprType(node));
            break;
        case T_Query:
            return query_tree_walker((Query *)node, meet_node, context, 0);
        default:
            break;
    }
    return expression_tree_walker(node, meet_node, context);
}

/* ---- types: a domain has checks, a range a function that estimates run ---- */

static void
meet_domain_checks(Strangers *strangers, Oid domain)
{
    Relation constraints = table_open(ConstraintRelationId, AccessShareLock);
    ScanKeyData key;
    SysScanDesc scan;
    HeapTuple tuple;

    ScanKeyInit(&key, Anum_pg_constraint_contypid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(domain));
    scan = systable_beginscan(constraints, ConstraintTypidIndexId, true, NULL, 1, &key);
    while (HeapTupleIsValid(tuple = systable_getnext(scan)))
    {
        bool isnull;
        Datum value = heap_getattr(tuple, Anum_pg_constraint_conbin, RelationGetDescr(constraints), &isnull);

        if (!isnull)
            meet_text(strangers, TextDatumGetCString(value));
    }
    systable_endscan(scan);
    table_close(constraints, AccessShareLock);
}

static void
meet_range(Strangers *strangers, Oid range)
{
    HeapTuple tuple = SearchSysCache1(RANGETYPE, ObjectIdGetDatum(range));
    Form_pg_range form;

    if (!HeapTupleIsValid(tuple))
        return;
    form = (Form_pg_range)GETSTRUCT(tuple);
    meet_code(strangers, PROCOID, form->rngcanonical);
    meet_code(strangers, PROCOID, form->rngsubdiff);
    meet_type(strangers, form->rngsubtype);
    ReleaseSysCache(tuple);
}

static void
meet_columns(Strangers *strangers, Oid relid)
{
    for (AttrNumber attno = 1; SearchSysCacheExists2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attno));
         attno++)
        meet_type(strangers, get_atttype(relid, attno));
}

/* With the types that it is made of: a superuser's array may be one of somebody's domain. */
static void
meet_type(Strangers *strangers, Oid type)
{
    HeapTuple tuple;
    Form_pg_type form;

    check_stack_depth();
    if (type < FirstNormalObjectId || list_member_oid(strangers->types, type))
        return;
    strangers->types = lappend_oid(strangers->types, type);
    meet_code(strangers, TYPEOID, type);
    tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple))
        return;
    form = (Form_pg_type)GETSTRUCT(tuple);
    meet_type(strangers, form->typelem);
    meet_type(strangers, form->typbasetype);
    if (form->typtype == TYPTYPE_DOMAIN)
        meet_domain_checks(strangers, type);
    else if (form->typtype == TYPTYPE_RANGE)
        meet_range(strangers, type);
    else if (form->typtype == TYPTYPE_MULTIRANGE)
        meet_type(strangers, get_multirange_range(type));
    else if (OidIsValid(form->typrelid))
        meet_columns(strangers, form->typrelid);
    ReleaseSysCache(tuple);
}

/* ---- relations ---- */

static void
meet_row(Strangers *strangers, int cache, Oid oid, AttrNumber first, AttrNumber second)
{
    HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));

    if (!HeapTupleIsValid(tuple))
        return;
    meet_attribute(strangers, cache, tuple, first);
    if (second != 0)
        meet_attribute(strangers, cache, tuple, second);
    ReleaseSysCache(tuple);
}

/* Check constraints, for constraint exclusion, and defaults, among them virtual generated columns. */
static void
meet_constraints(Strangers *strangers, const TupleConstr *constraints)
{
    if (constraints == NULL)
        return;
    for (int i = 0; i < constraints->num_check; i++)
        meet_text(strangers, constraints->check[i].ccbin);
    for (int i = 0; i < constraints->num_defval; i++)
        meet_text(strangers, constraints->defval[i].adbin);
}

/* Expressions are read as they are stored: the relation cache would fold them, that is, run them. */
static void
meet_relation(Strangers *strangers, Oid relid)
{
    Relation relation = try_relation_open(relid, NoLock);
    ListCell *cell;

    if (relation == NULL)
        return;
    if (!OidIsValid(strangers->table_owner) && !is_trusted(strangers, relation->rd_rel->relowner))
        strangers->table_owner = relation->rd_rel->relowner;
    meet_constraints(strangers, RelationGetDescr(relation)->constr);
    foreach (cell, RelationGetIndexList(relation))
        meet_row(strangers, INDEXRELID, lfirst_oid(cell), Anum_pg_index_indexprs, Anum_pg_index_indpred);
    foreach (cell, RelationGetStatExtList(relation))
        meet_row(strangers, STATEXTOID, lfirst_oid(cell), Anum_pg_statistic_ext_stxexprs, 0);
    if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
        meet_row(strangers, PARTRELID, relid, Anum_pg_partitioned_table_partexprs, 0);
    relation_close(relation, NoLock);
}

/* Children are planned along; locks that the planner would take anyway, and not wait for longer than it may. */
static void
meet_tree(Strangers *strangers, Oid relid)
{
    ListCell *cell;

    if (!has_subclass(relid))
    {
        meet_relation(strangers, relid);
        return;
    }
    foreach (cell, find_all_inheritors(relid, AccessShareLock, NULL))
        meet_relation(strangers, lfirst_oid(cell));
}
