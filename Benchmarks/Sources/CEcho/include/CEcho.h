// The echo loop on libuv alone, and the client that measures both it and ours.

#ifndef CECHO_H
#define CECHO_H

#include <stddef.h>
#include <stdint.h>

/// Listens on any free port of 127.0.0.1, hands the port to `listening`, echoes on so many
/// connections at once, and returns when the last of them has ended. Returns 0, or libuv's error.
int uv_echo_serve(
    int connections, void (*_Nonnull listening)(uint16_t port, void *_Nullable context),
    void *_Nullable context);

/// Opens so many connections to a port of 127.0.0.1 and sends on each one message of `size` bytes
/// after the other, each when the one before is back, for `milliseconds`; then ends them all.
/// Blocks. Returns how many messages came back a second, or less than 0: minus the errno; `total`
/// becomes how many the server has sent back in all.
double echo_measure(
    uint16_t port, int connections, size_t size, int milliseconds, int64_t *_Nonnull total);

/// How long the calling thread has computed so far, in ns.
int64_t echo_thread_time(void);

#endif
