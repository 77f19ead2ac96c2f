/*
 * normalise_fuzz.c - any bytes as the text of a statement.
 *
 * The first byte is the size of a second, smaller buffer: what is written there must
 * be the beginning of what fits into a large one.
 */
#include "postgres.h"

#include "parser/parser.h"

#include "pg/normalise.h"

#include "bytes.h"
#include "expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of just its size: one byte read behind the text is found. */
static int
normalise_exactly(const Bytes *text, char *out, int out_size, bool *had_list)
{
    char *exact = malloc(text->left);
    int length;

    if (text->left > 0)
        memcpy(exact, text->at, text->left);
    length = normalise_text(exact, (int)text->left, out, out_size, had_list);
    free(exact);
    EXPECT(length >= 0 && length < out_size && out[length] == '\0');
    return length;
}

static void
check_small_buffer(const Bytes *text, const char *form, int length, int small_size)
{
    char *small = malloc(small_size);
    bool had_list;
    int cut = normalise_exactly(text, small, small_size, &had_list);

    EXPECT(cut <= length && memcmp(small, form, cut) == 0);
    free(small);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Bytes text = {data, size};
    int small_size = take_byte(&text) + 1;
    int form_size = 2 * (int)text.left + 16;
    char *form = malloc(form_size);
    bool had_list;

    standard_conforming_strings = small_size % 2 == 0;
    check_small_buffer(&text, form, normalise_exactly(&text, form, form_size, &had_list), small_size);
    free(form);
    return 0;
}
