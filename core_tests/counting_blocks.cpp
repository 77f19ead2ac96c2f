#include "counting_blocks.h"

int64_t blocks_executed = 0;

extern "C" void __sanitizer_cov_trace_pc(void);

extern "C" void
__sanitizer_cov_trace_pc(void)
{
    blocks_executed++;
}
