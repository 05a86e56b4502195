// The question a guest layer asks before it waits by a clock that is not WASI's.
#ifndef WASIP2_REAL_TIME_H
#define WASIP2_REAL_TIME_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

/// Called by guest layers that are about to wait by a clock of the machine instead of WASI's, as
/// `Task.sleep` makes them. `message` is UTF-8 that ends with a zero and says what to use instead.
///
/// Weak: by default it returns. The native host replaces it: it returns in a world whose time is
/// real, and ends the guest with a trap in a simulated one, where such a wait would be as long as
/// the machine pleases.
void wasip2_real_time(const char *_Nonnull message);

WASI_END_DECLS

#endif
