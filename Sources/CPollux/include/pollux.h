// Running a guest natively, from C: `libpollux-native.so` is the host of WASI 0.2.
//
// A guest calls the imports that wasi_io.h and its neighbours declare, or bindings of its own that
// end in them. A program that links with the library and calls one on its main thread gets a host in
// real time, with the process's own streams, and needs nothing of this header. `pollux_run` gives a
// guest a host and a thread of its own, in simulated time unless told otherwise, and says how it
// ended; with a scenario it plays that, which takes a guest that asks the step door,
// pollux_harness.h, for what to do.
//
//     cc guest.c $(pkg-config --cflags --libs pollux-native)
#ifndef POLLUX_H
#define POLLUX_H

#include <stdbool.h>
#include <stdint.h>

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// The clock of a run, `pollux_options_t.clock`.
enum {
    /// Simulated time, from 1 s on: it moves when the guest waits, and costs nothing. Nothing
    /// but timers is ever ready; the standard streams are closed.
    POLLUX_CLOCK_VIRTUAL = 0,
    /// The machine's clocks, and the process's standard streams, arguments and variables.
    POLLUX_CLOCK_REAL = 1,
};

/// What a run is like. All zero is: simulated time, the friendly host, no limit.
typedef struct {
    /// One of `POLLUX_CLOCK_…`.
    int32_t clock;
    /// The host by name (`friendly`, `wasmtime`, `jco-node`, `jco-browser`, `uv`, `any`): which of
    /// the freedoms that the specification leaves it uses. Null is friendly. Not with a scenario,
    /// which names its hosts.
    const char *_Nullable host;
    /// What the choices of a host depend on that has some; for a scenario the first of its seeds.
    uint64_t seed;
    /// How many seeds a scenario is played with on a host that has choices, counting up; 0 is 20.
    uint32_t runs;
    /// What the guest is called, in `guests:` and `program: {entry: …}` of scenarios; null is "guest".
    const char *_Nullable name;
    /// A scenario file to be played, each of its documents on each of its hosts. Null is none.
    const char *_Nullable scenario_file;
    /// Or the text of one. Null is none.
    const char *_Nullable scenario_text;
    /// Wall time after which a run is given up, in ns; 0 is never, and for a scenario 60 s a run.
    uint64_t time_limit;
    /// Whether to write down every host call: `pollux_outcome_t.trace`.
    bool trace;
} pollux_options_t;

/// How it went, `pollux_outcome_t.kind`.
enum {
    /// The entry returned; with a scenario, every document holds.
    POLLUX_COMPLETED = 0,
    /// The guest asked to exit, with `code`.
    POLLUX_EXITED = 1,
    /// A host call was wrong: the text says which, by which rule, and what to look for.
    POLLUX_TRAPPED = 2,
    /// Nothing that the guest waits for can ever come. Only in simulated time.
    POLLUX_DEADLOCKED = 3,
    /// A million host calls in a row without progress. Only in simulated time.
    POLLUX_LIVELOCKED = 4,
    /// The limit of wall time passed. A guest that never calls the host again keeps its thread.
    POLLUX_TIMED_OUT = 5,
    /// A scenario does not hold: the text is what `pollux replay` says of it, with pictures.
    POLLUX_FAILED = 6,
    /// No scenario was played to its end: the guest cannot do one of the steps, or is not among a
    /// document's guests.
    POLLUX_SKIPPED = 7,
    /// Nothing ran: an option is wrong, or a file is no scenario. The text says where.
    POLLUX_INVALID = 8,
};

/// How a run ended. To be given to `pollux_outcome_free` when it is no longer needed.
typedef struct {
    /// One of `POLLUX_COMPLETED`, …
    int32_t kind;
    /// The guest's exit code, where `kind` is exited; else 0.
    int32_t code;
    /// What there is to say, UTF-8, null only once it is freed; several lines where it takes them.
    char *_Nullable text;
    /// The log that was asked for; with a scenario that of its first run, or of the first that failed.
    /// Else null.
    char *_Nullable trace;
} pollux_outcome_t;

/// A guest's entry. It gets what `pollux_run` was given.
typedef void (*pollux_entry_t)(void *_Nullable context);

/// Runs `entry(context)` as a guest, on a thread and a host of its own, and **blocks** until it has
/// ended. A trap ends the guest and nothing else: its frames are not returned to, and what they own
/// is not released. With a scenario the entry is called once for each of the runs, and has to begin
/// anew each time. `options` is only looked at during the call; null is all zero.
///
/// May be called on several threads at once, also from inside another guest's entry.
pollux_outcome_t pollux_run(
    pollux_entry_t _Nonnull entry, void *_Nullable context,
    const pollux_options_t *_Nullable options);

/// Frees what an outcome holds. Doing so twice is harmless.
void pollux_outcome_free(pollux_outcome_t *_Nonnull outcome);

#ifdef __cplusplus
}
#endif

#endif
