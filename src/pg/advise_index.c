/*
 * advise_index.c - what the core says of one index: its size, its build, its price to writers.
 */
#include "advise_internal.h"

#include "core/advisor.h"

#include "catalog/namespace.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "whatif.h"

/* A sentence with the name of a column. */
#define ORDER_WORDS 512

static void
check_core(AdvisorStatus status)
{
    if (status != ADVISOR_OK)
        advise_core_failed(status, status == ADVISOR_NO_MEMORY, advisor_message(NULL));
}

WhatifIndex *
advise_hypothetical(const char *ddl)
{
    WhatifIndex *index;
    Gathered *gathered;
    IndexDefinition definition;
    StatementFailure failure;
    AdvisorStatus status;
    WhatifShare share;

    index = advise_parse(ddl);
    advise_check_analysed(index->relid);
    if (index->kind != METHOD_BTREE)
    {
        IndexSample sample = {0};

        advise_sample(index, &sample);
        check_core(advisor_sampled_size(&sample, (double)BLCKSZ, &index->size));
        return index;
    }
    share = advise_learn(index);
    gathered = gather_begin(CurrentMemoryContext, false);
    definition = gather_definition(gathered, index, advise_predicate_share(index, &share));
    if (!gather_sample_index(gathered, &definition, index, &failure))
        ereport(DEBUG1, errmsg_internal("no sample for the index's size: %s", failure.message));
    status = advisor_index_size(gather_facts(gathered), &definition, (double)BLCKSZ, &index->size);
    if (status == ADVISOR_BAD_FACTS)
        ereport(
            ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("index row would not fit on a third of a page"),
             errdetail("Of the rows looked at, or on average, a key of \"%s\" is too wide for a btree.", ddl),
             errhint("An index USING hash keeps four bytes of a value however wide; one on md5() or left() of the "
                     "key serves conditions that are written so.")));
    check_core(status);
    index->order_words = palloc(ORDER_WORDS);
    (void)advisor_order_words(gather_facts(gathered), &definition, index->order_words, ORDER_WORDS);
    return index;
}

IndexBuild
advise_build(const WhatifIndex *index)
{
    BuildFacts facts = advise_build_facts(index);
    IndexBuild build = {0};

    check_core(advisor_index_build(&facts, &build));
    return build;
}

WritePrice
advise_write_price(const WhatifIndex *index, double share)
{
    Gathered *gathered = gather_begin(CurrentMemoryContext, false);
    IndexDefinition definition = gather_definition(gathered, index, share);
    WritePrice price;

    check_core(advisor_write_price(gather_facts(gathered), &definition, &index->size, &price));
    return price;
}
