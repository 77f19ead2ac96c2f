/*
 * index_fields.c - each index as the planner is told of it, for 031_index_fields.pl.
 *
 * Once loaded, which has to be after index_advisor, it writes down every index of a user's table that a planner
 * call learns of, real or hypothetical; index_fields() hands that over and forgets it: a paragraph an index, a
 * line a field of IndexOptInfo, under its own name.
 */
#include "postgres.h"

#include "access/transam.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/pathnodes.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "../../src/pg/compat.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(index_fields);

void _PG_init(void);

static compat_relation_hook_type previous_hook;
static StringInfo written;

#define FIELD(format, name) appendStringInfo(written, #name " " format "\n", index->name)
#define ARRAY(format, name, n)                                                                                     \
    do                                                                                                             \
    {                                                                                                              \
        appendStringInfoString(written, #name);                                                                    \
        for (int i = 0; i < (n) && index->name; i++)                                                               \
            appendStringInfo(written, " " format, index->name[i]);                                                 \
        appendStringInfoString(written, index->name ? "\n" : " null\n");                                           \
    } while (0)
#define TREE(name) appendStringInfo(written, #name " %s\n", nodeToString(index->name))

static void
write_index(const char *relation, const IndexOptInfo *index)
{
    appendStringInfo(written, "relation %s\n", relation);
    FIELD("%d", hypothetical);
    FIELD("%u", reltablespace);
    FIELD("%u", pages);
    FIELD("%.17g", tuples);
    FIELD("%d", tree_height);
    FIELD("%d", ncolumns);
    FIELD("%d", nkeycolumns);
    ARRAY("%d", indexkeys, index->ncolumns);
    ARRAY("%u", indexcollations, index->nkeycolumns);
    ARRAY("%u", opfamily, index->nkeycolumns);
    ARRAY("%u", opcintype, index->nkeycolumns);
    ARRAY("%u", sortopfamily, index->nkeycolumns);
    ARRAY("%d", reverse_sort, index->nkeycolumns);
    ARRAY("%d", nulls_first, index->nkeycolumns);
    appendStringInfoString(written, "opclassoptions");
    for (int i = 0; i < index->nkeycolumns; i++)
        appendStringInfo(written, " %s",
                         index->opclassoptions == NULL || index->opclassoptions[i] == NULL
                             ? "none"
                             : text_to_cstring(DatumGetTextPP(DirectFunctionCall2(
                                   binary_encode, PointerGetDatum(index->opclassoptions[i]),
                                   CStringGetTextDatum("hex")))));
    appendStringInfoString(written, "\n");
    ARRAY("%d", canreturn, index->ncolumns);
    FIELD("%u", relam);
    TREE(indexprs);
    TREE(indpred);
    TREE(indextlist);
    TREE(indrestrictinfo);
    FIELD("%d", predOK);
    FIELD("%d", unique);
    FIELD("%d", immediate);
    FIELD("%d", amcanorderbyop);
    FIELD("%d", amoptionalkey);
    FIELD("%d", amsearcharray);
    FIELD("%d", amsearchnulls);
    FIELD("%d", amhasgettuple);
    FIELD("%d", amhasgetbitmap);
    FIELD("%d", amcanparallel);
    FIELD("%d", amcanmarkpos);
    appendStringInfo(written, "amcostestimate %p\n\n", (void *)index->amcostestimate);
}

static void
write_indexes(COMPAT_RELATION_PARAMETERS)
{
    const RangeTblEntry *entry = planner_rt_fetch(rel->relid, root);
    ListCell *cell;
    MemoryContext caller;

    if (previous_hook)
        previous_hook(COMPAT_RELATION_ARGUMENTS);
    if (entry->rtekind != RTE_RELATION || entry->relid < FirstNormalObjectId || entry->inh)
        return;
    caller = MemoryContextSwitchTo(TopMemoryContext);
    if (written == NULL)
        written = makeStringInfo();
    foreach (cell, rel->indexlist)
    {
        IndexOptInfo *index = lfirst_node(IndexOptInfo, cell);

        /* One that cannot be scanned is there for its statistics alone. */
        if (!index->hypothetical || index->amhasgettuple || index->amhasgetbitmap)
            write_index(get_rel_name(entry->relid), index);
    }
    MemoryContextSwitchTo(caller);
}

void
_PG_init(void)
{
    previous_hook = compat_relation_hook;
    compat_relation_hook = write_indexes;
}

Datum
index_fields(PG_FUNCTION_ARGS)
{
    text *fields = cstring_to_text(written ? written->data : "");

    if (written)
        resetStringInfo(written);
    PG_RETURN_TEXT_P(fields);
}
