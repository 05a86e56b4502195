// libuv's own timers, for comparison.

#ifndef CUV_TIMERS_H
#define CUV_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/// Starts one uv_timer_t for each delay (ns, rounded up to whole milliseconds as uv_timer_t counts
/// them), runs them all, and writes how many ns after its delay each one fired.
void uv_timers_run(const uint64_t *_Nonnull delays, int64_t *_Nonnull lateness, size_t count);

#endif
