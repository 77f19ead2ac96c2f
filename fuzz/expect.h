/*
 * expect.h - what a target found wrong ends the run; the fuzzer keeps the input.
 */
#ifndef FUZZ_EXPECT_H
#define FUZZ_EXPECT_H

#include <stdio.h>
#include <stdlib.h>

#define EXPECT(condition)                                                                                          \
    do                                                                                                             \
    {                                                                                                              \
        if (!(condition))                                                                                          \
        {                                                                                                          \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                \
            abort();                                                                                               \
        }                                                                                                          \
    } while (0)

#endif
