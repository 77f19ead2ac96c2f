/*
 * statement_path.c - under which search_path a powerful role's statement is planned that runs functions of
 * superusers.
 *
 * What such functions leave unqualified anybody might have made, unless the schema is one in which nobody but
 * superusers, and the role itself, may create anything or owns anything: what was made before the right to create
 * was revoked is still there. Where an extension has a schema of its own this is so. Types, tables and views count
 * as functions do: reading them runs code as well.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "statement_internal.h"

static bool is_trusted_schema(Oid schema, Oid role);

static Oid
owner_of_database(void)
{
    HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
    Oid owner = InvalidOid;

    if (HeapTupleIsValid(tuple))
    {
        owner = ((Form_pg_database)GETSTRUCT(tuple))->datdba;
        ReleaseSysCache(tuple);
    }
    return owner;
}

/* PUBLIC is no superuser, and no group is, whoever its members are, but that of the database's owner. */
static bool
is_trusted_owner(Oid owner, Oid role)
{
    if (owner == ROLE_PG_DATABASE_OWNER)
        owner = owner_of_database();
    return OidIsValid(owner) && (owner == role || superuser_arg(owner));
}

char *
statement_trusted_path(const char *path, Oid role)
{
    StringInfoData trusted;
    List *names;
    ListCell *cell;

    initStringInfo(&trusted);
    appendStringInfoString(&trusted, "pg_catalog");
    if (!SplitIdentifierString(pstrdup(path), ',', &names))
        names = NIL;
    foreach (cell, names)
    {
        const char *name = lfirst(cell);
        /* That name means the schema of whoever's turn it is, even where a schema is called so. */
        Oid schema = strcmp(name, "$user") == 0 ? InvalidOid : get_namespace_oid(name, true);

        if (OidIsValid(schema) && !isAnyTempNamespace(schema) && is_trusted_schema(schema, role))
            appendStringInfo(&trusted, ", %s", quote_identifier(name));
    }
    appendStringInfoString(&trusted, ", pg_temp");
    return trusted.data;
}

static bool
others_may_create(Datum acl, Oid role)
{
    Acl *list = DatumGetAclP(acl);
    const AclItem *items = ACL_DAT(list);

    for (int i = 0; i < ACL_NUM(list); i++)
    {
        if ((ACLITEM_GET_PRIVS(items[i]) & ACL_CREATE) != 0 && !is_trusted_owner(items[i].ai_grantee, role))
            return true;
    }
    return false;
}

/* Rows of the catalog that lie in the schema. */
static bool
others_own(Oid catalog, AttrNumber namespace, AttrNumber owner, Oid schema, Oid role)
{
    Relation relation = table_open(catalog, AccessShareLock);
    ScanKeyData key;
    SysScanDesc scan;
    HeapTuple tuple;
    bool found = false;

    ScanKeyInit(&key, namespace, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(schema));
    scan = systable_beginscan(relation, InvalidOid, false, NULL, 1, &key);
    while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
    {
        bool isnull;

        found = !is_trusted_owner(DatumGetObjectId(heap_getattr(tuple, owner, RelationGetDescr(relation), &isnull)),
                                  role);
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return found;
}

static bool
look_for_others(Oid schema, Oid role)
{
    return others_own(ProcedureRelationId, Anum_pg_proc_pronamespace, Anum_pg_proc_proowner, schema, role) ||
           others_own(OperatorRelationId, Anum_pg_operator_oprnamespace, Anum_pg_operator_oprowner, schema, role) ||
           others_own(TypeRelationId, Anum_pg_type_typnamespace, Anum_pg_type_typowner, schema, role) ||
           others_own(RelationRelationId, Anum_pg_class_relnamespace, Anum_pg_class_relowner, schema, role);
}

/* All of these catalogs are read, which is for once in a transaction: a run plans hundreds of statements. */
static bool
others_own_anything(Oid schema, Oid role)
{
    static struct
    {
        TimestampTz transaction;
        Oid schema, role;
        bool found;
    } known[8];
    static int next = 0;
    TimestampTz transaction = GetCurrentTransactionStartTimestamp();
    bool found;

    for (int i = 0; i < lengthof(known); i++)
    {
        if (known[i].transaction == transaction && known[i].schema == schema && known[i].role == role)
            return known[i].found;
    }
    found = look_for_others(schema, role);
    known[next].transaction = transaction;
    known[next].schema = schema;
    known[next].role = role;
    known[next].found = found;
    next = (next + 1) % lengthof(known);
    return found;
}

static bool
is_trusted_schema(Oid schema, Oid role)
{
    HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
    bool isnull, trusted;
    Datum acl;

    if (!HeapTupleIsValid(tuple))
        return false;
    acl = SysCacheGetAttr(NAMESPACEOID, tuple, Anum_pg_namespace_nspacl, &isnull);
    trusted = is_trusted_owner(((Form_pg_namespace)GETSTRUCT(tuple))->nspowner, role) &&
              (isnull || !others_may_create(acl, role));
    ReleaseSysCache(tuple);
    return trusted && !others_own_anything(schema, role);
}
