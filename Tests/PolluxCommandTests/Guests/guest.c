// A guest in C for the tests: one poll loop, its tasks coroutines by hand, and faults on demand.
//
// Each task is in one state: about to ask for a step, or waiting for pollables, a time, a task. One
// round runs the tasks that can go on, in the order in which they became so; then it polls.
#include "CWASIp2.h"
#include "pollux_harness.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define MOST 32

struct task {
    enum { NONE, RUNNABLE, WAITING, JOINING, DONE } state;
    uint32_t number;
    uint32_t outcome, value;
    // What it waits for, each with the slot's handle, or the own handle of a timer.
    int32_t handles[MOST];
    bool are_met[MOST];
    size_t count;
    bool is_all, owns_handle;
    uint32_t joins;
};

static struct task tasks[MOST];
static uint32_t queue[MOST * 8];
static size_t first, last;
static int32_t slots[256];
static uint8_t owners[256];
static uint32_t slot_tasks[256];
static int runs;

static void make_runnable(struct task *task, uint32_t outcome, uint32_t value) {
    task->state = RUNNABLE;
    task->outcome = outcome;
    task->value = value;
    queue[last++ % (MOST * 8)] = task->number;
}

static void start(uint32_t number) {
    tasks[number].number = number;
    make_runnable(&tasks[number], POLLUX_OUTCOME_NONE, 0);
}

static enum { SOUND, ABORTS, LOOPS, EXITS, SMASHES, DIES, SLEEPS, DRAWS } kind;

static void fault(void);

/// Sleeps as a program without a runtime does.
static void sleep_by_libc(uint64_t duration) {
    struct timespec before, after, pause = {0, (long)duration};
    struct timeval day, then;
    clock_gettime(CLOCK_MONOTONIC, &before);
    gettimeofday(&day, NULL);
    nanosleep(&pause, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    gettimeofday(&then, NULL);
    long passed = (after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec;
    long by_day = (then.tv_sec - day.tv_sec) * 1000000L + then.tv_usec - day.tv_usec;
    if (passed == (long)duration && by_day == passed / 1000) return;
    fprintf(stderr, "%ld ns took %ld ns\n", (long)duration, passed);
    abort();
}

/// Runs a task until it waits or ends.
static void run(struct task *task) {
    for (;;) {
        pollux_harness_step_t step;
        __wasm_import_pollux_harness_steps_next((int32_t)task->number, (int32_t)task->outcome, task->value,
                                                0, &step);
        task->outcome = POLLUX_OUTCOME_NONE;
        task->value = 0;
        switch (step.tag) {
            case POLLUX_STEP_DONE:
                task->state = DONE;
                for (int slot = 255; slot >= 0; slot--)
                    if (slots[slot] != 0 && owners[slot] == POLLUX_OWNER_TASK && slot_tasks[slot] == task->number) {
                        __wasm_import_wasi_io_poll_pollable_drop(slots[slot]);
                        slots[slot] = 0;
                    }
                for (int other = 0; other < MOST; other++)
                    if (tasks[other].state == JOINING && tasks[other].joins == task->number)
                        make_runnable(&tasks[other], POLLUX_OUTCOME_NONE, 0);
                return;
            case POLLUX_STEP_ADOPT:
                slots[step.value.adopt.slot] = step.value.adopt.pollable;
                owners[step.value.adopt.slot] = step.value.adopt.owner;
                slot_tasks[step.value.adopt.slot] = task->number;
                break;
            case POLLUX_STEP_RELEASE:
                __wasm_import_wasi_io_poll_pollable_drop(slots[step.value.id]);
                slots[step.value.id] = 0;
                break;
            case POLLUX_STEP_WAIT_ANY:
            case POLLUX_STEP_WAIT_ALL:
                task->state = WAITING;
                task->is_all = step.tag == POLLUX_STEP_WAIT_ALL;
                task->owns_handle = false;
                task->count = step.value.slots.len;
                for (size_t place = 0; place < task->count; place++) {
                    task->handles[place] = slots[step.value.slots.ptr[place]];
                    task->are_met[place] = false;
                }
                free(step.value.slots.ptr);
                return;
            case POLLUX_STEP_SLEEP:
                if (kind == SLEEPS) {
                    sleep_by_libc(step.value.duration);
                    break;
                }
                fault();
                task->state = WAITING;
                task->is_all = false;
                task->owns_handle = true;
                task->count = 1;
                task->are_met[0] = false;
                task->handles[0] = __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(
                    (int64_t)step.value.duration);
                return;
            case POLLUX_STEP_YIELD: make_runnable(task, POLLUX_OUTCOME_NONE, 0); return;
            case POLLUX_STEP_SPAWN: start(step.value.id); break;
            case POLLUX_STEP_JOIN:
                if (tasks[step.value.id].state == DONE) break;
                task->state = JOINING;
                task->joins = step.value.id;
                return;
            default: task->outcome = POLLUX_OUTCOME_UNSUPPORTED;
        }
    }
}

/// A handle is ready.
static void wake(struct task *task, int32_t handle) {
    for (size_t place = 0; place < task->count; place++) {
        if (task->handles[place] != handle || task->are_met[place]) continue;
        task->are_met[place] = true;
        bool is_over = !task->is_all;
        if (task->is_all) {
            is_over = true;
            for (size_t other = 0; other < task->count; other++) is_over = is_over && task->are_met[other];
        }
        if (!is_over) continue;
        if (task->owns_handle) {
            __wasm_import_wasi_io_poll_pollable_drop(handle);
            make_runnable(task, POLLUX_OUTCOME_NONE, 0);
        } else if (task->is_all) {
            make_runnable(task, POLLUX_OUTCOME_NONE, 0);
        } else {
            make_runnable(task, POLLUX_OUTCOME_INDEX, (uint32_t)place);
        }
        return;
    }
}

static bool poll_once(void) {
    int32_t list[MOST * MOST];
    size_t count = 0;
    for (int number = 0; number < MOST; number++) {
        struct task *task = &tasks[number];
        if (task->state != WAITING) continue;
        for (size_t place = 0; place < task->count; place++) {
            bool is_there = task->are_met[place];
            for (size_t other = 0; other < count; other++) is_there = is_there || list[other] == task->handles[place];
            if (!is_there) list[count++] = task->handles[place];
        }
    }
    if (count == 0) return false;
    wasi_io_poll_list_u32_t ready;
    __wasm_import_wasi_io_poll_poll(list, count, &ready);
    for (size_t place = 0; place < ready.len; place++)
        for (int number = 0; number < MOST; number++)
            if (tasks[number].state == WAITING) wake(&tasks[number], list[ready.ptr[place]]);
    free(ready.ptr);
    return true;
}

static void loop(void) {
    start(0);
    while (tasks[0].state != DONE) {
        if (first == last) {
            if (!poll_once()) wasip2_unreachable("every task waits for another one");
            continue;
        }
        struct task *task = &tasks[queue[first++ % (MOST * 8)]];
        run(task);
    }
}

static volatile int forever = 1;

/// Done at each sleep of a scenario.
static void fault(void) {
    switch (kind) {
        case ABORTS:
            fprintf(stderr, "assertion failed: a sleep is short\n");
            abort();
        case LOOPS:
            while (forever) {}
        case EXITS: exit(3);
        case DIES: *(volatile int *)8 = 1; break;
        case SMASHES: {
            char *block = malloc(24);
            for (int place = 0; place < 64; place++) ((volatile char *)block)[place] = 'x';
            free(block);
            break;
        }
        case DRAWS: {
            uint64_t number;
            if (getrandom(&number, sizeof number, 0) != sizeof number) abort();
            fprintf(stderr, "drew %llu %d\n", (unsigned long long)number, rand());
            abort();
        }
        default: break;
    }
}

// Sound, but for nothing that it does itself: only a run that finds nothing of the one before is right.
void pollux_guest(void) {
    if (runs++ != 0) {
        fprintf(stderr, "the run before has left its variables\n");
        abort();
    }
    loop();
}

void aborts(void) { kind = ABORTS; pollux_guest(); }
void loops(void) { kind = LOOPS; pollux_guest(); }
void exits(void) { kind = EXITS; pollux_guest(); }
void smashes(void) { kind = SMASHES; pollux_guest(); }
void dies(void) { kind = DIES; pollux_guest(); }
void draws(void) { kind = DRAWS; pollux_guest(); }
void sleeps(void) { kind = SLEEPS; pollux_guest(); }

/// Keeps what it should not: a count of its runs in memory that it never gives back.
static _Thread_local int *kept;
static int *other;
static pthread_key_t key;
static bool has_key;
static void leave(void) {}
void keeps(void) {
    if (kept != NULL || other != NULL || has_key || atexit(leave) != 0) abort();
    if (pthread_key_create(&key, NULL) != 0 || pthread_getspecific(key) != NULL) abort();
    pthread_setspecific(key, &key);
    has_key = true;
    kept = malloc(sizeof *kept);
    other = kept;
    char *text = malloc(100);
    for (int place = 0; place < 100; place++)
        if (text[place] != 0) abort();
    memset(text, 'x', 100);
    loop();
}
