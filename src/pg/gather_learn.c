/*
 * gather_learn.c - statistics of the expressions that a statement asks for.
 *
 * A candidate on an expression changes what the planner thinks of the rows, in all of the plan, as the index and
 * the next ANALYZE would. So that is learnt before anything is compared: the statement that brings an expression
 * nobody has statistics of is planned once to see what it asks, the expression is sampled as the statement's role,
 * and then the statement is gathered for good.
 */
#include "gather_internal.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"

#include "catalog.h"
#include "settings.h"

typedef struct LearnJob
{
    WhatifIndex index;
    bool started;
} LearnJob;

static WhatifIndex as_index(Oid relid, Node *key);
static bool is_worth_learning(const Gathered *gathered, int attribute);
static void learn_one(const Gathered *gathered, int attribute, const CapturedStatement *captured);
static void learn_body(StatementContext *run, void *arg);

static WhatifIndex
as_index(Oid relid, Node *key)
{
    WhatifIndex index = {.relid = relid, .kind = METHOD_BTREE, .n_keys = 1};

    index.keys[0].expression = key;
    return index;
}

void
gather_describe_learnt(Oid relid, Node *key, AttributeFact *fact)
{
    WhatifIndex index = as_index(relid, key);
    HeapTuple statistics = whatif_statistics(&index, 0);

    if (statistics && fact->n_distinct < 0)
        catalog_describe_statistics(statistics, relid, fact);
}

bool
gather_fails(Oid relid, Node *key)
{
    WhatifIndex index = as_index(relid, key);

    return whatif_is_known(&index, 0) && whatif_statistics(&index, 0) == NULL;
}

bool
gather_can_be_key(Oid relid, AttrNumber attno, Node *key)
{
    return catalog_can_be_key(relid, attno, key) && !(attno == 0 && gather_fails(relid, key));
}

bool
gather_learn(const Gathered *gathered, int first_attribute, const CapturedStatement *captured)
{
    bool learnt = false;

    if (setting_sample_blocks == 0)
        return false;
    for (int i = first_attribute; i < COUNT(gathered, ATTRIBUTES); i++)
    {
        const GatheredAttribute *origin = &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, i)->attribute;
        WhatifIndex index = {0};

        if (!is_worth_learning(gathered, i))
            continue;
        index = as_index(origin->relid, origin->key);
        learn_one(gathered, i, captured);
        learnt |= whatif_is_known(&index, 0);
    }
    return learnt;
}

/* An index that has the expression already was just not analysed since: its statistics are not ours to make up. */
static bool
is_worth_learning(const Gathered *gathered, int attribute)
{
    const AttributeFact *fact = AT(gathered, ATTRIBUTES, AttributeFact, attribute);
    const GatheredAttribute *origin = &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, attribute)->attribute;
    WhatifIndex index = as_index(origin->relid, origin->key);

    return origin->attno == 0 && fact->n_distinct < 0 && fact->has_btree &&
           AT(gathered, RELATIONS, RelationFact, fact->relation)->rows > 0 && !whatif_is_known(&index, 0);
}

/* What fails on a row makes no index. What could not be tried stays unknown. */
static void
learn_one(const Gathered *gathered, int attribute, const CapturedStatement *captured)
{
    const GatheredAttribute *origin = &AT(gathered, ATTRIBUTE_ORIGINS, AttributeOrigin, attribute)->attribute;
    LearnJob job = {as_index(origin->relid, origin->key)};
    StatementFailure failure;

    if (!statement_run(captured, learn_body, &job, &failure) && job.started && !failure.late)
        whatif_know(&job.index, 0, NULL);
}

/*
 * The statement's role sees rows through its policies and through views; the expression would run on all of them,
 * and whatever it does with them the role might see.
 */
static void
learn_body(StatementContext *run, void *arg)
{
    LearnJob *job = arg;
    Oid leaf = catalog_sampled_leaf(job->index.relid);

    if (!OidIsValid(leaf) || !catalog_may_sample(job->index.relid))
        return;
    job->started = true;
    (void)whatif_learn(&job->index, leaf);
}
