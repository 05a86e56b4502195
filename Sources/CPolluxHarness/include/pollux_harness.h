// The step door: the one import that is not WASI's. A scenario drives any runtime through it, one
// step of one task at a time.
//
//     package pollux:harness@0.1.0;
//     interface steps {
//       type task = u32; type slot = u32;
//       enum owner { task, guest }
//       record adoption { slot: slot, pollable: own<pollable>, owner: owner }
//       variant stream { input(own<input-stream>), output(own<output-stream>) }
//       record stream-adoption { slot: slot, stream: stream, owner: owner }
//       record reading { slot: slot, count: u32 }
//       record writing { slot: slot, bytes: list<u8> }
//       record endpoint { slot: slot, owner: owner, backlog: u16, address: list<u8> }
//       record fetching { slot: slot, owner: owner, request: list<u8> }
//       record acceptance { listener: slot, slot: slot, owner: owner }
//       enum direction { receive, send, both }
//       record ending { slot: slot, direction: direction }
//       variant step { done, adopt(adoption), wait-any(list<slot>), wait-all(list<slot>),
//         release(slot), sleep(u64), yield, spawn(task), join(task), cancel(task),
//         send(u32), recv(u32), adopt-stream(stream-adoption), read(reading), write(writing),
//         flush(slot), connect(endpoint), listen(endpoint), accept(acceptance), shut(ending),
//         lookup(list<u8>), connect-datagrams(endpoint), fetch(fetching), trailers(slot) }
//       variant outcome { none, index(u32), unsupported, cancelled, bytes(list<u8>), closed,
//         failed(list<u8>) }
//       enum site { runnable }
//       next: func(task: task, result: outcome) -> step;
//       choose: func(site: site, count: u32) -> u32;
//       state: func(hash: u64) -> bool;
//     }
//
// The adapter of a runtime is a loop in that runtime's own task type: ask `next`, do the step with
// the runtime under test, report its outcome with the next call. The guest starts task 0; every
// other one is spawned by a step. The first call of a task reports `none`. Every call is an event
// of its task in the trace, so the runtime itself needs no instrumentation, and a shipped one never
// names these symbols.
//
// Each scenario task is one task of the runtime, with a waker of its own. A step that the runtime
// has nothing for is answered with `unsupported`; its scenario is then reported as skipped, never
// as passed.
#ifndef POLLUX_HARNESS_H
#define POLLUX_HARNESS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define POLLUX_HARNESS_IMPORT(function) \
    __attribute__((__import_module__("pollux:harness/steps@0.1.0"), __import_name__(function)))
#else
#define POLLUX_HARNESS_IMPORT(function)
#endif

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
#define POLLUX_HARNESS_LAYOUT(condition) \
    static_assert(condition, "not the canonical layout: " #condition)
extern "C" {
#else
#define POLLUX_HARNESS_LAYOUT(condition) \
    _Static_assert(condition, "not the canonical layout: " #condition)
#endif

/// The cases of `step`: what the adapter does, and the outcome it reports when that is over. A
/// wait, a sleep, a yield, a join, a receive, a read, a write and a flush suspend the task, each by
/// the runtime's own means; and so do the steps on sockets and on requests.
enum {
    /// Return from this task. No further call for it.
    POLLUX_STEP_DONE = 0,
    /// `value.adopt`: wrap the own handle in the runtime's pollable type and keep it in that slot,
    /// which is free. Reports none.
    POLLUX_STEP_ADOPT = 1,
    /// `value.slots`: wait until the pollable of one of these slots is ready, one waker for each.
    /// Reports index, the position in the list of the one that won.
    POLLUX_STEP_WAIT_ANY = 2,
    /// `value.slots`: wait until the pollable of every one of these slots has been ready, one waker
    /// for each. Reports none.
    POLLUX_STEP_WAIT_ALL = 3,
    /// `value.id` is a slot: drop its pollable or stream and free the slot. A pollable that the
    /// runtime itself has made of the stream goes before it. Reports none.
    POLLUX_STEP_RELEASE = 4,
    /// `value.duration`, nanoseconds: wait that long on the runtime's own timer. Reports none.
    POLLUX_STEP_SLEEP = 5,
    /// Let the runtime's other tasks run, by its own yield. Reports none.
    POLLUX_STEP_YIELD = 6,
    /// `value.id` is a task: start it as a task of the runtime that runs this same loop. Reports
    /// none, without waiting for it.
    POLLUX_STEP_SPAWN = 7,
    /// `value.id` is a task: wait until it has ended. Reports none, or cancelled if that task was
    /// cancelled.
    POLLUX_STEP_JOIN = 8,
    /// `value.id` is a task: cancel it as the runtime cancels, its slots included. Reports none.
    POLLUX_STEP_CANCEL = 9,
    /// `value.id` is a channel: put one message in. A channel is the runtime's own, comes into
    /// being when it is first named, has no bound, and keeps its order; a message carries nothing.
    /// Reports none.
    POLLUX_STEP_SEND = 10,
    /// `value.id` is a channel: wait until it has a message, and take the oldest. Receivers are
    /// served in the order in which they came, and none of them waits on a pollable. Reports none.
    POLLUX_STEP_RECV = 11,
    /// `value.adopt_stream`: wrap the own handle in the runtime's type for such streams and keep it
    /// in that slot, which is free. Slots that are released together go from the highest number
    /// down, so that pollables go before their streams. Reports none.
    POLLUX_STEP_ADOPT_STREAM = 12,
    /// `value.read`: wait until the input is ready, then read once, up to `count` bytes; where
    /// nothing is there after all, begin again. Reports bytes, at least one, or closed or failed.
    POLLUX_STEP_READ = 13,
    /// `value.write`: write all of the bytes, waiting for permits. Reports none, closed or failed.
    POLLUX_STEP_WRITE = 14,
    /// `value.id` is the slot of an output: flush it and wait until that is done. Reports none,
    /// closed or failed.
    POLLUX_STEP_FLUSH = 15,
    /// `value.endpoint`: connect to the address by TCP, and keep the connection in that slot, which is
    /// free. Reads, writes and flushes of the slot are the connection's; it goes as a stream does, with
    /// its socket behind its streams. Reports none, or failed with the WIT name of the error code, such
    /// as `connection-refused`; the slot then stays free.
    POLLUX_STEP_CONNECT = 16,
    /// `value.endpoint`: listen on the address by TCP, for so many waiting connections unless that is 0,
    /// and keep the listener in that slot, which is free. Reports none or failed, as a connect does.
    POLLUX_STEP_LISTEN = 17,
    /// `value.accept`: wait for a connection to that listener, and keep it in that slot, which is free, as
    /// a connect does. Reports none or failed; of several tasks that accept, in the order in which they
    /// took their connections.
    POLLUX_STEP_ACCEPT = 18,
    /// `value.shut`: end a direction of the connection in that slot. Reports none or failed, as a connect
    /// does.
    POLLUX_STEP_SHUT = 19,
    /// `value.name`: look the name up. Reports bytes, each address in the order of the answer as a byte that
    /// says its length, 4 or 16, and so many bytes in network order; or failed, as a connect does.
    POLLUX_STEP_LOOKUP = 20,
    /// `value.endpoint`: bind a UDP socket to any port, with the address as its one peer, and keep it in
    /// that slot, which is free. A read of the slot is one datagram, perhaps without bytes, and a write
    /// sends one. Reports none or failed, as a connect does.
    POLLUX_STEP_CONNECT_DATAGRAMS = 21,
    /// `value.fetch`: send a request by wasi:http, wait for the head of its response, and keep that in
    /// the slot, which is free: reads of the slot are the body's, and a release of it, or a cancel
    /// of the task meanwhile, drops whatever there is of the request and the response, children first.
    /// The request is lines of UTF-8: the method, a blank and the URL; then perhaps `connect`, `first-byte`
    /// and `between-bytes`, each with a blank and a timeout in nanoseconds; then for each header field a
    /// line `field`, a blank, its name, a colon, a blank and its value; then, where the request has a
    /// body, for each write of it a line `write`, a blank and the bytes; and for each trailer a line
    /// `trailer` as that of a field. Reports bytes, lines as well: the
    /// status, then each header field as its name, a colon, a blank and its value; or failed with the WIT
    /// name of the error code, such as `connection-read-timeout`, or of the header error, such as
    /// `forbidden`, and then the slot stays free.
    POLLUX_STEP_FETCH = 22,
    /// `value.id` is the slot of a response: give up what was not read of the body, and wait for what
    /// comes behind it. The response stays in the slot, and is over. Reports bytes, a line each as the
    /// fields of a fetch; none where there are no trailers, and from the second time on; or failed, as a
    /// fetch does.
    POLLUX_STEP_TRAILERS = 23,
};

/// The cases of `outcome`, as three flat parameters of `next`: tag, value and length. The value is
/// the index, or the address of a list that `next` only looks at; the length is the list's. What
/// does not count is 0.
enum {
    /// The step is done, and has no result.
    POLLUX_OUTCOME_NONE = 0,
    /// The step is done, with this number.
    POLLUX_OUTCOME_INDEX = 1,
    /// The adapter cannot do this step.
    POLLUX_OUTCOME_UNSUPPORTED = 2,
    /// The joined task was cancelled, or this task was, in a runtime whose cancelled tasks run on
    /// until they notice.
    POLLUX_OUTCOME_CANCELLED = 3,
    /// What a read, a look-up, a fetch or a wait for trailers gave.
    POLLUX_OUTCOME_BYTES = 4,
    /// The stream is over.
    POLLUX_OUTCOME_CLOSED = 5,
    /// The stream broke, or the socket or the request did not do it; the list is the text of the error,
    /// in UTF-8.
    POLLUX_OUTCOME_FAILED = 6,
};

/// The cases of `stream`.
enum {
    POLLUX_STREAM_INPUT = 0,
    POLLUX_STREAM_OUTPUT = 1,
};

/// The cases of `direction`: what ends.
enum {
    POLLUX_SHUT_RECEIVE = 0,
    POLLUX_SHUT_SEND = 1,
    POLLUX_SHUT_BOTH = 2,
};

/// The cases of `owner`: whom a slot belongs to.
enum {
    /// The task: the slot goes away with it, when it ends and when it is cancelled.
    POLLUX_OWNER_TASK = 0,
    /// The guest: the slot stays until a task releases it.
    POLLUX_OWNER_GUEST = 1,
};

/// The cases of `site`: where an adapter's runtime has a choice.
enum {
    /// Which runnable task runs next, counted in the order in which they became runnable.
    POLLUX_SITE_RUNNABLE = 0,
};

/// `variant step`. `tag` says which member of `value` counts; for done and yield, none does.
typedef struct {
    uint8_t tag;
    union {
        /// `record adoption`. The handle is the adapter's from here on.
        struct {
            uint32_t slot;
            int32_t pollable;
            uint8_t owner;
        } adopt;
        /// The slots of a wait, never none. The list belongs to the caller, who frees it with
        /// `free`.
        struct {
            uint32_t *_Nullable ptr;
            size_t len;
        } slots;
        uint64_t duration;
        uint32_t id;
        /// `record stream-adoption`. The handle is the adapter's from here on.
        struct {
            uint32_t slot;
            uint8_t direction;
            int32_t stream;
            uint8_t owner;
        } adopt_stream;
        struct {
            uint32_t slot;
            uint32_t count;
        } read;
        /// The list belongs to the caller, who frees it with `free` unless it is empty.
        struct {
            uint32_t slot;
            uint8_t *_Nullable ptr;
            size_t len;
        } write;
        /// `record endpoint`. The address is that of a machine, 4 bytes or 16, and a port of 2, all in
        /// network order. The list belongs to the caller, who frees it with `free`.
        struct {
            uint32_t slot;
            uint8_t owner;
            uint16_t backlog;
            uint8_t *_Nullable ptr;
            size_t len;
        } endpoint;
        /// `record fetching`. The list belongs to the caller, who frees it with `free`.
        struct {
            uint32_t slot;
            uint8_t owner;
            uint8_t *_Nullable ptr;
            size_t len;
        } fetch;
        struct {
            uint32_t listener;
            uint32_t slot;
            uint8_t owner;
        } accept;
        struct {
            uint32_t slot;
            uint8_t direction;
        } shut;
        /// The list belongs to the caller, who frees it with `free`.
        struct {
            uint8_t *_Nullable ptr;
            size_t len;
        } name;
    } value;
} pollux_harness_step_t;

POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt.slot) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt.pollable) == 12);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt.owner) == 16);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.slots.ptr) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.slots.len) == 8 + sizeof(void *));
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.duration) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.id) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt_stream.slot) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt_stream.direction) == 12);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt_stream.stream) == 16);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.adopt_stream.owner) == 20);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.read.slot) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.read.count) == 12);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.write.slot) == 8);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.write.ptr) == 8 + sizeof(void *));
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.write.len) == 8 + 2 * sizeof(void *));
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.endpoint.owner) == 12);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.endpoint.backlog) == 14);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.endpoint.ptr) == 16);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.endpoint.len) == 16 + sizeof(void *));
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.fetch.owner) == 12);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.fetch.ptr) == 16);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.fetch.len) == 16 + sizeof(void *));
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.accept.owner) == 16);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.shut.direction) == 12);
POLLUX_HARNESS_LAYOUT(offsetof(pollux_harness_step_t, value.name.len) == 8 + sizeof(void *));
POLLUX_HARNESS_LAYOUT(sizeof(pollux_harness_step_t) == (sizeof(void *) == 4 ? 24 : 32));

/// `next`: reports how the last step of `task` ended, and takes its next one. Does not wait. Traps
/// on a task that the scenario does not have or that is done, and on an outcome that its last step
/// cannot have.
POLLUX_HARNESS_IMPORT("next")
void __wasm_import_pollux_harness_steps_next(
    int32_t task, int32_t outcome_tag, uintptr_t outcome_value, size_t outcome_len,
    pollux_harness_step_t *_Nonnull ret);

/// `choose`: a number from 0 to `count` - 1, for a runtime that lets a scenario decide at `site`; 0
/// is what the runtime would do unasked. Optional. Does not wait. Traps when `count` is 0.
POLLUX_HARNESS_IMPORT("choose")
int32_t __wasm_import_pollux_harness_steps_choose(int32_t site, int32_t count);

/// `state`: between two turns, the hash of all that decides what the guest does next and the host
/// cannot see: its run queue, who waits for what, its timers, but not how often it has done something.
/// Equal states must have equal hashes. Returns 0 when the host wants to hear no more in this run.
/// Optional, for a runtime whose whole state can be told: a search through all runs then goes on from
/// each state once. Does not wait, and counts as no call.
POLLUX_HARNESS_IMPORT("state")
int32_t __wasm_import_pollux_harness_steps_state(int64_t hash);

#ifdef __cplusplus
}
#endif

#endif
