#include "ParityGuest.h"

#include <CWASIp2.h>
#include <stddef.h>

enum { LARGEST = 100000, STRETCHES = 3, TIMERS = 200, ROUNDS = 20 };

static const int64_t HOUR = 3600000000000, STRETCH = 1000000;

static int32_t handles[LARGEST];
static uint32_t reported[LARGEST];

static uint64_t now(void) {
    return (uint64_t)__wasm_import_wasi_clocks_monotonic_clock_now();
}

static int32_t timer(int64_t duration) {
    return __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(duration);
}

static int32_t ready(int32_t pollable) {
    return __wasm_import_wasi_io_poll_method_pollable_ready(pollable);
}

static void drop(int32_t pollable) { __wasm_import_wasi_io_poll_pollable_drop(pollable); }

/// Polls the first `count` of `handles`; the result stands in `reported`, without an allocation.
static size_t poll(size_t count) {
    wasi_io_poll_list_u32_t result;
    cwasip2_scratch_arm(reported, sizeof reported);
    __wasm_import_wasi_io_poll_poll(handles, count, &result);
    cwasip2_scratch_disarm();
    if (result.ptr != reported) __builtin_trap();
    return result.len;
}

// MARK: Calls

static void iterate(uint32_t row, uint32_t size, uint64_t count) {
    switch (row) {
    case PARITY_READY_LATCHED:
    case PARITY_READY_TIMER:
    case PARITY_READY_SOURCE:
        for (uint64_t i = 0; i < count; i++) ready(handles[0]);
        break;
    case PARITY_SUBSCRIBE:
        for (uint64_t i = 0; i < count; i++) drop(timer(HOUR));
        break;
    case PARITY_POLL:
        for (uint64_t i = 0; i < count; i++) {
            if (poll(size) != 1 || reported[0] != size - 1) __builtin_trap();
        }
        break;
    default: __builtin_trap();
    }
}

static uint64_t stretch(uint32_t row, uint32_t size, uint64_t count) {
    uint64_t start = now();
    iterate(row, size, count);
    return now() - start;
}

uint64_t parity_measure(uint32_t row, uint32_t size) {
    int32_t input = -1;
    uint32_t held = 1;
    switch (row) {
    case PARITY_READY_LATCHED:
        handles[0] = timer(0);
        __wasm_import_wasi_io_poll_method_pollable_block(handles[0]);
        while (!ready(handles[0])) {}
        break;
    case PARITY_READY_TIMER: handles[0] = timer(HOUR); break;
    case PARITY_READY_SOURCE:
        input = __wasm_import_wasi_cli_stdin_get_stdin();
        handles[0] = __wasm_import_wasi_io_streams_method_input_stream_subscribe(input);
        break;
    case PARITY_POLL:
        if (size == 0 || size > LARGEST) __builtin_trap();
        for (uint32_t i = 0; i < size; i++) handles[i] = timer(i + 1 < size ? HOUR : 0);
        held = size;
        break;
    default: held = 0;
    }

    // As many iterations as fill a stretch, found by doubling, which warms up as well; then the best
    // of a few stretches, because whatever else runs on the machine only ever adds.
    uint64_t count = 1, best = UINT64_MAX;
    while (stretch(row, size, count) < (uint64_t)STRETCH) count *= 2;
    for (int i = 0; i < STRETCHES; i++) {
        uint64_t elapsed = stretch(row, size, count);
        if (elapsed < best) best = elapsed;
    }

    for (uint32_t i = 0; i < held; i++) drop(handles[i]);
    if (input >= 0) __wasm_import_wasi_io_streams_input_stream_drop(input);
    return best * 1000 / count;
}

// MARK: Timers

static int64_t late[TIMERS * ROUNDS];
static size_t late_count;

/// Delays from 0.3 to 5 ms, the same every time.
static uint64_t delay(uint64_t *state) {
    *state = *state * 6364136223846793005 + 1442695040888963407;
    return 300000 + (*state >> 33) % 4700000;
}

static void round_of_timers(uint64_t *state) {
    static uint64_t deadlines[TIMERS];
    uint64_t start = now();
    for (size_t i = 0; i < TIMERS; i++) {
        deadlines[i] = start + delay(state);
        handles[i] =
            __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant((int64_t)deadlines[i]);
    }
    size_t waiting = TIMERS;
    while (waiting > 0) {
        size_t count = poll(waiting);
        uint64_t at = now();
        for (size_t i = 0; i < count; i++) {
            uint32_t place = reported[i];
            late[late_count++] = (int64_t)(at - deadlines[place]);
            drop(handles[place]);
            handles[place] = -1;
        }
        size_t kept = 0;
        for (size_t i = 0; i < waiting; i++) {
            if (handles[i] < 0) continue;
            handles[kept] = handles[i];
            deadlines[kept++] = deadlines[i];
        }
        waiting = kept;
    }
}

void parity_run_timers(uint32_t rounds) {
    if (rounds > ROUNDS) __builtin_trap();
    uint64_t state = 1;
    late_count = 0;
    for (uint32_t i = 0; i < rounds; i++) round_of_timers(&state);

    // In order of size, by insertion.
    for (size_t i = 1; i < late_count; i++) {
        int64_t value = late[i];
        size_t place = i;
        for (; place > 0 && late[place - 1] > value; place--) late[place] = late[place - 1];
        late[place] = value;
    }
}

int64_t parity_lateness(uint32_t thousandths) {
    if (late_count == 0) __builtin_trap();
    size_t place = late_count * thousandths / 1000;
    return late[place < late_count ? place : late_count - 1];
}
