/*
 * advise_checks.c - what else a given DELETE makes the server do.
 *
 * Tables that refer to the one whose rows it deletes are searched for each of these rows, whatever then happens to
 * what is found there. No plan shows these searches; of executed statements they are captured by themselves, of
 * given ones they have to be told.
 */
#include "advise_internal.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* InvalidOid for what is no DELETE. */
static Oid
deleted_from(const char *text)
{
    List *parsed = raw_parser(text, RAW_PARSE_DEFAULT);
    Node *statement = list_length(parsed) == 1 ? linitial_node(RawStmt, parsed)->stmt : NULL;

    if (statement == NULL || !IsA(statement, DeleteStmt))
        return InvalidOid;
    return RangeVarGetRelid(((DeleteStmt *)statement)->relation, NoLock, true);
}

/* The search by a foreign key's columns. */
static char *
check_text(Oid referring, Datum columns)
{
    ArrayType *keys = DatumGetArrayTypeP(columns);
    const int16 *attnums = (const int16 *)ARR_DATA_PTR(keys);
    StringInfoData text;

    initStringInfo(&text);
    appendStringInfo(
        &text, "SELECT 1 FROM %s%s", get_rel_relkind(referring) == RELKIND_PARTITIONED_TABLE ? "" : "ONLY ",
        quote_qualified_identifier(get_namespace_name(get_rel_namespace(referring)), get_rel_name(referring)));
    for (int i = 0; i < ARR_DIMS(keys)[0]; i++)
        appendStringInfo(&text, " %s %s = $%d", i == 0 ? "WHERE" : "AND",
                         quote_identifier(get_attname(referring, attnums[i], false)), i + 1);
    return text.data;
}

/* A partition's foreign keys are those of its root. */
static bool
is_searched_by_caller(Form_pg_constraint form)
{
    return form->contype == CONSTRAINT_FOREIGN && !OidIsValid(form->conparentid) &&
           pg_class_aclcheck(form->conrelid, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

List *
advise_foreign_key_checks(const char *text)
{
    Oid relid = deleted_from(text);
    List *texts = NIL;
    Relation constraints;
    ScanKeyData key;
    SysScanDesc scan;
    HeapTuple tuple;

    if (!OidIsValid(relid))
        return NIL;
    constraints = table_open(ConstraintRelationId, AccessShareLock);
    ScanKeyInit(&key, Anum_pg_constraint_confrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
    scan = systable_beginscan(constraints, InvalidOid, false, NULL, 1, &key);
    while (HeapTupleIsValid(tuple = systable_getnext(scan)))
    {
        Form_pg_constraint form = (Form_pg_constraint)GETSTRUCT(tuple);
        bool isnull;

        if (is_searched_by_caller(form))
            texts =
                lappend(texts, check_text(form->conrelid, heap_getattr(tuple, Anum_pg_constraint_conkey,
                                                                       RelationGetDescr(constraints), &isnull)));
    }
    systable_endscan(scan);
    table_close(constraints, AccessShareLock);
    return texts;
}
