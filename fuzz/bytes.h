/*
 * bytes.h - a fuzzer's input, taken a piece at a time. For C and C++.
 *
 * Where the input ends everything is zero, so that a short input is a small case.
 */
#ifndef FUZZ_BYTES_H
#define FUZZ_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Bytes
{
    const uint8_t *at;
    size_t left;
} Bytes;

static inline void
take(Bytes *bytes, void *out, size_t size)
{
    size_t there = size < bytes->left ? size : bytes->left;

    memset(out, 0, size);
    if (there > 0)
        memcpy(out, bytes->at, there);
    bytes->at += there;
    bytes->left -= there;
}

static inline uint8_t
take_byte(Bytes *bytes)
{
    uint8_t byte;

    take(bytes, &byte, 1);
    return byte;
}

/* 0 to n - 1. */
static inline int
take_below(Bytes *bytes, int n)
{
    return take_byte(bytes) % n;
}

static inline bool
take_one_in(Bytes *bytes, int n)
{
    return take_byte(bytes) % n == 1;
}

static inline uint32_t
take_uint32(Bytes *bytes)
{
    uint32_t value;

    take(bytes, &value, sizeof(value));
    return value;
}

static inline uint64_t
take_uint64(Bytes *bytes)
{
    uint64_t value;

    take(bytes, &value, sizeof(value));
    return value;
}

/* Text of at most max bytes, none of them NUL: a length, then the bytes. out holds max + 1. */
static inline void
take_text(Bytes *bytes, char *out, int max)
{
    int length = take_below(bytes, max + 1);

    take(bytes, out, (size_t)length);
    out[length] = '\0';
    for (int i = 0; i < length; i++)
        if (out[i] == '\0')
            out[i] = 'a';
}

#endif
