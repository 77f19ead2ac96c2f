/*
 * gather_search.c - operator classes of other methods than btree, as facts and back.
 */
#include "gather_internal.h"

#include "commands/defrem.h"
#include "nodes/nodeFuncs.h"

#include "catalog.h"

void
gather_searches(Gathered *gathered, int relation, int predicate, List *searches)
{
    Oid relid = gather_relation_oid(gathered, relation);
    ListCell *cell;

    foreach (cell, searches)
    {
        const PlanSearch *search = lfirst(cell);
        bool usual = search->opclass == GetDefaultOpClass(exprType(search->key), search->method);
        SearchFact fact = {.predicate = predicate, .method = search->kind};

        if (search->attno <= 0 &&
            (!catalog_can_be_searched(relid, search->key) || gather_fails(relid, search->key)))
            continue;
        fact.attribute = gather_attribute(gathered, relation, search->attno, search->key);
        fact.opclass = usual ? "" : catalog_opclass_sql(search->opclass);
        *ADD(gathered, SEARCHES, SearchFact) = fact;
        *ADD(gathered, SEARCH_ORIGINS, SearchOrigin) = (SearchOrigin){search->method, search->opclass};
    }
}

SearchOrigin
gather_search_origin(const Gathered *gathered, const IndexDefinition *definition, int key)
{
    const char *opclass = definition->keys[key].opclass ? definition->keys[key].opclass : "";

    for (int i = 0; i < COUNT(gathered, SEARCHES); i++)
    {
        const SearchFact *search = AT(gathered, SEARCHES, SearchFact, i);

        if (search->method == definition->method && search->attribute == definition->keys[key].attribute &&
            strcmp(search->opclass, opclass) == 0)
            return *AT(gathered, SEARCH_ORIGINS, SearchOrigin, i);
    }
    return (SearchOrigin){InvalidOid, InvalidOid};
}
