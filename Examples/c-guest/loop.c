#include "loop.h"

#include <stdlib.h>
#include <string.h>

struct watch {
    enum { WATCHED, DUE, FORGOTTEN } state;
    wasi_io_poll_borrow_pollable_t pollable;
    /// The pollable is the loop's own.
    bool is_timer;
    loop_callback_t callback;
    void *context;
};

struct loop {
    /// Every watch there is: those that are watched in the order of registration, those that are due
    /// in the order in which they became so.
    watch_t **watches, **due;
    size_t watched_count, due_count, watched_room, due_room;
    /// The place of the first that is due; those before it have had their turns.
    size_t next_due;
};

static void *grown(void *list, size_t *room, size_t count, size_t size) {
    if (count < *room) return list;
    *room = *room == 0 ? 8 : 2 * *room;
    list = realloc(list, *room * size);
    if (list == NULL) abort();
    return list;
}

static void put_watched(loop_t *loop, watch_t *watch) {
    loop->watches =
        grown(loop->watches, &loop->watched_room, loop->watched_count, sizeof *loop->watches);
    loop->watches[loop->watched_count++] = watch;
}

static void put_due(loop_t *loop, watch_t *watch) {
    loop->due = grown(loop->due, &loop->due_room, loop->due_count, sizeof *loop->due);
    loop->due[loop->due_count++] = watch;
}

static watch_t *make(loop_callback_t callback, void *context) {
    watch_t *watch = calloc(1, sizeof *watch);
    if (watch == NULL) abort();
    watch->callback = callback;
    watch->context = context;
    return watch;
}

/// Drops the pollable of a timer.
static void let_go(watch_t *watch) {
    if (!watch->is_timer) return;
    wasi_io_poll_pollable_drop_own((wasi_io_poll_own_pollable_t){watch->pollable.__handle});
    watch->is_timer = false;
}

loop_t *loop_new(void) {
    loop_t *loop = calloc(1, sizeof *loop);
    if (loop == NULL) abort();
    return loop;
}

void loop_free(loop_t *loop) {
    while (loop->watched_count > 0) loop_forget(loop, loop->watches[loop->watched_count - 1]);
    for (size_t i = loop->next_due; i < loop->due_count; i++) {
        let_go(loop->due[i]);
        free(loop->due[i]);
    }
    free(loop->watches);
    free(loop->due);
    free(loop);
}

watch_t *loop_watch(loop_t *loop, wasi_io_poll_borrow_pollable_t pollable,
                    loop_callback_t callback, void *context) {
    watch_t *watch = make(callback, context);
    watch->pollable = pollable;
    put_watched(loop, watch);
    return watch;
}

watch_t *loop_after(loop_t *loop, uint64_t duration, loop_callback_t callback, void *context) {
    wasi_io_poll_own_pollable_t timer = wasi_clocks_monotonic_clock_subscribe_duration(duration);
    watch_t *watch =
        loop_watch(loop, wasi_io_poll_borrow_pollable(timer), callback, context);
    watch->is_timer = true;
    return watch;
}

watch_t *loop_soon(loop_t *loop, loop_callback_t callback, void *context) {
    watch_t *watch = make(callback, context);
    watch->state = DUE;
    put_due(loop, watch);
    return watch;
}

void loop_forget(loop_t *loop, watch_t *watch) {
    let_go(watch);
    if (watch->state == WATCHED) {
        size_t place = 0;
        while (loop->watches[place] != watch) place += 1;
        loop->watched_count -= 1;
        memmove(loop->watches + place, loop->watches + place + 1,
                (loop->watched_count - place) * sizeof *loop->watches);
        free(watch);
    } else {
        // It is freed when its turn comes.
        watch->state = FORGOTTEN;
    }
}

static bool is_anybody_due(const loop_t *loop) { return loop->next_due < loop->due_count; }

/// Calls back whoever has been due longest.
static void take_turn(loop_t *loop) {
    watch_t *watch = loop->due[loop->next_due++];
    if (2 * loop->next_due > loop->due_count) {
        loop->due_count -= loop->next_due;
        memmove(loop->due, loop->due + loop->next_due, loop->due_count * sizeof *loop->due);
        loop->next_due = 0;
    }
    let_go(watch);
    if (watch->state == DUE) watch->callback(watch->context);
    free(watch);
}

/// Puts what is watched into `handles`, each pollable once, and says how many those are. In `places`
/// each watch has the place of its pollable.
static size_t list_watched(loop_t *loop, wasi_io_poll_borrow_pollable_t *handles, size_t *places) {
    size_t listed = 0;
    for (size_t i = 0; i < loop->watched_count; i++) {
        size_t place = 0;
        while (place < listed
               && handles[place].__handle != loop->watches[i]->pollable.__handle) place += 1;
        if (place == listed) handles[listed++] = loop->watches[i]->pollable;
        places[i] = place;
    }
    return listed;
}

/// Polls what is watched; where somebody is due already, beside a timer that is due at once.
static void look(loop_t *loop) {
    size_t count = loop->watched_count;
    wasi_io_poll_borrow_pollable_t *handles = calloc(count + 1, sizeof *handles);
    size_t *places = calloc(count, sizeof *places);
    if (handles == NULL || places == NULL) abort();
    wasi_io_poll_list_borrow_pollable_t list = {handles, list_watched(loop, handles, places)};

    bool waits = !is_anybody_due(loop);
    wasi_io_poll_own_pollable_t now = {0};
    if (!waits) {
        now = wasi_clocks_monotonic_clock_subscribe_duration(0);
        handles[list.len++] = wasi_io_poll_borrow_pollable(now);
    }
    imports_list_u32_t ready;
    wasi_io_poll_poll(&list, &ready);
    if (!waits) wasi_io_poll_pollable_drop_own(now);

    // In the order of the report, and in that of registration among those of one pollable.
    for (size_t i = 0; i < ready.len; i++) {
        for (size_t j = 0; j < count; j++) {
            watch_t *watch = loop->watches[j];
            if (places[j] != ready.ptr[i] || watch->state != WATCHED) continue;
            watch->state = DUE;
            put_due(loop, watch);
        }
    }
    imports_list_u32_free(&ready);
    free(places);
    free(handles);

    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (loop->watches[i]->state == WATCHED) loop->watches[kept++] = loop->watches[i];
    }
    loop->watched_count = kept;
}

void loop_run(loop_t *loop, const bool *is_over) {
    unsigned turns = 0;
    while (!*is_over && (is_anybody_due(loop) || loop->watched_count > 0)) {
        bool is_busy = is_anybody_due(loop);
        if (is_busy) take_turn(loop);
        if (*is_over || loop->watched_count == 0) continue;
        // Those that are always due hold up what is watched for a few turns, and no longer.
        if (!is_busy || ++turns % 8 == 0) look(loop);
    }
}
