// A guest in C that times the host under it by the host's own clock. Linked with Pollux and, compiled
// for wasm32, run in another engine, it gives two columns of one table.

#ifndef PARITY_GUEST_H
#define PARITY_GUEST_H

#include <stdint.h>

#ifdef __wasm__
#define PARITY_EXPORT(name) __attribute__((__export_name__(name)))
#else
#define PARITY_EXPORT(name)
#endif

/// What can be timed.
enum parity_row {
    /// `ready` of a timer of 0 ns that has said yes.
    PARITY_READY_LATCHED,
    /// `ready` of a timer with an hour to go.
    PARITY_READY_TIMER,
    /// `ready` of standard input, which the caller has made a pipe to which nobody writes.
    PARITY_READY_SOURCE,
    /// `subscribe-duration` of an hour, and the drop of its pollable.
    PARITY_SUBSCRIBE,
    /// `poll` of `size` pollables: timers of an hour and, last in the list, one of 0 ns.
    PARITY_POLL,
};

/// One sample of a row: how many ps one iteration takes, in the best of three stretches of as many
/// iterations as fill a millisecond. `size` is a poll's, up to 100,000.
PARITY_EXPORT("measure")
uint64_t parity_measure(uint32_t row, uint32_t size);

/// Lets 200 timers of 0.3 to 5 ms run at once, one poll after the other until each was reported, for
/// so many rounds, up to 20.
PARITY_EXPORT("run-timers")
void parity_run_timers(uint32_t rounds);

/// How many ns after its deadline a timer of the last `run-timers` was reported, in so many thousandths
/// of all cases at most.
PARITY_EXPORT("lateness")
int64_t parity_lateness(uint32_t thousandths);

#endif
