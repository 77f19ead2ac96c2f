/*
 * functions_script.c - script() and undo_script(): advice as statements, one a row.
 *
 * A partitioned table takes no CREATE INDEX CONCURRENTLY. What works without
 * blocking writes is: an index on the root alone (ON ONLY), invalid and made in
 * no time, the same on every partitioned table below; then one index
 * CONCURRENTLY on each leaf; then each attached to that of its parent, deepest
 * first. With the last one the root's becomes valid.
 */
#include "functions.h"

#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

PG_FUNCTION_INFO_V1(index_advisor_script);
PG_FUNCTION_INFO_V1(index_advisor_undo_script);

typedef struct Script
{
    ReturnSetInfo *result;
    int step;
    bool if_exists; /* IF NOT EXISTS for script(), IF EXISTS for undo_script() */
} Script;

/* A table of a partition tree, and its index. */
typedef struct TreeNode
{
    Oid relid, parent;
    char relkind;
    char *table;  /* qualified, quoted */
    char *schema; /* quoted */
    char *index;  /* quoted */
    bool there;   /* the index is there already */
} TreeNode;

static List *chosen_advice(FunctionCallInfo fcinfo, bool with_applied);
static void add_step(Script *script, char *statement, char *note);
static void add_advice(Script *script, const StoredAdvice *advice);
static void add_analyze(Script *script, const List *chosen);
static bool is_statistics(const StoredAdvice *advice);
static bool wants_analyze(const StoredAdvice *advice);
static void add_statistics(Script *script, const StoredAdvice *advice);
static void add_create(Script *script, const StoredAdvice *advice);
static void add_partitioned(Script *script, const StoredAdvice *advice);
static List *partition_tree(const StoredAdvice *advice);
static TreeNode *tree_node(const StoredAdvice *advice, Oid relid);
static void add_attach(Script *script, List *tree, const TreeNode *node);
static char *existing_index(Oid relid, const char *definition);
static char *partition_index_name(Oid relid, const char *id);
static void add_rebuild(Script *script, const StoredAdvice *advice);
static void add_undo(Script *script, const StoredAdvice *advice);
static bool has_our_index(const StoredAdvice *advice);
static char *schema_of(Oid relid);

Datum
index_advisor_script(PG_FUNCTION_ARGS)
{
    Script script = {0};
    List *advice;
    ListCell *cell;

    functions_check_version();
    script.if_exists = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    script.result = functions_begin_rows(fcinfo);
    advice = chosen_advice(fcinfo, false);
    foreach (cell, advice)
        add_advice(&script, lfirst(cell));
    add_analyze(&script, advice);
    return (Datum)0;
}

Datum
index_advisor_undo_script(PG_FUNCTION_ARGS)
{
    Script script = {0};
    List *advice;

    functions_check_version();
    script.if_exists = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    script.result = functions_begin_rows(fcinfo);
    advice = chosen_advice(fcinfo, true);
    for (int i = list_length(advice) - 1; i >= 0; i--)
    {
        const StoredAdvice *item = list_nth(advice, i);

        /* What was not made yet, or has that shape under another name, is not ours to drop. */
        if (PG_ARGISNULL(0) && !has_our_index(item))
            continue;
        add_undo(&script, item);
    }
    return (Datum)0;
}

static List *
chosen_advice(FunctionCallInfo fcinfo, bool with_applied)
{
    char **ids;
    int n;

    if (PG_ARGISNULL(0))
        return advice_read(NULL, 0, with_applied);
    ids = functions_texts(PG_GETARG_DATUM(0), &n, "ids");
    return advice_read(ids, n, with_applied);
}

static void
add_step(Script *script, char *statement, char *note)
{
    Row *row = row_begin(script->result->setDesc);

    row_number(row, "step", ++script->step);
    row_text(row, "statement", psprintf("%s;", statement)); /* a file of these is a script, and \gexec takes it */
    row_text(row, "note", note);
    row_emit(row, script->result);
}

static void
add_advice(Script *script, const StoredAdvice *advice)
{
    if (strcmp(advice->status, "stale") == 0)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
                errmsg("table %s of recommendation \"%s\" is gone", advice->relation, advice->id));
    if (is_statistics(advice))
        add_statistics(script, advice);
    else if (strcmp(advice->action, "create") != 0)
        add_rebuild(script, advice);
    else if (get_rel_relkind(advice->relid) == RELKIND_PARTITIONED_TABLE)
        add_partitioned(script, advice);
    else
        add_create(script, advice);
}

/* Of an expression the server has statistics only once its index is there, and building it asks autovacuum for
 * none. Extended statistics are empty until then. */
static void
add_analyze(Script *script, const List *chosen)
{
    List *done = NIL;
    ListCell *cell;

    foreach (cell, chosen)
    {
        const StoredAdvice *advice = lfirst(cell);

        if (list_member_oid(done, advice->relid) || !wants_analyze(advice))
            continue;
        done = lappend_oid(done, advice->relid);
        add_step(script, psprintf("ANALYZE %s", advice->relation),
                 psprintf("%s: %s", advice->id,
                          is_statistics(advice) ? "fills the statistics" : "statistics of the index's expression"));
    }
}

static bool
is_statistics(const StoredAdvice *advice)
{
    return strcmp(advice->action, "statistics") == 0;
}

static bool
wants_analyze(const StoredAdvice *advice)
{
    return is_statistics(advice) ||
           (strcmp(advice->action, "create") == 0 && functions_has_expression(advice->definition));
}

static void
add_statistics(Script *script, const StoredAdvice *advice)
{
    add_step(script,
             psprintf("CREATE STATISTICS %s%s.%s %s FROM %s", script->if_exists ? "IF NOT EXISTS " : "",
                      schema_of(advice->relid), advice->index_name, advice->definition, advice->relation),
             psprintf("%s: at once; does not block writes", advice->id));
}

static void
add_create(Script *script, const StoredAdvice *advice)
{
    add_step(script,
             psprintf("CREATE INDEX CONCURRENTLY %s%s ON %s %s", script->if_exists ? "IF NOT EXISTS " : "",
                      advice->index_name, advice->relation, advice->definition),
             psprintf("%s: does not block writes%s", advice->id,
                      advice->build_time ? psprintf("; takes about %s", advice->build_time) : ""));
}

/* ---- partitioned tables ---- */

static void
add_partitioned(Script *script, const StoredAdvice *advice)
{
    List *tree = partition_tree(advice);
    const char *if_not_exists = script->if_exists ? "IF NOT EXISTS " : "";
    ListCell *cell;

    foreach (cell, tree)
    {
        const TreeNode *node = lfirst(cell);

        if (node->relkind == RELKIND_PARTITIONED_TABLE)
            add_step(script,
                     psprintf("CREATE INDEX %s%s ON ONLY %s %s", if_not_exists, node->index, node->table,
                              advice->definition),
                     psprintf("%s: at once; invalid until all partitions have theirs", advice->id));
    }
    foreach (cell, tree)
    {
        const TreeNode *node = lfirst(cell);

        if (node->relkind != RELKIND_PARTITIONED_TABLE && !node->there)
            add_step(script,
                     psprintf("CREATE INDEX CONCURRENTLY %s%s ON %s %s", if_not_exists, node->index, node->table,
                              advice->definition),
                     psprintf("%s: does not block writes", advice->id));
    }
    for (int i = list_length(tree) - 1; i > 0; i--)
        add_attach(script, tree, list_nth(tree, i));
}

/* The root, then everything below it, parents before children. Foreign tables take no index. */
static List *
partition_tree(const StoredAdvice *advice)
{
    List *tree = NIL;
    ListCell *cell;

    foreach (cell, find_all_inheritors(advice->relid, NoLock, NULL))
    {
        TreeNode *node = tree_node(advice, lfirst_oid(cell));

        if (node)
            tree = lappend(tree, node);
    }
    return tree;
}

/* NULL if it was dropped or detached meanwhile, or is a foreign table. */
static TreeNode *
tree_node(const StoredAdvice *advice, Oid relid)
{
    TreeNode *node = palloc0(sizeof(TreeNode));
    char *name = get_rel_name(relid);
    char *existing;

    node->relid = relid;
    node->relkind = get_rel_relkind(relid);
    if (name == NULL || node->relkind == RELKIND_FOREIGN_TABLE)
        return NULL;
    node->schema = schema_of(relid);
    node->table = psprintf("%s.%s", node->schema, quote_identifier(name));
    if (relid == advice->relid)
    {
        node->index = advice->index_name;
        return node;
    }
    if (!get_rel_relispartition(relid))
        return NULL;
    node->parent = get_partition_parent(relid, true);
    existing = node->relkind == RELKIND_PARTITIONED_TABLE ? NULL : existing_index(relid, advice->definition);
    node->there = existing != NULL;
    node->index = existing ? existing : partition_index_name(relid, advice->id);
    return node;
}

static void
add_attach(Script *script, List *tree, const TreeNode *node)
{
    ListCell *cell;

    foreach (cell, tree)
    {
        const TreeNode *parent = lfirst(cell);

        if (parent->relid == node->parent)
            add_step(script,
                     psprintf("ALTER INDEX %s.%s ATTACH PARTITION %s.%s", parent->schema, parent->index,
                              node->schema, node->index),
                     pstrdup("at once"));
    }
}

/* A valid index of that shape on a partition, attached to nothing yet; its quoted name, or NULL. */
static char *
existing_index(Oid relid, const char *definition)
{
    Oid types[] = {OIDOID, TEXTOID};
    Datum values[] = {ObjectIdGetDatum(relid), CStringGetTextDatum(definition)};
    MemoryContext context = CurrentMemoryContext;
    char *name = NULL;
    OwnTables own;

    tables_enter_views(&own);
    if (tables_execute("SELECT quote_ident(c.relname) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
                       " WHERE i.indrelid = $1 AND i.indisvalid AND i.indislive AND NOT c.relispartition"
                       " AND index_advisor.same_index(pg_get_indexdef(i.indexrelid), $2) ORDER BY c.oid LIMIT 1",
                       2, types, values, NULL) > 0)
        name = MemoryContextStrdup(context, tables_text(0, 1));
    tables_leave(&own);
    return name;
}

/*
 * The same on every call, so that IF NOT EXISTS finds it again. The id makes it
 * the index of this advice; a table name that must be cut is told apart by a hash.
 */
static char *
partition_index_name(Oid relid, const char *id)
{
    char *table = get_rel_name(relid);
    int room = NAMEDATALEN - 1 - (int)strlen("__idx") - (int)strlen(id);
    int length = strlen(table);

    if (length > room)
    {
        id = advice_id(table, id);
        length = pg_mbcliplen(table, length, room);
    }
    return pstrdup(quote_identifier(psprintf("%.*s_%s_idx", length, table, id)));
}

/* ---- invalid leftovers ---- */

static void
add_rebuild(Script *script, const StoredAdvice *advice)
{
    Oid types[] = {OIDOID};
    Datum values[] = {ObjectIdGetDatum(advice->index_oid)};
    MemoryContext context = CurrentMemoryContext;
    char *create = NULL, *drop = NULL;
    bool twin = false;
    OwnTables own;

    tables_enter(&own);
    if (tables_execute("SELECT drop_ddl, create_ddl, has_twin FROM index_advisor.leftovers WHERE index_oid = $1", 1,
                       types, values, NULL) > 0)
    {
        drop = MemoryContextStrdup(context, tables_text(0, 1));
        create = MemoryContextStrdup(context, tables_text(0, 2));
        twin = DatumGetBool(tables_value(0, 3));
    }
    tables_leave(&own);
    if (drop)
        add_step(script, drop, psprintf("%s: the index is invalid", advice->id));
    if (create && !twin)
        add_step(script, create, psprintf("%s: builds it again, does not block writes", advice->id));
}

/* ---- undo ---- */

static void
add_undo(Script *script, const StoredAdvice *advice)
{
    bool partitioned = get_rel_relkind(advice->relid) == RELKIND_PARTITIONED_TABLE;

    /* Nobody wants an invalid index back; with a table go its indexes, and statistics. */
    if (strcmp(advice->status, "stale") == 0)
        return;
    if (is_statistics(advice))
        add_step(script,
                 psprintf("DROP STATISTICS %s%s.%s", script->if_exists ? "IF EXISTS " : "",
                          schema_of(advice->relid), advice->index_name),
                 psprintf("%s: at once", advice->id));
    if (strcmp(advice->action, "create") != 0)
        return;
    add_step(script,
             psprintf("DROP INDEX %s%s%s.%s", partitioned ? "" : "CONCURRENTLY ",
                      script->if_exists ? "IF EXISTS " : "", schema_of(advice->relid), advice->index_name),
             psprintf("%s: %s", advice->id,
                      partitioned ? "with those of all partitions; locks the tables for a moment"
                                  : "does not block writes"));
}

static bool
has_our_index(const StoredAdvice *advice)
{
    /* Looked up by its schema's OID: whoever reads advice need not have any right on that schema. */
    List *name = textToQualifiedNameList(cstring_to_text(advice->index_name));

    if (is_statistics(advice))
        return SearchSysCacheExists2(STATEXTNAMENSP, CStringGetDatum(strVal(linitial(name))),
                                     ObjectIdGetDatum(get_rel_namespace(advice->relid)));
    return OidIsValid(get_relname_relid(strVal(linitial(name)), get_rel_namespace(advice->relid)));
}

/* Quoted. */
static char *
schema_of(Oid relid)
{
    char *schema = get_namespace_name(get_rel_namespace(relid));

    return pstrdup(quote_identifier(schema ? schema : "pg_temp"));
}
