/*
 * counting_blocks.h - how much the core did: basic blocks that it executed.
 *
 * The compiler counts, not the code that is measured, and no clock does: the same facts give the same number on
 * every machine, however busy it is, from one compiler.
 */
#ifndef COUNTING_BLOCKS_H
#define COUNTING_BLOCKS_H

#include <cstdint>

extern int64_t blocks_executed;

#endif
