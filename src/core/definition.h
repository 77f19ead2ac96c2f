/*
 * definition.h - index definitions as values: compared, named, written as DDL.
 *
 * All of these expect a definition that check_definition has seen.
 */
#ifndef ADVISOR_DEFINITION_H
#define ADVISOR_DEFINITION_H

#include "facts.h"
#include "memory.h"

namespace advisor
{

/* An empty definition on a relation, every unused slot NONE: definitions compare by value. */
IndexDefinition make_definition(std::int32_t relation);

/* A total order without meaning, for maps. Included columns and predicates count in their order. */
bool definition_less(const IndexDefinition &a, const IndexDefinition &b);

/* "gin": as SQL has it. */
const char *method_name(IndexMethod method);

/* a's keys are b's first keys, directions and operator classes included, in indexes of one method. */
bool is_key_prefix(const IndexDefinition &a, const IndexDefinition &b);

bool has_key(const IndexDefinition &definition, std::int32_t attribute);
bool has_include(const IndexDefinition &definition, std::int32_t attribute);
bool has_predicate(const IndexDefinition &definition, std::int32_t predicate);

/* (user_id, created_at DESC) INCLUDE (total) WHERE (status = 'pending'), or USING gin (doc jsonb_path_ops) */
String definition_sql(const Facts &facts, const IndexDefinition &definition);

/* user_id, created_at DESC: the keys in plain words, for reasons. */
String key_words(const Facts &facts, const IndexDefinition &definition);

/*
 * Unquoted name of at most 63 bytes: orders_user_id_created_at_idx. Cut at a character's
 * start. Names can clash: whoever hands out several numbers them.
 */
String index_name(const Facts &facts, const IndexDefinition &definition);

/* "btree" or another method, with ", expression", ", covering", ", partial" as they apply. */
String definition_kind(const Facts &facts, const IndexDefinition &definition);

} // namespace advisor

#endif
