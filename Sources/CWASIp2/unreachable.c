// The default `wasip2_unreachable`, for a guest that no host of ours runs.
#include "wasip2_unreachable.h"

#ifndef __wasm__
#include <stdlib.h>
#endif

__attribute__((__weak__)) void wasip2_unreachable(const char *message) {
    (void)message;
#ifdef __wasm__
    __builtin_trap();
#else
    abort();
#endif
}
