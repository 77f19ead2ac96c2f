/*
 * counting_new.h - an operator new that can be told to fail.
 *
 * Under overcommit memory does not run out in a test by itself.
 */
#ifndef COUNTING_NEW_H
#define COUNTING_NEW_H

/* Allocations from now on until one fails; negative: none does. */
extern long allocations_left;

/* That one alone fails, those after it do not; else every one from there on. */
extern bool one_allocation_fails;

#endif
