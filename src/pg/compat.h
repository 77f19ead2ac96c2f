/*
 * compat.h - the one place that knows which major version it is compiled for.
 *
 * The code is written against the newest API; each block below gives an older
 * server that API, with the release that changed it. Nothing else in the
 * project may look at PG_VERSION_NUM (make check-floors).
 */
#ifndef INDEX_ADVISOR_COMPAT_H
#define INDEX_ADVISOR_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 200000
#error "index_advisor supports PostgreSQL 15 to 19"
#endif

#endif
