// A server of HTTP/1.1 that answers everything alike, and requests by libcurl's multi handle on libuv alone.

#ifndef CHTTP_H
#define CHTTP_H

#include <stdint.h>

/// Listens on any free port of 127.0.0.1, on a thread of its own that runs as long as the process, and
/// answers every request with `size` bytes of body. Returns the port, or minus the errno.
int http_serve(int size);

/// Sends GET requests to a port of 127.0.0.1, so many at a time, each when one before has come back whole,
/// for `milliseconds`. Blocks. `count` becomes how many came back, `time` how long the calling thread has
/// computed meanwhile, in ns, and `wall` how long it took. Returns 0, or a code of libcurl's or libuv's.
int http_measure(
    uint16_t port, int in_flight, int milliseconds, int64_t *_Nonnull count,
    int64_t *_Nonnull time, int64_t *_Nonnull wall);

/// How long the calling thread has computed so far, in ns.
int64_t http_thread_time(void);

#endif
