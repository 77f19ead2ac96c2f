/*
 * budget_fuzz.c - any text as a budget: refused, or a size above 0.
 */
#include "postgres.h"

#include <math.h>

#include "pg/settings.h"

#include "bytes.h"
#include "expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Bytes bytes = {data, size};
    double heap_bytes, budget = -1;
    char *text;

    take(&bytes, &heap_bytes, sizeof(heap_bytes));
    text = strndup((const char *)bytes.at, bytes.left);
    if (settings_parse_budget(text, heap_bytes, &budget))
        EXPECT(budget > 0 && (isfinite(budget) || !isfinite(heap_bytes) || heap_bytes > 1e290));
    else
        EXPECT(budget == -1);
    free(text);
    return 0;
}
