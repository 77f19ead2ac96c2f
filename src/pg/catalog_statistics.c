/*
 * catalog_statistics.c - extended statistics that are there, and what new ones would be called.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "statistics/statistics.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "catalog_internal.h"

static bool
has_kind(HeapTuple tuple, char kind)
{
    bool is_null;
    ArrayType *kinds =
        DatumGetArrayTypeP(SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxkind, &is_null));

    for (int i = 0; i < ARR_DIMS(kinds)[0]; i++)
    {
        if (ARR_DATA_PTR(kinds)[i] == kind)
            return true;
    }
    return false;
}

static bool
has_columns(const FormData_pg_statistic_ext *form, const Bitmapset *columns)
{
    Bitmapset *there = NULL;

    for (int i = 0; i < form->stxkeys.dim1; i++)
        there = bms_add_member(there, form->stxkeys.values[i]);
    return bms_is_subset(columns, there);
}

static bool
is_computed(Oid statistics, AttrNumber attno, bool inherited)
{
    HeapTuple tuple = SearchSysCache2(STATEXTDATASTXOID, ObjectIdGetDatum(statistics), BoolGetDatum(inherited));
    bool is_null;

    if (!HeapTupleIsValid(tuple))
        return false;
    (void)SysCacheGetAttr(STATEXTDATASTXOID, tuple, attno, &is_null);
    ReleaseSysCache(tuple);
    return !is_null;
}

/* Where its figures are; 0: it has none of that kind. Where there are most common values the planner does not ask
 * for dependencies any more. */
static AttrNumber
figures_of(HeapTuple tuple, StatisticsKind kind)
{
    if (kind == STATISTICS_NDISTINCT)
        return has_kind(tuple, STATS_EXT_NDISTINCT) ? Anum_pg_statistic_ext_data_stxdndistinct : 0;
    if (kind == STATISTICS_EXPRESSION)
        return has_kind(tuple, STATS_EXT_EXPRESSIONS) ? Anum_pg_statistic_ext_data_stxdexpr : 0;
    if (has_kind(tuple, STATS_EXT_MCV))
        return Anum_pg_statistic_ext_data_stxdmcv;
    return kind == STATISTICS_DEPENDENCIES && has_kind(tuple, STATS_EXT_DEPENDENCIES)
               ? Anum_pg_statistic_ext_data_stxddependencies
               : 0;
}

static List *
expressions_of(HeapTuple tuple)
{
    bool is_null;
    Datum expressions = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxexprs, &is_null);

    return is_null ? NIL : castNode(List, stringToNode(TextDatumGetCString(expressions)));
}

/* The planner compares what is left after folding, which runs functions as whoever looks, a superuser perhaps. */
static bool
has_expression(HeapTuple tuple, Node *expression)
{
    ListCell *cell;

    foreach (cell, expressions_of(tuple))
    {
        Node *there = lfirst(cell);

        if (catalog_is_harmless(InvalidOid, there))
            there = eval_const_expressions(NULL, there);
        fix_opfuncids(there);
        if (equal(there, expression))
            return true;
    }
    return false;
}

bool
catalog_same_statistics(Oid statistics, const char *definition)
{
    HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
    bool same = false;
    ListCell *cell;

    if (!HeapTupleIsValid(tuple))
        return false;
    foreach (cell, expressions_of(tuple))
        same |= strcmp(catalog_statistics_on(((Form_pg_statistic_ext)GETSTRUCT(tuple))->stxrelid, lfirst(cell)),
                       definition) == 0;
    ReleaseSysCache(tuple);
    return same;
}

char *
catalog_statistics_on(Oid relid, Node *expression)
{
    return psprintf("ON (%s)", catalog_deparse(relid, expression, false));
}

static CatalogCover
cover_by(Oid statistics, HeapTuple tuple, const CatalogSubject *subject, bool inherited)
{
    AttrNumber attno = figures_of(tuple, subject->kind);

    if (attno == 0 ||
        (subject->expression ? !has_expression(tuple, subject->expression)
                             : !has_columns((Form_pg_statistic_ext)GETSTRUCT(tuple), subject->columns)))
        return COVER_NONE;
    return is_computed(statistics, attno, inherited) ? COVER_COMPUTED : COVER_EMPTY;
}

CatalogCover
catalog_statistics_cover(Oid relid, const CatalogSubject *subject)
{
    Relation relation = catalog_try_open(relid);
    CatalogCover best = COVER_NONE;
    ListCell *cell;

    if (relation == NULL)
        return COVER_COMPUTED;
    foreach (cell, RelationGetStatExtList(relation))
    {
        HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(cell)));

        if (!HeapTupleIsValid(tuple))
            continue;
        best = Max(best, cover_by(lfirst_oid(cell), tuple, subject, relation->rd_rel->relhassubclass));
        ReleaseSysCache(tuple);
    }
    relation_close(relation, AccessShareLock);
    return best;
}

/* The name that CREATE STATISTICS would choose, or with a number if it is taken. */
char *
catalog_statistics_name(Oid relid, const Bitmapset *columns, List *taken)
{
    Oid schema = get_rel_namespace(relid);
    StringInfoData name;
    const char *candidate;
    int column = -1;

    initStringInfo(&name);
    appendStringInfoString(&name, get_rel_name(relid));
    while ((column = bms_next_member(columns, column)) >= 0)
        appendStringInfo(&name, "_%s", get_attname(relid, column, false));
    if (columns == NULL)
        appendStringInfoString(&name, "_expr");
    name.len = pg_mbcliplen(name.data, name.len, NAMEDATALEN - 1 - (int)strlen("_stat") - 4);
    name.data[name.len] = '\0';
    candidate = psprintf("%s_stat", name.data);
    for (int suffix = 1;
         SearchSysCacheExists2(STATEXTNAMENSP, CStringGetDatum(candidate), ObjectIdGetDatum(schema)) ||
         list_member(taken, makeString(pstrdup(candidate)));
         suffix++)
        candidate = psprintf("%s_stat%d", name.data, suffix);
    return pstrdup(candidate);
}

/* Whoever set the target of a column to 0 wants no statistics of it. */
int
catalog_statistics_target(Oid relid, const Bitmapset *columns)
{
    int most = -1;
    int column = -1;

    while ((column = bms_next_member(columns, column)) >= 0)
    {
        HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(column));
        bool is_null = true;
        int target = -1;

        if (HeapTupleIsValid(tuple))
        {
            Datum value = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &is_null);

            target = is_null ? -1 : DatumGetInt32(value);
            ReleaseSysCache(tuple);
        }
        if (target == 0)
            return 0;
        most = Max(most, target);
    }
    return most < 0 ? default_statistics_target : most;
}
