/*
 * catalog_internal.h - what the files of catalog share.
 *
 * catalog.c knows relations and their rates, catalog_attribute.c columns and
 * expressions, catalog_distinct.c several columns together, catalog_index.c existing indexes, catalog_deparse.c SQL text.
 */
#ifndef INDEX_ADVISOR_CATALOG_INTERNAL_H
#define INDEX_ADVISOR_CATALOG_INTERNAL_H

#include "postgres.h"
#include "utils/rel.h"

#include "catalog.h"

/* Opens with AccessShareLock if that is to be had at once and the relation is there; else NULL. */
extern Relation catalog_try_open(Oid relid);

/* Rows of relid now, by how many there were per page when they were counted, its leaves summed up; UNKNOWN if none was ever counted. */
extern double catalog_counted_rows(Oid relid);

/* The leaf of a partitioned table with the most rows, else InvalidOid. */
extern Oid catalog_largest_leaf(Oid relid);

/* Index trees as they are stored: unfolded. Columns without a tree are plain. */
extern List *catalog_index_expressions(HeapTuple index_tuple);
extern List *catalog_index_predicate(HeapTuple index_tuple);

/* Bytes of the index's main fork; UNKNOWN while somebody else holds it exclusively. */
extern double catalog_index_bytes(Oid index);

/* lower_email for lower(email): words to build names from. */
extern char *catalog_expression_name(Oid relid, Node *expression);

/* As an element of CREATE INDEX: a function call bare, anything else in parentheses. */
extern char *catalog_deparse_key(Oid relid, Node *expression);

#endif
