// The way out for a guest layer that can do nothing more.
#ifndef WASIP2_UNREACHABLE_H
#define WASIP2_UNREACHABLE_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

/// Called by guest layers that can do nothing more: tasks that wait for each other in a circle, or
/// a wait with nothing to wait for. `message` is UTF-8 that ends with a zero and says which.
///
/// Weak: by default it ends the process without a word (a trap on wasm). The native host replaces
/// it by a trap of that guest.
__attribute__((__noreturn__)) void wasip2_unreachable(const char *_Nonnull message);

WASI_END_DECLS

#endif
