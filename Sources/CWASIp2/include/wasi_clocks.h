// The imports of wasi:clocks@0.2.0 (monotonic-clock, wall-clock) as C functions. How results and
// handles travel: wasi_io.h.
#ifndef WASI_CLOCKS_H
#define WASI_CLOCKS_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

// MARK: wasi:clocks/monotonic-clock

/// `now`: nanoseconds since an unspecified origin, as the bits of a u64. Never decreases, does not
/// block. Traps when the time does not fit a u64.
WASI_IMPORT("wasi:clocks/monotonic-clock@0.2.0", "now")
int64_t __wasm_import_wasi_clocks_monotonic_clock_now(void);

/// `resolution`: the length of one tick of the clock in nanoseconds, more than 0. Does not block.
WASI_IMPORT("wasi:clocks/monotonic-clock@0.2.0", "resolution")
int64_t __wasm_import_wasi_clocks_monotonic_clock_resolution(void);

/// `subscribe-instant`: a new own pollable, ready from the instant `when` (a u64) on, never before.
/// A past instant is no error. Does not block.
WASI_IMPORT("wasi:clocks/monotonic-clock@0.2.0", "subscribe-instant")
int32_t __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(int64_t when);

/// `subscribe-duration`: a new own pollable, ready once `when` nanoseconds (a u64) have passed
/// since this call. A duration whose end does not fit the clock is never over. Does not block.
WASI_IMPORT("wasi:clocks/monotonic-clock@0.2.0", "subscribe-duration")
int32_t __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(int64_t when);

// MARK: wasi:clocks/wall-clock

/// `record datetime`: time since 1970-01-01T00:00:00Z, or the length of a tick. `nanoseconds` is
/// below 1,000,000,000.
typedef struct {
    uint64_t seconds;
    uint32_t nanoseconds;
} wasi_clocks_wall_clock_datetime_t;

WASI_LAYOUT(sizeof(wasi_clocks_wall_clock_datetime_t) == 16);
WASI_LAYOUT(offsetof(wasi_clocks_wall_clock_datetime_t, nanoseconds) == 8);

/// `now`: the time of day. It may be set back between two calls. Does not block.
WASI_IMPORT("wasi:clocks/wall-clock@0.2.0", "now")
void __wasm_import_wasi_clocks_wall_clock_now(wasi_clocks_wall_clock_datetime_t *_Nonnull ret);

/// `resolution`: the length of one tick of the wall clock. Does not block.
WASI_IMPORT("wasi:clocks/wall-clock@0.2.0", "resolution")
void __wasm_import_wasi_clocks_wall_clock_resolution(
    wasi_clocks_wall_clock_datetime_t *_Nonnull ret);

WASI_END_DECLS

#endif
