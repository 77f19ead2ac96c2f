/*
 * gather_relation.c - relations with their attributes and indexes, and index
 * definitions in both directions: numbers for the core, trees for the planner.
 */
#include "gather_internal.h"

#include "access/brin.h"
#include "catalog/pg_am.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalog.h"

static void add_indexes(Gathered *gathered, Oid relid, int relation);
static void describe_predicate(Gathered *gathered, int relation, const List *predicate, PredicateFact *fact);
static bool compares_otherwise(const WhatifIndex *index);

int
gather_relation(Gathered *gathered, Oid relid)
{
    RelationFact fact = {0};
    int relation;

    for (int i = 0; i < COUNT(gathered, RELATION_ORIGINS); i++)
    {
        if (AT(gathered, RELATION_ORIGINS, RelationOrigin, i)->relid == relid)
            return i;
    }
    catalog_relation(relid, &fact);
    gather_writes(relid, &fact);
    catalog_age(relid, &fact);
    relation = COUNT(gathered, RELATIONS);
    *ADD(gathered, RELATIONS, RelationFact) = fact;
    *ADD(gathered, RELATION_ORIGINS, RelationOrigin) = (RelationOrigin){relid, NONE, gather_updated_columns(relid)};
    add_indexes(gathered, relid, relation);
    return relation;
}

static void
add_indexes(Gathered *gathered, Oid relid, int relation)
{
    ListCell *cell;

    foreach (cell, catalog_indexes(relid))
    {
        CatalogIndex *index = lfirst(cell);
        ExistingIndexFact fact = index->fact;
        IndexDefinition *definition = &fact.definition;

        definition->relation = relation;
        fact.plain &= fact.btree || plan_search_method(index->method, &definition->method);
        definition->n_keys = index->n_keys;
        definition->n_includes = index->n_includes;
        for (int k = 0; k < index->n_keys; k++)
        {
            definition->keys[k].attribute =
                gather_attribute(gathered, relation, index->key_attnos[k], index->key_expressions[k]);
            definition->keys[k].descending = index->descending[k];
            definition->keys[k].nulls_first = index->nulls_first[k];
            definition->keys[k].pattern = index->pattern[k];
            definition->keys[k].opclass = index->opclass[k];
        }
        for (int k = 0; k < index->n_includes; k++)
            definition->includes[k] = gather_attribute(gathered, relation, index->includes[k], NULL);
        *ADD(gathered, INDEXES, ExistingIndexFact) = fact;
        ADD(gathered, INDEX_ORIGINS, IndexOrigin)->oid = index->oid;
    }
}

int
gather_index(const Gathered *gathered, Oid oid)
{
    for (int i = 0; OidIsValid(oid) && i < COUNT(gathered, INDEX_ORIGINS); i++)
    {
        if (AT(gathered, INDEX_ORIGINS, IndexOrigin, i)->oid == oid)
            return i;
    }
    return NONE;
}

int
gather_attribute(Gathered *gathered, int relation, AttrNumber attno, Node *key)
{
    RelationOrigin *origin = AT(gathered, RELATION_ORIGINS, RelationOrigin, relation);
    AttributeFact fact = {0};
    int attribute;

    for (int i = origin->first_attribute; i != NONE; i = AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->next)
    {
        const GatheredAttribute *known = &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->attribute;

        if (known->attno == attno && (attno != 0 || equal(known->key, key)))
            return i;
    }
    catalog_attribute(origin->relid, attno, key, &fact);
    if (attno == 0)
        gather_describe_learnt(origin->relid, key, &fact);
    fact.relation = relation;
    fact.updated = attno > 0 ? (origin->updated_columns & STORE_WRITES_COLUMN(attno)) != 0
                             : gather_is_updated(gathered, relation, key);
    attribute = COUNT(gathered, ATTRIBUTES);
    *ADD(gathered, ATTRIBUTES, AttributeFact) = fact;
    *ADD(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin) =
        (AttributeOrigin){{origin->relid, attno, attno == 0 ? copyObject(key) : NULL}, origin->first_attribute};
    origin->first_attribute = attribute;
    return attribute;
}

bool
gather_is_updated(const Gathered *gathered, int relation, Node *node)
{
    return gather_holds_any(node, AT(gathered, RELATION_ORIGINS, RelationOrigin, relation)->updated_columns);
}

bool
gather_has_index_on(const Gathered *gathered, int relation, const Node *column)
{
    column = plan_strip_relabel(column);
    if (column == NULL || !IsA(column, Var))
        return false;
    for (int i = 0; i < COUNT(gathered, INDEXES); i++)
    {
        const ExistingIndexFact *index = AT(gathered, INDEXES, ExistingIndexFact, i);

        if (index->definition.relation == relation && index->valid && index->btree && index->plain &&
            index->predicate_sql[0] == '\0' &&
            AT(gathered, ATTRIBUTES, AttributeFact, index->definition.keys[0].attribute)->attnum ==
                ((const Var *)column)->varattno)
            return true;
    }
    return false;
}

/* ---- definitions ---- */

IndexDefinition
gather_definition(Gathered *gathered, const WhatifIndex *index, double predicate_share)
{
    MemoryContext caller = MemoryContextSwitchTo(gathered->context);
    IndexDefinition definition = {0};

    definition.relation = gather_relation(gathered, index->relid);
    definition.method = index->kind;
    definition.n_keys = index->n_keys;
    definition.n_includes = index->n_includes;
    definition.fill_factor = index->fill_factor;
    definition.keeps_duplicates =
        index->kind == METHOD_BTREE && (index->keeps_duplicates || compares_otherwise(index));
    for (int i = 0; i < index->n_keys; i++)
    {
        const WhatifKey *key = &index->keys[i];
        HeapTuple statistics = key->attno == 0 ? whatif_statistics(index, i) : NULL;

        definition.keys[i].attribute = gather_attribute(gathered, definition.relation, key->attno, key->expression);
        if (statistics)
            catalog_describe_statistics(statistics, index->relid,
                                        AT(gathered, ATTRIBUTES, AttributeFact, definition.keys[i].attribute));
        definition.keys[i].descending = key->descending;
        definition.keys[i].nulls_first = key->nulls_first;
    }
    for (int i = 0; i < index->n_includes; i++)
        definition.includes[i] = gather_attribute(gathered, definition.relation, index->includes[i], NULL);
    if (index->predicate != NIL)
    {
        PredicateFact fact = {.attribute = NONE, .kind = PREDICATE_OTHER, .obstacle = OBSTACLE_COMPLEX};
        Node *clause = (Node *)make_ands_explicit(index->predicate);

        describe_predicate(gathered, definition.relation, index->predicate, &fact);
        fact.selectivity = predicate_share;
        fact.constant_share = 1.0;
        fact.partial_sql = catalog_deparse(index->relid, clause, false);
        fact.words = catalog_deparse(index->relid, clause, true);
        definition.predicates[definition.n_predicates++] = COUNT(gathered, PREDICATES);
        *ADD(gathered, PREDICATES, PredicateFact) = fact;
        ADD(gathered, PREDICATE_ORIGINS, PredicateOrigin)->clause = clause;
    }
    MemoryContextSwitchTo(caller);
    return definition;
}

/* What updates do to it; one that is about a single column says how many of its values are left. */
static void
describe_predicate(Gathered *gathered, int relation, const List *predicate, PredicateFact *fact)
{
    const Node *clause = linitial(predicate);
    AttrNumber column = catalog_only_column((Node *)predicate);

    fact->updated = gather_is_updated(gathered, relation, (Node *)predicate);
    if (column == InvalidAttrNumber)
        return;
    fact->attribute = gather_attribute(gathered, relation, column, NULL);
    if (list_length(predicate) == 1 && IsA(clause, NullTest) && IsA(((const NullTest *)clause)->arg, Var))
        fact->kind =
            ((const NullTest *)clause)->nulltesttype == IS_NULL ? PREDICATE_IS_NULL : PREDICATE_IS_NOT_NULL;
}

/* Attributes say whether keys can be merged by what is the default; the index may name something else. */
static bool
compares_otherwise(const WhatifIndex *index)
{
    for (int i = 0; i < index->n_keys; i++)
    {
        const WhatifKey *key = &index->keys[i];
        Oid type = exprType(key->expression);
        Oid collation = exprCollation(key->expression);
        int32 typmod;

        if (!OidIsValid(key->opclass) && !OidIsValid(key->collation))
            continue;
        if (key->attno != 0)
            get_atttypetypmodcoll(index->relid, key->attno, &type, &typmod, &collation);
        if (!catalog_has_equal_image(OidIsValid(key->opclass) ? key->opclass
                                                              : GetDefaultOpClass(type, BTREE_AM_OID),
                                     OidIsValid(key->collation) ? key->collation : collation))
            return true;
    }
    return false;
}

WhatifIndex *
gather_whatif(const Gathered *gathered, const IndexDefinition *definition, const IndexSize *size)
{
    WhatifIndex *index = palloc0(sizeof(WhatifIndex));

    index->relid = gather_relation_oid(gathered, definition->relation);
    index->n_keys = definition->n_keys;
    index->n_includes = definition->n_includes;
    index->kind = definition->method;
    index->pages_per_range = definition->method == METHOD_BRIN ? BRIN_DEFAULT_PAGES_PER_RANGE : 0;
    index->size = *size;
    for (int i = 0; i < definition->n_keys; i++)
    {
        const IndexKey *key = &definition->keys[i];
        const GatheredAttribute *origin =
            &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, key->attribute)->attribute;

        index->keys[i].attno = origin->attno;
        index->keys[i].expression = copyObject(origin->key);
        index->keys[i].descending = key->descending;
        index->keys[i].nulls_first = key->nulls_first;
        if (key->pattern)
        {
            const char *opclass = AT(gathered, ATTRIBUTES, AttributeFact, key->attribute)->pattern_opclass;
            List *name = list_make2(makeString("pg_catalog"), makeString(pstrdup(opclass)));

            index->keys[i].opclass = get_opclass_oid(BTREE_AM_OID, name, false);
        }
        if (definition->method != METHOD_BTREE)
        {
            SearchOrigin search = gather_search_origin(gathered, definition, i);

            index->method = search.method;
            index->keys[i].opclass = search.opclass;
        }
    }
    for (int i = 0; i < definition->n_includes; i++)
        index->includes[i] =
            AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, definition->includes[i])->attribute.attno;
    for (int i = 0; i < definition->n_predicates; i++)
    {
        Node *clause = AT(gathered, PREDICATE_ORIGINS, PredicateOrigin, definition->predicates[i])->clause;

        index->predicate = lappend(index->predicate, copyObject(clause));
    }
    return index;
}

List *
gather_key_expressions(const Gathered *gathered, const IndexDefinition *definition)
{
    List *expressions = NIL;

    for (int i = 0; i < definition->n_keys; i++)
    {
        const GatheredAttribute *origin =
            &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, definition->keys[i].attribute)->attribute;

        if (origin->attno == 0)
            expressions = lappend(expressions, origin->key);
    }
    return expressions;
}
