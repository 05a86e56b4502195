// The adapter of the loop to scenarios: does each step of the step door by watches. The loop has no
// tasks, so those of a scenario are branches of one program, each pollable of a wait with a watch of its
// own. What needs more (cancelling, channels, streams) is answered as unsupported, and such a scenario
// is skipped.

#include "loop.h"

#include <pollux_harness.h>
#include <stdlib.h>
#include <wasip2_unreachable.h>

enum { MOST = 4096 };

typedef struct guest guest_t;
typedef struct task task_t;

/// One pollable of a task's wait, with its watch.
typedef struct {
    task_t *task;
    size_t place;
    watch_t *watch;
} branch_t;

struct task {
    guest_t *guest;
    uint32_t number;
    bool is_over;
    /// The wait that it is in: its branches, and how many have still to be ready.
    branch_t *branches;
    size_t count, missing;
    bool takes_any;
    /// Whom it waits for, where it waits for a task.
    task_t *joined;
};

typedef struct {
    bool is_used;
    wasi_io_poll_own_pollable_t pollable;
    /// The task that it goes with; null for none.
    task_t *owner;
} slot_t;

struct guest {
    loop_t *loop;
    task_t *tasks[MOST];
    slot_t slots[MOST];
};

static void go_on(task_t *task, int32_t outcome, uintptr_t value);

static void go_on_anew(void *task) { go_on(task, POLLUX_OUTCOME_NONE, 0); }

static void drop(slot_t *slot) {
    slot->is_used = false;
    wasi_io_poll_pollable_drop_own(slot->pollable);
}

static void end_wait(task_t *task) {
    for (size_t i = 0; i < task->count; i++) {
        if (task->branches[i].watch != NULL) {
            loop_forget(task->guest->loop, task->branches[i].watch);
        }
    }
    free(task->branches);
    task->branches = NULL;
    task->count = 0;
}

/// A branch's pollable is ready.
static void came(void *context) {
    branch_t *branch = context;
    task_t *task = branch->task;
    size_t place = branch->place;
    branch->watch = NULL;
    task->missing -= 1;
    if (!task->takes_any && task->missing > 0) return;
    end_wait(task);
    if (task->takes_any) {
        go_on(task, POLLUX_OUTCOME_INDEX, place);
    } else {
        go_on(task, POLLUX_OUTCOME_NONE, 0);
    }
}

static void wait(task_t *task, uint32_t *slots, size_t count, bool takes_any) {
    guest_t *guest = task->guest;
    task->branches = calloc(count, sizeof *task->branches);
    if (task->branches == NULL) abort();
    task->count = task->missing = count;
    task->takes_any = takes_any;
    for (size_t i = 0; i < count; i++) {
        branch_t *branch = &task->branches[i];
        *branch = (branch_t){task, i, NULL};
        branch->watch = loop_watch(
            guest->loop, wasi_io_poll_borrow_pollable(guest->slots[slots[i]].pollable), came,
            branch);
    }
    free(slots);
}

static void start(guest_t *guest, uint32_t number) {
    task_t *task = calloc(1, sizeof *task);
    if (task == NULL) abort();
    *task = (task_t){.guest = guest, .number = number};
    guest->tasks[number] = task;
    loop_soon(guest->loop, go_on_anew, task);
}

static void finish(task_t *task) {
    guest_t *guest = task->guest;
    task->is_over = true;
    for (size_t i = MOST; i-- > 0;) {
        if (guest->slots[i].is_used && guest->slots[i].owner == task) drop(&guest->slots[i]);
    }
    for (size_t i = 0; i < MOST; i++) {
        task_t *other = guest->tasks[i];
        if (other == NULL || other->joined != task) continue;
        other->joined = NULL;
        loop_soon(guest->loop, go_on_anew, other);
    }
}

/// Reports how the last step ended and does steps until one takes time.
static void go_on(task_t *task, int32_t outcome, uintptr_t value) {
    guest_t *guest = task->guest;
    for (;;) {
        pollux_harness_step_t step;
        __wasm_import_pollux_harness_steps_next((int32_t)task->number, outcome, value, 0, &step);
        outcome = POLLUX_OUTCOME_NONE;
        value = 0;
        switch (step.tag) {
        case POLLUX_STEP_DONE: finish(task); return;
        case POLLUX_STEP_ADOPT:
            if (step.value.adopt.slot >= MOST) abort();
            guest->slots[step.value.adopt.slot] = (slot_t){
                true, {step.value.adopt.pollable},
                step.value.adopt.owner == POLLUX_OWNER_TASK ? task : NULL};
            break;
        case POLLUX_STEP_RELEASE: drop(&guest->slots[step.value.id]); break;
        case POLLUX_STEP_WAIT_ANY:
            wait(task, step.value.slots.ptr, step.value.slots.len, true);
            return;
        case POLLUX_STEP_WAIT_ALL:
            wait(task, step.value.slots.ptr, step.value.slots.len, false);
            return;
        case POLLUX_STEP_SLEEP:
            loop_after(guest->loop, step.value.duration, go_on_anew, task);
            return;
        case POLLUX_STEP_YIELD: loop_soon(guest->loop, go_on_anew, task); return;
        case POLLUX_STEP_SPAWN:
            if (step.value.id >= MOST) abort();
            start(guest, step.value.id);
            break;
        case POLLUX_STEP_JOIN:
            if (guest->tasks[step.value.id]->is_over) break;
            task->joined = guest->tasks[step.value.id];
            return;
        default: outcome = POLLUX_OUTCOME_UNSUPPORTED;
        }
    }
}

/// What the host calls, once a run. Nothing of a run is kept in statics: the next one begins anew.
void pollux_guest(void) {
    guest_t *guest = calloc(1, sizeof *guest);
    if (guest == NULL) abort();
    guest->loop = loop_new();
    start(guest, 0);
    loop_run(guest->loop, &guest->tasks[0]->is_over);
    if (!guest->tasks[0]->is_over) wasip2_unreachable("tasks wait for each other, and for nothing else");
    loop_free(guest->loop);
    for (size_t i = MOST; i-- > 0;) {
        if (guest->slots[i].is_used) drop(&guest->slots[i]);
        if (guest->tasks[i] != NULL) free(guest->tasks[i]->branches);
        free(guest->tasks[i]);
    }
    free(guest);
}
