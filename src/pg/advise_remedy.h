/*
 * advise_remedy.h - which extended statistics would help a statement.
 */
#ifndef INDEX_ADVISOR_ADVISE_REMEDY_H
#define INDEX_ADVISOR_ADVISE_REMEDY_H

#include "advise_internal.h"

typedef enum RemedyUse
{
    USE_UNKNOWN, /* it could not be tried */
    USE_NONE,    /* nothing helps, or it changes no plan */
    USE_ANALYZE, /* they are there, and empty */
    USE_CREATE
} RemedyUse;

/* What statistics would do for one request. */
typedef struct Remedy
{
    RemedyUse use;
    int statement, request;
    GatheredStatistics found;
    StatisticsChoice choice;
    Bitmapset *columns;
    char *definition;
    Bitmapset *grouped; /* by what the statement groups, where it is about groups */
    double distinct;    /* of the columns together, there */
    WeighedEstimate weighed; /* with that of all requests of the statement that the same object helps */
} Remedy;

/*
 * Of the requests of a statement, each once, and of its groups (List of Remedy). Takes a sample, and three planner calls for an
 * object.
 */
extern List *remedies_find(Session *session, int statement);

/*
 * advise_groups.c: the remedy for how many groups a statement was counted to have; its use stays unknown where nothing helps.
 * Takes two planner calls and a sample.
 */
extern void remedy_of_groups(Session *session, int statement, Remedy *remedy);

/* advise_expressions.c: the remedy for a condition on an expression; fills choice where one helps. Takes a planner call. */
extern void remedy_of_expression(Session *session, Remedy *remedy);

/* What its statistics are on, as SQL. */
extern char *remedy_subject(const Remedy *remedy);

/* Attribute numbers of those columns that the index includes whose bits are set. */
extern Bitmapset *remedy_columns_of(const WhatifIndex *index, uint32 chosen);

extern const char *remedy_kind_name(StatisticsKind kind);

/* As pg_get_statisticsobjdef_columns has them. */
extern char *remedy_columns(Oid relid, const Bitmapset *columns);

/* Of one statement, and of all of the run. */
extern double advise_ms_per_hour(const StatementFact *statement);
extern double advise_load(const Session *session);

/* Saves so much that somebody might care. */
extern bool advise_is_worth_time(const Session *session, double saved_ms_per_hour);

#endif
