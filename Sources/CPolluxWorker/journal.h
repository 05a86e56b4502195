// How a journal begins; the records follow.

#ifndef POLLUX_JOURNAL_H
#define POLLUX_JOURNAL_H

#include <stdatomic.h>
#include <stdint.h>

/// Written by the worker alone.
struct pollux_journal {
    /// Bytes of the records that are complete.
    _Atomic uint64_t used;
    /// A run is going on: who dies now takes it along.
    _Atomic uint32_t is_running;
    /// The process that runs guests at present.
    _Atomic int32_t process;
};

#endif
