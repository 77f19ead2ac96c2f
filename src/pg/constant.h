/*
 * constant.h - constants told apart without keeping them.
 *
 * Floor 0. Capture remembers the hash of the constant that a condition was first
 * seen with; whoever plans the statement again can tell whether the constant
 * that it plans with is that one.
 */
#ifndef INDEX_ADVISOR_CONSTANT_H
#define INDEX_ADVISOR_CONSTANT_H

#include "postgres.h"
#include "nodes/nodes.h"

/* 0: no value, or one that is long or kept elsewhere and is not looked at. Allocates nothing, cannot fail on values. */
extern uint32 constant_hash(Oid type, Datum value, bool isnull);

/* Two in one; that of one alone where the other is 0. The order counts. */
extern uint32 constant_hash_combine(uint32 first, uint32 second);

/* Of all constants in an expression; 0 without any. */
extern uint32 constant_hash_all(Node *node);

#endif
