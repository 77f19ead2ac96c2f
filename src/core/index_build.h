/*
 * index_build.h - what CREATE INDEX writes beside the index, WAL and temporary files of its sort, and how long it takes.
 */
#ifndef ADVISOR_INDEX_BUILD_H
#define ADVISOR_INDEX_BUILD_H

#include "facts.h"

namespace advisor
{

/* False if the figures contradict each other. */
bool index_build(const BuildFacts &facts, IndexBuild &build);

} // namespace advisor

#endif
