/*
 * advise_conjunction.c - what conditions keep that statistics do not judge.
 *
 * One such is a comparison of two columns, or a bit of a number (flags & 4 <> 0): the planner takes a default. So a
 * sample is asked, and so it is for two conditions together.
 *
 * A partial index of advise()'s own may have two predicates. Statistics are of one column, and the product of what
 * each keeps is wrong where columns depend on each other: of all orders, the open ones are the unpaid ones. So a
 * sample is asked, as for an index of the user's.
 */
#include "advise_internal.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"

#include "catalog.h"
#include "settings.h"

static bool may_sample(const Session *session, int relation);
static void sample_request(Session *session, const RequestFact *request);
static bool can_be_partial(const PredicateFact *predicate);
static void sample_one(Session *session, int relation, int predicate);
static bool is_known(const Facts *facts, int first, int second);
static void sample_two(Session *session, int relation, int first, int second);

void
advise_sample_conjunctions(Session *session)
{
    const Facts *facts = gather_facts(session->gathered);

    for (int i = 0; i < facts->n_requests && !session_is_late(session); i++)
    {
        if (may_sample(session, facts->requests[i].relation))
            sample_request(session, &facts->requests[i]);
    }
}

/* Sizes of what he may not see would tell him of it. Nor is the table locked: it may be gone. */
static bool
may_sample(const Session *session, int relation)
{
    return setting_sample_blocks > 0 && gather_facts(session->gathered)->relations[relation].rows > 0 &&
           catalog_may_sample(gather_relation_oid(session->gathered, relation));
}

static void
sample_request(Session *session, const RequestFact *request)
{
    int end = request->first_predicate + request->n_predicates;

    for (int second = request->first_predicate; second < end; second++)
    {
        const PredicateFact *fact = &gather_facts(session->gathered)->predicates[second];

        if (!can_be_partial(fact))
            continue;
        if (fact->kind == PREDICATE_OTHER)
            sample_one(session, request->relation, second);
        for (int first = request->first_predicate; first < second; first++)
        {
            const Facts *facts = gather_facts(session->gathered);

            if (can_be_partial(&facts->predicates[first]) &&
                facts->predicates[first].attribute != facts->predicates[second].attribute &&
                !is_known(facts, first, second))
                sample_two(session, request->relation, first, second);
        }
    }
}

static bool
can_be_partial(const PredicateFact *predicate)
{
    return predicate->partial_sql[0] != '\0' && predicate->or_group == 0 && predicate->constant_share > 0 &&
           predicate->attribute != NONE;
}

/* Other requests say the same. */
static bool
is_known(const Facts *facts, int first, int second)
{
    for (int i = 0; i < facts->n_conjunctions; i++)
    {
        const PredicateFact *known_first = &facts->predicates[facts->conjunctions[i].first];
        const PredicateFact *known_second = &facts->predicates[facts->conjunctions[i].second];

        if (known_first->attribute == facts->predicates[first].attribute &&
            known_second->attribute == facts->predicates[second].attribute &&
            strcmp(known_first->partial_sql, facts->predicates[first].partial_sql) == 0 &&
            strcmp(known_second->partial_sql, facts->predicates[second].partial_sql) == 0)
            return true;
    }
    return false;
}

/* One that fails on a row says so where it is tried as an index. */
static void
sample_two(Session *session, int relation, int first, int second)
{
    IndexDefinition definition = {.relation = relation, .n_predicates = 2, .predicates = {first, second}};
    IndexSize size = {0};
    WhatifIndex *index = gather_whatif(session->gathered, &definition, &size);
    WhatifShare share;

    CHECK_FOR_INTERRUPTS();
    if (advise_try_share(index, &share))
        gather_conjunction(session->gathered, first, second, advise_predicate_share(index, &share));
}

static void
sample_one(Session *session, int relation, int predicate)
{
    IndexDefinition definition = {.relation = relation, .n_predicates = 1, .predicates = {predicate}};
    IndexSize size = {0};
    WhatifIndex *index = gather_whatif(session->gathered, &definition, &size);
    WhatifShare share;

    CHECK_FOR_INTERRUPTS();
    if (advise_try_share(index, &share))
        gather_predicate_share(session->gathered, predicate, advise_predicate_share(index, &share));
}
