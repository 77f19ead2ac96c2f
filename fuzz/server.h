/*
 * server.h - the little of a PostgreSQL server that the fuzzed C asks for.
 *
 * Memory is malloc'ed, so that the sanitizer sees each allocation, and an ERROR ends
 * the run: what is fuzzed here runs where the server must not fail.
 */
#ifndef FUZZ_SERVER_H
#define FUZZ_SERVER_H

#include "postgres.h"

/* Frees whatever was palloc'ed since the last time. */
extern void server_free_all(void);

/* What the next OpenTransientFile finds. */
extern void server_set_file(const char *content, Size size);

#endif
