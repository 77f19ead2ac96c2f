/*
 * abi_test.c - the C interface, used from C.
 *
 * Compiled as C11. Drives one Advisor from opening to advice with a planner
 * that fits in a function, and does everything wrong that one can.
 */
#include "core/advisor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                           \
    do                                                                                                             \
    {                                                                                                              \
        if (!(condition))                                                                                          \
        {                                                                                                          \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                        \
            exit(1);                                                                                               \
        }                                                                                                          \
    } while (0)

#define BASE_COST 20000.0

static const RelationFact orders = {.name = "public.orders",
                                    .short_name = "orders",
                                    .rows = 1e6,
                                    .pages = 20000,
                                    .all_visible = 1,
                                    .inserts_per_hour = 10,
                                    .analysed = true};

static const AttributeFact user_id = {.relation = 0,
                                      .name = "user_id",
                                      .sql = "user_id",
                                      .pattern_opclass = "",
                                      .attnum = 2,
                                      .typlen = 4,
                                      .typalign = 4,
                                      .avg_width = 4,
                                      .n_distinct = 50000,
                                      .has_btree = true,
                                      .equalimage = true};

static const PredicateFact equality = {
    .attribute = 0, .kind = PREDICATE_EQUAL, .selectivity = 0.00002, .partial_sql = "", .words = "user_id = $"};

static const RequestFact request = {.relation = 0,
                                    .n_predicates = 1,
                                    .sequential = true,
                                    .served_by = NONE,
                                    .idle_index = NONE,
                                    .custom_index = NONE,
                                    .rows_read = 1e6,
                                    .rows_removed = 999980,
                                    .selectivity = 0.00002};

static const StatementFact statement = {.id = 42,
                                        .query = "SELECT * FROM orders WHERE user_id = $1",
                                        .calls = 1000,
                                        .total_ms = 80000,
                                        .measured = true,
                                        .hours = 1,
                                        .binds = 1,
                                        .n_requests = 1};

static const Facts facts = {.relations = &orders,
                            .n_relations = 1,
                            .attributes = &user_id,
                            .n_attributes = 1,
                            .predicates = &equality,
                            .n_predicates = 1,
                            .requests = &request,
                            .n_requests = 1,
                            .statements = &statement,
                            .n_statements = 1};

static AdvisorLimits
good_limits(void)
{
    AdvisorLimits limits = {.budget_bytes = 1e9,
                            .max_indexes = 20,
                            .max_indexes_per_table = 5,
                            .min_improvement = 0.1,
                            .max_regression = 0.05,
                            .write_weight = 1,
                            .min_table_rows = 1000,
                            .min_rows_removed = 1000,
                            .min_removed_fraction = 0.3,
                            .block_size = 8192,
                            .max_planner_calls = 1000,
                            .memory_bytes = 16 << 20};
    return limits;
}

/* Any candidate makes the statement a thousand times cheaper. */
static void
answer(const AdvisorQuestion *question, AdvisorAnswer *reply)
{
    memset(reply, 0, sizeof(*reply));
    reply->planned = true;
    reply->cost = BASE_COST;
    if (question->n_candidates > 0)
    {
        reply->cost = BASE_COST / 1000;
        reply->n_used = 1;
        reply->used = question->candidates;
    }
}

static void
ask_and_answer(Advisor *advisor)
{
    for (;;)
    {
        const AdvisorQuestion *questions;
        AdvisorAnswer replies[4];
        int32_t n;

        CHECK(advisor_ask(advisor, 4, &questions, &n) == ADVISOR_OK);
        if (n == 0)
            return;
        CHECK(n <= 4);
        CHECK(advisor_answer(advisor, replies, n + 1) == ADVISOR_MISUSE);
        CHECK(advisor_hurry(advisor) == ADVISOR_MISUSE);
        for (int32_t i = 0; i < n; i++)
            answer(&questions[i], &replies[i]);
        CHECK(advisor_answer(advisor, replies, n) == ADVISOR_OK);
    }
}

static void
check_advice(const AdvisorResult *result)
{
    CHECK(result->n_advice == 1);
    CHECK(strcmp(result->advice[0].definition_sql, "(user_id)") == 0);
    CHECK(strcmp(result->advice[0].index_name, "orders_user_id_idx") == 0);
    CHECK(strcmp(result->advice[0].kind, "btree") == 0);
    CHECK(result->advice[0].cost_before == BASE_COST * result->cost_before / BASE_COST);
    CHECK(result->advice[0].improvement > 0.99);
    CHECK(result->n_verdicts == 1);
    CHECK(result->verdicts[0].verdict == VERDICT_INDEX_PROPOSED);
    CHECK(strcmp(advisor_verdict_name(result->verdicts[0].verdict), "index_proposed") == 0);
}

static void
test_from_open_to_advice(void)
{
    AdvisorLimits limits = good_limits();
    Advisor *advisor;
    const AdvisorResult *result, *again;
    IndexDefinition definition;
    IndexSize size;

    CHECK(advisor_open(&limits, &advisor) == ADVISOR_OK);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_OK);
    ask_and_answer(advisor);
    CHECK(advisor_result(advisor, &result) == ADVISOR_OK);
    check_advice(result);
    CHECK(advisor_candidate(advisor, result->advice[0].candidate, &definition, &size) == ADVISOR_OK);
    CHECK(definition.n_keys == 1 && size.bytes == result->advice[0].size.bytes);
    CHECK(advisor_result(advisor, &again) == ADVISOR_OK);
    check_advice(result);
    check_advice(again);
    CHECK(advisor_message(advisor)[0] == '\0');
    advisor_close(advisor);
}

static void
test_out_of_order(void)
{
    AdvisorLimits limits = good_limits();
    Advisor *advisor;
    const AdvisorQuestion *questions;
    const AdvisorResult *result;
    int32_t n;

    CHECK(advisor_open(&limits, &advisor) == ADVISOR_OK);
    CHECK(advisor_ask(advisor, 1, &questions, &n) == ADVISOR_MISUSE);
    CHECK(advisor_message(advisor)[0] != '\0');
    CHECK(advisor_result(advisor, &result) == ADVISOR_MISUSE);
    CHECK(advisor_hurry(advisor) == ADVISOR_MISUSE);
    CHECK(advisor_candidate(advisor, 0, NULL, NULL) == ADVISOR_MISUSE);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_OK);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_MISUSE);
    CHECK(advisor_candidate(advisor, -1, NULL, NULL) == ADVISOR_BAD_FACTS);
    CHECK(advisor_candidate(advisor, 1000, NULL, NULL) == ADVISOR_BAD_FACTS);
    CHECK(advisor_ask(advisor, 0, &questions, &n) == ADVISOR_MISUSE);
    ask_and_answer(advisor);
    advisor_close(advisor);

    advisor_close(NULL);
    CHECK(advisor_learn(NULL, &facts) == ADVISOR_MISUSE);
}

static void
test_bad_facts(void)
{
    AdvisorLimits limits = good_limits();
    Facts bad = facts;
    PredicateFact nowhere = equality;
    Advisor *advisor;

    nowhere.attribute = 17;
    bad.predicates = &nowhere;
    CHECK(advisor_open(&limits, &advisor) == ADVISOR_OK);
    CHECK(advisor_learn(advisor, &bad) == ADVISOR_BAD_FACTS);
    CHECK(strstr(advisor_message(advisor), "predicate 0") != NULL);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_BAD_FACTS);
    advisor_close(advisor);

    limits.block_size = NAN;
    CHECK(advisor_open(&limits, &advisor) == ADVISOR_BAD_FACTS && advisor == NULL);
    CHECK(advisor_message(NULL)[0] != '\0');
    CHECK(advisor_open(NULL, &advisor) == ADVISOR_BAD_FACTS);
    CHECK(advisor_open(&limits, NULL) == ADVISOR_MISUSE);
}

static void
test_bad_answers(void)
{
    AdvisorLimits limits = good_limits();
    const AdvisorQuestion *questions;
    Advisor *advisor;
    AdvisorAnswer reply = {.planned = true, .cost = NAN};
    int32_t n;

    CHECK(advisor_open(&limits, &advisor) == ADVISOR_OK);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_OK);
    CHECK(advisor_ask(advisor, 1, &questions, &n) == ADVISOR_OK && n == 1);
    CHECK(advisor_answer(advisor, &reply, 1) == ADVISOR_BAD_FACTS);
    CHECK(advisor_ask(advisor, 1, &questions, &n) == ADVISOR_BAD_FACTS);
    advisor_close(advisor);
}

static void
test_time_is_up(void)
{
    AdvisorLimits limits = good_limits();
    const AdvisorResult *result;
    Advisor *advisor;

    CHECK(advisor_open(&limits, &advisor) == ADVISOR_OK);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_OK);
    CHECK(advisor_hurry(advisor) == ADVISOR_OK);
    ask_and_answer(advisor);
    CHECK(advisor_result(advisor, &result) == ADVISOR_OK);
    CHECK(result->n_advice == 0);
    CHECK(strcmp(result->stopped_by, "time") == 0);
    advisor_close(advisor);
}

static void
test_memory_is_bounded(void)
{
    AdvisorLimits limits = good_limits();
    Advisor *advisor;
    const AdvisorQuestion *questions;
    int32_t n;

    limits.memory_bytes = 100;
    CHECK(advisor_open(&limits, &advisor) == ADVISOR_OK);
    CHECK(advisor_learn(advisor, &facts) == ADVISOR_NO_MEMORY);
    CHECK(advisor_message(advisor)[0] != '\0');
    CHECK(advisor_ask(advisor, 1, &questions, &n) == ADVISOR_NO_MEMORY);
    advisor_close(advisor);
}

static void
test_without_a_handle(void)
{
    IndexDefinition definition = {.relation = 0, .n_keys = 1, .keys = {{.attribute = 0, .descending = true}}};
    IndexSize size;
    char text[64], little[8];

    CHECK(advisor_index_size(&facts, &definition, 8192, &size) == ADVISOR_OK);
    CHECK(size.tuples == 1e6 && size.pages > 800 && size.height == 2);
    CHECK(advisor_index_size(&facts, &definition, 0, &size) == ADVISOR_BAD_FACTS);
    CHECK(advisor_definition_sql(&facts, &definition, text, sizeof(text)) == strlen("(user_id DESC NULLS LAST)"));
    CHECK(strcmp(text, "(user_id DESC NULLS LAST)") == 0);
    CHECK(advisor_definition_sql(&facts, &definition, little, sizeof(little)) == strlen(text));
    CHECK(strcmp(little, "(user_i") == 0);
    CHECK(advisor_definition_sql(&facts, &definition, NULL, 0) == strlen(text));
    definition.keys[0].attribute = 5;
    CHECK(advisor_index_size(&facts, &definition, 8192, &size) == ADVISOR_BAD_FACTS);
    CHECK(advisor_definition_sql(&facts, &definition, text, sizeof(text)) == 0 && text[0] == '\0');
    CHECK(advisor_order_words(&facts, &definition, text, sizeof(text)) == 0 && text[0] == '\0');
    CHECK(advisor_order_words(NULL, &definition, text, sizeof(text)) == 0);
}

int
main(void)
{
    test_from_open_to_advice();
    test_out_of_order();
    test_bad_facts();
    test_bad_answers();
    test_time_is_up();
    test_memory_is_bounded();
    test_without_a_handle();
    puts("abi_test: all passed");
    return 0;
}
